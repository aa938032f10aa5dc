"""A database of an earlier version is brought up with everything it knew."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import select

from planner.core.chain import digest
from planner.services.reporting import stand
from planner.services.verifying import rebuild, verify
from planner.store import outbox, queries
from planner.store.database import Database, upgrade
from planner.store.outgoing import Feed, Reminder
from tests.conftest import NOON, POSTGRESQL, empty_schema

MOVED = {"due_on": "2024-07-15", "was": "2024-06-30"}
EVENTS = [
    (None, "import", "2024-04-18", "王文员", "", "导入", {}),
    (1, "settle", "2024-05-02", "王文员", "", "时限定为2024-07-15", MOVED),
    (1, "hand_in", "2024-06-10", "王文员", "张三", "都查完了", {}),
    (1, "sign_off", "2024-06-12", "王文员", "王建国", "", {}),
]
MADE = """
INSERT INTO office (id, name) VALUES (1, '柳河镇党政办');
INSERT INTO account (id, office_id, name, role) VALUES (1, 1, '王文员', 'clerk');
INSERT INTO plan (id, office_id, address, title, issuer, issue_date, year, sample)
  VALUES (1, 1, '2024', '2024年要点', '', '2024-04-17', 2024, FALSE);
INSERT INTO planversion (id, plan_id, number, text, sha256, filename, imported_at, findings)
  VALUES (1, 1, 1, '每季度排查。', 'x', 'a.md', '2024-04-18 01:00:00', '[]');
INSERT INTO item (id, plan_id, position, number, title, section, "start", "end") VALUES (1, 1, 1, '1', '排查', '', 0, 6);
INSERT INTO task (id, plan_id, item_id, position, code, title, obligor, "start", "end", deadlines, targets)
  VALUES (1, 1, 1, 1, '1-1', '每季度排查', '', 0, 6,
    '[{"kind": "recurring", "freq": "QUARTERLY", "season": null, "weak": false, "raw": "每季度"}]', '[]');
INSERT INTO occurrence (id, plan_id, task_id, key, uid, label, opens_on, due_on, due_by_office, minimum, before_issue,
    sequence, changed_at, state, closed_on, handed_in_on, last_event_on, last_progress, last_progress_on, version)
  VALUES (1, 1, 1, '2024-Q2', 'u1', '第二季度', '2024-04-01', '2024-07-15', TRUE, 1, FALSE, 1, '2024-06-12 01:00:00',
    'done', '2024-06-10', '2024-06-10', '2024-06-12', '都查完了', '2024-06-10', 4);
INSERT INTO party (id, office_id, kind, name, email) VALUES (1, 1, 'person', '王建国', '');
INSERT INTO reminder (id, office_id, recipient, rule, subject, day, title, body, address, state, attempts, next_try_at,
    claimed_at, sent_at, sent_by_hand, maybe_repeated, error)
  VALUES (1, 1, '应急部门', 'last_day', '1', '2024-06-12', '今天到期', '请报结果', 'a@liuhe.example.cn', 'sent', 2,
    '2024-06-12 01:00:00', '2024-06-12 01:05:00', '2024-06-12 01:05:01', FALSE, TRUE, ''),
    (2, 1, '王建国', 'leader_week', 'digest', '2024-06-12', '本周', '一件', '', 'waiting', 0, '2024-06-12 01:00:00',
    NULL, NULL, FALSE, FALSE, ''),
    (7, 1, '水利', 'digest', 'digest', '2024-06-11', '一件', '一件', '', 'sent', 0, '2024-06-11 01:00:00',
    NULL, '2024-06-11 02:00:00', TRUE, FALSE, '');
INSERT INTO feed (id, office_id, scope, party_id, token_hash, created_at)
  VALUES (3, 1, 'party', 1, 'hash', '2024-06-01 01:00:00');
INSERT INTO assignment (id, item_id, party_id, role, position, by_office) VALUES (1, 1, 1, 'leader', 1, FALSE);
"""


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def test_an_office_of_the_first_version_goes_on(kind: str, tmp_path: Path) -> None:
    database = old_office(kind, tmp_path)
    database.migrate()
    (result,) = verify(database)
    assert result.is_whole and result.events == len(EVENTS) + 1 and rebuild(database, NOON) == 0
    (entry,) = stand(database, NOON).entries
    assert (entry.first_due_on, entry.signed_by, entry.leaders) == (date(2024, 6, 30), "王建国", ("王建国",))
    with database.read() as session:
        assert queries.tasks_of(session, 1)[0].frequency == "QUARTERLY"
    database.close()


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def test_what_was_sent_and_subscribed_before_is_kept(kind: str, tmp_path: Path) -> None:
    database = old_office(kind, tmp_path)
    database.migrate()
    with database.write() as session:
        sent, waiting, told = (outbox.reminder(session, number) for number in (1, 2, 7))
        (delivery,) = outbox.deliveries_of(session, [1, 2, 7])
        assert (delivery.reminder_id, delivery.state, delivery.maybe_repeated) == (1, "sent", True)
        assert delivery.sent_at and delivery.sent_at.isoformat() == "2024-06-12T01:05:01+00:00"
        assert (sent.matters[0]["occurrence"], waiting.role, waiting.by_hand) == (1, "leader", True)
        assert told.told_at is not None and not sent.by_hand
        assert [row.id for row in outbox.to_tell(session)] == [2]
        (feed,) = session.exec(select(Feed)).all()
        assert (feed.id, feed.token_hash, feed.early_days) == (3, "hash", 0)
        new = Reminder(
            office_id=1, recipient="水利", rule="digest", subject="digest", day=date(2024, 6, 13), title="", body="",
            made_at=NOON,
        )  # fmt: skip
        session.add(new)
        session.flush()
        assert new.id > 7
    database.close()


def old_office(kind: str, tmp_path: Path) -> Database:
    """Return a database of revision 0002 with a period that was moved, handed in and signed off."""
    url = f"sqlite:///{(tmp_path / 'old.db').as_posix()}"
    if kind == "postgresql":
        if not POSTGRESQL:
            pytest.skip("PLANNER_TEST_POSTGRESQL names no server")
        url = POSTGRESQL
        empty_schema(url)
    database = Database(url)
    with database.engine.execution_options(planner_write=True).begin() as connection:
        upgrade(connection, "0002")
        for statement in MADE.split(";\n"):
            if statement.strip():
                connection.exec_driver_sql(statement.strip().removesuffix(";"))
        previous = ""
        for number, (occurrence, what, day, actor, behalf, words, data) in enumerate(EVENTS, start=1):
            facts = {
                "plan_id": 1, "number": number, "occurrence_id": occurrence, "item_id": None, "kind": what,
                "at": NOON.timestamp(), "day": day, "actor": actor, "on_behalf_of": behalf, "text": words, "data": data,
            }  # fmt: skip
            link = digest(previous, facts)
            connection.execute(
                text(
                    "INSERT INTO event (plan_id, number, occurrence_id, kind, at, day, actor, on_behalf_of, text, data, "
                    "previous, hash) VALUES (1, :number, :occurrence_id, :kind, :moment, :day, :actor, :on_behalf_of, "
                    ":text, :json, :previous, :hash)"
                ),
                {
                    **facts,
                    "moment": "2024-06-20 04:00:00",
                    "json": json.dumps(data),
                    "previous": previous,
                    "hash": link,
                },
            )
            previous = link
    return database

"""Each act is one event, moves the state, and is refused with a reason when it does not fit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError

from planner.core.chain import first_break
from planner.core.permission import Role
from planner.core.status import Act
from planner.errors import Conflict, Forbidden, Invalid, NotFound
from planner.services.assigning import assign, release, set_email
from planner.services.importing import Imported
from planner.services.reporting import stand
from planner.services.scheduling import Correction, correct, name_cells, set_due
from planner.services.tracking import Said, record, settle_finding
from planner.services.withdrawing import withdraw_plan
from planner.store import people, queries
from planner.store.database import Database
from planner.store.guards import guard, unguard
from planner.store.journal import facts_of
from planner.store.models import Occurrence
from tests.conftest import NOON

SAID = Said(actor="王文员", at=NOON, day=NOON.date(), text="已检查3家")


@pytest.fixture
def first(database: Database, imported: Imported) -> Occurrence:
    """The occurrence due on 30 June, which names nobody."""
    with database.read() as session:
        plan = queries.plan_at(session, imported.address)
        task = next(task for task in queries.tasks_of(session, plan.id) if task.code.startswith("1-"))
        return queries.occurrences_of(session, task.id)[0]


def again(database: Database, row: Occurrence) -> Occurrence:
    with database.read() as session:
        return queries.occurrence(session, row.id)


def forge(database: Database, statement: str) -> None:
    """Change what the database refuses to change, as somebody with its file in hand could."""
    with database.engine.execution_options(planner_write=True).begin() as connection:
        unguard(connection)
        connection.execute(sql(statement))
        guard(connection)


def chain_break(database: Database, plan_id: int) -> int | None:
    with database.read() as session:
        events = queries.events_of(session, plan_id)
        return first_break([{**facts_of(event), "previous": event.previous, "hash": event.hash} for event in events])


def test_from_progress_to_sign_off(database: Database, first: Occurrence) -> None:
    record(database, first.id, Act.PROGRESS, SAID)
    assert again(database, first).state == "in_progress"
    record(database, first.id, Act.HAND_IN, replace(SAID, text="全部考核合格", on_behalf_of="张三"))
    row = again(database, first)
    assert (row.state, row.handed_in_on, row.last_progress) == ("handed_in", NOON.date(), "全部考核合格")
    later = replace(SAID, at=NOON + timedelta(days=20), day=NOON.date() + timedelta(days=20), text="")
    record(database, first.id, Act.SIGN_OFF, later)
    row = again(database, first)
    assert (row.state, row.closed_on) == ("done", NOON.date()), "the day the work was done, not the day of the desk"
    assert chain_break(database, first.plan_id) is None


def test_sending_back_and_reopening_start_the_clock_again(database: Database, first: Occurrence) -> None:
    record(database, first.id, Act.HAND_IN, SAID)
    record(database, first.id, Act.SEND_BACK, replace(SAID, text="缺名单"))
    assert again(database, first).handed_in_on is None
    record(database, first.id, Act.HAND_IN, SAID)
    record(database, first.id, Act.SIGN_OFF, SAID)
    record(database, first.id, Act.REOPEN, replace(SAID, text="又有新人"))
    row = again(database, first)
    assert (row.state, row.closed_on, row.handed_in_on) == ("in_progress", None, None)


@pytest.mark.parametrize("act", [Act.PROGRESS, Act.HAND_IN, Act.CHASE])
def test_a_sentence_is_asked_for(database: Database, first: Occurrence, act: Act) -> None:
    with pytest.raises(Invalid, match="请写一句"):
        record(database, first.id, act, replace(SAID, text="  "))
    assert again(database, first).version == first.version


def test_signing_off_needs_a_hand_in(database: Database, first: Occurrence) -> None:
    with pytest.raises(Invalid, match="请先申请销号"):
        record(database, first.id, Act.SIGN_OFF, SAID)


def test_a_reading_without_its_figure_is_refused(database: Database, first: Occurrence) -> None:
    with pytest.raises(Invalid, match="请在指标那一行填数"):
        record(database, first.id, Act.MEASURE, SAID)
    record(database, first.id, Act.HAND_IN, SAID)
    assert again(database, first).state == "handed_in"


def test_a_day_to_come_and_an_endless_sentence_are_refused(database: Database, first: Occurrence) -> None:
    with pytest.raises(Invalid, match="不能晚于今天"):
        record(database, first.id, Act.PROGRESS, replace(SAID, day=NOON.date() + timedelta(days=1)))
    with pytest.raises(Invalid, match="不超过500字"):
        record(database, first.id, Act.PROGRESS, replace(SAID, text="长" * 501))
    with pytest.raises(NotFound):
        record(database, 999_999, Act.PROGRESS, SAID)


def test_the_second_of_two_is_told_what_the_first_did(database: Database, first: Occurrence) -> None:
    record(database, first.id, Act.CHASE, SAID, first.version)
    with pytest.raises(Conflict, match="催办"):
        record(database, first.id, Act.PROGRESS, SAID, first.version)
    assert again(database, first).last_progress == ""


def test_a_due_day_set_by_the_office_is_kept_beside_the_old_one(database: Database, first: Occurrence) -> None:
    set_due(database, first.id, date(2024, 7, 15), SAID)
    row = again(database, first)
    assert (row.due_on, row.due_by_office, row.sequence, row.uid) == (date(2024, 7, 15), True, 1, first.uid)
    set_due(database, first.id, date(2024, 7, 15), SAID)
    assert again(database, first).sequence == 1, "the same day again is no change"
    with database.read() as session:
        event = queries.last_event(session, first.id)
    assert event is not None and event.data == {
        "set": {"due_on": "2024-07-15", "due_by_office": True},
        "was": {"due_on": "2024-06-30", "due_by_office": False},
    }
    record(database, first.id, Act.HAND_IN, SAID)
    record(database, first.id, Act.SIGN_OFF, SAID)
    with pytest.raises(Invalid, match="已办结"):
        set_due(database, first.id, date(2024, 8, 1), SAID)


def test_people_are_named_and_released(database: Database, first: Occurrence, imported: Imported) -> None:
    with database.read() as session:
        plan = queries.plan_at(session, imported.address)
        item = queries.items_of(session, plan.id)[0]
    assign(database, item.id, "leader", "赵六、王建国", SAID)
    assign(database, item.id, "leader", "赵六", SAID)
    with database.read() as session:
        parts = queries.assigned(session, [plan.id])[item.id]
        assert [(part.name, part.role, part.by_office) for part in parts] == [
            ("赵六", "leader", True),
            ("王建国", "leader", True),
        ]
        assert sum(party.name == "王建国" for party in people.parties(session)) == 1
    release(database, item.id, parts[0].party_id, "leader", SAID)
    with database.read() as session:
        assert [part.name for part in queries.assigned(session, [plan.id])[item.id]] == ["王建国"]
    with pytest.raises(NotFound):
        release(database, item.id, parts[0].party_id, "leader", SAID)
    for role, names in (("leader", " "), ("chief", "赵六"), ("leader", "长" * 41)):
        with pytest.raises(Invalid):
            assign(database, item.id, role, names, SAID)
    assert chain_break(database, plan.id) is None


def test_a_finding_is_settled_and_stays(database: Database, imported: Imported) -> None:
    with database.read() as session:
        plan = queries.plan_at(session, imported.address)
        finding = queries.version_of(session, plan.id).findings[0]
    settle_finding(database, imported.address, finding["code"], finding["start"], replace(SAID, text=""))
    with database.read() as session:
        assert queries.settled_findings(session, plan.id) == {(finding["code"], finding["start"])}
        assert finding in queries.version_of(session, plan.id).findings
    with pytest.raises(Invalid):
        settle_finding(database, imported.address, "no_such", 0, SAID)


@pytest.mark.parametrize("email", ["张三", "a@b", "a b@c.cn", "a@b@c.cn", "a,b@c.cn"])
def test_a_wrong_address_is_refused(database: Database, imported: Imported, email: str) -> None:
    with database.read() as session:
        party = people.parties(session)[0]
    with pytest.raises(Invalid, match="邮箱地址不对"):
        set_email(database, party.id, email)


def test_one_changed_byte_breaks_the_chain(database: Database, first: Occurrence) -> None:
    record(database, first.id, Act.PROGRESS, SAID)
    forge(database, "UPDATE event SET text = '已检查9家' WHERE text = '已检查3家'")
    assert chain_break(database, first.plan_id) == 2


@pytest.mark.parametrize(
    "statement", ["UPDATE event SET text = ''", "DELETE FROM event", "UPDATE planversion SET text = ''"]
)
def test_the_database_refuses_to_change_the_ledger(database: Database, imported: Imported, statement: str) -> None:
    with pytest.raises(DBAPIError, match="append-only"), database.write() as session:
        session.execute(sql(statement))


def test_a_replaced_row_is_refused_too(database: Database, imported: Imported) -> None:
    if database.engine.dialect.name != "sqlite":
        pytest.skip("only SQLite has INSERT OR REPLACE")
    with pytest.raises(DBAPIError, match="append-only"), database.write() as session:
        session.execute(sql("INSERT OR REPLACE INTO event SELECT * FROM event WHERE id = 2"))


def test_what_is_closed_wrongly_is_put_right_with_a_reason(database: Database, first: Occurrence) -> None:
    record(database, first.id, Act.HAND_IN, SAID)
    record(database, first.id, Act.SIGN_OFF, replace(SAID, text=""))
    wrong = Correction(closed_on=date(2024, 6, 12))
    with pytest.raises(Invalid, match="为什么更正"):
        correct(database, first.id, wrong, replace(SAID, text=" "))
    correct(database, first.id, wrong, replace(SAID, text="看错了日期"))
    row = again(database, first)
    assert (row.closed_on, row.handed_in_on, row.state) == (date(2024, 6, 12), date(2024, 6, 12), "done")
    with pytest.raises(Invalid, match="没有要更正的"):
        correct(database, first.id, wrong, SAID)
    with pytest.raises(Invalid, match="不能晚于今天"):
        correct(database, first.id, Correction(closed_on=date(2024, 7, 1)), SAID)


def test_a_mistaken_cancelling_is_taken_back(database: Database, first: Occurrence) -> None:
    record(database, first.id, Act.CANCEL, SAID)
    correct(database, first.id, Correction(times=1, revive=True), replace(SAID, text="点错了"))
    row = again(database, first)
    assert (row.state, row.times) == ("in_progress", 1)


def test_a_contact_reports_within_a_week_and_a_helper_no_more_than_progress(
    database: Database, imported: Imported
) -> None:
    entry = next(one for one in stand(database, NOON).entries if one.code == "3-2")
    contact = replace(SAID, actor="李四", role=Role.CONTACT, party="农业部门")
    with pytest.raises(Invalid, match="7天以内"):
        record(database, entry.occurrence_id, Act.HAND_IN, replace(contact, day=date(2024, 6, 1)))
    name_cells(database, entry.task_id, "东村", replace(SAID, text=""))
    helper = replace(contact, party="东村")
    record(database, entry.occurrence_id, Act.PROGRESS, helper)
    with pytest.raises(Forbidden, match="由责任部门办理"):
        record(database, entry.occurrence_id, Act.HAND_IN, helper)
    with pytest.raises(Forbidden, match="不能代为填写"):
        record(database, entry.occurrence_id, Act.PROGRESS, replace(contact, party="住建部门"), version=0)


def test_nobody_unknown_signs_off(database: Database, imported: Imported) -> None:
    entry = next(one for one in stand(database, NOON).entries if one.code == "3-2")
    record(database, entry.occurrence_id, Act.HAND_IN, SAID)
    with pytest.raises(Invalid, match="王建国、李秀英"):
        record(database, entry.occurrence_id, Act.SIGN_OFF, replace(SAID, on_behalf_of="查无此人"))
    record(database, entry.occurrence_id, Act.SIGN_OFF, replace(SAID, on_behalf_of="李秀英"))


def test_a_later_day_needs_a_leader_who_agreed(database: Database, imported: Imported) -> None:
    entry = next(one for one in stand(database, NOON).entries if one.code == "3-2")
    with pytest.raises(Invalid, match="王建国、李秀英"):
        set_due(database, entry.occurrence_id, date(2024, 7, 20), SAID)
    set_due(database, entry.occurrence_id, date(2024, 7, 1), SAID)
    set_due(database, entry.occurrence_id, date(2024, 7, 20), replace(SAID, on_behalf_of="王建国"))


def test_a_withdrawn_plan_takes_no_more_acts(database: Database, first: Occurrence) -> None:
    withdraw_plan(database, "2024", replace(SAID, text="导入错了"))
    with pytest.raises(NotFound, match="可能已经撤下"):
        record(database, first.id, Act.PROGRESS, SAID)

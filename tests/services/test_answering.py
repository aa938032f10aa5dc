"""Whoever asked is told what was decided, in the transaction that records it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from planner.config import OFFICE_TIME, shipped
from planner.core.status import Act
from planner.errors import Conflict
from planner.services import answering
from planner.services.importing import Imported, load_samples
from planner.services.tracking import Said, record
from planner.store import queries
from planner.store.database import Database
from tests.conftest import NOON
from tests.services.test_reminding import made, row_due

DUE = date(2024, 7, 10)


def said(text: str, at: datetime = NOON, **data: object) -> Said:
    return Said("王文员", at, at.date(), text, data={"explained": "无", **data})


def answers(database: Database) -> list[tuple[str, str]]:
    return [(row.recipient, row.rule) for row in made(database)]


def test_sent_back_and_signed_off_are_told_to_every_department(database: Database, imported: Imported) -> None:
    row = row_due(database, DUE)
    record(database, row.id, Act.HAND_IN, said("查完了"))
    assert answers(database) == []
    record(database, row.id, Act.SEND_BACK, said("缺检查记录"))
    assert answers(database) == [("农业部门", "sent_back"), ("应急部门", "sent_back")]
    assert all("缺检查记录" in one.body and "收割机检查" in one.body for one in made(database))
    record(database, row.id, Act.HAND_IN, said("已补记录"))
    record(database, row.id, Act.SIGN_OFF, said(""))
    assert answers(database)[2:] == [("农业部门", "signed_off"), ("应急部门", "signed_off")]


def test_sent_back_twice_on_a_day_is_two_answers(database: Database, imported: Imported) -> None:
    row = row_due(database, DUE)
    for reason in ("缺记录", "缺照片"):
        record(database, row.id, Act.HAND_IN, said("查完了"))
        record(database, row.id, Act.SEND_BACK, said(reason))
    bodies = [one.body for one in made(database) if one.recipient == "应急部门"]
    assert len(bodies) == 2 and "缺记录" in bodies[0] and "缺照片" in bodies[1]


@pytest.mark.parametrize(
    ("act", "words"), [(Act.EXTENSION_GRANTED, "同意延至7月20日"), (Act.EXTENSION_REFUSED, "不同意")]
)
def test_an_extension_is_answered_with_both_days(database: Database, imported: Imported, act: Act, words: str) -> None:
    row = row_due(database, DUE)
    record(database, row.id, Act.EXTENSION_REQUEST, said("等配件", due_on="2024-07-20"))
    decided = Said("王文员", NOON, NOON.date(), "抓紧", on_behalf_of="王建国", data={"due_on": "2024-07-20"})
    record(database, row.id, act, decided)
    body = made(database)[0].body
    assert words in body and ("7月10日" in body or act is Act.EXTENSION_REFUSED)


def test_an_answer_stands_or_falls_with_its_cause(
    database: Database, imported: Imported, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = row_due(database, DUE)
    record(database, row.id, Act.HAND_IN, said("查完了"))

    def fails(*_: object, **__: object) -> bool:
        raise Conflict("坏了")

    monkeypatch.setattr(answering, "queue", fails)
    with pytest.raises(Conflict):
        record(database, row.id, Act.SEND_BACK, said("缺记录"))
    with database.read() as session:
        event = queries.last_event(session, row.id)
        assert event is not None and event.kind == Act.HAND_IN
    assert answers(database) == []


def test_the_sample_answers_nobody(database: Database) -> None:
    load_samples(database, shipped("plans"), NOON)
    with database.read() as session:
        (plan,) = queries.current_plans(session)
        row = next(one for one in queries.occurrences_in(session, [plan]) if one.state == "in_progress" or one.due_on)
    record(database, row.id, Act.HAND_IN, said("办完了"))
    record(database, row.id, Act.SEND_BACK, said("缺记录"))
    assert made(database) == []


def test_early_on_new_years_day_it_is_the_new_year(database: Database, imported: Imported) -> None:
    row = row_due(database, DUE)
    at = datetime(2025, 1, 1, 7, 30, tzinfo=OFFICE_TIME)
    record(database, row.id, Act.HAND_IN, said("查完了", at))
    record(database, row.id, Act.SEND_BACK, said("缺记录", at + timedelta(minutes=5)))
    assert {one.day for one in made(database)} == {date(2025, 1, 1)}

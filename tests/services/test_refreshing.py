"""A message that waited says what holds when it goes out, to whom it is still meant for, or it does not go out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from planner.config import OFFICE_TIME
from planner.core.status import Act
from planner.core.thresholds import DEFAULTS, FIELD_LABELS
from planner.notify.transports import Smtp
from planner.services import naming
from planner.services.arranging import as_typed, set_thresholds
from planner.services.assigning import release
from planner.services.channeling import add_channel, change_channel
from planner.services.delivering import Post, deliver_one, mark_told, read_message
from planner.services.flagging import set_flag
from planner.services.importing import Imported, Source, import_plan
from planner.services.naming import add_contact
from planner.services.noticing import draft_letters
from planner.services.refreshing import refresh_waiting
from planner.services.reminding import queue_reminders
from planner.services.settling import note_start
from planner.services.tracking import Said, record
from planner.store import outbox, people, queries
from planner.store.database import Database
from planner.store.models import Party, Task
from planner.store.outgoing import Reminder
from tests.conftest import NOON, PLAN
from tests.notify.receiving import receiving, says
from tests.services.mail import Postbox, mail_server
from tests.services.test_delivering import AT
from tests.services.test_reminding import give_address, made, row_due, to_tell

TAKEN = says({"errcode": 0, "errmsg": "ok"})
LATER = "451 4.3.0 try later"
WORDS = ("收割机", "风险辨识")


def at(month: int, day: int, hour: int = 9) -> datetime:
    return datetime(2024, month, day, hour, 0, tzinfo=OFFICE_TIME)


def said(moment: datetime, text: str = "", **data: str) -> Said:
    return Said("王文员", moment, moment.date(), text, data=data)


@pytest.fixture
def postbox() -> Iterator[tuple[Postbox, Smtp]]:
    with mail_server() as running:
        yield running


@pytest.fixture
def mailed(database: Database, imported: Imported) -> Database:
    """An office whose 应急部门, and nobody else, has an address."""
    give_address(database)
    note_start(database, NOON, "", "", mail_server=True)
    return database


def deliver(database: Database, moment: datetime, smtp: Smtp | None = None) -> None:
    """Send all that can be sent at a moment."""
    while deliver_one(database, moment, Post("w", smtp)):
        pass


def told(box: Postbox) -> list[tuple[str, str]]:
    """Return the subjects and words of the letters taken."""
    return [(letter["Subject"], letter.get_content()) for letter in box.letters()]


def keep_secret(database: Database, moment: datetime) -> None:
    """Call every task confidential."""
    with database.read() as session:
        numbers = [task.id for task in session.exec(select(Task))]
    for number in numbers:
        set_flag(database, number, "internal", True, said(moment))


def party(database: Database, name: str) -> Party:
    with database.read() as session:
        found = people.party_named(session, "department", name)
    assert found
    return found


def test_what_one_of_two_contacts_got_tells_the_other_nothing_confidential(
    database: Database, imported: Imported, postbox: tuple[Postbox, Smtp]
) -> None:
    box, smtp = postbox
    for name, address in (("张三", "zhang@liuhe.example.cn"), ("李四", "li@liuhe.example.cn")):
        add_contact(database, party(database, "应急部门").id, name, "", said(NOON))
        with database.write() as session:
            row = people.party_named(session, "person", name)
            assert row
            row.email = address
            session.add(row)
    note_start(database, NOON, "", "", mail_server=True)
    queue_reminders(database, AT)
    box.answers = ["250 OK", *[LATER] * 9]
    deliver(database, AT, smtp)
    (first,) = told(box)
    assert any(word in first[1] for word in WORDS)
    keep_secret(database, AT)
    box.answers = []
    deliver(database, AT + timedelta(hours=1), smtp)
    again = told(box)[1:]
    assert again and all("内部事项" in body for _, body in again)
    assert not [one for one in again if any(word in "".join(one) for word in WORDS)]
    kept = next(row for row in made(database) if row.title == first[0])
    assert any(word in kept.body for word in WORDS), "what was sent stays written as it was"


def test_what_was_read_goes_out_as_it_stands_now(mailed: Database, postbox: tuple[Postbox, Smtp]) -> None:
    box, smtp = postbox
    queue_reminders(mailed, at(7, 5))
    for row in made(mailed):
        read_message(mailed, row.id, {row.recipient}, at(7, 5))
    deliver(mailed, at(7, 8), smtp)
    subjects = [subject for subject, _ in told(box)]
    assert subjects and not [one for one in subjects if "还有3个工作日" in one]
    assert any("还有2个工作日" in one for one in subjects)


def test_an_answer_keeps_a_confidence_too(mailed: Database, postbox: tuple[Postbox, Smtp]) -> None:
    box, smtp = postbox
    row, night = row_due(mailed, date(2024, 7, 10)), at(7, 1, 20)
    record(mailed, row.id, Act.HAND_IN, said(night, "已办好"))
    record(mailed, row.id, Act.SEND_BACK, said(night, "登记的数字不对"))
    set_flag(mailed, row.task_id, "internal", True, said(night))
    deliver(mailed, at(7, 2), smtp)
    ((subject, body),) = told(box)
    assert "内部事项" in body
    assert not any(word in subject + body for word in ("收割机", "数字不对"))


def test_nobody_is_thanked_for_what_was_reopened(mailed: Database, postbox: tuple[Postbox, Smtp]) -> None:
    box, smtp = postbox
    row, night = row_due(mailed, date(2024, 7, 10)), at(7, 1, 20)
    for act, words in ((Act.HAND_IN, "已办好"), (Act.SIGN_OFF, "同意"), (Act.REOPEN, "点错了")):
        record(mailed, row.id, act, said(night, words))
    deliver(mailed, at(7, 2), smtp)
    assert told(box) == []


def test_after_days_without_a_mail_server_one_letter_speaks_of_a_matter(
    mailed: Database, postbox: tuple[Postbox, Smtp]
) -> None:
    """T-3, T-1 and T of 10 July all wait until the server answers again."""
    box, smtp = postbox
    for day in (5, 8, 9, 10):
        queue_reminders(mailed, at(7, day))
    deliver(mailed, at(7, 10), smtp)
    about = [subject for subject, body in told(box) if "收割机" in subject + body]
    assert len(about) == 1 and "今天" in about[0]


def test_a_newer_line_takes_the_place_of_an_older_message_to_pass_on(database: Database, imported: Imported) -> None:
    queue_reminders(database, at(7, 5))
    queue_reminders(database, at(7, 9))
    refresh_waiting(database, at(7, 9))
    about = [row for row in to_tell(database) if row.recipient == "应急部门" and "收割机" in row.body]
    assert [row.day for row in about] == [date(2024, 7, 9)]


@pytest.mark.parametrize(("day", "rule"), [(5, "approaching"), (9, "digest"), (10, "last_day")])
def test_what_was_put_off_is_not_announced_too_early(
    database: Database, imported: Imported, day: int, rule: str
) -> None:
    queue_reminders(database, at(7, day))

    def waiting() -> list[Reminder]:
        return [
            row for row in to_tell(database) if row.rule == rule and row.role == "department" and "收割机" in row.body
        ]

    assert waiting()
    row, moment = row_due(database, date(2024, 7, 10)), at(7, day)
    record(database, row.id, Act.EXTENSION_REQUEST, said(moment, "雨天", due_on="2024-07-30"))
    granted = replace(said(moment, "同意"), on_behalf_of="王建国")
    record(database, row.id, Act.EXTENSION_GRANTED, granted)
    refresh_waiting(database, moment + timedelta(minutes=1))
    assert not waiting()


def test_a_merged_name_takes_over_what_waits(database: Database, imported: Imported) -> None:
    queue_reminders(database, at(6, 28))
    before = [(row.rule, row.subject) for row in to_tell(database) if row.recipient == "应急部门"]
    with database.write() as session:
        office_id = next(one.office_id for one in people.parties(session))
        session.add(Party(office_id=office_id, kind="department", name="应急管理站", confirmed_at=at(6, 28)))
    old, new = party(database, "应急部门"), party(database, "应急管理站")
    naming.merge(database, old.id, new.id, said(at(6, 28)))
    refresh_waiting(database, at(6, 28, 10))
    after = [(row.rule, row.subject) for row in to_tell(database) if row.recipient == "应急管理站"]
    assert after == before and before
    assert not [row for row in made(database) if row.withdrawn_at or row.recipient == "应急部门"]


def test_a_merged_name_adds_only_what_the_other_was_not_told(database: Database, imported: Imported) -> None:
    """On 5 July both have a digest, that of 应急部门 with a matter more, and 应急部门 a message alone that both have."""
    queue_reminders(database, at(6, 21))
    rows = {row.recipient: {one["occurrence"] for one in row.matters} for row in made(database) if row.rule == "digest"}
    both, own = rows["农业部门"] & rows["应急部门"], rows["应急部门"] - rows["农业部门"]
    assert both and own
    naming.merge(database, party(database, "应急部门").id, party(database, "农业部门").id, said(at(6, 21)))
    refresh_waiting(database, at(6, 21, 10))
    told = [one["occurrence"] for row in to_tell(database) if row.recipient == "农业部门" for one in row.matters]
    assert sorted(told) == sorted(both | own)
    assert not [row for row in to_tell(database) if row.recipient == "应急部门"]


def test_what_was_withdrawn_for_the_other_name_does_not_count(database: Database, imported: Imported) -> None:
    queue_reminders(database, at(7, 5))
    farmers, emergency = party(database, "农业部门"), party(database, "应急部门")
    with database.read() as session:
        item = queries.item_of(session, row_due(database, date(2024, 7, 10)))
    release(database, item.id, farmers.id, "department", said(at(7, 5)))
    refresh_waiting(database, at(7, 5))
    naming.merge(database, emergency.id, farmers.id, said(at(7, 5)))
    refresh_waiting(database, at(7, 5, 10))
    assert {row.rule for row in to_tell(database) if row.recipient == "农业部门"} >= {"approaching"}


def test_names_merged_while_the_day_is_decided(
    database: Database, imported: Imported, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = party(database, "应急部门"), party(database, "农业部门")

    def draft_and_merge(*given: Any) -> Any:
        naming.merge(database, old.id, new.id, said(at(6, 28)))
        return draft_letters(*given)

    monkeypatch.setattr("planner.services.reminding.draft_letters", draft_and_merge)
    assert queue_reminders(database, at(6, 28)) == 0
    monkeypatch.undo()
    queue_reminders(database, at(6, 28))
    assert {row.recipient for row in made(database) if row.role == "department"} == {"农业部门"}


def test_a_plan_brought_in_while_the_day_is_decided_is_not_left_out(
    database: Database, imported: Imported, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = PLAN.replace("安全生产", "消防").replace("应急部门", "消防站").encode()

    def draft_and_import(*given: Any) -> Any:
        import_plan(database, Source("又一份.md", text), actor="王文员", at=at(7, 5))
        return draft_letters(*given)

    monkeypatch.setattr("planner.services.reminding.draft_letters", draft_and_import)
    assert queue_reminders(database, at(7, 5)) == 0
    monkeypatch.undo()
    queue_reminders(database, at(7, 5))
    assert "approaching" in {row.rule for row in made(database) if row.recipient == "消防站"}


def test_what_a_clock_ahead_of_time_told_is_not_newer(database: Database, imported: Imported) -> None:
    queue_reminders(database, at(9, 2))
    for row in to_tell(database):
        mark_told(database, row.id, at(9, 2), "王文员")
    queue_reminders(database, at(7, 1))
    refresh_waiting(database, at(7, 1))
    assert {row.recipient for row in to_tell(database)} >= {"应急部门", "王建国"}


def test_what_waits_outlives_a_change_of_the_thresholds(database: Database, imported: Imported) -> None:
    queue_reminders(database, at(7, 5))
    before = [row.id for row in to_tell(database) if row.role == "department" and "收割机" in row.body]
    assert before
    usual = {name: as_typed(getattr(DEFAULTS, name)) for name in FIELD_LABELS}
    assert set_thresholds(database, {**usual, "before": "8、1", "alone_at": "1"}, said(at(7, 5))) == {}
    refresh_waiting(database, at(7, 5))
    assert [row.id for row in to_tell(database) if row.role == "department" and "收割机" in row.body] == before


def test_a_channel_given_to_others_carries_nothing_that_waited_for_the_first(
    database: Database, imported: Imported
) -> None:
    """A department's robot is not there; meanwhile the channel is turned into that of the large group."""
    with receiving(says({"errcode": 45009, "errmsg": "api freq out of limit"})) as first, receiving(TAKEN) as other:
        number = add_channel(
            database, "wecom", "应急小群", "party", party(database, "应急部门").id, first.address, "", said(AT)
        )
        queue_reminders(database, AT)
        outcome = deliver_one(database, AT, Post("w"))
        assert outcome and outcome.state == "waiting"
        change_channel(database, number, "全镇大群", "group", None, other.address, said=said(AT))
        deliver(database, AT + timedelta(minutes=6))
        assert other.calls == []
    with database.read() as session:
        troubled = [delivery.error for delivery, row in outbox.troubled(session, AT) if row.recipient == "应急部门"]
    assert troubled and set(troubled) == {"这个发送渠道已改为发给别人，没有发送。请直接转告。"}
    assert any(row.recipient == "应急部门" for row in to_tell(database))


def test_what_a_group_has_stays_as_it_was(database: Database, imported: Imported) -> None:
    with receiving(TAKEN) as one, receiving(says({"errcode": 45009})) as two:
        for name, robot in (("甲群", one), ("乙群", two)):
            add_channel(database, "wecom", name, "group", None, robot.address, "", said(AT))
        queue_reminders(database, AT)
        deliver(database, AT)
        (notice,) = [row for row in made(database) if row.role == "group"]
        record(database, row_due(database, date(2024, 7, 10)).id, Act.HAND_IN, said(AT, "办好了"))
        deliver(database, AT + timedelta(minutes=6))
    (after,) = [row for row in made(database) if row.role == "group"]
    assert (after.body, after.withdrawn_at) == (notice.body, None)


def test_a_digest_that_goes_out_meanwhile_is_not_taken_up_in_the_next(
    mailed: Database, postbox: tuple[Postbox, Smtp], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process sends Monday's digest while Tuesday's is being decided."""
    box, smtp = postbox
    queue_reminders(mailed, AT)
    tomorrow = AT + timedelta(days=1)

    def draft_and_be_overtaken(*given: Any) -> Any:
        deliver(mailed, tomorrow, smtp)
        return draft_letters(*given)

    monkeypatch.setattr("planner.services.reminding.draft_letters", draft_and_be_overtaken)
    assert queue_reminders(mailed, tomorrow) == 0, "decided anew at the next look"
    monkeypatch.undo()
    assert box.taken
    queue_reminders(mailed, tomorrow)
    deliver(mailed, tomorrow, smtp)
    assert not [body for _, body in told(box) if "补发" in body]
    assert not [row for row in made(mailed) if row.recipient == "应急部门" and row.withdrawn_at]


def test_a_digest_told_meanwhile_is_not_taken_up_either(
    database: Database, imported: Imported, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue_reminders(database, at(7, 8))

    def draft_and_tell(*given: Any) -> Any:
        for row in to_tell(database):
            mark_told(database, row.id, at(7, 9), "王文员")
        return draft_letters(*given)

    monkeypatch.setattr("planner.services.reminding.draft_letters", draft_and_tell)
    assert queue_reminders(database, at(7, 9)) == 0
    monkeypatch.undo()
    queue_reminders(database, at(7, 9))
    assert not [row for row in made(database) if (row.told_at and row.withdrawn_at) or "补发" in row.body]

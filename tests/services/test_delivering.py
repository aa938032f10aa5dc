"""Messages are delivered to a real server, each outcome is written down, and nobody is told what is no longer theirs."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from email import message_from_bytes

import pytest

from planner.config import OFFICE_TIME, Settings
from planner.core.status import Act
from planner.errors import Conflict
from planner.notify.transports import Smtp
from planner.scheduler import Shift
from planner.services import delivering
from planner.services.attending import attend, leave
from planner.services.delivering import (
    LEASE,
    LOST_TWICE,
    PAUSES,
    Post,
    deliver_one,
    mark_told,
    read_message,
    try_again,
)
from planner.services.flagging import set_flag
from planner.services.importing import Imported
from planner.services.refreshing import refresh_waiting
from planner.services.reminding import queue_reminders
from planner.services.settling import note_start
from planner.services.tracking import Said, record
from planner.store import outbox, queries
from planner.store.database import Database
from planner.store.outgoing import Channel, Delivery, Reminder
from tests.conftest import NOON
from tests.services.mail import Postbox, mail_server
from tests.services.test_reminding import give_address, made, row_due, to_tell

AT = datetime(2024, 7, 1, 9, 0, tzinfo=OFFICE_TIME)
"""The day after the second quarter, seven working days before 10 July."""


@pytest.fixture
def postbox() -> Iterator[tuple[Postbox, Smtp]]:
    with mail_server() as running:
        yield running


@pytest.fixture
def queued(database: Database, imported: Imported) -> Database:
    """The messages of a day, those to both departments by e-mail."""
    give_address(database)
    give_address(database, "农业部门", "nongye@liuhe.example.cn")
    note_start(database, NOON, "", "", mail_server=True)
    queue_reminders(database, AT)
    return database


def deliveries(database: Database) -> list[Delivery]:
    with database.read() as session:
        return list(outbox.deliveries_of(session, [row.id for row in outbox.past(session)]))


def deliver_all(database: Database, at: datetime, smtp: Smtp, worker: str = "w") -> int:
    count = 0
    while deliver_one(database, at, Post(worker, smtp)):
        count += 1
    return count


def keep_one(database: Database) -> None:
    with database.write() as session:
        for row in outbox.deliveries_of(session, [row.id for row in outbox.past(session)])[1:]:
            session.delete(row)


def message_of(database: Database, row: Delivery) -> Reminder:
    with database.read() as session:
        return outbox.reminder(session, row.reminder_id)


def test_a_reminder_reaches_the_server_once(queued: Database, postbox: tuple[Postbox, Smtp]) -> None:
    box, smtp = postbox
    count = deliver_all(queued, AT, smtp)
    assert count == len(box.taken) == len({letter["Message-ID"] for letter in box.letters()}) > 0
    letter = box.letters()[0]
    assert letter["To"].endswith("@liuhe.example.cn") and letter["Message-ID"].endswith("@planner.local>")
    assert deliver_all(queued, AT + timedelta(hours=1), smtp) == 0
    assert {(row.state, row.attempts, row.claimed_by) for row in deliveries(queued)} == {("sent", 1, "w")}


def test_nothing_leaves_on_a_rest_day_or_out_of_hours(queued: Database, postbox: tuple[Postbox, Smtp]) -> None:
    _, smtp = postbox
    for at in (AT.replace(hour=18), AT + timedelta(days=5), AT + timedelta(days=7, hours=-1)):
        assert deliver_all(queued, at, smtp) == 0
    assert {row.state for row in deliveries(queued)} == {"waiting"}


def test_what_fails_for_now_is_tried_again_after_growing_pauses(
    queued: Database, postbox: tuple[Postbox, Smtp]
) -> None:
    box, smtp = postbox
    box.answers += ["451 busy"] * 2
    keep_one(queued)
    at = AT
    for tries, pause in enumerate(PAUSES[:2], start=1):
        assert deliver_one(queued, at, Post("w", smtp))
        (row,) = deliveries(queued)
        assert (row.state, row.attempts, row.next_try_at) == ("waiting", tries, at + pause) and "busy" in row.error
        assert not deliver_one(queued, at + pause - timedelta(seconds=1), Post("w", smtp)), "not before its time"
        at += pause
    deliver_all(queued, at, smtp)
    (row,) = deliveries(queued)
    assert (row.state, row.attempts, row.maybe_repeated) == ("sent", 3, False)


@pytest.mark.parametrize("drops", [1, 2])
def test_a_server_that_hangs_up_after_the_letter_is_tried_once_more_and_marked(
    queued: Database, postbox: tuple[Postbox, Smtp], drops: int
) -> None:
    box, smtp = postbox
    box.answers += ["drop"] * drops
    keep_one(queued)
    deliver_all(queued, AT, smtp)
    assert [(row.state, row.maybe_repeated) for row in deliveries(queued)] == [("waiting", True)]
    for pause in PAUSES[:2]:
        deliver_all(queued, AT + pause, smtp)
    (row,) = deliveries(queued)
    assert len(box.taken) == 2 and len({letter["Message-ID"] for letter in box.letters()}) == 1
    assert (row.state, row.error) == (("sent", "") if drops == 1 else ("failed", LOST_TWICE))


def test_a_server_that_refuses_the_connection_is_tried_until_the_clerk_is_told(queued: Database) -> None:
    smtp = Smtp(host="127.0.0.1", port=1, sender="office@liuhe.example.cn", timeout=2)
    keep_one(queued)
    tries = []
    for hour in range(24 * 4):
        at = AT + timedelta(hours=hour)
        if deliver_one(queued, at, Post("w", smtp)):
            tries.append(at)
    (failed,) = deliveries(queued)
    assert (failed.state, failed.attempts) == ("failed", len(PAUSES) + 1 == len(tries) and len(tries))
    assert "连不上" in failed.error
    assert failed.reminder_id in {row.id for row in to_tell(queued)}, "a person passes it on now"


def test_a_final_refusal_is_shown_with_the_servers_words_and_blocks_nobody(
    queued: Database, postbox: tuple[Postbox, Smtp]
) -> None:
    box, smtp = postbox
    box.answers.append("550 no such user")
    deliver_all(queued, AT, smtp)
    failed = next(row for row in deliveries(queued) if row.state == "failed")
    assert "no such user" in failed.error and {row.state for row in deliveries(queued)} == {"failed", "sent"}
    assert failed.reminder_id in {row.id for row in to_tell(queued)}
    with queued.read() as session:
        assert [row.id for row, _ in outbox.troubled(session, AT)] == [failed.id]
    try_again(queued, failed.id, AT)
    assert failed.reminder_id not in {row.id for row in to_tell(queued)}
    deliver_all(queued, AT, smtp)
    assert {row.state for row in deliveries(queued)} == {"sent"}
    with pytest.raises(Conflict):
        try_again(queued, failed.id, AT)


def test_what_a_person_told_is_not_sent_any_more(queued: Database, postbox: tuple[Postbox, Smtp]) -> None:
    box, smtp = postbox
    first = deliveries(queued)[0]
    mark_told(queued, first.reminder_id, AT, "王文员")
    deliver_all(queued, AT, smtp)
    assert message_of(queued, first).title not in {letter["Subject"] for letter in box.letters()}
    with pytest.raises(Conflict):
        mark_told(queued, first.reminder_id, AT, "王文员")
    sent = next(row for row in deliveries(queued) if row.state == "sent")
    with pytest.raises(Conflict):
        mark_told(queued, sent.reminder_id, AT, "王文员")


def lose(database: Database, at: datetime) -> Delivery:
    """Leave a delivery as a worker leaves it that dies after the server took the letter."""
    with database.write() as session:
        found = outbox.next_to_send(session, at, at - LEASE)
        assert found is not None
        row, _ = found
        row.state, row.claimed_at, row.claimed_by = "sending", at, "dead"
        row.attempts += 1
        session.add(row)
        return row


def test_one_cut_off_in_between_is_sent_once_more_and_marked(queued: Database, postbox: tuple[Postbox, Smtp]) -> None:
    _, smtp = postbox
    lost = lose(queued, AT)
    deliver_all(queued, AT + timedelta(minutes=1), smtp)
    assert next(row for row in deliveries(queued) if row.id == lost.id).state == "sending", "its lease still runs"
    deliver_all(queued, AT + LEASE + timedelta(minutes=1), smtp)
    kept = next(row for row in deliveries(queued) if row.id == lost.id)
    assert (kept.state, kept.maybe_repeated, kept.claimed_by) == ("sent", True, "w")


def test_one_cut_off_twice_goes_to_the_clerk(queued: Database, postbox: tuple[Postbox, Smtp]) -> None:
    _, smtp = postbox
    lost = lose(queued, AT)
    later = AT + LEASE + timedelta(minutes=1)
    deliver_all(queued, AT, smtp)
    with queued.write() as session:
        row, _ = outbox.locked_delivery(session, lost.id)
        row.maybe_repeated, row.claimed_at = True, AT
        session.add(row)
    deliver_all(queued, later, smtp)
    kept = next(row for row in deliveries(queued) if row.id == lost.id)
    assert (kept.state, kept.error) == ("failed", LOST_TWICE)
    assert kept.reminder_id in {row.id for row in to_tell(queued)}


def test_a_worker_whose_lease_ran_out_does_not_overwrite_what_another_recorded(
    queued: Database, postbox: tuple[Postbox, Smtp]
) -> None:
    box, smtp = postbox
    first = deliveries(queued)[0]

    class Slow:
        def send(self, *_: object) -> None:
            deliver_all(queued, AT + LEASE + timedelta(minutes=1), smtp, "quick")

    slow = Post("slow", Slow())  # type: ignore[arg-type]
    assert deliver_one(queued, AT, slow)
    kept = next(row for row in deliveries(queued) if row.id == first.id)
    assert (kept.state, kept.claimed_by, kept.maybe_repeated) == ("sent", "quick", True)
    assert len(box.taken) == len(deliveries(queued))


def test_a_fault_in_a_library_is_a_failed_try_and_no_more(queued: Database) -> None:
    class Broken:
        def send(self, *_: object) -> None:
            raise RuntimeError("key=secret")

    assert deliver_one(queued, AT, Post("w", Broken()))  # type: ignore[arg-type]
    row = deliveries(queued)[0]
    assert row.state == "waiting" and "RuntimeError" in row.error and "secret" not in row.error


def test_what_was_handed_in_meanwhile_is_not_sent(queued: Database, postbox: tuple[Postbox, Smtp]) -> None:
    box, smtp = postbox
    said = Said("王文员", AT, AT.date(), "都查完了", data={"explained": "无"})
    for number in {matter["occurrence"] for row in deliveries(queued) for matter in message_of(queued, row).matters}:
        record(queued, number, Act.HAND_IN, said)
    deliver_all(queued, AT, smtp)
    assert not box.taken
    gone = [row for row in made(queued) if row.withdrawn_at]
    assert {"应急部门", "农业部门"} <= {row.recipient for row in gone} and all(row.withdrawn_because for row in gone)
    assert {row.state for row in deliveries(queued)} == {"withdrawn"}


def test_what_waits_for_a_person_is_withdrawn_too(database: Database, imported: Imported) -> None:
    queue_reminders(database, AT)
    row = row_due(database, date(2024, 7, 10))
    about = [one.id for one in to_tell(database) if any(matter["occurrence"] == row.id for matter in one.matters)]
    assert about
    said = Said("王文员", AT, AT.date(), "检查完成", data={"explained": "无"})
    record(database, row.id, Act.HAND_IN, said)
    refresh_waiting(database, AT + timedelta(minutes=1))
    left = {one.id: one for one in to_tell(database)}
    for number in about:
        assert number not in left or all(matter["occurrence"] != row.id for matter in left[number].matters)
        assert number not in left or "收割机" not in left[number].body


def test_a_message_is_read_by_its_recipient_only(database: Database, imported: Imported) -> None:
    queue_reminders(database, AT)
    row = next(one for one in to_tell(database) if one.recipient == "应急部门")
    assert read_message(database, row.id, ["水利"], AT).read_at is None
    assert read_message(database, row.id, ["应急部门"], AT).read_at == AT
    assert row.id not in {one.id for one in to_tell(database)}
    read_message(database, row.id, ["应急部门"], AT + timedelta(days=1))
    assert next(one for one in made(database) if one.id == row.id).read_at == AT


KILLED = """
import os, signal, sys
from datetime import datetime
from planner.notify.transports import Smtp
from planner.scheduler import Shift
from planner.services import delivering
from planner.services.attending import attend, leave
from planner.services.delivering import Post, deliver_one
from planner.services.refreshing import refresh_waiting
from planner.services.reminding import queue_reminders
from planner.store.database import Database

url, port, at = sys.argv[1], int(sys.argv[2]), datetime.fromisoformat(sys.argv[3])
database = Database(url)
queue_reminders(database, at)
deliver_one(database, at, Post("w", Smtp(host="127.0.0.1", port=port, sender="office@liuhe.example.cn")))
os.kill(os.getpid(), signal.SIGTERM if os.name == "nt" else signal.SIGKILL)
"""


def test_each_reminder_arrives_once_though_the_process_is_killed_and_started_again(
    database: Database, imported: Imported, postbox: tuple[Postbox, Smtp]
) -> None:
    box, smtp = postbox
    give_address(database)
    note_start(database, NOON, "", "", mail_server=True)
    url = database.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", KILLED, url, str(smtp.port), AT.isoformat()]
    for _ in range(2):
        assert subprocess.run(command).returncode != 0
    queue_reminders(database, AT)
    deliver_all(database, AT, smtp)
    identifiers = [message_from_bytes(taken.original_content or b"")["Message-ID"] for taken in box.taken]
    assert len(identifiers) == len(set(identifiers)) == len(deliveries(database)) > 0
    assert {row.state for row in deliveries(database)} == {"sent"}


def test_what_became_confidential_meanwhile_is_only_counted(queued: Database, postbox: tuple[Postbox, Smtp]) -> None:
    box, smtp = postbox
    row = row_due(queued, date(2024, 7, 10))
    set_flag(queued, row.task_id, "internal", True, Said("王文员", AT, AT.date()))
    deliver_all(queued, AT, smtp)
    assert box.taken and not [
        letter for letter in box.letters() if "收割机" in letter.get_content() + letter["Subject"]
    ]


def test_a_worker_without_a_mail_server_leaves_the_letters_to_others(
    queued: Database, postbox: tuple[Postbox, Smtp]
) -> None:
    assert deliver_one(queued, AT, Post("pages only")) is None
    assert {row.state for row in deliveries(queued)} == {"waiting"}
    assert deliver_all(queued, AT, postbox[1]) == len(deliveries(queued))


def test_a_process_without_a_mail_server_does_not_take_it_from_one_at_work(queued: Database) -> None:
    attend(queued, "with mail", AT)
    note_start(queued, AT, "", "", mail_server=False)
    assert by_email(queued) and {row.state for row in deliveries(queued)} == {"waiting"}
    leave(queued, "with mail", AT)
    note_start(queued, AT, "", "https://plan.liuhe.example", mail_server=False)
    assert not by_email(queued)
    assert {row.state for row in deliveries(queued)} == {"failed"}, "what waited for it goes to the clerk"
    assert {row.reminder_id for row in deliveries(queued)} <= {row.id for row in to_tell(queued)}


def by_email(database: Database) -> bool:
    with database.read() as session:
        return queries.the_office(session).by_email


def test_a_letter_goes_to_the_address_of_now(queued: Database, postbox: tuple[Postbox, Smtp]) -> None:
    box, smtp = postbox
    give_address(queued, "应急部门", "new@liuhe.example.cn")
    give_address(queued, "农业部门", "")
    deliver_all(queued, AT, smtp)
    assert {letter["To"] for letter in box.letters()} == {"new@liuhe.example.cn"}
    gone = [row for row in deliveries(queued) if row.address == "nongye@liuhe.example.cn"]
    assert gone and {row.state for row in gone} == {"failed"}


def test_a_late_letter_counts_from_the_day_it_goes_out(queued: Database, postbox: tuple[Postbox, Smtp]) -> None:
    box, smtp = postbox
    deliver_all(queued, AT + timedelta(days=1), smtp)
    bodies = [letter.get_content() for letter in box.letters()]
    assert any("还有6个工作日" in body for body in bodies) and not any("还有7个工作日" in body for body in bodies)


def test_what_was_sent_stays_as_it_was(queued: Database, postbox: tuple[Postbox, Smtp]) -> None:
    _, smtp = postbox
    deliver_all(queued, AT, smtp)
    before = [(row.title, row.body, row.withdrawn_at) for row in made(queued)]
    with queued.write() as session:
        for row in outbox.deliveries_of(session, [row.id for row in outbox.past(session)]):
            session.add(Delivery(reminder_id=row.reminder_id, channel="email", address="x@y.example", next_try_at=AT))
    said = Said("王文员", AT, AT.date(), "都查完了", data={"explained": "无"})
    for number in {matter["occurrence"] for row in deliveries(queued) for matter in message_of(queued, row).matters}:
        record(queued, number, Act.HAND_IN, said)
    deliver_all(queued, AT, smtp)
    now = [(row.title, row.body, row.withdrawn_at) for row in made(queued) if row.rule in ("digest", "overdue")]
    assert [one for one in before if one in now] == now
    assert {row.state for row in deliveries(queued) if row.address == "x@y.example"} == {"withdrawn"}


def test_one_that_cannot_be_made_ready_stops_nothing(
    queued: Database, postbox: tuple[Postbox, Smtp], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = deliveries(queued)[0]

    def poisoned(reminder: Reminder, row: Delivery) -> str:
        if row.id == first.id:
            raise ZeroDivisionError
        return f"{row.id}@planner.local"

    monkeypatch.setattr(delivering, "message_id", poisoned)
    deliver_all(queued, AT, postbox[1])
    states = {row.id: row.state for row in deliveries(queued)}
    assert states.pop(first.id) == "failed" and set(states.values()) == {"sent"}
    assert first.reminder_id in {row.id for row in to_tell(queued)}


def test_a_channel_that_does_not_answer_keeps_up_no_other(
    queued: Database, settings: Settings, postbox: tuple[Postbox, Smtp]
) -> None:
    slow = replace(settings, smtp=Smtp(host="127.0.0.1", port=1, sender="office@liuhe.example.cn", timeout=2))
    handled = Shift(slow, queued, lambda: AT).turn()
    assert handled == {"waiting": 1}, "after the first try the others wait for the next turn"
    assert sum(row.attempts for row in deliveries(queued)) == 1


def test_what_is_being_sent_cannot_be_told_at_the_same_time(queued: Database) -> None:
    lost = lose(queued, AT)
    with pytest.raises(Conflict, match="正在发送"):
        mark_told(queued, lost.reminder_id, AT, "王文员")
    with pytest.raises(Conflict):
        try_again(queued, lost.id, AT + timedelta(minutes=1))
    mark_told(queued, lost.reminder_id, AT + LEASE + timedelta(minutes=1), "王文员")


def test_a_promise_made_after_the_message_stops_it(queued: Database, postbox: tuple[Postbox, Smtp]) -> None:
    box, smtp = postbox
    number = next(one.matters[0]["occurrence"] for one in made(queued) if one.rule == "overdue")
    record(queued, number, Act.CHASE, Said("王文员", AT, AT.date(), "电话", data={"promised_on": "2024-07-20"}))
    deliver_all(queued, AT, smtp)
    assert not [letter for letter in box.letters() if "风险辨识" in letter["Subject"] + letter.get_content()]


def test_the_notice_for_a_group_is_written_as_things_stand(database: Database, imported: Imported) -> None:
    with database.write() as session:
        session.add(Channel(office_id=1, kind="webhook", name="群", audience="group", address="http://127.0.0.1:9/x",
                            made_at=NOON, made_by="王文员"))  # fmt: skip
    queue_reminders(database, AT)
    (row,) = (one for one in made(database) if one.role == "group")
    assert "收割机检查" in row.body and row.title not in row.body
    set_flag(database, row_due(database, date(2024, 7, 10)).task_id, "internal", True, Said("王文员", AT, AT.date()))
    deliver_one(database, AT, Post("w"))
    (row,) = (one for one in made(database) if one.role == "group")
    assert "收割机检查" not in row.body and "1 项内部事项" in row.body

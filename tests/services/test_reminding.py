"""Messages are made once, delivered to a real server, and their outcome is written down."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from planner.config import OFFICE_TIME, shipped
from planner.errors import Conflict
from planner.notify.transports import Smtp
from planner.services.assigning import set_email
from planner.services.importing import Imported, Source, load_samples
from planner.services.reminding import LEASE, Letterhead, deliver_one, mark_told, queue_reminders, rehearse
from planner.store import people, queries
from planner.store.database import Database
from planner.store.models import Reminder

HEAD = Letterhead("柳河镇党政办", "王文员 0000-000", shipped("templates") / "messages")
LAST_DAY = datetime(2024, 6, 28, 9, 0, tzinfo=OFFICE_TIME)
"""The last working day before Sunday 30 June, on which the second quarter ends too."""


@dataclass
class Postbox:
    """A real SMTP server's handler that keeps what it takes, or answers what it is told to."""

    answer: str = "250 OK"
    taken: list[Envelope] = field(default_factory=list)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.answer.startswith("250"):
            self.taken.append(envelope)
        return self.answer


@pytest.fixture
def postbox() -> Iterator[tuple[Postbox, Smtp]]:
    box = Postbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, Smtp(host="127.0.0.1", port=port, sender="office@liuhe.example.cn", timeout=5)
    controller.stop()


def address_of_emergency_office(database: Database) -> None:
    with database.read() as session:
        party = people.party_named(session, "department", "应急部门")
    assert party is not None
    set_email(database, party.id, "yingji@liuhe.example.cn")


def outbox(database: Database, *states: str) -> list[Reminder]:
    with database.read() as session:
        return list(queries.outbox(session, *states))


def test_messages_are_made_once_a_day_and_wait_for_the_clerk(database: Database, imported: Imported) -> None:
    made = queue_reminders(database, LAST_DAY, HEAD)
    assert made > 0
    assert queue_reminders(database, LAST_DAY + timedelta(hours=1), HEAD) == 0
    waiting = outbox(database, "waiting")
    assert len(waiting) == made
    assert any("风险辨识" in row.body and row.recipient == "应急部门" for row in waiting)


@pytest.mark.parametrize(
    "at",
    [
        datetime(2024, 6, 29, 9, 0, tzinfo=OFFICE_TIME),
        datetime(2024, 6, 28, 8, 29, tzinfo=OFFICE_TIME),
        datetime(2024, 6, 28, 17, 31, tzinfo=OFFICE_TIME),
    ],
)
def test_nothing_on_rest_days_and_out_of_hours(database: Database, imported: Imported, at: datetime) -> None:
    assert queue_reminders(database, at, HEAD) == 0


def test_the_sample_never_reminds_but_can_be_rehearsed(database: Database, source: Source, tmp_path: object) -> None:
    load_samples(database, shipped("plans"), LAST_DAY)
    assert queue_reminders(database, LAST_DAY, HEAD) == 0
    assert rehearse(database, date(2024, 6, 28), HEAD)
    assert outbox(database, "waiting") == []


def test_a_reminder_reaches_the_server_once(
    database: Database, imported: Imported, postbox: tuple[Postbox, Smtp]
) -> None:
    box, smtp = postbox
    address_of_emergency_office(database)
    queue_reminders(database, LAST_DAY, HEAD)
    while deliver_one(database, LAST_DAY, smtp):
        pass
    assert len(box.taken) == len({bytes(envelope.original_content or b"") for envelope in box.taken}) > 0
    message = message_from_bytes(box.taken[0].original_content or b"", policy=default)
    assert message["To"] == "yingji@liuhe.example.cn" and message["Message-ID"].endswith("@planner.local>")
    assert not deliver_one(database, LAST_DAY + timedelta(days=1), smtp)
    assert {row.address for row in outbox(database, "sent")} == {"yingji@liuhe.example.cn"}
    assert all(row.address == "" for row in outbox(database, "waiting")), "those without an address wait for a person"


def test_a_refusal_for_now_is_tried_again_later(
    database: Database, imported: Imported, postbox: tuple[Postbox, Smtp]
) -> None:
    box, smtp = postbox
    address_of_emergency_office(database)
    queue_reminders(database, LAST_DAY, HEAD)
    box.answer = "451 busy"
    assert deliver_one(database, LAST_DAY, smtp)
    row = next(row for row in outbox(database, "waiting") if row.attempts)
    assert "451" in row.error or "busy" in row.error
    box.answer = "250 OK"
    later = LAST_DAY + timedelta(minutes=6)
    while deliver_one(database, later, smtp):
        pass
    assert next(kept for kept in outbox(database, "sent") if kept.id == row.id).attempts == 2


def test_a_final_refusal_is_shown_with_the_servers_words(
    database: Database, imported: Imported, postbox: tuple[Postbox, Smtp]
) -> None:
    box, smtp = postbox
    address_of_emergency_office(database)
    queue_reminders(database, LAST_DAY, HEAD)
    box.answer = "550 no such user"
    assert deliver_one(database, LAST_DAY, smtp)
    (failed,) = outbox(database, "failed")
    assert "no such user" in failed.error
    mark_told(database, failed.id, LAST_DAY)
    with pytest.raises(Conflict):
        mark_told(database, failed.id, LAST_DAY)


def test_a_crash_between_sending_and_recording_is_retried_once_and_marked(
    database: Database, imported: Imported, postbox: tuple[Postbox, Smtp]
) -> None:
    _, smtp = postbox
    address_of_emergency_office(database)
    queue_reminders(database, LAST_DAY, HEAD)
    with database.write() as session:
        row = next(row for row in queries.outbox(session, "waiting") if row.address)
        row.state, row.claimed_at = "sending", LAST_DAY
        session.add(row)
    while deliver_one(database, LAST_DAY + timedelta(minutes=1), smtp):
        pass
    assert [kept.id for kept in outbox(database, "sending")] == [row.id], "its lease still runs"
    while deliver_one(database, LAST_DAY + LEASE + timedelta(minutes=1), smtp):
        pass
    kept = next(kept for kept in outbox(database, "sent") if kept.id == row.id)
    assert kept.maybe_repeated


KILLED = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from planner.notify.transports import Smtp
from planner.services.reminding import Letterhead, deliver_one, queue_reminders
from planner.store.database import Database

url, port, at, templates = sys.argv[1], int(sys.argv[2]), datetime.fromisoformat(sys.argv[3]), Path(sys.argv[4])
database = Database(url)
queue_reminders(database, at, Letterhead("柳河镇党政办", "", templates))
deliver_one(database, at, Smtp(host="127.0.0.1", port=port, sender="office@liuhe.example.cn"))
os.kill(os.getpid(), signal.SIGTERM if os.name == "nt" else signal.SIGKILL)
"""


def test_each_reminder_arrives_once_though_the_process_is_killed_and_started_again(
    database: Database, imported: Imported, postbox: tuple[Postbox, Smtp]
) -> None:
    box, smtp = postbox
    address_of_emergency_office(database)
    url = database.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", KILLED, url, str(smtp.port), LAST_DAY.isoformat(), str(HEAD.templates)]
    for _ in range(2):
        assert subprocess.run(command).returncode != 0
    queue_reminders(database, LAST_DAY, HEAD)
    while deliver_one(database, LAST_DAY, smtp):
        pass
    identifiers = [message_from_bytes(taken.original_content or b"")["Message-ID"] for taken in box.taken]
    assert len(identifiers) == len(set(identifiers)) == len(outbox(database, "sent")) > 0
    assert not any(row.address for row in outbox(database, "waiting", "sending", "failed"))


def test_after_an_interruption_one_catch_up(database: Database, imported: Imported) -> None:
    queue_reminders(database, datetime(2024, 6, 3, 9, 0, tzinfo=OFFICE_TIME), HEAD)
    queue_reminders(database, LAST_DAY, HEAD)
    rows = [row for row in outbox(database, "waiting") if row.day == LAST_DAY.date()]
    subjects = [(row.recipient, row.rule, row.subject) for row in rows]
    assert len(subjects) == len(set(subjects))
    assert {row.day for row in outbox(database, "waiting")} <= {date(2024, 6, 3), LAST_DAY.date()}

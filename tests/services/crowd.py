"""Several workers on one outbox, killed again and again: ``python -m tests.services.crowd URL [REMINDERS KILLS WORKERS]``.

The workers are processes that deliver over a real mail server and know nothing of each other; the office's clock runs from
nine o'clock of a working day at the pace of the machine's. What arrived, and from whom, is told by the mail server.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from random import Random
from threading import Event, Thread

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import make_url

from planner.config import OFFICE_TIME
from planner.core.reminders import Matter, Rule
from planner.errors import PlannerError
from planner.notify.transports import Smtp
from planner.services.arranging import seed_calendar
from planner.services.assigning import set_email
from planner.services.delivering import Post, deliver_one, message_id
from planner.services.importing import Source, import_plan
from planner.services.signing_in import ensure_office
from planner.store import outbox, people, queries
from planner.store.database import Database
from planner.store.outgoing import Delivery, Reminder
from planner.store.values import dump_matters
from tests.conftest import NOON, PLAN

ROOT = Path(__file__).parents[2]
OPENING = datetime(2024, 6, 21, 9, 0, tzinfo=OFFICE_TIME)
LEASE = timedelta(seconds=4)
PATIENCE = 300.0
ADDRESS = "a@liuhe.example.cn"


@dataclass
class Letterbox:
    """A mail server's handler that notes which worker brought which message."""

    taken: list[tuple[str, str]] = field(default_factory=list)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        message = message_from_bytes(envelope.original_content or b"")
        self.taken.append((message["Message-ID"], str(envelope.mail_from)))
        return "250 OK"


@contextmanager
def letterbox() -> Iterator[tuple[Letterbox, int]]:
    """Run the mail server for the length of a block."""
    box, port = Letterbox(), free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield box, port
    finally:
        controller.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def fill(database: Database, count: int) -> None:
    """Write *count* messages about a matter that is still open, each to be delivered by e-mail."""
    import_plan(database, Source("柳河镇要点.md", PLAN.encode()), actor="王文员", at=NOON)
    with database.read() as session:
        party = people.party_named(session, "department", "应急部门")
    assert party is not None
    set_email(database, party.id, ADDRESS)
    with database.write() as session:
        office = queries.the_office(session)
        (plan,) = queries.current_plans(session)
        row = next(one for one in queries.occurrences_in(session, [plan]) if str(one.due_on) == "2024-07-10")
        matters = dump_matters([Matter(row.id, Rule.EARLY, "提前15个工作日")])
        for number in range(count):
            reminder = Reminder(
                office_id=office.id, recipient="应急部门", rule=Rule.DIGEST.value, subject=f"{number}",
                day=OPENING.date(), title=f"第{number}条", body="农机检查。\n", matters=matters, made_at=OPENING,
            )  # fmt: skip
            session.add(reminder)
            session.flush()
            session.add(Delivery(reminder_id=reminder.id, channel="email", address=ADDRESS, next_try_at=OPENING))


def work(name: str, url: str, port: str, began: str) -> None:
    """Deliver until there is nothing left to wait for; what cannot be reached is tried again."""
    smtp = Smtp(host="127.0.0.1", port=int(port), sender=f"{name}@liuhe.example.cn", timeout=10)
    post = Post(name, smtp, lease=LEASE)
    while True:
        try:
            with closing(Database(url)) as database:
                while deliver_one(database, moment(began), post):
                    pass
        except PlannerError as refusal:
            print(refusal.message, flush=True)  # noqa: T201  for whoever runs it by hand
        Event().wait(0.2)


def moment(began: str) -> datetime:
    """Return what the office's clock shows."""
    return OPENING + timedelta(seconds=time.monotonic() - float(began))


@dataclass
class Outcome:
    """What a crowd left: how many of the rows ended how, and how often which message came."""

    states: Counter[str]
    marked: int
    lost: int
    doubled: int
    unmarked: int
    """Messages that came more than once though their row does not say so."""
    by_two: int
    """Messages brought by two workers though their row does not say that the first was cut off."""
    seconds: float

    def __str__(self) -> str:
        told = "，".join(f"{state} {count}" for state, count in sorted(self.states.items()))
        return (
            f"{told}; lost {self.lost}, doubled {self.doubled}, marked {self.marked}, unmarked {self.unmarked}, "
            f"by two workers unmarked {self.by_two}; {self.seconds:.0f} s"
        )


class Crowd:
    """Some workers, each started again when it is killed."""

    def __init__(self, urls: list[str], port: int, chance: Random) -> None:
        self.urls, self.port, self.chance = urls, port, chance
        self.began = time.monotonic()
        self.lives = 0
        self.workers = [self._start(url) for url in urls]

    def _start(self, url: str) -> subprocess.Popen[bytes]:
        self.lives += 1
        words = [f"w{self.lives}", url, str(self.port), str(self.began)]
        command = [sys.executable, "-m", "tests.services.crowd", "work", *words]
        return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def kill_one(self) -> None:
        """Kill a worker in the midst of its work and start another in its place."""
        place = self.chance.randrange(len(self.workers))
        self.workers[place].kill()
        self.workers[place].wait()
        self.workers[place] = self._start(self.urls[place])

    def end(self) -> None:
        """Kill them all."""
        for process in self.workers:
            process.kill()
            process.wait()


def until(holds: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Wait until a callable says so."""
    limit = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < limit, "it took too long"
        Event().wait(0.05)


def let_loose(database: Database, urls: list[str], reminders: int, kills: int, cut: Wire | None = None) -> Outcome:
    """Let workers deliver messages while they are killed again and again, one *cut* off for a while; tell what came of it."""
    fill(database, reminders)
    begun = time.monotonic()
    with letterbox() as (box, port):
        crowd = Crowd(urls, port, Random(reminders))  # noqa: S311  to be told again
        try:
            for turn in range(kills):
                share = reminders * (turn + 1) // (kills + 2)
                until(lambda share=share: len(box.taken) >= share)  # type: ignore[misc]
                crowd.kill_one()
            if cut:
                until(lambda: len(box.taken) >= reminders // 2)
                cut.cut()
                until(lambda: len(box.taken) >= reminders * 3 // 4)
                cut.mend()
            until(lambda: not _open(database))
        finally:
            crowd.end()
    return _told(database, box, time.monotonic() - begun)


def _open(database: Database) -> bool:
    with database.read() as session:
        counts = outbox.counts(session)
    return bool(counts.get("waiting") or counts.get("sending"))


def _told(database: Database, box: Letterbox, seconds: float) -> Outcome:
    with database.read() as session:
        reminders = {row.id: row for row in outbox.past(session, limit=10**6)}
        rows = {
            f"<{message_id(reminders[row.reminder_id], row)}>": row
            for row in outbox.deliveries_of(session, list(reminders))
        }
    came: dict[str, list[str]] = defaultdict(list)
    for identifier, worker in box.taken:
        came[identifier].append(worker)
    assert came.keys() <= rows.keys()
    doubled = {one for one, by in came.items() if len(by) > 1}
    return Outcome(
        states=Counter(row.state for row in rows.values()),
        marked=sum(row.maybe_repeated for row in rows.values()),
        lost=sum(one not in came for one in rows),
        doubled=len(doubled),
        unmarked=sum(not rows[one].maybe_repeated for one in doubled),
        by_two=sum(len(set(came[one])) > 1 and not rows[one].maybe_repeated for one in doubled),
        seconds=seconds,
    )


class Wire:
    """A line from one machine to the database server, which can be cut and mended."""

    def __init__(self, url: str) -> None:
        parts = make_url(url)
        self.far = (str(parts.host), int(parts.port or 5432))
        self.port = free_port()
        self.url = parts.set(host="127.0.0.1", port=self.port).render_as_string(hide_password=False)
        self.whole = Event()
        self.whole.set()
        self.lines: list[socket.socket] = []
        self.server = socket.create_server(("127.0.0.1", self.port))
        Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                near, _ = self.server.accept()
            except OSError:
                return
            if not self.whole.is_set():
                near.close()
                continue
            far = socket.create_connection(self.far)
            self.lines += [near, far]
            for source, target in ((near, far), (far, near)):
                Thread(target=_pass_on, args=(source, target), daemon=True).start()

    def cut(self) -> None:
        """Let nothing through any more: what is under way breaks off in the middle."""
        self.whole.clear()
        for line in self.lines:
            _shut(line)
        self.lines.clear()

    def mend(self) -> None:
        """Let new connections through."""
        self.whole.set()

    def close(self) -> None:
        """End it for good."""
        self.cut()
        self.server.close()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    _shut(source)
    _shut(target)


def _shut(line: socket.socket) -> None:
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
    line.close()


def main(url: str, reminders: str = "3000", kills: str = "40", workers: str = "4") -> None:
    """Fill an empty database and print what a crowd leaves of it."""
    database = Database(url)
    database.migrate()
    ensure_office(database, "柳河镇党政办")
    seed_calendar(database, NOON)
    print(let_loose(database, [url] * int(workers), int(reminders), int(kills)))  # noqa: T201


if __name__ == "__main__":
    if sys.argv[1] == "work":
        work(*sys.argv[2:])
    else:
        main(*sys.argv[1:])

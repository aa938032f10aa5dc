"""Attending: each worker leaves a sign of life once a minute, and anybody may ask how the sending goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from planner.core.calendar import short_day_words
from planner.services.circumstances import is_open
from planner.services.delivering import LEASE
from planner.store import outbox, queries, workdays
from planner.store.database import Database, Session
from planner.store.outgoing import Worker

ALIVE = timedelta(minutes=5)
"""A worker not seen for longer has stopped: it looks once a minute."""
REMEMBERED = timedelta(days=30)
LATE = timedelta(minutes=15)
"""What could have gone out for longer than this is late."""


@dataclass(frozen=True, slots=True)
class Attendance:
    """A process that looks for work, as it stands at a moment."""

    name: str
    seen_at: datetime
    is_alive: bool
    stopped: bool
    error: str


@dataclass(frozen=True, slots=True)
class Health:
    """How reminding and sending go at a moment; ``lag`` is how long the oldest message that could go out has waited."""

    waiting: int
    sending: int
    failed: int
    stuck: int
    to_tell: int
    lag: timedelta
    decided_through: date | None
    is_decided: bool
    """Whom to remind today was decided, or it is not yet time."""
    workers: tuple[Attendance, ...]

    @property
    def alive(self) -> tuple[Attendance, ...]:
        """The workers that are at work."""
        return tuple(worker for worker in self.workers if worker.is_alive)

    @property
    def is_well(self) -> bool:
        """Tell whether somebody is at work and nothing is late, stuck, undecided or failing."""
        return not self.troubles()

    def troubles(self) -> list[str]:
        """Return what is wrong, each in a sentence that says what to do; empty when all is well."""
        told = (
            (not self.alive, "没有程序在发提醒。请启动 planner run 或 planner work。"),
            (
                self.lag > LATE,
                f"最早的一条已等了{int(self.lag.total_seconds() // 60)}分钟没发出去。请在「已发记录」里看这一条后面写的原因。",
            ),
            (self.stuck > 0, f"有{self.stuck}条卡在发送中，不知道对方是否收到。请在「待发」页处理。"),
            (bool(self.alive) and not self.is_decided, "今天该提醒谁还没有定出来。请看正在工作的程序有没有报错。"),
        )
        errors = tuple(f"{worker.name}：{worker.error}" for worker in self.alive if worker.error)
        return [sentence for holds, sentence in told if holds] + list(errors)

    def sentence(self) -> str:
        """Return the figures in one sentence."""
        through = f"提醒已定到{short_day_words(self.decided_through)}" if self.decided_through else "还没有定过提醒"
        counted = f"等待发送 {self.waiting} 条，正在发送 {self.sending} 条，没有发出 {self.failed} 条，待转告 {self.to_tell} 条"
        return f"{through}；{counted}。"


def attend(database: Database, name: str, at: datetime, error: str = "") -> None:
    """Note that a worker is at work, and why its last look failed."""
    with database.write() as session:
        row = outbox.worker_named(session, name)
        if row is None:
            row = Worker(name=name, started_at=at, seen_at=at)
            outbox.forget_workers(session, at - REMEMBERED)
        row.seen_at, row.stopped_at, row.error = at, None, error[:500]
        session.add(row)


def leave(database: Database, name: str, at: datetime) -> None:
    """Note that a worker ended its work in good order."""
    with database.write() as session:
        row = outbox.worker_named(session, name)
        if row is not None:
            row.seen_at = row.stopped_at = at
            session.add(row)


def health(database: Database, at: datetime) -> Health:
    """Return how reminding and sending go."""
    with database.read() as session:
        return _health(session, at)


def _health(session: Session, at: datetime) -> Health:
    counts = outbox.counts(session)
    oldest = outbox.oldest_due(session, at) if is_open(session, at) else None
    opening = datetime.combine(at.date(), workdays.thresholds_of(session).opens, at.tzinfo)
    through = queries.the_office(session).reminded_through
    return Health(
        waiting=counts.get("waiting", 0),
        sending=counts.get("sending", 0),
        failed=counts.get("failed", 0),
        stuck=outbox.count_stuck(session, at - LEASE),
        to_tell=outbox.count_to_tell(session),
        lag=at - max(oldest, opening) if oldest else timedelta(0),
        decided_through=through,
        is_decided=through == at.date() or not _should_be_decided(session, at),
        workers=tuple(_attendance(row, at) for row in outbox.workers(session)),
    )


def _should_be_decided(session: Session, at: datetime) -> bool:
    """Tell whether a worker had the time to decide: a while after the opening, and after what has it decided anew."""
    told = queries.last_told_at(session)
    return is_open(session, at - ALIVE) and is_open(session, at) and not (told and at - told <= ALIVE)


def _attendance(row: Worker, at: datetime) -> Attendance:
    alive = row.stopped_at is None and at - row.seen_at <= ALIVE
    return Attendance(row.name, row.seen_at, alive, row.stopped_at is not None, row.error)

"""APScheduler only says when to look; what to do, and doing it once, is decided elsewhere."""

from __future__ import annotations

import logging
import os
import secrets
import socket
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event

from apscheduler.schedulers.background import BackgroundScheduler

from planner.config import OFFICE_TIME, Settings
from planner.errors import PlannerError
from planner.services.attending import attend, leave
from planner.services.delivering import Post, deliver_one
from planner.services.refreshing import refresh_waiting
from planner.services.reminding import queue_reminders
from planner.store.database import Database

SIGN_EVERY = timedelta(minutes=1)
LOG = logging.getLogger("planner")


class Shift:
    """One worker's time at work: it looks when told to, and ends between two messages when asked to."""

    def __init__(self, settings: Settings, database: Database, clock: Callable[[], datetime]) -> None:
        self.database, self.clock = database, clock
        name = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}"
        self.post = Post(name, settings.smtp)
        self.ending = Event()

    def look(self) -> Counter[str]:
        """Take a turn and leave a sign of life, whatever happens; return as :meth:`turn`, empty when it failed."""
        error, handled = "", Counter[str]()
        try:
            handled = self.turn()
        except PlannerError as refusal:
            error = refusal.message
            LOG.error(error)
        except Exception as fault:
            error = f"程序出错（{type(fault).__name__}），请看日志。"
            LOG.exception("looking for reminders failed")
        self._sign(error)
        return handled

    def turn(self) -> Counter[str]:
        """Make the messages of the moment, send all that can be sent and count what became of each; raise ``StoreUnavailable``.

        A channel that does not take a message now is left alone for the rest of the turn, so that it keeps up no other.
        """
        queue_reminders(self.database, self.clock())
        refresh_waiting(self.database, self.clock())
        handled, failing, signed = Counter[str](), set[str](), self.clock()
        while not self.ending.is_set() and (outcome := deliver_one(self.database, self.clock(), self.post, failing)):
            handled[outcome.state] += 1
            if outcome.state == "waiting":
                failing.add(outcome.channel)
            if self.clock() - signed > SIGN_EVERY:
                self._sign("")
                signed = self.clock()
        return handled

    def _sign(self, error: str) -> None:
        try:
            attend(self.database, self.post.worker, self.clock(), error)
        except PlannerError as refusal:
            LOG.error(refusal.message)

    def end(self) -> None:
        """Stop after the message under way."""
        self.ending.set()

    def close(self) -> None:
        """Sign off in good order, when nothing is under way any more."""
        try:
            leave(self.database, self.post.worker, self.clock())
        except PlannerError as refusal:
            LOG.error(refusal.message)


class Timetable:
    """A shift that looks once now and then every minute, in the background; ``stop()`` ends it in good order."""

    def __init__(self, shift: Shift) -> None:
        self.shift = shift
        self.scheduler = BackgroundScheduler(timezone=OFFICE_TIME)
        self.scheduler.add_job(
            shift.look,
            "interval",
            minutes=1,
            next_run_time=shift.clock(),
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
        self.scheduler.start()

    def stop(self) -> None:
        """Let the message under way finish, and sign off."""
        self.shift.end()
        self.scheduler.shutdown(wait=True)
        self.shift.close()

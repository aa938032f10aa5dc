"""APScheduler only says when to look; what to do, and doing it once, is decided elsewhere."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from apscheduler.schedulers.background import BackgroundScheduler

from planner.config import OFFICE_TIME, Settings, shipped
from planner.services.reminding import Letterhead, deliver_one, queue_reminders
from planner.store.database import Database, StoreUnavailable


def letterhead(settings: Settings) -> Letterhead:
    """Return what every letter carries."""
    return Letterhead(settings.office, settings.contact, shipped("templates") / "messages")


def work(settings: Settings, database: Database, clock: Callable[[], datetime]) -> None:
    """Make the messages of the moment and send all that can be sent; a database that cannot be used is tried again later."""
    try:
        queue_reminders(database, clock(), letterhead(settings))
        while settings.smtp and deliver_one(database, clock(), settings.smtp):
            pass
    except StoreUnavailable as error:
        logging.getLogger("planner").error(error.message)


def start_scheduler(settings: Settings, database: Database, clock: Callable[[], datetime]) -> BackgroundScheduler:
    """Look once now and then every minute, in the background; ``shutdown()`` ends it."""
    scheduler = BackgroundScheduler(timezone=OFFICE_TIME)
    scheduler.add_job(
        work,
        "interval",
        (settings, database, clock),
        minutes=1,
        next_run_time=clock(),
        coalesce=True,
        max_instances=1,
        misfire_grace_time=None,
    )
    scheduler.start()
    return scheduler

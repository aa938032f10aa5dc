"""Which formal notices are due on a day: drafts for the clerk to print or skip, for only a person issues one.

Days are working days after the due day; the numbers are those of ``thresholds.py``.

    蓝色提醒单    +3, to the departments                                                             重大隐患 +0
    黄色督办单    +7 and on the first working day of each week until the red one, to the departments   重大隐患 +1
    红色督办单    once, at +15 or on the working day after the second missed promise, to the main     重大隐患 +3
                leaders, or the responsible ones where the office has named none

Where it is known what was drafted, a level whose day went by unseen is made up for: the highest that is owed.
What falls into the pause of a promise waits for the first working day after it. Of several that fell due in the days
looked at, and on one day, the highest is drafted, and after a red one nothing. Nothing on rest days, or while the
department has not to act; while a promise pauses the ladder, only a red one that was due when the promise was made.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from planner.core.cadence import (
    Promise,
    Window,
    clock_runs,
    day_after_due,
    deferred,
    is_paused,
    missed_promises,
    pause_of,
)
from planner.core.calendar import WorkingDays
from planner.core.circumstances import ORDINARY, Circumstances
from planner.core.ledger import Entry
from planner.core.thresholds import Thresholds


class Level(StrEnum):
    """How far a delay has climbed; listed from the lowest to the highest."""

    BLUE = "blue"
    YELLOW = "yellow"
    RED = "red"


LEVEL_LABELS = {Level.BLUE: "蓝色提醒单", Level.YELLOW: "黄色督办单", Level.RED: "红色督办单"}


@dataclass(frozen=True, slots=True)
class DueNotice:
    """One notice to draft: about which occurrence, how far it has climbed, and to whom (names of parties)."""

    occurrence_id: int
    level: Level
    to: tuple[str, ...]
    day: date


def notices_due(
    entries: Sequence[Entry],
    on: date,
    days: WorkingDays,
    circumstances: Circumstances = ORDINARY,
    *,
    since: date | None = None,
) -> list[DueNotice]:
    """Return the notices to draft on *on*, at most one an occurrence, in the order of the entries.

    *since* is the last day looked at, by default the working day before, as in ``reminders_due``. A level with nobody
    to address is passed over.
    """
    if not days.is_working(on):
        return []
    window = Window.ending(on, days, since)
    found = (_notice(entry, window, circumstances) for entry in entries)
    return [notice for notice in found if notice]


def still_open(level: Level, entry: Entry, on: date) -> bool:
    """Tell whether a draft still stands: the occurrence is overdue and the department has to act.

    The blue notice of a 重大隐患 stands on the due day itself.
    """
    due = entry.facts.due_on
    if due is None or not clock_runs(entry.facts):
        return False
    return due < on or (due == on and entry.major_hazard and level is Level.BLUE)


def _notice(entry: Entry, window: Window, circumstances: Circumstances) -> DueNotice | None:
    promises = circumstances.promises_of(entry)
    steps = list(_steps(entry, window, promises, circumstances.thresholds))
    had = (circumstances.drafted or {}).get(entry.occurrence_id, ())
    reached = {level for level, day in steps if window.holds(day) and not _has(had, level, day)}
    reached |= _owed(entry, steps, window.on, circumstances)
    if is_paused(entry.facts, promises, window.on):
        # It fell due before the promise was made, and would not come again.
        reached &= {Level.RED}
    for level in reversed(Level):
        to = addressees(level, entry, circumstances)
        if level in reached and to and still_open(level, entry, window.on):
            return DueNotice(entry.occurrence_id, level, to, window.on)
    return None


def _has(drafts: Sequence[tuple[str, date]], level: Level, day: date) -> bool:
    """Tell whether a level was drafted on its day or after: a day decided anew drafts nothing twice."""
    return any(Level(one) is level and drafted >= day for one, drafted in drafts)


def _owed(entry: Entry, steps: Sequence[tuple[Level, date]], on: date, circumstances: Circumstances) -> set[Level]:
    """Return the levels reached by now that are higher than any drafted since the due day.

    So nothing is lost where the day itself went by: before the plan was brought in, or while the matter was handed in.
    """
    if circumstances.drafted is None or entry.facts.due_on is None:
        return set()
    drafted = circumstances.drafted.get(entry.occurrence_id, ())
    had = [_RANK[Level(level)] for level, day in drafted if day >= entry.facts.due_on]
    return {level for level, day in steps if day <= on and _RANK[level] > max(had, default=-1)}


_RANK = {level: place for place, level in enumerate(Level)}


def addressees(level: Level, entry: Entry, circumstances: Circumstances) -> tuple[str, ...]:
    """Return whom a notice of a level is for: the departments, or those who decide what becomes of the matter."""
    names = entry.departments
    if level is Level.RED:
        names = (circumstances.main_leaders or entry.leaders) if entry.facts.assigned else ()
    return tuple(dict.fromkeys(names))


def _steps(
    entry: Entry, window: Window, promises: Sequence[Promise], thresholds: Thresholds
) -> Iterator[tuple[Level, date]]:
    """Yield the days of the levels, as far as the week of the window."""
    due = entry.facts.due_on
    if due is None:
        return
    pause = pause_of(promises, due, window.on)
    blue, yellow, red = (
        deferred(day_after_due(due, count, window.days), pause, window.days) for count in _limits(entry, thresholds)
    )
    red = min([red, *_broken_word(due, window, promises, pause)])
    yield Level.RED, red
    yield from ((level, day) for level, day in ((Level.BLUE, blue), (Level.YELLOW, yellow)) if day < red)
    if yellow < window.week_start < red and not (pause and pause.defers(window.week_start)):
        yield Level.YELLOW, window.week_start


def _limits(entry: Entry, thresholds: Thresholds) -> tuple[int, int, int]:
    if entry.major_hazard:
        return thresholds.hazard_blue_after, thresholds.hazard_yellow_after, thresholds.hazard_red_after
    return thresholds.blue_after, thresholds.yellow_after, thresholds.red_after


def _broken_word(due: date, window: Window, promises: Sequence[Promise], pause: Promise | None) -> list[date]:
    """Return the working days after the second missed promise and later ones, as far as they lie past the due day."""
    missed = missed_promises(promises, window.on)[1:]
    found = [deferred(window.days.shift(one.until, 1), pause, window.days) for one in missed]
    return [day for day in found if day > due]

"""What happens in a year of an invented office: 20 plans of 27 items of 12 occurrences, 6,480 in all.

The plans are real text, read by the product's own reader, so that every span is right; what becomes of an occurrence is
told by the product's own rules, so that the ledger verifies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count

from bench.words import plan_text
from planner.config import OFFICE_TIME
from planner.core import plan as core
from planner.core.history import Happening, Story, tell
from planner.core.schedule import Due, schedule
from planner.core.status import Act
from planner.formats.workday_table import published_days
from planner.reading.document import read_plan

YEAR = 2026
NOW = datetime(YEAR, 11, 26, 12, 0, tzinfo=OFFICE_TIME)
DAY = NOW.date()
PLANS, ITEMS, EACH = 20, 27, 12
A_YEAR = PLANS * ITEMS * EACH
PAST, OVERDUE, HANDED_IN = 5040, 2303, 160
"""Occurrences of the year under way that were due before :data:`DAY`, and what of them is still open."""
LEADERS, CONTACTS, DEPARTMENTS = 40, 20, 20
CLERK = "经办文员"
HOURS = {Act.PROGRESS: 9, Act.CHASE: 10, Act.HAND_IN: 15, Act.SIGN_OFF: 17}
CHECKED = "已检查12家，发现隐患5条，已整改4条"

Fate = Callable[[Due], list[Happening]]
"""What happens to an occurrence of :data:`YEAR`."""


@dataclass(frozen=True, slots=True)
class Template:
    """A plan of :data:`YEAR` with all that happened to it; the plans of other years are the same, dated otherwise.

    ``tasks`` hold the place of their item, ``dues`` the place of their task, ``said`` the place of their occurrence.
    """

    read: core.Plan
    tasks: list[tuple[int, core.Task]]
    dues: list[tuple[int, Due]]
    opened: list[Story]
    stories: list[Story]
    said: list[tuple[int, Happening]]


def template(number: int, fate: Fate) -> Template:
    """Return the plan of this number, 0 to 19, whose occurrences all have the same kind of fate."""
    text = plan_text(number, YEAR, [who(number * ITEMS + place) for place in range(ITEMS)])
    read = read_plan(text, year=YEAR, days=published_days())
    # The clerk struck the sentences without a time when reviewing it.
    tasks = [(place, task) for place, item in enumerate(read.items) for task in item.tasks if task.deadlines]
    dues = list(_dues(read, tasks))
    if len(dues) != ITEMS * EACH:
        raise AssertionError(f"plan {number} was read as {len(read.items)} items with {len(dues)} occurrences")
    opened = [_opened(due) for _, due in dues]
    said = [(place, happening) for place, (_, due) in enumerate(dues) for happening in fate(due)]
    said.sort(key=lambda one: (one[1].at, one[0]))
    stories = list(opened)
    for place, happening in said:
        stories[place] = tell(stories[place], happening)
    return Template(read, tasks, dues, opened, stories, said)


def _dues(read: core.Plan, tasks: list[tuple[int, core.Task]]) -> Iterator[tuple[int, Due]]:
    for place, (_, task) in enumerate(tasks):
        yield from ((place, due) for due in schedule(task.deadlines, YEAR, read.issue_date))


def who(place: int) -> tuple[int, int]:
    """Return the leader and the department of an item of a year: the first leader has 7 items, the others about 14."""
    early = place // LEADERS < 7
    return (place % LEADERS if early else 1 + place % (LEADERS - 1)), place % DEPARTMENTS


def _opened(due: Due) -> Story:
    return Story(
        label=due.label,
        opens_on=due.opens_on,
        due_on=due.due_on,
        first_due_on=due.due_on,
        minimum=due.count,
        before_issue=due.before_issue,
        changed_at=moment(date(YEAR, 1, 15)),
    )


def moment(day: date, hour: int = 8) -> datetime:
    """Return an hour of a day on the office's clock."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=OFFICE_TIME)


def closed(due: Due) -> list[Happening]:
    """Return what happens to what is done in time."""
    return _done(_day(due))


def closed_briefly(due: Due) -> list[Happening]:
    """Return as little as possible of that."""
    return closed(due)[1:]


def left_over(due: Due) -> list[Happening]:
    """Return what happened where the last period of the year was never done."""
    return closed(due)[:1] if due.key == f"{YEAR}-H2" else closed(due)


def _done(day: date) -> list[Happening]:
    return [
        _act(Act.PROGRESS, day - timedelta(days=9), CHECKED),
        _act(Act.HAND_IN, day - timedelta(days=1), "已全部完成，台账已报办公室"),
        _act(Act.SIGN_OFF, day + timedelta(days=1)),
    ]


def _act(act: Act, day: date, words: str = "") -> Happening:
    within = max(date(YEAR, 1, 16), min(day, date(YEAR, 12, 31)))
    return Happening(act, moment(within, HOURS[act]), within, CLERK, words, {})


def _day(due: Due) -> date:
    return due.due_on or date(YEAR, 12, 31)


class Underway:
    """The fates of the year under way, evenly mixed: exactly so many are overdue, and so many handed in."""

    def __init__(self) -> None:
        self.past = count()

    def fate(self, due: Due) -> list[Happening]:
        """Return what happened to one occurrence until :data:`DAY`, about three acts to each."""
        day = _day(due)
        if day >= DAY:
            return [_act(Act.PROGRESS, DAY - timedelta(days=5), "正在办理，已完成一半")]
        place = next(self.past)
        if _is_one_of(OVERDUE, PAST, place):
            return self._chased(day)
        place -= place * OVERDUE // PAST
        if _is_one_of(HANDED_IN, PAST - OVERDUE, place):
            return _done(day)[:2]
        begun = _act(Act.PROGRESS, day - timedelta(days=20), "已部署，方案已印发")
        return [begun, *_done(day + timedelta(days=4 if place % 5 == 2 else -2))]

    def _chased(self, day: date) -> list[Happening]:
        chases = [_act(Act.CHASE, day + timedelta(days=n), f"第{n}次电话催办，答应尽快报") for n in (1, 2)]
        return [_act(Act.PROGRESS, day - timedelta(days=9), CHECKED), *chases]


def _is_one_of(wanted: int, many: int, place: int) -> bool:
    """Tell whether a place among *many* is one of the *wanted* ones, which are spread evenly."""
    return place * wanted // many != (place + 1) * wanted // many

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.core.escalation import LEVEL_LABELS, DueNotice, Level, notices_due, still_open
from planner.core.ledger import Entry
from planner.core.reminders import ORDINARY, Circumstances, Promise
from planner.core.status import RUNNING, State
from planner.core.thresholds import Thresholds
from tests.core.entries import DAYS_2024, JUNE_END, entry, june

BLUE, YELLOW, RED = Level
OFFICE = Circumstances(main_leaders=("主要领导",))


def july(day: int) -> date:
    return date(2024, 7, day)


def drafted(about: Entry, circumstances: Circumstances = OFFICE) -> list[tuple[date, Level]]:
    """Return the notices drafted from 3 June on, looking every day for eleven weeks."""
    span = (june(3) + timedelta(days=n) for n in range(77))
    found = [notice for on in span for notice in notices_due([about], on, DAYS_2024, circumstances)]
    return [(notice.day, notice.level) for notice in found]


def promising(*made: tuple[date, date]) -> Circumstances:
    return replace(OFFICE, promises={1: tuple(Promise(*one) for one in made)})


def test_the_ladder_climbs_at_three_seven_and_fifteen_working_days() -> None:
    assert drafted(entry()) == [(july(3), BLUE), (july(9), YELLOW), (july(15), YELLOW), (july(19), RED)]


def test_a_major_hazard_climbs_at_nought_one_and_three() -> None:
    hazard = entry(due_on=june(26), major_hazard=True)
    assert drafted(hazard) == [(june(26), BLUE), (june(27), YELLOW), (july(1), RED)]


def test_a_hazard_due_on_a_rest_day_starts_one_step_up() -> None:
    assert drafted(entry(major_hazard=True)) == [(july(1), YELLOW), (july(3), RED)]


def test_an_office_sets_its_own_days() -> None:
    own = replace(OFFICE, thresholds=Thresholds(blue_after=1, yellow_after=2, red_after=3))
    assert drafted(entry(), own) == [(july(1), BLUE), (july(2), YELLOW), (july(3), RED)]


JOINT = entry(departments=("交警", "交通", "交警"), leaders=("武长庚", "刘洋"))


@pytest.mark.parametrize(
    ("on", "about", "main_leaders", "expected"),
    [
        (july(3), JOINT, (), (BLUE, ("交警", "交通"))),
        (july(9), JOINT, ("主要领导",), (YELLOW, ("交警", "交通"))),
        (july(19), JOINT, ("主要领导", "镇长"), (RED, ("主要领导", "镇长"))),
        (july(19), JOINT, (), (RED, ("武长庚", "刘洋"))),
        (july(3), entry(departments=()), (), None),
        (july(19), entry(departments=()), ("主要领导",), (RED, ("主要领导",))),
        (july(19), entry(leaders=()), (), None),
        (july(19), entry(leaders=(), departments=()), ("主要领导",), None),
    ],
)
def test_who_gets_a_notice(
    on: date, about: Entry, main_leaders: tuple[str, ...], expected: tuple[Level, tuple[str, ...]] | None
) -> None:
    found = notices_due([about], on, DAYS_2024, Circumstances(main_leaders=main_leaders))
    assert found == ([DueNotice(1, *expected, on)] if expected else [])


@pytest.mark.parametrize(
    "quiet",
    [
        entry(due_on=None),
        entry(before_issue=True),
        entry(extension_pending=True),
        *(entry(state=state) for state in State if state not in RUNNING),
    ],
)
def test_nothing_is_drafted_where_the_department_has_not_to_act(quiet: Entry) -> None:
    assert drafted(quiet) == []


def test_nothing_is_drafted_on_a_rest_day() -> None:
    assert notices_due([entry()], july(6), DAYS_2024, OFFICE, since=june(3)) == []


@pytest.mark.parametrize(
    ("promises", "expected"),
    [
        # The first day after the pause makes up for the highest level that fell into it.
        ([(july(2), july(4))], [(july(5), BLUE), (july(9), YELLOW), (july(15), YELLOW), (july(19), RED)]),
        ([(july(2), july(10))], [(july(11), YELLOW), (july(15), YELLOW), (july(19), RED)]),
        ([(july(2), july(31))], [(date(2024, 8, 1), RED)]),
        # What was due when the promise was made is not taken back: the red one would be lost, the others come again.
        ([(july(19), july(31))], [(july(3), BLUE), (july(9), YELLOW), (july(15), YELLOW), (july(19), RED)]),
        ([(july(9), july(11))], [(july(3), BLUE), (july(15), YELLOW), (july(19), RED)]),
        ([(july(10), july(16))], [(july(3), BLUE), (july(9), YELLOW), (july(19), RED)]),
        # The second missed promise brings the red notice at once, and only once.
        ([(july(1), july(2)), (july(4), july(8))], [(july(3), BLUE), (july(9), RED)]),
        ([(july(1), july(2)), (july(4), july(8)), (july(9), july(10))], [(july(3), BLUE), (july(9), RED)]),
        # A newer promise made in time is no missed one.
        (
            [(july(1), july(2)), (july(2), july(8))],
            [(july(3), BLUE), (july(9), YELLOW), (july(15), YELLOW), (july(19), RED)],
        ),
        # Promises missed before the due day do not count alone, but together with one after it.
        (
            [(june(3), june(5)), (june(6), june(12))],
            [(july(3), BLUE), (july(9), YELLOW), (july(15), YELLOW), (july(19), RED)],
        ),
        ([(june(3), june(5)), (june(6), july(1))], [(july(2), RED)]),
    ],
)
def test_promises_pause_the_ladder_once_and_shorten_it_when_broken(
    promises: list[tuple[date, date]], expected: list[tuple[date, Level]]
) -> None:
    assert drafted(entry(), promising(*promises)) == expected


@pytest.mark.parametrize(
    ("since", "on", "level"),
    [
        (june(3), july(4), BLUE),
        (june(3), july(12), YELLOW),
        (july(9), july(17), YELLOW),
        (june(3), date(2024, 8, 30), RED),
        (july(19), date(2024, 8, 30), None),
        (july(9), july(12), None),
    ],
)
def test_after_an_interruption_only_the_highest_level_is_drafted(since: date, on: date, level: Level | None) -> None:
    found = notices_due([entry()], on, DAYS_2024, OFFICE, since=since)
    assert [notice.level for notice in found] == ([level] if level else [])


@pytest.mark.parametrize(
    ("level", "about", "on", "expected"),
    [
        (BLUE, entry(), july(1), True),
        (RED, entry(state=State.IN_PROGRESS), july(1), True),
        (BLUE, entry(), JUNE_END, False),
        (BLUE, entry(major_hazard=True), JUNE_END, True),
        (YELLOW, entry(major_hazard=True), JUNE_END, False),
        (BLUE, entry(major_hazard=True), june(28), False),
        (BLUE, entry(due_on=None), july(1), False),
        (BLUE, entry(due_on=july(31)), july(9), False),
        (BLUE, entry(state=State.HANDED_IN), july(9), False),
        (BLUE, entry(state=State.SUSPENDED), july(9), False),
        (BLUE, entry(extension_pending=True), july(9), False),
    ],
)
def test_a_draft_lapses_when_there_is_nothing_left_to_press_for(
    level: Level, about: Entry, on: date, expected: bool
) -> None:
    assert still_open(level, about, on) is expected


def test_every_level_has_its_name() -> None:
    assert set(LEVEL_LABELS) == set(Level)


days_around = st.dates(june(1), july(31))
promises = st.lists(
    st.builds(lambda day, length: Promise(day, day + timedelta(days=length)), days_around, st.integers(-2, 40)),
    max_size=4,
).map(lambda made: tuple(sorted(made, key=lambda one: one.made_on)))
overdue_ones = st.builds(entry, due_on=days_around, major_hazard=st.booleans())
END = date(2024, 11, 29)


def played(about: Entry, circumstances: Circumstances, down: tuple[date, date]) -> list[DueNotice]:
    """Return what is drafted from June to November by a machine that is down from one day to before another."""
    sent: list[DueNotice] = []
    looked = date(2024, 5, 31)
    for on in (june(1) + timedelta(days=n) for n in range((END - june(1)).days)):
        if DAYS_2024.is_working(on) and not down[0] <= on < down[1]:
            sent += notices_due([about], on, DAYS_2024, circumstances, since=looked)
            looked = on
    return sent


def climbs(levels: Sequence[Level]) -> bool:
    order = [list(Level).index(level) for level in levels]
    return order == sorted(order)


@given(overdue_ones, promises, days_around, st.integers(0, 30))
def test_the_ladder_only_climbs_and_always_reaches_red_once(
    about: Entry, made: tuple[Promise, ...], down_on: date, length: int
) -> None:
    circumstances = replace(OFFICE, promises={1: made})
    for down in ((down_on, down_on), (down_on, down_on + timedelta(days=length))):
        notices = played(about, circumstances, down)
        levels = [notice.level for notice in notices]
        assert climbs(levels)
        assert levels.count(RED) == 1
        assert levels.count(BLUE) <= 1
        assert all(still_open(notice.level, about, notice.day) for notice in notices)
        assert all(DAYS_2024.is_working(notice.day) for notice in notices)


@given(overdue_ones, promises, days_around, st.none() | days_around)
def test_deciding_twice_decides_the_same_and_respects_the_pause(
    about: Entry, made: tuple[Promise, ...], on: date, since: date | None
) -> None:
    circumstances = replace(ORDINARY, promises={1: made})
    found = notices_due([about], on, DAYS_2024, circumstances, since=since)
    assert found == notices_due([about], on, DAYS_2024, circumstances, since=since)
    due = about.facts.due_on
    assert due is not None
    pausing = [one for one in made if due <= one.until and one.made_on <= min(one.until, on)][:1]
    assert all(on > one.until or notice.level is RED for notice in found for one in pausing)


@pytest.mark.parametrize(
    ("drafted", "on", "level"),
    [
        ((), july(2), None),
        ((), july(4), Level.BLUE),
        ((), july(12), Level.YELLOW),
        ((), date(2024, 8, 13), Level.RED),
        ((("blue", july(3)),), july(4), None),
        ((("blue", july(3)),), july(12), Level.YELLOW),
        ((("yellow", july(9)),), july(12), None),
        ((("yellow", july(9)),), july(15), Level.YELLOW),
        ((("red", july(19)),), date(2024, 8, 13), None),
        ((("red", june(3)),), july(4), Level.BLUE),
    ],
    ids=str,
)
def test_a_level_whose_day_went_by_unseen_is_made_up_for(
    drafted: tuple[tuple[str, date], ...], on: date, level: Level | None
) -> None:
    known = Circumstances(drafted={1: drafted})
    found = notices_due([entry()], on, DAYS_2024, known)
    assert [one.level for one in found] == ([level] if level else [])


def test_what_has_no_day_owes_nothing() -> None:
    assert notices_due([entry(due_on=None)], july(4), DAYS_2024, Circumstances(drafted={})) == []

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.core.cadence import (
    ALONE,
    MUTABLE,
    RULE_LABELS,
    Promise,
    Rule,
    Window,
    cadence,
    day_after_due,
    missed_promises,
    step_now,
)
from planner.core.plan import Frequency
from planner.core.status import Facts
from planner.core.thresholds import DEFAULTS, Thresholds
from tests.core.entries import DAYS_2024, JUNE_END, entry, june

MAY_31 = date(2024, 5, 31)


def july(day: int) -> date:
    return date(2024, 7, day)


def spoken(facts: Facts, first: date, last: date, *promises: Promise) -> list[tuple[date, Rule]]:
    """Return the steps from *first* through *last*, looking every working day."""
    span = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    windows = [Window.ending(on, DAYS_2024, None) for on in span if DAYS_2024.is_working(on)]
    steps = [(window.on, step_now(facts, window, promises, DEFAULTS)) for window in windows]
    return [(on, step.rule) for on, step in steps if step]


ONCE = [
    (june(6), "提前15个工作日"),
    (june(19), "提前7个工作日"),
    (june(25), "提前3个工作日"),
    (june(27), "提前1个工作日"),
    (june(28), "最后一个工作日"),
]


@pytest.mark.parametrize(
    ("frequency", "opens_on", "due_on", "expected"),
    [
        (None, None, JUNE_END, ONCE),
        (Frequency.YEARLY, june(1), JUNE_END, ONCE),
        (Frequency.MONTHLY, june(1), JUNE_END, [(june(25), "每月25日"), (june(28), "最后一个工作日")]),
        (Frequency.MONTHLY, None, MAY_31, [(date(2024, 5, 24), "每月25日"), (MAY_31, "最后一个工作日")]),
        (Frequency.MONTHLY, june(1), june(12), [(june(6), "提前3个工作日"), (june(12), "最后一个工作日")]),
        (Frequency.WEEKLY, june(1), JUNE_END, [(june(25), "每月25日"), (june(28), "最后一个工作日")]),
        (
            Frequency.QUARTERLY,
            date(2024, 4, 1),
            JUNE_END,
            [(june(6), "提前15个工作日"), (june(21), "提前5个工作日"), (june(28), "最后一个工作日")],
        ),
        (
            None,
            june(1),
            JUNE_END,
            [(MAY_31, "时段开始"), (june(19), "提前7个工作日"), (june(28), "最后一个工作日")],
        ),
        (None, june(24), JUNE_END, [(june(24), "时段开始"), (june(28), "最后一个工作日")]),
        (None, None, None, []),
    ],
)
def test_cadences(
    frequency: Frequency | None, opens_on: date | None, due_on: date | None, expected: list[tuple[date, str]]
) -> None:
    facts = entry(due_on=due_on, frequency=frequency, opens_on=opens_on).facts
    assert [(step.day, step.words) for step in cadence(facts, DAYS_2024)] == expected


@pytest.mark.parametrize(
    ("thresholds", "frequency", "opens_on", "expected"),
    [
        (
            Thresholds(before=(10, 5), alone_at=5),
            None,
            None,
            [(june(14), Rule.EARLY), (june(21), Rule.APPROACHING)],
        ),
        (Thresholds(before=(2,), alone_at=0), None, None, [(june(26), Rule.EARLY)]),
        (Thresholds(before=()), None, None, []),
        (Thresholds(before_quarterly=(1,)), Frequency.QUARTERLY, None, [(june(27), Rule.EARLY)]),
        (Thresholds(monthly_day=20), Frequency.MONTHLY, None, [(june(20), Rule.EARLY)]),
        (Thresholds(before_window=()), None, june(3), [(june(3), Rule.OPENING)]),
    ],
)
def test_an_office_sets_its_own_steps(
    thresholds: Thresholds, frequency: Frequency | None, opens_on: date | None, expected: list[tuple[date, Rule]]
) -> None:
    facts = entry(frequency=frequency, opens_on=opens_on).facts
    steps = [(step.day, step.rule) for step in cadence(facts, DAYS_2024, thresholds)]
    assert steps == [*expected, (june(28), Rule.LAST_DAY)]


@given(st.none() | st.sampled_from(Frequency), st.dates(date(2024, 5, 1), july(31)))
def test_every_dated_duty_is_announced_by_its_last_working_day(frequency: Frequency | None, due_on: date) -> None:
    last = DAYS_2024.on_or_before(due_on)
    steps = cadence(entry(due_on=due_on, frequency=frequency).facts, DAYS_2024)
    assert steps[-1][:2] == (last, Rule.LAST_DAY)
    assert all(DAYS_2024.is_working(step.day) and step.day <= last for step in steps)


@pytest.mark.parametrize(
    ("promises", "expected"),
    [
        (
            [],
            [
                (july(1), Rule.OVERDUE),
                (july(2), Rule.CHASE),
                (july(3), Rule.CHASE),
                (july(8), Rule.CHASE),
                (july(15), Rule.CHASE),
            ],
        ),
        # Made before the due day: the first day overdue waits, and is told alone.
        ([(june(27), july(3))], [(july(4), Rule.OVERDUE), (july(8), Rule.CHASE), (july(15), Rule.CHASE)]),
        # Made in the morning of the first day overdue, before its message: that message gives way.
        ([(july(1), july(3))], [(july(4), Rule.PROMISE_MISSED), (july(8), Rule.CHASE), (july(15), Rule.CHASE)]),
        (
            [(july(2), july(10))],
            [(july(1), Rule.OVERDUE), (july(11), Rule.PROMISE_MISSED), (july(15), Rule.CHASE)],
        ),
        # The line on the missed promise stands for that of the week.
        (
            [(july(3), july(7))],
            [
                (july(1), Rule.OVERDUE),
                (july(2), Rule.CHASE),
                (july(8), Rule.PROMISE_MISSED),
                (july(15), Rule.CHASE),
            ],
        ),
        # A second promise pauses nothing, neither made meanwhile nor afterwards.
        (
            [(july(2), july(5)), (july(4), july(31)), (july(8), july(31))],
            [(july(1), Rule.OVERDUE), (july(8), Rule.PROMISE_MISSED), (july(15), Rule.CHASE)],
        ),
        # One that ends before the due day was none of lateness; the next one is the first that pauses.
        (
            [(june(3), june(20)), (july(1), july(10))],
            [(july(11), Rule.PROMISE_MISSED), (july(15), Rule.CHASE)],
        ),
        # A promise for the due day itself changes nothing.
        (
            [(june(3), JUNE_END)],
            [
                (july(1), Rule.OVERDUE),
                (july(2), Rule.CHASE),
                (july(3), Rule.CHASE),
                (july(8), Rule.CHASE),
                (july(15), Rule.CHASE),
            ],
        ),
        # A day that had passed when it was noted is no promise.
        (
            [(july(3), july(1))],
            [
                (july(1), Rule.OVERDUE),
                (july(2), Rule.CHASE),
                (july(3), Rule.CHASE),
                (july(8), Rule.CHASE),
                (july(15), Rule.CHASE),
            ],
        ),
    ],
)
def test_the_first_promise_that_reaches_the_due_day_pauses_the_ladder_once(
    promises: list[tuple[date, date]], expected: list[tuple[date, Rule]]
) -> None:
    made = [Promise(made_on, until) for made_on, until in promises]
    assert spoken(entry().facts, july(1), july(16), *made) == expected


def test_a_promise_never_pauses_the_steps_up_to_the_due_day() -> None:
    promised = Promise(date(2024, 5, 6), july(31))
    steps = spoken(entry().facts, date(2024, 5, 6), july(31), promised)
    assert steps == [(step.day, step.rule) for step in cadence(entry().facts, DAYS_2024)]


@pytest.mark.parametrize(
    ("since", "on", "promises", "expected"),
    [
        (june(18), june(27), [], (Rule.APPROACHING, "提前3个工作日（补发）")),
        (june(1), june(28), [], (Rule.LAST_DAY, "最后一个工作日")),
        (june(1), july(9), [], (Rule.OVERDUE, "逾期第1个工作日（补发）")),
        (july(1), july(4), [], (Rule.CHASE, "逾期第3个工作日（补发）")),
        (july(5), july(9), [], (Rule.CHASE, "每周一次（补发）")),
        (june(1), july(9), [(june(20), july(9))], None),
        (june(1), july(10), [(june(20), july(9))], (Rule.OVERDUE, "已过承诺日期")),
        (july(1), july(12), [(july(1), july(9))], (Rule.PROMISE_MISSED, "已过承诺日期（补发）")),
        (july(1), july(1), [], None),
    ],
)
def test_what_was_missed_is_made_up_for_by_the_strongest_step(
    since: date, on: date, promises: list[tuple[date, date]], expected: tuple[Rule, str] | None
) -> None:
    made = [Promise(*one) for one in promises]
    step = step_now(entry().facts, Window.ending(on, DAYS_2024, since), made, DEFAULTS)
    assert (step and (step.rule, step.words)) == expected


@pytest.mark.parametrize(
    ("promises", "on", "missed"),
    [
        ([], july(31), []),
        ([(july(1), july(5))], july(5), []),
        ([(july(1), july(5))], july(6), [0]),
        ([(july(1), july(5)), (july(5), july(9))], july(8), []),
        ([(july(1), july(5)), (july(5), july(9))], july(10), [1]),
        ([(july(1), july(5)), (july(6), july(9))], july(10), [0, 1]),
        ([(july(1), july(5)), (july(6), july(9))], july(9), [0]),
        ([(july(1), july(10)), (july(2), july(3))], july(12), [1]),
        ([(july(8), july(5))], july(31), []),
        ([(july(8), july(9))], july(7), []),
    ],
)
def test_a_promise_is_missed_when_its_day_passes_without_a_newer_one(
    promises: list[tuple[date, date]], on: date, missed: list[int]
) -> None:
    made = [Promise(*one) for one in promises]
    assert missed_promises(made, on) == [made[place] for place in missed]


@pytest.mark.parametrize(
    ("due", "count", "expected"),
    [(JUNE_END, 0, july(1)), (june(28), 0, june(28)), (june(28), 1, july(1)), (JUNE_END, 3, july(3))],
)
def test_days_after_a_due_day_count_from_the_day_itself(due: date, count: int, expected: date) -> None:
    assert day_after_due(due, count, DAYS_2024) == expected


def test_every_rule_has_a_name_and_what_is_muted_is_a_line() -> None:
    assert set(RULE_LABELS) == set(Rule)
    assert len(set(RULE_LABELS.values())) == len(Rule)
    assert Rule.HAZARD in ALONE - MUTABLE


days_around = st.dates(date(2024, 5, 1), july(31))
promises_around = st.lists(
    st.builds(lambda day, length: Promise(day, day + timedelta(days=length)), days_around, st.integers(0, 30)),
    max_size=4,
).map(lambda made: sorted(made, key=lambda one: one.made_on))


@given(st.none() | st.sampled_from(Frequency), days_around, promises_around, days_around, st.integers(0, 20))
def test_an_interruption_loses_no_step_and_invents_none(
    frequency: Frequency | None, due_on: date, promises: list[Promise], since: date, length: int
) -> None:
    """Where nothing happens meanwhile, looking once says something exactly when looking every day would have."""
    facts = entry(due_on=due_on, frequency=frequency).facts
    on = DAYS_2024.on_or_after(since + timedelta(days=length + 1))
    known = [one for one in promises if one.made_on <= since]
    caught_up = step_now(facts, Window(since, on, DAYS_2024), known, DEFAULTS)
    daily = spoken(facts, since + timedelta(days=1), on, *known)
    before = [one for one in daily if one[0] <= due_on]
    told = daily if on <= due_on else daily[len(before) :]
    assert bool(caught_up) == bool(told)
    assert caught_up is None or caught_up.rule in {rule for _, rule in told}


@given(st.none() | st.sampled_from(Frequency), days_around, promises_around)
def test_the_first_day_overdue_is_told_alone_at_most_once(
    frequency: Frequency | None, due_on: date, promises: list[Promise]
) -> None:
    facts = replace(entry(due_on=due_on).facts, frequency=frequency)
    rules = [rule for _, rule in spoken(facts, date(2024, 5, 1), date(2024, 9, 30), *promises)]
    assert rules.count(Rule.OVERDUE) <= 1
    assert rules.count(Rule.PROMISE_MISSED) <= 1
    assert Rule.OVERDUE in rules or Rule.PROMISE_MISSED in rules

"""From rules of time to due instances: the plan of 2024 was issued on 17 April."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.core.calendar import Season
from planner.core.plan import Deadline, DeadlineKind, Frequency, Span
from planner.core.schedule import Due, schedule, season_days

ISSUED = date(2024, 4, 17)
FLOOD = Season("汛期", date(2024, 4, 1), date(2024, 9, 30))
SPRING = Season("春季开学", date(2024, 2, 26), date(2024, 3, 8))
AUTUMN = Season("秋季开学", date(2024, 9, 2), date(2024, 9, 13))


def rule(kind: DeadlineKind = DeadlineKind.RECURRING, **fields: Any) -> Deadline:
    return Deadline(kind, "", Span(0, 0), **fields)


def every(freq: Frequency, **fields: Any) -> list[Due]:
    return schedule([rule(freq=freq, **fields)], 2024, ISSUED)


def test_quarters_with_the_one_before_issue() -> None:
    assert every(Frequency.QUARTERLY) == [
        Due("2024-Q1", "第一季度", date(2024, 1, 1), date(2024, 3, 31), 1, True),
        Due("2024-Q2", "第二季度", date(2024, 4, 1), date(2024, 6, 30)),
        Due("2024-Q3", "第三季度", date(2024, 7, 1), date(2024, 9, 30)),
        Due("2024-Q4", "第四季度", date(2024, 10, 1), date(2024, 12, 31)),
    ]


@pytest.mark.parametrize(
    ("freq", "fields", "keys"),
    [
        (Frequency.HALFYEARLY, {}, ["2024-H1", "2024-H2"]),
        (Frequency.YEARLY, {}, ["2024"]),
        (Frequency.YEARLY, {"season": "汛前"}, ["2024"]),
        (Frequency.MONTHLY, {"interval": 2}, ["2024-P1", "2024-P2", "2024-P3", "2024-P4", "2024-P5", "2024-P6"]),
        (Frequency.MONTHLY, {"interval": 3}, ["2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4"]),
        (Frequency.MONTHLY, {"interval": 5}, ["2024"]),
        (Frequency.MONTHLY, {"anchor": {"month_from": 3, "month_to": 5}}, ["2024-03", "2024-04", "2024-05"]),
        (Frequency.WEEKLY, {"anchor": {"month_from": 11, "month_to": 1}}, ["2024-11", "2024-12", "2025-01"]),
        (Frequency.SEMESTER, {}, ["2024-T1", "2024-T2"]),
        (Frequency.YEARLY, {"anchor": {"month": 6, "day": -1}}, ["2024-06"]),
    ],
)
def test_keys_of_periods(freq: Frequency, fields: dict[str, Any], keys: list[str]) -> None:
    assert [due.key for due in every(freq, **fields)] == keys


def test_the_same_period_twice_in_a_task_keeps_both_keys() -> None:
    dues = schedule([rule(freq=Frequency.YEARLY), rule(freq=Frequency.YEARLY)], 2024, None)
    assert [due.key for due in dues] == ["2024", "2024-2"]


@pytest.mark.parametrize("freq", [Frequency.DAILY, Frequency.WEEKLY, Frequency.TENDAY, Frequency.HOLIDAY])
def test_what_comes_too_often_is_noted_by_the_month_and_never_overdue(freq: Frequency) -> None:
    dues = every(freq)
    assert [due.label for due in dues] == [f"{month}月" for month in range(1, 13)]
    assert [due.before_issue for due in dues] == [True] * 3 + [False] * 9
    assert {due.due_on for due in dues} == {None}


@pytest.mark.parametrize(
    ("freq", "anchor", "days"),
    [
        (Frequency.MONTHLY, {"day": 28}, [date(2024, 1, 28), date(2024, 2, 28)]),
        (Frequency.MONTHLY, {"day": 30}, [date(2024, 1, 30), date(2024, 2, 29)]),
        (Frequency.MONTHLY, {"day": -1}, [date(2024, 1, 31), date(2024, 2, 29)]),
        (Frequency.MONTHLY, {"days": [20, 5]}, [date(2024, 1, 5), date(2024, 1, 20)]),
        (Frequency.MONTHLY, {"days": [31, -1]}, [date(2024, 1, 31), date(2024, 2, 29)]),
        (Frequency.MONTHLY, {"days": []}, [date(2024, 1, 31), date(2024, 2, 29)]),
        (Frequency.MONTHLY, {"workday": -1}, [date(2024, 1, 31), date(2024, 2, 29)]),
        (Frequency.MONTHLY, {"workday": 1}, [date(2024, 1, 1), date(2024, 2, 1)]),
        (Frequency.QUARTERLY, {"workday": -1}, [date(2024, 3, 29), date(2024, 6, 28)]),
        (Frequency.QUARTERLY, {"month_in_period": 3, "day": 25}, [date(2024, 3, 25), date(2024, 6, 25)]),
        (Frequency.QUARTERLY, {"month_in_period": 2, "day": -1}, [date(2024, 2, 29), date(2024, 5, 31)]),
        (Frequency.QUARTERLY, {"month_in_period": 1, "day": 10}, [date(2024, 4, 10), date(2024, 7, 10)]),
        (Frequency.YEARLY, {"month": 6, "day": -1}, [date(2024, 6, 30)]),
        (Frequency.YEARLY, {"month": 13, "day": 1}, [date(2024, 12, 1)]),
        (Frequency.MONTHLY, {"weekday": 5}, [date(2024, 1, 31), date(2024, 2, 29)]),
    ],
)
def test_anchors(freq: Frequency, anchor: dict[str, Any], days: list[date]) -> None:
    assert [due.due_on for due in every(freq, anchor=anchor)][:2] == days


def test_the_fourth_quarters_report_falls_into_january() -> None:
    last = every(Frequency.QUARTERLY, anchor={"month_in_period": 1, "day": 10})[-1]
    assert (last.key, last.due_on) == ("2024-Q4", date(2025, 1, 10))


@pytest.mark.parametrize(("unit", "due"), [("workday", date(2025, 1, 7)), ("day", date(2025, 1, 5))])
def test_days_after_the_end_of_a_quarter(unit: str, due: date) -> None:
    last = every(Frequency.QUARTERLY, offset={"n": 5, "unit": unit, "event": "季度结束"})[-1]
    assert last.due_on == due


def test_a_day_in_some_months_only() -> None:
    dues = every(Frequency.MONTHLY, anchor={"month_from": 11, "month_to": 12, "day": 10})
    assert [(due.key, due.due_on) for due in dues] == [("2024-11", date(2024, 11, 10)), ("2024-12", date(2024, 12, 10))]


def test_terms_are_due_when_the_office_has_dated_them() -> None:
    seasons = [Season("春季学期", date(2024, 2, 26), date(2024, 7, 5))]
    dues = schedule([rule(freq=Frequency.SEMESTER, count=2)], 2024, ISSUED, seasons)
    assert [(due.label, due.due_on, due.count) for due in dues] == [
        ("春季学期", date(2024, 7, 5), 2),
        ("下学期", None, 2),
    ]


def test_single_days_and_windows_keep_the_keys_of_the_text() -> None:
    rules = [
        rule(DeadlineKind.ONCE, due=date(2024, 12, 31)),
        rule(DeadlineKind.WINDOW, start=date(2024, 3, 1), due=date(2024, 3, 31)),
        rule(DeadlineKind.STANDING),
    ]
    dues = schedule(rules, 2024, ISSUED)
    assert [(due.key, due.opens_on, due.due_on, due.before_issue) for due in dues] == [
        ("once-2", date(2024, 3, 1), date(2024, 3, 31), False),
        ("once", None, date(2024, 12, 31), False),
    ]


def test_a_season_dated_later_gives_the_day() -> None:
    before = rule(DeadlineKind.ONCE, season="汛期前")
    assert schedule([before], 2024, None, [FLOOD]) == [Due("once", "", None, date(2024, 3, 31))]


def test_a_season_over_before_the_issue_does_not_count() -> None:
    before = rule(DeadlineKind.ONCE, season="汛期前")
    (due,) = schedule([before], 2024, ISSUED, [FLOOD])
    assert due == Due("once", "", None, date(2024, 3, 31), before_issue=True)


def test_a_season_dated_later_leaves_the_other_periods_as_they_were() -> None:
    rules = [rule(DeadlineKind.ONCE, season="汛前"), rule(DeadlineKind.ONCE, due=date(2024, 9, 30))]
    assert [due.key for due in schedule(rules, 2024, None)] == ["once-2"]
    assert [due.key for due in schedule(rules, 2024, None, [FLOOD])] == ["once", "once-2"]


def test_periods_of_several_seasons_are_called_by_them() -> None:
    rules = [rule(DeadlineKind.ONCE, season="汛前"), rule(DeadlineKind.ONCE, season="汛期")]
    assert [due.label for due in schedule(rules, 2024, None, [FLOOD])] == ["汛前", "汛期"]


@pytest.mark.parametrize(
    ("words", "start", "due"),
    [
        ("汛期", date(2024, 4, 1), date(2024, 9, 30)),
        ("汛期期间", date(2024, 4, 1), date(2024, 9, 30)),
        ("汛前", None, date(2024, 3, 31)),
        ("汛期来临前", None, date(2024, 3, 31)),
        ("汛后", date(2024, 10, 1), None),
        ("秋季开学前", None, date(2024, 9, 1)),
        ("开学前", None, date(2024, 9, 1)),
        ("开学", date(2024, 9, 2), date(2024, 9, 13)),
        ("暑假", None, None),
        ("", None, None),
    ],
)
def test_days_of_seasons(words: str, start: date | None, due: date | None) -> None:
    assert season_days(words, [SPRING, AUTUMN, FLOOD], ISSUED) == (start, due)


@pytest.mark.parametrize(
    "rules",
    [[], [rule(DeadlineKind.STANDING)], [rule(DeadlineKind.ONCE, season="汛前")], [rule(DeadlineKind.RECURRING)]],
)
def test_without_a_date_there_is_one_undated_occurrence(rules: list[Deadline]) -> None:
    assert schedule(rules, 2024, ISSUED) == [Due("once", "", None, None)]


RULES = st.builds(
    rule,
    st.sampled_from(DeadlineKind),
    freq=st.sampled_from([None, *Frequency]),
    interval=st.integers(1, 14),
    count=st.integers(1, 5),
    due=st.none() | st.dates(date(2024, 1, 1), date(2024, 12, 31)),
    anchor=st.none()
    | st.fixed_dictionaries({"day": st.integers(-1, 31)})
    | st.fixed_dictionaries({"month_in_period": st.integers(1, 3), "day": st.integers(-1, 31)})
    | st.fixed_dictionaries({"month_from": st.integers(1, 12), "month_to": st.integers(1, 12)}),
)


@given(st.lists(RULES, max_size=5), st.none() | st.dates(date(2024, 1, 1), date(2024, 12, 31)))
def test_every_schedule_is_in_order_with_keys_of_its_own(rules: list[Deadline], issued: date | None) -> None:
    dues = schedule(rules, 2024, issued)
    assert len({due.key for due in dues}) == len(dues) > 0
    days = [due.due_on or date.max for due in dues]
    assert days == sorted(days)
    for due in dues:
        assert due.count >= 1
        assert due.due_on is None or date(2024, 1, 1) <= due.due_on <= date(2025, 12, 31)
        assert not due.before_issue or (issued and (due.due_on or due.opens_on or issued) < issued)
        assert due.before_issue or not (issued and due.due_on and due.due_on < issued) or due.key.startswith("once")

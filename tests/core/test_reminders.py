from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.core.ledger import Entry
from planner.core.plan import Frequency
from planner.core.reminders import (
    ALONE,
    MUTABLE,
    RULE_LABELS,
    Circumstances,
    DueReminder,
    Matter,
    Promise,
    Role,
    Rule,
    cadence,
    errands,
    leader_view,
    reminders_due,
    still_due,
)
from planner.core.status import OPEN, RUNNING, State
from planner.core.thresholds import Thresholds
from tests.core.entries import DAYS_2024, JUNE_END, entry

APRIL = date(2024, 4, 17)


def june(day: int) -> date:
    return date(2024, 6, day)


def july(day: int) -> date:
    return date(2024, 7, day)


def through(
    entries: Sequence[Entry], first: date, last: date, circumstances: Circumstances = Circumstances()
) -> list[DueReminder]:
    """Return everything sent from *first* through *last*, looking every day."""
    span = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [reminder for on in span for reminder in reminders_due(entries, on, DAYS_2024, circumstances)]


def of(role: Role, reminders: Sequence[DueReminder]) -> list[tuple[date, Rule]]:
    return [(reminder.day, reminder.rule) for reminder in reminders if reminder.role is role]


def test_cadence_of_a_deadline_on_sunday_30_june() -> None:
    assert of(Role.DEPARTMENT, through([entry()], APRIL, JUNE_END)) == [
        (june(6), Rule.DIGEST),
        (june(19), Rule.DIGEST),
        (june(25), Rule.APPROACHING),
        (june(27), Rule.DIGEST),
        (june(28), Rule.LAST_DAY),
    ]


def test_the_ladder_after_the_due_day() -> None:
    assert of(Role.DEPARTMENT, through([entry()], july(1), july(16))) == [
        (july(1), Rule.OVERDUE),
        (july(2), Rule.DIGEST),
        (july(3), Rule.DIGEST),
        (july(8), Rule.DIGEST),
        (july(15), Rule.DIGEST),
    ]


@pytest.mark.parametrize(
    ("frequency", "opens_on", "due_on", "expected"),
    [
        (Frequency.MONTHLY, june(1), JUNE_END, [(june(25), Rule.DIGEST), (june(28), Rule.LAST_DAY)]),
        (
            Frequency.MONTHLY,
            None,
            date(2024, 5, 31),
            [(date(2024, 5, 24), Rule.DIGEST), (date(2024, 5, 31), Rule.LAST_DAY)],
        ),
        (Frequency.MONTHLY, june(1), june(12), [(june(6), Rule.DIGEST), (june(12), Rule.LAST_DAY)]),
        (
            Frequency.QUARTERLY,
            date(2024, 4, 1),
            JUNE_END,
            [(june(6), Rule.DIGEST), (june(21), Rule.DIGEST), (june(28), Rule.LAST_DAY)],
        ),
        (Frequency.WEEKLY, june(1), JUNE_END, [(june(25), Rule.DIGEST), (june(28), Rule.LAST_DAY)]),
        (
            None,
            june(1),
            JUNE_END,
            [(date(2024, 5, 31), Rule.DIGEST), (june(19), Rule.DIGEST), (june(28), Rule.LAST_DAY)],
        ),
        (None, june(24), JUNE_END, [(june(24), Rule.DIGEST), (june(28), Rule.LAST_DAY)]),
        (None, None, None, []),
    ],
)
def test_cadences(
    frequency: Frequency | None, opens_on: date | None, due_on: date | None, expected: list[tuple[date, Rule]]
) -> None:
    facts = entry(due_on=due_on, frequency=frequency, opens_on=opens_on).facts
    early = {Rule.DIGEST: (Rule.EARLY, Rule.OPENING)}
    steps = cadence(facts, DAYS_2024)
    assert [day for day, _, _ in steps] == [day for day, _ in expected]
    assert all(step.rule in early.get(rule, (rule,)) for step, (_, rule) in zip(steps, expected, strict=True))


@pytest.mark.parametrize(
    "quiet",
    [
        entry(due_on=None),
        entry(before_issue=True),
        entry(state=State.DRAFT),
        entry(state=State.HANDED_IN, handed_in_on=june(3)),
        entry(state=State.DONE, closed_on=june(3)),
        entry(state=State.SUSPENDED),
        entry(state=State.CANCELLED),
        entry(extension_pending=True),
    ],
    ids=["undated", "before issue", "draft", "handed in", "done", "suspended", "cancelled", "extension pending"],
)
def test_what_asks_nothing_of_a_department(quiet: Entry) -> None:
    assert of(Role.DEPARTMENT, through([quiet], APRIL, july(16))) == []


@pytest.mark.parametrize(
    "finished",
    [entry(before_issue=True), entry(state=State.DONE), entry(state=State.SUSPENDED), entry(state=State.CANCELLED)],
)
def test_what_asks_nothing_of_anybody(finished: Entry) -> None:
    assert through([finished], APRIL, july(16)) == []
    assert through([entry(state=State.HANDED_IN, before_issue=True)], APRIL, july(16)) == []


def test_nothing_on_rest_days_but_on_make_up_days() -> None:
    assert reminders_due([entry()], june(29), DAYS_2024) == []
    due = entry(due_on=date(2024, 5, 11))
    assert of(Role.DEPARTMENT, reminders_due([due], date(2024, 5, 11), DAYS_2024))[0][1] is Rule.LAST_DAY


def test_all_departments_of_a_joint_item_are_reminded_once_each() -> None:
    joint = entry(departments=("交警", "交通", "交警"))
    sent = [reminder.recipient for reminder in reminders_due([joint], june(25), DAYS_2024)]
    assert sent == ["交警", "交通"]


def tomorrow(number: int) -> Matter:
    return Matter(number, Rule.EARLY, "提前1个工作日")


def test_one_digest_gathers_all_lines_of_a_department() -> None:
    entries = [entry(1), entry(2), entry(3, due_on=july(2)), entry(4, departments=("水利",))]
    assert reminders_due(entries, june(27), DAYS_2024) == [
        DueReminder(
            "应急部门", Role.DEPARTMENT, Rule.APPROACHING, (Matter(3, Rule.APPROACHING, "提前3个工作日"),), june(27)
        ),
        DueReminder("应急部门", Role.DEPARTMENT, Rule.DIGEST, (tomorrow(1), tomorrow(2)), june(27)),
        DueReminder("水利", Role.DEPARTMENT, Rule.DIGEST, (tomorrow(4),), june(27)),
    ]


def test_the_leader_hears_at_three_working_days_and_every_week() -> None:
    assert of(Role.LEADER, through([entry()], june(18), july(9))) == [
        (june(24), Rule.LEADER_WEEK),
        (july(1), Rule.LEADER_WEEK),
        (july(3), Rule.LEADER_NOTE),
        (july(8), Rule.LEADER_WEEK),
    ]


def review(number: int) -> Matter:
    return Matter(number, Rule.REVIEW, "待审核")


def test_a_decision_is_asked_for_on_the_day_after_and_every_week() -> None:
    asked = [
        entry(1, State.HANDED_IN, handed_in_on=june(19)),
        entry(2, State.IN_PROGRESS, extension_pending=True, last_event_on=june(19)),
        entry(3, State.HANDED_IN, handed_in_on=june(19), opens_on=june(24), leaders=("蒋志检",)),
    ]
    extension = Matter(2, Rule.EXTENSION, "申请延期")
    assert [r for r in through(asked, june(20), june(24)) if r.role is Role.LEADER] == [
        DueReminder("武长庚", Role.LEADER, Rule.LEADER_NOTE, (review(1), extension), june(20)),
        DueReminder("蒋志检", Role.LEADER, Rule.LEADER_NOTE, (review(3),), june(20)),
        DueReminder("武长庚", Role.LEADER, Rule.LEADER_WEEK, (review(1), extension), june(24)),
        DueReminder("蒋志检", Role.LEADER, Rule.LEADER_WEEK, (review(3),), june(24)),
    ]


def test_what_was_handed_in_on_friday_night_or_the_weekend_is_asked_on_monday() -> None:
    for day in (june(21), june(22), june(23)):
        (sent, _) = reminders_due([entry(state=State.HANDED_IN, handed_in_on=day)], june(24), DAYS_2024)
        assert (sent.recipient, sent.rule) == ("武长庚", Rule.LEADER_WEEK)


def test_the_week_starts_on_tuesday_when_monday_is_a_holiday() -> None:
    late = entry(due_on=june(3))
    assert (june(11), Rule.LEADER_WEEK) in of(Role.LEADER, through([late], june(8), june(12)))


def test_a_quiet_week_says_nothing_to_the_leader() -> None:
    assert of(Role.LEADER, through([entry(due_on=date(2024, 12, 31))], APRIL, june(30))) == []


def test_periods_to_come_are_no_matter_of_this_week() -> None:
    entries = [entry(1), entry(2, due_on=date(2024, 9, 30), opens_on=july(1))]
    (leader,) = [r for r in reminders_due(entries, june(24), DAYS_2024) if r.role is Role.LEADER]
    assert leader.occurrence_ids == (1,)


def test_the_office_chases_and_reviews_every_day() -> None:
    entries = [entry(1, due_on=june(14)), entry(2, State.HANDED_IN, handed_in_on=june(3)), entry(3)]
    (clerk,) = [r for r in reminders_due(entries, june(20), DAYS_2024) if r.role is Role.CLERK]
    chase = Matter(1, Rule.CHASE, "逾期待催办")
    assert clerk == DueReminder("办公室", Role.CLERK, Rule.CLERK_DAY, (chase, review(2)), june(20))


def test_nobody_named_goes_to_the_office_by_the_cadence_and_every_week() -> None:
    nobody = entry(leaders=(), departments=())
    sent = through([nobody], june(3), july(5))
    assert {reminder.recipient for reminder in sent} == {"办公室"}
    days = [june(3), june(6), june(11), june(17), june(19), june(24), june(25), june(27), june(28)]
    assert [reminder.day for reminder in sent] == [*days, july(1), july(2), july(3)]


def test_a_department_that_is_the_office_itself_gets_one_message() -> None:
    own = entry(departments=("办公室", "水利"))
    assert [(r.recipient, r.rule) for r in reminders_due([own], june(25), DAYS_2024)] == [
        ("水利", Rule.APPROACHING),
        ("办公室", Rule.CLERK_DAY),
    ]


def test_an_interruption_is_made_up_for_by_one_message() -> None:
    caught_up = partial(reminders_due, [entry()], days=DAYS_2024)
    assert of(Role.DEPARTMENT, caught_up(on=june(27), since=june(18))) == [(june(27), Rule.APPROACHING)]
    assert of(Role.DEPARTMENT, caught_up(on=june(28), since=june(1))) == [(june(28), Rule.LAST_DAY)]
    assert of(Role.DEPARTMENT, caught_up(on=july(9), since=june(1))) == [(july(9), Rule.OVERDUE)]
    assert of(Role.LEADER, caught_up(on=july(9), since=july(5))) == [(july(9), Rule.LEADER_WEEK)]


def test_keys_and_subjects() -> None:
    alone, digest = (
        DueReminder("水利", Role.DEPARTMENT, rule, (Matter(7, Rule.OVERDUE, ""), Matter(8, Rule.CHASE, "")), june(25))
        for rule in (Rule.OVERDUE, Rule.DIGEST)
    )
    assert (alone.subject, digest.subject) == ("7", "digest")
    assert alone.key == "2024-06-25/水利/overdue/7"


def test_errands_are_sorted() -> None:
    found = errands(
        [
            entry(1, State.HANDED_IN),
            entry(2, leaders=(), departments=()),
            entry(3, due_on=june(14)),
            entry(4, departments=()),
        ],
        june(20),
    )
    places = (found.review, found.assign, found.chase, found.coming)
    assert [[e.occurrence_id for e in place] for place in places] == [[1], [2], [3], [4]]


def test_a_leaders_matters_are_sorted() -> None:
    found = leader_view(
        [
            entry(1, State.HANDED_IN),
            entry(2, due_on=june(14), extension_pending=True),
            entry(3, due_on=june(14)),
            entry(4, due_on=june(23)),
            entry(5, due_on=june(24)),
            entry(6, due_on=None),
        ],
        june(20),
    )
    places = (found.decide, found.overdue, found.due, found.rest)
    assert [[e.occurrence_id for e in place] for place in places] == [[1, 2], [3], [4], [5, 6]]


days_around = st.dates(date(2024, 5, 1), july(31))
plans = st.lists(
    st.builds(
        entry,
        state=st.sampled_from(State),
        due_on=st.none() | days_around,
        opens_on=st.none() | days_around,
        handed_in_on=st.none() | days_around,
        last_event_on=st.none() | days_around,
        frequency=st.none() | st.sampled_from(Frequency),
        leaders=st.sampled_from([(), ("武长庚",), ("蒋志检", "武长庚")]),
        departments=st.sampled_from([(), ("应急",), ("交警", "应急"), ("办公室",)]),
        before_issue=st.booleans(),
        extension_pending=st.booleans(),
    ),
    max_size=5,
).map(lambda entries: [replace(e, occurrence_id=n) for n, e in enumerate(entries)])


@given(plans, days_around, st.none() | days_around)
def test_quiet_rules_hold_for_any_plan(entries: list[Entry], on: date, since: date | None) -> None:
    sent = reminders_due(entries, on, DAYS_2024, since=since)
    assert DAYS_2024.is_working(on) or not sent
    assert all(reminder.occurrence_ids for reminder in sent)
    assert len({reminder.key for reminder in sent}) == len(sent)
    digests = Counter(reminder.recipient for reminder in sent if reminder.subject == "digest")
    assert all(count == 1 for count in digests.values())
    told = Counter((reminder.recipient, number) for reminder in sent for number in reminder.occurrence_ids)
    assert all(count == 1 for count in told.values())


@given(plans, days_around)
def test_deciding_again_decides_the_same(entries: list[Entry], on: date) -> None:
    assert reminders_due(entries, on, DAYS_2024) == reminders_due(entries, on, DAYS_2024)


@given(st.none() | st.sampled_from(Frequency), days_around)
def test_every_dated_duty_is_announced_by_its_last_working_day(frequency: Frequency | None, due_on: date) -> None:
    last = DAYS_2024.on_or_before(due_on)
    steps = cadence(entry(due_on=due_on, frequency=frequency).facts, DAYS_2024)
    assert steps[-1][0] == last
    assert all(DAYS_2024.is_working(step.day) and step.day <= last for step in steps)

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial

import pytest

from planner.core.cadence import MUTABLE
from planner.core.ledger import Entry
from planner.core.plan import Frequency
from planner.core.reminders import (
    ORDINARY,
    Circumstances,
    DueReminder,
    Matter,
    Promise,
    Role,
    Rule,
    reminders_due,
)
from planner.core.status import State
from planner.core.thresholds import Thresholds
from tests.core.entries import DAYS_2024, JUNE_END, entry

APRIL = date(2024, 4, 17)


def june(day: int) -> date:
    return date(2024, 6, day)


def july(day: int) -> date:
    return date(2024, 7, day)


def through(
    entries: Sequence[Entry], first: date, last: date, circumstances: Circumstances = ORDINARY
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


def lines(role: Role, reminders: Sequence[DueReminder]) -> list[tuple[str, date, Rule, str]]:
    """Return the lines of messages to one part: to whom, when, under which rule and why."""
    return [(r.recipient, r.day, one.rule, one.words) for r in reminders if r.role is role for one in r.matters]


def test_what_was_issued_is_in_one_digest_of_the_next_day() -> None:
    entries = [
        entry(1, due_on=None),
        entry(2, departments=("应急部门", "水利")),
        entry(3, before_issue=True),
        entry(4, departments=("办公室",)),
        entry(5, departments=()),
        entry(6),
    ]
    issued = dict.fromkeys((1, 2, 3, 4, 5), APRIL)
    sent = through(entries, APRIL, date(2024, 4, 22), Circumstances(issued=issued))
    day, new = date(2024, 4, 18), [Matter(number, Rule.ISSUED, "新下达") for number in (1, 2)]
    assert [one for one in sent if one.role is Role.DEPARTMENT] == [
        DueReminder("应急部门", Role.DEPARTMENT, Rule.DIGEST, tuple(new), day),
        DueReminder("水利", Role.DEPARTMENT, Rule.DIGEST, (new[1],), day),
    ]
    assert not any(one.rule is Rule.ISSUED for message in sent for one in message.matters if message.role is Role.CLERK)


def test_of_the_periods_of_a_task_issued_together_the_first_stands_for_all() -> None:
    months = [
        entry(number, due_on=due, frequency=Frequency.MONTHLY, task=9)
        for number, due in ((1, july(31)), (2, JUNE_END), (3, date(2024, 8, 31)), (4, None))
    ]
    circumstances = Circumstances(issued=dict.fromkeys((1, 2, 3, 4), june(3)))
    assert [one.occurrence_ids for one in reminders_due(months, june(4), DAYS_2024, circumstances)] == [(2,)]


def test_a_department_named_later_hears_of_it_in_the_next_digest() -> None:
    months = [
        entry(number, due_on=due, frequency=Frequency.MONTHLY, task=9, departments=("水利", "应急部门", "办公室"))
        for number, due in ((1, july(31)), (2, date(2024, 8, 31)))
    ]
    undated = entry(3, due_on=None, task=8, departments=("水利",))
    named = {("水利", 9): june(3), ("水利", 8): june(3), ("办公室", 9): june(3), ("农业", 9): june(3)}
    sent = through([*months, undated], june(3), june(6), Circumstances(named=named))
    new = tuple(Matter(number, Rule.ISSUED, "新下达") for number in (1, 3))
    assert [one for one in sent if one.role is Role.DEPARTMENT] == [
        DueReminder("水利", Role.DEPARTMENT, Rule.DIGEST, new, june(4))
    ]


def test_a_stronger_step_stands_for_what_is_new() -> None:
    new = [entry(1), entry(2, due_on=july(2))]
    circumstances = Circumstances(issued={1: june(26), 2: june(26)})
    assert lines(Role.DEPARTMENT, reminders_due(new, june(27), DAYS_2024, circumstances)) == [
        ("应急部门", june(27), Rule.APPROACHING, "提前3个工作日"),
        ("应急部门", june(27), Rule.EARLY, "提前1个工作日"),
    ]


@pytest.mark.parametrize("rule", sorted(MUTABLE - {Rule.OPENING, Rule.PROMISE_MISSED}))
def test_a_rule_muted_for_a_task_says_nothing_of_it_alone(rule: Rule) -> None:
    entries = [entry(1), entry(2, due_on=july(1))]
    muted = Circumstances(muted=frozenset({(1, rule)}))
    spoken = through(entries, june(3), july(16))
    expected = [
        (message.recipient, message.day, one)
        for message in spoken
        for one in message.matters
        if message.role is Role.CLERK or (one.occurrence_id, one.rule) != (1, rule)
    ]
    sent = through(entries, june(3), july(16), muted)
    told = [(message.recipient, message.day, one) for message in sent for one in message.matters]
    assert len(told) < sum(len(message.matters) for message in spoken)
    # A week of which nothing but the muted line was to be told is not told at all.
    assert all(one in expected for one in told)
    assert all(one in told or one[2].rule is Rule.REST for one in expected)


def test_what_is_muted_is_not_replaced_by_a_weaker_line() -> None:
    muted = Circumstances(muted=frozenset({(1, Rule.APPROACHING)}), issued={1: june(24)})
    assert of(Role.DEPARTMENT, reminders_due([entry()], june(25), DAYS_2024, muted)) == []
    assert of(Role.DEPARTMENT, reminders_due([entry()], june(26), DAYS_2024, muted, since=june(18))) == []


def test_a_step_muted_for_a_task_of_the_office_is_no_errand() -> None:
    own, muted = entry(departments=("办公室",)), Circumstances(muted=frozenset({(1, Rule.EARLY)}))
    assert lines(Role.CLERK, reminders_due([own], june(6), DAYS_2024)) == [
        ("办公室", june(6), Rule.DUE, "提前15个工作日")
    ]
    assert reminders_due([own], june(6), DAYS_2024, muted) == []


@pytest.mark.parametrize("rule", [Rule.REVIEW, Rule.DUE, Rule.ISSUED])
def test_what_may_not_be_muted_is_said(rule: Rule) -> None:
    handed_in = entry(state=State.HANDED_IN, handed_in_on=june(19))
    muted = Circumstances(muted=frozenset({(1, rule)}), issued={1: june(19), 2: june(19)})
    assert reminders_due([handed_in], june(20), DAYS_2024, muted) == reminders_due([handed_in], june(20), DAYS_2024)
    assert len(reminders_due([entry()], june(20), DAYS_2024, muted)) == 1


def promised(made_on: date, until: date) -> Circumstances:
    return Circumstances(promises={1: (Promise(made_on, until),)})


def test_a_promise_gives_everybody_rest_through_its_day() -> None:
    sent = through([entry()], july(1), july(11), promised(july(2), july(10)))
    assert lines(Role.DEPARTMENT, sent) == [
        ("应急部门", july(1), Rule.OVERDUE, "逾期第1个工作日"),
        ("应急部门", july(11), Rule.PROMISE_MISSED, "已过承诺日期"),
    ]
    assert lines(Role.LEADER, sent) == [
        ("武长庚", july(1), Rule.LATE, "逾期1个工作日"),
        ("武长庚", july(8), Rule.LATE, "逾期6个工作日"),
        ("武长庚", july(11), Rule.LATE, "已过承诺日期"),
    ]
    assert [day for _, day, _, _ in lines(Role.CLERK, sent)] == [july(1), july(11)]


def test_the_leader_hears_when_the_office_wants() -> None:
    circumstances = Circumstances(thresholds=Thresholds(leader_after=2))
    assert (july(2), Rule.LEADER_NOTE) in of(Role.LEADER, through([entry()], july(1), july(5), circumstances))


MAIN = Circumstances(main_leaders=("主要领导", "武长庚"), deputies={"武长庚": ("刘洋",), "主要领导": ("刘兴",)})


@pytest.mark.parametrize(("due", "day"), [(june(28), june(28)), (JUNE_END, july(1)), (date(2024, 6, 10), june(11))])
def test_a_major_hazard_reaches_the_main_leaders_on_the_due_day(due: date, day: date) -> None:
    sent = through([entry(due_on=due, major_hazard=True)], due - timedelta(days=4), due + timedelta(days=3), MAIN)
    alone = [one for one in sent if one.rule is Rule.HAZARD]
    assert [one.recipient for one in alone] == ["武长庚", "刘洋", "主要领导", "刘兴"]
    assert {one.day for one in alone} == {day}
    assert {one.subject for one in alone} == {"1"}
    assert [one.rule for one in sent if one.day == day and one.role is Role.DEPARTMENT] == [
        Rule.LAST_DAY if due == day else Rule.OVERDUE
    ]


def test_a_major_hazard_climbs_faster_to_its_leader() -> None:
    hazard = entry(due_on=june(26), major_hazard=True)
    assert lines(Role.LEADER, through([hazard], june(25), july(2))) == [
        ("武长庚", june(26), Rule.HAZARD, "重大隐患到期未办结"),
        ("武长庚", june(27), Rule.LATE, "逾期第1个工作日"),
        ("武长庚", july(1), Rule.LATE, "逾期3个工作日"),
    ]


@pytest.mark.parametrize(
    "quiet",
    [
        entry(major_hazard=True, due_on=None),
        entry(major_hazard=True, due_on=june(25), state=State.HANDED_IN, handed_in_on=june(20)),
        entry(major_hazard=True, due_on=june(25), extension_pending=True),
        entry(due_on=june(25)),
    ],
)
def test_a_hazard_dealt_with_is_not_spoken_of(quiet: Entry) -> None:
    assert all(one.rule is not Rule.HAZARD for one in reminders_due([quiet], june(25), DAYS_2024, MAIN))


def test_no_promise_keeps_a_major_hazard_from_the_leaders() -> None:
    hazard = entry(due_on=june(26), major_hazard=True)
    sent = through([hazard], june(26), june(28), promised(june(20), july(31)))
    assert of(Role.LEADER, sent) == [(june(26), Rule.HAZARD)]


def test_a_deputy_gets_what_the_leader_gets_merged_with_her_own() -> None:
    asked = [
        entry(1, State.HANDED_IN, handed_in_on=june(19)),
        entry(2, State.HANDED_IN, handed_in_on=june(19), leaders=("刘洋",)),
        entry(3, State.HANDED_IN, handed_in_on=june(19), leaders=("武长庚", "刘洋")),
    ]
    for day, rule in ((june(20), Rule.LEADER_NOTE), (june(24), Rule.LEADER_WEEK)):
        sent = [one for one in reminders_due(asked, day, DAYS_2024, MAIN) if one.role is Role.LEADER]
        assert [(one.recipient, one.rule, one.occurrence_ids) for one in sent] == [
            ("武长庚", rule, (1, 3)),
            ("刘洋", rule, (1, 2, 3)),
        ]


def test_who_is_leader_department_and_office_at_once_gets_one_digest() -> None:
    entries = [
        entry(1, leaders=("刘洋",), departments=("刘洋",)),
        entry(2, State.HANDED_IN, handed_in_on=june(26), leaders=("刘洋",)),
        entry(3, leaders=("刘洋",), departments=("刘洋",), due_on=june(24), major_hazard=True),
    ]
    day = Circumstances(clerk="刘洋")
    (message,) = reminders_due(entries, june(27), DAYS_2024, day)
    assert (message.role, message.rule) == (Role.CLERK, Rule.CLERK_DAY)
    assert message.matters == (
        review(2),
        Matter(3, Rule.LATE, "逾期第3个工作日"),
        Matter(1, Rule.DUE, "提前1个工作日"),
    )
    person = reminders_due(entries, june(27), DAYS_2024)
    assert [(one.rule, one.occurrence_ids) for one in person if one.recipient == "刘洋"] == [
        (Rule.LEADER_NOTE, (1, 3, 2))
    ]
    alone = entry(3, leaders=("刘洋",), departments=("刘洋",), due_on=june(27), major_hazard=True)
    assert [one.rule for one in reminders_due([alone], june(27), DAYS_2024)] == [Rule.LAST_DAY]

from __future__ import annotations

from datetime import date

import pytest

from planner.core.cadence import AFTER_DUE, BEFORE_DUE
from planner.core.ledger import Entry
from planner.core.reminders import (
    ANSWERS,
    Circumstances,
    Matter,
    Promise,
    Role,
    Rule,
    still_due,
)
from planner.core.status import State
from tests.core.entries import JUNE_END, entry, june


def july(day: int) -> date:
    return date(2024, 7, day)


def promised(made_on: date, until: date) -> Circumstances:
    return Circumstances(promises={1: (Promise(made_on, until),)})


MAIN = Circumstances(main_leaders=("主要领导", "武长庚"), deputies={"武长庚": ("刘洋",), "主要领导": ("刘兴",)})
RUNS, PENDING = entry(), entry(state=State.IN_PROGRESS, extension_pending=True)
HANDED_IN, DONE = entry(state=State.HANDED_IN), entry(state=State.DONE)
SUSPENDED, NOBODY = entry(state=State.SUSPENDED), entry(leaders=(), departments=())
OFFICE = entry(departments=("办公室",))
WORDS = {Rule.EARLY: "提前7个工作日（补发）", Rule.APPROACHING: "提前3个工作日", Rule.LAST_DAY: "最后一个工作日"}
DEPARTMENT, LEADER, CLERK = Role.DEPARTMENT, Role.LEADER, Role.CLERK


@pytest.mark.parametrize(
    ("role", "recipient", "rule", "now", "expected"),
    [
        *(
            (DEPARTMENT, "应急部门", rule, RUNS, True)
            for rule in (Rule.ISSUED, *sorted(BEFORE_DUE), *sorted(AFTER_DUE))
        ),
        *((DEPARTMENT, "应急部门", Rule.EARLY, now, False) for now in (PENDING, HANDED_IN, DONE, SUSPENDED, NOBODY)),
        (DEPARTMENT, "水利", Rule.EARLY, RUNS, False),
        (DEPARTMENT, "武长庚", Rule.EARLY, RUNS, False),
        *((DEPARTMENT, "应急部门", rule, DONE, True) for rule in sorted(ANSWERS)),
        *((DEPARTMENT, "水利", rule, DONE, False) for rule in sorted(ANSWERS)),
        *((LEADER, "武长庚", rule, RUNS, True) for rule in (Rule.LATE, Rule.DUE, Rule.REST, Rule.HAZARD)),
        *((LEADER, "武长庚", rule, HANDED_IN, False) for rule in (Rule.LATE, Rule.DUE, Rule.REST, Rule.HAZARD)),
        (LEADER, "刘洋", Rule.LATE, RUNS, True),
        (LEADER, "蒋志检", Rule.LATE, RUNS, False),
        (LEADER, "主要领导", Rule.LATE, RUNS, False),
        (LEADER, "主要领导", Rule.HAZARD, RUNS, True),
        (LEADER, "刘兴", Rule.HAZARD, RUNS, True),
        (LEADER, "武长庚", Rule.REVIEW, HANDED_IN, True),
        (LEADER, "武长庚", Rule.REVIEW, entry(state=State.HANDED_IN, before_issue=True), False),
        *((LEADER, "武长庚", Rule.REVIEW, now, False) for now in (RUNS, PENDING, DONE)),
        (LEADER, "武长庚", Rule.EXTENSION, PENDING, True),
        (LEADER, "武长庚", Rule.EXTENSION, entry(state=State.SUSPENDED, extension_pending=True), False),
        (LEADER, "武长庚", Rule.EXTENSION, RUNS, False),
        (CLERK, "办公室", Rule.REVIEW, HANDED_IN, True),
        (CLERK, "办公室", Rule.REVIEW, RUNS, False),
        (CLERK, "办公室", Rule.CHASE, RUNS, True),
        (CLERK, "办公室", Rule.CHASE, HANDED_IN, False),
        (CLERK, "办公室", Rule.ASSIGN, NOBODY, True),
        (CLERK, "办公室", Rule.ASSIGN, RUNS, False),
        (CLERK, "办公室", Rule.DUE, OFFICE, True),
        (CLERK, "办公室", Rule.DUE, RUNS, False),
        (CLERK, "武长庚", Rule.DUE, RUNS, True),
        (DEPARTMENT, "群", Rule.GROUP, RUNS, True),
        (DEPARTMENT, "群", Rule.GROUP, HANDED_IN, False),
    ],
)
def test_a_message_made_earlier_keeps_what_still_concerns_its_recipient(
    role: Role, recipient: str, rule: Rule, now: Entry, expected: bool
) -> None:
    matter = Matter(1, rule, "")
    assert still_due(role, recipient, [matter], [now], MAIN) == ((matter,) if expected else ())


def test_a_matter_gone_or_muted_since_concerns_nobody() -> None:
    matters = [Matter(1, Rule.EARLY, ""), Matter(2, Rule.EARLY, ""), Matter(3, Rule.EARLY, "")]
    muted = Circumstances(muted=frozenset({(2, Rule.EARLY)}))
    assert still_due(DEPARTMENT, "应急部门", matters, [entry(1), entry(2)], muted) == (matters[0],)
    chase = Matter(1, Rule.CHASE, "")
    assert still_due(CLERK, "办公室", [chase], [RUNS], Circumstances(muted=frozenset({(1, Rule.CHASE)}))) == (chase,)


@pytest.mark.parametrize(
    ("rule", "now", "on", "expected"),
    [
        *((rule, RUNS, JUNE_END, True) for rule in (Rule.EARLY, Rule.APPROACHING, Rule.LAST_DAY)),
        (Rule.EARLY, RUNS, june(3), False),
        (Rule.OPENING, RUNS, june(24), True),
        (Rule.OPENING, RUNS, june(3), False),
        (Rule.APPROACHING, RUNS, june(24), False),
        (Rule.APPROACHING, RUNS, june(26), True),
        (Rule.APPROACHING, entry(due_on=july(31)), june(26), False),
        (Rule.LAST_DAY, RUNS, june(27), False),
        (Rule.LAST_DAY, entry(due_on=july(31)), june(28), False),
        (Rule.LAST_DAY, RUNS, july(1), False),
        (Rule.EARLY, entry(due_on=None), june(3), False),
        (Rule.OVERDUE, RUNS, july(1), True),
        (Rule.OVERDUE, entry(due_on=july(31)), july(1), False),
        (Rule.CHASE, RUNS, july(8), False),
        (Rule.CHASE, RUNS, july(11), True),
        (Rule.LATE, RUNS, july(8), True),
        (Rule.LATE, entry(due_on=july(31)), july(8), False),
        (Rule.HAZARD, RUNS, JUNE_END, True),
        (Rule.HAZARD, entry(due_on=july(31)), JUNE_END, False),
        (Rule.HAZARD, entry(due_on=None), JUNE_END, False),
        (Rule.REST, RUNS, july(1), True),
    ],
)
def test_a_message_that_leaves_late_or_after_the_date_moved_is_weighed_by_its_day(
    rule: Rule, now: Entry, on: date, expected: bool
) -> None:
    recipient = "应急部门" if rule in BEFORE_DUE | AFTER_DUE else "武长庚"
    circumstances, matter = promised(july(5), july(10)), Matter(1, rule, WORDS.get(rule, ""))
    role = DEPARTMENT if recipient == "应急部门" else LEADER
    assert still_due(role, recipient, [matter], [now], circumstances, on=on) == ((matter,) if expected else ())

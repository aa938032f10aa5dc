from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from planner.core.calendar import WorkingDays
from planner.core.plan import Frequency
from planner.core.status import (
    OPEN,
    RUNNING,
    Act,
    Facts,
    Mark,
    State,
    act_label,
    allowed_acts,
    badges,
    finished_on,
    is_overdue,
    lamp,
    mark_of,
    next_state,
    state_label,
    words,
    worst,
)
from planner.core.thresholds import Thresholds
from planner.errors import Invalid

DRAGON_BOAT = date(2024, 6, 10)
DAYS = WorkingDays(rest=frozenset({DRAGON_BOAT}), years=frozenset({2024}))
JUNE_END = date(2024, 6, 30)  # a Sunday; the last working day is the 28th
RUNNING_FACTS = Facts(State.NOT_STARTED, due_on=JUNE_END, assigned=True)


def june(day: int) -> date:
    return date(2024, 6, day)


def test_a_deadline_is_in_time_through_its_day_and_red_on_the_next() -> None:
    assert mark_of(RUNNING_FACTS, JUNE_END, DAYS) is Mark.DUE_SOON
    assert mark_of(RUNNING_FACTS, date(2024, 7, 1), DAYS) is Mark.OVERDUE


@pytest.mark.parametrize(
    ("frequency", "opens_on", "on", "mark"),
    [
        (None, None, june(18), Mark.WAITING),
        (None, None, june(19), Mark.DUE_SOON),
        (Frequency.QUARTERLY, date(2024, 4, 1), june(19), Mark.DUE_SOON),
        (Frequency.MONTHLY, june(1), june(24), Mark.WAITING),
        (Frequency.MONTHLY, june(1), june(25), Mark.DUE_SOON),
        (Frequency.MONTHLY, None, june(25), Mark.DUE_SOON),
        (Frequency.WEEKLY, june(29), june(28), Mark.WAITING),
    ],
)
def test_due_soon_counts_working_days(frequency: Frequency | None, opens_on: date | None, on: date, mark: Mark) -> None:
    facts = replace(RUNNING_FACTS, frequency=frequency, opens_on=opens_on)
    assert mark_of(facts, on, DAYS) is mark


def test_thresholds_are_settings() -> None:
    assert mark_of(RUNNING_FACTS, june(19), DAYS, Thresholds(soon_days=2)) is Mark.WAITING


@pytest.mark.parametrize(
    ("facts", "mark"),
    [
        (Facts(State.NOT_STARTED), Mark.UNASSIGNED),
        (Facts(State.NOT_STARTED, assigned=True, unsettled=True), Mark.UNSETTLED),
        (Facts(State.NOT_STARTED, assigned=True), Mark.WAITING),
        (Facts(State.NOT_STARTED, assigned=True, has_progress=True), Mark.ACTIVE),
        (Facts(State.IN_PROGRESS, assigned=True), Mark.ACTIVE),
        (Facts(State.HANDED_IN), Mark.HANDED_IN),
        (Facts(State.HANDED_IN, due_on=june(1), handed_in_on=june(3)), Mark.HANDED_IN),
        (Facts(State.SUSPENDED, due_on=june(1)), Mark.SUSPENDED),
        (Facts(State.CANCELLED, due_on=june(1)), Mark.SUSPENDED),
        (Facts(State.DRAFT, due_on=june(1), assigned=True), Mark.WAITING),
        (Facts(State.NOT_STARTED, due_on=june(1), before_issue=True), Mark.WAITING),
        (Facts(State.NOT_STARTED, due_on=june(30), before_issue=True, unsettled=True), Mark.UNSETTLED),
        (Facts(State.DONE), Mark.DONE),
        (Facts(State.DONE, due_on=june(14), closed_on=june(14)), Mark.DONE),
        (Facts(State.DONE, due_on=june(14), closed_on=june(15)), Mark.LATE),
        (Facts(State.DONE, due_on=june(14), closed_on=june(18), handed_in_on=june(14)), Mark.DONE),
    ],
)
def test_marks_on_20_june(facts: Facts, mark: Mark) -> None:
    assert mark_of(facts, june(20), DAYS) is mark


def test_overdue_outranks_nobody_assigned_and_review_outranks_both() -> None:
    facts = Facts(State.NOT_STARTED, due_on=june(1), unsettled=True)
    assert mark_of(facts, june(20), DAYS) is Mark.OVERDUE
    assert mark_of(replace(facts, state=State.HANDED_IN), june(20), DAYS) is Mark.HANDED_IN


def test_worst_wins_upwards() -> None:
    assert "".join(Mark) == "逾临审缺问办待停迟完"
    assert worst([Mark.DONE, Mark.LATE, Mark.WAITING]) is Mark.WAITING
    assert worst(reversed(Mark)) is Mark.OVERDUE
    assert worst([]) is Mark.WAITING


def test_lamps() -> None:
    assert "".join(lamp(mark) for mark in Mark) == "红黄蓝黄黄绿灰灰绿绿"


def test_badges_stand_beside_the_mark() -> None:
    assert badges(RUNNING_FACTS, june(20)) == ()
    both = replace(RUNNING_FACTS, extension_pending=True, before_issue=True)
    assert badges(both, june(20)) == ("延", "前")


@pytest.mark.parametrize(
    ("facts", "stale"),
    [
        (Facts(State.IN_PROGRESS, last_event_on=date(2024, 5, 16)), True),
        (Facts(State.IN_PROGRESS, last_event_on=date(2024, 5, 17)), False),
        (Facts(State.IN_PROGRESS), False),
        (Facts(State.DONE, last_event_on=date(2024, 1, 1)), False),
        (Facts(State.IN_PROGRESS, due_on=JUNE_END, last_event_on=date(2024, 1, 1)), False),
    ],
)
def test_a_silent_duty_without_a_date_goes_stale_after_35_days(facts: Facts, stale: bool) -> None:
    assert ("久未更新" in badges(facts, june(20))) is stale


@pytest.mark.parametrize(
    ("facts", "on", "expected"),
    [
        (RUNNING_FACTS, june(20), "还有6个工作日"),
        (RUNNING_FACTS, june(28), "今天是最后一个工作日"),
        (RUNNING_FACTS, june(29), "到期前没有工作日了"),
        (RUNNING_FACTS, june(30), "今天到期"),
        (RUNNING_FACTS, date(2024, 7, 4), "逾期4个工作日"),
        (replace(RUNNING_FACTS, due_on=june(28)), june(29), "逾期不足1个工作日"),
        (replace(RUNNING_FACTS, due_on=None), june(20), "没有到期日"),
        (replace(RUNNING_FACTS, due_on=None, standing=True), june(20), "长期工作"),
        (replace(RUNNING_FACTS, due_on=None, unsettled=True), june(20), "时限未明确"),
        (replace(RUNNING_FACTS, before_issue=True), june(20), "印发前的期次，不计入"),
        (Facts(State.DRAFT), june(20), "尚未下达"),
        (Facts(State.SUSPENDED), june(20), "已中止"),
        (Facts(State.CANCELLED), june(20), "已撤销"),
        (Facts(State.DONE), june(20), "已办结"),
        (Facts(State.DONE, closed_on=june(14)), june(20), "6月14日（周五）办结"),
        (Facts(State.DONE, due_on=june(14), closed_on=june(14)), june(20), "6月14日（周五）办结"),
        (Facts(State.DONE, due_on=june(14), closed_on=june(18)), june(20), "6月18日（周二）办结，逾期2个工作日"),
        (Facts(State.HANDED_IN), june(20), "待审核"),
        (Facts(State.HANDED_IN, handed_in_on=june(18)), june(20), "待审核，6月18日（周二）提交"),
    ],
)
def test_words(facts: Facts, on: date, expected: str) -> None:
    assert words(facts, on, DAYS) == expected


def test_the_clock_stops_at_the_hand_in() -> None:
    assert finished_on(RUNNING_FACTS) is None
    assert finished_on(Facts(State.IN_PROGRESS, handed_in_on=june(1))) is None
    assert finished_on(Facts(State.HANDED_IN, handed_in_on=june(1))) == june(1)
    assert finished_on(Facts(State.DONE, handed_in_on=june(3), closed_on=june(1))) == june(1)


MOVES: dict[tuple[State, Act], State] = {
    (State.DRAFT, Act.ISSUE): State.NOT_STARTED,
    (State.NOT_STARTED, Act.PROGRESS): State.IN_PROGRESS,
    (State.NOT_STARTED, Act.HAND_IN): State.HANDED_IN,
    (State.IN_PROGRESS, Act.HAND_IN): State.HANDED_IN,
    (State.HANDED_IN, Act.SIGN_OFF): State.DONE,
    (State.HANDED_IN, Act.SEND_BACK): State.IN_PROGRESS,
    (State.DONE, Act.REOPEN): State.IN_PROGRESS,
    (State.SUSPENDED, Act.REOPEN): State.IN_PROGRESS,
    (State.NOT_STARTED, Act.SUSPEND): State.SUSPENDED,
    (State.IN_PROGRESS, Act.SUSPEND): State.SUSPENDED,
    (State.HANDED_IN, Act.SUSPEND): State.SUSPENDED,
    **{
        (state, Act.CARRY): State.CANCELLED
        for state in (State.NOT_STARTED, State.IN_PROGRESS, State.HANDED_IN, State.SUSPENDED)
    },
    **{(state, Act.CANCEL): State.CANCELLED for state in State if state not in (State.DONE, State.CANCELLED)},
}


def test_these_moves_and_no_others_change_the_state() -> None:
    found = {
        (state, act): next_state(state, act)
        for state in State
        for act in allowed_acts(state)
        if next_state(state, act) is not state
    }
    assert found == MOVES


@pytest.mark.parametrize(
    ("state", "act", "sentence"),
    [
        (State.IN_PROGRESS, Act.SIGN_OFF, "这一项现在是「进行中」，不能「销号」。请先申请销号，再审核。"),
        (State.NOT_STARTED, Act.ISSUE, "这一项现在是「未启动」，不能「下达」。它已经下达，直接记进展即可。"),
        (State.IN_PROGRESS, Act.REOPEN, "这一项现在是「进行中」，不能「恢复」。它还在办理中，直接记进展即可。"),
        (State.DRAFT, Act.PROGRESS, "这一项现在是「草稿」，不能「进展」。请先下达。"),
        (State.DONE, Act.CHASE, "这一项现在是「已办结」，不能「催办」。如需继续办理，请先恢复。"),
        (State.HANDED_IN, Act.HAND_IN, "这一项现在是「待审核」，不能「申请销号」。如需继续办理，请审核人先退回。"),
        (
            State.CANCELLED,
            Act.REOPEN,
            "这一项现在是「撤销」，不能「恢复」。撤销的事项只在台账里留存；如仍要办，请列入新的计划。",
        ),
    ],
)
def test_a_forbidden_act_says_why_and_what_to_do(state: State, act: Act, sentence: str) -> None:
    with pytest.raises(Invalid) as caught:
        next_state(state, act)
    assert caught.value.message == sentence


def test_every_state_and_act_has_a_name_of_its_own() -> None:
    assert len({state_label(state) for state in State}) == len(State)
    assert len({act_label(act) for act in Act}) == len(Act)


class Life(RuleBasedStateMachine):
    """Any sequence of acts, on any days, against what must hold whatever happens."""

    def __init__(self) -> None:
        super().__init__()
        self.state = State.DRAFT
        self.today = june(1)
        self.handed_in_on: date | None = None
        self.closed_on: date | None = None

    @rule(act=st.sampled_from(Act), later=st.integers(0, 9))
    def happen(self, act: Act, later: int) -> None:
        self.today += timedelta(days=later)
        before = self.state
        if act not in allowed_acts(before):
            with pytest.raises(Invalid):
                next_state(before, act)
            return
        self.state = next_state(before, act)
        if act is Act.HAND_IN:
            self.handed_in_on = self.today
        if act is Act.SIGN_OFF:
            assert before is State.HANDED_IN
            self.closed_on = self.today
        if act in (Act.SEND_BACK, Act.REOPEN):
            self.handed_in_on = self.closed_on = None
        if before is State.CANCELLED:
            assert self.state is State.CANCELLED

    @property
    def facts(self) -> Facts:
        return Facts(self.state, JUNE_END, assigned=True, handed_in_on=self.handed_in_on, closed_on=self.closed_on)

    @invariant()
    def only_a_running_clock_is_overdue(self) -> None:
        assert is_overdue(self.facts, self.today) == (self.state in RUNNING and self.today > JUNE_END)
        assert (mark_of(self.facts, self.today, DAYS) is Mark.OVERDUE) == is_overdue(self.facts, self.today)

    @invariant()
    def done_is_reached_through_a_hand_in_and_fair(self) -> None:
        if self.state is State.DONE:
            assert self.handed_in_on is not None
            late = self.handed_in_on > JUNE_END
            assert mark_of(self.facts, self.today, DAYS) is (Mark.LATE if late else Mark.DONE)

    @invariant()
    def there_is_always_something_to_say(self) -> None:
        assert words(self.facts, self.today, DAYS)


TestLife = Life.TestCase

facts_of_any_kind = st.builds(
    Facts,
    state=st.sampled_from(State),
    due_on=st.none() | st.dates(june(1), june(30)),
    opens_on=st.none() | st.dates(june(1), june(30)),
    closed_on=st.none() | st.dates(june(1), june(30)),
    handed_in_on=st.none() | st.dates(june(1), june(30)),
    has_progress=st.booleans(),
    assigned=st.booleans(),
    unsettled=st.booleans(),
    before_issue=st.booleans(),
    extension_pending=st.booleans(),
    frequency=st.none() | st.sampled_from(Frequency),
    last_event_on=st.none() | st.dates(june(1), june(30)),
)


@given(facts_of_any_kind, st.dates(june(1), june(30)))
def test_any_facts_on_any_day_have_a_mark_and_words(facts: Facts, on: date) -> None:
    mark = mark_of(facts, on, DAYS)
    assert words(facts, on, DAYS)
    assert (mark in (Mark.OVERDUE, Mark.DUE_SOON)) <= (facts.state in RUNNING and not facts.before_issue)
    assert (mark in (Mark.DONE, Mark.LATE)) == (facts.state is State.DONE)
    assert (mark is Mark.SUSPENDED) == (facts.state not in OPEN | {State.DONE, State.DRAFT})

"""What an occurrence is and how it stands: states with the acts that move them, and marks judged for a given day.

States are stored, judgements never: each function takes the facts as they stood and the day to judge on. Days left
and days late are working days; a deadline is in time through its due day and late from the day after.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from planner.core.calendar import WorkingDays, day_words
from planner.core.plan import Frequency
from planner.core.thresholds import DEFAULTS, Thresholds
from planner.errors import Invalid


class State(StrEnum):
    """Where an occurrence is on its way to the sign-off."""

    DRAFT = "draft"
    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    HANDED_IN = "handed_in"
    DONE = "done"
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"


class Act(StrEnum):
    """What can happen to an occurrence or a plan; each happening is one event of the ledger."""

    IMPORT = "import"
    ISSUE = "issue"
    SETTLE = "settle"
    PROGRESS = "progress"
    MEASURE = "measure"
    CHASE = "chase"
    INSTRUCTION = "instruction"
    EXTENSION_REQUEST = "extension_request"
    EXTENSION_GRANTED = "extension_granted"
    EXTENSION_REFUSED = "extension_refused"
    HAND_IN = "hand_in"
    SIGN_OFF = "sign_off"
    SEND_BACK = "send_back"
    REOPEN = "reopen"
    SUSPEND = "suspend"
    CANCEL = "cancel"
    REASSIGN = "reassign"
    CORRECT = "correct"
    CARRY = "carry"


class Mark(StrEnum):
    """How an occurrence stands on a day, in one character; listed from worst to best."""

    OVERDUE = "逾"
    DUE_SOON = "临"
    HANDED_IN = "审"
    UNASSIGNED = "缺"
    UNSETTLED = "问"
    ACTIVE = "办"
    WAITING = "待"
    SUSPENDED = "停"
    LATE = "迟"
    DONE = "完"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is recorded of an occurrence as it stood on the day to be judged.

    ``due_on`` is inclusive. ``closed_on`` is the day the work was done, ``handed_in_on`` that of the latest hand-in.
    ``unsettled`` says that the clerk has something to settle; ``before_issue`` that the period was over at issue;
    ``standing`` that the office declared it a standing duty, which needs no date.
    """

    state: State
    due_on: date | None = None
    opens_on: date | None = None
    closed_on: date | None = None
    handed_in_on: date | None = None
    has_progress: bool = False
    assigned: bool = False
    unsettled: bool = False
    before_issue: bool = False
    extension_pending: bool = False
    standing: bool = False
    frequency: Frequency | None = None
    last_event_on: date | None = None


STATE_LABELS = {
    State.DRAFT: "草稿",
    State.NOT_STARTED: "未启动",
    State.IN_PROGRESS: "进行中",
    State.HANDED_IN: "待审核",
    State.DONE: "已办结",
    State.SUSPENDED: "中止",
    State.CANCELLED: "撤销",
}

ACT_LABELS = {
    Act.IMPORT: "导入",
    Act.ISSUE: "下达",
    Act.SETTLE: "明确",
    Act.PROGRESS: "进展",
    Act.MEASURE: "指标",
    Act.CHASE: "催办",
    Act.INSTRUCTION: "批示",
    Act.EXTENSION_REQUEST: "申请延期",
    Act.EXTENSION_GRANTED: "同意延期",
    Act.EXTENSION_REFUSED: "不同意延期",
    Act.HAND_IN: "申请销号",
    Act.SIGN_OFF: "销号",
    Act.SEND_BACK: "退回",
    Act.REOPEN: "恢复",
    Act.SUSPEND: "中止",
    Act.CANCEL: "撤销",
    Act.REASSIGN: "调整责任",
    Act.CORRECT: "更正",
    Act.CARRY: "结转",
}

RUNNING = frozenset({State.NOT_STARTED, State.IN_PROGRESS})
"""The department's clock runs."""

OPEN = RUNNING | {State.HANDED_IN}
"""Issued and not closed: somebody still has to act."""

SHORT_CYCLES = frozenset({Frequency.DAILY, Frequency.WEEKLY, Frequency.TENDAY, Frequency.HOLIDAY, Frequency.MONTHLY})
"""Duties kept by the month (schedule.py makes one occurrence a month of them); they are due soon only near its end."""


# The states an act may be done in, and the state it leads to; None leaves the state as it is.
_MOVES: dict[Act, tuple[frozenset[State], State | None]] = {
    Act.IMPORT: (frozenset(State), None),
    Act.ISSUE: (frozenset({State.DRAFT}), State.NOT_STARTED),
    Act.SETTLE: (frozenset(State), None),
    Act.PROGRESS: (RUNNING, State.IN_PROGRESS),
    Act.MEASURE: (OPEN | {State.DONE}, None),
    Act.CHASE: (OPEN, None),
    Act.INSTRUCTION: (frozenset(State), None),
    Act.EXTENSION_REQUEST: (RUNNING, None),
    Act.EXTENSION_GRANTED: (OPEN, None),
    Act.EXTENSION_REFUSED: (OPEN, None),
    Act.HAND_IN: (RUNNING, State.HANDED_IN),
    Act.SIGN_OFF: (frozenset({State.HANDED_IN}), State.DONE),
    Act.SEND_BACK: (frozenset({State.HANDED_IN}), State.IN_PROGRESS),
    Act.REOPEN: (frozenset({State.DONE, State.SUSPENDED}), State.IN_PROGRESS),
    Act.SUSPEND: (OPEN, State.SUSPENDED),
    Act.CANCEL: (OPEN | {State.DRAFT, State.SUSPENDED}, State.CANCELLED),
    Act.REASSIGN: (frozenset(State), None),
    Act.CORRECT: (frozenset(State), None),
    Act.CARRY: (OPEN | {State.SUSPENDED}, State.CANCELLED),
}

_ADVICE = {
    State.DRAFT: "请先下达。",
    State.NOT_STARTED: "请先申请销号，再审核。",
    State.IN_PROGRESS: "请先申请销号，再审核。",
    State.HANDED_IN: "如需继续办理，请审核人先退回。",
    State.DONE: "如需继续办理，请先恢复。",
    State.SUSPENDED: "如需继续办理，请先恢复。",
    State.CANCELLED: "撤销的事项只在台账里留存；如仍要办，请列入新的计划。",
}

_RUNNING_ADVICE = {
    Act.ISSUE: "它已经下达，直接记进展即可。",
    Act.REOPEN: "它还在办理中，直接记进展即可。",
}


def state_label(state: State) -> str:
    """Return the Chinese name of a state (待审核)."""
    return STATE_LABELS[state]


def act_label(act: Act) -> str:
    """Return the Chinese name of an act (催办)."""
    return ACT_LABELS[act]


def allowed_acts(state: State) -> tuple[Act, ...]:
    """Return the acts possible in *state*, in the order of :class:`Act`."""
    return tuple(act for act in Act if state in _MOVES[act][0])


def next_state(state: State, act: Act) -> State:
    """Return the state *act* leads to; raise ``Invalid``, saying why and what to do, when it is not possible."""
    allowed, after = _MOVES[act]
    if state not in allowed:
        raise Invalid(_refusal(state, act))
    return after or state


def state_after(state: State, act: Act) -> State:
    """Return the state a recorded act led to, whatever the rules of today say of it."""
    return _MOVES[act][1] or state


def _refusal(state: State, act: Act) -> str:
    advice = _ADVICE[state]
    if state in RUNNING:
        advice = _RUNNING_ADVICE.get(act, advice)
    return f"这一项现在是「{state_label(state)}」，不能「{act_label(act)}」。{advice}"


def finished_on(facts: Facts) -> date | None:
    """Return the day the department was finished, None while its clock runs.

    Handing in stops the department's clock: what was handed in on time and closed later was done on time.
    """
    if facts.state is State.HANDED_IN:
        return facts.handed_in_on
    if facts.state is State.DONE:
        return min((day for day in (facts.handed_in_on, facts.closed_on) if day), default=None)
    return None


def finished_late(facts: Facts) -> bool:
    """Tell whether the department finished after the due day."""
    finished = finished_on(facts)
    return finished is not None and facts.due_on is not None and finished > facts.due_on


def is_overdue(facts: Facts, on: date) -> bool:
    """Tell whether the due day has passed while the department's clock still runs; 印发前 never is."""
    return facts.state in RUNNING and not facts.before_issue and facts.due_on is not None and facts.due_on < on


def is_due_soon(facts: Facts, on: date, days: WorkingDays, thresholds: Thresholds = DEFAULTS) -> bool:
    """Tell whether few working days are left; a short-cycle duty has a shorter limit and must have opened."""
    if facts.state not in RUNNING or facts.before_issue or facts.due_on is None or facts.due_on < on:
        return False
    limit = thresholds.soon_days
    if facts.frequency in SHORT_CYCLES:
        limit = thresholds.soon_days_monthly
        if facts.opens_on is not None and on < facts.opens_on:
            return False
    return days.between(on, facts.due_on) <= limit


def mark_of(facts: Facts, on: date, days: WorkingDays, thresholds: Thresholds = DEFAULTS) -> Mark:
    """Return the mark of an occurrence on a day: the worst that holds.

    A cancelled occurrence carries 停 like a suspended one; :func:`words` tells them apart. A draft and a period
    before the issue date are never 逾 or 临.
    """
    if facts.state is State.DONE:
        return Mark.LATE if finished_late(facts) else Mark.DONE
    if facts.state in (State.SUSPENDED, State.CANCELLED):
        return Mark.SUSPENDED
    if is_overdue(facts, on):
        return Mark.OVERDUE
    if is_due_soon(facts, on, days, thresholds):
        return Mark.DUE_SOON
    return _mark_without_date(facts)


def _mark_without_date(facts: Facts) -> Mark:
    if facts.state is State.HANDED_IN:
        return Mark.HANDED_IN
    if not facts.assigned and not facts.before_issue:
        return Mark.UNASSIGNED
    if facts.unsettled:
        return Mark.UNSETTLED
    return Mark.ACTIVE if facts.has_progress or facts.state is State.IN_PROGRESS else Mark.WAITING


_SEVERITY = {mark: place for place, mark in enumerate(Mark)}


def worst(marks: Iterable[Mark]) -> Mark:
    """Return the worst mark, for the task, item or plan above; 待 when there is none."""
    return min(marks, key=_SEVERITY.__getitem__, default=Mark.WAITING)


_LAMPS = {
    Mark.OVERDUE: "红",
    Mark.DUE_SOON: "黄",
    Mark.UNASSIGNED: "黄",
    Mark.UNSETTLED: "黄",
    Mark.HANDED_IN: "蓝",
    Mark.ACTIVE: "绿",
    Mark.DONE: "绿",
    Mark.LATE: "绿",
    Mark.WAITING: "灰",
    Mark.SUSPENDED: "灰",
}


def lamp(mark: Mark) -> str:
    """Return the lamp of a mark: 红, 黄, 蓝, 绿 or 灰."""
    return _LAMPS[mark]


def badges(facts: Facts, on: date, thresholds: Thresholds = DEFAULTS) -> tuple[str, ...]:
    """Return what stands beside the mark: 延 extension pending, 前 before issue, 久未更新 a silent undated duty."""
    held = (
        ("延", facts.extension_pending),
        ("前", facts.before_issue),
        ("久未更新", _is_stale(facts, on, thresholds)),
    )
    return tuple(badge for badge, holds in held if holds)


def _is_stale(facts: Facts, on: date, thresholds: Thresholds) -> bool:
    if facts.state not in RUNNING or facts.due_on is not None or facts.last_event_on is None:
        return False
    return (on - facts.last_event_on).days >= thresholds.stale_days


def words(facts: Facts, on: date, days: WorkingDays) -> str:
    """Return how an occurrence stands, in words for people: 还有6个工作日, 逾期4个工作日, 6月28日（周五）办结."""
    if facts.state in _STANDING_WORDS:
        return _STANDING_WORDS[facts.state]
    if facts.state is State.DONE:
        return _finished_words("{day}办结", "已办结", facts, on, days)
    if facts.state is State.HANDED_IN:
        return _finished_words("待审核，{day}提交", "待审核", facts, on, days)
    if facts.before_issue:
        return "印发前的期次，不计入"
    if facts.standing:
        return "长期工作"
    if facts.due_on is None:
        return "时限未明确" if facts.unsettled else "没有到期日"
    return late_words(facts.due_on, on, days) if facts.due_on < on else _days_left(facts.due_on, on, days)


_STANDING_WORDS = {State.DRAFT: "尚未下达", State.SUSPENDED: "已中止", State.CANCELLED: "已撤销"}


def _finished_words(pattern: str, undated: str, facts: Facts, on: date, days: WorkingDays) -> str:
    finished = finished_on(facts)
    if finished is None:
        return undated
    sentence = pattern.format(day=day_words(finished, on.year))
    if facts.due_on is None or finished <= facts.due_on:
        return sentence
    return f"{sentence}，{late_words(facts.due_on, finished, days)}"


def late_words(due: date, on: date, days: WorkingDays) -> str:
    """Return 逾期4个工作日 for a day after the due day; on the rest days that follow it, 逾期不足1个工作日."""
    late = days.between(due, on)
    return f"逾期{late}个工作日" if late else "逾期不足1个工作日"


def _days_left(due: date, on: date, days: WorkingDays) -> str:
    if due == on:
        return "今天到期"
    if left := days.between(on, due):
        return f"还有{left}个工作日"
    return "今天是最后一个工作日" if days.is_working(on) else "到期前没有工作日了"

"""When an occurrence is to be spoken of: the steps up to its due day, the ladder after it, and the promise that pauses.

Days are counted in working days. T is the last working day not after the due day, T-3 three working days earlier,
+1 the first working day after the due day. The table of all steps stands in ``reminders.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from planner.core.calendar import WorkingDays
from planner.core.plan import Frequency
from planner.core.status import RUNNING, SHORT_CYCLES, Facts
from planner.core.thresholds import DEFAULTS, Thresholds


class Rule(StrEnum):
    """Why a message is sent, or a line stands in it."""

    ISSUED = "issued"
    OPENING = "opening"
    EARLY = "early"
    APPROACHING = "approaching"
    LAST_DAY = "last_day"
    OVERDUE = "overdue"
    CHASE = "chase"
    PROMISE_MISSED = "promise_missed"
    HAZARD = "hazard"
    REVIEW = "review"
    EXTENSION = "extension"
    LATE = "late"
    DUE = "due"
    REST = "rest"
    ASSIGN = "assign"
    DIGEST = "digest"
    LEADER_NOTE = "leader_note"
    LEADER_WEEK = "leader_week"
    CLERK_DAY = "clerk_day"
    SENT_BACK = "sent_back"
    EXTENSION_ANSWER = "extension_answer"
    SIGNED_OFF = "signed_off"
    GROUP = "group"


RULE_LABELS = {
    Rule.ISSUED: "下达",
    Rule.OPENING: "时段开始",
    Rule.EARLY: "到期前提醒",
    Rule.APPROACHING: "提前3个工作日",
    Rule.LAST_DAY: "到期日",
    Rule.OVERDUE: "逾期第1个工作日",
    Rule.CHASE: "逾期催办",
    Rule.PROMISE_MISSED: "已过承诺日期",
    Rule.HAZARD: "重大隐患到期",
    Rule.REVIEW: "待审核",
    Rule.EXTENSION: "申请延期",
    Rule.LATE: "逾期告知责任领导",
    Rule.DUE: "即将到期",
    Rule.REST: "正常推进",
    Rule.ASSIGN: "责任未明确",
    Rule.DIGEST: "摘要",
    Rule.LEADER_NOTE: "请领导定和知悉",
    Rule.LEADER_WEEK: "领导周摘要",
    Rule.CLERK_DAY: "办公室每日事项",
    Rule.SENT_BACK: "退回",
    Rule.EXTENSION_ANSWER: "延期答复",
    Rule.SIGNED_OFF: "已销号",
    Rule.GROUP: "群通知",
}

ALONE = frozenset({Rule.APPROACHING, Rule.LAST_DAY, Rule.OVERDUE, Rule.HAZARD})
"""Rules of messages about one occurrence each; all others are digests."""

BEFORE_DUE = frozenset({Rule.OPENING, Rule.EARLY, Rule.APPROACHING, Rule.LAST_DAY})
AFTER_DUE = frozenset({Rule.OVERDUE, Rule.CHASE, Rule.PROMISE_MISSED})

MUTABLE = BEFORE_DUE | AFTER_DUE | {Rule.LATE}
"""Rules a clerk may mute for a task."""

MISSED_WORDS = "已过承诺日期"


@dataclass(frozen=True, slots=True)
class Promise:
    """A day somebody promised to be done by, as logged when chased."""

    made_on: date
    until: date

    def holds(self, day: date) -> bool:
        """Tell whether nothing is to be said on *day*: from the day it was made through the promised one."""
        return self.made_on <= day <= self.until

    def defers(self, day: date) -> bool:
        """Tell whether a step of *day* waits; on the day it was made the morning's step had been taken."""
        return self.made_on < day <= self.until


class Step(NamedTuple):
    """A working day on which something is said, under which rule, and why in words."""

    day: date
    rule: Rule
    words: str


@dataclass(frozen=True, slots=True)
class Window:
    """The days looked at: after *since*, through *on*."""

    since: date
    on: date
    days: WorkingDays

    @classmethod
    def ending(cls, on: date, days: WorkingDays, since: date | None) -> Window:
        """Return the window through *on*; without *since* it starts after the working day before."""
        return cls(since or days.shift(on, -1), on, days)

    def holds(self, day: date) -> bool:
        """Tell whether *day* lies in the window."""
        return self.since < day <= self.on

    def is_news(self, day: date | None) -> bool:
        """Tell whether something that happened on *day*, reported at the earliest the next morning, is news."""
        return day is not None and self.since <= day < self.on

    @property
    def week_start(self) -> date:
        """The first working day of the week of *on*."""
        return self.days.on_or_after(self.on - timedelta(days=self.on.weekday()))

    @property
    def starts_week(self) -> bool:
        """Whether the week of *on* starts in the window."""
        return self.holds(self.week_start)


def clock_runs(facts: Facts) -> bool:
    """Tell whether the department has to act: issued, not handed in, not suspended, no extension asked for."""
    return facts.state in RUNNING and not facts.before_issue and not facts.extension_pending


def cadence(facts: Facts, days: WorkingDays, thresholds: Thresholds = DEFAULTS) -> list[Step]:
    """Return the days up to the last working day on which a department is reminded, and how."""
    if facts.due_on is None:
        return []
    last = days.on_or_before(facts.due_on)
    return [*_early(facts, facts.due_on, last, days, thresholds), Step(last, Rule.LAST_DAY, "最后一个工作日")]


def _early(facts: Facts, due: date, last: date, days: WorkingDays, thresholds: Thresholds) -> list[Step]:
    def before(*counts: int) -> list[Step]:
        return [Step(days.shift(last, -count), Rule.EARLY, f"提前{count}个工作日") for count in counts]

    if facts.frequency in SHORT_CYCLES:
        if due.day < thresholds.monthly_day:
            return before(thresholds.soon_days_monthly)
        notice = days.on_or_before(due.replace(day=thresholds.monthly_day))
        return [Step(notice, Rule.EARLY, f"每月{thresholds.monthly_day}日")]
    if facts.frequency is Frequency.QUARTERLY:
        return before(*thresholds.before_quarterly)
    if facts.frequency is None and facts.opens_on is not None:
        opening = Step(days.on_or_before(facts.opens_on), Rule.OPENING, "时段开始")
        return [step for step in (opening, *before(*thresholds.before_window)) if opening.day <= step.day]
    steps = before(*thresholds.before)
    alone = days.shift(last, -thresholds.alone_at)
    return [step._replace(rule=Rule.APPROACHING) if step.day == alone else step for step in steps]


def pause_of(promises: Sequence[Promise], due: date, on: date) -> Promise | None:
    """Return the promise that pauses the ladder, once: the first logged by *on* that reaches the due day or past it."""
    return next((one for one in _known(promises, on) if due <= one.until), None)


def _known(promises: Sequence[Promise], on: date) -> list[Promise]:
    """Return the promises logged by *on*, without those of a day that had already passed."""
    return [one for one in promises if one.made_on <= on and one.made_on <= one.until]


def is_paused(facts: Facts, promises: Sequence[Promise], on: date) -> bool:
    """Tell whether the ladder after the due day rests on *on*."""
    pause = pause_of(promises, facts.due_on, on) if facts.due_on else None
    return pause is not None and pause.holds(on)


def missed_promises(promises: Sequence[Promise], on: date) -> list[Promise]:
    """Return the promises whose day has passed before *on* with no newer one made by then, in the order of those days.

    The caller knows that the clock still runs.
    """
    known = _known(promises, on)
    return [
        one
        for place, one in enumerate(known)
        if one.until < on and not any(newer.made_on <= one.until for newer in known[place + 1 :])
    ]


def day_after_due(due: date, count: int, days: WorkingDays) -> date:
    """Return the working day *count* after the due day; 0 is the due day or, where it rests, the next working day."""
    return days.shift(due, count) if count else days.on_or_after(due)


def deferred(day: date, pause: Promise | None, days: WorkingDays) -> date:
    """Return the day a step is taken on: one that falls into a pause, on the first working day after it."""
    return days.shift(pause.until, 1) if pause and pause.defers(day) else day


def ladder(due: date, window: Window, pause: Promise | None) -> list[Step]:
    """Return the steps after the due day, as far as the week of the window.

    Of those that fell into the pause one is left, on the first working day after it: that of +1, alone, if it was
    among them, else a line that the promise was missed.
    """
    first, second, third = (window.days.shift(due, count) for count in (1, 2, 3))
    steps = [
        Step(first, Rule.OVERDUE, "逾期第1个工作日"),
        Step(second, Rule.CHASE, "逾期第2个工作日"),
        Step(third, Rule.CHASE, "逾期第3个工作日"),
    ]
    if window.week_start > third:
        steps.append(Step(window.week_start, Rule.CHASE, "每周一次"))
    if pause is None:
        return steps
    rule = Rule.OVERDUE if pause.defers(first) else Rule.PROMISE_MISSED
    going_on = Step(window.days.shift(pause.until, 1), rule, MISSED_WORDS)
    return [*(step for step in steps if not pause.defers(step.day)), going_on]


def step_now(facts: Facts, window: Window, promises: Sequence[Promise], thresholds: Thresholds) -> Step | None:
    """Return the step a department is reminded under; a message alone outranks a line in the digest.

    One made up for after an interruption says so.
    """
    if not clock_runs(facts) or facts.due_on is None:
        return None
    steps = [step for step in _steps(facts, facts.due_on, window, promises, thresholds) if window.holds(step.day)]
    if not steps:
        return None
    step = ([step for step in steps if step.rule in ALONE] or steps)[-1]
    return step if step.day == window.on else step._replace(words=f"{step.words}（补发）")


def _steps(facts: Facts, due: date, window: Window, promises: Sequence[Promise], thresholds: Thresholds) -> list[Step]:
    if window.on <= due:
        return cadence(facts, window.days, thresholds)
    if is_paused(facts, promises, window.on):
        return []
    return ladder(due, window, pause_of(promises, due, window.on))

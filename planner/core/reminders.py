"""Which reminders are due on a day: the decision only, never the sending.

Days are counted in working days. T is the last working day not after the due day, T-3 three working days earlier,
+1 the first working day after the due day. For each occurrence whose department's clock runs:

    once         T-15, T-7 digest · T-3 alone · T-1 digest · T alone
    window       on opening and T-7 digest · T alone
    quarterly    T-15, T-5 digest · T alone
    monthly      the 25th digest (T-3 where due earlier in the month) · T alone; so do daily, weekly, 旬, holidays
    overdue      +1 alone · +2, +3 digest · then on the first working day of each week

The leader hears of it at +3, gets what waits for a decision on the day after it was handed in, and a summary on the
first working day of each week. The office gets its errands every day that has any, and hears what a department would
where none is named. Nothing on rest days, at most one digest a person a day, no occurrence twice to a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from planner.core.calendar import WorkingDays
from planner.core.ledger import Entry
from planner.core.plan import Frequency
from planner.core.status import OPEN, RUNNING, SHORT_CYCLES, Facts, State, is_overdue

LEADER_HEARS_AFTER = 3
"""Working days overdue at which the leader is told."""


class Role(StrEnum):
    """In which part somebody is reminded."""

    LEADER = "leader"
    DEPARTMENT = "department"
    CLERK = "clerk"


class Rule(StrEnum):
    """Why a message is sent; the first three carry one occurrence alone."""

    APPROACHING = "approaching"
    LAST_DAY = "last_day"
    OVERDUE = "overdue"
    DIGEST = "digest"
    LEADER_NOTE = "leader_note"
    LEADER_WEEK = "leader_week"
    CLERK_DAY = "clerk_day"


RULE_LABELS = {
    Rule.APPROACHING: "提前3个工作日",
    Rule.LAST_DAY: "到期日",
    Rule.OVERDUE: "逾期第1个工作日",
    Rule.DIGEST: "摘要",
    Rule.LEADER_NOTE: "请领导定和知悉",
    Rule.LEADER_WEEK: "领导周摘要",
    Rule.CLERK_DAY: "办公室每日事项",
}

ALONE = frozenset({Rule.APPROACHING, Rule.LAST_DAY, Rule.OVERDUE})


@dataclass(frozen=True, slots=True)
class DueReminder:
    """One message to make: to whom (a party's name), in which part, under which rule, about which occurrences."""

    recipient: str
    role: Role
    rule: Rule
    occurrence_ids: tuple[int, ...]
    day: date

    @property
    def subject(self) -> str:
        """What it is about: the occurrence of a message of its own, or ``digest``."""
        return str(self.occurrence_ids[0]) if self.rule in ALONE else "digest"

    @property
    def key(self) -> str:
        """The same for the same message whenever it is decided again; never that of another message."""
        return f"{self.day.isoformat()}/{self.recipient}/{self.rule}/{self.subject}"


@dataclass(frozen=True, slots=True)
class Errands:
    """The office's work of a day, no entry in two places: to review, to name somebody for, to chase, coming up."""

    review: tuple[Entry, ...]
    assign: tuple[Entry, ...]
    chase: tuple[Entry, ...]
    coming: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class LeaderView:
    """A leader's open matters, no entry in two places: to decide, overdue, due this week, and the rest."""

    decide: tuple[Entry, ...]
    overdue: tuple[Entry, ...]
    due: tuple[Entry, ...]
    rest: tuple[Entry, ...]


def reminders_due(
    entries: Sequence[Entry], on: date, days: WorkingDays, *, since: date | None = None, clerk: str = "办公室"
) -> list[DueReminder]:
    """Return what is to be sent on *on*: departments first, then leaders, then the office; nothing on a rest day.

    *since* is the last day looked at, by default the working day before: what fell due in ``(since, on]`` is due now,
    so that after an interruption one message catches up. *clerk* is the name the office's own errands go to.
    """
    if not days.is_working(on):
        return []
    window = _Window(since or days.shift(on, -1), on, days)
    return [*_to_departments(entries, window, clerk), *_to_leaders(entries, window), *_to_clerk(entries, window, clerk)]


@dataclass(frozen=True, slots=True)
class _Window:
    """The days looked at: after *since*, through *on*."""

    since: date
    on: date
    days: WorkingDays

    def holds(self, day: date) -> bool:
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
        return self.holds(self.week_start)


Step = tuple[date, Rule]


def cadence(facts: Facts, days: WorkingDays) -> list[Step]:
    """Return the days up to the last working day on which a department is reminded, and how; see the module's table."""
    if facts.due_on is None:
        return []
    last = days.on_or_before(facts.due_on)
    return [*_early_steps(facts, facts.due_on, last, days), (last, Rule.LAST_DAY)]


def _early_steps(facts: Facts, due: date, last: date, days: WorkingDays) -> list[Step]:
    if facts.frequency in SHORT_CYCLES:
        notice = due.replace(day=25) if due.day >= 25 else days.shift(last, -3)
        return [(days.on_or_before(notice), Rule.DIGEST)]
    if facts.frequency is Frequency.QUARTERLY:
        return [(days.shift(last, -count), Rule.DIGEST) for count in (15, 5)]
    if facts.frequency is None and facts.opens_on is not None:
        opening = days.on_or_before(facts.opens_on)
        return [(day, Rule.DIGEST) for day in (opening, days.shift(last, -7)) if opening <= day]
    single = {3: Rule.APPROACHING}
    return [(days.shift(last, -count), single.get(count, Rule.DIGEST)) for count in (15, 7, 3, 1)]


def _ladder(due: date, window: _Window) -> list[Step]:
    """Return the steps after the due day, as far as the week of the window."""
    first, second, third = (window.days.shift(due, count) for count in (1, 2, 3))
    weekly = [(window.week_start, Rule.DIGEST)] if window.week_start > third else []
    return [(first, Rule.OVERDUE), (second, Rule.DIGEST), (third, Rule.DIGEST), *weekly]


def _rule_now(facts: Facts, window: _Window) -> Rule | None:
    """Return the rule under which a department would be reminded; a message alone outranks a line in the digest."""
    if not _clock_runs(facts) or facts.due_on is None:
        return None
    steps = [*cadence(facts, window.days), *_ladder(facts.due_on, window)]
    rules = [rule for day, rule in steps if window.holds(day)]
    alone = [rule for rule in rules if rule in ALONE]
    return (alone or rules)[-1] if rules else None


def _clock_runs(facts: Facts) -> bool:
    return facts.state in RUNNING and not facts.before_issue and not facts.extension_pending


def _to_departments(entries: Sequence[Entry], window: _Window, clerk: str) -> Iterator[DueReminder]:
    digests: dict[str, list[int]] = {}
    for entry in entries:
        rule = _rule_now(entry.facts, window)
        for name in _others(entry, clerk):
            if rule is Rule.DIGEST:
                digests.setdefault(name, []).append(entry.occurrence_id)
            elif rule:
                yield DueReminder(name, Role.DEPARTMENT, rule, (entry.occurrence_id,), window.on)
    for name, ids in digests.items():
        yield DueReminder(name, Role.DEPARTMENT, Rule.DIGEST, tuple(ids), window.on)


def _others(entry: Entry, clerk: str) -> list[str]:
    """Return the departments to write to: what falls to the office itself is among its errands."""
    return [name for name in dict.fromkeys(entry.departments) if name != clerk]


def _to_leaders(entries: Sequence[Entry], window: _Window) -> Iterator[DueReminder]:
    for name in dict.fromkeys(leader for entry in entries for leader in entry.leaders):
        own = [entry for entry in entries if name in entry.leaders and _is_current(entry.facts, window.on)]
        rule, told = Rule.LEADER_NOTE, [entry for entry in own if _is_news_to_leader(entry.facts, window)]
        if window.starts_week:
            view = leader_view(own, window.on)
            rule, told = Rule.LEADER_WEEK, own if view.decide or view.overdue or view.due else []
        if told:
            yield DueReminder(name, Role.LEADER, rule, _ids(told), window.on)


def _is_current(facts: Facts, on: date) -> bool:
    """Tell whether an occurrence is open and its period has begun, or it was handed in early."""
    if facts.state not in OPEN or facts.before_issue:
        return False
    return facts.state is State.HANDED_IN or facts.opens_on is None or facts.opens_on <= on


def _is_news_to_leader(facts: Facts, window: _Window) -> bool:
    if facts.state is State.HANDED_IN:
        return window.is_news(facts.handed_in_on)
    if facts.extension_pending:
        return window.is_news(facts.last_event_on)
    return facts.due_on is not None and window.holds(window.days.shift(facts.due_on, LEADER_HEARS_AFTER))


def _to_clerk(entries: Sequence[Entry], window: _Window, clerk: str) -> Iterator[DueReminder]:
    told = [entry for entry in entries if _is_errand(entry, window, clerk)]
    if told:
        yield DueReminder(clerk, Role.CLERK, Rule.CLERK_DAY, _ids(told), window.on)


def _is_errand(entry: Entry, window: _Window, clerk: str) -> bool:
    facts = entry.facts
    if facts.state is State.HANDED_IN:
        return not facts.before_issue
    if not _clock_runs(facts):
        return False
    if is_overdue(facts, window.on) if facts.assigned else window.starts_week:
        return True
    own = clerk in entry.departments or not entry.departments
    return own and _rule_now(facts, window) is not None


def _ids(entries: Iterable[Entry]) -> tuple[int, ...]:
    return tuple(entry.occurrence_id for entry in entries)


def errands(entries: Iterable[Entry], on: date) -> Errands:
    """Sort what the office was told of into what it is to do about it."""
    places: dict[str, list[Entry]] = {"review": [], "assign": [], "chase": [], "coming": []}
    for entry in entries:
        places[_errand_of(entry, on)].append(entry)
    return Errands(**{place: tuple(found) for place, found in places.items()})


def _errand_of(entry: Entry, on: date) -> str:
    if entry.facts.state is State.HANDED_IN:
        return "review"
    if not entry.facts.assigned:
        return "assign"
    return "chase" if is_overdue(entry.facts, on) else "coming"


def leader_view(entries: Iterable[Entry], on: date) -> LeaderView:
    """Sort a leader's open matters by what they ask of the leader; the week ends on Sunday."""
    sunday = on + timedelta(days=6 - on.weekday())
    places: dict[str, list[Entry]] = {"decide": [], "overdue": [], "due": [], "rest": []}
    for entry in entries:
        places[_leader_place(entry.facts, on, sunday)].append(entry)
    return LeaderView(**{place: tuple(found) for place, found in places.items()})


def _leader_place(facts: Facts, on: date, sunday: date) -> str:
    if facts.state is State.HANDED_IN or facts.extension_pending:
        return "decide"
    if is_overdue(facts, on):
        return "overdue"
    return "due" if facts.due_on is not None and facts.due_on <= sunday else "rest"

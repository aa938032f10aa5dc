"""Which reminders are due on a day: the decision only, never the sending.

T is the last working day not after the due day, T-3 three working days earlier, +1 the first working day after the
due day; the numbers are those of ``thresholds.py``. For each occurrence whose department's clock runs:

    issued       the next digest after it was issued, or its department named, dated or not, one line a task
    once         T-15, T-7 digest · T-3 alone · T-1 digest · T alone
    window       on opening and T-7 digest · T alone
    quarterly    T-15, T-5 digest · T alone
    monthly      the 25th digest (T-3 where due earlier in the month) · T alone; so do daily, weekly, 旬, holidays
    overdue      +1 alone · +2, +3 digest · then on the first working day of each week
    promise      the first that reaches the due day pauses the ladder through the promised day, for the leader's note
                 and the office's chasing too, not for the week's summary; on the working day after it a line, or
                 +1 alone where that fell into the pause, and the ladder goes on
    leader       +3 and what waits for a decision, on the day after, in a digest · a summary each first working day
    重大隐患      +0 alone to the leaders and the main leaders, never paused · +1, +3 in the leader's digest
    office       its errands every day that has any; what a department would hear where none is named

Who stands in for a leader gets what the leader gets. Nothing on rest days, at most one digest a person a day, no
occurrence twice to a person on a day: where two rules meet, a message alone goes before a line in a digest, and what
a department hears before what a leader does. A rule muted for a task says nothing of it that day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import partial

from planner.core.agenda import leader_place
from planner.core.cadence import (
    AFTER_DUE,
    ALONE,
    BEFORE_DUE,
    MISSED_WORDS,
    MUTABLE,
    RULE_LABELS,
    Promise,
    Rule,
    Step,
    Window,
    cadence,
    clock_runs,
    day_after_due,
    deferred,
    is_paused,
    pause_of,
    step_now,
)
from planner.core.calendar import WorkingDays
from planner.core.circumstances import ORDINARY, Circumstances
from planner.core.ledger import Entry
from planner.core.status import OPEN, Facts, State, is_overdue, late_words

__all__ = [
    "ALONE",
    "ANSWERS",
    "MUTABLE",
    "ORDINARY",
    "RULE_LABELS",
    "Circumstances",
    "DueReminder",
    "Matter",
    "Promise",
    "Role",
    "Rule",
    "Step",
    "cadence",
    "reminders_due",
    "still_due",
]


class Role(StrEnum):
    """In which part somebody is reminded."""

    LEADER = "leader"
    DEPARTMENT = "department"
    CLERK = "clerk"


@dataclass(frozen=True, slots=True)
class Matter:
    """Why an occurrence is in a message: under which rule, and in words (提前15个工作日, 待审核)."""

    occurrence_id: int
    rule: Rule
    words: str


@dataclass(frozen=True, slots=True)
class DueReminder:
    """One message to make: to whom (a party's name), in which part, under which rule, about which occurrences."""

    recipient: str
    role: Role
    rule: Rule
    matters: tuple[Matter, ...]
    day: date

    @property
    def occurrence_ids(self) -> tuple[int, ...]:
        """The occurrences it is about, each once."""
        return tuple(matter.occurrence_id for matter in self.matters)

    @property
    def subject(self) -> str:
        """What it is about: the occurrence of a message of its own, or ``digest``."""
        return str(self.matters[0].occurrence_id) if self.rule in ALONE else "digest"

    @property
    def key(self) -> str:
        """The same for the same message whenever it is decided again; never that of another message."""
        return f"{self.day.isoformat()}/{self.recipient}/{self.rule}/{self.subject}"


def reminders_due(
    entries: Sequence[Entry],
    on: date,
    days: WorkingDays,
    circumstances: Circumstances = ORDINARY,
    *,
    since: date | None = None,
) -> list[DueReminder]:
    """Return what is to be sent on *on*: departments first, then leaders, then the office; nothing on a rest day.

    *since* is the last day looked at, by default the working day before: what fell due in ``(since, on]`` is due now,
    so that after an interruption one message catches up.
    """
    if not days.is_working(on):
        return []
    decision = _Decision(entries, Window.ending(on, days, since), circumstances)
    return _once([*decision.to_departments(), *decision.to_leaders(), *decision.to_clerk()])


@dataclass(frozen=True, slots=True)
class _Decision:
    """The entries and the circumstances of one day, asked by part."""

    entries: Sequence[Entry]
    window: Window
    circumstances: Circumstances

    def message(self, recipient: str, role: Role, rule: Rule, *matters: Matter) -> DueReminder:
        return DueReminder(recipient, role, rule, matters, self.window.on)

    def step(self, entry: Entry) -> Step | None:
        circumstances = self.circumstances
        return step_now(entry.facts, self.window, circumstances.promises_of(entry), circumstances.thresholds)

    def is_paused(self, entry: Entry) -> bool:
        return is_paused(entry.facts, self.circumstances.promises_of(entry), self.window.on)

    def to_departments(self) -> Iterator[DueReminder]:
        digests: dict[str, list[Matter]] = {}
        new = self.issued()
        for entry in self.entries:
            step = self.step(entry)
            for name in self.others(entry):
                if step is None:
                    if (name, entry.occurrence_id) in new:
                        digests.setdefault(name, []).append(Matter(entry.occurrence_id, Rule.ISSUED, "新下达"))
                elif not self.circumstances.is_muted(entry, step.rule):
                    matter = Matter(entry.occurrence_id, step.rule, step.words)
                    if step.rule in ALONE:
                        yield self.message(name, Role.DEPARTMENT, step.rule, matter)
                    else:
                        digests.setdefault(name, []).append(matter)
        for name, matters in digests.items():
            yield self.message(name, Role.DEPARTMENT, Rule.DIGEST, *matters)

    def issued(self) -> set[tuple[str, int]]:
        """Return departments with what was issued to them: of a task the occurrence due first stands for all."""
        first: dict[tuple[str, int], Entry] = {}
        for entry in self.entries:
            if clock_runs(entry.facts):
                for name in filter(partial(self.is_new, entry), self.others(entry)):
                    known = first.setdefault((name, entry.task_id), entry)
                    if _due(entry) < _due(known):
                        first[name, entry.task_id] = entry
        return {(name, entry.occurrence_id) for (name, _), entry in first.items()}

    def is_new(self, entry: Entry, name: str) -> bool:
        """Tell whether an occurrence was issued lately, or a department named for it."""
        known = self.circumstances
        days = known.issued.get(entry.occurrence_id), known.named.get((name, entry.task_id))
        return self.window.is_news(max((day for day in days if day), default=None))

    def others(self, entry: Entry) -> list[str]:
        """Return the departments to write to: what falls to the office itself is among its errands."""
        return [name for name in dict.fromkeys(entry.departments) if name != self.circumstances.clerk]

    def to_leaders(self) -> Iterator[DueReminder]:
        hazards = [entry for entry in self.entries if self.is_hazard_now(entry)]
        for entry in hazards:
            matter = Matter(entry.occurrence_id, Rule.HAZARD, "重大隐患到期未办结")
            for name in self.circumstances.with_deputies((*entry.leaders, *self.circumstances.main_leaders)):
                yield self.message(name, Role.LEADER, Rule.HAZARD, matter)
        told = {entry.occurrence_id for entry in hazards}
        own: dict[str, list[Entry]] = {}
        for entry in self.entries:
            if entry.occurrence_id not in told and _is_current(entry.facts, self.window.on):
                for name in self.circumstances.with_deputies(entry.leaders):
                    own.setdefault(name, []).append(entry)
        for name, entries in own.items():
            yield from self.to_leader(name, entries)

    def to_leader(self, name: str, own: Sequence[Entry]) -> Iterator[DueReminder]:
        rule, matters = Rule.LEADER_NOTE, [matter for entry in own if (matter := self.news(entry))]
        if self.window.starts_week:
            rule, matters = Rule.LEADER_WEEK, [self.of_the_week(entry) for entry in own]
        muted = {entry.occurrence_id for entry in own if self.circumstances.is_muted(entry, Rule.LATE)}
        kept = [one for one in matters if one.rule is not Rule.LATE or one.occurrence_id not in muted]
        if any(matter.rule is not Rule.REST for matter in kept):
            yield self.message(name, Role.LEADER, rule, *kept)

    def news(self, entry: Entry) -> Matter | None:
        facts = entry.facts
        if facts.state is State.HANDED_IN:
            return _matter(entry, Rule.REVIEW) if self.window.is_news(self.circumstances.asked_on(entry)) else None
        if facts.extension_pending:
            return _matter(entry, Rule.EXTENSION) if self.window.is_news(self.circumstances.asked_on(entry)) else None
        return self.late(entry, facts.due_on) if facts.due_on and not self.is_paused(entry) else None

    def late(self, entry: Entry, due: date) -> Matter | None:
        """Return the line that tells the leader of a delay on the days that climb the ladder."""
        limits, window = self.circumstances.thresholds, self.window
        pause = pause_of(self.circumstances.promises_of(entry), due, window.on)
        hazard = (limits.hazard_yellow_after, limits.hazard_red_after) if entry.major_hazard else ()
        for count in {limits.leader_after, *hazard}:
            day = day_after_due(due, count, window.days)
            if window.holds(deferred(day, pause, window.days)):
                words = MISSED_WORDS if pause and pause.defers(day) else self.lateness(due)
                return Matter(entry.occurrence_id, Rule.LATE, words)
        return None

    def lateness(self, due: date) -> str:
        return f"逾期第{self.window.days.between(due, self.window.on)}个工作日"

    def of_the_week(self, entry: Entry) -> Matter:
        place = leader_place(entry.facts, self.window.on)
        if place == "decide":
            return _matter(entry, Rule.REVIEW if entry.facts.state is State.HANDED_IN else Rule.EXTENSION)
        if place == "overdue" and entry.facts.due_on:
            return Matter(
                entry.occurrence_id, Rule.LATE, late_words(entry.facts.due_on, self.window.on, self.window.days)
            )
        return _matter(entry, Rule.DUE if place == "due" else Rule.REST)

    def is_hazard_now(self, entry: Entry) -> bool:
        due, after = entry.facts.due_on, self.circumstances.thresholds.hazard_blue_after
        if not entry.major_hazard or due is None or not clock_runs(entry.facts):
            return False
        return self.window.holds(day_after_due(due, after, self.window.days))

    def to_clerk(self) -> Iterator[DueReminder]:
        matters = [matter for entry in self.entries if (matter := self.errand(entry))]
        if matters:
            yield self.message(self.circumstances.clerk, Role.CLERK, Rule.CLERK_DAY, *matters)

    def errand(self, entry: Entry) -> Matter | None:
        facts, on = entry.facts, self.window.on
        if facts.state is State.HANDED_IN:
            return None if facts.before_issue else _matter(entry, Rule.REVIEW)
        if not clock_runs(facts):
            return None
        late = is_overdue(facts, on)
        if (late and not self.is_paused(entry)) if facts.assigned else self.window.starts_week:
            return _matter(entry, Rule.CHASE if facts.assigned else Rule.ASSIGN)
        step = self.step(entry) if _falls_to_office(entry, self.circumstances) else None
        if step is None or self.circumstances.is_muted(entry, step.rule):
            return None
        return Matter(entry.occurrence_id, Rule.DUE if facts.assigned else Rule.ASSIGN, step.words)


_WORDS = {
    Rule.REVIEW: "待审核",
    Rule.EXTENSION: "申请延期",
    Rule.CHASE: "逾期待催办",
    Rule.ASSIGN: "责任未明确",
    Rule.DUE: "本周到期",
    Rule.REST: "正常推进",
}


def _matter(entry: Entry, rule: Rule) -> Matter:
    return Matter(entry.occurrence_id, rule, _WORDS[rule])


def _due(entry: Entry) -> date:
    return entry.facts.due_on or date.max


def _falls_to_office(entry: Entry, circumstances: Circumstances) -> bool:
    return circumstances.clerk in entry.departments or not entry.departments


def _is_current(facts: Facts, on: date) -> bool:
    """Tell whether an occurrence is open and its period has begun, or it was handed in early."""
    if facts.state not in OPEN or facts.before_issue:
        return False
    return facts.state is State.HANDED_IN or facts.opens_on is None or facts.opens_on <= on


def _once(messages: Iterable[DueReminder]) -> list[DueReminder]:
    """Return the messages with each occurrence once a person, and a person's digests, in whatever part, as one."""
    alone: list[DueReminder] = []
    digests: dict[str, DueReminder] = {}
    told: set[tuple[str, int]] = set()
    for message in sorted(messages, key=lambda one: one.rule not in ALONE):
        fresh = tuple(one for one in message.matters if (message.recipient, one.occurrence_id) not in told)
        told.update((message.recipient, one.occurrence_id) for one in fresh)
        if fresh and message.rule in ALONE:
            alone.append(message)
        elif fresh:
            earlier = digests.get(message.recipient)
            digests[message.recipient] = replace(message, matters=(*(earlier.matters if earlier else ()), *fresh))
    places = {role: place for place, role in enumerate((Role.DEPARTMENT, Role.LEADER, Role.CLERK))}
    return sorted([*alone, *digests.values()], key=lambda one: places[one.role])


def still_due(
    role: Role,
    recipient: str,
    matters: Sequence[Matter],
    entries: Iterable[Entry],
    circumstances: Circumstances = ORDINARY,
    *,
    on: date | None = None,
    days: WorkingDays | None = None,
) -> tuple[Matter, ...]:
    """Return those matters of a message made earlier that still concern its recipient, by the *entries* of this moment.

    A matter whose entry is not among them concerns nobody any more. With *on* and the working *days* the day counts
    too: what is said before a due day is not said after it, nor too early where it was put off, nor the other way
    round, nor while a promise pauses it.
    """
    known, table = {entry.occurrence_id: entry for entry in entries}, days or WorkingDays()
    return tuple(
        matter
        for matter in matters
        if (entry := known.get(matter.occurrence_id))
        and (on is None or _is_of_the_day(matter, entry, circumstances, on, table))
        and (role is Role.CLERK or not circumstances.is_muted(entry, matter.rule))
        and _still_concerns(role, recipient, matter.rule, entry, circumstances)
    )


ANSWERS = frozenset({Rule.SENT_BACK, Rule.EXTENSION_ANSWER, Rule.SIGNED_OFF})
"""What a department is told in the transaction of its cause."""

_TO_DEPARTMENTS = BEFORE_DUE | AFTER_DUE | {Rule.ISSUED}


def _is_of_the_day(matter: Matter, entry: Entry, circumstances: Circumstances, on: date, days: WorkingDays) -> bool:
    rule, due = matter.rule, entry.facts.due_on
    if rule in BEFORE_DUE:
        steps = cadence(entry.facts, days, circumstances.thresholds)
        # Where the thresholds were changed since, any step that has come will do.
        own = [step for step in steps if _is_step_of(matter, step)] or steps
        return due is not None and on <= due and any(step.day <= on for step in own)
    if rule is Rule.HAZARD:
        return due is not None and due <= on
    if rule in AFTER_DUE:
        return is_overdue(entry.facts, on) and not is_paused(entry.facts, circumstances.promises_of(entry), on)
    return rule is not Rule.LATE or is_overdue(entry.facts, on)


def _is_step_of(matter: Matter, step: Step) -> bool:
    # What was made up for says so behind the words.
    return step.rule is matter.rule and matter.words.startswith(step.words)


def _still_concerns(role: Role, recipient: str, rule: Rule, entry: Entry, circumstances: Circumstances) -> bool:
    facts = entry.facts
    if rule in ANSWERS:
        return recipient in entry.departments and (rule is not Rule.SIGNED_OFF or facts.state is State.DONE)
    if rule is Rule.REVIEW:
        open_still = facts.state is State.HANDED_IN and not facts.before_issue
    elif rule is Rule.EXTENSION:
        open_still = facts.extension_pending and facts.state in OPEN
    else:
        open_still = clock_runs(facts)
    return open_still and _is_named(role, recipient, rule, entry, circumstances)


def _is_named(role: Role, recipient: str, rule: Rule, entry: Entry, circumstances: Circumstances) -> bool:
    if role is Role.CLERK:
        if rule is Rule.ASSIGN:
            return not entry.facts.assigned
        own = _falls_to_office(entry, circumstances) or recipient in circumstances.with_deputies(entry.leaders)
        return own or rule is not Rule.DUE
    if rule is Rule.GROUP:
        return True
    if rule in _TO_DEPARTMENTS:
        return recipient in entry.departments
    main = circumstances.main_leaders if rule is Rule.HAZARD else ()
    return recipient in circumstances.with_deputies((*entry.leaders, *main))

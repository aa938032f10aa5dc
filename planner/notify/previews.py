"""What a message looks like: filled in from a matter of the office that fits it, else from one that is plainly an example."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from planner.core.calendar import WorkingDays, day_words
from planner.core.escalation import Level
from planner.core.ledger import Entry
from planner.core.reminders import DueReminder, Matter, Role, Rule
from planner.core.status import OPEN, RUNNING, Facts, State, is_overdue
from planner.notify.letters import (
    NOTICES,
    Letter,
    Letterhead,
    NoticeFacts,
    copy_text,
    render,
    render_answer,
    render_notice,
)
from planner.notify.matters import standing_values
from planner.notify.messages import MESSAGES, Shape
from planner.notify.wordings import Wordings

EXAMPLE = "示例："
GROUP_SIZE = 3


@dataclass(frozen=True, slots=True)
class Preview:
    """A message as it would read, without a subject where it is part of another; ``real`` without any example in it."""

    subject: str
    text: str
    real: bool


@dataclass(frozen=True, slots=True)
class Office:
    """What previews are made from: the open matters, the day, and what every letter carries."""

    entries: Sequence[Entry]
    on: date
    days: WorkingDays
    head: Letterhead

    def find(self, want: str) -> Entry:
        """Return a matter of a condition of :data:`CONDITIONS` that may be told, or the example of it.

        One with a leader and a department goes before the others.
        """
        fits = CONDITIONS[want]
        found = [entry for entry in self.entries if not entry.internal and fits(entry.facts, self.on)]
        found.sort(key=lambda entry: not (entry.leaders and entry.departments))
        return found[0] if found else _example(want, self.on, self.days)


CONDITIONS: dict[str, Callable[[Facts, date], bool]] = {
    "coming": lambda facts, on: facts.state in RUNNING and facts.due_on is not None and facts.due_on >= on,
    "late": is_overdue,
    "handed_in": lambda facts, _: facts.state is State.HANDED_IN,
    "asked": lambda facts, _: facts.extension_pending and facts.due_on is not None and facts.state in OPEN,
    "unassigned": lambda facts, _: facts.state in RUNNING and not facts.assigned,
}
WANTED = {
    "overdue": "late", "leader_late": "late", "promise_missed": "late", "review": "handed_in", "extension_asked": "asked",
    "extension_answer": "asked", "unassigned": "unassigned", **dict.fromkeys(NOTICES.values(), "late"),
}  # fmt: skip
"""Which matter fits a message about one; one that is coming up fits all others."""
DIGESTS = {
    "digest": (Rule.DIGEST, Role.DEPARTMENT, (
        (Rule.ISSUED, "新下达", "coming"), (Rule.EARLY, "提前7个工作日", "coming"), (Rule.CHASE, "逾期第2个工作日", "late"),
        (Rule.PROMISE_MISSED, "已过承诺日期", "late"),
    )),
    "leader_note": (Rule.LEADER_NOTE, Role.LEADER, (
        (Rule.REVIEW, "待审核", "handed_in"), (Rule.EXTENSION, "申请延期", "asked"), (Rule.LATE, "逾期第3个工作日", "late"),
    )),
    "leader_week": (Rule.LEADER_WEEK, Role.LEADER, (
        (Rule.REVIEW, "待审核", "handed_in"), (Rule.EXTENSION, "申请延期", "asked"), (Rule.LATE, "逾期", "late"),
        (Rule.DUE, "本周到期", "coming"),
    )),
    "leader_quiet": (Rule.LEADER_WEEK, Role.LEADER, ((Rule.LATE, "逾期", "late"), (Rule.DUE, "本周到期", "coming"))),
    "clerk_day": (Rule.CLERK_DAY, Role.CLERK, (
        (Rule.CHASE, "逾期待催办", "late"), (Rule.REVIEW, "待审核", "handed_in"), (Rule.DUE, "提前7个工作日", "coming"),
        (Rule.ASSIGN, "责任未明确", "unassigned"),
    )),
}  # fmt: skip
"""The digests: rule, part, and the matters that stand in the preview."""
ALONE = {
    "approaching": (Rule.APPROACHING, "提前3个工作日"),
    "last_day": (Rule.LAST_DAY, "最后一个工作日"),
    "overdue": (Rule.OVERDUE, "逾期第1个工作日"),
    "hazard": (Rule.HAZARD, "重大隐患到期未办结"),
    "internal_alone": (Rule.APPROACHING, "提前3个工作日"),
}
ANSWERS = {Rule.SENT_BACK.value, Rule.EXTENSION_ANSWER.value, Rule.SIGNED_OFF.value}


def preview(name: str, wordings: Wordings, office: Office) -> Preview:
    """Return how a message reads; raise ``KeyError`` for one there is not."""
    if name in DIGESTS:
        return _digest(name, wordings, office)
    if name == "group":
        return _group(wordings, office)
    entry = office.find(WANTED.get(name, "coming"))
    if MESSAGES[name].shape is not Shape.LETTER:
        return _shown("", _part(name, entry, wordings, office), [entry])
    letter = _letter(name, entry, wordings, office)
    return _shown(letter.subject, letter.body, [entry])


def _shown(subject: str, text: str, entries: Iterable[Entry]) -> Preview:
    of_examples = any(entry.title.startswith(EXAMPLE) for entry in entries)
    return Preview(subject, text, not of_examples and EXAMPLE not in text)


def _recipient(role: Role, *entries: Entry) -> str:
    """Return who would be told of the first of *entries* that names somebody."""
    if role is Role.CLERK:
        return "办公室"
    named = (name for entry in entries for name in (entry.leaders if role is Role.LEADER else entry.departments))
    return next(named, f"{EXAMPLE}收件人")


def _digest(name: str, wordings: Wordings, office: Office) -> Preview:
    rule, role, lines = DIGESTS[name]
    chosen = [(Matter(number, of, because), office.find(want)) for number, (of, because, want) in enumerate(lines)]
    # A matter may show two lines of the preview; each then counts as one of its own.
    entries = [replace(entry, occurrence_id=matter.occurrence_id) for matter, entry in chosen]
    matters = tuple(matter for matter, _ in chosen)
    reminder = DueReminder(_recipient(role, *entries), role, rule, matters, office.on)
    letter = render(reminder, entries, office.days, office.head, wordings)
    return _shown(letter.subject, letter.body, entries)


def _group(wordings: Wordings, office: Office) -> Preview:
    fits = CONDITIONS["coming"]
    entries = [entry for entry in office.entries if fits(entry.facts, office.on)][:GROUP_SIZE]
    chosen = entries or [_example("coming", office.on, office.days)]
    return _shown("", copy_text(chosen, wordings, office.head), chosen)


def _part(name: str, entry: Entry, wordings: Wordings, office: Office) -> str:
    recipient = next(iter(entry.leaders), "")
    values = standing_values(
        entry, office.on, office.days, recipient=recipient, because="新下达", base_url=office.head.base_url
    )
    top = {
        "收件人": recipient,
        "办公室": office.head.office,
        "联系人": office.head.contact,
        "今天": day_words(office.on),
        "规则": "提前3个工作日",
        "件数": "2",
    }
    return wordings.write(name, {**values, **top})


def _letter(name: str, entry: Entry, wordings: Wordings, office: Office) -> Letter:
    on, days, head = office.on, office.days, office.head
    if name in ANSWERS:
        return render_answer(Rule(name), _recipient(Role.DEPARTMENT, entry), entry, _answers(entry, on), head, wordings)
    level = next((level for level, notice in NOTICES.items() if notice == name), None)
    if level:
        return render_notice(level, entry, on, days, head, wordings, NoticeFacts(_addressees(level, entry), 2))
    rule, because = ALONE[name]
    role = Role.LEADER if rule is Rule.HAZARD else Role.DEPARTMENT
    told = replace(entry, internal=name == "internal_alone")
    matter = Matter(entry.occurrence_id, rule, because)
    day = _day_of(rule, entry.facts.due_on or on, days)
    return render(DueReminder(_recipient(role, entry), role, rule, (matter,), day), [told], days, head, wordings)


def _addressees(level: Level, entry: Entry) -> tuple[str, ...]:
    return ("主要领导",) if level is Level.RED else entry.departments


def _day_of(rule: Rule, due: date, days: WorkingDays) -> date:
    """Return the day on which a message about something due then would be sent."""
    last = days.on_or_before(due)
    return {Rule.APPROACHING: days.shift(last, -3), Rule.OVERDUE: days.shift(due, 1)}.get(rule, last)


def _answers(entry: Entry, on: date) -> dict[str, str]:
    due = entry.facts.due_on or on
    until = (entry.asked or {}).get("due_on", "")
    return {
        "理由": f"{EXAMPLE}缺检查记录",
        "结果": "同意",
        "新日期": day_words(date.fromisoformat(until) if until else due + timedelta(days=14)),
        "原日期": day_words(due),
        "意见": f"{EXAMPLE}先办重点场所",
        "办结日": day_words(on),
    }


def _example(want: str, on: date, days: WorkingDays) -> Entry:
    """Return a matter that says of itself that it is an example."""
    due = {"coming": days.shift(on, 3), "late": days.shift(on, -3)}.get(want, on)
    state = State.HANDED_IN if want == "handed_in" else State.IN_PROGRESS
    named = want != "unassigned"
    facts = Facts(state, due, assigned=named, has_progress=True, extension_pending=want == "asked")
    return Entry(
        occurrence_id=0,
        task_id=0,
        code="2-1",
        item_number="2",
        title=f"{EXAMPLE}专职安全员培训考核",
        label="",
        quote="组织专职安全员培训考核",
        leaders=(f"{EXAMPLE}责任领导",) if named else (),
        departments=(f"{EXAMPLE}责任部门",) if named else (),
        supporting=(),
        deadline_words="6月底前",
        facts=facts,
        last_progress="已培训40人",
        last_progress_on=days.shift(on, -5),
        plan_title=f"{EXAMPLE}年度工作要点",
        plan_address=str(on.year),
        promised_on=days.shift(on, -1) if want == "late" else None,
        asked={"due_on": (due + timedelta(days=14)).isoformat(), "reason": "检测机构未到位"}
        if want == "asked"
        else None,
    )

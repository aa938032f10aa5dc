"""Letters: what is due to be said becomes plain text, in the words in force.

Nothing of an internal matter leaves the house: in a digest it counts among 「1 项内部事项」, a message about it alone
says that there is one and when it is due.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from planner.core.calendar import WorkingDays, day_words, short_day_words
from planner.core.escalation import Level
from planner.core.ledger import Entry
from planner.core.reminders import ALONE, RULE_LABELS, DueReminder, Matter, Role, Rule
from planner.core.status import is_overdue, words
from planner.core.wording import item_words
from planner.notify.letter import Letter
from planner.notify.matters import NO_DEPARTMENT, matter_values, sentence, standing_values, task_link, title_words
from planner.notify.messages import MESSAGES, SENTENCE
from planner.notify.wording_form import ALL, Row
from planner.notify.wordings import Wordings

__all__ = ["Letter", "Letterhead", "NoticeFacts", "copy_text", "render", "render_answer", "render_notice"]

LONGEST_SUBJECT = 60
MOST_LINES = 50
"""Matters of a kind that a digest spells out: a longer one is read by nobody."""
BESIDE = "另有"
NOTICES = {Level.BLUE: "blue_notice", Level.YELLOW: "yellow_notice", Level.RED: "main_leader"}
DEPARTMENT_KINDS = {Rule.ISSUED: "新下达", Rule.PROMISE_MISSED: "失约"}
DEPARTMENT_RULES = (
    Rule.OPENING, Rule.EARLY, Rule.APPROACHING, Rule.LAST_DAY, Rule.OVERDUE, Rule.CHASE,
)  # fmt: skip
LEADER_KINDS = {Rule.REVIEW: "待审", Rule.EXTENSION: "延期", Rule.LATE: "逾期", Rule.DUE: "到期"}
CLERK_KINDS = {Rule.CHASE: "催办", Rule.REVIEW: "待审", Rule.DUE: "跟进"}
ERRAND_WORDS = {Rule.CHASE: "催", Rule.REVIEW: "审", Rule.ASSIGN: "补责任人", Rule.DUE: "跟进"}
UNLISTED = {Rule.LEADER_WEEK: Rule.REST, Rule.CLERK_DAY: Rule.ASSIGN}
"""What a digest only counts, or tells in one line for all."""


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who signs, whom to call (may be empty), and the address of the pages as others reach it (may be empty).

    Where the office has *several* plans, each matter is named with the one it stands in.
    """

    office: str
    contact: str = ""
    base_url: str = ""
    several: bool = False


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """What a notice says beside its matter; the clerk may still fill in what is empty.

    ``number`` is the plan's 文号; ``finish_by`` the day asked for, a gap to write in where there is none; ``reason``
    the one known last, by default the difficulty told with the latest progress.
    """

    to: tuple[str, ...] = ()
    chases: int = 0
    extensions_asked: int = 0
    plan_title: str = ""
    number: str = ""
    issuer: str = ""
    reason: str = ""
    finish_by: date | None = None


Told = tuple[Matter, Entry]


def render(
    reminder: DueReminder, entries: Iterable[Entry], days: WorkingDays, head: Letterhead, wordings: Wordings
) -> Letter:
    """Return the letter of a reminder, counted from its own day, also when it catches up after an interruption.

    *entries* hold at least those the reminder is about; raise ``KeyError`` otherwise.
    """
    known = {entry.occurrence_id: entry for entry in entries}
    told = [(matter, known[matter.occurrence_id]) for matter in reminder.matters]
    desk = _Desk(reminder.recipient, head, wordings, reminder.day, days)
    if reminder.rule in ALONE:
        return desk.alone(reminder.rule.value, *told[0])
    return _digest(reminder, told, desk)


def render_answer(
    rule: Rule, recipient: str, entry: Entry, values: Mapping[str, str], head: Letterhead, wordings: Wordings
) -> Letter:
    """Return what a department hears at once: its work sent back, an extension decided, a matter signed off.

    *values* are {理由}; {结果} 同意 or 不同意 with {新日期}, {原日期}, {意见}; {办结日}; days in words.
    """
    desk = _Desk(recipient, head, wordings)
    top = desk.top(RULE_LABELS[rule], desk.link("/me") if entry.internal else task_link(head.base_url, entry))
    if entry.internal:
        return desk.letter("internal_alone", top)
    given = {name: sentence(value) for name, value in values.items()}
    if given.get("结果") == "不同意":
        given["新日期"] = ""
    return desk.letter(rule.value, {**matter_values(entry, head.base_url), **given, **top})


def render_notice(
    level: Level, entry: Entry, on: date, days: WorkingDays, head: Letterhead, wordings: Wordings, facts: NoticeFacts
) -> Letter:
    """Return the draft of a formal notice as it stands on a day, its title as the subject.

    A paper stays inside the house: it names an internal matter too.
    """
    to = "、".join(facts.to or entry.departments) or NO_DEPARTMENT
    desk = _Desk(to, head, wordings, on, days)
    values = {
        **standing_values(entry, on, days, recipient=to),
        **desk.top("", ""),
        "文件": title_words(facts.plan_title or entry.plan_title),
        "文号": facts.number,
        "印发单位": facts.issuer,
        "催办次数": str(facts.chases),
        "延期次数": str(facts.extensions_asked),
        "原因": sentence(facts.reason or entry.difficulty) or "尚未说明",
        "办结期限": day_words(facts.finish_by, on.year) if facts.finish_by else "____月____日",
    }
    return desk.letter(NOTICES[level], values)


def copy_text(entries: Iterable[Entry], wordings: Wordings, head: Letterhead | None = None) -> str:
    """Return the text to paste into a group chat about dated *entries*; empty when there is none."""
    dated = [(entry, due) for entry in entries if (due := entry.facts.due_on) is not None]
    if not dated:
        return ""
    last = max(due for _, due in dated)
    # Where they are of several years, each day is told with its own.
    year = last.year if all(due.year == last.year for _, due in dated) else 0
    desk = _Desk("", head or Letterhead(""), wordings)
    rows = [{**matter_values(entry), "日期": short_day_words(due, year)} for entry, due in dated if not entry.internal]
    values = {**desk.top(RULE_LABELS[Rule.GROUP], ""), "截止日期": short_day_words(last, year)}
    return wordings.write("group", values, {ALL: desk.rows(rows, len(dated) - len(rows))})


@dataclass(frozen=True, slots=True)
class _Desk:
    """Where the letters to one recipient are written; *on* and *days* where they tell how a matter stands."""

    recipient: str
    head: Letterhead
    wordings: Wordings
    on: date | None = None
    days: WorkingDays = field(default_factory=WorkingDays)

    def top(self, rule: str, link: str) -> dict[str, str]:
        """Return the blanks of the letter as a whole."""
        return {
            "收件人": self.recipient,
            "办公室": self.head.office,
            "联系人": self.head.contact,
            "今天": day_words(self.on) if self.on else "",
            "规则": rule,
            "链接": link,
        }

    def link(self, page: str) -> str:
        return f"{self.head.base_url}{page}" if self.head.base_url else ""

    def letter(
        self,
        name: str,
        values: Mapping[str, str],
        matters: Mapping[str, Sequence[Row]] | None = None,
        below: Sequence[str] = (),
    ) -> Letter:
        """Return a message with the lines *below* it, signed."""
        subject, _, body = self.wordings.write(name, values, matters).partition("\n")
        parts = [body.strip(), "\n".join(below), self.wordings.write("signature", values)]
        return Letter(self.recipient, _shortened(subject), "\n\n".join(part for part in parts if part) + "\n")

    def alone(self, name: str, matter: Matter, entry: Entry) -> Letter:
        """Return a letter about one matter."""
        if entry.internal:
            return self.masked(entry, self.top(matter.words, self.link("/me")))
        values = self.matter(entry, matter.words)
        return self.letter(name, {**values, **self.top(matter.words, values["链接"])})

    def masked(self, entry: Entry, top: Mapping[str, str]) -> Letter:
        """Return a letter that only says that there is an internal matter and when it is due."""
        on, due = self.on, entry.facts.due_on
        values = {"日期": day_words(due, on.year), "现状": words(entry.facts, on, self.days)} if on and due else {}
        return self.letter("internal_alone", {**values, **top})

    def matter(self, entry: Entry, because: str) -> dict[str, str]:
        """Return the blanks of a matter on the day of the letter."""
        if self.on is None:
            return matter_values(entry, self.head.base_url)
        values = standing_values(
            entry, self.on, self.days, recipient=self.recipient, because=because, base_url=self.head.base_url
        )
        return {**values, "条目": f"{values['文件']}{values['条目']}"} if self.head.several else values

    def row(self, matter: Matter, entry: Entry, line: str, top: Mapping[str, str]) -> dict[str, str]:
        """Return a matter of a list, with the sentence of its kind where there is a *line* for it."""
        values = self.matter(entry, matter.words)
        return {**values, SENTENCE: self.wordings.write(line, {**top, **values})} if line else values

    def rows(self, told: Sequence[Row], internal: int) -> list[Row]:
        """Return the matters of a list, the internal ones as one line that only counts them."""
        return [*told, self.wordings.write("internal", {"件数": str(internal)})] if internal else list(told)

    def listed(self, told: Sequence[Told], line: str, top: Mapping[str, str]) -> list[Row]:
        """Return the rows of one kind: the first many, and a line that counts the others."""
        open_ones = [one for one in told if not one[1].internal]
        shown = [self.row(matter, entry, line, top) for matter, entry in open_ones[:MOST_LINES]]
        rows = self.rows(shown, len(told) - len(open_ones))
        more = len(open_ones) - len(shown)
        return [*rows, f"另有 {more} 件，请到系统内查看。"] if more else rows


def _digest(reminder: DueReminder, told: Sequence[Told], desk: _Desk) -> Letter:
    kinds = {matter.occurrence_id: _kind(reminder, matter, entry) for matter, entry in told}
    own = [one for one in told if kinds[one[0].occurrence_id] is not None]
    beside = [one for one in told if kinds[one[0].occurrence_id] is None]
    name = _message(reminder.rule, own)
    top = desk.top(RULE_LABELS[reminder.rule], desk.link("/" if reminder.role is Role.CLERK else "/me"))
    values = {**top, "件数": str(len(own)), **_leader_counts(own, desk.head), **_errands(own, desk)}
    lines = MESSAGES[name].kinds
    matters = {
        kind: desk.listed([one for one in own if kinds[one[0].occurrence_id] == kind], line, top)
        for kind, line in lines.items()
    }
    matters[ALL] = [row for rows in matters.values() for row in rows]
    return desk.letter(name, values, matters, _beside(beside, desk, top))


def _message(rule: Rule, own: Sequence[Told]) -> str:
    asked = any(matter.rule in (Rule.REVIEW, Rule.EXTENSION) for matter, _ in own)
    return "leader_quiet" if rule is Rule.LEADER_WEEK and not asked else rule.value


def _kind(reminder: DueReminder, matter: Matter, entry: Entry) -> str | None:
    """Return in which list of a digest a matter stands, empty where in none, None where it is of another part."""
    if matter.rule is UNLISTED.get(reminder.rule):
        return ""
    if reminder.rule is Rule.CLERK_DAY:
        return CLERK_KINDS.get(matter.rule)
    if reminder.rule is not Rule.DIGEST:
        return LEADER_KINDS.get(matter.rule)
    if matter.rule in DEPARTMENT_RULES:
        return "逾期" if is_overdue(entry.facts, reminder.day) else "到期"
    return DEPARTMENT_KINDS.get(matter.rule)


def _beside(told: Sequence[Told], desk: _Desk, top: Mapping[str, str]) -> list[str]:
    """Return the lines of matters that came into a digest from another part of the same person."""
    rows = desk.listed(told, "beside", top)
    lines = [row if isinstance(row, str) else row[SENTENCE] for row in rows]
    return [f"{BESIDE} {len(told)} 件：", *(f"- {line}" for line in lines)] if lines else []


def _leader_counts(own: Sequence[Told], head: Letterhead) -> dict[str, str]:
    count = Counter(matter.rule for matter, _ in own)
    overdue = [entry for matter, entry in own if matter.rule is Rule.LATE and not entry.internal]
    late = [f"{entry.plan_address}-{entry.code}" if head.several else entry.code for entry in overdue]
    return {
        "待定数": str(count[Rule.REVIEW] + count[Rule.EXTENSION]),
        "到期数": str(count[Rule.DUE]),
        "逾期数": str(count[Rule.LATE]),
        "其余数": str(count[Rule.REST]),
        "逾期编号": "、".join(dict.fromkeys(late)),
    }


def _errands(own: Sequence[Told], desk: _Desk) -> dict[str, str]:
    count = Counter(matter.rule for matter, _ in own)
    parts = [f"{words} {count[rule]} 件" for rule, words in ERRAND_WORDS.items() if count[rule]]
    nobodys = [entry for matter, entry in own if matter.rule is Rule.ASSIGN]
    return {"今日事项": "、".join(parts), "未明确": _unassigned(nobodys, desk)}


def _unassigned(nobodys: Sequence[Entry], desk: _Desk) -> str:
    if not nobodys:
        return ""
    items = dict.fromkeys(
        item_words(one.item_number, one.item_title or one.title) for one in nobodys if not one.internal
    )
    internal = sum(entry.internal for entry in nobodys)
    named = "、".join([*items, *([f"{internal} 项内部事项"] if internal else [])])
    return desk.wordings.write("unassigned", {**desk.top("", ""), "条目": named})


def _shortened(subject: str) -> str:
    subject = subject.strip()
    return subject if len(subject) <= LONGEST_SUBJECT else f"{subject[: LONGEST_SUBJECT - 1]}…"

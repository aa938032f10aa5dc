"""Letters: a reminder that is due becomes plain text in the words of ``templates/messages``.

Each template is named after its rule; its first line is the subject, the rest the body. Letters name the matter, the
day, what to do and whom to call; nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from planner.core.calendar import WorkingDays, day_words
from planner.core.ledger import Entry, progress_words
from planner.core.reminders import RULE_LABELS, DueReminder, errands, leader_view
from planner.core.status import words
from planner.core.wording import item_words
from planner.notify.letter import Letter as Letter  # noqa: PLC0414  also found here

NO_DEPARTMENT = "责任部门未明确"


@dataclass(frozen=True, slots=True)
class Line:
    """An entry in the words of a letter, each on one line: days as 6月30日（周日）, several names joined by 、."""

    item: str
    name: str
    due: str
    standing: str
    progress: str
    by: str
    departments: str
    joint: bool
    extension: bool
    due_today: bool


def render(
    reminder: DueReminder,
    entries: Iterable[Entry],
    on: date,
    days: WorkingDays,
    office: str,
    contact: str,
    folder: Path,
) -> Letter:
    """Return the letter of a reminder.

    *entries* hold at least those the reminder is about; *office* signs, *contact* is whom to call (may be empty);
    *folder* holds the templates. The letter always counts from *on*, also when it catches up after an interruption.
    """
    known = {entry.occurrence_id: entry for entry in entries}
    chosen = [known[number] for number in reminder.occurrence_ids]
    errand, view = errands(chosen, on), leader_view(chosen, on)
    text = _fill(
        folder,
        reminder.rule,
        recipient=reminder.recipient,
        lines=_lines(chosen, on, days),
        review=_lines(errand.review, on, days),
        chase=_lines(errand.chase, on, days),
        coming=_lines(errand.coming, on, days),
        unassigned=_item_numbers(errand.assign),
        unassigned_count=len(errand.assign),
        decide=_lines(view.decide, on, days),
        overdue=_lines(view.overdue, on, days),
        overdue_codes="、".join(entry.code for entry in view.overdue),
        due=_lines(view.due, on, days),
        rest_count=len(view.rest),
        office=office,
        contact=contact,
        rule=RULE_LABELS[reminder.rule],
    )
    subject, _, body = text.partition("\n")
    return Letter(reminder.recipient, subject.strip(), body.strip() + "\n")


def copy_text(entries: Iterable[Entry], folder: Path) -> str:
    """Return the text to paste into a group chat about dated *entries*; empty when there is none."""
    dated = [(entry, entry.facts.due_on) for entry in entries if entry.facts.due_on is not None]
    if not dated:
        return ""
    lines = [(_flat(entry.name), "、".join(entry.departments) or NO_DEPARTMENT, _short(due)) for entry, due in dated]
    last = max(due for _, due in dated)
    return _fill(folder, "group", lines=lines, until=_short(last)).strip()


def _fill(folder: Path, name: str, **values: object) -> str:
    return _templates(folder).get_template(f"{name}.txt").render(values).strip()


@cache
def _templates(folder: Path) -> Environment:
    # Plain text: escaping for HTML would put &amp; into people's letters.
    return Environment(  # noqa: S701
        loader=FileSystemLoader(folder), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def _lines(entries: Iterable[Entry], on: date, days: WorkingDays) -> list[Line]:
    return [_line(entry, on, days) for entry in entries]


def _line(entry: Entry, on: date, days: WorkingDays) -> Line:
    facts = entry.facts
    return Line(
        item=item_words(entry.item_number, entry.name),
        name=_flat(entry.name),
        due=day_words(facts.due_on, on.year) if facts.due_on else "时限未明确",
        standing=words(facts, on, days),
        progress=_flat(progress_words(entry, on.year)).rstrip("。"),
        by="、".join(entry.departments),
        departments="、".join(entry.departments) or NO_DEPARTMENT,
        joint=len(entry.departments) > 1,
        extension=facts.extension_pending,
        due_today=facts.due_on == on,
    )


def _flat(text: str) -> str:
    return " ".join(text.split())


def _short(day: date) -> str:
    return f"{day.month}月{day.day}日"


def _item_numbers(entries: Iterable[Entry]) -> str:
    return "、".join(dict.fromkeys(entry.item_number for entry in entries))

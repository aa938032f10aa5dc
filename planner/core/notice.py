"""The sheet of a formal notice: how a matter stands on a day, in the words of the form (督办通知单).

The sheet of an issued notice is kept as it was: what happens afterwards does not change a paper somebody signed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from planner.core.calendar import WorkingDays, short_day_words
from planner.core.escalation import LEVEL_LABELS, Level
from planner.core.history import Happening
from planner.core.ledger import Entry
from planner.core.status import Act, act_label, words
from planner.core.wording import item_words

TOLD = frozenset(
    {
        Act.CHASE,
        Act.EXTENSION_REQUEST,
        Act.EXTENSION_GRANTED,
        Act.EXTENSION_REFUSED,
        Act.HAND_IN,
        Act.SEND_BACK,
        Act.INSTRUCTION,
    }
)
"""What the page of facts tells beside every promise."""


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened on the way, in words."""

    day: str
    what: str
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class Situation:
    """What a sheet says beside its own text, in words; what nobody decided is empty, a gap to write in by hand."""

    day: str
    office: str
    contact: str
    source: str
    code: str
    name: str
    quote: str
    departments: tuple[str, ...]
    leaders: tuple[str, ...]
    due: str
    standing: str
    progress: str
    promise: str
    difficulty: str
    coordination: str
    steps: tuple[Step, ...] = ()
    number: str = ""
    issued_on: str = ""
    finish_by: str = ""
    reply_by: str = ""


def situation_of(
    entry: Entry, on: date, days: WorkingDays, happenings: Iterable[Happening], office: str, contact: str
) -> Situation:
    """Return how a matter stands on a day; *happenings* are those of its occurrence in their order."""
    progress = entry.last_progress
    if progress and entry.last_progress_on:
        progress = f"{short_day_words(entry.last_progress_on, on.year)}：{progress}"
    return Situation(
        day=full_day_words(on),
        office=office,
        contact=contact,
        source=f"《{entry.plan_title}》{item_words(entry.item_number, entry.item_title or entry.title)}",
        code=entry.code,
        name=entry.name,
        quote=entry.quote,
        departments=entry.departments,
        leaders=entry.leaders,
        due=_due_words(entry),
        standing=words(entry.facts, on, days),
        progress=progress or "尚无进展记录",
        promise=full_day_words(entry.promised_on) if entry.promised_on else "",
        difficulty=entry.difficulty,
        coordination=entry.coordination,
        steps=steps_of(happenings),
    )


def _due_words(entry: Entry) -> str:
    due, first = entry.facts.due_on, entry.first_due_on
    if due is None:
        return ""
    return full_day_words(due) + (f"，原定{full_day_words(first)}" if first and first != due else "")


def steps_of(happenings: Iterable[Happening]) -> tuple[Step, ...]:
    """Return the chases, promises, extensions and decisions among some events, in their order."""
    return tuple(
        Step(full_day_words(one.day), act_label(one.act), one.by, _told(one))
        for one in happenings
        if one.act in TOLD or one.data.get("promised_on")
    )


def _told(event: Happening) -> str:
    parts = [event.text]
    if event.data.get("promised_on"):
        parts.append(f"答应{_iso(event.data['promised_on'])}前办好")
    if "asked" in event.data:
        parts.append(f"申请延至{_iso(event.data['asked']['due_on'])}")
    return "；".join(part for part in parts if part)


def _iso(day: str) -> str:
    return full_day_words(date.fromisoformat(day))


def full_day_words(day: date) -> str:
    """Return 2024年6月30日: days on a paper that is filed carry their year."""
    return f"{day.year}年{short_day_words(day)}"


def dump_situation(situation: Situation) -> dict[str, Any]:
    """Return the JSON form of a situation."""
    return asdict(situation)


def load_situation(stored: Mapping[str, Any]) -> Situation:
    """Return the situation that :func:`dump_situation` wrote."""
    steps = tuple(Step(**step) for step in stored["steps"])
    lists = {name: tuple(stored[name]) for name in ("departments", "leaders")}
    return Situation(**{**stored, **lists, "steps": steps})


def number_words(year: int, number: int) -> str:
    """Return 〔2024〕第3号, as papers are numbered (GB/T 9704)."""
    return f"〔{year}〕第{number}号"


def issued_words(level: Level, number: str, signed_by: str) -> str:
    """Return what the ledger says of a notice that goes out: 签发黄色督办单〔2024〕第3号（签发人：王建国）."""
    signed = f"（签发人：{signed_by}）" if signed_by else ""
    return f"{'发出' if level is Level.BLUE else '签发'}{LEVEL_LABELS[level]}{number}{signed}"

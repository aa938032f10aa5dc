"""The sentences of ``tests/data/deadlines.txt`` with what a careful clerk expects of each."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from planner.core.plan import Deadline
from planner.reading.context import Context

FILE = Path(__file__).parents[1] / "data" / "deadlines.txt"
CONTEXT = Context(2024, date(2024, 4, 17))
RHYTHM = re.compile(r"(?P<freq>[A-Z]+)(?:/(?P<interval>\d+))?(?:\*(?P<count>\d+))?(?P<anchor>\{.*\})?")


@dataclass(frozen=True, slots=True)
class Case:
    """A sentence and its times, each as one line of the file's notation."""

    text: str
    expected: tuple[str, ...]


def cases() -> list[Case]:
    """Return the sentences in the order of the file."""
    rows = (line.split("\t") for line in FILE.read_text("utf-8").splitlines() if line and not line.startswith("#"))
    return [Case(text, () if told == "-" else tuple(told.split(";"))) for text, told in rows]


def notation(rule: Deadline) -> str:
    """Return a rule in the notation of the file."""
    return f"{_told(rule)}={rule.raw}"


def _told(rule: Deadline) -> str:
    if rule.freq:
        interval = f"/{rule.interval}" if rule.interval > 1 else ""
        count = f"*{rule.count}" if rule.count > 1 else ""
        return f"{rule.freq}{interval}{count}" + (json.dumps(rule.anchor, separators=(",", ":")) if rule.anchor else "")
    if rule.kind == "standing":
        return "stand"
    if rule.kind == "relative":
        offset = rule.offset or {}
        return f"rel {offset['n']} {offset['unit']} {offset['event']}" if offset.get("unit") else "rel"
    if rule.start:
        return f"win {_day(rule.start)}..{_day(rule.due)}"
    return f"once {_day(rule.due)}"


def _day(day: date | None) -> str:
    if day is None:
        return ""
    return f"{day.month}-{day.day}" if day.year == 2024 else f"{day.year}-{day.month}-{day.day}"

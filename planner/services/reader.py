"""The reader, loaded when the first document comes: no start of the server should wait for its grammars."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from planner.formats.plan_markdown import write_plan
    from planner.reading.context import Context
    from planner.reading.deadlines import find_deadlines
    from planner.reading.document import read_plan
    from planner.reading.fields import Wish, find_words, granted
    from planner.reading.holiday_notice import USUAL, HolidayNotice, read_notice
    from planner.reading.items import read_task
    from planner.reading.lint import find_findings

__all__ = [
    "USUAL",
    "Context",
    "HolidayNotice",
    "Wish",
    "find_deadlines",
    "find_findings",
    "find_words",
    "granted",
    "read_notice",
    "read_plan",
    "read_task",
    "write_plan",
]

_PLACES = {
    "planner.formats.plan_markdown": ("write_plan",),
    "planner.reading.context": ("Context",),
    "planner.reading.deadlines": ("find_deadlines",),
    "planner.reading.document": ("read_plan",),
    "planner.reading.fields": ("Wish", "find_words", "granted"),
    "planner.reading.holiday_notice": ("USUAL", "HolidayNotice", "read_notice"),
    "planner.reading.items": ("read_task",),
    "planner.reading.lint": ("find_findings",),
}


def __getattr__(name: str) -> Any:
    for place, names in _PLACES.items():
        if name in names:
            return getattr(import_module(place), name)
    raise AttributeError(name)

"""Cutting the issued text into pieces to show: untouched words, each knowing its task and their kind."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from planner.store.models import Item, PlanVersion, Task

MARKDOWN = re.compile(r"^#{1,6} ", re.MULTILINE)
"""Marks of a canonical plan file: kept, for the text is untouched, but shown small."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some consecutive words; ``opens`` when a task begins here; ``kind`` is deadline, target, syntax or empty."""

    text: str
    task: Task | None
    opens: bool
    kind: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the issued text; ``item`` when a numbered point begins in it, ``level`` heading, item, words or blank."""

    pieces: tuple[Piece, ...]
    item: Item | None
    level: str


def lines_of(version: PlanVersion, items: Sequence[Item], tasks: Sequence[Task]) -> list[Line]:
    """Return the lines of a plan's text; joined together, their pieces are the text without its line breaks."""
    starts = {item.start: item for item in items}
    sections = {item.section for item in items if item.section}
    kinds = sorted([*_kinds(tasks), *((*match.span(), "syntax") for match in MARKDOWN.finditer(version.text))])
    lines, at, queue = [], 0, 0
    for raw in version.text.split("\n"):
        end = at + len(raw)
        while queue < len(tasks) and tasks[queue].end <= at:
            queue += 1
        near = [task for task in tasks[queue:] if task.start < end]
        item = next((starts[place] for place in range(at, end) if place in starts), None)
        lines.append(Line(tuple(_pieces(version.text, at, end, near, kinds)), item, _level(raw, item, sections)))
        at = end + 1
    return lines


def _level(raw: str, item: Item | None, sections: set[str]) -> str:
    if item is not None:
        return "item"
    words = raw.strip()
    if not words:
        return "blank"
    return "heading" if any(section in words for section in sections) else "words"


def _kinds(tasks: Iterable[Task]) -> Iterable[tuple[int, int, str]]:
    for task in tasks:
        yield from ((rule["start_at"], rule["end_at"], "deadline") for rule in task.deadlines)
        yield from ((target["start"], target["end"], "target") for target in task.targets)


def _pieces(
    text: str, start: int, end: int, tasks: Sequence[Task], kinds: Sequence[tuple[int, int, str]]
) -> Iterable[Piece]:
    inside = [(a, b, kind) for a, b, kind in kinds if a < end and b > start]
    cuts = {start, end, *(place for task in tasks for place in (task.start, task.end))}
    cuts |= {place for a, b, _ in inside for place in (a, b)}
    edges = sorted(place for place in cuts if start <= place <= end)
    for left, right in pairwise(edges):
        task = next((task for task in tasks if task.start <= left < task.end), None)
        kind = next((kind for a, b, kind in inside if a <= left < b), "")
        yield Piece(text[left:right], task, task is not None and task.start == left, kind)

"""Cutting the issued text into pieces to show: untouched words, each knowing its task and their kind."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TypeVar

from planner.store.models import Item, PlanVersion, Task

T = TypeVar("T")

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
    raws = version.text.split("\n")
    begins = list(accumulate((len(raw) + 1 for raw in raws[:-1]), initial=0))
    kinds_at = _by_line(begins, kinds)
    tasks_at = _by_line(begins, sorted((task.start, task.end, place) for place, task in enumerate(tasks)))
    lines = []
    for number, (raw, at) in enumerate(zip(raws, begins, strict=True)):
        end = at + len(raw)
        spans = [(start, stop, tasks[place]) for start, stop, place in tasks_at[number]]
        item = next((starts[place] for place in range(at, end) if place in starts), None)
        pieces = tuple(_pieces(version.text, at, end, spans, kinds_at[number]))
        lines.append(Line(pieces, item, _level(raw, item, sections)))
    return lines


def _by_line(begins: Sequence[int], spans: Iterable[tuple[int, int, T]]) -> list[list[tuple[int, int, T]]]:
    """Return the spans of each line, those that go on for several in each of them; *begins* are where lines begin."""
    found: list[list[tuple[int, int, T]]] = [[] for _ in begins]
    for span in spans:
        for line in range(max(bisect_right(begins, span[0]) - 1, 0), bisect_left(begins, span[1])):
            found[line].append(span)
    return found


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
    text: str,
    start: int,
    end: int,
    tasks: Sequence[tuple[int, int, Task]],
    kinds: Sequence[tuple[int, int, str]],
) -> Iterable[Piece]:
    cuts = {start, end, *(place for a, b, _ in (*tasks, *kinds) for place in (a, b))}
    edges = sorted(place for place in cuts if start <= place <= end)
    for left, right in pairwise(edges):
        begins, task = next(((a, task) for a, b, task in tasks if a <= left < b), (-1, None))
        kind = next((kind for a, b, kind in kinds if a <= left < b), "")
        yield Piece(text[left:right], task, begins == left, kind)

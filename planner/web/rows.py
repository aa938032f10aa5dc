"""Entries as the rows of a long list: plain words, made once, so that a template only sets them down."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from markupsafe import Markup

from planner.core.calendar import day_words
from planner.core.ledger import Entry
from planner.core.status import Mark
from planner.services.reporting import Standing
from planner.web.links import task_address
from planner.web.words import MARK_SIGNS


class Row(NamedTuple):
    """An entry in words, with its mark and address; the words for a missing day are those of the document."""

    mark: Mark
    sign: Markup
    address: str
    code: str
    name: str
    leaders: str
    departments: str
    due: str
    words: str
    entry: Entry


def code_among(standing: Standing, entry: Entry) -> str:
    """Return the code of an entry, with its plan's short name in front where there are several plans."""
    return entry.code if len(standing.plans) == 1 else f"{entry.plan_address}-{entry.code}"


def rows_of(entries: Iterable[Entry], standing: Standing) -> list[Row]:
    """Return entries as rows, as seen on the day of a standing."""
    year = standing.on.year
    return [_row(entry, standing, year) for entry in entries]


def _row(entry: Entry, standing: Standing, year: int) -> Row:
    mark, due = standing.mark(entry), entry.facts.due_on
    return Row(
        mark=mark,
        sign=MARK_SIGNS[mark],
        address=task_address(entry),
        code=code_among(standing, entry),
        name=entry.name,
        leaders="、".join(entry.leaders),
        departments="、".join(entry.departments),
        due=day_words(due, year) if due else entry.deadline_words,
        words=standing.words(entry),
        entry=entry,
    )

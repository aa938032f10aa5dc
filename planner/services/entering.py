"""Entering quickly: one line as heard, or a whole month from a chart marked by pen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from planner.core.ledger import Entry
from planner.core.status import OPEN, RUNNING, Act, State
from planner.errors import Conflict, Forbidden, Invalid, NotFound
from planner.services.tracking import Said, record_in
from planner.store import queries
from planner.store.database import Database

if TYPE_CHECKING:
    from planner.reading.quick_entry import Candidate, QuickEntry

LETTERS = {"办": "办", "b": "办", "审": "审", "s": "审", "完": "完", "w": "完", "催": "催", "c": "催"}
"""What may be typed into the month's grid, by mark or by the first letter of its sound."""
WORDS = {
    "办": "按挂图补记：推进中",
    "审": "按挂图补记：已完成，申请销号",
    "完": "按挂图补记：已完成",
    "催": "按挂图补记：已催办",
}


def understand(line: str, today: date, entries: Iterable[Entry]) -> QuickEntry:
    """Return what a line tells, and which of the open entries it may be about."""
    if not line.strip():
        raise Invalid("请写一句听到的情况，例如「6月18日检查3家烟花店，发现隐患5条，已整改4条」。")
    from planner.reading.quick_entry import read_line  # only here: its grammar takes a while to load

    return read_line(line, today, [_candidate(entry) for entry in entries])


def _candidate(entry: Entry) -> Candidate:
    from planner.reading.quick_entry import Candidate

    return Candidate(
        occurrence_id=entry.occurrence_id,
        code=entry.code,
        title=entry.title,
        label=entry.label,
        quote=entry.quote,
        parties=(*entry.leaders, *entry.departments, *entry.supporting),
        due_on=entry.facts.due_on,
        open=entry.facts.state in OPEN,
        item=entry.item_title,
    )


def enter_marks(database: Database, rows: Sequence[tuple[int, str, Said]]) -> dict[int, str]:
    """Record what a chart marked by pen says, each row (occurrence, letter, said) on its own; return what was refused."""
    refused = {}
    for occurrence_id, letter, said in rows:
        try:
            _enter_mark(database, occurrence_id, letter, said)
        except (Invalid, Forbidden, Conflict, NotFound) as error:
            refused[occurrence_id] = error.message
    return refused


def _enter_mark(database: Database, occurrence_id: int, letter: str, said: Said) -> None:
    mark = LETTERS.get(letter.strip().lower())
    if mark is None:
        raise Invalid(f"「{letter}」看不懂，请填 办、审、完 或 催（也可以填 b、s、w、c）。")
    told = said if said.text.strip() else replace(said, text=WORDS[mark])
    with database.write() as session:
        row = queries.occurrence(session, occurrence_id, lock=True)
        if mark == "办":
            record_in(session, row, Act.PROGRESS, told)
        elif mark == "催":
            record_in(session, row, Act.CHASE, told)
        else:
            if mark == "审" or State(row.state) in RUNNING:
                record_in(session, row, Act.HAND_IN, told)
            if mark == "完":
                record_in(session, row, Act.SIGN_OFF, told)

"""Scheduling again: the dates that the words, the seasons and the office give, brought to the occurrences.

Nothing is lost: the old date stays in the ledger and on the page, what is closed stays as it is, and what the office
dated itself is not moved by a document or a season.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from planner.core.plan import Frequency
from planner.core.schedule import Due, schedule
from planner.core.status import OPEN, Act, State
from planner.errors import Invalid
from planner.services.publishing import seasons_of, store_occurrence
from planner.services.tracking import Said, check_consent, check_said, check_version
from planner.store import people, queries
from planner.store.database import Database, Session
from planner.store.journal import Entered, open_with, record
from planner.store.models import Occurrence, Plan, Season, Task
from planner.store.values import load_deadline

MOVABLE = OPEN | {State.DRAFT, State.SUSPENDED}
LONGEST_NAME = 20
YEARS_AROUND = 5
"""How many years from its own a plan's matters may fall due: as far as 规划 of five years reach."""
GONE = {"gone": True}
"""Marks a cancelling by the schedule, which a later schedule may take back."""


def reschedule(session: Session, task: Task, dues: Sequence[Due], entered: Entered, gone: str) -> list[Occurrence]:
    """Move and cancel open occurrences so that they are those of *dues*; return the new ones, not yet in the ledger.

    *entered* is the event of each move but for its words and data, *gone* why what is not among *dues* is cancelled.
    """
    held = {row.key: row for row in queries.occurrences_of(session, task.id)}
    # What waits to be issued waits with all its periods.
    state = State.DRAFT if {row.state for row in held.values()} == {State.DRAFT} else State.NOT_STARTED
    shared = next((row.cells for row in held.values() if row.cells and row.state in MOVABLE), {})
    new = []
    for due in dues:
        row = held.pop(due.key, None)
        if row is None:
            new.append(_with_cells(store_occurrence(session, task, due, entered.at, state), shared))
        else:
            _take_up_again(session, row, entered)
            if row.state in MOVABLE:
                _move(session, row, due, entered)
    for row in held.values():
        cancel(session, row, replace(entered, act=Act.CANCEL, text=gone, data=GONE))
    return new


def _with_cells(row: Occurrence, shared: Mapping[str, Any]) -> Occurrence:
    """Let a new period be done by the same parties as the others, each for itself."""
    row.cells = dict.fromkeys(shared)
    return row


def _take_up_again(session: Session, row: Occurrence, entered: Entered) -> None:
    """Let a period go on that a version or season had cancelled and another names again; what the clerk cancelled stays."""
    event = queries.last_event(session, row.id) if row.state == State.CANCELLED else None
    if event is not None and event.data.get("gone"):
        change(session, row, {"state": State.NOT_STARTED.value}, replace(entered, text="又有这一期，接着办"))


def cancel(session: Session, row: Occurrence, entered: Entered) -> None:
    """Cancel an occurrence unless it is closed."""
    if row.state not in (State.DONE, State.CANCELLED):
        record(session, row, entered)


def _move(session: Session, row: Occurrence, due: Due, entered: Entered) -> None:
    wanted: dict[str, Any] = {"label": due.label, "minimum": due.count, "opens_on": due.opens_on}
    if row.due_on != due.due_on and not (row.due_by_office or row.standing):
        wanted |= {"due_on": due.due_on, "before_issue": due.before_issue}
    change(session, row, wanted, entered)


def change(session: Session, row: Occurrence, wanted: dict[str, Any], entered: Entered) -> bool:
    """Give an occurrence new values of its fields where they differ, the old ones kept in the event."""
    changes = {name: value for name, value in wanted.items() if getattr(row, name) != value}
    if not changes:
        return False
    was = {name: _json(getattr(row, name)) for name in changes}
    data = {**entered.data, "set": {name: _json(value) for name, value in changes.items()}, "was": was}
    text = "，".join(part for part in (entered.text, _told(changes, was)) if part)
    record(session, row, replace(entered, text=text, data=data))
    return True


def _told(changes: dict[str, Any], was: dict[str, Any]) -> str:
    if "due_on" not in changes:
        return ""
    return f"时限由{was['due_on'] or '未定'}改为{_json(changes['due_on']) or '未定'}"


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def set_due(database: Database, occurrence_id: int, due_on: date, said: Said, version: int | None = None) -> None:
    """Give an occurrence the due day the office settled on; the old one stays in the ledger.

    Moving a day that was there needs a sentence why, and a later day a leader who agreed, where there is one; the old day
    stands beside the new one from then on.
    """
    check_said(said, Act.SETTLE)
    with database.write() as session:
        row = queries.occurrence(session, occurrence_id, lock=True)
        check_version(session, row, version)
        if row.state in (State.DONE, State.CANCELLED):
            raise Invalid("已办结或已撤销的事项不再改时限。需要时请先恢复办理。")
        _check_year(due_on, queries.plan_with(session, row.plan_id).year)
        if row.due_on not in (None, due_on) and not said.text.strip():
            raise Invalid("改动原来的到期日，请写一句理由；原来的日子会留在台账里。")
        if row.due_on and due_on > row.due_on and not row.before_issue:
            check_consent(session, row, due_on, said)
        wanted = {"due_on": due_on, "due_by_office": True, "before_issue": False, "standing": False}
        change(session, row, wanted, said.entered(Act.SETTLE))


def _check_year(day: date, year: int) -> None:
    """Raise ``Invalid`` for a day no plan of a year can mean; some are for several years, and matters are carried on."""
    if abs(day.year - year) > YEARS_AROUND:
        raise Invalid(f"写的是{day.year}年，这是{year}年的计划，请核对年份。")


@dataclass(frozen=True, slots=True)
class Correction:
    """What the clerk entered wrongly and now puts right: the closing day, how often it was done, a mistaken 撤销."""

    closed_on: date | None = None
    times: int | None = None
    revive: bool = False


def correct(database: Database, occurrence_id: int, wanted: Correction, said: Said, version: int | None = None) -> None:
    """Put right what was entered wrongly (更正), with a sentence why; what it said before stays in the ledger.

    Raise ``Invalid`` without a sentence, for a closing day of what is not closed, or when nothing would change.
    """
    check_said(said, Act.CORRECT)
    if not said.text.strip():
        raise Invalid("请写一句为什么更正，例如「录入时看错了日期」。")
    with database.write() as session:
        row = queries.occurrence(session, occurrence_id, lock=True)
        check_version(session, row, version)
        if not change(
            session, row, _corrected(row, wanted, said), said.entered(Act.CORRECT, f"更正：{said.text.strip()}")
        ):
            raise Invalid("没有要更正的，请先改正日子或次数。")


def _corrected(row: Occurrence, wanted: Correction, said: Said) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    if wanted.closed_on is not None:
        if row.state != State.DONE or wanted.closed_on > said.at.date():
            raise Invalid("只有已办结的才能更正办结日，而且不能晚于今天。")
        fields |= {"closed_on": wanted.closed_on, "handed_in_on": wanted.closed_on}
    if wanted.times is not None:
        fields["times"] = max(0, min(wanted.times, 99))
    if wanted.revive and row.state == State.CANCELLED:
        fields["state"] = State.IN_PROGRESS.value
    return fields


def declare_standing(database: Database, task_id: int, said: Said) -> None:
    """Say that a task without a date is a standing duty; it never turns red and leaves the list of open times."""
    check_said(said, Act.SETTLE)
    with database.write() as session:
        for row in queries.occurrences_of(session, task_id, lock=True):
            if row.due_on is None and row.state not in (State.DONE, State.CANCELLED):
                change(session, row, {"standing": True}, said.entered(Act.SETTLE, "定为长期工作，没有到期日"))


def count_in(database: Database, occurrence_id: int, said: Said) -> None:
    """Let a period over before the plan was issued count after all (补录)."""
    check_said(said, Act.SETTLE)
    with database.write() as session:
        row = queries.occurrence(session, occurrence_id, lock=True)
        if not row.before_issue:
            raise Invalid("这一期本来就计入，直接记进展即可。")
        change(session, row, {"before_issue": False}, said.entered(Act.SETTLE, "补录印发前的这一期，计入到期应办"))


def name_cells(database: Database, task_id: int, names: str, said: Said) -> int:
    """Let each of several parties do a task for itself, in every period still open; return how many parties.

    What a party already did stays; a party no longer named leaves the open periods. Without any name the task is one
    for all again. Raise ``Invalid`` for too long a name.
    """
    check_said(said, Act.SETTLE)
    wanted = list(dict.fromkeys(name for name in names.replace("、", " ").replace("，", " ").split() if name))
    if any(len(name) > LONGEST_NAME for name in wanted):
        raise Invalid(f"单位名称请不超过{LONGEST_NAME}字，多个用顿号或换行分开。")
    with database.write() as session:
        wanted = [_known_name(session, name) for name in wanted]
        for row in queries.occurrences_of(session, task_id, lock=True):
            if row.state not in (State.DONE, State.CANCELLED):
                cells = {name: row.cells.get(name) for name in wanted}
                text = f"由{len(wanted)}个单位分别办理：{'、'.join(wanted)}" if wanted else "不再按单位分开办理"
                change(session, row, {"cells": cells}, said.entered(Act.SETTLE, text))
    return len(wanted)


def _known_name(session: Session, name: str) -> str:
    """Return the name a department goes by, for one of its other names; others stay as written."""
    known = people.party_by_alias(session, "department", name)
    return known.name if known else name


def set_season(database: Database, year: int, name: str, starts_on: date, ends_on: date, said: Said) -> int:
    """Date a season of a year and move everything that hangs on it; return how many periods got another day."""
    if not name.strip() or len(name) > LONGEST_NAME:
        raise Invalid(f"请写明时段的名称，例如「汛期」，不超过{LONGEST_NAME}字。")
    if ends_on < starts_on:
        raise Invalid("结束的日子早于开始的日子，请改正。")
    for day in (starts_on, ends_on):
        if abs(day.year - year) > 1:
            raise Invalid(f"写的是{day.year}年，这里定的是{year}年的时段，请核对年份。")
    check_said(said, Act.SETTLE)
    with database.write() as session:
        queries.the_office(session, lock=True)
        row = queries.season_named(session, year, name.strip()) or Season(
            office_id=queries.the_office(session).id,
            year=year,
            name=name.strip(),
            starts_on=starts_on,
            ends_on=ends_on,
        )
        row.starts_on, row.ends_on = starts_on, ends_on
        session.add(row)
        session.flush()
        return sum(
            _apply_seasons(session, plan, said, name) for plan in queries.plans_in_turn(session) if plan.year == year
        )


def _apply_seasons(session: Session, plan: Plan, said: Said, name: str) -> int:
    seasons = seasons_of(session, plan.year)
    entered = said.entered(Act.SETTLE, f"按{name}的时间")
    opened: list[Occurrence] = []
    moved = 0
    for task in queries.tasks_of(session, plan.id):
        rules = [load_deadline(rule) for rule in task.deadlines]
        if not task.words and any(rule.season or rule.freq is Frequency.SEMESTER for rule in rules):
            before = _days_of(session, task)
            dues = schedule(rules, plan.year, plan.issue_date, seasons)
            opened += reschedule(session, task, dues, entered, f"{name}的时间改了，不再有这一期")
            moved += sum(before.get(key) != day for key, day in _days_of(session, task).items())
    if opened:
        open_with(session, plan.id, opened, said.entered(Act.ISSUE, f"按{name}的时间新增{len(opened)}期"))
    return moved


def _days_of(session: Session, task: Task) -> dict[str, date | None]:
    return {row.key: row.due_on for row in queries.occurrences_of(session, task.id)}

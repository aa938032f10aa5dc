"""The papers an office keeps on a given day, as tables that a page, a printer or a spreadsheet shows alike.

Each takes the entries in the order of the document, lists all of them or the overdue ones, and may group them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from planner.core.calendar import WorkingDays, short_day_words
from planner.core.ledger import (
    Cell,
    Column,
    Entry,
    Group,
    Table,
    Totals,
    counted_words,
    extension_words,
    overdue,
    progress_words,
    promise_words,
    totals,
)
from planner.core.status import RUNNING, Facts, Mark, badges, lamp, mark_of, state_label, words
from planner.core.thresholds import DEFAULTS, Thresholds
from planner.core.wording import item_words


class Grouping(StrEnum):
    """What the rows of a ledger may be gathered under."""

    LEADER = "leader"
    DEPARTMENT = "department"
    SECTION = "section"


GROUPING_LABELS = {Grouping.LEADER: "责任领导", Grouping.DEPARTMENT: "责任部门", Grouping.SECTION: "板块"}
NOBODY = {
    Grouping.LEADER: "责任领导未明确",
    Grouping.DEPARTMENT: "责任部门未明确",
    Grouping.SECTION: "未分板块",
}

OVERDUE_COLUMNS = (
    Column("序号", 5),
    Column("编号", 7),
    Column("事项", 34),
    Column("责任领导", 11),
    Column("责任部门", 16),
    Column("应完成", 12),
    Column("逾期工作日", 10),
    Column("最近进展", 30),
    Column("原因（经办人填写）", 24),
)

TASK_COLUMNS = (
    Column("序号", 4.5),
    Column("编号", 6),
    Column("来源文件及条目", 11, optional=True),
    Column("工作任务（原文）", 23),
    Column("具体举措/完成标准", 10, optional=True),
    Column("责任领导", 8.7),
    Column("责任部门", 8.7),
    Column("协同单位", 8, optional=True),
    Column("经办人及电话", 12.5, optional=True),
    Column("时限（原文）", 8.7, optional=True),
    Column("到期日", 11),
    Column("期次", 8.7, optional=True),
    Column("进展情况", 19),
    Column("存在困难", 9, optional=True),
    Column("需协调事项", 9, optional=True),
    Column("下步打算", 9, optional=True),
    Column("状态", 7),
    Column("亮灯", 4.5),
    Column("办结日期", 11, optional=True),
    Column("销号审核人", 7, optional=True),
    Column("佐证", 6, optional=True),
    Column("延期记录", 9, optional=True),
    Column("备注", 9.5, optional=True),
)
"""The task ledger of offices, in its fixed order. With all of them shown it prints on A4 in six to seven points."""

_BADGE_WORDS = {"延": "已申请延期", "前": "印发前的期次，不计入"}


@dataclass(frozen=True, slots=True)
class _Paper:
    """What tells one ledger from another: whom it lists, in which order, and the cells of a row."""

    title: str
    nothing: str
    columns: tuple[Column, ...]
    listed: Callable[[Sequence[Entry]], Sequence[Entry]]
    row: Callable[[int, Entry], tuple[Cell, ...]]


def overdue_table(
    entries: Iterable[Entry],
    on: date,
    days: WorkingDays,
    *,
    by: Grouping | None = None,
    counts: Totals | None = None,
) -> Table:
    """Return the overdue ones among *entries*, with the day and the counts in the note.

    *counts* are those of all entries; without them, and in groups, all entries are given and counted here.

    The last column has the difficulty where one was told, and is else left for the hand of whoever did the work.
    Groups as in :func:`grouped`, only those with something overdue, each with its own counts. An empty list is a
    result too, and says so.
    """
    paper = _Paper(
        "逾期事项清单",
        "没有逾期事项",
        OVERDUE_COLUMNS,
        lambda chosen: overdue(chosen, on, days),
        lambda place, entry: _overdue_row(place, entry, on, days),
    )
    return _table(paper, tuple(entries), on, by, counts)


def task_ledger_table(
    entries: Iterable[Entry],
    on: date,
    days: WorkingDays,
    *,
    by: Grouping | None = None,
    thresholds: Thresholds = DEFAULTS,
) -> Table:
    """Return every entry in the 23 columns of the task ledger (任务台账), as it stands on the day *on*.

    In the order of the document, or in groups as in :func:`grouped`, each with its own counts.
    """
    paper = _Paper(
        "任务台账",
        "没有列入台账的事项",
        TASK_COLUMNS,
        lambda chosen: chosen,
        lambda place, entry: _task_row(place, entry, on, days, thresholds),
    )
    return _table(paper, tuple(entries), on, by)


def grouped(entries: Sequence[Entry], by: Grouping) -> dict[str, list[Entry]]:
    """Return the entries of each leader, department or section, in the order these first appear in the document.

    An entry with two leaders stands under each of them, and one without any under 责任领导未明确, which comes last.
    Sections of several plans carry the title of theirs.
    """
    several = len({entry.plan_id for entry in entries}) > 1
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        for name in _names(entry, by, several):
            groups.setdefault(name, []).append(entry)
    if NOBODY[by] in groups:
        groups[NOBODY[by]] = groups.pop(NOBODY[by])
    return groups


def _names(entry: Entry, by: Grouping, several: bool) -> Iterable[str]:
    if by is Grouping.SECTION:
        front = f"《{entry.plan_title}》" if several else ""
        return [front + entry.section if entry.section else NOBODY[by]]
    names = entry.leaders if by is Grouping.LEADER else entry.departments
    return dict.fromkeys(names) or [NOBODY[by]]


def until_words(on: date) -> str:
    """Return 截至2024年7月1日."""
    return f"截至{on.year}年{short_day_words(on)}"


def _table(
    paper: _Paper, entries: Sequence[Entry], on: date, by: Grouping | None, counts: Totals | None = None
) -> Table:
    members = grouped(entries, by) if by else {"": entries}
    lists = {name: listed for name, chosen in members.items() if (listed := paper.listed(chosen))}
    rows = tuple(paper.row(place, entry) for listed in lists.values() for place, entry in enumerate(listed, start=1))
    note = _note(paper, entries, on, len(rows), counts or totals(entries, on))
    if by is None:
        return Table(paper.title, note, paper.columns, rows)
    groups = tuple(Group(name, _counts(members[name], on), len(listed)) for name, listed in lists.items())
    return Table(f"{paper.title}（按{GROUPING_LABELS[by]}）", note, paper.columns, rows, groups)


def _note(paper: _Paper, entries: Sequence[Entry], on: date, rows: int, counts: Totals) -> str:
    start = until_words(on) if rows else f"{until_words(on)}{paper.nothing}"
    shared = rows > len(paper.listed(entries))
    return f"{start}。{counts.sentence()}。" + ("共同负责的事项在各自名下分别列出，合计只算一次。" if shared else "")


def _counts(entries: Iterable[Entry], on: date) -> str:
    return f"{totals(entries, on).sentence()}。"


def _overdue_row(place: int, entry: Entry, on: date, days: WorkingDays) -> tuple[Cell, ...]:
    due = entry.facts.due_on
    promise = promise_words(entry, on.year)
    return (
        place,
        entry.code,
        entry.name,
        *_responsible(entry),
        due,
        days.between(due or on, on),
        progress_words(entry, on.year) + (f"（{promise}）" if promise else ""),
        entry.difficulty,
    )


def _task_row(place: int, entry: Entry, on: date, days: WorkingDays, thresholds: Thresholds) -> tuple[Cell, ...]:
    facts, mark = entry.facts, mark_of(entry.facts, on, days, thresholds)
    return (
        place,
        entry.code,
        _source(entry),
        " ".join(entry.quote.split()),
        "",
        *_responsible(entry),
        "、".join(entry.supporting),
        "、".join(entry.contacts),
        entry.deadline_words,
        facts.due_on,
        entry.label,
        _progress(entry, on.year),
        entry.difficulty,
        entry.coordination,
        entry.next_step,
        state_label(facts.state),
        lamp(mark),
        facts.closed_on,
        entry.signed_by,
        "",
        extension_words(entry, on.year),
        "；".join((*_told(facts, mark, on, days), *_remarks(entry, on, thresholds))),
    )


def _responsible(entry: Entry) -> tuple[str, str]:
    return "、".join(entry.leaders) or "责任人未明确", "、".join(entry.departments) or "责任部门未明确"


def _source(entry: Entry) -> str:
    """Return 《低庄镇2024年安全生产工作计划》第12条."""
    plan = f"《{entry.plan_title}》" if entry.plan_title else ""
    return plan + item_words(entry.item_number, entry.item_title or entry.title)


def _progress(entry: Entry, year: int) -> str:
    """Return how much of it is done and the latest progress; nothing at all leaves room for the pen."""
    latest = progress_words(entry, year) if entry.last_progress else ""
    return "，".join(filter(None, (counted_words(entry), latest)))


def _told(facts: Facts, mark: Mark, on: date, days: WorkingDays) -> tuple[str, ...]:
    """Return how it stands where the other columns do not tell: 逾期4个工作日, or why there is no due day."""
    undated = facts.due_on is None and facts.state in RUNNING and not facts.before_issue
    return (words(facts, on, days),) if undated or mark in (Mark.OVERDUE, Mark.HANDED_IN, Mark.LATE) else ()


def _remarks(entry: Entry, on: date, thresholds: Thresholds) -> tuple[str, ...]:
    found = tuple(_BADGE_WORDS.get(badge, badge) for badge in badges(entry.facts, on, thresholds))
    return (*found, "示例") if entry.sample else found

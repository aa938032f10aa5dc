"""Lists of tasks: by mark, and the overdue list on screen, on paper and as a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from urllib.parse import quote

from flask import Blueprint, Response, render_template, request

from planner.core.choice import ASKED, Choice, Order, read_choice
from planner.core.ledger import Entry, Table
from planner.core.ledger_tables import GROUPING_LABELS, Grouping, overdue_table, task_ledger_table, until_words
from planner.core.status import Mark
from planner.errors import Invalid
from planner.notify.letters import copy_text
from planner.services.reporting import Standing
from planner.services.wording import wordings
from planner.store import people, queries
from planner.store.models import Plan
from planner.web.desk import desk
from planner.web.rows import code_among
from planner.web.wordings import letterhead
from planner.web.words import GAP_WORDS, PART_WORDS

pages = Blueprint("lists", __name__)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PAGE = 100
OVERDUE = Choice(marks=(Mark.OVERDUE,))


@pages.get("/tasks")
def tasks() -> str:
    """List the periods of all tasks, or those a figure elsewhere counted, a hundred on a page."""
    standing, choice, page = desk().standing, chosen(), _page()
    counts = standing.count_marks()
    counted = sum(counts[mark] for mark in choice.marks or Mark)
    count = counted if choice == Choice(marks=choice.marks) else standing.count(choice)
    return render_template(
        "lists/tasks.html",
        standing=standing,
        entries=standing.choose(choice, Order.DOCUMENT, PAGE, (page - 1) * PAGE),
        count=count,
        counts=counts,
        page=page,
        last=_last_page(count),
        parts=PART_WORDS,
        gaps=GAP_WORDS,
        filters={name: request.args[name] for name in ASKED if request.args.get(name)},
    )


def _page() -> int:
    return max(request.args.get("page", 1, int), 1)


def _last_page(count: int) -> int:
    return max((count - 1) // PAGE + 1, 1)


def chosen() -> Choice:
    """Return what the address chooses; raise ``Invalid`` for a word it does not know."""
    choice = read_choice(request.args)
    return replace(choice, party=_known_as(choice.party))


def _known_as(name: str) -> str:
    """Return the name a person or department goes by, for another name of it."""
    with desk().database.read() as session:
        return people.known_as(session, name)


@pages.get("/overdue")
def overdue_list() -> str:
    """Show the overdue list, a hundred on a page, or gathered by leader, department or section."""
    standing, by, page = desk().standing, grouping(), _page()
    counts, before = standing.totals(), (page - 1) * PAGE
    rows = [] if by else standing.choose(OVERDUE, Order.DUE, PAGE, before)
    return render_template(
        "lists/overdue.html",
        standing=standing,
        entries=rows,
        table=_overdue_table(standing, by) if by else None,
        addresses=_addresses(standing) if by else {},
        totals=counts,
        page=page,
        before=before,
        last=_last_page(counts.overdue),
        by=by,
        groupings=GROUPING_LABELS,
        plans=_plans(),
        notice=copy_text(rows, wordings(desk().database), letterhead()),
    )


def grouping() -> Grouping | None:
    """Return by what a ledger is to be gathered; raise ``Invalid`` for a word it does not know."""
    given = request.args.get("by", "")
    if given and given not in set(Grouping):
        raise Invalid("没有这种分组，请从页面上的按钮里选。")
    return Grouping(given) if given else None


def _plans() -> Sequence[Plan]:
    """Return the plans one of which may be looked at alone."""
    with desk().database.read() as session:
        return queries.plans(session)


def _named(standing: Standing, entries: Iterable[Entry]) -> list[Entry]:
    """Return entries with codes that say which plan they are of, where there are several."""
    return [replace(entry, code=code_among(standing, entry)) for entry in entries]


def _overdue_table(standing: Standing, by: Grouping | None) -> Table:
    if by:
        return overdue_table(_named(standing, standing.entries), standing.on, standing.days, by=by)
    rows = _named(standing, standing.choose(OVERDUE, Order.DUE, full=False))
    return overdue_table(rows, standing.on, standing.days, counts=standing.totals())


def _task_table(standing: Standing, by: Grouping | None) -> Table:
    entries = _named(standing, standing.choose(chosen()))
    return task_ledger_table(entries, standing.on, standing.days, by=by, thresholds=standing.thresholds)


def _addresses(standing: Standing) -> dict[str, str]:
    """Return where each code leads."""
    return {code_among(standing, entry): f"{entry.plan_address}-{entry.code}" for entry in standing.entries}


@pages.get("/overdue/print")
def overdue_print() -> str:
    """Show the overdue list for A4 paper."""
    return _paper(_overdue_table(desk().standing, grouping()), "lists.overdue_list")


@pages.get("/overdue.xlsx")
def overdue_sheet() -> Response:
    """Hand out the overdue list as a spreadsheet."""
    return sheet(_overdue_table(desk().standing, grouping()), "overdue")


@pages.get("/task-ledger")
def task_ledger() -> str:
    """Show the task ledger (任务台账)."""
    standing, by = desk().standing, grouping()
    return render_template(
        "lists/task_ledger.html",
        standing=standing,
        table=_task_table(standing, by),
        addresses=_addresses(standing),
        by=by,
        groupings=GROUPING_LABELS,
        plans=_plans(),
    )


@pages.get("/task-ledger/print")
def task_ledger_print() -> str:
    """Show the task ledger for A4 paper."""
    return _paper(_task_table(desk().standing, grouping()), "lists.task_ledger")


@pages.get("/task-ledger.xlsx")
def task_ledger_sheet() -> Response:
    """Hand out the task ledger as a spreadsheet."""
    return sheet(_task_table(desk().standing, grouping()), "task-ledger")


def _paper(table: Table, back: str) -> str:
    return render_template(
        "lists/paper.html", standing=desk().standing, table=table, back=back, office=desk().settings.office
    )


def sheet(table: Table, name: str) -> Response:
    """Hand out a table as a workbook."""
    from planner.formats.office import table_xlsx  # only here: it takes a while and memory to load

    on = desk().standing.on
    body = table_xlsx(table, footer=f"{until_words(on)}　{desk().settings.office}")
    shown = quote(f"{table.title}-{on.isoformat()}.xlsx")
    header = {"Content-Disposition": f"attachment; filename=\"{name}-{on}.xlsx\"; filename*=UTF-8''{shown}"}
    return Response(body, content_type=XLSX, headers=header)

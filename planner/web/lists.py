"""Lists of tasks: by mark, and the overdue list on screen, on paper and as a spreadsheet."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, Response, render_template, request

from planner.config import shipped
from planner.core.ledger import Entry, overdue, overdue_table, part_of, totals
from planner.core.status import Mark
from planner.errors import Invalid
from planner.formats.office import table_xlsx
from planner.notify.letters import copy_text
from planner.services.reporting import Standing
from planner.web.desk import desk
from planner.web.words import GAP_WORDS, PART_WORDS

pages = Blueprint("lists", __name__)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pages.get("/tasks")
def tasks() -> str:
    """List the periods of all tasks, or those a figure elsewhere counted."""
    standing = desk().standing
    return render_template(
        "lists/tasks.html", standing=standing, entries=_filtered(standing), parts=PART_WORDS, gaps=GAP_WORDS
    )


def _filtered(standing: Standing) -> list[Entry]:
    mark, part, gap = (request.args.get(name, "") for name in ("mark", "part", "gap"))
    chosen = list(standing.entries)
    if mark:
        if mark not in set(Mark):
            raise Invalid("没有这个标记，请从页面上的筛选里选。")
        chosen = standing.marked(Mark(mark))
    if part == "due":
        chosen = [entry for entry in chosen if part_of(entry.facts, standing.on)]
    elif part:
        chosen = [entry for entry in chosen if part_of(entry.facts, standing.on) == part]
    if gap:
        chosen = [entry for entry in chosen if _lacks(entry, gap)]
    return chosen


def _lacks(entry: Entry, gap: str) -> bool:
    return {
        "unassigned": not entry.facts.assigned,
        "unsettled": entry.facts.unsettled,
        "undated": entry.facts.due_on is None,
    }.get(gap, False)


@pages.get("/overdue")
def overdue_list() -> str:
    """Show the overdue list."""
    return _overdue_page("lists/overdue.html")


@pages.get("/overdue/print")
def overdue_print() -> str:
    """Show the overdue list for A4 paper."""
    return _overdue_page("lists/overdue_print.html")


def _overdue_page(template: str) -> str:
    standing = desk().standing
    rows = overdue(standing.entries, standing.on, standing.days)
    counts = totals(standing.entries, standing.on)
    return render_template(
        template,
        standing=standing,
        entries=rows,
        totals=counts,
        office=desk().settings.office,
        notice=copy_text(rows, shipped("templates") / "messages"),
    )


@pages.get("/overdue.xlsx")
def overdue_sheet() -> Response:
    """Hand out the overdue list as a spreadsheet."""
    standing = desk().standing
    body = table_xlsx(overdue_table(standing.entries, standing.on, standing.days))
    name = quote(f"逾期清单-{standing.on.isoformat()}.xlsx")
    header = {"Content-Disposition": f"attachment; filename=\"overdue-{standing.on}.xlsx\"; filename*=UTF-8''{name}"}
    return Response(body, content_type=XLSX, headers=header)

"""The trail (留痕): every event in plain sentences, chosen by plan, task, person and day, and whether it is whole."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from flask import Blueprint, Response, render_template, request

from planner.core.ledger import Column, Table
from planner.core.status import Act, act_label
from planner.services.verifying import verify
from planner.store import queries
from planner.store.trail import Trail, TrailChoice, count_trail, trail
from planner.web.desk import desk, parse_day
from planner.web.lists import sheet
from planner.web.words import details

pages = Blueprint("events", __name__)

PAGE = 100
COLUMNS = (
    Column("序号", 6),
    Column("登记时间", 17),
    Column("发生日", 12),
    Column("登记人", 10),
    Column("代谁", 10),
    Column("事", 10),
    Column("文件", 12),
    Column("编号", 8),
    Column("期次", 10),
    Column("内容", 60),
)


@pages.get("/events")
def show() -> str:
    """Show the trail, the newest first."""
    choice, page = _choice(), max(request.args.get("page", 1, int), 1)
    with desk().database.read() as session:
        plans = queries.plans(session)
        count = count_trail(session, choice)
        rows = trail(session, choice, PAGE, (page - 1) * PAGE)
    return render_template(
        "events/show.html",
        rows=rows,
        count=count,
        plans=plans,
        page=page,
        last=max((count - 1) // PAGE + 1, 1),
        results=verify(desk().database) if "verify" in request.args else None,
    )


def _choice() -> TrailChoice:
    args = request.args
    since = datetime.combine(parse_day(args["day"]), time.min, desk().now.tzinfo) if args.get("day") else None
    return TrailChoice(
        plan=args.get("plan", ""),
        code=args.get("code", "").strip(),
        person=args.get("person", "").strip(),
        since=since,
        until=since + timedelta(days=1) if since else None,
    )


@pages.get("/events.xlsx")
def export() -> Response:
    """Hand out the trail as a spreadsheet."""
    with desk().database.read() as session:
        rows = trail(session, _choice())
    note = f"共{len(rows)}条，由新到旧。"
    return sheet(Table("留痕", note, COLUMNS, tuple(_cells(row) for row in rows)), "events")


def _cells(row: Trail) -> tuple[str | int | date | None, ...]:
    event = row.event
    moment = event.at.astimezone(desk().now.tzinfo).strftime("%Y-%m-%d %H:%M")
    kind = act_label(Act(event.kind))
    words = "；".join((event.text, *details(event))) if event.text else "；".join(details(event))
    who = (event.actor, event.on_behalf_of)
    return (event.number, moment, event.day, *who, kind, row.address, row.code, row.label, words)

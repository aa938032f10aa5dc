"""The least a program could do: Flask, sqlite3 and hand-written SQL over the same rows, without rules, ledger or people.

It lists 86 rows of a leader's, writes one event with its occurrence, and hands out the overdue list as CSV and all open
due days as a calendar.
"""

from __future__ import annotations

import csv
import io
import sqlite3
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from threading import local

from flask import Flask, Response, render_template

from bench.office import DAY, NOW, YEAR

ROWS = 86
LIST = """
SELECT t.code, t.title, o.label, o.due_on, o.state, o.last_progress, p.name
FROM assignment a
JOIN item i ON i.id = a.item_id
JOIN plan pl ON pl.id = i.plan_id
JOIN task t ON t.item_id = i.id
JOIN occurrence o ON o.task_id = t.id
JOIN party p ON p.id = a.party_id
WHERE a.party_id IN (?, ?) AND a.role = 'leader' AND pl.year = ? ORDER BY a.party_id, o.id LIMIT ?
"""
LATE = """
SELECT t.code, t.title, o.label, o.due_on, o.last_progress,
  (SELECT group_concat(p.name) FROM assignment a JOIN party p ON p.id = a.party_id WHERE a.item_id = t.item_id)
FROM occurrence o JOIN task t ON t.id = o.task_id
WHERE o.state IN ('not_started', 'in_progress', 'handed_in') AND o.state <> 'handed_in' AND o.due_on < ?
AND o.plan_id IN (SELECT id FROM plan WHERE year >= ?) ORDER BY o.due_on, o.id
"""
DUE = """
SELECT o.uid, o.key, t.code, t.title, o.label, o.due_on, o.sequence, o.changed_at, pl.address,
  substr(v.text, t.start + 1, t."end" - t.start) AS words,
  (SELECT group_concat(p.name, '、') FROM assignment a JOIN party p ON p.id = a.party_id WHERE a.item_id = t.item_id) AS who
FROM occurrence o JOIN task t ON t.id = o.task_id JOIN plan pl ON pl.id = o.plan_id
JOIN planversion v ON v.plan_id = pl.id AND v.number = t.version
WHERE o.state = 'in_progress' AND o.due_on IS NOT NULL AND NOT o.before_issue ORDER BY o.due_on, o.uid
"""
EVENT = """BEGIN:VEVENT\r
UID:{0[uid]}\r
DTSTAMP:{0[changed_at]}\r
DTSTART;VALUE=DATE:{0[due_on]}\r
SEQUENCE:{0[sequence]}\r
SUMMARY:{0[code]} {0[title]}（{0[label]}）\r
DESCRIPTION:原文：{0[words]}\\n责任人：{0[who]}\r
URL:https://plan.example.gov.cn/t/{0[address]}-{0[code]}?o={0[key]}\r
TRANSP:TRANSPARENT\r
END:VEVENT\r
"""
PAGE = """<!doctype html><html lang="zh-CN"><title>任务</title><body><table>
{% for row in rows %}<tr><td>{{ "逾" if row.due_on < today else "办" }}</td><td>{{ row.code }}</td>
<td><a href="/t/{{ row.code }}">{{ row.title }}{{ row.label }}</a></td><td>{{ row.name }}</td><td>{{ row.due_on }}</td>
<td>{{ row.last_progress }}</td></tr>{% endfor %}</table>
"""


def create_app(path: Path, party_id: int) -> Flask:
    """Return the bare program over a SQLite file of its own."""
    app = Flask(__name__)
    page = app.jinja_env.from_string(PAGE)
    held = local()

    def connection() -> sqlite3.Connection:
        if not hasattr(held, "connection"):
            held.connection = _open(path)
        made: sqlite3.Connection = held.connection
        return made

    @app.get("/list")
    def show() -> str:
        rows = connection().execute(LIST, (party_id, party_id + 1, YEAR, ROWS)).fetchall()
        return render_template(page, rows=rows, today=DAY.isoformat())

    @app.post("/sign-off/<int:own>")
    def sign_off(own: int) -> tuple[str, int]:
        _sign_off(connection(), own)
        return "", 302

    @app.get("/late.csv")
    def late() -> Response:
        file = io.StringIO()
        csv.writer(file).writerows(connection().execute(LATE, (DAY.isoformat(), YEAR)))
        return Response(file.getvalue(), content_type="text/csv; charset=utf-8")

    @app.get("/feed.ics")
    def feed() -> Response:
        events = "".join(EVENT.format(row) for row in connection().execute(DUE))
        body = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//bare//\r\n{events}END:VCALENDAR\r\n"
        return Response(body, content_type="text/calendar; charset=utf-8")

    return app


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _sign_off(connection: sqlite3.Connection, own: int) -> None:
    today, now = DAY.isoformat(), NOW.isoformat()
    connection.execute("BEGIN IMMEDIATE")
    (plan,) = connection.execute("SELECT plan_id FROM occurrence WHERE id = ?", (own,)).fetchone()
    last = "SELECT number, hash FROM event WHERE plan_id = ? ORDER BY number DESC LIMIT 1"
    number, previous = connection.execute(last, (plan,)).fetchone()
    link = sha256(f"{previous}{plan}{number}{own}{now}".encode()).hexdigest()
    connection.execute(
        "INSERT INTO event (plan_id, number, occurrence_id, kind, at, day, actor, on_behalf_of, text, data, previous, hash)"
        " VALUES (?, ?, ?, 'sign_off', ?, ?, '经办文员', '', '', '{}', ?, ?)",
        (plan, number + 1, own, now, today, previous, link),
    )
    connection.execute("UPDATE occurrence SET state = 'done', closed_on = ? WHERE id = ?", (today, own))
    connection.execute("COMMIT")


def copy_of(path: Path) -> Path:
    """Return a whole copy of a SQLite file, made by the database itself."""
    copy = path.with_suffix(".bare")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("VACUUM INTO ?", (str(copy),))
    return copy

"""A year of the sample plan played through the pages, and judged a second time from the raw events alone.

Three clerks and five leaders work from April to December: they import, report, chase, hand in, sign off, send back, put
off, measure, suspend, bring in a revised document and hand a leader's matters over. The second judge knows neither the
core nor the store: it reads the rows of the event table and the published holidays.
"""

from __future__ import annotations

import io
import json
import random
import re
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from chinese_calendar import is_workday
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import text

from planner.config import OFFICE_TIME, Settings, shipped
from planner.services.admitting import add_clerk
from planner.services.verifying import rebuild, verify
from planner.store.database import Database
from planner.web.app import create_app
from tests.conftest import NOON
from tests.services.test_tracking import forge
from tests.web.conftest import Office, enter

LEADERS = ("武长庚", "蒋志检", "刘洋", "曹莉霞", "刘兴")
CLERKS = ("王文员", "李文员", "赵文员")
ISSUED = date(2024, 4, 18)
END = date(2024, 12, 31)
ADDRESS = "2024"
"""Of the plan once it is issued."""


@dataclass
class Clock:
    """The one clock of the played office; the play moves it."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def move_to(self, day: date) -> None:
        self.now = datetime.combine(day, self.now.time(), OFFICE_TIME)


@dataclass
class Judged:
    """An occurrence as the second judge sees it."""

    state: str = "not_started"
    due: str | None = None
    before: bool = False
    closed: str | None = None
    handed_in: str | None = None
    label: str = ""

    def follow(self, kind: str, day: str, data: dict[str, Any]) -> None:
        moves = {
            "issue": "not_started", "progress": "in_progress", "hand_in": "handed_in", "sign_off": "done",
            "send_back": "in_progress", "reopen": "in_progress", "suspend": "suspended", "cancel": "cancelled",
        }  # fmt: skip
        if kind == "hand_in":
            self.handed_in = day
        elif kind == "sign_off":
            self.closed = self.handed_in or day
        elif kind in ("send_back", "reopen"):
            self.handed_in = self.closed = None
        self.state = moves.get(kind, self.state)
        self.correct(data.get("set", {}))

    def correct(self, changes: dict[str, Any]) -> None:
        self.due = changes.get("due_on", self.due)
        self.before = changes.get("before_issue", self.before)
        self.label = changes.get("label", self.label)

    def is_overdue(self, on: str) -> bool:
        return self.state in ("not_started", "in_progress") and not self.before and bool(self.due and self.due < on)

    def part(self, on: str) -> str:
        if self.before or not self.due or self.due > on:
            return ""
        if self.state == "done":
            finished = min(day for day in (self.handed_in, self.closed) if day)
            return "late" if finished > self.due else "on_time"
        return {"handed_in": "in_review"}.get(self.state, "overdue" if self.is_overdue(on) else "")


def judge(rows: list[Any], last_day: str = "9999", recorded: str = "9999") -> dict[int, Judged]:
    """Return every occurrence by what the raw events of a plan say, up to a day, or up to a day of recording."""
    judged: dict[int, Judged] = {}
    for row in rows:
        data = json.loads(row.data) if isinstance(row.data, str) else row.data
        if str(row.at) > recorded or (str(row.day) > last_day and "opened" not in data):
            continue
        for one in data.get("opened", ()):
            judged[one["id"]] = Judged(
                one.get("state", "not_started"), one.get("due_on"), one.get("before_issue", False),
                label=one.get("label", ""),
            )  # fmt: skip
        if row.occurrence_id in judged:
            judged[row.occurrence_id].follow(row.kind, str(row.day), data)
    return judged


def late(due: str, on: date) -> int:
    first = date.fromisoformat(due)
    return sum(is_workday(first + timedelta(days=n)) for n in range(1, (on - first).days + 1))


@dataclass
class Play:
    """The office at work: who is signed in, the dice, and what was done."""

    database: Database
    clock: Clock
    clerks: list[Office]
    leaders: dict[str, Office]
    dice: random.Random = field(default_factory=lambda: random.Random(2024))  # noqa: S311  dice, not secrets
    refused: list[str] = field(default_factory=list)
    kept: dict[date, list[tuple[Any, ...]]] = field(default_factory=dict)

    def clerk(self) -> Office:
        return self.dice.choice(self.clerks)

    def rows(self, statement: str) -> list[Any]:
        with self.database.engine.connect() as connection:
            return list(connection.execute(text(statement)))

    def open_rows(self, first: date, last: date) -> list[Any]:
        return self.rows(
            "SELECT o.id, o.key, o.state, o.due_on, o.version, o.extension, t.code, t.targets FROM occurrence o "
            "JOIN task t ON t.id = o.task_id WHERE o.before_issue IS NOT TRUE AND o.state IN "
            f"('not_started', 'in_progress', 'handed_in', 'suspended') AND o.due_on BETWEEN '{first}' AND '{last}' ORDER BY o.id"
        )

    def leader_of(self, row: Any) -> str:
        found = self.rows(
            "SELECT p.name FROM assignment a JOIN party p ON p.id = a.party_id JOIN task t ON t.item_id = a.item_id "
            "JOIN occurrence o ON o.task_id = t.id "
            f"WHERE o.id = {row.id} AND a.role = 'leader' AND a.ended_at IS NULL ORDER BY a.position"
        )
        return self.dice.choice([one.name for one in found]) if found else ""

    def act(self, who: Office, row: Any, act: str, **fields: object) -> None:
        here = f"/t/{ADDRESS}-{row.code}"
        answer = submit(who, here, act=act, occurrence=row.id, o=row.key, **fields)
        if answer not in (200, 302):
            self.refused.append(f"{row.code} {act} {answer}")


def submit(who: Office, action: str, **fields: object) -> int:
    """Post a form with the token of the session and return the status, without following."""
    if not hasattr(who, "token"):
        found = re.search(r'name="csrf_token" value="([^"]+)"', who.open("/help"))
        assert found
        who.token = found[1]  # type: ignore[attr-defined]
    return who.client.post(action, data={"csrf_token": who.token, **fields}).status_code  # type: ignore[attr-defined]


@pytest.fixture
def play(database: Database, settings: Settings) -> Play:
    clock = Clock(datetime.combine(ISSUED, time(9), OFFICE_TIME))
    app = create_app(settings, database, clock=clock)
    app.testing = True
    return open_the_year(app, database, clock)


def sign_in_clerk(app: Flask, database: Database, name: str, at: datetime) -> Office:
    """Add a clerk and sign in by the one-time link."""
    _, token = add_clerk(database, name, at)
    office = Office(app.test_client())
    assert office.submit(f"/sign-in?token={token}", "/sign-in", token=token).status_code == 200
    return office


def open_the_year(app: Flask, database: Database, clock: Clock) -> Play:
    """Import the plan through its review, name people where the document names nobody, and let everybody sign in."""
    clerks = [sign_in_clerk(app, database, name, clock.now) for name in CLERKS]
    source = (shipped("plans") / "dizhuang-2024.md").read_bytes()
    clerks[0].submit("/import", file=(io.BytesIO(source), "要点.md"))
    assert "已导入" in clerks[0].submit("/review/1", "/review/1/issue").text
    leaders = {name: enter(app, database, "person", name) for name in LEADERS}
    made = Play(database, clock, clerks, leaders)
    (main,) = made.rows("SELECT id FROM party WHERE name = '武长庚'")
    submit(clerks[0], f"/parties/{main.id}/post", post="镇长", main_leader=1)
    for code, role, names in (
        ("2-5", "leader", "武长庚"),
        ("4-1", "leader", "刘洋"),
        ("8-5", "leader", "蒋志检、武长庚"),
    ):
        submit(clerks[1], f"/t/{ADDRESS}-{code}/parties", role=role, names=names)
    submit(clerks[0], "/settings/seasons", year=2024, name="汛期", starts_on="2024-05-15", ends_on="2024-09-30")
    submit(clerks[0], f"/t/{ADDRESS}-8-5/settle", what="cells", names="东村、西村、南村", occurrence=0)
    date_what_the_document_leaves_open(made)
    return made


def date_what_the_document_leaves_open(play: Play) -> None:
    """Give two thirds of the undated tasks a day in the year, and declare the others standing duties."""
    undated = play.rows(
        "SELECT o.id, t.code FROM occurrence o JOIN task t ON t.id = o.task_id WHERE o.due_on IS NULL ORDER BY o.id"
    )
    for row in undated:
        what = "due" if play.dice.random() < 0.66 else "standing"
        day = date(2024, 5, 6) + timedelta(days=play.dice.randrange(220))
        submit(play.clerk(), f"/t/{ADDRESS}-{row.code}/settle", what=what, occurrence=row.id, due_on=day.isoformat())


def play_week(play: Play, monday: date) -> None:
    """Let a week go by: what falls due within a month is worked on, with and without luck."""
    play.clock.move_to(monday + timedelta(days=play.dice.randrange(4)))
    today = play.clock.now.date()
    for row in play.open_rows(today - timedelta(days=40), today + timedelta(days=25)):
        if play.dice.random() < 0.75:
            play_one(play, row, today)


def play_one(play: Play, row: Any, today: date) -> None:
    chance, day = play.dice.random(), (today - timedelta(days=play.dice.randrange(3))).isoformat()
    due = date.fromisoformat(str(row.due_on))
    cells = {"cells": "东村"} if row.code == "8-5" else {}
    leader = play.leader_of(row)
    if row.state == "handed_in":
        who = play.leaders[leader] if leader in play.leaders and chance < 0.6 else play.clerk()
        play.act(
            who,
            row,
            "send_back" if chance > 0.9 or chance < 0.1 else "sign_off",
            text="请补名单",
            day=today.isoformat(),
        )
    elif row.state == "suspended":
        play.act(play.clerk(), row, "reopen", text="接着办")
    elif row.extension and str(row.extension) != "null":
        act = "extension_granted" if chance < 0.6 else "extension_refused"
        play.act(play.clerk(), row, act, on_behalf_of="武长庚", text="按程序办")
    elif chance < 0.35:
        play.act(
            play.clerk(), row, "progress", text=f"{today}检查{play.dice.randrange(9)}家", day=day, times=1, **cells
        )
    elif chance < 0.45:
        play.act(
            play.clerk(),
            row,
            "chase",
            text="电话催办，答应周五前报",
            promised_on=(today + timedelta(days=3)).isoformat(),
        )
    elif chance < 0.55 and today <= due:
        play.act(
            play.clerk(), row, "extension_request", text="厂家到货晚", due_on=(due + timedelta(days=20)).isoformat()
        )
    elif chance < 0.6:
        play.act(play.clerk(), row, "suspend", text="等上级文件", on_behalf_of=leader or "武长庚")
    elif chance < 0.65:
        play.act(play.clerk(), row, "instruction", text="抓紧办", on_behalf_of=leader or "武长庚")
    else:
        play.act(play.clerk(), row, "hand_in", text="已全部完成", day=day, explained="有一处因道路施工未完成")


def revise(play: Play) -> None:
    """Bring in the document again with one date moved and one point gone."""
    source = (shipped("plans") / "dizhuang-2024.md").read_text("utf-8")
    changed = source.replace("6月底前", "9月底前", 1)
    assert changed != source
    who = play.clerks[2]
    who.submit("/import", file=(io.BytesIO(changed.encode()), "修订.md"))
    who.submit("/review/2/pairs", rest="1")
    assert "已更新" in who.submit("/review/2/pairs", "/review/2/issue").text


def hand_over(play: Play) -> None:
    (giver,) = play.rows("SELECT id FROM party WHERE name = '刘洋' AND kind = 'person'")
    done = play.clerks[1].submit(
        f"/parties/{giver.id}", f"/parties/{giver.id}/handover", successor="周新", text="刘洋调任"
    )
    assert "移交清单" in done.text and "周新" in done.text


def overdue_rows(play: Play, on: date, query: str = "") -> list[tuple[Any, ...]]:
    """Return code, name, due day and working days late, as the workbook of the overdue list has them."""
    body = play.clerks[0].client.get(f"/overdue.xlsx?on={on}{query}").data
    sheet = load_workbook(io.BytesIO(body)).worksheets[0]
    found = [row for row in sheet.iter_rows(min_row=4, values_only=True) if isinstance(row[0], int)]
    return sorted((str(row[1]), str(row[2]), str(row[5])[:10], row[6]) for row in found)


def expected_overdue(play: Play, judged: dict[int, Judged], on: date) -> list[tuple[Any, ...]]:
    names = {row.id: (row.code, row.title) for row in play.rows(
        "SELECT o.id, t.code, t.title FROM occurrence o JOIN task t ON t.id = o.task_id"
    )}  # fmt: skip
    return sorted(
        (names[key][0], f"{names[key][1]}（{one.label}）" if one.label else names[key][1], one.due, late(one.due, on))
        for key, one in judged.items()
        if one.is_overdue(on.isoformat()) and one.due
    )


def events(play: Play) -> list[Any]:
    return play.rows("SELECT number, kind, day, at, actor, occurrence_id, data FROM event ORDER BY plan_id, number")


def test_a_year_on_the_pages_is_what_its_events_say(play: Play) -> None:
    monday = date(2024, 4, 22)
    while monday < END:
        play_week(play, monday)
        if monday in (date(2024, 7, 15), date(2024, 10, 14)):
            on = play.clock.now.date()
            play.kept[on] = overdue_rows(play, on)
        if monday == date(2024, 8, 5):
            hand_over(play)
        if monday == date(2024, 9, 9):
            revise(play)
        monday += timedelta(days=7)
    play.clock.move_to(END)
    told = events(play)
    assert len(told) >= 400 and {row.actor for row in told} >= {*CLERKS, *LEADERS}, (len(told), play.refused[:20])
    assert {row.kind for row in told} >= {
        "progress", "chase", "hand_in", "sign_off", "send_back", "extension_request", "extension_granted",
        "extension_refused", "suspend", "reopen", "instruction", "reassign", "settle", "correct",
    }  # fmt: skip
    judged = judge(told)
    assert overdue_rows(play, END) == expected_overdue(play, judged, END)
    totals_agree(play, judged, END)
    past_days_agree(play, told)
    assert all(result.is_whole for result in verify(play.database)) and rebuild(play.database, NOON) == 0
    forge(play.database, "UPDATE event SET text = text || '。' WHERE number = 333")
    assert [result.broken for result in verify(play.database)] == [333]


def totals_agree(play: Play, judged: dict[int, Judged], on: date) -> None:
    parts = [part for one in judged.values() if (part := one.part(on.isoformat()))]
    page = play.clerks[0].open(f"/overdue?on={on}")
    for label, count in (
        ("到期应办", len(parts)),
        ("按期办结", parts.count("on_time")),
        ("逾期后办结", parts.count("late")),
        ("逾期未办", parts.count("overdue")),
    ):
        assert f"{label}<b>{count}</b>" in page, label


def past_days_agree(play: Play, told: list[Any]) -> None:
    """A list kept on its day is the same asked for in December; by what happened, it is what the second judge finds."""
    for on, kept in play.kept.items():
        assert overdue_rows(play, on, "&as_recorded=1") == kept
        assert overdue_rows(play, on) == expected_overdue(play, judge(told, last_day=on.isoformat()), on)

"""Feeds carry the right days, keep their UIDs, and stop when revoked."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date, timedelta

import pytest
from icalendar import Calendar

from planner.core.status import Act
from planner.errors import Invalid, NotFound
from planner.services.feeding import read_feed
from planner.services.importing import Imported
from planner.services.scheduling import set_due
from planner.services.subscribing import Wish, revoke, subscribe
from planner.services.tracking import Said, record
from planner.store import feeds, people, queries
from planner.store.database import Database
from tests.conftest import NOON

BASE = "https://plan.example.gov.cn"


def events(body: bytes) -> dict[str, tuple[date, int, str]]:
    found = Calendar.from_ical(body).walk("VEVENT")
    return {str(e["UID"]): (e.decoded("DTSTART"), int(e.decoded("SEQUENCE")), str(e["SUMMARY"])) for e in found}


@pytest.fixture
def leader_feed(database: Database, imported: Imported) -> str:
    with database.read() as session:
        party = people.party_named(session, "person", "王建国")
    assert party is not None
    return subscribe(database, Wish("party", party_id=party.id), NOON)


def test_a_leaders_feed_has_the_leaders_days(database: Database, leader_feed: str) -> None:
    feed = read_feed(database, leader_feed, NOON, BASE)
    days = sorted(day for day, _, _ in events(feed.body).values())
    assert days == [date(2024, 6, 30), date(2024, 7, 10), date(2024, 9, 30), date(2024, 12, 31)]
    assert "X-WR-CALNAME:王建国 重点工作" in feed.body.decode()
    assert feed.body == read_feed(database, leader_feed, NOON + timedelta(hours=3), BASE).body


def test_a_moved_date_keeps_the_uid_and_counts_up(database: Database, leader_feed: str) -> None:
    before = events(read_feed(database, leader_feed, NOON, BASE).body)
    uid = next(uid for uid, (day, _, _) in before.items() if day == date(2024, 7, 10))
    with database.read() as session:
        (plan,) = queries.current_plans(session)
        row = next(row for row in queries.occurrences_in(session, [plan]) if row.uid == uid)
    set_due(database, row.id, date(2024, 7, 20), Said("王文员", NOON, NOON.date(), "等文件", on_behalf_of="王建国"))
    after = events(read_feed(database, leader_feed, NOON, BASE).body)
    assert after[uid][:2] == (date(2024, 7, 20), 1)
    assert {key: value for key, value in after.items() if key != uid} == {
        key: value for key, value in before.items() if key != uid
    }


def test_a_done_one_is_ticked_for_thirty_days(database: Database, leader_feed: str) -> None:
    with database.read() as session:
        (plan,) = queries.current_plans(session)
        row = next(row for row in queries.occurrences_in(session, [plan]) if row.due_on == date(2024, 7, 10))
    said = Said("王文员", NOON, NOON.date(), "收割机已检查")
    record(database, row.id, Act.HAND_IN, said)
    record(database, row.id, Act.SIGN_OFF, said)
    assert events(read_feed(database, leader_feed, NOON, BASE).body)[row.uid][2].startswith("✅ ")
    assert row.uid not in events(read_feed(database, leader_feed, NOON + timedelta(days=31), BASE).body)


def test_a_plan_feed_holds_every_dated_occurrence(database: Database, imported: Imported) -> None:
    with database.read() as session:
        plan = queries.plan_at(session, imported.address)
        dated = [row for row in queries.occurrences_in(session, [plan]) if row.due_on and not row.before_issue]
    token = subscribe(database, Wish("plan", plan_id=plan.id), NOON)
    assert set(events(read_feed(database, token, NOON, BASE).body)) == {row.uid for row in dated}


def test_wrong_and_revoked_tokens_are_not_found(database: Database, leader_feed: str) -> None:
    with pytest.raises(NotFound):
        read_feed(database, leader_feed + "x", NOON, BASE)
    with database.read() as session:
        (feed,) = feeds.feeds(session)
    assert leader_feed not in feed.token_hash
    revoke(database, feed.id, NOON)
    with pytest.raises(NotFound):
        read_feed(database, leader_feed, NOON, BASE)


def test_three_processes_write_the_same_bytes(database: Database, leader_feed: str) -> None:
    script = (
        "import sys; from datetime import datetime; from planner.services.feeding import read_feed;"
        "from planner.store.database import Database;"
        "sys.stdout.buffer.write(read_feed(Database(sys.argv[1]), sys.argv[2], datetime.fromisoformat(sys.argv[3]), sys.argv[4]).body)"
    )
    url = database.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-W", "ignore", "-c", script, url, leader_feed, NOON.isoformat(), BASE]
    bodies = {
        subprocess.run(command, capture_output=True, check=True, env={**os.environ, "PYTHONHASHSEED": seed}).stdout
        for seed in ("0", "1", "2")
    }
    assert bodies == {read_feed(database, leader_feed, NOON, BASE).body}


def test_only_known_things_can_be_subscribed(database: Database, imported: Imported) -> None:
    with pytest.raises(Invalid):
        subscribe(database, Wish("office"), NOON)
    with pytest.raises(NotFound):
        subscribe(database, Wish("party", party_id=999_999), NOON)

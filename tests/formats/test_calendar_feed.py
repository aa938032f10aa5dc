"""The feed as independent readers see it, and as its bytes stand."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import icalendar
import pytest
import recurring_ical_events
from hypothesis import given
from hypothesis import strategies as st

from planner.formats.calendar_feed import FeedEvent, calendar, etag, summary

ROOT = Path(__file__).parents[2]
CHANGED = datetime(2024, 4, 17, 1, 30, tzinfo=UTC)
EVENT = FeedEvent(
    uid="occurrence-17@planner",
    title="2 专职安全员培训考核",
    due_on=date(2024, 6, 30),
    description="6月底前，对专职安全员进行培训考核。\n最后一个工作日：6月28日（周五）",
    url="https://planner.example/tasks/17?from=feed;a,b",
    sequence=3,
    changed_at=CHANGED,
)


def _read(body: bytes) -> Any:
    return icalendar.Calendar.from_ical(body)


def _event(body: bytes) -> Any:
    (event,) = _read(body).walk("VEVENT")
    return event


def _unfolded(body: bytes) -> list[str]:
    return body.decode().replace("\r\n ", "").split("\r\n")


def test_an_event_is_its_whole_day_and_no_other() -> None:
    event = _event(calendar("计划", [EVENT]))
    assert event.decoded("dtstart") == date(2024, 6, 30)
    assert event.decoded("dtend") == date(2024, 7, 1)
    assert event["transp"] == "TRANSPARENT"


def test_it_carries_the_record_and_nothing_of_the_clock() -> None:
    event = _event(calendar("计划", [EVENT]))
    assert event["uid"] == EVENT.uid
    assert event["sequence"] == 3
    assert event.decoded("dtstamp") == event.decoded("last-modified") == CHANGED
    assert str(event["description"]) == EVENT.description
    assert str(event["url"]) == EVENT.url
    assert "VALARM" not in {part.name for part in event.walk()}


def test_another_zone_is_written_as_utc() -> None:
    shanghai = CHANGED.astimezone(timezone(timedelta(hours=8)))
    assert calendar("计划", [replace(EVENT, changed_at=shanghai)]) == calendar("计划", [EVENT])


def test_the_calendar_names_itself_and_how_often_to_look() -> None:
    lines = _unfolded(calendar("刘洋, 的事项", []))
    assert lines == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Planner//Work plan deadlines//ZH",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "NAME:刘洋\\, 的事项",
        "X-WR-CALNAME:刘洋\\, 的事项",
        "X-WR-TIMEZONE:Asia/Shanghai",
        "REFRESH-INTERVAL;VALUE=DURATION:PT4H",
        "X-PUBLISHED-TTL:PT4H",
        "END:VCALENDAR",
        "",
    ]


def test_an_empty_feed_is_a_calendar() -> None:
    assert _read(calendar("空", [])).walk("VEVENT") == []


def test_a_reader_of_days_finds_it_on_its_day_only() -> None:
    found = recurring_ical_events.of(_read(calendar("计划", [EVENT])))
    assert len(found.at(date(2024, 6, 30))) == 1
    assert found.at(date(2024, 6, 29)) == []
    assert found.at(date(2024, 7, 1)) == []


def test_done_ones_are_ticked() -> None:
    assert summary(replace(EVENT, done=True)) == "✅ 2 专职安全员培训考核"


@pytest.mark.parametrize("done", [False, True])
@pytest.mark.parametrize(("length", "cut"), [(28, False), (31, True), (200, True)])
def test_a_title_has_at_most_thirty_characters(length: int, cut: bool, done: bool) -> None:
    title = summary(replace(EVENT, title="字" * length, done=done))
    assert len(title) <= 30
    assert title.endswith("…") is cut


def test_a_title_is_one_line_and_never_empty() -> None:
    assert summary(replace(EVENT, title="第1条\r\n培训")) == "第1条 培训"
    assert summary(replace(EVENT, title=" \x00 ")) == "未命名事项"


def test_an_alarm_rings_at_nine_and_stands_after_the_properties() -> None:
    lines = _unfolded(calendar("计划", [EVENT], alarm=True))
    start = lines.index("BEGIN:VALARM")
    assert lines[start:-2] == [
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "DESCRIPTION:2 专职安全员培训考核",
        "TRIGGER:PT9H",
        "END:VALARM",
        "END:VEVENT",
    ]


def test_no_address_no_property() -> None:
    assert "url" not in _event(calendar("计划", [replace(EVENT, url="")]))


def test_order_of_events_does_not_matter() -> None:
    events = [replace(EVENT, uid=f"{n}@planner", due_on=date(2024, 6, 1 + n % 3)) for n in range(9)]
    body = calendar("计划", events)
    assert calendar("计划", reversed(events)) == body
    days = [event.decoded("dtstart") for event in _read(body).walk("VEVENT")]
    assert days == sorted(days)


def test_the_tag_follows_the_bytes() -> None:
    body = calendar("计划", [EVENT])
    assert etag(body) == etag(calendar("计划", [EVENT]))
    assert etag(body) != etag(calendar("计划", [replace(EVENT, sequence=4)]))
    assert etag(body).startswith('"')
    assert etag(body).endswith('"')


texts = st.text(max_size=120)


@st.composite
def _events(draw: st.DrawFn) -> FeedEvent:
    return replace(
        EVENT,
        title=draw(texts),
        description=draw(texts),
        uid=draw(st.uuids()).hex,
        due_on=draw(st.dates(date(2000, 1, 1), date(2099, 12, 30))),
        done=draw(st.booleans()),
    )


@given(texts, st.lists(_events(), max_size=4), st.booleans())
def test_whatever_the_words_the_feed_is_well_formed(name: str, events: list[FeedEvent], alarm: bool) -> None:
    body = calendar(name, events, alarm=alarm)
    assert body.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in body.replace(b"\r\n", b"")
    for line in body.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()  # no character is cut
    read = {str(event["uid"]): event for event in _read(body).walk("VEVENT")}
    assert set(read) == {event.uid for event in events}
    for event in events:
        assert str(read[event.uid]["summary"]) == summary(event)
        assert read[event.uid].decoded("dtstart") == event.due_on


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=300))
def test_a_description_comes_back_as_it_was(text: str) -> None:
    event = _event(calendar("计划", [replace(EVENT, description=text)]))
    assert str(event["description"]) == text


PROGRAM = """
import sys
from datetime import UTC, date, datetime
from planner.formats.calendar_feed import FeedEvent, calendar
changed = datetime(2024, 4, 17, tzinfo=UTC)
events = {FeedEvent(f"{n}@planner", f"{n} 事项", date(2024, 6, n), "说明", "https://x.example", 0, changed)
          for n in range(1, 20)}
sys.stdout.buffer.write(calendar("计划", events, alarm=True))
"""


def _bodies() -> Iterator[bytes]:
    for seed in ("0", "1", "4711"):
        environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        yield subprocess.run([sys.executable, "-c", PROGRAM], env=environment, capture_output=True, check=True).stdout


def test_the_same_bytes_in_every_process() -> None:
    first, *others = _bodies()
    assert first.count(b"BEGIN:VEVENT") == 19
    assert others == [first, first]

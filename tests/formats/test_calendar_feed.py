"""The feed as independent readers see it, and as its bytes stand."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise
from pathlib import Path
from typing import Any

import icalendar
import pytest
import recurring_ical_events
import vobject
from hypothesis import given
from hypothesis import strategies as st

from planner.formats.calendar_feed import LINE_OCTETS, FeedEvent, early, etag, modelled, summary, written
from tests.feeds import calendar

ROOT = Path(__file__).parents[2]
SHANGHAI = timezone(timedelta(hours=8))
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
    assert calendar("计划", [replace(EVENT, changed_at=CHANGED.astimezone(SHANGHAI))]) == calendar("计划", [EVENT])


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
    assert etag([body]) == etag([calendar("计划", [EVENT])])
    assert etag([body]) != etag([calendar("计划", [replace(EVENT, sequence=4)])])
    assert etag([body]).startswith('"')
    assert etag([body]).endswith('"')


def test_the_period_stays_behind_a_title_that_is_cut() -> None:
    event = replace(EVENT, title="12-1 " + "字" * 40, ending="（第二季度）")
    assert summary(event) == "12-1 " + "字" * 18 + "…（第二季度）"
    assert summary(replace(event, title="12-1 培训")) == "12-1 培训（第二季度）"
    assert len(summary(replace(event, ending="（" + "长" * 40 + "）"))) == 30


def test_an_event_seven_days_early_is_another_event_with_a_name_of_its_own() -> None:
    before = early(EVENT, 7)
    read = {str(event["uid"]): event for event in _read(calendar("计划", [EVENT, before])).walk("VEVENT")}
    assert set(read) == {EVENT.uid, f"early-7-{EVENT.uid}"}
    assert read[before.uid].decoded("dtstart") == date(2024, 6, 23)
    assert str(read[before.uid]["summary"]) == "提前7天 2 专职安全员培训考核"
    assert early(replace(EVENT, due_on=date(2025, 1, 1)), 7).uid == before.uid, "whatever the date"


texts = st.text(max_size=120)


@st.composite
def _events(draw: st.DrawFn) -> FeedEvent:
    return replace(
        EVENT,
        title=draw(texts),
        description=draw(texts),
        ending=draw(st.text(max_size=12)),
        url=draw(st.text(max_size=200)),
        uid=draw(st.uuids()).hex,
        due_on=draw(st.dates(date(2000, 1, 1), date(2099, 12, 30))),
        changed_at=CHANGED.astimezone(SHANGHAI) + timedelta(seconds=draw(st.integers(-(10**9), 10**9))),
        sequence=draw(st.integers(0, 10**6)),
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


@given(_events(), st.booleans())
def test_an_event_is_written_as_the_package_writes_it(event: FeedEvent, alarm: bool) -> None:
    unfolded = written(event, alarm=alarm).decode().replace("\r\n ", "")
    assert unfolded == "".join(f"{line}\r\n" for line in modelled(event, alarm=alarm))


@given(st.lists(st.sampled_from("a,é字🎋;\\"), max_size=200).map("".join))
def test_long_lines_are_cut_as_late_as_they_can_be(text: str) -> None:
    lines = written(replace(EVENT, description=text), alarm=False).split(b"\r\n")
    for line, next_line in pairwise(lines):
        if next_line.startswith(b" "):
            first = next_line.decode()[1].encode()
            assert len(line) <= LINE_OCTETS < len(line) + len(first)


WORDS = ["防汛，值守；到岗", "a;b,c\\d", "两行\n三行", "🎋" * 40, "原文：" + "汉字" * 60]


def _varied() -> list[FeedEvent]:
    return [
        replace(EVENT, uid=f"{place}@planner", description=words, due_on=date(2024, 2, 26) + timedelta(days=place))
        for place, words in enumerate(WORDS)
    ]


@pytest.mark.parametrize("alarm", [False, True])
def test_vobject_reads_the_same(alarm: bool) -> None:
    read = vobject.readOne(calendar("计划", _varied(), alarm=alarm).decode())
    assert read.x_wr_calname.value == "计划"
    assert [event.description.value for event in read.vevent_list] == WORDS
    days = [(event.dtstart.value, event.dtend.value) for event in read.vevent_list]
    assert days[3] == (date(2024, 2, 29), date(2024, 3, 1))
    assert [len(event.contents.get("valarm", ())) for event in read.vevent_list] == [int(alarm)] * len(WORDS)


READ_BY_ICAL_JS = """
const loaded = require(process.argv[1]);
const ICAL = loaded.default || loaded;
const calendar = new ICAL.Component(ICAL.parse(require("fs").readFileSync(0, "utf8")));
const events = calendar.getAllSubcomponents("vevent").map((one) => new ICAL.Event(one));
console.log(JSON.stringify(events.map((one) => ({
  uid: one.uid, summary: one.summary, description: one.description, sequence: one.sequence,
  start: one.startDate.toString(), end: one.endDate.toString(), whole: one.startDate.isDate,
  alarms: one.component.getAllSubcomponents("valarm").length,
}))));
"""


@pytest.mark.parametrize("alarm", [False, True])
def test_ical_js_reads_the_same(alarm: bool) -> None:
    node, package = shutil.which("node"), os.environ.get("PLANNER_TEST_ICAL_JS", "")
    if not node or not package:
        pytest.skip("node, or the folder of ical.js in PLANNER_TEST_ICAL_JS, is not there")
    body = calendar("计划", _varied(), alarm=alarm)
    done = subprocess.run([node, "-e", READ_BY_ICAL_JS, package], input=body, capture_output=True, check=True)
    read = json.loads(done.stdout)
    assert [event["description"] for event in read] == WORDS
    assert read[3] == {
        "uid": "3@planner",
        "summary": "2 专职安全员培训考核",
        "description": WORDS[3],
        "sequence": 3,
        "start": "2024-02-29",
        "end": "2024-03-01",
        "whole": True,
        "alarms": int(alarm),
    }


def test_the_last_day_of_a_year_and_of_a_leap_february_end_on_the_next_day() -> None:
    for day, next_day in ((date(2024, 12, 31), date(2025, 1, 1)), (date(2024, 2, 29), date(2024, 3, 1))):
        event = _event(calendar("计划", [replace(EVENT, due_on=day)]))
        assert (event.decoded("dtstart"), event.decoded("dtend")) == (day, next_day)


PROGRAM = """
import sys
from datetime import UTC, date, datetime
from planner.formats.calendar_feed import FeedEvent
from tests.feeds import calendar
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

"""Each rule of a feed, broken once; and that our own feeds break none."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.formats.calendar_feed import FeedEvent, early
from planner.formats.feed_rules import MOST_FAULTS, SHOWN, Answer, check_answers, check_feed, in_brief
from tests.feeds import calendar

EVENT = FeedEvent(
    uid="1@planner",
    title="12-1 培训，考核；汇报",
    due_on=date(2024, 6, 30),
    description="原文：每季度开展一次风险辨识，" * 6 + "\n办理：https://plan.example.gov.cn/t/2024-12-1",
    url="https://plan.example.gov.cn/t/2024-12-1?o=Q2",
    sequence=0,
    changed_at=datetime(2024, 4, 17, tzinfo=UTC),
)
GOOD = calendar("计划", [EVENT, replace(EVENT, uid="2@planner"), early(EVENT, 7)]).decode()


def rules(text: str | bytes, *, alarm: bool = False) -> list[tuple[int, str]]:
    octets = text if isinstance(text, bytes) else text.encode()
    return [(fault.line, fault.rule) for fault in check_feed(octets, alarm=alarm)]


def test_our_own_feeds_keep_every_rule() -> None:
    assert rules(GOOD) == []
    assert rules(calendar("空", [])) == []
    assert rules(calendar("铃", [EVENT], alarm=True), alarm=True) == []


@given(st.text(max_size=80), st.text(max_size=80), st.booleans())
def test_our_own_feeds_keep_every_rule_whatever_the_words(title: str, description: str, done: bool) -> None:
    event = replace(EVENT, title=title, description=description, done=done)
    assert rules(calendar(f"计划{title}", [event, early(event, 7)])) == []


BROKEN = [
    ("VERSION:2.0\r\n", "", "VERSION"),
    ("VERSION:2.0", "VERSION:1.0", "VERSION"),
    ("PRODID:-//Planner//Work plan deadlines//ZH\r\n", "", "PRODID"),
    ("CALSCALE:GREGORIAN\r\n", "", "CALSCALE"),
    ("METHOD:PUBLISH", "METHOD:REQUEST", "METHOD"),
    ("\r\nNAME:计划", "", "NAME"),
    ("X-WR-CALNAME:计划\r\n", "", "X-WR-CALNAME"),
    ("X-WR-TIMEZONE:Asia/Shanghai\r\n", "", "X-WR-TIMEZONE"),
    ("REFRESH-INTERVAL;VALUE=DURATION:PT4H\r\n", "", "REFRESH-INTERVAL"),
    ("REFRESH-INTERVAL;VALUE=DURATION", "REFRESH-INTERVAL", "duration"),
    ("X-PUBLISHED-TTL:PT4H", "X-PUBLISHED-TTL:P4H", "duration"),
    ("X-PUBLISHED-TTL:PT4H\r\n", "", "X-PUBLISHED-TTL"),
    ("UID:2@planner", "UID:1@planner", "uid"),
    ("UID:2@planner\r\n", "", "uid"),
    ("DTSTAMP:20240417T000000Z\r\n", "", "dtstamp"),
    ("DTSTAMP:20240417T000000Z", "DTSTAMP:20240417T000000", "dtstamp"),
    ("DTSTART;VALUE=DATE:20240630", "DTSTART:20240630T090000Z", "dtstart"),
    ("DTSTART;VALUE=DATE:20240630", "DTSTART;VALUE=DATE:20240631", "dtstart"),
    ("DTSTART;VALUE=DATE:20240630\r\n", "", "dtstart"),
    ("DTEND;VALUE=DATE:20240701\r\n", "", "dtend"),
    ("DTEND;VALUE=DATE:20240701", "DTEND;VALUE=DATE:20240630", "dtend"),
    ("TRANSP:TRANSPARENT\r\n", "", "transp"),
    ("TRANSP:TRANSPARENT", "TRANSP:OPAQUE", "transp"),
    ("SEQUENCE:0\r\n", "", "sequence"),
    ("SEQUENCE:0", "SEQUENCE:一", "sequence"),
    ("SEQUENCE:0\r\n", "SEQUENCE:0\r\nSEQUENCE:1\r\n", "twice"),
    ("SUMMARY:12-1", "SUMMARY:12-1 " + "很长" * 9, "summary"),
    ("TRANSP:TRANSPARENT\r\n", "TRANSP:TRANSPARENT\r\nRRULE:FREQ=MONTHLY\r\n", "rrule"),
    ("END:VCALENDAR", "BEGIN:VTODO\r\nUID:3\r\nEND:VTODO\r\nEND:VCALENDAR", "vtodo"),
    ("END:VEVENT", "BEGIN:VALARM\r\nEND:VALARM\r\nEND:VEVENT", "alarm"),
    ("培训，", "培训,", "escape"),
    ("培训，", "培训\\x", "escape"),
    ("培训，", "培训\x07", "control"),
    ("TRANSP:TRANSPARENT", "TRANSP TRANSPARENT", "malformed"),
    ("END:VEVENT", "END:VTODO", "nesting"),
    ("END:VCALENDAR\r\n", "", "nesting"),
    ("END:VCALENDAR\r\n", "END:VCALENDAR\r\nNAME:外面\r\n", "nesting"),
    ("END:VCALENDAR\r\n", "END:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VEVENT\r\n", "nesting"),
    ("BEGIN:VEVENT\r\n", "\r\nBEGIN:VEVENT\r\n", "empty-line"),
    ("BEGIN:VEVENT\r\n", "BEGIN:VEVENT\n", "crlf"),
]


@pytest.mark.parametrize(("old", "new", "rule"), BROKEN)
def test_each_broken_rule_is_told(old: str, new: str, rule: str) -> None:
    assert old in GOOD
    place = GOOD.rindex(old)
    broken = GOOD[:place] + new + GOOD[place + len(old) :]
    told = rules(broken)
    assert rule in [name for _, name in told]
    assert all(line >= 1 for line, _ in told)


def test_the_line_told_is_that_of_the_file() -> None:
    lines = GOOD.split("\r\n")
    place = next(number for number, line in enumerate(lines, start=1) if line.startswith("SEQUENCE"))
    assert rules(GOOD.replace("SEQUENCE:0", "SEQUENCE:x", 1)) == [(place, "sequence")]


def test_a_missing_last_line_break_a_byte_order_mark_and_a_long_line_are_told() -> None:
    assert "final-crlf" in [rule for _, rule in rules(GOOD.removesuffix("\r\n"))]
    assert rules(b"\xef\xbb\xbf" + GOOD.encode()) == [(1, "bom")]
    assert rules(GOOD.replace("X-WR-CALNAME:计划", "X-WR-CALNAME:" + "划" * 30)) == [(7, "folding")]


def test_a_character_cut_by_folding_is_told_in_both_lines() -> None:
    cut = GOOD.encode().replace("X-WR-CALNAME:计划".encode(), b"X-WR-CALNAME:\xe8\xae\r\n \xa1")
    assert [rule for _, rule in rules(cut)] == ["cut-character", "cut-character"]


def test_events_out_of_order_are_told_once() -> None:
    first, second = replace(EVENT, uid="a"), replace(EVENT, uid="b", due_on=date(2024, 7, 1))
    body = calendar("计划", [first, second]).decode()
    head, one, two = body.split("BEGIN:VEVENT")
    two, tail = two.split("END:VCALENDAR")
    turned = f"{head}BEGIN:VEVENT{two}BEGIN:VEVENT{one}END:VCALENDAR{tail}"
    assert [rule for _, rule in rules(turned)] == ["order"]


def test_the_last_day_there_is_has_no_next_one() -> None:
    last = GOOD.replace("DTSTART;VALUE=DATE:20240630", "DTSTART;VALUE=DATE:99991231")
    assert {"dtend"} <= {rule for _, rule in rules(last)}


def test_of_very_many_faults_most_are_only_counted() -> None:
    faults = check_feed(b"BEGIN:VCALENDAR\r\n" + b"x\n" * (MOST_FAULTS + 100) + b"END:VCALENDAR\r\n")
    malformed = [fault for fault in faults if fault.rule == "malformed"]
    assert len(malformed) == MOST_FAULTS and malformed[-1].more == 100
    told = [line for line in in_brief(faults) if "看不懂这一行" in line]
    assert len(told) == SHOWN and told[-1].endswith(f"（同样的还有 {MOST_FAULTS + 100 - SHOWN} 处）")


def test_what_is_told_steers_no_terminal() -> None:
    odd = "BEGIN:VCALENDAR\r\n\x1b]0;x\x07\x9b31m\u202e日历\u3000\r\nEND:VCALENDAR\r\n"
    told = in_brief(check_feed(odd.encode()))
    assert any("]0;x31m日历\u3000" in line for line in told)
    assert all(one.isprintable() or one == "\u3000" for line in told for one in line)


def test_what_is_no_calendar_gets_one_sentence() -> None:
    (fault,) = check_feed(b"<!doctype html><title>x</title>")
    assert "网页" in fault.message and fault.line == 1
    assert [rule for _, rule in rules(b"")] == ["no-calendar"]


OTHER = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Other//EN
BEGIN:VEVENT
UID:x
DTSTAMP:20240101T000000Z
DTSTART;TZID=Asia/Shanghai:20240101T090000
DTEND;TZID=Asia/Shanghai:20240101T100000
RRULE:FREQ=WEEKLY
SUMMARY:Meeting, weekly
END:VEVENT
END:VCALENDAR
"""


def test_a_feed_of_another_program_is_told_what_phones_miss() -> None:
    told = {rule for _, rule in rules(OTHER)}
    assert {"crlf", "METHOD", "X-WR-CALNAME", "X-PUBLISHED-TTL", "dtstart", "rrule", "escape", "transp"} <= told
    assert all(fault.message.endswith(("。", "试。")) for fault in check_feed(OTHER.encode()))


@given(st.binary(max_size=400))
def test_any_octets_are_answered(octets: bytes) -> None:
    assert check_feed(octets)
    check_feed(b"BEGIN:VCALENDAR\r\n" + octets)


HEADERS = {"content-type": "text/calendar; charset=utf-8", "etag": '"1"', "last-modified": "x"}
FINE, UNCHANGED = Answer(200, HEADERS), Answer(304, HEADERS)


def test_a_feed_served_as_it_should_be_has_no_fault() -> None:
    assert check_answers(FINE, UNCHANGED, FINE) == []


@pytest.mark.parametrize(
    ("got", "again", "head", "words"),
    [
        (Answer(200, {**HEADERS, "content-type": "text/html"}), UNCHANGED, FINE, "Content-Type"),
        (Answer(200, {**HEADERS, "content-type": "text/calendar"}), UNCHANGED, FINE, "charset"),
        (Answer(200, {**HEADERS, "set-cookie": "a=b"}), UNCHANGED, FINE, "Cookie"),
        (Answer(200, {**HEADERS, "content-disposition": "attachment"}), UNCHANGED, FINE, "Content-Disposition"),
        (Answer(200, {k: v for k, v in HEADERS.items() if k != "etag"}), FINE, FINE, "没有 ETag"),
        (Answer(200, {k: v for k, v in HEADERS.items() if k != "last-modified"}), UNCHANGED, FINE, "Last-Modified"),
        (FINE, FINE, FINE, "304"),
        (FINE, UNCHANGED, Answer(405, {}), "HEAD"),
    ],
)
def test_each_fault_of_serving_is_told(got: Answer, again: Answer, head: Answer, words: str) -> None:
    (fault,) = check_answers(got, again, head)
    assert words in fault.message and fault.line == 0

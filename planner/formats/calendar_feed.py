"""Deadlines as an iCalendar feed (RFC 5545), the same bytes for the same facts in every process.

The ``ics`` package is the model of an event. What it leaves undone is put right in this one place: order, DTEND of a
one-day event, SEQUENCE, an address that is not text and so not escaped, folding, line ends. Nothing is read from the
clock: DTSTAMP is the moment the record last changed, so that an unchanged feed keeps its ETag.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from ics import Event
from ics.alarm import DisplayAlarm
from ics.grammar.parse import ContentLine
from ics.utils import escape_string

PRODUCT = "-//Planner//Work plan deadlines//ZH"
REFRESH = "PT4H"
"""Not ``P4H``, which breaks the import on some phones."""
ALARM_AT = timedelta(hours=9)
SUMMARY_LENGTH = 30
LINE_OCTETS = 75
DONE_MARK = "✅ "
UNTITLED = "未命名事项"

_CRLF = "\r\n"
_LINE_BREAK = re.compile("\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1b\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class FeedEvent:
    """One occurrence on its due day; ``uid`` never changes, ``sequence`` grows with each change of date.

    ``changed_at`` is aware: the moment the record last changed. ``title`` is the number and a short title.
    """

    uid: str
    title: str
    due_on: date
    description: str
    url: str
    sequence: int
    changed_at: datetime
    done: bool = False


def calendar(name: str, events: Iterable[FeedEvent], *, alarm: bool = False) -> bytes:
    """Return the feed called *name*, sorted by day and uid; with *alarm*, each event rings at nine on its day."""
    lines = ["BEGIN:VCALENDAR", *_head(name)]
    for event in sorted(events, key=lambda event: (event.due_on, event.uid)):
        lines += _lines(event, alarm=alarm)
    lines.append("END:VCALENDAR")
    return b"".join(_folded(line) for line in lines)


def etag(body: bytes) -> str:
    """Return the strong entity tag of *body*, quotes included (RFC 9110, 8.8.3)."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def _head(name: str) -> Iterator[str]:
    title = escape_string(_one_line(name))
    yield "VERSION:2.0"
    yield f"PRODID:{PRODUCT}"
    yield "CALSCALE:GREGORIAN"
    yield "METHOD:PUBLISH"
    yield f"NAME:{title}"
    yield f"X-WR-CALNAME:{title}"
    yield "X-WR-TIMEZONE:Asia/Shanghai"
    yield f"REFRESH-INTERVAL;VALUE=DURATION:{REFRESH}"
    yield f"X-PUBLISHED-TTL:{REFRESH}"


def _lines(event: FeedEvent, *, alarm: bool) -> list[str]:
    *properties, end = _model(event).serialize().split(_CRLF)
    if alarm:  # after the properties; the package would write it, but with a warning
        properties += DisplayAlarm(trigger=ALARM_AT, display_text=summary(event)).serialize().split(_CRLF)
    return [*properties, end]


def _model(event: FeedEvent) -> Event:
    """Build the event; an ISO date and not a moment, or a reader west of us would see it a day early."""
    changed = event.changed_at.astimezone(UTC)
    model = Event(
        name=summary(event),
        begin=event.due_on.isoformat(),
        uid=escape_string(_one_line(event.uid)),
        description=_clean(event.description),
        created=changed,
        last_modified=changed,
        transparent=True,
    )
    model.make_all_day()
    model.extra.extend(_extra(event))
    return model


def _extra(event: FeedEvent) -> Iterator[ContentLine]:
    next_day = event.due_on + timedelta(days=1)
    yield ContentLine("DTEND", {"VALUE": ["DATE"]}, f"{next_day:%Y%m%d}")
    yield ContentLine("SEQUENCE", value=str(event.sequence))
    if url := "".join(_one_line(event.url).split()):
        yield ContentLine("URL", value=url)


def summary(event: FeedEvent) -> str:
    """Return the line a calendar shows: at most thirty characters, the mark of a done one among them."""
    mark = DONE_MARK if event.done else ""
    title = _one_line(event.title) or UNTITLED
    room = SUMMARY_LENGTH - len(mark)
    return mark + (title if len(title) <= room else title[: room - 1] + "…")


def _clean(text: str) -> str:
    """Leave out what no calendar may carry; every kind of line break becomes the one that is escaped."""
    return _CONTROL.sub("", _LINE_BREAK.sub("\n", text))


def _one_line(text: str) -> str:
    return _clean(text).replace("\n", " ").strip()


def _folded(line: str) -> bytes:
    """Return the line in pieces of at most 75 octets, none of which cuts a character (RFC 5545, 3.1)."""
    pieces = [b""]
    for character in line:
        octets = character.encode()
        if len(pieces[-1]) + len(octets) > LINE_OCTETS:
            pieces.append(b" ")
        pieces[-1] += octets
    return b"\r\n".join(pieces) + b"\r\n"

"""Deadlines as an iCalendar feed (RFC 5545), the same bytes for the same facts in every process.

The ``ics`` package is the model of an event. What it leaves undone is put right in this one place: order, DTEND of a
one-day event, SEQUENCE, an address that is not text and so not escaped, folding, line ends. Nothing is read from the
clock: DTSTAMP is the moment the record last changed, so that an unchanged feed keeps its ETag.

The package takes 0.2 ms for an event. So it writes each kind of event once, with names in braces where the words of an
event go, and these forms are filled in: a test of random events shows that the text is the one the package writes.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ics import Event
    from ics.grammar.parse import ContentLine

PRODUCT = "-//Planner//Work plan deadlines//ZH"
REFRESH = "PT4H"
"""Not ``P4H``, which breaks the import on some phones."""
ALARM_AT = timedelta(hours=9)
SUMMARY_LENGTH = 30
LINE_OCTETS = 75
DONE_MARK = "✅ "
UNTITLED = "未命名事项"
END = b"END:VCALENDAR\r\n"

_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})
"""RFC 5545, 3.3.11."""
_CRLF = "\r\n"
_LINE_BREAK = re.compile("\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1b\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class FeedEvent:
    """One occurrence on its due day; ``uid`` never changes, ``sequence`` grows with each change of date.

    ``changed_at`` is aware: the moment the record last changed. ``title`` is the number and a short title, cut where it
    is long; ``ending`` (the period) stays behind it.
    """

    uid: str
    title: str
    due_on: date
    description: str
    url: str
    sequence: int
    changed_at: datetime
    done: bool = False
    ending: str = ""


def opening(name: str) -> bytes:
    """Return what stands before the events of the feed called *name*; :data:`END` stands after them."""
    return b"".join(_folded(line) for line in ("BEGIN:VCALENDAR", *_head(name)))


def early(event: FeedEvent, days: int) -> FeedEvent:
    """Return the event that stands *days* before the due day, with a UID of its own that never changes either."""
    return replace(
        event,
        uid=f"early-{days}-{event.uid}",
        title=f"提前{days}天 {event.title}",
        due_on=event.due_on - timedelta(days=days),
    )


def etag(parts: Iterable[bytes]) -> str:
    """Return the strong entity tag of a body by its opening and the digests of its days, quotes included (RFC 9110, 8.8.3)."""
    return f'"{hashlib.sha256(b"".join(parts)).hexdigest()[:32]}"'


def _head(name: str) -> Iterator[str]:
    title = _escaped(_one_line(name))
    yield "VERSION:2.0"
    yield f"PRODID:{PRODUCT}"
    yield "CALSCALE:GREGORIAN"
    yield "METHOD:PUBLISH"
    yield f"NAME:{title}"
    yield f"X-WR-CALNAME:{title}"
    yield "X-WR-TIMEZONE:Asia/Shanghai"
    yield f"REFRESH-INTERVAL;VALUE=DURATION:{REFRESH}"
    yield f"X-PUBLISHED-TTL:{REFRESH}"


def written(event: FeedEvent, *, alarm: bool) -> bytes:
    """Return one event as it stands in a feed: folded, with a final line break."""
    description, url = _clean(event.description), "".join(_one_line(event.url).split())
    text = _form(described=bool(description), linked=bool(url), alarm=alarm).format(
        summary=_escaped(summary(event)),
        description=_escaped(description),
        url=url,
        uid=_escaped(_one_line(event.uid)),
        start=_digits(event.due_on),
        end=_digits(event.due_on + timedelta(days=1)),
        sequence=event.sequence,
        changed=_moment(event.changed_at),
    )
    return b"".join(map(_folded, text.split(_CRLF)))


def _digits(day: date) -> str:
    return day.isoformat().replace("-", "")


def _moment(at: datetime) -> str:
    text = at.astimezone(UTC).isoformat(timespec="seconds")
    return text[:19].replace("-", "").replace(":", "") + "Z"


_PLACES = FeedEvent(
    "{uid}", "{summary}", date(2001, 2, 3), "{description}", "{url}", 98765, datetime(2003, 4, 5, tzinfo=UTC)
)
"""An event of which every value can be found again in its text."""


@lru_cache
def _form(*, described: bool, linked: bool, alarm: bool) -> str:
    """Return an event as the package writes it, with a name in braces for each value."""
    event = replace(_PLACES, description=_PLACES.description if described else "", url=_PLACES.url if linked else "")
    text = _CRLF.join(modelled(event, alarm=alarm))
    for value, name in (
        ("20030405T000000Z", "changed"),
        ("20010203", "start"),
        ("20010204", "end"),
        ("98765", "sequence"),
    ):
        text = text.replace(value, f"{{{name}}}")
    return text


def modelled(event: FeedEvent, *, alarm: bool) -> list[str]:
    """Return the lines of an event, not yet folded, as the package writes them."""
    from ics.alarm import DisplayAlarm  # only here and below: the package takes a while and memory to load

    *properties, end = _model(event).serialize().split(_CRLF)
    if alarm:  # after the properties; the package would write it, but with a warning
        properties += DisplayAlarm(trigger=ALARM_AT, display_text=summary(event)).serialize().split(_CRLF)
    return [*properties, end]


def _model(event: FeedEvent) -> Event:
    """Build the event; an ISO date and not a moment, or a reader west of us would see it a day early."""
    from ics import Event

    changed = event.changed_at.astimezone(UTC)
    model = Event(
        name=summary(event),
        begin=event.due_on.isoformat(),
        uid=_escaped(_one_line(event.uid)),
        description=_clean(event.description),
        created=changed,
        last_modified=changed,
        transparent=True,
    )
    model.make_all_day()
    model.extra.extend(_extra(event))
    return model


def _extra(event: FeedEvent) -> Iterator[ContentLine]:
    from ics.grammar.parse import ContentLine

    next_day = event.due_on + timedelta(days=1)
    yield ContentLine("DTEND", {"VALUE": ["DATE"]}, f"{next_day:%Y%m%d}")
    yield ContentLine("SEQUENCE", value=str(event.sequence))
    if url := "".join(_one_line(event.url).split()):
        yield ContentLine("URL", value=url)


def summary(event: FeedEvent) -> str:
    """Return the line a calendar shows: at most thirty characters, the mark of a done one and the ending among them."""
    mark = DONE_MARK if event.done else ""
    title, ending = _one_line(event.title) or UNTITLED, _one_line(event.ending)
    room = SUMMARY_LENGTH - len(mark)
    if len(ending) > room // 2:
        title, ending = title + ending, ""
    room -= len(ending)
    return mark + (title if len(title) <= room else title[: room - 1] + "…") + ending


def _escaped(text: str) -> str:
    return text.translate(_ESCAPES)


def _clean(text: str) -> str:
    """Leave out what no calendar may carry; every kind of line break becomes the one that is escaped."""
    return _CONTROL.sub("", _LINE_BREAK.sub("\n", text))


def _one_line(text: str) -> str:
    return _clean(text).replace("\n", " ").strip()


def _folded(line: str) -> bytes:
    """Return the line in pieces of at most 75 octets, none of which cuts a character (RFC 5545, 3.1)."""
    octets = line.encode()
    if len(octets) <= LINE_OCTETS:
        return octets + b"\r\n"
    pieces, begin, room = [], 0, LINE_OCTETS
    while len(octets) - begin > room:
        end = begin + room
        while octets[end] & 0xC0 == 0x80:  # within a character
            end -= 1
        pieces.append(octets[begin:end])
        begin, room = end, LINE_OCTETS - 1
    return b"\r\n ".join([*pieces, octets[begin:]]) + b"\r\n"

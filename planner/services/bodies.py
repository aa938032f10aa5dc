"""Bodies of calendars: cut by day, so that one changed event costs the writing of its days; and kept in memory.

A day of a body is a function of the events on it. So the entity tag, a digest of the digests of the days, is the same
in every process, whether a body was made whole or day by day.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from threading import Lock
from typing import Any, NamedTuple

from planner.formats.calendar_feed import END, etag

ROOM = 96 * 1024 * 1024
"""Octets of bodies kept in memory by one process: one feed of a hundred thousand events, or some thousand usual ones."""
AROUND = 250
"""Octets that an event kept takes beside its text."""


class Piece(NamedTuple):
    """One event of a body: its place in the order, whose it is, its text."""

    day: str
    uid: str
    occurrence_id: int
    text: bytes


@dataclass(frozen=True, slots=True)
class Day:
    """The events of one day in a body, in the order of their uids: where they stand, and how long each is."""

    begin: int
    end: int
    uids: tuple[str, ...]
    occurrence_ids: tuple[int, ...]
    lengths: tuple[int, ...]
    digest: bytes

    def pieces(self, day: str, octets: bytes, without: Container[int]) -> Iterator[Piece]:
        """Yield its events but for those of some occurrences; *octets* are the body's."""
        place = self.begin
        for uid, occurrence_id, length in zip(self.uids, self.occurrence_ids, self.lengths, strict=True):
            if occurrence_id not in without:
                yield Piece(day, uid, occurrence_id, octets[place : place + length])
            place += length


@dataclass(frozen=True)
class Body:
    """The whole calendar, with the ``stamp`` of what it was computed from; equal stamps mean an equal body."""

    stamp: Any
    octets: bytes
    etag: str
    days: Mapping[str, Day]

    @property
    def size(self) -> int:
        """The octets it takes in memory, nearly."""
        return len(self.octets) + sum(len(day.uids) for day in self.days.values()) * AROUND


@dataclass(slots=True)
class Composer:
    """Puts a body together, day after day."""

    opening: bytes
    days: dict[str, Day] = field(default_factory=dict)
    parts: list[bytes | memoryview] = field(default_factory=list)
    length: int = 0

    def __post_init__(self) -> None:
        self._append(self.opening)

    def _append(self, part: bytes | memoryview) -> int:
        self.parts.append(part)
        self.length += len(part)
        return self.length

    def write(self, day: str, pieces: Iterable[Piece]) -> None:
        """Add a day that was written anew, if anything stands on it."""
        in_order = sorted(pieces)
        if not in_order:
            return
        text = b"".join([piece.text for piece in in_order])
        begin, end = self.length, self._append(text)
        uids, ids = tuple(piece.uid for piece in in_order), tuple(piece.occurrence_id for piece in in_order)
        lengths = tuple(len(piece.text) for piece in in_order)
        self.days[day] = Day(begin, end, uids, ids, lengths, sha256(text).digest())

    def copy(self, day: str, kept: Day, octets: memoryview) -> None:
        """Add a day as it stands in another body."""
        begin, end = self.length, self._append(octets[kept.begin : kept.end])
        self.days[day] = Day(begin, end, kept.uids, kept.occurrence_ids, kept.lengths, kept.digest)

    def body(self, stamp: Any) -> Body:
        """Return the body."""
        tag = etag([self.opening, *(day.digest for day in self.days.values())])
        return Body(stamp, b"".join([*self.parts, END]), tag, self.days)


def whole(stamp: Any, opening: bytes, pieces: Iterable[Piece]) -> Body:
    """Return the body of some events."""
    composer = Composer(opening)
    left = sorted(pieces, reverse=True)
    while left:
        day, some = left[-1].day, []
        # Taken away, not read: of a large calendar the texts would be held twice.
        while left and left[-1].day == day:
            some.append(left.pop())
        composer.write(day, some)
    return composer.body(stamp)


def changed(kept: Body, stamp: Any, opening: bytes, gone: set[int], pieces: Iterable[Piece]) -> Body:
    """Return a kept body without the events of the occurrences *gone*, and with other *pieces*."""
    new: dict[str, list[Piece]] = {}
    for piece in pieces:
        new.setdefault(piece.day, []).append(piece)
    composer, octets = Composer(opening), memoryview(kept.octets)
    for day in sorted(kept.days.keys() | new):
        own = kept.days.get(day)
        if own and day not in new and gone.isdisjoint(own.occurrence_ids):
            composer.copy(day, own, octets)
        else:
            left = own.pieces(day, kept.octets, gone) if own else ()
            composer.write(day, [*left, *new.get(day, ())])
    return composer.body(stamp)


class Shelf:
    """The bodies made last, the least used of which make room for others."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._bodies: OrderedDict[Any, Body] = OrderedDict()
        self._size = 0

    def find(self, key: Any) -> Body | None:
        """Return the body kept under a key, or None."""
        with self._lock:
            if key in self._bodies:
                self._bodies.move_to_end(key)
            return self._bodies.get(key)

    def keep(self, key: Any, body: Body) -> None:
        """Keep a body in the place of an older one, unless it alone is larger than the room there is."""
        with self._lock:
            self._drop(key)
            if body.size > ROOM:
                return
            self._bodies[key] = body
            self._size += body.size
            while self._size > ROOM:
                self._drop(next(iter(self._bodies)))

    def _drop(self, key: Any) -> None:
        dropped = self._bodies.pop(key, None)
        self._size -= dropped.size if dropped else 0

"""Bodies of calendars: cut by day, so that one changed event costs the writing of its days; and kept in memory.

A day of a body is a function of the events on it. So the entity tag, a digest of the digests of the days, is the same
in every process, whether a body was made whole or day by day. Two bodies share the days that are the same in both, and
a large one is sent day by day: it never stands in memory in one piece.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from threading import Lock
from typing import Any, NamedTuple

from planner.formats.calendar_feed import END, etag

ROOM = 96 * 1024 * 1024
"""Octets of bodies kept in memory by one process: one feed of a hundred thousand events, or some thousand usual ones."""
AROUND = 250
"""Octets that an event kept takes beside its text."""
LARGE = 1024 * 1024
"""Octets above which a body is sent in parts."""


class Piece(NamedTuple):
    """One event of a body: its place in the order, whose it is, its text."""

    day: str
    uid: str
    occurrence_id: int
    text: bytes


@dataclass(frozen=True, slots=True)
class Day:
    """The events of one day in a body, in the order of their uids: their text, and how long each is in it."""

    text: bytes
    uids: tuple[str, ...]
    occurrence_ids: tuple[int, ...]
    lengths: tuple[int, ...]
    digest: bytes

    def pieces(self, day: str, without: Container[int]) -> Iterator[Piece]:
        """Yield its events but for those of some occurrences."""
        place = 0
        for uid, occurrence_id, length in zip(self.uids, self.occurrence_ids, self.lengths, strict=True):
            if occurrence_id not in without:
                yield Piece(day, uid, occurrence_id, self.text[place : place + length])
            place += length


@dataclass(frozen=True)
class Body:
    """The whole calendar, with the ``stamp`` of what it was computed from; equal stamps mean an equal body."""

    stamp: Any
    opening: bytes
    days: Mapping[str, Day]

    @cached_property
    def etag(self) -> str:
        """The strong entity tag."""
        return etag([self.opening, *(day.digest for day in self.days.values())])

    @cached_property
    def length(self) -> int:
        """The octets of the calendar."""
        return len(self.opening) + sum(len(day.text) for day in self.days.values()) + len(END)

    @property
    def parts(self) -> list[bytes]:
        """The calendar in the parts it is sent in: one, where it is not large."""
        parts = [self.opening, *(day.text for day in self.days.values()), END]
        return parts if self.length > LARGE else [b"".join(parts)]

    @property
    def size(self) -> int:
        """The octets it takes in memory, nearly."""
        return self.length + sum(len(day.uids) for day in self.days.values()) * AROUND


def _day(pieces: Iterable[Piece]) -> Day:
    in_order = sorted(pieces)
    text = b"".join([piece.text for piece in in_order])
    uids, ids = tuple(piece.uid for piece in in_order), tuple(piece.occurrence_id for piece in in_order)
    return Day(text, uids, ids, tuple(len(piece.text) for piece in in_order), sha256(text).digest())


def whole(stamp: Any, opening: bytes, pieces: Iterable[Piece]) -> Body:
    """Return the body of some events."""
    days: dict[str, Day] = {}
    left = sorted(pieces, reverse=True)
    while left:
        day, some = left[-1].day, []
        # Taken away, not read: of a large calendar the texts would be held twice.
        while left and left[-1].day == day:
            some.append(left.pop())
        days[day] = _day(some)
    return Body(stamp, opening, days)


def changed(kept: Body, stamp: Any, opening: bytes, gone: set[int], pieces: Iterable[Piece]) -> Body:
    """Return a kept body without the events of the occurrences *gone*, and with other *pieces*."""
    new: dict[str, list[Piece]] = {}
    for piece in pieces:
        new.setdefault(piece.day, []).append(piece)
    days: dict[str, Day] = {}
    for day in sorted(kept.days.keys() | new):
        own = kept.days.get(day)
        if own and day not in new and gone.isdisjoint(own.occurrence_ids):
            days[day] = own
        elif left := [*(own.pieces(day, gone) if own else ()), *new.get(day, ())]:
            days[day] = _day(left)
    return Body(stamp, opening, days)


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

"""A whole feed of events, as several tests read it."""

from __future__ import annotations

from collections.abc import Iterable

from planner.formats.calendar_feed import END, FeedEvent, opening, written


def calendar(name: str, events: Iterable[FeedEvent], *, alarm: bool = False) -> bytes:
    """Return the feed called *name*, sorted by day and uid; with *alarm*, each event rings at nine on its day."""
    in_order = sorted(events, key=lambda event: (event.due_on, event.uid))
    return b"".join([opening(name), *(written(event, alarm=alarm) for event in in_order), END])

"""The chain of events: each event's hash covers its facts and the hash before it, so that no edit goes unseen.

The chain shows that something was changed, inserted, moved or taken out between events. It cannot show that the
latest events were cut off; a printed or mailed hash of the last event can.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from hashlib import sha256
from typing import Any


def digest(previous: str, event: Mapping[str, Any]) -> str:
    """Return the sha256, in hex, of an event's facts after the hash *previous* ("" for the first event).

    The facts are written as JSON with sorted keys and nothing escaped; dates and moments in ISO 8601. Raise
    ``TypeError`` for a value JSON has no form for and ``ValueError`` for NaN and infinities.
    """
    written = json.dumps(
        [previous, event],
        ensure_ascii=False,
        allow_nan=False,
        sort_keys=True,
        separators=(",", ":"),
        default=_iso,
    )
    # Half a surrogate pair can be in pasted text; it still has one form of bytes.
    return sha256(written.encode("utf-8", "surrogatepass")).hexdigest()


def _iso(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no canonical form")


def first_break(events: Iterable[Mapping[str, Any]]) -> int | None:
    """Return the place, counted from 0, of the first event whose link does not hold; None when the chain is whole.

    *events* are in order; each holds its facts and beside them ``previous`` and ``hash``.
    """
    before = ""
    for place, event in enumerate(events):
        facts = {name: value for name, value in event.items() if name not in ("previous", "hash")}
        if event["previous"] != before or event["hash"] != digest(before, facts):
            return place
        before = event["hash"]
    return None

"""A process that writes until it is killed: ``python -m tests.store.writer URL LIFE``.

It says what was committed, one line a transaction: its words, which tell how many acts it has, and their numbers.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import count
from random import Random

from planner.core.status import Act, State, allowed_acts
from planner.services.tracking import Said, record_in
from planner.store import queries
from planner.store.database import Database, Session
from planner.store.models import Occurrence
from tests.conftest import NOON

ACTS = (Act.PROGRESS, Act.CHASE, Act.HAND_IN, Act.SIGN_OFF, Act.SEND_BACK, Act.REOPEN)


def write(session: Session, rows: list[int], words: str, chance: Random) -> Iterator[int]:
    """Record an act on each of some occurrences and yield the numbers of their events."""
    for occurrence_id in rows:
        row = queries.occurrence(session, occurrence_id, lock=True)
        act = chance.choice([act for act in ACTS if act in allowed_acts(State(row.state))])
        said = Said("王文员", NOON, NOON.date(), words, data={"times": 1, "explained": "停工"})
        record_in(session, row, act, said)
        event = queries.last_event(session, row.id)
        assert event is not None
        yield event.number


def main(url: str, life: str) -> None:
    database, chance = Database(url), Random(life)  # noqa: S311  to be told again
    with database.read() as session:
        stored: list[Occurrence] = list(queries.occurrences_in(session, queries.plans(session)))
    rows = sorted(row.id for row in stored)
    for turn in count():
        together = chance.sample(rows, chance.choice((1, 1, 1, 2)))
        words = f"{life}-{turn}/{len(together)}"
        with database.write() as session:
            numbers = list(write(session, together, words, chance))
        print(words, *numbers, flush=True)  # noqa: T201  this is what it is for


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Killed at any instant, again and again: what was acknowledged is there, and nothing is there by half."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path
from random import Random
from threading import Event

from planner.services.verifying import rebuild, verify
from planner.store.database import Database
from tests.conftest import NOON
from tests.full_plan import issue_full_plan, ledger, rows_of

WRITES = 2_000
ROOT = Path(__file__).parents[2]


def live_and_die(url: str, life: int, chance: Random) -> dict[str, list[int]]:
    """Let a writer write, kill it in the midst of it, and return what it had acknowledged."""
    command = [sys.executable, "-m", "tests.store.writer", url, str(life)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout and process.stderr
        lines = [process.stdout.readline() for _ in range(chance.randint(120, 320))]
        # Somewhere within the next transactions, each of which takes a few milliseconds.
        Event().wait(chance.uniform(0, 0.02))
        process.kill()
        lines += process.stdout.readlines()
        assert not process.stderr.read(), "it died of nothing else"
    acknowledged = [line.split() for line in lines if line.endswith("\n")]
    return {words: [int(number) for number in numbers] for words, *numbers in acknowledged}


def test_what_was_acknowledged_is_there_and_nothing_by_half(database: Database) -> None:
    address = issue_full_plan(database)
    url = database.engine.url.render_as_string(hide_password=False)
    chance, lives = Random(20240620), 0  # noqa: S311  to be told again
    acknowledged: dict[str, list[int]] = {}
    while sum(map(len, acknowledged.values())) < WRITES:
        lives += 1
        acknowledged |= live_and_die(url, lives, chance)

    events = ledger(database, address)
    assert [event.number for event in events] == list(range(1, len(events) + 1))
    written: dict[str, list[int]] = defaultdict(list)
    for event in events[2:]:
        written[event.text].append(event.number)
    assert {words: written[words] for words in acknowledged} == acknowledged
    assert len(written) - len(acknowledged) <= lives, "of each life at most one was committed and not acknowledged"
    assert {words: len(numbers) for words, numbers in written.items()} == {
        words: int(words.split("/")[1]) for words in written
    }, "two that belong together are both there"
    assert all(result.is_whole for result in verify(database))
    assert rebuild(database, NOON) == 0
    about = Counter(event.occurrence_id for event in events)
    for row in rows_of(database, address).values():
        assert row.version == 1 + about[row.id]

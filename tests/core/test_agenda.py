from __future__ import annotations

import pytest

from planner.core.agenda import leader_place
from planner.core.ledger import Entry
from planner.core.status import State
from tests.core.entries import entry, june


@pytest.mark.parametrize(
    ("matter", "place"),
    [
        (entry(1, State.HANDED_IN), "decide"),
        (entry(2, due_on=june(14), extension_pending=True), "decide"),
        (entry(3, due_on=june(14)), "overdue"),
        (entry(4, due_on=june(23)), "due"),
        (entry(5, due_on=june(24)), "rest"),
        (entry(6, due_on=None), "rest"),
    ],
)
def test_a_leaders_matters_are_sorted_for_a_week_that_ends_on_sunday(matter: Entry, place: str) -> None:
    assert leader_place(matter.facts, june(20)) == place

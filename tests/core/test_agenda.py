from __future__ import annotations

from planner.core.agenda import errands, leader_view
from planner.core.status import State
from tests.core.entries import entry, june


def test_errands_are_sorted() -> None:
    found = errands(
        [
            entry(1, State.HANDED_IN),
            entry(2, leaders=(), departments=()),
            entry(3, due_on=june(14)),
            entry(4, departments=()),
        ],
        june(20),
    )
    places = (found.review, found.assign, found.chase, found.coming)
    assert [[e.occurrence_id for e in place] for place in places] == [[1], [2], [3], [4]]


def test_a_leaders_matters_are_sorted() -> None:
    found = leader_view(
        [
            entry(1, State.HANDED_IN),
            entry(2, due_on=june(14), extension_pending=True),
            entry(3, due_on=june(14)),
            entry(4, due_on=june(23)),
            entry(5, due_on=june(24)),
            entry(6, due_on=None),
        ],
        june(20),
    )
    places = (found.decide, found.overdue, found.due, found.rest)
    assert [[e.occurrence_id for e in place] for place in places] == [[1, 2], [3], [4], [5, 6]]

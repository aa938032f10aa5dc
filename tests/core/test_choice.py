"""Choosing, ordering and counting entries at hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import pytest

from planner.core.choice import (
    URGENT,
    Choice,
    Gap,
    Order,
    choice_words,
    chosen,
    concerned,
    count_gaps,
    count_marks,
    in_order,
    lacks,
    read_choice,
)
from planner.core.ledger import Entry
from planner.core.status import OPEN, Mark, State
from planner.errors import Invalid
from tests.core.entries import DAYS_2024, entry

ON = date(2024, 7, 1)


def june(day: int) -> date:
    return date(2024, 6, day)


LATE = entry(1, due_on=june(20), title="检查收割机")
REVIEWED = entry(2, State.HANDED_IN, june(25), handed_in_on=june(24), departments=("农业",))
SOON = entry(3, due_on=date(2024, 7, 5), leaders=())
DONE = entry(4, State.DONE, june(14), closed_on=june(12))
DONE_LATE = entry(5, State.DONE, june(14), closed_on=june(17))
NOBODYS = entry(6, due_on=date(2024, 12, 31), leaders=(), departments=())
UNDATED = entry(7, due_on=None, title="A级景区(Ａ)é")
BEFORE = entry(8, due_on=june(1), before_issue=True, leaders=(), departments=())
GONE = entry(9, State.CANCELLED, None, leaders=(), departments=())
OPEN_TIME = replace(entry(10, due_on=None), facts=replace(UNDATED.facts, unsettled=True))
STANDING = replace(entry(11, due_on=None), facts=replace(UNDATED.facts, standing=True))
CELLS = replace(
    entry(12, due_on=date(2024, 12, 31)), cells=(("水利", False),), supporting=("交警",), section="二、防汛"
)
ALL = [LATE, REVIEWED, SOON, DONE, DONE_LATE, NOBODYS, UNDATED, BEFORE, GONE, OPEN_TIME, STANDING, CELLS]


def numbers(entries: Iterable[Entry]) -> list[int]:
    return [one.occurrence_id for one in entries]


@pytest.mark.parametrize(
    ("choice", "wanted"),
    [
        (Choice(), list(range(1, 13))),
        (Choice(marks=(Mark.OVERDUE,)), [1]),
        (Choice(marks=URGENT), [1, 2, 3]),
        (Choice(marks=(Mark.DONE, Mark.LATE)), [4, 5]),
        (Choice(marks=(Mark.UNASSIGNED,)), [6]),
        (Choice(marks=(Mark.UNSETTLED,)), [10]),
        (Choice(part="due"), [1, 2, 4, 5]),
        (Choice(part="on_time"), [4]),
        (Choice(part="late"), [5]),
        (Choice(part="overdue"), [1]),
        (Choice(part="in_review"), [2]),
        (Choice(part="no such part"), []),
        (Choice(gap=Gap.UNASSIGNED), [6]),
        (Choice(gap=Gap.UNSETTLED), [10]),
        (Choice(gap=Gap.UNDATED), [7, 10]),
        (Choice(party="农业"), [2]),
        (Choice(party="武长庚"), [1, 2, 4, 5, 7, 10, 11, 12]),
        (Choice(party="水利"), [12]),
        (Choice(party="交警"), [12]),
        (Choice(party="武"), []),
        (Choice(section="二、防汛"), [12]),
        (Choice(section="二"), []),
        (Choice(words="收割"), [1]),
        (Choice(words="12-1"), [12]),
        (Choice(words="a级"), [7]),
        (Choice(words="A级"), [7]),
        (Choice(words="ａ"), []),
        (Choice(words="É"), []),
        (Choice(words="武长庚"), []),
        (Choice(only_open=True), [1, 2, 3, 6, 7, 8, 10, 11, 12]),
        (Choice(marks=URGENT, party="应急部门", only_open=True), [1, 3]),
    ],
)
def test_what_is_given_chooses_and_what_is_left_empty_does_not(choice: Choice, wanted: list[int]) -> None:
    assert numbers(chosen(ALL, choice, ON, DAYS_2024)) == wanted


def test_everyone_with_a_part_or_a_cell_is_concerned() -> None:
    assert concerned(CELLS) == ("武长庚", "应急部门", "交警", "水利")


@pytest.mark.parametrize("gap", Gap)
@pytest.mark.parametrize("state", State)
def test_only_what_is_open_and_counted_can_lack_something(gap: Gap, state: State) -> None:
    bare = entry(1, state, None, leaders=(), departments=())
    bare = replace(bare, facts=replace(bare.facts, unsettled=True))
    assert lacks(bare, gap) is (state in OPEN)
    assert not lacks(replace(bare, facts=replace(bare.facts, before_issue=True)), gap)


@pytest.mark.parametrize(
    ("order", "wanted"),
    [
        (Order.DOCUMENT, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]),
        (Order.DUE, [8, 4, 5, 1, 2, 3, 6, 12, 7, 9, 10, 11]),
        (Order.URGENCY, [1, 2, 3, 8, 4, 5, 6, 12, 7, 9, 10, 11]),
    ],
)
def test_orders_leave_ties_as_they_were(order: Order, wanted: list[int]) -> None:
    assert numbers(in_order(ALL, order, ON, DAYS_2024)) == wanted


def test_marks_are_counted_by_entry_and_gaps_by_task() -> None:
    assert count_marks(ALL, ON, DAYS_2024) == Counter(
        {
            Mark.OVERDUE: 1,
            Mark.HANDED_IN: 1,
            Mark.DUE_SOON: 1,
            Mark.DONE: 1,
            Mark.LATE: 1,
            Mark.UNASSIGNED: 1,
            Mark.UNSETTLED: 1,
            Mark.WAITING: 4,
            Mark.SUSPENDED: 1,
        }
    )
    twice = [NOBODYS, replace(NOBODYS, occurrence_id=13), *ALL]
    assert count_gaps(twice) == {Gap.UNASSIGNED: 1, Gap.UNSETTLED: 1, Gap.UNDATED: 2}


@pytest.mark.parametrize(
    ("asked", "wanted", "words"),
    [
        ({}, Choice(), "全部任务"),
        ({"mark": "逾", "words": " 培训 "}, Choice(marks=(Mark.OVERDUE,), words="培训"), "逾期未办、含「培训」"),
        ({"urgent": "1"}, Choice(marks=URGENT), "今天要做的"),
        ({"part": "due"}, Choice(part="due"), "到期应办"),
        ({"part": "late", "party": "农业"}, Choice(part="late", party="农业"), "逾期后办结、农业"),
        ({"gap": "undated", "section": "防汛"}, Choice(gap=Gap.UNDATED, section="防汛"), "没有到期日、防汛"),
        ({"page": "2"}, Choice(), "全部任务"),
    ],
)
def test_an_address_asks_for_a_choice_that_has_words(asked: dict[str, str], wanted: Choice, words: str) -> None:
    assert read_choice(asked) == wanted
    assert choice_words(wanted) == words


@pytest.mark.parametrize("asked", [{"mark": "好"}, {"part": "none"}, {"gap": "none"}])
def test_an_unknown_word_in_an_address_is_refused(asked: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        read_choice(asked)

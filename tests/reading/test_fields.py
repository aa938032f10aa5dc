"""What the clerk writes into the fields of a review."""

from __future__ import annotations

from datetime import date

import pytest

from planner.core.plan import Basis, Frequency, Span
from planner.core.review import time_words
from planner.errors import Invalid
from planner.reading.context import Context
from planner.reading.document import read_plan
from planner.reading.fields import Wish, find_words, granted

PLAN = read_plan("2024年要点\n1.培训。6月底前，组织安全员培训。（责任领导：王建国，责任部门：应急办）")
ITEM = PLAN.items[0]
TASK = ITEM.tasks[0]
CONTEXT = Context(2024)
UNTOUCHED = Wish("6月底前，组织安全员培训", "6月底前", "王建国", "应急办", "")


def test_what_is_left_as_it_was_stays_the_documents() -> None:
    assert granted(UNTOUCHED, TASK, ITEM, CONTEXT) == (TASK, None)


@pytest.mark.parametrize(
    ("when", "due", "freq"),
    [
        ("9月底前", date(2024, 9, 30), None),
        ("2024-07-15", date(2024, 7, 15), None),
        ("7月15日", date(2024, 7, 15), None),
        ("每季度", None, Frequency.QUARTERLY),
    ],
)
def test_a_time_by_the_office(when: str, due: date | None, freq: Frequency | None) -> None:
    task, _ = granted(Wish("", when, "王建国", "应急办", ""), TASK, ITEM, CONTEXT)
    (rule,) = task.deadlines
    assert (rule.due, rule.freq, rule.basis) == (due, freq, Basis.OFFICE)
    assert rule.span.start == rule.span.end == TASK.span.start
    assert granted(Wish("", time_words(task), "王建国", "应急办", ""), task, ITEM, CONTEXT) == (task, None)


def test_an_emptied_time_is_none() -> None:
    assert granted(Wish("", "", "王建国", "应急办", ""), TASK, ITEM, CONTEXT)[0].deadlines == ()


def test_words_that_are_no_time_are_refused() -> None:
    with pytest.raises(Invalid, match="没看懂「随便」"):
        granted(Wish("", "随便", "", "", ""), TASK, ITEM, CONTEXT)


def test_names_keep_their_place_and_new_ones_are_the_offices() -> None:
    task, who = granted(Wish("办培训班", "6月底前", "王建国、李秀英", "", "各村"), TASK, ITEM, CONTEXT)
    assert who is not None and task.title == "办培训班"
    assert [(name.name, name.by_office) for name in who.leaders] == [("王建国", False), ("李秀英", True)]
    assert who.departments == () and [name.name for name in who.supporting] == ["各村"]


def test_a_field_has_its_limit() -> None:
    with pytest.raises(Invalid, match="不超过300字"):
        granted(Wish("长" * 301, "", "", "", ""), TASK, ITEM, CONTEXT)


def test_words_are_found_in_the_text() -> None:
    text = "检查烟花店。\n检查加油站。"
    assert find_words(text, " 加油站 ") == Span(9, 12)
    assert find_words(text, "检查", 7) == Span(7, 9)
    assert find_words(text, "烟花店。\r\n检查") == Span(2, 9)
    for words, told in (("", "先在原文里选中"), ("学校", "没有这段文字"), ("检查", "不止一处")):
        with pytest.raises(Invalid, match=told):
            find_words(text, words)

"""Previews: every message can be shown, from matters of the office where some fit and from plain examples where none does."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from planner.core.ledger import Entry
from planner.core.status import State
from planner.notify.letters import Letterhead
from planner.notify.messages import MESSAGES, Shape
from planner.notify.previews import EXAMPLE, Office, preview
from planner.notify.wordings import Wordings
from tests.core.entries import DAYS_2024, entry

SHIPPED = Wordings.of(Path(__file__).parents[2] / "templates" / "messages", {})
HEAD = Letterhead("柳河镇党政办", "王文员 0745-1234567")
JUNE_25 = date(2024, 6, 25)
MATTERS = [
    entry(1, State.IN_PROGRESS, date(2024, 6, 30), title="安全员培训考核"),
    entry(2, State.IN_PROGRESS, date(2024, 6, 14), title="烟花爆竹检查"),
    entry(3, State.HANDED_IN, date(2024, 6, 28), title="风险辨识", handed_in_on=date(2024, 6, 24)),
    replace(
        entry(4, State.IN_PROGRESS, date(2024, 6, 28), title="管道检测", extension_pending=True),
        asked={"due_on": "2024-07-15", "reason": "检测机构排期未定", "by": "应急部门"},
    ),
    entry(5, State.NOT_STARTED, None, title="值班表上墙", leaders=(), departments=()),
]


def office(*entries: Entry) -> Office:
    return Office(entries, JUNE_25, DAYS_2024, HEAD)


@pytest.mark.parametrize("name", MESSAGES)
def test_an_empty_office_sees_examples_that_say_so(name: str) -> None:
    shown = preview(name, SHIPPED, office())
    assert not shown.real
    assert shown.text and "{" not in shown.text
    assert bool(shown.subject) is (MESSAGES[name].shape is Shape.LETTER)
    if name not in {"internal", "internal_alone", "unassigned", "signature"}:
        assert EXAMPLE in shown.text


@pytest.mark.parametrize("name", MESSAGES)
def test_an_office_sees_its_own_matters(name: str) -> None:
    shown = preview(name, SHIPPED, office(*MATTERS))
    # The reason somebody would give is nobody's yet.
    assert shown.real is (name not in {"sent_back", "extension_answer"})
    assert (EXAMPLE in shown.text) is not shown.real


def test_a_matter_with_somebody_to_answer_for_it_goes_before_one_without() -> None:
    nobodys = entry(9, State.IN_PROGRESS, date(2024, 6, 20), title="无人事项", leaders=(), departments=())
    assert "烟花爆竹检查" in preview("overdue", SHIPPED, office(nobodys, *MATTERS)).subject
    assert "无人事项" in preview("overdue", SHIPPED, office(nobodys)).subject


def test_internal_matters_are_not_shown_in_a_preview() -> None:
    hidden = [replace(one, internal=True, title="秘密工程") for one in MATTERS]
    for name in MESSAGES:
        shown = preview(name, SHIPPED, office(*hidden))
        assert "秘密工程" not in shown.subject + shown.text


def test_a_message_is_shown_as_of_the_day_it_would_be_sent() -> None:
    assert "还有3个工作日" in preview("approaching", SHIPPED, office(*MATTERS)).subject
    assert "今天是最后一个工作日" in preview("last_day", SHIPPED, office(*MATTERS)).subject
    assert "同意延至7月15日（周一）" in preview("extension_answer", SHIPPED, office(*MATTERS)).text


def test_a_text_not_yet_saved_is_shown_even_with_faults() -> None:
    shown = preview("overdue", SHIPPED.instead("overdue", "请报{没有}\n{事项}{"), office(*MATTERS))
    assert shown.subject == "请报"
    assert shown.text.startswith("烟花爆竹检查\n\n柳河镇党政办")

"""The sheet of a formal notice: what it says, and that it is kept as it was."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime

import pytest

from planner.config import OFFICE_TIME
from planner.core.escalation import Level
from planner.core.history import Happening
from planner.core.notice import (
    dump_situation,
    issued_words,
    load_situation,
    number_words,
    situation_of,
    steps_of,
)
from planner.core.status import Act
from tests.core.entries import DAYS_2024, entry, june

JULY_9 = date(2024, 7, 9)


def happened(act: Act, text: str = "", **data: object) -> Happening:
    return Happening(act, datetime(2024, 7, 3, 9, 0, tzinfo=OFFICE_TIME), date(2024, 7, 3), "王文员", text, data)


def test_a_sheet_tells_the_matter_in_words() -> None:
    late = replace(entry(12, progress="已查2家", progress_on=june(18)), plan_title="安全生产要点", promised_on=JULY_9)
    told = situation_of(late, JULY_9, DAYS_2024, [happened(Act.CHASE, "电话催办")], "柳河镇党政办", "王文员 0000-000")
    assert (told.source, told.name, told.due) == ("《安全生产要点》第12条", "专职安全员培训考核", "2024年6月30日")
    assert (told.standing, told.progress) == ("逾期7个工作日", "6月18日：已查2家")
    assert (told.day, told.promise) == ("2024年7月9日", "2024年7月9日")
    assert [(step.day, step.what, step.by, step.text) for step in told.steps] == [
        ("2024年7月3日", "催办", "王文员", "电话催办")
    ]


def test_what_nobody_said_is_left_open() -> None:
    told = situation_of(entry(departments=(), leaders=()), JULY_9, DAYS_2024, [], "党政办", "")
    assert told.progress == "尚无进展记录"
    assert (told.promise, told.difficulty, told.finish_by, told.reply_by, told.number) == ("", "", "", "", "")
    assert situation_of(entry(due_on=None), JULY_9, DAYS_2024, [], "党政办", "").due == ""


def test_a_moved_due_day_is_told_with_the_first_one() -> None:
    moved = replace(entry(), first_due_on=june(14))
    assert situation_of(moved, JULY_9, DAYS_2024, [], "", "").due == "2024年6月30日，原定2024年6月14日"
    undated = replace(entry(progress="已查2家"), first_due_on=june(30))
    assert situation_of(undated, JULY_9, DAYS_2024, [], "", "").progress == "已查2家"


@pytest.mark.parametrize(
    ("event", "told"),
    [
        (happened(Act.CHASE, "电话催办", promised_on="2024-07-05"), "电话催办；答应2024年7月5日前办好"),
        (happened(Act.PROGRESS, "已查2家", promised_on="2024-07-05"), "已查2家；答应2024年7月5日前办好"),
        (happened(Act.EXTENSION_REQUEST, "等配件", asked={"due_on": "2024-07-31"}), "等配件；申请延至2024年7月31日"),
        (happened(Act.EXTENSION_GRANTED, "延至2024-07-31"), "延至2024-07-31"),
        (happened(Act.INSTRUCTION), ""),
    ],
)  # fmt: skip
def test_the_page_of_facts_tells_chases_promises_and_extensions(event: Happening, told: str) -> None:
    assert [step.text for step in steps_of([event, happened(Act.PROGRESS, "又查1家")])] == [told]


def test_a_sheet_is_kept_as_it_was() -> None:
    told = situation_of(entry(), JULY_9, DAYS_2024, [happened(Act.CHASE, "催")], "党政办", "王文员")
    kept = replace(told, number="〔2024〕第1号", finish_by="2024年7月12日")
    assert load_situation(json.loads(json.dumps(dump_situation(kept)))) == kept


def test_numbers_and_the_words_of_the_ledger() -> None:
    assert number_words(2024, 3) == "〔2024〕第3号"
    assert issued_words(Level.YELLOW, "〔2024〕第3号", "王建国") == "签发黄色督办单〔2024〕第3号（签发人：王建国）"
    assert issued_words(Level.BLUE, "〔2024〕第1号", "") == "发出蓝色提醒单〔2024〕第1号"

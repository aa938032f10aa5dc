"""The one line that words of time and quantity are read in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.reading.masks import BLANK, clause_start, plain, sentence


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("６月 底前", "6月底前"),
        ("新建1\n2月底前", "新建1\n2月底前"),
        ("第一段\n\n第二段", "第一段\n第二段"),
        ("执行《甲》", "执行" + BLANK * 3),
        ("“五一”前", "“五一”前"),
        ("“口号”前", BLANK * 4 + "前"),
        ("〔2024〕11号文件", BLANK * 9 + "文件"),
        ("2024—2026年行动", BLANK * 10 + "行动"),
        ("2024年至2025年3月", "2024年至2025年3月"),
    ],
)
def test_one_line_with_names_blanked_out(text: str, line: str) -> None:
    assert plain(text).text == line


@given(st.text(alphabet="6月 　\n底前《》“”五一", max_size=30))
def test_every_place_leads_back(text: str) -> None:
    line = plain(text)
    for place, mark in enumerate(line.text):
        there = line.span(place, place + 1).of(text)
        assert there == mark or mark in (BLANK, "\n")


def test_the_words_around_a_place() -> None:
    text = "甲。乙，丙丁；戊"
    assert sentence(text, 4, 6) == "乙，丙丁"
    assert sentence(text, 0, 1) == "甲"
    assert clause_start(text, 6) == 4
    assert clause_start(text, 1) == 0

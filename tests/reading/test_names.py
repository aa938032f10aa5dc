"""Names: offices, persons, posts and what stands around them."""

from __future__ import annotations

import pytest

from planner.reading.names import helpers_in, is_name, is_person, split_names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("县委常委、常务副县长庄一凡", ["庄一凡"]),
        ("副县长 闻人雪、蓝田玉", ["闻人雪", "蓝田玉"]),
        ("谭照、信访局局长", ["谭照", "信访局局长"]),
        ("院长、副院长李明", ["院长", "李明"]),
        ("副院长（医疗）", ["副院长（医疗）"]),
        ("局长 副局长", ["局长", "副局长"]),
        ("镇长助理", ["镇长助理"]),
        ("人大主席团主席", ["人大主席团主席"]),
    ],
)
def test_a_person_is_told_without_the_post(text: str, names: list[str]) -> None:
    assert [name.name for name in split_names(text, people=True)] == names


def test_marks_behind_a_name() -> None:
    text = "市政所（牵头）、公卫科（各村卫生室、学校协助）"
    assert [name.name for name in split_names(text)] == ["市政所", "公卫科"]
    assert [(name.name, name.span.of(text)) for name in helpers_in(text)] == [
        ("各村卫生室", "各村卫生室"),
        ("学校", "学校"),
    ]


def test_who_can_answer_for_something() -> None:
    assert is_person("周既白") and is_person("网信办主任") and not is_person("周边办")
    assert is_name("各村") and is_name("三大运营商") and is_name("县委宣传部") and not is_name("抓紧推进")

"""Figures of a line as reported."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.reading.numerals import half_width
from planner.reading.reported import find_reported


@pytest.mark.parametrize(
    ("text", "words", "number", "unit"),
    [
        ("检查3家", "检查", 3, "家"),
        ("检查了３家烟花店", "检查", 3, "家"),
        ("发现隐患5条", "发现隐患", 5, "条"),
        ("已整改4条", "整改", 4, "条"),
        ("已完成4条", "完成", 4, "条"),
        ("其中3条未整改", "未整改", 3, "条"),
        ("参加230人次", "参加", 230, "人次"),
        ("培训2场", "培训", 2, "场"),
        ("培训两场", "培训", 2, "场"),
        ("组织护林员培训45人", "培训", 45, "人"),
        ("检查门店三家", "检查门店", 3, "家"),
        ("隐患十二处", "隐患", 12, "处"),
        ("参加一百零五人", "参加", 105, "人"),
        ("参加一百二十人", "参加", 120, "人"),
        ("参加二十人", "参加", 20, "人"),
        ("罚款1.5万元", "罚款", Decimal("1.5"), "万元"),
        ("罚款两万元", "罚款", 2, "万元"),
        ("罚款3万", "罚款", 3, "万"),
        ("发放资料1,200份", "发放资料", 1200, "份"),
        ("农机登记率93.1%", "农机登记率", Decimal("93.1"), "%"),
        ("登记率达到93%", "登记率", 93, "%"),
        ("登记率百分之九十三", "登记率", 93, "%"),
        ("登记率百分之百", "登记率", 100, "%"),
        ("登记率百分之93.5", "登记率", Decimal("93.5"), "%"),
        ("登记1203/1292", "登记", 1203, "/1292"),
        ("检查3/5家", "检查", 3, "/5家"),
        ("3家烟花店检查完", "检查完", 3, "家"),
        ("3家", "", 3, "家"),
        ("隐患：5条", "隐患", 5, "条"),
        ("6月路警治超2次", "路警治超", 2, "次"),
        ("会议开了3个小时", "会议开", 3, "个小时"),
        ("签到230人", "签到", 230, "人"),
        ("查处一起事故", "查处", 1, "起"),
        ("统一检查一次", "检查", 1, "次"),
    ],
)
def test_figures(text: str, words: str, number: int | Decimal, unit: str) -> None:
    (found,) = find_reported(half_width(text))
    assert (found.words, found.number, found.unit) == (words, number, unit)
    assert type(found.number) is type(number)
    assert found.span.of(text).endswith(unit) or "百" in text


@pytest.mark.parametrize(
    "text",
    [
        "第12条", "第十二条", "3号楼", "12-1", "检查2-3家", "检查2至3家", "检查5、6家", "约30家", "近30家", "检查30多家", "95%以上", "119消防",
        "24小时值班", "一起去检查", "“三合一”2024", "统一部署", "五一节", "十个一", "一百二人", "三五个", "检查", "10kV", "治理“3家”", "一个月",
    ],
)  # fmt: skip
def test_what_is_no_figure(text: str) -> None:
    assert find_reported(text) == ()


def test_each_figure_has_the_words_behind_the_one_before() -> None:
    found = find_reported("检查3家发现隐患5条，约2处，整改4条")
    assert [(each.words, each.number) for each in found] == [("检查", 3), ("发现隐患", 5), ("整改", 4)]


PIECES = st.sampled_from(
    [*"0123456789,./%一二三十百两零家人次个起元万约多第-、，。“”", "检查", "百分之", "已完成", "以上"]
)


@given(st.lists(PIECES, max_size=40).map("".join))
def test_spans_stand_in_the_text(text: str) -> None:
    at = 0
    for figure in find_reported(text):
        assert at <= figure.span.start < figure.span.end <= len(text)
        assert figure.unit and figure.number >= 0
        at = figure.span.end

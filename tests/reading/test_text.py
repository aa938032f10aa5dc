"""Cleaning drops what is no text and knows where every kept character stood."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.reading.text import clean


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("[bookmark: _GoBack]柳河镇人民政府", "柳河镇人民政府"),
        ("##paidbegin##正文", "正文"),
        ("前\n  - 12 -  \n后", "前\n\n后"),
        ("\u3000\u30001.加强培训", "1.加强培训"),
        ("抓好 交通劝导", "抓好交通劝导"),
        ("KTV and bar", "KTV and bar"),
        ("### 2. 深入**学习**", "2.深入学习"),
        ("- 一项", "一项"),
        ("责任人：张三 李四\n李 四", "责任人：张三 李四\n李四"),
        ("本文档编辑密码：abc123\n正文", "\n正文"),
        ("1、" + "检查" * 60 + "重\n2、点企业\n3、整改", "检查" * 60 + "重点企业\n3、整改"),
        ("甲" + "检查" * 60 + "重\n2、点企业", "甲" + "检查" * 60 + "重点企业"),
        ("a" + " " * 9 + "b", "a" + " " * 9 + "b"),
        ("\ufeff第一\r\n第二", "第一\n第二"),
        ("组织自评，\n10月接受评审", "组织自评，10月接受评审"),
        ("组织自评，\n2.接受评审", "组织自评，\n2.接受评审"),
        ("组织自评，\n责任单位：应急办", "组织自评，\n责任单位：应急办"),
        ("甲\t组织自评，\n乙\t组织自评", "甲\t组织自评，\n乙\t组织自评"),
        ("2O25年6月3O日检查l次", "2025年6月30日检查1次"),
    ],
)
def test_noise_is_dropped(raw: str, cleaned: str) -> None:
    assert clean(raw).text == cleaned


def test_wrapped_lines_are_joined_where_every_full_line_breaks() -> None:
    full = "检查" * 12
    assert clean(f"{full}\n{full}\n{full}\n整改。\n{full}").text == full * 3 + f"整改。\n{full}"
    assert clean(f"{full}\n整改").text == f"{full}\n整改"


@given(st.text(alphabet="一二。，#-*12 \u3000\n[]bookmark:月", max_size=60))
def test_every_kept_character_knows_its_place(raw: str) -> None:
    cleaned = clean(raw)
    assert [raw[place] for place in cleaned.offsets] == list(cleaned.text)
    assert list(cleaned.offsets) == sorted(set(cleaned.offsets))
    for place in range(len(cleaned.text)):
        assert cleaned.raw(place, place + 1).of(raw) == cleaned.text[place]

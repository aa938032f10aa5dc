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
    ],
)
def test_noise_is_dropped(raw: str, cleaned: str) -> None:
    assert clean(raw).text == cleaned


@given(st.text(alphabet="一二。，#-*12 \u3000\n[]bookmark:月", max_size=60))
def test_every_kept_character_knows_its_place(raw: str) -> None:
    cleaned = clean(raw)
    assert [raw[place] for place in cleaned.offsets] == list(cleaned.text)
    assert list(cleaned.offsets) == sorted(set(cleaned.offsets))
    for place in range(len(cleaned.text)):
        assert cleaned.raw(place, place + 1).of(raw) == cleaned.text[place]

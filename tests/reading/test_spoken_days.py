"""Days as somebody tells them on the telephone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.reading.spoken_days import coming_day, find_said, is_limit, past_day

TODAY = date(2024, 6, 20)
"""A Thursday."""


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("6月18日", date(2024, 6, 18)),
        ("6月18号", date(2024, 6, 18)),
        ("6月18检查3家", date(2024, 6, 18)),
        ("六月十八日", date(2024, 6, 18)),
        ("6月18-20日", date(2024, 6, 20)),
        ("6月18日至20日", date(2024, 6, 20)),
        ("2023年12月5日", date(2023, 12, 5)),
        ("今年3月5日", date(2024, 3, 5)),
        ("去年12月5日", date(2023, 12, 5)),
        ("12月30日", date(2023, 12, 30)),
        ("6月25日", date(2024, 6, 25)),
        ("2月29日", date(2024, 2, 29)),
        ("6月31日", None),
        ("2024年6月31日", None),
        ("2024-06-18", date(2024, 6, 18)),
        ("2024/6/18", date(2024, 6, 18)),
        ("2024.6.18日", date(2024, 6, 18)),
        ("2024-13-18", None),
        ("6/18", date(2024, 6, 18)),
        ("6.18组织演练", date(2024, 6, 18)),
        ("已于6.18检查", date(2024, 6, 18)),
        ("18日", date(2024, 6, 18)),
        ("18号", date(2024, 6, 18)),
        ("25日", date(2024, 5, 25)),
        ("31日", date(2024, 5, 31)),
        ("今天", TODAY),
        ("今早", TODAY),
        ("当天", TODAY),
        ("昨天", date(2024, 6, 19)),
        ("昨晚", date(2024, 6, 19)),
        ("前天", date(2024, 6, 18)),
        ("明天", date(2024, 6, 21)),
        ("后天", date(2024, 6, 22)),
        ("周一", date(2024, 6, 17)),
        ("星期四", TODAY),
        ("礼拜天", date(2024, 6, 16)),
        ("周五", date(2024, 6, 14)),
        ("上周五", date(2024, 6, 14)),
        ("上上周五", date(2024, 6, 7)),
        ("本周五", date(2024, 6, 21)),
        ("6月底", None),
        ("年底", None),
        ("3天内", None),
    ],
)
def test_days_told_of_what_was(words: str, day: date | None) -> None:
    (said,) = find_said(words)
    assert past_day(said, TODAY) == day


def test_a_day_the_month_before_does_not_have() -> None:
    (said,) = find_said("31日")
    assert past_day(said, date(2024, 7, 5)) is None


def test_last_week_is_that_of_the_calendar() -> None:
    (said,) = find_said("上周五")
    assert past_day(said, date(2024, 6, 22)) == date(2024, 6, 14)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("6月21日", date(2024, 6, 21)),
        ("明年1月5日", date(2025, 1, 5)),
        ("6/25", date(2024, 6, 25)),
        ("25日", date(2024, 6, 25)),
        ("18日", date(2024, 7, 18)),
        ("明天", date(2024, 6, 21)),
        ("周五", date(2024, 6, 21)),
        ("周四", date(2024, 6, 27)),
        ("本周四", TODAY),
        ("下周一", date(2024, 6, 24)),
        ("下个周一", date(2024, 6, 24)),
        ("本周内", date(2024, 6, 23)),
        ("下周报", date(2024, 6, 30)),
        ("月底", date(2024, 6, 30)),
        ("下月底", date(2024, 7, 31)),
        ("下个月底", date(2024, 7, 31)),
        ("9月底", date(2024, 9, 30)),
        ("2月底", date(2025, 2, 28)),
        ("今年2月末", date(2024, 2, 29)),
        ("年底", date(2024, 12, 31)),
        ("3天内", date(2024, 6, 23)),
        ("两天之内", date(2024, 6, 22)),
        ("6月31日", None),
        ("2024-06-31", None),
        ("6/31", None),
    ],
)
def test_days_told_of_what_is_promised(words: str, day: date | None) -> None:
    (said,) = find_said(words)
    assert coming_day(said, TODAY) == day


def test_a_lone_day_the_next_month_does_not_have() -> None:
    (said,) = find_said("30日")
    assert coming_day(said, date(2024, 1, 31)) is None


@pytest.mark.parametrize(
    "text",
    [
        "每周一",
        "一周五次",
        "目前天气",
        "6月路警",
        "第3季度",
        "整改3/5",
        "3号楼",
        "18号文件",
        "罚1.5万元",
        "3.5公里",
        "每日",
        "6.5%",
        "12-1",
        "节日",
    ],
)
def test_words_that_tell_no_day(text: str) -> None:
    assert not list(find_said(text))


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("周五前报", True),
        ("6月30日之前", True),
        ("三天内", True),
        ("本周内", False),
        ("6月18日前往检查", False),
        ("6月18日", False),
    ],
)
def test_limits(text: str, limit: bool) -> None:
    assert is_limit(text, next(find_said(text))) is limit


PIECES = st.sampled_from([*"0123456789一二三十年月日号周底内前天上下本这今明昨./-至到、，", "2024", "星期", "3天内"])


@given(st.lists(PIECES, max_size=30).map("".join), st.dates(date(1990, 1, 1), date(2100, 12, 31)))
def test_any_words(text: str, today: date) -> None:
    for said in find_said(text):
        assert 0 <= said.start() < said.end() <= len(text)
        past, coming = past_day(said, today), coming_day(said, today)
        assert past is None or abs(past - today) < timedelta(days=50000)
        assert coming is None or past is None or coming >= past or said["lone"] is None

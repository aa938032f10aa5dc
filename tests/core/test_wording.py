"""A rule of time is told to people."""

from __future__ import annotations

from datetime import date

import pytest

from planner.core.plan import Deadline, DeadlineKind, Frequency, Span
from planner.core.wording import item_words, rule_words

NOWHERE = Span(0, 0)


def told(kind: DeadlineKind, **values: object) -> str:
    return rule_words(Deadline(kind, "原文", NOWHERE, **values), 2024)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"due": date(2024, 6, 30)}, "6月30日（周日）前"),
        ({"due": date(2025, 1, 10)}, "2025年1月10日（周五）前"),
        ({"start": date(2024, 6, 1), "due": date(2024, 8, 31)}, "6月1日（周六）至8月31日（周六）"),
        ({"start": date(2024, 6, 1)}, "6月1日（周六）起"),
        ({"season": "汛前"}, "日期未定，请办公室确定"),
    ],
)
def test_days(values: dict[str, object], words: str) -> None:
    assert told(DeadlineKind.ONCE, **values) == words


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"freq": Frequency.MONTHLY}, "每月"),
        ({"freq": Frequency.MONTHLY, "interval": 2, "count": 2}, "每2个月至少2次"),
        ({"freq": Frequency.MONTHLY, "anchor": {"day": 28}}, "每月28日前"),
        ({"freq": Frequency.MONTHLY, "anchor": {"day": -1}}, "每月底前"),
        ({"freq": Frequency.MONTHLY, "anchor": {"days": [5, 20]}}, "每月5日、20日前"),
        ({"freq": Frequency.MONTHLY, "anchor": {"days": [15, -1]}}, "每月15日、月底前"),
        ({"freq": Frequency.MONTHLY, "anchor": {"workday": -1}}, "每月最后一个工作日前"),
        ({"freq": Frequency.MONTHLY, "anchor": {"workday": 3}}, "每月前3个工作日内"),
        ({"freq": Frequency.MONTHLY, "anchor": {"month_from": 3, "month_to": 12}}, "3月至12月每月"),
        ({"freq": Frequency.MONTHLY, "count": 2, "anchor": {"day": 28}}, "每月28日前至少2次"),
        ({"freq": Frequency.WEEKLY, "anchor": {"weekday": 5}}, "每周五前"),
        ({"freq": Frequency.WEEKLY, "anchor": {"weekdays": [1, 3]}}, "每周一、三"),
        ({"freq": Frequency.QUARTERLY, "anchor": {"month_in_period": 1, "day": 10}}, "每季度首月10日前"),
        ({"freq": Frequency.QUARTERLY, "anchor": {"month_in_period": 3, "day": -1}}, "每季度第三个月底前"),
        ({"freq": Frequency.YEARLY, "anchor": {"month": 6, "day": -1}}, "每年6月底前"),
        ({"freq": Frequency.QUARTERLY, "offset": {"n": 5, "unit": "day", "event": "季度结束"}}, "每季度结束后5日内"),
        ({"freq": Frequency.HOLIDAY}, "每逢节假日前"),
    ],
)
def test_rhythms(values: dict[str, object], words: str) -> None:
    assert told(DeadlineKind.RECURRING, **values) == words


def test_standing_duties_and_events() -> None:
    assert told(DeadlineKind.STANDING) == "长期工作，没有到期日"
    assert told(DeadlineKind.STANDING, weak=True) == "长期工作，频次未明确"
    offset = {"n": 3, "unit": "workday", "event": "接到通知"}
    assert told(DeadlineKind.RELATIVE, offset=offset) == "接到通知后3个工作日内"
    issued = {"n": 30, "unit": "day", "event": "印发"}
    assert told(DeadlineKind.RELATIVE, offset=issued, due=date(2024, 5, 17)) == "印发后30日内，即5月17日（周五）前"
    ahead = {"n": -3, "unit": "workday", "event": "会议召开"}
    assert told(DeadlineKind.RELATIVE, offset=ahead) == "会议召开前3个工作日"
    assert told(DeadlineKind.RELATIVE, offset={"n": 0, "unit": "day", "event": "开工前"}) == "开工前"
    assert told(DeadlineKind.RELATIVE, offset={"n": 5, "unit": "workday", "event": ""}) == "5个工作日内"
    assert told(DeadlineKind.RELATIVE, offset={"event": "立行立改"}) == "立行立改，没有固定日期"


@pytest.mark.parametrize(
    ("number", "words"),
    [("12", "第12条"), ("十二", "第十二条"), ("问题二", "问题二"), ("9月", "9月"), ("", "「加强培训」")],
)
def test_how_a_point_is_called(number: str, words: str) -> None:
    assert item_words(number, "加强培训") == words

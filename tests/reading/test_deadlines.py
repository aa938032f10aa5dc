"""How words of time are read: the issue date is 17 April 2024, the plan's year 2024."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.core.calendar import Season
from planner.core.plan import Basis, Deadline
from planner.reading.deadlines import Context, find_deadlines

CONTEXT = Context(2024, date(2024, 4, 17))


def only(text: str, context: Context = CONTEXT) -> Deadline:
    (rule,) = find_deadlines(text, context)
    assert rule.raw == rule.span.of(text)
    return rule


@pytest.mark.parametrize(
    ("text", "raw", "due"),
    [
        ("6月底前，组织培训考核", "6月底前", "2024-06-30"),
        ("于９月底之前完成排查", "９月底之前", "2024-09-30"),
        ("十二月底前全面清零", "十二月底前", "2024-12-31"),
        ("2月末完成", "2月末", "2024-02-29"),
        ("6月15日前报送方案", "6月15日前", "2024-06-15"),
        ("不迟于10月20日报送", "10月20日", "2024-10-20"),
        ("2025年3月底前通过评审", "2025年3月底前", "2025-03-31"),
        ("明年3月底前通过评审", "明年3月底前", "2025-03-31"),
        ("今年8月底前建成", "今年8月底前", "2024-08-31"),
        ("2024.6.30前完成", "2024.6.30前", "2024-06-30"),
        ("2024-07-01前完成", "2024-07-01前", "2024-07-01"),
        ("5月上旬组织演练", "5月上旬", "2024-05-10"),
        ("5月中旬组织演练", "5月中旬", "2024-05-20"),
        ("5月下旬组织演练", "5月下旬", "2024-05-31"),
        ("2024年10月建成", "2024年10月", "2024-10-31"),
        ("7月份开展检查", "7月份", "2024-07-31"),
        ("4月开工", "4月", "2024-04-30"),
        ("7月前完成", "7月前", "2024-06-30"),
        ("年底前完成首轮培训", "年底前", "2024-12-31"),
        ("今年年底前完成", "今年年底前", "2024-12-31"),
        ("年内挂牌", "年内", "2024-12-31"),
        ("2025年底前完成", "2025年底前", "2025-12-31"),
        ("上半年完成排查", "上半年", "2024-06-30"),
        ("下半年完成整治", "下半年", "2024-12-31"),
        ("第三季度完成", "第三季度", "2024-09-30"),
        ("一季度末完成", "一季度末", "2024-03-31"),
        ("四季度完成", "四季度", "2024-12-31"),
        ("到2025年基本建成", "到2025年", "2025-12-31"),
        ("月底前报送名单", "月底前", "2024-04-30"),
        ("本周五前报送名单", "本周五前", "2024-04-19"),
        ("本周报送名单", "本周", "2024-04-21"),
        ("国庆节前开展检查", "国庆节前", "2024-09-30"),
        ("端午前开展检查", "端午前", "2024-06-09"),
        ("春节前开展检查", "春节前", "2025-01-28"),
    ],
)
def test_once(text: str, raw: str, due: str) -> None:
    rule = only(text)
    assert (rule.kind, rule.raw, str(rule.due)) == ("once", raw, due)
    assert rule.basis is Basis.STATED


@pytest.mark.parametrize(
    ("text", "raw", "start", "due"),
    [
        ("6月至8月开展整治", "6月至8月", "2024-06-01", "2024-08-31"),
        ("6—8月开展整治", "6—8月", "2024-06-01", "2024-08-31"),
        ("11-2月开展整治", "11-2月", "2024-11-01", "2025-02-28"),
        ("3月1日至5月31日开展整治", "3月1日至5月31日", "2024-03-01", "2024-05-31"),
        ("10月1日至次年4月30日巡护", "10月1日至次年4月30日", "2024-10-01", "2025-04-30"),
        ("11月1日至2月底巡护", "11月1日至2月底", "2024-11-01", "2025-02-28"),
        ("2024年9月至2025年3月整治", "2024年9月至2025年3月", "2024-09-01", "2025-03-31"),
        ("即日起至12月31日整治", "即日起至12月31日", "2024-04-17", "2024-12-31"),
        ("国庆期间值守", "国庆期间", "2024-10-01", "2024-10-07"),
    ],
)
def test_windows(text: str, raw: str, start: str, due: str) -> None:
    rule = only(text)
    assert (rule.kind, rule.raw, str(rule.start), str(rule.due)) == ("window", raw, start, due)


@pytest.mark.parametrize(
    ("text", "raw", "freq", "interval", "count", "anchor"),
    [
        ("每季度开展一次风险辨识", "每季度", "QUARTERLY", 1, 1, None),
        ("各单位每季度至少召开两次会议", "每季度", "QUARTERLY", 1, 2, None),
        ("高危行业每月至少1次", "每月至少1次", "MONTHLY", 1, 1, None),
        ("每月至少开展2次联合检查", "每月", "MONTHLY", 1, 2, None),
        ("每月走访2—3次", "每月", "MONTHLY", 1, 2, None),
        ("每半年至少一次", "每半年至少一次", "HALFYEARLY", 1, 1, None),
        ("每学期至少组织一次演练", "每学期", "SEMESTER", 1, 1, None),
        ("每年组织2次演练", "每年", "YEARLY", 1, 2, None),
        ("每日开展巡查", "每日", "DAILY", 1, 1, None),
        ("每周调度一次", "每周", "WEEKLY", 1, 1, None),
        ("每旬通报", "每旬", "TENDAY", 1, 1, None),
        ("每两周一次", "每两周一次", "WEEKLY", 2, 1, None),
        ("每半月巡查1次", "每半月", "MONTHLY", 1, 2, None),
        ("每两个月督查", "每两个月", "MONTHLY", 2, 1, None),
        ("逐月通报", "逐月", "MONTHLY", 1, 1, None),
        ("按季度通报", "按季度", "QUARTERLY", 1, 1, None),
        ("一月一次例会", "一月一次", "MONTHLY", 1, 1, None),
        ("半年一次考核", "半年一次", "HALFYEARLY", 1, 1, None),
        ("半月一次例会", "半月一次", "MONTHLY", 1, 2, None),
        ("上半年、下半年各组织1次", "上半年、下半年各", "HALFYEARLY", 1, 1, None),
        ("每月28日前报送", "每月28日前", "MONTHLY", 1, 1, {"day": 28}),
        ("每月5日、20日前报送", "每月5日、20日前", "MONTHLY", 1, 1, {"days": [5, 20]}),
        ("每月底前报送", "每月底前", "MONTHLY", 1, 1, {"day": -1}),
        ("每月最后一个工作日报送", "每月最后一个工作日", "MONTHLY", 1, 1, {"workday": -1}),
        ("每周五前报送", "每周五前", "WEEKLY", 1, 1, {"weekday": 5}),
        ("每周日打扫", "每周日", "WEEKLY", 1, 1, {"weekday": 7}),
        ("每周一次督查", "每周一次", "WEEKLY", 1, 1, None),
        ("每季度首月10日前报送", "每季度首月10日前", "QUARTERLY", 1, 1, {"month_in_period": 1, "day": 10}),
        ("每季度末月25日前报送", "每季度末月25日前", "QUARTERLY", 1, 1, {"month_in_period": 3, "day": 25}),
        ("每年6月底前报送", "每年6月底前", "YEARLY", 1, 1, {"month": 6, "day": -1}),
        ("每年3月15日前报送", "每年3月15日前", "YEARLY", 1, 1, {"month": 3, "day": 15}),
        ("3月至11月每月开展一次", "3月至11月每月", "MONTHLY", 1, 1, {"month_from": 3, "month_to": 11}),
        ("每逢节假日前检查", "每逢节假日前", "HOLIDAY", 1, 1, None),
    ],
)
def test_recurring(text: str, raw: str, freq: str, interval: int, count: int, anchor: dict[str, Any] | None) -> None:
    rule = only(text)
    assert (rule.kind, rule.raw) == ("recurring", raw)
    assert (str(rule.freq), rule.interval, rule.count, rule.anchor) == (freq, interval, count, anchor)


def test_two_days_of_a_year_are_two_rules() -> None:
    rules = find_deadlines("每年6月底前和12月底前报送", CONTEXT)
    assert [rule.anchor for rule in rules] == [{"month": 6, "day": -1}, {"month": 12, "day": -1}]


def test_a_chain_of_three() -> None:
    rules = find_deadlines("落实日管控、周排查、月调度", CONTEXT)
    assert [(rule.raw, str(rule.freq)) for rule in rules] == [
        ("日管控", "DAILY"),
        ("周排查", "WEEKLY"),
        ("月调度", "MONTHLY"),
    ]


@pytest.mark.parametrize(
    ("text", "raw", "offset"),
    [
        ("接到通知后3个工作日内报送", "接到通知后3个工作日内", {"n": 3, "unit": "workday", "event": "接到通知"}),
        ("整改通知书下达后30日内整改", "整改通知书下达后30日内", {"n": 30, "unit": "day", "event": "整改通知书下达"}),
        ("30分钟内到场", "30分钟内", {"n": 30, "unit": "minute", "event": ""}),
        ("发现后两小时内上报", "发现后两小时内", {"n": 2, "unit": "hour", "event": "发现"}),
        ("验收后一个月内归档", "验收后一个月内", {"n": 1, "unit": "month", "event": "验收"}),
    ],
)
def test_relative(text: str, raw: str, offset: dict[str, Any]) -> None:
    rule = only(text)
    assert (rule.kind, rule.raw, rule.offset, rule.due) == ("relative", raw, offset, None)


def test_only_the_issue_itself_gives_a_relative_time_a_day() -> None:
    assert only("自印发之日起30日内报送").due == date(2024, 5, 17)
    assert only("自印发之日起30日内报送", Context(2024)).due is None
    assert only("立行立改").kind == "relative"


@pytest.mark.parametrize(
    ("text", "weak"), [("长期坚持", False), ("全年开展", False), ("定期开展演练", True), ("及时修订", True)]
)
def test_standing(text: str, weak: bool) -> None:
    rule = only(text)
    assert (rule.kind, rule.weak, rule.due) == ("standing", weak, None)


@pytest.mark.parametrize(
    ("text", "season", "kind"),
    [
        ("汛期前完成检查", "汛期前", "once"),
        ("汛前、汛后检查", "汛前、汛后", "window"),
        ("春节后复产复工阶段，组织“开工第一课”", "春节后复产复工阶段", "window"),
        ("春季、秋季开学集中开展", "春季、秋季开学", "window"),
        ("春节期间值守", "春节期间", "window"),
        ("今冬明春整治", "今冬明春", "window"),
    ],
)
def test_a_season_stays_open_until_the_office_dates_it(text: str, season: str, kind: str) -> None:
    rule = only(text)
    assert (rule.kind, rule.season, rule.due, rule.basis) == (kind, season, None, Basis.ABSENT)


def test_a_dated_season_gives_days() -> None:
    flood = Context(2025, None, (Season("汛期", date(2025, 4, 1), date(2025, 9, 30)),))
    before, during = only("汛期前检查", flood), only("汛期值守", flood)
    assert (before.due, before.basis) == (date(2025, 3, 31), Basis.INFERRED)
    assert (during.start, during.due) == (date(2025, 4, 1), date(2025, 9, 30))


@pytest.mark.parametrize(
    "text",
    [
        "结合2023年汛情更新预案", "落实24小时值班制度", "推进三年行动", "用好119热线", "每名班子成员包保2—3个点位",
        "对30人以上的企业检查", "执行《2024年6月底前工作方案》", "用好“6月底前”口号", "上月26日进行了检查", "5月20日召开了会议",
        "截至目前，9月份完成检查", "道路191.146公里", "【2019】8号文件", "13月底前", "十月怀胎", "2024.13.1前", "2月30日前", "底前", "7-13月",
        "去年12月完成", "新建房屋二十栋", "全年共开展5次",
    ],
)  # fmt: skip
def test_what_is_no_deadline(text: str) -> None:
    assert [rule for rule in find_deadlines(text, CONTEXT) if rule.due or rule.freq or rule.offset] == []


@pytest.mark.parametrize(
    "text",
    ["6月底前", "第三季度", "上半年", "年底前", "6—8月", "6月至8月", "月底前", "本周五前", "国庆节前", "即日起至6月底"],
)
def test_without_a_year_there_is_no_day(text: str) -> None:
    assert only(text, Context(None)).due is None


def test_several_in_one_sentence_come_in_order() -> None:
    rules = find_deadlines("5月底前自评，8月底前初评，10月中旬接受预评审", CONTEXT)
    assert [str(rule.due) for rule in rules] == ["2024-05-31", "2024-08-31", "2024-10-20"]


FRAGMENTS = [
    "6月", "底", "前", "每", "季度", "至少", "一次", "2024年", "至", "8月31日", "汛", "期", "春节", "后", "3个工作日内", "《", "》", "“", "”",
    "，", "。", "上", "半年", "、", "年", "内", "5日", "首月", "一", "十二", "定期", "本周", "五", "国庆", "即日起", "末", "旬", "中", "—", ".", "日管控", "\n",
]  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=14).map("".join), st.sampled_from([CONTEXT, Context(None)]))
def test_no_words_break_the_reader(text: str, context: Context) -> None:
    rules = find_deadlines(text, context)
    for rule in rules:
        assert rule.raw == rule.span.of(text) != ""
        assert rule.interval >= 1 and rule.count >= 1
    spans = sorted({rule.span for rule in rules})
    assert all(before.end <= after.start for before, after in pairwise(spans))
    assert [rule.span for rule in rules] == sorted(rule.span for rule in rules)

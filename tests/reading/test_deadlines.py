"""How words of time are read: the plan's year is 2024, and it was issued on Wednesday, 17 April."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.core.calendar import Season, WorkingDays
from planner.core.plan import Basis, Deadline
from planner.reading.deadlines import SCAN, WAYS, Context, find_deadlines
from planner.reading.masks import plain
from tests.reading.deadline_corpus import cases

CONTEXT = Context(2024, date(2024, 4, 17))
FLOOD = Season("汛期", date(2024, 4, 1), date(2024, 9, 30))


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
        ("6 月 15 日前报送方案", "6 月 15 日前", "2024-06-15"),
        ("于6月\n底前完成", "6月\n底前", "2024-06-30"),
        ("十一月三十日前建成", "十一月三十日前", "2024-11-30"),
        ("6月15日24时前报送方案", "6月15日24时前", "2024-06-15"),
        ("6月15日（含）前报送方案", "6月15日（含）前", "2024-06-15"),
        ("不迟于10月20日报送", "不迟于10月20日", "2024-10-20"),
        ("截至2024年9月30日，整改到位", "截至2024年9月30日", "2024-09-30"),
        ("2025年3月底前通过评审", "2025年3月底前", "2025-03-31"),
        ("二〇二五年六月底前建成", "二〇二五年六月底前", "2025-06-30"),
        ("明年3月底前通过评审", "明年3月底前", "2025-03-31"),
        ("次年1月15日前归档", "次年1月15日前", "2025-01-15"),
        ("今年8月底前建成", "今年8月底前", "2024-08-31"),
        ("2024.6.30前完成", "2024.6.30前", "2024-06-30"),
        ("2024-07-01前完成", "2024-07-01前", "2024-07-01"),
        ("完成时限：2024/8/20", "2024/8/20", "2024-08-20"),
        ("5月上旬组织演练", "5月上旬", "2024-05-10"),
        ("5月中旬组织演练", "5月中旬", "2024-05-20"),
        ("5月中下旬组织演练", "5月中下旬", "2024-05-31"),
        ("5月下旬前组织演练", "5月下旬前", "2024-05-31"),
        ("2024年10月建成", "2024年10月", "2024-10-31"),
        ("7月份开展检查", "7月份", "2024-07-31"),
        ("4月开工", "4月", "2024-04-30"),
        ("年底前完成首轮培训", "年底前", "2024-12-31"),
        ("今年年底前完成", "今年年底前", "2024-12-31"),
        ("2025年底前完成", "2025年底前", "2025-12-31"),
        ("年内挂牌", "年内", "2024-12-31"),
        ("本年度内挂牌", "本年度内", "2024-12-31"),
        ("年终前兑现", "年终前", "2024-12-31"),
        ("上半年完成排查", "上半年", "2024-06-30"),
        ("下半年完成整治", "下半年", "2024-12-31"),
        ("第三季度完成", "第三季度", "2024-09-30"),
        ("前三季度完成", "前三季度", "2024-09-30"),
        ("一季度末完成", "一季度末", "2024-03-31"),
        ("2025年四季度开工", "2025年四季度", "2025-12-31"),
        ("到2025年基本建成", "到2025年", "2025-12-31"),
        ("月底前报送名单", "月底前", "2024-04-30"),
        ("下个月底前报送名单", "下个月底前", "2024-05-31"),
        ("下月5日前报送名单", "下月5日前", "2024-05-05"),
        ("本季度末报送名单", "本季度末", "2024-06-30"),
        ("下季度内报送名单", "下季度内", "2024-09-30"),
        ("本周五前报送名单", "本周五前", "2024-04-19"),
        ("下周三前报送名单", "下周三前", "2024-04-24"),
        ("本周内报送名单", "本周内", "2024-04-21"),
        ("2023年12月底前已建成的除外，2024年12月底前建成", "2024年12月底前", "2024-12-31"),
    ],
)
def test_once(text: str, raw: str, due: str) -> None:
    rule = only(text)
    assert (rule.kind, rule.raw, str(rule.due), rule.start) == ("once", raw, due, None)
    assert rule.basis is Basis.STATED


def test_the_end_of_the_month_in_a_row_of_a_calendar_is_that_of_its_row() -> None:
    assert only("月底前完成", Context(2024, date(2024, 4, 17), month=6)).due == date(2024, 6, 30)


@pytest.mark.parametrize(
    ("text", "raw", "due"),
    [
        ("7月前完成", "7月前", "2024-06-30"),
        ("3月初启动", "3月初", "2024-03-10"),
        ("国庆节前开展检查", "国庆节前", "2024-09-30"),
        ("“五一”前开展检查", "“五一”前", "2024-04-30"),
        ("端午前夕开展检查", "端午前夕", "2024-06-09"),
        ("中秋、国庆节前开展检查", "中秋、国庆节前", "2024-09-16"),
        ("春节前开展检查", "春节前", "2025-01-28"),
        ("2026年春节前开展检查", "2026年春节前", "2026-02-16"),
    ],
)
def test_once_by_a_rule(text: str, raw: str, due: str) -> None:
    rule = only(text)
    assert (rule.kind, rule.raw, str(rule.due), rule.basis) == ("once", raw, due, Basis.INFERRED)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("3月、6月底前各报送一次", ["2024-03-31", "2024-06-30"]),
        ("于3、6、9月底前报送", ["2024-03-31", "2024-06-30", "2024-09-30"]),
        ("6月10日、20日前报送", ["2024-06-10", "2024-06-20"]),
        ("在一、三季度通报", ["2024-03-31", "2024-09-30"]),
        ("5月底前自评，8月底前初评，10月中旬接受预评审", ["2024-05-31", "2024-08-31", "2024-10-20"]),
        ("2月10日、31日前报送", ["2024-02-10", "None"]),
        ("1、3月底前完成清理", ["2024-03-31"]),
    ],
)
def test_several_come_in_order(text: str, days: list[str]) -> None:
    assert [str(rule.due) for rule in find_deadlines(text, CONTEXT)] == days


@pytest.mark.parametrize("text", ["2月30日前完成", "2024.13.1前完成", "6月31日前完成"])
def test_a_day_that_does_not_exist_is_kept_without_a_date(text: str) -> None:
    assert only(text).due is None


@pytest.mark.parametrize(
    ("text", "raw", "start", "due"),
    [
        ("6月至8月开展整治", "6月至8月", "2024-06-01", "2024-08-31"),
        ("6—8月开展整治", "6—8月", "2024-06-01", "2024-08-31"),
        ("11-2月开展整治", "11-2月", "2024-11-01", "2025-02-28"),
        ("3月1日至5月31日开展整治", "3月1日至5月31日", "2024-03-01", "2024-05-31"),
        ("从3月1日起至5月31日止开展整治", "3月1日起至5月31日止", "2024-03-01", "2024-05-31"),
        ("5月1日—15日集中整治", "5月1日—15日", "2024-05-01", "2024-05-15"),
        ("3月中旬到5月下旬整治", "3月中旬到5月下旬", "2024-03-11", "2024-05-31"),
        ("10月1日至次年4月30日巡护", "10月1日至次年4月30日", "2024-10-01", "2025-04-30"),
        ("11月1日至2月底巡护", "11月1日至2月底", "2024-11-01", "2025-02-28"),
        ("11月1日至2025年2月底巡护", "11月1日至2025年2月底", "2024-11-01", "2025-02-28"),
        ("11月至2024年3月巡护", "11月至2024年3月", "2023-11-01", "2024-03-31"),
        ("2024年9月至2025年3月整治", "2024年9月至2025年3月", "2024-09-01", "2025-03-31"),
        ("2024.3.1-2024.5.31整治", "2024.3.1-2024.5.31", "2024-03-01", "2024-05-31"),
        ("即日起至12月31日整治", "即日起至12月31日", "2024-04-17", "2024-12-31"),
        ("即日起到2025年，开展整治", "即日起到2025年", "2024-04-17", "2025-12-31"),
        ("自本方案印发之日起至6月底前整治", "本方案印发之日起至6月底前", "2024-04-17", "2024-06-30"),
        ("6月期间值守", "6月期间", "2024-06-01", "2024-06-30"),
        ("国庆期间值守", "国庆期间", "2024-10-01", "2024-10-07"),
        ("办好“安全生产月”活动", "“安全生产月”活动", "2024-06-01", "2024-06-30"),
        ("办好6月“安全生产月”", "6月“安全生产月”", "2024-06-01", "2024-06-30"),
        ("7月1日起执行新标准", "7月1日起", "2024-07-01", "None"),
        ("即日起停止受理", "即日起", "2024-04-17", "None"),
        ("现在起至去年底整治", "现在起至去年底", "2024-04-17", "None"),
        ("2月1日至31日整治", "2月1日至31日", "2024-02-01", "None"),
    ],
)
def test_windows(text: str, raw: str, start: str, due: str) -> None:
    rule = only(text)
    assert (rule.kind, rule.raw, str(rule.start), str(rule.due)) == ("window", raw, start, due)


@pytest.mark.parametrize(
    ("text", "raw", "freq", "interval", "count", "anchor"),
    [
        ("每季度开展一次风险辨识", "每季度开展一次", "QUARTERLY", 1, 1, None),
        ("各单位每季度至少召开两次会议", "每季度至少召开两次", "QUARTERLY", 1, 2, None),
        ("每季度带队对本单位重大隐患整治情况至少开展2次检查", "每季度", "QUARTERLY", 1, 2, None),
        ("每季度深入辖区企业，至少检查3次", "每季度", "QUARTERLY", 1, 3, None),
        ("高危行业每月至少1次", "每月至少1次", "MONTHLY", 1, 1, None),
        ("每月走访2—3次", "每月走访2—3次", "MONTHLY", 1, 2, None),
        ("每月驻村不少于15天", "每月驻村不少于15天", "MONTHLY", 1, 15, None),
        ("每半年至少一次", "每半年至少一次", "HALFYEARLY", 1, 1, None),
        ("每学期至少组织一次演练", "每学期至少组织一次", "SEMESTER", 1, 1, None),
        ("每学期开学前后各整治一次", "每学期开学前后各整治一次", "SEMESTER", 1, 2, None),
        ("每年组织2次演练", "每年组织2次", "YEARLY", 1, 2, None),
        ("每学年评议", "每学年", "YEARLY", 1, 1, None),
        ("全年至少开展4次演练", "全年至少开展4次", "YEARLY", 1, 4, None),
        ("每日开展巡查", "每日", "DAILY", 1, 1, None),
        ("每日17时前报告", "每日17时前", "DAILY", 1, 1, None),
        ("每天早晚各巡查一次", "每天早晚各巡查一次", "DAILY", 1, 2, None),
        ("隔日巡查", "隔日", "DAILY", 2, 1, None),
        ("每周调度一次", "每周调度一次", "WEEKLY", 1, 1, None),
        ("每两周一次", "每两周一次", "WEEKLY", 2, 1, None),
        ("每双周调度", "每双周", "WEEKLY", 2, 1, None),
        ("每周三次巡查", "每周三次", "WEEKLY", 1, 3, None),
        ("每周五前报送", "每周五前", "WEEKLY", 1, 1, {"weekday": 5}),
        ("每周日打扫", "每周日", "WEEKLY", 1, 1, {"weekday": 7}),
        ("每周一、三、五巡查", "每周一、三、五", "WEEKLY", 1, 1, {"weekdays": [1, 3, 5]}),
        ("每周一至周五值守", "每周一至周五", "WEEKLY", 1, 1, None),
        ("每旬通报", "每旬", "TENDAY", 1, 1, None),
        ("每半月巡查1次", "每半月巡查1次", "MONTHLY", 1, 2, None),
        ("半月一次例会", "半月一次", "MONTHLY", 1, 2, None),
        ("每两个月督查", "每两个月", "MONTHLY", 2, 1, None),
        ("三个月一次例会", "三个月一次", "MONTHLY", 3, 1, None),
        ("逐月通报", "逐月", "MONTHLY", 1, 1, None),
        ("按季度通报", "按季度", "QUARTERLY", 1, 1, None),
        ("一月一调度", "一月一调度", "MONTHLY", 1, 1, None),
        ("一季度一分析", "一季度一分析", "QUARTERLY", 1, 1, None),
        ("半年一次考核", "半年一次", "HALFYEARLY", 1, 1, None),
        ("上半年、下半年各组织1次", "上半年、下半年各组织1次", "HALFYEARLY", 1, 1, None),
        ("实行月通报制度", "月通报", "MONTHLY", 1, 1, None),
        ("每月28日前报送", "每月28日前", "MONTHLY", 1, 1, {"day": 28}),
        ("每月的十五日前报送", "每月的十五日前", "MONTHLY", 1, 1, {"day": 15}),
        ("每月5日、20日前报送", "每月5日、20日前", "MONTHLY", 1, 1, {"days": [5, 20]}),
        ("每月15日和月底前报送", "每月15日和月底前", "MONTHLY", 1, 1, {"days": [15, -1]}),
        ("每月5日至10日集中走访", "每月5日至10日", "MONTHLY", 1, 1, {"day": 10}),
        ("每月底前报送", "每月底前", "MONTHLY", 1, 1, {"day": -1}),
        ("每月上旬报送", "每月上旬", "MONTHLY", 1, 1, {"day": 10}),
        ("每月最后一个工作日报送", "每月最后一个工作日", "MONTHLY", 1, 1, {"workday": -1}),
        ("每月第一个工作日报送", "每月第一个工作日", "MONTHLY", 1, 1, {"workday": 1}),
        ("次月5日前报送", "次月5日前", "MONTHLY", 1, 1, {"day": 5}),
        ("每月数据于次月5日前报送", "每月", "MONTHLY", 1, 1, {"day": 5}),
        ("每季度首月10日前报送", "每季度首月10日前", "QUARTERLY", 1, 1, {"month_in_period": 1, "day": 10}),
        ("每季度第二个月中旬报送", "每季度第二个月中旬", "QUARTERLY", 1, 1, {"month_in_period": 2, "day": 20}),
        ("每季度末月25日前报送", "每季度末月25日前", "QUARTERLY", 1, 1, {"month_in_period": 3, "day": 25}),
        ("每半年最后一个月20日前", "每半年最后一个月20日前", "HALFYEARLY", 1, 1, {"month_in_period": 6, "day": 20}),
        ("每季度末前报送", "每季度末前", "QUARTERLY", 1, 1, {"day": -1}),
        ("每季度15日前报送", "每季度15日前", "QUARTERLY", 1, 1, {"day": 15}),
        ("每年6月底前报送", "每年6月底前", "YEARLY", 1, 1, {"month": 6, "day": -1}),
        ("每年3月15日前报送", "每年3月15日前", "YEARLY", 1, 1, {"month": 3, "day": 15}),
        ("每年三月上旬报送", "每年三月上旬", "YEARLY", 1, 1, {"month": 3, "day": 10}),
        ("每年年底前报送", "每年年底前", "YEARLY", 1, 1, {"month": 12, "day": -1}),
        ("每年第二季度评选", "每年第二季度", "YEARLY", 1, 1, {"month": 6, "day": -1}),
        ("每年上半年评选", "每年上半年", "YEARLY", 1, 1, {"month": 6, "day": -1}),
        ("每年3月至5月整治", "每年3月至5月", "YEARLY", 1, 1, {"month_from": 3, "month_to": 5}),
        ("3月至11月每月检查", "3月至11月每月", "MONTHLY", 1, 1, {"month_from": 3, "month_to": 11}),
        ("6—9月，每周巡查", "6—9月，每周", "WEEKLY", 1, 1, {"month_from": 6, "month_to": 9}),
        ("自5月起，每月检查", "5月起，每月", "MONTHLY", 1, 1, {"month_from": 5, "month_to": 12}),
        (
            "自5月起，每月10日前报送上月数据",
            "5月起，每月10日前",
            "MONTHLY",
            1,
            1,
            {"month_from": 5, "month_to": 12, "day": 10},
        ),
        ("每隔一个月检查", "每隔一个月", "MONTHLY", 2, 1, None),
        ("每月25日下班前报送", "每月25日下班前", "MONTHLY", 1, 1, {"day": 25}),
        ("每逢节假日前检查", "每逢节假日前", "HOLIDAY", 1, 1, None),
        ("每个重大节假日前检查", "每个重大节假日前", "HOLIDAY", 1, 1, None),
        ("重大节假日前检查", "重大节假日前", "HOLIDAY", 1, 1, None),
    ],
)
def test_recurring(text: str, raw: str, freq: str, interval: int, count: int, anchor: dict[str, Any] | None) -> None:
    rule = only(text)
    assert (rule.kind, rule.raw) == ("recurring", raw)
    assert (str(rule.freq), rule.interval, rule.count, rule.anchor) == (freq, interval, count, anchor)


def test_two_days_of_a_year_are_two_rules() -> None:
    rules = find_deadlines("每年6月底前和12月底前报送", CONTEXT)
    assert [(rule.raw, rule.anchor) for rule in rules] == [
        ("每年6月底前", {"month": 6, "day": -1}),
        ("12月底前", {"month": 12, "day": -1}),
    ]


@pytest.mark.parametrize("text", ["落实日管控、周排查、月调度", "落实“日管控、周排查、月调度”机制"])
def test_a_chain_of_three(text: str) -> None:
    rules = find_deadlines(text, CONTEXT)
    assert [(rule.raw, str(rule.freq)) for rule in rules] == [
        ("日管控", "DAILY"),
        ("周排查", "WEEKLY"),
        ("月调度", "MONTHLY"),
    ]


def test_days_and_the_duty_in_them_are_two() -> None:
    window, duty = find_deadlines("5月1日至15日，每周巡查", CONTEXT)
    assert (window.due, str(duty.freq), duty.anchor) == (date(2024, 5, 15), "WEEKLY", None)


def test_after_the_end_of_each_quarter() -> None:
    rule = only("每季度结束后5个工作日内报送")
    assert (str(rule.freq), rule.offset) == ("QUARTERLY", {"n": 5, "unit": "workday", "event": "季度结束"})


def test_a_yearly_duty_in_a_season() -> None:
    rule = only("每年“安全生产月”期间宣讲")
    assert (rule.raw, str(rule.freq), rule.season) == ("每年“安全生产月”期间", "YEARLY", "安全生产月")


@pytest.mark.parametrize(
    ("text", "raw", "offset"),
    [
        ("接到通知后3个工作日内报送", "接到通知后3个工作日内", (3, "workday", "接到通知")),
        ("应在整改通知书下达后30日内整改", "整改通知书下达后30日内", (30, "day", "整改通知书下达")),
        ("自收到申请之日起二十日内答复", "收到申请之日起二十日内", (20, "day", "收到申请")),
        ("验收合格后的10个工作日内归档", "验收合格后的10个工作日内", (10, "workday", "验收合格")),
        ("30分钟内到场", "30分钟内", (30, "minute", "")),
        ("发现后两小时内上报", "发现后两小时内", (2, "hour", "发现")),
        ("后3日内上报", "3日内", (3, "day", "")),
        ("橙色场所一个月内复查", "一个月内", (1, "month", "")),
        ("两周内复查", "两周内", (2, "week", "")),
        ("半个月内复查", "半个月内", (15, "day", "")),
        ("会议纪要于会后2个工作日内印发", "会后2个工作日内", (2, "workday", "会")),
        ("开学后两周内排查", "开学后两周内", (2, "week", "开学")),
        ("半年内复查", "半年内", (6, "month", "")),
        ("试点满6个月后评估推广", "试点满6个月后", (6, "month", "试点")),
        ("会议召开前3个工作日报送", "会议召开前3个工作日", (-3, "workday", "会议召开")),
        ("提前5天通知", "提前5天", (-5, "day", "")),
        ("开工前到场核查", "开工前", (0, "day", "开工前")),
    ],
)
def test_relative(text: str, raw: str, offset: tuple[int, str, str]) -> None:
    rule = only(text)
    n, unit, event = offset
    assert (rule.kind, rule.raw, rule.due) == ("relative", raw, None)
    assert rule.offset == {"n": n, "unit": unit, "event": event}


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("自印发之日起30日内报送", date(2024, 5, 17)),
        ("自印发之日起2周内报送", date(2024, 5, 1)),
        ("自发文之日起一个月内报送", date(2024, 5, 17)),
        ("自印发之日起10个工作日内报送", date(2024, 5, 1)),
        ("自印发之日起48小时内报送", None),
        ("接到通知之日起30日内报送", None),
    ],
)
def test_only_the_issue_itself_gives_a_relative_time_a_day(text: str, due: date | None) -> None:
    assert only(text).due == due
    assert only(text, Context(2024)).due is None


def test_working_days_follow_the_table_of_the_office() -> None:
    text = "自印发之日起10个工作日内报送"
    days = WorkingDays(rest=frozenset({date(2024, 5, 1)}), years=frozenset({2024}))
    assert only(text).basis is Basis.INFERRED
    known = only(text, Context(2024, date(2024, 4, 17), days=days))
    assert (known.due, known.basis) == (date(2024, 5, 2), Basis.STATED)


@pytest.mark.parametrize("text", ["立行立改", "发现问题立即整改"])
def test_at_once(text: str) -> None:
    rule = only(text)
    assert (rule.kind, rule.offset, rule.due) == ("relative", None, None)


@pytest.mark.parametrize(
    ("text", "raw", "weak"),
    [
        ("长期坚持", "长期", False),
        ("全年", "全年", False),
        ("全年开展", "全年", False),
        ("持续推进", "持续", False),
        ("持续推进行业治理", "持续", False),
        ("常态化开展宣传", "常态化", False),
        ("贯穿全年", "贯穿全年", False),
        ("定期开展演练", "定期", True),
        ("定期或不定期抽查", "定期或不定期", True),
        ("及时修订", "及时", True),
    ],
)
def test_standing(text: str, raw: str, weak: bool) -> None:
    rule = only(text)
    assert (rule.kind, rule.raw, rule.weak, rule.due) == ("standing", raw, weak, None)


@pytest.mark.parametrize(
    ("text", "raw", "season", "kind"),
    [
        ("汛期前完成检查", "汛期前", "汛期前", "once"),
        ("主汛期加密巡查", "主汛期", "主汛期", "window"),
        ("春节后复产复工阶段，组织“开工第一课”", "春节后复产复工阶段", "春节后复产复工阶段", "window"),
        ("秋季开学前集中开展", "秋季开学前", "秋季开学前", "once"),
        ("春节期间值守", "春节期间", "春节期间", "window"),
        ("元旦、春节期间值守", "元旦、春节期间", "元旦、春节期间", "window"),
        ("中秋前后巡查", "中秋前后", "中秋前后", "window"),
        ("2036年中秋前巡查", "2036年中秋前", "2036年中秋前", "once"),
        ("今冬明春整治", "今冬明春", "今冬明春", "window"),
        ("暑假期间巡查", "暑假期间", "暑假期间", "window"),
    ],
)
def test_a_season_stays_open_until_the_office_dates_it(text: str, raw: str, season: str, kind: str) -> None:
    rule = only(text)
    assert (rule.kind, rule.raw, rule.season, rule.due, rule.basis) == (kind, raw, season, None, Basis.ABSENT)


def test_two_seasons_share_a_word() -> None:
    spring, autumn = find_deadlines("春季、秋季开学集中开展", CONTEXT)
    assert [(rule.raw, rule.season) for rule in (spring, autumn)] == [("春季", "春季开学"), ("秋季开学", "秋季开学")]


def test_a_dated_season_gives_days() -> None:
    flood = Context(2024, None, (FLOOD,))
    before, during = only("汛期前检查", flood), only("汛期值守", flood)
    assert (before.due, before.basis) == (date(2024, 3, 31), Basis.INFERRED)
    assert (during.start, during.due) == (date(2024, 4, 1), date(2024, 9, 30))


def test_the_office_may_move_the_safety_month() -> None:
    july = Context(2024, None, (Season("安全生产月", date(2024, 7, 1), date(2024, 7, 31)),))
    assert only("“安全生产月”", july).due == date(2024, 7, 31)


@pytest.mark.parametrize(
    ("text", "raw"), [("汛前（4月底前）演练", "汛前（4月底前）"), ("4月底前（汛前）演练", "4月底前（汛前）")]
)
def test_a_season_with_its_date_in_brackets_is_one(text: str, raw: str) -> None:
    rule = only(text)
    assert (rule.raw, rule.season, rule.due) == (raw, "汛前", date(2024, 4, 30))


@pytest.mark.parametrize(
    "text",
    [
        "结合2023年汛情更新预案", "落实24小时值班制度", "推进三年行动", "用好119热线", "每名班子成员包保2—3个点位",
        "对30人以上的企业检查", "执行《2024年6月底前工作方案》", "用好“6月底前”口号", "上月26日进行了检查", "5月20日召开了会议",
        "截至目前，9月份完成检查", "道路191.146公里", "【2019】8号文件", "13月底前", "十月怀胎", "底前", "7-13月",
        "去年12月完成", "新建房屋二十栋", "全年共开展5次", "全年开展5次演练", "落实2024年3月15日会议精神", "按5月12日印发的方案执行",
        "2023年12月建成", "2024—2026年三年行动", "三年内建成", "学年内完成", "中位时间控制在45分钟以内", "近3个月内未检查",
        "低保标准提高到每月720元", "感染率逐季下降", "每年增长5%", "每一名从业人员", "下一季度计划", "三月", "现在起至相关部门", "去年底至相关部门",
        "落实“周联系、月走访、季座谈”机制", "“开工第一课”", "2023年1月至3月整治", "1月至3月开展了整治",
    ],
)  # fmt: skip
def test_what_is_no_deadline(text: str) -> None:
    found = find_deadlines(text, CONTEXT)
    assert [rule.raw for rule in found if rule.due or rule.freq or rule.offset or rule.start] == []


@pytest.mark.parametrize(
    "text",
    [
        "6月底前",
        "第三季度",
        "上半年",
        "年底前",
        "6—8月",
        "6月至8月",
        "月底前",
        "本周五前",
        "国庆节前",
        "即日起至6月底",
        "安全生产月",
        "6月1日至5日",
    ],
)
def test_without_a_year_there_is_no_day(text: str) -> None:
    assert only(text, Context(None)).due is None


def test_a_feast_of_the_plan_year_where_the_issue_date_is_unknown() -> None:
    assert only("国庆节前", Context(2024)).due == date(2024, 9, 30)


def test_a_limit_in_an_earlier_year_is_kept_for_the_clerk_to_see() -> None:
    assert only("完成时限：2023年12月底前").due == date(2023, 12, 31)


def test_the_first_characters_of_a_way_leave_nothing_out() -> None:
    slow = re.compile("|".join(f"(?P<{name}>{pattern})" for name, _, pattern, _ in WAYS))
    for case in cases():
        text = plain(case.text).text
        for place in range(len(text)):
            one, other = slow.match(text, place), SCAN.match(text, place)
            assert (one and (one.span(), one.lastgroup)) == (other and (other.span(), other.lastgroup)), text[place:]


def test_a_day_without_its_month_has_that_of_the_row() -> None:
    assert only("25日前报送", Context(2024, month=5)).due == date(2024, 5, 25)
    assert only("25日前报送", Context(None, month=5)).due is None
    assert find_deadlines("25日前报送", CONTEXT) == []


@pytest.mark.parametrize("text", ["去年汛期暴露的短板", "2023年汛期暴露的短板", "去年国庆期间客流激增"])
def test_a_season_of_an_earlier_year_is_past(text: str) -> None:
    assert find_deadlines(text, CONTEXT) == []


FRAGMENTS = [
    "6月", "底", "前", "每", "季度", "至少", "一次", "2024年", "至", "8月31日", "汛", "期", "春节", "后", "3个工作日内", "《", "》", "“", "”",
    "，", "。", "上", "半年", "、", "年", "内", "5日", "首月", "一", "十二", "定期", "本周", "五", "国庆", "即日起", "末", "旬", "中", "—", ".", "日管控", "\n",
    " ", "全年", "长期", "次月", "逐月", "印发之日起", "满", "提前", "开工", "（", "）", "2月30日", "去年", "安全生产月", "2-", "每周", "每月", "每年", "起", "已",
]  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(
    st.lists(st.sampled_from(FRAGMENTS), max_size=16).map("".join),
    st.sampled_from([CONTEXT, Context(None), Context(2024, date(2024, 4, 17), (FLOOD,))]),
)
def test_no_words_break_the_reader(text: str, context: Context) -> None:
    rules = find_deadlines(text, context)
    for rule in rules:
        assert rule.raw == rule.span.of(text) != ""
        assert rule.interval >= 1 and rule.count >= 1
        assert not (rule.freq and rule.due)
    assert all(before.span.end <= after.span.start for before, after in pairwise(rules))


@pytest.mark.parametrize("text", ["6月底前印发方案", "6月底前电网改造完成"])
def test_what_is_still_to_be_issued_is_no_past_act(text: str) -> None:
    (rule,) = find_deadlines(text, Context(2024))
    assert (rule.raw, rule.due) == ("6月底前", date(2024, 6, 30))


def test_going_somewhere_on_a_day_is_no_window() -> None:
    (rule,) = find_deadlines("6月1日到现场检查水库。", Context(2024))
    assert (rule.raw, rule.start, rule.due) == ("6月1日", None, date(2024, 6, 1))


@pytest.mark.parametrize("text", ["4月17日印发", "2024年4月17日印发。"])
def test_the_day_a_paper_was_issued_is_no_deadline(text: str) -> None:
    assert find_deadlines(text, Context(2024)) == []

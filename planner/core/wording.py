"""How a rule of time is told to people: 6月30日（周日）前, 每季度首月10日前, 每月至少2次, 接到通知后3个工作日内.

The words are those an office would write, so that the reader of documents understands them again as the same rule.
"""

from __future__ import annotations

import re

from planner.core.calendar import day_words
from planner.core.plan import Deadline, DeadlineKind, Frequency

PLAIN_NUMBER = re.compile("[0-9一二三四五六七八九十百①-⑳]+")
LONGEST_NAME = 12
RHYTHMS = {
    Frequency.DAILY: ("每天", "每{}天"),
    Frequency.WEEKLY: ("每周", "每{}周"),
    Frequency.TENDAY: ("每旬", "每{}旬"),
    Frequency.MONTHLY: ("每月", "每{}个月"),
    Frequency.QUARTERLY: ("每季度", "每{}个季度"),
    Frequency.SEMESTER: ("每学期", "每{}个学期"),
    Frequency.HALFYEARLY: ("每半年", "每{}个半年"),
    Frequency.YEARLY: ("每年", "每{}年"),
    Frequency.HOLIDAY: ("每逢节假日前", "每逢节假日前"),
}
UNITS = {"minute": "分钟", "hour": "小时", "day": "日", "workday": "个工作日", "week": "周", "month": "个月"}
WEEKDAYS = "一二三四五六日"
MONTHS = "零一二三四五六"


def item_words(number: str, title: str) -> str:
    """Return how a point is called: 第12条, or by its own words where its number has some (问题二, 9月), else by its title."""
    if not number:
        return f"「{title[:LONGEST_NAME]}」"
    return f"第{number}条" if PLAIN_NUMBER.fullmatch(number) else number


def rule_words(rule: Deadline, year: int | None) -> str:
    """Return what *rule* was understood to mean; days of *year* are told without it."""
    match rule.kind:
        case DeadlineKind.RECURRING:
            return _rhythm(rule)
        case DeadlineKind.STANDING:
            return "长期工作，频次未明确" if rule.weak else "长期工作，没有到期日"
        case DeadlineKind.RELATIVE:
            return _offset(rule, year)
        case _:
            return _days(rule, year)


def _days(rule: Deadline, year: int | None) -> str:
    if rule.start and rule.due:
        return f"{day_words(rule.start, year)}至{day_words(rule.due, year)}"
    if rule.due:
        return f"{day_words(rule.due, year)}前"
    return f"{day_words(rule.start, year)}起" if rule.start else "日期未定，请办公室确定"


def _rhythm(rule: Deadline) -> str:
    once, several = RHYTHMS[rule.freq or Frequency.YEARLY]
    count = f"至少{rule.count}次" if rule.count > 1 else ""
    every = once if rule.interval < 2 else several.format(rule.interval)
    return _placed(every, rule) + count


def _placed(every: str, rule: Deadline) -> str:
    """Return the rhythm with the place of the due day in it, as an office would write it: 每季度首月10日前."""
    match rule.anchor or {}:
        case {"month_from": first, "month_to": last}:
            return f"{first}月至{last}月{every}"
        case {"month_in_period": month, "day": day}:
            return f"{every}{'首月' if month == 1 else f'第{MONTHS[month]}个月'}{_day(day)}前"
        case {"month": month, "day": day}:
            return f"{every}{month}月{_day(day)}前"
        case {"days": days}:
            return f"{every}{'、'.join(_day(day) if day > 0 else '月底' for day in days)}前"
        case {"day": day}:
            return f"{every}{_day(day)}前"
        case {"weekday": day}:
            return f"{every.removesuffix('周')}周{WEEKDAYS[day - 1]}前"
        case {"weekdays": days}:
            return f"{every.removesuffix('周')}周{'、'.join(WEEKDAYS[day - 1] for day in days)}"
        case {"workday": nth}:
            return f"{every}前{nth}个工作日内" if nth > 1 else f"{every}{'最后' if nth < 0 else '第'}一个工作日前"
        case _:
            return every + (_offset(rule, None).removeprefix(every.removeprefix("每")) if rule.offset else "")


def _day(day: int) -> str:
    return "底" if day < 1 else f"{day}日"


def _offset(rule: Deadline, year: int | None) -> str:
    given = rule.offset or {}
    if not given.get("unit"):
        return f"{given.get('event') or rule.raw}，没有固定日期"
    event, n, unit = given.get("event", ""), given["n"], UNITS[given["unit"]]
    if n < 1:
        return f"{event}前{-n}{unit}" if n else event
    words = f"{event}后{n}{unit}内" if event else f"{n}{unit}内"
    return f"{words}，即{day_words(rule.due, year)}前" if rule.due else words

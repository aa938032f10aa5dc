"""Points of time: the words that name a day, or a stretch whose last day counts.

    point   = [year] (month [part] | [第]N季度 [末] | 上半年 | 年底 | 年内) | Y.M.D | 到Y年
            | M.D 前 | N日 前 (in the row of a month)
            | 本月底 | 下月N日 | 本月中旬 | 本周五 | 本季度末            counted from the issue date
    year    = 2025年 | 今年 | 明年 | 次年 …                             去年, 上年 are past: no point
    part    = N日 [（周五）] [clock] | 底 | 末 | 初 | 上旬 | 中旬 | 下旬
    limit   = [结束] 前 | 之前 | 以前 | 内 | 止 | 期间 | 起                      behind a point

A year not stated is that of the plan. A month alone ends on its last day, 上旬 on the 10th, 中旬 on the 20th; 6月前
without 底 is over before June begins.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import NamedTuple

from planner.core.calendar import ONE_DAY, add_months, month_end
from planner.reading.context import Context
from planner.reading.numerals import number

NEAR = {
    "今年": 0, "本年": 0, "本年度": 0, "当年": 0, "年度": 0,
    "明年": 1, "次年": 1, "翌年": 1, "来年": 1, "下年": 1, "下一年": 1,
    "去年": -1, "上年": -1, "上一年": -1, "前年": -2,
}  # fmt: skip
DAY = r"(?:3[01]|[12]\d|0?[1-9]|三十一?|二?十[一二三四五六七八九]?|二十|[一二三四五六七八九])"
WEEKDAY = r"(?:（(?:星期|周)[一二三四五六日天]）)?"
CLOCK = r"(?:上午|下午|早上|中午|晚上?)?(?:(?:零|\d{1,2})(?:时|点(?![位火赞球名]))(?:\d{1,2}分|半|整)?|\d{1,2}：\d\d)"
BEFORE = r"(?:结束|来临|到来)?(?:下班)?(?:之前|以前|前(?!(?:后|期|沿|往|列|三(?:个?季|年|名|位|月)|置|端|线)|提(?![交出供升高请醒前])))"
POINT = (
    r"(?<![\d.第上下])(?:"
    r"(?:(?P<year>20\d\d|二[〇○零][一二三四五六七八九〇○零]{2})年度?|(?P<near>[今明次翌来当去前]年|本年度?|[上下]一?年))?(?:"
    rf"(?:(?P<month>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月(?!龄|均|薪|嫂|度)份?(?:(?P<day>{DAY})(?:[日号]{WEEKDAY}(?:{CLOCK})?|(?=(?:-{{1,2}}|至|到){DAY}[日号]))|(?P<part>底|末|初|[上中下]{{1,2}}旬))?)"
    r"|(?P<listed>1[0-2]|[1-9])(?=(?:(?:-{1,2}|至|到|、)(?:1[0-2]|0?[1-9])(?![\d.])){1,6}月(?!龄))"
    r"|第?(?:(?P<quarter>[一二三四1-4])|前三个?)季度(?:末|底|内)?"
    r"|(?P<listed_quarter>[一二三四])(?=(?:、[一二三四]){1,3}季度)"
    r"|(?P<half>[上下])半年(?:末|底|内)?"
    r"|(?P<end>年度?(?:底(?!蕴)|末|内(?![容涝部设控心科审]))|年终(?=前|之前|完成)|[底末](?!数)|内(?!容|涝|部)|以内)"
    r")"
    r"|(?P<dotted>20\d\d[./-]\d{1,2}[./-]\d{1,2})日?(?![\d.])"
    r"|[到至](?P<until>20\d\d)年(?!\d|底|末|初|[一二三四五六七八九十第上下]|度)"
    rf"|(?P<md>(?:1[0-2]|0?[1-9])\.(?:3[01]|[12]\d|0?[1-9]))(?={BEFORE})"
    r"|(?P<which>[本当这]|下个?)?月(?P<ends>底|末)|(?P<that>[本当]|下个?)月(?:(?P<on>\d{1,2})[日号]|(?P<third>[上中下])旬|(?P<whole>内|底|末))"
    rf"|(?P<lone>{DAY})[日号]{WEEKDAY}(?:{CLOCK})?(?={BEFORE})"
    r"|(?P<week>[本下])周(?P<weekday>[一二三四五六日天末内])?(?![期边年])|(?P<season>[本下])季度(?:末|底|内)"
    r")"
)
LIMIT = re.compile(
    rf"(?P<before>(?:（含）|（含当日）)?(?:{BEFORE}|以内|之内|内(?![容涝部设控])|截止|为止|止))"
    r"|(?P<during>期间)|(?P<opens>起(?![草止点降重到至])|开始(?![到至]))"
)
TO = re.compile(r"(?:起|开始)?(?:-{1,2}|至|到)")
BARE_DAY = re.compile(rf"(?P<day>{DAY})[日号]{WEEKDAY}(?:{CLOCK})?")
POINT_HERE = re.compile(POINT)


class Days(NamedTuple):
    """The first and the last day a point stands for."""

    first: date
    last: date


class Impossible(ValueError):
    """The words look like a point of time and are none (年内 after a number, 去年底)."""


def read_point(text: str, match: re.Match[str], context: Context, base: int | None = None) -> Days | None:
    """Return the days a match of POINT stands for, None when its year is unknown or the day does not exist.

    *base* is the year of the point before it, from which 次年 and a missing year are counted. Raises Impossible.
    """
    if match["dotted"]:
        return _dotted(match["dotted"])
    if match["lone"]:
        return _in_month_at_hand(number(match["lone"]), context)
    if match["until"]:
        return _month_days(int(match["until"]), 12)
    if match["ends"] and not match["which"] and context.month and context.year:
        return _month_days(context.year, context.month)
    if not (match["year"] or match["near"]) and (match["ends"] or match["that"] or match["week"] or match["season"]):
        return _from_issue(match, context.issued) if context.issued else None
    return _of_year(text, match, _year(match, context, base))


def _year(match: re.Match[str], context: Context, base: int | None) -> int | None:
    if match["year"]:
        return number(match["year"])
    year = base or context.year
    step = NEAR[match["near"]] if match["near"] else 0
    if step < 0:
        raise Impossible
    month = match["month"] or match["listed"]
    if month and not match["near"] and base is None and number(month) < context.first_month:
        step = 1
    return year + step if year else None


def _of_year(text: str, match: re.Match[str], year: int | None) -> Days | None:
    if match["end"]:
        _check_year_end(text, match)
    if year is None:
        return None
    if match["md"]:
        month, day = match["md"].split(".")
        return _day_of(year, int(month), int(day))
    if match["listed"]:
        return _month_days(year, int(match["listed"]))
    if match["month"]:
        return _in_month(match, year)
    if quarter := match["quarter"] or match["listed_quarter"]:
        last = number(quarter) * 3
        return Days(date(year, last - 2, 1), month_end(year, last))
    if match["half"]:
        return (
            Days(date(year, 1, 1), month_end(year, 6))
            if match["half"] == "上"
            else Days(date(year, 7, 1), month_end(year, 12))
        )
    return Days(date(year, 1, 1), month_end(year, 12 if match["end"] else 9))


def _check_year_end(text: str, match: re.Match[str]) -> None:
    """Refuse 底 and 内 without a year before them, and 年内 that counts years (三年内, 近年内, 学年末)."""
    named = match["year"] or match["near"]
    before = text[match.start() - 1 : match.start()]
    if not named and (
        match["end"][0] != "年"
        or (before and before in "0123456789一二两三四五六七八九十百千万几数多近往历学半老少青成")
    ):
        raise Impossible


def _month_days(year: int, month: int) -> Days:
    return Days(date(year, month, 1), month_end(year, month))


def _in_month(match: re.Match[str], year: int) -> Days | None:
    first, last = _month_days(year, number(match["month"]))
    part = match["part"]
    if match["day"]:
        day = number(match["day"])
        return Days(last.replace(day=day), last.replace(day=day)) if day <= last.day else None
    if part in ("底", "末", None):
        return Days(first, last)
    if part == "初":
        return Days(first, first.replace(day=10))
    thirds = sorted(part[:-1], key="上中下".index)
    return _third(Days(first, last), thirds[0], thirds[-1])


def _third(month: Days, opens: str, closes: str) -> Days:
    """Return the days from the beginning of one third of a month (上旬) to the end of another."""
    first = {"上": 1, "中": 11, "下": 21}[opens]
    last = {"上": 10, "中": 20, "下": month.last.day}[closes]
    return Days(month.first.replace(day=first), month.first.replace(day=last))


def _dotted(words: str) -> Days | None:
    year, month, day = map(int, re.split(r"[./-]", words))
    return _day_of(year, month, day)


def _day_of(year: int, month: int, day: int) -> Days | None:
    if 1 <= month <= 12 and 1 <= day <= month_end(year, month).day:
        return Days(date(year, month, day), date(year, month, day))
    return None


def _in_month_at_hand(day: int, context: Context) -> Days | None:
    """Return a day whose month the words around leave out: that of the calendar's row; refuse it elsewhere."""
    if context.month is None:
        raise Impossible
    return _day_of(context.year, context.month, day) if context.year else None


def _from_issue(match: re.Match[str], issued: date) -> Days | None:
    if match["week"]:
        monday = issued - timedelta(days=issued.weekday()) + timedelta(days=7 * (match["week"] == "下"))
        place = "一二三四五六日".find((match["weekday"] or "末").replace("天", "日"))
        return Days(monday, monday + timedelta(days=6 if place < 0 else place))
    if match["season"]:
        first = add_months(issued.replace(month=(issued.month - 1) // 3 * 3 + 1), 3 * (match["season"] == "下"))
        return Days(first, add_months(first, 3) - ONE_DAY)
    first = add_months(issued, int((match["which"] or match["that"] or "本").startswith("下")))
    days = _month_days(first.year, first.month)
    if match["third"]:
        return _third(days, match["third"], match["third"])
    if match["on"]:
        return _day_of(first.year, first.month, int(match["on"]))
    return days

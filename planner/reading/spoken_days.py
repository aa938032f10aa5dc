"""Days as somebody tells them on the telephone, counted from the day the line is typed.

    day    = [year] M月D日 | Y-M-D | M/D | M.D | D日 | 今天 昨天 前天 明天 后天 | [上|本|下]周X
    last   = day (-|至|、) D日                      6月18-20日 is the 20th
    end    = [本|下]周末 | [M|本|下]月底 | 年底 | N天内   told only of what is still to come

A month without a year lies in the year that brings it nearest. A day without a month and a weekday alone are the
latest ones told of what was, and the next ones told of what is promised; 上周五 is that of the calendar week before.
M/D and M.D count at the beginning of a clause and behind 于, 在 and the like; elsewhere they are fractions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from planner.core.calendar import WEEKDAYS, add_months, month_end
from planner.reading.numerals import NUMBER, number
from planner.reading.points import BEFORE, CLOCK, DAY
from planner.reading.targets import UNIT

WORDS = {"今": 0, "当": 0, "昨": -1, "前": -2, "明": 1, "后": 2}
WEEKS = {"上上": -2, "上": -1, "本": 0, "这": 0, "下": 1}
MONTH = r"1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九]"
MONTH_DAY = r"(?:1[0-2]|0?[1-9])(?P<{0}>[./])(?:3[01]|[12]\d|0?[1-9])"
NO_UNIT = rf"(?![\d.%‰]|(?!组织|对|分[别组]|节前|项目|门店|部署|场镇|户外)(?:{UNIT}))"
OF_WEEKS = r"(?:周|星期|礼拜)"
SAID_DAY = re.compile(
    r"(?P<dotted>(?<![\d.])20\d\d(?P<mark>[-/.])\d{1,2}(?P=mark)\d{1,2}(?!\d))日?"
    rf"|(?<![\d.第个每至])(?:(?P<year>20\d\d)年|(?P<near>[今去明]年))?(?P<month>{MONTH})月份?"
    rf"(?:(?P<day>{DAY})(?:[日号]?(?:-{{1,2}}|至|到|、)(?P<until>{DAY})(?=[日号]))?(?:[日号]|(?<=\d){NO_UNIT})|(?P<month_end>底|末))"
    rf"|(?:(?<![\w./%-])|(?<=[于在到自应诺证定好是说]))(?P<short>{MONTH_DAY.format('sign')})(?![\d./%‰万亿元亩吨米度]|公[里顷斤]|平方|立方|千)"
    rf"|(?<![\d.月第每期训共续])(?P<lone>{DAY})(?:日|号(?![楼线院店门栋车机井桥厂库仓矿文令地段路船池阀灶通召码称]))(?!间|常|均|报)"
    r"|(?<![目之以今然雨大])(?:(?P<word>[今昨明](?=[天日早晚])|[当前后](?=天))[天日早晚](?![气然后]))"
    rf"|(?<![每逢隔一二两三四五六\d])(?P<week>上上|[上本这下])?个?{OF_WEEKS}(?P<weekday>[一二三四五六日天])(?![次天个年期边岁轮刊报鸣])"
    rf"|(?P<week_end>[本这下]){OF_WEEKS}[内末底]?(?={BEFORE}|[报交内末底，。；]|$)"
    r"|(?<![\d每])(?P<next_month>[本当这下]个?)?月[底末]|(?P<year_end>年[底末])"
    rf"|(?P<within>{NUMBER})[天日]之?内"
)
DAY_TIME = re.compile(rf"{CLOCK}|上午|下午|早上|中午|晚上|凌晨|傍晚")
LIMIT = re.compile(rf"\s?(?:{BEFORE}|之?内(?![容涝部]))")


def find_said(text: str) -> Iterator[re.Match[str]]:
    """Yield the words of *text*, half-width, that tell a day."""
    return SAID_DAY.finditer(text)


def is_limit(text: str, said: re.Match[str]) -> bool:
    """Tell whether the words are a limit (6月30日前, 三天内) rather than the day of something."""
    return said["within"] is not None or LIMIT.match(text, said.end()) is not None


def past_day(said: re.Match[str], today: date) -> date | None:
    """Return the day told of what was, which may lie after *today*; None when there is no such day or it is an end."""
    if said["lone"]:
        this = _day(today.year, today.month, number(said["lone"]))
        return this if this and this <= today else _day_of_month(add_months(today, -1), said)
    if said["weekday"] and not said["week"]:
        return today - timedelta(days=(today.weekday() - _place(said)) % 7)
    return _absolute(said, today)


def coming_day(said: re.Match[str], today: date) -> date | None:
    """Return the day told of what is promised on *today*; None when there is no such day."""
    if said["lone"]:
        this = _day(today.year, today.month, number(said["lone"]))
        return this if this and this >= today else _day_of_month(add_months(today, 1), said)
    if said["weekday"] and not said["week"]:
        return today + timedelta(days=(_place(said) - today.weekday() - 1) % 7 + 1)
    return _absolute(said, today) or _end(said, today)


def _absolute(said: re.Match[str], today: date) -> date | None:
    """Return a day whose words leave no choice between past and future."""
    if said["word"]:
        return today + timedelta(days=WORDS[said["word"]])
    if said["weekday"]:
        return _monday(today, WEEKS[said["week"]]) + timedelta(days=_place(said))
    if said["dotted"]:
        return _day(*map(int, said["dotted"].split(said["mark"])))
    if said["short"]:
        month, day = map(int, said["short"].split(said["sign"]))
        return _nearest(month, day, today)
    return _of_month(said, today) if said["day"] else None


def _of_month(said: re.Match[str], today: date) -> date | None:
    month, day = number(said["month"]), number(said["until"] or said["day"])
    year = _year(said, today)
    return _day(year, month, day) if year else _nearest(month, day, today)


def _end(said: re.Match[str], today: date) -> date | None:
    """Return the last day of the stretch that ends what is promised."""
    if said["within"]:
        return today + timedelta(days=number(said["within"]))
    if said["week_end"]:
        return _monday(today, WEEKS[said["week_end"]]) + timedelta(days=6)
    if said["year_end"]:
        return date(today.year, 12, 31)
    if said["month_end"]:
        month = number(said["month"])
        return month_end(_year(said, today) or today.year + (month < today.month), month)
    if said["lone"] or said["day"] or said["dotted"] or said["short"]:
        return None
    first = add_months(today, int((said["next_month"] or "").startswith("下")))
    return month_end(first.year, first.month)


def _year(said: re.Match[str], today: date) -> int | None:
    if said["year"]:
        return int(said["year"])
    return today.year + {"去年": -1, "今年": 0, "明年": 1}[said["near"]] if said["near"] else None


def _nearest(month: int, day: int, today: date) -> date | None:
    years = (today.year, today.year - 1, today.year + 1)
    days = [found for year in years if (found := _day(year, month, day))]
    return min(days, key=lambda found: abs(found - today), default=None)


def _day_of_month(first: date, said: re.Match[str]) -> date | None:
    return _day(first.year, first.month, number(said["lone"]))


def _day(year: int, month: int, day: int) -> date | None:
    return date(year, month, day) if 1 <= month <= 12 and 1 <= day <= month_end(year, month).day else None


def _monday(today: date, weeks: int) -> date:
    return today + timedelta(days=7 * weeks - today.weekday())


def _place(said: re.Match[str]) -> int:
    return WEEKDAYS.index(said["weekday"].replace("天", "日"))

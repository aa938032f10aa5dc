"""Seasons and feasts: times that the words name and only the office, or the calendar, can date.

    season  = 汛前 | 主汛期 | 春季、秋季开学 | 开学前后 | 春节后复工复产 | 暑假 | 今冬明春 | 冬春季 期间 …
    feast   = 国庆 [、中秋] [节] (前 | 前夕 | 期间 | 前后 | 后)
    month   = [6月] 安全生产月

A feast is due the day before it; its holiday is a window only where it is the same every year (国庆). Whatever the
office has not dated keeps its words in ``season`` and has no day; so has a feast outside the table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from planner.core.calendar import ONE_DAY, month_end
from planner.core.plan import Basis, Deadline, DeadlineKind, Span
from planner.core.schedule import season_days
from planner.reading import feasts
from planner.reading.context import Context, Hit

COUNTED = r"(?:之?后|之日起|起)的?(?:\d|[一二三四五六七八九十两半]){1,4}个?(?:工作日|日|天|周|星期|月|小时)"
UNCOUNTED = rf"(?![^，。；、]{{0,6}}?{COUNTED})"
"""A season or feast that a number of days is counted from (春节假期结束后一周内) is an event, read by offsets."""
PLACE = r"(?:来临|到来|开始|结束)?(?:之前|以前|前夕|前后|前(?!提)|(?:之后|以后|后)(?!的?(?:\d|[一二三四五六七八九十两半]){1,4}个?(?:工作日|日|天|周|月|小时))|期间|阶段|时段)"
SEASON = (
    UNCOUNTED
    + "(?:"
    + (
        r"春节?后?(?:复工复产|复产复工)(?:期间|阶段|时段|前后|前)?|(?:春节|节|假期)后(?:复工复产|复产复工|复工|开工)(?:期间|阶段|时段|前后|前)?"
        rf"|(?:春季|秋季|春|秋)[、和及与](?=秋季?开学)|(?:(?:春季|秋季|春秋季)(?:学期)?|新学期|暑期|寒假后)?开学(?:{PLACE}|初|季|(?<=季开学)(?!第一课|典礼|工作会))"
        rf"|入?汛(?:期(?:{PLACE})?|前后|前|后)|主汛期(?:{PLACE})?|(?:森林)?(?<!为)(?:防汛|防火|防灭火|特险|禁渔|供暖|采暖)期(?:{PLACE})?"
        rf"|[暑寒](?:假|期)(?!工|作业|班)(?:{PLACE})?|(?:今冬明春|冬春(?:季节?)?(?={PLACE})|秋冬季?(?={PLACE})|[春夏秋冬]季(?={PLACE})|高温季节|迎峰度[夏冬]|三夏|三秋|春耕(?!物资|农资|备|用)|双抢)(?:{PLACE})?"
        r"|(?:雨季|旱季|汛季|供暖季|采暖季|霜冻|封冻期?|冰冻期?|上冻|[冬夏]季)(?:来临|到来|开始)?(?:之前|前(?!提|期|往|后))|入[冬夏秋伏梅](?:之前|以前|前后|前)"
        r"|[春暑]运期间|(?:全国|省|市)?两会期间|(?:中高|中|高)考(?:期间|前)"
    )
    + ")"
)
FEAST = (
    rf"{UNCOUNTED}(?:(?P<feast_year>20\d\d)年)?[“\"]?(?P<feast>{feasts.NAMES})(?!月)[”\"]?(?:节)?"
    rf"(?P<others>(?:[、和及与]?[“\"]?(?:{feasts.NAMES})(?!月)[”\"]?节?){{0,4}})(?:两节|假日|小?长假|假期|黄金周)?(?P<feast_place>{PLACE}|(?:节)?当[天日]|(?<=假期)|(?<=长假)|(?<=黄金周))(?!复)"
)
SAFETY_MONTH = r"(?:[6六]月份?的?)?[“\"]?(?:全国)?(?P<safety_month>安全生产月)[”\"]?(?:活动)?(?:期间)?"
NAME = re.compile(feasts.NAMES)
EARLIER = re.compile(r"(?:去年|上年|往年|历年|近年)度?(?:[春夏秋冬]季?)?$|(?P<year>20\d\d)年(?:[春夏秋冬]季?)?$")


def _is_earlier(hit: Hit) -> bool:
    """Tell whether the season is one of an earlier year (去年汛期暴露的短板)."""
    start = hit.match.start()
    before = EARLIER.search(hit.text, max(0, start - 8), start)
    if not before:
        return False
    return before["year"] is None or (hit.context.year is not None and int(before["year"]) < hit.context.year)


def read_season(hit: Hit) -> Iterator[Deadline]:
    """Yield the deadline of a match of SEASON, dated where the office has dated it."""
    if _is_earlier(hit):
        return
    match, context = hit.match, hit.context
    words, span = match[0], Span(*match.span())
    name = words
    if words[-1] in "、和及与":
        name, span = words[0] + "季开学", Span(span.start, span.end - 1)
    start, due = season_days(name, context.seasons, context.issued)
    kind = DeadlineKind.ONCE if re.search("(?:前|前夕)$", name) else DeadlineKind.WINDOW
    basis = Basis.INFERRED if start or due else Basis.ABSENT
    yield Deadline(kind, "", span, start, due, season=name, basis=basis)


def read_feast(hit: Hit) -> Iterator[Deadline]:
    """Yield the deadline of a match of FEAST: the eve of the earliest one named, or its holiday."""
    if _is_earlier(hit):
        return
    match, context = hit.match, hit.context
    span, place = Span(*match.span()), match["feast_place"]
    names = [match["feast"], *NAME.findall(match["others"])]
    eves = [eve for name in names if (eve := _eve(name, match["feast_year"], context))]
    is_before = place.endswith(("前", "前夕"))
    holiday = feasts.HOLIDAY_DAYS.get(names[0], 0) if len(names) == 1 and place in ("期间", "") else 0
    start, due = season_days(match[0], context.seasons, context.issued)
    if is_before and eves:
        due = min(eves)
    elif place.endswith(("当天", "当日")) and eves:
        due = eves[0] + ONE_DAY
    elif holiday and eves:
        start, due = eves[0] + ONE_DAY, eves[0] + ONE_DAY * holiday
    kind = DeadlineKind.ONCE if is_before or place.endswith(("当天", "当日")) else DeadlineKind.WINDOW
    yield Deadline(kind, "", span, start, due, season=match[0], basis=Basis.INFERRED if due or start else Basis.ABSENT)


def _eve(name: str, year: str | None, context: Context) -> date | None:
    """Return the eve of the feast in a stated year, else the next one after the issue, else that of the plan's year."""
    if not year and context.issued:
        return feasts.eve_after(name, context.issued)
    of_year = int(year) if year else context.year
    day = feasts.feast(name, of_year) if of_year else None
    return day - ONE_DAY if day else None


def read_safety_month(hit: Hit) -> Iterator[Deadline]:
    """Yield June of the plan's year, or what the office has entered, for 安全生产月."""
    year = hit.context.year
    start, due = season_days("安全生产月", hit.context.seasons)
    if not due and year:
        start, due = date(year, 6, 1), month_end(year, 6)
    basis = Basis.INFERRED if due else Basis.ABSENT
    yield Deadline(DeadlineKind.WINDOW, "", Span(*hit.match.span()), start, due, season="安全生产月", basis=basis)

"""When: the words of time in a clause and the rule each one states.

The text is first made half-width (offsets stay), then names in 《》 and “” are masked, then one scan from left to
right takes, at each place, the first of:

    recurrence = see recurrences.py
    window     = date 至 date | 即日起至 date | N—M月 | feast 期间 | season
    relative   = event (后 | 之日起) number unit 内 | number unit 内 | 立行立改 | 立即
    once       = date [前] | N月底[前] | N月上旬 | 年底[前] | 年内 | 上半年 | N季度 | 月底前 | 本周五前 | feast 前 | 到Y年
    standing   = 全年 | 长期 | 持续 | 常态化          weak: 定期 | 不定期 | 及时
    date       = [Y年 | 今年 | 明年 | 次年] N月 [N日] | Y.N.N

A due day is inclusive. A date without a year takes the plan's; without either it has no day. What depends on a season
the office has not dated keeps its words and has no day. Nothing is invented: past practice and ages, head counts and
names carry no deadline.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from planner.core.calendar import Season, month_end
from planner.core.plan import Basis, Deadline, DeadlineKind, Span
from planner.reading import feasts, recurrences
from planner.reading.numerals import NUMBER, half_width, number


@dataclass(frozen=True, slots=True)
class Context:
    """What the dates of a text are counted from: the plan's year, its issue date, the seasons the office has dated."""

    year: int | None
    issued: date | None = None
    seasons: tuple[Season, ...] = ()


BEFORE = r"(?:之前|以前|前)?"
YEAR = r"(?:(?P<{0}year>\d{{4}})年|(?P<{0}this>今年|本年|当年)|(?P<{0}next>明年|次年|翌年|来年))?"
MONTH = r"(?P<{0}month>\d{{1,2}}|十[一二]?|[一二三四五六七八九])月"
PART = r"(?:(?P<{0}day>\d{{1,2}})[日号]|份?(?P<{0}end>底|末)|(?P<{0}third>[上中下])旬|份)?"
DATE = YEAR + MONTH + PART
TO = r"(?:至|到|-|—{1,2}|~)"
MASK = re.compile(r"《[^《》]{0,60}》|“[^“”]{0,40}”|\"[^\"]{0,40}\"|【\d{4}】\d+号|〔\d{4}〕\d+号")
SEASON = (
    r"春节后(?:复工复产|复产复工|复工|开工)(?:阶段|期间)?|汛[期]?前(?:、|和|及)汛?后|汛前|汛后|汛期(?:前|后|来临前|内|期间)?|主汛期|"
    r"春季(?:、|和|及)秋季开学|春秋季开学|(?:春季|秋季)?开学(?:前后|前|初|季)|(?:春季|秋季)开学|"
    r"(?:暑假|寒假|暑期)(?:前|期间)?|今冬明春|防火期|森林防火期|防汛期"
)
EVENT = r"[^,，。；;、（）()：:\s]{0,14}?"
SPAN_OF_TIME = rf"(?P<length>{NUMBER})个?(?P<measure>工作日|自然日|日|天|小时|分钟|个?月|周|年)(?:以内|之内|内)"
WAYS = (
    ("recurrence", recurrences.EVERY.pattern),
    ("opening", rf"(?:即日|印发之日|发文之日)起{TO}{DATE.format('o')}{BEFORE}"),
    ("window", rf"{DATE.format('a')}(?:起|开始)?{TO}{DATE.format('b')}(?:期间|止)?"),
    ("months", rf"(?P<m1>\d{{1,2}}){TO}(?P<m2>\d{{1,2}})月(?:份|底前|底|末)?(?:期间)?"),
    ("relative", rf"(?P<event>{EVENT}(?:后|之日起|起|时))?{SPAN_OF_TIME}"),
    ("at_once", r"立行立改|即知即改|立查立改|立即(?!可)"),
    ("dotted", rf"(?P<dy>20\d\d)[./-](?P<dm>\d{{1,2}})[./-](?P<dd>\d{{1,2}})日?{BEFORE}"),
    ("once", rf"{DATE.format('')}(?P<before>之前|以前|前|止)?"),
    ("quarter", rf"{YEAR.format('q')}第?(?P<quarter>[一二三四1-4])季度(?:末|底|内)?{BEFORE}"),
    ("half", rf"{YEAR.format('h')}(?P<half>[上下])半年(?:末|底|内)?{BEFORE}"),
    ("year_end", rf"{YEAR.format('e')}(?:全年)?(?:年底|年末|年终|年内|底|末|内)(?P<e_before>{BEFORE})"),
    ("until_year", r"到(?P<uyear>20\d\d)年(?:底|末)?(?![\d.])"),
    ("this_month", rf"(?:本|当)?月底{BEFORE}"),
    ("this_week", rf"本周(?P<weekday>[一二三四五六日天])?{BEFORE}"),
    ("feast", rf"(?:(?P<feast>{feasts.NAMES})节?)(?P<when>假?期间|之前|以前|前)"),
    ("season", SEASON),
    (
        "standing",
        r"贯穿全年|全年(?!共|累计|度|目标)|长期(?:坚持|推进)?(?!存在|以来)|持续(?:推进|开展|加强)?|常态化?|(?:不定期|定期|及时)",
    ),
)
SCAN = re.compile("|".join(f"(?P<way_{name}>{pattern})" for name, pattern in WAYS))
PAST = re.compile(
    r"截至目前|截止目前|已(?:经)?(?:完成|开展|组织|召开|建成)|(?:进行|开展|组织|召开|完成|制定)了|上月|去年|上年"
)
WEAK = {"定期", "不定期", "及时"}
DATED_KINDS = {"once", "window", "months", "dotted", "quarter", "half", "year_end", "feast"}
UNIT_WORDS = {
    "工作日": "workday", "自然日": "day", "日": "day", "天": "day", "小时": "hour", "分钟": "minute",
    "月": "month", "个月": "month", "周": "week", "年": "year",
}  # fmt: skip


def find_deadlines(text: str, context: Context) -> list[Deadline]:
    """Return what *text* says of time, in its order; spans count from the start of *text* and do not overlap."""
    plain = MASK.sub(lambda found: "\0" * len(found[0]), half_width(text))
    found = [rule for match in SCAN.finditer(plain) for rule in _rules(plain, match, context)]
    return [replace(rule, raw=rule.span.of(text)) for rule in _without_overlap(found)]


def _without_overlap(rules: list[Deadline]) -> Iterator[Deadline]:
    end = 0
    last: Span | None = None
    for rule in rules:
        if rule.span.start >= end or rule.span == last:
            yield rule
            end, last = rule.span.end, rule.span


def _rules(text: str, match: re.Match[str], context: Context) -> Iterator[Deadline]:
    # The group of the way is the outermost and so the last to close.
    way = (match.lastgroup or "").removeprefix("way_")
    if way in DATED_KINDS and _is_past(text, match):
        return
    if way == "recurrence":
        yield from recurrences.recurrence(text, match)
    else:
        yield from (rule for rule in READ[way](match, context) if rule.span.start < rule.span.end)


def _is_past(text: str, match: re.Match[str]) -> bool:
    """Tell whether the clause around a date reports what was done."""
    if text[: match.start()].endswith("上"):
        return True
    stops = [place for mark in "。；;\n" if (place := text.find(mark, match.end())) >= 0]
    begin = max(text.rfind(mark, 0, match.start()) for mark in "。；;\n") + 1
    return PAST.search(text, begin, min(stops, default=len(text))) is not None and "前" not in match[0]


def _year(match: re.Match[str], prefix: str, context: Context) -> int | None:
    if match[f"{prefix}year"]:
        return int(match[f"{prefix}year"])
    if context.year is None:
        return None
    return context.year + 1 if match[f"{prefix}next"] else context.year


def _ends(match: re.Match[str], prefix: str, year: int | None) -> tuple[date, date] | None:
    """Return first and last day of a DATE, or None where it is no date or its year is unknown."""
    month = number(match[f"{prefix}month"])
    if year is None or not 1 <= month <= 12:
        return None
    last = month_end(year, month)
    if day := int(match[f"{prefix}day"] or 0):
        return (last.replace(day=day), last.replace(day=day)) if day <= last.day else None
    third = match[f"{prefix}third"]
    if third in ("上", "中"):
        number_of_third = "上中".index(third)
        return last.replace(day=1 + 10 * number_of_third), last.replace(day=10 + 10 * number_of_third)
    return last.replace(day=21 if third else 1), last


def _rule(match: re.Match[str], kind: DeadlineKind, start: date | None, due: date | None) -> Deadline:
    return Deadline(kind, match[0], Span(*match.span()), start, due)


def _once(match: re.Match[str], context: Context) -> Iterator[Deadline]:
    is_bare = not (match["day"] or match["end"] or match["third"] or match["before"] or match["year"])
    if is_bare and not match["month"].isdecimal():
        return
    ends = _ends(match, "", _year(match, "", context))
    if ends is None and number(match["month"]) > 12:
        return
    due = ends[1] if ends else None
    if due and match["before"] and not (match["day"] or match["end"] or match["third"] or match["year"]):
        # 6月前 without 底 is before June begins; 6月份前 likewise.
        due = due.replace(day=1) - timedelta(days=1)
    yield _rule(match, DeadlineKind.ONCE, None, due)


def _dotted(match: re.Match[str], _context: Context) -> Iterator[Deadline]:
    month, day = int(match["dm"]), int(match["dd"])
    if 1 <= month <= 12 and 1 <= day <= month_end(int(match["dy"]), month).day:
        yield _rule(match, DeadlineKind.ONCE, None, date(int(match["dy"]), month, day))


def _window(match: re.Match[str], context: Context) -> Iterator[Deadline]:
    year = _year(match, "a", context)
    first = _ends(match, "a", year)
    explicit = match["byear"] or match["bnext"]
    last = _ends(match, "b", _year(match, "b", context) if explicit else year)
    if first and last and last[1] < first[0] and not explicit and year is not None:
        last = _ends(match, "b", year + 1)
    yield _rule(match, DeadlineKind.WINDOW, first[0] if first else None, last[1] if last else None)


def _opening(match: re.Match[str], context: Context) -> Iterator[Deadline]:
    last = _ends(match, "o", _year(match, "o", context))
    yield _rule(match, DeadlineKind.WINDOW, context.issued, last[1] if last else None)


def _months(match: re.Match[str], context: Context) -> Iterator[Deadline]:
    first, last, year = int(match["m1"]), int(match["m2"]), context.year
    if not (1 <= first <= 12 and 1 <= last <= 12):
        return
    if year is None:
        yield _rule(match, DeadlineKind.WINDOW, None, None)
    else:
        end_year = year + (last < first)
        yield _rule(match, DeadlineKind.WINDOW, date(year, first, 1), month_end(end_year, last))


def _quarter(match: re.Match[str], context: Context) -> Iterator[Deadline]:
    year, quarter = _year(match, "q", context), number(match["quarter"])
    yield _rule(match, DeadlineKind.ONCE, None, month_end(year, quarter * 3) if year else None)


def _half(match: re.Match[str], context: Context) -> Iterator[Deadline]:
    year = _year(match, "h", context)
    yield _rule(match, DeadlineKind.ONCE, None, month_end(year, 6 if match["half"] == "上" else 12) if year else None)


def _year_end(match: re.Match[str], context: Context) -> Iterator[Deadline]:
    named = match["eyear"] or match["ethis"] or match["enext"]
    if not named and match[0].rstrip("之以前") in ("底", "末", "内", "全年底", "全年内"):
        return
    year = _year(match, "e", context)
    yield _rule(match, DeadlineKind.ONCE, None, date(year, 12, 31) if year else None)


def _until_year(match: re.Match[str], _context: Context) -> Iterator[Deadline]:
    yield _rule(match, DeadlineKind.ONCE, None, date(int(match["uyear"]), 12, 31))


def _this_month(match: re.Match[str], context: Context) -> Iterator[Deadline]:
    issued = context.issued
    yield _rule(match, DeadlineKind.ONCE, None, month_end(issued.year, issued.month) if issued else None)


def _this_week(match: re.Match[str], context: Context) -> Iterator[Deadline]:
    place = "一二三四五六日".index((match["weekday"] or "日").replace("天", "日"))
    issued = context.issued
    due = issued - timedelta(days=issued.weekday() - place) if issued else None
    yield _rule(match, DeadlineKind.ONCE, None, due)


def _feast(match: re.Match[str], context: Context) -> Iterator[Deadline]:
    after = context.issued or (date(context.year, 1, 1) if context.year else None)
    if match["when"].endswith("前"):
        yield _rule(match, DeadlineKind.ONCE, None, feasts.eve_after(match["feast"], after) if after else None)
    elif match["feast"] == "国庆" and context.year:
        yield _rule(match, DeadlineKind.WINDOW, date(context.year, 10, 1), date(context.year, 10, 7))
    else:
        yield Deadline(DeadlineKind.WINDOW, match[0], Span(*match.span()), season=match[0], basis=Basis.ABSENT)


def _season(match: re.Match[str], context: Context) -> Iterator[Deadline]:
    """Read a season: dated by the office's own table, otherwise open. 汛前 ends the day before the season starts."""
    words, span = match[0], Span(*match.span())
    is_before = words.endswith("前")
    kind = DeadlineKind.ONCE if is_before else DeadlineKind.WINDOW
    known = next((season for season in context.seasons if season.name.startswith(words.rstrip("前期间内"))), None)
    if known is None:
        yield Deadline(kind, words, span, season=words, basis=Basis.ABSENT)
    elif is_before:
        yield Deadline(kind, words, span, due=known.start - timedelta(days=1), season=words, basis=Basis.INFERRED)
    else:
        yield Deadline(kind, words, span, known.start, known.end, season=words, basis=Basis.INFERRED)


def _relative(match: re.Match[str], context: Context) -> Iterator[Deadline]:
    event = (match["event"] or "").strip()
    count, unit = number(match["length"]), UNIT_WORDS[match["measure"]]
    due = None
    if re.search("(?:印发|发文|下发)之日起", event) and context.issued and unit == "day":
        due = context.issued + timedelta(days=count)
    offset = {"n": count, "unit": unit, "event": re.sub("(?:后|之日起|起|时)$", "", event)}
    yield Deadline(DeadlineKind.RELATIVE, match[0], Span(*match.span()), due=due, offset=offset)


def _at_once(match: re.Match[str], _context: Context) -> Iterator[Deadline]:
    yield _rule(match, DeadlineKind.RELATIVE, None, None)


def _standing(match: re.Match[str], _context: Context) -> Iterator[Deadline]:
    yield Deadline(DeadlineKind.STANDING, match[0], Span(*match.span()), weak=match[0] in WEAK)


READ = {
    "opening": _opening, "window": _window, "months": _months, "relative": _relative, "at_once": _at_once,
    "dotted": _dotted, "once": _once, "quarter": _quarter, "half": _half, "year_end": _year_end,
    "until_year": _until_year, "this_month": _this_month, "this_week": _this_week, "feast": _feast, "season": _season,
    "standing": _standing,
}  # fmt: skip

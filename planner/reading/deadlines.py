"""When: the words of time in a clause, and the rule each of them states.

The stages, each in its module:

    text      -> plain        half-width, without spaces, names blanked out; offsets kept              masks.py
    plain     -> atoms        one scan from left to right takes at each place the first of
        recurrence            每季度至少召开一次, 每月28日前, 半年一次, 日管控、周排查                    recurrences.py
        feast, season         国庆前, 汛期, 春季开学, 安全生产月                                        seasons.py
        point                 6月底前, 2025年三季度, 10月中旬, 本月底                                   points.py
        offset                接到通知后3个工作日内, 立行立改, 开工前                                    offsets.py
        standing              全年, 长期坚持, 常态化; weak: 定期, 不定期, 及时                          here
    atoms     -> deadlines    combinators, here:
        window = point (至 | -) point | 即日起至 point | point 期间 | point 起
        once   = [不迟于] point [前] {、 N日 [前]}
        months = window of months [，] recurrence         3月至12月，每月 -> anchor month_from, month_to
        dated  = season （ once ）                        汛前（4月底前）
    deadlines -> with spans and words of the text given

A due day is inclusive. A date without a year takes the plan's, and without that it has no day. What depends on a season
the office has not dated keeps its words and has no day. Nothing is invented: past practice, dates of other documents,
head counts and names carry no deadline.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

from planner.core.calendar import ONE_DAY, month_end
from planner.core.plan import Basis, Deadline, DeadlineKind, Frequency, Span
from planner.reading import masks, offsets, points, recurrences, seasons
from planner.reading.context import Context, Hit
from planner.reading.numerals import number

__all__ = ["Context", "find_deadlines"]

LASTING = (
    r"推进|坚持|实施|开展|落实|保持|执行|组织|抓|不间断|整治|治理|加强|巩固|深化|常态|长效|有效|管护|维护|运行|值守"
)
AT_END = r"(?=[，。；、）\n\t]|$)"
STANDING = (
    rf"贯穿(?:于)?全年(?:始终)?|全年度?(?:(?=(?:持续|长期)?(?:推进|坚持|实施|开展)?{AT_END})|(?=持续|不间断|常态|至少|不少于|{LASTING}|[^，。；、\n]{{0,6}}(?:不断档|不间断|不打烊|不放松)|禁[捕止燃]|开放|值守|运行|无休|免费|[^，。；、\d\n]{{1,10}}(?:至少|不少于|不低于)\d{{1,3}}(?:次|场|期|轮)))"
    rf"|一年到头|常年|(?<![中周])长期(?=(?:坚持|推进|实施|开展|任务|工作)?{AT_END}|{LASTING})"
    rf"|(?<!可)持续(?=(?:推进|实施|开展|坚持){AT_END})|(?<!可)持续(?!时间|期|性|向好|好转|改善|下降|增长|上升|走|恶化|发展|的|了)"
    r"|常态(?:化?长效)?化?(?!化|(?:长效|管理|工作|防控)?机制|制度|体系)|常抓不懈"
    r"|(?P<weak>(?<!未)(?<!记和)定期(?:和|或|与|、)?不定期|不?定期(?!限|存|检定)|(?<!不)及时(?!性|雨|率)|适时|经常性)"
)
NOW = (
    r"(?:(?:即日|现在|目前)起?|本?(?:通知|方案|意见|计划|办法|文件)?(?:印发|发文|下发)之日起)(?=[至到-])"
    r"|(?P<now_on>即日起)"
)
LATEST = re.compile(
    r"(?:(?:最迟|至迟)?不(?:得|能|可|应)?(?:迟|晚)于|最迟于?|至迟于?|最晚于?|截至|截止[到至]?|(?:(?<=^)|(?<=[，。；、（\n])|(?<=力争)|(?<=争取)|(?<=确保))到)$"
)
ANOTHER_DAY = re.compile(rf"[、和及与]{points.BARE_DAY.pattern}")
LONG_LIST = re.compile(r"\d{1,2}(?:、\d{1,2}){2,6}月")
QUARTERS_LISTED = re.compile(
    r"(?P<quarters>[一二三四](?:、[一二三四]){1,3})季度(?![末底]|[^，。；、\n]{0,8}[各均]|分别)"
)
MONTHS_LISTED = re.compile(
    r"(?P<months>\d{1,2}(?:、\d{1,2}){1,6})月份?(?![底末初\d]|[上中下]旬|[^，。；、\n]{0,8}[各均]|分别)"
)
NAMED = re.compile("(?:为|是)[^，。；、\n]{0,6}")
SAME_SENTENCE = re.compile("[^。；;\n]*")
NEAR = 16
"""Characters between two times of one event: 接报后15分钟内电话报告、1小时内书面报告."""
RUNS_BY_MONTH = frozenset({Frequency.DAILY, Frequency.WEEKLY, Frequency.TENDAY, Frequency.MONTHLY})


def find_deadlines(text: str, context: Context) -> list[Deadline]:
    """Return what *text* (a clause or a paragraph) says of time, in its order.

    Spans count from the start of *text*, cover ``raw`` exactly and do not overlap.
    """
    plain = masks.plain(text)
    found = _combined(plain.text, list(_atoms(plain.text, context)))
    return [_in_words_of(text, rule, plain.span(*rule.span)) for rule in found]


def _in_words_of(text: str, rule: Deadline, span: Span) -> Deadline:
    return replace(rule, raw=span.of(text), span=span)


def _atoms(text: str, context: Context) -> Iterator[Deadline]:
    at = 0
    while match := SCAN.search(text, at):
        floor, at = at, match.end()
        # The group of the way is the outermost one and so the last to close.
        for rule in READ[match.lastgroup or ""](Hit(text, match, context, floor)):
            if isinstance(rule, Span):
                at = max(at, rule.end)
            else:
                at = max(at, rule.span.end)
                yield rule


def _standing(hit: Hit) -> Iterator[Deadline]:
    """Yield a standing duty; 全年 with a least count is a yearly one (全年至少4次), with any other count nothing."""
    text, match = hit.text, hit.match
    span, is_year = Span(*match.span()), match[0].startswith("全年")
    count, stop = recurrences.count_in(text, match.end()) if is_year else (1, match.end())
    if stop == match.end():
        yield Deadline(DeadlineKind.STANDING, "", span, weak=bool(match["weak"]))
    elif recurrences.AT_LEAST.search(text, match.end(), stop):
        yield Deadline(DeadlineKind.RECURRING, "", Span(span.start, stop), freq=Frequency.YEARLY, count=count)


def _from_now(hit: Hit) -> Iterator[Deadline]:
    text, match, context, _ = hit
    start, end = match.span()
    if match["now_on"]:
        yield Deadline(DeadlineKind.WINDOW, "", Span(start, end), context.issued)
        return
    end += 1
    last = points.POINT_HERE.match(text, end) or points.POINT_HERE.match(text, end - 1)
    days = _days(text, last, context) if last else None
    if last:
        limit = points.LIMIT.match(text, last.end())
        due = days.last if days else None
        yield Deadline(DeadlineKind.WINDOW, "", Span(start, limit.end() if limit else last.end()), context.issued, due)


def _days(text: str, match: re.Match[str], context: Context, base: int | None = None) -> points.Days | None:
    try:
        return points.read_point(text, match, context, base)
    except points.Impossible:
        return None


def _point(hit: Hit) -> Iterator[Deadline | Span]:
    """Yield what a point of time says; a span alone was understood and says nothing (a window in the past)."""
    text, match, context, floor = hit
    try:
        days = points.read_point(text, match, context)
    except points.Impossible:
        return
    if rule := _window(text, match, context, days):
        is_told = _is_past(text, match, rule, context, False) or masks.is_of_things(text, rule.span.end)
        yield rule.span if is_told else rule
        return
    if (match["listed"] or match["listed_quarter"]) and (rule := _on_end(text, match, context)):
        yield rule
        return
    limit = points.LIMIT.match(text, match.end())
    if _says_nothing(text, match, limit):
        return
    rule = _single(match, limit, days)
    is_limit = limit is not None and bool(limit["before"])
    if not _is_past(text, match, rule, context, is_limit):
        yield _with_latest(text, rule, floor)
        yield from _more_days(text, rule, days)


def _on_end(text: str, match: re.Match[str], context: Context) -> Deadline | None:
    """Return the window of months or quarters that follow one another (7、8、9月), None for any other list of them."""
    months, quarters = MONTHS_LISTED.match(text, match.start()), QUARTERS_LISTED.match(text, match.start())
    run, size = (months, 1) if months else (quarters, 3)
    listed = [number(words) for words in run[1].split("、")] if run else []
    if not run or listed != list(range(listed[0], listed[-1] + 1)) or listed[-1] * size > 12:
        return None
    year, first = context.year, (listed[0] - 1) * size + 1
    start, due = (date(year, first, 1), month_end(year, listed[-1] * size)) if year else (None, None)
    return Deadline(DeadlineKind.WINDOW, "", Span(*run.span()), start, due)


def _says_nothing(text: str, match: re.Match[str], limit: re.Match[str] | None) -> bool:
    """Tell whether a match names no due day.

    A bare 三月, a list of numbers that is a numbering (1、3月底前), a period that says of what (上半年工作总结).
    """
    start = match.start()
    if limit is None and not match["day"] and masks.is_attributive(text, start, match.end()):
        return True
    if match["listed"] or match["listed_quarter"]:
        several = MONTHS_LISTED.match(text, start) or LONG_LIST.match(text, start)
        return not several and text[match.end()] == "、" and (start == 0 or text[start - 1] in "。\n")
    named = match["year"] or match["near"] or match["day"] or match["part"] or limit
    return bool(match["month"] and not named and not match["month"].isdecimal())


def _is_past(text: str, match: re.Match[str], rule: Deadline, context: Context, is_limit: bool) -> bool:
    """Tell whether a time lies in past practice; with 前 behind it only where the year says so too."""
    is_old = bool(rule.due and context.year and match["year"] and rule.due.year < context.year)
    if is_limit and not is_old:
        return masks.is_of_a_past_act(text, rule.span.end) or text.endswith(("已于", "已在"), 0, rule.span.start)
    if rule.due and context.issued and rule.due < context.issued:
        stood = text.endswith(("截至", "截止", "截止到"), 0, rule.span.start)
        if stood or masks.is_told(text, *rule.span):
            return True
    return (is_old and not is_limit) or masks.is_past(text, *rule.span)


def _single(match: re.Match[str], limit: re.Match[str] | None, days: points.Days | None) -> Deadline:
    """Return the deadline of a point alone, with the limit behind it."""
    span = Span(match.start(), limit.end() if limit else match.end())
    if days is None:
        return Deadline(DeadlineKind.ONCE, "", span)
    if limit and limit["during"]:
        return Deadline(DeadlineKind.WINDOW, "", span, days.first, days.last)
    if limit and limit["opens"]:
        return Deadline(DeadlineKind.WINDOW, "", span, days.first)
    is_bare = match["month"] and not match["day"] and not match["part"]
    if is_bare and limit and limit[0] in ("前", "之前", "以前"):
        return Deadline(DeadlineKind.ONCE, "", span, due=days.first - ONE_DAY, basis=Basis.INFERRED)
    basis = Basis.INFERRED if match["part"] == "初" else Basis.STATED
    return Deadline(DeadlineKind.ONCE, "", span, due=days.last, basis=basis)


def _with_latest(text: str, rule: Deadline, floor: int) -> Deadline:
    """Take 不迟于 and the like into the span."""
    lead = LATEST.search(text, max(floor, rule.span.start - 6), rule.span.start)
    return replace(rule, span=Span(lead.start(), rule.span.end)) if lead else rule


def _more_days(text: str, rule: Deadline, days: points.Days | None) -> Iterator[Deadline]:
    """Yield the further days of 6月10日、20日前."""
    if days is None or days.first != days.last:
        return
    end = rule.span.end
    while found := ANOTHER_DAY.match(text, end):
        limit = points.LIMIT.match(text, found.end())
        end = limit.end() if limit else found.end()
        due = _day_in(days.last, number(found["day"]))
        yield Deadline(DeadlineKind.ONCE, "", Span(found.start("day"), end), due=due)


def _day_in(month: date, day: int) -> date | None:
    return month.replace(day=day) if day <= month_end(month.year, month.month).day else None


def _window(text: str, match: re.Match[str], context: Context, first: points.Days | None) -> Deadline | None:
    """Return the window that *match* opens, if 至 and another point follow."""
    to = points.TO.match(text, match.end())
    if not to:
        return None
    day = points.BARE_DAY.match(text, to.end()) if match["day"] or match["dotted"] else None
    last = points.POINT_HERE.match(text, to.end()) or points.POINT_HERE.match(text, to.end() - 1)
    if day:
        due = _day_in(first.last, number(day["day"])) if first else None
        return _between(text, match.start(), day.end(), first and first.first, due)
    if not last:
        return None
    days = _days(text, last, context, first.first.year if first else None)
    if first and days and days.last < first.first:
        first, days = _in_order(text, match, last, context, first, days)
    return _between(text, match.start(), last.end(), first and first.first, days and days.last)


def _in_order(
    text: str, match: re.Match[str], last: re.Match[str], context: Context, first: points.Days, days: points.Days
) -> tuple[points.Days | None, points.Days | None]:
    """Move an end that lies before its beginning into the next year, or the beginning back if the end has its year."""
    if not last["year"]:
        return first, _days(text, last, context, first.first.year + 1)
    return _days(text, match, context, days.last.year - (days.last.month < first.first.month)), days


def _between(text: str, start: int, end: int, first: date | None, due: date | None) -> Deadline:
    limit = points.LIMIT.match(text, end)
    return Deadline(DeadlineKind.WINDOW, "", Span(start, limit.end() if limit else end), first, due)


def _combined(text: str, atoms: list[Deadline]) -> list[Deadline]:
    """Join neighbours that say one thing: a season and its date in brackets, months and the duty that runs in them."""
    found: list[Deadline] = []
    for rule in atoms:
        joined = _joined(text, found[-1], rule) if found else None
        if joined:
            found[-1] = joined
        else:
            found.append(_of_the_same_event(text, found[-1], rule) if found else rule)
    return found


def _of_the_same_event(text: str, one: Deadline, two: Deadline) -> Deadline:
    """Return the second of two times of one sentence with the event of the first where it names none."""
    first, second = one.offset or {}, two.offset or {}
    between = text[one.span.end : two.span.start]
    if (
        not first.get("event")
        or second.get("event") != ""
        or len(between) > NEAR
        or not SAME_SENTENCE.fullmatch(between)
    ):
        return two
    return replace(two, offset={**second, "event": first["event"]})


def _joined(text: str, one: Deadline, two: Deadline) -> Deadline | None:
    between, span = text[one.span.end : two.span.start], Span(one.span.start, two.span.end)
    if between == "（" and text[two.span.end : two.span.end + 1] == "）":
        whole = Span(span.start, span.end + 1)
        if one.season and two.due:
            return replace(two, span=whole, season=one.season)
        return replace(one, span=whole, season=two.season) if one.due and two.season else None
    if one.kind is DeadlineKind.ONCE and text.endswith("月", 0, one.span.end) and two.season and not between:
        return replace(two, span=span)  # 9月开学前
    if one.kind is DeadlineKind.WINDOW and one.due and two.season and NAMED.fullmatch(between):
        return one  # 11月1日至次年3月15日为城区供暖期 says when the season is
    if one.freq is Frequency.YEARLY and one.anchor is None and two.season and not between:
        return replace(one, span=span, season=two.season)
    if one.freq is Frequency.MONTHLY and one.anchor is None and text.startswith("次月", two.span.start):
        return replace(one, anchor=two.anchor)
    if two.freq in RUNS_BY_MONTH and between in ("", "，", "，要", "要", "，应"):
        months = _months(one)
        return replace(two, span=span, anchor={**months, **(two.anchor or {})}) if months else None
    return None


def _months(rule: Deadline) -> dict[str, int] | None:
    """Return the whole months a window runs in, to December where it has no end."""
    if rule.kind is not DeadlineKind.WINDOW or rule.season or rule.start is None or rule.start.day != 1:
        return None
    if rule.due is None:
        return {"month_from": rule.start.month, "month_to": 12}
    if rule.due != month_end(rule.due.year, rule.due.month):
        return None
    return {"month_from": rule.start.month, "month_to": rule.due.month}


COUNTS = "0123456789一二两三四五六七八九十半"
WAYS: tuple[tuple[str, str, str, Callable[[Hit], Iterator[Deadline | Span]]], ...] = (
    ("way_every", COUNTS + "每逐按隔双天日周旬月季年上逢次重法主节", recurrences.EVERY, recurrences.read_recurrence),
    ("way_at_feast", '2“"元三妇五劳青六儿七建八教国十春清端中重', seasons.FEAST, seasons.read_feast),
    (
        "way_in_season",
        "春节假秋新暑寒开入汛主森防特禁供采今冬夏高迎三双雨旱霜封上全省市两中",
        seasons.SEASON,
        seasons.read_season,
    ),
    ("way_safety", '6六“"全安', seasons.SAFETY_MONTH, seasons.read_safety_month),
    ("way_now", "即现目本通方意计办文印发下", NOW, _from_now),
    ("way_point", COUNTS + "今明次翌来当去本这上下第前年底末内以到至月", points.POINT, _point),
    ("way_within", COUNTS, offsets.WITHIN, offsets.read_within),
    ("way_elapsed", "满", offsets.ELAPSED, offsets.read_elapsed),
    ("way_ahead", "提前", offsets.AHEAD, offsets.read_ahead),
    ("way_at_once", "立第即边", offsets.AT_ONCE, offsets.read_at_once),
    ("way_stage", "工项开施竣完投交", offsets.MILESTONE, offsets.read_milestone),
    ("way_standing", "贯全一常长持定不及适经", STANDING, _standing),
)
"""The ways to tell a time, in the order they are tried at each place, each with the characters it can begin with.

The characters only save work: no way begins with another, and most places of a text begin none.
"""
SCAN = re.compile(
    f"(?=[{''.join(sorted({sign for _, firsts, _, _ in WAYS for sign in firsts}))}])(?:"
    + "|".join(f"(?P<{name}>(?=[{firsts}])(?:{pattern}))" for name, firsts, pattern, _ in WAYS)
    + ")"
)
READ = {name: read for name, _, _, read in WAYS}

"""What the document leaves open or gets wrong, for the clerk to settle; the text itself is never corrected.

Each rule takes the plan as read and yields findings: a stable code, a plain sentence that says what to do, the place.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise

from planner.core.calendar import day_words, month_end, weekday_name
from planner.core.naming import stem
from planner.core.plan import (
    Deadline,
    DeadlineKind,
    Finding,
    Frequency,
    Item,
    Plan,
    Section,
    Span,
    item_deadlines,
    item_targets,
)
from planner.core.wording import item_words
from planner.reading import masks
from planner.reading.blocks import is_report
from planner.reading.numerals import number
from planner.reading.responsibility import find_labels

PASSED = {"春节后": 3, "春季": 3, "汛前": 4, "汛期前": 4}
"""Months by which a season named by its words is over at the latest: the first lessons after New Year and the spring
term begin before April; the flood season begins on 1 April in the south and by June everywhere."""

BLANK = re.compile(
    r"(?<=[\u4e00-\u9fff])[ \u3000_]{2,12}(?:人|个|万元|户|亩|起|次|家|处)(?![\u4e00-\u9fff]{0,1}[大民工])"
)
DOUBLED = re.compile(r"。。|，，|；；|、、|(?P<word>(?!一)[\u4e00-\u9fff]{4,12})(?P=word)")
REPEATED = re.compile(r"(?P<verb>清理|开展|加强|推进|落实|组织)[\u4e00-\u9fff]{2,10}(?P=verb)(?=[，。；])")
BRACKET = re.compile(r"【(?:19|20)\d\d】")
RESIDUE = re.compile(r"##\w+##|\[bookmark:[^\]\n]{0,60}\]|https?://\S+|&nbsp;|<[a-z/][^>\n]{0,40}>")
TOTAL = re.compile(
    r"(?P<total>\d{1,6})(?P<unit>条|个|家|处|件|起)[^。；\n]{0,30}?(?:其中|，|：)[^。；\n\d]{0,12}(?P<one>\d{1,6})(?P=unit)"
    r"[^。；\n\d]{0,16}(?P<two>\d{1,6})(?P=unit)(?=[。；\n）])"
)
ANNOUNCED = re.compile(
    r"[“\"]?(?P<count>\d{1,2}|[一二三四五六七八九十]{1,3})[”\"]?(?:项|个|大)(?:重点|专项|任务|工程|行动|方面)"
)
PAIRS = {"（": "）", "“": "”", "《": "》", "【": "】", "〔": "〕"}
LOOKS_LIKE_TIME = re.compile(
    r"(?<![\d次])(?:\d{1,2}月(?:\d{1,2}日|底|末|[上中下]旬)?前|(?:年底|季度末|(?<!月)\d{1,2}日)前(?!后)"
    r"|每(?:日|天|周|旬|月|季度|半年|学期|年)(?!度|\d+(?:\.\d+)?元)|\d{1,3}个?(?:工作日|天|日|小时)内)"
)
TOLD_OUTSIDE = re.compile(rf"(?P<time>{LOOKS_LIKE_TIME.pattern})[^{masks.STOPS}]*")
"""From the first time of a sentence to its end: one finding tells the clerk of the whole duty."""
UNKNOWN_SEASON = re.compile(
    r"(?<![中春国元清端年季])(?:秋收|麦收|夏收|春播|秋播|台风季节?|学期末|期末(?:考试)?|节|换届|寒潮|霜降)(?:来临|到来)?前(?=[，。、]|完成|组织|开展|排查|报)"
)
WHOLE = re.compile("(?<![未非])(?:全覆盖|应(?P<all>[改查检收保训接])尽(?P=all))")
MIDDLE = re.compile("中旬(?:之|以)?前")
DAY = re.compile(
    r"(?:(?P<year>20\d\d)年)?(?<!\d)(?P<month>\d{1,2})月(?P<day>\d{1,2})日(?!报)(?:[（(](?:星期|周)(?P<weekday>[一二三四五六日天])[）)])?"
)
LEAP_YEAR = 2024
NEAR = 12
"""Characters after a label within which the first name must stand."""
LOADED = 8
"""Items held by one leader from which the meeting should look at the balance, if they are also over a third of all."""


def find_findings(plan: Plan) -> tuple[Finding, ...]:
    """Return the findings of a plan as read, in the order of the text."""
    if not plan.items:
        sentence = "没有识别到编号的条目。请确认选的是计划正文，或给每条加上「1.」「2.」这样的编号。"
        return (Finding("no_items", sentence, Span(0, min(len(plan.text), 40))),)
    found = {finding for rule in RULES for finding in rule(plan)}
    return tuple(sorted(found, key=lambda finding: (finding.span, finding.code)))


def _label(item: Item) -> str:
    return item_words(item.number, item.title)


def _head(item: Item) -> Span:
    return Span(item.span.start, min(item.span.end, item.span.start + len(item.number) + len(item.title) + 2))


def _nobody(plan: Plan) -> Iterator[Finding]:
    for item in plan.items:
        who = item.responsibility
        if not who.leaders:
            yield Finding("no_leader", f"{_label(item)}没有写明责任领导，请在办公会上明确。", _head(item))
        if not who.departments:
            yield Finding("no_department", f"{_label(item)}没有写明责任部门，请指定由谁承办。", _head(item))


def _times(plan: Plan) -> Iterator[Finding]:
    for item in plan.items:
        rules = item_deadlines(item)
        if not rules:
            yield Finding("no_date", f"{_label(item)}没有写时限，请定一个到期日，或确认是长期工作。", _head(item))
        for rule in rules:
            yield from _time(plan, item, rule)


def _time(plan: Plan, item: Item, rule: Deadline) -> Iterator[Finding]:
    where = f"{_label(item)}「{rule.raw}」"
    if rule.weak:
        yield Finding("frequency_unstated", f"{where}没有写明多久一次，请定下频次或到期日。", rule.span)
    if _is_past(plan, rule):
        yield Finding("past_at_issue", f"{where}在文件印发时已经过了，请确认是否已做、要不要补记。", rule.span)
    elif rule.season and rule.due is None:
        yield Finding("season_unresolved", f"{where}没有具体日期，请由办公室定下起止日期。", rule.span)
    elif rule.kind in (DeadlineKind.ONCE, DeadlineKind.WINDOW) and not (rule.due or rule.start):
        yield Finding("date_unresolved", f"{where}算不出是哪一天，请补上年份或印发日期。", rule.span)
    if rule.due and rule.kind is DeadlineKind.ONCE and rule.due.weekday() > 4:
        words = day_words(rule.due, plan.plan_year)
        yield Finding("weekend_deadline", f"{where}到期日{words}逢周末，请提醒责任人提前在工作日完成。", rule.span)


def _unread(plan: Plan) -> Iterator[Finding]:
    """Find what looks like a due date or a label of responsibility and was not read: nothing is dropped silently."""
    for item in plan.items:
        read = sorted(rule.span for rule in item_deadlines(item))
        who = item.responsibility
        named = sorted(name.span.start for name in (*who.leaders, *who.departments, *who.supporting))
        words = masks.plain(item.text)
        for match in (*LOOKS_LIKE_TIME.finditer(words.text), *UNKNOWN_SEASON.finditer(words.text)):
            place = words.span(*match.span()).shift(item.span.start)
            if not _is_covered(place, read) and not masks.is_past(words.text, *match.span()):
                sentence = f"{_label(item)}「{match[0]}」像是时限，没有读进任务，请确认要不要加上。"
                yield Finding("unread_time", sentence, place)
        for label in find_labels(item.text):
            place = label.shift(item.span.start)
            following = bisect_left(named, place.end)
            if following == len(named) or named[following] >= place.end + NEAR:
                sentence = f"{_label(item)}「{label.of(item.text)}」后面没有读出名字，请补上由谁负责。"
                yield Finding("unread_name", sentence, place)


def _outside(plan: Plan) -> Iterator[Finding]:
    """Find duties that stand outside every point (各村于每月25日前报送进度), but not the past practice in a report."""
    if not plan.items or is_report(plan.title):
        return
    points = sorted(item.span for item in plan.items)
    words = masks.plain(plan.text)
    for match in TOLD_OUTSIDE.finditer(words.text):
        time = words.span(*match.span("time"))
        if not _is_covered(time, points) and not masks.is_past(words.text, *match.span("time")):
            sentence = f"「{match['time']}」写在条目之外，没有算作任务；要跟踪，请在核对时选中这句话设为任务。"
            yield Finding("outside_points", sentence, words.span(*match.span()))


def _left_to_the_clerk(plan: Plan) -> Iterator[Finding]:
    """Find what only suggests a target (全覆盖), and a day that two readers would read differently (中旬前)."""
    for item in plan.items:
        words = masks.plain(item.text)
        whole = WHOLE.search(words.text)
        if whole and not masks.is_past(words.text, *whole.span()):
            sentence = f"{_label(item)}「{whole[0]}」相当于100%，没有算作指标，请确认要不要设。"
            yield Finding("implied_target", sentence, words.span(*whole.span()).shift(item.span.start))
        for rule in item_deadlines(item):
            if MIDDLE.search(rule.raw):
                sentence = f"{_label(item)}「{rule.raw}」可能是10日前，也可能是20日前，现按20日算，请写明哪一天。"
                yield Finding("ambiguous_time", sentence, rule.span)


def _is_covered(place: Span, read: Sequence[Span]) -> bool:
    """Tell whether one of the spans *read*, in order and apart from each other, shares a character with *place*."""
    before = bisect_left(read, (place.end,)) - 1
    return before >= 0 and read[before].end > place.start


def _is_past(plan: Plan, rule: Deadline) -> bool:
    """Tell whether a time was over at issue; the first periods of a recurring duty before it are marked 印发前 instead."""
    if plan.issue_date is None:
        return False
    if rule.season and rule.due is None:
        month = next((month for words, month in PASSED.items() if rule.season.startswith(words)), None)
        return month is not None and plan.issue_date.year == plan.plan_year and plan.issue_date.month >= month
    return bool(rule.due and rule.due < plan.issue_date and rule.freq is not Frequency.HOLIDAY)


def _days(plan: Plan) -> Iterator[Finding]:
    """Find days that do not exist, weekdays that do not match, and due days after the year of the plan."""
    for match in DAY.finditer(plan.text):
        span, year = Span(*match.span()), int(match["year"] or plan.plan_year or 0)
        month, day = int(match["month"]), int(match["day"])
        if not 1 <= month <= 12 or not 1 <= day <= _last_day(year, month):
            yield Finding("impossible_day", f"「{match[0]}」没有这一天，请改正。", span)
        elif match["weekday"] and year:
            told = weekday_name(date(year, month, day))
            if told[-1] != match["weekday"].replace("天", "日"):
                yield Finding("wrong_weekday", f"「{match[0]}」那天是{told}，请核对日期或星期。", span)
    for item in plan.items:
        for rule in item_deadlines(item):
            if plan.plan_year and rule.kind is DeadlineKind.ONCE and rule.due and rule.due.year > plan.plan_year + 1:
                yield Finding("after_year", f"{_label(item)}「{rule.raw}」在计划年度之后，请确认年份。", rule.span)


def _last_day(year: int, month: int) -> int:
    return month_end(year or LEAP_YEAR, month).day


def _aliases(plan: Plan) -> Iterator[Finding]:
    """Find two names in one plan for what looks like the same department: 应急办 and 应急部门."""
    seen: dict[str, list[str]] = {}
    for item in plan.items:
        for name in (*item.responsibility.departments, *item.responsibility.supporting):
            own = stem(name.name)
            known = seen.setdefault(own, [name.name])
            if len(own) > 1 and name.name not in known:
                first = known[0]
                known.append(name.name)
                sentence = f"「{first}」和「{name.name}」可能是同一个单位，请统一名称，或确认是两个单位。"
                yield Finding("likely_alias", sentence, name.span)


def _shares(plan: Plan) -> Iterator[Finding]:
    for item in plan.items:
        for target in item_targets(item):
            if target.unit == "%" and target.value > 100 and "增" not in _around(plan, target.span):
                yield Finding("over_hundred", f"{_label(item)}「{target.raw}」超过100%，请核对。", target.span)


def _around(plan: Plan, span: Span) -> str:
    return plan.text[max(0, span.start - NEAR) : span.end]


def _headings(plan: Plan) -> Iterator[Finding]:
    under: dict[str, list[Item]] = {}
    for item in plan.items:
        under.setdefault(item.section, []).append(item)
    for section in plan.sections:
        inside = under.get(section.title, [])
        announced = ANNOUNCED.search(section.title)
        listed = _listed(section)
        if announced and len(listed) > 1:
            count = number(announced["count"])
            if count != len(listed):
                sentence = f"第{section.number}部分标题写{count}项，实际列了{len(listed)}项，请核对是哪一个。"
                yield Finding("heading_count", sentence, section.span)
        elif announced and inside and number(announced["count"]) != len(inside) and number(announced["count"]) > 1:
            sentence = f"第{section.number}部分标题写{number(announced['count'])}项，下面有{len(inside)}条，请核对。"
            yield Finding("heading_count", sentence, section.span)
        yield from _without_item(section, listed, inside)


def _listed(section: Section) -> list[str]:
    """Return the points a heading lists after its colon (聚焦“4”项重点：甲、乙、丙)."""
    _, colon, rest = section.title.partition("：")
    points = [point.strip() for point in rest.split("，")[0].rstrip("。").split("、")] if colon else []
    return points if len(points) > 1 and all(len(point) > 4 for point in points) else []


def _without_item(section: Section, listed: list[str], inside: list[Item]) -> Iterator[Finding]:
    titles = {item.title for item in inside}
    if inside and len(titles.intersection(listed)) >= 2:
        for point in listed:
            if point not in titles:
                sentence = f"第{section.number}部分标题列了「{point}」，下面没有对应的条目，请补一条或说明。"
                yield Finding("heading_without_item", sentence, section.span)


def _numbering(plan: Plan) -> Iterator[Finding]:
    plain = [(int(item.number), item) for item in plan.items if item.number.isascii() and item.number.isdecimal()]
    for (before, earlier), (now, item) in pairwise(plain):
        if now == before and item.section == earlier.section:
            yield Finding("numbering_repeat", f"编号{now}出现了两次，请核对。", _head(item))
        elif now > before + 1:
            yield Finding("numbering_gap", f"编号从{before}跳到{now}，请核对是否漏了条目。", _head(item))


def _load(plan: Plan) -> Iterator[Finding]:
    held = Counter(name.name for item in plan.items for name in item.responsibility.leaders)
    for name, count in held.items():
        if count >= LOADED and count * 3 >= len([item for item in plan.items if item.responsibility.leaders]):
            first = next(who.span for item in plan.items for who in item.responsibility.leaders if who.name == name)
            yield Finding("leader_load", f"{name}负责{count}条，是最集中的一位，请看看要不要分担。", first)


def _twice(plan: Plan) -> Iterator[Finding]:
    seen: set[str] = set()
    for item in plan.items:
        for task in item.tasks:
            if task.text in seen and len(task.text) > 8:
                yield Finding("same_duty_twice", f"「{task.text[:24]}」写了两次，请确认是否同一件事。", task.span)
            seen.add(task.text)


SLIPS = (
    ("blank_figure", BLANK, "「{}」数字空着，请补上。"),
    ("repeated_words", DOUBLED, "「{}」文字重复，请核对。"),
    ("repeated_words", REPEATED, "「{}」有重复的字词，请核对。"),
    ("wrong_bracket", BRACKET, "「{}」年份应该用〔〕，请核对文号。"),
    ("web_residue", RESIDUE, "「{}」是转换留下的杂字，不影响使用，定稿时请删去。"),
)


def _slips(plan: Plan) -> Iterator[Finding]:
    for code, pattern, sentence in SLIPS:
        for match in pattern.finditer(plan.text):
            yield Finding(code, sentence.format(match[0].strip()[:30]), Span(*match.span()))


def _totals(plan: Plan) -> Iterator[Finding]:
    for match in TOTAL.finditer(plan.text):
        total, one, two = (int(match[name]) for name in ("total", "one", "two"))
        if one + two != total and max(one, two) <= total:
            sentence = f"合计{total}{match['unit']}，分项{one}+{two}={one + two}，对不上，请核对。"
            yield Finding("parts_total", sentence, Span(*match.span()))


def _brackets(plan: Plan) -> Iterator[Finding]:
    """Find a bracket or quotation mark without its partner in the same paragraph."""
    at = 0
    for line in plan.text.split("\n"):
        for left, right in PAIRS.items():
            if line.count(left) != line.count(right):
                place = at + max(line.find(left), line.find(right))
                sentence = f"这一段的{left}{right}不配对，请核对。"
                yield Finding("unbalanced", sentence, Span(place, min(place + 20, at + len(line))))
        at += len(line) + 1


RULES = (
    _nobody,
    _times,
    _unread,
    _outside,
    _left_to_the_clerk,
    _days,
    _aliases,
    _shares,
    _headings,
    _numbering,
    _load,
    _twice,
    _slips,
    _totals,
    _brackets,
)

"""Times counted from an event, never from the issue date unless the words say so.

    offset  = [自] event (后 | 之日起) [满] number unit (内 | 后)          接到通知后3个工作日内, 试点满6个月后
            | number unit 内                                            event not named
            | [event 前] 提前 number unit                               n is negative
            | 立行立改 | 立即 …                                          at once, no number
            | 开工前 | 竣工后 …                                          n = 0
    unit    = 分钟 | 小时 | 日 | 天 | 工作日 | 周 | 个月 | 半年

From 印发之日起 and 发文之日起 there is a due day; the first day counted is the next one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from planner.core.calendar import add_months, month_end
from planner.core.plan import Basis, Deadline, DeadlineKind, Span
from planner.reading.context import Context, Hit
from planner.reading.masks import BLANK, CLAUSE_STOPS
from planner.reading.numerals import NUMBER, number

UNITS = {
    "工作日": "workday", "自然日": "day", "日": "day", "天": "day", "小时": "hour", "分钟": "minute",
    "周": "week", "星期": "week", "月": "month",
}  # fmt: skip


def _measure(prefix: str) -> str:
    return (
        rf"(?P<{prefix}n>{NUMBER}|半)"
        rf"(?:个?(?P<{prefix}unit>工作日|自然日|日|天|小时|分钟|周|星期)|个(?P<{prefix}months>月)|(?P<{prefix}half>年))"
    )


WITHIN = rf"(?<![\d.第]){_measure('in_')}(?:时间)?(?:之内|以内|内(?!容))"
ELAPSED = rf"满{_measure('after_')}(?:之后|以后|后)"
AHEAD = rf"(?:提前|(?<=[开展行办施动始会节赛满期])前){_measure('ahead_')}(?!以上的)"
AT_ONCE = r"立即(?!可|生效)|第一时间|即刻|立行立改|即知即改|即查即改|立查立改|立整立改|边查边改|即发现即整改"
MILESTONE = (
    r"(?:工程|项目)?(?P<milestone>(?:开工|施工|竣工|完工|投产|开业|交付使用|投入使用|竣工验收)"
    r"(?:前(?![后期沿])|后(?!续|期|[^，。；、]{0,4}?[\d一二三四五六七八九十两]{1,3}个?(?:工作日|日|天|月))))"
)
BACK = re.compile(r"(?:之日起|日起|之后|以后|后|起)(?:的|，)?$")
NOT_EVENT = re.compile(
    r"^(?:.{0,19}(?:(?<![由关对属位基])于|[应须要并]在|自(?![查然身动主治建行己来贸评觉愿学检纠媒备驾助律强信用费筹留产营由考招理有救卫])))?(?:应当?|要|须|必须|并|且|确保|严格|坚持|自|从|在|于|对|由|将|凡)*"
)
WHOSE = re.compile(
    r"^[^，。；]{0,18}?(?:(?<![存现正所实潜外内自旨])在(?![线岗册建职校编逃场])(?=.)|(?=接到|收到|接报|接警|接诉|接访|发现.))"
)
"""What stands before an event and only says whose it is: 有关学校在 | 收到督办函, 公路养护站 | 接到报告."""
FIGURE_OF_TIME = re.compile(
    r"(?:控制|压缩|缩短|稳定|保持|降低|降|压减|缩减|不超过?|限定|近|过去|连续|最近|前|每)(?:在|到|至|为)?$"
)
ISSUE = re.compile(r"(?:印发|发文|发布)(?:之日|日)?$")


def read_within(hit: Hit) -> Iterator[Deadline]:
    """Yield the deadline of a match of WITHIN, with the event before it."""
    text, match, context, floor = hit
    if FIGURE_OF_TIME.search(text, max(floor, match.start() - 5), match.start()):
        return
    n, unit = _amount(match, "in_")
    if not unit:
        return
    begin, event, is_from_day = _event(text, match.start(), floor)
    due = _from_issue(n, unit, context) if is_from_day and ISSUE.search(event) else None
    knows = unit != "workday" or bool(due and context.days.knows(due.year))
    yield Deadline(
        DeadlineKind.RELATIVE, "", Span(begin, match.end()), due=due, offset={"n": n, "unit": unit, "event": event},
        basis=Basis.STATED if knows or not due else Basis.INFERRED,
    )  # fmt: skip


def read_elapsed(hit: Hit) -> Iterator[Deadline]:
    """Yield the deadline of a match of ELAPSED (试点满6个月后)."""
    text, match, _, floor = hit
    n, unit = _amount(match, "after_")
    begin = _clause(text, match.start(), floor)
    offset = {"n": n, "unit": unit, "event": text[begin : match.start()]}
    yield Deadline(DeadlineKind.RELATIVE, "", Span(begin, match.end()), offset=offset)


def read_ahead(hit: Hit) -> Iterator[Deadline]:
    """Yield the deadline of a match of AHEAD (会议召开前3个工作日, 提前5天)."""
    text, match, _, floor = hit
    n, unit = _amount(match, "ahead_")
    begin = match.start() if match[0].startswith("提") else _clause(text, match.start(), floor)
    offset = {"n": -n, "unit": unit, "event": text[begin : match.start()]}
    yield Deadline(DeadlineKind.RELATIVE, "", Span(begin, match.end()), offset=offset)


def read_milestone(hit: Hit) -> Iterator[Deadline]:
    """Yield the deadline of a match of MILESTONE, whose event keeps its 前 or 后."""
    offset = {"n": 0, "unit": "day", "event": hit.match["milestone"]}
    yield Deadline(DeadlineKind.RELATIVE, "", Span(*hit.match.span()), offset=offset)


def read_at_once(hit: Hit) -> Iterator[Deadline]:
    """Yield the deadline of a match of AT_ONCE, which has no number, with the event before it (接报后立即)."""
    text, match, _, floor = hit
    is_after = text.endswith("后", floor, match.start())
    begin = _clause(text, match.start() - 1, floor) if is_after else match.start()
    yield Deadline(DeadlineKind.RELATIVE, "", Span(begin, match.end()))


def _amount(match: re.Match[str], prefix: str) -> tuple[int, str]:
    """Return number and unit, half a month being 15 days, half an hour 30 minutes; the unit is empty for whole years (三年内)."""
    words, is_half = match[f"{prefix}n"], match[f"{prefix}n"] == "半"
    if match[f"{prefix}half"]:
        return (6, "month") if is_half else (0, "")
    if match[f"{prefix}months"]:
        return (15, "day") if is_half else (number(words), "month")
    unit = UNITS[match[f"{prefix}unit"]]
    return (30, "minute") if is_half and unit == "hour" else (number(words), unit)


def _event(text: str, place: int, floor: int) -> tuple[int, str, bool]:
    """Return where the words before a number of days begin, the event they name, and whether it is 之日起."""
    link = BACK.search(text, max(floor, place - 5), place)
    if not link:
        return place, "", False
    begin = _clause(text, link.start(), floor)
    if begin == link.start():
        return place, "", False
    return begin, text[begin : link.start()], "起" in link[0]


def _clause(text: str, place: int, floor: int) -> int:
    """Return where the event that ends at *place* begins: at most 20 characters back, in the same clause."""
    begin = place
    while begin > max(floor, place - 20) and text[begin - 1] not in CLAUSE_STOPS + BLANK:
        begin -= 1
    for lead in (NOT_EVENT, WHOSE):
        if found := lead.match(text[begin:place]):
            begin += found.end()
    return begin


def _from_issue(n: int, unit: str, context: Context) -> date | None:
    issued = context.issued
    if issued is None:
        return None
    if unit == "workday":
        return context.days.shift(issued, n)
    if unit in ("day", "week"):
        return issued + timedelta(days=n * (7 if unit == "week" else 1))
    if unit == "month":
        last = month_end(add_months(issued, n).year, add_months(issued, n).month)
        return last.replace(day=min(issued.day, last.day))
    return None

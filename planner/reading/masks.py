"""What the words of time and quantity are read in: one line, half-width, with names blanked out, offsets kept.

Names carry no deadline: titles in 《》, what stands in quotes, document numbers, spans of years (2024—2026年). Quotes
stay open around feasts (“五一”前), 安全生产月 and the daily-weekly-monthly checks, which do tell a time. Clauses that
report what was done are told by their words.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from planner.core.plan import Span
from planner.reading import feasts
from planner.reading.numerals import half_width

BLANK = "□"
STOPS = "。；！？\n"
REACH = 80
"""How far around a time its sentence is looked at, so that work grows linearly with the text."""
CLAUSE_STOPS = STOPS + "，,：、（）\t"

_NAME = re.compile(
    r"《[^《》\n]{0,80}》|[“\"「‘][^“”\"「」‘’\n]{1,60}[”\"」’]|[【〔\[（]\d{4}[】〕\]）]第?\d+号"
    r"|(?<!\d)(?:19|20)\d\d年?(?:-{1,2}|至|到)(?:(?:19|20)\d\d|\d\d)年(?!第?\d{1,2}月|底|末|[一二三四上下十])"
)
_KEPT = re.compile(rf"(?:{feasts.NAMES}|安全生产月|[^”]*(?:日管控|周排查|月调度)[^”]*)")
_SPACE = re.compile(r"[ \u3000\xa0\r\n]+")
_DID = re.compile(r"已(?!知|发现|查|有)|(?<![为除])了(?![解结如])|(?<![较比同由从])(?:去年|上年)")
_TOLD = re.compile(r"已|了(?![解结如])|同比|环比|主持|听取")
_DONE = re.compile(
    r"截至目前|截止目前|累计(?!不少于|不低于|达到|完成率)|同比(?!下降|减少|增长\d+%以上)|上月(?=\d)|先后|(?:全年|期间|以来)共|[，,]共(?=[受办排开完整检化组查处接培新发][\u4e00-\u9fff]{1,8}\d)"
)
_OF_A_PAST_ACT = re.compile(
    r"[^，。；、\n]{0,10}(?:(?:召开|印发|发布|施行|出台|下发|发生|建成|完成|竣工|投用|入库)的|会议精神|讲话精神)|起?施行的|起?以来|[^，。；、\n]{0,8}(?:会议|会)(?:审议|研究|讨论)?通过|(?:出生|注册|登记|取得)的"
)
_OF_ISSUE = re.compile(r"起?(?:印发|讯|电)(?![^，。；：:）)\n])")
_OF_WHAT = re.compile(
    r"[^，。；、\n]{0,8}?(?:发现|反馈|交办|暴露|移交|通报|查出|发生|形成|下发|下达|受理|申报|漏报|积压|欠缴|拖欠|遗留)的"
    r"|[^，。；、\n\d]{1,8}(?:于|在)(?=\d{1,2}月)"
    r"|(?:的|度)?[^，。；、\n]{0,6}(?:总结|数据|报表|报告|情况|绩效|排名|台账|账目|收支|成绩|得分|结果|奖金|资金|补贴|工资|进度|考核|计划|报销|报账)"
    r"(?=[，。；、）\n]|$|于|公布|公开|公示|通报|对比|对照)"
)
_GIVES = re.compile(
    r"(?:报送|上报|补报|填报|提交|上交|报|交|兑现|公布|公示|公开|通报|发放|汇总|分析|盘点|核对|对照|与|和|对|按|按照|根据|结算|清算|编制|撰写|形成|完成|做好|复核|审核|统计)$"
)
_LIMITED = re.compile(r"(?:前|以前|之前|内|止)(?![后期沿])[^，。；\n]{0,12}$")


class Plain(NamedTuple):
    """A text as it is scanned, and for every character its place in the text given (None: the same places)."""

    text: str
    places: list[int] | None

    def span(self, start: int, end: int) -> Span:
        """Return the range of the text given that a non-empty range of the plain text stands for."""
        if self.places is None:
            return Span(start, end)
        return Span(self.places[start], self.places[end - 1] + 1)


def plain(text: str) -> Plain:
    """Return *text* without spaces and line breaks, half-width and with names blanked out."""
    words, places = _joined(half_width(text))
    return Plain(_NAME.sub(_blanked, words), places)


def _joined(text: str) -> tuple[str, list[int] | None]:
    """Drop space and single line breaks, but never between two digits, nor an empty line, which both part words."""
    if not _SPACE.search(text):
        return text, None
    parts: list[str] = []
    places: list[int] = []
    at = 0
    for gap in _SPACE.finditer(text):
        parts.append(text[at : gap.start()])
        places.extend(range(at, gap.start()))
        between_digits = text[gap.start() - 1 : gap.start()].isdigit() and text[gap.end() : gap.end() + 1].isdigit()
        if between_digits or gap[0].count("\n") > 1:
            parts.append("\n")
            places.append(gap.start())
        at = gap.end()
    return "".join([*parts, text[at:]]), [*places, *range(at, len(text))]


def _blanked(name: re.Match[str]) -> str:
    words = name[0]
    if words[0] in '“"「‘' and _KEPT.fullmatch(words[1:-1]):
        return words
    return BLANK * len(words)


def sentence(text: str, start: int, end: int) -> str:
    """Return the sentence of *text* around a range, at most REACH characters to either side."""
    low, high = max(0, start - REACH), min(len(text), end + REACH)
    begin = max(low, *(text.rfind(mark, low, start) + 1 for mark in STOPS))
    stops = [place for mark in STOPS if (place := text.find(mark, end, high)) >= 0]
    return text[begin : min(stops, default=high)]


def clause_start(text: str, place: int) -> int:
    """Return where the clause that holds *place* begins, at most REACH characters back."""
    floor = max(0, place - REACH)
    while place > floor and text[place - 1] not in CLAUSE_STOPS:
        place -= 1
    return place


def is_past(text: str, start: int, end: int) -> bool:
    """Tell whether the words around a time report what was done, or the time dates another document or event."""
    if is_of_a_past_act(text, end) or _OF_ISSUE.match(text, end) or _DONE.search(sentence(text, start, end)):
        return True
    return bool(_DID.search(text, clause_start(text, start), clause_end(text, end)))


def is_told(text: str, start: int, end: int) -> bool:
    """Tell whether the sentence around a time that was over at the issue reports: 4月9日，县长主持召开会议，听取了汇报."""
    return _TOLD.search(sentence(text, start, end)) is not None


def clause_end(text: str, place: int) -> int:
    """Return where the clause ends that goes on at *place*; a time alone (5月20日，) belongs to the one behind it."""
    end = place + (text[place : place + 1] in "，,")
    while end < min(len(text), place + REACH) and text[end] not in CLAUSE_STOPS:
        end += 1
    return end


def is_of_a_past_act(text: str, end: int) -> bool:
    """Tell whether the words behind a time make it the date of another document or event (召开的会议)."""
    return bool(_OF_A_PAST_ACT.match(text, end))


def is_of_things(text: str, end: int) -> bool:
    """Tell whether a time only says when the things were that follow it: 1月至9月漏报的数据."""
    of_what = _OF_WHAT.match(text, end)
    return of_what is not None and of_what[0].endswith("的")


def is_attributive(text: str, start: int, end: int) -> bool:
    """Tell whether a bare period only says of what: 报送上半年工作总结, 3月份发现的问题, 6月底前结清一季度费用."""
    before = text[clause_start(text, start) : start]
    of_what = _OF_WHAT.match(text, end)
    if not of_what:
        return False
    return of_what[0].endswith(("的", "于", "在")) or bool(_GIVES.search(before) or _LIMITED.search(before))

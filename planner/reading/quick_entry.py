"""One line as heard on the telephone: whose words, which day, what was done, how much, and which task it is about.

    line     = [day] [speaker] clause {(，| 。|；) clause}
    speaker  = name [said] ： | name said ，             张三：, 应急办张三报：, 王五来电，
    day      = words of a day (spoken_days) that are no limit and not after today      none: today, not stated
    promise  = (答应 | 承诺 | 保证) … day | (说 | 表示) … day 前                 答应周五前报, 承诺6月21日前查完
    act      = 已完成 | 全部完成 | 办结 | 请销号 → hand_in;  催 → chase;  else progress
    task     = code (12-1) | 第12条 | the words left over (likeness)

What stands in a promise, with 未 or 预计, or before a limit is not done: it makes no hand_in, and figures promised are no
figures. 已完成4条 tells a part. Nothing is decided here: the clerk confirms what is read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from planner.core.plan import Span
from planner.core.status import Act
from planner.reading.likeness import Candidate, Query, Ranked, rank
from planner.reading.masks import BLANK, clause_end, clause_start
from planner.reading.names import PERSON, WITH_POST, is_name
from planner.reading.numerals import NUMBER, half_width, number
from planner.reading.reported import Figure, find_reported
from planner.reading.spoken_days import DAY_TIME, coming_day, find_said, is_limit, past_day
from planner.reading.targets import UNIT

__all__ = ["Candidate", "Figure", "QuickEntry", "read_line"]

PROMISE = re.compile(
    r"(?:答应|承诺|保证(?!金)|许诺|说好|约好|讲好|约定)(?:[，,]|[^，,。；！？\n]{0,16})$"
    r"|(?P<weak>说|表示|表态|回复|答复)[^。；！？\n]{0,16}$"
)
PROMISE_REACH = 20
STOPS = "，,。；！!？?\n"
CLAUSE = re.compile(rf"[^{STOPS}]+")
OFFICE_END = "[站所办科局室部股队处心区村院校司厂店镇乡会组]"
OFFICE_AND_PERSON = re.compile(rf"[\u4e00-\u9fff]{{1,10}}{OFFICE_END}{PERSON.pattern}")
SAID = r"(?:来电话?|打?电话|汇报|报告|反映|告知|回复|回话|答复)?(?:说|称|讲|报)?"
SPEAKER = re.compile(
    rf"[\s{BLANK}，,]*据?(?P<who>[^\s{BLANK}，,。；：、（）\d]{{2,14}}?)"
    rf"(?:{SAID}：|(?=来电|打?电话|汇报|报告){SAID}(?:[，,]|(?<=[说称])))"
)
NO_NAME = re.compile(r"任务|时间|安全|计划|方案|成效|单位|成果|方式|经过|通知|施工|[检查改]$")
CODE = re.compile(rf"(?<![\d./A-Za-z-])(?P<code>\d{{1,4}}-\d{{1,4}})(?![\d./A-Za-z-]|{UNIT}|[日号月])")
POINT = re.compile(rf"第(?P<point>{NUMBER})条(?:第?(?P<task>{NUMBER})[项款点])?")
PART = rf"(?!率|大?部分|一半|过半|了?[一二三四五六七八九十两]{{1,3}}[个家户处场次人名条项件]|[^{STOPS}\d]{{0,20}}(?!100%)\d)"
DONE = re.compile(
    rf"(?<!是否)已经?(?:全部|全都|都|均)?(?:完成|办结|办完|做完){PART}|(?:全部|全都|圆满)[^{STOPS}]{{0,4}}?(?:完成|完毕|办结|办完|做完|到位){PART}"
    rf"|办结{PART}|(?:请|请求|请予|申请|可以?)销号"
)
CHASE = re.compile(r"催(?![化芽产眠熟泪生乳奶])")
NOT_DONE = re.compile(
    r"[未没]|不能|无法|尚|预计|计划|争取|力争|确保|要求|打算|准备|即将|下一?步|将于|基本|督促|如果|待|催|是否"
)


@dataclass(frozen=True, slots=True)
class QuickEntry:
    """A line as read: ``text`` is the line without the space around it, every span points into it.

    ``day`` is the day it is about, today where ``day_stated`` is false; ``speaker`` whose words they are, or empty;
    ``ranked`` the likely tasks, the best first.
    """

    text: str
    day: date
    day_stated: bool
    figures: tuple[Figure, ...]
    speaker: str
    act: Act
    promised_on: date | None
    ranked: Ranked


class _Days(NamedTuple):
    """The day told, the day promised, where words of time stand, and the clauses of promises and of limits."""

    told: date | None
    promised: date | None
    words: list[Span]
    promises: list[Span]
    limits: list[Span]


def read_line(text: str, today: date, candidates: Sequence[Candidate]) -> QuickEntry:
    """Return what one line tells and the tasks among *candidates* it may be about."""
    text = text.strip()
    line = half_width(text)
    days = _read_days(line, today)
    timeless = _blank(line, days.words)
    speaker = _read_speaker(timeless)
    heard = _blank(timeless, [Span(0, speaker.end())]) if speaker else timeless
    codes = [*CODE.finditer(heard), *POINT.finditer(heard)]
    kept = _blank(heard, [Span(*code.span()) for code in codes])
    figures = find_reported(_blank(kept, days.promises))
    query = Query(
        words=_blank(kept, [figure.span for figure in figures]),
        speaker=speaker["who"] if speaker else "",
        codes=frozenset(map(_code, codes)),
        day=days.told or today,
    )
    return QuickEntry(
        text=text,
        day=days.told or today,
        day_stated=days.told is not None,
        figures=figures,
        speaker=query.speaker,
        act=_act(_blank(kept, days.promises + days.limits)),
        promised_on=days.promised,
        ranked=rank(query, candidates),
    )


def _read_days(line: str, today: date) -> _Days:
    said = list(find_said(line))
    promises = [each for each in said if _is_promise(line, each)]
    limits = [each for each in said if is_limit(line, each)]
    told = next((day for each in said if (day := _told(line, each, today))), None)
    return _Days(
        told=told,
        promised=next((day for each in promises if (day := coming_day(each, told or today))), None),
        words=[Span(*each.span()) for each in (*said, *DAY_TIME.finditer(line))],
        promises=[_clause_of(line, each) for each in promises],
        limits=[clause for each in limits if "已" not in (clause := _clause_of(line, each)).of(line)],
    )


def _told(line: str, said: re.Match[str], today: date) -> date | None:
    """Return the day something was, None when it lies after *today*: nothing is reported before it happens."""
    if is_limit(line, said) or _is_promise(line, said):
        return None
    day = past_day(said, today)
    return day if day and day <= today else None


def _is_promise(line: str, said: re.Match[str]) -> bool:
    """Tell whether the words before a day promise it; 说 and 表示 do so only of a limit."""
    promise = PROMISE.search(line, max(0, said.start() - PROMISE_REACH), said.start())
    return promise is not None and (not promise["weak"] or is_limit(line, said))


def _clause_of(line: str, said: re.Match[str]) -> Span:
    return Span(clause_start(line, said.start()), clause_end(line, said.end()))


def _blank(text: str, spans: Sequence[Span]) -> str:
    """Return *text*, as long as before, with the words of *spans* blanked out."""
    characters = list(text)
    for start, end in spans:
        characters[start:end] = BLANK * (end - start)
    return "".join(characters)


def _read_speaker(timeless: str) -> re.Match[str] | None:
    found = SPEAKER.match(timeless)
    return found if found and _is_somebody(found["who"]) else None


def _is_somebody(words: str) -> bool:
    if NO_NAME.search(words):
        return False
    return is_name(words) or (OFFICE_AND_PERSON.match(words) or WITH_POST.match(words)) is not None


def _code(match: re.Match[str]) -> str:
    """Return 12-1 for 12-1 and 第12条第1项, 12 for 第12条."""
    if match.re is CODE:
        return match[0]
    task = f"-{number(match['task'])}" if match["task"] else ""
    return f"{number(match['point'])}{task}"


def _act(line: str) -> Act:
    if any(map(_is_done, CLAUSE.findall(line))):
        return Act.HAND_IN
    return Act.CHASE if CHASE.search(line) else Act.PROGRESS


def _is_done(clause: str) -> bool:
    done = DONE.search(clause)
    return done is not None and (done[0].startswith("已") or not NOT_DONE.search(clause, 0, done.end()))

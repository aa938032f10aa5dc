"""What a document says of itself: its title and number, who issued it, when, and which year it plans."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from planner.reading.numerals import half_width, number

YEAR = "20\\d\\d|二[〇○零OＯ0][一二三四五六七八九〇○零OＯ0]{2}"
DATE = re.compile(
    rf"(?P<year>{YEAR})\s*年\s*(?P<month>\d{{1,2}}|[一二三四五六七八九十]{{1,2}})\s*月\s*(?P<day>\d{{1,2}}|[一二三四五六七八九十]{{1,3}})\s*日"
)
WORDED_YEAR = re.compile("二[〇○零OＯ0][一二三四五六七八九〇○零OＯ0]{2}(?=年)")
BEARS_DATE = re.compile(
    rf"(?:印发日期[：:]|[（(])?[ ]*(?:(?P<issuer>[\u4e00-\u9fff]{{2,30}}?)[，, ]*)?{DATE.pattern}(?:[^。；，前底起至\n]{{0,10}}(?:印发|发布|发文|通过|制定|修订))?[）)]?"
)
ISSUER_LINE = re.compile(r"^(?:印发单位|发文单位|制发单位)[：:](?P<issuer>[^\n]{2,40})$", re.MULTILINE)
ISSUER = re.compile(
    r"[\u4e00-\u9fff（）]{2,30}(?:人民政府|委员会|办公室|管委会|党委|街道办事处|医院|学校|局|中心|集团|公司|安委会|党政办)"
)
NUMBER = (
    r"(?:(?!根据|依据|按照|转发|批转|贯彻|落实|现将|关于|文件)[\u4e00-\u9fff]){0,10}"
    r"[〔［\[【(（]20\d\d[〕］\]】）)]\s*第?\d{1,4}\s*号"
)
NUMBER_LINE = re.compile(rf"[>*\s]*(?:(?:发文)?[文字]号[：:]\s*)?(?P<number>{NUMBER})[*\s]*(?:\s签发人.*)?")
NUMBER_WITHIN = re.compile(rf"[（(](?:.*[，,\s])?(?P<number>{NUMBER})(?:印发|发布)?[）)]")
SHORTEST_OFFICE = 6
INNER_OFFICE = re.compile("(?<=医院|学校|公司|集团|中心)办公室$")
NUMBERED = re.compile(r"[一二三四五六七八九十\d（(]+[、.．)）]")
QUOTED = re.compile(r"《([^《》]{4,60})》")
OPENING = re.compile("[^，,。；;：:\n]{2,40}?(?:要点|计划|方案|清单|总结|报告|汇报)")
TITLE = re.compile(
    r"(?:要点|计划|方案|清单|安排|任务|报告|总结|台账|分解|规划|汇报|打算|思路|任务书|责任书|行事历|月历|日历|工作历|推进|一览|配档|分工|纪要|意见)"
    r"(?:表|的通知|（[^）\n]{1,12}）)?$"
)
PLANNED = re.compile(r"(20\d\d)年(?:度)?(?:重点)?(?:工作)?(?:计划|安排|打算|思路|要点)")
STATED = re.compile(r"(20\d\d)年")
SCHOOL_YEAR = re.compile(r"(20\d\d)-{1,2}(20\d\d)学年(?P<second>[^，。\n]{0,4}(?:第二学期|下学期|春季))?")
HEAD = 12
"""Lines among which the number stands, and the year where neither title nor date tells it."""
LONGEST_LINE = 80
SCHOOL_BEGINS = 8
"""The month in which a school year begins."""


@dataclass(frozen=True, slots=True)
class Front:
    """Title, issuer, day of issue, planned year; months before ``first_month`` belong to the year after (1月 of a school year)."""

    title: str
    issuer: str
    issued: date | None
    year: int | None
    first_month: int = 1


def read_front(text: str, year: int | None) -> Front:
    """Return what *text*, cleaned, says of itself; *year* is used only where it names none."""
    title = _title(text)
    plain, heading = _with_years(half_width(text)), _with_years(half_width(title))
    issued = _issue_date(plain)
    if school := SCHOOL_YEAR.search(heading):
        second = school["second"] is not None
        return Front(title, _issuer(text), issued, int(school[2 if second else 1]), 1 if second else SCHOOL_BEGINS)
    planned = _plan_year(plain, heading) or (issued.year if issued else _year_of_head(plain)) or year
    return Front(title, _issuer(text), issued, planned)


def document_number(text: str) -> str:
    """Return the number a document bears in its head (文号, 柳政发〔2025〕11号) as it is written, or nothing.

    It stands on a line of its own or, with the day, in brackets under the title; one within a sentence is another's.
    """
    lines = [line.strip() for line in text.split("\n") if line.strip()][:HEAD]
    short = [line for line in lines if len(line) <= LONGEST_LINE]
    found = (match for form in (NUMBER_LINE, NUMBER_WITHIN) for line in short if (match := form.fullmatch(line)))
    return next((match["number"] for match in found), "")


def _with_years(text: str) -> str:
    """Return *text*, as long as before, with years such as 二〇二六年 in digits."""
    return WORDED_YEAR.sub(lambda year: str(_year(year[0])), text)


def _title(text: str) -> str:
    """Return the document's own title, not that of the notice that carries it."""
    lines = [line.strip() for line in text.split("\n")[:60]]
    head = [line for line in lines if line and len(line) <= 60 and not NUMBERED.match(line)]
    own = [place for place, line in enumerate(head) if _is_title(line)]
    if len(own) > 1 and own[1] == own[0] + 1 and not STATED.search(head[own[0]]) and STATED.search(head[own[1]]):
        own = own[1:]  # above it stands only the name of the sheet
    if own:
        rest = head[own[0] + 1 :][:1]
        return head[own[0]] + "".join(line for line in rest if line.startswith(("及", "和", "暨")) and _is_title(line))
    quoted = QUOTED.search(text[:400])
    opening = OPENING.match(text.lstrip())
    return quoted[1] if quoted else next(iter(head), opening[0] if opening else "")


def _is_title(line: str) -> bool:
    return TITLE.search(line) is not None and not line.startswith(("关于", "现将", "附件")) and "，" not in line


def _issue_date(text: str) -> date | None:
    """Return the date the document bears on a line of its own, after 印发日期, or after its issuer in brackets."""
    for line in text.split("\n"):
        match = DATE.search(line)
        if match and BEARS_DATE.fullmatch(line.strip()):
            try:
                return date(_year(match["year"]), number(match["month"]), number(match["day"]))
            except ValueError:
                continue
    return None


def _year(words: str) -> int:
    return number(re.sub("[OＯ0]", "〇", words) if words.startswith("二") else words)


def _plan_year(text: str, title: str) -> int | None:
    stated = STATED.search(title)
    planned = PLANNED.search(text)
    if planned and stated and int(planned[1]) == int(stated[1]) + 1:
        return int(planned[1])
    return int(stated[1]) if stated else int(planned[1]) if planned else None


def _year_of_head(text: str) -> int | None:
    lines = [line for line in text.split("\n") if line.strip()][:HEAD]
    found = next((year for line in lines if (year := STATED.search(line))), None)
    return int(found[1]) if found else None


def _issuer(text: str) -> str:
    """Return who issued the document: as stated, else who signs above the date, else the first office on a line."""
    stated = ISSUER_LINE.search(text)
    if stated:
        return stated["issuer"].strip()
    lines = [line for line in text.split("\n") if line]
    dated = next((match["issuer"] for line in lines if (match := BEARS_DATE.fullmatch(line.strip()))), None)
    if dated and ISSUER.fullmatch(dated):
        return dated
    offices = [(line, after) for line, after in pairwise([*lines, ""]) if ISSUER.fullmatch(line)]
    signed = [line for line, after in offices if DATE.match(after)]
    named = [line for line, _ in offices if len(line) >= SHORTEST_OFFICE]
    return INNER_OFFICE.sub("", next(iter(signed + named), ""))

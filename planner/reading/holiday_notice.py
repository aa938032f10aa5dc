"""The State Council's yearly notice of holidays, or the same pasted: which days are off, which weekend days are worked.

    notice   = { line }                        a line is a sentence, ended by 。 ； or the end of the line
    line     = frame | [number] rule | rule    frame: title, address, opening, closing, signature, date, number of issue
    rule     = [names ：] clause { ， clause }  without names those of the rule before hold on
    names    = name { 、 name }                 元旦 春节 清明节 劳动节 端午节 中秋节 国庆节, any other before a ：
    clause   = days 放假 [调休] [n天]           off, 补休 休息 调休 likewise
             | days 上班                        worked: a make-up day
             | 共 n天                           how many days off the rule has, to be checked
             | 与周末连休                       the weekend beside them belongs to the holiday
             | 不调休
    days     = day { (至 | 到 | - | 、 | 和) day }
    day      = [[year年] month月] n日 [（ remark ）]
    remark   = anything; 周四 or 星期四 in it is checked, 农历 is not

A month not written is that of the day before it. Of 元旦, days in December are of the year before. A sentence that
advises (鼓励…) and one that is none of these are findings; so is whatever contradicts itself. Spans are those of the
sentence in the text as given. Forms: the notices of 2014—2026 (国办发明电).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from planner.core.calendar import ONE_DAY, SATURDAY, WEEKDAYS, day_words, short_day_words, weekday_name
from planner.core.plan import Finding, Span
from planner.reading.numerals import NUMBER, half_width, number

USUAL = ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节")
_ALSO = {"元旦节": "元旦", "清明": "清明节", "端午": "端午节", "中秋": "中秋节", "国庆": "国庆节", "五一": "劳动节"}
NEW_YEAR, DECEMBER = "元旦", 12
LONGEST = 31
"""Days from the first to the last of a stretch; one that is longer was not meant."""

_SENTENCE = re.compile(r"[^。；;\n]+")
_YEAR = re.compile(r"(?:关于|现将|[做作]好)(20\d\d)年|(20\d\d)年(?:部分|法定)?节假日")
_KNOWN = "元旦节?|春节|清明节?|(?:五一|国际)*劳动节|五一节?|端午节?|中秋节?|国庆节?"
_NUMBERING = r"(?:(?:[一二三四五六七八九十]+|\d+)[、.．]|（[一二三四五六七八九十\d]+）)?"
_NAMES = re.compile(
    rf"{_NUMBERING}(?:(?P<known>(?:{_KNOWN})(?:[、和及](?:{_KNOWN}))*)(?:：|(?=[（\d])|$)|(?P<other>[一-龥]{{2,16}})：(?=.))"
)
_DAY = r"(?:(?:\d{4}年)?\d{1,2}月)?\d{1,2}日(?:（[^（）]*）)?"
_ONE = re.compile(
    r"(?P<join>[至到、和及-]?)(?:(?:(?P<year>\d{4})年)?(?P<month>\d{1,2})月)?(?P<day>\d{1,2})日(?:（(?P<remark>[^（）]*)）)?"
)
_DAYS = rf"(?P<days>{_DAY}(?:[至到、和及-]{_DAY})*)"
_OFF = re.compile(rf"{_DAYS}(?:均)?(?:放假|补休|休息|调休)+(?:共?(?P<count>{NUMBER})天)?")
_WORK = re.compile(rf"{_DAYS}(?:均)?(?:照常|正常)?(?:上班|补班|工作)")
_COUNT = re.compile(rf"(?:一?共计?|合计|放假)?(?P<count>{NUMBER})天")
_WEEKEND = re.compile(r"与(?:周末|双休日|(?:周|星期)[六日、]+)(?:连休|相连)")
_NO_SHIFT = re.compile(r"不调休")
_COMMA = re.compile(r"，(?![^（）]*）)")
_WEEKDAY = re.compile(r"(?:周|星期|礼拜)([一二三四五六日天])")
_ADVICE = re.compile(r"鼓励|建议|倡导|可以?结合")
_FRAME = re.compile(
    r"\d{4}年\d{1,2}月\d{1,2}日|(?!.*\d日)(?:"
    r".*(?:节假日|放假).*(?:通知|安排)|(?:国务院办公厅)?关于20\d\d年(?:部分)?(?:节假日)?|(?:根据|为|经|按照|现将).*|[^\d：]{2,120}：|.*(?:如下|执行)：?"
    r"|(?:节假日|节日|假日|放假|假期)期间.*|[一-龥]{2,40}(?:办公厅|办公室|政府|委员会|厅|局)"
    r"|[一-龥]{1,12}[〔【\[（]\d{4}[〕】\]）]\d+号|（?此件.{2,12}）?|[\d（）、.-]*)"
)


@dataclass(frozen=True, slots=True)
class HolidayNotice:
    """What a notice says of its year: the days off and the weekend days worked, each with its holiday."""

    year: int | None
    rest: dict[date, str] = field(default_factory=dict)
    makeup: dict[date, str] = field(default_factory=dict)

    def listed(self) -> dict[date, tuple[bool, str]]:
        """Return, in order, whether each day is worked, and its holiday."""
        off = {day: (False, name) for day, name in self.rest.items()}
        return dict(sorted((off | {day: (True, name) for day, name in self.makeup.items()}).items()))


LONGEST_SENTENCE = 500
"""Characters of a sentence that is still read: none of a notice is half as long."""


class _Point(NamedTuple):
    day: date
    joined: bool
    """Whether it ends a stretch that begins with the day before it."""


class _Reader:
    """Reads sentence by sentence; what it found, and what is wrong, grows."""

    def __init__(self, year: int | None) -> None:
        self.notice = HolidayNotice(year)
        self.findings: list[Finding] = []
        self.name = ""
        self.named: list[str] = []
        self.span = Span(0, 0)
        self.off: list[date] = []
        """The days off of the rule under way."""

    def say(self, code: str, message: str) -> None:
        self.findings.append(Finding(code, message, self.span))

    def sentence(self, words: str, span: Span) -> None:
        self.span = span
        if len(words) > LONGEST_SENTENCE:
            self.say("unread", f"「{_short(words)}」太长，没有读，请核对。")
            return
        if self.notice.year is None or _ADVICE.search(words):
            self._other(words)
            return
        head = _NAMES.match(words)
        if head is not None:
            self._begin(head["known"] or head["other"])
        body = words[head.end() :] if head else re.sub(f"^{_NUMBERING}", "", words)
        clauses = [clause for clause in _COMMA.split(body) if clause]
        if not self.name or not all(self._clause(clause) for clause in clauses):
            self._other(words)

    def _begin(self, names: str) -> None:
        found = [_plain(name) for name in re.split("[、和及]", names)]
        self.name, self.off = "、".join(found), []
        self.named += found

    def _other(self, words: str) -> None:
        """Note a sentence that gives no days."""
        if _ADVICE.search(words):
            self.say("advice", f"「{_short(words)}」是建议，没有算作休息日。要算的请在页面上改那一天。")
        elif not _FRAME.fullmatch(words):
            self.say("unread", f"「{_short(words)}」没有读懂，没有计入。请核对，需要的在页面上改那一天。")

    def _clause(self, words: str) -> bool:
        """Take a clause in; tell whether it is one."""
        if found := _OFF.fullmatch(words):
            days = self._days(found["days"])
            self._rest(days)
            self._count(found["count"])
        elif found := _WORK.fullmatch(words):
            for day in self._days(found["days"]):
                self._work(day)
        elif _WEEKEND.fullmatch(words):
            self._rest(list(_beside(self.off)))
        elif found := _COUNT.fullmatch(words):
            self._count(found["count"])
        else:
            return bool(_NO_SHIFT.fullmatch(words))
        return True

    def _rest(self, days: Sequence[date]) -> None:
        self.off += [day for day in days if day not in self.off]
        for day in days:
            if self.notice.makeup.pop(day, None) is not None:
                self.say("both", f"{day_words(day)}既写了上班又写了放假，按放假计，请核对。")
            self.notice.rest.setdefault(day, self.name)

    def _work(self, day: date) -> None:
        if day in self.notice.rest:
            self.say("both", f"{day_words(day)}既写了放假又写了上班，按放假计，请核对。")
        elif day.weekday() < SATURDAY:
            self.say("working_anyway", f"{day_words(day)}本来就是工作日，却写了上班，请核对日期。")
        else:
            self.notice.makeup.setdefault(day, self.name)

    def _count(self, told: str | None) -> None:
        """Check the days off of the rule against how many there should be."""
        if told and self.off and number(told) != len(self.off):
            self.say("count", f"{self.name}写的是{told}天，列出的日期有{len(self.off)}天，请核对。")

    def _days(self, words: str) -> list[date]:
        """Return the days of a phrase, stretches filled; what cannot be is a finding and left out."""
        days: list[date] = []
        for point in self._points(words):
            if not point.joined:
                days.append(point.day)
            elif 0 <= (point.day - days[-1]).days < LONGEST:
                days += [days[-1] + ONE_DAY * n for n in range(1, (point.day - days[-1]).days + 1)]
            else:
                told = f"{short_day_words(days[-1])}至{short_day_words(point.day)}"
                self.say("order", f"「{told}」前后不对，没有计入后一个日期，请核对。")
        return days

    def _points(self, words: str) -> Iterator[_Point]:
        before: date | None = None
        for match in _ONE.finditer(words):
            day = self._day(match, before)
            if day is not None:
                yield _Point(day, before is not None and match["join"] in "至到-")
                before = day

    def _day(self, match: re.Match[str], before: date | None) -> date | None:
        month = int(match["month"] or (before.month if before else 0))
        year = int(match["year"] or self._year(month, before))
        try:
            day = date(year, month, int(match["day"]))
        except ValueError:
            self.say("no_such_day", f"「{match[0].lstrip('至到、和及-')}」没有这一天，没有计入，请核对。")
            return None
        told = _WEEKDAY.search(match["remark"] or "")
        if told and told[1].replace("天", "日") != WEEKDAYS[day.weekday()]:
            said, real = f"周{told[1].replace('天', '日')}", weekday_name(day)
            self.say("weekday", f"{short_day_words(day)}写的是{said}，实际是{real}，请核对日期和年份。")
        return self._within(day)

    def _year(self, month: int, before: date | None) -> int:
        if before is not None:
            return before.year + (before.month == DECEMBER and month < DECEMBER)
        year = self.notice.year or 0
        return year - 1 if self.name == NEW_YEAR and month == DECEMBER else year

    def _within(self, day: date) -> date | None:
        year = self.notice.year or 0
        if day.year == year or (self.name == NEW_YEAR and (day.year, day.month) == (year - 1, DECEMBER)):
            return day
        self.say("other_year", f"{day.year}年{short_day_words(day)}不在{year}年，没有计入，请核对。")
        return None


def read_notice(text: str, year: int | None = None) -> tuple[HolidayNotice, tuple[Finding, ...]]:
    """Return what a notice says, with what in it is doubtful or was not read.

    *year* is used only where the text names none; without any the notice has no year and no days. Findings are in the
    order of the text.
    """
    found = _YEAR.search(_compact(text))
    reader = _Reader(int(found[1] or found[2]) if found else year)
    for match in _SENTENCE.finditer(text):
        if words := _compact(match[0]):
            reader.sentence(words, Span(*match.span()))
    reader.span = Span(len(text), len(text))
    if reader.notice.year is None:
        reader.say("no_year", "没有读出是哪一年的通知。请连同标题一起贴进来，或选好年份再试。")
    elif missing := [name for name in USUAL if name not in reader.named]:
        reader.say("missing", f"没有读到{'、'.join(missing)}的安排，请核对贴的文字是不是完整。")
    return reader.notice, tuple(reader.findings)


def _compact(text: str) -> str:
    """Return a text without spaces, its punctuation in one form."""
    return re.sub("-+", "-", re.sub(r"\s", "", half_width(text)).replace(",", "，"))


def _plain(name: str) -> str:
    return "劳动节" if name.endswith("劳动节") or name == "五一节" else _ALSO.get(name, name)


def _beside(days: Sequence[date]) -> Iterator[date]:
    """Yield the weekend days that touch some days, directly or by another weekend day."""
    for edge, step in ((min(days, default=None), -ONE_DAY), (max(days, default=None), ONE_DAY)):
        day = edge + step if edge else None
        while day is not None and day.weekday() >= SATURDAY:
            yield day
            day += step


def _short(words: str) -> str:
    return words if len(words) <= 60 else f"{words[:60]}…"

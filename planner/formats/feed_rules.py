"""The rules of a calendar feed that phones rely on: octets -> what is wrong with them, line by line.

Beside RFC 5545 these are what was measured: which property makes which program show the name, refresh in time, keep the
day. The feeds of the product keep every one (a test asks this module); feeds of other programs mostly break some.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

LINE_OCTETS = 75
SUMMARY_LENGTH = 30
SHOWN = 3
"""How many faults of one kind are told."""
MOST_FAULTS = 2000
"""How many of one kind are kept; those after are only counted."""
TEXTS = frozenset({"SUMMARY", "DESCRIPTION", "LOCATION", "COMMENT", "NAME", "X-WR-CALNAME"})
"""Properties of one text, in which commas, semicolons and backslashes are escaped."""
ONCE = ("UID", "DTSTAMP", "DTSTART", "DTEND", "DURATION", "SUMMARY", "DESCRIPTION", "SEQUENCE", "TRANSP", "URL")
NEEDED = {
    "VERSION": ("2.0", "没有 VERSION:2.0，很多日历不认"),
    "PRODID": ("", "没有 PRODID，按标准必须写明是哪个程序生成的"),
    "CALSCALE": ("GREGORIAN", "没有 CALSCALE:GREGORIAN"),
    "METHOD": ("PUBLISH", "没有 METHOD:PUBLISH，Outlook 会当成会议邀请"),
    "NAME": ("", "没有 NAME，新的日历程序显示不出名称"),
    "X-WR-CALNAME": ("", "没有 X-WR-CALNAME，苹果和谷歌显示不出名称"),
    "X-WR-TIMEZONE": ("", "没有 X-WR-TIMEZONE，谷歌会按格林尼治时间算"),
    "REFRESH-INTERVAL": ("", "没有 REFRESH-INTERVAL;VALUE=DURATION:PT4H，苹果不知道多久刷新一次"),
    "X-PUBLISHED-TTL": ("", "没有 X-PUBLISHED-TTL:PT4H，Outlook 不知道多久刷新一次"),
}
"""Properties of the calendar: the value it must have, if a certain one, and what it means that it is missing."""

_LINE = re.compile(
    r'([A-Za-z0-9-]+)((?:;[A-Za-z0-9-]+=(?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*)*):(.*)', re.DOTALL
)
_PARAMETER = re.compile(r';([A-Za-z0-9-]+)=("[^"]*"|[^";:]*)')
_DURATION = re.compile(r"[+-]?P(?:\d+W|(?=\d|T\d)(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+S)?)?)")
_MOMENT = re.compile(r"\d{8}T\d{6}Z")
_BARE = re.compile(r"(?<!\\)(?:\\\\)*[,;]")
_BAD_ESCAPE = re.compile(r"\\(?:\\|[;,nN])|(\\)")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_BREAK = re.compile(b"\r\n|\r|\n")


class Fault(NamedTuple):
    """What is wrong, in words for people, and in which line (1, 2, 3 …; 0 for the whole); ``rule`` gathers like ones.

    ``more`` counts those of its rule that came after it and were not kept.
    """

    line: int
    rule: str
    message: str
    more: int = 0


class Faults:
    """The faults found so far, of each rule only so many."""

    def __init__(self) -> None:
        self._kept: dict[str, list[Fault]] = {}
        self._more: Counter[str] = Counter()

    def add(self, *faults: Fault) -> None:
        """Keep some faults, or count them where there are enough of their rule."""
        for fault in faults:
            kept = self._kept.setdefault(fault.rule, [])
            if len(kept) < MOST_FAULTS:
                kept.append(fault)
            else:
                self._more[fault.rule] += 1

    def in_order(self) -> list[Fault]:
        """Return them in the order of the lines."""
        for rule, more in self._more.items():
            self._kept[rule][-1] = self._kept[rule][-1]._replace(more=more)
        return sorted((fault for kept in self._kept.values() for fault in kept), key=lambda fault: fault.line)


class Property(NamedTuple):
    """One unfolded line: name in capitals, parameters, value as it stands, and the line it began in."""

    line: int
    name: str
    parameters: Mapping[str, str]
    value: str


@dataclass(slots=True)
class Component:
    """What stands between BEGIN and END."""

    name: str
    line: int
    properties: list[Property] = field(default_factory=list)
    inside: list[Component] = field(default_factory=list)

    def all(self, name: str) -> list[Property]:
        """Return its properties of a name."""
        return [one for one in self.properties if one.name == name]

    def first(self, name: str) -> Property | None:
        """Return its first property of a name, or None."""
        return next(iter(self.all(name)), None)


def check_feed(octets: bytes, *, alarm: bool = False) -> list[Fault]:
    """Return what is wrong with a feed, in the order of its lines; *alarm* says that alarms were asked for."""
    if not octets.lstrip(b"\xef\xbb\xbf \t\r\n").upper().startswith(b"BEGIN:VCALENDAR"):
        page = "，这是一个网页，可能要先登录" if octets.lstrip()[:1] == b"<" else ""
        return [Fault(1, "no-calendar", f"不是日历：第一行应是 BEGIN:VCALENDAR{page}。")]
    faults = Faults()
    for fault in _line_faults(octets):
        faults.add(fault)
    for calendar in _components(_sound(octets, faults), faults):
        for fault in _calendar_faults(calendar, alarm=alarm):
            faults.add(fault)
    return faults.in_order()


def _sound(octets: bytes, faults: Faults) -> Iterator[Property]:
    """Yield the lines that are lines of a calendar, and tell what is wrong with each."""
    for one in _properties(octets):
        if isinstance(one, Fault):
            faults.add(one)
        else:
            faults.add(*_value_faults(one))
            yield one


def in_brief(faults: Sequence[Fault]) -> list[str]:
    """Return a sentence for each fault; of many of one kind only the first few, the last with how many more there are."""
    by_rule: dict[str, list[Fault]] = {}
    for fault in faults:
        by_rule.setdefault(fault.rule, []).append(fault)
    told = [(fault, 0) for some in by_rule.values() for fault in some[: SHOWN - 1]]
    many = (some for some in by_rule.values() if len(some) >= SHOWN)
    told += [(some[SHOWN - 1], len(some) - SHOWN + sum(fault.more for fault in some)) for some in many]
    return [_sentence(fault, more) for fault, more in sorted(told, key=lambda one: one[0].line)]


def _sentence(fault: Fault, more: int) -> str:
    where = f"第{fault.line}行　" if fault.line else ""
    # The words of a strange file or server are shown in a terminal, which some characters would steer.
    message = "".join(one for one in fault.message if one.isprintable() or one == "\u3000")
    return f"{where}{message}{f'（同样的还有 {more} 处）' if more else ''}"


def _line_faults(octets: bytes) -> Iterator[Fault]:
    """Yield what is wrong with the lines as they stand in the file."""
    if octets.startswith(b"\xef\xbb\xbf"):
        yield Fault(1, "bom", "文件开头有 BOM，有的手机会因此认不出第一行，请去掉。")
    if not octets.endswith(b"\r\n"):
        yield Fault(octets.count(b"\n") + 1, "final-crlf", "最后一行后面没有 CRLF 换行，有的程序会丢掉最后一行。")
    begin = 0
    for number, found in enumerate(_BREAK.finditer(octets), start=1):
        line = octets[begin : found.start()]
        begin = found.end()
        if found[0] != b"\r\n":
            yield Fault(number, "crlf", "换行不是 CRLF（回车加换行），标准只认 CRLF。")
        if len(line) > LINE_OCTETS:
            yield Fault(number, "folding", f"这一行有 {len(line)} 个字节，超过 {LINE_OCTETS} 个要折行。")
        if not line:
            yield Fault(number, "empty-line", "有空行，标准里没有空行。")
        elif not _is_text(line):
            yield Fault(number, "cut-character", "折行把一个字切成了两半，或不是 UTF-8 编码。")


def _is_text(octets: bytes) -> bool:
    try:
        octets.decode()
    except UnicodeDecodeError:
        return False
    return True


def _properties(octets: bytes) -> Iterator[Property | Fault]:
    """Yield the unfolded lines, or a fault for what is no line of a calendar."""
    for number, line in _unfolded(octets.removeprefix(b"\xef\xbb\xbf")):
        text = line.decode("utf-8", "replace")
        if _CONTROL.search(text):
            yield Fault(number, "control", "有看不见的控制字符，请去掉。")
        found = _LINE.fullmatch(text)
        if found is None:
            yield Fault(number, "malformed", f"看不懂这一行：{text[:30]}。应是「名称:值」。")
        else:
            parameters = {name.upper(): value.strip('"') for name, value in _PARAMETER.findall(found[2])}
            yield Property(number, found[1].upper(), parameters, found[3])


def _unfolded(octets: bytes) -> Iterator[tuple[int, bytes]]:
    begun = 0
    pieces: list[bytes] = []
    for number, line in enumerate(_BREAK.split(octets), start=1):
        if line[:1] in (b" ", b"\t") and pieces:
            pieces.append(line[1:])
            continue
        if pieces:
            yield begun, b"".join(pieces)
        begun, pieces = number, [line] if line else []
    if pieces:
        yield begun, b"".join(pieces)


def _value_faults(one: Property) -> Iterator[Fault]:
    if one.name not in TEXTS:
        return
    if _BARE.search(one.value):
        yield Fault(one.line, "escape", f"{one.name} 里的逗号或分号前面要加反斜杠，否则有的程序只显示前半句。")
    if any(found[1] for found in _BAD_ESCAPE.finditer(one.value)):
        yield Fault(one.line, "escape", f"{one.name} 里有多余的反斜杠：只能写 \\\\、\\;、\\, 和 \\n。")


def _components(properties: Iterable[Property], faults: Faults) -> list[Component]:
    """Return the outermost components, and tell what is wrong with how they stand in one another."""
    roots: list[Component] = []
    open_ones: list[Component] = []
    for one in properties:
        if one.name == "BEGIN":
            made = Component(one.value.upper(), one.line)
            (open_ones[-1].inside if open_ones else roots).append(made)
            open_ones.append(made)
        elif one.name == "END":
            if not open_ones or open_ones[-1].name != one.value.upper():
                faults.add(Fault(one.line, "nesting", f"END:{one.value[:30]} 没有对应的 BEGIN。"))
            else:
                open_ones.pop()
        elif open_ones:
            open_ones[-1].properties.append(one)
        else:
            faults.add(Fault(one.line, "nesting", f"{one.name[:30]} 写在日历外面。"))
    for left in open_ones:
        faults.add(Fault(left.line, "nesting", f"BEGIN:{left.name[:30]} 没有对应的 END，文件可能不完整。"))
    return roots


def _calendar_faults(calendar: Component, *, alarm: bool) -> Iterator[Fault]:
    if calendar.name != "VCALENDAR":
        yield Fault(calendar.line, "nesting", f"{calendar.name[:30]} 写在日历外面。")
        return
    yield from _head_faults(calendar)
    events = [one for one in calendar.inside if one.name == "VEVENT"]
    yield from _uid_faults(events)
    yield from _order_faults(events)
    for one in calendar.inside:
        if one.name == "VTODO":
            yield Fault(one.line, "vtodo", "有待办（VTODO）：手机的订阅日历不显示待办，请写成全天事件。")
    for event in events:
        for rule in EVENT_RULES:
            yield from rule(event)
        if not alarm:
            yield from _alarm_faults(event)


def _head_faults(calendar: Component) -> Iterator[Fault]:
    for name, (value, missing) in NEEDED.items():
        found = calendar.first(name)
        if found is None or not found.value.strip():
            yield Fault(calendar.line, name, f"{missing}。")
        elif value and found.value.upper() != value:
            yield Fault(found.line, name, f"{name} 应是 {value}，现在是「{found.value[:30]}」。")
    refresh, ttl = calendar.first("REFRESH-INTERVAL"), calendar.first("X-PUBLISHED-TTL")
    for one in (refresh, ttl):
        if one and not _DURATION.fullmatch(one.value):
            yield Fault(
                one.line,
                "duration",
                f"{one.name} 的时长「{one.value[:30]}」写错了：四小时是 PT4H，写 P4H 小米手机导不进去。",
            )
    if refresh and refresh.parameters.get("VALUE", "").upper() != "DURATION":
        yield Fault(refresh.line, "duration", "REFRESH-INTERVAL 后面要写 ;VALUE=DURATION。")


def _uid_faults(events: Sequence[Component]) -> Iterator[Fault]:
    seen: dict[tuple[str, str], int] = {}
    for event in events:
        uid, changed = event.first("UID"), event.first("RECURRENCE-ID")
        if uid is None or not uid.value:
            yield Fault(event.line, "uid", "事件没有 UID，每次刷新都会变成新的一条。")
            continue
        key = (uid.value, changed.value if changed else "")
        if key in seen:
            yield Fault(uid.line, "uid", f"UID 与第{seen[key]}行的重复，日历只会留下一条。")
        seen.setdefault(key, uid.line)


def _order_faults(events: Sequence[Component]) -> Iterator[Fault]:
    last = ("", "")
    for event in events:
        start, uid = event.first("DTSTART"), event.first("UID")
        place = (start.value if start else "", uid.value if uid else "")
        if place < last:
            yield Fault(event.line, "order", "事件没有按日期和 UID 排序：内容没变，文件也会变，手机白白重新下载。")
            return
        last = place


def _alarm_faults(event: Component) -> Iterator[Fault]:
    for one in event.inside:
        if one.name == "VALARM":
            yield Fault(one.line, "alarm", "没有要求响铃，却带了 VALARM；要响铃请在地址后面加 ?alarm=1。")


def _required_faults(event: Component) -> Iterator[Fault]:
    for name in ONCE:
        found = event.all(name)
        if len(found) > 1:
            yield Fault(found[1].line, "twice", f"一个事件里 {name} 写了 {len(found)} 次，只能写一次。")
    stamp = event.first("DTSTAMP")
    if stamp is None:
        yield Fault(event.line, "dtstamp", "事件没有 DTSTAMP，按标准必须有。")
    elif not _MOMENT.fullmatch(stamp.value):
        yield Fault(stamp.line, "dtstamp", "DTSTAMP 要写成格林尼治时间，例如 20240417T013000Z。")


def _day_faults(event: Component) -> Iterator[Fault]:
    start, end = event.first("DTSTART"), event.first("DTEND")
    if start is None:
        yield Fault(event.line, "dtstart", "事件没有 DTSTART，不知道是哪一天。")
        return
    if start.parameters.get("VALUE", "").upper() != "DATE":
        yield Fault(
            start.line, "dtstart", "到期日应是全天的：DTSTART;VALUE=DATE:20240630，带钟点的会随时区跑到前一天。"
        )
        return
    day = _day(start.value)
    if day is None:
        yield Fault(start.line, "dtstart", f"没有「{start.value[:20]}」这一天，应写成 20240630。")
    elif end is None:
        words = "全天事件没有 DTEND，Outlook 会把它拉长或不显示；应写第二天。"
        yield Fault(event.line, "dtend", words)
    else:
        last = _day(end.value) if end.parameters.get("VALUE", "").upper() == "DATE" else None
        if last is None or last <= day:
            yield Fault(end.line, "dtend", "DTEND 应是 ;VALUE=DATE 的第二天或更晚：它不含当天。")


def _day(text: str) -> date | None:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:])) if re.fullmatch("[0-9]{8}", text) else None
    except ValueError:
        return None


def _shown_faults(event: Component) -> Iterator[Fault]:
    shown = event.first("TRANSP")
    if shown is None or shown.value.upper() != "TRANSPARENT":
        yield Fault(shown.line if shown else event.line, "transp", "没有 TRANSP:TRANSPARENT，会把这一天标成「忙」。")
    sequence = event.first("SEQUENCE")
    if sequence is None or not re.fullmatch("[0-9]+", sequence.value):
        yield Fault(
            sequence.line if sequence else event.line, "sequence", "没有 SEQUENCE 数字，日期改了有的程序不更新。"
        )
    summary = event.first("SUMMARY")
    words = re.sub(r"\\([\\;,])", r"\1", summary.value) if summary else ""
    if summary is None or not words.strip():
        yield Fault(event.line, "summary", "事件没有标题（SUMMARY）。")
    elif len(words) > SUMMARY_LENGTH:
        yield Fault(
            summary.line, "summary", f"标题有 {len(words)} 个字，手机上显示不全，请不超过 {SUMMARY_LENGTH} 个字。"
        )
    rule = event.first("RRULE")
    if rule:
        yield Fault(rule.line, "rrule", "用了重复规则（RRULE）：一期改了日子就乱，请把每一期分开写。")


EVENT_RULES: tuple[Callable[[Component], Iterator[Fault]], ...] = (_required_faults, _day_faults, _shown_faults)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered: the names of the headers in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""


def check_answers(got: Answer, again: Answer, head: Answer) -> list[Fault]:
    """Return what is wrong with how a feed is served: the answers to GET, to GET with its ETag, and to HEAD."""
    return [Fault(0, f"http-{place}", message) for place, message in enumerate(_served(got, again, head))]


def _served(got: Answer, again: Answer, head: Answer) -> Iterator[str]:
    kind = got.headers.get("content-type", "").replace(" ", "").lower()
    if not kind.startswith("text/calendar"):
        yield f"Content-Type 应是 text/calendar; charset=utf-8，现在是「{kind or '没有'}」。"
    elif "charset=utf-8" not in kind.replace('"', ""):
        yield "Content-Type 没有写 charset=utf-8，中文可能变成乱码。"
    if "etag" not in got.headers:
        yield "没有 ETag，每次刷新都要重新下载整个日历。"
    elif again.status != 304:
        yield f"带着 ETag（If-None-Match）再取应回答 304，现在是 {again.status}。"
    if "last-modified" not in got.headers:
        yield "没有 Last-Modified，只认日期的程序每次都要重新下载。"
    if "set-cookie" in got.headers:
        yield "设置了 Cookie：日历程序不会带回来，也会认出是谁在读。"
    if "content-disposition" in got.headers:
        yield "有 Content-Disposition：有的手机会下载成文件，而不是订阅。"
    if head.status != got.status:
        yield f"HEAD 应和 GET 一样回答 {got.status}，现在是 {head.status}；有的程序先用 HEAD 试。"

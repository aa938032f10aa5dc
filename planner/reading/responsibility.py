"""Who: the words that name leaders, departments and supporting units.

tag    = ( bracket | own line | end of paragraph ) of label ： names [separator label ： names]…
roles  = names 牵头 [， names 配合] [， names 落实]     in a bracket, after 由, or as a sentence of their own
       | names 按职责分工负责 | 由 names 负责
names  = name (、 name)…          a time among them is the tag's time; 部门 after the last name belongs to each: 交警、交通部门 is two departments
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from planner.core.plan import Name, Responsibility, Span

UNIT = "(?:单位|部门|科室|股室|站所|处室|机构|主体|办公室)"
LEADER = "(?:责任|牵头|分管|包保|包抓|包联|挂点|挂钩|联系|领办|督办|主管)[\u4e00-\u9fff]{0,3}领导|责任人|负责人|牵头人|包保人"
DEPARTMENT = f"(?:责任|牵头|主办|承办|落实|实施|主责|负责|执行|主管){UNIT}|牵头|主办|承办"
SUPPORTING = f"(?:配合|协办|协助|参与|协同|参加|协作|支持){UNIT}|配合|协办|协助|参与"
TIME = "(?:整改|办理|计划)?(?:完成|整改|办结|办理|工作)(?:时限|时间|期限|节点)|时限要求|时间要求|进度要求|时间节点|时限"
ANY_LABEL = f"(?:主要|具体|直接|第一)?(?:{LEADER}|{DEPARTMENT}|{SUPPORTING}|{TIME})[ ]?[：:]"
LABEL = re.compile(
    rf"(?:主要|具体|直接|第一)?(?:(?P<leader>{LEADER})|(?P<department>{DEPARTMENT})|(?P<supporting>{SUPPORTING})|(?P<time>{TIME}))[ ]?[：:]"
)
TAG = re.compile(
    rf"[（(【\[](?=[^（()）【】\[\]\n]{{0,12}}{ANY_LABEL})[^（()）【】\[\]]{{0,300}}(?:[（(][^（()）]{{0,40}}[)）][^（()）【】\[\]]{{0,200}}){{0,6}}[)）】\]]。?"
    rf"|(?:^|(?<=。))[^\S\n]*{ANY_LABEL}[^\n]{{0,300}}",
    re.MULTILINE,
)
WHO = r"(?:[^（()）：:，,。；;\n]|[（(][^（()）\n]{0,20}[)）])"
REST = r"(?:[^（()）：:。\n]|[（(][^（()）\n]{0,20}[)）])"
ORDINAL = r"\d{1,3}[.．、]|[（(]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[)）、.．是]|[①-⑳]"
HELP = "配合|协助|参与|落实|负责|实施"
ROLES = re.compile(
    rf"[（(](?:{REST}{{1,40}}?[，,])??(?P<lead>{WHO}{{2,60}}?)(?:牵头|负责)(?!人|同志|领导)(?:落实|实施|组织)?(?:[，,；;、](?P<rest>{REST}{{2,120}}?))?[)）]"
    rf"|由(?P<leading>{WHO}{{2,30}}?)牵头(?:[，,](?P<helping>[^（()）：:。；;\n]{{2,60}}(?:配合|参与|协助|落实)))?"
    rf"|(?:^|(?<=[。；;]))(?:{ORDINAL})?(?P<heading>{WHO}{{2,40}}?)牵头[，,](?P<aiding>{REST}{{2,80}}?(?:{HELP}))(?=[。；;\n]|$)"
    rf"|(?:^|(?<=[。；;]))(?P<sharing>{WHO}{{2,40}}?)按照?(?:各自)?(?:职责|责任)分工(?:分别)?(?:负责|落实)(?=[。；;\n]|$)"
    rf"|(?:^|(?<=[。；;，,]))由(?P<charged>{WHO}{{2,30}}?)负责(?:组织)?(?:落实|实施)?(?=[，,。；;\n]|$)",
    re.MULTILINE,
)
CLAUSE = re.compile(r"[^，,；;]+")
PART = re.compile(rf"(?P<names>{WHO}{{2,80}}?)(?P<verb>{HELP})(?:落实|实施)?(?=[，,；;]|$)")
MANNER = re.compile(r"(?:按照?(?:各自)?(?:职责|责任)(?:分工)?|分别|共同|具体|积极|密切|抓好)+$")
TIMELY = re.compile("(?:20\\d\\d年|\\d{1,2}月|年底|年内|每[日周旬月季半]|长期|持续|全年|[上下]半年)")
LEADS = (("lead", "rest"), ("leading", "helping"), ("heading", "aiding"), ("sharing", None), ("charged", None))
POST = re.compile("(?:长|书记|主任|领导|同志|负责人|主席|委员)$")
NAME = re.compile(r"(?:[^、，,；;\s/（(]|[（(][^）)\n]{0,40}[）)])+")
JOINT = re.compile(r"(?<=[局办所站部门室科委会院校队府司心）)])(?:以及|和|及|与)(?=[\u4e00-\u9fff]{2})")
AND_OTHERS = re.compile(r"等(?:有关|相关|各)?(?P<kind>部门|单位|科室)?$")
EMPTY = {"", "无", "—", "-", "/", "等", "待定"}
SHARED = ("部门", "科室")
WHOLE = re.compile("(?:[部门局办所站科室队院校镇乡会委区心司厂位行府组]|(?<!农)村|企业)$")


@dataclass(frozen=True, slots=True)
class Tag:
    """Where a tag stands in the text given, whom it names, and where it states a time."""

    span: Span
    responsibility: Responsibility
    times: tuple[Span, ...]


def find_tags(text: str) -> list[Tag]:
    """Return the tags of *text* in order; spans count from its start."""
    tags = [_tag(text, match) for match in TAG.finditer(text)]
    taken = bytearray(len(text) + 1)
    for tag in tags:
        taken[tag.span.start : tag.span.end] = b"\1" * (tag.span.end - tag.span.start)
    tags += [_roles(match) for match in ROLES.finditer(text) if not any(taken[match.start() : match.end()])]
    return sorted(tags, key=lambda tag: tag.span)


def split_names(text: str, at: int = 0) -> tuple[Name, ...]:
    """Return the names of a list, with spans counted from *at*; a shared 部门 is added to those that lack it."""
    words = list(_words(text))
    if not words:
        return ()
    shared = next((suffix for suffix in SHARED if words[-1][0].endswith(suffix)), "")
    bare = [(AND_OTHERS.sub("", word), start) for word, start in words]
    return tuple(
        Name(_completed(word, shared), Span(at + start, at + start + len(word)))
        for word, start in bare
        if word not in EMPTY
    )


def _words(text: str) -> Iterator[tuple[str, int]]:
    for match in NAME.finditer(text):
        start = match.start()
        for joint in (*JOINT.finditer(text, *match.span()), None):
            word = text[start : joint.start() if joint else match.end()].rstrip("。.")
            if word.strip(".（）()") not in EMPTY:
                yield word, start
            start = joint.end() if joint else start


def _completed(word: str, shared: str) -> str:
    return word + shared if shared and len(word) <= 6 and not WHOLE.search(word) else word


def _tag(text: str, match: re.Match[str]) -> Tag:
    fields: dict[str, list[Name]] = {"leader": [], "department": [], "supporting": []}
    times = []
    for kind, start, end in _fields(text, match.start(), match.end()):
        if kind == "time":
            times.append(Span(start, end))
        else:
            names = split_names(text[start:end], start)
            fields[kind] += [name for name in names if not TIMELY.match(name.name)]
            times += [name.span for name in names if TIMELY.match(name.name)]
    return Tag(Span(*match.span()), _responsibility(fields), tuple(times))


def _fields(text: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    labels = list(LABEL.finditer(text, start, end))
    closing = max(text.rfind(mark, start, end) for mark in ")）】]") if text[start] in "（(【[" else end
    for label, following in zip(labels, [*labels[1:], None], strict=True):
        stop = following.start() if following else closing
        yield label.lastgroup or "", label.end(), stop


def _roles(match: re.Match[str]) -> Tag:
    fields: dict[str, list[Name]] = {"leader": [], "department": [], "supporting": []}
    lead, rest = next(pair for pair in LEADS if match[pair[0]])
    _add(fields, "department", match[lead], match.start(lead))
    others, at = (match[rest] or "", match.start(rest)) if rest else ("", 0)
    for part in PART.finditer(others):
        role = "supporting" if part["verb"] in ("配合", "协助", "参与") else "department"
        _add(fields, role, part["names"], at + part.start("names"))
    times = tuple(Span(*part.span()).shift(at) for part in CLAUSE.finditer(others) if TIMELY.match(part[0]))
    start = match.start(lead) if lead in ("heading", "sharing") else match.start()
    return Tag(Span(start, match.end()), _responsibility(fields), times)


def _add(fields: dict[str, list[Name]], role: str, names: str, at: int) -> None:
    """Add the names of a role; who is named by a post (镇长) leads."""
    skipped = len(names) - len(names.removeprefix("由"))
    for name in split_names(MANNER.sub("", names[skipped:]), at + skipped):
        fields["leader" if POST.search(name.name) else role].append(name)


def _responsibility(fields: dict[str, list[Name]]) -> Responsibility:
    return Responsibility(*(_once(fields[role]) for role in ("leader", "department", "supporting")))


def _once(names: list[Name]) -> tuple[Name, ...]:
    return tuple({name.name: name for name in reversed(names)}.values())[::-1]


def merged(parts: list[Responsibility]) -> Responsibility:
    """Return several tags' people as one, each name once, in the order of the text."""
    return Responsibility(
        _once([name for part in parts for name in part.leaders]),
        _once([name for part in parts for name in part.departments]),
        _once([name for part in parts for name in part.supporting]),
    )

"""Who: the words that name leaders, departments and supporting units.

tag    = ( bracket | own line | end of paragraph ) of label ： names [separator label ： names]…
roles  = names 牵头 [， names 配合] [， names 落实]
names  = name (、 name)…          部门 after the last name belongs to each: 交警、交通部门 is two departments
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from planner.core.plan import Name, Responsibility, Span

LEADER = "(?:责任|牵头|分管|包保|包抓|挂点|联系|领办|督办)[\u4e00-\u9fff]{0,3}领导|(?:第一)?责任人|负责人|牵头人"
DEPARTMENT = "责任单位|责任部门|责任科室|责任股室|责任站所|责任处室|牵头单位|牵头部门|牵头科室|主办单位|承办单位|落实单位|实施单位|承办部门|主责单位"
SUPPORTING = "配合单位|配合部门|协办单位|协助单位|参与单位|协同单位|配合科室|参加单位|协作单位"
TIME = "完成时限|整改时限|完成时间|办结时限|时间要求|时限要求|工作时限|进度要求|时限|整改期限"
LABEL = re.compile(
    rf"(?:(?P<leader>{LEADER})|(?P<department>{DEPARTMENT})|(?P<supporting>{SUPPORTING})|(?P<time>{TIME}))[ ]?[：:]"
)
ANY_LABEL = f"(?:{LEADER}|{DEPARTMENT}|{SUPPORTING}|{TIME})"
TAG = re.compile(
    rf"[（(【\[](?=[^（()）【】\[\]\n]{{0,12}}{ANY_LABEL}[ ]?[：:])[^（()）【】\[\]]{{0,300}}(?:[（(][^（()）]{{0,40}}[)）][^（()）【】\[\]]{{0,200}}){{0,6}}[)）】\]]。?"
    rf"|(?:^|(?<=。))[^\S\n]*{ANY_LABEL}[ ]?[：:][^\n]{{0,300}}",
    re.MULTILINE,
)
ROLES = re.compile(
    r"[（(](?P<lead>[^（()）：:。；;\n]{2,60}?)(?:牵头|负责)(?:[，,；;、](?P<rest>[^（()）：:。\n]{2,120}))?[)）]"
    r"|由(?P<leading>[^（()）：:，。；;\n]{2,30})牵头(?:[，,](?P<helping>[^（()）：:。；;\n]{2,60}(?:配合|参与|协助|落实)))?"
)
PART = re.compile(r"(?P<names>[^，,；;]{2,80}?)(?P<verb>配合|协助|参与|落实|负责|实施)(?:落实|实施)?(?=[，,；;]|$)")
SEPARATOR = re.compile(r"[、，,；;\s/]+|(?<=[局办所站部门])(?:和|及|与)")
EMPTY = {"", "无", "—", "-", "/", "等", "待定"}
SHARED = ("部门", "科室")


@dataclass(frozen=True, slots=True)
class Tag:
    """Where a tag stands in the text given, whom it names, and where it states a time."""

    span: Span
    responsibility: Responsibility
    times: tuple[Span, ...]


def find_tags(text: str) -> list[Tag]:
    """Return the tags of *text* in order; spans count from its start."""
    tags = [_tag(text, match) for match in TAG.finditer(text)]
    taken = [tag.span for tag in tags]
    for match in ROLES.finditer(text):
        if not any(span.start < match.end() and match.start() < span.end for span in taken):
            tags.append(_roles(match))  # noqa: PERF401  the tags found before it stand in its way
    return sorted(tags, key=lambda tag: tag.span)


def split_names(text: str, at: int = 0) -> tuple[Name, ...]:
    """Return the names of a list, with spans counted from *at*; a shared 部门 is added to those that lack it."""
    found = [(match[0].strip(), match.start()) for match in re.finditer(r"[^、，,；;\s/]+", text)]
    words = [(part, at + start) for part, start in found if part.strip("。.（）()") not in EMPTY]
    words = [(word.rstrip("。."), start) for word, start in words]
    shared = next((suffix for suffix in SHARED if words and words[-1][0].endswith(suffix)), "")
    return tuple(Name(_completed(word, shared), Span(start, start + len(word))) for word, start in words)


def _completed(word: str, shared: str) -> str:
    return word + shared if shared and len(word) <= 4 and word[-1] not in "部门局办所站科室队院村镇乡会" else word


def _tag(text: str, match: re.Match[str]) -> Tag:
    fields: dict[str, list[Name]] = {"leader": [], "department": [], "supporting": []}
    times = []
    for kind, start, end in _fields(text, match.start(), match.end()):
        if kind == "time":
            times.append(Span(start, end))
        else:
            fields[kind] += split_names(text[start:end], start)
    return Tag(Span(*match.span()), _responsibility(fields), tuple(times))


def _fields(text: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    labels = list(LABEL.finditer(text, start, end))
    closing = max(text.rfind(mark, start, end) for mark in ")）】]") if text[start] in "（(【[" else end
    for label, following in zip(labels, [*labels[1:], None], strict=True):
        stop = following.start() if following else closing
        yield label.lastgroup or "", label.end(), stop


def _roles(match: re.Match[str]) -> Tag:
    fields: dict[str, list[Name]] = {"leader": [], "supporting": []}
    lead, rest = ("lead", "rest") if match["lead"] else ("leading", "helping")
    fields["department"] = list(split_names(match[lead], match.start(lead)))
    for part in PART.finditer(match[rest] or ""):
        role = "supporting" if part["verb"] in ("配合", "协助", "参与") else "department"
        fields[role] += split_names(part["names"], match.start(rest) + part.start("names"))
    return Tag(Span(*match.span()), _responsibility(fields), ())


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

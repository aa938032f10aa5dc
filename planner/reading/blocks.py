"""Numbering: from lines to numbered blocks, and which of these are items.

    level   一、 < （一） < 1. < （1） < ①          a block holds the deeper blocks and plain lines after it
    item    the smallest block with a tag of its own; without any tag, the numbered paragraph

A row of a table under a header such as 序号 | 工作任务 | 责任领导 | 责任单位 | 完成时限 is an item too. In a report only
the part that plans (下一步工作安排) is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from planner.core.plan import Span
from planner.reading.responsibility import Tag

CHINESE = "[一二三四五六七八九十百]{1,4}"
NUMBERING = (
    re.compile(
        rf"(?P<number>{CHINESE})[、.．]|第(?P<part>{CHINESE})(?:部分|章)[、：: ]?|第(?P<first>{CHINESE})[，,、]"
    ),
    re.compile(rf"[（(](?P<number>{CHINESE})[)）][、.．]?"),
    re.compile(r"(?P<number>\d{1,3})(?:[.．、](?!\d+(?:[.%]|[^\d月年]))|[)）])"),
    re.compile(r"[（(](?P<number>\d{1,3})[)）][、.．]?"),
    re.compile(r"(?P<number>[①-⑳])"),
)
STEPS = 3
"""From this level down blocks are steps of an item, unless they carry tags of their own."""

REPORT = re.compile(r"(?:总结|报告|汇报|小结|情况|简报)")
PLANNING = re.compile(
    r"下[一]?步|下阶段|下一阶段|(?:明年|来年|次年|20\d\d年)(?:度)?(?:重点)?(?:工作)?(?:计划|安排|打算|思路|要点|重点)"
)
NOT_WORK = re.compile(
    r"总体要求|指导思想|基本原则|工作目标|总体目标|主要目标|组织领导|保障措施|工作要求|有关要求|组织机构|适用范围|总体思路"
)


CLOSING = re.compile(
    r"(?:附件?[：:]?|抄送[：:]|主题词[：:]|20\d\d年\d{1,2}月\d{1,2}日(?:印发)?$)"
    r"|[\u4e00-\u9fff（）]{2,24}(?:人民政府|委员会|办公室|管委会|党委|党政办|安委会)(?:办公室)?(?:[ \u3000]*20\d\d年\d{1,2}月\d{1,2}日(?:印发)?)?$"
)
"""A signature, a date of issue, an annex: no words of the item above it."""


@dataclass
class Block:
    """A numbered block: its level, number as written, where its words begin, and what is inside it."""

    level: int
    number: str
    start: int
    words: int
    end: int = 0
    children: list[Block] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)

    def has_tag(self) -> bool:
        """Tell whether this block, or one inside it, names somebody."""
        return bool(self.tags) or any(child.has_tag() for child in self.children)

    def own_end(self) -> int:
        """Return where the block's own words end: at its first child."""
        return self.children[0].start if self.children else self.end


def find_blocks(text: str) -> list[Block]:
    """Return the outermost numbered blocks of *text*, each with those inside it."""
    tops: list[Block] = []
    path: list[Block] = []
    for start, end in _lines(text):
        block = _numbered(text, start, end)
        if block is None:
            if CLOSING.match(text, start, end):
                for open_block in path:
                    open_block.end = start
                path.clear()
            continue
        while path and path[-1].level >= block.level:
            path.pop().end = start
        (path[-1].children if path else tops).append(block)
        path.append(block)
    for block in path:
        block.end = len(text)
    _trim(tops, text)
    return tops


def _trim(blocks: Sequence[Block], text: str) -> None:
    for block in blocks:
        block.end = block.start + len(text[block.start : block.end].rstrip())
        _trim(block.children, text)


def _lines(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    for line in text.split("\n"):
        yield at, at + len(line)
        at += len(line) + 1


def _numbered(text: str, start: int, end: int) -> Block | None:
    for level, pattern in enumerate(NUMBERING):
        match = pattern.match(text, start, end)
        if match and match.end() < end:
            number = next(group for group in match.groups() if group)
            return Block(level, number, start, match.end())
    return None


def give_tags(blocks: Sequence[Block], tags: Sequence[Tag]) -> None:
    """Hand each tag to the innermost block it stands in."""
    for tag in tags:
        inside = [block for block in _all(blocks) if block.start <= tag.span.start < block.end]
        if inside:
            inside[-1].tags.append(tag)


def _all(blocks: Sequence[Block]) -> Iterator[Block]:
    for block in blocks:
        yield block
        yield from _all(block.children)


def planning_part(text: str, title: str, blocks: list[Block]) -> list[Block]:
    """Return, for a report, only the blocks that plan; for any other document all of them."""
    if not REPORT.search(title):
        return blocks
    chosen = [block for block in _all(blocks) if block.level < 2 and PLANNING.search(heading(text, block))]
    if not chosen:
        return blocks
    return [chosen[-1], *(block for block in blocks if block.start > chosen[-1].start and block.level > 0)]


def heading(text: str, block: Block) -> str:
    """Return a block's first words: up to the first 。, or its first line."""
    line = text[block.words : block.own_end()].split("\n", 1)[0]
    return line.split("。", 1)[0].strip()


@dataclass(frozen=True, slots=True)
class Found:
    """An item block with the block of the heading above it."""

    block: Block
    section: Block | None


def items_in(text: str, blocks: Sequence[Block]) -> list[Found]:
    """Return which blocks are items, in the order of the text."""
    tagged = any(block.has_tag() for block in blocks)
    nested = any(block.children for block in blocks)
    return [found for block in blocks for found in _items(text, block, None, tagged, nested)]


def _items(text: str, block: Block, section: Block | None, tagged: bool, nested: bool) -> Iterator[Found]:
    if _is_item(block, tagged):
        if not (section is None and nested and not block.tags and _is_frame(text, block)):
            yield Found(block, section)
        return
    for child in block.children:
        yield from _items(text, child, block, tagged, nested)


def _is_item(block: Block, tagged: bool) -> bool:
    children = block.children
    if not children:
        return True
    if any(child.has_tag() for child in children):
        return False
    if tagged and block.tags:
        return True
    return all(child.level >= STEPS for child in children)


def _is_frame(text: str, block: Block) -> bool:
    """Tell whether a block frames the plan (总体要求) and is no work itself."""
    return block.level < 2 and NOT_WORK.search(heading(text, block)) is not None


HEADERS = {
    "number": re.compile(r"序号|编号"),
    "title": re.compile(
        r"工作任务|重点任务|任务内容|主要任务|任务名称|工作内容|重点工作|项目名称|任务|项目|事项|措施|内容"
    ),
    "leader": re.compile(r"领导|责任人|负责人|牵头人"),
    "supporting": re.compile(r"配合|协助|参与|协同"),
    "department": re.compile(r"单位|部门|科室|股室"),
    "time": re.compile(r"时限|时间|期限|进度"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: the span of each cell by what its column holds."""

    span: Span
    cells: dict[str, Span]
    body: tuple[Span, ...]


def find_rows(text: str) -> list[Row]:
    """Return the task rows of the tables in *text*; cells are separated by tabs or by |."""
    rows: list[Row] = []
    columns: list[str] = []
    for start, end in _lines(text):
        cells = _cells(text, start, end)
        if len(cells) < 3:
            columns = []
        elif header := _header(text, cells):
            columns = header
        elif columns and len(cells) <= len(columns) + 1 and len({cell.of(text) for cell in cells}) > 1:
            rows.append(_row(cells, columns, start, end))
    return [row for row in rows if "title" in row.cells and row.cells["title"].of(text).strip(" -—:")]


def _cells(text: str, start: int, end: int) -> list[Span]:
    mark = "\t" if "\t" in text[start:end] else "|"
    spans, at = [], start
    for part in text[start:end].split(mark):
        lead = len(part) - len(part.lstrip())
        spans.append(Span(at + lead, at + lead + len(part.strip())))
        at += len(part) + 1
    outer = mark == "|" and text[start:end].strip().startswith("|")
    return spans[1:-1] if outer else spans


def _header(text: str, cells: Sequence[Span]) -> list[str]:
    words = [cell.of(text) for cell in cells]
    names = [next((name for name, pattern in HEADERS.items() if pattern.search(word)), "") for word in words]
    named = set(names) & {"leader", "department", "time"}
    short = all(len(word) <= 14 for word in words)
    return names if short and "title" in names and named else []


def _row(cells: Sequence[Span], columns: Sequence[str], start: int, end: int) -> Row:
    by_name: dict[str, Span] = {}
    body = []
    for cell, name in zip(cells, columns, strict=False):
        if cell.end > cell.start:
            by_name.setdefault(name, cell)
            if name in ("", "title"):
                body.append(cell)
    return Row(Span(start, end), by_name, tuple(dict.fromkeys(body)))

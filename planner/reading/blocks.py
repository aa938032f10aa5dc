"""Numbering: from lines to numbered blocks, and which of these are items.

    level   一、 < （一） < 1. < （1） < ① < 一是     a block holds the deeper blocks and plain lines after it
    item    the smallest block with a tag of its own; without any tag, the numbered paragraph

Steps inside a line (一是…二是…) are blocks where each has a tag of its own. A row of a table under a header such as
序号 | 工作任务 | 责任领导 | 责任单位 | 完成时限 is an item too. In a report only the part that plans (下一步工作安排)
is read.
"""

from __future__ import annotations

import re
from bisect import bisect_right
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
    re.compile(
        r"(?P<number>\d{1,3})(?:[.．、](?!\d+(?:[.%]|[^\d月年]))|[)）])|第(?P<article>[一二三四五六七八九十百]{1,4})条[、： ]?"
    ),
    re.compile(r"[（(](?P<number>\d{1,3})[)）][、.．]?"),
    re.compile(r"(?P<number>[①-⑳])"),
    re.compile(rf"(?P<number>{CHINESE})是"),
)
STEPS = 3
"""From this level down blocks are steps of an item, unless they carry tags of their own."""
PARAGRAPH = 30
"""Characters from which a （1） right under a 一、 is a paragraph of its own, hence an item."""
INLINE = re.compile(rf"(?:(?<=[。；;：:）)】])|^)(?:{CHINESE}是|[（(]\d{{1,2}}[)）]|[①-⑳])", re.MULTILINE)
LONG_LINE = 400
"""A line this long has lost its line ends: a 一、 after a full stop begins a block inside it."""
LOST_START = re.compile(rf"(?<=[。：:；;]){CHINESE}、(?![一二三四五六七八九十])")

REPORT = re.compile(r"(?:总结|报告|汇报|小结|情况|简报)")
PLANNING = re.compile(
    r"下[一]?步|下阶段|下一阶段|(?:明年|来年|次年|20\d\d年)(?:度)?(?:重点)?(?:工作)?(?:计划|安排|打算|思路|要点|重点)"
)
TROUBLES = re.compile("问题|不足|困难|短板")
NEXT_STEP = re.compile("^(?:下一?步|下一?阶段|今后)", re.MULTILINE)
PREFACE = re.compile(
    "(?:总体要求|指导思想|基本原则|总体思路|适用范围|工作目标|总体目标|主要目标|总则|附则|[和与及、])+"
)
NOT_WORK = re.compile(
    r"总体要求|指导思想|基本原则|工作目标|总体目标|主要目标|组织领导|保障措施|工作要求|有关要求|组织机构|适用范围|总体思路|总则$|附则$"
)


CLOSING = re.compile(
    r"(?:附件?[：:]?|抄送[：:]|主题词[：:]|20\d\d年\d{1,2}月\d{1,2}日(?:印发)?$)"
    r"|[\u4e00-\u9fff（）]{2,24}(?:人民政府|委员会|办公室|管委会|党委|党政办|安委会)(?:办公室)?(?:[ \u3000]*20\d\d年\d{1,2}月\d{1,2}日(?:印发)?)?$"
)
"""A signature, a date of issue, an annex: no words of the item above it."""


@dataclass
class Block:
    """A numbered block: its level, number as written, where its words begin, and what is inside it.

    ``body`` is where what is to be done begins, if that is not right after the title.
    """

    level: int
    number: str
    start: int
    words: int
    end: int = 0
    body: int = 0
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
        end = at + len(line)
        starts = [match.start() for match in LOST_START.finditer(text, at, end)] if len(line) > LONG_LINE else []
        yield from zip([at, *starts], [*starts, end], strict=True)
        at = end + 1


def _numbered(text: str, start: int, end: int) -> Block | None:
    for level, pattern in enumerate(NUMBERING):
        match = pattern.match(text, start, end)
        if match and match.end() < end:
            number = next(group for group in match.groups() if group)
            return Block(level, number, start, match.end())
    return None


def give_tags(text: str, blocks: Sequence[Block], tags: Sequence[Tag]) -> None:
    """Hand each tag to the innermost block it stands in; steps with tags of their own become blocks first."""
    every = _handed(list(_all(blocks)), tags)
    for block in reversed(every):
        _divide(text, block)
        _raise_last(text, block)


def _divide(text: str, block: Block) -> None:
    """Make steps inside a line (一是…二是…) blocks, where two of them name somebody."""
    if block.children or len(block.tags) < 2:
        return
    marks = list(INLINE.finditer(text, block.words, block.end))
    marks = [mark for mark in marks if _level(mark[0]) == _level(marks[0][0])]
    ends = [*(mark.start() for mark in marks[1:]), block.end]
    steps = [_step(mark, end) for mark, end in zip(marks, ends, strict=False)]
    _trim(steps, text)
    if sum(bool(step.tags) for step in _handed(steps, block.tags)) >= 2:
        block.children = steps
        block.tags = [tag for tag in block.tags if tag.span.start < steps[0].start]


def _level(mark: str) -> int:
    return next(level for level, pattern in enumerate(NUMBERING) if level >= STEPS and pattern.match(mark))


def _step(mark: re.Match[str], end: int) -> Block:
    return Block(_level(mark[0]), mark[0].strip("（()）是"), mark.start(), mark.end(), end)


def _handed(blocks: Sequence[Block], tags: Sequence[Tag]) -> Sequence[Block]:
    """Hand each tag to the last of *blocks* that begins before it and has not ended; return the blocks."""
    starts = [block.start for block in blocks]
    for tag in tags:
        place = bisect_right(starts, tag.span.start) - 1
        if place >= 0 and tag.span.start < blocks[place].end:
            blocks[place].tags.append(tag)
    return blocks


def _raise_last(text: str, block: Block) -> None:
    """Give a tag on lines of its own after the last of several bare steps to the block that holds them."""
    if len(block.children) < 2 or any(child.has_tag() for child in block.children[:-1]):
        return
    last = block.children[-1]
    own = [tag for tag in last.tags if text[tag.span.start - 1] == "\n"]
    if own and len(own) == len(last.tags) and last.level >= 2 and (block.level > 0 or len(own) > 1):
        last.tags = []
        block.tags += own


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
    last = chosen[-1]
    begins = NEXT_STEP.search(text, last.words, last.end) if TROUBLES.search(heading(text, last)) else None
    last.body = begins.start() if begins else 0
    return [last, *(block for block in blocks if block.start > last.start and block.level > 0)]


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
    if block.level < 2 and PREFACE.fullmatch(heading(text, block)) and not block.has_tag():
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
    if block.level == 0 and len(children) > 1 and all(_is_paragraph(child) for child in children):
        return False
    return all(child.level >= STEPS for child in children)


def _is_paragraph(block: Block) -> bool:
    return block.level == STEPS and block.end - block.start >= PARAGRAPH


def _is_frame(text: str, block: Block) -> bool:
    """Tell whether a block frames the plan (总体要求) and is no work itself."""
    return block.level < 2 and NOT_WORK.search(heading(text, block)) is not None


HEADERS = {
    "number": re.compile(r"序号|编号"),
    "other": re.compile(r"备注|说明|电话|投资|资金|完成情况|进展|状态"),
    "title": re.compile(r"任务|项目|事项|措施|内容|重点工作"),
    "leader": re.compile(r"领导|责任人|负责人|牵头人"),
    "supporting": re.compile(r"配合|协助|参与|协同|协办"),
    "department": re.compile(r"单位|部门|科室|股室|牵头"),
    "time": re.compile(r"时限|时间|期限|进度|月份|节点|日期"),
    "section": re.compile(r"类别|领域|板块|分类|方面"),
}


MONTH = re.compile(r"(?:20\d\d年)?(?:\d{1,2}|[一二三四五六七八九十]{1,2})月份?|第?[一二三四]季度")
SIDE = re.compile("月份|月度|时间|季度|月")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: the span of each cell by what its column holds, and where its table begins."""

    span: Span
    cells: dict[str, Span]
    body: tuple[Span, ...]
    section: Span | None
    table: int


def find_rows(text: str) -> list[Row]:
    """Return the task rows of the tables in *text*; cells are separated by tabs or by |, or each is on its own line."""
    rows = [row for row in (_rows(text) if "\t" in text or "|" in text else ()) if _states_work(text, row)]
    return rows or [row for row in _stacked(text) if _states_work(text, row)]


def _states_work(text: str, row: Row) -> bool:
    return "title" in row.cells and row.cells["title"].of(text).strip(" -—:") != ""


def _rows(text: str) -> Iterator[Row]:
    columns: list[str] = []
    heads: list[Span] = []
    section: Span | None = None
    table = 0
    for start, end in _lines(text):
        cells = _cells(text, start, end)
        if header := _header(text, cells):
            columns, section, table, heads = header, None, start, []
        elif grid := _grid_heads(text, cells):
            columns, heads, table = [], grid, start
        elif heads and len(cells) == len(heads):
            yield from _grid_rows(text, cells, heads, table)
        elif columns and _is_divider(text, cells):
            section = next(cell for cell in cells if cell.end > cell.start)
        elif 3 <= len(cells) <= len(columns) + 1:
            yield _row(cells, columns, section, table)


def _grid_heads(text: str, cells: Sequence[Span]) -> list[Span]:
    """Return the heads of a calendar: months down the side under 月份, or months across the top."""
    words = [cell.of(text) for cell in cells]
    across = len(words) > 2 and all(MONTH.fullmatch(word) for word in words[1:])
    down = len(words) > 2 and SIDE.fullmatch(words[0]) and all(1 < len(word) < 15 for word in words[1:])
    return list(cells) if across or down else []


def _grid_rows(text: str, cells: Sequence[Span], heads: Sequence[Span], table: int) -> Iterator[Row]:
    """Yield each filled cell of a calendar as a row of its own, its month being its time."""
    for cell, head in zip(cells[1:], heads[1:], strict=True):
        month, section = (head, cells[0]) if MONTH.fullmatch(head.of(text)) else (cells[0], head)
        if cell.end > cell.start and MONTH.fullmatch(month.of(text)):
            yield Row(cell, {"title": cell, "time": month}, (cell,), section, table)


def _is_divider(text: str, cells: Sequence[Span]) -> bool:
    """Tell whether a row only names what follows: 一、产业, alone or merged over the columns."""
    words = {cell.of(text) for cell in cells if cell.end > cell.start}
    return len(words) == 1 and any(pattern.match(min(words)) for pattern in NUMBERING[:2])


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
    """Return what each column holds, or nothing if the cells are no header."""
    words = [cell.of(text) for cell in cells]
    if len(words) < 3 or any(len(word) > 14 for word in words):
        return []
    names = [next((name for name, pattern in HEADERS.items() if pattern.search(word)), "") for word in words]
    named = set(names) & {"leader", "department", "time"}
    return names if "title" in names and named else []


def _row(cells: Sequence[Span], columns: Sequence[str], section: Span | None, table: int) -> Row:
    by_name: dict[str, Span] = {}
    body = []
    for cell, name in zip(cells, columns, strict=False):
        if cell.end > cell.start:
            by_name.setdefault(name, cell)
            if name in ("", "title"):
                body.append(cell)
    span = Span(cells[0].start, max(cells[-1].end, cells[0].start + 1))
    return Row(span, by_name, tuple(dict.fromkeys(body)), by_name.get("section", section), table)


def _stacked(text: str) -> Iterator[Row]:
    """Yield the rows of a table that came over with one cell a line: each begins with the next ordinal."""
    cells = [cell for start, end in _lines(text) for cell in _cells(text, start, end) if cell.end > cell.start]
    begin = next((place for place, cell in enumerate(cells) if cell.of(text) in ("序号", "编号")), len(cells))
    first = next((place for place in range(begin, len(cells)) if cells[place].of(text) == "1"), begin)
    columns = _header(text, cells[begin:first])
    rows: list[list[Span]] = []
    for cell in cells[first:] if columns else ():
        if cell.of(text) == str(len(rows) + 1):
            rows.append([])
        rows[-1].append(cell)
    for row in rows:
        whole = len(row) >= len(columns)
        yield _row(row[: len(columns)], columns if whole else columns[:2], None, cells[begin].start)

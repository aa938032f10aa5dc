"""Numbering: from lines to numbered blocks, and which of these are items.

    level   一、 < （一） 第一， 问题一、 < 1. 9月： < （1） < ① < 一是     a block holds the deeper blocks and plain lines after it
    item    the smallest block with a tag of its own; without any tag, the numbered paragraph

Steps inside a line (一是…二是…) are blocks where each has a tag of its own. In a report only the part that plans
(下一步工作安排) is read.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from planner.reading.responsibility import LABEL, Tag

CHINESE = "[一二三四五六七八九十百]{1,4}"
NUMBERING = (
    re.compile(rf"(?P<number>{CHINESE})[、.．]|第(?P<part>{CHINESE})(?:部分|章)[、：: ]?"),
    re.compile(
        rf"[（(](?P<number>{CHINESE})[)）][、.．]?|第(?P<first>{CHINESE})[，,、]"
        rf"|(?P<named>(?:问题|任务|事项|清单)(?:{CHINESE}|\d{{1,2}}))(?:[、.．：: ]|(?<=\d)(?=[\u4e00-\u9fff])(?![项条个件年月]))"
    ),
    re.compile(
        r"(?P<month>(?:1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])月份?)[：:](?=\S)"
        r"|(?P<number>\d{1,3})(?:[.．、](?!\d+(?:[.%]|[^\d月年]))|[)）])|第(?P<article>[一二三四五六七八九十百]{1,4})条[、： ]?"
    ),
    re.compile(r"[（(](?P<number>\d{1,3})[)）][、.．]?"),
    re.compile(r"(?P<number>[①-⑳])"),
    re.compile(rf"(?P<number>{CHINESE})是|(?P<step>第{CHINESE}步)[，,：:]"),
)
STEPS = 3
"""From this level down blocks are steps of an item, unless they carry tags of their own."""
PARAGRAPH = 30
"""Characters from which a （1） right under a 一、 is a paragraph of its own, hence an item."""
SENTENCE = 12
"""The same under a 一、 that is a heading alone."""
INLINE = re.compile(
    rf"(?:(?<=[。；;：:）)】〕］])|^)(?:{CHINESE}是|第{CHINESE}步[，,：:]|[（(]\d{{1,2}}[)）]|[①-⑳])", re.MULTILINE
)
LONG_LINE = 400
"""A line this long has lost its line ends: a 一、 after a full stop begins a block inside it."""
LOST_START = re.compile(rf"(?<=[。：:；;]){CHINESE}、(?![一二三四五六七八九十])")

REPORT = re.compile(r"(?:总结|报告|汇报|小结|情况|简报)")
CITED = re.compile("《[^《》\n]*》")
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
    r"(?:附件?[：:]?|(?:说明|备注|注|联系人|填报人|出席|请假|记录|主送|分送|列席)[：:]|[（(](?:联系人|此件)|抄送[：:]|主题词[：:]|20\d\d年\d{1,2}月\d{1,2}日(?:印发)?$|二[〇○零OＯ0][一二三四五六七八九〇○零OＯ0]{2}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}日)"
    r"|[\u4e00-\u9fff（）]{2,24}(?:人民政府|委员会|办公室|管委会|党委|党政办|安委会)(?:办公室)?(?:[ \u3000]*20\d\d年\d{1,2}月\d{1,2}日(?:印发)?)?$"
)
"""A signature, a date of issue, an annex, a note: no words of the item above it."""
OF_SEVERAL = re.compile(
    rf"(?:上述|以上|前述)(?:第)?(?P<numbers>(?:[（(]?(?:{CHINESE}|\d{{1,3}})[)）]?[、和及]?){{2,6}})[条项两三四]"
)
SHARED_NUMBER = re.compile(rf"{CHINESE}|\d{{1,3}}")
ATTACHED = re.compile(r"[ \u3000]*附件?[：:][ \u3000]*1[.．、]")
"""A list of annexes: the numbered short lines under it are their names."""
TO_ALL = re.compile(
    r"(?:各[^，。；：:\n]{1,10}(?:要|应|须|于|每|情况)|以上[^，。由\n]{0,8}(?:任务|工作|事项)(?![^，。\n]{0,4}由))"
)
"""After the last numbered line: what all are told (各村于每月25日前报送进度), no words of the last item."""


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
    begun = [(start, end, _numbered(text, start, end)) for start, end in lines_of(text)]
    last = max((start for start, _, block in begun if block), default=0)
    attached = False
    for start, end, block in begun:
        attached = ATTACHED.match(text, start, end) is not None or (
            attached and block is not None and end - start < PARAGRAPH
        )
        if attached and block:
            continue
        if block is None:
            if CLOSING.match(text, start, end) or (start > last and _is_to_all(text, path, start, end)):
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


def _is_to_all(text: str, path: Sequence[Block], start: int, end: int) -> bool:
    """Tell whether a line under the last numbered one is told to all: by its words, or apart from a full paragraph."""
    if TO_ALL.match(text, start, end):
        return True
    if not path or end - start < SENTENCE or LABEL.match(text, start):
        return False
    own = text[path[-1].words : start]
    return own.endswith("\n\n") and "。" in own.split("\n", 1)[0] and len(own.strip()) >= SENTENCE


def _trim(blocks: Sequence[Block], text: str) -> None:
    for block in blocks:
        block.end = block.start + len(text[block.start : block.end].rstrip())
        _trim(block.children, text)


def lines_of(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each line begins and ends; one that lost its line ends is cut before its 一、."""
    at = 0
    for line in text.split("\n"):
        end = at + len(line)
        starts = [match.start() for match in LOST_START.finditer(text, at, end)] if len(line) > LONG_LINE else []
        yield from zip([at, *starts], [*starts, end], strict=True)
        at = end + 1


def _numbered(text: str, start: int, end: int) -> Block | None:
    for level, pattern in enumerate(NUMBERING):
        match = pattern.match(text, start, end)
        if match and match.end() < end and not (level >= STEPS and _is_first_of_line(text, match, end)):
            number = next(group for group in match.groups() if group)
            return Block(level, number, start, match.end())
    return None


def _is_first_of_line(text: str, mark: re.Match[str], end: int) -> bool:
    """Tell whether more steps of the same kind follow in the line, which then holds them all."""
    level = _level(mark[0])
    return any(_level(other[0]) == level for other in INLINE.finditer(text, mark.end(), end))


def give_tags(text: str, blocks: Sequence[Block], tags: Sequence[Tag]) -> None:
    """Hand each tag to the innermost block it stands in; steps with tags of their own become blocks first."""
    every = _handed(list(_all(blocks)), tags)
    _shared(every, text)
    for block in reversed(every):
        _divide(text, block)
        _raise_last(text, block)


def _divide(text: str, block: Block) -> None:
    """Make steps inside a line (一是…二是…) blocks, where two of them name somebody."""
    if block.children or len(block.tags) < 2:
        return
    marks = [mark for mark in INLINE.finditer(text, block.words, block.end) if mark.start() >= block.words]
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
    return Block(_level(mark[0]), mark[0].strip("（()）是，,：:"), mark.start(), mark.end(), end)


def _shared(blocks: Sequence[Block], text: str) -> None:
    """Hand a tag of several points (上述（七）（八）两项均由…) to each of them."""
    by_number = {(block.level, block.number): block for block in blocks}
    for block in blocks:
        for tag in list(block.tags):
            named = OF_SEVERAL.match(tag.span.of(text))
            numbers = SHARED_NUMBER.findall(named["numbers"]) if named else []
            others = [by_number.get((block.level, number)) for number in numbers]
            for other in others:
                if other and other is not block:
                    other.tags.append(tag)


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


def is_report(title: str) -> bool:
    """Tell whether a title is that of a report; one that only cites a report (《政府工作报告》任务分解表) is not."""
    return bool(REPORT.search(CITED.sub("", title)))


def planning_part(text: str, title: str, blocks: list[Block]) -> list[Block]:
    """Return, for a report, only the blocks that plan; for any other document all of them."""
    if not is_report(title):
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
    if _is_item(text, block, tagged):
        if not (section is None and nested and not block.tags and _is_frame(text, block)):
            yield Found(block, section)
        return
    if block.level < 2 and PREFACE.fullmatch(heading(text, block)) and not block.has_tag():
        return
    for child in block.children:
        yield from _items(text, child, block, tagged, nested)


def _is_item(text: str, block: Block, tagged: bool) -> bool:
    children = block.children
    if not children:
        return True
    if any(child.has_tag() for child in children):
        return False
    if tagged and block.tags:
        return True
    least = SENTENCE if is_heading(text, block) else PARAGRAPH
    if block.level == 0 and len(children) > 1 and all(_is_paragraph(child, least) for child in children):
        return False
    return all(child.level >= STEPS for child in children)


def _is_paragraph(block: Block, least: int) -> bool:
    return block.level == STEPS and block.end - block.start >= least


def is_heading(text: str, block: Block) -> bool:
    """Tell whether a block has no words of its own but a heading without a stop."""
    own = text[block.words : block.own_end()].strip()
    return "\n" not in own and not own.endswith(("。", "：", ":"))


def _is_frame(text: str, block: Block) -> bool:
    """Tell whether a block frames the plan (总体要求) and is no work itself."""
    return block.level < 2 and NOT_WORK.search(heading(text, block)) is not None

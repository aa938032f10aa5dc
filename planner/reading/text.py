"""Cleaning the raw text for reading, with a map from each kept character back to its place in the raw text.

What was left by converters and layout is dropped (bookmarks, page numbers, passwords, marks of Markdown, the numbers of
chunks, spaces between Chinese characters, line ends inside a sentence, in a reviewed plan the quoted words), digits a scanner took for letters are read as
digits; the raw text itself is never changed and stays what is shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from planner.core.plan import Span
from planner.reading import checks

NOISE = re.compile(
    r"\[bookmark:[^\]\n]{0,60}\]|##\w{1,40}##|^[ \t\u3000\xa0]*[-—][ \t]*\d{1,4}[ \t]*[-—][ \t]*$|[\ufeff\u200b\r\0]"
    r"|^[ \t\u3000\xa0]*#{1,6}[ \t]+|^[ \t\u3000\xa0]*[-*+][ \t]+|\*\*|本文档编辑密码[：:][^\n]{0,40}",
    re.MULTILINE,
)
SPACES = re.compile(r"[ \u3000\xa0]+")
WIDE = re.compile(r"[\u3000-\u9fff\uff00-\uffef]")
NAMES = re.compile(
    r"(?<=[人导位门室][：:])(?:[\u4e00-\u9fff]{2,4}[ \u3000]+){1,9}[\u4e00-\u9fff]{2,4}(?=[、，,；;）)】\n]|$)"
    r"|(?<=\t)(?:[\u4e00-\u9fff]{2,4}[ \u3000]+){1,9}[\u4e00-\u9fff]{2,4}(?=[\t\n]|$)",
    re.MULTILINE,
)
"""Names set apart by spaces alone, after a label or in a cell: there the spaces stay."""
CHUNK = re.compile(r"\n\d{1,3}、")
CHUNK_LENGTH = 100
"""A line this long that stops within a sentence was cut by a converter; the number after it numbers nothing."""
OPENS = re.compile(
    r"[（(【\[]?(?:[一二三四五六七八九十百]{1,4}|\d{1,3})(?:[、)）是]|[.．](?!\d))|第[一二三四五六七八九十]{1,3}|[①-⑳#>*+-]"
    r"|[（(【\[]?(?:责任|牵头|分管|包保|配合|协办|落实|完成|整改|时限|主办|承办)[\u4e00-\u9fff]{0,6}[：:]|附件?[：:]|抄送|20\d\d年\d{1,2}月\d{1,2}日"
)
"""What begins a line of its own: a number, a label, a date, an annex."""
SHORTEST_WIDTH, WIDEST = 18, 60
"""Characters of a full line in a text whose lines were wrapped by hand or by a page."""
MISREAD = re.compile(r"(?<=\d)[OＯ](?=[\dO年月日%])|(?<![A-Za-z])[lI](?=[\d月日次])|(?<=\d)[lI](?=[\d年月日%])")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The text to parse; ``offsets[i]`` is where its character i stands in ``source``, the raw text."""

    source: str
    text: str
    offsets: tuple[int, ...]

    def raw(self, start: int, end: int) -> Span:
        """Return the raw span of the cleaned characters ``[start, end)``; they must be at least one."""
        return Span(self.offsets[start], self.offsets[end - 1] + 1)


def clean(raw: str) -> Cleaned:
    """Return *raw* without noise, every kept character with its place."""
    kept = bytearray(b"\1") * len(raw)
    is_reviewed = checks.is_reviewed(raw)
    for start, end in (
        *(match.span() for match in NOISE.finditer(raw)),
        *(match.span() for match in checks.QUOTATION.finditer(raw) if is_reviewed),
        *_chunk_marks(raw),
        *_idle_spaces(raw),
        *_soft_breaks(raw),
    ):
        kept[start:end] = bytes(end - start)
    offsets = tuple(place for place, keep in enumerate(kept) if keep)
    text = "".join(raw[place] for place in offsets)
    return Cleaned(raw, MISREAD.sub(lambda letter: "0" if letter[0] in "OＯ" else "1", text), offsets)


def _soft_breaks(raw: str) -> Iterator[tuple[int, int]]:
    """Yield the line ends inside a sentence: after a comma, and in a wrapped text at the end of every full line."""
    lines = [line.strip() for line in raw.split("\n")]
    widths = [_width(line) for line in lines]
    full = _full_line(widths)
    at = -1
    for line, width, after, length in zip(lines, widths, lines[1:], map(len, raw.split("\n")), strict=False):
        at += length + 1
        goes_on = line.endswith(("，", "、")) or (width >= full and line[-1] not in "。；：！？”）】》;:!?)")
        if goes_on and after and not OPENS.match(after) and not {"\t", "|"} & {*line, *after}:
            yield at, at + 1


def _width(line: str) -> float:
    """Return how many Chinese characters wide a line is."""
    return (len(line) + len(WIDE.findall(line))) / 2


def _full_line(widths: list[float]) -> float:
    """Return from which width a line counts as full; no line of a text that is not wrapped does."""
    widest = max(widths)
    full = widest - 3
    wrapped = SHORTEST_WIDTH <= widest <= WIDEST and sum(width >= full for width in widths) >= 3
    return full if wrapped else widest + 1


def _idle_spaces(raw: str) -> Iterator[tuple[int, int]]:
    """Yield the spaces at the ends of lines and beside Chinese characters, but not those between names."""
    between = {match.start() for names in NAMES.finditer(raw) for match in SPACES.finditer(raw, *names.span())}
    for match in SPACES.finditer(raw):
        start, end = match.span()
        before, after = raw[start - 1 : start], raw[end : end + 1]
        beside = WIDE.match(before) or WIDE.match(after)
        if start not in between and (before in ("", "\n") or after in ("", "\n") or beside):
            yield start, end


def _chunk_marks(raw: str) -> list[tuple[int, int]]:
    marks = []
    for match in CHUNK.finditer(raw):
        length = match.start() - raw.rfind("\n", 0, match.start())
        if length > CHUNK_LENGTH and raw[match.start() - 1] not in "。；：！？;:!?）)”》":
            marks.append(match.span())
    return [(0, 2), *marks] if marks and raw.startswith("1、") else marks

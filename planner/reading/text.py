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

BLANK = r"[ \t\u3000\xa0]*"
PAGE_NUMBER = (
    rf"^{BLANK}(?:[-—–·][ \t]*[\dlIO]{{1,4}}[ \t]*[-—–·]|第[ ]?\d{{1,3}}[ ]?页(?:[ ]?[共/][ ]?\d{{1,3}}[ ]?页)?)[ \t]*$"
)
NOISE = re.compile(
    rf"\[bookmark:[^\]\n]{{0,60}}\]|##\w{{1,40}}##|{PAGE_NUMBER}|[\ufeff\u200b\r\0]"
    rf"|^{BLANK}#{{1,6}}[ \t]+|^{BLANK}[-*+][ \t]+|\*\*|本文档编辑密码[：:][^\n]{{0,40}}",
    re.MULTILINE,
)
PAGE = re.compile(rf"{PAGE_NUMBER}\n(?P<head>[^\n]{{4,80}})$", re.MULTILINE)
SPACES = re.compile(r"[ \u3000\xa0]+")
WIDE = re.compile(r"[\u3000-\u9fff\uff00-\uffef]")
NAMES = re.compile(
    r"(?<=[人导位门室][：:])[ \u3000]*(?:[\u4e00-\u9fff]{2,12}[ \u3000]+){1,9}[\u4e00-\u9fff]{2,12}(?=[、，,；;）)】\n]|$)"
    r"|(?<=\t)(?:[\u4e00-\u9fff]{2,4}[ \u3000]+){1,9}[\u4e00-\u9fff]{2,4}(?=[\t\n]|$)",
    re.MULTILINE,
)
"""Names set apart by spaces alone, after a label or in a cell: there the spaces stay."""
LABEL_AHEAD = re.compile("(?:[\u4e00-\u9fff] ?){2,6}[：:]")
"""Spaces before a label set fields apart (分管：甲　承办：乙)."""
SPACED = 0.3
SINGLE = re.compile(r"(?<=\S) (?=\S)")
"""In a scan with so large a share of spaces, single ones between all characters part nothing."""
CHUNK = re.compile(r"\n\d{1,3}、")
CHUNK_LENGTH = 100
"""A line this long that stops within a sentence was cut by a converter; the number after it numbers nothing."""
OPENS = re.compile(
    r"[（(【\[]?(?:[一二三四五六七八九十百]{1,4}|\d{1,3})(?:[、)）是]|[.．](?!\d))|第[一二三四五六七八九十]{1,3}|[①-⑳#>*+-]"
    r"|[（(【\[]?(?:责任|牵头|分管|包保|配合|协办|落实|完成|整改|时限|主办|承办)[\u4e00-\u9fff]{0,6}[：:]|附件?[：:]|抄送|20\d\d年\d{1,2}月\d{1,2}日"
)
"""What begins a line of its own: a number, a label, a date, an annex."""
LEAST_ROWS = 3
"""Lines of a number alone from which a text is a table with one cell a line, where nothing is wrapped."""
CUT_LABEL = re.compile("(?:责任|牵头|分管|包保|配合|协办|落实|主办|承办)[\u4e00-\u9fff]{0,4}[：:]$")
CUT_NUMBER = re.compile("[\\dlO][年月日曰号%％]|[^。；：]曰")
"""What a page or a scanner cut in two: a label from its names, a number from what it counts."""
SHORTEST_WIDTH, WIDEST = 18, 60
"""Characters of a full line in a text whose lines were wrapped by hand or by a page."""
NEARLY, LEAST_FULL = 0.88, 0.2
"""A line nearly as wide as the full ones is full too; at least such a share of the lines of a wrapped text is."""
LONGEST = 3
"""The full width is that of the third longest line: one or two may not be wrapped."""
MISREAD = re.compile(
    r"(?<![A-Za-z\dＯ])(?!O2O)(?:[lIOＯ\d]{2,20}(?![A-Za-zＯ])|[lIOＯ](?=[年月日曰号%％次个家台项条篇份名万处件场小天]))"
    r"|^[ ]*[lI](?=[.．、](?!\d))|(?<=[—-] )[lI](?= [—-])",
    re.MULTILINE,
)
"""Letters a scanner took for digits, beside a digit or before what is counted: 4月3O曰, lO月, l．"""
ALL_LETTERS = re.compile("[lIOＯ]+")
DIGITS = str.maketrans({"l": "1", "I": "1", "O": "0", "Ｏ": "0"})
DAY_SIGN = re.compile(r"(?<=[\dlIOＯ])曰|(?<=工作)曰|(?<=[每逐])曰|(?<=[一二三四五六七八九十])曰(?=[前内至\n]|$)")
COUNTED = set("年月日曰号%％次个家台项条篇份名万处件场小天")
LAST_DAY = re.compile(r"(?<=[\dlO]月)未(?=[前，。；、）\n])")


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
        *_running_heads(raw),
        *_idle_spaces(raw),
        *_soft_breaks(raw),
    ):
        kept[start:end] = bytes(end - start)
    offsets = tuple(place for place, keep in enumerate(kept) if keep)
    return Cleaned(raw, _spelt("".join(raw[place] for place in offsets)), offsets)


def _running_heads(raw: str) -> Iterator[tuple[int, int]]:
    """Yield the lines under a page number that repeat the first line of the document."""
    first = _folded(next((line for line in raw.split("\n") if line.strip()), ""))
    for page in PAGE.finditer(raw):
        if _folded(page["head"]) == first:
            yield page.span("head")


def _folded(line: str) -> str:
    return "".join(line.split())


def _spelt(text: str) -> str:
    """Return *text*, as long as before, with the digits and signs that a scanner misread."""
    digits = MISREAD.sub(_in_digits, text)
    return LAST_DAY.sub("末", DAY_SIGN.sub("日", digits))


def _soft_breaks(raw: str) -> Iterator[tuple[int, int]]:
    """Yield the line ends inside a sentence: after a comma, and in a wrapped text at the end of every full line."""
    spaced = raw.count(" ") > SPACED * len(raw)
    lines = [_folded(line) if spaced else line.strip() for line in raw.split("\n")]
    widths = [_width(line) for line in lines]
    stacked = sum(line.isdecimal() for line in lines) >= LEAST_ROWS
    full = float("inf") if stacked else _full_line(widths)
    at = -1
    for line, width, after, length in zip(lines, widths, lines[1:], map(len, raw.split("\n")), strict=False):
        at += length + 1
        goes_on = line.endswith(("，", "、")) or (width >= full and line[-1] not in "。；：！？”）】》;:!?)")
        begins = OPENS.match(after) is not None and not _is_open(line, after)
        goes_on = goes_on or _is_open(line, after) or _is_cut(line, after)
        if goes_on and after and not begins and not {"\t", "|"} & {*line, *after}:
            yield at, at + 1


def _is_cut(line: str, after: str) -> bool:
    """Tell whether a line ends between a label and its names, or between a number and what it counts."""
    return (CUT_LABEL.search(line) or CUT_NUMBER.search(f"{line[-1:]}{after[:1]}")) is not None


def _in_digits(misread: re.Match[str]) -> str:
    """Return letters as digits; letters alone only where they count something (lO月, lOO%)."""
    counted = misread.string[misread.end() : misread.end() + 1] in COUNTED
    words = misread[0].strip()
    return (
        misread[0] if len(words) > 1 and ALL_LETTERS.fullmatch(words) and not counted else misread[0].translate(DIGITS)
    )


def _is_open(line: str, after: str) -> bool:
    """Tell whether a line ends inside a bracket that the next one closes: （责任领导：鲍 / 小满；…）."""
    opened = max(line.rfind("（"), line.rfind("("))
    closed = min((place for mark in "）)" if (place := after.find(mark)) >= 0), default=-1)
    if opened < 0 or closed < 0 or max(line.rfind("）"), line.rfind(")")) > opened:
        return False
    return max(after.rfind("（", 0, closed), after.rfind("(", 0, closed)) < 0


def _width(line: str) -> float:
    """Return how many Chinese characters wide a line is."""
    return (len(line) + len(WIDE.findall(line))) / 2


def _full_line(widths: list[float]) -> float:
    """Return from which width a line counts as full; no line of a text that is not wrapped does."""
    widest = sorted(widths)[-LONGEST:][0]
    full = widest * NEARLY
    many = sum(width >= full for width in widths)
    wrapped = SHORTEST_WIDTH <= widest <= WIDEST and many >= max(3, LEAST_FULL * sum(width > 0 for width in widths))
    return full if wrapped else float("inf")


def _idle_spaces(raw: str) -> Iterator[tuple[int, int]]:
    """Yield the spaces at the ends of lines and beside Chinese characters, but not those between names."""
    if raw.count(" ") > SPACED * len(raw):
        yield from (match.span() for match in SINGLE.finditer(raw))
    between = {match.start() for names in NAMES.finditer(raw) for match in SPACES.finditer(raw, *names.span())}
    for match in SPACES.finditer(raw):
        start, end = match.span()
        before, after = raw[start - 1 : start], raw[end : end + 1]
        beside = WIDE.match(before) or WIDE.match(after)
        labelled = before not in ("", "\n") and LABEL_AHEAD.match(raw, end)
        if start not in between and not labelled and (before in ("", "\n") or after in ("", "\n") or beside):
            yield start, end


def _chunk_marks(raw: str) -> list[tuple[int, int]]:
    marks = []
    for match in CHUNK.finditer(raw):
        length = match.start() - raw.rfind("\n", 0, match.start())
        if length > CHUNK_LENGTH and raw[match.start() - 1] not in "。；：！？;:!?）)”》":
            marks.append(match.span())
    return [(0, 2), *marks] if marks and raw.startswith("1、") else marks

"""A .pdf with a text layer as text: the lines of each page, ruled tables as rows with cells separated by tabs.

It is read in a process of its own that is ended after a while: a crafted file can keep the reader busy for ever.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from typing import Any

from planner.errors import Unreadable
from planner.formats.apart import answer, read_apart
from planner.formats.package import MAX_CHARACTERS, TOO_LONG

MAX_PAGES = 200
PAGE_NUMBER = re.compile(r"\s*(?:[-—–·]\s*)?\d{1,4}(?:\s*[-—–·])?\s*|第\s*\d{1,4}\s*页.{0,12}")
SAME_LINE = 3
"""Points by which the letters of one line may stand higher or lower."""

NO_TEXT = "这个 PDF 是扫描件，没有文字，读不出内容。请换用 Word 文件，或先用文字识别软件转成文字。"
TOO_MANY_PAGES = f"这个 PDF 超过{MAX_PAGES}页，请只保留计划正文的几页后再试。"
LOCKED_PDF = "这个 PDF 加了密码，请取消密码后再试。"
BROKEN_PDF = "这个 PDF 已损坏，读不出内容。请用原来的软件重新导出，或换用 Word 文件。"
TOO_SLOW = "这个 PDF 太复杂，一分钟还没有读完。请换用 Word 文件。"


def pdf_text(data: bytes) -> str:
    """Return the words of a PDF; raise ``Unreadable`` for one that is locked, scanned, broken, too long or too slow."""
    return read_apart("planner.formats.pdf", data, broken=BROKEN_PDF, slow=TOO_SLOW)


def extract(data: bytes) -> str:
    """Return the words of a PDF, read in this very process; see :func:`pdf_text`."""
    import pdfplumber  # only here: it takes a third of a second to load
    from pdfminer.pdfdocument import PDFPasswordIncorrect
    from pdfplumber.utils.exceptions import PdfminerException

    try:
        with pdfplumber.open(BytesIO(data)) as file:
            if len(file.pages) > MAX_PAGES:
                raise Unreadable(TOO_MANY_PAGES)
            text = _joined(_lines(_page(page) for page in file.pages))
    except PdfminerException as error:
        locked = error.args and isinstance(error.args[0], PDFPasswordIncorrect)
        raise Unreadable(LOCKED_PDF if locked else BROKEN_PDF) from error
    if not text.strip():
        raise Unreadable(NO_TEXT)
    return text


def _joined(lines: Iterator[str]) -> str:
    parts, total = [], 0
    for line in lines:
        parts.append(line)
        total += len(line)
        if total > MAX_CHARACTERS:
            raise Unreadable(TOO_LONG)
    return "\n".join(parts)


Row = list[str]


def _lines(pages: Iterable[Iterable[str | Row]]) -> Iterator[str]:
    """Yield the lines of all pages; a table row that a page cut in two is one again, heads repeated on a page are one."""
    held: Row = []
    head: Row = []
    for page in pages:
        at_top = True
        for part in page:
            if isinstance(part, str):
                if held and PAGE_NUMBER.fullmatch(part):
                    continue
                yield from _told(held)
                yield part
                held, at_top = [], False
            elif at_top and held and part == head:
                continue
            elif at_top and _goes_on(held, part):
                held, at_top = [one + two for one, two in zip(held, part, strict=True)], False
            else:
                yield from _told(held)
                head = head if held else part
                held, at_top = part, False
    yield from _told(held)


def _told(row: Row) -> Iterator[str]:
    if row:
        yield "\t".join(row)


def _goes_on(above: Row, row: Row) -> bool:
    """Tell whether the first row of a page only holds what the last one of the page before had no room for."""
    return len(above) == len(row) and above[0] != "" and row[0] == ""


def _page(page: Any) -> Iterator[str | Row]:
    """Yield the lines of a page and the rows of its tables, from top to bottom."""
    top = page.bbox[1]
    for table in sorted(page.find_tables(), key=lambda table: float(table.bbox[1])):
        if table.bbox[1] > top:
            yield from _words(page.within_bbox((page.bbox[0], top, page.bbox[2], table.bbox[1])))
        yield from _rows(table.extract(y_tolerance=SAME_LINE))
        top = max(top, table.bbox[3])
    if top < page.bbox[3]:
        yield from _words(page.within_bbox((page.bbox[0], top, page.bbox[2], page.bbox[3])))
    page.close()


def _words(part: Any) -> list[str]:
    words = part.extract_text(y_tolerance=SAME_LINE) or ""
    return words.split("\n") if words else []


def _rows(rows: Sequence[Sequence[str | None]]) -> Iterator[str | Row]:
    """Yield table rows; what is under a merged cell has its words, a row of one cell is a line of text."""
    above: list[str] = []
    for row in rows:
        cells = [_cell(cell, above[place] if place < len(above) else "") for place, cell in enumerate(row)]
        if sum(cell is not None for cell in row) == 1:
            yield next(cell for cell in cells if cell is not None)
        elif any(cells):
            above = cells
            yield cells


def _cell(cell: str | None, above: str) -> str:
    return above if cell is None else "".join(cell.split("\n")).strip()


if __name__ == "__main__":
    answer(extract, broken=BROKEN_PDF)

"""A .pdf with a text layer as text: the lines of each page, ruled tables as rows with cells separated by tabs.

It is read in a process of its own that is ended after a while: a crafted file can keep the reader busy for ever.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from planner.errors import Unreadable
from planner.formats.package import MAX_CHARACTERS, TOO_LONG

MAX_PAGES = 200
MAX_SECONDS = 60.0
MAX_MEMORY = 2 * 1024**3
"""Bytes the reading process may take, where the system can limit it."""
SAME_LINE = 3
"""Points by which the letters of one line may stand higher or lower."""

NO_TEXT = "这个 PDF 是扫描件，没有文字，读不出内容。请换用 Word 文件，或先用文字识别软件转成文字。"
TOO_MANY_PAGES = f"这个 PDF 超过{MAX_PAGES}页，请只保留计划正文的几页后再试。"
LOCKED_PDF = "这个 PDF 加了密码，请取消密码后再试。"
BROKEN_PDF = "这个 PDF 已损坏，读不出内容。请用原来的软件重新导出，或换用 Word 文件。"
TOO_SLOW = "这个 PDF 太复杂，一分钟还没有读完。请换用 Word 文件。"


def pdf_text(data: bytes) -> str:
    """Return the words of a PDF; raise ``Unreadable`` for one that is locked, scanned, broken, too long or too slow."""
    paths = os.pathsep.join(path or str(Path.cwd()) for path in sys.path)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "planner.formats.pdf"],
            input=data,
            capture_output=True,
            timeout=MAX_SECONDS,
            env={**os.environ, "PYTHONPATH": paths},
            check=True,
        )
        text, problem = json.loads(done.stdout)
    except subprocess.TimeoutExpired as error:
        raise Unreadable(TOO_SLOW) from error
    except (subprocess.CalledProcessError, ValueError) as error:
        raise Unreadable(BROKEN_PDF) from error
    if problem:
        raise Unreadable(problem)
    return str(text)


def main() -> None:
    """Read a PDF from standard input and write ``[text, sentence about what is wrong]`` for the process that waits."""
    _limit_memory()
    try:
        answer = [extract(sys.stdin.buffer.read()), ""]
    except Unreadable as error:
        answer = ["", error.message]
    except Exception:  # whatever is wrong inside: to the clerk it is one thing
        answer = ["", BROKEN_PDF]
    sys.stdout.write(json.dumps(answer))


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limit; the time limit holds there too
        return
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))


def extract(data: bytes) -> str:
    """Return the words of a PDF, read in this very process; see :func:`pdf_text`."""
    import pdfplumber  # only here: it takes a third of a second to load
    from pdfminer.pdfdocument import PDFPasswordIncorrect
    from pdfplumber.utils.exceptions import PdfminerException

    try:
        with pdfplumber.open(BytesIO(data)) as file:
            if len(file.pages) > MAX_PAGES:
                raise Unreadable(TOO_MANY_PAGES)
            text = _joined(line for page in file.pages for line in _page(page))
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


def _page(page: Any) -> Iterator[str]:
    """Yield the lines of a page from top to bottom, tables where they stand."""
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
    return (part.extract_text(y_tolerance=SAME_LINE) or "").split("\n")


def _rows(rows: Sequence[Sequence[str | None]]) -> Iterator[str]:
    """Yield table rows; what is under a merged cell has its words, a row of one cell is a line of text."""
    above: list[str] = []
    for row in rows:
        cells = [_cell(cell, above[place] if place < len(above) else "") for place, cell in enumerate(row)]
        if sum(cell is not None for cell in row) == 1:
            yield next(cell for cell in cells if cell is not None)
        elif any(cells):
            above = cells
            yield "\t".join(cells)


def _cell(cell: str | None, above: str) -> str:
    return above if cell is None else "".join(cell.split("\n")).strip()


if __name__ == "__main__":
    main()

"""A table as a .docx on A4, in the fonts offices use, with room to write in its empty cells."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from planner.core.ledger import Table

MARGIN, WIDTH = 15, 180
"""Millimetres of A4: the margins at the sides and what is left between them."""


def table_docx(table: Table) -> bytes:
    """Return a Word document with title, note and rows; a table without rows says so."""
    document = docx.Document()
    _set_page(document)
    _write(document.add_paragraph(), table.title, "SimHei", 16, centred=True)
    _write(document.add_paragraph(), table.note, "FangSong", 11)
    if table.rows:
        _grid(document, table)
    else:
        _write(document.add_paragraph(), "没有发现缺口。", "FangSong", 12)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def _set_page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(MARGIN)
    section.top_margin = section.bottom_margin = Mm(18)


def _grid(document: Any, table: Table) -> None:
    grid = document.add_table(rows=1, cols=len(table.columns))
    grid.style, grid.autofit = "Table Grid", False
    whole = sum(column.width for column in table.columns)
    for column, wanted in zip(grid.columns, table.columns, strict=True):
        column.width = Mm(WIDTH * wanted.width / whole)
    for row in [grid.rows[0], *(grid.add_row() for _ in table.rows)]:
        for cell, column in zip(row.cells, table.columns, strict=True):
            cell.width = Mm(WIDTH * column.width / whole)
    for cell, column in zip(grid.rows[0].cells, table.columns, strict=True):
        _write(cell.paragraphs[0], column.title, "SimHei", 10.5, centred=True)
    _repeat(grid.rows[0])
    for row, values in zip(grid.rows[1:], table.rows, strict=True):
        for cell, value in zip(row.cells, values, strict=True):
            _write(cell.paragraphs[0], "" if value is None else str(value), "FangSong", 10.5)


def _repeat(row: Any) -> None:
    """Show the row again at the top of every page."""
    properties = row._tr.get_or_add_trPr()  # noqa: SLF001 - the library offers no other way
    properties.append(properties.makeelement(qn("w:tblHeader"), {}))


def _write(paragraph: Any, words: str, font: str, points: float, *, centred: bool = False) -> None:
    run = paragraph.add_run(words)
    run.font.size, run.font.name = Pt(points), font
    run._element.rPr.rFonts.set(qn("w:eastAsia"), font)  # noqa: SLF001 - else Chinese falls back to another font
    paragraph.paragraph_format.space_after = Pt(0)
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER

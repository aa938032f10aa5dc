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
    shown = table.shown()
    columns = [table.columns[place] for place in shown]
    grid = document.add_table(rows=1, cols=len(columns))
    grid.style, grid.autofit = "Table Grid", False
    whole = sum(column.width for column in columns)
    widths = [Mm(WIDTH * column.width / whole) for column in columns]
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = width
    _fill(grid.rows[0], widths, [column.title for column in columns], "SimHei", centred=True)
    _repeat(grid.rows[0])
    for group, rows in table.parts():
        if group:
            _write(_merged(grid.add_row()), f"{group.title}　{group.note}", "SimHei", 10.5)
        for row in rows:
            _fill(grid.add_row(), widths, ["" if row[place] is None else str(row[place]) for place in shown])


def _fill(row: Any, widths: list[Mm], texts: list[str], font: str = "FangSong", *, centred: bool = False) -> None:
    for cell, width, text in zip(row.cells, widths, texts, strict=True):
        cell.width = width
        _write(cell.paragraphs[0], text, font, 10.5, centred=centred)


def _merged(row: Any) -> Any:
    """Make one cell of a row and return its paragraph."""
    return row.cells[0].merge(row.cells[-1]).paragraphs[0]


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

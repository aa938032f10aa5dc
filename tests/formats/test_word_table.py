"""A table for a meeting, as Word opens it."""

from __future__ import annotations

from io import BytesIO

import docx
from docx.oxml.ns import qn
from docx.shared import Mm

from planner.core.ledger import Column, Group, Table
from planner.formats.word_table import table_docx

COLUMNS = (Column("序号", 5), Column("要定什么", 30), Column("答复", 20))


def test_rows_fonts_and_page() -> None:
    rows = ((1, "由谁负责？", ""), (2, "=1+1", None))
    document = docx.Document(BytesIO(table_docx(Table("缺口清单", "共2处。", COLUMNS, rows))))
    assert [paragraph.text for paragraph in document.paragraphs] == ["缺口清单", "共2处。"]
    cells = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert cells == [["序号", "要定什么", "答复"], ["1", "由谁负责？", ""], ["2", "=1+1", ""]]
    runs = [run for cell in document.tables[0].rows[1].cells for run in cell.paragraphs[0].runs]
    assert {run._element.rPr.rFonts.get(qn("w:eastAsia")) for run in runs} == {"FangSong"}  # noqa: SLF001
    assert round((document.sections[0].page_width or Mm(0)).mm) == 210


def test_an_empty_table_says_so() -> None:
    document = docx.Document(BytesIO(table_docx(Table("缺口清单", "共0处。", COLUMNS, ()))))
    assert document.paragraphs[-1].text == "没有发现缺口。" and document.tables == []


def test_groups_have_a_line_across_and_empty_optional_columns_stay_away() -> None:
    columns = (*COLUMNS, Column("佐证", 8, optional=True))
    rows = ((1, "x", "", ""), (1, "y", "", ""))
    table = Table("台账", "", columns, rows, (Group("武长庚", "共1件。", 1), Group("蒋志检", "共1件。", 1)))
    grid = docx.Document(BytesIO(table_docx(table))).tables[0]
    assert [[cell.text for cell in row.cells] for row in grid.rows] == [
        ["序号", "要定什么", "答复"],
        ["武长庚　共1件。"] * 3,
        ["1", "x", ""],
        ["蒋志检　共1件。"] * 3,
        ["1", "y", ""],
    ]

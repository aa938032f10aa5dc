"""A table of the ledger as a workbook that prints as an office expects: A4 landscape, one page wide."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, cast

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.properties import PageSetupProperties

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

    from planner.core.ledger import Table

NOTHING = "没有这样的事项。"
TITLE_ROW, NOTE_ROW, HEADER_ROW = 1, 2, 3
LINE_HEIGHT = 15.0
"""Points: eleven-point type."""
DATE_FORMAT = "yyyy-mm-dd"
LONGEST_SHEET_NAME = 31
LONGEST_TEXT = 32_767
"""Characters a cell of the format can hold."""

TITLE_FONT = Font(name="宋体", size=18, bold=True)
HEADER_FONT = Font(name="宋体", size=11, bold=True)
BODY_FONT = Font(name="宋体", size=11)
HEADER_FILL = PatternFill("solid", fgColor="E7E6E6")
THIN = Side(style="thin", color="808080")
GRID = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
CENTRED = Alignment(horizontal="center", vertical="center", wrap_text=True)
LEFT = Alignment(horizontal="left", vertical="center", wrap_text=True)

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_NOT_IN_SHEET_NAME = re.compile(r"[\\/*?:\[\]]")


def table_xlsx(table: Table) -> bytes:
    """Return the workbook of one table: title, note, headings, rows; a table without rows says so in one line.

    Days are real dates and figures real numbers; every text stays a text, whatever it starts with.
    """
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = _sheet_name(table.title)
    _write_front(sheet, table)
    _write_rows(sheet, table)
    _set_up_page(sheet)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _write_front(sheet: Worksheet, table: Table) -> None:
    width = len(table.columns)
    _write_across(sheet, TITLE_ROW, table.title, width, TITLE_FONT, CENTRED)
    _write_across(sheet, NOTE_ROW, table.note, width, BODY_FONT, LEFT)
    sheet.row_dimensions[TITLE_ROW].height = 32.0
    sheet.row_dimensions[NOTE_ROW].height = _height([(table.note, sum(column.width for column in table.columns))])
    sheet.row_dimensions[HEADER_ROW].height = _height((column.title, column.width) for column in table.columns)
    for number, column in enumerate(table.columns, 1):
        _write(sheet, HEADER_ROW, number, column.title, HEADER_FONT, CENTRED).fill = HEADER_FILL
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    sheet.freeze_panes = f"A{HEADER_ROW + 1}"


def _write_rows(sheet: Worksheet, table: Table) -> None:
    widths = [column.width for column in table.columns]
    for number, row in enumerate(table.rows, HEADER_ROW + 1):
        for column, value in enumerate(row, 1):
            _write(sheet, number, column, value, BODY_FONT, LEFT if isinstance(value, str) else CENTRED)
        sheet.row_dimensions[number].height = _height(zip(row, widths, strict=True))
    if not table.rows:
        _write_across(sheet, HEADER_ROW + 1, NOTHING, len(table.columns), BODY_FONT, CENTRED)


def _write_across(sheet: Worksheet, row: int, text: str, width: int, font: Font, alignment: Alignment) -> None:
    _write(sheet, row, 1, text, font, alignment).border = Border()
    sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=width)


def _write(
    sheet: Worksheet, row: int, column: int, value: str | float | date | None, font: Font, alignment: Alignment
) -> Cell:
    cell = cast("Cell", sheet.cell(row, column))
    if isinstance(value, str):
        value = _UNWRITABLE.sub("", value.replace("\r\n", "\n"))[:LONGEST_TEXT]
        cell.value = value
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(_FORMULA_STARTS)
    else:
        cell.value = value
        if isinstance(value, date):
            cell.number_format = DATE_FORMAT
    cell.font, cell.alignment, cell.border = font, alignment, GRID
    return cell


def _set_up_page(sheet: Worksheet) -> None:
    sheet.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = int(sheet.PAPERSIZE_A4)
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_options.horizontalCentered = True
    sheet.oddFooter = HeaderFooterItem()
    sheet.oddFooter.center.text = "第 &P 页，共 &N 页"


def _sheet_name(title: str) -> str:
    """Return a name the format allows: at most 31 characters, some forbidden, never empty."""
    name = _NOT_IN_SHEET_NAME.sub(" ", _UNWRITABLE.sub("", title)).strip(" '\n\t")[:LONGEST_SHEET_NAME].strip(" '")
    return name or "台账"


def _height(cells: Iterable[tuple[object, float]]) -> float:
    """Return points for a row of (value, width in characters): not every program fits rows to their text."""
    return LINE_HEIGHT * max((_lines(str(value), width) for value, width in cells), default=1) + 4


def _lines(text: str, width: float) -> int:
    """Count the lines *text* wraps to; a Chinese character takes two places."""
    room = max(2.0, width - 1)
    return sum(1 + int((len(line.encode("gb18030", "replace")) - 1) // room) for line in text.split("\n"))

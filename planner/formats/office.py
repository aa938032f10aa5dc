"""A table of the ledger as a workbook that prints as an office expects: A4 landscape, one page wide."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties

from planner.core import ledger

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell

NOTHING = "没有这样的事项。"
HEADER_ROW = 3
LINE_HEIGHT = 15.0
"""Points: eleven-point type."""
HIGHEST_ROW = 409.0
DATE_FORMAT = "yyyy-mm-dd"
LONGEST_SHEET_NAME = 31
LONGEST_TEXT = 32_767
"""Characters a cell of the format can hold."""
LONGEST_FOOTER = 200
"""The format has 255 for its three parts together."""
PAPER_A4 = 9
MARGINS = PageMargins(left=0.59, right=0.59, top=0.59, bottom=0.7, header=0.3, footer=0.35)
"""Inches: 15 mm, and room for the foot."""
NARROW = 9
"""Characters up to which a column holds names and codes, which stand in its middle; wider ones hold sentences."""

TITLE_SIZE, BODY_SIZE = 18, 11
TITLE_FONT = Font(name="宋体", size=TITLE_SIZE, bold=True)
HEADER_FONT = Font(name="宋体", size=BODY_SIZE, bold=True)
BODY_FONT = Font(name="宋体", size=BODY_SIZE)
HEADER_FILL = PatternFill("solid", fgColor="E7E6E6")
GROUP_FILL = PatternFill("solid", fgColor="F5F5F5")
THIN = Side(style="thin", color="808080")
GRID = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
CENTRED = Alignment(horizontal="center", vertical="center", wrap_text=True)
LEFT = Alignment(horizontal="left", vertical="center", wrap_text=True)

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_NOT_IN_SHEET_NAME = re.compile(r"[\\/*?:\[\]]")


def table_xlsx(table: ledger.Table, *, footer: str = "") -> bytes:
    """Return the workbook of one table: title, note, headings, rows; a table without rows says so in one line.

    Days are real dates and figures real numbers; every text stays a text, whatever it starts with. A group has its
    name and counts in a line across; only a table without groups can be filtered. Optional columns with nothing in
    them are there, but hidden. *footer* stands at the foot of every page beside its number: 截至2024年7月1日　党政办.
    """
    book = Workbook(write_only=True)
    # Columns are measured in digits of this font; the library offers no other way to it.
    book._named_styles["Normal"].font = BODY_FONT  # type: ignore[attr-defined]  # noqa: SLF001
    sheet = book.create_sheet(_sheet_name(table.title))
    _set_up_columns(sheet, table)
    _set_up_page(sheet, footer)
    _write_lines(sheet, table)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


# The library's stubs leave out most of a sheet that is written row by row, hence Any. What concerns its columns and
# its window must be set before the first row.


def _set_up_columns(sheet: Any, table: ledger.Table) -> None:
    shown = table.shown()
    for place, column in enumerate(table.columns):
        dimension = sheet.column_dimensions[get_column_letter(place + 1)]
        dimension.width, dimension.hidden = column.width, place not in shown
    sheet.freeze_panes = f"A{HEADER_ROW + 1}"


def _set_up_page(sheet: Any, footer: str) -> None:
    sheet.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = PAPER_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.page_margins = MARGINS
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_options.horizontalCentered = True
    sheet.HeaderFooter.oddFooter.left.text = _plain(footer)[:LONGEST_FOOTER].replace("&", "&&") or None
    sheet.HeaderFooter.oddFooter.center.text = "第 &P 页，共 &N 页"


def _write_lines(sheet: Any, table: ledger.Table) -> None:
    last, number = get_column_letter(len(table.columns)), 0
    for line in _lines(_Pens(sheet), table):
        number += 1
        sheet.row_dimensions[number].height = line.height
        if line.across:
            sheet.merged_cells.add(f"A{number}:{last}{number}")
        sheet.append(line.cells)
    sheet.print_area = f"A1:{last}{number}"
    if table.rows and not table.groups:
        sheet.auto_filter.ref = f"A{HEADER_ROW}:{last}{number}"


class _Pens:
    """The cells of a sheet in writing, one for each look: each is written before it is filled again.

    To give every cell its look anew takes the library longer than to write it.
    """

    def __init__(self, sheet: Any) -> None:
        self.title = _pen(sheet, TITLE_FONT, CENTRED)
        self.note = _pen(sheet, BODY_FONT, LEFT)
        self.nothing = _pen(sheet, BODY_FONT, CENTRED)
        self.header = _pen(sheet, HEADER_FONT, CENTRED, GRID, HEADER_FILL)
        self.group = _pen(sheet, HEADER_FONT, LEFT, GRID, GROUP_FILL)
        self.text = _pen(sheet, BODY_FONT, LEFT, GRID)
        self.sign = _pen(sheet, BODY_FONT, LEFT, GRID)
        self.sign.quotePrefix = True
        self.short = _pen(sheet, BODY_FONT, CENTRED, GRID)
        self.day = _pen(sheet, BODY_FONT, CENTRED, GRID)
        self.day.number_format = DATE_FORMAT

    def fill(self, value: ledger.Cell, width: float) -> Cell:
        """Return the cell for *value* in a column; ``sign`` is for texts that begin as a formula does."""
        if not isinstance(value, str):
            return _filled(self.day if isinstance(value, date) else self.short, value)
        text = _plain(value)
        if text.startswith(_FORMULA_STARTS):
            return _filled(self.sign, text)
        return _filled(self.short if width <= NARROW else self.text, text)


def _pen(
    sheet: Any, font: Font, alignment: Alignment, border: Border | None = None, fill: PatternFill | None = None
) -> Cell:
    cell = WriteOnlyCell(sheet)
    cell.font, cell.alignment = font, alignment
    cell.border, cell.fill = border or Border(), fill or PatternFill()
    return cell


def _filled(pen: Cell, value: ledger.Cell) -> Cell:
    """Return *pen* with a value in it: a text as a text, one without characters as an empty cell."""
    pen.value = None if value == "" else value
    if isinstance(value, str) and value:
        pen.data_type = "s"
    return pen


class _Line(NamedTuple):
    """A row in writing: its cells, each written before the next is asked for, its points, and whether it is merged."""

    cells: Iterator[Cell]
    height: float
    across: bool = False


def _lines(pens: _Pens, table: ledger.Table) -> Iterator[_Line]:
    widths = [column.width for column in table.columns]
    room, count = sum(widths[place] for place in table.shown()), len(widths)
    yield _Line(_across(pens.title, table.title, 1), _title_height(table.title, room), True)
    yield _Line(_across(pens.note, table.note, 1), _height([(table.note, room)]), True)
    titles = [column.title for column in table.columns]
    yield _Line((_filled(pens.header, title) for title in titles), _height(zip(titles, widths, strict=True)))
    for group, rows in table.parts():
        if group:
            text = f"{group.title}　{group.note}"
            yield _Line(_across(pens.group, text, count), _height([(text, room)]), True)
        for row in rows:
            cells = tuple(zip(row, widths, strict=True))
            yield _Line((pens.fill(*cell) for cell in cells), _height(cells))
    if not table.rows:
        yield _Line(_across(pens.nothing, NOTHING, 1), _height([(NOTHING, room)]), True)


def _across(pen: Cell, text: str, count: int) -> Iterator[Cell]:
    """Yield the cells of a line across: the text in the first, the others for the lines around them."""
    yield _filled(pen, _plain(text))
    yield from (_filled(pen, None) for _ in range(count - 1))


def _plain(text: str) -> str:
    """Return the text without what the format cannot hold."""
    return _UNWRITABLE.sub("", text.replace("\r\n", "\n"))[:LONGEST_TEXT]


def _sheet_name(title: str) -> str:
    """Return a name the format allows: at most 31 characters, some forbidden, never empty."""
    name = _NOT_IN_SHEET_NAME.sub(" ", _UNWRITABLE.sub("", title)).strip(" '\n\t")[:LONGEST_SHEET_NAME].strip(" '")
    return name or "台账"


def _height(cells: Iterable[tuple[object, float]]) -> float:
    """Return points for a row of (value, width in characters): not every program fits rows to their text."""
    lines = max((_line_count(str(value), width) for value, width in cells if value), default=1)
    return min(HIGHEST_ROW, LINE_HEIGHT * lines + 6)


def _title_height(title: str, width: float) -> float:
    larger = TITLE_SIZE / BODY_SIZE
    return min(HIGHEST_ROW, _height([(title, width / larger)]) * larger)


def _line_count(text: str, width: float) -> int:
    """Count the lines *text* wraps to; a Chinese character takes two places, and a mark may pull one to its line."""
    room = max(2.0, width * 0.92 - 1)
    return sum(1 + int((len(line.encode("gb18030", "replace")) - 1) // room) for line in text.split("\n"))

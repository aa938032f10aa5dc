"""The workbook of a table, read back by the library that wrote it and by eye of its raw XML."""

import re
import zipfile
from datetime import date
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from planner.core.ledger import Column, Table
from planner.formats.office import NOTHING, table_xlsx

COLUMNS = (Column("编号", 8), Column("事项", 30), Column("到期日", 12), Column("逾期工作日", 8))


def _table(*rows: tuple[str | int | float | date | None, ...]) -> Table:
    return Table("逾期清单", "截至2024年7月1日。到期应办 9 件。", COLUMNS, rows)


def _sheet(table: Table) -> Worksheet:
    return load_workbook(BytesIO(table_xlsx(table))).worksheets[0]


def _values(sheet: Worksheet, row: int) -> list[object]:
    return [cell.value for cell in sheet[row]]


def test_title_note_headings_and_rows() -> None:
    sheet = _sheet(_table(("2-4", "专职安全员培训考核", date(2024, 6, 30), 1)))
    assert sheet["A1"].value == "逾期清单"
    assert sheet["A2"].value == "截至2024年7月1日。到期应办 9 件。"
    assert _values(sheet, 3) == ["编号", "事项", "到期日", "逾期工作日"]
    assert sheet["A4"].value == "2-4"
    assert sheet["D4"].value == 1


def test_days_are_dates_and_keep_their_day() -> None:
    cell = _sheet(_table(("2", "x", date(2024, 6, 30), None)))["C4"]
    assert cell.is_date
    assert f"{cell.value:%Y-%m-%d}" == "2024-06-30"
    assert cell.number_format == "yyyy-mm-dd"


def test_it_prints_on_one_width_of_a4_with_its_headings_repeated() -> None:
    sheet = _sheet(_table(("2", "x", None, 1)))
    assert sheet.freeze_panes == "A4"
    assert sheet.print_title_rows == "$3:$3"
    assert sheet.page_setup.orientation == "landscape"
    assert int(sheet.page_setup.paperSize or 0) == 9
    assert sheet.page_setup.fitToWidth == 1
    assert sheet.page_setup.fitToHeight == 0
    assert sheet.sheet_properties.pageSetUpPr is not None
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet["B4"].alignment.wrap_text


@pytest.mark.parametrize("text", ["=1+1", '=HYPERLINK("http://x")', "+86", "-3", "@SUM(A1)", "\t=1"])
def test_a_text_is_never_a_formula(text: str) -> None:
    data = table_xlsx(_table(("1", text, None, None)))
    cell = load_workbook(BytesIO(data)).worksheets[0]["B4"]
    assert (cell.value, cell.data_type) == (text, "s")
    assert cell.quotePrefix
    with zipfile.ZipFile(BytesIO(data)) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


def test_rows_grow_with_their_text() -> None:
    sheet = _sheet(_table(("1", "短", None, 1), ("2", "很长的事项" * 20, None, 1)))
    short, long = sheet.row_dimensions[4].height, sheet.row_dimensions[5].height
    assert short is not None
    assert long is not None
    assert long > 3 * short


def test_no_rows_say_so_in_one_line() -> None:
    sheet = _sheet(_table())
    assert sheet["A4"].value == NOTHING
    assert sheet.max_row == 4


@pytest.mark.parametrize(
    ("title", "name"),
    [("台账：2024/06 [草稿]", "台账：2024 06  草稿"), ("", "台账"), ("长" * 40, "长" * 31), ("'", "台账")],
)
def test_the_sheet_has_a_permitted_name(title: str, name: str) -> None:
    assert _sheet(Table(title, "", COLUMNS, ())).title == name


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_makes_a_readable_workbook(title: str, text: str) -> None:
    sheet = _sheet(Table(title, text, COLUMNS, (("1", text, None, 1),)))
    written = re.sub("[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]", "", text.replace("\r\n", "\n"))
    assert (sheet["B4"].value or "") == written

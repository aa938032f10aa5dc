"""The workbook of a table, read back by the library that wrote it and by eye of its raw XML."""

import re
import zipfile
from datetime import date
from io import BytesIO

import pdfplumber
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from planner.core.ledger import Column, Group, Table
from planner.core.ledger_tables import Grouping, task_ledger_table
from planner.core.status import State
from planner.formats import conversion
from planner.formats.office import NOTHING, table_xlsx
from tests.core.entries import DAYS_2024, entry, june

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
    assert sheet.print_area == f"'{sheet.title}'!$A$1:$D$4"


def test_the_foot_has_the_page_and_what_the_caller_says() -> None:
    assert _foot("截至2024年7月1日　党政办&\x01综治办") == "&L截至2024年7月1日　党政办&&综治办&C第 &P 页，共 &N 页"
    assert _foot("") == "&C第 &P 页，共 &N 页"
    assert len(_foot("长" * 300)) <= 255


def _foot(words: str) -> str:
    with zipfile.ZipFile(BytesIO(table_xlsx(_table(), footer=words))) as book:
        sheet = etree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    return str(next(sheet.iter("{*}oddFooter")).text)


def test_the_headings_filter_the_rows() -> None:
    assert _sheet(_table(("1", "x", None, 1), ("2", "y", None, 2))).auto_filter.ref == "A3:D5"
    assert _sheet(_table()).auto_filter.ref is None


def test_a_group_has_its_name_and_counts_in_a_line_across() -> None:
    groups = (Group("武长庚", "逾期未办 1 件。", 1), Group("责任领导未明确", "逾期未办 2 件。", 2))
    rows = (("1", "x", None, 1), ("2", "y", None, 2), ("3", "z", None, 3))
    sheet = _sheet(Table("逾期清单", "", COLUMNS, rows, groups))
    assert [sheet.cell(number, 1).value for number in range(4, 9)] == [
        "武长庚　逾期未办 1 件。", "1", "责任领导未明确　逾期未办 2 件。", "2", "3",
    ]  # fmt: skip
    assert {str(merged) for merged in sheet.merged_cells.ranges} == {"A1:D1", "A2:D2", "A4:D4", "A6:D6"}
    assert sheet.auto_filter.ref is None, "a filter would take the headings for rows"


def test_optional_columns_with_nothing_in_them_are_there_but_hidden() -> None:
    columns = (*COLUMNS, Column("佐证", 8, optional=True), Column("备注", 12, optional=True))
    sheet = _sheet(Table("台账", "", columns, (("1", "x", None, 1, "", "示例"), ("2", "y", None, 2, None, ""))))
    assert _values(sheet, 3)[4:] == ["佐证", "备注"]
    assert [sheet.column_dimensions[letter].hidden for letter in "ABCDEF"] == [False] * 4 + [True, False]


def test_names_stand_in_the_middle_and_sentences_to_the_left() -> None:
    sheet = _sheet(_table(("2-4", "考核", date(2024, 6, 30), 1)))
    assert [cell.alignment.horizontal for cell in sheet[4]] == ["center", "left", "center", "center"]


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
    endless = _sheet(_table(("1", "很长的事项" * 5000, None, 1))).row_dimensions[4].height
    assert endless == 409, "the format knows no higher row"


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


@pytest.mark.skipif(conversion.find_office() is None, reason="LibreOffice is not on this machine")
def test_a_task_ledger_prints_one_page_wide_with_its_headings_on_every_page() -> None:
    entries = [
        entry(number, State.IN_PROGRESS, june(number % 30 + 1), progress="已检查5家，发现隐患7条" * 3)
        for number in range(1, 61)
    ]
    table = task_ledger_table(entries, june(20), DAYS_2024, by=Grouping.LEADER)
    printed = conversion.converted(table_xlsx(table, footer="截至2024年6月20日"), "xlsx", "pdf")
    with pdfplumber.open(BytesIO(printed)) as pdf:
        pages = [page.extract_text() for page in pdf.pages]
        assert {(round(page.width), round(page.height)) for page in pdf.pages} == {(842, 595)}
        assert min(char["size"] for page in pdf.pages for char in page.chars) > 5
    assert 2 < len(pages) < 12
    assert all("工作任务（原文）" in page and "截至2024年6月20日" in page for page in pages)
    assert all("佐证" not in page for page in pages)
    assert sum(page.count("专职安全员培训考核") for page in pages) == 60


@pytest.mark.skipif(conversion.find_office() is None, reason="LibreOffice is not on this machine")
def test_another_program_keeps_days_texts_and_filter() -> None:
    data = table_xlsx(_table(("5-1", "=1+1", date(2024, 6, 30), 1)))
    older = conversion.converted(data, "xlsx", "xls")
    sheet = load_workbook(BytesIO(conversion.converted(older, "xls", "xlsx"))).worksheets[0]
    assert (sheet["A4"].value, sheet["B4"].value, sheet["D4"].value) == ("5-1", "=1+1", 1)
    assert sheet["B4"].data_type == "s"
    assert f"{sheet['C4'].value:%Y-%m-%d}" == "2024-06-30"
    assert sheet.auto_filter.ref == "A3:D4"

"""Workbooks as clerks keep them."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date, time
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook

from planner.core.plan import item_deadlines
from planner.errors import Unreadable
from planner.formats import package, sheet
from planner.formats.intake import read_text
from planner.reading.document import read_plan

HEAD = ["序号", "工作任务", "责任领导", "责任单位", "完成时限"]


def saved(book: Workbook) -> bytes:
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def book_of(*rows: list[Any]) -> tuple[Workbook, Any]:
    book = Workbook()
    active: Any = book.active
    for row in rows:
        active.append(row)
    return book, active


def text_of(book: Workbook) -> str:
    return read_text(saved(book), "任务.xlsx").strip("\n")


def test_a_task_table_is_read_with_merged_cells_dates_and_notes() -> None:
    book, rows = book_of(
        ["柳河镇2024年重点工作任务表"], HEAD, ["一、安全生产"],
        [1, "组织安全员\n培训考核", "王建国", "应急办", date(2024, 6, 30)],
        [2, "开展烟花店检查", None, "应急办", "每季度"],
        ["注：各单位每月28日前报进展。"],
    )  # fmt: skip
    for cells in ("A1:E1", "A3:E3", "C4:C5", "A6:E6"):
        rows.merge_cells(cells)
    rows["E4"].number_format = "yyyy/m/d"
    assert text_of(book).split("\n") == [
        "柳河镇2024年重点工作任务表",
        "\t".join(HEAD),
        "一、安全生产",
        "1\t组织安全员 培训考核\t王建国\t应急办\t2024年6月30日",
        "2\t开展烟花店检查\t王建国\t应急办\t每季度",
        "注：各单位每月28日前报进展。",
    ]
    plan = read_plan(read_text(saved(book), "任务.xlsx"))
    assert [[name.name for name in item.responsibility.leaders] for item in plan.items] == [["王建国"], ["王建国"]]
    assert item_deadlines(plan.items[0])[0].due == date(2024, 6, 30)
    assert [item.section for item in plan.items] == ["安全生产", "安全生产"]


@pytest.mark.parametrize(
    ("value", "form", "shown"),
    [
        (0.95, "0%", "95%"),
        (0.9496, "0.00%", "94.96%"),
        (3.0, "General", "3"),
        (0.1 + 0.2, "General", "0.3"),
        (True, "General", "是"),
        (False, "General", "否"),
        (time(9, 5), "h:mm", "09:05"),
        (date(2024, 6, 1), 'yyyy"年"m"月"', "2024年6月"),
        (date(2024, 6, 3), 'm"月"d"日"', "6月3日"),
        (date(2024, 6, 3), "yyyy-mm-dd", "2024年6月3日"),
        ("=1+1", "General", ""),
    ],
)
def test_cells_are_read_as_they_are_shown(value: object, form: str, shown: str) -> None:
    book, rows = book_of(["甲", value, "乙"])
    rows["B1"].number_format = form
    assert text_of(book) == f"甲\t{shown}\t乙"


def test_sheets_follow_each_other_hidden_and_empty_ones_left_out() -> None:
    book, rows = book_of(["甲", "乙"])
    rows.title = "安全"
    book.create_sheet("空")
    book.create_sheet("Sheet3").append(["丙", "丁"])
    hidden = book.create_sheet("藏")
    hidden.append(["戊", "己"])
    hidden.sheet_state = "hidden"
    assert text_of(book) == "安全\n甲\t乙\n\n丙\t丁"


def test_a_lone_number_keeps_its_column() -> None:
    book, _ = book_of(["1", None, None], [None, "只有任务", None])
    assert text_of(book) == "1\n\t只有任务"


@pytest.mark.parametrize("place", [(sheet.MAX_ROWS + 1, 1), (1, sheet.MAX_COLUMNS + 1)])
def test_a_gigantic_sheet_is_refused(place: tuple[int, int]) -> None:
    book, rows = book_of(["甲"])
    rows.cell(*place, "乙")
    with pytest.raises(Unreadable) as refused:
        text_of(book)
    assert refused.value.message == package.TOO_LARGE


def test_a_flood_of_repeated_words_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "MAX_CHARACTERS", 5)
    book, _ = book_of(["一二三四五六"])
    with pytest.raises(Unreadable) as refused:
        sheet.extract(saved(book))
    assert refused.value.message == package.TOO_LONG


def test_merged_cells_that_cover_a_whole_sheet_are_refused() -> None:
    book, rows = book_of(HEAD)
    rows.merge_cells("F3:CZ4")
    file = with_part(saved(book), "sheet1.xml", lambda part: part.replace(b"F3:CZ4", b"F3:CZ20000"))
    with pytest.raises(Unreadable) as refused:
        read_text(file, "表.xlsx")
    assert refused.value.message == package.TOO_LARGE


def test_entities_do_not_run_in_a_part_of_any_name() -> None:
    old, file = BytesIO(saved(book_of(["甲"])[0])), BytesIO()
    with zipfile.ZipFile(old) as before, zipfile.ZipFile(file, "w") as after:
        for name in before.namelist():
            part = before.read(name).replace(b"sheet1.xml", b"sheet1.bin")
            entity = b'<!DOCTYPE x [<!ENTITY a "hello">]>' if name.endswith("sheet1.xml") else b""
            after.writestr(name.replace("sheet1.xml", "sheet1.bin"), entity + part)
    with pytest.raises(Unreadable):
        read_text(file.getvalue(), "表.xlsx")


def with_part(data: bytes, ending: str, change: Callable[[bytes], bytes]) -> bytes:
    """Return a package with the part of that name changed."""
    file = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as before, zipfile.ZipFile(file, "w") as after:
        for name in before.namelist():
            part = before.read(name)
            after.writestr(name, change(part) if name.endswith(ending) else part)
    return file.getvalue()


def test_a_part_with_a_document_type_is_refused() -> None:
    old = BytesIO(saved(book_of(["甲"])[0]))
    file = BytesIO()
    with zipfile.ZipFile(old) as before, zipfile.ZipFile(file, "w") as after:
        for name in before.namelist():
            body = before.read(name)
            after.writestr(name, b'<!DOCTYPE a [<!ENTITY x "y">]>' + body if name.endswith("sheet1.xml") else body)
    with pytest.raises(Unreadable) as refused:
        read_text(file.getvalue(), "任务.xlsx")
    assert refused.value.message == package.BROKEN


def test_a_damaged_workbook_is_refused() -> None:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    with pytest.raises(Unreadable) as refused:
        read_text(file.getvalue(), "任务.xlsx")
    assert refused.value.message == package.BROKEN

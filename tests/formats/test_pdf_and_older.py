"""PDF and older formats, made by LibreOffice from what Word would write: the same plan in every form."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
from openpyxl import Workbook

from planner.core.plan import item_deadlines
from planner.errors import Unreadable
from planner.formats import apart, conversion, intake, package, pdf
from planner.formats.intake import read_text
from planner.reading.document import read_plan

LINES = [
    "柳河镇2024年安全生产工作要点",
    "一、夯实基础",
    "1.加强培训。6月底前，组织专职安全员培训考核，培训率达到95%以上。（责任领导：王建国，责任部门：应急部门）",
    "2.排查风险。各村每季度开展一次风险辨识，形成风险清单和整改清单，长期坚持宣传教育活动，做到家喻户晓、人人皆知，"
    "营造良好的安全生产氛围。（责任领导：李秀英、赵明，责任部门：农业、应急部门）",
]
HEAD = ["序号", "工作任务", "责任领导", "责任单位", "完成时限"]
ROWS = [
    ["1", "组织安全员培训考核", "王建国", "应急办", "6月底前"],
    ["2", "检查收割机", "李秀英", "农业站", "7月10日前"],
]
pytestmark = pytest.mark.skipif(conversion.find_office() is None, reason="LibreOffice is not on this machine")


def written(paragraphs: list[str]) -> bytes:
    document, file = docx.Document(), BytesIO()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    document.save(file)
    return file.getvalue()


def table() -> bytes:
    book, file = Workbook(), BytesIO()
    rows: Any = book.active
    for row in (["2024年任务表"], HEAD, *ROWS):
        rows.append(row)
    book.save(file)
    return file.getvalue()


def ruled() -> bytes:
    """Return a Word file with a ruled table."""
    document, file = docx.Document(), BytesIO()
    document.add_paragraph("2024年任务表")
    grid = document.add_table(rows=0, cols=5)
    grid.style = "Table Grid"
    for row in (HEAD, *ROWS):
        for cell, words in zip(grid.add_row().cells, row, strict=True):
            cell.text = words
    document.save(file)
    return file.getvalue()


def understood(data: bytes, name: str) -> list[tuple[str, list[str], list[str], list[date | None]]]:
    return [
        (
            item.number,
            [one.name for one in item.responsibility.leaders],
            [one.name for one in item.responsibility.departments],
            [rule.due for rule in item_deadlines(item)],
        )
        for item in read_plan(read_text(data, name)).items
    ]


@pytest.mark.parametrize("kind", ["doc", "rtf", "pdf"])
def test_a_written_plan_is_the_same_in_every_format(kind: str) -> None:
    word = written(LINES)
    assert understood(conversion.converted(word, "docx", kind), f"要点.{kind}") == understood(word, "要点.docx")
    assert understood(word, "要点.docx")[0] == ("1", ["王建国"], ["应急部门"], [date(2024, 6, 30)])


def test_a_table_is_the_same_in_every_format() -> None:
    sheet = table()
    expected = understood(sheet, "任务.xlsx")
    assert expected[1] == ("2", ["李秀英"], ["农业站"], [date(2024, 7, 10)])
    assert understood(conversion.converted(sheet, "xlsx", "xls"), "任务.et") == expected
    assert understood(conversion.converted(ruled(), "docx", "pdf"), "任务.pdf") == expected


def test_a_scan_has_no_text() -> None:
    with pytest.raises(Unreadable) as refused:
        read_text(conversion.converted(written([""]), "docx", "pdf"), "扫描.pdf")
    assert refused.value.message == pdf.NO_TEXT


def test_a_row_that_a_page_cuts_in_two_is_one_row() -> None:
    document, file = docx.Document(), BytesIO()
    document.add_paragraph("2024年任务表")
    grid = document.add_table(rows=0, cols=3)
    grid.style = "Table Grid"
    words = "检查收割机、拖拉机和插秧机并逐台登记造册，"
    for row in (
        ["序号", "工作任务", "责任单位"],
        *([str(n), words * 25 + "7月底前完成。", "农业站"] for n in range(1, 7)),
    ):
        for cell, told in zip(grid.add_row().cells, row, strict=True):
            cell.text = told
    document.save(file)
    plan = read_plan(pdf.pdf_text(conversion.converted(file.getvalue(), "docx", "pdf")))
    assert [item.number for item in plan.items] == ["1", "2", "3", "4", "5", "6"]
    assert all(words in item.text.replace("\n", "") for item in plan.items)


def test_limits_on_pages_words_and_time(monkeypatch: pytest.MonkeyPatch) -> None:
    file = conversion.converted(written(LINES), "docx", "pdf")
    for limit, value, sentence in (("MAX_PAGES", 0, pdf.TOO_MANY_PAGES), ("MAX_CHARACTERS", 9, package.TOO_LONG)):
        with monkeypatch.context() as patched, pytest.raises(Unreadable) as refused:
            patched.setattr(pdf, limit, value)
            pdf.extract(file)
        assert refused.value.message == sentence
    monkeypatch.setattr(apart, "MAX_SECONDS", 0.001)
    with pytest.raises(Unreadable) as slow:
        pdf.pdf_text(file)
    assert slow.value.message == pdf.TOO_SLOW


@pytest.mark.parametrize("junk", [b"%PDF-1.7", b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>"])
def test_a_broken_pdf(junk: bytes) -> None:
    with pytest.raises(Unreadable) as refused:
        read_text(junk, "坏.pdf")
    assert refused.value.message in (pdf.BROKEN_PDF, pdf.NO_TEXT)


def test_what_only_looks_like_an_older_file() -> None:
    magic = bytes.fromhex("d0cf11e0a1b11ae1")
    with pytest.raises(Unreadable) as refused:
        read_text(magic + b"\0" * 512, "旧.doc")
    assert refused.value.message == intake.NOT_OFFICE


def test_without_libreoffice_the_clerk_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversion, "find_office", lambda: None)
    with pytest.raises(Unreadable) as refused:
        conversion.converted(b"x", "doc", "docx")
    assert refused.value.message == conversion.NOT_INSTALLED


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands for the program")
def test_a_conversion_that_makes_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "soffice"
    program.write_text("#!/bin/sh\nexit 0\n")
    program.chmod(0o755)
    monkeypatch.setattr(conversion, "find_office", lambda: str(program))
    with pytest.raises(Unreadable) as refused:
        conversion.converted(b"x", "doc", "docx")
    assert refused.value.message == conversion.FAILED


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands for the program")
def test_a_conversion_that_never_ends_is_ended_with_its_children(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "soffice"
    program.write_text(f"#!/bin/sh\nsleep 300 &\necho $! > {tmp_path}/child\nwait\n")
    program.chmod(0o755)
    monkeypatch.setattr(conversion, "find_office", lambda: str(program))
    monkeypatch.setattr(conversion, "MAX_SECONDS", 1)
    with pytest.raises(Unreadable) as refused:
        conversion.converted(b"x", "doc", "docx")
    assert refused.value.message == conversion.TOO_SLOW
    child = (tmp_path / "child").read_text().strip()
    state = subprocess.run(["ps", "-o", "stat=", "-p", child], capture_output=True, text=True).stdout.strip()
    assert state in ("", "Z") or state.startswith("Z")

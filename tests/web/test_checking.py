"""Checking a draft before it is signed."""

from __future__ import annotations

import io

import docx

from planner.store import queries
from planner.store.database import Database
from tests.web.conftest import Office

DRAFT = "\n柳河镇2024年工作要点（草稿）\n1.培训。定期组织<b>安全员培训考核。\n2.检查。6月底前，检查烟花店。（责任领导：王建国）\n"


def test_a_draft_is_checked_and_nothing_stored(clerk: Office, database: Database) -> None:
    assert "检查草稿" in clerk.open("/import")
    page = clerk.submit("/check", file=(io.BytesIO(DRAFT.encode()), "草稿.txt")).text
    assert "没有写责任领导，由谁负责？" in page and "没有写明频次，多久一次" in page
    assert "必须定" in page and "组织<b>" not in page
    with database.read() as session:
        assert not queries.ever_had_a_plan(session) and not queries.open_reviews(session)


def test_the_sheet_is_a_word_document(clerk: Office) -> None:
    answer = clerk.submit("/check", "/check/sheet", text=DRAFT.replace("\n", "\r\n"))
    document = docx.Document(io.BytesIO(answer.data))
    assert document.paragraphs[0].text.startswith("缺口清单")
    assert len(document.tables[0].rows) > 2


def test_a_draft_without_gaps(clerk: Office) -> None:
    text = "柳河镇2024年工作要点\n1.检查。6月28日前，检查烟花店。（责任领导：王建国，责任部门：应急办）"
    assert "没有发现缺口，可以印发" in clerk.submit("/check", text=text).text


def test_nothing_given_and_bad_files(clerk: Office) -> None:
    assert "请先选择一个文件" in clerk.submit("/check").text
    answer = clerk.submit("/check", file=(io.BytesIO(b""), "空.docx"))
    assert answer.status_code == 400 and "空的" in answer.text

"""What a refused form leaves people with: the reason, the way back, and their own words."""

from __future__ import annotations

import html
import re

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from planner.services.importing import Imported
from planner.store import people
from planner.store.database import Database
from planner.web.refusals import MOST_TYPED
from tests.web.conftest import Office

BACK = "返回刚才的页面"


def department(database: Database) -> str:
    with database.read() as session:
        return f"/parties/{next(one.id for one in people.parties(session) if one.name == '应急部门')}"


def post(office: Office, page: str, action: str, referrer: str, **fields: object) -> TestResponse:
    """Submit a form as a browser that tells where it stood."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', office.open(page))
    assert token
    return office.client.post(action, data={"csrf_token": token[1], **fields}, headers={"Referer": referrer})


def shown(answer: TestResponse) -> list[str]:
    return [html.unescape(words) for words in re.findall(r'<pre class="text">(.*?)</pre>', answer.text, re.DOTALL)]


def test_what_was_typed_is_shown_again(clerk: Office, imported: Imported, database: Database) -> None:
    page = department(database)
    answer = post(
        clerk, page, f"{page}/contacts", f"http://localhost{page}?on=2024-06-21", name="张三<b>", phone="电话不对" * 20
    )
    assert answer.status_code == 400
    assert shown(answer) == ["张三<b>", "电话不对" * 20]
    assert f'href="{page}?on=2024-06-21">{BACK}' in answer.text
    assert '<a class="button" href="/">回到首页</a>' in answer.text


@pytest.mark.parametrize(
    "referrer",
    [
        "",
        "https://elsewhere.example/parties/1",
        "http://localhost",
        "http://localhost//elsewhere.example/x",
        "//elsewhere.example/x",
        "x" * 300,
    ],
)
def test_the_way_back_leads_nowhere_else(clerk: Office, imported: Imported, database: Database, referrer: str) -> None:
    page = department(database)
    answer = post(clerk, page, f"{page}/contacts", referrer, name="")
    assert answer.status_code == 400 and BACK not in answer.text and "您刚才填的" not in answer.text


def test_a_form_left_open_too_long_keeps_its_words_and_no_secret(clerk: Office, imported: Imported) -> None:
    answer = clerk.client.post("/t/2024-2-1/flags", data={"text": "已培训 30 人", "pin": "4321", "password": "secret1"})
    assert answer.status_code == 400 and "打开太久" in answer.text
    assert shown(answer) == ["已培训 30 人"]
    assert "4321" not in answer.text and "secret1" not in answer.text


def test_of_a_very_long_text_the_beginning_is_shown(clerk: Office, imported: Imported) -> None:
    answer = clerk.client.post("/t/2024-2-1/flags", data={"text": "字" * (MOST_TYPED + 1)})
    assert shown(answer) == ["字" * MOST_TYPED]


def test_a_fault_of_ours_keeps_the_words_too(
    app: Flask, clerk: Office, imported: Imported, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = re.search(r'name="csrf_token" value="([^"]+)"', clerk.open("/import"))
    assert token
    monkeypatch.setitem(app.view_functions, "imports.read", lambda: 1 / 0)
    app.testing = False
    answer = clerk.client.post("/import", data={"csrf_token": token[1], "text": "6月底前完成培训"})
    assert answer.status_code == 500 and shown(answer) == ["6月底前完成培训"]


def test_a_page_that_is_not_there_has_nothing_typed(clerk: Office) -> None:
    answer = clerk.client.get("/nowhere?text=x")
    assert answer.status_code == 404 and "您刚才填的" not in answer.text and BACK not in answer.text

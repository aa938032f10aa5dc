"""The pages of the messages' words: seen, tried, saved, refused with the typed words kept, restored."""

from __future__ import annotations

import re
from html import unescape

import pytest

from planner.notify.messages import MESSAGES
from planner.services.importing import Imported
from planner.services.wording import save_wording, worded_message
from planner.store.database import Database
from tests.conftest import NOON
from tests.web.conftest import Office

PAGE = "/settings/wordings/overdue"
OWN = "请报{事项}\n“{事项}”应于{日期}完成，请来电说明。"


def typed(page: str) -> str:
    found = re.search(r"<textarea[^>]*>\n?(.*?)</textarea>", page, re.DOTALL)
    assert found
    return unescape(found[1])


def test_the_list_names_every_message_and_which_were_changed(clerk: Office, database: Database) -> None:
    page = clerk.open("/settings/wordings")
    assert all(message.label in page for message in MESSAGES.values())
    assert f"共 {len(MESSAGES)} 条，已改 0 条" in page
    save_wording(database, "overdue", OWN, by="王文员", at=NOON)
    page = clerk.open("/settings/wordings")
    assert "已改 1 条" in page and "王文员 2024-06-20 12:00" in page
    assert 'href="/settings/wordings"' in clerk.open("/settings")


@pytest.mark.parametrize("name", MESSAGES)
def test_every_message_has_its_page_with_blanks_and_a_preview(clerk: Office, imported: Imported, name: str) -> None:
    page = clerk.open(f"/settings/wordings/{name}")
    assert MESSAGES[name].label in page and "预览" in page
    for blank in MESSAGES[name].blanks:
        assert f"<code>{{{blank}}}</code>" in page


def test_a_message_there_is_not_is_told_plainly(clerk: Office) -> None:
    answer = clerk.client.get("/settings/wordings/nothing")
    assert answer.status_code == 404 and "没有这条提醒" in answer.text
    assert clerk.submit(PAGE, "/settings/wordings/nothing", act="save", text=OWN).status_code == 404


def test_words_are_tried_without_being_saved(clerk: Office, imported: Imported, database: Database) -> None:
    answer = clerk.submit(PAGE, text=OWN, act="try")
    assert answer.status_code == 200
    assert "（还没有保存）" in answer.text and "请来电说明。\n" in unescape(answer.text)
    assert typed(answer.text) == OWN
    assert not worded_message(database, "overdue")[0].own


def test_words_that_press_people_are_advised_against_but_kept(clerk: Office, database: Database) -> None:
    page = clerk.submit(PAGE, text=OWN + "请务必尽快办理，否则通报。", act="save", seen=0).text
    assert "文字里有「否则」「务必」「尽快」" in page
    assert worded_message(database, "overdue")[0].own


def test_words_are_saved_and_used(clerk: Office, database: Database) -> None:
    page = clerk.submit(PAGE, text=OWN, act="save", seen=0).text
    assert "「逾期第1日」已保存" in page and "已改" in page
    assert typed(page) == OWN
    assert worded_message(database, "overdue")[0].text == OWN
    assert "文字没有变" in clerk.submit(PAGE, text=OWN, act="save").text


def test_words_with_problems_are_refused_and_kept_on_the_page(clerk: Office, database: Database) -> None:
    wrong = "请报{事项\n{事项}{日期}{负责人}<b>"
    answer = clerk.submit(PAGE, text=wrong, act="save", seen=0)
    assert answer.status_code == 400
    assert typed(answer.text) == wrong
    told = unescape(answer.text)
    assert "第1行：“{事项”没有合上" in told and "第2行：没有“{负责人}”这个填空" in told
    assert "<b>" not in answer.text.split("<textarea")[1].split("</section>")[0].replace("<p><b>", "")
    assert 'aria-describedby="problems"' in answer.text
    assert not worded_message(database, "overdue")[1]


def test_who_comes_second_is_told_and_keeps_the_typed_words(clerk: Office, database: Database) -> None:
    save_wording(database, "overdue", OWN, by="李文员", at=NOON)
    mine = OWN.replace("来电", "回话")
    answer = clerk.submit(PAGE, text=mine, act="save", seen=0)
    assert answer.status_code == 409
    assert "李文员刚刚改过" in answer.text and typed(answer.text) == mine


def test_the_shipped_words_and_earlier_ones_come_back(clerk: Office, database: Database) -> None:
    clerk.submit(PAGE, text=OWN, act="save")
    page = clerk.submit(PAGE, text=OWN, act="reset").text
    assert "目前未收到结果" in typed(page) and "「逾期第1日」已恢复原文" in page
    _, rows = worded_message(database, "overdue")
    page = clerk.submit(PAGE, act="restore", wording=rows[-1].id).text
    assert typed(page) == OWN
    assert clerk.submit(PAGE, act="restore", wording=999).status_code == 404
    assert clerk.submit(PAGE, act="restore").status_code == 404
    assert clerk.submit(PAGE, act="nothing").status_code == 400


def test_a_form_without_its_token_changes_nothing(clerk: Office, database: Database) -> None:
    clerk.open(PAGE)
    clerk.client.application.config["WTF_CSRF_ENABLED"] = True
    assert clerk.client.post(PAGE, data={"text": OWN, "act": "save"}).status_code == 400
    assert not worded_message(database, "overdue")[1]


def test_what_an_office_types_is_never_read_by_the_page(clerk: Office) -> None:
    text = OWN + "\n{{ config }}{% for x in y %}<script>alert(1)</script>"
    page = clerk.submit(PAGE, text=text, act="try").text
    assert "<script>alert" not in page and "SECRET" not in page
    assert typed(page) == text


def test_the_notice_of_the_overdue_list_uses_the_words_of_the_office(
    clerk: Office, imported: Imported, database: Database
) -> None:
    save_wording(database, "group", "请看：\n{逐件：{序号}、{事项}到{日期}}\n{联系人}", by="王文员", at=NOON)
    page = clerk.open("/overdue?on=2024-07-20")
    assert "1、" in page and "请看：" in page

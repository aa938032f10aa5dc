"""The door: passwords, one-time and personal links, and the pages that hand them out."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import event

from planner.config import Settings
from planner.services.admitting import add_clerk, change_secret, give_personal_link
from planner.services.importing import Imported
from planner.services.signing_in import make_link
from planner.store import accounts
from planner.store.database import Database
from planner.web.app import create_app
from tests.conftest import NOON
from tests.web.conftest import Office, party_id

PASSWORD = "柳河镇2024年"


def address(page: str) -> str:
    """Return the path of the link a page shows."""
    found = re.search(r'id="address">http://localhost([^<]+)<', page)
    assert found, page
    return found[1]


def set_password(office: Office, new: str = PASSWORD, old: str = "", again: str | None = None) -> str:
    return office.submit("/account", new=new, again=new if again is None else again, old=old).text


def sign_in(office: Office, password: str, name: str = "经办文员") -> str:
    return office.submit("/sign-in", "/sign-in/password", name=name, password=password).text


def test_a_clerk_is_invited_to_set_a_password_and_signs_in_by_it(clerk: Office, stranger: Office) -> None:
    assert "至少要8位" in set_password(clerk, "1234567")
    assert "两次填写的不一样" in set_password(clerk, again="别的")
    assert "已保存" in set_password(clerk)
    assert "姓名或密码不对" in sign_in(stranger, "不是这个")
    assert "今天要做的" in sign_in(stranger, PASSWORD)


def test_the_invitation_stands_on_the_first_page_and_forces_nothing(app: Flask, database: Database) -> None:
    office, token = Office(app.test_client()), make_link(database, NOON)
    page = office.submit(f"/sign-in?token={token}", "/sign-in", token=token).text
    assert "今天要做的" in page and '<a href="/account">设一个密码</a>' in page
    assert "设一个密码" not in office.open("/")


def test_changing_the_password_signs_out_elsewhere_but_not_here(clerk: Office, stranger: Office) -> None:
    set_password(clerk)
    sign_in(stranger, PASSWORD)
    stranger.open("/plans")
    assert "原来的密码或数字口令不对" in set_password(stranger, "另一个密码2025", "猜的")
    set_password(stranger, "另一个密码2025", PASSWORD)
    assert clerk.client.get("/plans").status_code == 302
    stranger.open("/plans")


def test_for_an_hour_after_a_link_the_forgotten_password_is_not_asked_for(
    app: Flask, database: Database, clerk: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_password(clerk)
    again, token = Office(app.test_client()), make_link(database, NOON)
    again.submit(f"/sign-in?token={token}", "/sign-in", token=token)
    assert "原来的密码" not in again.open("/account")
    monkeypatch.setattr("planner.web.accounts.PROVEN_FOR", timedelta(0))
    assert "原来的密码" in again.open("/account")
    monkeypatch.undo()
    assert "已保存" in set_password(again, "另一个密码2025")
    assert "原来的密码" in again.open("/account")


def test_five_wrong_passwords_are_told_until_when(clerk: Office, stranger: Office) -> None:
    set_password(clerk)
    told = [sign_in(stranger, "不是这个") for _ in range(5)]
    assert "以后再试" not in told[3] and "12:15以后再试" in told[4]
    assert "12:15以后再试" in sign_in(stranger, PASSWORD)
    assert "暂停到 2024-06-20 12:15" in clerk.open("/accounts")


def test_the_name_typed_comes_back_escaped_and_the_password_does_not(stranger: Office) -> None:
    page = sign_in(stranger, "一个密码", '"><b>张三')
    assert 'value="&#34;&gt;&lt;b&gt;张三"' in page and "一个密码" not in page


def test_clerks_are_added_and_taken_out_on_the_page(clerk: Office, stranger: Office, database: Database) -> None:
    assert "停用</button>" not in clerk.open("/accounts") and "停用<span" not in clerk.open("/accounts")
    assert "填写姓名" in clerk.submit("/accounts", name=" ").text
    link = address(clerk.submit("/accounts", name="李文员").text)
    assert link not in clerk.open("/accounts"), "shown once"
    token = link.partition("=")[2]
    assert "李文员" in stranger.submit(link, "/sign-in", token=token).text
    with database.read() as session:
        other = accounts.clerks(session)[1]
    assert "已停用" in clerk.submit("/accounts", f"/accounts/{other.id}/revoke").text
    assert stranger.client.get("/").status_code == 302
    assert "请先点「恢复」" in clerk.submit("/accounts", f"/accounts/{other.id}/link").text
    assert "已恢复" in clerk.submit("/accounts", f"/accounts/{other.id}/restore").text
    link = address(clerk.submit("/accounts", f"/accounts/{other.id}/link").text)
    assert "李文员" in stranger.submit(link, "/sign-in", token=link.partition("=")[2]).text
    assert "已停用" in stranger.submit("/accounts", "/accounts/1/revoke").text
    assert "至少要留一位" in stranger.submit("/accounts", f"/accounts/{other.id}/revoke").text


def test_a_link_that_phones_reach_has_its_code(
    database: Database, imported: Imported, settings: Settings, now: datetime
) -> None:
    app = create_app(replace(settings, base_url="https://plan.example.gov.cn"), database, clock=lambda: now)
    office = Office(app.test_client())
    token = make_link(database, now)
    office.submit(f"/sign-in?token={token}", "/sign-in", token=token)
    number = party_id(database, "person", "王建国")
    page = office.submit(f"/parties/{number}", f"/accounts/personal/{number}").text
    assert "<svg" in page and "手机打不开" not in page and "https://plan.example.gov.cn/p/" in page


def test_a_leaders_link_is_made_changed_and_withdrawn_on_the_leaders_page(
    app: Flask, clerk: Office, imported: Imported, database: Database
) -> None:
    here = f"/parties/{(number := party_id(database, 'person', '王建国'))}"
    assert "生成个人链接" in clerk.open(here)
    page = clerk.submit(here, f"/accounts/personal/{number}").text
    link = address(page)
    assert "手机打不开" in page, "the tests' host is the machine itself"
    assert "<svg" not in page and 'data-copy="address"' in page and link not in clerk.open(here)
    assert "还没有打开过" in clerk.open(here)
    leader = Office(app.test_client())
    answer = leader.client.get(link)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/me")
    assert "HttpOnly" in answer.headers["Set-Cookie"] and "SameSite=Lax" in answer.headers["Set-Cookie"]
    leader.open(here)
    assert "还没有打开过" not in clerk.open(here)
    account = re.search(r"/accounts/(\d+)/personal", clerk.open(here))
    assert account
    changed = address(clerk.submit(here, f"/accounts/{account[1]}/personal").text)
    assert leader.client.get(here).status_code == 302, "the old session is over"
    assert leader.client.get(link).status_code == 404
    assert leader.client.get(changed).status_code == 302
    assert "已停用" in clerk.submit(here, f"/accounts/{account[1]}/revoke").text
    assert leader.client.get(here).headers["Location"] == "/sign-in"
    assert "向办公室要新的链接" in leader.client.get(changed).text


def test_a_contact_is_named_by_the_clerk(clerk: Office, imported: Imported, database: Database) -> None:
    number = party_id(database, "department", "应急部门")
    assert "填写姓名" in clerk.submit(f"/parties/{number}", f"/accounts/personal/{number}", name="").text
    page = clerk.submit(f"/parties/{number}", f"/accounts/personal/{number}", name="赵敏").text
    assert "赵敏的个人链接" in page and "赵敏" in clerk.open(f"/parties/{number}")


def test_with_a_pin_the_link_asks_for_it(app: Flask, clerk: Office, imported: Imported, database: Database) -> None:
    number = party_id(database, "person", "王建国")
    link = address(clerk.submit(f"/parties/{number}", f"/accounts/personal/{number}", pin="2580").text)
    leader = Office(app.test_client())
    page = leader.open(link)
    assert "王建国，您好" in page and 'inputmode="numeric"' in page
    wrong = leader.submit(link, pin="1111")
    assert wrong.status_code == 400 and "数字口令不对" in wrong.text
    assert leader.client.get("/me").status_code == 302
    assert "<h1>王建国</h1>" in leader.submit(link, pin="2580").text
    assert "数字口令" in leader.open("/account")
    assert "已保存" in leader.submit("/account", old="2580", new="", again="").text
    assert Office(app.test_client()).client.get(link).status_code == 302
    account = re.search(r"/accounts/(\d+)/pin", clerk.open(f"/parties/{number}"))
    assert account and "设好" in clerk.submit(f"/parties/{number}", f"/accounts/{account[1]}/pin", pin="147258").text
    assert leader.client.get("/plans").status_code == 302, "the new PIN is asked for"


def test_a_clerk_who_opens_a_leaders_link_is_asked_first(clerk: Office, imported: Imported, database: Database) -> None:
    _, token = give_personal_link(database, party_id(database, "person", "王建国"), "", "")
    page = clerk.open(f"/p/{token}")
    assert "现在登录的是经办文员" in page
    clerk.open("/accounts")
    assert "<h1>王建国</h1>" in clerk.submit(f"/p/{token}").text
    assert clerk.client.get("/accounts").status_code == 403


def test_a_wrong_link_gets_a_sentence(stranger: Office) -> None:
    answer = stranger.client.get("/p/none")
    assert answer.status_code == 404 and "向办公室要新的链接" in answer.text


def test_a_session_costs_one_query_and_its_messages_another(leader: Office, database: Database) -> None:
    asked: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    leader.open("/help")
    selects = [statement for statement in asked if statement.startswith("SELECT")]
    assert [("FROM account" in one, "FROM reminder" in one) for one in selects] == [(True, False), (False, True)]


def test_a_session_without_its_epoch_is_over(clerk: Office, imported: Imported) -> None:
    with clerk.client.session_transaction() as session:
        del session["epoch"]
    assert clerk.client.get("/").headers["Location"] == "/sign-in"


def test_a_password_of_one_clerk_is_not_that_of_another(stranger: Office, database: Database) -> None:
    other, _ = add_clerk(database, "李文员", NOON)
    change_secret(database, other.id, "", PASSWORD, NOON)
    assert "姓名或密码不对" in sign_in(stranger, PASSWORD)
    assert "今天要做的" in sign_in(stranger, PASSWORD, "李文员")

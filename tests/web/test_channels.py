"""The page of the ways out of the house: set up, test, change and stop them, with no key on any page."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from planner.config import Settings
from planner.services.delivering import Post, deliver_one
from planner.services.importing import Imported
from planner.services.reminding import queue_reminders
from planner.store import outbox
from planner.store.database import Database
from planner.web.app import create_app
from tests.conftest import NOON
from tests.notify.receiving import KEY, Receiving, receiving, says
from tests.services.mail import mail_server
from tests.services.test_delivering import AT
from tests.web.conftest import Office, party_id

SECRET = "SECd2b0e6c1a9f84b57"


@pytest.fixture
def robot() -> Iterator[Receiving]:
    with receiving(says({"errcode": 0, "errmsg": "ok"})) as taking:
        yield taking


def add(clerk: Office, robot: Receiving) -> str:
    given = {"kind": "dingtalk", "name": "工作群", "audience": "group"}
    return clerk.submit("/channels", **given, address=robot.address, secret=SECRET).text


def test_without_any_the_page_says_what_is_always_there(clerk: Office) -> None:
    page = clerk.open("/channels")
    assert "还没有设渠道" in page and "系统内的消息和「待发」页的复制文字一直都有" in page
    for word in (
        "PLANNER_SMTP_HOST",
        "加签",
        "签名校验",
        "qyapi.weixin.qq.com",
        "X-Planner-Signature",
        "-m pip install apprise",
    ):
        assert word in page, word
    assert 'type="password" autocomplete="off"' in page


def test_a_channel_is_set_up_tested_changed_and_stopped(
    clerk: Office, database: Database, imported: Imported, robot: Receiving
) -> None:
    page = add(clerk, robot)
    assert "渠道已设好" in page and "钉钉群机器人" in page and "已设密钥" in page and "还没有测试过" in page
    assert "http://127.0.0.1:" in page and f"…{KEY[-4:]}" in page
    page = clerk.submit("/channels", "/channels/1/test").text
    assert "对方收下了（2024-06-20 12:00）" in page and len(robot.calls) == 1
    robot.reply = says({"errcode": 310000, "errmsg": f"sign not match <b>{SECRET}"})
    page = clerk.submit("/channels", "/channels/1/test").text
    assert "测试消息没有发出" in page and "310000 sign not match &lt;b&gt;…" in page
    own = party_id(database, "department", "应急部门")
    page = clerk.submit("/channels", "/channels/1", name="应急小群", audience="party", party=own).text
    assert "渠道已改好" in page and "给应急部门的提醒" in page and "310000" in page
    page = clerk.submit("/channels", "/channels/1/stop").text
    assert "「应急小群」已停用" in page and "还没有设渠道" in page
    assert clerk.submit("/channels", "/channels/1/test").status_code == 409
    assert clerk.submit("/channels", "/channels/9/test").status_code == 404


def test_a_refused_form_opens_again_with_all_but_the_keys(clerk: Office, database: Database, robot: Receiving) -> None:
    answer = clerk.submit("/channels", kind="feishu", name="大群", audience="all", address=robot.address, secret=SECRET)
    assert answer.status_code == 400 and "不宜发到大群里" in answer.text and "请重新填写" in answer.text
    assert re.search(r'id="new-feishu" open', answer.text) and 'value="大群"' in answer.text
    assert KEY not in answer.text and SECRET not in answer.text
    add(clerk, robot)
    answer = clerk.submit("/channels", "/channels/1", name="", audience="group", address=f"{robot.address}9")
    assert answer.status_code == 400 and "起个名称" in answer.text and KEY not in answer.text
    assert clerk.submit("/channels", kind="fax", name="群", audience="group", address="x").status_code == 400
    with database.read() as session:
        (row,) = outbox.channels(session)
    assert row.address == robot.address


def test_robots_of_groups_offer_no_way_to_send_everything_there(clerk: Office) -> None:
    page = clerk.open("/channels")
    forms = {kind: page.split(f'id="new-{kind}"')[1].split("</form>")[0] for kind in ("wecom", "webhook", "apprise")}
    assert ["全部提醒" in forms[kind] for kind in forms] == [False, True, True]
    assert not any(" checked" in form for form in forms.values()), "whoever picks a department must say so"
    assert ['name="secret"' in forms[kind] for kind in forms] == [False, True, False]


def test_the_last_trouble_of_a_real_message_is_shown(
    clerk: Office, database: Database, imported: Imported, robot: Receiving
) -> None:
    add(clerk, robot)
    assert "还没有发过提醒" in clerk.open("/channels")
    robot.reply = says({"errcode": 310000, "errmsg": f"keywords not in content {SECRET}"})
    queue_reminders(database, AT)
    while deliver_one(database, AT, Post("w")):
        pass
    page = clerk.open("/channels")
    assert "<b>没有发出</b>（2024-07-01 09:00）" in page and "310000 keywords not in content" in page


def test_no_page_flash_cookie_or_log_tells_a_key(
    clerk: Office, imported: Imported, robot: Receiving, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    robot.reply = says({"errcode": 310000, "errmsg": f"no {SECRET} at {robot.address}"})
    given = {"name": "群", "audience": "group", "secret": SECRET}
    told = [add(clerk, robot)]
    told += [clerk.submit("/channels", path, **given).text for path in ("/channels/1/test", "/channels/1")]
    told += [clerk.open(page) for page in ("/channels", "/settings", "/backup", "/events")]
    with clerk.client.session_transaction() as session:
        told.append(repr(dict(session)))
    assert robot.calls
    assert not any(SECRET in text or KEY in text for text in (*told, caplog.text))


def test_a_test_letter_by_mail_and_what_the_server_said(clerk: Office, database: Database, settings: Settings) -> None:
    assert clerk.submit("/channels", "/channels/email", address="wang@liuhe.example.cn").status_code == 400
    with mail_server() as (box, smtp):
        known = replace(settings, smtp=replace(smtp, username="office", password="hush-hush-7"))
        page = with_settings(clerk, database, known).open("/channels")
        assert "127.0.0.1" in page and "office，已设密码" in page and "hush-hush-7" not in page
        office = with_settings(clerk, database, replace(settings, smtp=smtp))
        page = office.submit("/channels", "/channels/email", address="wang@liuhe.example.cn").text
        assert "测试邮件已交给服务器" in page and len(box.letters()) == 1
        box.answers.append("554 no <such> user")
        page = office.submit("/channels", "/channels/email", address="wang@liuhe.example.cn").text
        assert "测试邮件没有发出" in page and "554 no &lt;such&gt; user" in page
        answer = office.submit("/channels", "/channels/email", address="wang")
        assert answer.status_code == 400 and "邮箱地址不对" in answer.text and 'value="wang"' in answer.text


def with_settings(clerk: Office, database: Database, settings: Settings) -> Office:
    """Return the same clerk at pages with other settings."""
    office = Office(create_app(settings, database, clock=lambda: NOON).test_client())
    with clerk.client.session_transaction() as known, office.client.session_transaction() as session:
        session.update(known)
    return office


def test_channels_are_for_the_clerk_with_a_token(
    clerk: Office, leader: Office, contact: Office, stranger: Office, robot: Receiving
) -> None:
    add(clerk, robot)
    for path in ("/channels", "/channels/1", "/channels/1/stop", "/channels/1/test", "/channels/email"):
        assert clerk.client.post(path).status_code == 400, path
        assert leader.submit("/help", path).status_code == contact.submit("/help", path).status_code == 403, path
        assert stranger.submit("/sign-in", path).status_code == 200, "the door"
    assert leader.client.get("/channels").status_code == contact.client.get("/channels").status_code == 403
    assert stranger.client.get("/channels").status_code == 302
    assert not robot.calls and "工作群" in clerk.open("/channels")


def test_settings_and_backup_speak_of_channels(clerk: Office) -> None:
    assert 'href="/channels"' in clerk.open("/settings")
    assert "发送渠道的地址和密钥" in clerk.open("/backup")

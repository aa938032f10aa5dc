"""Channels are set up with checks, tried with a test message, and carry what they are for; their keys are told nowhere."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta

import pytest

from planner.errors import Conflict, Invalid, NotFound
from planner.notify.robots import WeCom
from planner.services.channeling import add_channel, change_channel, stop_channel, try_channel, try_email
from planner.services.delivering import Post, deliver_one
from planner.services.importing import Imported
from planner.services.naming import confirm_names, merge
from planner.services.reminding import queue_reminders
from planner.services.tracking import Said
from planner.store import outbox, people
from planner.store.database import Database
from planner.store.outgoing import Channel, Delivery
from tests.conftest import NOON
from tests.notify.receiving import KEY, Receiving, hangs, receiving, says
from tests.services.mail import mail_server
from tests.services.test_delivering import AT, deliveries

SAID = Said("王文员", NOON, NOON.date())
SECRET = "SECd2b0e6c1a9f84b57"
TRANSPORT_OF = "planner.services.channeling.transport_of"
TAKEN = says({"errcode": 0, "errmsg": "ok"})
ADDRESS = f"https://robot.example.cn/send?key={KEY}"


@pytest.fixture
def robot() -> Iterator[Receiving]:
    with receiving(TAKEN) as taking:
        yield taking


def party_id(database: Database, kind: str, name: str) -> int:
    with database.read() as session:
        party = people.party_named(session, kind, name)
    assert party is not None
    return party.id


def channel(database: Database, channel_id: int) -> Channel:
    with database.read() as session:
        return outbox.channel_by_id(session, channel_id)


def deliver_all(database: Database) -> list[Delivery]:
    while deliver_one(database, AT, Post("w")):
        pass
    return deliveries(database)


def test_the_notice_for_the_group_reaches_the_robot(database: Database, imported: Imported, robot: Receiving) -> None:
    """AT is the Monday on which the week's notice is made."""
    made = add_channel(database, "dingtalk", "工作群", "group", None, f" {robot.address} ", SECRET, SAID)
    queue_reminders(database, AT)
    (row,) = deliver_all(database)
    assert (row.channel, row.state) == (str(made), "sent")
    (call,) = robot.calls
    assert call.fields["text"]["content"].startswith("【工作提示】") and "&sign=" in call.path
    assert SECRET not in call.path and SECRET.encode() not in call.body


def test_a_department_hears_its_own_and_nothing_else(database: Database, imported: Imported, robot: Receiving) -> None:
    own = party_id(database, "department", "应急部门")
    add_channel(database, "wecom", "应急部门小群", "party", own, robot.address, "", SAID)
    queue_reminders(database, AT)
    rows = deliver_all(database)
    assert rows and len(robot.calls) == len(rows)
    with database.read() as session:
        assert {outbox.reminder(session, row.reminder_id).recipient for row in rows} == {"应急部门"}


def test_a_webhook_that_carries_all_gets_every_message(
    database: Database, imported: Imported, robot: Receiving
) -> None:
    add_channel(database, "webhook", "短信平台", "all", None, robot.address, SECRET, SAID)
    queue_reminders(database, AT)
    deliver_all(database)
    assert {"群通知", "应急部门", "王建国"} <= {call.fields["recipient"] for call in robot.calls}


def test_what_the_robot_objects_to_in_the_body_is_recorded_in_its_words(
    database: Database, imported: Imported, robot: Receiving
) -> None:
    robot.reply = says({"errcode": 93000, "errmsg": f"invalid webhook url, key={KEY} secret {SECRET}"})
    made = add_channel(database, "feishu", "工作群", "group", None, robot.address, SECRET, SAID)
    robot.reply = says({"code": 19021, "msg": f"sign match fail, key={KEY} secret {SECRET}"})
    queue_reminders(database, AT)
    (row,) = deliver_all(database)
    assert row.state == "failed" and "19021 sign match fail" in row.error
    assert KEY not in row.error and SECRET not in row.error
    with database.read() as session:
        last = outbox.last_over(session, made)
        assert last is not None and last.error == row.error


@pytest.mark.parametrize(
    ("kind", "name", "audience", "address", "secret", "told"),
    [
        ("fax", "工作群", "group", ADDRESS, "", "没有「fax」这种渠道"),
        ("wecom", " ", "group", ADDRESS, "", "请给渠道起个名称"),
        ("wecom", "群" * 41, "group", ADDRESS, "", "不超过40字"),
        ("wecom", "一\n二", "group", ADDRESS, "", "请给渠道起个名称"),
        ("wecom", "工作群", "group", " ", "", "请填写企业微信群机器人的地址"),
        ("wecom", "工作群", "group", "ftp://x.example.cn/y", "", "应以 https:// 或 http:// 开头"),
        ("wecom", "工作群", "group", ADDRESS, "abc", "不用密钥"),
        ("dingtalk", "工作群", "group", ADDRESS, "x" * 201, "最多 200 个字符"),
        (
            "wecom",
            "工作群",
            "group",
            "https://oapi.dingtalk.com/robot/send?access_token=x",
            "",
            "这是钉钉群机器人的地址",
        ),
        ("webhook", "平台", "group", "https://open.feishu.cn/open-apis/bot/v2/hook/x", "", "改选成「飞书群机器人」"),
        ("dingtalk", "工作群", "group", ADDRESS, "SEC\x00abc", "不能有换行"),
        ("dingtalk", "工作群", "all", ADDRESS, "", "不宜发到大群里"),
        ("webhook", "平台", "everyone", ADDRESS, "", "请选择这个渠道发什么"),
        ("webhook", "平台", "party", ADDRESS, "", "请选择是给哪个人或部门的提醒"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_kept(
    database: Database, kind: str, name: str, audience: str, address: str, secret: str, told: str
) -> None:
    with pytest.raises(Invalid) as caught:
        add_channel(database, kind, name, audience, None, address, secret, SAID)
    assert told in caught.value.message
    assert KEY not in caught.value.message and not (secret and secret in caught.value.message)
    with database.read() as session:
        assert not outbox.channels(session)


def test_a_party_that_is_not_there_is_not_found(database: Database) -> None:
    with pytest.raises(NotFound):
        add_channel(database, "wecom", "小群", "party", 99, ADDRESS, "", SAID)


def test_two_channels_are_told_apart_by_their_names_and_say_nothing_twice(database: Database) -> None:
    add_channel(database, "wecom", "工作群", "group", None, ADDRESS, "", SAID)
    with pytest.raises(Invalid, match="已经有叫「工作群」"):
        add_channel(database, "wecom", "工作群", "group", None, f"{ADDRESS}2", "", SAID)
    with pytest.raises(Invalid, match="会发两遍"):
        add_channel(database, "wecom", "又一个群", "group", None, ADDRESS, "", SAID)


def test_only_what_was_typed_is_changed(database: Database, imported: Imported) -> None:
    made = add_channel(database, "dingtalk", "工作群", "group", None, ADDRESS, SECRET, SAID)
    own = party_id(database, "department", "应急部门")
    change_channel(database, made, "小群", "party", own, said=SAID)
    row = channel(database, made)
    assert (row.name, row.audience, row.party_id) == ("小群", "party", own)
    assert (row.address, row.secret) == (ADDRESS, SECRET)
    change_channel(database, made, "小群", "group", own, f"{ADDRESS}2", "another", said=SAID)
    row = channel(database, made)
    assert (row.party_id, row.address, row.secret) == (None, f"{ADDRESS}2", "another")
    change_channel(database, made, "小群", "group", None, without_secret=True, said=SAID)
    assert channel(database, made).secret == ""
    with pytest.raises(Invalid):
        change_channel(database, made, "小群", "group", None, "not an address", said=SAID)
    assert channel(database, made).address == f"{ADDRESS}2"


def test_a_stopped_channel_stays_and_what_waited_for_it_goes_to_the_clerk(
    database: Database, imported: Imported, robot: Receiving
) -> None:
    made = add_channel(database, "wecom", "工作群", "group", None, robot.address, "", SAID)
    queue_reminders(database, AT)
    assert stop_channel(database, made, Said("王文员", AT, AT.date())) == "工作群"
    stop_channel(database, made, Said("李文员", AT + timedelta(days=1), AT.date()))
    assert channel(database, made).stopped_at == AT
    (row,) = deliveries(database)
    assert row.state == "failed" and "已经停用" in row.error and not robot.calls
    with database.read() as session:
        assert outbox.reminder(session, row.reminder_id) in outbox.to_tell(session)
    for act in (
        lambda: change_channel(database, made, "群", "group", None, said=SAID),
        lambda: try_channel(database, made, AT),
    ):
        with pytest.raises(Conflict, match="已停用"):
            act()
    add_channel(database, "wecom", "工作群", "group", None, robot.address, "", SAID)


def test_a_test_goes_out_at_once_and_its_outcome_is_noted(database: Database, robot: Receiving) -> None:
    made = add_channel(database, "feishu", "工作群", "group", None, robot.address, SECRET, SAID)
    robot.reply = says({"code": 0, "msg": "success"})
    assert try_channel(database, made, NOON) == ""
    (call,) = robot.calls
    said = call.fields["content"]["text"]
    assert "这是一条测试消息，收到即说明渠道可用。" in said and "柳河镇党政办　2024年6月20日 12:00" in said
    row = channel(database, made)
    assert (row.tried_at, row.tried_with) == (NOON, "") and not deliveries(database)
    robot.reply = says({"code": 19021, "msg": f"sign match fail {SECRET} {KEY}"})
    later = NOON + timedelta(minutes=1)
    words = try_channel(database, made, later)
    assert "19021 sign match fail" in words and SECRET not in words and KEY not in words
    assert (channel(database, made).tried_at, channel(database, made).tried_with) == (later, words)
    change_channel(database, made, "工作群", "group", None, secret="another", said=SAID)
    assert channel(database, made).tried_at is None, "that test was of another secret"


def test_the_outcome_of_an_address_changed_meanwhile_is_not_noted(database: Database, robot: Receiving) -> None:
    made = add_channel(database, "wecom", "工作群", "group", None, robot.address, "", SAID)

    def changes(call: object) -> None:
        change_channel(database, made, "工作群", "group", None, ADDRESS, said=SAID)
        TAKEN(call)  # type: ignore[arg-type]

    robot.reply = changes
    assert try_channel(database, made, NOON) == ""
    assert channel(database, made).tried_at is None


def test_a_test_promises_no_second_try(database: Database, robot: Receiving, monkeypatch: pytest.MonkeyPatch) -> None:
    made = add_channel(database, "wecom", "工作群", "group", None, robot.address, "", SAID)
    robot.reply = says("busy", 503)
    assert try_channel(database, made, NOON).endswith("503 busy。请稍后再测试一次。")
    robot.reply = hangs
    monkeypatch.setattr(TRANSPORT_OF, lambda _, address, __: WeCom(address, timeout=0.2))
    assert try_channel(database, made, NOON).endswith("不知道对方收到没有，请去看一眼。")


def test_a_library_that_breaks_tells_no_key(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken:
        def send(self, *_: object) -> None:
            raise RuntimeError(ADDRESS)

    made = add_channel(database, "wecom", "工作群", "group", None, ADDRESS, "", SAID)
    monkeypatch.setattr(TRANSPORT_OF, lambda *_: Broken())
    assert "RuntimeError" in try_channel(database, made, NOON)
    assert KEY not in channel(database, made).tried_with and "RuntimeError" in caplog.text and KEY not in caplog.text


def test_apprise_carries_what_nothing_else_does(database: Database, robot: Receiving) -> None:
    address = robot.address.replace("http://", "json://")
    made = add_channel(database, "apprise", "另一个系统", "all", None, address, "", SAID)
    assert try_channel(database, made, NOON) == "" and "测试消息" in robot.calls[0].fields["title"]
    robot.reply = says("no", 500)
    words = try_channel(database, made, NOON)
    assert words.startswith("Apprise 没有发出") and KEY not in words
    with pytest.raises(Invalid, match="Apprise 不认这个地址"):
        add_channel(database, "apprise", "不认的", "all", None, f"nonsense://{KEY}", "", SAID)


def test_a_test_letter_goes_by_mail(database: Database) -> None:
    with mail_server() as (box, smtp):
        assert try_email(smtp, "wang@liuhe.example.cn", "柳河镇党政办", NOON) == ""
        (letter,) = box.letters()
        assert letter["To"] == "wang@liuhe.example.cn" and "收到即说明渠道可用" in letter.get_content()
        box.answers.append("554 no such user")
        assert "554 no such user" in try_email(smtp, "wang@liuhe.example.cn", "柳河镇党政办", NOON)
        with pytest.raises(Invalid, match="邮箱地址不对"):
            try_email(smtp, "wang", "柳河镇党政办", NOON)
    with pytest.raises(Invalid, match="还没有设"):
        try_email(None, "wang@liuhe.example.cn", "柳河镇党政办", NOON)


def test_a_channel_follows_a_name_that_is_found_to_be_anothers(database: Database, imported: Imported) -> None:
    old, new = (party_id(database, "department", name) for name in ("农业部门", "应急部门"))
    made = add_channel(database, "wecom", "小群", "party", old, ADDRESS, "", SAID)
    confirm_names(database, [new], NOON)
    merge(database, old, new, SAID)
    assert channel(database, made).party_id == new


def test_the_keys_are_told_nowhere(
    database: Database, imported: Imported, robot: Receiving, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    robot.reply = says({"errcode": 310000, "errmsg": f"sign not match {SECRET}", "url": robot.address})
    made = add_channel(database, "dingtalk", "工作群", "group", None, robot.address, SECRET, SAID)
    queue_reminders(database, AT)
    rows = deliver_all(database)
    words = try_channel(database, made, AT)
    told = [caplog.text, words, repr(channel(database, made)), *(row.error for row in rows)]
    assert len(robot.calls) == 2
    assert not any(KEY in text or SECRET in text or robot.address in text for text in told)

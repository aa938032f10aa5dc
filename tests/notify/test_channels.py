from __future__ import annotations

import sys

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.errors import Invalid
from planner.notify.channels import CHANNEL_KINDS, check_address, shown, transport_of
from planner.notify.extra import Apprise
from planner.notify.robots import DingTalk, Feishu, WeCom
from planner.notify.transports import Transport
from planner.notify.webhook import Webhook

ADDRESS = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7aoc-4bc4-97a0-0ec2sifa1b2"
HTTP_KINDS = [kind for kind in CHANNEL_KINDS if kind != "apprise"]


@pytest.mark.parametrize(
    ("kind", "transport"),
    [
        ("wecom", WeCom(ADDRESS)),
        ("dingtalk", DingTalk(ADDRESS, "secret")),
        ("feishu", Feishu(ADDRESS, "secret")),
        ("webhook", Webhook(ADDRESS, "secret")),
        ("apprise", Apprise(ADDRESS)),
    ],
)
def test_every_kind_has_its_transport(kind: str, transport: Transport) -> None:
    assert kind in CHANNEL_KINDS
    assert transport_of(kind, ADDRESS, "secret") == transport


def test_an_unknown_kind_is_told() -> None:
    with pytest.raises(Invalid, match="没有「fax」这种渠道"):
        transport_of("fax", ADDRESS, "")
    with pytest.raises(Invalid, match="没有「fax」这种渠道"):
        check_address("fax", ADDRESS)


@pytest.mark.parametrize("kind", HTTP_KINDS)
def test_the_robot_of_another_house_is_named(kind: str) -> None:
    if kind == "wecom":
        check_address(kind, ADDRESS)
    else:
        with pytest.raises(Invalid, match="这是企业微信群机器人的地址，请把渠道类型改选成「企业微信群机器人」。"):
            check_address(kind, ADDRESS)


@pytest.mark.parametrize("kind", HTTP_KINDS)
@pytest.mark.parametrize(
    "address",
    [
        "https://robot.example.cn/send?key=693a91f6-7aoc-4bc4-97a0-0ec2sifa1b2",
        "http://10.0.0.7:8080/hook",
        "https://[::1]/hook",
        "https://单位.cn/接收?名=值",
        "HTTPS://X.EXAMPLE",
        "http://x?a=@b",
    ],
)
def test_what_a_clerk_pastes_is_accepted(kind: str, address: str) -> None:
    check_address(kind, address)


@pytest.mark.parametrize("kind", HTTP_KINDS)
@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("", "请填写"),
        ("qyapi.weixin.qq.com/x", "https://"),
        ("ftp://x.example/", "https://"),
        ("javascript:alert(1)", "https://"),
        ("file:///etc/passwd", "https://"),
        ("https://", "没有写明网站"),
        ("https:///x", "没有写明网站"),
        ("https:x.example", "没有写明网站"),
        ("https://x.example\\@y.example/", "没有写明网站"),
        ("https://x.example:0/", "没有写明网站"),
        ("https://x.example:99999/", "写得不对"),
        ("https://x.example:a/", "写得不对"),
        ("https://[::1/", "写得不对"),
        ("https://name:word@x.example/", "用户名和密码"),
        ("https://@x.example/", "用户名和密码"),
        (" https://x.example/", "空格"),
        ("https://x.example/ a", "空格"),
        ("https://x.example/\r\nHost: y", "空格"),
        ("https://x.example/\x00", "看不见"),
        ("https://x.example/\x85", "看不见"),
        ("https://x.example/\ud800", "看不见"),
        ("https://x.example/" + "a" * 483, "501"),
    ],
)
def test_what_cannot_be_used_is_told_without_repeating_it(kind: str, address: str, said: str) -> None:
    with pytest.raises(Invalid, match=said) as caught:
        check_address(kind, address)
    assert len(address) <= len("https://") or address not in caught.value.message


@pytest.mark.parametrize("address", ["json://name:word@x.example/", "tgram://123456789:abcdefg_hijklmnop/12345678/"])
def test_whatever_apprise_knows_is_accepted(address: str) -> None:
    check_address("apprise", address)


@pytest.mark.parametrize("address", ["nosuch://x", "x", "discord://", "json://a\nb", "", "json://" + "a" * 500])
def test_what_apprise_does_not_know_is_told(address: str) -> None:
    with pytest.raises(Invalid):
        check_address("apprise", address)


def test_where_apprise_is_missing_the_clerk_learns_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(Invalid, match="pip install"):
        check_address("apprise", "json://x.example/")


@given(st.text() | st.from_regex(r"https?://[^\s]*", fullmatch=True))
def test_an_accepted_address_is_one_the_sender_reads_alike(address: str) -> None:
    try:
        check_address("webhook", address)
    except Invalid:
        return
    read = httpx.URL(address)
    assert read.scheme in ("http", "https") and read.host and not read.userinfo


@pytest.mark.parametrize(
    ("address", "told"),
    [
        (ADDRESS, "https://qyapi.weixin.qq.com/…a1b2"),
        ("http://10.0.0.7:8080/hook/0123456789ab", "http://10.0.0.7:8080/…89ab"),
        ("https://x.example/short", "https://x.example/…"),
        ("https://x.example", "https://x.example/…"),
        ("https://x.example?key=0123456789ab", "https://x.example/…89ab"),
        ("https://x.example/hook?site=office&token=1234", "https://x.example/…"),
        ("https://name:word@x.example/", "https://x.example/…"),
        ("tgram://123456789:abcdefg/12345678", "tgram://…"),
        ("mailto://a:b@c.d", "mailto://…"),
        ("https://[::1/x", "…"),
        ("x", "…"),
        ("", "…"),
    ],
)
def test_pages_show_only_the_host_and_the_end(address: str, told: str) -> None:
    assert shown(address) == told


@given(st.text(max_size=40))
def test_showing_never_fails_and_never_tells_more_than_four_characters_of_a_key(key: str) -> None:
    told = shown(f"https://x.example/{key}")
    assert told.startswith("https://x.example/…") or told == "…"
    assert len(told) <= len("https://x.example/…") + 4

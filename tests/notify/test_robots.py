"""Every robot talks to a real HTTP server that answers as the services do."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import socket
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.notify.letter import Letter
from planner.notify.robots import MORE, DingTalk, Feishu, WeCom, cut, encoded
from planner.notify.transports import Transport, TransportError
from tests.notify.receiving import (
    HERE,
    KEY,
    LETTER,
    Call,
    Reply,
    babbles,
    breaks_off,
    closes,
    drips,
    hangs,
    receiving,
    says,
)

AT = datetime(2024, 6, 25, 8, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
TAKEN = {"errcode": 0, "errmsg": "ok", "code": 0, "msg": "success"}
Robot = Callable[[str, float], Transport]
ROBOTS: dict[str, Robot] = {
    "企业微信": WeCom,
    "钉钉": lambda address, timeout: DingTalk(address, timeout=timeout),
    "飞书": lambda address, timeout: Feishu(address, timeout=timeout),
}
ANY_TEXT = st.text(st.characters(codec=None), max_size=200)


def send(transport: Transport, letter: Letter = LETTER) -> None:
    transport.send(letter, "", "r1@planner.example", AT)


def refusal(reply: Reply, make: Robot = ROBOTS["企业微信"], timeout: float = 5) -> TransportError:
    with receiving(reply) as taking, pytest.raises(TransportError) as caught:
        send(make(taking.address, timeout))
    assert KEY not in caught.value.message and taking.address not in caught.value.message
    return caught.value


def said_by(call: Call) -> str:
    fields: dict[str, Any] = call.fields
    text = fields["text"]["content"] if "text" in fields else fields["content"]["text"]
    return str(text)


@pytest.mark.parametrize("make", ROBOTS.values(), ids=ROBOTS)
def test_a_letter_reaches_the_group_whole(make: Robot) -> None:
    with receiving(says(TAKEN)) as taking:
        send(make(taking.address, 5))
    (call,) = taking.calls
    assert said_by(call) == f"{LETTER.subject}\n{LETTER.body}".strip()
    assert call.path == f"/cgi-bin/send?key={KEY}"
    assert call.headers["Content-Type"] == "application/json; charset=utf-8"


def test_each_service_gets_the_shape_it_wants() -> None:
    with receiving(says(TAKEN)) as taking:
        for make in ROBOTS.values():
            send(make(taking.address, 5), Letter("", "a", "b"))
    assert [call.fields for call in taking.calls] == [
        {"msgtype": "text", "text": {"content": "a\nb"}},
        {"msgtype": "text", "text": {"content": "a\nb"}},
        {"msg_type": "text", "content": {"text": "a\nb"}},
    ]


def test_the_older_answer_of_feishu_is_taken_too() -> None:
    with receiving(says({"Extra": None, "StatusCode": 0, "StatusMessage": "success"})) as taking:
        send(Feishu(taking.address))


@pytest.mark.parametrize(
    ("name", "answer", "permanent", "said"),
    [
        ("企业微信", {"errcode": 45009, "errmsg": "api freq out of limit"}, False, "45009 api freq out of limit"),
        ("企业微信", {"errcode": -1, "errmsg": "system busy"}, False, "-1 system busy"),
        ("企业微信", {"errcode": 93000, "errmsg": "invalid webhook url"}, True, "93000 invalid webhook url"),
        ("企业微信", {"errcode": "40058", "errmsg": "text.content exceed max length"}, True, "40058 text.content"),
        ("钉钉", {"errcode": 130101, "errmsg": "send too fast", "status": 1111}, False, "130101 send too fast"),
        ("钉钉", {"status": 1111, "wait": 5, "punish": "deny"}, False, "1111"),
        ("钉钉", {"errcode": 410100, "errmsg": "发送速度太快而限流"}, False, "410100 发送速度太快而限流"),
        ("钉钉", {"errcode": -1, "errmsg": "系统繁忙"}, False, "-1 系统繁忙"),
        ("钉钉", {"errcode": 310000, "errmsg": "sign not match"}, True, "310000 sign not match"),
        ("钉钉", {"errcode": 310000, "errmsg": "keywords not in content"}, True, "310000 keywords not in content"),
        ("飞书", {"code": 11232, "msg": "frequency limited"}, False, "11232 frequency limited"),
        ("飞书", {"code": 9499, "msg": "too many request"}, False, "9499 too many request"),
        ("飞书", {"code": 9499, "msg": "Bad Request"}, True, "9499 Bad Request"),
        ("飞书", {"code": 19021, "msg": "sign match fail"}, True, "19021 sign match fail"),
        ("飞书", {"code": 19024.0, "msg": "Key Words Not Found"}, True, "19024 Key Words Not Found"),
        ("飞书", {"StatusCode": 1, "StatusMessage": "no"}, True, "1 no"),
        ("飞书", {"code": 19001, "error": {"message": "token invalid"}}, True, "19001 token invalid"),
    ],
)
def test_a_refusal_under_status_200_is_told_with_code_and_words(
    name: str, answer: dict[str, object], permanent: bool, said: str
) -> None:
    error = refusal(says(answer), ROBOTS[name])
    assert error.permanent is permanent and not error.unsure
    assert said in error.message
    assert error.message.startswith(f"{name}机器人{'拒收' if permanent else '暂时不收'}：")


@pytest.mark.parametrize(
    ("reply", "permanent", "said"),
    [
        (says("slow down", 429), False, "HTTP 429 slow down"),
        (says({"errcode": 50001, "errmsg": "redirect"}, 429), False, "50001 redirect"),
        (says("", 500), False, "HTTP 500 答复是空的"),
        (says("<html>Bad Gateway</html>", 502), False, "HTTP 502 <html>"),
        (says("no such page", 404), True, "HTTP 404 no such page"),
        (says({"message": "gone"}, 410), True, "HTTP 410 gone"),
        (says(TAKEN, 403), True, "HTTP 403 ok"),
        (says("", 302, Location="http://127.0.0.1:9/"), True, "要转到别的地址（HTTP 302）"),
        (says(TAKEN, 307, Location="http://127.0.0.1:9/"), True, "要转到别的地址（HTTP 307）"),
        (says("<html>请登录校园网</html>"), True, "读不懂：HTTP 200 <html>请登录校园网"),
        (says(""), True, "HTTP 200 答复是空的"),
        (says(b"\xff\xfe\x00"), True, "读不懂"),
        (says("[1]"), True, "读不懂"),
        (says("[" * 60000), True, "读不懂"),
        (says(f'{{"errcode": {"9" * 5000}}}'), True, "读不懂"),
        (says({"errcode": None}), True, "读不懂"),
        (says({"errcode": False}), True, "读不懂"),
        (says('{"errcode": 0, "errmsg": "' + "x" * 70000 + '"}'), True, "答复太长"),
    ],
)
def test_an_answer_that_is_none_is_never_taken_for_a_yes(reply: Reply, permanent: bool, said: str) -> None:
    error = refusal(reply)
    assert error.permanent is permanent
    assert said in error.message


@pytest.mark.parametrize(
    ("reply", "timeout", "said"),
    [
        (hangs, 0.3, "0.3 秒内没有答复"),
        (drips, 0.5, "0.5 秒内没有答复"),
        (closes, 5, "没有说完"),
        (breaks_off, 5, "没有说完"),
        (babbles, 5, "没有说完"),
    ],
)
@pytest.mark.parametrize("make", ROBOTS.values(), ids=ROBOTS)
def test_a_missing_answer_leaves_open_whether_the_message_came(
    make: Robot, reply: Reply, timeout: float, said: str
) -> None:
    error = refusal(reply, make, timeout)
    assert not error.permanent and error.unsure
    assert said in error.message and "不知道对方收到没有" in error.message


def test_nobody_listens() -> None:
    with socket.create_server((HERE, 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(TransportError, match="连不上企业微信机器人：") as caught:
        send(WeCom(f"http://{HERE}:{port}/send?key={KEY}"))
    assert not caught.value.permanent and not caught.value.unsure
    assert KEY not in caught.value.message


@pytest.mark.parametrize("address", ["ftp://example.cn/x", "send", "http://a..b/x", "http://[::1/x"])
def test_an_address_that_is_none_wants_a_person(address: str) -> None:
    with pytest.raises(TransportError, match="地址写得不对") as caught:
        send(WeCom(address))
    assert caught.value.permanent


def test_a_signed_address_that_is_none_wants_a_person_too() -> None:
    with pytest.raises(TransportError, match="地址写得不对"):
        send(DingTalk("http://[::1/x", "SECgeheim"))


@pytest.mark.parametrize("proxy", ["ftp://user:geheim@proxy.example", "socks5://user:geheim@proxy.example"])
def test_a_proxy_that_cannot_be_used_wants_a_person(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    with pytest.raises(TransportError, match="代理设置") as caught:
        send(WeCom("http://robot.example/x"))
    assert caught.value.permanent and "geheim" not in caught.value.message


def test_the_signature_of_dingtalk_is_beside_what_the_clerk_typed() -> None:
    with receiving(says(TAKEN)) as taking:
        DingTalk(f"{taking.address}&a=b+c#end", "SECgeheim").send(LETTER, "", "r1", AT)
    query = urlsplit(taking.calls[0].path).query
    assert query.startswith(f"key={KEY}&a=b+c&timestamp=1719275400000&sign=")
    signed = hmac.new(b"SECgeheim", b"1719275400000\nSECgeheim", "sha256").digest()
    assert parse_qs(query)["sign"] == [base64.b64encode(signed).decode()]


def test_an_address_without_a_query_can_be_signed_too() -> None:
    with receiving(says(TAKEN)) as taking:
        DingTalk(taking.address.partition("?")[0], "SECgeheim").send(LETTER, "", "r1", AT)
    assert taking.calls[0].path.startswith("/cgi-bin/send?timestamp=1719275400000&sign=")


@settings(max_examples=25, deadline=None)
@given(secret=st.text(min_size=1, max_size=40), at=st.datetimes(datetime(2000, 1, 1), datetime(2099, 1, 1)))  # noqa: DTZ001
def test_signatures_verify_by_another_computation(secret: str, at: datetime) -> None:
    at = at.replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    with receiving(says(TAKEN)) as taking:
        DingTalk(taking.address, secret).send(LETTER, "", "r1", at)
        Feishu(taking.address, secret).send(LETTER, "", "r1", at)
    ding, feishu = taking.calls
    given_ = parse_qs(urlsplit(ding.path).query)
    moment = given_["timestamp"][0]
    assert given_["sign"] == [_by_hand(secret.encode(), f"{moment}\n{secret}".encode())]
    assert abs(int(moment) - at.timestamp() * 1000) <= 1
    moment = feishu.fields["timestamp"]
    assert feishu.fields["sign"] == _by_hand(f"{moment}\n{secret}".encode(), b"")
    assert abs(int(moment) - at.timestamp()) <= 1


def _by_hand(key: bytes, text: bytes) -> str:
    """HMAC as RFC 2104 writes it."""
    key = (hashlib.sha256(key).digest() if len(key) > 64 else key).ljust(64, b"\0")
    inner = hashlib.sha256(bytes(octet ^ 0x36 for octet in key) + text).digest()
    return base64.b64encode(hashlib.sha256(bytes(octet ^ 0x5C for octet in key) + inner).digest()).decode()


@pytest.mark.parametrize("robot", [DingTalk("http://x.example/", "s"), Feishu("http://x.example/", "s")])
def test_a_signature_needs_a_moment(robot: Transport) -> None:
    with pytest.raises(ValueError, match="sent_at"):
        robot.send(LETTER, "", "r1")


@pytest.mark.parametrize(
    "robot",
    [WeCom(f"http://x.example/?key={KEY}"), DingTalk("http://x.example/", KEY), Feishu("http://x.example", KEY)],
)
def test_neither_address_nor_secret_is_shown(robot: Transport) -> None:
    assert KEY not in repr(robot) and "x.example" not in repr(robot)


@pytest.mark.parametrize("echo", ["key {}", "bad: /cgi-bin/send?key={}", "{}" * 20, "x" * 190 + "{}"])
def test_a_service_that_repeats_the_key_does_not_get_it_shown(echo: str) -> None:
    error = refusal(says({"errcode": 40001, "errmsg": echo.format(*[KEY.upper()] * 20)}))
    assert KEY[:8].upper() not in error.message


def test_words_that_no_database_takes_are_made_fit() -> None:
    error = refusal(says('{"errcode": 7, "errmsg": "a\\u0000b\\ud800c"}'))
    assert "7 a b c。" in error.message


def test_a_secret_is_not_shown_either() -> None:
    with (
        receiving(says({"errcode": 310000, "errmsg": "not SECgeheim"})) as taking,
        pytest.raises(TransportError) as caught,
    ):
        DingTalk(taking.address, "SECgeheim").send(LETTER, "", "r1", AT)
    assert "SECgeheim" not in caught.value.message


@pytest.mark.parametrize("reply", [says(TAKEN), says("", 500), closes])
def test_no_log_holds_the_key_at_any_level(reply: Reply, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with receiving(reply) as taking:
        for name in ("httpx", "httpcore"):
            logging.getLogger(name).setLevel(logging.DEBUG)
        with suppress(TransportError):
            send(WeCom(taking.address))
    assert taking.calls and KEY not in caplog.text


@settings(max_examples=25, deadline=None)
@given(ANY_TEXT)
def test_any_text_survives_into_the_group(text: str) -> None:
    with receiving(says(TAKEN)) as taking:
        for make in ROBOTS.values():
            send(make(taking.address, 5), Letter("", "x", f"{text}x"))
    assert [said_by(call) for call in taking.calls] == [f"x\n{text}x"] * 3


@given(ANY_TEXT, st.integers(len(MORE) * 3, 400))
def test_a_cut_text_is_the_longest_beginning_that_fits(text: str, limit: int) -> None:
    def weigh(part: str) -> int:
        return len(part.encode("utf-8", "surrogatepass"))

    short = cut(text, limit, weigh)
    assert weigh(short) <= limit
    if short != text:
        kept = short.removesuffix(MORE)
        assert weigh(text) > limit and text.startswith(kept)
        assert kept == text or weigh(text[: len(kept) + 1] + MORE) > limit


@pytest.mark.parametrize(
    "body", ["安" * 20000, "\n" * 30000 + "x", '"' * 30000, "😀" * 9000, "\ud800" * 9000, "a\x01" * 9000]
)
def test_no_message_is_longer_than_its_service_allows(body: str) -> None:
    with receiving(says(TAKEN)) as taking:
        send(WeCom(taking.address), Letter("", "长", body))
        DingTalk(taking.address, "SECgeheim").send(Letter("", "长", body), "", "r1", AT)
        Feishu(taking.address, "geheim").send(Letter("", "长", body), "", "r1", AT)
    wecom, dingtalk, feishu = taking.calls
    assert 2040 < len(said_by(wecom).encode("utf-8", "surrogatepass")) <= 2048
    assert 19990 < len(dingtalk.body) <= 20000 and 19990 < len(feishu.body) <= 20000
    assert all(said_by(call).endswith(MORE) for call in taking.calls)


def test_json_is_utf8_and_holds_what_utf8_cannot() -> None:
    assert encoded({"a": "安\ud800"}) == '{"a": "安\\ud800"}'.encode()
    assert json.loads(encoded({"a": "\ud83d"})) == {"a": "\ud83d"}

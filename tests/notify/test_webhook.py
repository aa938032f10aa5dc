"""A webhook posts to a real HTTP server, plain or encrypted with a certificate made for the test."""

from __future__ import annotations

import hashlib
import hmac
import logging
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.notify.letter import Letter
from planner.notify.receiver import secrets_of
from planner.notify.transports import TransportError
from planner.notify.webhook import Webhook
from tests.notify.conftest import SelfMade
from tests.notify.receiving import KEY, LETTER, Reply, closes, drips, hangs, receiving, says

AT = datetime(2024, 6, 25, 0, 30, tzinfo=UTC)
ANY_TEXT = st.text(st.characters(codec=None), max_size=200)


def refusal(reply: Reply, timeout: float = 5) -> TransportError:
    with receiving(reply) as taking, pytest.raises(TransportError) as caught:
        Webhook(taking.address, timeout=timeout).send(LETTER, "", "r1@planner.example", AT)
    assert KEY not in caught.value.message
    return caught.value


def test_a_letter_arrives_with_its_id_and_moment() -> None:
    with receiving(says("", 204)) as taking:
        Webhook(taking.address).send(LETTER, "ignored", "r1@planner.example", AT)
    (call,) = taking.calls
    assert call.fields == {
        "id": "r1@planner.example",
        "recipient": LETTER.recipient,
        "subject": LETTER.subject,
        "body": LETTER.body,
        "sent_at": "2024-06-25T00:30:00+00:00",
    }
    assert call.path == f"/cgi-bin/send?key={KEY}"
    assert call.headers["X-Planner-Delivery"] == "r1@planner.example"
    assert call.headers["X-Planner-Timestamp"] == "1719275400"
    assert "X-Planner-Signature" not in call.headers


def test_without_a_moment_there_is_no_timestamp() -> None:
    with receiving(says("ok")) as taking:
        Webhook(taking.address).send(LETTER, "", "r1@planner.example")
    assert taking.calls[0].fields["sent_at"] is None
    assert "X-Planner-Timestamp" not in taking.calls[0].headers


def test_a_signature_needs_a_moment() -> None:
    with pytest.raises(ValueError, match="sent_at"):
        Webhook("http://x.example/", "geheim").send(LETTER, "", "r1")


def test_a_second_try_is_the_same_message() -> None:
    with receiving(says({"ok": True})) as taking:
        for _ in range(2):
            Webhook(taking.address, "geheim").send(LETTER, "", "r1", AT)
    first, second = taking.calls
    assert first.body == second.body
    assert first.headers["X-Planner-Signature"] == second.headers["X-Planner-Signature"]


@settings(max_examples=40, deadline=None)
@given(subject=ANY_TEXT, body=ANY_TEXT, recipient=ANY_TEXT, message_id=ANY_TEXT, secret=st.text(min_size=1))
def test_any_text_survives_and_the_signature_verifies(
    subject: str, body: str, recipient: str, message_id: str, secret: str
) -> None:
    message_id = message_id.encode("utf-8", "replace").decode()
    with receiving(says({})) as taking:
        Webhook(taking.address, secret).send(Letter(recipient, subject, body), "", message_id, AT)
    (call,) = taking.calls
    fields = call.fields
    assert (fields["recipient"], fields["subject"], fields["body"]) == (recipient, subject, body)
    assert fields["id"] == message_id
    hashed = hmac.HMAC(secret.encode(), digestmod=hashlib.sha256)
    hashed.update(call.headers["X-Planner-Timestamp"].encode())
    hashed.update(b".")
    hashed.update(call.body)
    assert hmac.compare_digest(call.headers["X-Planner-Signature"], f"sha256={hashed.hexdigest()}")


@pytest.mark.parametrize(
    "answer",
    [
        {},
        [],
        "thanks",
        "",
        "<html>thanks</html>",
        "[" * 60000,
        "x" * 70000,
        {"errcode": 0, "errmsg": "ok"},
        {"code": 200, "message": "success"},
        {"code": "0"},
        {"code": "SUCCESS"},
        {"StatusCode": 0},
        {"ok": True, "success": True, "error": ""},
        {"error": None, "errcode": None},
    ],
)
def test_what_is_answered_with_200_is_taken(answer: object) -> None:
    with receiving(says(answer)) as taking:
        Webhook(taking.address).send(LETTER, "", "r1", AT)
    assert len(taking.calls) == 1


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"errcode": 40001, "errmsg": "bad token"}, "40001 bad token"),
        ({"code": 500, "message": "库已满"}, "500 库已满"),
        ({"code": "-7", "detail": "no"}, "-7 no"),
        ({"StatusCode": 3, "StatusMessage": "x"}, "3 x"),
        ({"ok": False, "description": "chat not found"}, "chat not found"),
        ({"success": False}, "没有说明原因"),
        ({"error": "closed today"}, "closed today"),
        ({"error": {"code": 7, "message": "closed"}}, "closed"),
        ({"error": ["?"]}, "没有说明原因"),
        ({"code": 0, "error": f"echo {KEY}"}, "echo …"),
    ],
)
def test_an_answer_with_200_can_be_a_refusal(answer: object, said: str) -> None:
    error = refusal(says(answer))
    assert error.permanent
    assert error.message == f"接收系统拒收：{said}。请与对方核对后重发。"


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 599])
def test_a_receiver_may_ask_for_patience(status: int) -> None:
    error = refusal(says({"error": "later"}, status))
    assert not error.permanent and not error.unsure
    assert f"接收系统暂时不收：HTTP {status} later。稍后会再试。" in error.message


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 422])
def test_other_refusals_want_a_person(status: int) -> None:
    error = refusal(says("no", status))
    assert error.permanent
    assert f"接收系统拒收：HTTP {status} no" in error.message


@pytest.mark.parametrize("status", [300, 301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status: int) -> None:
    with receiving(says("")) as elsewhere:
        error = refusal(says("", status, Location=elsewhere.address))
    assert error.permanent and f"（HTTP {status}）" in error.message
    assert elsewhere.calls == []


@pytest.mark.parametrize(("reply", "timeout"), [(hangs, 0.3), (drips, 0.5), (closes, 5)])
def test_a_missing_answer_leaves_open_whether_the_letter_came(reply: Reply, timeout: float) -> None:
    error = refusal(reply, timeout)
    assert not error.permanent and error.unsure


def test_an_own_certificate_is_trusted_when_the_computer_trusts_it(
    self_made: SelfMade, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", self_made.file)
    with receiving(says({}), self_made.context) as taking:
        Webhook(taking.address).send(LETTER, "", "r1", AT)
    assert len(taking.calls) == 1


def test_an_unknown_certificate_wants_a_person(self_made: SelfMade) -> None:
    with (
        receiving(says({}), self_made.context) as taking,
        pytest.raises(TransportError, match="证书不受信任") as caught,
    ):
        Webhook(taking.address).send(LETTER, "", "r1", AT)
    assert caught.value.permanent and taking.calls == []


def test_an_encrypted_answer_that_drips_is_cut_off_too(self_made: SelfMade, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", self_made.file)
    with receiving(drips, self_made.context) as taking, pytest.raises(TransportError, match="没有答复") as caught:
        Webhook(taking.address, timeout=1).send(LETTER, "", "r1", AT)
    assert caught.value.unsure


def test_encryption_where_there_is_none_is_told() -> None:
    with receiving(says({})) as taking, pytest.raises(TransportError, match="连不上接收系统") as caught:
        Webhook(taking.address.replace("http:", "https:")).send(LETTER, "", "r1", AT)
    assert not caught.value.permanent


def test_no_log_holds_the_key(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with receiving(says({})) as taking:
        Webhook(taking.address, "geheimgeheim").send(LETTER, "", "r1", AT)
    assert KEY not in caplog.text and "geheimgeheim" not in caplog.text


def test_neither_address_nor_secret_is_shown() -> None:
    assert repr(Webhook("https://x.example/geheim", "verborgen")) == "Webhook(timeout=10)"


@pytest.mark.parametrize(
    ("address", "hidden", "open_"),
    [
        (
            "https://oapi.dingtalk.com/robot/send?access_token=abcdefg",
            ["abcdefg"],
            ["robot", "send", "oapi.dingtalk.com"],
        ),
        ("https://open.feishu.cn/open-apis/bot/v2/hook/0ab1-cdef", ["0ab1-cdef"], ["open-apis", "hook"]),
        (
            "https://x.cn/services/T0001/B0002/abcdefghijklmnopqrst",
            ["T0001", "B0002", "abcdefghijklmnopqrst"],
            ["services"],
        ),
        ("https://x.cn/hook/last", ["last"], ["hook"]),
        ("https://x.cn/?key=a%2Fb%2Fc", ["a%2Fb%2Fc", "a/b/c"], []),
        ("https://name:word@x.cn/#part", ["name", "word", "part"], []),
        ("http://[::1/x", ["http://[::1/x"], []),
        ("", [], []),
    ],
)
def test_what_of_an_address_is_secret(address: str, hidden: list[str], open_: list[str]) -> None:
    secrets = secrets_of(address)
    assert all(part in secrets for part in hidden) and not any(part in secrets for part in open_)
    assert (address in secrets) is bool(address)


def test_the_web_server_starts_without_what_only_sending_needs() -> None:
    check = "import sys, planner.notify.channels; sys.exit(any(name in sys.modules for name in ('httpx', 'apprise')))"
    assert subprocess.run([sys.executable, "-c", check]).returncode == 0

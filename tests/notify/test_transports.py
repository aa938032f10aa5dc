"""Every test talks to a real server on the loopback address."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from threading import Thread
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from planner.errors import PlannerError
from planner.notify.letters import Letter
from planner.notify.transports import Smtp, TransportError, compose

LETTER = Letter("应急部门", "【工作提示】还有3个工作日", "应急部门：\n\n“专职安全员培训考核”6月30日（周日）到期。\n")
HERE = "127.0.0.1"


class Postbox:
    """Takes letters in, or gives the answers it was told to."""

    def __init__(self, to_recipient: str = "250 OK", to_data: str = "250 OK") -> None:
        self.to_recipient = to_recipient
        self.to_data = to_data
        self.letters: list[tuple[str, list[str], EmailMessage]] = []

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: ARG002, N802
        if self.to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: ARG002, N802
        message = message_from_bytes(envelope.content, _class=EmailMessage, policy=default)
        self.letters.append((envelope.mail_from, envelope.rcpt_tos, message))
        return self.to_data


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind((HERE, 0))
        return int(asked.getsockname()[1])


@contextmanager
def serving(postbox: Postbox) -> Iterator[Smtp]:
    controller = Controller(postbox, hostname=HERE, port=free_port())
    controller.start()
    try:
        yield Smtp(HERE, controller.port, sender="planner@office.example", timeout=10)
    finally:
        controller.stop()


@contextmanager
def speaking(*lines: bytes) -> Iterator[Smtp]:
    """Serve one connection by rote: a line at once and one after each command, then hang up."""
    with socket.create_server((HERE, 0)) as server:
        thread = Thread(target=_speak, args=(server, lines))
        thread.start()
        try:
            yield Smtp(HERE, server.getsockname()[1], sender="planner@office.example", timeout=10)
        finally:
            thread.join()


def _speak(server: socket.socket, lines: tuple[bytes, ...]) -> None:
    connection, _ = server.accept()
    with connection, connection.makefile("rb") as heard:
        for line in lines:
            connection.sendall(line)
            heard.readline()


def refusal(smtp: Smtp, to_address: str = "yingji@office.example") -> TransportError:
    with pytest.raises(TransportError) as caught:
        smtp.send(LETTER, to_address, "r1@planner.example")
    return caught.value


def test_a_letter_arrives_whole_and_under_its_own_id() -> None:
    postbox = Postbox()
    with serving(postbox) as smtp:
        smtp.send(LETTER, "yingji@office.example", "r1@planner.example", datetime(2024, 6, 25, 0, 30, tzinfo=UTC))
    ((sender, recipients, message),) = postbox.letters
    assert (sender, recipients) == ("planner@office.example", ["yingji@office.example"])
    assert message["Subject"] == LETTER.subject
    assert message["Message-ID"] == "<r1@planner.example>"
    assert message["Date"].datetime == datetime(2024, 6, 25, 0, 30, tzinfo=UTC)
    assert message.get_content_type() == "text/plain"
    assert message.get_content().replace("\r\n", "\n") == LETTER.body


def test_a_second_try_bears_the_same_id() -> None:
    postbox = Postbox()
    with serving(postbox) as smtp:
        for _ in range(2):
            smtp.send(LETTER, "yingji@office.example", "r1@planner.example")
    assert [message["Message-ID"] for _, _, message in postbox.letters] == ["<r1@planner.example>"] * 2


@pytest.mark.parametrize(
    ("postbox", "permanent", "said"),
    [
        (Postbox(to_recipient="450 4.2.1 mailbox busy"), False, "暂时不收：450 4.2.1 mailbox busy"),
        (Postbox(to_recipient="550 5.1.1 no such user"), True, "拒收：550 5.1.1 no such user"),
        (Postbox(to_data="452 4.3.1 disk full"), False, "暂时不收：452 4.3.1 disk full"),
        (Postbox(to_data="554 5.7.1 looks like spam"), True, "拒收：554 5.7.1 looks like spam"),
    ],
)
def test_the_server_says_no_in_its_own_words(postbox: Postbox, permanent: bool, said: str) -> None:
    with serving(postbox) as smtp:
        error = refusal(smtp)
    assert error.permanent is permanent
    assert f"邮件服务器 {HERE}:{smtp.port} {said}。" in error.message


@pytest.mark.parametrize("security", ["none", "starttls", "tls"])
def test_nobody_listens(security: str) -> None:
    error = refusal(Smtp(HERE, free_port(), sender="planner@office.example", security=security))
    assert not error.permanent
    assert error.message.startswith(f"连不上邮件服务器 {HERE}:")


@pytest.mark.parametrize(
    ("lines", "permanent", "said"),
    [
        ((), False, "中途断开"),
        ((b"220 hello\r\n",), False, "中途断开"),
        ((b"220 hello\r\n", b"250 hello\r\n", b"250 sender\r\n", b"250 you\r\n", b"354 go\r\n"), False, "中途断开"),
        ((b"421 4.3.2 closing down\r\n",), False, "暂时不收：421 4.3.2 closing down"),
        ((b"554 5.3.2 no service\r\n",), True, "拒收：554 5.3.2 no service"),
        ((b"not a mail server\r\n",), False, "中途断开"),
    ],
    ids=["at once", "after hello", "in the letter", "busy", "closed for good", "not a mail server"],
)
def test_the_connection_is_dropped(lines: tuple[bytes, ...], permanent: bool, said: str) -> None:
    with speaking(*lines) as smtp:
        error = refusal(smtp)
    assert error.permanent is permanent
    assert said in error.message


def test_a_server_that_hangs_up_after_accepting_has_accepted() -> None:
    talk = (b"220 hi\r\n", b"250 hi\r\n", b"250 sender\r\n", b"250 recipient\r\n", b"354 go\r\n")
    with socket.create_server((HERE, 0)) as server:
        thread = Thread(target=_accept_then_hang_up, args=(server, talk))
        thread.start()
        Smtp(HERE, server.getsockname()[1], sender="planner@office.example", timeout=10).send(
            LETTER, "yingji@office.example", "r1@planner.example"
        )
        thread.join()


def _accept_then_hang_up(server: socket.socket, talk: tuple[bytes, ...]) -> None:
    connection, _ = server.accept()
    with connection, connection.makefile("rb") as heard:
        for line in talk:
            connection.sendall(line)
            heard.readline()
        while heard.readline() != b".\r\n":
            pass
        connection.sendall(b"250 accepted\r\n")


@pytest.mark.parametrize(
    ("security", "username"), [("starttls", ""), ("none", "planner")], ids=["no encryption", "no sign-in"]
)
def test_a_way_the_server_does_not_know_is_a_matter_of_settings(security: str, username: str) -> None:
    with serving(Postbox()) as smtp:
        error = refusal(
            Smtp(smtp.host, smtp.port, username, "secret", smtp.sender, security=security, timeout=smtp.timeout)
        )
    assert error.permanent
    assert "不支持所选的方式" in error.message


def test_a_host_that_cannot_be_a_name_is_a_matter_of_settings() -> None:
    error = refusal(Smtp("office..example", sender="planner@office.example"))
    assert error.permanent
    assert "服务器不认的字符" in error.message


@pytest.mark.parametrize(
    "address",
    ["", "应急部门", "yingji", "a@b, c@d", "a@b\r\nBcc: c@d", "张三@office.example", "<a@b>", "a@", "@b"],
)
def test_an_address_that_is_none_is_told_before_anything_is_sent(address: str) -> None:
    error = refusal(Smtp("nowhere.invalid", sender="planner@office.example"), address)
    assert error.permanent
    assert f"「{address}」写得不对" in error.message


def test_a_bad_sender_is_a_matter_of_settings() -> None:
    error = refusal(Smtp("nowhere.invalid", sender="党政办"))
    assert error.permanent
    assert "PLANNER_SMTP_SENDER" in error.message


def test_no_text_can_smuggle_in_a_header() -> None:
    evil = Letter("x", "到期\r\nBcc: spy@evil.example\n\n正文", "Bcc: spy@evil.example\n")
    message = compose(evil, "planner@office.example", "a@b.example", "r1@planner.example>\r\nBcc: spy@evil.example")
    headers, _, _ = message.as_bytes().partition(b"\r\n\r\n")
    assert b"\nBcc" not in headers
    assert message["Subject"] == "到期 Bcc: spy@evil.example 正文"
    assert message["Bcc"] is None


def test_the_password_is_not_shown() -> None:
    assert "secret" not in repr(Smtp(HERE, password="secret"))


def test_the_error_is_one_of_ours() -> None:
    assert issubclass(TransportError, PlannerError)

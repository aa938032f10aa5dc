"""Every test talks to a real server on the loopback address."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from threading import Event, Thread

import pytest

from planner.errors import PlannerError
from planner.notify.letter import Letter
from planner.notify.transports import Smtp, TransportError, compose
from tests.notify.mail import Postbox, free_port, refusal, serving
from tests.notify.receiving import HERE, LETTER


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
        ((b"220 hello\r\n", b"250 hello\r\n", b"250 sender\r\n", b"250 you\r\n"), False, "中途断开"),
        ((b"421 4.3.2 closing down\r\n",), False, "暂时不收：421 4.3.2 closing down"),
        ((b"554 5.3.2 no service\r\n",), True, "拒收：554 5.3.2 no service"),
        ((b"not a mail server\r\n",), False, "中途断开"),
    ],
    ids=["at once", "after hello", "before the letter", "busy", "closed for good", "not a mail server"],
)
def test_the_connection_is_dropped(lines: tuple[bytes, ...], permanent: bool, said: str) -> None:
    with speaking(*lines) as smtp:
        error = refusal(smtp)
    assert error.permanent is permanent and not error.unsure
    assert said in error.message


TALK = (b"220 hi\r\n", b"250 hi\r\n", b"250 sender\r\n", b"250 recipient\r\n", b"354 go\r\n")


def test_a_server_that_hangs_up_when_it_has_the_letter_may_have_taken_it() -> None:
    with socket.create_server((HERE, 0)) as server:
        thread = Thread(target=_take_the_letter, args=(server, TALK, b""))
        thread.start()
        error = refusal(Smtp(HERE, server.getsockname()[1], sender="planner@office.example", timeout=10))
        thread.join()
    assert error.unsure and not error.permanent
    assert "不知道对方收到没有" in error.message and "可能重复" in error.message


def test_a_server_that_hangs_up_after_accepting_has_accepted() -> None:
    with socket.create_server((HERE, 0)) as server:
        thread = Thread(target=_take_the_letter, args=(server, TALK, b"250 accepted\r\n"))
        thread.start()
        Smtp(HERE, server.getsockname()[1], sender="planner@office.example", timeout=10).send(
            LETTER, "yingji@office.example", "r1@planner.example"
        )
        thread.join()


def _take_the_letter(server: socket.socket, talk: tuple[bytes, ...], answer: bytes) -> None:
    connection, _ = server.accept()
    with connection, connection.makefile("rb") as heard:
        for line in talk:
            connection.sendall(line)
            heard.readline()
        while heard.readline() != b".\r\n":
            pass
        connection.sendall(answer)


@pytest.mark.parametrize("greeting", [b"", b"220 hi"])
def test_a_server_that_never_answers_is_not_waited_for(greeting: bytes) -> None:
    with silent(greeting) as smtp:
        error = refusal(replace(smtp, timeout=0.2))
    assert not error.permanent and not error.unsure
    assert "timed out" in error.message


@pytest.mark.parametrize("security", ["none", "starttls"])
def test_a_server_that_always_says_a_little_more_is_cut_off(security: str) -> None:
    with silent(b"220-hi\r\n") as smtp:
        error = refusal(replace(smtp, security=security, timeout=5, limit=0.3))
    assert not error.permanent and not error.unsure
    assert "用时超过 0.3 秒" in error.message


def test_a_letter_cut_off_before_its_answer_may_have_arrived() -> None:
    with slow_to_take() as smtp:
        error = refusal(replace(smtp, timeout=10, limit=0.5))
    assert error.unsure and not error.permanent
    assert "用时超过 0.5 秒" in error.message and "不知道对方收到没有" in error.message


@contextmanager
def silent(again_and_again: bytes) -> Iterator[Smtp]:
    """Serve one connection that hears the same line without end and nothing else; a line cut short comes once."""
    over = Event()
    with socket.create_server((HERE, 0)) as server:
        thread = Thread(target=_repeat, args=(server, again_and_again, over))
        thread.start()
        try:
            yield Smtp(HERE, server.getsockname()[1], sender="planner@office.example")
        finally:
            over.set()
            thread.join()


def _repeat(server: socket.socket, line: bytes, over: Event) -> None:
    connection, _ = server.accept()
    with connection, suppress(OSError):
        connection.sendall(line)
        while not over.wait(0.02):
            if line.endswith(b"\n"):
                connection.sendall(line)


@contextmanager
def slow_to_take() -> Iterator[Smtp]:
    """Serve one connection that takes the letter and then keeps its answer to itself."""
    over = Event()
    with socket.create_server((HERE, 0)) as server:
        thread = Thread(target=_take_and_wait, args=(server, over))
        thread.start()
        try:
            yield Smtp(HERE, server.getsockname()[1], sender="planner@office.example")
        finally:
            over.set()
            thread.join()


def _take_and_wait(server: socket.socket, over: Event) -> None:
    connection, _ = server.accept()
    with connection, connection.makefile("rb") as heard:
        for line in TALK:
            connection.sendall(line)
            heard.readline()
        over.wait(30)


def test_a_letter_refused_for_now_is_taken_on_the_next_try() -> None:
    postbox = Postbox(to_recipient="451 4.7.1 greylisted, come back")
    with serving(postbox) as smtp:
        assert not refusal(smtp).permanent
        postbox.to_recipient = "250 OK"
        smtp.send(LETTER, "yingji@office.example", "r1@planner.example")
    assert len(postbox.letters) == 1


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
    [
        "",
        "应急部门",
        "yingji",
        "a@b, c@d",
        "a@b\r\nBcc: c@d",
        "张三@office.example",
        "<a@b>",
        "a@",
        "@b",
        "a@办公室.中国",
    ],
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

"""A feed inspected over real HTTP, from servers that behave and from some that do not."""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import suppress
from http.client import BadStatusLine, HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import pytest

from planner.errors import Unreadable
from planner.services import inspecting
from planner.services.inspecting import inspect_feed
from tests.feeds import calendar

BODY = calendar("空", [])
HEADERS = {
    "Content-Type": "text/calendar; charset=utf-8",
    "ETag": '"1"',
    "Last-Modified": "Mon, 01 Jan 2024 00:00:00 GMT",
}
ANSWERS: dict[str, tuple[int, Mapping[str, str], bytes]] = {
    "/good.ics": (200, HEADERS, BODY),
    "/ringing.ics?alarm=1": (
        200,
        HEADERS,
        BODY.replace(b"END:VCAL", b"BEGIN:VEVENT\r\nBEGIN:VALARM\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:VCAL"),
    ),
    "/page": (200, {"Content-Type": "text/html", "Set-Cookie": "a=b"}, b"<html></html>"),
    "/moved.ics": (302, {"Location": "/good.ics"}, b""),
    "/round.ics": (302, {"Location": "/round.ics"}, b""),
    "/away.ics": (301, {"Location": "http://calendar.example/a.ics"}, b""),
    "/locked.ics": (401, {}, b""),
    "/odd.ics": (302, {"Location": "http://[::1"}, b""),
    "/words.ics": (302, {"Location": "/%E6%97%A5%E5%8E%86.ics?%E7%94%A8=%E6%88%B7"}, b""),
    "/%E6%97%A5%E5%8E%86.ics?%E7%94%A8=%E6%88%B7": (200, HEADERS, BODY),
}


class Handler(BaseHTTPRequestHandler):
    """Answers as :data:`ANSWERS` say."""

    def do_GET(self) -> None:
        status, headers, body = ANSWERS[self.path]
        if status == 200 and "ETag" in headers and self.headers.get("If-None-Match") == headers["ETag"]:
            status, body = 304, b""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def do_HEAD(self) -> None:
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def base() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_a_good_feed_has_no_fault(base: str) -> None:
    assert inspect_feed(f"{base}/good.ics") == []


def test_alarms_that_the_address_asks_for_are_no_fault(base: str) -> None:
    assert "alarm" not in {fault.rule for fault in inspect_feed(f"{base}/ringing.ics?alarm=1")}


def test_a_page_is_told_from_a_calendar(base: str) -> None:
    told = [fault.message for fault in inspect_feed(f"{base}/page")]
    assert any("网页" in message for message in told) and any("Cookie" in message for message in told)


def test_a_redirect_on_the_same_host_is_followed_and_told(base: str) -> None:
    (fault,) = inspect_feed(f"{base}/moved.ics")
    assert f"{base}/good.ics" in fault.message


@pytest.mark.parametrize(
    ("path", "words"),
    [("/away.ics", "别的网站"), ("/round.ics", "302"), ("/locked.ics", "401"), ("/odd.ics", "看不懂")],
)
def test_what_cannot_be_had_gets_a_sentence(base: str, path: str, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        inspect_feed(base + path)


@pytest.mark.parametrize("url", ["webcal://a.example/x.ics", "file:///etc/passwd", "ftp://a.example/x", "http://"])
def test_nothing_but_http_is_asked(url: str) -> None:
    with pytest.raises(Unreadable, match="http"):
        inspect_feed(url)


@pytest.mark.parametrize("path", ["/日历.ics?用=户", "/words.ics"])
def test_an_address_in_chinese_is_asked_for(base: str, path: str) -> None:
    assert [fault.rule for fault in inspect_feed(base + path)] == ["http"] * (path == "/words.ics")


@pytest.mark.parametrize("url", ["http://[::1", "http://[::1]x/", "http://127.0.0.1:x/", f"http://{'a' * 70}.example/"])
def test_an_address_that_is_none_gets_a_sentence(url: str) -> None:
    with pytest.raises(Unreadable, match="[地网]址"):
        inspect_feed(url)


def test_a_server_that_is_not_there_gets_a_sentence() -> None:
    with pytest.raises(Unreadable, match="连不上.*没有开这个服务"):
        inspect_feed("http://127.0.0.1:1/x.ics")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (socket.gaierror(-2, "Name or service not known"), "没有这个网址"),
        (TimeoutError("timed out"), "没有回答"),
        (ssl.SSLCertVerificationError(1, "certificate verify failed"), "证书"),
        (ssl.SSLError(1, "wrong version number"), "https"),
        (ConnectionResetError(104, "Connection reset by peer"), "断开"),
        (BadStatusLine("x"), "不是 http"),
        (OSError(101, "Network is unreachable"), "网络不通"),
    ],
)
def test_why_nothing_comes_is_told_in_words(monkeypatch: pytest.MonkeyPatch, error: Exception, words: str) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(HTTPConnection, "connect", fail)
    with pytest.raises(Unreadable, match=words) as told:
        inspect_feed("http://127.0.0.1/x.ics")
    assert not re.search("[a-z]{6,}", str(told.value))


def test_a_server_that_never_comes_to_an_end_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each octet comes in time; only all of them never do."""
    monkeypatch.setattr(inspecting, "ALTOGETHER", 0.3)
    stop = Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            connection, _ = server.accept()
            with connection, suppress(OSError):
                connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                while not stop.wait(0.02):
                    connection.sendall(b"B")

        thread = Thread(target=drip, daemon=True)
        thread.start()
        with pytest.raises(Unreadable, match="太慢"):
            inspect_feed(f"http://127.0.0.1:{server.getsockname()[1]}/x.ics")
        stop.set()
        thread.join()


def test_an_address_with_a_bad_port_gets_a_sentence() -> None:
    with pytest.raises(Unreadable):
        inspect_feed("http://127.0.0.1:99999/x.ics")


def test_no_more_is_read_than_there_is_room_for(base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspecting, "MOST_OCTETS", 10)
    with pytest.raises(Unreadable, match="太大"):
        inspect_feed(f"{base}/good.ics")

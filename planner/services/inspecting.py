"""Inspecting a calendar feed of any program, as a calendar program would ask for it over http."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Timer
from types import TracebackType
from typing import Self
from urllib.parse import SplitResult, parse_qs, quote, urljoin, urlsplit

from planner.errors import Unreadable
from planner.formats.feed_rules import Answer, Fault, check_answers, check_feed

MOST_OCTETS = 64 * 1024 * 1024
SECONDS, ALTOGETHER = 20, 60
"""For how long one step waits, and all of them together."""
HOPS = 3
TOO_SLOW = "对方太慢，{seconds} 秒还没有取完。请稍后再试，或者先把日历存成文件再检查。"
UNKNOWN_ADDRESS = "看不懂这个地址。请从浏览器的地址栏完整复制一次。"
_REASONS: tuple[tuple[type[Exception], str], ...] = (
    (socket.gaierror, "没有这个网址，或这台电脑没有联网"),
    (ConnectionRefusedError, "对方的电脑上没有开这个服务"),
    (TimeoutError, f"等了 {SECONDS} 秒没有回答"),
    (ssl.SSLCertVerificationError, "对方的 https 证书有问题：过期了、不是发给这个网址的，或不受信任"),
    (ssl.SSLError, "和对方没有谈妥 https"),
    (ConnectionError, "对方中途断开了"),
    (HTTPException, "对方的回答不是 http，看不懂"),
    (UnicodeError, "网址里有不能用的字"),
    (ValueError, "网址或端口写错了"),
)
"""Why nothing came, the narrower kinds first."""
_KEEP = "/?%:@!$&'()*+,;=~-._"
"""What stands in a path or a query as it is (RFC 3986, 3.3 and 3.4)."""


def inspect_feed(url: str) -> list[Fault]:
    """Return what is wrong with a feed and how it is served; raise ``Unreadable`` when it cannot be had.

    Nothing but http and https is asked, no more than 64 MB are read, no longer than a minute, and no redirect to another
    host is followed.
    """
    asked = parse_qs(_split(url).query, keep_blank_values=True)
    with Asking(ALTOGETHER) as ask:
        faults, address, got = _follow(ask, url)
        if got.status != 200:
            raise Unreadable(f"没有取到日历，对方回答 {got.status}。请检查地址，或看看是不是要登录。")
        again = ask("GET", address, {"If-None-Match": got.headers.get("etag", '""')})
        faults += check_answers(got, again, ask("HEAD", address))
    return faults + check_feed(got.body, alarm="alarm" in asked)


def _follow(ask: Asking, url: str) -> tuple[list[Fault], str, Answer]:
    faults = []
    address, got = url, ask("GET", url)
    for _ in range(HOPS):
        if got.status not in (301, 302, 303, 307, 308):
            break
        address = _next(address, got.headers.get("location", ""))
        faults.append(Fault(0, "http", f"会转到另一个地址 {address}：有的日历程序不跟着转，请直接用这个地址。"))
        got = ask("GET", address)
    return faults, address, got


def _next(address: str, location: str) -> str:
    try:
        # A header comes as Latin-1, whatever was written into it.
        target = urljoin(address, location.encode("latin-1").decode("utf-8", "replace"))
        same = urlsplit(target).hostname == urlsplit(address).hostname
    except ValueError as error:
        raise Unreadable("对方要转到的地址看不懂，没有跟过去。") from error
    if not same:
        raise Unreadable("对方要转到别的网站，没有跟过去。请直接检查那个地址。")
    return target


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError as error:
        raise Unreadable(UNKNOWN_ADDRESS) from error


class Asking:
    """Asks a server for one thing after another, until the time for all of them is up."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._socket: socket.socket | None = None
        self._is_over = False
        self._timer = Timer(seconds, self._end)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self._timer.cancel()

    def _end(self) -> None:
        # Each octet may come in time, and the whole never.
        self._is_over = True
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def __call__(self, method: str, url: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Return the answer; raise ``Unreadable`` for an address that is none, and where nothing comes."""
        try:
            answer = self._answer(method, _split(url), headers or {})
        except (OSError, HTTPException, ValueError) as error:
            if not self._is_over:
                raise Unreadable(f"连不上这个地址：{_reason(error)}。请检查地址和网络。") from error
        if self._is_over:
            raise Unreadable(TOO_SLOW.format(seconds=self._seconds))
        if len(answer.body) > MOST_OCTETS:
            raise Unreadable(f"日历太大，超过 {MOST_OCTETS // 1024 // 1024} MB，没有检查。")
        return answer

    def _answer(self, method: str, parts: SplitResult, headers: Mapping[str, str]) -> Answer:
        kind = {"http": HTTPConnection, "https": HTTPSConnection}.get(parts.scheme)
        if kind is None or not parts.hostname:
            raise Unreadable("只能检查 http:// 或 https:// 开头的地址；webcal:// 请改成 https://。")
        connection = kind(parts.hostname, parts.port, timeout=SECONDS)
        target = quote(parts.path or "/", safe=_KEEP) + (f"?{quote(parts.query, safe=_KEEP)}" if parts.query else "")
        try:
            connection.connect()
            # Kept here: the connection forgets it as soon as the headers say that it will end.
            self._socket = connection.sock
            if self._is_over:
                raise TimeoutError
            connection.request(method, target, headers=dict(headers))
            answer = connection.getresponse()
            body = answer.read(MOST_OCTETS + 1)
        finally:
            connection.close()
        return Answer(answer.status, {name.lower(): value for name, value in answer.headers.items()}, body)


def _reason(error: Exception) -> str:
    return next((words for kind, words in _REASONS if isinstance(error, kind)), "网络不通")

"""A real HTTP receiver on the loopback address, which answers what a test tells it to."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import SHUT_RDWR
from ssl import SSLContext
from threading import Event, Thread
from typing import Any

from planner.notify.letter import Letter

HERE = "127.0.0.1"
KEY = "693a91f6-7aoc-4bc4-97a0-0ec2sifa5aaa"
LETTER = Letter("应急部门", "【工作提示】还有3个工作日", "应急部门：\n\n“专职安全员培训考核”6月30日（周日）到期。\n")

Reply = Callable[["Answering"], None]


@dataclass(frozen=True, slots=True)
class Call:
    """What came in."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def fields(self) -> Any:
        return json.loads(self.body)


@dataclass(slots=True)
class Receiving:
    """The receiver: its address, what to answer, what came in, and an event set when the test is over."""

    address: str
    reply: Reply
    calls: list[Call] = field(default_factory=list)
    over: Event = field(default_factory=Event)


class Answering(BaseHTTPRequestHandler):
    """One call; ``receiving`` is set on the class made for each server."""

    receiving: Receiving

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.receiving.calls.append(Call(self.path, dict(self.headers.items()), body))
        self.receiving.reply(self)

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def raw(self, content: bytes) -> None:
        self.wfile.write(content)
        self.close_connection = True


class _Server(ThreadingHTTPServer):
    daemon_threads = False

    def handle_error(self, *_: object) -> None:
        """Clients that hang up are part of the tests."""


@contextmanager
def receiving(reply: Reply, certificate: SSLContext | None = None) -> Iterator[Receiving]:
    """Serve until the block ends, over https when there is a *certificate*."""
    handler = type("Handler", (Answering,), {})
    with _Server((HERE, 0), handler) as server:
        if certificate:
            server.socket = certificate.wrap_socket(server.socket, server_side=True)
        scheme = "https" if certificate else "http"
        taking = Receiving(f"{scheme}://{HERE}:{server.server_port}/cgi-bin/send?key={KEY}", reply)
        handler.receiving = taking  # type: ignore[attr-defined]
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield taking
        finally:
            taking.over.set()
            server.shutdown()
            thread.join()


def says(body: object, status: int = 200, **headers: str) -> Reply:
    """Answer JSON, or text or bytes as they are."""
    content = body if isinstance(body, bytes) else (body if isinstance(body, str) else json.dumps(body)).encode()

    def reply(call: Answering) -> None:
        call.send_response(status)
        for name, value in {"Content-Length": str(len(content)), **headers}.items():
            call.send_header(name, value)
        call.end_headers()
        call.wfile.write(content)

    return reply


def hangs(call: Answering) -> None:
    call.receiving.over.wait(30)


def drips(call: Answering) -> None:
    """Answer a byte at a time, each well within the time-out of one wait."""
    call.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
    while not call.receiving.over.wait(0.02):
        call.wfile.write(b"x")


def closes(call: Answering) -> None:
    call.connection.shutdown(SHUT_RDWR)
    call.close_connection = True


def breaks_off(call: Answering) -> None:
    call.raw(b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"errcode":0')


def babbles(call: Answering) -> None:
    call.raw(b"SSH-2.0-OpenSSH_9.2\r\n")

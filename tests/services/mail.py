"""A real mail server on the loopback that takes letters, or answers what it is told to."""

from __future__ import annotations

import socket
from asyncio import Transport
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from planner.notify.transports import Smtp


@dataclass
class Postbox:
    """What the server took; ``answers`` are given one after the other, then it takes everything.

    The answer ``drop`` hangs up after the letter was sent, without a word.
    """

    answers: list[str] = field(default_factory=list)
    taken: list[Envelope] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer == "drop":
            self.taken.append(envelope)
            assert isinstance(server.transport, Transport)
            server.transport.abort()
            return "250 too late"
        if answer.startswith("250"):
            self.taken.append(envelope)
        return answer

    def letters(self) -> list[EmailMessage]:
        """Return the letters taken, as a mail program reads them."""
        read = (message_from_bytes(one.original_content or b"", policy=default) for one in self.taken)
        return [letter for letter in read if isinstance(letter, EmailMessage)]


@contextmanager
def mail_server() -> Iterator[tuple[Postbox, Smtp]]:
    """Run the server for the length of a block."""
    box = Postbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield box, Smtp(host="127.0.0.1", port=port, sender="office@liuhe.example.cn", timeout=5)
    finally:
        controller.stop()

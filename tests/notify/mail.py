"""A real mail server on the loopback address."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from planner.notify.transports import Smtp, TransportError
from tests.notify.receiving import HERE, LETTER


class Postbox:
    """Takes letters in, or gives the answers it was told to."""

    def __init__(self, to_recipient: str = "250 OK", to_data: str = "250 OK", strict: bool = False) -> None:
        self.only_those_signed_in = strict
        self.to_recipient = to_recipient
        self.to_data = to_data
        self.letters: list[tuple[str, list[str], EmailMessage]] = []

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: ARG002, N802
        if self.only_those_signed_in and not session.authenticated:
            return "530 5.7.0 sign in first"
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
def serving(postbox: Postbox, certificate: ssl.SSLContext | None = None, **options: Any) -> Iterator[Smtp]:
    """Serve until the block ends, encrypted from the first byte when there is a *certificate*."""
    controller = Controller(postbox, hostname=HERE, port=free_port(), ssl_context=certificate, **options)
    controller.start()
    try:
        yield Smtp(HERE, controller.port, sender="planner@office.example", timeout=10)
    finally:
        controller.stop()


def refusal(smtp: Smtp, to_address: str = "yingji@office.example") -> TransportError:
    with pytest.raises(TransportError) as caught:
        smtp.send(LETTER, to_address, "r1@planner.example")
    return caught.value

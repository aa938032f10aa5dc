"""Every other way, through Apprise, which is installed only where it is wanted."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING
from urllib.parse import unquote

from planner.notify.letter import Letter
from planner.notify.receiver import LATER, Receiver
from planner.notify.transports import TransportError
from planner.notify.words import told

if TYPE_CHECKING:
    import apprise

INSTALL = f'"{sys.executable}" -m pip install apprise'
"""The command that installs it for the Python this program runs on."""
MISSING = f"没有安装 Apprise。请先在运行 Planner 的电脑上运行 {INSTALL}，再重新启动。"
_one_at_a_time = Lock()


@dataclass(frozen=True, slots=True)
class Apprise:
    """Any address Apprise knows (``scheme://…``, github.com/caronc/apprise). The address names the recipient."""

    address: str = field(repr=False)

    def send(self, letter: Letter, to_address: str, message_id: str, sent_at: datetime | None = None) -> None:  # noqa: ARG002
        """Send *letter*; raise ``TransportError`` with the words Apprise logged, which tell no lasting from passing.

        It is permanent only when Apprise is not installed or does not know the address.
        """
        receiver, service = Receiver("Apprise", self.address), service_of(self.address)
        if service is None:
            raise receiver.error("Apprise 不认这个地址，请核对后重发。", permanent=True)
        with _listening() as heard:
            taken = _notify(service, letter)
        if not taken:
            said = told("；".join(heard), _parts(self.address)) or "没有说明原因"
            raise receiver.error(f"Apprise 没有发出：{said}。{LATER}", permanent=False)


def service_of(address: str) -> apprise.NotifyBase | None:
    """Return the service of *address*, None when Apprise does not know it; raise ``TransportError`` when not installed."""
    try:
        import apprise
    except ImportError:
        raise TransportError(MISSING, permanent=True) from None
    with _listening():
        service = apprise.Apprise.instantiate(address)
    return service if isinstance(service, apprise.NotifyBase) else None


def _notify(service: apprise.NotifyBase, letter: Letter) -> bool:
    import apprise

    box = apprise.Apprise([service])
    return bool(box.notify(title=letter.subject, body=letter.body, body_format=apprise.NotifyFormat.TEXT))


class _Ear(logging.Handler):
    """Keeps the words of warnings and errors."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(record.getMessage())


@contextmanager
def _listening() -> Iterator[list[str]]:
    """Collect what Apprise logs in the block; one at a time, for its log is shared by all."""
    ear, log = _Ear(), logging.getLogger("apprise")
    with _one_at_a_time:
        # Apprise logs addresses with their keys: its warnings reach the error of a message, but no log. urllib3 logs paths.
        log.propagate = False
        log.setLevel(logging.WARNING)
        logging.getLogger("urllib3").setLevel(logging.ERROR)
        log.addHandler(ear)
        try:
            yield ear.heard
        finally:
            log.removeHandler(ear)


def _parts(address: str) -> list[str]:
    """Return every part of *address*, the longest first: which of them is a key differs from service to service."""
    parts = re.findall(r"[^:/?&=@#,;]+", address.partition("://")[2])
    return sorted({*parts, *map(unquote, parts)}, key=len, reverse=True)

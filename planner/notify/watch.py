"""An end to exchanges that would not come to one: a server may answer one byte at a time for ever."""

from __future__ import annotations

from contextlib import suppress
from socket import SHUT_RDWR, socket
from threading import Lock, Timer
from typing import Self


class Watch:
    """Cuts the guarded connection *seconds* after entering the ``with`` block; ``expired`` tells that it did.

    The time-out of a socket bounds each wait, this bounds their sum. It cannot cut the look-up of a host's name, which
    the system's resolver bounds, nor the opening of a connection, which its own time-out bounds.
    """

    def __init__(self, seconds: float) -> None:
        self.expired = False
        self._guarded: socket | None = None
        self._lock = Lock()
        self._timer = Timer(seconds, self._expire)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def guard(self, connection: socket | None) -> None:
        """Watch over *connection* from now on, instead of the one before (as when encryption wraps it)."""
        with self._lock:
            self._guarded = connection
            if self.expired:
                self._cut()

    def _expire(self) -> None:
        with self._lock:
            self.expired = True
            self._cut()

    def _cut(self) -> None:
        if self._guarded is not None:
            with suppress(OSError):
                # Not the method of an encrypted socket, which would drop its state under the reader's feet.
                socket.shutdown(self._guarded, SHUT_RDWR)

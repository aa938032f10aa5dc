"""The words of the other side, made fit to be shown to the clerk and stored."""

from __future__ import annotations

import re
from collections.abc import Iterable
from socket import gaierror
from ssl import SSLError

LONGEST = 200
SHORTEST_KEY = 4
"""Characters; taking anything shorter out of an answer would only garble it."""


PLAIN = (
    (ConnectionRefusedError, "对方没有开着这项服务"),
    (TimeoutError, "等了很久没有回答"),
    (ConnectionError, "连接中途断开"),
    (gaierror, "找不到这个网址"),
    (SSLError, "加密连接没有谈成"),
)


def plainly(error: OSError) -> str:
    """Return why a connection failed, in words for the clerk, with the system's own number behind."""
    words = next((words for kind, words in PLAIN if isinstance(error, kind)), "网络不通")
    return f"{words}（{error.errno}）" if error.errno else words


def blot(words: str, hidden: Iterable[str]) -> str:
    """Return *words* with every *hidden* key replaced by …, whatever its case; put the longest keys first."""
    for key in hidden:
        if len(key) >= SHORTEST_KEY:
            words = re.sub(re.escape(key), "…", words, flags=re.IGNORECASE)
    return words


def told(words: str, hidden: Iterable[str] = ()) -> str:
    """Return what the other side said on one line: no *hidden* key, nothing unprintable, no full stop at its end.

    PostgreSQL takes no NUL and UTF-8 no lone surrogate, both of which an answer may hold.
    """
    printable = "".join(character if character.isprintable() else " " for character in words)
    # Cut last: a key cut in two would no longer be found.
    return " ".join(blot(printable, hidden).split())[:LONGEST].rstrip("。.")

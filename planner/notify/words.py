"""The words of the other side, made fit to be shown to the clerk and stored."""

from __future__ import annotations

import re
from collections.abc import Iterable

LONGEST = 200
SHORTEST_KEY = 4
"""Characters; taking anything shorter out of an answer would only garble it."""


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

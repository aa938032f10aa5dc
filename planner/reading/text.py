"""Cleaning the raw text for reading, with a map from each kept character back to its place in the raw text.

What was left by converters and layout is dropped (bookmarks, page numbers, marks of Markdown, spaces between Chinese
characters); the raw text itself is never changed and stays what is shown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from planner.core.plan import Span

NOISE = re.compile(
    r"\[bookmark:[^\]\n]{0,60}\]|##\w{1,40}##|^[ \t\u3000\xa0]*-[ \t]*\d{1,4}[ \t]*-[ \t]*$|[\ufeff\u200b\r\0]"
    r"|^[ \t\u3000\xa0]*#{1,6}[ \t]+|^[ \t\u3000\xa0]*[-*+][ \t]+|\*\*",
    re.MULTILINE,
)
SPACES = re.compile(r"^[ \u3000\xa0]+|[ \u3000\xa0]+$|(?<=[\u3000-\u9fff\uff00-\uffef])[ \u3000\xa0]+", re.MULTILINE)
SPACE_BEFORE = re.compile(r"[ \u3000\xa0]+(?=[\u3000-\u9fff\uff00-\uffef])")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The text to parse; ``offsets[i]`` is where its character i stands in ``source``, the raw text."""

    source: str
    text: str
    offsets: tuple[int, ...]

    def raw(self, start: int, end: int) -> Span:
        """Return the raw span of the cleaned characters ``[start, end)``; they must be at least one."""
        return Span(self.offsets[start], self.offsets[end - 1] + 1)


def clean(raw: str) -> Cleaned:
    """Return *raw* without noise, every kept character with its place."""
    kept = bytearray(b"\1") * len(raw)
    for pattern in (NOISE, SPACES, SPACE_BEFORE):
        for match in pattern.finditer(raw):
            kept[match.start() : match.end()] = bytes(match.end() - match.start())
    offsets = tuple(place for place, keep in enumerate(kept) if keep)
    return Cleaned(raw, "".join(raw[place] for place in offsets), offsets)

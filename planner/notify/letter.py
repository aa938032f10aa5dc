"""A letter, apart from how it is worded and how it travels."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Letter:
    """A message to one party, plain text."""

    recipient: str
    subject: str
    body: str

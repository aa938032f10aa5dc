"""A message to one party, as every way out of the house takes it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Letter:
    """A message to one party, plain text."""

    recipient: str
    subject: str
    body: str

"""The words in force: an office's own where it has some, else those that are shipped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from planner.notify.messages import LONGEST, MESSAGES, problems_of
from planner.notify.wording_form import Row, Template, fill, parse


@cache
def shipped_text(folder: Path, name: str) -> str:
    """Return the shipped words of a message."""
    return (folder / f"{name}.txt").read_text("utf-8")


@dataclass(frozen=True, slots=True)
class Wordings:
    """The words of every message of :data:`MESSAGES`, each taken apart when first wanted.

    An own text that no longer fits its message, because a blank has gone since, is passed over for the shipped one: a
    reminder with a gap in it would be worse than one in other words.
    """

    folder: Path
    own: Mapping[str, str] = field(default_factory=dict)
    _templates: dict[str, Template] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, folder: Path, own: Mapping[str, str]) -> Wordings:
        """Return the words shipped in *folder*, with an office's *own* by the name of the message; empty ones do not count."""
        return cls(folder, {name: text for name, text in own.items() if name in MESSAGES and text.strip()})

    def instead(self, name: str, text: str) -> Wordings:
        """Return the same words with another text for one message, faulty or not, as a preview shows it."""
        return replace(self, own={**self.own, name: text}, _templates={name: parse(text[:LONGEST])[0]})

    def text(self, name: str) -> str:
        """Return the text in force for a message."""
        text = self.own.get(name, "")
        return text if text and not problems_of(name, text) else shipped_text(self.folder, name)

    def write(self, name: str, values: Mapping[str, str], matters: Mapping[str, Sequence[Row]] | None = None) -> str:
        """Return a message filled in; raise ``KeyError`` for a message there is not."""
        if name not in self._templates:
            self._templates[name] = parse(self.text(name))[0]
        return fill(self._templates[name], values, matters)

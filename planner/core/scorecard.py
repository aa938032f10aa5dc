"""How well documents were read: precision, recall and F1 a category, against what a careful clerk took from them.

Gold and reading have the shape of ``planner read --json``; a gold item also has an ``anchor``, some of its own words.
Optional gold values cost nothing either way. Values of an item that was missed count as missed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]
CATEGORIES = ("items", "leaders", "departments", "supporting", "deadlines", "targets")
OPTIONAL = {"leaders": "optional_leaders", "departments": "optional_departments", "supporting": "optional_departments"}
AT_MOST = ("<=", "<")


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of a category: right, wrongly read, missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(self.right + other.right, self.wrong + other.wrong, self.missed + other.missed)

    @property
    def precision(self) -> float:
        """The share of what was read that is right; 1 when nothing was read."""
        return _share(self.right, self.wrong)

    @property
    def recall(self) -> float:
        """The share of what is there that was read; 1 when nothing is there."""
        return _share(self.right, self.missed)

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def _share(right: int, other: int) -> float:
    return right / (right + other) if right + other else 1.0


def scorecard(gold: Json, reading: Json) -> dict[str, Score]:
    """Return the score of one document in every category."""
    pairs, extra = _pairs(gold["items"], reading["items"])
    ignored = [_folded(anchor) for anchor in gold.get("ignore_anchors", [])]
    extra = [item for item in extra if not any(anchor in _folded(item["text"]) for anchor in ignored)]
    counted = [(wanted, found) for wanted, found in pairs if not wanted.get("optional_item")]
    found = sum(one is not None for _, one in counted)
    scores = {"items": Score(found, len(extra), len(counted) - found)}
    for category in CATEGORIES[1:]:
        parts = [_item_score(category, wanted, one or {}) for wanted, one in counted]
        parts += [Score(wrong=len(item.get(category, []))) for item in extra]
        scores[category] = sum(parts, Score())
    return scores


def _pairs(gold: Sequence[Json], read: Sequence[Json]) -> tuple[list[tuple[Json, Json | None]], list[Json]]:
    """Return each gold item with the smallest item read that holds its anchor, and the items read beside."""
    left = sorted(read, key=lambda item: len(item["text"]))
    pairs: list[tuple[Json, Json | None]] = []
    for wanted in gold:
        anchor = _folded(wanted["anchor"])
        found = next((item for item in left if anchor in _folded(item["title"] + item["text"])), None)
        left = [item for item in left if item is not found]
        pairs.append((wanted, found))
    return pairs, left


def _item_score(category: str, gold: Json, read: Json) -> Score:
    aliases = {_folded(other): _folded(name) for name, others in gold.get("aliases", {}).items() for other in others}
    optional = gold.get(OPTIONAL[category], []) if category in OPTIONAL else []
    wanted = [one for one in gold.get(category, []) if not (isinstance(one, Mapping) and one.get("optional"))]
    spare = [one for one in gold.get(category, []) if one not in wanted] + list(optional)
    keys = _keys(category, wanted, aliases)
    found = _keys(category, read.get(category, []), aliases)
    right = keys & found
    wrong = found - keys - _keys(category, spare, aliases)
    return Score(len(right), len(wrong), len(keys - right))


def _keys(category: str, values: Iterable[Any], aliases: Mapping[str, str]) -> set[Any]:
    """Return what counts of each value; the same thing said twice counts once."""
    keys = (_key(category, value) for value in values)
    return {aliases.get(key, key) for key in keys if key is not None}


def _key(category: str, value: Any) -> Any:
    if category == "deadlines":
        return _deadline(value)
    if category == "targets":
        return _target(value)
    name = _folded(value)
    return name.partition("(")[0] or name


def _deadline(value: Json) -> Any:
    if value["kind"] in ("once", "window"):
        # Whether a bare month is a window or a day is a matter of taste; when it is due is not.
        return ("due", value["due"]) if value.get("due") else None
    if value["kind"] == "recurring":
        return value["freq"], value.get("interval") or 1, value.get("count") or 1
    return value["kind"] if value["kind"] != "none" else None


def _target(value: Json) -> Any:
    side = "<" if value["op"] in AT_MOST else ">"
    return side, float(value["value"]), _folded(value["unit"])


def _folded(text: object) -> str:
    return "".join(unicodedata.normalize("NFKC", str(text)).split())

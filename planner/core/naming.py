"""Which known name an unknown one may be: 应急办 and 应急部门 share a stem, 市监 begins 市监部门."""

from __future__ import annotations

import re
from collections.abc import Iterable

ENDING = re.compile("(?:部门|办公室|管理局|管理站|管理所|办|局|站|所|科|股)$")
SHORTEST_STEM = 2


def stem(name: str) -> str:
    """Return a department's name without the word for what kind of unit it is."""
    return ENDING.sub("", name)


def likeliest(name: str, known: Iterable[str]) -> str | None:
    """Return the one known name that has the stem of *name*, or None where there is none or more than one."""
    own = stem(name)
    if len(own) < SHORTEST_STEM:
        return None
    fitting = [other for other in known if other != name and _alike(own, stem(other))]
    return fitting[0] if len(fitting) == 1 else None


def _alike(one: str, other: str) -> bool:
    return len(other) >= SHORTEST_STEM and (one == other or one.startswith(other) or other.startswith(one))

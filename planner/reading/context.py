"""What the dates of a text are counted from, and one hit of the scan over it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from planner.core.calendar import Season, WorkingDays


@dataclass(frozen=True, slots=True)
class Context:
    """The plan's year, its issue date, the seasons the office has dated, and the working-day table if there is one.

    ``month`` is that of the row of a calendar the words stand in. Months before ``first_month`` belong to the next year.
    """

    year: int | None
    issued: date | None = None
    seasons: tuple[Season, ...] = ()
    days: WorkingDays = field(default_factory=WorkingDays)
    month: int | None = None
    first_month: int = 1


class Hit(NamedTuple):
    """Words of time found in a plain text; what lies before *floor* was read already."""

    text: str
    match: re.Match[str]
    context: Context
    floor: int

"""From the text of a document to the plan it holds: the stages, in order.

clean text -> front matter -> numbered blocks or table rows -> items with their people -> tasks with deadlines and
targets -> findings. Every stage works on the cleaned text; spans are carried back into the raw text by ``items``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from planner.core.calendar import Season, WorkingDays
from planner.core.plan import Plan
from planner.reading.context import Context
from planner.reading.front import read_front
from planner.reading.items import read_items
from planner.reading.lint import find_findings
from planner.reading.text import clean

PLAIN_WEEK = WorkingDays()


def read_plan(
    text: str, *, seasons: Sequence[Season] = (), year: int | None = None, days: WorkingDays = PLAIN_WEEK
) -> Plan:
    """Return the plan *text* holds, with its findings; *year* is used only where the document names none.

    Working days are counted by *days*, without a table Monday to Friday.
    """
    cleaned = clean(text)
    front = read_front(cleaned.text, year)
    context = Context(front.year, front.issued, tuple(seasons), days, first_month=front.first_month)
    sections, items = read_items(cleaned, front.title, context)
    plan = Plan(
        text=text,
        title=front.title,
        issuer=front.issuer,
        issue_date=front.issued,
        plan_year=front.year,
        sections=sections,
        items=items,
    )
    return replace(plan, findings=find_findings(plan))

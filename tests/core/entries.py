"""Entries for tests: everything not named is the plainest there is."""

from __future__ import annotations

from datetime import date

from planner.core.calendar import WorkingDays
from planner.core.ledger import Entry
from planner.core.plan import Frequency
from planner.core.status import Facts, State

DAYS_2024 = WorkingDays(
    rest=frozenset({date(2024, 5, 1), date(2024, 5, 2), date(2024, 5, 3), date(2024, 6, 10)}),
    makeup=frozenset({date(2024, 4, 28), date(2024, 5, 11)}),
    years=frozenset({2024}),
)
JUNE_END = date(2024, 6, 30)


def entry(
    number: int = 1,
    state: State = State.NOT_STARTED,
    due_on: date | None = JUNE_END,
    *,
    title: str = "专职安全员培训考核",
    label: str = "",
    leaders: tuple[str, ...] = ("武长庚",),
    departments: tuple[str, ...] = ("应急部门",),
    progress: str = "",
    progress_on: date | None = None,
    opens_on: date | None = None,
    closed_on: date | None = None,
    handed_in_on: date | None = None,
    before_issue: bool = False,
    extension_pending: bool = False,
    frequency: Frequency | None = None,
    last_event_on: date | None = None,
) -> Entry:
    """Return an occurrence of item *number*, assigned when anybody is named."""
    facts = Facts(
        state=state,
        due_on=due_on,
        opens_on=opens_on,
        closed_on=closed_on,
        handed_in_on=handed_in_on,
        assigned=bool(leaders or departments),
        before_issue=before_issue,
        extension_pending=extension_pending,
        frequency=frequency,
        last_event_on=last_event_on,
    )
    return Entry(
        occurrence_id=number,
        task_id=number,
        code=f"{number}-1",
        item_number=str(number),
        title=title,
        label=label,
        quote=title,
        leaders=leaders,
        departments=departments,
        supporting=(),
        deadline_words="6月底前",
        facts=facts,
        last_progress=progress,
        last_progress_on=progress_on,
    )

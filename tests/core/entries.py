"""Entries for tests: everything not named is the plainest there is."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

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
JULY_1 = date(2024, 7, 1)


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
    major_hazard: bool = False,
    internal: bool = False,
    task: int = 0,
) -> Entry:
    """Return an occurrence of item *number* (its task too, where none is given), assigned when anybody is named."""
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
        task_id=task or number,
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
        major_hazard=major_hazard,
        internal=internal,
    )


def june(day: int) -> date:
    """Return a day of June 2024."""
    return date(2024, 6, day)


A_YEAR_SO_FAR = [
    entry(1, State.DONE, june(14), closed_on=june(14)),
    entry(2, State.DONE, june(14), closed_on=june(20), handed_in_on=june(13)),
    entry(3, State.DONE, june(14), closed_on=june(17)),
    entry(4, State.NOT_STARTED, june(30)),
    entry(5, State.IN_PROGRESS, june(14), progress="已查2家，余3家", progress_on=june(12)),
    entry(6, State.HANDED_IN, june(28), handed_in_on=june(28)),
    entry(7, State.NOT_STARTED, JULY_1),
    entry(8, State.HANDED_IN, JULY_1, handed_in_on=june(28)),
    entry(9, State.DONE, JULY_1, closed_on=june(28)),
    entry(10, State.NOT_STARTED, date(2024, 12, 31)),
    entry(11, State.DONE, date(2024, 12, 31), closed_on=june(28)),
    entry(12, State.NOT_STARTED, None),
    entry(13, State.NOT_STARTED, june(1), before_issue=True),
    entry(14, State.SUSPENDED, june(1)),
    entry(15, State.CANCELLED, june(1)),
    entry(16, State.DRAFT, june(1)),
]
"""As it stands on 1 July, with one of every kind."""

days_of_june = st.dates(june(1), june(30))
entries_of_any_kind = st.lists(
    st.builds(
        entry,
        number=st.integers(1, 99),
        state=st.sampled_from(State),
        due_on=st.none() | days_of_june,
        closed_on=st.none() | days_of_june,
        handed_in_on=st.none() | days_of_june,
        before_issue=st.booleans(),
        extension_pending=st.booleans(),
    )
)

"""The database and the rules choose alike: the same occurrences, orders, counts and gaps, whatever is stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.core import choice as core
from planner.core import ledger
from planner.core.choice import URGENT, Choice, Gap, Order
from planner.core.ledger import Entry, Part
from planner.core.plan import Frequency
from planner.core.status import RUNNING, Mark, State
from planner.core.thresholds import Thresholds
from planner.formats.workday_table import published_days
from planner.services.publishing import party_called
from planner.store import listing, queries
from planner.store.conditions import Bounds
from planner.store.database import Database, Session
from planner.store.models import Assignment, Item, Occurrence, Plan, Task
from tests.conftest import NOON

DAYS = published_days()
# An ordinary day, the eve of a long holiday, a Sunday worked for it, a day inside it, and New Year.
TODAYS = [date(2024, 6, 20), date(2024, 9, 27), date(2024, 9, 29), date(2024, 10, 3), date(2025, 1, 1)]
NAMES = ["农业", "A组", "a组", "b", '引"b', '"b"', "百分%", "下_划", "下-划", "斜/杠", "反\\斜", "单'引", "null", "2024-06-18", "组"]  # fmt: skip
SECTIONS = ["", "一", "一、夯实", "a", "A", "百%"]
TITLES = ["检查100%的A级景区", "检查100家a级景区", "É检查_Ａ", "é检查/ａ", "排查\\隐患 ß", "İ排查'隐患"]
WORDS = ["检查", "a级", "A级", "É", "é", "Ａ", "%", "_", "/", "\\", "'", "ß", "ss", "i", "2-1", "B-", " "]
MOMENTS = [NOON + timedelta(days=days) for days in range(-4, 1)]


@dataclass(frozen=True)
class Responsibility:
    """Who has a part in an item, and from when to when."""

    name: str
    role: str
    began: int
    ended: int | None


@dataclass(frozen=True)
class Period:
    """An occurrence, its days counted from the day to judge."""

    state: State
    due: int | None
    opens: int | None
    closed: int
    closed_at: int
    handed_in: int | None
    progress: bool
    before_issue: bool
    standing: bool
    cells: dict[str, str | None]


@dataclass(frozen=True)
class Duty:
    """A task with its periods."""

    title: str
    frequency: Frequency | None
    time_open: bool
    periods: list[Period]


@dataclass(frozen=True)
class Point:
    """An item with its tasks and whoever has a part in it."""

    section: str
    parts: list[Responsibility]
    duties: list[Duty] = field(default_factory=list)


near = st.integers(-15, 15)
periods = st.builds(
    Period,
    state=st.sampled_from([*State, *RUNNING, State.DONE]),
    due=st.none() | near,
    opens=st.none() | near,
    closed=near,
    closed_at=st.integers(0, 4),
    handed_in=st.none() | near,
    progress=st.booleans(),
    before_issue=st.sampled_from([False, False, True]),
    standing=st.sampled_from([False, False, True]),
    cells=st.dictionaries(st.sampled_from(NAMES), st.sampled_from([None, "2024-06-18"]), max_size=2),
)
parts = st.builds(
    Responsibility,
    name=st.sampled_from(NAMES),
    role=st.sampled_from(["leader", "department", "supporting", "contact"]),
    began=st.integers(0, 4),
    ended=st.none() | st.integers(0, 4),
)
duties = st.builds(
    Duty,
    title=st.sampled_from(TITLES),
    frequency=st.none() | st.sampled_from(Frequency),
    time_open=st.booleans(),
    periods=st.lists(periods, min_size=1, max_size=6),
)
points = st.builds(
    Point,
    section=st.sampled_from(SECTIONS),
    parts=st.lists(parts, max_size=3),
    duties=st.lists(duties, min_size=1, max_size=3),
)
plans = st.lists(st.lists(points, min_size=1, max_size=4), min_size=1, max_size=3)
choices = st.builds(
    Choice,
    marks=st.just(()) | st.lists(st.sampled_from(Mark), max_size=3).map(tuple),
    part=st.sampled_from(["", "", "due", *Part]),
    gap=st.none() | st.sampled_from(Gap),
    party=st.just("") | st.sampled_from(NAMES),
    section=st.just("") | st.sampled_from(SECTIONS),
    words=st.just("") | st.sampled_from(WORDS),
    only_open=st.booleans(),
)
EVERY_SINGLE = [
    Choice(),
    *(Choice(marks=(mark,)) for mark in Mark),
    Choice(marks=URGENT),
    Choice(marks=(Mark.DONE, Mark.OVERDUE)),
    *(Choice(part=part) for part in ("due", *Part)),
    *(Choice(gap=gap) for gap in Gap),
    *(Choice(party=name) for name in (*NAMES, "赵六")),
    *(Choice(section=section) for section in SECTIONS[1:]),
    *(Choice(words=words) for words in WORDS),
    Choice(only_open=True),
]


def store(session: Session, on: date, office: Sequence[Sequence[Point]]) -> list[Plan]:
    """Store some plans as they are, past all services."""
    office_id = queries.the_office(session).id
    rows = []
    for number, its in enumerate(office):
        plan = Plan(office_id=office_id, address=f"p{number}", title="要点", issuer="", issue_date=None, year=2024)
        session.add(plan)
        session.flush()
        rows.append(plan)
        # Items stored in another order than they stand in the document.
        for place, point in reversed(list(enumerate(its, start=1))):
            _store_point(session, on, plan, place, point)
    session.flush()
    return rows


def _store_point(session: Session, on: date, plan: Plan, place: int, point: Point) -> None:
    item = Item(plan_id=plan.id, position=place, number=str(place), title="", section=point.section, start=0, end=0)
    session.add(item)
    session.flush()
    for position, part in enumerate(point.parts):
        party = party_called(session, "department", part.name)
        row = Assignment(
            item_id=item.id, party_id=party.id, role=part.role, position=position, began_at=MOMENTS[part.began]
        )
        row.ended_at = None if part.ended is None else MOMENTS[part.ended]
        session.add(row)
    for number, duty in enumerate(point.duties, start=1):
        task = Task(
            plan_id=plan.id, item_id=item.id, position=place * 10 + number, code=f"{place}B-{number}",
            title=duty.title, obligor="", start=0, end=0, deadlines=[], targets=[],
            frequency=duty.frequency, time_open=duty.time_open,
        )  # fmt: skip
        session.add(task)
        session.flush()
        session.add_all(_occurrence(on, task, key, period) for key, period in enumerate(duty.periods))


_uids = count()


def _occurrence(on: date, task: Task, key: int, period: Period) -> Occurrence:
    def day(days: int | None) -> date | None:
        return None if days is None else on + timedelta(days=days)

    is_done = period.state is State.DONE
    return Occurrence(
        plan_id=task.plan_id, task_id=task.id, key=str(key), uid=str(next(_uids)), label="", changed_at=NOON,
        state=period.state.value, due_on=day(period.due), opens_on=day(period.opens),
        closed_on=day(period.closed) if is_done else None,
        closed_at=MOMENTS[period.closed_at] if is_done else None,
        handed_in_on=day(period.handed_in), last_progress_on=on if period.progress else None,
        before_issue=period.before_issue, standing=period.standing, cells=period.cells,
    )  # fmt: skip


thresholds = st.builds(Thresholds, soon_days=st.integers(1, 20), soon_days_monthly=st.integers(1, 20))


def ids(entries: Sequence[Entry]) -> list[int]:
    return [entry.occurrence_id for entry in entries]


def assert_alike(
    session: Session, rows: Sequence[Plan], every: Sequence[Entry], choice: Choice, on: date, limits: Thresholds
) -> None:
    """The database and the rules agree on one choice in every respect."""
    bounds = Bounds.of(on, DAYS, limits)
    wanted = core.chosen(every, choice, on, DAYS, limits)
    for order in Order:
        found = listing.entries(session, rows, choice=choice, bounds=bounds, order=order)
        assert ids(found) == ids(core.in_order(wanted, order, on, DAYS, limits)), (choice, order)
    assert listing.count(session, rows, bounds, choice) == len(wanted), choice
    assert +listing.count_marks(session, rows, bounds, choice) == core.count_marks(wanted, on, DAYS, limits), choice
    assert listing.totals(session, rows, bounds, choice) == ledger.totals(wanted, on), choice


def examples(request: pytest.FixtureRequest) -> int:
    return 40 if "sqlite" in request.node.name else 12


def test_every_choice_is_the_same_in_the_database_and_at_hand(
    database: Database, request: pytest.FixtureRequest
) -> None:
    @settings(max_examples=examples(request), suppress_health_check=list(HealthCheck))
    @given(plans, st.sampled_from(TODAYS), st.lists(choices, min_size=4, max_size=4), thresholds)
    def holds(office: list[list[Point]], on: date, mixed: list[Choice], limits: Thresholds) -> None:
        with database.write() as session:
            stored = store(session, on, office)
            rows = stored[:2]
            every = listing.entries(session, rows)
            assert len(every) == sum(len(duty.periods) for its in office[:2] for point in its for duty in point.duties)
            bounds = Bounds.of(on, DAYS, limits)
            for choice in EVERY_SINGLE:
                found = listing.entries(session, rows, choice=choice, bounds=bounds)
                assert ids(found) == ids(core.chosen(every, choice, on, DAYS, limits)), choice
            for choice in (Choice(), *mixed):
                assert_alike(session, rows, every, choice, on, limits)
            assert listing.count_gaps(session, rows) == core.count_gaps(every)
            session.rollback()

    holds()


PAGED = (Choice(), Choice(marks=(Mark.OVERDUE,)), Choice(marks=URGENT), Choice(part="due"), Choice(only_open=True))


def test_pages_of_a_list_are_cut_from_the_whole(database: Database) -> None:
    @settings(max_examples=10, suppress_health_check=list(HealthCheck))
    @given(plans, st.sampled_from(TODAYS), st.sampled_from(Order), st.integers(1, 7), st.integers(0, 20))
    def holds(office: list[list[Point]], on: date, order: Order, limit: int, offset: int) -> None:
        with database.write() as session:
            rows, bounds = store(session, on, office), Bounds.of(on, DAYS)
            for choice in PAGED:
                whole = listing.entries(session, rows, choice=choice, bounds=bounds, order=order)
                page = listing.page(session, rows, bounds, choice, order, limit, offset)
                assert page == whole[offset : offset + limit], choice
            session.rollback()

    holds()


def test_an_entry_names_those_whose_part_was_held_when_it_was_closed_or_is_held_now(database: Database) -> None:
    @settings(max_examples=20, suppress_health_check=list(HealthCheck))
    @given(st.lists(parts, max_size=4), periods)
    def holds(its: list[Responsibility], period: Period) -> None:
        closed = period.closed_at if period.state is State.DONE else None
        held = [
            one
            for one in its
            if (one.ended is None or (closed is not None and one.ended > closed))
            and (closed is None or one.began <= closed)
        ]
        with database.write() as session:
            rows = store(session, TODAYS[0], [[Point("", its, [Duty("检查", None, False, [period])])]])
            (entry,) = listing.entries(session, rows)
            session.rollback()
        for role, names in (
            ("leader", entry.leaders),
            ("department", entry.departments),
            ("supporting", entry.supporting),
        ):
            assert names == tuple(one.name for one in held if one.role == role)
        assert entry.facts.assigned == any(one.role != "contact" for one in held)
        assert entry.cells == tuple((name, bool(day)) for name, day in period.cells.items())

    holds()


@given(st.sampled_from(TODAYS), st.integers(0, 60))
def test_the_last_soon_day_is_the_last_within_the_working_days(on: date, days: int) -> None:
    bounds, due = Bounds.of(on, DAYS), on + timedelta(days=days)
    assert (due <= bounds.soon) == (DAYS.between(on, due) <= 7)
    assert (due <= bounds.soon_monthly) == (DAYS.between(on, due) <= 3)

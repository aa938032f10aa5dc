"""How things stand today, how they stood on a day gone by, and what was known of it then."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import partial
from random import Random
from typing import Any

import pytest

from planner.core.choice import URGENT, Choice, Gap, Order
from planner.core.ledger import Entry, Totals
from planner.core.status import Act, Mark, State, allowed_acts
from planner.errors import PlannerError
from planner.services.assigning import assign, release
from planner.services.importing import Source, import_plan
from planner.services.reporting import SAMPLE_DAY, Standing, stand
from planner.services.scheduling import count_in, declare_standing, name_cells, set_due, set_season
from planner.services.tracking import Said, issue_drafts, record
from planner.services.withdrawing import withdraw_plan
from planner.store import queries
from planner.store.database import Database
from tests.conftest import NOON, PLAN
from tests.full_plan import issue_full_plan, rows_of

TODAY = NOON.date()
SAID = Said("王文员", NOON, TODAY, "查了")
LEADERS = ("王建国", "李秀英", "赵六", "孙七")
USUAL = (
    Act.PROGRESS,
    Act.HAND_IN,
    Act.SIGN_OFF,
    Act.SEND_BACK,
    Act.REOPEN,
    Act.EXTENSION_REQUEST,
    Act.SUSPEND,
    Act.ISSUE,
)
CHOICES = [
    Choice(),
    Choice(marks=URGENT),
    Choice(part="due"),
    *(Choice(gap=gap) for gap in Gap),
    Choice(party="李秀英"),
    Choice(words="检查", only_open=True),
]


@pytest.fixture
def address(database: Database) -> str:
    return issue_full_plan(database, at=NOON - timedelta(days=30), drafts=("校车",))


def at(day: date, hour: int = 12) -> datetime:
    return datetime.combine(day, time(hour), NOON.tzinfo)


def on(day: date, entered: date | None = None, **more: Any) -> Said:
    """What is said about a day, on that day or entered later."""
    return replace(SAID, at=at(entered or day), day=day, **more)


def named(standing: Standing) -> dict[str, Entry]:
    return {f"{entry.code}/{entry.key}": entry for entry in standing.entries}


def told_from_the_ledger(standing: Standing, *, as_recorded: bool) -> Standing:
    """The same day, as it would be told were it gone by."""
    return replace(standing, then=datetime.combine(standing.on, time.max, NOON.tzinfo), as_recorded=as_recorded)


def some_acts(database: Database, address: str, day: date, chance: Random) -> Iterator[Callable[[], object]]:
    """Yield what an office might do on a day; some of it is refused."""
    for hour in range(8, 18):
        row = chance.choice([row for _, row in sorted(rows_of(database, address).items())])
        about = day - timedelta(days=chance.choice((0, 0, 0, 1, 5)))
        data = {
            "times": 1,
            "explained": "停工",
            "promised_on": day.isoformat(),
            "difficulty": chance.choice(("", "缺人")),
        }
        said = replace(on(day), at=at(day, hour), day=about, data=data, on_behalf_of=chance.choice(LEADERS))
        later = (row.due_on or day) + timedelta(days=chance.randint(1, 20))
        acts = allowed_acts(State(row.state))
        act = chance.choice([act for act in acts if act in USUAL] or acts)
        with database.read() as session:
            item = queries.item_of(session, row)
            held = queries.assigned(session, [item.id]).get(item.id, [])
        if act is Act.EXTENSION_REQUEST:
            said = replace(said, data={"due_on": later.isoformat()})
        possible: list[Callable[[], object]] = [
            *[partial(record, database, row.id, act, said)] * 12,
            partial(set_due, database, row.id, later, said),
            partial(count_in, database, row.id, said),
            partial(declare_standing, database, row.task_id, said),
            partial(name_cells, database, row.task_id, "水利、农业", said),
            partial(set_season, database, 2024, "汛期", later, later, said),
            partial(issue_drafts, database, address, said),
            *[partial(assign, database, item.id, "leader", chance.choice(LEADERS), said)] * 2,
            *[partial(release, database, item.id, part.party_id, part.role, said) for part in held],
        ]
        yield chance.choice(possible)


@pytest.fixture(params=[1, 2, 3])
def months(request: pytest.FixtureRequest, database: Database, address: str) -> dict[date, Standing]:
    """Seven weeks of acts, with the list that was taken on each evening."""
    chance, kept = Random(request.param), {}  # noqa: S311  to be told again
    for days in range(0, 50, 7):
        day = TODAY + timedelta(days=days)
        for act in some_acts(database, address, day, chance):
            with suppress(PlannerError):
                act()
        kept[day] = stand(database, at(day, 20), address=address)
        assert kept[day].entries, "taken now, and kept"
    return kept


def assert_alike(in_the_database: Standing, at_hand: Standing) -> None:
    for choice in CHOICES:
        for order in Order:
            assert in_the_database.choose(choice, order) == at_hand.choose(choice, order)
        page = in_the_database.choose(choice, Order.URGENCY, 3, 2)
        assert [entry.occurrence_id for entry in page] == [
            entry.occurrence_id for entry in at_hand.choose(choice, Order.URGENCY, 3, 2)
        ]
        assert in_the_database.totals(choice) == at_hand.totals(choice)
        assert in_the_database.count_marks(choice) == at_hand.count_marks(choice)
        assert in_the_database.count(choice) == at_hand.count(choice)
    assert in_the_database.count_gaps() == at_hand.count_gaps()
    # Last, since a standing that has read everything chooses at hand too.
    assert in_the_database.entries == at_hand.entries
    assert in_the_database.choose(CHOICES[1]) == at_hand.choose(CHOICES[1])


@pytest.mark.parametrize("as_recorded", [False, True])
def test_today_is_the_same_from_the_rows_and_from_the_ledger(
    months: dict[date, Standing], database: Database, address: str, as_recorded: bool
) -> None:
    today = stand(database, at(max(months), 20), address=address)
    assert today.then is None
    assert len({entry.facts.state for entry in today.entries}) >= 3, "a history worth telling"
    again = stand(database, at(max(months), 20), address=address)
    assert_alike(again, told_from_the_ledger(today, as_recorded=as_recorded))


def test_a_list_kept_from_a_day_is_the_list_told_of_it_later_as_recorded(
    months: dict[date, Standing], database: Database, address: str
) -> None:
    later = at(max(months) + timedelta(days=30))
    for day, kept in months.items():
        told = stand(database, later, on=day, address=address, as_recorded=True)
        assert told.then is not None
        assert told.entries == kept.entries
        assert [told.mark(entry) for entry in told.entries] == [kept.mark(entry) for entry in kept.entries]
        assert [told.words(entry) for entry in told.entries] == [kept.words(entry) for entry in kept.entries]


def test_what_is_entered_late_counts_by_its_day_unless_asked_what_was_known(database: Database, address: str) -> None:
    one = rows_of(database, address)["1-1/once"].id
    june, july = date(2024, 6, 28), date(2024, 7, 5)
    record(database, one, Act.HAND_IN, on(june, entered=july, text="都考了"))
    record(database, one, Act.SIGN_OFF, on(june, entered=july))
    asked = at(date(2024, 8, 1))
    by_day, known = (
        stand(database, asked, on=date(2024, 7, 1), address=address, as_recorded=recorded) for recorded in (False, True)
    )
    assert (by_day.mark(named(by_day)["1-1/once"]), known.mark(named(known)["1-1/once"])) == (Mark.DONE, Mark.OVERDUE)
    # Beside it the second quarter, due on the same day and not done in either.
    assert by_day.totals() == Totals(due=2, on_time=1, late=0, overdue=1)
    assert known.totals() == Totals(due=2, on_time=0, late=0, overdue=2)
    before = stand(database, asked, on=date(2024, 6, 27), address=address)
    assert before.mark(named(before)["1-1/once"]) is Mark.DUE_SOON, "not done yet on the day before"


def test_a_due_day_moved_later_is_told_as_it_was(database: Database, address: str) -> None:
    one = rows_of(database, address)["3-2/once"].id
    set_due(database, one, date(2024, 9, 1), replace(on(date(2024, 7, 8)), on_behalf_of="王建国"))
    for as_recorded in (False, True):
        then = stand(database, at(date(2024, 8, 1)), on=date(2024, 7, 7), address=address, as_recorded=as_recorded)
        assert named(then)["3-2/once"].facts.due_on == date(2024, 7, 10)
    assert named(stand(database, at(date(2024, 8, 1)), address=address))["3-2/once"].facts.due_on == date(2024, 9, 1)


def test_what_is_closed_stays_with_those_it_belonged_to(database: Database, address: str) -> None:
    rows = rows_of(database, address)
    for act in (Act.HAND_IN, Act.SIGN_OFF):
        record(database, rows["2-1/2024-Q2"].id, act, on(date(2024, 6, 24), data={"explained": "按季"}))
    with database.read() as session:
        item = queries.item_of(session, rows["2-1/2024-Q2"])
        old = next(part for part in queries.assigned(session, [item.id])[item.id] if part.name == "王建国")
    handed_over = on(date(2024, 6, 25))
    release(database, item.id, old.party_id, "leader", handed_over)
    assign(database, item.id, "leader", "赵六", handed_over)

    def leaders(standing: Standing) -> tuple[tuple[str, ...], tuple[str, ...]]:
        entries = named(standing)
        return entries["2-1/2024-Q2"].leaders, entries["2-1/2024-Q3"].leaders

    asked = at(date(2024, 7, 10))
    for as_recorded in (False, True):
        after = stand(database, asked, on=date(2024, 6, 26), address=address, as_recorded=as_recorded)
        assert leaders(after) == (("王建国",), ("赵六",))
    today = stand(database, asked, address=address)
    assert leaders(today) == (("王建国",), ("赵六",))
    assert {entry.key for entry in today.choose(Choice(party="王建国")) if entry.code == "2-1"} == {"2024-Q2"}
    assert "2024-Q2" not in {entry.key for entry in today.choose(Choice(party="赵六"))}
    closing_day = (
        stand(database, asked, on=date(2024, 6, 24), address=address, as_recorded=recorded)
        for recorded in (False, True)
    )
    assert [leaders(then) for then in closing_day] == [
        (("王建国",), ("赵六",)),  # by its day: who answers today is asked about what is open
        (("王建国",), ("王建国",)),  # as recorded: who answered then
    ]


def test_days_to_come_are_judged_from_what_is_known_today(database: Database, address: str) -> None:
    ahead = stand(database, NOON, on=date(2024, 7, 11), address=address, as_recorded=True)
    assert (ahead.then, ahead.today) == (None, TODAY)
    assert ahead.mark(named(ahead)["3-2/once"]) is Mark.OVERDUE


def test_before_a_plan_was_issued_there_was_nothing_as_recorded(database: Database, address: str) -> None:
    early = date(2024, 5, 1)
    assert stand(database, NOON, on=early, address=address, as_recorded=True).entries == ()
    assert len(stand(database, NOON, on=early, address=address).entries) == len(rows_of(database, address))


def test_the_sample_is_seen_on_its_own_day(database: Database) -> None:
    sample = import_plan(database, Source("示例.md", PLAN.encode()), actor="系统", at=NOON, sample=True)
    later = at(date(2026, 1, 5))
    shown = stand(database, later)
    assert (shown.is_sample, shown.on, shown.then) == (True, SAMPLE_DAY, None)
    assert stand(database, later, on=SAMPLE_DAY).then is None
    assert stand(database, later, on=SAMPLE_DAY - timedelta(days=1)).then is not None
    withdraw_plan(database, sample.address, Said("王文员", later, later.date()))
    empty = stand(database, later)
    assert (empty.is_sample, empty.entries, empty.on) == (False, (), later.date())


def test_a_day_of_an_earlier_year_shows_the_plans_of_that_year(database: Database) -> None:
    old = import_plan(database, Source("旧.md", PLAN.encode()), actor="王文员", at=NOON)
    newer = PLAN.replace("2024年", "2025年").encode()
    new = import_plan(database, Source("新.md", newer), actor="王文员", at=at(date(2025, 4, 20)))
    now = at(date(2025, 6, 1))
    assert [plan.address for plan in stand(database, now).plans] == [new.address, old.address], "old matters are open"
    assert [plan.address for plan in stand(database, now, on=date(2024, 7, 1)).plans] == [old.address]
    assert [plan.address for plan in stand(database, now, address=new.address).plans] == [new.address]
    for row in rows_of(database, old.address).values():
        record(database, row.id, Act.CANCEL, on(TODAY, text="不再办"))
    assert [plan.address for plan in stand(database, now).plans] == [new.address]
    assert [plan.address for plan in stand(database, now, on=date(2024, 7, 1)).plans] == [old.address]
    assert [plan.address for plan in stand(database, now, on=date(2023, 7, 1)).plans] == [new.address]

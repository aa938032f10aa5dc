"""Any history of acts: what is recorded is what the ledger tells, after every step and of every step before it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from planner.core.history import Story, replay
from planner.core.permission import Role
from planner.core.status import OPEN, RUNNING, Act, State
from planner.errors import PlannerError
from planner.services.arranging import seed_calendar
from planner.services.assigning import assign, release
from planner.services.scheduling import count_in, declare_standing, name_cells, set_due, set_season
from planner.services.signing_in import ensure_office
from planner.services.tracking import Said, issue_drafts, measure, record, settle_finding, sign_off_all
from planner.services.verifying import rebuild, verify
from planner.store import people, queries
from planner.store.database import Database
from planner.store.journal import happenings
from planner.store.models import Delegation, Occurrence
from tests.conftest import NOON, POSTGRESQL, empty_schema
from tests.full_plan import issue_full_plan, ledger, rows_of, stories

DRAFTS = ("校车", "清淤")
WORDS = st.sampled_from(["", " ", "查了3家", "长" * 501, "说\n完'\"%_\\了", "👍"])
NAMES = st.sampled_from(["", "王建国", "李秀英", "张书记", "陈代理", "赵六"])
LEADERS = st.sampled_from(["王建国", "李秀英", "张书记"])
CELLS = st.lists(st.sampled_from(["农业", "水利", "A组", "a组", '"引"', "百分%", "下_划"]), unique=True, max_size=3)
DAYS = st.dates(date(2024, 3, 1), date(2025, 1, 31))
ACTORS = st.sampled_from(
    [
        *[("王文员", Role.CLERK, "")] * 6,
        ("王建国", Role.LEADER, "王建国"),
        ("陈代理", Role.LEADER, "陈代理"),
        ("张书记", Role.LEADER, "张书记"),
        ("赵六", Role.LEADER, "赵六"),
        ("小刘", Role.CONTACT, "农业"),
        *[("小李", Role.CONTACT, "应急部门")] * 2,
    ]
)
DATA = st.fixed_dictionaries(
    {},
    optional={
        "times": st.integers(0, 3),
        "cells": CELLS,
        "promised_on": DAYS.map(date.isoformat),
        "difficulty": st.sampled_from(["", "缺人手"]),
        "coordination": st.sampled_from(["", "请县里协调"]),
        "next_step": st.sampled_from(["", "下周再查"]),
        "explained": st.sampled_from(["", " ", "雨季停工"]),
    },
)
PLACES = st.integers(0, 99)
NORMAL = (Act.PROGRESS, Act.HAND_IN, Act.SIGN_OFF, Act.SEND_BACK, Act.CHASE, Act.REOPEN)
KINDS = ("leader", "department", "supporting", "contact", "chief")


class Histories(RuleBasedStateMachine):
    """One office at work; ``told`` keeps, for each number of events, how everything stood after them."""

    opened: Callable[[], Database]

    def __init__(self) -> None:
        super().__init__()
        self.database = type(self).opened()
        with self.database.read() as session:
            (plan,) = queries.plans(session)
        self.address, self.plan_id = plan.address, plan.id
        self.at = NOON
        self.told: dict[int, dict[int, Story]] = {}
        self._keep()

    def teardown(self) -> None:
        events = happenings(ledger(self.database, self.address))
        for number, kept in self.told.items():
            assert replay(events[:number]) == kept, f"as it was after {number} events"
        self.database.close()

    def _keep(self) -> tuple[int, dict[int, Story]]:
        number, kept = len(ledger(self.database, self.address)), stories(self.database)
        assert self.told.setdefault(number, kept) == kept, "nothing changes without an event"
        return number, kept

    def _try(self, act: Callable[[], object]) -> None:
        before = self._keep()
        try:
            act()
        except PlannerError:
            assert self._keep() == before, "what is refused leaves no trace"
        else:
            self._keep()

    def _row(self, place: int, *states: State) -> Occurrence:
        """Return one of the occurrences, of those in some states if there is any."""
        rows = [row for _, row in sorted(rows_of(self.database, self.address).items())]
        fitting = [row for row in rows if row.state in states] or rows
        return fitting[place % len(fitting)]

    def _said(self, text: str, late: int = 0, by: tuple[str, Role, str] | None = None, **more: Any) -> Said:
        name, role, party = by or ("王文员", Role.CLERK, "")
        return Said(name, self.at, self.at.date() - timedelta(days=late), text, role=role, party=party, **more)

    @initialize(office=st.booleans(), deputy=st.booleans(), chief=st.booleans())
    def begin(self, office: bool, deputy: bool, chief: bool) -> None:
        """Settle who signs off, who stands in and whether anybody is the main leader."""
        with self.database.write() as session:
            parties = {party.name: party for party in people.parties(session)}
            queries.the_office(session).sign_off_by = "office" if office else "leader"
            parties["张书记"].main_leader = chief
            if deputy:
                session.add(
                    Delegation(
                        party_id=parties["王建国"].id,
                        deputy_id=parties["陈代理"].id,
                        starts_on=date(2024, 6, 1),
                        ends_on=date(2024, 8, 1),
                        made_at=NOON,
                        made_by="王文员",
                    )
                )

    @rule(days=st.integers(1, 20), hours=st.integers(0, 11))
    def time_passes(self, days: int, hours: int) -> None:
        self.at += timedelta(days=days, hours=hours)

    @rule(
        place=PLACES, act=st.sampled_from(Act), text=WORDS, late=st.integers(-1, 30), by=ACTORS, name=NAMES, data=DATA
    )
    def any_act(
        self, place: int, act: Act, text: str, late: int, by: tuple[str, Role, str], name: str, data: dict[str, Any]
    ) -> None:
        said = self._said(text, late, by, on_behalf_of=name, data=data)
        self._try(lambda: record(self.database, self._row(place).id, act, said))

    @rule(place=PLACES, act=st.sampled_from(NORMAL), name=NAMES, late=st.integers(0, 9), data=DATA)
    def a_fitting_act(self, place: int, act: Act, name: str, late: int, data: dict[str, Any]) -> None:
        """The way from the first progress to the sign-off and back, which random acts seldom find."""
        where = {Act.SIGN_OFF: (State.HANDED_IN,), Act.SEND_BACK: (State.HANDED_IN,), Act.REOPEN: (State.DONE,)}
        row = self._row(place, *where.get(act, (State.NOT_STARTED, State.IN_PROGRESS)))
        cells = [one for one in data.pop("cells", ()) if one in row.cells]
        said = self._said("办了", late, on_behalf_of=name, data={"explained": "停工", **data, "cells": cells})
        self._try(lambda: record(self.database, row.id, act, said))

    @rule(place=PLACES, seen=st.integers(1, 4), act=st.sampled_from(NORMAL))
    def act_on_what_was_seen(self, place: int, seen: int, act: Act) -> None:
        self._try(lambda: record(self.database, self._row(place).id, act, self._said("办了"), seen))

    @rule(place=PLACES, by=ACTORS, days=st.integers(-2, 60), reason=st.sampled_from(["等设备", "等设备", " "]))
    def ask_for_an_extension(self, place: int, by: tuple[str, Role, str], days: int, reason: str) -> None:
        rows = [row for row in rows_of(self.database, self.address).values() if self._can_be_extended(row)]
        row = rows[place % len(rows)] if rows else self._row(place)
        until = (row.due_on or self.at.date()) + timedelta(days=days)
        said = self._said(reason, by=by, data={"due_on": until.isoformat()})
        self._try(lambda: record(self.database, row.id, Act.EXTENSION_REQUEST, said))

    @rule(place=PLACES, name=LEADERS, days=st.integers(1, 40), granted=st.booleans())
    def ask_and_decide(self, place: int, name: str, days: int, granted: bool) -> None:
        self.ask_for_an_extension(place, ("王文员", Role.CLERK, ""), days, "等设备")
        if self._asked():
            self.decide_an_extension(place, granted, ("王文员", Role.CLERK, ""), name, None)

    def _can_be_extended(self, row: Occurrence) -> bool:
        return row.state in RUNNING and row.due_on is not None and row.due_on >= self.at.date()

    @precondition(lambda self: self._asked())
    @rule(place=PLACES, granted=st.booleans(), by=ACTORS, name=LEADERS, days=st.none() | st.integers(-1, 60))
    def decide_an_extension(
        self, place: int, granted: bool, by: tuple[str, Role, str], name: str, days: int | None
    ) -> None:
        row = self._asked()[place % len(self._asked())]
        until = row.due_on and days and (row.due_on + timedelta(days=days)).isoformat()
        said = self._said("同意", by=by, on_behalf_of=name, data={"due_on": until} if until else {})
        act = Act.EXTENSION_GRANTED if granted else Act.EXTENSION_REFUSED
        self._try(lambda: record(self.database, row.id, act, said))

    def _asked(self) -> list[Occurrence]:
        return [row for row in rows_of(self.database, self.address).values() if row.extension]

    @rule(
        place=PLACES,
        figure=st.integers(-1, 2),
        words=st.sampled_from(["94.96", "1203/1292", "96%", "-1", "十"]),
        late=st.integers(0, 9),
    )
    def measured(self, place: int, figure: int, words: str, late: int) -> None:
        row = rows_of(self.database, self.address)["3-1/once"] if place % 2 else self._row(place)
        self._try(lambda: measure(self.database, row.id, figure, words, self._said("", late)))

    @rule(place=PLACES, due_on=DAYS, text=WORDS)
    def due_day_set(self, place: int, due_on: date, text: str) -> None:
        self._try(lambda: set_due(self.database, self._row(place).id, due_on, self._said(text)))

    @rule(place=PLACES)
    def declared_standing(self, place: int) -> None:
        self._try(lambda: declare_standing(self.database, self._row(place, *OPEN).task_id, self._said("")))

    @rule(place=PLACES)
    def counted_in(self, place: int) -> None:
        before = [row for row in rows_of(self.database, self.address).values() if row.before_issue]
        row = before[0] if before and place % 2 else self._row(place)
        self._try(lambda: count_in(self.database, row.id, self._said("")))

    @rule(place=PLACES, names=CELLS)
    def cells_named(self, place: int, names: list[str]) -> None:
        self._try(lambda: name_cells(self.database, self._row(place).task_id, "、".join(names), self._said("")))

    @rule(
        name=st.sampled_from(["汛期", "春季学期", "秋季学期", "寒假", " "]), starts_on=DAYS, days=st.integers(-1, 120)
    )
    def season_dated(self, name: str, starts_on: date, days: int) -> None:
        ends_on = starts_on + timedelta(days=days)
        self._try(lambda: set_season(self.database, 2024, name, starts_on, ends_on, self._said("")))

    @rule(code=st.sampled_from(["", "4-1", "5-2", "1-1", "9-9"]))
    def drafts_issued(self, code: str) -> None:
        self._try(lambda: issue_drafts(self.database, self.address, self._said(""), code))

    @rule(place=PLACES, name=NAMES)
    def signed_off_together(self, place: int, name: str) -> None:
        ids = dict.fromkeys(
            [self._row(place, State.HANDED_IN).id, self._row(place + 1).id, 999_999 if place > 90 else 1]
        )
        self._try(lambda: sign_off_all(self.database, ids, self._said("", on_behalf_of=name)))

    @rule(place=PLACES, kind=st.sampled_from(KINDS), name=NAMES, is_taken=st.booleans())
    def handed_over(self, place: int, kind: str, name: str, is_taken: bool) -> None:
        with self.database.read() as session:
            item = queries.item_of(session, self._row(place))
            parties = {party.name: party.id for party in people.parties(session)}
        if is_taken and name in parties:
            self._try(lambda: release(self.database, item.id, parties[name], kind, self._said("")))
        else:
            self._try(lambda: assign(self.database, item.id, kind, name, self._said("")))

    @rule(settled=st.booleans())
    def finding_settled(self, settled: bool) -> None:
        with self.database.read() as session:
            finding = queries.version_of(session, self.plan_id).findings[0]
        place = finding["start"] if settled else -1
        self._try(lambda: settle_finding(self.database, self.address, finding["code"], place, self._said("")))

    @invariant()
    def the_ledger_is_whole_and_tells_what_stands(self) -> None:
        (result,) = verify(self.database)
        assert result.is_whole, result.sentence()
        assert rebuild(self.database, NOON) == 0

    @invariant()
    def what_a_story_says_fits_together(self) -> None:
        for story in stories(self.database).values():
            is_done = story.state is State.DONE
            assert (story.closed_on is not None) == (story.closed_at is not None) == is_done
            assert not story.signed_by or is_done
            assert story.handed_in_on is not None or story.state is not State.HANDED_IN
            assert story.extension is None or story.state in OPEN
            assert story.first_due_on is not None or story.due_on is None
            assert not (story.standing and story.due_on)


def prepare(database: Database) -> None:
    database.migrate()
    ensure_office(database, "柳河镇党政办")
    seed_calendar(database, NOON)
    issue_full_plan(database, drafts=DRAFTS)
    with database.write() as session:
        item = queries.items_of(session, queries.plans(session)[0].id)[0]
    said = Said("王文员", NOON, NOON.date())
    assign(database, item.id, "leader", "张书记、陈代理", said)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def offices(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Database]:
    """Make a new office with the plan issued, as often as asked."""
    if request.param == "sqlite":
        first = tmp_path / "first.db"
        database = Database(f"sqlite:///{first.as_posix()}")
        prepare(database)
        database.close()
        copies = iter(range(100_000))

        def copied() -> Database:
            path = tmp_path / f"{next(copies)}.db"
            shutil.copy(first, path)
            return Database(f"sqlite:///{path.as_posix()}")

        return copied
    if not POSTGRESQL:
        pytest.skip("PLANNER_TEST_POSTGRESQL names no server")

    def emptied() -> Database:
        empty_schema(POSTGRESQL)
        database = Database(POSTGRESQL)
        prepare(database)
        return database

    return emptied


def test_any_history_is_told_by_its_ledger(offices: Callable[[], Database], request: pytest.FixtureRequest) -> None:
    class Office(Histories):
        opened = staticmethod(offices)

    many = "sqlite" in request.node.name
    run_state_machine_as_test(
        Office,
        settings=settings(
            max_examples=40 if many else 4,
            stateful_step_count=30 if many else 25,
            suppress_health_check=list(HealthCheck),
        ),
    )

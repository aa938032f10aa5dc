"""Who acts at the same time acts one after the other: nothing is lost, and the second is told what the first did.

Threads share one database object, as those of the web server do; processes have each their own.
"""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple, Protocol

import pytest

from planner.core.status import Act
from planner.errors import Conflict, Invalid, PlannerError
from planner.services.assigning import assign, release
from planner.services.scheduling import name_cells, set_season
from planner.services.tracking import Said, record
from planner.services.verifying import rebuild, verify
from planner.store import people, queries
from planner.store.database import Database
from planner.store.journal import take_turn
from planner.store.models import Occurrence
from tests.conftest import NOON
from tests.full_plan import issue_full_plan, ledger, rows_of

WORKERS = 4
ROUNDS = 5
SAID = Said("王文员", NOON, NOON.date(), "查了")


class Call(NamedTuple):
    """A service with what it is called with after the database."""

    service: Callable[..., Any]
    arguments: tuple[Any, ...] = ()


class Gate(Protocol):
    """Where everybody waits until all have come."""

    def wait(self) -> int: ...


_gate: list[Gate] = []


def _stand_at(gate: Gate) -> None:
    _gate[:] = [gate]


def _work(where: Database | str, calls: Sequence[Call]) -> list[Any]:
    database = Database(where) if isinstance(where, str) else where
    _gate[0].wait()
    outcomes = [_outcome(database, call) for call in calls]
    if database is not where:
        database.close()
    return outcomes


def _outcome(database: Database, call: Call) -> Any:
    try:
        return call.service(database, *call.arguments)
    except PlannerError as refused:
        return refused


@dataclass
class Crowd:
    """Four who begin at the same moment, each with its own list of calls."""

    pool: Executor
    where: Callable[[Database], Database | str]

    def act(self, database: Database, *each: Sequence[Call]) -> list[list[Any]]:
        assert len(each) == WORKERS
        return list(self.pool.map(_work, [self.where(database)] * WORKERS, each))


@pytest.fixture(scope="module")
def processes() -> Iterator[Executor]:
    context = multiprocessing.get_context("spawn")
    gate = context.Barrier(WORKERS, timeout=60)
    with ProcessPoolExecutor(WORKERS, context, _stand_at, (gate,)) as pool:
        yield pool


@pytest.fixture(params=["threads", "processes"])
def crowd(request: pytest.FixtureRequest) -> Iterator[Crowd]:
    if request.param == "processes":
        pool = request.getfixturevalue("processes")
        yield Crowd(pool, lambda database: database.engine.url.render_as_string(hide_password=False))
        return
    _stand_at(threading.Barrier(WORKERS, timeout=60))
    with ThreadPoolExecutor(WORKERS) as pool:
        yield Crowd(pool, lambda database: database)


@pytest.fixture
def address(database: Database) -> str:
    address = issue_full_plan(database)
    with database.write() as session:
        for party in people.parties(session):
            if party.name == "王建国":
                party.main_leader = True
                session.add(party)
    return address


def row(database: Database, address: str, name: str) -> Occurrence:
    return rows_of(database, address)[name]


def assert_whole(database: Database, address: str, added: int) -> None:
    """Nothing is missing, nothing is there twice, and the rows say what the events say."""
    events = ledger(database, address)
    assert [event.number for event in events] == list(range(1, 3 + added))
    assert all(result.is_whole for result in verify(database))
    assert rebuild(database, NOON) == 0
    for one in rows_of(database, address).values():
        assert one.version == 1 + sum(event.occurrence_id == one.id for event in events)


def test_of_those_who_saw_the_same_one_wins_and_the_others_are_told(
    database: Database, address: str, crowd: Crowd
) -> None:
    for turn in range(ROUNDS):
        seen = row(database, address, "1-1/once")
        words = [f"第{turn}轮第{worker}人" for worker in range(WORKERS)]
        outcomes = crowd.act(
            database,
            *([Call(record, (seen.id, Act.PROGRESS, replace(SAID, text=text), seen.version))] for text in words),
        )
        (winner,) = [text for text, (outcome,) in zip(words, outcomes, strict=True) if outcome is None]
        refused = [outcome for (outcome,) in outcomes if outcome is not None]
        assert [type(outcome) for outcome in refused] == [Conflict] * (WORKERS - 1)
        assert {outcome.message for outcome in refused} == {
            f"您填写时，王文员刚记了「进展」：{winner}。您写的内容还在，请看过最新情况后再提交。"
        }
        assert row(database, address, "1-1/once").last_progress == winner
    assert_whole(database, address, ROUNDS)


def test_without_a_version_all_are_recorded_in_one_order(database: Database, address: str, crowd: Crowd) -> None:
    quarter = row(database, address, "2-1/2024-Q2")
    said = [[replace(SAID, text=f"{worker}-{turn}", data={"times": 1}) for turn in range(10)] for worker in range(4)]
    outcomes = crowd.act(database, *([Call(record, (quarter.id, Act.PROGRESS, one)) for one in own] for own in said))
    assert outcomes == [[None] * 10] * WORKERS
    texts = [event.text for event in ledger(database, address) if event.occurrence_id == quarter.id]
    assert sorted(texts) == sorted(one.text for own in said for one in own)
    for own in said:
        assert [text for text in texts if text[0] == own[0].text[0]] == [one.text for one in own]
    now = row(database, address, "2-1/2024-Q2")
    assert (now.times, now.last_progress) == (40, texts[-1])
    assert_whole(database, address, 40)


def test_two_periods_of_one_plan_share_its_numbers_without_a_gap(
    database: Database, address: str, crowd: Crowd
) -> None:
    rows = [row(database, address, name) for name in ("1-1/once", "3-2/once")]
    crowd.act(
        database,
        *([Call(record, (rows[worker % 2].id, Act.CHASE, SAID, None))] * ROUNDS for worker in range(WORKERS)),
    )
    assert_whole(database, address, WORKERS * ROUNDS)
    about = [event.occurrence_id for event in ledger(database, address)[2:]]
    assert [about.count(one.id) for one in rows] == [2 * ROUNDS] * 2


def test_signing_off_against_sending_back(database: Database, address: str, crowd: Crowd) -> None:
    one = row(database, address, "1-1/once")
    for _ in range(ROUNDS):
        record(database, one.id, Act.HAND_IN, SAID)
        acts = (Act.SIGN_OFF, Act.SEND_BACK, Act.SIGN_OFF, Act.SEND_BACK)
        outcomes = crowd.act(database, *([Call(record, (one.id, act, SAID))] for act in acts))
        (done,) = [act for act, (outcome,) in zip(acts, outcomes, strict=True) if outcome is None]
        assert [type(outcome) for (outcome,) in outcomes if outcome is not None] == [Invalid] * 3
        now = row(database, address, "1-1/once")
        assert now.state == ("done" if done is Act.SIGN_OFF else "in_progress")
        assert (now.closed_on is None) == (now.handed_in_on is None) == (done is Act.SEND_BACK)
        if done is Act.SEND_BACK:
            record(database, one.id, Act.HAND_IN, SAID)
            record(database, one.id, Act.SIGN_OFF, SAID)
        record(database, one.id, Act.REOPEN, SAID)
    assert_whole(database, address, row(database, address, "1-1/once").version - 1)


def test_an_extension_is_decided_once(database: Database, address: str, crowd: Crowd) -> None:
    one = row(database, address, "3-2/once")
    granted, due = 0, date(2024, 7, 10)
    for turn in range(1, ROUNDS + 1):
        later = date(2024, 7, 10 + turn)
        record(database, one.id, Act.EXTENSION_REQUEST, replace(SAID, data={"due_on": later.isoformat()}))
        acts = (Act.EXTENSION_GRANTED, Act.EXTENSION_REFUSED, Act.EXTENSION_GRANTED, Act.EXTENSION_REFUSED)
        decided = replace(SAID, on_behalf_of="王建国")
        outcomes = crowd.act(database, *([Call(record, (one.id, act, decided))] for act in acts))
        (done,) = [act for act, (outcome,) in zip(acts, outcomes, strict=True) if outcome is None]
        refused = [outcome for (outcome,) in outcomes if outcome is not None]
        assert {outcome.message for outcome in refused} == {"现在没有等待答复的延期申请。"} and len(refused) == 3
        granted, due = (granted + 1, later) if done is Act.EXTENSION_GRANTED else (granted, due)
        now = row(database, address, "3-2/once")
        assert (now.extension, now.extensions, now.due_on, now.sequence) == (None, granted, due, granted)
    assert_whole(database, address, 2 * ROUNDS)


def test_what_moves_many_periods_at_once_loses_nothing_that_is_said_meanwhile(
    database: Database, address: str, crowd: Crowd
) -> None:
    dredging, school = (row(database, address, name) for name in ("4-1/once", "5-1/2024-T1"))
    before = len(ledger(database, address))
    said = [Call(record, (one.id, Act.PROGRESS, replace(SAID, data={"times": 1}))) for one in (dredging, school)]
    starts = [date(2024, 6, day) for day in range(1, 9)]
    seasons = [
        Call(set_season, (2024, name, day, date(2024, 9, 30), SAID)) for day in starts for name in ("汛期", "春季学期")
    ]
    cells = [Call(name_cells, (dredging.task_id, names, SAID)) for names in ("农业、水利", "水利") * 4]
    outcomes = crowd.act(database, said * 8, seasons, cells, [Call(verify), Call(rebuild, (NOON,))] * 6)
    assert not [outcome for own in outcomes for outcome in own if isinstance(outcome, PlannerError)]
    checked = outcomes[3]
    assert all(result.is_whole for (result,) in checked[::2]) and not any(checked[1::2])
    rows = rows_of(database, address)
    assert [rows[name].times for name in ("4-1/once", "5-1/2024-T1")] == [8, 8]
    assert (rows["4-1/once"].due_on, rows["4-1/once"].cells) == (date(2024, 6, 7), {"水利": None})
    assert_whole(database, address, len(ledger(database, address)) - before)


def test_a_part_is_given_once_and_taken_once(database: Database, address: str, crowd: Crowd) -> None:
    with database.read() as session:
        item = queries.item_of(session, row(database, address, "1-1/once"))
    crowd.act(database, *([Call(assign, (item.id, "leader", "王建国", SAID))] for _ in range(WORKERS)))
    with database.read() as session:
        (part,) = queries.assigned(session, [item.id])[item.id]
    outcomes = crowd.act(database, *([Call(release, (item.id, part.party_id, "leader", SAID))] for _ in range(WORKERS)))
    assert sorted(type(outcome).__name__ for (outcome,) in outcomes) == ["NoneType", *["NotFound"] * 3]
    assert_whole(database, address, 2)


@pytest.mark.parametrize("act", ["sign_off", "assign"])
def test_who_holds_the_office_and_wants_the_plans_turn_stops_nobody_who_has_it(
    database: Database, address: str, act: str
) -> None:
    """A notice is issued by holding first the office, then the plan."""
    if database.engine.dialect.name == "sqlite":
        pytest.skip("SQLite lets one write at a time")
    chosen = row(database, address, "1-1/once")
    with database.read() as session:
        item = queries.item_of(session, chosen)
    record(database, chosen.id, Act.HAND_IN, SAID)
    with ThreadPoolExecutor(1) as pool:
        with database.write() as session:
            queries.the_office(session, lock=True)
            if act == "sign_off":
                other = pool.submit(record, database, chosen.id, Act.SIGN_OFF, SAID)
                other.result(timeout=20)
            else:
                other = pool.submit(assign, database, item.id, "department", "新来部门", SAID)
                with pytest.raises(TimeoutError):
                    other.result(timeout=0.5)
            take_turn(session, item.plan_id)
        other.result(timeout=20)

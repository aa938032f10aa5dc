"""A successor takes over what is open; what is closed stays with whom it belonged to; deputies act for a while."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from planner.core.permission import Role
from planner.core.status import Act
from planner.errors import Forbidden, Invalid, NotFound
from planner.services.handing_over import delegate, end_delegation, hand_over, read_handover
from planner.services.importing import Imported
from planner.services.reporting import stand
from planner.services.tracking import Said, record
from planner.services.verifying import verify
from planner.store import people, queries
from planner.store.database import Database
from planner.store.models import Party
from tests.conftest import NOON

LATER = NOON + timedelta(days=40)
SAID = Said(actor="王文员", at=NOON, day=NOON.date(), text="已检查3家")
MOVE = Said(actor="王文员", at=LATER, day=LATER.date(), text="王建国调走")


def party(database: Database, name: str) -> Party:
    with database.read() as session:
        return queries.found(people.party_named(session, "person", name))


def leaders(database: Database) -> dict[str, tuple[str, ...]]:
    return {f"{entry.code} {entry.label}".strip(): entry.leaders for entry in stand(database, LATER).entries}


@pytest.fixture
def second_quarter_done(database: Database, imported: Imported) -> None:
    entries = stand(database, NOON).entries
    done = next(entry.occurrence_id for entry in entries if entry.label == "第二季度")
    record(database, done, Act.HAND_IN, SAID)
    record(database, done, Act.SIGN_OFF, replace(SAID, text=""))


def test_what_is_open_passes_on_and_what_is_closed_stays(database: Database, second_quarter_done: None) -> None:
    key = hand_over(database, party(database, "王建国").id, "赵新", MOVE)
    now = leaders(database)
    assert now["2-1 第二季度"] == ("王建国",) and now["2-1 第三季度"] == ("赵新",)
    assert now["3-2"] == ("赵新", "李秀英"), "in his place in the text's order"
    listed = read_handover(database, key)
    assert (listed.giver, listed.taker, listed.reason) == ("王建国", "赵新", "王建国调走")
    assert {matter["code"] for _, matter in listed.matters} == {"2-1", "3-1", "3-2"}
    assert all(result.is_whole for result in verify(database))


def test_before_the_handover_it_was_somebody_else(database: Database, second_quarter_done: None) -> None:
    hand_over(database, party(database, "王建国").id, "赵新", MOVE)
    before = stand(database, LATER, NOON.date() + timedelta(days=9), as_recorded=True).entries
    assert {leader for entry in before for leader in entry.leaders} == {"王建国", "李秀英"}


def test_a_successor_who_has_a_part_already_keeps_one(database: Database, imported: Imported) -> None:
    hand_over(database, party(database, "王建国").id, "李秀英", MOVE)
    assert leaders(database)["3-2"] == ("李秀英",)


@pytest.mark.parametrize("successor", ["", "  ", "王建国"])
def test_somebody_else_must_be_named(database: Database, imported: Imported, successor: str) -> None:
    with pytest.raises(Invalid, match="移交给谁"):
        hand_over(database, party(database, "王建国").id, successor, MOVE)


def test_who_has_nothing_open_hands_nothing_over(database: Database, imported: Imported) -> None:
    hand_over(database, party(database, "王建国").id, "赵新", MOVE)
    with pytest.raises(Invalid, match="没有还在办的事项"):
        hand_over(database, party(database, "王建国").id, "赵新", MOVE)
    with pytest.raises(NotFound):
        read_handover(database, "none")


def test_a_deputy_acts_in_the_leaders_name_while_it_lasts(database: Database, imported: Imported) -> None:
    leader = party(database, "王建国")
    delegate(database, leader.id, "赵新", date(2024, 6, 18), date(2024, 6, 25), SAID, new=True)
    entry = next(entry for entry in stand(database, NOON).entries if entry.code == "3-2")
    record(database, entry.occurrence_id, Act.HAND_IN, SAID)
    deputy = Said("赵新", NOON, NOON.date(), role=Role.LEADER, party="赵新")
    with pytest.raises(Forbidden, match="其他领导负责"):
        record(database, entry.occurrence_id, Act.SIGN_OFF, replace(deputy, at=LATER))
    record(database, entry.occurrence_id, Act.SIGN_OFF, deputy)
    with database.read() as session:
        event = queries.found(queries.last_event(session, entry.occurrence_id))
    assert (event.actor, event.on_behalf_of) == ("赵新", "王建国")


def test_deputies_do_not_overlap_and_can_be_ended(database: Database, imported: Imported) -> None:
    leader = party(database, "王建国")
    delegate(database, leader.id, "赵新", date(2024, 6, 18), date(2024, 6, 25), SAID, new=True)
    with pytest.raises(Invalid, match="已经有人代理"):
        delegate(database, leader.id, "李秀英", date(2024, 6, 25), date(2024, 6, 28), SAID)
    with database.read() as session:
        (row,) = people.delegations(session, leader.id)
    end_delegation(database, row.id, SAID)
    end_delegation(database, row.id, SAID)
    delegate(database, leader.id, "李秀英", date(2024, 6, 25), date(2024, 6, 28), SAID)
    with database.read() as session:
        assert people.deputies(session, date(2024, 6, 28)) == [("李秀英", "王建国")]
        assert people.deputies(session, date(2024, 6, 29)) == []


@pytest.mark.parametrize(
    ("deputy", "first", "last", "sentence"),
    [
        ("赵新", date(2024, 6, 25), date(2024, 6, 24), "早于开始"),
        ("赵新", date(2024, 6, 1), date(2024, 6, 2), "已经过去"),
        (" ", date(2024, 6, 25), date(2024, 6, 26), "由哪位领导代理"),
        ("王建国", date(2024, 6, 25), date(2024, 6, 26), "由哪位领导代理"),
    ],
)
def test_a_delegation_must_make_sense(
    database: Database, imported: Imported, deputy: str, first: date, last: date, sentence: str
) -> None:
    with pytest.raises(Invalid, match=sentence):
        delegate(database, party(database, "王建国").id, deputy, first, last, SAID)

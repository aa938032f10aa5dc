"""Muting a rule for a task and flagging a task: kept with who did it, ended but never deleted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from planner.core.permission import Role
from planner.core.reminders import Rule
from planner.core.status import Act
from planner.errors import Conflict, Forbidden, Invalid
from planner.services.flagging import set_flag
from planner.services.importing import Imported
from planner.services.muting import mute, unmute
from planner.services.rehearsing import rehearse
from planner.services.tracking import Said
from planner.services.verifying import verify
from planner.store import outbox, queries
from planner.store.database import Database
from planner.store.models import Task
from planner.store.outgoing import Mute
from tests.conftest import NOON

SAID = Said(actor="王文员", at=NOON, day=NOON.date())


def task(database: Database, code: str = "2-1") -> Task:
    with database.read() as session:
        return queries.task_at(session, queries.plan_at(session, "2024"), code)


def told(database: Database) -> list[str]:
    """What the ledger of the plan says was settled."""
    with database.read() as session:
        own = queries.events_of(session, task(database).plan_id)
        return [event.text for event in own if event.kind == Act.SETTLE]


def rules_about(database: Database, task_id: int) -> Iterator[Rule]:
    for message in rehearse(database, NOON.date()).messages:
        for matter, entry in zip(message.due.matters, message.entries, strict=True):
            if entry.task_id == task_id:
                yield matter.rule


def test_a_muted_rule_is_rehearsed_no_more_until_it_speaks_again(database: Database, imported: Imported) -> None:
    own = task(database)
    assert Rule.LAST_DAY in set(rules_about(database, own.id))
    mute(database, own.id, "last_day", SAID)
    assert Rule.LAST_DAY not in set(rules_about(database, own.id))
    with database.read() as session:
        ((row, muted),) = outbox.muted_tasks(session)
    assert (muted.code, row.rule, row.made_by) == ("2-1", "last_day", "王文员")
    unmute(database, row.id, SAID)
    assert Rule.LAST_DAY in set(rules_about(database, own.id))
    assert told(database) == ["2-1 不再发「到期日」提醒", "2-1 恢复「到期日」提醒"]
    with database.read() as session:
        kept = session.get(Mute, row.id)
    assert kept and kept.ended_by == "王文员", "ended, not deleted"
    assert all(result.is_whole for result in verify(database))


def test_muting_twice_and_ending_twice_are_refused(database: Database, imported: Imported) -> None:
    own = task(database)
    mute(database, own.id, "early", SAID)
    with pytest.raises(Conflict, match="已经停发"):
        mute(database, own.id, "early", SAID)
    with database.read() as session:
        (row,) = outbox.mutes(session, own.id)
    unmute(database, row.id, SAID)
    with pytest.raises(Conflict, match="已经恢复"):
        unmute(database, row.id, SAID)


@pytest.mark.parametrize("rule", ["review", "issued", "hazard", "", "x"])
def test_what_must_be_told_cannot_be_muted(database: Database, imported: Imported, rule: str) -> None:
    with pytest.raises(Invalid, match="不能停发"):
        mute(database, task(database).id, rule, SAID)


def test_a_flag_is_set_and_taken_away_in_the_ledger(database: Database, imported: Imported) -> None:
    own = task(database)
    set_flag(database, own.id, "internal", True, SAID)
    assert task(database).internal and not task(database).major_hazard
    with pytest.raises(Conflict):
        set_flag(database, own.id, "internal", True, SAID)
    set_flag(database, own.id, "major_hazard", True, SAID)
    set_flag(database, own.id, "internal", False, SAID)
    assert task(database).major_hazard and not task(database).internal
    assert told(database) == ["2-1 定为内部事项", "2-1 定为重大隐患", "2-1 不再作为内部事项"]


def test_only_the_clerk_flags_and_only_by_the_flags_there_are(database: Database, imported: Imported) -> None:
    own = task(database)
    with pytest.raises(Invalid):
        set_flag(database, own.id, "withdrawn", True, SAID)
    contact = Said(actor="赵敏", at=NOON, day=NOON.date(), role=Role.CONTACT, party="应急部门")
    with pytest.raises(Forbidden):
        set_flag(database, own.id, "internal", True, contact)
    with pytest.raises(Forbidden):
        mute(database, own.id, "early", contact)
    assert told(database) == []

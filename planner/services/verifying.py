"""Verifying that the ledger was not touched, and that how things stand is what it says; rebuilding when it is not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from planner.core.chain import first_break
from planner.core.history import FIELDS, Story, replay
from planner.core.status import Act
from planner.services.publishing import text_hash
from planner.store import queries
from planner.store.database import Database, Session
from planner.store.journal import facts_of, happenings, story_of, take_turn, write_story
from planner.store.models import Event, Occurrence, Plan


@dataclass(frozen=True, slots=True)
class Verified:
    """What verifying one plan found: how many events, the first broken link, and the occurrences that say otherwise.

    ``broken`` is the number of the first event whose link does not hold, None where the chain is whole; ``head`` is the
    hash of the last event, which a printed copy can be compared with.
    """

    address: str
    title: str
    events: int
    head: str
    broken: int | None
    stray: tuple[str, ...]
    altered: tuple[int, ...] = ()
    """The versions whose issued words were changed."""

    @property
    def is_whole(self) -> bool:
        """Whether nothing was found."""
        return self.broken is None and not self.stray and not self.altered

    def sentence(self) -> str:
        """Return the result in words."""
        if self.broken is not None:
            return (
                f"《{self.title}》第{self.broken}条留痕对不上：这一条或它前面的记录被改动过。"
                "请停用这个数据库，用最近的备份恢复，并查明原因。"
            )
        if self.altered:
            numbers = "、".join(map(str, self.altered))
            return f"《{self.title}》版本{numbers}的原文被改动过。请用最近的备份恢复，并查明原因。"
        if self.stray:
            named = "、".join(self.stray[:5])
            return (
                f"《{self.title}》第1—{self.events}条连续，未见改动；但{len(self.stray)}期的现状与留痕不一致（{named}）。"
                "请运行 planner rebuild 按留痕重建。"
            )
        return f"《{self.title}》第1—{self.events}条连续，未见改动。末条校验码 {self.head[:12]}"


def verify(database: Database) -> list[Verified]:
    """Verify every plan ever imported, the sample and archived ones included."""
    return [_verify(database, plan) for plan in _plans(database)]


def _plans(database: Database) -> Sequence[Plan]:
    with database.read() as session:
        return queries.plans_ever(session)


def _verify(database: Database, plan: Plan) -> Verified:
    with database.read() as session:
        # Else an act recorded between the reading of the events and of the occurrences would be taken for a fault.
        take_turn(session, plan.id)
        return _verified(session, plan)


def _verified(session: Session, plan: Plan) -> Verified:
    events = queries.events_of(session, plan.id)
    place = first_break({**facts_of(event), "previous": event.previous, "hash": event.hash} for event in events)
    return Verified(
        address=plan.address,
        title=f"{plan.title}（已撤下）" if plan.archived_at else plan.title,
        events=len(events),
        head=events[-1].hash if events else "",
        broken=None if place is None else events[place].number,
        stray=tuple(label for _, label, _ in _stray(session, plan, events)),
        altered=_altered(session, plan, events),
    )


def _altered(session: Session, plan: Plan, events: Sequence[Event]) -> tuple[int, ...]:
    """Return the versions whose issued words are not those the ledger knows."""
    kept = [event.data["text"] for event in events if event.kind == Act.IMPORT and "text" in event.data]
    versions = queries.versions_of(session, plan.id)
    # Plans brought in before the ledger kept this have fewer.
    known = zip(versions[len(versions) - len(kept) :], kept, strict=True)
    return tuple(version.number for version, kept_hash in known if text_hash(version.text) != kept_hash)


def rebuild(database: Database, at: datetime) -> int:
    """Let every occurrence say again what its events say; return how many said otherwise; *at* is the present moment."""
    changed = 0
    for plan in _plans(database):
        with database.write() as session:
            take_turn(session, plan.id)
            for row, _, story in list(_stray(session, plan, queries.events_of(session, plan.id))):
                if story is not None:
                    write_story(row, story)
                    session.add(row)
                    changed += 1
    if changed:
        # No event tells calendars that are kept ready of the change.
        with database.write() as session:
            queries.note_settings_change(session, at)
    return changed


def _stray(session: Session, plan: Plan, events: Sequence[Event]) -> Iterator[tuple[Occurrence, str, Story | None]]:
    """Yield the occurrences whose row differs from what their events say, with their name and story; None for no event."""
    stories = replay(happenings(events))
    codes = {task.id: task.code for task in queries.tasks_ever(session, plan.id)}
    for row in queries.occurrences_in(session, [plan]):
        story = stories.get(row.id)
        if story is None or not _agrees(row, story):
            yield row, f"{codes[row.task_id]} {row.label}".strip(), story


def _agrees(row: Occurrence, story: Story) -> bool:
    own = story_of(row)
    return all(getattr(own, name) == getattr(story, name) for name in FIELDS)

"""Revising: a new version of a plan takes the place of the old one; what is the same point keeps its progress.

Nothing is deleted: what the new version has no more is cancelled and stays with its history; what is closed stays as
it is; open occurrences may get new dates, with the old ones in the ledger.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from planner.core import plan as core
from planner.core.review import title_of
from planner.core.revision import Difference, Pair, align_tasks, differences, is_changed
from planner.core.schedule import schedule
from planner.core.status import Act, State
from planner.services.publishing import (
    ROLES,
    Origin,
    decide_reminders_again,
    item_codes,
    note_times,
    party_called,
    seasons_of,
    store_assignment,
    store_item,
    store_task,
    store_version,
    text_hash,
)
from planner.services.scheduling import cancel, reschedule
from planner.store import people, queries
from planner.store.database import Session
from planner.store.journal import Entered, append, open_with, take_turn
from planner.store.models import Item, Occurrence, Plan, Task
from planner.store.values import dump_deadline, dump_target

ASIDE = 1_000_000
"""Added to every position first, so that none is taken while the new ones are given."""


@dataclass(frozen=True, slots=True)
class Revision:
    """A new version of a stored plan with the pairs of its items, all in the new order; who brings it in, and when.

    New tasks whose span is in ``issued`` are issued, the others wait as drafts; None issues all.
    """

    plan: Plan
    read: core.Plan
    pairs: Sequence[Pair[core.Item]]
    actor: str
    at: datetime
    issued: Collection[core.Span] | None = None


def revise(session: Session, revision: Revision, origin: Origin) -> None:
    """Store the new version and carry every item, task and occurrence over to it."""
    decide_reminders_again(session, revision.at.date())
    take_turn(session, revision.plan.id)
    number = queries.version_of(session, revision.plan.id).number + 1
    store_version(session, revision.plan, revision.read, origin, number, revision.at)
    revision.plan.title = revision.read.title or revision.plan.title
    revision.plan.issue_date = revision.read.issue_date or revision.plan.issue_date
    session.add(revision.plan)
    _Carrying(session, revision, number).carry(origin)


class _Carrying:
    """One revision under way: the rows of the version before, by their places in its text."""

    def __init__(self, session: Session, revision: Revision, number: int) -> None:
        self.session, self.revision, self.number = session, revision, number
        self.plan = revision.plan
        own = [row for row in queries.items_of(session, self.plan.id) if row.origin_id is None]
        self.items = {core.Span(row.start, row.end): row for row in own}
        rows = [row for row in queries.tasks_of(session, self.plan.id) if not row.words]
        self.tasks = {core.Span(row.start, row.end): row for row in rows}
        self.seasons = seasons_of(session, self.plan.year)
        self.opened: list[Occurrence] = []
        self.codes = {row.code for row in queries.tasks_ever(session, self.plan.id)}
        self.position = 0

    def carry(self, origin: Origin) -> None:
        self._announce(origin)
        rows = queries.items_ever(self.session, self.plan.id)
        for row in rows:
            row.position += ASIDE
            self.session.add(row)
        self.session.flush()
        prefixes = dict(
            zip((item.span for item in self.revision.read.items), item_codes(self.revision.read.items), strict=True)
        )
        place = 0
        for pair in self.revision.pairs:
            if pair.new is None:
                self._withdraw_item(pair)
            else:
                place += 1
                self._carry_item(pair, pair.new, place, prefixes[pair.new.span])
        self._close_ranks(rows, place)
        if self.opened:
            told = self._entered(Act.ISSUE, f"版本{self.number}新增{len(self.opened)}期")
            open_with(self.session, self.plan.id, self.opened, told)

    def _close_ranks(self, rows: Sequence[Item], last: int) -> None:
        """Give the withdrawn items, and those carried over from an earlier plan, the places after the last."""
        for place, row in enumerate((row for row in rows if row.position > ASIDE), last + 1):
            row.position = place
            self.session.add(row)
        self.session.flush()

    def _announce(self, origin: Origin) -> None:
        counts = Counter(_kinds(self.revision))
        told = "，".join(f"{kind}{counts[kind]}条" for kind in ("未变", "改动", "新增", "撤销") if counts[kind])
        data = {"sha256": origin.sha256, "version": str(self.number), "text": text_hash(self.revision.read.text)}
        self._tell(Act.IMPORT, f"导入版本{self.number}《{self.plan.title}》：{told}", data=data)

    def _carry_item(self, pair: Pair[core.Item], new: core.Item, place: int, prefix: str) -> None:
        if pair.old is None:
            row = store_item(self.session, self.plan, new, place, self.number, self.revision.at)
            self._tell(Act.ISSUE, f"版本{self.number}新增「{new.title or title_of(new.tasks[0])}」", item_id=row.id)
        else:
            row = self.items[pair.old.span]
            self._renew_item(row, new, place)
            for told in differences(pair, self.plan.year):
                self._tell(Act.CORRECT, _words(told), item_id=row.id)
        for tasks in align_tasks(pair.old.tasks if pair.old else (), new.tasks):
            self._carry_task(row, tasks, prefix)

    def _renew_item(self, row: Item, new: core.Item, place: int) -> None:
        row.position, row.version = place, self.number
        row.number, row.title, row.section = new.number, new.title, new.section
        row.start, row.end = new.span
        self.session.add(row)
        self.session.flush()
        for role, kind, group in ROLES:
            self._reassign(row, role, kind, getattr(new.responsibility, group))

    def _reassign(self, item: Item, role: str, kind: str, names: Sequence[core.Name]) -> None:
        """End the parts the new words do not name, begin those they do; whom the office named stays.

        A name is read as the party it is known to be, and who handed over does not come back.
        """
        gone = people.handed_over(self.session, item.id)
        known = [replace(name, name=party_called(self.session, kind, name.name).name) for name in names]
        names = [name for name in known if name.name not in gone]
        places = {name.name: place for place, name in enumerate(names, start=1)}
        held = {party.name: row for row, party in people.assignments_of(self.session, item.id) if row.role == role}
        for name, row in held.items():
            if name not in places and not row.by_office:
                row.ended_at = self.revision.at
            row.position = places.get(name, len(places) + row.position)
            self.session.add(row)
        for new in names:
            if new.name not in held:
                store_assignment(self.session, item.id, role, kind, new, places[new.name], self.revision.at)

    def _carry_task(self, item: Item, pair: Pair[core.Task], prefix: str) -> None:
        self.position += pair.new is not None
        match pair:
            case Pair(core.Task() as old, core.Task() as new):
                self._renew_task(self.tasks[old.span], item, new)
            case Pair(core.Task() as old, None):
                self._withdraw_task(self.tasks[old.span])
            case Pair(None, core.Task() as new):
                self._add_task(item, new, prefix)

    def _add_task(self, item: Item, new: core.Task, prefix: str) -> None:
        code = next(code for n in range(1, len(self.codes) + 2) if (code := f"{prefix}-{n}") not in self.codes)
        self.codes.add(code)
        waits = self.revision.issued is not None and new.span not in self.revision.issued
        self.opened += store_task(
            self.session,
            self.plan,
            item,
            new,
            code=code,
            position=self.position,
            at=self.revision.at,
            state=State.DRAFT if waits else State.NOT_STARTED,
        )

    def _renew_task(self, row: Task, item: Item, new: core.Task) -> None:
        row.item_id, row.version, row.position = item.id, self.number, self.position
        row.title, row.obligor = title_of(new), new.obligor
        row.start, row.end = new.span
        row.deadlines = [dump_deadline(rule) for rule in new.deadlines]
        row.targets = [dump_target(target) for target in new.targets]
        note_times(row, new.deadlines)
        self.session.add(row)
        dues = schedule(new.deadlines, self.plan.year, self.plan.issue_date, self.seasons)
        self.opened += reschedule(self.session, row, dues, self._entered(Act.CORRECT), self._gone)

    def _withdraw_item(self, pair: Pair[core.Item]) -> None:
        if pair.old is None:
            return
        row = self.items[pair.old.span]
        row.withdrawn = True
        self.session.add(row)
        for task in pair.old.tasks:
            self._withdraw_task(self.tasks[task.span])

    def _withdraw_task(self, task: Task) -> None:
        task.withdrawn = True
        self.session.add(task)
        for row in queries.occurrences_of(self.session, task.id):
            cancel(self.session, row, self._entered(Act.CANCEL, self._gone))

    @property
    def _gone(self) -> str:
        return f"版本{self.number}不再有这一项"

    def _entered(self, act: Act, text: str = "", data: Mapping[str, str | None] | None = None) -> Entered:
        at = self.revision.at
        return Entered(act, at, at.date(), self.revision.actor, text=text, data=data or {})

    def _tell(
        self, act: Act, text: str, *, item_id: int | None = None, data: Mapping[str, str | None] | None = None
    ) -> None:
        append(self.session, self.plan.id, self._entered(act, text, data), item_id=item_id)


def _words(told: Difference) -> str:
    if not told.before or not told.after:
        return f"{told.what}{'新增' if told.after else '撤销'}「{told.after or told.before}」"
    return f"{told.what}由「{told.before}」改为「{told.after}」"


def _kinds(revision: Revision) -> Iterator[str]:
    for pair in revision.pairs:
        if pair.old is None or pair.new is None:
            yield "新增" if pair.new else "撤销"
        else:
            yield "改动" if is_changed(pair, revision.plan.year) else "未变"

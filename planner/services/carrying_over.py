"""Carrying over: at the turn of the year what is still open goes on in the next plan, with its whole history.

A matter either becomes a task of the new plan in its own words (结转), or a task the new plan already has takes it up
(承接). In both cases the old one is closed as carried, and the timeline of the new one shows what came before.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from planner.core.revision import likeness
from planner.core.status import OPEN, Act, State
from planner.errors import Invalid
from planner.services.publishing import decide_reminders_again
from planner.services.tracking import Said
from planner.store import people, queries
from planner.store.database import Database, Session
from planner.store.journal import open_with, record, story_of, take_turn, write_story
from planner.store.models import Assignment, Item, Occurrence, Plan, Task

CARRIED = OPEN | {State.SUSPENDED}
ALIKE = 0.6
SECTION = "上年结转"


@dataclass(frozen=True, slots=True)
class Matter:
    """Something still open in a plan, and the task of the next plan that may take it up."""

    row: Occurrence
    task: Task
    likely: Task | None


def open_matters(session: Session, plan: Plan, target: Plan) -> list[Matter]:
    """Return what is open in a plan, in the order of the document, with the likeliest task of the target plan."""
    tasks = {task.id: task for task in queries.tasks_ever(session, plan.id)}
    candidates = [task for task in queries.tasks_of(session, target.id) if not task.words]
    words = {task.id: queries.words_of(session, task) for task in (*tasks.values(), *candidates)}
    likely = {key: _likeliest(words[key], candidates, words) for key in tasks}
    rows = [row for row in queries.occurrences_in(session, [plan]) if row.state in CARRIED and not row.before_issue]
    rows.sort(key=lambda row: (tasks[row.task_id].position, row.id))
    return [Matter(row, tasks[row.task_id], likely[row.task_id]) for row in rows]


def _likeliest(quote: str, candidates: Sequence[Task], words: Mapping[int, str]) -> Task | None:
    scored = [(likeness(quote, words[task.id], ALIKE), -task.position, task) for task in candidates]
    best = max(scored, key=lambda one: one[:2], default=None)
    return best[2] if best and best[0] >= ALIKE else None


def carry_over(database: Database, address: str, target_address: str, chosen: Mapping[int, str], said: Said) -> int:
    """Carry chosen occurrences of a plan into a later one; return how many.

    *chosen* maps an occurrence to "" for a task of its own, or to the code of the task that takes it up. Raise
    ``Invalid`` when the target is not a later plan or an occurrence is no longer open.
    """
    with database.write() as session:
        plan, target = queries.plan_at(session, address), queries.plan_at(session, target_address)
        decide_reminders_again(session, said.at.date())
        for plan_id in sorted((plan.id, target.id)):
            take_turn(session, plan_id)
        if target.year <= plan.year:
            raise Invalid("只能结转到以后年度的计划。请先导入下一年的计划文件。")
        carrying = _Carrying(session, plan, target, said)
        for occurrence_id, code in chosen.items():
            carrying.carry(queries.occurrence(session, occurrence_id, lock=True), code)
        carrying.announce()
    return len(chosen)


class _Carrying:
    """One roll-over under way: the items and tasks made in the target plan so far."""

    def __init__(self, session: Session, plan: Plan, target: Plan, said: Said) -> None:
        self.session, self.plan, self.target, self.said = session, plan, target, said
        self.items: dict[int, Item] = {}
        self.tasks: dict[int, Task] = {}
        self.opened: list[Occurrence] = []

    def carry(self, row: Occurrence, code: str) -> None:
        if row.plan_id != self.plan.id or row.state not in CARRIED:
            raise Invalid("有一项已经不是在办状态，请刷新后再结转。")
        task = queries.task_by_id(self.session, row.task_id)
        if code:
            taken_up = queries.task_at(self.session, self.target, code)
            if taken_up.withdrawn:
                raise Invalid(f"新计划的 {code} 已经撤销，请选别的任务承接。")
            taken_up.origin_id = taken_up.origin_id or task.id
            taken_up.internal, taken_up.major_hazard = (
                taken_up.internal or task.internal,
                taken_up.major_hazard or task.major_hazard,
            )
            self.session.add(taken_up)
            self._close(row, f"由{self.target.year}年计划 {code} 承接", code)
        else:
            own = self._task(task)
            self.opened.append(self._occurrence(own, row))
            self._close(row, f"结转到{self.target.year}年计划 {own.code}", own.code)

    def _close(self, row: Occurrence, text: str, code: str) -> None:
        words = f"{text}：{self.said.text.strip()}" if self.said.text.strip() else text
        record(self.session, row, self.said.entered(Act.CARRY, words, {"to": f"{self.target.address}-{code}"}))

    def _task(self, task: Task) -> Task:
        if task.id not in self.tasks:
            item = self._item(queries.item_by_id(self.session, task.item_id))
            known = queries.carried_task(self.session, self.target.id, self._code(task))
            self.tasks[task.id] = known or self._new_task(item, task)
        return self.tasks[task.id]

    def _code(self, task: Task) -> str:
        return task.code if task.words else f"{self.plan.address}-{task.code}"

    def _new_task(self, item: Item, task: Task) -> Task:
        last = max((one.position for one in queries.tasks_ever(self.session, self.target.id)), default=0)
        row = Task(
            plan_id=self.target.id,
            item_id=item.id,
            version=item.version,
            position=last + 1,
            code=self._code(task),
            title=task.title,
            obligor=task.obligor,
            start=item.start,
            end=item.end,
            deadlines=[{**rule, "start_at": item.start, "end_at": item.start} for rule in task.deadlines],
            targets=[{**target, "start": item.start, "end": item.start} for target in task.targets],
            words=queries.words_of(self.session, task),
            origin_id=task.id,
            frequency=task.frequency,
            time_open=task.time_open,
            internal=task.internal,
            major_hazard=task.major_hazard,
        )
        self.session.add(row)
        self.session.flush()
        return row

    def _item(self, item: Item) -> Item:
        if item.id not in self.items:
            known = queries.item_with_origin(self.session, self.target.id, item.id)
            self.items[item.id] = known or self._new_item(item)
        return self.items[item.id]

    def _new_item(self, item: Item) -> Item:
        version = queries.version_of(self.session, self.target.id)
        last = max((one.position for one in queries.items_ever(self.session, self.target.id)), default=0)
        end = len(version.text)
        row = Item(
            plan_id=self.target.id,
            version=version.number,
            position=last + 1,
            number=item.number if item.origin_id else f"{self.plan.year}-{item.number}",
            title=item.title,
            section=SECTION,
            start=end,
            end=end,
            origin_id=item.id,
        )
        self.session.add(row)
        self.session.flush()
        for part, party in people.assignments_of(self.session, item.id):
            self.session.add(
                Assignment(
                    item_id=row.id,
                    party_id=party.id,
                    role=part.role,
                    position=part.position,
                    by_office=part.by_office,
                    began_at=self.said.at,
                )
            )
        return row

    def _occurrence(self, task: Task, old: Occurrence) -> Occurrence:
        row = Occurrence(
            plan_id=self.target.id,
            task_id=task.id,
            key=old.key if not old.key.startswith("once") else f"{self.plan.year}-{old.key}",
            uid=f"{secrets.token_hex(16)}@planner",
            label=old.label,
            opens_on=old.opens_on,
            due_on=old.due_on,
            changed_at=self.said.at,
            state=old.state,
        )
        write_story(row, story_of(old))
        row.label = old.label if str(self.plan.year) in old.label else f"{self.plan.year}年{old.label}"
        row.changed_at, row.version = self.said.at, 1
        self.session.add(row)
        return row

    def announce(self) -> None:
        if self.opened:
            text = f"由《{self.plan.title}》结转{len(self.opened)}期"
            open_with(self.session, self.target.id, self.opened, self.said.entered(Act.CARRY, text, {}))

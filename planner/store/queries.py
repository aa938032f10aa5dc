"""Reading: what pages, lists, feeds and reminders need, in a fixed number of queries each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from sqlmodel import Session, col, desc, func, select, update

from planner.core.measures import Measurement
from planner.core.plan import Target
from planner.core.status import Act, State
from planner.errors import NotFound
from planner.store.conditions import is_open
from planner.store.journal import take_turn
from planner.store.listing import Assigned, assigned, assigned_in, entries
from planner.store.models import Event, Item, Occurrence, Office, Plan, PlanVersion, Review, ReviewStep, Season, Task
from planner.store.values import load_measurement, load_target

__all__ = ["Assigned", "assigned", "assigned_in", "entries"]

T = TypeVar("T")


def the_office(session: Session, *, lock: bool = False) -> Office:
    """Return the office this installation serves, locked for this transaction if asked; raise ``NotFound``."""
    statement = select(Office).order_by(col(Office.id))
    if lock:
        # Weakly: new rows that point at the office, such as an answer, do not wait for it.
        statement = statement.with_for_update(key_share=True).execution_options(populate_existing=True)
    office = session.exec(statement).first()
    if office is None:
        raise NotFound("还没有初始化，请先运行 planner run。")
    return office


def note_settings_change(session: Session, at: datetime) -> None:
    """Count a change of what pages and calendars are computed from; before any plan's turn, so that no two wait for each other."""
    count = col(Office.settings_version)
    session.execute(update(Office).values(settings_version=count + 1, settings_changed_at=at))


def plans(session: Session) -> Sequence[Plan]:
    """Return the plans in use, the newest year first."""
    statement = select(Plan).where(col(Plan.archived_at).is_(None))
    return session.exec(statement.order_by(desc(Plan.year), desc(col(Plan.id)))).all()


def plans_in_turn(session: Session) -> Iterator[Plan]:
    """Yield the plans in use, each with the turn to change it; in one order, so that no two wait for each other."""
    for plan in sorted(plans(session), key=lambda plan: plan.id):
        take_turn(session, plan.id)
        yield plan


def plans_ever(session: Session) -> Sequence[Plan]:
    """Return every plan, archived ones included, in the order they were imported."""
    return session.exec(select(Plan).order_by(col(Plan.id))).all()


def current_plans(session: Session) -> Sequence[Plan]:
    """Return the real plans of the newest year and the earlier ones with open matters, or the sample while there is none."""
    real = select(Plan).where(col(Plan.archived_at).is_(None), col(Plan.sample).is_(False))
    newest = select(func.max(Plan.year)).where(col(Plan.archived_at).is_(None), col(Plan.sample).is_(False))
    still_open = select(Occurrence.plan_id).where(is_open()).distinct()
    current = real.where((col(Plan.year) == newest.scalar_subquery()) | col(Plan.id).in_(still_open))
    return session.exec(current.order_by(desc(Plan.year), desc(col(Plan.id)))).all() or plans(session)


def reminded_plans(session: Session, *, samples: bool = False) -> Sequence[Plan]:
    """Return the current plans of which people are reminded, the sample among them if asked."""
    return [plan for plan in current_plans(session) if not plan.silent and (samples or not plan.sample)]


def plans_of_year(session: Session, year: int) -> Sequence[Plan]:
    """Return the plans in use of one year."""
    return [plan for plan in plans(session) if plan.year == year]


def plan_at(session: Session, address: str) -> Plan:
    """Return the plan with this short address; raise ``NotFound``."""
    statement = select(Plan).where(Plan.address == address, col(Plan.archived_at).is_(None))
    return found(session.exec(statement).first(), "没有找到这份计划，可能已被移除。")


def version_of(session: Session, plan_id: int) -> PlanVersion:
    """Return the newest version of a plan."""
    statement = select(PlanVersion).where(PlanVersion.plan_id == plan_id).order_by(desc(PlanVersion.number))
    return found(session.exec(statement).first())


def version_numbered(session: Session, plan_id: int, number: int) -> PlanVersion:
    """Return one version of a plan; raise ``NotFound``."""
    statement = select(PlanVersion).where(PlanVersion.plan_id == plan_id, PlanVersion.number == number)
    return found(session.exec(statement).first(), "没有找到这个版本，请从文件页点进去。")


def known_file(session: Session, sha256: str) -> Plan | None:
    """Return the plan already imported from a file of these bytes."""
    statement = select(Plan).join(PlanVersion).where(PlanVersion.sha256 == sha256, col(Plan.archived_at).is_(None))
    return session.exec(statement).first()


def versions_of(session: Session, plan_id: int) -> Sequence[PlanVersion]:
    """Return the versions of a plan, the first first."""
    statement = select(PlanVersion).where(PlanVersion.plan_id == plan_id)
    return session.exec(statement.order_by(col(PlanVersion.number))).all()


def items_of(session: Session, plan_id: int) -> Sequence[Item]:
    """Return the items of a plan's newest version in the order of the text."""
    return [row for row in items_ever(session, plan_id) if not row.withdrawn]


def last_told_at(session: Session) -> datetime | None:
    """Return when the newest event about a whole plan was recorded: brought in, withdrawn, carried on."""
    whole = (col(Event.item_id).is_(None), col(Event.occurrence_id).is_(None))
    return session.exec(select(func.max(col(Event.at))).where(*whole)).one()


def items_ever(session: Session, plan_id: int) -> Sequence[Item]:
    """Return the items of all versions of a plan, the withdrawn last."""
    return session.exec(select(Item).where(Item.plan_id == plan_id).order_by(col(Item.position))).all()


def tasks_of(session: Session, plan_id: int) -> Sequence[Task]:
    """Return the tasks of a plan's newest version in the order of the text."""
    return [row for row in tasks_ever(session, plan_id) if not row.withdrawn]


def count_drafts(session: Session, plan_id: int) -> int:
    """Return how many tasks of a plan wait to be issued."""
    drafts = select(Occurrence.task_id).where(Occurrence.plan_id == plan_id, Occurrence.state == "draft").distinct()
    return len(session.exec(drafts).all())


def tasks_of_items(session: Session, item_ids: Iterable[int]) -> dict[int, list[int]]:
    """Return the tasks of some items: item id -> task ids."""
    tasks: dict[int, list[int]] = {}
    statement = select(Task.item_id, Task.id).where(col(Task.item_id).in_(list(item_ids)), ~col(Task.withdrawn))
    for item_id, task_id in session.exec(statement.order_by(col(Task.id))):
        tasks.setdefault(item_id, []).append(task_id)
    return tasks


def tasks_ever(session: Session, plan_id: int) -> Sequence[Task]:
    """Return the tasks of all versions of a plan."""
    return session.exec(select(Task).where(Task.plan_id == plan_id).order_by(col(Task.position))).all()


def review_by_id(session: Session, review_id: int, *, lock: bool = False) -> Review:
    """Return a review, locked for this transaction if asked; raise ``NotFound``."""
    statement = select(Review).where(Review.id == review_id)
    row = session.exec(statement.with_for_update() if lock else statement).first()
    return found(row, "没有找到这次核对，请从「导入」页进去。")


def open_reviews(session: Session) -> Sequence[Review]:
    """Return the reviews not yet closed, the newest first."""
    return session.exec(select(Review).where(col(Review.closed_at).is_(None)).order_by(desc(col(Review.id)))).all()


def steps_of(session: Session, review_id: int) -> Sequence[ReviewStep]:
    """Return the steps of a review in their order."""
    statement = select(ReviewStep).where(ReviewStep.review_id == review_id)
    return session.exec(statement.order_by(col(ReviewStep.number))).all()


def task_at(session: Session, plan: Plan, code: str) -> Task:
    """Return a task by its code in a plan; raise ``NotFound``."""
    statement = select(Task).where(Task.plan_id == plan.id, Task.code == code)
    return found(session.exec(statement).first(), "没有找到这项任务，请从文件页点进去。")


def tasks_coded(session: Session, code: str) -> Sequence[tuple[Task, Plan]]:
    """Return the tasks of a code in the plans in use, each with its plan."""
    statement = select(Task, Plan).join(Plan, col(Plan.id) == Task.plan_id)
    return session.exec(
        statement.where(Task.code == code, col(Plan.archived_at).is_(None)).order_by(col(Task.id))
    ).all()


def timeline(session: Session, task: Task) -> Sequence[Event]:
    """Return the events of a task, of its item, and of the tasks it goes on with, the newest first."""
    line = [task]
    for one in line:
        before = taken_up_by(session, f"{plan_with(session, one.plan_id).address}-{one.code}")
        line += [earlier for earlier in before if earlier not in line]
    own = session.exec(select(Occurrence.id).where(col(Occurrence.task_id).in_([one.id for one in line]))).all()
    # By their ids, not by a query inside: only so does PostgreSQL use an index for each half.
    items = col(Event.item_id).in_([one.item_id for one in line])
    statement = select(Event).where(col(Event.occurrence_id).in_(own) | items)
    return session.exec(statement.order_by(desc(Event.at), desc(Event.number))).all()


def task_by_id(session: Session, task_id: int) -> Task:
    """Return a task; raise ``NotFound``."""
    return found(session.get(Task, task_id), "没有找到这项任务，请从文件页点进去。")


def plan_with(session: Session, plan_id: int) -> Plan:
    """Return a plan by its key, archived or not."""
    return found(session.get(Plan, plan_id))


def words_of(session: Session, task: Task) -> str:
    """Return the words of a task, in its own plan's text or carried over from an earlier one."""
    text = version_numbered(session, task.plan_id, task.version).text
    return task.words or text[task.start : task.end]


def carried_task(session: Session, plan_id: int, code: str) -> Task | None:
    """Return the task of this code that was carried over into a plan, or None."""
    statement = select(Task).where(Task.plan_id == plan_id, Task.code == code, Task.words != "")
    return session.exec(statement).first()


def taken_up_by(session: Session, address: str) -> Sequence[Task]:
    """Return the tasks of earlier plans whose matters were carried over into the task at an address (2025-1-1)."""
    statement = select(Event).where(Event.kind == Act.CARRY.value, col(Event.occurrence_id).is_not(None))
    ids = [event.occurrence_id for event in session.exec(statement) if event.data.get("to") == address]
    own = select(Occurrence.task_id).where(col(Occurrence.id).in_(ids))
    return session.exec(select(Task).where(col(Task.id).in_(own)).order_by(col(Task.id))).all()


def item_with_origin(session: Session, plan_id: int, origin_id: int) -> Item | None:
    """Return the item of a plan that goes on with one of an earlier plan, or None."""
    return session.exec(select(Item).where(Item.plan_id == plan_id, Item.origin_id == origin_id)).first()


def item_of(session: Session, row: Occurrence) -> Item:
    """Return the item of an occurrence."""
    return item_by_id(session, task_by_id(session, row.task_id).item_id)


def events_of(session: Session, plan_id: int) -> Sequence[Event]:
    """Return a plan's whole ledger in its own order."""
    return session.exec(select(Event).where(Event.plan_id == plan_id).order_by(col(Event.number))).all()


def count_events(session: Session) -> int:
    """Count the events of all plans."""
    return session.exec(select(func.count()).select_from(Event)).one()


def occurrence(session: Session, occurrence_id: int, *, lock: bool = False) -> Occurrence:
    """Return an occurrence, with the turn to change its plan if asked; raise ``NotFound``."""
    if lock:
        own = select(Occurrence.plan_id).join(Plan).where(Occurrence.id == occurrence_id)
        in_use = session.exec(own.where(col(Plan.archived_at).is_(None))).first()
        take_turn(session, found(in_use, "没有找到这一期，它的计划可能已经撤下。"))
    return found(session.exec(select(Occurrence).where(Occurrence.id == occurrence_id)).first())


def occurrences_of(session: Session, task_id: int, *, lock: bool = False) -> Sequence[Occurrence]:
    """Return the occurrences of a task in the order they were made, with the turn to change its plan if asked."""
    if lock:
        take_turn(session, found(session.exec(select(Task.plan_id).where(Task.id == task_id)).first()))
    return session.exec(select(Occurrence).where(Occurrence.task_id == task_id).order_by(col(Occurrence.id))).all()


def drafts(session: Session, plan_id: int) -> Sequence[Occurrence]:
    """Return the occurrences of a plan that wait to be issued, with the turn to change the plan."""
    take_turn(session, plan_id)
    statement = select(Occurrence).where(Occurrence.plan_id == plan_id, Occurrence.state == State.DRAFT.value)
    return session.exec(statement.order_by(col(Occurrence.id))).all()


def targets_with_measurements(session: Session, task_id: int) -> tuple[list[Target], list[Measurement]]:
    """Return what a task is to reach, and what was measured so far, in the order it was recorded."""
    task = task_by_id(session, task_id)
    own = select(Occurrence.id).where(Occurrence.task_id == task_id)
    statement = select(Event).where(col(Event.occurrence_id).in_(own), Event.kind == Act.MEASURE.value)
    events = session.exec(statement.order_by(col(Event.number))).all()
    targets = [load_target(target) for target in task.targets]
    measured = [(load_measurement(event), event.data.get("of")) for event in events]
    return targets, [one for reading, of in measured if (one := _of_its_target(reading, of, targets))]


def _of_its_target(reading: Measurement, of: str | None, targets: Sequence[Target]) -> Measurement | None:
    """Return a reading with the place its target has now; a version may have put another before it or dropped it."""
    places = [place for place, target in enumerate(targets) if of in (None, f"{target.metric}{target.raw}")]
    if reading.target in places:
        return reading
    return replace(reading, target=places[0]) if places else None


def found(row: T | None, message: str | None = None) -> T:
    """Return *row*, or raise ``NotFound`` when there is none."""
    if row is None:
        raise NotFound(message)
    return row


def ever_had_a_plan(session: Session) -> bool:
    """Tell whether any plan, sample or archived ones included, was ever imported."""
    return session.exec(select(Plan.id)).first() is not None


def addresses(session: Session) -> Sequence[str]:
    """Return every short address ever given to a plan."""
    return session.exec(select(Plan.address)).all()


def item_by_id(session: Session, item_id: int) -> Item:
    """Return an item; raise ``NotFound``."""
    return found(session.get(Item, item_id), "没有找到这一条，请从文件页点进去。")


def seasons(session: Session, year: int) -> Sequence[Season]:
    """Return the seasons the office has dated for a year, by their beginning."""
    return session.exec(select(Season).where(Season.year == year).order_by(col(Season.starts_on))).all()


def season_named(session: Session, year: int, name: str) -> Season | None:
    """Return a season of a year, or None."""
    return session.exec(select(Season).where(Season.year == year, Season.name == name)).first()


def last_event(session: Session, occurrence_id: int) -> Event | None:
    """Return the newest event of an occurrence."""
    statement = select(Event).where(Event.occurrence_id == occurrence_id)
    return session.exec(statement.order_by(desc(Event.number))).first()


def settled_findings(session: Session, plan_id: int) -> set[tuple[str, int]]:
    """Return code and place of the findings the clerk has dealt with."""
    statement = select(Event).where(
        Event.plan_id == plan_id, Event.kind == Act.SETTLE, col(Event.occurrence_id).is_(None)
    )
    return {(event.data["code"], event.data["start"]) for event in session.exec(statement) if "code" in event.data}


def plan_by_id(session: Session, plan_id: int) -> Plan:
    """Return a plan in use; raise ``NotFound``."""
    statement = select(Plan).where(Plan.id == plan_id, col(Plan.archived_at).is_(None))
    return found(session.exec(statement).first(), "没有找到这份计划，可能已被移除。")


def occurrences_in(session: Session, chosen: Iterable[Plan]) -> Sequence[Occurrence]:
    """Return the occurrences of some plans."""
    return session.exec(select(Occurrence).where(col(Occurrence.plan_id).in_([plan.id for plan in chosen]))).all()

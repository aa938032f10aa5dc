"""Reading: what pages, lists, feeds and reminders need, in a fixed number of queries each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import Select
from sqlmodel import Session, col, desc, func, select

from planner.core.ledger import Entry
from planner.core.plan import Frequency
from planner.core.status import Act, Facts, State
from planner.errors import NotFound
from planner.store.models import (
    Account,
    Assignment,
    Event,
    Feed,
    Item,
    Occurrence,
    Office,
    Party,
    Plan,
    PlanVersion,
    Reminder,
    Review,
    ReviewStep,
    Task,
)

T = TypeVar("T")


def the_office(session: Session, *, lock: bool = False) -> Office:
    """Return the office this installation serves, locked for this transaction if asked; raise ``NotFound``."""
    statement = select(Office).order_by(col(Office.id))
    office = session.exec(statement.with_for_update() if lock else statement).first()
    if office is None:
        raise NotFound("还没有初始化，请先运行 planner run。")
    return office


def plans(session: Session) -> Sequence[Plan]:
    """Return the plans in use, the newest year first."""
    statement = select(Plan).where(col(Plan.archived_at).is_(None))
    return session.exec(statement.order_by(desc(Plan.year), desc(col(Plan.id)))).all()


def current_plans(session: Session) -> Sequence[Plan]:
    """Return the office's real plans, or the sample while there is no other."""
    every = plans(session)
    return [plan for plan in every if not plan.sample] or every


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


def tasks_ever(session: Session, plan_id: int) -> Sequence[Task]:
    """Return the tasks of all versions of a plan."""
    return session.exec(select(Task).where(Task.plan_id == plan_id).order_by(col(Task.position))).all()


def assignments_of(session: Session, item_id: int) -> Sequence[tuple[Assignment, Party]]:
    """Return the parts now held in an item, with who holds them, in the order of the text."""
    statement = (
        select(Assignment, Party)
        .join(Party, col(Party.id) == Assignment.party_id)
        .where(Assignment.item_id == item_id, col(Assignment.ended_at).is_(None))
    )
    return session.exec(statement.order_by(col(Assignment.position), col(Assignment.id))).all()


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


def item_at(session: Session, plan: Plan, position: int) -> Item:
    """Return an item by its place in a plan; raise ``NotFound``."""
    statement = select(Item).where(Item.plan_id == plan.id, Item.position == position)
    return found(session.exec(statement).first(), "没有找到这一条，请从文件页点进去。")


def parties(session: Session) -> Sequence[Party]:
    """Return everyone who can be responsible, persons first, by name."""
    return session.exec(select(Party).order_by(desc(Party.kind), Party.name)).all()


def party_by_id(session: Session, party_id: int) -> Party:
    """Return a party; raise ``NotFound``."""
    return found(session.get(Party, party_id), "没有找到这个人或部门。")


@dataclass(frozen=True, slots=True)
class Assigned:
    """One party's part in an item."""

    item_id: int
    party_id: int
    name: str
    role: str
    by_office: bool


def assigned(session: Session, plan_ids: Iterable[int]) -> dict[int, list[Assigned]]:
    """Return who answers now for each item of some plans: item id -> parts in the order of the text."""
    statement = (
        select(Assignment, Party.name)
        .join(Party, col(Party.id) == Assignment.party_id)
        .join(Item, col(Item.id) == Assignment.item_id)
        .where(col(Item.plan_id).in_(list(plan_ids)), col(Assignment.ended_at).is_(None))
        .order_by(col(Assignment.position), col(Assignment.id))
    )
    parts: dict[int, list[Assigned]] = defaultdict(list)
    for row, name in session.exec(statement):
        parts[row.item_id].append(Assigned(row.item_id, row.party_id, name, row.role, row.by_office))
    return parts


def entries(session: Session, chosen: Sequence[Plan]) -> list[Entry]:
    """Return every occurrence of the chosen plans as the rules want it, in the order of the documents."""
    return _entries(session, chosen, _occurrences().where(col(Occurrence.plan_id).in_([plan.id for plan in chosen])))


def _occurrences() -> Select[Any]:
    return (
        select(Occurrence, Task, Item)  # type: ignore[return-value]
        .join(Task, col(Task.id) == Occurrence.task_id)
        .join(Item, col(Item.id) == Task.item_id)
        .order_by(col(Occurrence.plan_id), col(Item.position), col(Task.position), col(Occurrence.id))
    )


def _entries(session: Session, chosen: Sequence[Plan], statement: Select[Any]) -> list[Entry]:
    plan_ids = [plan.id for plan in chosen]
    parts = assigned(session, plan_ids)
    texts = _texts(session, plan_ids)
    rows = session.execute(statement).all()
    return [
        _entry(row, task, item, parts.get(item.id, []), texts[task.plan_id, task.version]) for row, task, item in rows
    ]


def _texts(session: Session, plan_ids: Sequence[int]) -> dict[tuple[int, int], str]:
    """Return the text of every version of some plans, by plan and number."""
    statement = select(PlanVersion).where(col(PlanVersion.plan_id).in_(plan_ids))
    return {(row.plan_id, row.number): row.text for row in session.exec(statement)}


def _entry(row: Occurrence, task: Task, item: Item, parts: list[Assigned], text: str) -> Entry:
    by_role: dict[str, list[str]] = defaultdict(list)
    for part in parts:
        by_role[part.role].append(part.name)
    return Entry(
        occurrence_id=row.id,
        task_id=row.task_id,
        code=task.code,
        item_number=item.number,
        title=task.title,
        label=row.label,
        quote=text[task.start : task.end],
        leaders=tuple(by_role["leader"]),
        departments=tuple(by_role["department"]),
        supporting=tuple(by_role["supporting"]),
        deadline_words="、".join(rule["raw"] for rule in task.deadlines),
        facts=_facts(row, task, bool(parts)),
        last_progress=row.last_progress,
        last_progress_on=row.last_progress_on,
        plan_id=row.plan_id,
    )


def _facts(row: Occurrence, task: Task, is_assigned: bool) -> Facts:
    rhythm = next((rule["freq"] for rule in task.deadlines if rule["kind"] == "recurring"), None)
    return Facts(
        state=State(row.state),
        due_on=row.due_on,
        opens_on=row.opens_on,
        closed_on=row.closed_on,
        handed_in_on=row.handed_in_on,
        has_progress=row.last_progress_on is not None,
        assigned=is_assigned,
        unsettled=row.due_on is None and any(rule["season"] or rule["weak"] for rule in task.deadlines),
        before_issue=row.before_issue,
        frequency=Frequency(rhythm) if rhythm else None,
        last_event_on=row.last_event_on,
    )


def timeline(session: Session, task: Task) -> Sequence[Event]:
    """Return the events of a task and of its item, the newest first."""
    own = select(Occurrence.id).where(Occurrence.task_id == task.id)
    statement = select(Event).where((col(Event.occurrence_id).in_(own)) | (Event.item_id == task.item_id))
    return session.exec(statement.order_by(desc(Event.number))).all()


def events_of(session: Session, plan_id: int) -> Sequence[Event]:
    """Return a plan's whole ledger in its own order."""
    return session.exec(select(Event).where(Event.plan_id == plan_id).order_by(col(Event.number))).all()


def occurrence(session: Session, occurrence_id: int) -> Occurrence:
    """Return an occurrence; raise ``NotFound``."""
    return found(session.get(Occurrence, occurrence_id))


def occurrences_of(session: Session, task_id: int) -> Sequence[Occurrence]:
    """Return the occurrences of a task in the order they were made."""
    return session.exec(select(Occurrence).where(Occurrence.task_id == task_id).order_by(col(Occurrence.id))).all()


def feeds(session: Session) -> Sequence[Feed]:
    """Return the subscriptions still valid, the newest first."""
    return session.exec(select(Feed).where(col(Feed.revoked_at).is_(None)).order_by(desc(col(Feed.id)))).all()


def feed_with(session: Session, token_hash: str) -> Feed:
    """Return the valid subscription of a token's hash; raise ``NotFound``."""
    statement = select(Feed).where(Feed.token_hash == token_hash, col(Feed.revoked_at).is_(None))
    return found(session.exec(statement).first(), "这个日历地址已失效，请向办公室要新的地址。")


def outbox(session: Session, *states: str, limit: int = 200) -> Sequence[Reminder]:
    """Return messages in these states, the newest first."""
    statement = select(Reminder).where(col(Reminder.state).in_(states))
    return session.exec(statement.order_by(desc(Reminder.day), desc(col(Reminder.id))).limit(limit)).all()


def waiting_count(session: Session) -> int:
    """Count the messages a person still has to send."""
    return session.exec(select(func.count()).select_from(Reminder).where(Reminder.state == "waiting")).one()


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


def first_account(session: Session) -> Account | None:
    """Return the clerk's account."""
    return session.exec(select(Account).order_by(col(Account.id))).first()


def account_by_id(session: Session, account_id: int) -> Account | None:
    """Return an account, or None."""
    return session.get(Account, account_id)


def account_with_link(session: Session, link_hash: str) -> Account | None:
    """Return the account whose one-time link has this hash."""
    return session.exec(select(Account).where(Account.link_hash == link_hash)).first()


def item_by_id(session: Session, item_id: int) -> Item:
    """Return an item; raise ``NotFound``."""
    return found(session.get(Item, item_id), "没有找到这一条，请从文件页点进去。")


def party_named(session: Session, kind: str, name: str) -> Party | None:
    """Return the person or department of this name, or None."""
    return session.exec(select(Party).where(Party.kind == kind, Party.name == name)).first()


def assignment(session: Session, item_id: int, party_id: int, role: str) -> Assignment:
    """Return a part now held; raise ``NotFound``."""
    statement = select(Assignment).where(
        Assignment.item_id == item_id,
        Assignment.party_id == party_id,
        Assignment.role == role,
        col(Assignment.ended_at).is_(None),
    )
    return found(session.exec(statement).first(), "这项责任已经不在了，请刷新后再看。")


def last_event(session: Session, occurrence_id: int) -> Event | None:
    """Return the newest event of an occurrence."""
    statement = select(Event).where(Event.occurrence_id == occurrence_id)
    return session.exec(statement.order_by(desc(Event.number))).first()


def settled_findings(session: Session, plan_id: int) -> set[tuple[str, int]]:
    """Return code and place of the findings the clerk has dealt with."""
    statement = select(Event).where(
        Event.plan_id == plan_id, Event.kind == Act.SETTLE, col(Event.occurrence_id).is_(None)
    )
    return {(event.data["code"], event.data["start"]) for event in session.exec(statement)}


def plan_by_id(session: Session, plan_id: int) -> Plan:
    """Return a plan in use; raise ``NotFound``."""
    statement = select(Plan).where(Plan.id == plan_id, col(Plan.archived_at).is_(None))
    return found(session.exec(statement).first(), "没有找到这份计划，可能已被移除。")


def feed_by_id(session: Session, feed_id: int) -> Feed:
    """Return a subscription; raise ``NotFound``."""
    return found(session.get(Feed, feed_id), "没有找到这个日历地址，请刷新后再看。")


def occurrences_in(session: Session, chosen: Iterable[Plan]) -> Sequence[Occurrence]:
    """Return the occurrences of some plans."""
    return session.exec(select(Occurrence).where(col(Occurrence.plan_id).in_([plan.id for plan in chosen]))).all()


def reminder(session: Session, reminder_id: int) -> Reminder:
    """Return a message of the outbox; raise ``NotFound``."""
    return found(session.get(Reminder, reminder_id), "没有找到这条提醒，请刷新后再看。")


def reminder_exists(session: Session, recipient: str, rule: str, subject: str, day: date) -> bool:
    """Tell whether this message was made before."""
    statement = select(Reminder.id).where(
        Reminder.recipient == recipient, Reminder.rule == rule, Reminder.subject == subject, Reminder.day == day
    )
    return session.exec(statement).first() is not None


def email_of(session: Session, name: str) -> str:
    """Return where reminders to the person or department of this name go, or ""."""
    return session.exec(select(Party.email).where(Party.name == name, Party.email != "")).first() or ""


def next_to_send(session: Session, at: datetime, lost_before: datetime) -> Reminder | None:
    """Return the next message with an address that is due, or was claimed before *lost_before* and never finished.

    Rows another process holds are passed over.
    """
    due = (col(Reminder.state) == "waiting") & (col(Reminder.next_try_at) <= at)
    lost = (col(Reminder.state) == "sending") & (col(Reminder.claimed_at) < lost_before) & ~col(Reminder.maybe_repeated)
    statement = select(Reminder).where(Reminder.address != "", due | lost).order_by(col(Reminder.id)).limit(1)
    return session.exec(statement.with_for_update(skip_locked=True)).first()

"""Tracking: each act is one event in the ledger, and the occurrence's copy of it in the same transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from planner.core.status import Act, State, act_label, next_state
from planner.errors import Conflict, Invalid
from planner.services.publishing import party_called
from planner.store import queries
from planner.store.database import Database, Session
from planner.store.journal import Entered, append
from planner.store.models import Assignment, Event, Occurrence

LONGEST_SENTENCE = 500
NEEDS_WORDS = {
    Act.PROGRESS: "请写一句进展，例如「已检查3家，发现隐患5条」。",
    Act.HAND_IN: "请写一句完成结果，再申请销号。",
    Act.SEND_BACK: "请写一句退回的理由。",
    Act.REOPEN: "请写一句恢复办理的理由。",
    Act.CHASE: "请写一句催办情况，例如「电话催办，答应周五前报」。",
}
PERSON, DEPARTMENT = "person", "department"


@dataclass(frozen=True, slots=True)
class Said:
    """Who enters what, when: *day* is the day it is about, *on_behalf_of* the person whose words are entered."""

    actor: str
    at: datetime
    day: date
    text: str = ""
    on_behalf_of: str = ""


def record(database: Database, occurrence_id: int, act: Act, said: Said, version: int | None = None) -> None:
    """Record one act on an occurrence and move its state.

    *version* is the count the user saw; raise ``Conflict`` when someone else acted since, ``Invalid`` when the act
    does not fit the state or lacks its sentence, ``NotFound``.
    """
    _check(act, said)
    with database.write() as session:
        row = queries.occurrence(session, occurrence_id)
        if version is not None and version != row.version:
            raise Conflict(f"您填写时，这一项已被改为「{_latest(session, row)}」。请看过最新情况后再提交。")
        event = _append(session, row, act, said)
        _copy(row, act, event, next_state(State(row.state), act))
        session.add(row)


def _check(act: Act, said: Said) -> None:
    if act in NEEDS_WORDS and not said.text.strip():
        raise Invalid(NEEDS_WORDS[act])
    if len(said.text) > LONGEST_SENTENCE:
        raise Invalid(f"一句话请不超过{LONGEST_SENTENCE}字，现在有{len(said.text)}字。")
    if said.day > said.at.date():
        raise Invalid("日期不能晚于今天，请改成实际发生的那一天。")


def _latest(session: Session, row: Occurrence) -> str:
    event = queries.last_event(session, row.id)
    return act_label(Act(event.kind)) if event else "有改动"


def _append(session: Session, row: Occurrence, act: Act, said: Said) -> Event:
    words = Entered(act, said.at, said.day, said.actor, said.on_behalf_of.strip(), said.text.strip())
    return append(session, row.plan_id, words, occurrence_id=row.id)


def _copy(row: Occurrence, act: Act, event: Event, state: State) -> None:
    row.state = state.value
    row.version += 1
    row.changed_at = event.at
    row.last_event_on = event.day
    if act in (Act.PROGRESS, Act.HAND_IN):
        row.last_progress, row.last_progress_on = event.text, event.day
    if act is Act.HAND_IN:
        row.handed_in_on = event.day
    if act is Act.SIGN_OFF:
        # Signing off in July what was handed in on 30 June closes it on 30 June: the department's clock is fair.
        row.closed_on = row.handed_in_on or event.day
    if act in (Act.SEND_BACK, Act.REOPEN):
        row.handed_in_on = row.closed_on = None


def set_due(database: Database, occurrence_id: int, due_on: date, said: Said) -> None:
    """Give an occurrence the due day the office settled on; the old one stays in the ledger."""
    with database.write() as session:
        row = queries.occurrence(session, occurrence_id)
        if row.state in (State.DONE, State.CANCELLED):
            raise Invalid("已办结或已撤销的事项不再改时限。需要时请先恢复办理。")
        if row.due_on == due_on:
            return
        old = row.due_on
        data = {"due_on": due_on.isoformat(), "was": old.isoformat() if old else None}
        words = Entered(
            Act.SETTLE, said.at, said.day, said.actor, said.on_behalf_of, f"时限定为{due_on.isoformat()}", data
        )
        append(session, row.plan_id, words, occurrence_id=row.id)
        row.due_on, row.due_by_office = due_on, True
        row.before_issue = False
        row.sequence += 1
        row.version += 1
        row.changed_at = said.at
        session.add(row)


def issue_drafts(database: Database, address: str, said: Said, code: str = "") -> int:
    """Issue the drafts of a plan, or of the one task *code*, with all their periods; return how many tasks."""
    with database.write() as session:
        plan = queries.plan_at(session, address)
        drafts = [
            row
            for row in queries.occurrences_in(session, [plan])
            if row.state == State.DRAFT and (not code or row.task_id == queries.task_at(session, plan, code).id)
        ]
        for row in drafts:
            event = _append(session, row, Act.ISSUE, said)
            _copy(row, Act.ISSUE, event, next_state(State.DRAFT, Act.ISSUE))
            session.add(row)
        return len({row.task_id for row in drafts})


def assign(database: Database, item_id: int, role: str, names: str, said: Said) -> None:
    """Name further parties for an item; *names* are separated by 、 or spaces. Raise ``Invalid`` for an empty one."""
    wanted = [name for name in names.replace("、", " ").replace("，", " ").split() if name]
    if role not in ("leader", "department", "supporting"):
        raise Invalid("请选择是责任领导、责任部门还是配合单位。")
    if not wanted or any(len(name) > 40 for name in wanted):
        raise Invalid("请填写姓名或部门名称，多个用顿号分开，每个不超过40字。")
    with database.write() as session:
        item = queries.item_by_id(session, item_id)
        parts = queries.assigned(session, [item.plan_id]).get(item_id, [])
        held = {part.name for part in parts if part.role == role}
        new = [name for name in dict.fromkeys(wanted) if name not in held]
        for position, name in enumerate(new, start=len(parts) + 1):
            party = party_called(session, DEPARTMENT if role != "leader" else PERSON, name)
            session.add(Assignment(item_id=item_id, party_id=party.id, role=role, position=position, by_office=True))
        if new:
            _tell(session, item.plan_id, item_id, said, f"指定{ROLE_WORDS[role]}：{'、'.join(new)}", {role: new})


ROLE_WORDS = {"leader": "责任领导", "department": "责任部门", "supporting": "配合单位", "contact": "经办人"}


def _tell(session: Session, plan_id: int, item_id: int | None, said: Said, text: str, data: dict[str, object]) -> None:
    words = Entered(Act.REASSIGN, said.at, said.day, said.actor, said.on_behalf_of, text, data)
    append(session, plan_id, words, item_id=item_id)


def release(database: Database, item_id: int, party_id: int, role: str, said: Said) -> None:
    """End one party's part in an item; what it did before stays in the ledger."""
    with database.write() as session:
        item = queries.item_by_id(session, item_id)
        row = queries.assignment(session, item_id, party_id, role)
        row.ended_at = said.at
        session.add(row)
        name = queries.party_by_id(session, party_id).name
        _tell(session, item.plan_id, item_id, said, f"不再由{name}担任{ROLE_WORDS[role]}", {role: name})


def settle_finding(database: Database, plan_address: str, code: str, start: int, said: Said) -> None:
    """Note that the clerk has dealt with a finding, in one sentence or none; the finding itself stays."""
    with database.write() as session:
        plan = queries.plan_at(session, plan_address)
        known = {(row["code"], row["start"]) for row in queries.version_of(session, plan.id).findings}
        if (code, start) not in known:
            raise Invalid("没有找到这条缺口，请刷新后再试。")
        data: dict[str, object] = {"code": code, "start": start}
        words = Entered(Act.SETTLE, said.at, said.day, said.actor, "", said.text.strip() or "已处理", data)
        append(session, plan.id, words)


def set_email(database: Database, party_id: int, email: str) -> None:
    """Set where a party's reminders go; an empty one means the clerk passes them on."""
    address = email.strip()
    if address and not _looks_like_email(address):
        raise Invalid("邮箱地址不对，应像 name@example.cn 这样；没有邮箱可以留空。")
    with database.write() as session:
        party = queries.party_by_id(session, party_id)
        party.email = address
        session.add(party)


def _looks_like_email(text: str) -> bool:
    name, at, host = text.partition("@")
    printable = text.isascii() and text.isprintable() and not set(text) & set(" ,;<>\"'")
    return bool(name and at and "." in host and printable and len(text) <= 200 and "@" not in host)

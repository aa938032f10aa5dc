"""Tracking: each act is one event in the ledger, and the occurrence's copy of it in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from planner.core.completion import shortfalls
from planner.core.measures import Measurement, measure_words, parse_measure
from planner.core.permission import REVIEW, Actor, Concerned, Role, allow, authorise, needs_leader, needs_main_leader
from planner.core.status import Act, State, act_label, next_state
from planner.errors import Conflict, Forbidden, Invalid, NotFound
from planner.services.answering import answer
from planner.store import people, queries
from planner.store.database import Database, Session
from planner.store.journal import Entered, append, story_of
from planner.store.journal import record as write
from planner.store.models import Occurrence
from planner.store.values import dump_measurement

LONGEST_SENTENCE = 500
LATEST_WORD = timedelta(days=7)
"""How long after the day a contact may still report it; later the office enters it, and answers for the day."""
NEEDS_WORDS = {
    Act.PROGRESS: "请写一句进展，例如「已检查3家，发现隐患5条」。",
    Act.HAND_IN: "请写一句完成结果，再申请销号。",
    Act.SEND_BACK: "请写一句退回的理由。",
    Act.REOPEN: "请写一句恢复办理的理由。",
    Act.CHASE: "请写一句催办情况，例如「电话催办，答应周五前报」。",
    Act.INSTRUCTION: "请写一句批示，例如「先查老旧小区」。",
    Act.EXTENSION_REQUEST: "请写一句申请延期的理由和目前的进展。",
    Act.EXTENSION_REFUSED: "请写一句不同意延期的理由。",
    Act.SUSPEND: "请写一句中止的理由。",
    Act.CANCEL: "请写一句撤销的理由。",
}


@dataclass(frozen=True, slots=True)
class Said:
    """Who enters what, when: *day* is the day it is about, *on_behalf_of* the person whose words are entered.

    ``role`` and ``party`` say what the actor is to the office; ``data`` is what belongs to the act beside its words, as
    :mod:`planner.core.history` lists it.
    """

    actor: str
    at: datetime
    day: date
    text: str = ""
    on_behalf_of: str = ""
    role: Role = Role.CLERK
    party: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)

    def entered(self, act: Act, text: str | None = None, data: Mapping[str, Any] | None = None) -> Entered:
        """Return this as an event of the ledger, with other words or data where given; raise ``Forbidden``."""
        allow(self.role, act)
        words = self.text.strip() if text is None else text
        given = self.data if data is None else data
        return Entered(act, self.at, self.day, self.actor, self.on_behalf_of.strip(), words, given)


def record(database: Database, occurrence_id: int, act: Act, said: Said, version: int | None = None) -> None:
    """Record one act on an occurrence and move its state.

    *version* is the count the user saw; raise ``Conflict`` when someone else acted since, ``Invalid`` when the act
    does not fit the state or lacks its sentence, ``Forbidden`` when it is not the actor's to do, ``NotFound``.
    """
    with database.write() as session:
        record_in(session, queries.occurrence(session, occurrence_id, lock=True), act, said, version)


def record_in(session: Session, row: Occurrence, act: Act, said: Said, version: int | None = None) -> None:
    """Record one act within a transaction under way; the turn in its plan is taken. Raises as :func:`record` does."""
    allow(said.role, act)
    if said.role is not Role.CLERK:
        # Whom it does not concern learns nothing of it, not even that somebody else was quicker.
        _authorised(session, row, act, said)
    check_version(session, row, version)
    check_said(said, act)
    next_state(State(row.state), act)
    entered = _ACTS.get(act, _plain)(session, row, act, said)
    was_due_on = row.due_on
    answer(session, row, write(session, row, entered), was_due_on)


def check_version(session: Session, row: Occurrence, version: int | None) -> None:
    """Raise ``Conflict``, telling what came between, when the row changed since the user saw *version*."""
    if version is not None and version != row.version:
        raise Conflict(f"您填写时，{_latest(session, row)}。您写的内容还在，请看过最新情况后再提交。")


def _latest(session: Session, row: Occurrence) -> str:
    event = queries.last_event(session, row.id)
    if event is None:
        return "这一项有改动"
    words = f"：{event.text}" if event.text else ""
    return f"{event.actor}刚记了「{act_label(Act(event.kind))}」{words}"


def check_said(said: Said, act: Act) -> None:
    """Raise ``Invalid`` for an act without its sentence, too long a one, or one about a day to come."""
    if act in NEEDS_WORDS and not said.text.strip():
        raise Invalid(NEEDS_WORDS[act])
    if len(said.text) > LONGEST_SENTENCE:
        raise Invalid(f"一句话请不超过{LONGEST_SENTENCE}字，现在有{len(said.text)}字。")
    if said.day > said.at.date():
        raise Invalid("日期不能晚于今天，请改成实际发生的那一天。")
    if said.role is Role.CONTACT and said.at.date() - said.day > LATEST_WORD:
        raise Invalid(f"只能补填{LATEST_WORD.days}天以内的事；更早的请告诉办公室，由办公室代录。")


def _authorised(session: Session, row: Occurrence, act: Act, said: Said, *, needs_main: bool = False) -> Said:
    who = Actor(said.actor, said.role, said.party)
    office_signs = queries.the_office(session).sign_off_by == "office"
    known = Concerned(office_signs=office_signs)
    named = said.on_behalf_of.strip() and act in REVIEW
    if said.role is not Role.CLERK or named or needs_leader(act, office_signs=office_signs):
        # Who stands in for a leader does so on the day of acting, not on the day of the matter.
        known = concerned(session, row, said.day if said.role is Role.CLERK else said.at.date())
    name = authorise(who, act, said.on_behalf_of.strip(), known, needs_main=needs_main)
    return replace(said, on_behalf_of=name)


def concerned(session: Session, row: Occurrence, day: date) -> Concerned:
    """Return whom an occurrence concerns on a day."""
    item = queries.item_of(session, row)
    parts = queries.assigned(session, [item.id]).get(item.id, [])
    leaders = tuple(part.name for part in parts if part.role == "leader")
    return Concerned(
        leaders=leaders,
        departments=tuple(part.name for part in parts if part.role == "department"),
        helpers=(*(part.name for part in parts if part.role == "supporting"), *row.cells),
        deputies={deputy: leader for deputy, leader in people.deputies(session, day) if leader in leaders},
        main_leaders=tuple(people.main_leaders(session)),
        office_signs=queries.the_office(session).sign_off_by == "office",
    )


def check_consent(session: Session, row: Occurrence, until: date, said: Said) -> None:
    """Raise ``Invalid`` unless a leader who may put an occurrence off until a day is named; without leaders the office may."""
    whom = concerned(session, row, said.day)
    if row.due_on and (whom.leaders or whom.main_leaders):
        needs_main = needs_main_leader(row.due_on, until, row.extensions) and bool(whom.main_leaders)
        who = Actor(said.actor, said.role, said.party)
        authorise(who, Act.EXTENSION_GRANTED, said.on_behalf_of.strip(), whom, needs_main=needs_main)


def _plain(session: Session, row: Occurrence, act: Act, said: Said) -> Entered:
    return _authorised(session, row, act, said).entered(act)


def measure(
    database: Database, occurrence_id: int, target: int, words: str, said: Said, version: int | None = None
) -> None:
    """Record what a target has come to, as the clerk typed it (1203/1292, 93.1%); raise ``Invalid`` for other words."""
    with database.write() as session:
        row = queries.occurrence(session, occurrence_id, lock=True)
        targets, _ = queries.targets_with_measurements(session, row.task_id)
        if not 0 <= target < len(targets):
            raise Invalid("没有找到这个指标，请刷新后再填。")
        typed = parse_measure(words, targets[target])
        measured = Measurement(target, said.day, *typed)
        told = f"{targets[target].raw}：{measure_words(targets[target], measured)}"
        text = f"{told}。{said.text.strip()}" if said.text.strip() else told
        data = {**dump_measurement(measured), "of": f"{targets[target].metric}{targets[target].raw}"}
        record_in(session, row, Act.MEASURE, replace(said, text=text, data=data), version)


def _measured(session: Session, row: Occurrence, act: Act, said: Said) -> Entered:
    # A reading without its figure could never be judged, nor taken back.
    if "target" not in said.data:
        raise Invalid("请在指标那一行填数，再保存。")
    return _plain(session, row, act, said)


def _progress(session: Session, row: Occurrence, act: Act, said: Said) -> Entered:
    _check_cells(row, said)
    return _plain(session, row, act, said)


def _check_cells(row: Occurrence, said: Said) -> None:
    unknown = [name for name in said.data.get("cells", ()) if name not in row.cells]
    if unknown:
        raise Invalid(f"「{'、'.join(unknown)}」不在这一项的单位名单里，请刷新后再选。")
    if said.role is Role.CONTACT and any(name != said.party for name in said.data.get("cells", ())):
        raise Forbidden("只能填本部门的情况。")


def _hand_in(session: Session, row: Occurrence, act: Act, said: Said) -> Entered:
    entered = _progress(session, row, act, said)
    lacking = _lacking(session, row, entered)
    if lacking and not said.data.get("explained", "").strip():
        raise Invalid(f"{'；'.join(lacking)}。请先补记，或写明没有达到的原因再申请销号。")
    return entered


def _lacking(session: Session, row: Occurrence, entered: Entered) -> list[str]:
    done = {**row.cells, **dict.fromkeys(entered.data.get("cells", ()), entered.day.isoformat())}
    story = replace(story_of(row), times=row.times + entered.data.get("times", 0), cells=done)
    targets, measurements = queries.targets_with_measurements(session, row.task_id)
    return shortfalls(story, targets, measurements, entered.day)


def _ask_extension(session: Session, row: Occurrence, act: Act, said: Said) -> Entered:
    wanted = _day(said.data.get("due_on"))
    if row.due_on is None:
        raise Invalid("这一项没有到期日，不用申请延期。")
    if row.extension:
        raise Invalid("上一次延期申请还没有答复，请等领导定了再申请。")
    asked_on = said.at.date() if said.role is Role.CONTACT else said.day
    if asked_on > row.due_on:
        raise Invalid("延期要在到期日当天或之前申请。现在已经逾期，请写明进展，由责任领导批示。")
    if wanted is None or wanted <= row.due_on:
        raise Invalid(f"请填写新的到期日，要晚于现在的{row.due_on.isoformat()}。")
    asked = {"due_on": wanted.isoformat(), "reason": said.text.strip()}
    return _authorised(session, row, act, said).entered(act, data={"asked": asked})


def _grant_extension(session: Session, row: Occurrence, act: Act, said: Said) -> Entered:
    if not row.extension or row.due_on is None:
        raise Invalid("现在没有等待答复的延期申请。")
    until = _day(said.data.get("due_on")) or date.fromisoformat(row.extension["due_on"])
    if until <= row.due_on:
        raise Invalid(f"新的到期日要晚于现在的{row.due_on.isoformat()}。")
    needs_main = needs_main_leader(row.due_on, until, row.extensions)
    allowed = _authorised(session, row, act, said, needs_main=needs_main)
    # From now on it is the office's day, which no season and no new version of the plan moves back.
    data = {
        "set": {"due_on": until.isoformat(), "due_by_office": True},
        "was": {"due_on": row.due_on.isoformat(), "due_by_office": row.due_by_office},
    }
    text = f"延至{until.isoformat()}" + (f"：{said.text.strip()}" if said.text.strip() else "")
    return allowed.entered(act, text, data)


def _refuse_extension(session: Session, row: Occurrence, act: Act, said: Said) -> Entered:
    if not row.extension:
        raise Invalid("现在没有等待答复的延期申请。")
    return _plain(session, row, act, said)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


_ACTS = {
    Act.MEASURE: _measured,
    Act.PROGRESS: _progress,
    Act.HAND_IN: _hand_in,
    Act.EXTENSION_REQUEST: _ask_extension,
    Act.EXTENSION_GRANTED: _grant_extension,
    Act.EXTENSION_REFUSED: _refuse_extension,
}


def sign_off_all(database: Database, seen: Mapping[int, int | None], said: Said) -> dict[int, str]:
    """Sign off what a meeting settled, each on its own; return what went wrong by occurrence, empty when all went well.

    *seen* maps each occurrence to the count of its changes that the user saw.
    """
    refused = {}
    for occurrence_id, version in seen.items():
        try:
            record(database, occurrence_id, Act.SIGN_OFF, said, version)
        except (Invalid, Forbidden, Conflict, NotFound) as error:
            refused[occurrence_id] = error.message
    return refused


def issue_drafts(database: Database, address: str, said: Said, code: str = "") -> int:
    """Issue the drafts of a plan, or of the one task *code*, with all their periods; return how many tasks."""
    with database.write() as session:
        plan = queries.plan_at(session, address)
        only = queries.task_at(session, plan, code).id if code else None
        drafts = [row for row in queries.drafts(session, plan.id) if only is None or row.task_id == only]
        for row in drafts:
            record_in(session, row, Act.ISSUE, said)
        return len({row.task_id for row in drafts})


def settle_finding(database: Database, plan_address: str, code: str, start: int, said: Said) -> None:
    """Note that the clerk has dealt with a finding, in one sentence or none; the finding itself stays."""
    check_said(said, Act.SETTLE)
    with database.write() as session:
        plan = queries.plan_at(session, plan_address)
        known = {(row["code"], row["start"]) for row in queries.version_of(session, plan.id).findings}
        if (code, start) not in known:
            raise Invalid("没有找到这条缺口，请刷新后再试。")
        words = said.text.strip() or "已处理"
        append(session, plan.id, said.entered(Act.SETTLE, words, {"code": code, "start": start}))

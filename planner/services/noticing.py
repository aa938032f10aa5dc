"""Noticing: the machine drafts the formal notices of the ladder, a person issues or skips each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from planner.core.escalation import LEVEL_LABELS, DueNotice, Level, addressees, still_open
from planner.core.ledger import Entry
from planner.core.notice import (
    Situation,
    dump_situation,
    full_day_words,
    issued_words,
    load_situation,
    number_words,
    situation_of,
)
from planner.core.status import Act
from planner.errors import Conflict, Invalid
from planner.notify.letter import Letter
from planner.notify.letters import Letterhead, NoticeFacts, render_notice
from planner.notify.wordings import Wordings
from planner.reading.front import document_number
from planner.services.circumstances import letterhead, settled
from planner.services.tracking import Said, record_in
from planner.services.wording import wordings_in
from planner.store import listing, notices, outbox, people, queries
from planner.store.database import Database, Session
from planner.store.journal import happening
from planner.store.models import Event
from planner.store.outgoing import Notice
from planner.store.workdays import working_days

LONGEST_BODY = 4000
LONGEST_NAME = 40
GAP = "____月____日前"
"""What stands in a text for the day it is to be done by while nobody set one."""
NO_LONGER = "已不逾期，不用发"
WITHDRAWN = "文件已撤下，不用发"
NEWER = "已有更新的单子，不用发"
NOBODY = "这一项现在没有可以主送的单位。请先在任务页写明责任部门，"
SILENT = "这份文件已停发提醒，不用发"
LAPSED = "拟稿以后有过变化，不用发"
TRAIL = (
    Act.PROGRESS, Act.CHASE, Act.INSTRUCTION, Act.EXTENSION_REQUEST, Act.EXTENSION_GRANTED, Act.EXTENSION_REFUSED,
    Act.HAND_IN, Act.SEND_BACK,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Paper:
    """A notice with its matter, None where the plan was withdrawn; ``lapsed`` says why a draft need not go out."""

    notice: Notice
    entry: Entry | None
    lapsed: str = ""

    @property
    def level(self) -> Level:
        """How far the delay had climbed."""
        return Level(self.notice.level)

    @property
    def holds(self) -> bool:
        """Whether it is a draft that still waits for a person."""
        return self.notice.state == "draft" and not self.lapsed

    @property
    def number(self) -> str:
        """〔2024〕第3号, empty for what was not issued."""
        return str(self.notice.situation.get("number", ""))


@dataclass(frozen=True, slots=True)
class Sheet:
    """A paper as it is printed: a draft as the matter stands now, an issued one as it stood then."""

    paper: Paper
    situation: Situation
    main_leaders: tuple[str, ...]
    signers: tuple[str, ...]
    """Who may be asked to sign: of a red one, where main leaders are known, only they."""


def draft_letters(
    session: Session, due: Sequence[DueNotice], entries: Sequence[Entry], head: Letterhead, words: Wordings
) -> list[tuple[DueNotice, Letter]]:
    """Return the drafts of notices that fell due; *entries* hold in full those they are about."""
    known, desk = {entry.occurrence_id: entry for entry in entries}, _Desk(session, head, words)
    trails: dict[int, list[Event]] = {one.occurrence_id: [] for one in due}
    for event in outbox.events_of(session, trails, *TRAIL):
        trails[event.occurrence_id or 0].append(event)
    return [(one, desk.write(one, known[one.occurrence_id], trails[one.occurrence_id])) for one in due]


def add_drafts(session: Session, drafts: Sequence[tuple[DueNotice, Letter]], at: datetime) -> None:
    """Keep the drafts of notices, each once."""
    kept = outbox.notices_of_days(session, {due.day for due, _ in drafts})
    session.add_all(
        Notice(
            occurrence_id=due.occurrence_id,
            level=due.level.value,
            day=due.day,
            recipients=list(due.to),
            title=letter.subject,
            body=letter.body,
            made_at=at,
        )
        for due, letter in drafts
        if (due.occurrence_id, due.level.value, due.day) not in kept
    )


def lapse_drafts(session: Session, at: datetime) -> None:
    """Lay aside the drafts that need not go out any more, so that those that wait stay few."""
    for paper in papers(session, at.date(), "draft"):
        if not paper.holds:
            paper.notice.state, paper.notice.decided_at = "lapsed", at
            session.add(paper.notice)


def _in_full(session: Session, plan_id: int, task_id: int, occurrence_id: int) -> Entry:
    """Return an entry with the words of the document."""
    full = listing.entries_of(session, [queries.plan_with(session, plan_id)], [task_id], full=True)
    return next(one for one in full if one.occurrence_id == occurrence_id)


class _Desk:
    """Where notices are written, in the words in force."""

    def __init__(self, session: Session, head: Letterhead, words: Wordings) -> None:
        self.session, self.head, self.words, self.days = session, head, words, working_days(session)
        self.numbers: dict[int, str] = {}

    def number(self, plan_id: int) -> str:
        """Return the number (文号) the newest version of a plan bears, or nothing."""
        if plan_id not in self.numbers:
            self.numbers[plan_id] = document_number(queries.version_of(self.session, plan_id).text)
        return self.numbers[plan_id]

    def write(self, due: DueNotice, entry: Entry, trail: Sequence[Event], finish_by: date | None = None) -> Letter:
        """Return the text of a notice; *trail* are the events of its matter that it tells of."""
        asked = [event for event in trail if event.kind == Act.EXTENSION_REQUEST]
        facts = NoticeFacts(
            to=due.to,
            chases=sum(event.kind == Act.CHASE for event in trail),
            extensions_asked=len(asked),
            number=self.number(entry.plan_id),
            issuer=queries.plan_with(self.session, entry.plan_id).issuer,
            reason=entry.difficulty or (asked[-1].text if asked else ""),
            finish_by=finish_by,
        )
        return render_notice(due.level, entry, due.day, self.days, self.head, self.words, facts)


def papers(session: Session, on: date, *states: str) -> list[Paper]:
    """Return the notices in some states, the newest first, as they stand on a day."""
    rows = outbox.notices(session, *states)
    if not rows:
        return []
    ids = {row.occurrence_id for row in rows}
    entries = listing.entries_with(session, queries.plans(session), ids)
    return _papers(session, rows, outbox.notices_about(session, ids), entries, on)


def papers_about(session: Session, entries: Sequence[Entry], on: date) -> list[Paper]:
    """Return the notices about some entries, the newest first."""
    rows = outbox.notices_about(session, [entry.occurrence_id for entry in entries])
    return _papers(session, rows, rows, entries, on)


def _papers(
    session: Session, rows: Iterable[Notice], about: Iterable[Notice], entries: Iterable[Entry], on: date
) -> list[Paper]:
    silent = {plan.id for plan in queries.plans(session) if plan.silent}
    known = {entry.occurrence_id: entry for entry in entries}
    newest: dict[int, int] = {}
    for row in about:
        newest.setdefault(row.occurrence_id, row.id)
    return [_paper(row, known.get(row.occurrence_id), newest[row.occurrence_id], on, silent) for row in rows]


def _paper(row: Notice, entry: Entry | None, newest: int, on: date, silent: Collection[int]) -> Paper:
    if row.state not in ("draft", "lapsed"):
        return Paper(row, entry)
    if entry is None:
        return Paper(row, entry, WITHDRAWN)
    if not still_open(Level(row.level), entry, on):
        return Paper(row, entry, NO_LONGER)
    if entry.plan_id in silent:
        return Paper(row, entry, SILENT)
    if row.id != newest:
        return Paper(row, entry, NEWER)
    return Paper(row, entry, LAPSED if row.state == "lapsed" else "")


def sheet(session: Session, notice_id: int, on: date) -> Sheet:
    """Return a notice with all that its sheet says on a day; raise ``NotFound``."""
    row = outbox.notice_by_id(session, notice_id)
    occurrence = queries.occurrence(session, row.occurrence_id)
    in_use = {plan.id: plan.silent for plan in queries.plans(session)}
    silent = [plan_id for plan_id, is_silent in in_use.items() if is_silent]
    entry = _entry(session, row.occurrence_id)
    newest = outbox.notices_about(session, [row.occurrence_id])[0].id
    paper = _paper(row, entry if occurrence.plan_id in in_use else None, newest, on, silent)
    situation = load_situation(row.situation) if row.situation else _situation(session, entry, on)
    return Sheet(paper, situation, tuple(people.main_leaders(session)), _signers(session, paper.level, entry, on))


def _entry(session: Session, occurrence_id: int) -> Entry:
    row = queries.occurrence(session, occurrence_id)
    return _in_full(session, row.plan_id, row.task_id, row.id)


def _situation(session: Session, entry: Entry, on: date) -> Situation:
    events: Sequence[Event] = outbox.events_of(session, [entry.occurrence_id], *TRAIL)
    told, head = [happening(event) for event in events], letterhead(session)
    return situation_of(entry, on, working_days(session), told, head.office, head.contact)


def _signers(session: Session, level: Level, entry: Entry, on: date) -> tuple[str, ...]:
    main = tuple(people.main_leaders(session))
    if level is Level.RED and main:
        return main
    deputies = (deputy for deputy, leader in people.deputies(session, on) if leader in entry.leaders)
    return tuple(dict.fromkeys((*entry.leaders, *deputies, *main)))


def redraft(database: Database, notice_id: int, said: Said, finish_by: date | None = None) -> None:
    """Write a draft anew as the matter stands today; raise ``Conflict`` when it was decided or lapsed meanwhile."""
    with database.write() as session:
        row, entry = _undecided(session, notice_id, said)
        today = said.at.date()
        level = Level(row.level)
        due = DueNotice(row.occurrence_id, level, addressees(level, entry, settled(session, today)), today)
        trail = outbox.events_of(session, [entry.occurrence_id], *TRAIL)
        letter = _Desk(session, letterhead(session), wordings_in(session)).write(due, entry, trail, finish_by)
        row.title, row.body, row.recipients = letter.subject, letter.body, list(due.to)
        session.add(row)


def issue_notice(database: Database, notice_id: int, body: str, signed_by: str, said: Said) -> str:
    """Let a draft go out as a person edited and signed it, and note the chase in the ledger; return its number.

    ``said.data`` may hold ``finish_by`` and ``reply_by`` as ISO days: until when it is to be done, and answered. Raise
    ``Conflict`` when it was decided meanwhile or the matter is no longer overdue, ``Invalid`` without a text or a signer.
    """
    text = body.replace("\r\n", "\n").strip()
    if not text or len(text) > LONGEST_BODY:
        raise Invalid(f"请写单子的正文，最多{LONGEST_BODY}字，现在有{len(text)}字。")
    _check_days(said)
    with database.write() as session:
        row, entry = _undecided(session, notice_id, said)
        level = Level(row.level)
        if not row.recipients:
            raise Conflict(f"{NOBODY}再点「按今天的情况重写正文」，看过再签发。")
        if tuple(row.recipients) != addressees(level, entry, settled(session, said.at.date())):
            raise Conflict("拟稿以后责任单位有变动。请先点「按今天的情况重写正文」，看过再签发。")
        signer = _checked_signer(level, signed_by.strip(), people.main_leaders(session))
        row.number = _next_number(session, level, said.at)
        number = number_words(said.at.year, row.number)
        kept = _as_issued(_situation(session, entry, said.at.date()), number, said)
        row.body = with_day(text, kept.finish_by) + "\n"
        row.situation, row.signed_by = dump_situation(kept), signer
        _decide(row, "issued", said)
        session.add(row)
        told = replace(said, text=issued_words(level, number, signer), on_behalf_of="", data={"notice": row.id})
        record_in(session, queries.occurrence(session, row.occurrence_id), Act.CHASE, told)
    return number


def with_day(body: str, finish_by: str) -> str:
    """Return a text with the day it is to be done by, in words, in its gap."""
    return body.replace(GAP, f"{finish_by}前") if finish_by else body


def _check_days(said: Said) -> None:
    """Raise ``Invalid`` where something is to be done by a day gone by."""
    for name, label in (("finish_by", "办结时限"), ("reply_by", "反馈时限")):
        if said.data.get(name) and date.fromisoformat(said.data[name]) < said.at.date():
            raise Invalid(f"{label}不能早于今天，请改正。")


def _checked_signer(level: Level, name: str, main_leaders: Sequence[str]) -> str:
    if len(name) > LONGEST_NAME:
        raise Invalid(f"签发人请不超过{LONGEST_NAME}字。")
    if level is Level.RED and main_leaders and name not in main_leaders:
        raise Invalid(f"红色督办单由主要领导签发，请选：{'、'.join(main_leaders)}。")
    if level is not Level.BLUE and not name:
        raise Invalid("请写明由谁签发，例如责任领导、主要领导或办公室主任。")
    return name


def _next_number(session: Session, level: Level, at: datetime) -> int:
    """Return the next number of the year; the office is locked, so that no two notices get the same."""
    year = at.replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    return notices.count_issued(session, level.value, year, year.replace(year=year.year + 1)) + 1


def _as_issued(situation: Situation, number: str, said: Said) -> Situation:
    finish_by, reply_by = (
        full_day_words(date.fromisoformat(said.data[name])) if said.data.get(name) else ""
        for name in ("finish_by", "reply_by")
    )
    issued_on = full_day_words(said.at.date())
    return replace(situation, number=number, issued_on=issued_on, finish_by=finish_by, reply_by=reply_by)


def skip_notice(database: Database, notice_id: int, said: Said) -> None:
    """Note that a draft is not sent, in one sentence or none; raise ``Conflict`` when it was decided meanwhile."""
    with database.write() as session:
        row = _locked(session, notice_id)
        _decide(row, "skipped", said)
        session.add(row)
        words = f"不发{LEVEL_LABELS[Level(row.level)]}" + (f"：{said.text.strip()}" if said.text.strip() else "")
        told = replace(said, text=words, data={"notice": row.id})
        record_in(session, queries.occurrence(session, row.occurrence_id), Act.SETTLE, told)


def _undecided(session: Session, notice_id: int, said: Said) -> tuple[Notice, Entry]:
    """Return a draft and its matter, locked; raise ``Conflict`` unless it still holds."""
    row = _locked(session, notice_id)
    if outbox.notices_about(session, [row.occurrence_id])[0].id != row.id:
        raise Conflict("这一项已有更新的单子，请签发那一份。")
    entry = _entry(session, row.occurrence_id)
    if not still_open(Level(row.level), entry, said.at.date()):
        raise Conflict("这一项刚刚已办结、待审核、申请了延期或改了到期日，已不逾期，不用发这份单子。")
    return row, entry


def _locked(session: Session, notice_id: int) -> Notice:
    queries.the_office(session, lock=True)
    row = outbox.notice_by_id(session, notice_id)
    if row.state == "lapsed":
        raise Conflict("这份单子已不用发，请刷新后再看。")
    if row.state != "draft":
        raise Conflict(f"这份单子已由{row.decided_by}{'签发' if row.state == 'issued' else '跳过'}，请刷新后再看。")
    queries.occurrence(session, row.occurrence_id, lock=True)
    return row


def _decide(row: Notice, state: str, said: Said) -> None:
    row.state, row.decided_at, row.decided_by = state, said.at, said.actor

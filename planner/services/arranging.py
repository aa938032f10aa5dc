"""Arranging what an office judges by: the days it works, the thresholds of marks and reminders, and whom to call.

Days come from the State Council's notice and from the office's own word.
Every change raises the office's ``settings_version`` and is told to the ledger of every plan, since all are judged by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from planner.core.calendar import SATURDAY, WorkingDays, day_words, notice_year
from planner.core.plan import Finding
from planner.core.status import Act
from planner.core.thresholds import (
    DEFAULTS,
    FIELD_LABELS,
    Thresholds,
    Value,
    dump_thresholds,
    load_thresholds,
    parse_thresholds,
)
from planner.core.year import kind_words
from planner.errors import Invalid
from planner.formats.intake import read_text
from planner.formats.workday_table import published_days
from planner.services import reader
from planner.services.importing import Source
from planner.services.tracking import Said
from planner.store import queries, workdays
from planner.store.database import Database, Session
from planner.store.journal import append
from planner.store.models import Office

SHIPPED = "随程序提供的国务院办公厅通知"
CHANGED = "，办公室改过"
LONGEST_NAME, LONGEST_CONTACT = 20, 80


def seed_calendar(database: Database, at: datetime) -> None:
    """Give the office the published years it has not got; what it has, and what it changed, stays."""
    published = published_days()
    with database.read() as session:
        if published.years <= workdays.working_days(session).years:
            return
    with database.write() as session:
        office = queries.the_office(session, lock=True)
        missing = published.years - workdays.calendar_years(session, office.id).keys()
        workdays.add_years(session, office.id, published, missing, SHIPPED, at)
        queries.note_settings_change(session, at)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a notice would change: each day with how it is now and how it would be, in words; and what is doubtful."""

    year: int
    changes: list[tuple[date, str, str]]
    findings: tuple[Finding, ...]
    text: str
    known: bool
    """Whether the year was entered before."""


def read_proposal(database: Database, source: Source, year: int | None = None) -> Proposal:
    """Return what the notice in a file or a pasted text would change; nothing is stored.

    *year* is used only where the text names none. Raise ``Unreadable``, or ``Invalid`` where no day off is found.
    """
    text = read_text(source.data, source.filename)
    notice, findings = _read(text, year)
    with database.read() as session:
        days = workdays.working_days(session)
    listed = days.listed()
    changes = [
        (day, kind_words(listed.get(day), day), kind_words(kept, day)) for day, kept in _changes(days, notice).items()
    ]
    return Proposal(notice.year or 0, changes, findings, text, days.knows(notice.year or 0))


def _read(text: str, year: int | None) -> tuple[reader.HolidayNotice, tuple[Finding, ...]]:
    notice, findings = reader.read_notice(text, year)
    if notice.year is None:
        raise Invalid(findings[-1].message)
    if not notice.rest:
        raise Invalid("没有读出哪几天放假，什么都没有改动。请确认贴的是放假安排的通知，例如「元旦：1月1日放假1天」。")
    return notice, findings


def _changes(days: WorkingDays, notice: reader.HolidayNotice) -> dict[date, tuple[bool, str] | None]:
    """Return the days a notice changes, in order.

    A day its year had listed and the notice has not is as its weekday; a notice of some holidays alone speaks for no other.
    """
    listed, new = days.listed(), notice.listed()
    named = {name for _, names in new.values() for name in names.split("、")}
    own = (day for day in listed if notice_year(day) == notice.year)
    is_whole = named >= set(reader.USUAL)
    old = dict.fromkeys(day for day in own if is_whole or named & set(listed[day][1].split("、")))
    return {day: kept for day, kept in sorted((old | new).items()) if listed.get(day) != kept}


def enter_year(database: Database, text: str, year: int, source: str, said: Said) -> int:
    """Store a notice as read anew from *text* and return how many days it changed; *source* says where it is from.

    Raise ``Invalid`` where no day off is found.
    """
    notice, _ = _read(text, year)
    with database.write() as session:
        office = queries.the_office(session, lock=True)
        changes = _changes(workdays.working_days(session), notice)
        workdays.set_days(session, office.id, changes)
        workdays.note_year(session, office.id, notice.year or year, source, said.at, said.actor)
        _tell(session, office, f"录入{notice.year}年节假日安排，改动{len(changes)}天", said)
    return len(changes)


def change_day(database: Database, day: date, worked: str, name: str, said: Said) -> str:
    """Say that the office works on a day ("yes") or not ("no"), and why; return the sentence that tells it.

    Raise ``Invalid`` for another word, a name too long, or when nothing would change.
    """
    if worked not in ("yes", "no"):
        raise Invalid("请选上班或休息。")
    name = name.strip()
    if len(name) > LONGEST_NAME:
        raise Invalid(f"名称最多 {LONGEST_NAME} 个字，请写短一些，例如「春节」。")
    kept = _kept(day, worked == "yes", name)
    with database.write() as session:
        office = queries.the_office(session, lock=True)
        before = workdays.working_days(session).listed().get(day)
        if before == kept:
            raise Invalid(f"{day.year}年{day_words(day)}本来就是{kind_words(kept, day)}，没有改动。")
        workdays.set_days(session, office.id, {day: kept})
        year = workdays.calendar_years(session, office.id).get(day.year)
        if year:
            source = year.source.removesuffix(CHANGED) + CHANGED
            workdays.note_year(session, office.id, day.year, source, said.at, said.actor)
        told = f"{day.year}年{day_words(day)}改为{kind_words(kept, day)}，原来是{kind_words(before, day)}"
        _tell(session, office, f"工作日安排：{told}", said)
    return told


def _kept(day: date, worked: bool, name: str) -> tuple[bool, str] | None:
    """Return what is kept of a day: nothing where its weekday says the same, but for the name of a day off."""
    if worked == (day.weekday() < SATURDAY) and (worked or not name):
        return None
    return worked, name


def set_thresholds(database: Database, typed: Mapping[str, str], said: Said) -> dict[str, str]:
    """Store what a clerk typed; return what is wrong by field, and then store nothing."""
    wanted, problems = parse_thresholds(typed)
    if not problems:
        _keep_thresholds(database, wanted, said)
    return problems


def reset_thresholds(database: Database, said: Said) -> None:
    """Go back to the thresholds of the product."""
    _keep_thresholds(database, DEFAULTS, said)


def _keep_thresholds(database: Database, wanted: Thresholds, said: Said) -> None:
    with database.write() as session:
        office = queries.the_office(session, lock=True)
        before = load_thresholds(office.thresholds)
        told = [
            f"{label}由{_words(getattr(before, name))}改为{_words(getattr(wanted, name))}"
            for name, label in FIELD_LABELS.items()
            if getattr(before, name) != getattr(wanted, name)
        ]
        if told:
            office.thresholds = dump_thresholds(wanted)
            _tell(session, office, f"提醒规则：{'；'.join(told)}", said)


def as_typed(value: Value) -> str:
    """Return a threshold as a clerk types it: 7, 15、7、3、1, 08:30."""
    if isinstance(value, tuple):
        return "、".join(map(str, value))
    return value.isoformat("minutes") if isinstance(value, time) else str(value)


def _words(value: Value) -> str:
    return as_typed(value) or "无"


def set_contact(database: Database, contact: str, said: Said) -> None:
    """Say whom to call, with the telephone; raise ``Invalid`` when that is too long."""
    words = " ".join("".join(one if one.isprintable() else " " for one in contact).split())
    if len(words) > LONGEST_CONTACT:
        raise Invalid(f"联系人和电话最多 {LONGEST_CONTACT} 个字，请写短一些，例如「王敏 0745-1234567」。")
    with database.write() as session:
        office = queries.the_office(session, lock=True)
        if office.contact != words:
            office.contact = words
            _tell(session, office, f"联系人和电话改为{words or '（空）'}", said)


def _tell(session: Session, office: Office, words: str, said: Said) -> None:
    session.add(office)
    queries.note_settings_change(session, said.at)
    for plan in queries.plans_in_turn(session):
        append(session, plan.id, said.entered(Act.SETTLE, words, {}))

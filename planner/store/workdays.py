"""The rules an office judges by: its own working-day table, and its thresholds."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy
from sqlmodel import Session, col, func, select

from planner.core.calendar import WorkingDays, notice_year
from planner.core.thresholds import DEFAULTS, Thresholds, load_thresholds
from planner.store.models import Office
from planner.store.outgoing import CalendarDay, CalendarYear


class Rules(NamedTuple):
    """What marks and reminders of an office are judged by, beside the day."""

    days: WorkingDays
    thresholds: Thresholds


PLAIN = Rules(WorkingDays(), DEFAULTS)
"""Monday to Friday, and the thresholds of the product."""
_KEPT = "rules"


def working_days(session: Session) -> WorkingDays:
    """Return the office's working-day table; without an office, Monday to Friday."""
    return rules_of(session).days


def thresholds_of(session: Session) -> Thresholds:
    """Return the office's thresholds; without an office, those of the product."""
    return rules_of(session).thresholds


def rules_of(session: Session) -> Rules:
    """Return the rules of the office.

    They are asked for on nearly every page, so those built last are kept with the database (:class:`Database` hands its
    ``kept`` to each session) for as long as nothing was changed: every change raises the office's ``settings_version``,
    and a restored database differs in its thresholds, or in when and how many years were entered.
    """
    state = session.connection().execute(_STATE).first()
    if state is None:
        return PLAIN
    kept: dict[str, Any] = session.info.setdefault("kept", {})
    found: tuple[Any, Rules] | None = kept.get(_KEPT)
    if found is None or found[0] != state:
        office_id, _, thresholds, _, _ = state
        found = kept[_KEPT] = (state, Rules(_days(session, office_id), load_thresholds(thresholds)))
    return found[1]


_STATE = (
    sqlalchemy.select(
        col(Office.id),
        col(Office.settings_version),
        col(Office.thresholds),
        select(func.max(CalendarYear.entered_at)).where(CalendarYear.office_id == Office.id).scalar_subquery(),
        select(func.count(col(CalendarYear.id))).where(CalendarYear.office_id == Office.id).scalar_subquery(),
    )
    .order_by(col(Office.id))
    .limit(1)
)


def _days(session: Session, office_id: int) -> WorkingDays:
    days = session.exec(
        select(col(CalendarDay.day), col(CalendarDay.working), col(CalendarDay.note)).where(
            CalendarDay.office_id == office_id
        )
    )
    years = session.exec(select(CalendarYear.year).where(CalendarYear.office_id == office_id))
    return WorkingDays.of({day: (working, note) for day, working, note in days}, years)


def calendar_years(session: Session, office_id: int) -> dict[int, CalendarYear]:
    """Return the years entered, the first first."""
    rows = session.exec(
        select(CalendarYear).where(CalendarYear.office_id == office_id).order_by(col(CalendarYear.year))
    )
    return {row.year: row for row in rows}


def calendar_days(session: Session, office_id: int, first: date, last: date) -> dict[date, CalendarDay]:
    """Return the rows of the days from *first* through *last*."""
    wanted = select(CalendarDay).where(CalendarDay.office_id == office_id, col(CalendarDay.day).between(first, last))
    return {row.day: row for row in session.exec(wanted.order_by(col(CalendarDay.day)))}


def add_years(
    session: Session, office_id: int, days: WorkingDays, years: Collection[int], source: str, at: datetime
) -> None:
    """Add years of a table that came with the program; a day the office knows already stays as it is."""
    for year in sorted(years):
        session.add(CalendarYear(office_id=office_id, year=year, source=source, entered_at=at, entered_by=""))
    own = calendar_days(session, office_id, date.min, date.max)
    rows = [
        {"office_id": office_id, "day": day, "working": working, "note": name}
        for day, (working, name) in days.listed().items()
        if notice_year(day) in years and day not in own
    ]
    if rows:
        session.execute(sqlalchemy.insert(CalendarDay), rows)


def note_year(session: Session, office_id: int, year: int, source: str, at: datetime, by: str) -> None:
    """Note where the days of a year come from, and who entered them last."""
    row = calendar_years(session, office_id).get(year)
    new = CalendarYear(office_id=office_id, year=year, source=source, entered_at=at, entered_by=by)
    if row:
        new.id = row.id
    session.merge(new)


def set_days(session: Session, office_id: int, days: Mapping[date, tuple[bool, str] | None]) -> None:
    """Say of each day whether it is worked and which holiday it belongs to; None lets its weekday speak again."""
    rows = calendar_days(session, office_id, min(days), max(days)) if days else {}
    for day, kept in days.items():
        row = rows.get(day)
        if kept is None:
            if row:
                session.delete(row)
            continue
        row = row or CalendarDay(office_id=office_id, day=day, working=kept[0])
        row.working, row.note = kept
        session.add(row)

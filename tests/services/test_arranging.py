"""The office's own calendar and thresholds: seeded, changed, taken from a notice, kept with who and when."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from sqlmodel import col, select

from planner.core.status import Mark
from planner.core.thresholds import Thresholds
from planner.errors import Invalid, Unreadable
from planner.formats.workday_table import published_days
from planner.services.arranging import (
    as_typed,
    change_day,
    enter_year,
    read_proposal,
    reset_thresholds,
    seed_calendar,
    set_contact,
    set_thresholds,
)
from planner.services.importing import Imported, Source
from planner.services.reporting import stand
from planner.services.signing_in import ensure_office
from planner.services.tracking import Said
from planner.store import queries, workdays
from planner.store.database import Database
from planner.store.models import Event
from planner.store.outgoing import CalendarDay, CalendarYear
from planner.store.workdays import thresholds_of, working_days
from tests.conftest import NOON

SAID = Said(actor="王文员", at=NOON, day=NOON.date())
NOTICE = """关于2027年部分节假日安排的通知
元旦：1月1日至3日放假，共3天。
春节：2月5日至11日放假调休，共7天。1月30日（周六）上班。
清明节：4月5日放假，与周末连休。劳动节：5月1日放假。端午节：6月9日放假。中秋节：9月15日放假。国庆节：10月1日至7日放假。
"""


def events(database: Database) -> list[str]:
    with database.read() as session:
        return [
            event.text for event in session.exec(select(Event).order_by(col(Event.number))) if event.item_id is None
        ]


def version(database: Database) -> int:
    with database.read() as session:
        return queries.the_office(session).settings_version


def is_working(database: Database, day: date) -> bool:
    with database.read() as session:
        return working_days(session).is_working(day)


def year_of(database: Database, year: int) -> CalendarYear:
    with database.read() as session:
        return workdays.calendar_years(session, queries.the_office(session).id)[year]


def test_a_new_office_has_the_published_years(database: Database) -> None:
    with database.read() as session:
        days = working_days(session)
    assert days == published_days() and days.names == published_days().names
    assert (year_of(database, 2024).entered_by, year_of(database, 2024).entered_at) == ("", NOON)


def test_the_next_start_adds_only_years_that_are_missing(database: Database) -> None:
    change_day(database, date(2024, 6, 10), "yes", "", SAID)
    with database.write() as session:
        session.delete(year_of(database, 2026))
        for day in session.exec(select(CalendarDay).where(CalendarDay.day >= date(2026, 1, 1))):
            session.delete(day)
        session.flush()
        # What the office said of a day of a year it has no table of stays too.
        session.add(CalendarDay(office_id=1, day=date(2026, 1, 2), working=True))
        office = queries.the_office(session)
        office.settings_version += 1
        session.add(office)
    before = version(database)
    seed_calendar(database, NOON + timedelta(days=1))
    assert version(database) == before + 1
    assert year_of(database, 2026).entered_at == NOON + timedelta(days=1)
    assert is_working(database, date(2024, 6, 10))
    assert is_working(database, date(2026, 1, 2)) and not is_working(database, date(2026, 10, 1))
    seed_calendar(database, NOON)
    assert version(database) == before + 1


def test_a_day_changed_counts_at_once_and_is_told_to_the_ledger(database: Database, imported: Imported) -> None:
    assert not is_working(database, date(2024, 6, 10))
    assert stand(database, NOON).days.is_working(date(2024, 6, 21))
    told = change_day(database, date(2024, 6, 21), "no", " 镇运动会 ", SAID)
    assert told == "2024年6月21日（周五）改为休息（镇运动会），原来是上班"
    assert not stand(database, NOON).days.is_working(date(2024, 6, 21))
    assert events(database)[-1] == f"工作日安排：{told}"
    assert year_of(database, 2024).entered_by == "王文员"
    assert year_of(database, 2024).source.endswith("，办公室改过")
    change_day(database, date(2024, 6, 21), "yes", "不再放", SAID)
    with database.read() as session:
        assert date(2024, 6, 21) not in working_days(session).listed()
    assert year_of(database, 2024).source.count("办公室改过") == 1


def test_a_weekend_day_may_be_worked_or_belong_to_a_holiday(database: Database) -> None:
    change_day(database, date(2024, 6, 22), "yes", "防汛", SAID)
    assert is_working(database, date(2024, 6, 22))
    change_day(database, date(2024, 6, 22), "no", "端午节", SAID)
    with database.read() as session:
        days = working_days(session)
    assert not days.is_working(date(2024, 6, 22)) and days.names[date(2024, 6, 22)] == "端午节"


def test_a_day_of_a_year_without_a_table_does_not_make_the_year_known(database: Database) -> None:
    change_day(database, date(2031, 10, 1), "no", "国庆节", SAID)
    with database.read() as session:
        assert not working_days(session).knows(2031)
    assert not is_working(database, date(2031, 10, 1))


@pytest.mark.parametrize(
    ("day", "worked", "name", "words"),
    [
        (date(2024, 6, 21), "perhaps", "", "请选"),
        (date(2024, 6, 21), "no", "长" * 21, "最多 20 个字"),
        (date(2024, 6, 21), "yes", "", "没有改动"),
        (date(2024, 6, 10), "no", "端午节", "没有改动"),
    ],
)
def test_what_cannot_be_kept_is_refused(database: Database, day: date, worked: str, name: str, words: str) -> None:
    before = version(database)
    with pytest.raises(Invalid, match=words):
        change_day(database, day, worked, name, SAID)
    assert version(database) == before


def test_a_notice_is_looked_at_before_it_is_stored(database: Database, imported: Imported) -> None:
    proposal = read_proposal(database, Source("通知.txt", NOTICE.encode()))
    assert (proposal.year, proposal.known, proposal.findings) == (2027, False, ())
    assert proposal.changes[0] == (date(2027, 1, 1), "上班", "休息（元旦）")
    with database.read() as session:
        assert not working_days(session).knows(2027)
    assert enter_year(database, proposal.text, 2027, "通知文件「通知.txt」", SAID) == len(proposal.changes)
    kept = year_of(database, 2027)
    assert (kept.source, kept.entered_by, kept.entered_at) == ("通知文件「通知.txt」", "王文员", NOON)
    assert is_working(database, date(2027, 1, 30)) and not is_working(database, date(2027, 2, 11))
    assert events(database)[-1] == f"录入2027年节假日安排，改动{len(proposal.changes)}天"
    again = read_proposal(database, Source("通知.txt", NOTICE.encode()))
    assert again.changes == [] and again.known


def test_a_notice_replaces_its_year_and_leaves_the_others_alone(database: Database) -> None:
    enter_year(database, NOTICE, 2027, "通知", SAID)
    change_day(database, date(2027, 8, 2), "no", "停电", SAID)
    proposal = read_proposal(database, Source("通知.txt", NOTICE.encode()))
    assert proposal.changes == [(date(2027, 8, 2), "休息（停电）", "上班")]
    enter_year(database, NOTICE, 2027, "通知", SAID)
    assert is_working(database, date(2027, 8, 2))
    # New Year's rest of 2024 began in December 2023: the notice of 2023 does not take it away.
    enter_year(database, NOTICE.replace("2027", "2023").replace("（周六）", ""), 2023, "通知", SAID)
    with database.read() as session:
        days = working_days(session)
    assert days.names[date(2023, 12, 31)] == "元旦"
    assert not days.is_working(date(2024, 10, 1))


def test_what_is_no_notice_is_refused(database: Database) -> None:
    with pytest.raises(Invalid, match="哪一年"):
        read_proposal(database, Source("a.txt", "元旦放假".encode()))
    with pytest.raises(Invalid, match="没有读出哪几天放假"):
        read_proposal(database, Source("a.txt", "关于2027年部分节假日安排的通知".encode()))
    with pytest.raises(Unreadable):
        read_proposal(database, Source("a.txt", b""))


def test_thresholds_are_kept_and_judged_by(database: Database, imported: Imported) -> None:
    def soon() -> int:
        return stand(database, NOON).count_marks()[Mark.DUE_SOON]

    before = soon()
    assert before
    problems = set_thresholds(database, {"soon_days": "1", "before": "10、5、3", "opens": "9:00"}, SAID)
    assert problems == {}
    assert soon() < before
    with database.read() as session:
        kept = thresholds_of(session)
        assert queries.the_office(session).thresholds == {"soon_days": 1, "before": [10, 5, 3], "opens": "09:00"}
    assert kept == Thresholds(soon_days=1, before=(10, 5, 3), opens=time(9))
    assert "临期（剩余工作日）由7改为1" in events(database)[-1]
    entry = next(one for one in stand(database, NOON).entries if one.code.startswith("1-"))
    assert stand(database, NOON).mark(entry) is not Mark.DUE_SOON
    reset_thresholds(database, SAID)
    assert soon() == before


def test_thresholds_with_a_mistake_change_nothing(database: Database) -> None:
    before = version(database)
    assert set(set_thresholds(database, {"soon_days": "x", "stale_days": "40"}, SAID)) == {"soon_days"}
    assert set_thresholds(database, {"soon_days": "7"}, SAID) == {}
    assert version(database) == before


def test_a_threshold_is_written_as_it_is_typed() -> None:
    assert [as_typed(value) for value in (7, (15, 7), (), time(8, 30))] == ["7", "15、7", "", "08:30"]


def test_whom_to_call_comes_from_the_first_start_and_then_from_the_page(database: Database) -> None:
    def contact() -> str:
        with database.read() as session:
            return queries.the_office(session).contact

    ensure_office(database, "柳河镇党政办", "王敏 0745-1234567")
    assert contact() == "王敏 0745-1234567"
    set_contact(database, "  李红   0745-7654321 ", SAID)
    ensure_office(database, "柳河镇党政办", "王敏 0745-1234567")
    assert contact() == "李红 0745-7654321"
    set_contact(database, "李红 0745-7654321", SAID)
    with pytest.raises(Invalid, match="最多 80 个字"):
        set_contact(database, "长" * 81, SAID)

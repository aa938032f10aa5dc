"""What a calendar holds, in each scope and each form; and that a kept body is the one a new process would make."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar
from sqlalchemy import event as listening
from sqlalchemy import text

from planner.config import shipped
from planner.core.revision import align_items
from planner.core.status import Act
from planner.errors import Invalid, NotFound
from planner.formats.calendar_feed import FeedEvent, written
from planner.formats.feed_rules import check_feed
from planner.services import (
    arranging,
    assigning,
    backing_up,
    bodies,
    feeding,
    flagging,
    handing_over,
    naming,
    revising,
    scheduling,
)
from planner.services.bodies import Piece, changed, whole
from planner.services.feeding import View, note_fetch, read_feed
from planner.services.importing import Imported, Source, import_plan, load_samples, read_source
from planner.services.publishing import Origin, plan_as_stored
from planner.services.subscribing import Wish, feed_name, has_lost_its_section, renew, subscribe, what_it_leaves_out
from planner.services.tracking import Said, record
from planner.services.verifying import rebuild
from planner.services.withdrawing import bring_back, withdraw_plan
from planner.store import feeds, people, queries
from planner.store.database import Database
from planner.store.models import Occurrence
from tests.conftest import NOON, PLAN, empty_schema

BASE = "https://plan.example.gov.cn"
AUTUMN = NOON.replace(month=10)
SAID = Said("王文员", NOON, NOON.date(), "一句话")


@dataclass
class Read:
    """A calendar as an independent reader sees it."""

    name: str
    days: dict[str, date]
    words: dict[str, str]
    text: str
    body: bytes


def read(database: Database, token: str, at: datetime = NOON, view: View | None = None) -> Read:
    fetched = read_feed(database, token, at, BASE, view or View())
    assert check_feed(fetched.body, alarm=bool(view and view.alarm)) == []
    # What is kept is what another process, which has kept nothing, makes.
    other = Database(database.engine.url.render_as_string(hide_password=False))
    again = read_feed(other, token, at, BASE, view or View())
    assert (again.body, again.etag) == (fetched.body, fetched.etag)
    other.close()
    calendar = Calendar.from_ical(fetched.body)
    events = calendar.walk("VEVENT")
    return Read(
        name=str(calendar["X-WR-CALNAME"]),
        days={str(event["SUMMARY"]): event.decoded("DTSTART") for event in events},
        words={str(event["SUMMARY"]): str(event.get("DESCRIPTION", "")) for event in events},
        text=fetched.body.replace(b"\r\n ", b"").decode(),
        body=fetched.body,
    )


def party(database: Database, name: str, kind: str = "person") -> int:
    with database.read() as session:
        found = people.party_named(session, kind, name)
    assert found
    return found.id


def due_in(database: Database, month: int) -> Occurrence:
    with database.read() as session:
        plans = queries.current_plans(session)
        rows = [row for row in queries.occurrences_in(session, plans) if row.due_on and not row.before_issue]
    return next(row for row in rows if row.due_on and row.due_on.month == month)


def plan_id(database: Database) -> int:
    with database.read() as session:
        return queries.current_plans(session)[0].id


TITLES = {
    "1-1 6月底前，组织专职安全员培训考核": date(2024, 6, 30),
    "2-1 每季度开展一次风险辨识（第二季度）": date(2024, 6, 30),
    "2-1 每季度开展一次风险辨识（第三季度）": date(2024, 9, 30),
    "2-1 每季度开展一次风险辨识（第四季度）": date(2024, 12, 31),
    "3-2 7月10日前，完成收割机检查": date(2024, 7, 10),
}


def test_a_plan_and_its_section_hold_all_its_days(database: Database, imported: Imported) -> None:
    plan = read(database, subscribe(database, Wish("plan", plan_id=plan_id(database)), NOON))
    assert plan.days == TITLES
    assert plan.name == "柳河镇2024年安全生产工作要点"
    wish = Wish("section", plan_id=plan_id(database), section="夯实基础")
    section = read(database, subscribe(database, wish, NOON))
    assert section.days == TITLES
    assert section.name == "柳河镇2024年安全生产工作要点　夯实基础"
    with pytest.raises(Invalid):
        subscribe(database, Wish("section", plan_id=plan_id(database), section="九、没有"), NOON)


def test_what_is_overdue_comes_and_goes_by_the_day(database: Database, imported: Imported) -> None:
    every = subscribe(database, Wish("overdue"), NOON)
    own = subscribe(database, Wish("overdue", party_id=party(database, "李秀英")), NOON)
    of_plan = subscribe(database, Wish("overdue", plan_id=plan_id(database)), NOON)
    assert read(database, every).days == {}
    assert len(read(database, every, AUTUMN).days) == len(read(database, of_plan, AUTUMN).days) == 4
    assert set(read(database, own, AUTUMN).days) == {"3-2 7月10日前，完成收割机检查"}
    record(database, due_in(database, 7).id, Act.HAND_IN, Said("王文员", AUTUMN, AUTUMN.date(), "已检查"))
    assert read(database, own, AUTUMN).days == {}
    assert read(database, own, AUTUMN).name == "李秀英　逾期事项"
    assert read(database, every).name == "全部　逾期事项"


def test_a_list_is_what_the_page_of_tasks_shows(database: Database, imported: Imported) -> None:
    naming.add_aliases(database, party(database, "应急部门", "department"), "应急办", NOON)
    wish = Wish("list", choice={"party": "应急办", "words": "收割"})
    found = read(database, subscribe(database, wish, NOON))
    assert set(found.days) == {"3-2 7月10日前，完成收割机检查"}
    assert found.name == "现行计划　应急部门、含「收割」"
    late = subscribe(database, Wish("list", choice={"mark": "逾"}, plan_id=plan_id(database)), NOON)
    assert read(database, late).days == {}
    assert len(read(database, late, AUTUMN).days) == 4
    for bad in ({"mark": "好"}, {"page": "2"}, {"words": "字" * 300}):
        with pytest.raises(Invalid):
            subscribe(database, Wish("list", choice=bad), NOON)


def test_an_event_tells_the_clause_the_people_the_last_working_day_and_where_to_report(
    database: Database, imported: Imported
) -> None:
    found = read(database, subscribe(database, Wish("party", party_id=party(database, "王建国")), NOON))
    assert found.words["3-2 7月10日前，完成收割机检查"].splitlines() == [
        "原文：7月10日前，完成收割机检查",
        "责任领导：王建国、李秀英",
        "责任部门：农业部门、应急部门",
        "最后一个工作日：7月10日（周三）",
        "办理：https://plan.example.gov.cn/t/2024-3-2?o=once",
    ]
    assert "最后一个工作日：6月28日（周五）" in found.words["2-1 每季度开展一次风险辨识（第二季度）"]
    assert "URL:https://plan.example.gov.cn/t/2024-2-1?o=2024-Q3\r\n" in found.text


def test_the_plain_form_has_numbers_and_titles_and_nothing_else(database: Database, imported: Imported) -> None:
    wish = Wish("party", party_id=party(database, "王建国"), plain=True)
    token = subscribe(database, wish, NOON)
    for view in (View(), View(alarm=True), View(early_days=7)):
        found = read(database, token, view=view)
        assert "3-2 7月10日前，完成收割机检查" in found.days and found.name == "重点工作"
        for word in ("王建国", "李秀英", "应急", "原文", "URL:", "https://", "柳河"):
            assert word not in found.text
        assert set(found.words.values()) == {""}
    usual = subscribe(database, Wish("party", party_id=party(database, "王建国")), NOON)
    assert "王建国" in read(database, usual).text


def test_an_internal_matter_has_its_number_and_no_words_in_any_calendar(database: Database, imported: Imported) -> None:
    row = due_in(database, 9)
    with database.write() as session:
        task = queries.task_by_id(session, row.task_id)
        task.internal = True
        session.add(task)
    for plain in (False, True):
        wish = Wish("plan", plan_id=plan_id(database), plain=plain)
        found = read(database, subscribe(database, wish, NOON))
        assert "2-1 内部事项" in found.days and "风险辨识" not in found.text
        assert found.words["2-1 内部事项"] == ""


def test_events_seven_days_early_and_alarms_come_only_when_asked_for(database: Database, imported: Imported) -> None:
    token = subscribe(database, Wish("plan", plan_id=plan_id(database), early_days=7), NOON)
    usual = subscribe(database, Wish("plan", plan_id=plan_id(database)), NOON)
    found = read(database, token)
    assert found.days["提前7天 3-2 7月10日前，完成收割机检查"] == date(2024, 7, 3)
    assert len(found.days) == 2 * len(TITLES)
    assert read(database, usual, view=View(early_days=7)).body == found.body
    assert "VALARM" not in found.text
    assert read(database, token, view=View(alarm=True)).text.count("TRIGGER:PT9H") == 2 * len(TITLES)
    record(database, due_in(database, 7).id, Act.HAND_IN, SAID)
    record(database, due_in(database, 7).id, Act.SIGN_OFF, SAID)
    done = read(database, token)
    assert "✅ 3-2 7月10日前，完成收割机检查" in done.days and "提前7天 3-2 7月10日前，完成收割机检查" not in done.days
    with pytest.raises(Invalid):
        subscribe(database, Wish("overdue", early_days=3), NOON)


LEADERS = Said("王文员", NOON, NOON.date(), "等文件", on_behalf_of="王建国")


def acts(database: Database, row: Occurrence) -> list[Callable[[], None]]:
    """Return one act after another about a period, or about who answers for it."""
    told = [(Act.PROGRESS, SAID), (Act.HAND_IN, SAID), (Act.SIGN_OFF, SAID), (Act.REOPEN, SAID)]
    farmers, emergency = (party(database, name, "department") for name in ("农业部门", "应急部门"))
    return [
        *(partial(record, database, row.id, act, said) for act, said in told),
        partial(scheduling.set_due, database, row.id, date(2024, 7, 20), LEADERS),
        partial(record, database, row.id, Act.SUSPEND, LEADERS),
        partial(record, database, row.id, Act.REOPEN, SAID),
        lambda: assert_all(scheduling.name_cells(database, row.task_id, "东村、西村", SAID)),
        partial(assigning.assign, database, 3, "supporting", "交警", SAID),
        partial(naming.merge, database, farmers, emergency, SAID),
        partial(record, database, row.id, Act.CANCEL, SAID),
    ]


def assert_all(count: int) -> None:
    assert count == 2


def test_after_every_act_the_kept_body_is_the_one_made_anew(database: Database, imported: Imported) -> None:
    wishes = [
        Wish("plan", plan_id=plan_id(database)),
        Wish("party", party_id=party(database, "李秀英"), early_days=7),
        Wish("list", choice={"mark": "办"}),
    ]
    tokens = [subscribe(database, wish, NOON) for wish in wishes]
    row = due_in(database, 7)
    bodies = [[read(database, token).body] for token in tokens]
    for act in acts(database, row):
        act()
        for token, own in zip(tokens, bodies, strict=True):
            own.append(read(database, token).body)
    of_plan = bodies[0]
    assert len(set(of_plan)) > 5, "most acts change it"
    assert row.uid.encode() in of_plan[0] and row.uid.encode() not in of_plan[-1]


def test_what_did_not_change_is_neither_read_nor_written_again(
    database: Database, imported: Imported, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = subscribe(database, Wish("plan", plan_id=plan_id(database)), NOON)
    read_feed(database, token, NOON, BASE)
    asked: list[str] = []
    listening.listen(database.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    read_feed(database, token, NOON, BASE)
    assert len([statement for statement in asked if statement.startswith("SELECT")]) == 1
    made: list[str] = []

    def noted(event: FeedEvent, *, alarm: bool) -> bytes:
        made.append(event.uid)
        return written(event, alarm=alarm)

    monkeypatch.setattr(feeding, "written", noted)
    row = due_in(database, 7)
    record(database, row.id, Act.PROGRESS, SAID)
    read_feed(database, token, NOON, BASE)
    assert made == [row.uid]


def test_bodies_make_room_for_others(database: Database, imported: Imported, monkeypatch: pytest.MonkeyPatch) -> None:
    token = subscribe(database, Wish("plan", plan_id=plan_id(database)), NOON)
    first = read_feed(database, token, NOON, BASE)
    monkeypatch.setattr(bodies, "ROOM", first.made.size * 2)
    for place in range(5):
        read_feed(database, token, NOON, f"https://{place}.example")
    assert (
        read_feed(database, token, NOON, "https://4.example").made
        is read_feed(database, token, NOON, "https://4.example").made
    )
    assert read_feed(database, token, NOON, BASE).made is not first.made
    monkeypatch.setattr(bodies, "ROOM", 10)
    other = read_feed(database, token, NOON + timedelta(days=1), BASE)
    assert read_feed(database, token, NOON + timedelta(days=1), BASE).made is not other.made


def test_a_rebuilt_ledger_is_seen(database: Database, imported: Imported) -> None:
    token = subscribe(database, Wish("plan", plan_id=plan_id(database)), NOON)
    before = read(database, token).body
    with database.write() as session:
        row = queries.occurrence(session, due_in(database, 7).id)
        row.due_on = date(2024, 8, 1)
        session.add(row)
    assert rebuild(database, NOON) == 1
    assert read(database, token).body == before


def test_a_withdrawn_plan_leaves_an_empty_calendar_and_comes_back(database: Database, imported: Imported) -> None:
    token = subscribe(database, Wish("plan", plan_id=plan_id(database)), NOON)
    own = subscribe(database, Wish("party", party_id=party(database, "王建国")), NOON)
    number = plan_id(database)
    withdraw_plan(database, imported.address, SAID)
    assert read(database, token).days == read(database, own).days == {}
    bring_back(database, number, SAID)
    assert read(database, token).days == TITLES


def test_the_sample_is_shown_until_there_is_a_plan(database: Database, source: Source) -> None:
    load_samples(database, shipped("plans"), NOON)
    late = subscribe(database, Wish("overdue"), NOON)
    every = subscribe(database, Wish("list"), NOON)
    assert len(read(database, every, NOON.replace(year=2026)).days) > 20
    assert read(database, late, NOON.replace(year=2026)).days == read(database, late).days, (
        "it stands on a day of its own"
    )
    import_plan(database, source, actor="王文员", at=NOON)
    assert set(read(database, every).days) == set(TITLES)


def test_long_overdue_ones_stay_and_long_handed_in_ones_do_not(database: Database, imported: Imported) -> None:
    token = subscribe(database, Wish("plan", plan_id=plan_id(database)), NOON)
    record(database, due_in(database, 7).id, Act.HAND_IN, SAID)
    later = NOON.replace(year=2026)
    assert "3-2 7月10日前，完成收割机检查" in read(database, token, NOON + timedelta(days=300)).days
    days = read(database, token, later).days
    assert "3-2 7月10日前，完成收割机检查" not in days and len(days) == len(TITLES) - 1


def test_a_deadline_on_the_last_day_of_the_year_is_that_day_in_any_zone(database: Database, imported: Imported) -> None:
    found = read(database, subscribe(database, Wish("plan", plan_id=plan_id(database)), NOON))
    assert "DTSTART;VALUE=DATE:20241231\r\n" in found.text and "DTEND;VALUE=DATE:20250101\r\n" in found.text


def test_a_fetch_is_noted_once_an_hour(database: Database, imported: Imported) -> None:
    token = subscribe(database, Wish("plan", plan_id=plan_id(database)), NOON)

    for minutes, wanted in ((0, 0), (59, 0), (60, 60), (90, 60)):
        at = NOON + timedelta(minutes=minutes)
        note_fetch(database, read_feed(database, token, at, BASE), at)
        assert noted(database) == NOON + timedelta(minutes=wanted)
    # Two phones at once: the second comes to note what the first has noted already.
    at = NOON + timedelta(hours=3)
    first, second = (read_feed(database, token, at, BASE) for _ in range(2))
    note_fetch(database, first, at)
    note_fetch(database, second, at + timedelta(minutes=1))
    assert noted(database) == at


def noted(database: Database) -> datetime | None:
    with database.read() as session:
        return feeds.feeds(session)[0].last_fetched_at


def test_noting_a_fetch_waits_for_nobody(database: Database, imported: Imported) -> None:
    token = subscribe(database, Wish("plan", plan_id=plan_id(database)), NOON)
    other = Database(database.engine.url.render_as_string(hide_password=False))
    fetched = read_feed(database, token, NOON, BASE)
    with other.write() as session:
        # It would wait until this ends, which is after it.
        session.execute(text("UPDATE feed SET created_by = '王文员'"))
        note_fetch(database, fetched, NOON)
        assert read_feed(database, token, NOON, BASE).body == fetched.body
    assert noted(database) is None
    note_fetch(database, fetched, NOON)
    assert noted(database) == NOON
    other.close()


def test_another_address_replaces_the_old_one_at_once(database: Database, imported: Imported) -> None:
    old = subscribe(database, Wish("plan", plan_id=plan_id(database)), NOON, "王文员")
    before = read(database, old).body
    with database.read() as session:
        (feed,) = feeds.feeds(session)
    new = renew(database, feed.id, NOON)
    assert len(new) >= 43 and new != old, "32 octets"
    assert read(database, new).body == before
    with pytest.raises(NotFound):
        read_feed(database, old, NOON, BASE)
    with database.read() as session:
        (feed,) = feeds.feeds(session)
    assert (feed.created_by, feed.renewed_at) == ("王文员", NOON)


def test_wrong_and_right_addresses_ask_the_database_the_same(database: Database, imported: Imported) -> None:
    token = subscribe(database, Wish("plan", plan_id=plan_id(database)), NOON)
    read_feed(database, token, NOON, BASE)
    asked: list[tuple[str, ...]] = []
    listening.listen(database.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    read_feed(database, token, NOON, BASE)
    right, asked[:] = list(asked), []
    with pytest.raises(NotFound):
        read_feed(database, "x" * 43, NOON, BASE)
    assert asked == right


def test_the_moment_of_change_moves_with_what_a_feed_depends_on(database: Database, imported: Imported) -> None:
    token = subscribe(database, Wish("plan", plan_id=plan_id(database)), NOON)
    later = NOON + timedelta(hours=2)
    assert read_feed(database, token, later, BASE).changed_at == NOON
    assert read_feed(database, token, NOON, BASE).changed_at == NOON - timedelta(seconds=1), "never the present second"
    said = Said("王文员", NOON + timedelta(hours=1), NOON.date(), "一句话")
    record(database, due_in(database, 7).id, Act.PROGRESS, said)
    assert read_feed(database, token, later, BASE).changed_at == said.at
    tomorrow = NOON + timedelta(days=1)
    assert read_feed(database, token, tomorrow, BASE).changed_at == tomorrow.replace(hour=0)


def test_names_say_what_a_calendar_holds_and_leaves_out(database: Database, imported: Imported) -> None:
    wishes = {
        "应急部门 重点工作": Wish("party", party_id=party(database, "应急部门", "department")),
        "柳河镇2024年安全生产工作要点　逾期事项": Wish("overdue", plan_id=plan_id(database)),
        "现行计划　今天要做的": Wish("list", choice={"urgent": "1"}),
        "现行计划　全部任务": Wish("list", plain=True, early_days=7),
    }
    for wish in wishes.values():
        subscribe(database, wish, NOON)
    with database.read() as session:
        rows = list(reversed(feeds.feeds(session)))
        assert [feed_name(session, row) for row in rows] == list(wishes)
    assert [what_it_leaves_out(row) for row in rows] == ["", "", "", "只有编号和标题，带提前7天的提示"]


def event_of(database: Database, token: str, uid: str, at: datetime) -> tuple[str, str, str]:
    """Return the LAST-MODIFIED, the SEQUENCE and the whole text of one event."""
    found = next(one for one in read(database, token, at).text.split("BEGIN:VEVENT") if uid in one)
    lines = dict(line.split(":", 1) for line in found.split("\r\n") if ":" in line)
    assert lines["DTSTAMP"] == lines["LAST-MODIFIED"]
    return lines["LAST-MODIFIED"], lines["SEQUENCE"], found


def test_the_moment_of_an_event_moves_with_its_text_and_its_sequence_only_with_its_date(
    database: Database, imported: Imported
) -> None:
    token = subscribe(database, Wish("plan", plan_id=plan_id(database)), NOON)
    row = due_in(database, 7)
    farmers, emergency = (party(database, name, "department") for name in ("农业部门", "应急部门"))

    def said(hours: int) -> Said:
        return Said("王文员", NOON + timedelta(hours=hours), NOON.date(), "一句话")

    steps: list[Callable[[Said], object]] = [
        lambda said: assigning.assign(database, 3, "leader", "赵新", said),
        lambda said: naming.merge(database, farmers, emergency, said),
        lambda said: handing_over.hand_over(database, party(database, "李秀英"), "钱七", said),
        lambda said: flagging.set_flag(database, row.task_id, "internal", True, said),
    ]
    before = event_of(database, token, row.uid, NOON)
    for hours, step in enumerate(steps, start=1):
        step(said(hours))
        after = event_of(database, token, row.uid, NOON + timedelta(hours=hours))
        assert after[2] != before[2] and after[1] == before[1] == "0"
        assert after[0] == f"20240620T{4 + hours:02}0000Z", "UTC"
        before = after


def test_a_change_in_the_second_of_a_fetch_is_not_missed(database: Database, imported: Imported) -> None:
    token = subscribe(database, Wish("plan", plan_id=plan_id(database)), NOON)

    def at(tenths: int) -> datetime:
        return NOON + timedelta(hours=1, milliseconds=100 * tenths)

    record(database, due_in(database, 7).id, Act.PROGRESS, Said("王文员", at(1), NOON.date(), "一句话"))
    first = read_feed(database, token, at(3), BASE)
    moved = Said("王文员", at(6), NOON.date(), "等文件", on_behalf_of="王建国")
    scheduling.set_due(database, due_in(database, 7).id, date(2024, 7, 3), moved)
    second = read_feed(database, token, at(60), BASE)
    assert first.body != second.body and first.changed_at < second.changed_at
    assert first.changed_at.microsecond == second.changed_at.microsecond == 0


def test_a_change_of_settings_moves_the_moment_too(database: Database, imported: Imported) -> None:
    farmers = party(database, "农业部门", "department")
    token = subscribe(database, Wish("list", choice={"party": "农办"}), NOON)
    row = due_in(database, 7)

    def later(hours: int) -> Said:
        return Said("王文员", NOON + timedelta(hours=hours), NOON.date(), "一句话")

    steps: list[Callable[[Said], object]] = [
        lambda said: naming.add_aliases(database, farmers, "农办", said.at),
        lambda said: arranging.change_day(database, date(2024, 7, 10), "no", "测试", said),
        lambda said: flagging.set_flag(database, row.task_id, "internal", True, said),
    ]
    assert read(database, token).days == {}
    for hours, step in enumerate(steps, start=1):
        step(later(hours))
        assert read_feed(database, token, later(hours + 5).at, BASE).changed_at == later(hours).at
    with database.write() as session:
        broken = queries.occurrence(session, row.id)
        broken.due_on = date(2024, 8, 1)
        session.add(broken)
    rebuild(database, later(4).at)
    assert read_feed(database, token, later(9).at, BASE).changed_at == later(4).at
    assert set(read(database, token).days) == {"3-2 内部事项"}


def test_a_backup_restored_beneath_a_running_server_is_seen(
    database: Database, imported: Imported, tmp_path: Path
) -> None:
    token = subscribe(database, Wish("plan", plan_id=plan_id(database)), NOON)
    row = due_in(database, 7)
    backing_up.back_up(database, tmp_path / "files", tmp_path / "backup.planner", NOON)
    for day in (12, 11, 9):
        scheduling.set_due(database, row.id, date(2024, 7, day), LEADERS)
    assert read(database, token).days["3-2 7月10日前，完成收割机检查"] == date(2024, 7, 9)
    _restore(database, tmp_path)
    assert read(database, token).days == TITLES
    # As many events as there were, and other ones.
    for day in (15, 16, 17):
        scheduling.set_due(database, due_in(database, 7).id, date(2024, 7, day), LEADERS)
    assert read(database, token).days["3-2 7月10日前，完成收割机检查"] == date(2024, 7, 17)
    _restore(database, tmp_path)
    for day in (21, 22, 23, 24):
        scheduling.set_due(database, due_in(database, 6).id, date(2024, 6, day), LEADERS)
    assert read(database, token).days["3-2 7月10日前，完成收割机检查"] == date(2024, 7, 10)


def _restore(database: Database, folder: Path) -> None:
    """Put the backup in the place of what there is, while *database* stays as it is."""
    url = database.engine.url.render_as_string(hide_password=False)
    database.engine.dispose()
    if database.engine.dialect.name == "sqlite":
        for path in folder.glob("planner.db*"):
            path.unlink()
    else:
        empty_schema(url)
    other = Database(url)
    backing_up.restore(other, folder / "files", folder / "backup.planner")
    other.close()


def test_another_subscription_of_the_same_number_is_another_calendar(
    database: Database, imported: Imported, tmp_path: Path
) -> None:
    backing_up.back_up(database, tmp_path / "files", tmp_path / "backup.planner", NOON)
    every = subscribe(database, Wish("plan", plan_id=plan_id(database)), NOON)
    assert read(database, every).days == TITLES
    _restore(database, tmp_path)
    late = subscribe(database, Wish("overdue"), NOON)
    assert read(database, late).days == {}


def test_done_ones_stay_for_thirty_days_from_the_recording(database: Database, imported: Imported) -> None:
    token = subscribe(database, Wish("plan", plan_id=plan_id(database)), NOON)
    row = due_in(database, 7)
    early = Said("王文员", NOON, NOON.date() - timedelta(days=45), "早办完了")
    record(database, row.id, Act.HAND_IN, early)
    record(database, row.id, Act.SIGN_OFF, early)
    title = "✅ 3-2 7月10日前，完成收割机检查"
    assert title in read(database, token).days
    assert title in read(database, token, NOON + timedelta(days=30)).days
    assert title not in read(database, token, NOON + timedelta(days=31)).days
    with database.write() as session:
        closed = queries.occurrence(session, row.id)
        closed.closed_at = None
        session.add(closed)
    database.kept.clear()
    assert title not in read(database, token).days, "the day counts where the recording is not known"


def test_a_list_goes_by_the_present_name_of_its_party(database: Database, imported: Imported) -> None:
    farmers, emergency = (party(database, name, "department") for name in ("农业部门", "应急部门"))
    token = subscribe(database, Wish("list", choice={"party": "农业部门"}), NOON)
    assert read(database, token).name == "现行计划　农业部门"
    naming.merge(database, farmers, emergency, SAID)
    assert read(database, token).name == "现行计划　应急部门"


def test_a_section_that_is_gone_is_told(database: Database, imported: Imported) -> None:
    wish = Wish("section", plan_id=plan_id(database), section="夯实基础")
    token = subscribe(database, wish, NOON)
    subscribe(database, Wish("overdue"), NOON)

    def lost() -> list[bool]:
        with database.read() as session:
            return [has_lost_its_section(session, feed) for feed in feeds.feeds(session)]

    assert lost() == [False, False]
    revise_with(database, PLAN.replace("一、夯实基础", "一、夯实安全基础"))
    assert lost() == [False, True]
    assert read(database, token).days == {}


def revise_with(database: Database, text: str, at: datetime = NOON) -> None:
    """Issue the plan anew with another text."""
    new = read_source(Source("再次印发.md", text.encode()), None)
    with database.write() as session:
        (plan,) = queries.current_plans(session)
        pairs = align_items(plan_as_stored(session, plan).items, new.items)
        revising.revise(session, revising.Revision(plan, new, pairs, "王文员", at), Origin("再次印发.md", "ab" * 32))


@pytest.mark.parametrize("word", ["a\x00b", "\x1b[31m", "收割\n", "\x9b"])
def test_control_characters_are_refused(database: Database, imported: Imported, word: str) -> None:
    with pytest.raises(Invalid, match="控制字符"):
        subscribe(database, Wish("list", choice={"words": word}), NOON)


days = st.sampled_from(["2024-01-01", "2024-01-02", "2024-02-29", "2024-12-31"])
pieces = st.lists(
    st.builds(Piece, days, st.text("ab", min_size=1, max_size=3), st.integers(1, 6), st.binary(min_size=1, max_size=4)),
    unique_by=lambda piece: piece[:2],
    max_size=12,
)


@given(pieces, pieces, st.sets(st.integers(1, 6)), st.sampled_from([b"", b"opening"]))
def test_a_body_changed_in_some_events_is_the_one_made_whole(
    before: list[Piece], after: list[Piece], gone: set[int], opening: bytes
) -> None:
    kept = whole(1, b"opening", before)
    left = [piece for piece in before if piece.occurrence_id not in gone]
    new = [piece for piece in after if piece[:2] not in {piece[:2] for piece in left}]
    made = changed(kept, 2, opening, gone, new)
    assert made == whole(2, opening, left + new)
    assert (made.etag == kept.etag) == (made.parts == kept.parts)

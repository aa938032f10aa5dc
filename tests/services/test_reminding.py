"""Messages are written once, for those responsible now, with the ways they will go."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from planner.config import OFFICE_TIME, shipped
from planner.core.reminders import Rule
from planner.core.status import Act
from planner.errors import Conflict, Invalid
from planner.services.announcing import group_text
from planner.services.assigning import assign, release, set_email
from planner.services.attending import health
from planner.services.delivering import mark_told
from planner.services.handing_over import hand_over
from planner.services.importing import Imported, Source, import_plan, load_samples
from planner.services.naming import merge
from planner.services.noticing import Paper, papers
from planner.services.refreshing import refresh_waiting
from planner.services.rehearsing import Rehearsal, first_undecided, rehearse
from planner.services.reminding import queue_reminders
from planner.services.settling import note_start
from planner.services.tracking import Said, record
from planner.services.withdrawing import bring_back, silence, withdraw_plan
from planner.store import outbox, people, queries
from planner.store.database import Database
from planner.store.models import Occurrence
from planner.store.outgoing import Channel, Reminder
from tests.conftest import NOON, PLAN
from tests.services.test_feeding import revise_with

LAST_DAY = datetime(2024, 6, 28, 9, 0, tzinfo=OFFICE_TIME)
"""The last working day before Sunday 30 June, on which the second quarter ends too."""


def made(database: Database) -> list[Reminder]:
    with database.read() as session:
        return list(reversed(outbox.past(session, limit=1000)))


def to_tell(database: Database) -> list[Reminder]:
    with database.read() as session:
        return list(outbox.to_tell(session))


def tell_all(database: Database, at: datetime) -> None:
    """Let the clerk pass on whatever waits."""
    for row in to_tell(database):
        mark_told(database, row.id, at, "王文员")


def give_address(database: Database, name: str = "应急部门", address: str = "yingji@liuhe.example.cn") -> None:
    with database.read() as session:
        party = people.party_named(session, "department", name)
    assert party is not None
    set_email(database, party.id, address)


def row_due(database: Database, day: date) -> Occurrence:
    with database.read() as session:
        (plan,) = queries.current_plans(session)
        return next(row for row in queries.occurrences_in(session, [plan]) if row.due_on == day)


def test_messages_are_made_once_a_day_and_wait_for_the_clerk(database: Database, imported: Imported) -> None:
    count = queue_reminders(database, LAST_DAY)
    assert count > 0
    assert queue_reminders(database, LAST_DAY + timedelta(hours=1)) == 0
    rows = made(database)
    assert len(rows) == count
    assert any("风险辨识" in row.body and row.recipient == "应急部门" for row in to_tell(database))
    assert [row.recipient for row in rows if row not in to_tell(database)] == ["办公室"], "the office reads its own"


@pytest.mark.parametrize(
    "at",
    [
        datetime(2024, 6, 29, 9, 0, tzinfo=OFFICE_TIME),
        datetime(2024, 6, 28, 8, 29, tzinfo=OFFICE_TIME),
        datetime(2024, 6, 28, 17, 31, tzinfo=OFFICE_TIME),
    ],
)
def test_nothing_on_rest_days_and_out_of_hours(database: Database, imported: Imported, at: datetime) -> None:
    assert queue_reminders(database, at) == 0


def test_the_sample_never_reminds_but_can_be_rehearsed(database: Database) -> None:
    load_samples(database, shipped("plans"), LAST_DAY)
    assert queue_reminders(database, LAST_DAY) == 0
    assert rehearse(database, LAST_DAY.date()).messages
    assert not made(database)


def test_the_rehearsal_is_what_happens_when_nothing_happens(database: Database, imported: Imported) -> None:
    first, days = date(2024, 6, 21), 32
    rehearsal = rehearse(database, first, days)
    before = datetime.combine(date(2024, 6, 20), LAST_DAY.timetz())
    queue_reminders(database, before)
    tell_all(database, before)
    earlier = len(made(database))
    for count in range(days):
        queue_reminders(database, before + timedelta(days=count + 1))
        tell_all(database, before + timedelta(days=count + 1))
    rehearsed = [(one.day, one.due.recipient, one.due.rule.value, one.letter.body) for one in rehearsal.messages]
    happened = [(row.day, row.recipient, row.rule, row.body) for row in made(database)[earlier:]]
    assert rehearsed == happened and len(happened) > 10
    drafts = [(one.due.day, one.due.level.value, one.due.occurrence_id, list(one.due.to)) for one in rehearsal.drafts]
    with database.read() as session:
        kept = outbox.notices(session, "draft", "lapsed")
        papers = [(row.day, row.level, row.occurrence_id, row.recipients) for row in kept]
    assert sorted(drafts) == sorted(papers)
    assert {level for _, level, *_ in drafts} == {"blue", "yellow", "red"}


def test_after_an_interruption_one_catch_up(database: Database, imported: Imported) -> None:
    queue_reminders(database, datetime(2024, 6, 3, 9, 0, tzinfo=OFFICE_TIME))
    queue_reminders(database, datetime(2024, 6, 17, 9, 0, tzinfo=OFFICE_TIME))
    rows = [row for row in made(database) if row.day == date(2024, 6, 17)]
    subjects = [(row.recipient, row.rule, row.subject) for row in rows]
    assert len(subjects) == len(set(subjects)) and {row.day for row in made(database)} <= {
        date(2024, 6, 3),
        date(2024, 6, 17),
    }
    told = [one["occurrence"] for row in rows if row.recipient == "应急部门" for one in row.matters]
    assert len(told) == len(set(told)) > 0


def test_whoever_was_replaced_yesterday_gets_nothing_today(database: Database, imported: Imported) -> None:
    row = row_due(database, date(2024, 7, 10))
    with database.read() as session:
        old = people.party_named(session, "department", "应急部门")
        item = queries.item_of(session, row)
    assert old is not None
    said = Said("王文员", LAST_DAY, LAST_DAY.date())
    release(database, item.id, old.id, "department", said)
    assign(database, item.id, "department", "水利", said)
    day = datetime(2024, 7, 5, 9, 0, tzinfo=OFFICE_TIME)
    queue_reminders(database, day)
    about = [one for one in made(database) if any(matter["occurrence"] == row.id for matter in one.matters)]
    assert {"农业部门", "水利"} <= {one.recipient for one in about} and "应急部门" not in {
        one.recipient for one in about
    }


def test_a_message_goes_by_e_mail_where_there_is_a_server_and_an_address(
    database: Database, imported: Imported
) -> None:
    give_address(database)
    note_start(database, NOON, "", "", mail_server=True)
    queue_reminders(database, LAST_DAY)
    with database.read() as session:
        rows = {row.id: row for row in outbox.past(session)}
        ways = {
            (rows[one.reminder_id].recipient, one.channel, one.address) for one in outbox.deliveries_of(session, rows)
        }
    assert ways == {("应急部门", "email", "yingji@liuhe.example.cn")}
    assert "应急部门" not in {row.recipient for row in to_tell(database)}


@pytest.mark.parametrize(
    ("audience", "carried"), [("all", {"应急部门", "王建国", "群通知"}), ("group", {"群通知"}), ("party", {"王建国"})]
)
def test_a_channel_carries_what_it_is_for(
    database: Database, imported: Imported, audience: str, carried: set[str]
) -> None:
    with database.write() as session:
        party = people.party_named(session, "person", "王建国")
        assert party is not None
        session.add(
            Channel(
                office_id=1,
                kind="wecom",
                name="工作群",
                audience=audience,
                address="https://example.cn/x",
                party_id=party.id if audience == "party" else None,
                made_at=NOON,
                made_by="王文员",
            )
        )
    monday = datetime(2024, 6, 24, 9, 0, tzinfo=OFFICE_TIME)
    queue_reminders(database, monday)
    queue_reminders(database, LAST_DAY)
    with database.read() as session:
        rows = {row.id: row for row in outbox.past(session)}
        found = {rows[one.reminder_id].recipient for one in outbox.deliveries_of(session, rows)}
    assert carried <= found and (audience == "all" or found == carried)


def test_the_group_notice_can_always_be_copied(database: Database, imported: Imported) -> None:
    text = group_text(database, LAST_DAY.date())
    assert "风险辨识" in text and "收割机检查" in text and "7月10日" in text
    assert group_text(database, date(2025, 6, 1)) == ""


def test_a_promise_pauses_the_ladder_once(database: Database, imported: Imported) -> None:
    row = row_due(database, date(2024, 7, 10))
    said = Said(
        "王文员", NOON.replace(month=7, day=11), date(2024, 7, 11), "电话催办", data={"promised_on": "2024-07-18"}
    )
    record(database, row.id, Act.CHASE, said)
    told = {}
    for day in range(12, 24):
        at = datetime(2024, 7, day, 9, 0, tzinfo=OFFICE_TIME)
        queue_reminders(database, at)
    for one in made(database):
        if one.recipient == "农业部门":
            told[one.day] = [Rule(matter["rule"]) for matter in one.matters if matter["occurrence"] == row.id]
    days = [day for day, rules in told.items() if rules]
    assert days and min(day for day in days if day > date(2024, 7, 12)) == date(2024, 7, 19)


def test_a_digest_nobody_passed_on_is_taken_up_in_the_next_one(database: Database, imported: Imported) -> None:
    """7 July 2024 is a Sunday: the digest of the 1st (T-7) waits, and one more is due on the 8th and 9th."""
    for day in (1, 2, 3, 4, 5, 8, 9):
        queue_reminders(database, datetime(2024, 7, day, 9, 0, tzinfo=OFFICE_TIME))
    own = [one for one in made(database) if one.recipient == "应急部门" and one.rule == Rule.DIGEST]
    assert len(own) > 2
    assert [one.withdrawn_because for one in own[:-1]] == [f"并入7月{one.day.day}日的摘要。" for one in own[1:]]
    assert [one.id for one in to_tell(database) if one.recipient == "应急部门" and one.rule == Rule.DIGEST] == [
        own[-1].id
    ]
    told = [matter["occurrence"] for matter in own[-1].matters]
    assert len(told) == len(set(told))


def test_a_day_decided_twice_tells_nobody_twice(database: Database, imported: Imported) -> None:
    queue_reminders(database, datetime(2024, 6, 3, 9, 0, tzinfo=OFFICE_TIME))
    queue_reminders(database, datetime(2024, 6, 28, 9, 0, tzinfo=OFFICE_TIME))
    import_plan(
        database,
        Source("另一份.md", PLAN.replace("安全生产", "森林防火").encode()),
        actor="王文员",
        at=datetime(2024, 6, 28, 10, 0, tzinfo=OFFICE_TIME),
    )
    assert queue_reminders(database, datetime(2024, 6, 28, 10, 1, tzinfo=OFFICE_TIME)) > 0
    rows = [one for one in made(database) if one.day == date(2024, 6, 28)]
    told = [(one.recipient, matter["occurrence"]) for one in rows for matter in one.matters]
    assert len(told) == len(set(told))
    digests = [one.recipient for one in rows if one.subject == "digest"]
    assert len(digests) == len(set(digests))


def test_a_clock_that_was_wrong_stops_nothing(database: Database, imported: Imported) -> None:
    queue_reminders(database, datetime(2030, 6, 3, 9, 0, tzinfo=OFFICE_TIME))
    assert queue_reminders(database, LAST_DAY) > 0


def test_what_was_registered_later_is_news_when_it_was_registered(database: Database, imported: Imported) -> None:
    at = datetime(2024, 7, 2, 10, 0, tzinfo=OFFICE_TIME)
    queue_reminders(database, at.replace(hour=9))
    row = row_due(database, date(2024, 7, 10))
    said = Said("王文员", at, date(2024, 7, 1), "查完了", data={"explained": "无"})
    record(database, row.id, Act.HAND_IN, said)
    for day in (3, 4, 5):
        queue_reminders(database, at.replace(day=day, hour=9))
    about = [(one.recipient, one.day.day) for one in made(database) if one.role == "leader" and one.day > date(2024, 7, 2)
             and any(matter["occurrence"] == row.id for matter in one.matters)]  # fmt: skip
    assert about == [("王建国", 3), ("李秀英", 3)]


def test_a_system_that_gets_everything_does_not_reach_whoever_is_meant(database: Database, imported: Imported) -> None:
    with database.write() as session:
        session.add(Channel(office_id=1, kind="webhook", name="县平台", audience="all", address="https://example.cn/x",
                            made_at=NOON, made_by="王文员"))  # fmt: skip
    queue_reminders(database, LAST_DAY)
    assert "应急部门" in {row.recipient for row in to_tell(database)}


def test_where_there_are_several_plans_each_matter_is_named_with_its_own(
    database: Database, imported: Imported
) -> None:
    other = Source("另一份.md", PLAN.replace("安全生产", "森林防火").encode())
    import_plan(database, other, actor="王文员", at=NOON)
    queue_reminders(database, datetime(2024, 7, 1, 9, 0, tzinfo=OFFICE_TIME))
    weekly = next(row for row in made(database) if row.rule == "leader_week" and row.recipient == "王建国")
    assert (
        "《柳河镇2024年安全生产工作要点》第2条" in weekly.body
        and "《柳河镇2024年森林防火工作要点》第2条" in weekly.body
    )
    assert "（2024-2-1、2024.2-2-1）" in weekly.body


def test_what_was_long_overdue_when_it_was_brought_in_gets_its_notice(database: Database, imported: Imported) -> None:
    at = datetime(2024, 8, 14, 9, 0, tzinfo=OFFICE_TIME)
    queue_reminders(database, at)
    queue_reminders(database, at + timedelta(days=1))
    with database.read() as session:
        rows = outbox.notices(session, "draft")
    assert len(rows) == len({row.occurrence_id for row in rows}) > 0
    assert {row.level for row in rows} == {"red"}


def test_who_is_named_or_takes_over_later_is_told_of_it(database: Database, imported: Imported) -> None:
    at = datetime(2024, 6, 21, 16, 0, tzinfo=OFFICE_TIME)
    queue_reminders(database, at)
    earlier = len(made(database))
    said = Said("王文员", at, at.date())
    with database.read() as session:
        item = queries.item_of(session, row_due(database, date(2024, 7, 10)))
    assign(database, item.id, "department", "派出所、水利部门", said)
    with database.read() as session:
        unsure = people.party_named(session, "department", "水利部门")
        known = people.party_named(session, "department", "农业部门")
        emergency = people.party_named(session, "department", "应急部门")
    assert unsure and known and emergency
    release(database, item.id, unsure.id, "department", said)
    hand_over(database, emergency.id, "综合执法队", said)
    queue_reminders(database, at + timedelta(days=3))
    new = {row.recipient for row in made(database)[earlier:] for one in row.matters if one["words"] == "新下达"}
    assert new == {"派出所", "综合执法队"}


def test_a_department_a_new_version_names_is_told_of_it(database: Database, imported: Imported) -> None:
    queue_reminders(database, datetime(2024, 6, 21, 9, 0, tzinfo=OFFICE_TIME))
    earlier = len(made(database))
    text = PLAN.replace("责任部门：农业、应急部门", "责任部门：农业、应急、水利部门")
    revise_with(database, text, datetime(2024, 6, 21, 16, 0, tzinfo=OFFICE_TIME))
    queue_reminders(database, datetime(2024, 6, 24, 9, 0, tzinfo=OFFICE_TIME))
    new = {row.recipient for row in made(database)[earlier:] for one in row.matters if one["words"] == "新下达"}
    assert new == {"水利部门"}


def test_the_rehearsal_catches_up_as_the_day_itself_will(database: Database, imported: Imported) -> None:
    queue_reminders(database, datetime(2024, 6, 20, 9, 0, tzinfo=OFFICE_TIME))
    earlier, today = len(made(database)), datetime(2024, 7, 8, 9, 0, tzinfo=OFFICE_TIME)
    with database.read() as session:
        first, since = first_undecided(session, today.date())
    assert (first, since) == (today.date(), date(2024, 6, 20))
    rehearsal = rehearse(database, first, 1, since=since)
    told = [(one.due.recipient, one.due.rule.value, one.letter.body) for one in rehearsal.messages]
    drafts = [(one.due.level.value, one.due.occurrence_id) for one in rehearsal.drafts]
    queue_reminders(database, today)
    assert told == [(row.recipient, row.rule, row.body) for row in made(database)[earlier:]]
    with database.read() as session:
        kept = [(row.level, row.occurrence_id) for row in outbox.notices(session, "draft", "lapsed")]
        assert first_undecided(session, today.date()) == (date(2024, 7, 9), None)
    assert sorted(drafts) == sorted(kept) and kept
    assert rehearse(database, date(2024, 7, 6), 2) == Rehearsal((), ()), "a weekend"


def test_a_new_task_is_told_with_the_words_of_its_time(database: Database, imported: Imported) -> None:
    queue_reminders(database, datetime(2024, 6, 21, 9, 0, tzinfo=OFFICE_TIME))
    (body,) = (row.body for row in made(database) if row.recipient == "农业部门" and "承办" in row.body)
    assert "7月10日前完成（7月10日（周三））" in body


def test_it_is_no_alarm_that_a_day_is_decided_anew_after_an_import(database: Database, imported: Imported) -> None:
    at = datetime(2024, 6, 21, 9, 0, tzinfo=OFFICE_TIME)
    row = row_due(database, date(2024, 7, 10))
    assert not health(database, at).is_decided
    queue_reminders(database, at)
    assert health(database, at).is_decided
    text = PLAN.replace("安全生产", "消防").encode()
    import_plan(database, Source("又一份.md", text), actor="王文员", at=at + timedelta(minutes=1))
    assert health(database, at + timedelta(minutes=2)).is_decided
    record(database, row.id, Act.PROGRESS, Said("王文员", at + timedelta(minutes=6), at.date(), "查了"))
    assert not health(database, at + timedelta(minutes=7)).is_decided


def test_nobody_is_reminded_of_a_silent_plan_and_what_waits_is_withdrawn(
    database: Database, imported: Imported
) -> None:
    at = datetime(2024, 7, 9, 9, 0, tzinfo=OFFICE_TIME)
    queue_reminders(database, at)
    assert to_tell(database) and drafts(database, at)
    said = Said("王文员", at, at.date())
    silence(database, "2024", said, wanted=True)
    with pytest.raises(Conflict, match="刚刚已经改过"):
        silence(database, "2024", said, wanted=True)
    refresh_waiting(database, at)
    assert to_tell(database) == [] and drafts(database, at) == []
    assert rehearse(database, at.date()) == Rehearsal((), ()) and group_text(database, at.date()) == ""
    later = at + timedelta(days=1)
    assert queue_reminders(database, later) == 0
    record(database, row_due(database, date(2024, 7, 10)).id, Act.HAND_IN, replace(said, text="办好了"))
    record(database, row_due(database, date(2024, 7, 10)).id, Act.SEND_BACK, replace(said, text="数字不对"))
    refresh_waiting(database, later)
    assert {row.rule for row in to_tell(database)} == {"sent_back"}, "what was asked for is answered"
    silence(database, "2024", replace(said, at=later), wanted=False)
    assert queue_reminders(database, later) > 0
    with database.read() as session:
        words = [event.text for event in queries.events_of(session, imported_plan(database))]
    assert [one for one in words if "发提醒" in one] == [
        "不再为《柳河镇2024年安全生产工作要点》发提醒", "恢复为《柳河镇2024年安全生产工作要点》发提醒",
    ]  # fmt: skip


def test_the_sample_has_no_reminders_to_stop(database: Database) -> None:
    load_samples(database, shipped("plans"), LAST_DAY)
    with pytest.raises(Invalid, match="示例从来不发提醒"):
        silence(database, "2024s", Said("王文员", LAST_DAY, LAST_DAY.date()), wanted=True)


def drafts(database: Database, at: datetime) -> list[Paper]:
    with database.read() as session:
        return [paper for paper in papers(session, at.date(), "draft") if paper.holds]


def imported_plan(database: Database) -> int:
    with database.read() as session:
        return queries.plan_at(session, "2024").id


def test_a_day_decided_anew_after_hours_repeats_nothing_on_the_next(database: Database, imported: Imported) -> None:
    """Another plan is brought in on Friday evening; on Monday it is caught up on, and of the first nothing is repeated."""
    friday = datetime(2024, 7, 5, 9, 0, tzinfo=OFFICE_TIME)
    for days in (4, 3, 2, 1, 0):
        queue_reminders(database, friday - timedelta(days=days))
    tell_all(database, friday)
    earlier, papers_before = made(database), drafts(database, friday)
    assert any(row.rule == "approaching" for row in earlier) and papers_before
    evening, monday = friday.replace(hour=18), friday + timedelta(days=3)
    text = PLAN.replace("安全生产", "消防").replace("王建国", "赵新").replace("应急部门", "消防站").encode()
    import_plan(database, Source("又一份.md", text), actor="王文员", at=evening)
    assert queue_reminders(database, evening) == 0
    with database.read() as session:
        first, since = first_undecided(session, monday.date())
    rehearsal = rehearse(database, first, 1, since=since)
    queue_reminders(database, monday)
    told = [(one.due.recipient, one.due.rule.value, one.letter.body) for one in rehearsal.messages]
    assert told == [(row.recipient, row.rule, row.body) for row in made(database)[len(earlier) :]]
    again = made(database)[len(earlier) :]
    assert "消防站" in {row.recipient for row in again}
    with database.read() as session:
        (plan,) = (plan for plan in queries.current_plans(session) if plan.address == "2024")
        own = {row.id for row in queries.occurrences_in(session, [plan])}
    repeated = [one for row in again for one in row.matters if one["occurrence"] in own and "补发" in one["words"]]
    assert not repeated
    assert [one.notice.id for one in drafts(database, monday) if one.notice.occurrence_id in own] == [
        one.notice.id for one in papers_before
    ]


def test_a_step_of_today_is_told_when_the_day_is_decided_anew(database: Database, imported: Imported) -> None:
    """+1 was told on 11 July, a plan comes in that evening: on 12 July +2 is said, of the new plan too."""
    first = datetime(2024, 7, 11, 9, 0, tzinfo=OFFICE_TIME)
    queue_reminders(database, first - timedelta(days=1))
    queue_reminders(database, first)
    tell_all(database, first)
    earlier = len(made(database))
    own = row_due(database, date(2024, 7, 10)).id
    text = PLAN.replace("安全生产", "消防").replace("应急部门", "消防站").encode()
    import_plan(database, Source("又一份.md", text), actor="王文员", at=first.replace(hour=20))
    queue_reminders(database, first + timedelta(days=1))
    lines = {
        (row.recipient, one["occurrence"], one["words"]) for row in made(database)[earlier:] for one in row.matters
    }
    assert {("应急部门", own, "逾期第2个工作日"), ("农业部门", own, "逾期第2个工作日")} <= lines
    assert "逾期第2个工作日" in {words for name, _, words in lines if name == "消防站"}
    digests = [row.recipient for row in made(database)[earlier:] if row.subject == "digest"]
    assert len(digests) == len(set(digests))


def test_a_summary_of_the_week_is_not_made_twice(database: Database, imported: Imported) -> None:
    monday = datetime(2024, 7, 15, 9, 0, tzinfo=OFFICE_TIME)
    queue_reminders(database, monday - timedelta(days=3))
    queue_reminders(database, monday)
    tell_all(database, monday)
    earlier = len(made(database))
    assert {row.rule for row in made(database)} >= {"leader_week"}
    text = PLAN.replace("安全生产", "消防").replace("王建国", "赵新").replace("李秀英", "赵新").encode()
    import_plan(database, Source("又一份.md", text), actor="王文员", at=monday.replace(hour=20))
    queue_reminders(database, monday + timedelta(days=1))
    leaders = {row.recipient for row in made(database)[earlier:] if row.role == "leader"}
    assert "赵新" in leaders and "王建国" not in leaders


def test_a_department_merged_on_the_day_it_was_named_hears_of_its_tasks(database: Database, imported: Imported) -> None:
    at = datetime(2024, 6, 21, 10, 0, tzinfo=OFFICE_TIME)
    queue_reminders(database, at)
    earlier, said = len(made(database)), Said("王文员", at, at.date())
    with database.read() as session:
        item = queries.item_of(session, row_due(database, date(2024, 7, 10)))
    assign(database, item.id, "department", "水利局、水利站", said)
    with database.read() as session:
        old, new = (people.party_named(session, "department", name) for name in ("水利局", "水利站"))
    assert old and new
    release(database, item.id, new.id, "department", said)
    merge(database, old.id, new.id, Said("王文员", at + timedelta(hours=1), at.date()))
    queue_reminders(database, at + timedelta(days=3))
    told = {row.recipient for row in made(database)[earlier:] for one in row.matters if one["words"] == "新下达"}
    assert told == {"水利站"}


def test_what_a_plan_missed_while_it_was_withdrawn_is_made_up_for(database: Database, imported: Imported) -> None:
    """It is brought back on Friday evening; the day had messages of another plan, and three days' notice of this one."""
    friday = datetime(2024, 7, 5, 9, 0, tzinfo=OFFICE_TIME)
    thursday, monday = friday - timedelta(days=1), friday + timedelta(days=3)
    text = PLAN.replace("安全生产", "消防").replace("应急部门", "消防站").encode()
    import_plan(database, Source("又一份.md", text), actor="王文员", at=thursday - timedelta(days=10))
    for days in (2, 1):
        queue_reminders(database, friday - timedelta(days=days))
    withdraw_plan(database, "2024", Said("王文员", thursday, thursday.date(), "导入错了"))
    queue_reminders(database, friday)
    assert "approaching" in {
        row.rule for row in made(database) if row.recipient == "消防站" and row.day == friday.date()
    }
    earlier = len(made(database))
    with database.read() as session:
        number = next(plan.id for plan in queries.plans_ever(session) if plan.address == "2024")
    bring_back(database, number, Said("王文员", friday.replace(hour=18), friday.date()))
    queue_reminders(database, monday)
    lines = {(row.recipient, one["words"]) for row in made(database)[earlier:] for one in row.matters}
    assert ("应急部门", "提前3个工作日（补发）") in lines
    assert not [words for name, words in lines if name == "消防站" and "补发" in words]
    digests = [row.recipient for row in made(database)[earlier:] if row.subject == "digest"]
    assert len(digests) == len(set(digests))

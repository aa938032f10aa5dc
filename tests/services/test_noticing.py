"""Formal notices: drafted once by the machine, issued or skipped by a person, and never out of their place."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest

from planner.config import OFFICE_TIME
from planner.core.escalation import Level
from planner.core.status import Act
from planner.errors import Conflict, Invalid, PlannerError
from planner.services import flagging, tracking, withdrawing
from planner.services.assigning import release
from planner.services.importing import Imported, Source, import_plan
from planner.services.noticing import Paper, issue_notice, papers, redraft, sheet, skip_notice
from planner.services.reminding import queue_reminders
from planner.services.tracking import Said
from planner.store import outbox, people, queries
from planner.store.database import Database
from planner.store.models import Event, Occurrence
from tests.conftest import NOON, PLAN


def at(month: int, day: int) -> datetime:
    return datetime(2024, month, day, 9, 0, tzinfo=OFFICE_TIME)


BLUE_DAY, YELLOW_DAY, RED_DAY = at(7, 3), at(7, 9), at(7, 19)
"""Three, seven and fifteen working days after Sunday 30 June, when the second quarter's duty of point 2 was due."""
TEXT = "应急部门：请于本周内办结。"


def said(moment: datetime, text: str = "", **data: str) -> Said:
    return Said(actor="王文员", at=moment, day=moment.date(), text=text, data=data)


def draft(database: Database, *moments: datetime) -> list[Paper]:
    for moment in moments:
        queue_reminders(database, moment)
    return drafts(database, moments[-1])


def drafts(database: Database, moment: datetime) -> list[Paper]:
    with database.read() as session:
        return papers(session, moment.date(), "draft", "lapsed")


def risks(database: Database) -> Occurrence:
    with database.read() as session:
        task = queries.task_at(session, queries.plan_at(session, "2024"), "2-1")
        return next(row for row in queries.occurrences_of(session, task.id) if row.key == "2024-Q2")


def events(database: Database, kind: Act) -> list[Event]:
    with database.read() as session:
        return list(outbox.events_of(session, [risks(database).id], kind.value))


def test_a_draft_is_made_once_on_its_day(database: Database, imported: Imported) -> None:
    (paper,) = draft(database, BLUE_DAY, BLUE_DAY + timedelta(hours=1))
    assert (paper.level, paper.notice.recipients, paper.holds) == (Level.BLUE, ["应急部门"], True)
    assert "风险辨识" in paper.notice.title and "逾期3个工作日" in paper.notice.body
    assert events(database, Act.CHASE) == [], "a draft is no chase"


def test_a_yellow_one_quotes_the_document_and_is_signed(database: Database, imported: Imported) -> None:
    paper = draft(database, YELLOW_DAY)[0]
    assert "每季度开展一次风险辨识" in paper.notice.body
    with pytest.raises(Invalid, match="请写明由谁签发"):
        issue_notice(database, paper.notice.id, TEXT, " ", said(YELLOW_DAY))
    assert issue_notice(database, paper.notice.id, TEXT, "王建国", said(YELLOW_DAY)) == "〔2024〕第1号"
    (chase,) = events(database, Act.CHASE)
    assert chase.text == "签发黄色督办单〔2024〕第1号（签发人：王建国）"
    assert (chase.data, chase.actor) == ({"notice": paper.notice.id}, "王文员")
    with database.read() as session:
        kept = sheet(session, paper.notice.id, YELLOW_DAY.date())
    assert (kept.paper.notice.body, kept.paper.notice.state, kept.paper.number) == (
        f"{TEXT}\n",
        "issued",
        "〔2024〕第1号",
    )
    assert (kept.situation.issued_on, kept.situation.finish_by) == ("2024年7月9日", "")


def test_the_number_of_the_document_is_told(database: Database) -> None:
    text = PLAN.replace("印发单位：", "柳政发〔2024〕4号\n\n印发单位：")
    import_plan(database, Source("计划.md", text.encode()), actor="王文员", at=NOON)
    (paper,) = draft(database, YELLOW_DAY)
    assert "《柳河镇2024年安全生产工作要点》（柳政发〔2024〕4号）第2条要求" in paper.notice.body
    redraft(database, paper.notice.id, said(YELLOW_DAY))
    assert "（柳政发〔2024〕4号）" in drafts(database, YELLOW_DAY)[0].notice.body


def test_a_sheet_stays_as_it_was_issued(database: Database, imported: Imported) -> None:
    paper = draft(database, YELLOW_DAY)[0]
    days = {"finish_by": "2024-07-12", "reply_by": "2024-07-10"}
    issue_notice(database, paper.notice.id, "请于____月____日前办结。", "王建国", said(YELLOW_DAY, **days))
    tracking.record(database, risks(database).id, Act.PROGRESS, said(at(7, 10), "已辨识3处"))
    with database.read() as session:
        kept = sheet(session, paper.notice.id, date(2024, 8, 1))
    assert (kept.situation.progress, kept.situation.standing) == ("尚无进展记录", "逾期7个工作日")
    assert (kept.situation.finish_by, kept.situation.reply_by) == ("2024年7月12日", "2024年7月10日")
    assert kept.paper.notice.body == "请于2024年7月12日前办结。\n"


def test_a_blue_one_needs_no_signature_but_a_text(database: Database, imported: Imported) -> None:
    paper = draft(database, BLUE_DAY)[0]
    for text in (" \n", "字" * 4001):
        with pytest.raises(Invalid, match="请写单子的正文"):
            issue_notice(database, paper.notice.id, text, "", said(BLUE_DAY))
    with pytest.raises(Invalid, match="签发人请不超过40字"):
        issue_notice(database, paper.notice.id, TEXT, "王" * 41, said(BLUE_DAY))
    issue_notice(database, paper.notice.id, TEXT, "", said(BLUE_DAY))
    assert events(database, Act.CHASE)[0].text == "发出蓝色提醒单〔2024〕第1号"


def test_a_red_one_is_signed_by_a_main_leader_where_any_is_known(database: Database, imported: Imported) -> None:
    with database.write() as session:
        main = people.party_named(session, "person", "李秀英")
        assert main
        main.main_leader = True
        session.add(main)
    red = next(paper for paper in draft(database, RED_DAY) if paper.level is Level.RED)
    assert red.notice.recipients == ["李秀英"]
    with database.read() as session:
        assert sheet(session, red.notice.id, RED_DAY.date()).signers == ("李秀英",)
    with pytest.raises(Invalid, match="红色督办单由主要领导签发，请选：李秀英"):
        issue_notice(database, red.notice.id, TEXT, "王建国", said(RED_DAY))
    issue_notice(database, red.notice.id, TEXT, "李秀英", said(RED_DAY))


def test_what_is_decided_is_not_decided_again(database: Database, imported: Imported) -> None:
    paper = draft(database, BLUE_DAY)[0]
    skip_notice(database, paper.notice.id, said(BLUE_DAY, "已电话说好"))
    assert events(database, Act.SETTLE)[0].text == "不发蓝色提醒单：已电话说好"
    for decide in (
        lambda: issue_notice(database, paper.notice.id, TEXT, "王建国", said(BLUE_DAY)),
        lambda: skip_notice(database, paper.notice.id, said(BLUE_DAY)),
        lambda: redraft(database, paper.notice.id, said(BLUE_DAY)),
    ):
        with pytest.raises(Conflict, match="已由王文员跳过"):
            decide()
    assert drafts(database, BLUE_DAY) == []


def test_a_draft_lapses_when_the_matter_is_no_longer_overdue(database: Database, imported: Imported) -> None:
    paper = draft(database, BLUE_DAY)[0]
    tracking.record(database, risks(database).id, Act.HAND_IN, said(BLUE_DAY, "已辨识完"))
    assert [(one.holds, one.lapsed) for one in drafts(database, BLUE_DAY)] == [(False, "已不逾期，不用发")]
    with pytest.raises(Conflict, match="已不逾期"):
        issue_notice(database, paper.notice.id, TEXT, "", said(BLUE_DAY))
    skip_notice(database, paper.notice.id, said(BLUE_DAY))


def test_a_newer_draft_takes_the_place_of_an_older_one(database: Database, imported: Imported) -> None:
    found = {(one.level, one.lapsed) for one in draft(database, BLUE_DAY, YELLOW_DAY)}
    assert found == {(Level.BLUE, "已有更新的单子，不用发"), (Level.YELLOW, "")}


def test_a_draft_of_a_withdrawn_plan_lapses(database: Database, imported: Imported) -> None:
    paper = draft(database, BLUE_DAY)[0]
    withdrawing.withdraw_plan(database, "2024", said(BLUE_DAY, "导入错了"))
    assert [one.lapsed for one in drafts(database, BLUE_DAY)] == ["文件已撤下，不用发"]
    with database.read() as session:
        assert sheet(session, paper.notice.id, BLUE_DAY.date()).paper.lapsed == "文件已撤下，不用发"
    with pytest.raises(PlannerError, match="计划可能已经撤下"):
        issue_notice(database, paper.notice.id, TEXT, "", said(BLUE_DAY))


def test_a_draft_is_written_anew_as_the_matter_stands(database: Database, imported: Imported) -> None:
    paper = draft(database, YELLOW_DAY)[0]
    tracking.record(database, risks(database).id, Act.CHASE, said(at(7, 10), "电话催办"))
    tracking.record(database, risks(database).id, Act.PROGRESS, said(at(7, 10), "已辨识3处"))
    redraft(database, paper.notice.id, said(at(7, 11)), date(2024, 7, 15))
    (anew,) = (one for one in drafts(database, at(7, 11)) if one.level is Level.YELLOW)
    assert "逾期9个工作日" in anew.notice.body and "已辨识3处" in anew.notice.body and "7月15日" in anew.notice.body


def test_a_paper_names_what_messages_must_not(database: Database, imported: Imported) -> None:
    flagging.set_flag(database, risks(database).task_id, "internal", True, said(BLUE_DAY))
    paper = draft(database, BLUE_DAY)[0]
    assert "风险辨识" in paper.notice.body
    with database.read() as session:
        assert not any("风险辨识" in row.body for row in outbox.past(session))


def test_a_notice_to_nobody_is_not_issued(database: Database, imported: Imported) -> None:
    (paper,) = draft(database, YELLOW_DAY)
    with database.read() as session:
        item_id = queries.item_of(session, queries.occurrence(session, paper.notice.occurrence_id)).id
        parts = queries.assigned(session, [item_id])[item_id]
    for part in parts:
        if part.role == "department":
            release(database, item_id, part.party_id, "department", said(YELLOW_DAY))
    redraft(database, paper.notice.id, said(YELLOW_DAY))
    with pytest.raises(Conflict, match="没有可以主送的单位。请先在任务页写明责任部门"):
        issue_notice(database, paper.notice.id, TEXT, "王建国", said(YELLOW_DAY))
    assert events(database, Act.CHASE) == []


def test_numbers_run_within_the_year_and_the_level(database: Database, imported: Imported) -> None:
    numbers = []
    for moment in (BLUE_DAY, YELLOW_DAY, at(7, 15), at(7, 22)):
        for paper in draft(database, moment):
            if paper.holds:
                issued = issue_notice(database, paper.notice.id, TEXT, "王建国", said(moment))
                numbers.append((paper.level.value, issued))
    assert len(numbers) == len(set(numbers)) > 4
    assert {("blue", "〔2024〕第2号"), ("yellow", "〔2024〕第3号"), ("red", "〔2024〕第1号")} <= set(numbers)


def test_two_notices_issued_at_once_get_two_numbers(database: Database, imported: Imported) -> None:
    wanted = [one for one in draft(database, BLUE_DAY, at(7, 15)) if one.holds]
    with database.write() as session:
        for one in wanted:
            row = outbox.notice_by_id(session, one.notice.id)
            row.level = "yellow"
            session.add(row)
    issue = lambda one: issue_notice(database, one.notice.id, TEXT, "王建国", said(at(7, 15)))  # noqa: E731
    with ThreadPoolExecutor(len(wanted)) as pool:
        assert sorted(pool.map(issue, wanted)) == ["〔2024〕第1号", "〔2024〕第2号"]

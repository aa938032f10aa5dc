"""督办单 at the pages: what waits, what a person does with it, and the sheet that is printed."""

from __future__ import annotations

import re
from datetime import datetime

import pytest

from planner.config import OFFICE_TIME
from planner.services.importing import Imported
from planner.services.reminding import queue_reminders
from planner.store import outbox, people
from planner.store.database import Database
from tests.web.conftest import Office

JULY_9 = datetime(2024, 7, 9, 9, 0, tzinfo=OFFICE_TIME)
JULY_19 = datetime(2024, 7, 19, 9, 0, tzinfo=OFFICE_TIME)


@pytest.fixture
def now() -> datetime:
    return JULY_19


@pytest.fixture
def yellow(database: Database, imported: Imported) -> str:
    """The address of a yellow draft about point 2, seven working days late."""
    queue_reminders(database, JULY_9)
    return "/notices/1"


def issue(clerk: Office, page: str, **fields: str) -> tuple[int, str]:
    given: dict[str, object] = {"body": "请于本周内办结。", "signed_by": "王建国", **fields}
    answer = clerk.submit(page, "", what="issue", **given)
    return answer.status_code, answer.text


def test_without_drafts_the_page_says_so(clerk: Office, imported: Imported) -> None:
    assert "现在没有要签发的单子。" in clerk.open("/notices")
    assert "草稿" not in clerk.open("/")


def test_a_draft_is_offered_on_the_list_the_desk_and_the_task(clerk: Office, yellow: str) -> None:
    page = clerk.open("/notices")
    assert "黄色督办单</span>" in page and "逾期15个工作日" in page and f'href="{yellow}"' in page
    assert "有1份黄色督办单草稿" in clerk.open("/")
    task = clerk.open("/t/2024-2-1?o=2024-Q2")
    assert "有1份黄色督办单草稿" in task and f'href="{yellow}"' in task


def test_a_draft_is_edited_signed_and_printed(clerk: Office, yellow: str) -> None:
    assert "每季度开展一次风险辨识" in clerk.open(yellow)
    status, page = issue(clerk, yellow, finish_by="2024-07-26")
    assert status == 200 and "已签发，编号〔2024〕第1号" in page
    sheet = clerk.open(f"{yellow}/print")
    for words in ("督办通知单", "黄色督办单", "〔2024〕第1号", "王建国", "2024年7月19日", "应急部门", "请于本周内办结。",
                  "2024年7月26日", "回　执", "部门负责人签字", "原文：每季度开展一次风险辨识"):  # fmt: skip
        assert words in sheet
    assert "反馈时限</th><td>　　　年　　月　　日" in sheet, "what nobody decided is left to write in"
    assert "签发黄色督办单〔2024〕第1号（签发人：王建国）" in clerk.open("/t/2024-2-1?o=2024-Q2")
    assert "已签发和跳过的" in clerk.open("/notices")


def test_what_was_typed_stays_when_it_is_refused(clerk: Office, yellow: str) -> None:
    status, page = issue(clerk, yellow, signed_by="", body="改过的<正文>")
    assert status == 400 and "请写明由谁签发" in page and "改过的&lt;正文&gt;</textarea>" in page
    status, page = issue(clerk, yellow, finish_by="某天", body="改过的")
    assert status == 400 and "看不懂" in page and "改过的</textarea>" in page


def test_a_draft_is_skipped_and_not_issued_afterwards(clerk: Office, yellow: str) -> None:
    done = clerk.submit(yellow, what="skip", text="已电话说好")
    assert "已跳过，这份单子不发。" in done.text and "现在没有要签发的单子。" in done.text
    answer = clerk.submit("/help", yellow, what="issue", body="请办结。", signed_by="王建国")
    assert answer.status_code == 409 and "已由经办文员跳过" in answer.text
    assert "不发黄色督办单：已电话说好" in clerk.open("/t/2024-2-1?o=2024-Q2")


def test_several_drafts_are_skipped_at_once(clerk: Office, yellow: str) -> None:
    number = yellow.rpartition("/")[2]
    assert "请先在「选」一栏里勾选" in clerk.submit("/notices").text
    done = clerk.submit("/notices", notice=number, text="已电话说好")
    assert "已跳过1份，不发。" in done.text and "现在没有要签发的单子。" in done.text
    assert "不发黄色督办单：已电话说好" in clerk.open("/t/2024-2-1?o=2024-Q2")
    again = clerk.submit("/help", "/notices", notice=[number, number]).text
    assert "另有2份刚刚已有结果，没有跳过。" in again and "已跳过" not in again


def test_a_draft_is_written_anew(clerk: Office, yellow: str) -> None:
    assert "逾期7个工作日" in clerk.open(yellow)
    done = clerk.submit(yellow, what="redraft", body="会被替换")
    textarea = re.search(r"<textarea[^>]*>([^<]*)</textarea>", done.text)
    assert textarea and "逾期15个工作日" in textarea[1]


def test_a_red_sheet_has_a_page_of_facts(clerk: Office, database: Database, yellow: str) -> None:
    with database.write() as session:
        main = people.party_named(session, "person", "李秀英")
        assert main
        main.main_leader = True
        session.add(main)
    issue(clerk, yellow)
    queue_reminders(database, JULY_19)
    with database.read() as session:
        red = next(row for row in outbox.notices(session, "draft") if row.level == "red")
    status, page = issue(clerk, f"/notices/{red.id}")
    assert status == 400 and "红色督办单由主要领导签发" in page
    sheet = clerk.open(f"/notices/{red.id}/print")
    assert "草稿，未签发" in sheet and "办理经过：" in sheet and "签发黄色督办单〔2024〕第1号" in sheet
    assert "□召集调度" in sheet and "李秀英" in sheet


def test_a_signed_out_reader_sees_no_notice(stranger: Office, yellow: str) -> None:
    for page in ("/notices", yellow, f"{yellow}/print"):
        assert stranger.client.get(page).status_code == 302


def test_a_notice_there_is_not_is_not_found(clerk: Office, imported: Imported) -> None:
    assert clerk.client.get("/notices/99").status_code == 404


def test_a_draft_is_seen_as_it_would_be_printed_and_nothing_typed_is_lost(clerk: Office, yellow: str) -> None:
    typed = {
        "body": "应急部门：请____月____日前办结。",
        "finish_by": "2024-07-19",
        "reply_by": "",
        "signed_by": "王建国",
    }
    seen = clerk.submit(yellow, what="preview", **typed).text
    assert "应急部门：请2024年7月19日前办结。" in seen and "<td>王建国</td>" in seen and "还没有签发" in seen
    assert f'name="body" value="{typed["body"]}"' in seen
    again = clerk.submit(yellow, what="edit", **typed).text
    assert f">{typed['body']}</textarea>" in again
    assert 'value="2024-07-19"' in again and 'value="王建国"' in again
    assert typed["body"] not in clerk.open(yellow), "nothing was kept"
    assert "看不懂" in clerk.submit(yellow, what="preview", **{**typed, "finish_by": "x"}).text
    issue(clerk, yellow)
    late = clerk.submit("/help", yellow, what="preview", **typed)
    assert late.status_code == 409 and typed["body"][-4:] not in late.text.partition("签发时的情况")[2]

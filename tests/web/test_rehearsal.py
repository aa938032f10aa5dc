"""The rehearsal of the next thirty days, muting from it, and the flags of a task."""

from __future__ import annotations

import re
from datetime import date

import pytest

from planner.config import shipped
from planner.services.importing import Imported, load_samples
from planner.services.rehearsing import rehearse
from planner.services.reminding import queue_reminders
from planner.store import outbox, queries
from planner.store.database import Database
from planner.web.rehearsal import Told, grouped
from tests.conftest import NOON
from tests.web.conftest import Office

REHEARSAL = "/outbox/rehearsal"


@pytest.mark.parametrize(
    ("by", "heading"),
    [("day", "6月28日（周五）"), ("person", "应急部门"), ("rule", "到期日"), ("x", "6月28日（周五）")],
)
def test_what_will_be_sent_is_told_by_day_person_and_rule(
    clerk: Office, imported: Imported, by: str, heading: str
) -> None:
    page = clerk.open(f"{REHEARSAL}?by={by}")
    titles = re.findall(r'<h2 id="g(\d+)">(.+?)　', page)
    assert heading in [title for _, title in titles]
    for place, _ in titles:
        assert f'href="#g{place}"' in page, "each count leads to its rows"
    assert "最后一个工作日" in page and "看全文" in page and "到6月28日" not in page


def test_the_errands_of_the_office_cannot_be_muted(clerk: Office, imported: Imported, database: Database) -> None:
    page = clerk.open(f"{REHEARSAL}?by=person&on=2024-08-01")
    office = page[page.index('">办公室　') :].partition("</section>")[0]
    assert "逾期待催办" in office and "以后不为这一项发这类提醒" not in office


def test_a_long_rehearsal_has_pages_to_which_the_counts_lead(imported: Imported, database: Database) -> None:
    message = rehearse(database, NOON.date()).messages[0]
    every = [(title, Told(message, ())) for title in ["一日"] * 150 + ["二日"] * 100 + ["三日"]]
    groups = grouped(every, 2)
    assert [(one.title, one.total, one.page, len(one.told)) for one in groups] == [
        ("一日", 150, 1, 0), ("二日", 100, 1, 50), ("三日", 1, 2, 1),
    ]  # fmt: skip


def test_the_notices_to_be_drafted_are_told_day_by_day(clerk: Office, imported: Imported, database: Database) -> None:
    page = clerk.open(f"{REHEARSAL}?on=2024-07-01")
    told = re.findall(r"<summary>(7月.+?)　(\d+) 份</summary>(.+?)</details>", page)
    rehearsal = rehearse(database, date(2024, 7, 1))
    assert [(day, int(count)) for day, count, _ in told] == [
        ("7月3日（周三）", 1), ("7月9日（周二）", 1), ("7月15日（周一）", 2), ("7月19日（周五）", 2), ("7月22日（周一）", 1),
        ("7月29日（周一）", 1),
    ]  # fmt: skip
    assert "蓝色提醒单" in told[0][2] and "主送 应急部门" in told[0][2]
    assert f'<a href="#drafts">起草 <b>{len(rehearsal.drafts)}</b> 份督办单</a>' in page


def test_nothing_is_made_by_rehearsing(clerk: Office, imported: Imported, database: Database) -> None:
    clerk.open(REHEARSAL)
    with database.read() as session:
        assert list(outbox.past(session)) == []


def test_a_day_already_decided_is_not_rehearsed_again(clerk: Office, imported: Imported, database: Database) -> None:
    assert "从2024年6月20日（周四）到" in clerk.open(REHEARSAL)
    queue_reminders(database, NOON)
    assert "从2024年6月21日（周五）到" in clerk.open(REHEARSAL)


def test_a_rule_is_muted_for_a_task_and_let_speak_again(clerk: Office, imported: Imported, database: Database) -> None:
    with database.read() as session:
        task = queries.task_at(session, queries.plan_at(session, "2024"), "2-1")
    assert f'name="task" value="{task.id}"><input type="hidden" name="rule" value="last_day"' in clerk.open(REHEARSAL)
    done = clerk.submit(REHEARSAL, "/outbox/mutes", task=task.id, rule="last_day", by="rule")
    assert "不为这一项发「到期日」提醒" in done.text and "不发「到期日」" in done.text
    assert f'value="{task.id}"><input type="hidden" name="rule" value="last_day"' not in done.text
    shown = clerk.open("/t/2024-2-1")
    assert "不发「到期日」提醒" in shown and "恢复提醒" in shown
    back = clerk.submit("/t/2024-2-1", "/outbox/mutes/1", address="2024-2-1")
    assert "已恢复提醒。" in back.text and "不发「到期日」提醒" not in back.text.partition("时间线")[0]
    assert clerk.submit(REHEARSAL, "/outbox/mutes", task=task.id, rule="review").status_code == 400
    assert clerk.submit(REHEARSAL, "/outbox/mutes/1").status_code == 409


def test_a_rule_is_muted_on_the_page_of_the_task(clerk: Office, imported: Imported, database: Database) -> None:
    with database.read() as session:
        task = queries.task_at(session, queries.plan_at(session, "2024"), "2-1")
    done = clerk.submit("/t/2024-2-1", "/outbox/mutes", task=task.id, rule="chase", address="2024-2-1")
    assert "不发「逾期催办」提醒" in done.text and "2-1 不再发「逾期催办」提醒" in done.text


def test_the_sample_is_rehearsed_on_its_own_day_and_says_so(clerk: Office, database: Database) -> None:
    load_samples(database, shipped("plans"), NOON)
    page = clerk.open(REHEARSAL)
    assert "<b>示例</b>" in page and "示例不会真的发提醒" in page and "看全文" in page


def test_a_year_without_a_table_is_told(clerk: Office, imported: Imported) -> None:
    assert "年节假日安排未录入" not in clerk.open(REHEARSAL)
    assert "2031年节假日安排未录入，按周一至周五计。" in clerk.open(f"{REHEARSAL}?on=2031-01-02")


def test_an_office_without_plans_has_nothing_to_rehearse(clerk: Office) -> None:
    page = clerk.open(REHEARSAL)
    assert "这30天里没有要发的提醒。" in page and "没有停发的。" in page
    assert "这30天里没有要起草的。" in page and "份督办单" not in page


def test_flags_are_set_on_the_page_of_the_task(clerk: Office, imported: Imported) -> None:
    here = "/t/2024-2-1"
    done = clerk.submit(here, f"{here}/flags", flag="internal", wanted="1")
    assert '<span class="badge">内部事项</span>' in done.text and "2-1 定为内部事项" in done.text
    assert '<span class="badge">内部事项</span>' in clerk.open("/tasks")
    assert "1 项内部事项" in clerk.open(REHEARSAL)
    again = clerk.submit(here, f"{here}/flags", flag="internal", wanted="1")
    assert again.status_code == 409 and "刚刚已经改过" in again.text
    assert '<span class="badge">内部事项' not in clerk.submit(here, f"{here}/flags", flag="internal", wanted="0").text
    assert clerk.submit(here, f"{here}/flags", flag="x", wanted="1").status_code == 400

"""已发记录: every message with why it was made and what became of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from planner.config import OFFICE_TIME
from planner.core.reminders import Matter, Rule
from planner.services.importing import Imported, Source, import_plan
from planner.services.reminding import queue_reminders
from planner.store import outbox, queries
from planner.store.database import Database
from planner.store.outgoing import Delivery, Mention, Reminder
from planner.store.values import dump_matters
from tests.conftest import NOON, PLAN
from tests.web.conftest import Office

HISTORY = "/outbox/history"
LAST_DAY = datetime(2024, 6, 28, 9, 0, tzinfo=OFFICE_TIME)


def make(database: Database, count: int, recipient: str = "应急部门", about: int = 1) -> list[int]:
    """Write messages a day apart, each about one occurrence, and return their numbers."""
    matters = dump_matters((Matter(about, Rule.EARLY, "提前7个工作日"),))
    with database.write() as session:
        office = queries.the_office(session)
        rows = [
            Reminder(office_id=office.id, recipient=recipient, rule="digest", subject="digest", title=f"第{place}封",
                     day=NOON.date() - timedelta(days=place), body="正文", matters=matters, made_at=NOON)
            for place in range(count)
        ]  # fmt: skip
        session.add_all(rows)
        session.flush()
        session.add_all([Mention(occurrence_id=about, reminder_id=row.id) for row in rows])
        return [row.id for row in rows]


def test_without_messages_the_page_says_so(clerk: Office, imported: Imported) -> None:
    assert "还没有发过提醒。" in clerk.open(HISTORY)
    assert "没有这样的记录。" in clerk.open(f"{HISTORY}?recipient=某人")


def test_each_message_says_why_it_was_made_and_links_to_its_task(
    clerk: Office, imported: Imported, database: Database
) -> None:
    queue_reminders(database, LAST_DAY)
    page = clerk.open(HISTORY)
    assert "应急部门" in page and "最后一个工作日" in page and 'href="/t/2024-2-1?o=2024-Q2"' in page
    assert "只在系统里，等人转告" in page and "在办公室收件箱里，还没有看" in page
    assert "这一项发过的提醒" in clerk.open("/t/2024-2-1")


def test_each_way_says_what_became_of_it(clerk: Office, imported: Imported, database: Database) -> None:
    first, second = make(database, 2)
    with database.write() as session:
        session.add(Delivery(reminder_id=first, channel="email", address="a@b.example", state="failed", attempts=5,
                             next_try_at=NOON, error="550 <no such user>", maybe_repeated=True))  # fmt: skip
        session.add(Delivery(reminder_id=first, channel="77", state="sent", attempts=1, next_try_at=NOON, sent_at=NOON))
        row = outbox.reminder(session, second)
        row.told_at, row.told_by, row.read_at = NOON, "王文员", NOON
        session.add(row)
    page = clerk.open(HISTORY)
    for words in ("邮件 a@b.example：没有发出，试了 5 次", "可能重复", "原因：550 &lt;no such user&gt;",
                  "已停用的渠道：已发出 2024-06-20 12:00", "王文员 已转告", "已读 2024-06-20 12:00"):  # fmt: skip
        assert words in page


def test_fifty_a_page_of_one_recipient(clerk: Office, imported: Imported, database: Database) -> None:
    make(database, 70)
    make(database, 3, "农业")
    page = clerk.open(f"{HISTORY}?recipient=应急部门")
    assert page.count("<tr><td") == 50 and "农业</td>" not in page
    older = page[page.index("before=") :].split('"')[0]
    assert clerk.open(f"{HISTORY}?recipient=应急部门&{older}").count("<tr><td") == 20


def test_only_the_messages_about_a_task(clerk: Office, imported: Imported, database: Database) -> None:
    with database.read() as session:
        plan = queries.plan_at(session, "2024")
        own, other = (queries.occurrences_of(session, queries.task_at(session, plan, c).id)[0] for c in ("1-1", "3-2"))
    make(database, 60, about=own.id)
    make(database, 2, "农业", about=other.id)
    page = clerk.open(f"{HISTORY}?task=2024-3-2")
    assert page.count("<tr><td") == 2 and "只看任务 3-2" in page
    assert clerk.open(f"{HISTORY}?task=2024-1-1").count("<tr><td") == 50
    assert "没有这样的记录。" in clerk.open(f"{HISTORY}?task=2024-3-2&recipient=应急部门")
    assert clerk.open(f"{HISTORY}?task=3-2") == page.replace("task=2024-3-2", "task=3-2").replace(
        'value="2024-3-2"', 'value="3-2"'
    )
    for words in ("某项", "2024-9-9", "2023-3-2", "9-9"):
        answer = clerk.client.get(f"{HISTORY}?task={words}")
        assert answer.status_code == 400 and f"没有找到「{words}」" in answer.text and f'value="{words}"' in answer.text
    import_plan(
        database,
        Source("又一份.md", f"{PLAN}\n".replace("柳河镇2024年", "柳河镇2024年度").encode()),
        actor="王文员",
        at=NOON,
    )
    assert "几份文件里都有「3-2」" in clerk.client.get(f"{HISTORY}?task=3-2").text


def test_matters_of_a_withdrawn_plan_are_told_without_a_link(
    clerk: Office, imported: Imported, database: Database
) -> None:
    make(database, 1)
    clerk.submit("/plans", "/plans/2024/archive", text="导入错了")
    assert "文件已撤下的一项" in clerk.open(HISTORY)

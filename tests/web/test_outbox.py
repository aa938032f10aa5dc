"""The clerk passes on what nothing carries, sees what failed, and everybody finds the own messages."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from planner.config import OFFICE_TIME, Settings
from planner.core.reminders import RULE_LABELS, Rule
from planner.scheduler import Shift
from planner.services.attending import ALIVE, attend, health, leave
from planner.services.delivering import Post, deliver_one
from planner.services.importing import Imported
from planner.services.reminding import queue_reminders
from planner.services.settling import note_start
from planner.store.database import Database
from tests.conftest import NOON
from tests.services.mail import mail_server
from tests.services.test_reminding import give_address, made, to_tell
from tests.web.conftest import Office

MONDAY = datetime(2024, 7, 1, 9, 0, tzinfo=OFFICE_TIME)


def test_what_waits_is_told_one_by_one_or_all_at_once(clerk: Office, imported: Imported, database: Database) -> None:
    queue_reminders(database, MONDAY)
    page = clerk.open("/outbox")
    waiting = to_tell(database)
    assert all(row.title in page and row.recipient in page for row in waiting)
    assert f'待发<span class="sr">，</span> {len(waiting)}' in page
    first, *others = waiting
    assert "1条提醒已转告" in clerk.submit("/outbox", "/outbox/told", reminder=first.id).text
    assert first.told_by == "" and next(row for row in made(database) if row.id == first.id).told_by == "经办文员"
    again = clerk.submit("/outbox", "/outbox/told", reminder=[first.id, others[0].id]).text
    assert "1条提醒已转告" in again and "另有1条刚刚已有结果" in again
    told = clerk.submit("/outbox", "/outbox/told", reminder=[row.id for row in others[1:]])
    assert "现在没有要转告的提醒" in told.text
    assert "没有要记的提醒" in clerk.submit("/outbox", "/outbox/told", reminder="x").text


def test_the_group_notice_is_always_at_hand(clerk: Office, imported: Imported) -> None:
    assert "风险辨识" in re.split('<h2 id="group">', clerk.open("/outbox"))[1]


def test_what_failed_is_shown_with_the_servers_words_and_tried_again(
    clerk: Office, imported: Imported, database: Database
) -> None:
    give_address(database)
    note_start(database, NOON, "", "", mail_server=True)
    queue_reminders(database, MONDAY)
    with mail_server() as (box, smtp):
        box.answers.append("550 mailbox <full>")
        while deliver_one(database, MONDAY, Post("w", smtp)):
            pass
    page = clerk.open("/outbox")
    assert "mailbox &lt;full&gt;" in page and "yingji@liuhe.example.cn" in page
    action = re.search(r'action="(/outbox/deliveries/\d+)"', page)
    assert action and "一分钟内再试" in clerk.submit("/outbox", action[1]).text
    assert "刚刚已有结果" in clerk.submit("/outbox", action[1]).text


def test_everybody_finds_the_own_messages(clerk: Office, leader: Office, contact: Office, database: Database) -> None:
    queue_reminders(database, MONDAY)
    for who, name in ((clerk, "办公室"), (leader, "王建国"), (contact, "应急部门")):
        page = who.open("/inbox")
        own = [row for row in made(database) if row.recipient == name]
        assert own and all(row.title in page for row in own)
        assert all(f'/inbox/{row.id}"' not in page for row in made(database) if row.recipient != name)
        assert page.count("未读</span>") >= len(own)
        assert own[0].body.splitlines()[0] in who.open(f"/inbox/{own[0].id}")
        assert len(re.findall('badge">未读', who.open("/inbox"))) == len(own) - 1
    other = next(row for row in made(database) if row.recipient == "农业部门")
    assert contact.client.get(f"/inbox/{other.id}").status_code == 403
    assert clerk.client.get(f"/inbox/{other.id}").status_code == 200
    assert contact.client.get("/outbox").status_code == 403
    assert not [
        row for row in to_tell(database) if row.id == next(r for r in made(database) if r.recipient == "应急部门").id
    ]


def test_a_message_leads_to_its_tasks(contact: Office, database: Database) -> None:
    queue_reminders(database, MONDAY)
    row = next(row for row in made(database) if row.recipient == "应急部门" and row.matters)
    page = contact.open(f"/inbox/{row.id}")
    link = re.search(r'<li><a href="(/t/2024-[^"]+)"', page)
    assert link and "说一句进展" in contact.open(link[1].replace("&amp;", "&"))


def test_how_the_sending_goes(clerk: Office, imported: Imported, database: Database, settings: Settings) -> None:
    page = clerk.open("/outbox/health")
    assert "没有程序在发提醒" in page and clerk.client.get("/healthz").json == {
        "ok": True, "sending": "nobody", "lag_seconds": 0, "waiting": 0, "failed": 0, "stuck": 0, "workers": 0,
    }  # fmt: skip
    shift = Shift(settings, database, lambda: NOON)
    assert not shift.look()
    found = health(database, NOON)
    assert found.is_well and found.decided_through == NOON.date() and not found.troubles()
    assert "一切正常" in clerk.open("/outbox/health") and shift.post.worker in clerk.open("/outbox/health")
    answer = clerk.client.get("/healthz").json
    assert answer and (answer["sending"], answer["workers"]) == ("well", 1)
    shift.close()
    assert not health(database, NOON).alive
    attend(database, "gone", NOON - ALIVE - timedelta(seconds=1))
    assert [worker.is_alive for worker in health(database, NOON).workers] == [False, False]


def test_lateness_and_errors_are_told(clerk: Office, imported: Imported, database: Database) -> None:
    give_address(database)
    note_start(database, NOON, "", "", mail_server=True)
    queue_reminders(database, MONDAY)
    later = MONDAY + timedelta(minutes=40)
    attend(database, "one", later, "邮件服务器连不上")
    found = health(database, later)
    assert not found.is_well and found.lag == timedelta(minutes=40)
    assert any("40分钟" in trouble for trouble in found.troubles()) and "one：邮件服务器连不上" in found.troubles()
    assert health(database, MONDAY.replace(hour=20)).lag == timedelta(0), "at night nothing is late"
    leave(database, "one", later)
    assert not health(database, later).alive


def test_who_has_something_urgent_stands_first(clerk: Office, imported: Imported, database: Database) -> None:
    for day in (8, 10):
        queue_reminders(database, datetime(2024, 7, day, 9, 0, tzinfo=OFFICE_TIME))
    page = clerk.open("/outbox")
    sections = page.split('<h2 id="to-')[1:]
    firsts = [re.findall(r"（周.）　(.+?)</p>", section)[0] for section in sections]
    digests = {RULE_LABELS[rule] for rule in (Rule.DIGEST, Rule.LEADER_NOTE, Rule.LEADER_WEEK, Rule.CLERK_DAY)}
    assert RULE_LABELS[Rule.LAST_DAY] in firsts and set(firsts) & digests
    assert firsts == sorted(firsts, key=lambda label: label in digests)

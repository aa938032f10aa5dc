"""Calendars over HTTP: who makes, changes and stops them; how the feed and its landing page are served."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask

from planner.config import Settings
from planner.core.status import Act
from planner.formats.feed_rules import Answer, check_answers, check_feed
from planner.services.admitting import give_personal_link
from planner.services.importing import Imported
from planner.services.signing_in import make_link
from planner.services.subscribing import Wish, subscribe
from planner.services.tracking import Said, record
from planner.store import feeds, queries
from planner.store.database import Database
from planner.store.models import Occurrence
from planner.web import calendars
from planner.web.app import create_app
from tests.conftest import NOON, PLAN
from tests.services.test_feeding import revise_with
from tests.web.conftest import Office, party_id

PUBLIC = "https://plan.example.gov.cn"


def feed_of(page: str) -> str:
    """Return the path of the feed a page shows."""
    found = re.search(r"(/feeds/[\w-]{43,}\.ics)(?:\?[^<\"]*)?<", page)
    assert found, page
    return found[1]


@pytest.fixture
def public(database: Database, settings: Settings, clock: Callable[[], datetime], imported: Imported) -> Flask:
    """The application behind an https address that phones can open."""
    return create_app(replace(settings, base_url=PUBLIC), database, clock=clock)


def test_a_feed_is_served_as_phones_want_it(clerk: Office, stranger: Office, imported: Imported) -> None:
    path = feed_of(clerk.submit("/calendar", scope="plan-1").text)
    ask = stranger.client
    got = ask.get(path)
    again = ask.get(path, headers={"If-None-Match": got.headers["ETag"]})
    head = ask.head(path)
    assert check_feed(got.data) == []
    assert (
        check_answers(*(Answer(a.status_code, {k.lower(): v for k, v in a.headers}) for a in (got, again, head))) == []
    )
    assert (again.data, head.data) == (b"", b"")
    assert head.headers["Content-Length"] == str(len(got.data))
    assert got.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert got.headers["Cache-Control"] == again.headers["Cache-Control"] == "private, no-cache"
    later = ask.get(path, headers={"If-Modified-Since": got.headers["Last-Modified"]})
    assert later.status_code == 304 and later.headers["ETag"] == got.headers["ETag"]
    earlier = ask.get(path, headers={"If-Modified-Since": "Mon, 01 Jan 2024 00:00:00 GMT"})
    assert earlier.status_code == 200
    assert ask.get(path, headers={"If-None-Match": '"other"'}).data == got.data


def test_a_signed_in_browser_gets_the_same_and_no_cookie(clerk: Office, stranger: Office, imported: Imported) -> None:
    path = feed_of(clerk.submit("/calendar", scope="plan-1").text)
    for address in (path, path.replace("/feeds/", "/subscribe/").removesuffix(".ics")):
        answer = clerk.client.get(address)
        assert answer.status_code == 200 and "Set-Cookie" not in answer.headers
    assert clerk.client.get(path).data == stranger.client.get(path).data


def test_a_changed_date_is_fetched_anew(
    clerk: Office, stranger: Office, imported: Imported, database: Database
) -> None:
    path = feed_of(clerk.submit("/calendar", scope="plan-1").text)
    before = stranger.client.get(path)
    uid = re.search(r"DTSTART;VALUE=DATE:20240710.*?UID:(\S+)", before.text, re.DOTALL)
    assert uid
    row = next(row for row in _rows(database) if row.uid == uid[1])
    assert "已保存" in clerk.submit("/t/2024-3-2", "/t/2024-3-2/settle", what="due", due_on="2024-07-20", text="等文件",
                                 on_behalf_of="王建国", occurrence=row.id).text  # fmt: skip
    after = stranger.client.get(path, headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200 and "DTSTART;VALUE=DATE:20240720" in after.text
    event = after.text.split("DTSTART;VALUE=DATE:20240720")
    assert "SEQUENCE:1" in event[0].rpartition("BEGIN:VEVENT")[2] and uid[1] in event[1].partition("END:VEVENT")[0]


def _rows(database: Database) -> Sequence[Occurrence]:
    with database.read() as session:
        return queries.occurrences_in(session, queries.current_plans(session))


def test_wrong_and_stopped_addresses_are_not_found_and_never_logged(
    clerk: Office,
    stranger: Office,
    imported: Imported,
    caplog: pytest.LogCaptureFixture,
    app: Flask,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level(logging.DEBUG)
    path = feed_of(clerk.submit("/calendar", scope="plan-1").text)
    assert stranger.client.get(path.replace(".ics", "x.ics")).status_code == 404
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setattr(calendars, "read_feed", lambda *_: 1 / 0)
    assert stranger.client.get(path).status_code == 500
    monkeypatch.undo()
    assert "calendars.feed" in caplog.text and path.removesuffix(".ics").split("/")[-1] not in caplog.text
    assert "已停用" in clerk.submit("/calendar", "/calendar/1/revoke").text
    assert stranger.client.get(path).status_code == 404
    assert stranger.client.get(path.replace("/feeds/", "/subscribe/").removesuffix(".ics")).status_code == 404


def test_another_address_is_given_and_the_old_one_ends(clerk: Office, stranger: Office, imported: Imported) -> None:
    old = feed_of(clerk.submit("/calendar", scope="plan-1").text)
    answer = stranger.client.get(old)
    assert "还没有<" in clerk.open("/calendar"), "it is noted after the answer"
    answer.close()
    assert "还没有<" not in clerk.open("/calendar")
    new = feed_of(clerk.submit("/calendar", "/calendar/1/renew").text)
    assert stranger.client.get(old).status_code == 404
    assert stranger.client.get(new).status_code == 200
    assert clerk.open("/calendar").count("换一个地址</") == 0 and "换过地址" in clerk.open("/calendar")
    assert "正在使用的地址 1 个" in clerk.open("/calendar")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"scope": "section-1-夯实基础"}, "夯实基础"),
        ({"scope": "overdue"}, "全部　逾期事项"),
        ({"scope": "overdue-plan-1"}, "要点　逾期事项"),
        ({"scope": "list", "mark": "逾", "words": "培训"}, "逾期未办、含「培训」"),
        ({"scope": "list", "plan_id": "1", "urgent": "1"}, "要点　今天要做的"),
    ],
)
def test_every_scope_is_made_on_the_page(clerk: Office, imported: Imported, fields: dict[str, str], words: str) -> None:
    page = clerk.submit("/calendar", **fields, plain="1", early="1").text
    assert words in page and "只有编号和标题" in page
    assert check_feed(clerk.client.get(feed_of(page)).data) == []
    listed = clerk.open("/calendar")
    assert words in listed and "只有编号和标题，带提前7天的提示" in listed and "经办文员" in listed


@pytest.mark.parametrize(
    "scope",
    ["", "all", "party-", "party-x", "plan-9", "party-99999999999999999999", "section-1-没有", "section-1", "section-1-",
     "overdue-", "overdue-foo-1", "overdue-party-1-x", "overdue-section-1", "plan-1-x", "party-1-夯实基础", "list-x",
     "party-١"],
)  # fmt: skip
def test_what_cannot_be_subscribed_gets_a_sentence(clerk: Office, imported: Imported, scope: str) -> None:
    answer = clerk.submit("/calendar", scope=scope)
    assert answer.status_code in (400, 404) and 'role="alert"' in answer.text


def test_a_list_of_a_plan_that_is_none_is_not_one_of_all(clerk: Office, imported: Imported) -> None:
    for number in ("x", "-1", "99", "9" * 30):
        answer = clerk.submit("/calendar", scope="list", plan_id=number)
        assert answer.status_code in (400, 404) and 'role="alert"' in answer.text
    assert clerk.client.get("/calendar?list=1&plan=1999").status_code == 400
    assert "还没有订阅" in clerk.open("/calendar")


def test_a_calendar_whose_section_is_gone_says_so(clerk: Office, imported: Imported, database: Database) -> None:
    path = feed_of(clerk.submit("/calendar", scope="section-1-夯实基础").text)
    landing = path.replace("/feeds/", "/subscribe/").removesuffix(".ics")
    words = "计划里已没有这一部分，请重新订阅"
    assert words not in clerk.open("/calendar") and words not in clerk.open(landing)
    revise_with(database, PLAN.replace("一、夯实基础", "一、夯实安全基础"))
    assert words in clerk.open("/calendar") and words in clerk.open(landing)


def test_a_list_is_carried_over_to_the_calendar(clerk: Office, imported: Imported) -> None:
    page = clerk.open("/tasks?words=收割&plan=2024")
    link = re.search(r'href="(/calendar\?[^"]+)">订阅这个列表', page)
    assert link
    offered = clerk.open(link[1].replace("&amp;", "&"))
    assert "订阅这个列表" in offered and "要点　含「收割」" in offered
    assert 'name="words" value="收割"' in offered and 'name="plan_id" value="1"' in offered
    assert "订阅这个列表" not in clerk.open("/calendar")


def test_leaders_and_contacts_have_their_own_calendars_and_no_others(
    app: Flask, clerk: Office, leader: Office, contact: Office, database: Database
) -> None:
    own, other = party_id(database, "person", "王建国"), party_id(database, "person", "李秀英")
    clerk.submit("/calendar", scope="plan-1")
    clerk.submit("/calendar", scope=f"party-{other}")
    assert "还没有订阅" in leader.open("/calendar")
    path = feed_of(leader.submit(f"/parties/{own}", "/calendar", scope=f"party-{own}").text)
    assert leader.submit("/calendar", scope=f"overdue-party-{own}").status_code == 200
    listed = leader.open("/calendar")
    assert listed.count("<tr><td>王建国") == 2 and "李秀英" not in listed and "整份计划" not in listed
    assert "还没有订阅" in contact.open("/calendar")
    for refused in (f"party-{other}", "plan-1", "overdue", "list"):
        assert leader.submit("/calendar", scope=refused).status_code == 403
    with database.read() as session:
        ids = {feed.party_id: feed.id for feed in feeds.feeds(session)}
    for act in ("renew", "revoke"):
        assert leader.submit("/calendar", f"/calendar/{ids[other]}/{act}").status_code == 403
        assert contact.submit("/calendar", f"/calendar/{ids[own]}/{act}").status_code == 403
    assert Office(app.test_client()).client.get(path).status_code == 200
    assert "已停用" in leader.submit("/calendar", f"/calendar/{ids[own]}/revoke").text
    assert clerk.open("/calendar").count("<tr><td>") == 3


def test_a_deputy_has_only_the_own_matters(clerk: Office, imported: Imported, database: Database) -> None:
    leader, deputy = party_id(database, "person", "王建国"), party_id(database, "person", "李秀英")
    clerk.submit(f"/parties/{leader}", f"/parties/{leader}/delegations", deputy="李秀英", starts_on="2024-06-01",
                 ends_on="2024-12-31")  # fmt: skip
    body = clerk.client.get(feed_of(clerk.submit("/calendar", scope=f"party-{deputy}").text)).text
    assert "SUMMARY:3-2" in body and "SUMMARY:2-1" not in body


def test_the_landing_page_gives_the_code_the_addresses_and_the_choices(public: Flask, database: Database) -> None:
    clerk = Office(public.test_client())
    token = make_link(database, NOON)
    clerk.client.get(f"{PUBLIC}/sign-in?token={token}")
    number = party_id(database, "person", "王建国")
    leader = Office(public.test_client())
    _, link = give_personal_link(database, number, "", "")
    leader.client.get(f"/p/{link}", base_url=PUBLIC)
    csrf = re.search(r'name="csrf_token" value="([^"]+)"', leader.client.get("/calendar", base_url=PUBLIC).text)
    assert csrf
    form = {"csrf_token": csrf[1], "scope": f"party-{number}"}
    made = leader.client.post("/calendar", data=form, base_url=PUBLIC, headers={"Referer": f"{PUBLIC}/calendar"}).text
    path = feed_of(made)
    assert "<svg" in made and "它只显示这一次" in made
    landing = path.replace("/feeds/", "/subscribe/").removesuffix(".ics")
    answer = clerk.client.get(landing)
    page = answer.text
    assert answer.headers["Referrer-Policy"] == "no-referrer" and answer.headers["Cache-Control"] == "no-store"
    assert "<svg" in page and f'href="webcal://plan.example.gov.cn{path}"' in page and f"{PUBLIC}{path}<" in page
    assert "download" in page and "急事以电话为准" in page and "还没有被日历读取过" in page
    assert "只显示这一次" not in page and "PLANNER_BASE_URL" not in page
    assert "在浏览器打开" not in page
    chosen = clerk.client.get(f"{landing}?alarm=1&early=1").text
    assert f"{path}?alarm=1&amp;early=1" in chosen and "上午9点响铃" in chosen
    assert "生成时勾选「只留编号和标题」" in page and 'name="plain"' not in page
    body = clerk.client.get(f"{path}?alarm=1&early=1&plain=1").text
    assert "TRIGGER:PT9H" in body and "提前7天" in body and "王建国" in body
    assert "?alarm=0" not in clerk.client.get(f"{landing}?alarm=0&early=0").text
    body = clerk.client.get(f"{path}?alarm=0&early=0").text
    assert "TRIGGER" not in body and "提前7天" not in body
    wechat = clerk.client.get(landing, headers={"User-Agent": "Mozilla/5.0 MicroMessenger/8.0"}).text
    assert "请点右上角" in wechat and "在浏览器打开" in wechat
    tokens = [address for address in re.findall(r'(?:href|action|src)="([^"]+)"', page) if landing[-20:] in address]
    assert all(address.startswith((PUBLIC, "webcal://plan.example.gov.cn", "/subscribe/")) for address in tokens)


@pytest.mark.parametrize(
    ("base", "words"),
    [
        ("http://127.0.0.1:8765", "只有这台电脑自己能打开"),
        ("http://10.0.0.5:8765", "不是 https"),
        ("https://localhost", "只有这台电脑自己能打开"),
        ("https://office.localhost.", "只有这台电脑自己能打开"),
        ("https://127.8.9.1", "只有这台电脑自己能打开"),
        ("https://0.0.0.0:8765", "只有这台电脑自己能打开"),
        ("https://[::1]:8765", "只有这台电脑自己能打开"),
        ("https://[::]", "只有这台电脑自己能打开"),
    ],
)
def test_where_no_phone_can_subscribe_the_page_says_what_to_set(
    database: Database, settings: Settings, clock: Callable[[], datetime], imported: Imported, base: str, words: str
) -> None:
    made = create_app(replace(settings, base_url=base), database, clock=clock)
    token = re.search(r"/feeds/([\w-]+)\.ics", _subscribed(database))
    assert token
    page = made.test_client().get(f"/subscribe/{token[1]}").text
    assert words in page and "PLANNER_BASE_URL" in page
    assert "<svg" not in page and "webcal:" not in page and "下载一次性" in page


def test_an_address_in_capital_letters_is_an_address(
    database: Database, settings: Settings, clock: Callable[[], datetime], imported: Imported
) -> None:
    made = create_app(replace(settings, base_url="HTTPS://plan.example.gov.cn"), database, clock=clock)
    page = made.test_client().get(_subscribed(database).replace("/feeds/", "/subscribe/").removesuffix(".ics")).text
    assert "<svg" in page and "手机现在还订阅不了" not in page
    assert made.config["SESSION_COOKIE_SECURE"] is True


def _subscribed(database: Database) -> str:
    return f"/feeds/{subscribe(database, Wish('plan', plan_id=1), NOON)}.ics"


def test_without_a_plan_the_clerk_is_led_to_the_import(clerk: Office) -> None:
    page = clerk.open("/calendar")
    assert "请先" in page and 'href="/import"' in page and "生成订阅地址</button>" not in page


def test_an_event_leads_through_the_personal_link_to_its_task(
    app: Flask, database: Database, imported: Imported, stranger: Office
) -> None:
    body = stranger.client.get(_subscribed(database)).text.replace("\r\n ", "")
    link = re.search(r"URL:http://localhost(/t/2024-2-1\?o=2024-Q3)", body)
    assert link
    answer = stranger.client.get(link[1])
    assert answer.headers["Location"] == "/sign-in"
    assert "会接着打开" in stranger.open("/sign-in")
    _, token = give_personal_link(database, party_id(database, "department", "应急部门"), "赵敏", "")
    landed = stranger.client.get(f"/p/{token}")
    assert landed.headers["Location"] == link[1]
    page = stranger.open(link[1])
    assert "保存进展" in page and "申请销号" in page and "（第三季度）" in page
    assert "会接着打开" not in Office(app.test_client()).open("/sign-in")


def test_signing_in_by_password_or_one_time_link_leads_there_too(
    app: Flask, database: Database, imported: Imported, clerk: Office
) -> None:
    clerk.submit("/account", new="柳河镇2024年", again="柳河镇2024年", old="")
    office = Office(app.test_client())
    assert office.client.get("/t/2024-1-1").status_code == 302
    wrong = office.submit("/sign-in", "/sign-in/password", name="经办文员", password="不是这个")
    assert "会接着打开" in wrong.text
    page = office.submit("/sign-in", "/sign-in/password", name="经办文员", password="柳河镇2024年").text
    assert "<h1>1-1" in page
    other = Office(app.test_client())
    other.client.get("/tasks?words=%E5%9F%B9%E8%AE%AD")
    token = make_link(database, NOON)
    page = other.submit(f"/sign-in?token={token}", "/sign-in", token=token).text
    assert 'name="words" class="short" maxlength="40" value="培训"' in page


def test_nobody_is_led_away_from_this_server_or_to_what_was_asked_long_ago(
    app: Flask, database: Database, imported: Imported
) -> None:
    _, token = give_personal_link(database, party_id(database, "person", "王建国"), "", "")
    at = NOON.timestamp()
    for path, asked_at in (
        ("//evil.example/", at),
        ("/\\evil.example", at),
        ("https://evil.example/", at),
        ("/t/2024-2-1", (NOON - timedelta(hours=2)).timestamp()),
    ):
        office = Office(app.test_client())
        with office.client.session_transaction() as session:
            session["wanted"] = path, asked_at, "tasks.show"
        assert office.client.get(f"/p/{token}").headers["Location"] == "/me", path
    office = Office(app.test_client())
    office.client.get("//evil.example/t/2024-2-1")
    office.client.get("/t/2024-2-1?next=https://evil.example/")
    assert office.client.get(f"/p/{token}?next=https://evil.example/").headers["Location"].startswith("/t/2024-2-1")


def test_a_file_asked_for_does_not_leave_the_door_standing(app: Flask, database: Database, imported: Imported) -> None:
    office = Office(app.test_client())
    office.client.get("/overdue.xlsx")
    _, token = give_personal_link(database, party_id(database, "person", "王建国"), "", "")
    assert office.client.get(f"/p/{token}").headers["Location"] == "/me"


def test_whoever_may_not_open_such_a_page_begins_at_home(app: Flask, database: Database, imported: Imported) -> None:
    _, token = give_personal_link(database, party_id(database, "person", "王建国"), "", "")
    for path in ("/settings", "/import", "/accounts"):
        office = Office(app.test_client())
        assert office.client.get(path).status_code == 302
        assert "会接着打开" in office.open("/sign-in")
        assert office.client.get(f"/p/{token}").headers["Location"] == "/me", path


def test_the_page_asked_for_is_still_kept_from_those_it_is_not_for(
    app: Flask, database: Database, imported: Imported
) -> None:
    office = Office(app.test_client())
    office.client.get("/t/2024-1-1")
    _, token = give_personal_link(database, party_id(database, "department", "应急部门"), "赵敏", "")
    assert office.client.get(f"/p/{token}", follow_redirects=True).status_code == 403
    assert office.client.get("/me", follow_redirects=True).status_code == 200


def test_progress_does_not_wait_for_the_calendar(clerk: Office, imported: Imported, database: Database) -> None:
    """A calendar fetched before an act and after it tells the same for what the act does not touch."""
    path = feed_of(clerk.submit("/calendar", scope="plan-1").text)
    before = clerk.client.get(path).text
    row = next(row for row in _rows(database) if row.due_on and row.due_on.month == 7)
    record(database, row.id, Act.PROGRESS, Said("王文员", NOON, NOON.date(), "已检查3家"))
    after = clerk.client.get(path).text
    assert [line for line in after.split("\r\n") if line.startswith("SUMMARY")] == [
        line for line in before.split("\r\n") if line.startswith("SUMMARY")
    ]


def test_the_calendars_of_a_leader_are_a_step_from_the_own_page(leader: Office, database: Database) -> None:
    page = leader.open(f"/parties/{party_id(database, 'person', '王建国')}")
    assert 'href="/calendar"' in page and "订阅到手机日历" in page

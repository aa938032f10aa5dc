"""The pages of the working days and of the thresholds."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO

import pytest
from docx import Document
from flask import Flask

from planner.config import Settings
from planner.services.importing import Imported, Source, import_plan
from planner.services.signing_in import make_link
from planner.store.database import Database
from planner.store.workdays import thresholds_of, working_days
from planner.web.app import create_app
from tests.conftest import NOON, PLAN
from tests.services.test_arranging import NOTICE
from tests.web.conftest import Office

DAYS, NOTICE_PAGE, YEAR = "/settings/workdays", "/settings/workdays/notice", "/settings/workdays/year"
UNKNOWN = "节假日安排未录入，按周一至周五计"


def test_a_year_is_shown_with_its_holidays_in_words(clerk: Office) -> None:
    page = clerk.open(f"{DAYS}?year=2026")
    assert page.count('<table class="month">') == 12
    assert "2月15日（周日）至2月23日（周一），共9天" in page
    assert '28<b aria-hidden="true">班</b><span class="sr">，春节上班（调休）</span>' in page
    assert '23<b aria-hidden="true">休</b><span class="sr">，春节休息</span>' in page
    assert UNKNOWN not in page
    assert "随程序提供" in page


def test_this_year_is_shown_first_and_a_year_out_of_reach_is_brought_near(clerk: Office) -> None:
    assert "<h1>2024年工作日</h1>" in clerk.open(DAYS)
    assert "<h1>2099年工作日</h1>" in clerk.open(f"{DAYS}?year=99999")
    assert "<h1>1990年工作日</h1>" in clerk.open(f"{DAYS}?year=-3")


def test_a_day_is_changed(clerk: Office, database: Database) -> None:
    answer = clerk.submit(DAYS, date="2024-06-21", worked="no", name="<运动会>")
    assert "已保存：2024年6月21日（周五）改为休息（&lt;运动会&gt;），原来是上班" in answer.text
    assert "经办文员 2024-06-20 12:00 保存" in answer.text
    with database.read() as session:
        assert not working_days(session).is_working(date(2024, 6, 21))


def test_a_day_that_cannot_be_changed_is_told_and_what_was_typed_stays(clerk: Office) -> None:
    answer = clerk.submit(DAYS, date="2024-06-21", worked="", name="运动会")
    assert answer.status_code == 400
    assert "请选上班或休息" in answer.text and 'value="运动会"' in answer.text
    assert "看不懂" in clerk.submit(DAYS, date="明天", worked="no").text


def test_a_notice_is_shown_then_stored(clerk: Office, database: Database) -> None:
    assert UNKNOWN in clerk.open(f"{DAYS}?year=2027")
    shown = clerk.submit(DAYS, NOTICE_PAGE, text=NOTICE, year=2024)
    assert "<h1>2027年节假日安排</h1>" in shown.text and "确认保存" in shown.text
    with database.read() as session:
        assert not working_days(session).knows(2027)
    stored = clerk.submit(DAYS, YEAR, text=NOTICE, year=2027, source="贴在页面上的通知")
    assert "2027年的节假日安排已保存" in stored.text
    assert "来源：贴在页面上的通知" in stored.text and UNKNOWN not in stored.text
    again = clerk.submit(DAYS, NOTICE_PAGE, text=NOTICE, year=2027)
    assert "和现在的安排一样" in again.text and "确认保存" not in again.text


def test_a_word_file_is_read_too(clerk: Office) -> None:
    document, stream = Document(), BytesIO()
    for line in NOTICE.replace("（周六）", "（周日）").splitlines():
        document.add_paragraph(line)
    document.save(stream)
    shown = clerk.submit(DAYS, NOTICE_PAGE, file=(BytesIO(stream.getvalue()), "通知.docx"), year=2027)
    assert "1月30日写的是周日，实际是周六" in shown.text
    assert "通知文件「通知.docx」" in shown.text


@pytest.mark.parametrize(
    ("path", "fields", "words"),
    [
        (NOTICE_PAGE, {}, "请先选择一个文件"),
        (NOTICE_PAGE, {"text": "今年不放假"}, "没有读出哪几天放假"),
        (YEAR, {"text": "今年不放假"}, "没有读出哪几天放假"),
    ],
)
def test_what_is_no_notice_is_told(clerk: Office, path: str, fields: dict[str, str], words: str) -> None:
    answer = clerk.submit(DAYS, path, year=2027, **fields)
    assert answer.status_code == 400 and words in answer.text
    assert fields.get("text", "") in answer.text


def test_thresholds_are_shown_with_their_defaults_and_stored(clerk: Office, database: Database) -> None:
    page = clerk.open("/settings/rules")
    assert "默认 15、7、3、1" in page and "恢复默认" not in page
    stored = clerk.submit("/settings/rules", soon_days="5", before="10、3")
    assert "提醒规则已保存" in stored.text and 'value="10、3"' in stored.text
    with database.read() as session:
        assert thresholds_of(session).before == (10, 3)
    back = clerk.submit("/settings/rules", "/settings/rules/reset")
    assert "已恢复默认" in back.text and 'value="15、7、3、1"' in back.text


def test_a_mistake_stands_beside_its_field_and_nothing_is_stored(clerk: Office, database: Database) -> None:
    answer = clerk.submit("/settings/rules", soon_days="很多", stale_days="40")
    assert answer.status_code == 400
    assert 'value="很多"' in answer.text and 'id="soon_days-problem"' in answer.text and 'value="40"' in answer.text
    with database.read() as session:
        assert thresholds_of(session).stale_days == 35


def test_the_days_of_silence_are_those_of_the_office(clerk: Office, imported: Imported) -> None:
    clerk.submit("/settings/rules", stale_days="21")
    assert "21 天没有动静" in clerk.open("/t/2024-3-1")


def test_whom_to_call_is_stored(clerk: Office) -> None:
    assert (
        'value="王敏 0745-1234567"'
        in clerk.submit("/settings/rules", "/settings/contact", contact="王敏 0745-1234567").text
    )
    assert clerk.submit("/settings/rules", "/settings/contact", contact="长" * 99).status_code == 400


def at(app: Flask, settings: Settings, database: Database, moment: datetime) -> Office:
    made = create_app(settings, database, clock=lambda: moment)
    office = Office(made.test_client())
    token = make_link(database, moment)
    office.submit(f"/sign-in?token={token}", "/sign-in", token=token)
    return office


def test_from_november_on_the_desk_asks_for_next_years_table(
    app: Flask, settings: Settings, database: Database
) -> None:
    asked = "2027年节假日安排还没有录入"
    assert asked not in at(app, settings, database, NOON.replace(year=2026, month=10, day=31)).open("/")
    clerk = at(app, settings, database, NOON.replace(year=2026, month=11, day=1))
    assert asked in clerk.open("/") and "/settings/workdays?year=2027" in clerk.open("/")
    clerk.submit(DAYS, YEAR, text=NOTICE, year=2027)
    assert asked not in clerk.open("/")


def test_what_is_judged_in_a_year_without_a_table_says_so(app: Flask, settings: Settings, database: Database) -> None:
    source = Source("明年.md", PLAN.replace("2024", "2027").encode())
    import_plan(database, source, actor="王文员", at=NOON.replace(year=2026, month=12))
    clerk = at(app, settings, database, NOON.replace(year=2026, month=12))
    for address in ("/", "/tasks", "/overdue", "/overdue/print", "/plans/2027", "/t/2027-1-1", "/settings"):
        assert f"2027年{UNKNOWN}" in clerk.open(address), address
    clerk.submit(DAYS, YEAR, text=NOTICE, year=2027)
    assert UNKNOWN not in clerk.open("/tasks")


def test_nothing_of_it_is_said_where_the_year_is_known(clerk: Office, imported: Imported) -> None:
    assert UNKNOWN not in clerk.open("/") + clerk.open("/tasks") + clerk.open("/settings")


def test_days_of_a_season_that_are_refused_stay_in_their_row(clerk: Office, imported: Imported) -> None:
    here, action = "/settings?year=2024", "/settings/seasons"
    clerk.submit(here, action, year=2024, name="汛期", starts_on="2024-04-01", ends_on="2024-09-30")
    page = clerk.submit(here, action, year=2024, name="汛期", starts_on="2024-10-01", ends_on="2024-05-31")
    row, other = page.text.split("另加一个时段")
    assert page.status_code == 400 and "结束的日子早于开始的日子" in row
    assert 'value="2024-10-01" aria-label="开始"' in row and 'value="2024-05-31" aria-label="结束"' in row
    assert "2024-10-01" not in other and "<details><summary>" in row[-40:]
    page = clerk.submit(here, action, year=2024, name="开学", starts_on="2024-10-01", ends_on="2024-05-31")
    row, other = page.text.split("另加一个时段")
    assert 'value="2024-04-01" aria-label="开始"' in row
    assert all(f'value="{typed}"' in other for typed in ("开学", "2024-10-01", "2024-05-31"))

"""Every page answers, shows what it should, and refuses in words what it cannot do."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from openpyxl import load_workbook

from planner.config import Settings, shipped
from planner.services.importing import Imported, load_samples
from planner.services.signing_in import make_link
from planner.store import queries
from planner.store.database import Database
from planner.web.app import create_app
from tests.conftest import NOON, PLAN
from tests.web.conftest import Office

PAGES = [
    "/", "/plans", "/plans/2024", "/plans/2024/findings", "/plans/2024.md", "/tasks", "/tasks?mark=临", "/tasks?part=due",
    "/tasks?gap=unassigned", "/overdue", "/overdue?on=2024-07-01", "/overdue/print", "/parties", "/parties/1",
    "/t/2024-1-1", "/t/2024-2-1?o=2024-Q3", "/calendar", "/outbox", "/outbox/health", "/inbox", "/import", "/help", "/backup",
    "/settings", "/settings/workdays?year=2027", "/settings/rules", "/settings/wordings",
]  # fmt: skip


def test_every_page_answers(clerk: Office, imported: Imported) -> None:
    for page in PAGES:
        assert "Traceback" not in clerk.open(page)


def test_every_page_has_its_empty_state(clerk: Office) -> None:
    for page in (
        "/",
        "/plans",
        "/tasks",
        "/overdue",
        "/overdue/print",
        "/parties",
        "/calendar",
        "/outbox",
        "/outbox/health",
        "/inbox",
    ):
        clerk.open(page)
    assert "把印发的 Word 文件拖进来" in clerk.open("/")
    assert "没有逾期事项" in clerk.open("/overdue")


def test_without_signing_in_only_the_door_is_open(stranger: Office, imported: Imported) -> None:
    for page in [*PAGES, "/overdue.xlsx"]:
        answer = stranger.client.get(page)
        assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, "/sign-in")
    assert (stranger.client.get("/healthz").json or {})["ok"] is True
    assert "planner link" in stranger.open("/sign-in")


def test_opening_a_link_does_not_use_it_up(stranger: Office) -> None:
    stranger.open("/sign-in?token=abc")
    answer = stranger.submit("/sign-in?token=abc", "/sign-in", token="abc")
    assert answer.status_code == 400 and "已用过或已过期" in answer.text


def test_signing_out(clerk: Office, imported: Imported) -> None:
    clerk.submit("/", "/sign-out")
    assert clerk.client.get("/").status_code == 302


def test_a_form_without_its_token_changes_nothing(clerk: Office, imported: Imported, database: Database) -> None:
    answer = clerk.client.post("/t/2024-1-1", data={"act": "progress", "text": "检查3家"})
    assert answer.status_code == 400 and "没有保存" in answer.text
    with database.read() as session:
        plan = queries.plan_at(session, "2024")
        assert len(queries.events_of(session, plan.id)) == 2


def test_the_plan_page_shows_the_issued_words_untouched(clerk: Office, imported: Imported) -> None:
    page = clerk.open("/plans/2024?on=2024-06-20")
    article = page[page.index("<article") : page.index("</article>")]
    without_periods = re.sub(r"<ul class=\"periods.*?</ul>", "", article, flags=re.DOTALL)
    without_marks = re.sub(r"<a class=\"m .*?</a>", "", without_periods, flags=re.DOTALL)
    lines = [re.sub(r"<[^>]+>", "", line) for line in re.findall(r"<p .*?</p>", without_marks, re.DOTALL)]
    assert [line for line in lines if line] == [line for line in PLAN.split("\n") if line]
    assert "m-due_soon" in article


def test_text_from_a_document_is_escaped(clerk: Office) -> None:
    text = PLAN.replace("检查农机", "<script>alert(1)</script>检查")
    answer = clerk.submit("/import", file=(io.BytesIO(text.encode()), "a<b>.md"))
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert" in answer.text


def broken_zip() -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        archive.writestr("word/document.xml", "<w:document/>")
    return body.getvalue()[:-30]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("空.txt", b""),
        ("图片.docx", b"\x89PNG\r\n\x1a\n" + b"\0" * 200),
        ("坏.docx", broken_zip()),
        ("没有条目.txt", "今天天气很好。".encode()),
    ],
)
def test_bad_files_get_a_sentence_and_store_nothing(clerk: Office, database: Database, name: str, data: bytes) -> None:
    answer = clerk.submit("/import", file=(io.BytesIO(data), name))
    assert answer.status_code in (200, 400, 413)
    assert "请" in answer.text or "没有识别到" in answer.text
    assert "Traceback" not in answer.text
    with database.read() as session:
        assert not queries.ever_had_a_plan(session)


def test_a_file_over_the_limit(clerk: Office) -> None:
    clerk.client.application.config["MAX_CONTENT_LENGTH"] = 2000
    answer = clerk.submit("/import", file=(io.BytesIO(b"1" * 3000), "大.txt"))
    assert answer.status_code == 413 and "文件太大" in answer.text


def test_no_file_at_all(clerk: Office) -> None:
    assert "请先选择一个文件" in clerk.submit("/import").text


@pytest.mark.parametrize("page", ["/?on=2024-02-30", "/overdue?on=明天", "/tasks?mark=好"])
def test_wrong_words_in_an_address(clerk: Office, imported: Imported, page: str) -> None:
    answer = clerk.client.get(page)
    assert answer.status_code == 400 and 'role="alert"' in answer.text


@pytest.mark.parametrize("page", ["/plans/1999", "/t/2024-99-1", "/t/none", "/parties/999", "/nowhere", "/feeds/x.ics"])
def test_what_is_not_there(clerk: Office, imported: Imported, page: str) -> None:
    assert clerk.client.get(page).status_code == 404


def occurrence(page: str) -> dict[str, str]:
    fields = {name: re.search(rf'name="{name}" value="([^"]+)"', page) for name in ("occurrence", "version", "o")}
    return {name: found[1] for name, found in fields.items() if found}


def test_from_progress_to_sign_off_on_the_page(clerk: Office, imported: Imported) -> None:
    here = "/t/2024-1-1"
    done = clerk.submit(here, act="progress", text="已培训12人", on_behalf_of="张三", **occurrence(clerk.open(here)))
    assert "已记下：进展" in done.text and "已培训12人" in done.text and "代 张三" in done.text
    clerk.submit(here, act="hand_in", text="全部合格", **occurrence(clerk.open(here)))
    assert "去审核" in clerk.open("/")
    signed = clerk.submit(here, act="sign_off", **occurrence(clerk.open(here)))
    assert "已办结" in signed.text


def test_a_refused_sentence_comes_back_with_its_words(clerk: Office, imported: Imported) -> None:
    here = "/t/2024-1-1"
    fields = occurrence(clerk.open(here))
    clerk.submit(here, act="chase", text="电话催办", **fields)
    late = clerk.submit(here, act="progress", text="我写的进展", **fields)
    assert late.status_code == 409 and "我写的进展" in late.text and "请看过最新情况" in late.text
    empty = clerk.submit(here, act="progress", text=" ", **occurrence(clerk.open(here)))
    assert empty.status_code == 400 and "请写一句进展" in empty.text
    odd = clerk.submit(here, act="explode", text="x", **occurrence(clerk.open(here)))
    assert odd.status_code == 400


def test_naming_and_releasing_someone(clerk: Office, imported: Imported) -> None:
    here = "/t/2024-1-1"
    named = clerk.submit(here, f"{here}/parties", role="leader", names="赵六")
    assert "赵六" in named.text and "（办公室指定）" in named.text
    party = re.search(r'name="release" value="(\d+)"', named.text)
    assert party
    released = clerk.submit(here, f"{here}/parties", release=party[1], role="leader")
    assert "责任人未明确" in released.text or "未明确" in released.text
    assert clerk.submit(here, f"{here}/parties", role="leader", names=" ").status_code == 400


def test_setting_a_due_day(clerk: Office, imported: Imported) -> None:
    here = "/t/2024-1-1"
    answer = clerk.submit(
        here, f"{here}/settle", what="due", due_on="2024-08-01", text="等文件", **occurrence(clerk.open(here))
    )
    assert "8月1日" in answer.text and "（办公室指定）" in answer.text
    assert clerk.submit(here, act="set_due", due_on="哪天", **occurrence(clerk.open(here))).status_code == 400


def test_settling_a_finding(clerk: Office, imported: Imported) -> None:
    page = clerk.open("/plans/2024/findings")
    code, start = re.findall(r'name="code" value="(\w+)"><input type="hidden" name="start" value="(\d+)"', page)[0]
    assert "已处理 1 处" in clerk.submit("/plans/2024/findings", code=code, start=start).text


def test_a_gap_leads_to_the_task_that_closes_it(clerk: Office, imported: Imported) -> None:
    page = clerk.open("/plans/2024/findings")
    assert page.count(">去定</a>") == page.count("<button>已处理</button>") == 3
    (link,) = set(re.findall(r'href="([^"]+)">去定</a>', page))
    assert link == "/t/2024-1-1" and "指定责任人" in clerk.open(link)


def test_naming_someone_settles_that_gap(clerk: Office, imported: Imported) -> None:
    before = clerk.open("/plans/2024/findings")
    assert "已处理 0 处" in before
    clerk.submit("/t/2024-1-1", "/t/2024-1-1/parties", role="leader", names="赵六")
    assert "已处理 1 处" in clerk.open("/plans/2024/findings")


def test_figures_link_to_the_rows_they_count(clerk: Office, imported: Imported) -> None:
    home = clerk.open("/?on=2024-07-01")
    links = re.findall(r'href="(/tasks\?[^"]+)">[^<]*<b>(\d+)</b>', home)
    assert len(links) >= 7
    for link, count in links:
        page = clerk.open(link.replace("&amp;", "&"))
        if "gap=" not in link:
            assert page.count("<tr>") - 1 == int(count) or (int(count) == 0 and "没有这样的任务" in page)


def test_the_overdue_list_of_a_day_with_its_denominator(clerk: Office, imported: Imported) -> None:
    page = clerk.open("/overdue?on=2024-07-01")
    assert "到期应办 2 件，按期办结 0 件，逾期后办结 0 件，逾期未办 2 件" in page
    answer = clerk.client.get("/overdue.xlsx?on=2024-07-01")
    sheet = load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    cells = [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row]
    assert any("专职安全员培训考核" in cell for cell in cells)


def test_the_sample_is_marked_and_goes_with_one_button(clerk: Office, database: Database) -> None:
    load_samples(database, shipped("plans"), NOON)
    home = clerk.open("/")
    assert "示例" in home and "2024年6月20日" in home
    assert "示例已移除" in clerk.submit("/", "/plans/2024s/archive").text
    assert "示例" not in clerk.open("/").replace("示例已移除", "")


def test_an_address_for_reminders(clerk: Office, imported: Imported) -> None:
    assert "邮箱已保存" in clerk.submit("/parties/1", email="wang@liuhe.example.cn").text
    assert clerk.submit("/parties/1", email="没有").status_code == 400
    assert "邮箱已清空" in clerk.submit("/parties/1", email="").text


def test_pages_are_kept_to_themselves(clerk: Office, imported: Imported) -> None:
    answer = clerk.client.get("/plans/2024")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert not re.search(r'(?:src|href)="(?:https?:)?//', answer.text)


def test_the_reminders_of_a_plan_are_stopped_and_resumed(clerk: Office, imported: Imported) -> None:
    page = clerk.open("/plans/2024")
    assert "只存档？停发这份文件的提醒" in page and "只想存档的" not in page
    stopped = clerk.submit("/plans/2024", "/plans/2024/reminders", silent="1").text
    assert "已停发这份文件的提醒" in stopped and "这份文件的提醒已停发" in stopped and "只存档？" not in stopped
    resumed = clerk.submit("/plans/2024", "/plans/2024/reminders", silent="0").text
    assert "已恢复这份文件的提醒。" in resumed and "只存档？" in resumed


def test_an_old_plan_with_open_matters_asks_whether_it_is_only_kept(
    database: Database, imported: Imported, settings: Settings
) -> None:
    later = NOON.replace(year=2026)
    office = Office(create_app(settings, database, clock=lambda: later).test_client())
    token = make_link(database, later)
    office.submit(f"/sign-in?token={token}", "/sign-in", token=token)
    assert "这是2024年的文件，没有办结的事项照样发提醒" in office.open("/plans/2024")
    stopped = office.submit("/plans/2024", "/plans/2024/reminders", silent="1").text
    assert "没有办结的事项照样发提醒" not in stopped

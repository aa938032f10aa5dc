"""Every act through the pages: what it needs, what it changes, what a refusal says."""

from __future__ import annotations

from datetime import date

import pytest

from planner.services.importing import Imported
from planner.services.reporting import stand
from planner.store import people, queries
from planner.store.database import Database
from planner.store.models import Occurrence
from tests.conftest import NOON, PLAN
from tests.store.test_unavailable import no_more_room
from tests.web.conftest import Office
from tests.web.test_pages import occurrence
from tests.web.test_reviews import upload

TRAINING, RISKS, HARVEST = "/t/2024-1-1", "/t/2024-2-1", "/t/2024-3-2"


def row_of(database: Database, code: str, key: str = "once") -> Occurrence:
    with database.read() as session:
        task = queries.task_at(session, queries.plan_at(session, "2024"), code)
        return next(row for row in queries.occurrences_of(session, task.id) if row.key == key)


def act(clerk: Office, page: str, name: str, status: int = 200, **fields: object) -> str:
    answer = clerk.submit(page, page.partition("?")[0], act=name, **{**occurrence(clerk.open(page)), **fields})
    assert answer.status_code == status, answer.text
    return answer.text


def test_an_extension_is_asked_for_and_granted(clerk: Office, imported: Imported, database: Database) -> None:
    act(clerk, HARVEST, "extension_request", text="收割机未到；已查2台", due_on="2024-07-31", on_behalf_of="张三")
    page = clerk.open(HARVEST)
    assert (
        "张三申请延至 <b>7月31日（周三）</b>，现在是7月10日（周三）" in page and '<span class="badge">延</span>' in page
    )
    assert "请写明是谁定的：王建国、李秀英" in act(clerk, HARVEST, "extension_granted", 400)
    assert "原定 7月10日（周三）" in act(
        clerk, HARVEST, "extension_granted", on_behalf_of="王建国", due_on="2024-07-31"
    )
    row = row_of(database, "3-2")
    assert (row.due_on, row.first_due_on, row.extensions, row.sequence) == (date(2024, 7, 31), date(2024, 7, 10), 1, 1)


def test_a_second_or_long_extension_needs_the_main_leader(
    clerk: Office, imported: Imported, database: Database
) -> None:
    act(clerk, HARVEST, "extension_request", text="等配件", due_on="2024-09-30")
    assert "请先在「人员部门」里注明谁是主要领导" in act(
        clerk, HARVEST, "extension_granted", 400, on_behalf_of="王建国"
    )
    with database.write() as session:
        leader = people.party_named(session, "person", "李秀英")
        assert leader
        leader.main_leader = True
        session.add(leader)
    assert "要由主要领导定" in act(clerk, HARVEST, "extension_granted", 400, on_behalf_of="王建国")
    act(clerk, HARVEST, "extension_granted", on_behalf_of="李秀英")
    assert row_of(database, "3-2").due_on == date(2024, 9, 30)


def test_an_extension_is_refused_with_a_reason(clerk: Office, imported: Imported, database: Database) -> None:
    act(clerk, HARVEST, "extension_request", text="等配件", due_on="2024-07-31")
    assert "请写一句不同意延期的理由" in act(clerk, HARVEST, "extension_refused", 400, on_behalf_of="王建国")
    act(clerk, HARVEST, "extension_refused", on_behalf_of="王建国", text="按期完成")
    row = row_of(database, "3-2")
    assert (row.extension, row.due_on) == (None, date(2024, 7, 10))
    assert "没有等待答复的延期申请" in act(clerk, HARVEST, "extension_granted", 400, on_behalf_of="王建国")


@pytest.mark.parametrize(
    ("due_on", "sentence"), [("", "请填写新的到期日"), ("2024-07-01", "要晚于现在的2024-07-10"), ("某天", "看不懂")]
)
def test_an_extension_needs_a_later_day(clerk: Office, imported: Imported, due_on: str, sentence: str) -> None:
    assert sentence in act(clerk, HARVEST, "extension_request", 400, text="等配件", due_on=due_on)


def test_a_leader_decides_to_suspend_and_the_clerk_to_reopen_and_cancel(clerk: Office, imported: Imported) -> None:
    assert "写明是谁定的" in act(clerk, HARVEST, "suspend", 400, text="停一停")
    act(clerk, HARVEST, "suspend", text="停一停", on_behalf_of="王建国")
    assert "不能「进展」" in act(clerk, HARVEST, "progress", 400, text="查了")
    act(clerk, HARVEST, "reopen", text="接着办")
    act(clerk, HARVEST, "instruction", text="先查老机器", on_behalf_of="李秀英")
    page = act(clerk, HARVEST, "cancel", text="并入县里检查")
    assert "已撤销" in page and "先查老机器" in page


def test_a_target_not_reached_must_be_explained(clerk: Office, imported: Imported) -> None:
    here = "/t/2024-3-1"
    measured = {**occurrence(clerk.open(here)), "target": 0}
    assert "现 93.1%（1203/1292）" in clerk.submit(here, f"{here}/measure", measured="1203/1292", **measured).text
    assert clerk.submit(here, f"{here}/measure", measured="很多", **measured).status_code == 400
    assert "没有达到（现 93.1%（1203/1292））" in act(clerk, here, "hand_in", 400, text="登记完了")
    act(clerk, here, "hand_in", text="登记完了", explained="外出务工的没有找到")
    assert clerk.submit(here, f"{here}/measure", measured="94.96%", **measured).status_code == 409
    for words in ("94.96%", "95%"):
        fresh = {**occurrence(clerk.open(here)), "target": 0}
        page = clerk.submit(here, f"{here}/measure", measured=words, **fresh).text
    assert "已达到" in page and '<svg class="chart"' in page and "94.96%" in page


def test_parties_of_their_own_are_counted(clerk: Office, imported: Imported, database: Database) -> None:
    page = f"{RISKS}?o=2024-Q2"
    fields = occurrence(clerk.open(page))
    done = clerk.submit(RISKS, f"{RISKS}/settle", what="cells", names="东村、西村\n南村", **fields)
    assert "已按3个单位分开办理" in done.text and "0/3个单位" in done.text
    assert "1/3个单位" in act(clerk, page, "progress", text="东村开了会", cells="东村")
    assert "还有2个单位没有完成：西村、南村" in act(clerk, page, "hand_in", 400, text="开完了")
    assert "不在这一项的单位名单里" in act(clerk, page, "progress", 400, text="北村开了会", cells="北村")
    act(clerk, page, "hand_in", text="都开了", cells=["西村", "南村"])
    assert row_of(database, "2-1", "2024-Q2").cells == dict.fromkeys(["东村", "西村", "南村"], "2024-06-20")
    assert row_of(database, "2-1", "2024-Q3").cells == dict.fromkeys(["东村", "西村", "南村"])


def test_a_period_before_the_issue_counts_once_ticked(clerk: Office, imported: Imported, database: Database) -> None:
    page = f"{RISKS}?o=2024-Q1"
    assert "不计入到期应办" in clerk.open(page)
    clerk.submit(RISKS, f"{RISKS}/settle", what="count_in", **occurrence(clerk.open(page)))
    assert not row_of(database, "2-1", "2024-Q1").before_issue
    act(clerk, page, "hand_in", text="一季度已辨识", day="2024-03-28")
    act(clerk, page, "sign_off")
    assert "按期办结<b>1</b>" in clerk.open("/")


def test_an_undated_task_is_declared_standing(clerk: Office, imported: Imported, database: Database) -> None:
    here = "/t/2024-3-1"
    done = clerk.submit(here, f"{here}/settle", what="standing", **occurrence(clerk.open(here)))
    assert "长期工作" in done.text and row_of(database, "3-1").standing
    assert "没有到期日<b>0</b>" in clerk.open("/")


def test_difficulties_stay_until_they_are_taken_away(clerk: Office, imported: Imported, database: Database) -> None:
    act(clerk, HARVEST, "progress", text="查了2台", difficulty="缺人手", coordination="请农业站派人")
    act(
        clerk,
        HARVEST,
        "progress",
        text="查了3台",
        difficulty="缺人手",
        had_difficulty=1,
        coordination="",
        had_coordination=1,
    )
    row = row_of(database, "3-2")
    assert (row.difficulty, row.coordination) == ("缺人手", "")


def test_each_refused_form_keeps_its_words_in_its_own_place(
    clerk: Office, imported: Imported, database: Database
) -> None:
    seen = occurrence(clerk.open(HARVEST))
    for due_on, words in (("2024-08-30", "请写明是谁定的"), ("1990-01-01", "写的是1990年，这是2024年的计划")):
        page = clerk.submit(HARVEST, f"{HARVEST}/settle", what="due", due_on=due_on, text="等配件", **seen).text
        assert words in page
        assert f'name="due_on" type="date" required value="{due_on}"' in page and 'required value="等配件"' in page
        assert page.count("等配件") == 1 and "<details open><summary>改到期日" in page
    page = act(clerk, HARVEST, "instruction", 400, text="抓紧办")
    assert page.count("抓紧办") == 1 and '<textarea id="order"' in page.partition(">抓紧办</textarea>")[0][-90:]
    assert row_of(database, "3-2").due_on == date(2024, 7, 10)


def test_a_note_too_long_is_refused_and_kept(clerk: Office, imported: Imported, database: Database) -> None:
    page = act(clerk, HARVEST, "progress", 400, text="查了2台", day="2024-06-03", difficulty="缺" * 201)
    assert 'name="day" type="date" value="2024-06-03"' in page
    assert "「存在困难」请不超过200字，现在有201字。" in page
    assert "缺" * 201 in page and "查了2台" in page
    assert row_of(database, "3-2").difficulty == ""


def test_one_line_is_offered_and_confirmed(clerk: Office, imported: Imported, database: Database) -> None:
    page = clerk.open("/quick?line=6月18日张三：收割机检查了3台，发现问题2处，答应6月28日前整改完")
    assert "3-2" in page and 'value="2024-06-18"' in page and 'value="2024-06-28"' in page
    chosen = row_of(database, "3-2").id
    done = clerk.submit(
        "/quick", "/quick", occurrence=chosen, act="progress", text="收割机检查了3台", day="2024-06-18",
        figure=["检查3台", "问题2处"], promised_on="2024-06-28", on_behalf_of="张三",
    )  # fmt: skip
    assert "已记到 3-2「" in done.text
    page = clerk.open(HARVEST)
    assert "数字：检查3台、问题2处" in page and "答应2024-06-28前办好" in page
    assert "没有认出是哪一项" in clerk.open("/quick?line=天气很好")
    refused = clerk.submit("/quick", "/quick", occurrence=chosen, act="progress", text="明天查", day="2024-06-21")
    assert refused.status_code == 400 and "日期不能晚于今天" in refused.text and "明天查" in refused.text


def test_a_chart_marked_by_pen_is_keyed_in(clerk: Office, imported: Imported, database: Database) -> None:
    training, risks = row_of(database, "1-1"), row_of(database, "2-1", "2024-Q2")
    fields = {"month": "2024-06", "row": [training.id, risks.id]}
    filled = {f"mark{training.id}": "w", f"day{training.id}": "18", f"mark{risks.id}": "办", f"day{risks.id}": "19"}
    done = clerk.submit("/grid?month=2024-06", "/grid", **fields, **filled)
    assert "已记下2项" in done.text
    row = row_of(database, "1-1")
    assert (row.state, row.closed_on) == ("done", date(2024, 6, 18))
    assert row_of(database, "2-1", "2024-Q2").last_progress == "按挂图补记：推进中"
    again = clerk.submit("/grid?month=2024-06", "/grid", **{**fields, f"mark{risks.id}": "z", f"day{risks.id}": "19"})
    assert again.status_code == 400 and "请填 办、审、完 或 催" in again.text
    again = clerk.submit("/grid?month=2024-06", "/grid", **{**fields, f"mark{risks.id}": "办", f"day{risks.id}": "31"})
    assert again.status_code == 400 and "日子应填 1 到 30" in again.text


def test_what_a_meeting_settled_is_signed_off_at_once(clerk: Office, imported: Imported, database: Database) -> None:
    assert "没有待审核的事项" in clerk.open("/sign-off")
    act(clerk, TRAINING, "hand_in", text="考完了")
    act(clerk, f"{RISKS}?o=2024-Q2", "hand_in", text="辨识完了")
    chosen = [row_of(database, "1-1").id, row_of(database, "2-1", "2024-Q2").id]
    assert "请先勾选" in clerk.submit("/sign-off", "/sign-off", text="会议通过").text
    assert "已销号2项" in clerk.submit("/sign-off", "/sign-off", chosen=chosen, text="会议通过").text
    refused = clerk.submit("/sign-off", "/sign-off", chosen=chosen)
    assert refused.status_code == 400 and "有 2 项没有销号" in refused.text
    assert refused.text.count("现在是「已办结」") == 2 and "1-1 " in refused.text, "what left the list is told above it"


def test_one_period_gone_does_not_stop_the_others(clerk: Office, imported: Imported, database: Database) -> None:
    act(clerk, TRAINING, "hand_in", text="考完了")
    gone, training, risks = 999_999, row_of(database, "1-1").id, row_of(database, "2-1", "2024-Q2").id
    told = clerk.submit("/sign-off", "/sign-off", chosen=[gone, training], text="会议通过")
    assert "有 1 项没有销号" in told.text and "它的计划可能已经撤下" in told.text
    filled = {f"{name}{key}": value for key in (gone, risks) for name, value in (("mark", "办"), ("day", "19"))}
    told = clerk.submit("/grid?month=2024-06", "/grid", month="2024-06", row=[gone, risks], **filled)
    assert "有 1 行没有记下" in told.text and "它的计划可能已经撤下" in told.text
    assert (row_of(database, "1-1").state, row_of(database, "2-1", "2024-Q2").state) == ("done", "in_progress")


def test_the_trail_tells_and_verifies(clerk: Office, imported: Imported) -> None:
    act(clerk, TRAINING, "progress", text="已培训12人", on_behalf_of="张三")
    page = clerk.open("/events?verify=1&person=张三")
    assert "第1—3条连续，未见改动" in page and "已培训12人" in page and "导入《" not in page
    assert "没有这样的记录" in clerk.open("/events?day=2024-06-01")
    assert clerk.client.get("/events.xlsx").data[:2] == b"PK"


@pytest.mark.parametrize("page", ["/task-ledger", "/task-ledger/print", "/overdue", "/overdue/print"])
@pytest.mark.parametrize("by", ["", "leader", "department", "section"])
def test_the_ledgers_by_leader_department_and_section(clerk: Office, imported: Imported, page: str, by: str) -> None:
    text = clerk.open(f"{page}?on=2024-07-20&by={by}")
    assert "到期应办 3 件" in text and "收割机检查" in text
    assert ("王建国　" in text) == (by == "leader")


@pytest.mark.parametrize("page", ["/task-ledger.xlsx", "/overdue.xlsx"])
def test_the_ledgers_as_workbooks(clerk: Office, imported: Imported, page: str) -> None:
    answer = clerk.client.get(f"{page}?by=leader&on=2024-07-20")
    assert answer.data[:2] == b"PK" and "attachment" in answer.headers["Content-Disposition"]
    assert clerk.client.get(f"{page}?by=nonsense").status_code == 400


def test_a_day_gone_by_is_told_from_the_ledger(clerk: Office, imported: Imported) -> None:
    act(clerk, TRAINING, "hand_in", text="考完了", day="2024-06-10")
    assert "审" in clerk.open("/tasks?on=2024-06-15&mark=审") and "1-1" in clerk.open("/tasks?on=2024-06-15&mark=审")
    assert "没有这样的任务" in clerk.open("/tasks?on=2024-06-05&mark=审")
    assert "没有这样的任务" in clerk.open("/tasks?on=2024-06-15&mark=审&as_recorded=1")


def test_words_that_could_not_be_kept_stay_on_the_page(clerk: Office, imported: Imported, database: Database) -> None:
    if database.engine.dialect.name != "sqlite":
        pytest.skip("a full disk is made by a pragma of SQLite")
    fields = occurrence(clerk.open(TRAINING))
    with no_more_room(database):
        status, text = 200, ""
        while status == 200:
            answer = clerk.submit(
                TRAINING, act="progress", text="已培训12人，发证12本" * 20, occurrence=fields["occurrence"]
            )
            status, text = answer.status_code, answer.text
    assert status == 503 and "磁盘已满" in text and "已培训12人，发证12本" in text
    assert "已记下" in clerk.submit(TRAINING, act="progress", text="再记一次", occurrence=fields["occurrence"]).text


def revise(clerk: Office, text: str) -> str:
    """Bring in a new version of the small plan, every differing pair confirmed."""
    upload(clerk, text, "修订.md")
    clerk.submit("/review/1/pairs", rest="1")
    return clerk.submit("/review/1/pairs", "/review/1/issue").text


def test_who_handed_over_does_not_come_back_with_a_new_version(
    clerk: Office, imported: Imported, database: Database
) -> None:
    with database.read() as session:
        giver = people.party_named(session, "person", "王建国")
    assert giver
    clerk.submit(f"/parties/{giver.id}", f"/parties/{giver.id}/handover", successor="赵新", text="调任")
    assert "已更新" in revise(clerk, PLAN.replace("6月底前", "9月底前"))
    leaders = {entry.code: entry.leaders for entry in stand(database, NOON).entries}
    assert leaders["2-1"] == ("赵新",) and set(leaders["3-2"]) == {"赵新", "李秀英"}


def test_a_reading_stays_with_its_target(clerk: Office, imported: Imported) -> None:
    here = "/t/2024-3-1"
    clerk.submit(here, f"{here}/measure", measured="93.1%", target=0, **occurrence(clerk.open(here)))
    revise(clerk, PLAN.replace("农机登记率达到95%以上", "农机检验率达到90%以上，登记率达到95%以上"))
    page = clerk.open(here)
    first, second = page.split('<section class="card" aria-label="指标')[1:3]
    assert "还没有记过数" in first and "现 93.1%" in second

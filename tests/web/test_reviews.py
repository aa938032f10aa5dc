"""The review on its pages, by forms alone."""

from __future__ import annotations

import io
import re

import pytest
from werkzeug.test import TestResponse

from planner.store import people, queries
from planner.store.database import Database
from tests.conftest import PLAN
from tests.web.conftest import Office

HERE = "/review/1"


def upload(clerk: Office, text: str = PLAN, name: str = "要点.md") -> TestResponse:
    return clerk.submit("/import", file=(io.BytesIO(text.encode()), name))


def key_of(page: str, words: str) -> str:
    found = re.search(rf'at=([\d-]+)[^"]*"[^>]*>[^<]*{words}', page)
    assert found, words
    return found[1]


def source(page: str) -> str:
    inner = page[page.index('<section class="source') :]
    return re.sub(r"<[^>]+>", "", inner[inner.index(">") + 1 : inner.index("</section>")])


def test_the_source_is_shown_complete_and_unaltered(clerk: Office) -> None:
    page = upload(clerk).text
    assert source(page) == PLAN
    assert 'class="task deadline' in page and 'class="who"' in page and "已核 0/" in page


def test_a_review_by_forms_alone(clerk: Office, database: Database) -> None:
    page = upload(clerk).text
    training = key_of(page, "6月底前")
    edited = clerk.submit(
        HERE, act="edit", at=training, title="", when="7月底前", leaders="赵明", departments="应急办", supporting=""
    )
    assert "已核 1/" in edited.text and training not in edited.request.url
    again = clerk.open(f"{HERE}?at={training}")
    assert "赵明" in again and "7月31日（周三）前" in again and "办公室指定" in again
    clerk.submit(HERE, act="reject", at=key_of(page, "农机登记率"))
    assert "改动记录 2" in clerk.open(HERE)
    done = clerk.submit(HERE, f"{HERE}/issue")
    assert "已导入《柳河镇2024年安全生产工作要点》：3条，3项任务" in done.text
    assert clerk.client.get(HERE).status_code == 302
    with database.read() as session:
        assert people.party_named(session, "person", "赵明")


def test_modes_for_editing_and_splitting(clerk: Office) -> None:
    training = key_of(upload(clerk).text, "6月底前")
    edit = clerk.open(f"{HERE}?at={training}&mode=edit")
    assert edit.count('<div class="field"><label for=') == 6 and 'value="6月底前"' in edit
    assert "从这里分开" in clerk.open(f"{HERE}?at={training}&mode=split")
    refused = clerk.submit(HERE, act="split", at=training, mode="split")
    assert refused.status_code == 400 and "请至少勾选一处" in refused.text
    cut = re.search(r'name="cut" value="(\d+)"', refused.text)
    assert cut
    parted = clerk.submit(HERE, act="split", at=training, cut=cut[1])
    assert "组织专职安全员培训考核" in parted.text and "并入上一项" not in parted.text


def test_what_was_typed_comes_back_with_the_error(clerk: Office) -> None:
    training = key_of(upload(clerk).text, "6月底前")
    refused = clerk.submit(
        HERE,
        act="edit",
        at=training,
        mode="edit",
        title="考核",
        when="改天",
        leaders="赵明",
        departments="",
        supporting="",
    )
    assert refused.status_code == 400
    assert "没看懂「改天」" in refused.text and 'value="赵明"' in refused.text and 'value="改天"' in refused.text


def test_someone_else_was_first(clerk: Office) -> None:
    training = key_of(upload(clerk).text, "6月底前")
    clerk.submit(HERE, act="reject", at=training)
    late = clerk.submit(HERE, act="edit", at="1-2", title="", when="", leaders="", departments="", supporting="")
    assert late.status_code == 409 and "刚才已经改动过" in late.text
    back = clerk.submit(HERE, act="restore", at=training)
    assert "还是任务" not in back.text
    assert "请点页面上的一个按钮" in clerk.submit(HERE, act="dance").text


def test_a_piece_of_the_text_becomes_a_task(clerk: Office) -> None:
    upload(clerk)
    made = clerk.submit(HERE, act="add", words="印发单位：柳河镇人民政府")
    assert "印发单位：柳河镇人民政府" in made.text and "已核 1/" in made.text
    undone = clerk.submit(HERE, act="undo")
    assert "已核 0/" in undone.text
    refused = clerk.submit(HERE, act="add", words="没有的话", mode="add")
    assert refused.status_code == 400 and "没有的话</textarea>" in refused.text


def test_findings_stand_on_their_card_and_can_be_noted(clerk: Office) -> None:
    training = key_of(upload(clerk).text, "6月底前")
    page = clerk.open(f"{HERE}?at={training}")
    finding = re.search(r'name="code" value="(no_leader)"><input type="hidden" name="start" value="(\d+)"', page)
    assert finding
    noted = clerk.submit(HERE, act="note", at=training, code=finding[1], start=finding[2])
    assert "没有写明责任领导" not in noted.text


def test_pasted_text_is_reviewed_too(clerk: Office) -> None:
    answer = clerk.submit("/import", text="2024年工作要点\r\n1.培训。6月底前，组织培训考核。")
    assert "导入核对" in answer.text and "6月30日" in answer.text
    assert "接着核" in clerk.open("/import")
    assert "没核完" in clerk.open("/import") and "粘贴的文字" in clerk.open("/import")


def test_a_missing_year_is_asked_for(clerk: Office) -> None:
    page = clerk.submit("/import", text="工作要点\n1.培训。6月底前，组织培训考核。").text
    assert 'name="year"' in page and "全部下达" not in page
    assert "四位数字" in clerk.submit(HERE, f"{HERE}/about", year="24").text
    read = clerk.submit(HERE, f"{HERE}/about", year="2025")
    assert "2025年6月30日" in read.text or "6月30日" in read.text
    assert "已导入" in clerk.submit(HERE, f"{HERE}/issue").text


def test_a_review_can_be_put_away(clerk: Office, database: Database) -> None:
    upload(clerk)
    assert "没有导入" in clerk.submit(HERE, f"{HERE}/issue", aside="1").text
    assert clerk.client.get(HERE).status_code == 302
    with database.read() as session:
        assert not queries.ever_had_a_plan(session)


def test_a_text_without_points_says_how_to_go_on(clerk: Office) -> None:
    page = clerk.submit("/import", text="今天天气很好。").text
    assert "按 T 设为任务" in page
    assert "还没有任何任务" in clerk.submit(HERE, f"{HERE}/issue").text or 'name="year"' in page


def test_only_what_was_judged_is_issued_first(clerk: Office) -> None:
    training = key_of(upload(clerk).text, "6月底前")
    clerk.submit(HERE, act="accept", at=training)
    issued = clerk.submit(HERE, f"{HERE}/issue", settled="1")
    assert "下达草稿 3 项" in issued.text
    assert "还是草稿" in clerk.open("/t/2024-2-1")
    assert "已下达1项任务" in clerk.submit("/t/2024-2-1", "/plans/2024/issue", code="2-1").text
    assert "已下达2项任务" in clerk.submit("/plans/2024", "/plans/2024/issue").text
    assert "下达草稿" not in clerk.open("/plans/2024")


@pytest.fixture
def revised(clerk: Office) -> Office:
    """A plan issued with progress, and its second version under review."""
    upload(clerk)
    clerk.submit(HERE, f"{HERE}/issue")
    page = clerk.open("/t/2024-1-1")
    fields = {name: re.search(rf'name="{name}" value="([^"]+)"', page) for name in ("occurrence", "version", "o")}
    held = {name: found[1] for name, found in fields.items() if found}
    clerk.submit("/t/2024-1-1", act="progress", text="已定培训方案", **held)
    new = PLAN.replace("6月底前，组织", "9月底前，组织").replace("王建国、李秀英", "李秀英")
    assert "与上一版对照，2 处待确认" in upload(clerk, new, "修订.md").text
    return clerk


def test_a_new_version_is_confirmed_pair_by_pair(revised: Office) -> None:
    pairs = revised.open("/review/2/pairs")
    assert "1 条没有变，2 条不同，待确认 2 处" in pairs
    assert "<del>6</del>月底前" in pairs and "<ins>9</ins>月底前" in pairs
    refused = revised.submit("/review/2", "/review/2/issue")
    assert refused.status_code == 400 and "还有2处与上一版不同没有确认" in refused.text
    old, new = re.search(r'name="old" value="([^"]*)"><input type="hidden" name="new" value="([^"]*)"', pairs).groups()  # type: ignore[union-attr]
    assert "待确认 1 处" in revised.submit("/review/2/pairs", old=old, new=new, same="1").text
    assert "待确认 0 处" in revised.submit("/review/2/pairs", rest="1").text
    done = revised.submit("/review/2/pairs", "/review/2/issue")
    assert "已更新《柳河镇2024年安全生产工作要点》" in done.text and "版本2" in done.text
    task = revised.open("/t/2024-1-1")
    assert "已定培训方案" in task and "9月30日" in task and "时限由2024-06-30改为2024-09-30" in task
    first = revised.open("/plans/2024/versions/1")
    assert "版本2改了 2 条" in first and "6月底前" in first
    assert revised.client.get("/plans/2024/versions/9").status_code == 404


def test_points_can_be_parted(revised: Office) -> None:
    pairs = revised.open("/review/2/pairs")
    old, new = re.search(r'name="old" value="([^"]*)"><input type="hidden" name="new" value="([^"]*)"', pairs).groups()  # type: ignore[union-attr]
    parted = revised.submit("/review/2/pairs", old=old, new=new, part="1")
    assert "确认新增" in parted.text and "确认撤销" in parted.text


def test_a_file_can_be_a_plan_of_its_own(revised: Office) -> None:
    alone = revised.submit("/review/2", "/review/2/about", revises="")
    assert "待确认" not in alone.text
    assert "已导入" in revised.submit("/review/2", "/review/2/issue").text
    assert revised.client.get("/plans/2024.2").status_code == 200

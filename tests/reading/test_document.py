"""The whole way from text to plan."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.core.plan import Item, Plan, Span, item_deadlines
from planner.reading.context import Context
from planner.reading.document import read_plan
from planner.reading.front import document_number
from planner.reading.items import read_task
from tests.conftest import PLAN

NOTICE = """\
关于印发《柳河镇2024年安全生产工作要点》的
通        知
各村（社区）：

[bookmark: _GoBack]清溪县柳河镇人民政府
2024年4月17日

柳河镇2024年安全生产工作要点

一、聚焦“2”项重点：夯实基础、开展整治，做好工作。
 1.夯实基础。6月底前，组织培训考核。每月至少开展2次检查。（责任领导：甲明，责任部门：交警、交通部门）
2.开展整治。整改率达到95%以上。
"""


def names(item: Item) -> tuple[list[str], list[str]]:
    who = item.responsibility
    return [name.name for name in who.leaders], [name.name for name in who.departments]


@pytest.mark.parametrize(
    ("head", "number"),
    [
        ("柳潭镇人民政府文件\n\n柳政发〔2025〕11号\n\n柳潭镇人民政府", "柳政发〔2025〕11号"),
        ("# 重点工作计划\n\n> 文号：团禾嘉发〔2026〕3号\n>\n> 正文", "团禾嘉发〔2026〕3号"),
        ("计划\n（总场场务会二〇二六年元月九日通过，雾林〔2026〕1号）", "雾林〔2026〕1号"),
        ("计划\n（2026年1月8日中心办公会审议通过，云疾控〔2026〕2号印发）", "云疾控〔2026〕2号"),
        ("柳政发〔2025〕11号　　　　签发人：王建国\n计划", "柳政发〔2025〕11号"),
        ("发文字号：柳政办[2024]第5号\n计划", "柳政办[2024]第5号"),
        ("会议纪要\n〔2025〕9号", "〔2025〕9号"),
        ("计划\n为落实《条例》和市局〔2024〕19号文要求，推动目标。", ""),
        ("计划\n根据《意见》（湘政发〔2023〕5号）", ""),
        ("计划\n（根据柳政发〔2024〕4号）", ""),
        ("关于转发县发〔2025〕3号", ""),
        ("**柳政发〔2025〕11 号**\n计划", "柳政发〔2025〕11 号"),
        ("计划\n〔2025〕第14期", ""),
        ("计划\n" + "一、正文\n" * 12 + "柳政发〔2025〕11号", ""),
        ("计划\n（" + "，" * 100 + "柳政发〔2025〕11号）", ""),
        ("", ""),
    ],
)
def test_the_number_of_a_document_stands_in_its_head(head: str, number: str) -> None:
    assert document_number(head) == number


def test_a_notice_with_its_plan() -> None:
    plan = read_plan(NOTICE)
    assert plan.title == "柳河镇2024年安全生产工作要点"
    assert plan.issuer == "清溪县柳河镇人民政府"
    assert (plan.issue_date, plan.plan_year) == (date(2024, 4, 17), 2024)
    assert [section.number for section in plan.sections] == ["一"]
    first, second = plan.items
    assert names(first) == (["甲明"], ["交警部门", "交通部门"])
    assert [task.text for task in first.tasks] == ["6月底前，组织培训考核", "每月至少开展2次检查"]
    assert first.tasks[0].deadlines[0].due == date(2024, 6, 30)
    assert second.tasks[0].targets[0].value == 95


def test_the_canonical_form_reads_with_the_same_code() -> None:
    plan = read_plan(PLAN)
    assert (plan.title, plan.issuer) == ("柳河镇2024年安全生产工作要点", "柳河镇人民政府")
    assert [item.title for item in plan.items] == ["加强培训", "排查风险", "检查农机"]


def test_a_table() -> None:
    text = "2025年重点任务分解表\n序号\t任务\t责任领导\t责任单位\t完成时限\n1\t新建厂房20个\t甲明\t工信局\t6月底前\n2\t修路\t\t\t\n"
    plan = read_plan(text)
    first, second = plan.items
    assert (first.number, first.title, names(first)) == ("1", "新建厂房20个", (["甲明"], ["工信局"]))
    assert [rule.due for rule in item_deadlines(first)] == [date(2025, 6, 30)]
    assert names(second) == ([], [])
    assert read_plan("任务\t责任人\t单位\n修路\t甲明\t工信局\n").items[0].number == "1"


@pytest.mark.parametrize(
    ("text", "title", "issued", "year"),
    [
        ("2024年工作总结和2025年工作计划\n一、2025年工作计划\n1.培训。", "2024年工作总结和2025年工作计划", None, 2025),
        ("工作要点\n2023年2月30日\n1.培训。", "工作要点", None, 2023),
        ("工作要点\n2023年2月3日\n1.培训。", "工作要点", date(2023, 2, 3), 2023),
        ("关于做好《某镇培训安排意见》的函\n1.培训。", "某镇培训安排意见", None, None),
        ("说明\n1.培训。2025年工作计划如下。", "说明", None, 2025),
        ("", "", None, None),
        ("某镇2021年工作总结\n及2022年工作计划\n1.培训。", "某镇2021年工作总结及2022年工作计划", None, 2022),
        ("1、某镇安全生产工作汇报" + "情况良好" * 20, "1、某镇安全生产工作汇报", None, None),
    ],
)
def test_title_date_and_year(text: str, title: str, issued: date | None, year: int | None) -> None:
    plan = read_plan(text)
    assert (plan.title, plan.issue_date, plan.plan_year) == (title, issued, year)


@pytest.mark.parametrize(
    ("text", "issuer"),
    [
        ("印发单位：柳河镇人民政府\n县医院", "柳河镇人民政府"),
        ("清溪县柳河中心学校\n望岫县人民医院办公室\n2025年1月20日", "望岫县人民医院"),
        ("工信局\n清溪县人民政府办公室", "清溪县人民政府办公室"),
        ("工信局", ""),
    ],
)
def test_who_issued_it(text: str, issuer: str) -> None:
    assert read_plan(text).issuer == issuer


def test_numbered_points_and_a_table_in_one_document() -> None:
    head = "2025年工作方案\n一、任务\n1.培训。搞好培训。{}\n"
    table = "序号\t任务\t责任单位\n一、产业\t\t\n1\t新建厂房\t工信局\n"
    both = read_plan(head.format("（责任单位：甲办）") + table)
    assert [(item.title, item.section) for item in both.items] == [("培训", "任务"), ("新建厂房", "产业")]
    assert [(section.number, section.title) for section in both.sections] == [("一", "任务"), ("一", "产业")]
    assert [item.title for item in read_plan(head.format("") + table).items] == ["新建厂房"]


def test_a_point_that_is_all_tag_keeps_its_words() -> None:
    (item,) = read_plan("工作要点\n1.由甲办牵头，乙所配合\n").items
    assert item.title == "由甲办牵头，乙所配合" and item.tasks == ()
    assert names(item) == ([], ["甲办"])


def test_the_doer_a_clause_names_is_its_obligor() -> None:
    (item,) = read_plan("2025年工作要点\n1.自查。督促企业每季度开展自查。（责任单位：应急办）").items
    assert [task.obligor for task in item.tasks] == ["企业"]


def test_a_year_is_taken_only_where_none_is_written() -> None:
    assert read_plan("工作要点\n1.培训。", year=2026).plan_year == 2026
    assert read_plan(NOTICE, year=2026).plan_year == 2024


def test_a_time_in_the_tag_is_the_items_own() -> None:
    plan = read_plan("2025年工作要点\n1.修路。修好村道。（责任单位：交通局；完成时限：6月底前）")
    (rule,) = plan.items[0].deadlines
    assert rule.due == date(2025, 6, 30) and rule.raw == "6月底前"


def test_a_stricter_rule_in_a_bracket_is_a_task_of_its_own() -> None:
    (item,) = read_plan("2025年工作要点\n1.自查。企业每季度开展自查（高危行业领域每月至少1次）。").items
    assert [[str(rule.freq) for rule in task.deadlines] for task in item.tasks] == [["QUARTERLY"], ["MONTHLY"]]


def well_formed(plan: Plan) -> None:
    for item in plan.items:
        assert item.text == item.span.of(plan.text)
        who = item.responsibility
        for name in (*who.leaders, *who.departments, *who.supporting):
            assert item.span.covers(name.span) and name.name[0] == name.span.of(plan.text)[0]
        for task in item.tasks:
            assert task.text == task.span.of(plan.text) and item.span.covers(task.span)
            assert all(rule.raw for rule in task.deadlines)
    for finding in plan.findings:
        assert 0 <= finding.span.start <= finding.span.end <= len(plan.text)


FRAGMENTS = [
    "一、", "（一）", "1.", "2．", "①", "培训", "检查隐患，", "。", "；", "\n", "6月底前", "每季度至少一次", "（责任领导：甲，责任部门：乙、丙部门）",
    "由甲办牵头，乙所配合", "\t", "|", "序号\t任务\t责任单位\n", "达到95%", "2024年", "《", "》", "“", "”", "（", "）", " ", "\u3000", "# ", "- 1 -",
    "一是", "二是", "（1）", "责任单位：甲局\n", "甲办牵头，乙所配合", "做好物资更新、队伍建设及防汛演练", "各企业每月", "对排名末位的，", "张三 李四",
    "序号\n任务\n责任人\n1\n修路\n甲\n", "总体要求\n", "存在问题及", "安排" * 60, "[bookmark: x]", "镇人民政府", "下一步工作安排", "总结", "汛前", "至少", "3个工作日内",
]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=30).map("".join))
def test_no_text_breaks_the_reader(text: str) -> None:
    well_formed(read_plan(text))


@given(st.text(max_size=80))
def test_nor_any_other(text: str) -> None:
    well_formed(read_plan(text))


def test_a_title_with_a_day_or_a_figure_is_a_task() -> None:
    (item,) = read_plan("2025年工作要点\n1.举办采茶节2场，6月底前完成。做好服务保障工作。").items
    assert [rule.due for rule in item_deadlines(item)] == [date(2025, 6, 30)]
    assert [task.text for task in item.tasks] == ["举办采茶节2场，6月底前完成", "做好服务保障工作"]


def test_a_tag_inside_a_cell() -> None:
    text = (
        "2025年工作日历\n月份\t党建\t安全\n1月\t召开总结会（责任单位：党政办、应急办；完成时限：6月底前）\t开展检查\n"
    )
    item = read_plan(text).items[0]
    assert names(item) == ([], ["党政办", "应急办"])
    assert [rule.due for rule in item.deadlines] == [date(2025, 6, 30), date(2025, 1, 31)]
    assert [task.text for task in item.tasks] == ["召开总结会"]


def test_the_words_of_a_time_are_those_of_the_document() -> None:
    (item,) = read_plan("２０２５年工作要点\n1.培训。６月３０日前组织培训。").items
    (rule,) = item_deadlines(item)
    assert (rule.due, rule.raw) == (date(2025, 6, 30), "６月３０日前")


@pytest.mark.parametrize(
    ("line", "issued", "issuer"),
    [
        ("（柳河镇人民政府 2024年4月17日印发）", date(2024, 4, 17), "柳河镇人民政府"),
        ("柳河镇人民政府2024年4月17日", date(2024, 4, 17), "柳河镇人民政府"),
        ("（2024年4月17日）", date(2024, 4, 17), ""),
        ("各单位2024年4月17日前报送", None, ""),
        ("2024年4月31日", None, ""),
    ],
)
def test_the_date_a_document_bears(line: str, issued: date | None, issuer: str) -> None:
    plan = read_plan(f"柳河镇2024年工作要点\n{line}\n1.培训。组织培训考核。")
    assert (plan.issue_date, plan.issuer) == (issued, issuer)


def test_words_chosen_by_hand_are_read_as_a_task() -> None:
    text = "2024年要点\n附则：6月底前，各村　完成登记，登记率达到95%以上。"
    span = Span(text.index("6月"), len(text) - 1)
    task = read_task(text, span, Context(2024))
    assert task.text == span.of(text) and task.span == span
    assert [rule.span.of(text) for rule in task.deadlines] == ["6月底前"] == [rule.raw for rule in task.deadlines]
    assert all(target.span.of(text) == target.raw for target in task.targets) and task.targets

"""Numbering, items, tables, and the planning part of a report."""

from __future__ import annotations

import pytest

from planner.reading.blocks import find_blocks, give_tags, heading, items_in, planning_part
from planner.reading.responsibility import find_tags
from planner.reading.tables import find_rows


def items(text: str, title: str = "工作要点") -> list[tuple[str, str, str]]:
    blocks = find_blocks(text)
    give_tags(text, blocks, find_tags(text))
    found = items_in(text, planning_part(text, title, blocks))
    return [
        (one.block.number, heading(text, one.block), heading(text, one.section) if one.section else "") for one in found
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("一、基础\n1.培训。搞好。\n2.检查。搞好。", [("1", "培训", "基础"), ("2", "检查", "基础")]),
        ("一、培训\n搞好培训。\n二、检查\n搞好检查。", [("一", "培训", ""), ("二", "检查", "")]),
        ("（一）培训。搞好。\n（二）检查。搞好。", [("一", "培训", ""), ("二", "检查", "")]),
        ("第一，搞好培训。\n第二，搞好检查。", [("一", "搞好培训", ""), ("二", "搞好检查", "")]),
        ("1.培训。\n（1）备课。\n（2）讲课。\n2.检查。", [("1", "培训", ""), ("2", "检查", "")]),
        (
            "1.培训。\n①备课。（责任单位：甲办）\n②讲课。（责任单位：乙办）",
            [("①", "备课", "培训"), ("②", "讲课", "培训")],
        ),
        ("一、总体要求\n坚持安全。\n二、任务\n1.培训。搞好。", [("1", "培训", "任务")]),
        ("一、培训\n（责任单位：甲办）\n1.备课。\n2.讲课。", [("一", "培训", "")]),
        ("1.3月31日前完成培训。", [("1", "3月31日前完成培训", "")]),
        ("1.5亿元用于修路", []),
        ("第一章 总则\n第一条 制定要点。\n第二章 任务\n第二条 培训。搞好。", [("二", "培训", "任务")]),
        ("一、总体要求\n（一）指导思想。坚持安全。\n二、任务\n（一）培训。搞好。", [("一", "培训", "任务")]),
        (
            "六、2025年计划\n搞好工作。\n"
            + "（1）培训。组织全镇干部和企业负责人参加安全生产专题培训，每季度一次。\n" * 2,
            [("1", "培训", "2025年计划")] * 2,
        ),
        (
            "（一）项目。一是招商。（责任单位：甲办）二是落地。（责任单位：乙办）三是服务。（责任人：丙明）",
            [("一", "招商", "项目"), ("二", "落地", "项目"), ("三", "服务", "项目")],
        ),
        ("（一）项目。（责任领导：甲明）（责任单位：甲办）", [("一", "项目", "")]),
        ("（一）项目。一是招商。（责任领导：甲明）（责任单位：甲办）", [("一", "项目", "")]),
        (
            "（一）污水问题。\n1.建成管网。\n2.开展巡查。\n责任单位：甲局\n完成时限：年底",
            [("一", "污水问题", "")],
        ),
        (
            "一、任务\n1.建成管网。\n2.开展巡查。\n责任单位：甲局",
            [("1", "建成管网", "任务"), ("2", "开展巡查", "任务")],
        ),
        (
            "某镇汇报" + "情况良好" * 100 + "。一、回顾培训。二、安排检查。",
            [("一", "回顾培训", ""), ("二", "安排检查", "")],
        ),
        ("一、培训\n搞好培训。\n柳河镇人民政府\n2024年4月17日\n抄送：县应急局", [("一", "培训", "")]),
    ],
)
def test_items_and_their_headings(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert items(text) == expected


def test_the_signature_is_not_part_of_the_last_item() -> None:
    (block,) = find_blocks("1.培训。搞好培训。\n\n柳河镇人民政府\n2024年4月17日")
    assert block.end == len("1.培训。搞好培训。")


def test_a_report_gives_only_its_plans() -> None:
    text = "一、工作回顾\n（一）培训。完成5次。\n二、下一步工作安排\n（一）检查。搞好。\n镇人民政府\n附：项目\n1、修路。搞好。"
    assert items(text, "2024年工作总结") == [("一", "检查", "下一步工作安排"), ("1", "修路", "")]
    troubles = "一、回顾\n完成5次。\n二、存在问题及下一步计划\n一是人手少。\n下一步，搞好检查。"
    (block,) = planning_part(troubles, "工作总结", find_blocks(troubles))
    assert troubles[block.body :] == "下一步，搞好检查。"
    assert [number for number, _, _ in items("一、回顾\n（一）培训。完成。", "工作总结")] == ["一"]


@pytest.mark.parametrize("mark", ["\t", "|"])
def test_rows_of_a_table(mark: str) -> None:
    lines = [
        ["序号", "工作任务", "责任领导", "责任单位", "配合单位", "完成时限"],
        ["一、产业", "一、产业", "一、产业", "一、产业", "一、产业", "一、产业"],
        ["1", "新建厂房", "甲明", "工信局", "", "6月底前"],
        ["2", "", "甲明", "工信局", "", "7月"],
    ]
    text = "\n".join(mark.join(line) for line in lines) + "\n完"
    (row,) = find_rows(text)
    assert {name: span.of(text) for name, span in row.cells.items()} == {
        "number": "1",
        "title": "新建厂房",
        "leader": "甲明",
        "department": "工信局",
        "time": "6月底前",
    }


def test_rows_stand_under_their_divider_or_class() -> None:
    text = "重点任务\t责任单位\t时限\n一、产业\t\t\n修路\t甲局\t6月\n二、民生\n修桥\t乙局\t7月\n任务\t类别\t责任人\n栽树\t生态\t甲明"
    assert [row.section and row.section.of(text) for row in find_rows(text)] == ["一、产业", "二、民生", "生态"]


def test_a_table_with_one_cell_a_line() -> None:
    text = "任务清单\n序号\n工作任务\n责任领导\n完成时限\n1\n新建厂房\n甲明\n6月底前\n2\n改造道路\n全年\n"
    whole, short = find_rows(text)
    assert {name: span.of(text) for name, span in whole.cells.items()} == {
        "number": "1",
        "title": "新建厂房",
        "leader": "甲明",
        "time": "6月底前",
    }
    assert [span.of(text) for span in short.cells.values()] == ["2", "改造道路"], "which cell is missing is not known"
    assert text[whole.table :].startswith("序号")


def test_a_framed_row_and_a_table_of_something_else() -> None:
    text = "| 任务 | 责任人 | 时限 |\n| --- | --- | --- |\n| 修路 | 甲明 | 6月 |"
    assert [row.cells["title"].of(text) for row in find_rows(text)] == ["修路"]
    assert find_rows("姓名\t年龄\t住址\n甲明\t30\t柳河") == []


def test_a_tag_outside_every_block_is_nobodys() -> None:
    text = "（责任单位：甲办）\n1.培训。"
    blocks = find_blocks(text)
    give_tags(text, blocks, find_tags(text))
    assert not blocks[0].has_tag()


@pytest.mark.parametrize(
    "text",
    [
        "月份\t党建\t安全\n1月\t召开总结会\t开展检查\n2月\t慰问党员\t\n合计\t两次\t一次",
        "类别\t1月\t2月\n党建\t召开总结会\t慰问党员\n安全\t开展检查\t",
    ],
)
def test_each_cell_of_a_calendar_is_a_row(text: str) -> None:
    rows = find_rows(text)
    cells = {(row.cells["title"].of(text), row.times[0].of(text), row.section.of(text)) for row in rows if row.section}
    assert cells == {("召开总结会", "1月", "党建"), ("慰问党员", "2月", "党建"), ("开展检查", "1月", "安全")}


def test_a_title_that_cites_a_report_is_no_report() -> None:
    text = "1.检查。检查水库。\n二、下一步工作打算\n1.培训。组织培训。"
    assert len(items(text, "《2024年政府工作报告》任务分解")) == 2
    assert [title for _, title, _ in items(text, "2024年工作总结")] == ["培训"]

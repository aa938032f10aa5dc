"""What findings weigh, and the questions for the meeting."""

from __future__ import annotations

from dataclasses import replace

from planner.core.findings import LONGEST_SHEET, Severity, by_severity, question_sheet, severity_of
from planner.reading.document import read_plan

HEAD = "柳河镇2024年安全生产工作要点\n"


def test_the_most_pressing_come_first() -> None:
    plan = read_plan(HEAD + "1.检查。。定期检查水库。（责任部门：水利站）")
    weights = [severity_of(one.code) for one in by_severity(plan.findings)]
    assert weights == [Severity.MUST, Severity.SHOULD, Severity.CHECK]
    assert severity_of("unheard_of") is Severity.CHECK


def test_one_question_for_all_the_items_that_raise_it() -> None:
    points = [f"{number}.检查。6月底前，检查第{number}座水库。" for number in (1, 2, 3, 5)]
    sheet = question_sheet(read_plan(HEAD + "\n".join(points)))
    assert [row[1:4] for row in sheet.rows[:2]] == [
        ("第1至3、5条", "", "4处没有写责任领导，由谁负责？"),
        ("第1至3、5条", "", "4处没有写责任部门，由谁承办？"),
    ]
    assert [row[0] for row in sheet.rows] == list(range(1, len(sheet.rows) + 1))
    assert {row[4] for row in sheet.rows[:2]} == {"主要领导"} and {row[5] for row in sheet.rows} == {""}


def test_items_without_plain_numbers_are_named() -> None:
    points = [f"（{number}）检查。6月底前，检查水库大坝{number}。" for number in "一二三四五六七八九"]
    numbered = question_sheet(read_plan(HEAD + "\n".join(points)))
    assert numbered.rows[0][1] == "第一条、第二条、第三条、第四条、第五条、第六条、第七条、第八条等9条"
    plan = read_plan(HEAD + "1.检查。汛前检查水库。")
    unnumbered = replace(plan, items=(replace(plan.items[0], number=""),))
    assert ("「检查」", "汛前") in [row[1:3] for row in question_sheet(unnumbered).rows]


def test_what_concerns_the_whole_text_and_long_quotes() -> None:
    sheet = question_sheet(read_plan(HEAD + "今天天气很好，没有编号的条目，大家都去看看水库大坝和河道堤防。"))
    assert sheet.rows[0][1] == "全文" and str(sheet.rows[0][2]).endswith("…")


def test_the_sheet_keeps_to_one_page_and_counts_the_rest() -> None:
    points = [f"{number}.检查。汛前检查水库大坝{number}处。（责任领导：甲明）" for number in range(1, 31)]
    sheet = question_sheet(read_plan(HEAD + "\n".join(points)))
    assert len(sheet.rows) == LONGEST_SHEET and "其余" in sheet.note


def test_a_plan_without_gaps_has_an_empty_sheet() -> None:
    tag = "（责任领导：甲明，责任部门：水利站）"
    sheet = question_sheet(read_plan(HEAD + f"1.检查。6月28日前，检查水库大坝。{tag}"))
    assert sheet.rows == () and "共0处缺口" in sheet.note

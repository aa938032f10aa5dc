"""What a document leaves open or gets wrong, each with its place."""

from __future__ import annotations

import pytest

from planner.core.plan import Finding
from planner.reading.document import read_plan

TAG = "（责任领导：甲明，责任部门：应急办）"


def findings(body: str, head: str = "2024年工作要点\n2024年4月17日\n") -> list[Finding]:
    return list(read_plan(head + body).findings)


def codes(body: str, head: str = "2024年工作要点\n2024年4月17日\n") -> set[str]:
    return {finding.code for finding in findings(body, head)}


def test_a_plan_without_a_gap() -> None:
    assert codes(f"1.培训。7月31日前，组织培训考核。{TAG}\n2.检查。8月30日前，检查烟花店。{TAG}") == set()


@pytest.mark.parametrize(
    ("code", "body"),
    [
        ("no_leader", "1.培训。7月31日前，组织培训考核。（责任部门：应急办）"),
        ("no_department", "1.培训。7月31日前，组织培训考核。（责任领导：甲明）"),
        ("no_date", f"1.培训。组织培训考核。{TAG}"),
        ("frequency_unstated", f"1.培训。定期组织培训考核。{TAG}"),
        ("season_unresolved", f"1.检查。汛后，检查水库大坝。{TAG}"),
        ("past_at_issue", f"1.检查。汛前，检查水库大坝。{TAG}"),
        ("past_at_issue", f"1.检查。3月底前，检查水库大坝。{TAG}"),
        ("weekend_deadline", f"1.检查。6月底前，检查水库大坝。{TAG}"),
        ("numbering_gap", f"1.检查。{TAG}\n3.培训。{TAG}"),
        ("numbering_repeat", f"1.检查。{TAG}\n1.培训。{TAG}"),
        ("leader_load", "\n".join(f"{number}.检查。{TAG}" for number in range(1, 9))),
        ("same_duty_twice", f"1.甲。组织专职安全员培训考核。{TAG}\n2.乙。组织专职安全员培训考核。{TAG}"),
        ("blank_figure", f"1.救助。转移群众   人。{TAG}"),
        ("repeated_words", f"1.检查。检查水库。。{TAG}"),
        ("repeated_words", f"1.检查。及时清理枯枝落叶等可燃物清理。{TAG}"),
        ("wrong_bracket", f"1.检查。按【2019】8号文件检查。{TAG}"),
        ("web_residue", f"##paidbegin##\n1.检查。{TAG}"),
        ("parts_total", f"1.检查。发现隐患52条，其中书面23条、当场32条。{TAG}"),
        ("unbalanced", f"1.检查。检查“三合一场所。{TAG}"),
        ("heading_count", f"一、聚焦“4”项重点：抓好巡查整改、理顺体制机制、强化生产管理\n1.检查。{TAG}"),
        ("heading_count", f"一、聚焦“3”项重点\n1.检查。{TAG}\n2.培训。{TAG}"),
        ("heading_without_item", f"一、重点：抓好巡查整改、理顺体制机制、强化生产管理\n1.抓好巡查整改。{TAG}\n2.理顺体制机制。{TAG}"),
        ("unread_time", f"1.检查。按《6月底前检查方案》检查水库，25日前报送情况。{TAG}"),
        ("outside_points", f"请各村每月25日前报送进度。\n1.检查。7月31日前，检查水库大坝。{TAG}"),
        ("unread_time", f"1.检查。秋收前，检查收割机。{TAG}"),
        ("ambiguous_time", f"1.检查。5月中旬前，检查水库大坝。{TAG}"),
        ("implied_target", f"1.检查。7月31日前，水库大坝检查全覆盖。{TAG}"),
        ("implied_target", f"1.检查。7月31日前，做到隐患应改尽改。{TAG}"),
        ("unread_name", "1.检查。检查水库大坝。（责任领导：甲明，责任部门：）"),
        ("no_items", "今天天气很好"),
        ("impossible_day", f"1.检查。6月31日前，检查水库大坝。{TAG}"),
        ("impossible_day", f"1.检查。13月1日前，检查水库大坝。{TAG}"),
        ("wrong_weekday", f"1.检查。6月30日（周五）前，检查水库大坝。{TAG}"),
        ("after_year", f"1.检查。2026年6月30日前，检查水库大坝。{TAG}"),
        ("over_hundred", f"1.检查。6月30日前，检查率达到120%以上。{TAG}"),
        ("likely_alias", "1.检查。6月底前，检查水库。（责任领导：甲明，责任部门：水利站）\n2.巡查。6月底前，巡查河道。（责任领导：甲明，责任部门：水利部门）"),
    ],
)  # fmt: skip
def test_each_gap_is_found(code: str, body: str) -> None:
    found = [finding for finding in findings(body) if finding.code == code]
    assert found
    assert all(finding.message.endswith("。") for finding in found)


@pytest.mark.parametrize(
    ("code", "body"),
    [
        ("season_unresolved", f"1.检查。汛前，检查水库大坝。{TAG}"),
        ("weekend_deadline", f"1.检查。每月底前，检查水库大坝。{TAG}"),
        ("parts_total", f"1.检查。发现隐患55条，其中书面23条、当场32条。{TAG}"),
        ("heading_count", f"一、聚焦“1”条主线：强化责任\n1.检查。{TAG}\n2.培训。{TAG}"),
        ("heading_count", f"一、聚焦“2”项重点：抓好巡查整改、理顺体制机制\n1.检查。{TAG}\n2.培训。{TAG}"),
        ("heading_count", f"一、聚焦“2”项重点\n1.检查。{TAG}\n2.培训。{TAG}"),
        ("leader_load", f"1.检查。{TAG}\n2.培训。{TAG}"),
        ("past_at_issue", f"1.检查。每季度检查一次水库大坝。{TAG}"),
    ],
)
def test_what_is_in_order_is_not(code: str, body: str) -> None:
    assert code not in codes(body)


def test_without_an_issue_date_nothing_is_past() -> None:
    assert "past_at_issue" not in codes(f"1.检查。汛前，检查水库大坝。{TAG}", "2024年工作要点\n")


def test_findings_come_in_the_order_of_the_text() -> None:
    found = findings("1.培训。组织培训考核。\n2.检查。定期检查水库大坝。")
    assert [finding.span for finding in found] == sorted(finding.span for finding in found)


def test_an_item_without_number_is_called_by_its_title() -> None:
    text = "2024年任务表\n任务\t责任人\t时限\n修路\t甲明\t6月\n"
    assert any("第1条" in finding.message for finding in read_plan(text).findings)


def test_a_date_that_cannot_be_told_is_found() -> None:
    assert "date_unresolved" in codes(f"1.检查。6月底前，检查水库大坝。{TAG}", "工作要点\n")


def test_numbers_may_begin_anew_in_each_section() -> None:
    assert "numbering_repeat" not in codes(f"一、整治\n1.检查。{TAG}\n二、宣传\n1.培训。{TAG}")


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("impossible_day", f"1.检查。2月29日前，检查水库大坝。{TAG}"),
        ("wrong_weekday", f"1.检查。6月30日（星期日）前，检查水库大坝。{TAG}"),
        ("after_year", f"1.检查。2025年1月10日前，检查水库大坝。{TAG}"),
        ("over_hundred", f"1.检查。6月30日前，产值同比增长120%以上。{TAG}"),
        ("repeated_words", f"1.检查。一个任务一个任务抓落实，6月底前检查水库。{TAG}"),
    ],
)
def test_what_is_right_raises_nothing(code: str, text: str) -> None:
    assert code not in codes(text)


LETTER = "请各单位2月28日前制定方案，每月25日前报送进展。\n1.检查。7月31日前，检查水库大坝。"


def test_a_duty_told_to_all_is_one_finding_with_its_words() -> None:
    plan = read_plan(f"2024年县《政府工作报告》任务分解表\n{LETTER}{TAG}")
    (found,) = (finding for finding in plan.findings if finding.code == "outside_points")
    assert found.span.of(plan.text) == "2月28日前制定方案，每月25日前报送进展"


def test_what_a_report_tells_outside_its_plan_is_no_gap() -> None:
    assert "outside_points" not in codes(LETTER + TAG, "2024年工作总结\n")

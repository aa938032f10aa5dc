"""The list of checks of a reviewed plan."""

from __future__ import annotations

from planner.core.plan import Span
from planner.core.review import commitments
from planner.reading.checks import Check, find_checks
from planner.reading.document import read_plan

PLAN = """\
# 柳河镇2024年工作要点

## 一、任务

### 1. 加强培训

> 1.加强培训。6月底前，组织培训考核，抓好演练，确保人人过关。由应急办牵头，各村配合。（一）下一步

- [ ] *培训考核* 6月底前，组织培训考核，抓好演练（到期：9月20日（周五）前）
- [x] 汇编教材（到期：未定）
- [ ] 每月讲评一次

（责任领导：王建国）

### 2. 排查风险

> 2.排查风险。定期排查。

- 本条不单列任务
"""


def test_each_line_is_one_task_with_its_title_and_its_times() -> None:
    plan = read_plan(PLAN)
    first, second = plan.items
    assert [(task.title, task.text, [rule.raw for rule in task.deadlines]) for task in first.tasks] == [
        ("培训考核", "6月底前，组织培训考核，抓好演练", ["9月20日（周五）前"]),
        ("", "汇编教材", []),
        ("", "每月讲评一次", ["每月讲评一次"]),
    ]
    assert [name.name for name in first.responsibility.leaders] == ["王建国"]
    assert first.responsibility.departments == ()
    assert all(task.span.of(PLAN) == task.text for task in first.tasks)
    assert second.tasks == () and commitments(second) == ()


def test_where_words_and_times_stand() -> None:
    text = "[ ] 汇编教材（到期：9月）"
    assert find_checks(text) == [Check(Span(4, 8), "", Span(12, 14))]


def test_a_quotation_in_any_other_document_is_read() -> None:
    plan = read_plan("2024年工作要点\n1.加强培训。\n> 6月底前，组织培训考核。")
    assert [rule.raw for task in plan.items[0].tasks for rule in task.deadlines] == ["6月底前"]

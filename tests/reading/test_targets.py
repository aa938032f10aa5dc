"""How planned figures are read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.reading.targets import find_targets


@pytest.mark.parametrize(
    ("text", "metric", "op", "value", "unit"),
    [
        ("农机登记率达到95%以上", "农机登记率", ">=", 95, "%"),
        ("检验率达到９０％以上", "检验率", ">=", 90, "%"),
        ("新上岗人员培训100%", "新上岗人员培训", "=", 100, "%"),
        ("甲级病案率不低于85%", "甲级病案率", ">=", 85, "%"),
        ("森林火灾受害率控制在0.5‰以内", "森林火灾受害率", "<=", 0.5, "‰"),
        ("零售点控制在9家以内", "零售点", "<=", 9, "家"),
        ("一般事故降至3起以下", "一般事故", "<", 3, "起"),
        ("开展宣传活动不少于5场次", "开展宣传活动", ">=", 5, "场次"),
        ("由61%提高到85%以上", "由61%", ">=", 85, "%"),
        ("负债率低于45%", "负债率", "<", 45, "%"),
        ("完成投资9.6亿元", "完成投资", "=", 9.6, "亿元"),
        ("接待游客320万人次以上", "接待游客", ">=", 320, "万人次"),
        ("隐患数超过5处的重点督办，整改率稳定在95%以上", "整改率", ">=", 95, "%"),
    ],
)
def test_figures(text: str, metric: str, op: str, value: float, unit: str) -> None:
    target = find_targets(text)[-1]
    assert (target.op, target.value, target.unit) == (op, value, unit)
    assert target.metric == metric
    assert target.raw == target.span.of(text)


def test_a_range_has_two_bounds() -> None:
    low, high = find_targets("每名班子成员包保2—3个点位")
    assert [(low.op, low.value), (high.op, high.value)] == [(">=", 2), ("<=", 3)]


def test_zero() -> None:
    (target,) = find_targets("实现重大隐患动态清零")
    assert (target.op, target.value) == ("=", 0)


@pytest.mark.parametrize(
    "text",
    [
        "对30人以上的企业检查", "推广“四件套”", "执行《2024年100%方案》", "每月开展2次检查", "上报前3家", "截至目前，登记率达到93%", "已完成改造20处，", "第5项任务",
        "由61%起步", "落实24小时值班", "约谈5人",
    ],
)  # fmt: skip
def test_what_is_no_target(text: str) -> None:
    assert find_targets(text) == []


@given(st.text(alphabet="达到9.5%以上由提高至动态清零新增2—3个家《》“”，。不少于", max_size=40))
def test_no_words_break_the_reader(text: str) -> None:
    for target in find_targets(text):
        assert target.raw == target.span.of(text) != ""

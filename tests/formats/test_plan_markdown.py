"""A plan written in the canonical form and read again is the same plan, but for the offsets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.config import shipped
from planner.core.plan import Plan
from planner.core.plan_json import plan_json
from planner.formats.intake import read_text
from planner.formats.plan_markdown import write_plan
from planner.reading.document import read_plan
from tests.conftest import PLAN, SHARED


def facts(plan: Plan) -> dict[str, Any]:
    """Return what a plan says, without where it says it."""
    shape = plan_json(plan)
    del shape["findings"]
    for item in shape["items"]:
        del item["start"], item["end"], item["text"]
        for task in item["tasks"]:
            del task["start"], task["end"]
    return shape


def read_again(plan: Plan) -> dict[str, Any]:
    return facts(read_plan(write_plan(plan), year=plan.plan_year))


def test_the_form() -> None:
    assert write_plan(read_plan(PLAN)) == PLAN.replace("农业、应急部门", "农业部门、应急部门")


@pytest.mark.parametrize("path", sorted(shipped("plans").glob("*.md")), ids=lambda path: path.name)
def test_the_plans_that_come_with_the_product(path: Path) -> None:
    plan = read_plan(path.read_text("utf-8"))
    assert len(plan.items) == 27
    assert read_again(plan) == facts(plan)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared documents are not on this machine")
@pytest.mark.parametrize("name", ["seeds/004_*", "samples/docs/d01_*", "samples/docs/d05_*"])
def test_real_documents(name: str) -> None:
    (path,) = SHARED.glob(name)
    plan = read_plan(read_text(path.read_bytes(), path.name))
    assert read_again(plan)["items"] == facts(plan)["items"]


TITLES = st.sampled_from(["加强培训", "排查风险", "检查农机", "守牢底线"])
BODIES = st.sampled_from(
    [
        "6月底前，组织专职安全员培训考核。",
        "每季度开展一次风险辨识。",
        "农机登记率达到95%以上。",
        "定期开展演练，确保安全。",
        "开展专项行动，严厉打击违法行为。",
    ]
)
PEOPLE = st.sampled_from(
    [
        "",
        "（责任领导：王建国）",
        "（责任领导：王建国、李秀英，责任部门：农业、应急部门，配合单位：派出所）",
        "（责任部门：应急办，完成时限：9月底前）",
    ]
)


@given(st.lists(st.tuples(TITLES, st.lists(BODIES, min_size=1, max_size=3), PEOPLE), min_size=1, max_size=6))
def test_any_plan(points: list[tuple[str, list[str], str]]) -> None:
    lines = [f"{number}.{title}。{''.join(body)}{who}" for number, (title, body, who) in enumerate(points, start=1)]
    plan = read_plan("柳河镇2025年工作要点\n柳河镇人民政府\n2025年2月3日\n一、任务\n" + "\n".join(lines))
    assert len(plan.items) == len(points)
    assert read_again(plan) == facts(plan)

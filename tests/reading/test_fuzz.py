"""Whatever is read: no crash, and every value stands where it says it stands."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.config import shipped
from planner.core.plan import Plan, Span, item_deadlines, item_targets
from planner.formats.intake import read_text
from planner.reading.document import read_plan
from tests.conftest import SHARED

PIECES = st.sampled_from(
    [
        "1.", "2．", "（一）", "一、", "①", "一是", "第一，", "。", "；", "，", "、", "：", "\n", "\t", "|", "（", "）", "“", "”", "《", "》",
        "责任领导：", "责任部门", "牵头单位：", "完成时限：", "王建国", "应急、住建部门", "各村（社区）", "由应急办牵头，", "配合", "落实",
        "6月底前", "每季度至少2次", "每月28日前", "10月至次年4月", "汛期", "接到通知后3个工作日内", "定期", "2024年", "２０２４年６月",
        "达到95%以上", "不少于5场次", "降至3起以下", "开展检查", "组织培训考核", "截至目前", "序号", "工作任务", "责任人", "\u3000", "##paidbegin##", "🎋",
    ]
)  # fmt: skip
FILES = [
    shipped("plans") / "dizhuang-2024.md",
    *sorted((Path(__file__).parents[1] / "data" / "documents" / "docs").iterdir()),
    *sorted(SHARED.glob("seeds/*.txt")),
    *sorted(SHARED.glob("samples/docs/*.txt")),
]


def check(plan: Plan) -> None:
    """Hold every span against the text."""
    text = plan.text

    def stands(span: Span, words: str) -> None:
        assert 0 <= span.start <= span.end <= len(text)
        assert span.of(text) == words

    for item in plan.items:
        stands(item.span, item.text)
        for rule in item_deadlines(item):
            stands(rule.span, rule.raw)
        for target in item_targets(item):
            stands(target.span, target.raw)
        for task in item.tasks:
            stands(task.span, task.text)
            assert item.span.covers(task.span)
    for finding in plan.findings:
        assert 0 <= finding.span.start <= finding.span.end <= len(text)


@given(st.lists(PIECES, max_size=60).map("".join))
def test_any_mixture_of_what_plans_are_made_of(text: str) -> None:
    check(read_plan(f"2024年工作要点\n{text}"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem[:12])
@pytest.mark.parametrize("seed", range(6))
def test_damaged_documents(path: Path, seed: int) -> None:
    text = read_text(path.read_bytes(), path.name)
    check(read_plan(damaged(text, Random(f"{path.stem} {seed}"))))  # noqa: S311 - chance, not secrets


def damaged(text: str, chance: Random) -> str:
    """Return *text* with some hundred characters dropped, doubled, swapped or widened, and lines joined and split."""
    signs = list(text)
    for _ in range(100):
        place = chance.randrange(len(signs) - 1)
        match chance.randrange(6):
            case 0:
                signs[place] = ""
            case 1:
                signs[place] *= 2
            case 2:
                signs[place], signs[place + 1] = signs[place + 1], signs[place]
            case 3:
                signs[place] = signs[place].replace("\n", "")
            case 4:
                signs[place] += "\n"
            case _:
                signs[place] = signs[place].translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789.,()"})
    return "".join(signs)

"""From the words of an item to its commitments."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.reading.clauses import find_clauses


@pytest.mark.parametrize(
    ("text", "tasks"),
    [
        ("6月底前，组织培训考核。", ["6月底前，组织培训考核"]),
        ("加强业务培训，切实提升履职能力。", ["加强业务培训"]),
        ("确保人民群众生命安全，提升水平。", []),
        ("开展专项行动，严厉打击违法行为。", ["开展专项行动，严厉打击违法行为"]),
        ("完善应急预案，落实值班制度，组织防汛演练。", ["完善应急预案", "落实值班制度", "组织防汛演练"]),
        ("针对极端天气，及时修订预案；健全响应机制。", ["针对极端天气，及时修订预案", "健全响应机制"]),
        (
            "每季度开展自查（高危行业领域每月至少1次）。",
            ["每季度开展自查（高危行业领域每月至少1次）", "高危行业领域每月至少1次"],
        ),
        ("坚持人民至上、生命至上。", []),
        ("坚持每月一次安全例会。", ["坚持每月一次安全例会"]),
        ("推动工厂演练，医院等人员密集场所开展消防演练。", ["推动工厂演练", "医院等人员密集场所开展消防演练"]),
        ("对排查出的问题，确保立即整改到位。", ["对排查出的问题，确保立即整改到位"]),
        ("制定方案（含目标，步骤），印发执行。", ["制定方案（含目标，步骤）"]),
        ("检查。", []),
    ],
)
def test_commitments(text: str, tasks: list[str]) -> None:
    assert [span.of(text) for span in find_clauses(text)] == tasks


@given(st.text(alphabet="组织开展确保，。；（）每月至少1次“”坚持对\n", max_size=80))
def test_spans_are_in_order_and_inside(text: str) -> None:
    spans = find_clauses(text)
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert [span.start for span in spans] == sorted(span.start for span in spans)

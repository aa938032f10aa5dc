"""From the words of an item to its commitments."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.reading.clauses import find_clauses, find_obligor


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
        ("制定方案（含目标，步骤），印发执行。", ["制定方案（含目标，步骤）", "印发执行"]),
        ("检查。", []),
        ("整改措施：\n健全机制。", ["健全机制"]),
        ("问题描述：部分河道垃圾清理不及时。", []),
        ("12000000。", []),
        ("一是建立台账制度；（2）组织安全检查。", ["建立台账制度", "组织安全检查"]),
        ("截至目前，已开展检查5次。开展回头看。", ["开展回头看"]),
        ("做好物资储备更新、抢险队伍建设及防汛抗洪演练。", ["做好物资储备更新", "抢险队伍建设", "防汛抗洪演练"]),
        ("做好退役军人、残疾人、困境儿童关爱服务。", ["做好退役军人、残疾人、困境儿童关爱服务"]),
        ("申报地理标志，年底前完成。", ["申报地理标志，年底前完成"]),
        ("3月底前办结用地手续，10月底前建成投产。", ["3月底前办结用地手续", "10月底前建成投产"]),
        ("对连续两次排名末位的，由镇长约谈。", ["对连续两次排名末位的，由镇长约谈"]),
        ("提升避险能力，确保安全，每月演练1次。", ["每月演练1次"]),
    ],
)
def test_commitments(text: str, tasks: list[str]) -> None:
    assert [span.of(text) for span in find_clauses(text)] == tasks


@pytest.mark.parametrize(
    ("text", "obligor"),
    [
        ("各成员单位每季度至少召开一次会议", "各成员单位"),
        ("生产经营单位主要负责人每季度带队检查", "生产经营单位主要负责人"),
        ("6月底前，督促餐饮经营单位安装保护装置", "餐饮经营单位"),
        ("医院、商场等人员密集场所开展演练", "医院、商场等人员密集场所"),
        ("每名班子成员包保2个点位", "每名班子成员"),
        ("开展生产经营单位主要负责人安全教育培训", ""),
        ("组织人员全面排查", ""),
        ("推动“人人讲安全、个个会应急”深入人心", ""),
        ("把企业全面管好", ""),
        ("6月底前，", ""),
    ],
)
def test_who_is_named_in_the_clause(text: str, obligor: str) -> None:
    assert find_obligor(text) == obligor


@given(st.text(alphabet="组织开展确保，。；（）每月至少1次“”坚持对\n", max_size=80))
def test_spans_are_in_order_and_inside(text: str) -> None:
    spans = find_clauses(text)
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert [span.start for span in spans] == sorted(span.start for span in spans)

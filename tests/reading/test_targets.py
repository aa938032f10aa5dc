"""How planned figures are read."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.reading.targets import find_targets, read_figure


@pytest.mark.parametrize(
    ("text", "metric", "op", "value", "unit"),
    [
        ("农机登记率达到95%以上", "农机登记率", ">=", 95, "%"),
        ("检验率达到９０％以上", "检验率", ">=", 90, "%"),
        ("参保率稳定在95%以上", "参保率", ">=", 95, "%"),
        ("新上岗人员培训100%", "新上岗人员培训", "=", 100, "%"),
        ("持证上岗率达到百分之百", "持证上岗率", "=", 100, "%"),
        ("登记率达到百分之九十五以上", "登记率", ">=", 95, "%"),
        ("甲级病案率不低于85%", "甲级病案率", ">=", 85, "%"),
        ("甲级病案率≥95%", "甲级病案率", ">=", 95, "%"),
        ("覆盖率、办结率均达到100%", "办结率", "=", 100, "%"),
        ("森林火灾受害率控制在0.5‰以内", "森林火灾受害率", "<=", 0.5, "‰"),
        ("回收率保持在80%左右", "回收率", "~", 80, "%"),
        ("合格率占80%", "合格率占", None, 0, ""),
        ("合格率占比不低于80%", "合格率占比", ">=", 80, "%"),
        ("满意度提高5个百分点", "满意度", "=", 5, "个百分点"),
        ("登记率由61%提高到85%以上", "登记率", ">=", 85, "%"),
        ("满意度由去年的90分提升至95分以上", "满意度", ">=", 95, "分"),
        ("事故起数较上年下降10%以上", "事故起数较上年", ">=", 10, "%"),
        ("零售点控制在9家以内", "零售点", "<=", 9, "家"),
        ("支出控制18元", "支出", "<=", 18, "元"),
        ("一般事故降至3起以下", "一般事故", "<", 3, "起"),
        ("负债率低于45%", "负债率", "<", 45, "%"),
        ("亏损面不超过5%", "亏损面", "<=", 5, "%"),
        ("项目超过5个", "项目", ">", 5, "个"),
        ("接待游客突破320万人次", "接待游客", ">=", 320, "万人次"),
        ("联系企业约30家", "联系企业", "~", 30, "家"),
        ("开展宣传活动不少于5场次", "开展宣传活动", ">=", 5, "场次"),
        ("培育企业至少两家", "培育企业", ">=", 2, "家"),
        ("培育企业至少两家以上", "培育企业", ">=", 2, "家"),
        ("完成投资9.6亿元", "完成投资", "=", 9.6, "亿元"),
        ("争取资金1,200万元", "争取资金", "=", 1200, "万元"),
        ("新建高标准农田1.2万亩", "新建高标准农田", "=", 1.2, "万亩"),
        ("新建35千伏变电站1座", "新建35千伏变电站", "=", 1, "座"),
        ("新增收入20万元以上村30个", "新增收入20万元以上村", "=", 30, "个"),
        ("全镇新增公共停车位800个", "新增公共停车位", "=", 800, "个"),
        ("选派15名骨干外出进修", "选派骨干外出进修", "=", 15, "名"),
        ("打造3个示范村", "打造示范村", "=", 3, "个"),
        ("在36户“多合一”场所加装报警器", "“多合一”场所加装报警器", "=", 36, "户"),
        ("救援队不少于25人", "救援队", ">=", 25, "人"),
        ("每月抽查不少于200份", "每月抽查", ">=", 200, "份"),
        ("全年开展安全检查不少于12次", "开展安全检查", ">=", 12, "次"),
        ("办理时限压缩至3个工作日以内", "办理时限", "<=", 3, "个工作日"),
        ("住院日不超过7.6天", "住院日", "<=", 7.6, "天"),
        ("打造“一网通办”服务，达到95%以上", "打造“一网通办”服务", ">=", 95, "%"),
        ("100%", "", "=", 100, "%"),
        ("年检合格。95%以上", "", ">=", 95, "%"),
        ("隐患数超过5处的重点督办，整改率稳定在95%以上", "整改率", ">=", 95, "%"),
    ],
)
def test_figures(text: str, metric: str, op: str | None, value: float, unit: str) -> None:
    found = find_targets(text)
    if op is None:
        assert found == []
        return
    assert (found[-1].op, found[-1].value, found[-1].unit) == (op, value, unit)
    assert found[-1].metric == metric
    assert found[-1].raw == found[-1].span.of(text)


@pytest.mark.parametrize(
    ("words", "unit", "op", "value"),
    [
        ("≥85", "%", ">=", 85),
        ("85%", "%", "=", 85),
        ("90以上", "%", ">=", 90),
        ("控制在3以内", "起", "<=", 3),
        ("12000", "人", "=", 12000),
    ],
)
def test_the_figure_of_a_cell(words: str, unit: str, op: str, value: float) -> None:
    (target,) = read_figure(words, unit)
    assert (target.op, target.value, target.unit) == (op, value, unit)


def test_figures_of_an_earlier_year_are_past() -> None:
    assert [target.value for target in find_targets("加装电梯35台（2023年完成22台）", 2024)] == [35]


def test_a_range_has_two_bounds() -> None:
    low, high = find_targets("每名班子成员包保2—3个点位")
    assert [(low.op, low.value), (high.op, high.value)] == [(">=", 2), ("<=", 3)]
    assert low.metric == high.metric == "每名班子成员包保点位"
    assert low.raw == high.raw == "2—3个"


def test_a_name_in_quotes_belongs_to_the_metric() -> None:
    assert find_targets("每人联系1—2个“不放心”点位")[0].metric == "每人联系“不放心”点位"


def test_each_its_own_figure() -> None:
    found = find_targets("登记率、检验率分别达到95%、90%以上")
    assert [(target.op, target.value) for target in found] == [(">=", 95), (">=", 90)]


def test_a_list_of_counts() -> None:
    found = find_targets("新增规上企业12家、“小巨人”企业2家，高新技术企业达到46家")
    assert [(target.value, target.unit) for target in found] == [(12, "家"), (2, "家"), (46, "家")]


@pytest.mark.parametrize("text", ["实现重大隐患动态清零", "存量信访积案全部清零"])
def test_zero(text: str) -> None:
    (target,) = find_targets(text)
    assert (target.op, target.value) == ("=", 0)


@pytest.mark.parametrize(
    "text",
    [
        "对30人以上的企业检查", "推广“四件套”", "执行《2024年100%方案》", "每月开展2次检查", "上报前3家", "截至目前，登记率达到93%", "已完成改造20处，", "第5项任务",
        "从61%起步", "落实24小时值班", "督促52家工贸企业自查", "对3座加油站检查", "全镇78口山塘补齐设施", "2024年共排查隐患1126处", "去年建成5个",
        "开展1次演练", "每周坐诊不少于2天", "20分钟内到场", "零就业家庭动态清零", "10人以上企业", "全镇15个村", "在3个村走访", "隐患已清零，已完成整改", "三年行动",
    ],
)  # fmt: skip
def test_what_is_no_target(text: str) -> None:
    assert find_targets(text) == []


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="达到9.5%以上由提高至动态清零新增隐患2—3个家《》“”，。不少于在、 1天每月", max_size=40))
def test_no_words_break_the_reader(text: str) -> None:
    for target in find_targets(text):
        assert target.raw == target.span.of(text) != ""

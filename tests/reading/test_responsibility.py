"""Who answers: labels, brackets, 牵头 and shared 部门."""

from __future__ import annotations

import pytest

from planner.reading.names import split_names
from planner.reading.responsibility import find_tags, merged

Names = list[str]


@pytest.mark.parametrize(
    ("text", "leaders", "departments", "supporting"),
    [
        (
            "检查。（责任领导：甲明，责任部门：交警、交通、住建部门）",
            ["甲明"],
            ["交警部门", "交通部门", "住建部门"],
            [],
        ),
        (
            "检查。(责任领导:甲明、乙亮;牵头单位:应急办;配合单位:派出所、各村(社区))",
            ["甲明", "乙亮"],
            ["应急办"],
            ["派出所", "各村(社区)"],
        ),
        ("检查。【分管院领导：甲明；责任科室：护理部】", ["甲明"], ["护理部"], []),
        ("检查。\n责任人：甲明；完成时间：2026年6月", ["甲明"], [], []),
        ("修路4公里。 责任人：甲明；完成时间：6月", ["甲明"], [], []),
        ("检查。（应急办牵头，派出所、卫生院配合，各村落实）", [], ["应急办", "各村"], ["派出所", "卫生院"]),
        ("检查。（各村负责）", [], ["各村"], []),
        ("流转率提高，由农业农村办公室牵头，各村配合。", [], ["农业农村办公室"], ["各村"]),
        ("由农业农村办公室牵头。", [], ["农业农村办公室"], []),
        ("（责任领导：甲明，责任部门：无）", ["甲明"], [], []),
        ("（责任单位：应急办、应急办）", [], ["应急办"], []),
        ("修路。应急办牵头，派出所、交警中队配合，各村落实。", [], ["应急办", "各村"], ["派出所", "交警中队"]),
        ("检查。（各村（社区）按职责分工负责）", [], ["各村（社区）"], []),
        ("检查（由主要负责人带队）。", [], [], []),
        ("约谈。（由镇长负责）", ["镇长"], [], []),
        ("（牵头：宣传办；配合：各村、县住建局等单位）", [], ["宣传办"], ["各村", "县住建局"]),
        (
            "（责任部门：农业农村、水利等部门，主要责任人：王五（镇长））",
            ["王五（镇长）"],
            ["农业农村部门", "水利部门"],
            [],
        ),
        (
            "（责任单位：应急办和派出所、县发展和改革局及各乡镇）",
            [],
            ["应急办", "派出所", "县发展和改革局", "各乡镇"],
            [],
        ),
        ("（责任领导：张三 李四；责任单位：等）", ["张三", "李四"], [], []),
        ("加强检查（含节假日），压实责任。", [], [], []),
        ("清理河道。各村（社区）按职责分工负责。", [], ["各村（社区）"], []),
        ("排查隐患。由应急办负责组织实施。", [], ["应急办"], []),
        ("检查。（责任单位：应急办，2025年6月底前）", [], ["应急办"], []),
        ("检查。（责任单位：应急办、6月底前）", [], ["应急办"], []),
        ("检查。〔主责：乡村振兴办，分管：何映秋〕", ["何映秋"], ["乡村振兴办"], []),
        ("检查。\n【牵头领导】人大主席史桂芳【责任单位】建设站、相关村", ["史桂芳"], ["建设站", "相关村"], []),
        ("检查。\n主责单位——房管中心；属地责任——各街道；协办——文旅局", [], ["房管中心", "各街道"], ["文旅局"]),
        ("检查。责任部门为执法局，各成员单位协同。", [], ["执法局"], ["各成员单位"]),
        ("检查。\n责任领导周既白\n责任单位农业农村办、各村", ["周既白"], ["农业农村办", "各村"], []),
        ("检查。\n责任单位履职情况汇总如下", [], [], []),
        ("检查。（岳行简；镇纪委、监督办）", ["岳行简"], ["镇纪委", "监督办"], []),
        ("检查。（督办：乡纪委；责任单位：公卫科（各村卫生室协助））", [], ["公卫科"], ["各村卫生室"]),
        ("检查，此项工作由县数据局牵头负责，县民政局协同，按月更新。", [], ["县数据局"], ["县民政局"]),
        ("由县中心会同县委组织部负责。", [], ["县中心"], ["县委组织部"]),
        ("检查。组织委员苏南屏牵头抓总，党建办具体负责，工作队配合。", ["苏南屏"], ["党建办"], ["工作队"]),
        ("检查。消保股牵头、宣传股配合，消委会同步跟进。", [], ["消保股"], ["宣传股", "消委会"]),
        ("检查。林业站、武装部负责，分管领导为镇长助理。", ["镇长助理"], ["林业站", "武装部"], []),
        ("坚持党委领导、政府负责，社会协同。", [], [], []),
        ("谁主管谁负责，企业负责人带头。", [], [], []),
    ],
)
def test_tags_name_people(text: str, leaders: Names, departments: Names, supporting: Names) -> None:
    who = merged([tag.responsibility for tag in find_tags(text)])
    assert [name.name for name in who.leaders] == leaders
    assert [name.name for name in who.departments] == departments
    assert [name.name for name in who.supporting] == supporting
    for name in (*who.leaders, *who.departments, *who.supporting):
        assert name.name.startswith(name.span.of(text))


def test_a_tag_knows_where_it_states_a_time() -> None:
    text = "检查。（责任领导：甲明；完成时限：6月底前）"
    (tag,) = find_tags(text)
    assert [span.of(text) for span in tag.times] == ["6月底前"]
    assert tag.span.of(text).startswith("（责任领导") and tag.span.end == len(text)


def test_a_lead_inside_a_labelled_tag_is_read_once() -> None:
    assert len(find_tags("（责任部门：应急办；由应急办牵头，各村配合）")) == 1


def test_names_keep_their_order_and_place() -> None:
    names = split_names("交警、应急办、住建部门", 10)
    assert [(name.name, name.span.start) for name in names] == [("交警部门", 10), ("应急办", 13), ("住建部门", 17)]
    assert split_names("无") == ()


@pytest.mark.parametrize("text", ["（责任单位：应急办，6月底前）", "（应急办牵头，各村配合，6月底前完成）"])
def test_a_time_among_names_is_the_tags_time(text: str) -> None:
    (tag,) = find_tags(text)
    assert [span.of(text)[:4] for span in tag.times] == ["6月底前"]

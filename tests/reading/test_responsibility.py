"""Who answers: labels, brackets, 牵头 and shared 部门."""

from __future__ import annotations

import pytest

from planner.reading.responsibility import find_tags, merged, split_names

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

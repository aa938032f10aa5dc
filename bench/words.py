"""The words of an invented office: names, and plans as long as real ones, in sentences the reader knows."""

from __future__ import annotations

from collections.abc import Sequence

FAMILY = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = ("建国", "秀英", "志强")
DEPARTMENTS = (
    "应急", "农业", "住建", "民政", "财政", "教育", "卫健", "文旅", "司法", "统计",
    "水利", "林业", "交通", "环保", "城管", "市监", "人社", "信访", "党建", "宣传",
)  # fmt: skip
TOPICS = (
    "安全生产", "乡村振兴", "防汛抗旱", "森林防火", "人居环境整治", "消防安全", "道路交通安全", "食品安全", "信访维稳", "基层治理",
    "党的建设", "招商引资", "医疗保障", "控辍保学", "河湖管护", "秸秆禁烧", "耕地保护", "危房改造", "养老服务", "全民阅读",
)  # fmt: skip
MATTERS = (
    "重点点位",
    "沿街商铺",
    "村居台账",
    "网格队伍",
    "公共场所",
    "薄弱环节",
    "项目现场",
    "服务窗口",
    "历史遗留问题",
)
BACKGROUND = (
    "把这项工作放在更加突出的位置，坚持问题导向、目标导向，压实各方责任，凝聚工作合力。",
    "兼顾当前和长远，用好现有机制和队伍，把群众满意作为检验成效的标准，防止走过场、搞形式。",
    "充分发挥村居和网格员的作用，做到情况明、底数清、措施实，让好经验看得见、用得上、推得开。",
    "严格落实上级部署，注重部门联动和信息共享，使每个问题有结果、有回音、有成效。",
)
DUTIES = (
    "对{matter}，每月25日前开展一次隐患排查，登记造册，整改率达到95%以上。",
    "对{matter}，每季度开展一次风险辨识。各成员单位每季度至少召开一次工作会议。每季度末月20日前，通报一次进展情况。",
    "对{matter}，每季度开展一次联合检查。每季度组织一次培训。每半年开展一次演练。6月底前，完成底数摸排。"
    "11月底前，完成总结评估。",
)
"""Each makes twelve occurrences a year."""


def person_name(number: int) -> str:
    """Return one of 60 names."""
    return FAMILY[number % len(FAMILY)] + GIVEN[number // len(FAMILY)]


def department_name(number: int) -> str:
    """Return one of 20 names of departments."""
    return f"{DEPARTMENTS[number]}部门"


def plan_text(number: int, year: int, who: Sequence[tuple[int, int]]) -> str:
    """Return one of 20 plans of a year; *who* names the leader and the department of each item by number."""
    topic = TOPICS[number]
    lines = [
        f"# 柳河镇{year}年{topic}工作要点",
        "印发单位：柳河镇人民政府",
        f"印发日期：{year}年1月15日",
        BACKGROUND[0] * 2,
    ]
    for place, (leader, department) in enumerate(who):
        if place % 9 == 0:
            lines.append(f"## {'一二三'[place // 9]}、{('夯实基础', '攻坚克难', '常态长效')[place // 9]}")
        matter = MATTERS[place % len(MATTERS)]
        duty = DUTIES[(place + number) % len(DUTIES)].format(matter=matter)
        background = BACKGROUND[place % len(BACKGROUND)] + BACKGROUND[(place + number + 1) % len(BACKGROUND)]
        lines += [f"### {place + 1}. 管好{matter}", background + duty]
        lines.append(f"（责任领导：{person_name(leader)}，责任部门：{department_name(department)}）")
    return "\n\n".join(lines) + "\n"

"""The words on screen for what the code names in English."""

from markupsafe import Markup

from planner.core.choice import GAP_WORDS, MARK_WORDS, PART_WORDS
from planner.store.models import Event

__all__ = [
    "FINDING_WORDS",
    "GAP_WORDS",
    "MARK_SIGNS",
    "MARK_WORDS",
    "NOTE_WORDS",
    "PART_WORDS",
    "ROLE_WORDS",
    "details",
]

_SIGN = Markup('<span class="m m-{}" aria-hidden="true">{}</span><span class="sr">{}</span>')
MARK_SIGNS = {mark: _SIGN.format(mark.name.lower(), mark.value, words) for mark, words in MARK_WORDS.items()}
"""A mark as lists show it: the character for the eye, the words for a screen reader."""
ROLE_WORDS = {"leader": "责任领导", "department": "责任部门", "supporting": "配合单位", "contact": "经办人"}
FINDING_WORDS = {
    "no_leader": "缺责任领导",
    "no_department": "缺责任部门",
    "no_date": "没有时限",
    "frequency_unstated": "频次未明确",
    "season_unresolved": "时段未定",
    "past_at_issue": "时点已过",
    "weekend_deadline": "逢休息日",
    "heading_count": "数目不符",
    "heading_without_item": "标题缺条目",
    "numbering_gap": "编号缺号",
    "numbering_repeat": "编号重复",
    "blank_figure": "数字空缺",
    "parts_total": "分项不等于合计",
    "unbalanced": "括号不配对",
    "repeated_words": "文字重复",
    "wrong_bracket": "括号用错",
    "leader_load": "一人过多",
    "same_duty_twice": "任务重复",
    "web_residue": "网页残留",
    "no_items": "没有条目",
    "unread_time": "时间没读懂",
    "outside_points": "写在条目之外",
    "ambiguous_time": "时间有两解",
    "implied_target": "指标未写明",
    "unread_name": "名字没读出",
    "date_unresolved": "日期算不出",
    "impossible_day": "没有这一天",
    "after_year": "超出年度",
    "wrong_weekday": "星期不符",
    "likely_alias": "名称不统一",
    "over_hundred": "超过100%",
}


def details(event: Event) -> list[str]:
    """Return what an event says beside its sentence, a line each."""
    data = event.data
    lines = [f"{label}：{data[name]}" for name, label in NOTE_WORDS.items() if data.get(name)]
    if data.get("times"):
        lines.append(f"算{data['times']}次")
    if data.get("cells"):
        lines.append(f"完成的单位：{'、'.join(data['cells'])}")
    if data.get("promised_on"):
        lines.append(f"答应{data['promised_on']}前办好")
    if "asked" in data:
        lines.append(f"申请延至{data['asked']['due_on']}")
    return lines


NOTE_WORDS = {
    "difficulty": "存在困难",
    "coordination": "需要协调",
    "next_step": "下步打算",
    "explained": "没有达到的原因",
    "figures": "数字",
}

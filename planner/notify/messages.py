"""The messages of the product: what each is called, to whom it goes and when, and which blanks it knows.

The numbers are those of the reminders' specification; what the product needs beside has none. A ``LETTER`` is a subject
and a text below it, a ``LINE`` stands in a letter under the name {句子}, a ``PART`` is set into other messages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from planner.notify.wording_form import ALL, Known, Problem, check, parse

LONGEST = 4000
"""Characters of a wording."""
PRESSING = (
    "否则", "务必", "立即", "马上", "尽快", "从速", "严肃", "问责", "追究", "通报批评", "高度重视", "切实", "认真", "扎实", "严格",
    "第一时间", "收到请回复", "请回复收到", "不得", "必须",
)  # fmt: skip
"""Adjectives, threats and demands to reply at once: no shipped text has them, and an office is advised against them."""


class Shape(Enum):
    """What a message is made into."""

    LETTER = "单独成篇：第一行是标题，下面是正文"
    LINE = "别的提醒里的一句话，写在一行里"
    PART = "放进别的提醒里的一段"
    COPY = "复制用，整段贴到群里"


@dataclass(frozen=True, slots=True)
class Message:
    """A message of :data:`MESSAGES`; ``number`` is that of the specification, 13b its second form, or empty.

    ``kinds`` has, for each kind of matter, the line that is its {句子}, or nothing.
    """

    label: str
    number: str
    when: str
    to: str
    shape: Shape
    blanks: tuple[str, ...]
    required: tuple[tuple[str, ...], ...] = ()
    of_matters: tuple[str, ...] = ()
    kinds: Mapping[str, str] = field(default_factory=dict)

    @property
    def known(self) -> Known:
        """What the form may use."""
        kinds = {kind: (SENTENCE,) if line else () for kind, line in self.kinds.items()}
        needed = tuple(self.kinds) or ((ALL,) if self.of_matters else ())
        return Known(self.blanks, self.of_matters, kinds, self.required, needed, OF_EACH)


SENTENCE = "句子"
OF_EACH = (("事项", SENTENCE), ("日期", SENTENCE))
"""Of each group one blank must stand in every 逐件: no message without the matter and its day."""
BLANKS: dict[str, tuple[str, str]] = {
    "收件人": ("发给谁", "应急办"),
    "办公室": ("本办公室的名称", "柳河镇党政办"),
    "联系人": ("联系人和电话，没有填写时为空", "王文员 0745-1234567"),
    "今天": ("发出的日子", "6月25日（周二）"),
    "规则": ("为什么发这条提醒", "提前3个工作日"),
    "链接": ("系统里的地址，没有设置对外地址时为空", "https://…"),
    "件数": ("一共几件", "3"),
    "事项": ("事项名称，带期次", "风险辨识（第二季度）"),
    "条目": ("文件里的第几条", "第2条"),
    "文件": ("计划文件的标题，带书名号", "《柳河镇2024年安全生产工作要点》"),
    "部门": ("责任部门；没有的写「责任部门未明确」", "应急办、农业站"),
    "申请人": ("提出申请的部门，没有的为空", "应急办"),
    "领导": ("责任领导；没有的写「未明确」", "王建国"),
    "代理": ("收件人代管或分管别人的事项时，是谁的事项；本人的为空", "王建国"),
    "时限": ("文件里写的时限原文", "6月底前"),
    "日期": ("到期日，没有的为空", "6月30日（周日）"),
    "现状": ("离到期还有几天或逾期几天", "还有3个工作日"),
    "逾期天数": ("逾期几个工作日，没有逾期的为空", "2"),
    "进展": ("最近一次进展；没有的写「尚无进展记录」", "6月18日（周二）：已查2家"),
    "原文": ("文件里的原话", "6月底前，组织专职安全员培训考核"),
    "承诺日期": ("催办时承诺完成的日子，没有的为空", "7月5日"),
    "协调": ("需要协调的事，没有的为空", "需财政安排检测费"),
    "共同承办": ("几个部门共同承办时，是哪几个；一个部门的为空", "应急办、农业站"),
    "休息日": ("到期日是休息日时写出来，否则为空", "6月30日（周日）"),
    "缘由": ("这一件为什么写进来", "提前7个工作日"),
    "拟完成日期": ("申请延期到哪天，没有的为空", "7月15日（周一）"),
    "延期理由": ("申请延期的理由，没有的为空", "汛期道路中断"),
    SENTENCE: ("这一类事项的那句话，在各自的页面里改", ""),
    "待定数": ("等领导定的件数", "1"),
    "到期数": ("本周到期的件数", "2"),
    "逾期数": ("逾期的件数", "1"),
    "其余数": ("其余正常推进的件数", "5"),
    "逾期编号": ("逾期事项的编号，没有的为空", "12-1、14-1"),
    "今日事项": ("今天要催、审、补的件数", "催 1 件、审 1 件"),
    "未明确": ("没有写明责任领导的那句话，没有的为空", ""),
    "截止日期": ("这些事项里最晚的到期日", "6月30日"),
    "理由": ("退回的理由", "缺检查记录"),
    "结果": ("同意或不同意", "同意"),
    "新日期": ("同意延到哪天；不同意的为空", "7月15日（周一）"),
    "原日期": ("原来的到期日", "6月30日（周日）"),
    "意见": ("审批时写的意见，没有的为空", "先办重点场所"),
    "办结日": ("哪天办结", "6月28日（周五）"),
    "文号": ("文件开头的文号，文件没有写的为空", "柳政发〔2024〕4号"),
    "催办次数": ("已催办几次", "3"),
    "延期次数": ("提出延期几次", "1"),
    "原因": ("未完成的原因；没有的写「尚未说明」", "检测机构未到位"),
    "办结期限": ("要求办结的日子；没有定的留空格手写", "____月____日"),
    "印发单位": ("印发计划文件的单位，没有登记的为空", "柳河镇人民政府"),
}
"""Every blank with what it means and an example."""

HEAD = ("收件人", "办公室", "联系人", "今天", "规则", "链接")
MATTER = (
    "事项", "条目", "文件", "部门", "领导", "代理", "时限", "日期", "现状", "逾期天数", "进展", "原文", "承诺日期", "协调", "共同承办",
    "休息日", "缘由",
)  # fmt: skip
ONE = (*HEAD, *MATTER)
NAMED = ("事项",)
DATED = ("日期", "休息日")
ASKED = ("申请人", "拟完成日期", "延期理由")
LEADER = {"待审": "review", "延期": "extension_asked", "逾期": "leader_late"}
LEADER_COUNTS = ("待定数", "到期数", "逾期数", "其余数", "逾期编号")
TIMELESS = frozenset({"今天", "代理", "现状", "逾期天数", "休息日", "缘由"})
"""What an answer cannot know: it goes out at once, whatever the day."""
ANSWER = tuple(name for name in ONE if name not in TIMELESS)
FORMAL = tuple(name for name in ONE if name not in ("代理", "缘由", "规则", "链接"))
NOTICE = (*FORMAL, "文号", "印发单位", "催办次数", "延期次数", "原因", "办结期限")
DEPARTMENT, RESPONSIBLE, CLERK = "责任部门", "责任领导", "经办文员"


def _alone(number: str, label: str, when: str, to: str = DEPARTMENT) -> Message:
    return Message(label, number, when, to, Shape.LETTER, ONE, (NAMED, DATED))


def _answer(number: str, label: str, when: str, *blanks: str, needed: str) -> Message:
    return Message(label, number, when, DEPARTMENT, Shape.LETTER, (*ANSWER, *blanks), (NAMED, (needed,)))


def _line(number: str, label: str, when: str, to: str, *blanks: str, dated: bool = True) -> Message:
    required = (NAMED, DATED) if dated else (NAMED,)
    return Message(label, number, when, to, Shape.LINE, (*ONE, *blanks), required)


def _notice(number: str, label: str, when: str, to: str) -> Message:
    return Message(label, number, when, to, Shape.LETTER, NOTICE, (NAMED, DATED))


def _week(number: str, label: str, when: str) -> Message:
    kinds = {**LEADER, "到期": ""}
    if number == "13b":
        kinds = {"逾期": "leader_late", "到期": ""}
    return Message(label, number, when, RESPONSIBLE, Shape.LETTER, (*HEAD, *LEADER_COUNTS), (), MATTER, kinds)


MESSAGES: dict[str, Message] = {
    "issued": _line("1", "下达", "事项下达后，写进责任部门的下一次摘要", DEPARTMENT, dated=False),
    "digest": Message(
        "摘要·经办人", "2", "有事项下达、临近到期或逾期的工作日，每人每天最多一次", DEPARTMENT, Shape.LETTER, (*HEAD, "件数"), (), MATTER,
        {"新下达": "issued", "到期": "", "逾期": "", "失约": "promise_missed"},
    ),
    "approaching": _alone("3", "提前3个工作日", "到期前3个工作日（天数在提醒规则里定）"),
    "last_day": _alone("4", "到期当天", "到期日；到期日休息的，前面最后一个工作日"),
    "overdue": _alone("5", "逾期第1日", "逾期后的第1个工作日"),
    "leader_late": _line("6", "抄报责任领导", "逾期第3个工作日，写进责任领导的摘要", RESPONSIBLE),
    "yellow_notice": _notice("7", "黄色督办单", "逾期第7个工作日起拟稿，由人签发", DEPARTMENT),
    "main_leader": _notice("8", "报主要领导（红色督办单）", "逾期第15个工作日或第二次失约时拟稿，由人签发", "主要领导"),
    "review": _line("9", "待您审核", "部门申请销号的第二天，写进摘要", "责任领导、经办文员", "申请人", dated=False),
    "sent_back": _answer("10", "退回", "申请销号被退回时", "理由", needed="理由"),
    "extension_answer": _answer(
        "11", "延期答复", "申请延期有了结果时", "结果", "新日期", "原日期", "意见", needed="新日期"
    ),
    "signed_off": _answer("12", "已销号", "事项销号时", "办结日", needed="办结日"),
    "leader_week": _week("13", "领导周一摘要", "每周第一个工作日，有要定的事时"),
    "leader_quiet": _week("13b", "领导周一摘要（没有要定的事）", "每周第一个工作日，没有要定的事时"),
    "clerk_day": Message(
        "文员每日", "14", "有事要催、要审、要补的工作日", CLERK, Shape.LETTER, (*HEAD, "今日事项", "未明确"), (("未明确",),), MATTER,
        {"催办": "", "待审": "review", "跟进": ""},
    ),
    "unassigned": Message(
        "未明确责任人", "15", "没有写明责任人的事项，写进文员的每日摘要", CLERK, Shape.LINE, (*HEAD, "条目"), (("条目",),)
    ),
    "group": Message(
        "群通知（复制用）", "16", "在逾期清单上复制", "工作群", Shape.COPY, ("办公室", "联系人", "截止日期"), (), MATTER,
    ),
    "leader_note": Message(
        "请领导定和知悉", "", "有要定的事或刚逾期的事，周一以外的工作日", RESPONSIBLE, Shape.LETTER, (*HEAD, *LEADER_COUNTS), (), MATTER,
        LEADER,
    ),
    "extension_asked": _line("", "申请延期", "部门申请延期的第二天，写进领导的摘要", RESPONSIBLE, *ASKED),
    "promise_missed": _line("", "已过承诺日期", "承诺的日子已过还没有结果，写进责任部门的摘要", DEPARTMENT),
    "hazard": _alone("", "重大隐患到期", "重大隐患到期当天", "责任领导、主要领导"),
    "blue_notice": _notice("", "蓝色提醒单", "逾期第3个工作日拟稿，由人发出", DEPARTMENT),
    "beside": _line("", "兼有的另一种职责", "一个人既是责任领导又在责任部门名下时，附在摘要后面", "兼职的人", dated=False),
    "internal": Message(
        "内部事项（摘要里）", "", "摘要里有内部事项时，代替事项的内容", "各收件人", Shape.LINE, ("件数",), (("件数",),)
    ),
    "internal_alone": Message(
        "内部事项（单独一条）", "", "单独提醒的是内部事项时，代替事项的内容", "各收件人", Shape.LETTER, (*HEAD, "日期", "现状"), (("日期",),)
    ),
    "signature": Message(
        "落款", "", "每条提醒的末尾", "各收件人", Shape.PART, HEAD[1:], (("办公室",), ("联系人",), ("规则",))
    ),
}  # fmt: skip


def problems_of(name: str, text: str) -> list[Problem]:
    """Return all that keeps a text from being used for a message, in the order of the text."""
    if len(text) > LONGEST:
        return [Problem(0, 0, f"文字太长，最多{LONGEST}字，现在是{len(text)}字。")]
    message = MESSAGES[name]
    template, problems = parse(text)
    problems += [*_of_the_shape(message.shape, text), *check(template, message.known)]
    return sorted(problems, key=lambda problem: (problem.line == 0, problem.line, problem.column))


def _of_the_shape(shape: Shape, text: str) -> list[Problem]:
    lines = text.strip().splitlines()
    if not lines:
        return [Problem(0, 0, "请写提醒的文字；要用原来的，请点「恢复原文」。")]
    if shape is Shape.LINE and len(lines) > 1:
        return [Problem(2, 1, "这是别的提醒里的一句话，请写在一行里。")]
    if shape is Shape.LETTER and len(lines) == 1:
        return [Problem(0, 0, "第一行是标题，请在下面另起一行写正文。")]
    return []


def pressing_words(text: str) -> list[str]:
    """Return the words of a text that press its reader; they are advised against, not forbidden."""
    return [word for word in PRESSING if word in text]

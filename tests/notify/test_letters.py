"""Every shipped message with the matters of an invented office: its words, and that it keeps to what all messages keep to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.core.escalation import Level
from planner.core.ledger import Entry
from planner.core.reminders import RULE_LABELS, DueReminder, Matter, Role, Rule
from planner.core.status import State
from planner.notify.letters import Letter, Letterhead, NoticeFacts, copy_text, render, render_answer, render_notice
from planner.notify.messages import MESSAGES, Shape, pressing_words
from planner.notify.wordings import Wordings, shipped_text
from tests.core.entries import DAYS_2024, JUNE_END, entry

MESSAGE_FOLDER = Path(__file__).parents[2] / "templates" / "messages"
SHIPPED = Wordings.of(MESSAGE_FOLDER, {})
CONTACT = "王文员 0745-1234567"
HEAD = Letterhead("柳河镇党政办", CONTACT, "https://plan.liuhe.example")
PLAIN = Letterhead("柳河镇党政办")
TITLE = "柳河镇2024年安全生产工作要点"
SIGNED = f"柳河镇党政办　联系人 {CONTACT}\n"


def june(day: int) -> date:
    return date(2024, 6, day)


def july(day: int) -> date:
    return date(2024, 7, day)


def matter(
    number: int = 2,
    state: State = State.IN_PROGRESS,
    due_on: date | None = JUNE_END,
    *,
    title: str = "安全员培训考核",
    leaders: tuple[str, ...] = ("王建国",),
    departments: tuple[str, ...] = ("应急办",),
    progress: str = "",
    progress_on: date | None = None,
    extension_pending: bool = False,
    handed_in_on: date | None = None,
) -> Entry:
    """Return a matter of the plan of 柳河镇; occurrence and point have the same number."""
    found = entry(
        number,
        state,
        due_on,
        title=title,
        leaders=leaders,
        departments=departments,
        progress=progress,
        progress_on=progress_on,
        extension_pending=extension_pending,
        handed_in_on=handed_in_on,
    )
    return replace(found, plan_title=TITLE, plan_address="2024", quote="6月底前，组织安全员培训考核。")


def told(
    rule: Rule,
    on: date,
    *matters: tuple[Entry, Rule, str],
    to: str = "应急办",
    role: Role = Role.DEPARTMENT,
    head: Letterhead = HEAD,
) -> Letter:
    due = tuple(Matter(one.occurrence_id, of, words) for one, of, words in matters)
    return render(DueReminder(to, role, rule, due, on), [one for one, _, _ in matters], DAYS_2024, head, SHIPPED)


def alone(rule: Rule, on: date, one: Entry, words: str, *, to: str = "应急办", head: Letterhead = HEAD) -> Letter:
    return told(rule, on, (one, rule, words), to=to, head=head)


def approaching() -> Letter:
    return alone(Rule.APPROACHING, june(25), matter(progress="已培训40人。", progress_on=june(18)), "提前3个工作日")


def digest() -> Letter:
    return told(
        Rule.DIGEST,
        july(3),
        (matter(3, due_on=date(2024, 9, 30), title="风险辨识（第三季度）"), Rule.ISSUED, "新下达"),
        (matter(4, due_on=july(12), title="收割机检查", departments=("应急办", "农业站")), Rule.EARLY, "提前7个工作日"),
        (matter(2, progress="已培训40人。", progress_on=june(18)), Rule.CHASE, "逾期第3个工作日"),
        (
            replace(matter(6, due_on=june(21), title="烟花爆竹检查"), promised_on=july(2)),
            Rule.PROMISE_MISSED,
            "已过承诺日期",
        ),
        (replace(matter(7, due_on=july(4)), internal=True), Rule.EARLY, "提前1个工作日"),
        (replace(matter(8, due_on=july(5)), internal=True), Rule.EARLY, "提前1个工作日"),
    )


def leaders_matters() -> list[tuple[Entry, Rule, str]]:
    asked = {"due_on": "2024-07-15", "reason": "检测机构排期未定。", "by": "应急办"}
    handed_in = matter(
        3, State.HANDED_IN, title="风险辨识", progress="18家已配齐。", progress_on=july(1), handed_in_on=july(1)
    )
    return [
        (handed_in, Rule.REVIEW, "待审核"),
        (replace(matter(4, title="管道检测", extension_pending=True), asked=asked), Rule.EXTENSION, "申请延期"),
        (replace(matter(2), promised_on=july(5), coordination="需财政安排检测费。"), Rule.LATE, "逾期"),
        (matter(5, due_on=june(21), title="标志牌更换"), Rule.LATE, "逾期"),
    ]


def leader_week(*more: tuple[Entry, Rule, str], head: Letterhead = HEAD, asked: bool = True) -> Letter:
    matters = [one for one in leaders_matters() if asked or one[1] is Rule.LATE]
    week = [
        (matter(6, due_on=july(5), title="隐患整改"), Rule.DUE, "本周到期"),
        (matter(7, due_on=date(2024, 12, 31)), Rule.REST, "正常推进"),
        (matter(8, due_on=None), Rule.REST, "正常推进"),
    ]
    return told(Rule.LEADER_WEEK, july(1), *matters, *week, *more, to="王建国", role=Role.LEADER, head=head)


def clerk_day() -> Letter:
    return told(
        Rule.CLERK_DAY,
        july(3),
        (replace(matter(2), promised_on=july(5)), Rule.CHASE, "逾期待催办"),
        leaders_matters()[0],
        (matter(9, due_on=july(4), title="值班表上墙", departments=()), Rule.DUE, "提前1个工作日"),
        (matter(10, due_on=None, leaders=(), departments=()), Rule.ASSIGN, "责任未明确"),
        (
            replace(matter(11, leaders=(), departments=()), item_number="12", occurrence_id=21),
            Rule.ASSIGN,
            "责任未明确",
        ),
        (
            replace(matter(11, leaders=(), departments=()), item_number="12", occurrence_id=22),
            Rule.ASSIGN,
            "责任未明确",
        ),
        to="办公室",
        role=Role.CLERK,
    )


def answer(rule: Rule, **values: str) -> Letter:
    return render_answer(rule, "应急办", matter(), values, HEAD, SHIPPED)


def notice(level: Level, facts: NoticeFacts, on: date) -> Letter:
    one = replace(matter(progress="已培训40人。", progress_on=june(18)), difficulty="授课老师未定。")
    return render_notice(level, one, on, DAYS_2024, HEAD, SHIPPED, facts)


RED = NoticeFacts(("张镇长",), chases=3, extensions_asked=1)
YELLOW = NoticeFacts(number="柳政发〔2024〕4号", finish_by=july(17))
GRANTED = {"结果": "同意", "新日期": "7月15日（周一）", "原日期": "6月30日（周日）", "意见": "先办重点场所。"}
REFUSED = {"结果": "不同意", "新日期": "7月15日（周一）", "原日期": "6月30日（周日）"}

WRITTEN: dict[str, tuple[Letter, str, str]] = {
    "digest": (
        digest(),
        "【工作提示】与您有关 6 件",
        f"""\
应急办：

与您有关 6 件：
1. 新下达：《{TITLE}》第3条“风险辨识（第三季度）”由贵部门承办，责任领导王建国，6月底前完成（9月30日（周一））。详见 https://plan.liuhe.example/t/2024-3-1
2. 7月12日（周五）前完成“收割机检查”（第4条），还有7个工作日，应急办、农业站共同承办。当前：尚无进展记录。
2 项内部事项，请到系统内查看。
3. “安全员培训考核”（第2条）应于6月30日（周日）完成，逾期3个工作日。当前：6月18日（周二）：已培训40人。请告知：已完成／预计____日完成／需要协调的事。
4. “烟花爆竹检查”（第6条，6月21日（周五）到期）承诺7月2日完成，目前未收到结果。请告知：已完成／预计____日完成／需要协调的事。

已有进展的回一句话即可，办公室代为登记。

{SIGNED}详见 https://plan.liuhe.example/me
本提醒按「摘要」规则发出。
""",
    ),
    "approaching": (
        approaching(),
        "【工作提示】还有3个工作日：安全员培训考核",
        f"""\
应急办：

“安全员培训考核”（第2条）6月30日（周日）到期，还有3个工作日。当前：6月18日（周二）：已培训40人。
如需延期，请在到期前说明原因和拟完成日期。

{SIGNED}详见 https://plan.liuhe.example/t/2024-2-1
本提醒按「提前3个工作日」规则发出。
""",
    ),
    "last_day": (
        alone(Rule.LAST_DAY, june(28), matter(departments=("应急办", "农业站")), "最后一个工作日"),
        "【工作提示】今天是最后一个工作日：安全员培训考核",
        f"""\
应急办：

“安全员培训考核”（第2条）到期日6月30日（周日）为休息日，今天是最后一个工作日。已完成的请报一句结果。
本项由应急办、农业站共同承办。

{SIGNED}详见 https://plan.liuhe.example/t/2024-2-1
本提醒按「最后一个工作日」规则发出。
""",
    ),
    "last_day, a working day": (
        alone(Rule.LAST_DAY, june(28), matter(due_on=june(28)), "最后一个工作日"),
        "【工作提示】今天到期：安全员培训考核",
        f"""\
应急办：

“安全员培训考核”（第2条）今天到期，即6月28日（周五）。已完成的请报一句结果。

{SIGNED}详见 https://plan.liuhe.example/t/2024-2-1
本提醒按「最后一个工作日」规则发出。
""",
    ),
    "overdue": (
        alone(Rule.OVERDUE, july(1), matter(), "逾期第1个工作日"),
        "【工作提示】请告知结果：安全员培训考核",
        f"""\
应急办：

“安全员培训考核”（第2条）应于6月30日（周日）完成，目前未收到结果。
请告知：已完成／预计____日完成／需要协调的事。

{SIGNED}详见 https://plan.liuhe.example/t/2024-2-1
本提醒按「逾期第1个工作日」规则发出。
""",
    ),
    "leader_note": (
        told(Rule.LEADER_NOTE, july(3), *leaders_matters()[:3], to="王建国", role=Role.LEADER),
        "【工作提示】请您定 2 件，逾期 1 件",
        f"""\
王建国：

请您定 2 件：
- 应急办申请销号“风险辨识”（第3条，6月30日（周日）到期）：7月1日（周一）：18家已配齐。
- 应急办申请延期“管道检测”（第4条），原定6月30日（周日），拟于7月15日（周一）完成，理由：检测机构排期未定。当前：尚无进展记录。
逾期 1 件，请您知悉：
- 您负责的第2条“安全员培训考核”（应急办，6月30日（周日）到期）逾期3个工作日，承诺7月5日完成。需您协调：需财政安排检测费。

{SIGNED}详见 https://plan.liuhe.example/me
本提醒按「请领导定和知悉」规则发出。
""",
    ),
    "leader_week": (
        leader_week(),
        "【工作提示】本周请您定 2 件，逾期 2 件",
        f"""\
王建国：

本周请您定 2 件；到期 1 件；逾期 2 件（2-1、5-1）。其余 2 件正常推进。

- 应急办申请销号“风险辨识”（第3条，6月30日（周日）到期）：7月1日（周一）：18家已配齐。
- 应急办申请延期“管道检测”（第4条），原定6月30日（周日），拟于7月15日（周一）完成，理由：检测机构排期未定。当前：尚无进展记录。
- 您负责的第2条“安全员培训考核”（应急办，6月30日（周日）到期）逾期1个工作日，承诺7月5日完成。需您协调：需财政安排检测费。
- 您负责的第5条“标志牌更换”（应急办，6月21日（周五）到期）逾期6个工作日，没有承诺完成日期。需您协调：无。
- 本周到期：第6条“隐患整改”（应急办），7月5日（周五）。

{SIGNED}详见 https://plan.liuhe.example/me
本提醒按「领导周摘要」规则发出。
""",
    ),
    "leader_quiet": (
        told(Rule.LEADER_WEEK, july(1), (matter(6, due_on=july(5), title="隐患整改"), Rule.DUE, "本周到期"), to="李秀英", role=Role.LEADER),
        "【工作提示】本周没有需要您定的事",
        f"""\
李秀英：

本周没有需要您定的事；到期 1 件；逾期 0 件。

- 本周到期：第6条“隐患整改”（应急办），7月5日（周五）。

{SIGNED}详见 https://plan.liuhe.example/me
本提醒按「领导周摘要」规则发出。
""",
    ),
    "clerk_day": (
        clerk_day(),
        "【工作提示】今天催 1 件、审 1 件、补责任人 3 件、跟进 1 件",
        f"""\
今天催 1 件、审 1 件、补责任人 3 件、跟进 1 件。
- 催：第2条“安全员培训考核”（应急办）6月30日（周日）到期，逾期3个工作日，承诺7月5日完成。当前：尚无进展记录。
- 审：应急办申请销号“风险辨识”（第3条，6月30日（周日）到期）：7月1日（周一）：18家已配齐。
- 跟进：第9条“值班表上墙”（责任部门未明确）7月4日（周四）到期，还有1个工作日。
- 补：第10条、第12条没有写明责任领导，请在办公会上明确；未明确前不向任何人发提醒。

{SIGNED}详见 https://plan.liuhe.example/
本提醒按「办公室每日事项」规则发出。
""",
    ),
    "hazard": (
        alone(Rule.HAZARD, june(28), matter(due_on=june(28), title="尾矿库坝体渗漏整改"), "重大隐患到期未办结", to="张镇长"),
        "【工作提示】重大隐患今天到期：尾矿库坝体渗漏整改",
        f"""\
张镇长：

重大隐患“尾矿库坝体渗漏整改”（第2条）6月28日（周五）到期，今天到期。责任领导王建国（应急办）。当前：尚无进展记录。
请过问整改进度；要调度的，请告诉办公室。

{SIGNED}详见 https://plan.liuhe.example/t/2024-2-1
本提醒按「重大隐患到期未办结」规则发出。
""",
    ),
    "sent_back": (
        answer(Rule.SENT_BACK, 理由="缺考核成绩表。"),
        "【工作提示】退回补充：安全员培训考核",
        f"""\
应急办：

“安全员培训考核”（第2条，6月30日（周日）到期）退回补充：缺考核成绩表。不影响已记进展。
补充后请再申请销号。

{SIGNED}详见 https://plan.liuhe.example/t/2024-2-1
本提醒按「退回」规则发出。
""",
    ),
    "extension_answer": (
        answer(Rule.EXTENSION_ANSWER, **GRANTED),
        "【工作提示】延期同意：安全员培训考核",
        f"""\
应急办：

“安全员培训考核”（第2条）同意延至7月15日（周一）（原6月30日（周日）保留备查）。
意见：先办重点场所。
请按这个日期办理，完成后报一句结果。

{SIGNED}详见 https://plan.liuhe.example/t/2024-2-1
本提醒按「延期答复」规则发出。
""",
    ),
    "extension_answer, refused": (
        answer(Rule.EXTENSION_ANSWER, **REFUSED),
        "【工作提示】延期未同意：安全员培训考核",
        f"""\
应急办：

“安全员培训考核”（第2条）不同意延期，仍于6月30日（周日）到期。
请按这个日期办理，完成后报一句结果。

{SIGNED}详见 https://plan.liuhe.example/t/2024-2-1
本提醒按「延期答复」规则发出。
""",
    ),
    "signed_off": (
        answer(Rule.SIGNED_OFF, 办结日="6月28日（周五）"),
        "【工作提示】已销号：安全员培训考核",
        f"""\
应急办：

“安全员培训考核”（第2条）已于6月28日（周五）销号，谢谢。
后续如有反复可恢复办理，请告诉办公室。

{SIGNED}详见 https://plan.liuhe.example/t/2024-2-1
本提醒按「已销号」规则发出。
""",
    ),
    "blue_notice": (
        notice(Level.BLUE, NoticeFacts(), july(3)),
        "蓝色提醒单：安全员培训考核",
        f"""\
应急办：

《{TITLE}》第2条“安全员培训考核”应于6月30日（周日）完成，逾期3个工作日，目前：6月18日（周二）：已培训40人。
请告知：已完成／预计____日完成／需要协调的事。

{SIGNED}""",
    ),
    "yellow_notice": (
        notice(Level.YELLOW, YELLOW, july(9)),
        "黄色督办单：安全员培训考核",
        f"""\
应急办：

《{TITLE}》（柳政发〔2024〕4号）第2条要求“6月底前，组织安全员培训考核”（6月30日（周日）到期）。截至7月9日（周二），该项逾期7个工作日，已办理情况为：6月18日（周二）：已培训40人。
请于7月17日（周三）前办结，并将回执送柳河镇党政办。确有困难的，请写明原因、已采取措施和拟完成时间。

{SIGNED}""",
    ),
    "main_leader": (
        notice(Level.RED, RED, july(19)),
        "红色督办单：安全员培训考核",
        f"""\
张镇长：

《{TITLE}》第2条“安全员培训考核”应于6月30日（周日）完成，逾期15个工作日，已催办3次，提出延期1次。责任领导王建国（应急办）。
已办理情况：6月18日（周二）：已培训40人。
未完成原因：授课老师未定。
请定：□召集调度　□同意延至____月____日　□调整任务　□中止。

{SIGNED}""",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRITTEN)
def test_a_shipped_message_reads_so(name: str) -> None:
    letter, subject, body = WRITTEN[name]
    assert letter.subject == subject
    assert letter.body == body


@pytest.mark.parametrize("name", WRITTEN)
def test_a_shipped_message_names_matter_day_and_whom_to_call_and_presses_nobody(name: str) -> None:
    letter, _, _ = WRITTEN[name]
    words = f"{letter.subject}\n{letter.body}"
    assert any(title in words for title in ("安全员培训考核", "隐患整改", "尾矿库", "风险辨识"))
    assert "月" in letter.body and "日（周" in letter.body
    assert "请" in letter.body or "没有需要您定的事" in letter.body
    assert CONTACT in letter.body and "柳河镇党政办" in letter.body
    assert not pressing_words(words)


def test_every_shipped_letter_was_read_above() -> None:
    letters = {name for name, message in MESSAGES.items() if message.shape is Shape.LETTER}
    assert letters == {name.split(",")[0] for name in WRITTEN} | {"internal_alone"}


def test_no_shipped_text_presses_anybody() -> None:
    for name in MESSAGES:
        assert not pressing_words(shipped_text(MESSAGE_FOLDER, name)), name


def test_without_contact_and_address_nothing_is_left_of_them() -> None:
    letter = alone(Rule.OVERDUE, july(1), matter(), "逾期第1个工作日", head=PLAIN)
    assert letter.body.endswith("\n\n柳河镇党政办\n本提醒按「逾期第1个工作日」规则发出。\n")
    assert "\n\n\n" not in letter.body


def test_a_deputy_reads_whose_matter_it_is() -> None:
    letter = told(Rule.LEADER_NOTE, july(3), leaders_matters()[2], to="李秀英", role=Role.LEADER)
    assert "- 王建国负责的第2条" in letter.body
    assert letter.subject == "【工作提示】逾期 1 件"


def test_what_comes_from_another_part_of_the_same_person_stands_below() -> None:
    other = (
        replace(matter(40, due_on=july(12), title="收割机检查", departments=("党政办",))),
        Rule.EARLY,
        "提前7个工作日",
    )
    hidden = (replace(matter(41), internal=True), Rule.CHASE, "逾期第2个工作日")
    letter = leader_week(other, hidden)
    assert (
        "\n\n另有 2 件：\n"
        "- 提前7个工作日：“收割机检查”（第40条，党政办）7月12日（周五）到期，还有9个工作日。当前：尚无进展记录。\n"
        "- 1 项内部事项，请到系统内查看。\n\n柳河镇党政办"
    ) in letter.body


def test_text_of_people_stays_as_it_is_and_is_never_read_as_a_form() -> None:
    letter = alone(Rule.APPROACHING, june(25), matter(title="A&B <b>检查</b> {事项}{若 链接：甲}"), "提前3个工作日")
    assert "“A&B <b>检查</b> {事项}{若 链接：甲}”" in letter.body


def test_a_long_name_is_cut_in_the_subject_only() -> None:
    title = "安全" * 60
    letter = alone(Rule.APPROACHING, june(25), matter(title=title), "提前3个工作日")
    assert len(letter.subject) == 60 and letter.subject.endswith("…")
    assert letter.subject.startswith("【工作提示】还有3个工作日：安全")
    assert title in letter.body


def test_a_long_digest_spells_out_fifty_and_counts_the_rest() -> None:
    matters = [(matter(number), Rule.EARLY, "提前7个工作日") for number in range(1, 301)]
    letter = told(Rule.DIGEST, june(19), *matters)
    assert letter.subject == "【工作提示】与您有关 300 件"
    assert all(f"\n{number}. " in letter.body for number in range(1, 51)) and "\n51. " not in letter.body
    assert "另有 250 件，请到系统内查看。" in letter.body


def test_matters_of_a_plan_whose_title_has_marks_of_its_own() -> None:
    title = "关于印发《柳河镇2024年工作要点》的通知"
    letter = render_notice(
        Level.BLUE, replace(matter(), plan_title=title), july(3), DAYS_2024, HEAD, SHIPPED, NoticeFacts()
    )
    assert f"{title}第2条" in letter.body and f"《{title}" not in letter.body


def test_a_gap_of_a_notice_is_left_to_write_in() -> None:
    letter = render_notice(Level.YELLOW, matter(departments=()), july(9), DAYS_2024, HEAD, SHIPPED, NoticeFacts())
    assert letter.recipient == "责任部门未明确"
    assert "请于____月____日前办结" in letter.body and "（）" not in letter.body
    letter = render_notice(Level.RED, matter(), july(19), DAYS_2024, HEAD, SHIPPED, NoticeFacts())
    assert "未完成原因：尚未说明。" in letter.body


def test_an_undated_duty_is_told_of_as_such() -> None:
    undated = replace(matter(due_on=None, leaders=()), deadline_words="")
    letter = told(Rule.DIGEST, june(19), (undated, Rule.ISSUED, "新下达"))
    assert "责任领导未明确，时限未明确。详见" in letter.body


SECRETS = (
    "秘密工程",
    "涉密条款",
    "机密进展",
    "赵密",
    "密办",
    "9-9",
    "第99条",
    "密划",
    "绝密协调",
    "绝密困难",
    "绝密理由",
)


def secret(number: int, state: State = State.IN_PROGRESS, due_on: date | None = JUNE_END) -> Entry:
    found = matter(
        number, state, due_on, title="秘密工程", leaders=("赵密",), departments=("密办",), progress="机密进展"
    )
    return replace(
        found,
        internal=True,
        quote="涉密条款",
        code="9-9",
        item_number="99",
        plan_title="密划",
        coordination="绝密协调",
        difficulty="绝密困难",
        asked={"due_on": "2024-07-15", "reason": "绝密理由", "by": "密办"},
        extensions=1,
    )


def secret_letters() -> Iterator[Letter]:
    one = secret(1)
    for rule in (Rule.APPROACHING, Rule.LAST_DAY, Rule.OVERDUE, Rule.HAZARD):
        yield alone(rule, july(1), one, "提前3个工作日")
    parts: Sequence[tuple[Rule, Role]] = [
        (Rule.DIGEST, Role.DEPARTMENT),
        (Rule.LEADER_NOTE, Role.LEADER),
        (Rule.LEADER_WEEK, Role.LEADER),
        (Rule.CLERK_DAY, Role.CLERK),
    ]
    for rule, role in parts:
        every = [(secret(number), of, "缘由") for number, of in enumerate(RULE_LABELS)]
        yield told(rule, july(3), *every, role=role)
    for rule in (Rule.SENT_BACK, Rule.EXTENSION_ANSWER, Rule.SIGNED_OFF):
        yield render_answer(rule, "应急办", one, {"理由": "绝密理由", "意见": "绝密理由"}, HEAD, SHIPPED)


def test_nothing_of_an_internal_matter_leaves_the_house() -> None:
    for letter in secret_letters():
        words = f"{letter.subject}\n{letter.body}"
        assert "项内部事项" in words
        assert not [secret for secret in SECRETS if secret in words], words


def test_a_message_about_an_internal_matter_says_when_it_is_due_and_where_to_look() -> None:
    letter = alone(Rule.APPROACHING, june(25), secret(1), "提前3个工作日")
    assert letter.subject == "【工作提示】1 项内部事项还有3个工作日"
    assert letter.body == (
        "应急办：\n\n您有 1 项内部事项6月30日（周日）到期，还有3个工作日，请到系统内查看。\n\n"
        f"{SIGNED}详见 https://plan.liuhe.example/me\n本提醒按「提前3个工作日」规则发出。\n"
    )
    answered = render_answer(Rule.SENT_BACK, "应急办", secret(1), {"理由": "绝密理由"}, HEAD, SHIPPED)
    assert "您有 1 项内部事项有了答复，请到系统内查看。" in answered.body


def test_a_paper_stays_in_the_house_and_names_an_internal_matter_too() -> None:
    asked = render_notice(Level.YELLOW, secret(1), july(9), DAYS_2024, HEAD, SHIPPED, NoticeFacts(("应急办",)))
    assert "秘密工程" in asked.subject and "6月30日（周日）" in asked.body


def test_internal_matters_without_a_responsible_leader_are_counted() -> None:
    rows = [(matter(10, leaders=(), departments=()), Rule.ASSIGN, ""), (secret(1), Rule.ASSIGN, "")]
    letter = told(Rule.CLERK_DAY, july(1), *rows, to="办公室", role=Role.CLERK)
    assert "- 补：第10条、1 项内部事项没有写明责任领导" in letter.body


def test_text_for_the_group() -> None:
    entries = [
        matter(2),
        matter(12, due_on=june(28), title="烟花爆竹检查", departments=("应急办", "派出所")),
        matter(3, due_on=None),
        matter(4, departments=()),
        secret(5),
    ]
    assert copy_text(entries, SHIPPED, HEAD) == (
        "【工作提示】6月30日前到期事项：\n"
        "1.安全员培训考核（应急办，6月30日）\n"
        "2.烟花爆竹检查（应急办、派出所，6月28日）\n"
        "3.安全员培训考核（责任部门未明确，6月30日）\n"
        "1 项内部事项，请到系统内查看。\n"
        f"已完成的部门请忽略。联系人 {CONTACT}"
    )
    assert copy_text([matter(due_on=None)], SHIPPED) == ""
    assert copy_text([matter()], SHIPPED).endswith("已完成的部门请忽略。")


def test_days_of_several_years_are_told_with_their_year() -> None:
    text = copy_text([matter(2, due_on=date(2023, 12, 31)), matter(3)], SHIPPED)
    assert "2024年6月30日前到期" in text and "2023年12月31日" in text


def test_an_office_writes_in_its_own_words() -> None:
    own = Wordings.of(
        MESSAGE_FOLDER, {"overdue": "请报{事项}\n{事项}应于{日期}办完，请打电话。", "signature": "", "nothing": "x"}
    )
    reminder = DueReminder(
        "应急办", Role.DEPARTMENT, Rule.OVERDUE, (Matter(2, Rule.OVERDUE, "逾期第1个工作日"),), july(1)
    )
    letter = render(reminder, [matter()], DAYS_2024, PLAIN, own)
    assert letter.subject == "请报安全员培训考核"
    assert letter.body.startswith("安全员培训考核应于6月30日（周日）办完，请打电话。\n\n柳河镇党政办\n")


def test_own_words_that_no_longer_fit_are_passed_over() -> None:
    own = Wordings.of(MESSAGE_FOLDER, {"overdue": "请报{旧填空}\n{事项}{日期}"})
    assert own.text("overdue") == shipped_text(MESSAGE_FOLDER, "overdue")
    assert own.instead("overdue", "甲{旧填空}").write("overdue", {}) == "甲"


@given(st.text(max_size=200), st.text(max_size=200), st.text(max_size=200))
def test_whatever_people_type_a_letter_has_a_short_subject_and_its_signature(
    title: str, progress: str, name: str
) -> None:
    one = replace(matter(progress=progress, progress_on=june(18), departments=(name,)), title=title)
    letter = alone(Rule.APPROACHING, june(25), one, "提前3个工作日", to=name)
    assert len(letter.subject) <= 60 and "\n" not in letter.subject
    assert letter.body.endswith(
        f"{SIGNED}详见 https://plan.liuhe.example/t/2024-2-1\n本提醒按「提前3个工作日」规则发出。\n"
    )
    assert letter.body.count("\n") <= 9

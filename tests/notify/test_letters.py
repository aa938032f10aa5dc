from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from planner.core.ledger import Entry
from planner.core.reminders import Role, Rule, reminders_due
from planner.core.status import State
from planner.notify.letters import Letter, copy_text, render
from tests.core.entries import DAYS_2024, entry

MESSAGES = Path(__file__).parents[2] / "templates" / "messages"


def june(day: int) -> date:
    return date(2024, 6, day)


def july(day: int) -> date:
    return date(2024, 7, day)


def letters(entries: list[Entry], on: date, role: Role, contact: str = "王五 0745-1234567") -> list[Letter]:
    return [
        render(reminder, entries, on, DAYS_2024, "党政办", contact, MESSAGES)
        for reminder in reminders_due(entries, on, DAYS_2024)
        if reminder.role is role
    ]


def test_three_working_days_before() -> None:
    assert letters([entry(2)], june(25), Role.DEPARTMENT) == [
        Letter(
            "应急部门",
            "【工作提示】专职安全员培训考核：还有3个工作日",
            "应急部门：\n"
            "\n"
            "“专职安全员培训考核”（第2条）6月30日（周日）到期，还有3个工作日。当前：尚无进展记录。\n"
            "如需延期，请在到期前说明原因和拟完成日期。\n"
            "\n"
            "党政办　联系人 王五 0745-1234567\n"
            "本提醒按「提前3个工作日」规则发出。\n",
        )
    ]


def test_the_last_working_day_before_a_rest_day() -> None:
    (letter,) = letters([entry(2)], june(28), Role.DEPARTMENT)
    assert letter.subject == "【工作提示】专职安全员培训考核：今天是最后一个工作日"
    assert (
        "“专职安全员培训考核”（第2条）到期日6月30日（周日）为休息日，今天是最后一个工作日。已完成的请报一句结果。\n"
    ) in letter.body


def test_the_due_day_itself() -> None:
    (letter,) = letters([entry(2, due_on=june(28))], june(28), Role.DEPARTMENT)
    assert letter.subject == "【工作提示】专职安全员培训考核：今天到期"
    assert "“专职安全员培训考核”（第2条）今天到期。已完成的请报一句结果。\n" in letter.body


def test_the_first_day_overdue_asks_three_plain_questions() -> None:
    (letter,) = letters([entry(2)], july(1), Role.DEPARTMENT)
    assert "应于6月30日（周日）完成，目前未收到结果。\n请告知：已完成／预计____日完成／需要协调的事。\n" in letter.body


@pytest.mark.parametrize("on", [june(25), june(28), july(1), july(2)])
def test_a_joint_item_says_so(on: date) -> None:
    for letter in letters([entry(21, departments=("交警", "交通"))], on, Role.DEPARTMENT):
        assert "交警、交通共同承办。" in letter.body


def test_the_digest_numbers_its_lines() -> None:
    entries = [
        entry(2, progress="已培训40人。", progress_on=june(12)),
        entry(5, due_on=june(25), title="重大事故隐患\n排查", label="6月"),
    ]
    (letter,) = letters(entries, june(27), Role.DEPARTMENT)
    assert letter.subject == "【工作提示】与您有关 2 件"
    assert letter.body.startswith(
        "应急部门：\n"
        "\n"
        "与您有关 2 件：\n"
        "1. “专职安全员培训考核”（第2条）6月30日（周日）到期，还有1个工作日。当前：6月12日（周三）：已培训40人。\n"
        "2. “重大事故隐患 排查（6月）”（第5条）6月25日（周二）到期，逾期2个工作日。当前：尚无进展记录。\n"
        "\n"
        "已有进展的回一句话即可，办公室代为登记。\n"
    )


def test_a_leader_is_asked_and_told() -> None:
    entries = [
        entry(11, State.HANDED_IN, handed_in_on=july(2), progress="18家已配齐。", progress_on=july(2)),
        entry(15, State.IN_PROGRESS, extension_pending=True, last_event_on=july(2)),
        entry(12),
        entry(14, State.HANDED_IN, handed_in_on=july(2), departments=(), progress="已抽查", progress_on=july(2)),
    ]
    (letter,) = letters(entries, july(3), Role.LEADER)
    assert letter.subject == "【工作提示】请您定 3 件，逾期 1 件"
    assert letter.body == (
        "武长庚：\n"
        "\n"
        "- 应急部门申请销号“专职安全员培训考核”（第11条）：7月2日（周二）：18家已配齐。\n"
        "- 应急部门申请延期“专职安全员培训考核”（第15条），原定6月30日（周日）。当前：尚无进展记录。\n"
        "- 申请销号“专职安全员培训考核”（第14条）：7月2日（周二）：已抽查。\n"
        "- 您负责的第12条“专职安全员培训考核”（应急部门）逾期3个工作日。当前：尚无进展记录。\n"
        "\n"
        "党政办　联系人 王五 0745-1234567\n"
        "本提醒按「请领导定和知悉」规则发出。\n"
    )


def test_a_leaders_week_counts_and_names() -> None:
    entries = [
        entry(11, State.HANDED_IN, handed_in_on=june(21), progress="18家已配齐", progress_on=june(21)),
        entry(12, due_on=june(14)),
        entry(14),
        entry(16, due_on=date(2024, 12, 31)),
    ]
    (letter,) = letters(entries, june(24), Role.LEADER)
    assert letter.subject == "【工作提示】本周请您定 1 件"
    assert letter.body.startswith(
        "武长庚：\n"
        "\n"
        "本周请您定 1 件；到期 1 件；逾期 1 件（12-1）。其余 1 件正常推进。\n"
        "\n"
        "- 应急部门申请销号“专职安全员培训考核”（第11条）：6月21日（周五）：18家已配齐。\n"
        "- 您负责的第12条“专职安全员培训考核”（应急部门）逾期6个工作日。当前：尚无进展记录。\n"
        "- 本周到期：第14条“专职安全员培训考核”（应急部门），6月30日（周日）。\n"
        "\n"
    )


def test_a_week_without_decisions_says_so() -> None:
    (letter,) = letters([entry(14)], june(24), Role.LEADER)
    assert letter.subject == "【工作提示】本周没有需要您定的事"
    assert "本周没有需要您定的事；到期 1 件；逾期 0 件。\n\n- 本周到期" in letter.body


def test_the_office_gets_its_errands() -> None:
    entries = [
        entry(12, due_on=june(14)),
        entry(11, State.HANDED_IN, handed_in_on=june(21), progress="18家已配齐", progress_on=june(21)),
        entry(2, leaders=(), departments=(), due_on=july(1)),
        entry(2, leaders=(), departments=(), due_on=None),
        entry(4, departments=(), due_on=june(27)),
    ]
    distinct = [replace(e, occurrence_id=n) for n, e in enumerate(entries)]
    (letter,) = letters(distinct, june(24), Role.CLERK)
    assert letter.subject == "【工作提示】今天催 1 件、审 1 件、补责任人 2 件、跟进 1 件"
    assert letter.body == (
        "今天催 1 件、审 1 件、补责任人 2 件、跟进 1 件。\n"
        "- 催：第12条“专职安全员培训考核”（应急部门）6月14日（周五）到期，逾期6个工作日。当前：尚无进展记录。\n"
        "- 审：应急部门申请销号“专职安全员培训考核”（第11条）：6月21日（周五）：18家已配齐。\n"
        "- 跟进：第4条“专职安全员培训考核”（责任部门未明确）6月27日（周四）到期，还有3个工作日。\n"
        "- 补：第2条没有写明责任领导，请在办公会上明确；未明确前不向任何人发提醒。\n"
        "\n"
        "党政办　联系人 王五 0745-1234567\n"
        "本提醒按「办公室每日事项」规则发出。\n"
    )


def test_no_contact_leaves_no_gap() -> None:
    (letter,) = letters([entry()], june(25), Role.DEPARTMENT, contact="")
    assert "\n党政办\n本提醒按" in letter.body


def test_text_stays_plain() -> None:
    (letter,) = letters([entry(title="A&B <b>检查</b> {{ office }}")], june(25), Role.DEPARTMENT)
    assert "“A&B <b>检查</b> {{ office }}”" in letter.body


def test_every_rule_has_its_words() -> None:
    digests = {Rule.DIGEST, Rule.LEADER_NOTE, Rule.LEADER_WEEK, Rule.CLERK_DAY}
    alone = {Rule.APPROACHING, Rule.LAST_DAY, Rule.OVERDUE}
    assert {f"{rule}.txt" for rule in alone | digests} <= {path.name for path in MESSAGES.glob("*.txt")}


def test_text_for_the_group() -> None:
    entries = [
        entry(2),
        entry(12, due_on=june(28), title="烟花爆竹执法检查"),
        entry(3, due_on=None),
        entry(4, departments=()),
    ]
    assert copy_text(entries, MESSAGES) == (
        "【工作提示】6月30日前到期事项：\n"
        "1.专职安全员培训考核（应急部门，6月30日）\n"
        "2.烟花爆竹执法检查（应急部门，6月28日）\n"
        "3.专职安全员培训考核（责任部门未明确，6月30日）\n"
        "已完成的部门请忽略。"
    )
    assert copy_text([entry(due_on=None)], MESSAGES) == ""

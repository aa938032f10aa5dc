"""The table of messages: complete, numbered as the specification has them, and every shipped text fits its message."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.core.escalation import Level
from planner.core.reminders import ALONE, Rule
from planner.notify.letters import NOTICES
from planner.notify.messages import BLANKS, LONGEST, MESSAGES, Shape, problems_of
from planner.notify.wording_form import NUMBER
from planner.notify.wordings import shipped_text

FOLDER = Path(__file__).parents[2] / "templates" / "messages"


def test_every_message_of_the_specification_is_there_and_each_has_its_text() -> None:
    numbers = [message.number for message in MESSAGES.values() if message.number]
    assert numbers == [*map(str, range(1, 14)), "13b", "14", "15", "16"]
    assert {path.stem for path in FOLDER.glob("*.txt")} == set(MESSAGES)


def test_every_rule_that_makes_a_message_has_its_words() -> None:
    digests = {Rule.DIGEST, Rule.LEADER_NOTE, Rule.LEADER_WEEK, Rule.CLERK_DAY}
    answers = {Rule.SENT_BACK, Rule.EXTENSION_ANSWER, Rule.SIGNED_OFF, Rule.GROUP}
    assert {rule.value for rule in ALONE | digests | answers} <= set(MESSAGES)
    assert set(NOTICES) == set(Level) and set(NOTICES.values()) <= set(MESSAGES)


@pytest.mark.parametrize("name", MESSAGES)
def test_a_shipped_text_has_no_problem(name: str) -> None:
    assert problems_of(name, shipped_text(FOLDER, name)) == []


@pytest.mark.parametrize("name", MESSAGES)
def test_every_blank_is_explained_and_every_line_has_a_message(name: str) -> None:
    message = MESSAGES[name]
    known = message.known
    named = {*known.blanks, *known.of_matters, *(blank for blanks in known.kinds.values() for blank in blanks)}
    assert named <= set(BLANKS) and NUMBER not in named
    assert {MESSAGES[line].shape for line in message.kinds.values() if line} <= {Shape.LINE}
    assert all(set(group) & named for group in known.required)


def test_an_internal_matter_has_no_blank_that_could_tell_of_it() -> None:
    told = {*MESSAGES["internal"].blanks, *MESSAGES["internal_alone"].blanks}
    assert not told & {"事项", "条目", "文件", "部门", "领导", "代理", "时限", "进展", "原文", "协调", "理由", "意见"}


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("overdue", "", ["请写提醒的文字；要用原来的，请点「恢复原文」。", "这条提醒里要有“{事项}”，请加上。", "这条提醒里要有“{日期}”或“{休息日}”，请加上。"]),
        ("overdue", "{事项}{日期}", ["第一行是标题，请在下面另起一行写正文。"]),
        ("overdue", "题\n{事项}{日期}{负责人}", ["第2行：没有“{负责人}”这个填空，可用的有：" + "、".join(MESSAGES["overdue"].blanks) + "。"]),
        ("overdue", "题{\n{事项}{日期}{", ["第1行：“{”没有合上", "第2行：“{”没有合上"]),
        ("overdue", "题\n{事项}{日期}{理由}", ["第2行：没有“{理由}”"]),
        ("sent_back", "题\n{事项}{现状}{理由}", ["第2行：没有“{现状}”"]),
        ("review", "{事项}\n{条目}", ["第2行：这是别的提醒里的一句话，请写在一行里。"]),
        ("digest", "题\n{件数}{逐件：{事项}}", ["第2行：“{逐件：…}”里要有“{日期}”，请加上。"]),
        ("leader_note", "题\n{逐件 待审：{句子}}{逐件 延期：{句子}}", ["少了“{逐件 逾期：…}”，逾期的事项就不会写出来，请加上。"]),
        ("signature", "{办公室}", ["这条提醒里要有“{联系人}”，请加上。", "这条提醒里要有“{规则}”，请加上。"]),
        ("group", "题\n完", ["少了“{逐件：…}”，事项就写不出来，请加上。"]),
        ("internal", "有事", ["这条提醒里要有“{件数}”，请加上。"]),
        ("internal", "{件数}件{事项}", ["第1行：没有“{事项}”这个填空，可用的有：件数。"]),
        ("overdue", "字" * (LONGEST + 1), [f"文字太长，最多{LONGEST}字，现在是{LONGEST + 1}字。"]),
    ],
)  # fmt: skip
def test_a_text_that_does_not_fit_is_told_line_by_line(name: str, text: str, expected: list[str]) -> None:
    told = [str(problem) for problem in problems_of(name, text)]
    assert len(told) == len(expected)
    assert all(problem.startswith(words) for problem, words in zip(told, expected, strict=True)), told

"""The form of the messages: what it means, what it refuses and where, and that nothing can be smuggled through it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.notify.wording_form import ALL, DEEPEST, FULL_WIDTH, Known, Problem, Row, check, fill, is_filled, parse

VALUES = {"事项": "安全员培训", "日期": "6月30日（周日）", "链接": "", "件数": "0"}
ROWS = [{"事项": "甲"}, {"事项": "乙", "链接": "https://a.example"}]


def filled(text: str, values: dict[str, str] | None = None) -> str:
    template, problems = parse(text)
    assert not problems
    rows: dict[str, list[Row]] = {ALL: [*ROWS], "逾期": [ROWS[0]], "内部": ["1 项内部事项"]}
    return fill(template, VALUES if values is None else values, rows)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“{事项}”{日期}到期。", "“安全员培训”6月30日（周日）到期。"),
        ("{ 事项 }", "安全员培训"),
        ("｛事项｝", "安全员培训"),
        ("{若 日期：{日期}前}{无 日期：未定}", "6月30日（周日）前"),
        ("{若日期:{日期}前}", "6月30日（周日）前"),
        ("{若 链接：详见 {链接}}办理", "办理"),
        ("{无 链接：没有链接}", "没有链接"),
        ("{若 件数：{件数} 件}{无 件数：一件也没有}", "一件也没有"),
        ("{若 日期：{若 事项：{事项}{日期}}}", "安全员培训6月30日（周日）"),
        ("写法是 {{事项}}。", "写法是 {事项}。"),
        ("{若 日期：写法是 {{事项}完", "写法是 {事项完"),
        ("{没有的名字}完", "完"),
        ("", ""),
    ],
)
def test_words_blanks_and_conditions(text: str, expected: str) -> None:
    assert filled(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{逐件：{序号}. {事项}}", "1. 甲\n2. 乙"),
        ("有：\n{逐件：- {事项}}\n完", "有：\n- 甲\n- 乙\n完"),
        ("有{逐件：{事项}；}完", "有甲；乙；完"),
        ("{逐件：{事项}；}完", "甲；乙；完"),
        ("{逐件：\n- {事项}\n  {链接}\n}", "- 甲\n- 乙\n  https://a.example"),
        ("{逐件 逾期：- {事项}，{日期}}", "- 甲，6月30日（周日）"),
        ("{逐件 到期：- {事项}}\n完", "完"),
        ("{逐件：{序号}.{事项}}\n{逐件 逾期：{序号}.{事项}}", "1.甲\n2.乙\n3.甲"),
        ("{若 日期：{逐件：- {事项}}}", "- 甲\n- 乙"),
        ("{若 日期：\n逾期的：\n{逐件 逾期：- {事项}}\n}\n完", "逾期的：\n- 甲\n\n完".replace("\n\n", "\n")),
        ("{逐件 内部：- {事项}}", "1 项内部事项"),
        ("{逐件：{若 链接：{链接}}{无 链接：没有}}", "没有\nhttps://a.example"),
    ],
)
def test_matters_are_repeated(text: str, expected: str) -> None:
    assert filled(text) == expected


def test_lines_with_nothing_left_to_say_vanish_and_others_stay() -> None:
    assert (
        filled("题目\n{链接}\n\n{若 链接：详见 {链接}}\n\n正文\n  {链接}  \n末尾\n\n\n\n完")
        == "题目\n\n正文\n末尾\n\n完"
    )


def test_values_are_one_line_and_are_never_read_again() -> None:
    values = {"事项": "甲\n{日期}\t{若 日期：乙}}", "日期": "六月"}
    assert filled("“{事项}”\n完", values) == "“甲 {日期} {若 日期：乙}}”\n完"


def test_a_count_of_nothing_is_nothing() -> None:
    assert [is_filled(value) for value in ("", " ", "0", "00", "无")] == [False, False, False, True, True]


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("你好\n请{事项", (2, 2), "“{事项”没有合上"),
        ("{事项\n{日期}", (1, 1), "没有合上"),
        ("{若 日期：前", (1, 1), "“{若 日期：”没有合上"),
        ("{逐件 逾期：前", (1, 1), "“{逐件 逾期：”没有合上"),
        ("{逐件：前", (1, 1), "“{逐件：”没有合上"),
        ("事项}前", (1, 3), "多了一个“}”"),
        ("{}", (1, 1), "没有写填空的名字"),
        ("{假如 日期：前}", (1, 1), "“{假如 日期：”看不懂"),
        ("{若：前}", (1, 1), "要写明看哪个填空"),
        ("{逐件：{逐件：前}}", (1, 5), "里面不能再写{逐件：}"),
        ("{若 a：" * (DEEPEST + 1) + "}" * (DEEPEST + 1), (1, 1 + DEEPEST * 5), f"最多{DEEPEST}层"),
    ],
)
def test_what_cannot_be_understood_is_told_with_its_place(text: str, place: tuple[int, int], words: str) -> None:
    (problem,) = parse(text)[1]
    assert (problem.line, problem.column) == place
    assert words in problem.words
    assert str(problem) == f"第{place[0]}行：{problem.words}"


KNOWN = Known(
    ("收件人", "件数"), ("事项", "日期"), {"逾期": ("句子",), "到期": ()}, (("件数", "收件人"),), ("逾期", "到期"),
    (("事项", "句子"),),
)  # fmt: skip
WHOLE = "{件数}{逐件 逾期：{句子}}{逐件 到期：{事项}{序号}}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (WHOLE, []),
        ("{收件人}{逐件：{事项}}", []),
        ("{收件人}{若 件数：{逐件：{事项}}}", []),
        (WHOLE + "\n{负责人}", ["第2行：没有“{负责人}”这个填空，可用的有：收件人、件数。"]),
        (WHOLE + "{若 负责人：甲}", ["第1行：没有“{负责人}”这个填空，可用的有：收件人、件数。"]),
        (WHOLE + "{事项}", ["第1行：“{事项}”要写在{逐件：…}里面。"]),
        (WHOLE + "{句子}", ["第1行：“{句子}”要写在{逐件：…}里面。"]),
        (
            "{件数}{逐件 到期：{句子}{事项}}{逐件 逾期：{事项}}",
            ["第1行：没有“{句子}”这个填空，可用的有：序号、事项、日期、收件人、件数。"],
        ),
        (WHOLE + "{逐件 明年：{事项}}", ["第1行：没有“明年”这一类，可用的有：逾期、到期。"]),
        (
            WHOLE + "{逐件 逾期：{日期}}{逐件 到期：{日期}}",
            ["第1行：“{逐件 逾期：…}”里要有“{事项}”或“{句子}”，请加上。", "第1行：“{逐件 到期：…}”里要有“{事项}”，请加上。"],
        ),
        ("{逐件 逾期：{事项}}{件数}", ["少了“{逐件 到期：…}”，到期的事项就不会写出来，请加上。"]),
        ("{逐件：{事项}}", ["这条提醒里要有“{件数}”或“{收件人}”，请加上。"]),
    ],
)  # fmt: skip
def test_what_a_message_cannot_fill_or_must_not_leave_out(text: str, expected: list[str]) -> None:
    template, problems = parse(text)
    assert [*map(str, problems), *map(str, check(template, KNOWN))] == expected


def test_a_message_about_one_matter_has_no_list() -> None:
    (problem,) = check(parse("{事项}{逐件：{事项}}")[0], Known(("事项",)))
    assert str(problem) == "第1行：这条提醒只说一件事，不能写{逐件：}，直接写填空就可以。"
    (problem,) = check(parse("{事项}{逐件 逾期：{事项}}")[0], Known(("件数",), ("事项",)))[1:]
    assert "（不分类，写{逐件：}）" in problem.words
    assert str(check(parse("完")[0], Known((), ("事项",), needed=(ALL,)))[0]).startswith("少了“{逐件：…}”")


PIECES = [
    "{",
    "}",
    "{{",
    "}}",
    "：",
    ":",
    "若 ",
    "无 ",
    "逐件",
    "逐件 逾期",
    "事项",
    "日期",
    "\n",
    " ",
    "｛",
    "字",
    "{事项}",
    "{若 日期：",
]
TEXTS = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=3)), max_size=40).map("".join)
ANY_VALUES = st.dictionaries(st.sampled_from(["事项", "日期"]), st.text())


@given(TEXTS, ANY_VALUES, st.lists(st.one_of(ANY_VALUES, st.text()), max_size=3))
def test_any_text_is_read_or_reported_and_filled_without_raising(
    text: str, values: dict[str, str], rows: list[dict[str, str] | str]
) -> None:
    template, problems = parse(text)
    check(template, KNOWN)
    for problem in problems:
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        assert 1 <= problem.line <= len(lines)
        assert 1 <= problem.column <= len(lines[problem.line - 1]) + 1
    fill(template, values, {ALL: rows, "逾期": rows})


@given(TEXTS)
def test_filling_leaves_no_brace_that_was_not_written_twice(text: str) -> None:
    template, _ = parse(re.sub(r"([{}])(?=\1)", r"\1 ", text.translate(FULL_WIDTH)))
    said = fill(template, {"事项": "甲", "日期": "乙"}, {ALL: [{"事项": "丙"}]})
    assert "{" not in said and "}" not in said


@given(st.text(), st.text())
def test_a_value_stands_in_the_message_as_it_is_but_on_one_line(value: str, other: str) -> None:
    assert fill(parse("“{事项}”")[0], {"事项": value, "日期": other}) == f"“{' '.join(value.split())}”"


@given(TEXTS, ANY_VALUES, st.lists(ANY_VALUES, max_size=4))
def test_a_message_has_no_more_lines_than_its_text_with_one_for_each_matter(
    text: str, values: dict[str, str], rows: list[dict[str, str]]
) -> None:
    template, _ = parse(text)
    said = fill(template, values, {ALL: rows, "逾期": rows})
    lines = text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
    assert said.count("\n") <= lines * max(len(rows), 1) + len(rows) * text.count("逐件")
    assert "\n\n\n" not in said


def test_a_problem_of_the_whole_text_has_no_line() -> None:
    assert str(Problem(0, 0, "请加上。")) == "请加上。"

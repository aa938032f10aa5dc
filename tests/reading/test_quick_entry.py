"""One line as heard on the telephone."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.config import shipped
from planner.core.plan import item_deadlines
from planner.core.review import title_of
from planner.core.status import Act
from planner.reading.document import read_plan
from planner.reading.quick_entry import Candidate, QuickEntry, read_line

TODAY = date(2024, 6, 20)
HEARD = Path(__file__).parents[1] / "data" / "heard_lines.txt"


def sample() -> list[Candidate]:
    plan = read_plan((shipped("plans") / "dizhuang-2024.md").read_text(encoding="utf-8"))
    return [
        Candidate(
            occurrence_id=1000 * place + number,
            code=f"{item.number}-{number}",
            title=title_of(task),
            label="",
            quote=task.text,
            parties=tuple(name.name for name in (*item.responsibility.leaders, *item.responsibility.departments)),
            due_on=next((rule.due for rule in item_deadlines(item) if rule.due), None),
            open=True,
            item=item.title,
        )
        for place, item in enumerate(plan.items)
        for number, task in enumerate(item.tasks, start=1)
    ]


SAMPLE = sample()


def read(text: str) -> QuickEntry:
    return read_line(text, TODAY, SAMPLE)


def figures(entry: QuickEntry) -> list[tuple[str, int, str]]:
    return [(each.words, int(each.number), each.unit) for each in entry.figures]


def test_a_line() -> None:
    entry = read(" 应急办张三报：6月18日检查3家烟花店，发现隐患5条，已整改4条\n")
    assert entry.text == "应急办张三报：6月18日检查3家烟花店，发现隐患5条，已整改4条"
    assert (entry.day, entry.day_stated, entry.speaker) == (date(2024, 6, 18), True, "应急办张三")
    assert figures(entry) == [("检查", 3, "家"), ("发现隐患", 5, "条"), ("整改", 4, "条")]
    assert [each.span.of(entry.text) for each in entry.figures] == ["3家", "5条", "4条"]
    assert (entry.act, entry.promised_on) == (Act.PROGRESS, None)
    best, score = entry.ranked[0]
    assert best.code == "12-1" and 0 < score <= 1 and len(entry.ranked) <= 5


def test_a_line_without_anything() -> None:
    assert read("") == QuickEntry("", TODAY, False, (), "", Act.PROGRESS, None, ())
    assert read_line("检查3家烟花店", TODAY, []).ranked == ()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("昨天王五来电，检查3家", date(2024, 6, 19)),
        ("今天检查3家，明天检查2家", TODAY),
        ("6月25日开会，6月18日检查3家", date(2024, 6, 18)),
        ("上午10点30分检查3家", None),
        ("6月25日检查3家", None),
        ("2024-06-30检查3家", None),
        ("6月18日前检查3家", None),
        ("答应6月18日报", None),
    ],
)
def test_the_day_told(text: str, day: date | None) -> None:
    entry = read(text)
    assert (entry.day, entry.day_stated) == (day or TODAY, day is not None)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("电话催了，答应周五前报", date(2024, 6, 21)),
        ("承诺6月21日前查完", date(2024, 6, 21)),
        ("6月13日电话催，答应周五前报", date(2024, 6, 14)),
        ("答应，月底前报", date(2024, 6, 30)),
        ("王五说检查了3家，周五前报", date(2024, 6, 21)),
        ("王五说周五检查了3家", None),
        ("答应整改，6月18日检查3家", None),
        ("要求周五前报", None),
        ("答应6月31日前报", None),
    ],
)
def test_the_day_promised(text: str, day: date | None) -> None:
    assert read(text).promised_on == day


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("张三：检查3家", "张三"),
        ("张三:检查3家", "张三"),
        ("王五来电：检查3家", "王五"),
        ("王五来电说检查3家", "王五"),
        ("昨天下午，王五电话，检查3家", "王五"),
        ("据刘主任反映：检查3家", "刘主任"),
        ("副镇长武长庚汇报：检查3家", "副镇长武长庚"),
        ("低庄社区李四：检查3家", "低庄社区李四"),
        ("应急办报：检查3家", "应急办"),
        ("任务：检查3家", ""),
        ("隐患：5条", ""),
        ("检查情况：3家", ""),
        ("烟花店来电，检查3家", ""),
        ("张三检查3家", ""),
        ("16：30检查3家", ""),
    ],
)
def test_the_speaker(text: str, speaker: str) -> None:
    assert read(text).speaker == speaker


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("12-1已完成", Act.HAND_IN),
        ("已全部完成", Act.HAND_IN),
        ("整改全部到位", Act.HAND_IN),
        ("已办结，请销号", Act.HAND_IN),
        ("请销号", Act.HAND_IN),
        ("已完成培训考核，参加23人", Act.HAND_IN),
        ("已完成100%", Act.HAND_IN),
        ("已完成12-1，6月18日报", Act.HAND_IN),
        ("已完成6月18日检查", Act.HAND_IN),
        ("经催办已完成", Act.HAND_IN),
        ("已完成4条", Act.PROGRESS),
        ("已完成检查3家", Act.PROGRESS),
        ("已完成两场", Act.PROGRESS),
        ("未完成", Act.PROGRESS),
        ("尚未全部完成", Act.PROGRESS),
        ("是否已完成", Act.PROGRESS),
        ("预计全部完成", Act.PROGRESS),
        ("12月底前全部完成", Act.PROGRESS),
        ("6月20日前已全部完成", Act.HAND_IN),
        ("答应周五前全部完成", Act.PROGRESS),
        ("办结率95%", Act.PROGRESS),
        ("检查3家", Act.PROGRESS),
        ("催办", Act.CHASE),
        ("打电话催", Act.CHASE),
        ("催了一下，未完成", Act.CHASE),
        ("催应急办请销号", Act.CHASE),
    ],
)
def test_the_act(text: str, act: Act) -> None:
    assert read(text).act == act


def test_figures_promised_are_none() -> None:
    assert figures(read("检查3家，承诺6月21日前整改5条")) == [("检查", 3, "家")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("12-1检查3家", "12-1"),
        ("12-3 电梯", "12-3"),
        ("第12条第3项检查", "12-3"),
        ("第十二条：积分制检查", "12-3"),
        ("第19条", "19-1"),
    ],
)
def test_a_code_wins(text: str, code: str) -> None:
    best, score = read(text).ranked[0]
    assert best.code == code and score >= 1
    assert all(each.unit != "条" for each in read(text).figures)


def test_a_range_is_no_code() -> None:
    assert read("2-3家").ranked == ()


def test_lines_of_an_office_find_their_task() -> None:
    lines = [line for line in HEARD.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    first = third = 0
    for line in lines:
        codes, _, text = line.partition("|")
        found = [each.code in codes.split(",") for each, _ in read(text).ranked]
        first += any(found[:1])
        third += any(found[:3])
    assert len(lines) > 100
    assert first >= 0.9 * len(lines) and third >= 0.98 * len(lines)


PIECES = st.sampled_from(
    [
        "检查", "3家", "5条", "6月18日", "6.18", "周五前", "18号", "今天", "12-1", "第12条", "答应", "说", "承诺", "催", "已完成", "全部", "请销号", "张三", "应急办",
        "来电", "：", "，", "。", "、", "“", "”", "一", "百", "1", "/", ".", "-", "%", "\n", " ", "\u3000", "１", "烟花", "KTV", "□", "第二季度", "两", "万元",
    ]
)  # fmt: skip


@given(st.lists(PIECES, max_size=40).map("".join) | st.text(max_size=200))
def test_whatever_is_typed(text: str) -> None:
    entry = read(text)
    assert entry.text == text.strip() and entry.day <= TODAY
    assert entry.day_stated or entry.day == TODAY
    at = 0
    for figure in entry.figures:
        assert at <= figure.span.start < figure.span.end <= len(entry.text)
        at = figure.span.end
    scores = [score for _, score in entry.ranked]
    assert len(scores) <= 5 and scores == sorted(scores, reverse=True)


@pytest.mark.parametrize(
    "piece", ["检查3家，", "6月18日", "答应周五前", "说", "一二三", "12-1", "1/", "“", "张三", "未完成已完成", "第"]
)
def test_a_long_line_ends(piece: str) -> None:
    assert read(piece * 2000).text == (piece * 2000).strip()

"""Which task a line is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from planner.reading.likeness import MOST, PERIODS, Candidate, Query, rank

DAY = date(2024, 6, 18)
FIREWORKS = Candidate(
    1, "12-1", "烟花爆竹检查", "", "组织烟花爆竹安全执法检查", ("武长庚", "应急部门"), None, True, "烟花爆竹整治"
)
LIFTS = Candidate(2, "14-3", "抽查电梯门锁", "", "抽查电梯门锁隐患", ("刘洋", "市监部门"), None, True, "特种设备整治")
BARS = Candidate(3, "25-1", "KTV专项整治", "", "对KTV开展专项整治", (), None, True)
ALL = [FIREWORKS, LIFTS, BARS]


def query(words: str, speaker: str = "", codes: frozenset[str] = frozenset()) -> Query:
    return Query(words, speaker, codes, DAY)


def codes_of(asked: Query, candidates: list[Candidate]) -> list[str]:
    return [each.code for each, _ in rank(asked, candidates)]


def test_words_choose() -> None:
    assert codes_of(query("烟花店"), ALL) == ["12-1"]
    assert codes_of(query("电梯检查"), ALL) == ["14-3"]
    assert codes_of(query("ktv"), ALL) == ["25-1"]


def test_words_of_the_point_and_of_the_parties_count() -> None:
    assert codes_of(query("特种设备"), ALL) == ["14-3"]
    assert codes_of(query("", speaker="刘洋"), ALL) == ["14-3"]
    assert codes_of(query("刘洋来说"), ALL) == ["14-3"]


def test_words_every_task_has_bring_none() -> None:
    assert codes_of(query("开展检查工作"), ALL) == []
    assert codes_of(query("店"), ALL) == codes_of(query(""), ALL) == codes_of(query("烟花"), []) == []


def test_words_every_task_has_choose_between_equals() -> None:
    other = replace(FIREWORKS, code="12-2", title="打击超量储存", quote="打击超量储存烟花爆竹等")
    assert codes_of(query("烟花检查"), [other, FIREWORKS]) == ["12-1", "12-2"]


def test_a_code_wins() -> None:
    assert codes_of(query("电梯", codes=frozenset({"12-1"})), ALL) == ["12-1", "14-3"]
    assert codes_of(query("电梯", codes=frozenset({"12"})), ALL) == ["12-1", "14-3"]
    assert codes_of(query("电梯", codes=frozenset({"99"})), ALL) == ["14-3"]
    assert rank(query("", codes=frozenset({"25-1"})), ALL) == ((BARS, 1.0),)


def quarters(*is_open: bool) -> list[Candidate]:
    dues = [date(2024, 3, 31), date(2024, 6, 30), date(2024, 9, 30), date(2024, 12, 31)]
    return [
        replace(FIREWORKS, occurrence_id=number, label=f"第{'一二三四'[number]}季度", due_on=dues[number], open=each)
        for number, each in enumerate(is_open)
    ]


def labels(words: str, candidates: list[Candidate]) -> list[str]:
    return [each.label for each, _ in rank(query(words), candidates)]


def test_among_periods_the_named_then_the_open_then_the_nearer_is_first() -> None:
    assert labels("烟花", quarters(True, True, True, True)) == ["第二季度", "第一季度"]
    assert labels("烟花", quarters(True, False, False, False)) == ["第一季度", "第二季度"]
    assert labels("四季度烟花", quarters(True, True, True, False)) == ["第四季度", "第二季度"]
    assert len(labels("烟花", quarters(True, True, True, True))) == PERIODS


def test_a_month_is_named_whole() -> None:
    months = [replace(FIREWORKS, occurrence_id=number, label=f"{number}月") for number in (1, 11)]
    assert labels("11月烟花", months) == ["11月", "1月"]
    assert labels("1月烟花", months) == ["1月", "11月"]


def test_no_day_is_farthest() -> None:
    dated = replace(FIREWORKS, occurrence_id=9, due_on=date(2030, 1, 1))
    assert [each.occurrence_id for each, _ in rank(query("烟花"), [FIREWORKS, dated])] == [9, 1]


def test_no_more_than_a_few() -> None:
    many = [replace(FIREWORKS, occurrence_id=number, code=f"{number}-1") for number in range(20)]
    assert len(rank(query("烟花"), many)) == MOST

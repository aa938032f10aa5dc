"""The yearly notice of holidays: the forms it was written in since 2014, and what is wrong with a text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.core.calendar import SATURDAY, WorkingDays, day_words
from planner.formats.workday_table import published_days
from planner.reading.holiday_notice import USUAL, HolidayNotice, read_notice

NOTICES = dict(
    part.split("\n", 1)
    for part in (Path(__file__).parents[1] / "data" / "holiday_notices.txt").read_text("utf-8").split("== ")[1:]
)
TITLE = "关于{}年部分节假日安排的通知\n"
DAY = timedelta(days=1)


def notice(text: str, year: int = 2026) -> HolidayNotice:
    """Return what a text says that is only part of a notice and in which nothing else is wrong."""
    read, findings = read_notice(TITLE.format(year) + text)
    assert [one.code for one in findings] in (["missing"], [])
    return read


def codes(text: str, year: int = 2026) -> list[str]:
    return [one.code for one in read_notice(TITLE.format(year) + text)[1] if one.code != "missing"]


def days_of(year: int) -> Iterator[date]:
    return (date(year, 1, 1) + DAY * n for n in range((date(year + 1, 1, 1) - date(year, 1, 1)).days))


@pytest.mark.parametrize("year", NOTICES)
def test_each_year_since_2014_is_read_as_it_was_published(year: str) -> None:
    read, findings = read_notice(TITLE.format(year) + NOTICES[year])
    assert read.year == int(year)
    assert findings == ()
    table, published = WorkingDays.of(read.listed(), [int(year)]), published_days()
    ahead = {day for day in days_of(int(year)) if day.month == 12 and published.names.get(day) == "元旦"}
    assert [
        day_words(day)
        for day in days_of(int(year))
        if day not in ahead and table.is_working(day) is not published.is_working(day)
    ] == []


def test_a_whole_notice_with_its_frame_has_no_findings() -> None:
    rules = "".join(f"{'一二三四五六七'[n]}、{line}\n" for n, line in enumerate(NOTICES["2026"].splitlines()))
    text = f"""国务院办公厅关于2026年
部分节假日安排的通知
国办发明电〔2025〕7号

各省、自治区、直辖市人民政府，国务院各部委、各直属机构：
为便于各地区、各部门安排工作，现将2026年元旦、春节等节假日的具体安排通知如下。
{rules}节假日期间，各地区、各部门要安排好值班和安全保卫等工作，平安度过节日假期。
国务院办公厅
2025年11月4日
（此件公开发布）
"""
    read, findings = read_notice(text)
    assert findings == ()
    assert (len(read.rest), len(read.makeup)) == (33, 6)
    assert read.rest[date(2026, 2, 23)] == "春节"
    assert read.makeup[date(2026, 1, 4)] == "元旦"


@pytest.mark.parametrize(
    ("words", "off"),
    [
        ("元旦：12月31日至1月2日放假", ["2025-12-31", "2026-01-01", "2026-01-02"]),
        ("元旦：2025年12月31日至2026年1月1日放假", ["2025-12-31", "2026-01-01"]),
        ("元旦节 1月1日放假", ["2026-01-01"]),
        ("（一）清明：４月４日、５日和6日均放假", ["2026-04-04", "2026-04-05", "2026-04-06"]),
        ("1. 五一国际劳动节：5月1日—2日休息，共两天", ["2026-05-01", "2026-05-02"]),
        ("1、元旦:1月1日(周四)——2日(周五)放假,共2天", ["2026-01-01", "2026-01-02"]),
        ("五一节：5 月 1 日 放假 一天", ["2026-05-01"]),
        ("抗战胜利纪念日：9月3日（星期四）放假", ["2026-09-03"]),
        ("中秋节：9月25日放假，与周末连休，共3天", ["2026-09-25", "2026-09-26", "2026-09-27"]),
        ("端午节：6月22日放假，与周六、日连休", ["2026-06-20", "2026-06-21", "2026-06-22"]),
        ("端午节：\n6月19日放假", ["2026-06-19"]),
    ],
)
def test_forms_of_days_off(words: str, off: list[str]) -> None:
    assert [day.isoformat() for day in sorted(notice(words).rest)] == off


@pytest.mark.parametrize("words", ["上班", "正常上班", "照常上班", "补班"])
def test_forms_of_days_worked(words: str) -> None:
    assert notice(f"元旦：1月1日放假。1月4日（周日）{words}").makeup == {date(2026, 1, 4): "元旦"}


def test_new_year_may_begin_in_december_and_have_its_worked_day_there() -> None:
    read = notice("元旦：12月30日至1月1日放假，共3天。12月29日（周六）上班。", 2019)
    assert list(read.makeup) == [date(2018, 12, 29)]


def test_names_are_those_people_use() -> None:
    assert set(notice("清明：4月4日放假。中秋和国庆：10月1日放假。五一：5月1日放假").rest.values()) == {
        "清明节",
        "中秋节、国庆节",
        "劳动节",
    }


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("元旦：1月1日（周五）放假。", ["weekday"]),
        ("元旦：1月4日（星期天）上班。", []),
        ("元旦：1月1日至3日放假，共4天。", ["count"]),
        ("元旦：1月1日至3日放假4天。", ["count"]),
        ("元旦：1月1日放假，共1天。1月4日上班，共1天。", []),
        ("元旦：共1天。", []),
        ("元旦：1月4日上班，与周末连休。", []),
        ("清明节：2月30日放假。", ["no_such_day"]),
        ("清明节：4月6日至4日放假。", ["order"]),
        ("清明节：31日放假。", ["no_such_day"]),
        ("清明节：4月4日至6月4日放假。", ["order"]),
        ("清明节：2025年4月4日放假。", ["other_year"]),
        ("清明节：2月30日至4月6日放假。", ["no_such_day"]),
        ("元旦：1月5日上班。", ["working_anyway"]),
        ("元旦：1月1日至3日放假。1月3日上班。", ["both"]),
        ("元旦：1月3日上班。1月1日至3日放假。", ["both"]),
        ("春节：鼓励安排职工在除夕（2月16日）休息。", ["advice"]),
        ("春节：2月17日左右放假。", ["unread"]),
        ("另外，2月17日大家都不来。", ["unread"]),
        ("1月1日放假。", ["unread"]),
        ("请各单位遵照", ["unread"]),
    ],
)
def test_what_contradicts_itself_or_is_not_understood_is_told(words: str, found: list[str]) -> None:
    assert codes(words) == found


def test_a_day_both_off_and_worked_is_off() -> None:
    for words in ("元旦：1月1日至3日放假。1月3日上班。", "元旦：1月3日上班。1月1日至3日放假。"):
        read, _ = read_notice(words, 2026)
        assert read.listed()[date(2026, 1, 3)] == (False, "元旦")


def test_a_finding_has_its_place_and_a_long_sentence_is_cut() -> None:
    text = TITLE.format(2026) + "元旦：1月1日放假。\n" + "某" * 80 + "2月3日。"
    found = read_notice(text)[1][0]
    assert found.span.of(text) == "某" * 80 + "2月3日"
    assert f"「{'某' * 60}…」" in found.message


def test_a_sentence_longer_than_any_notice_has_is_told_and_not_read() -> None:
    read, findings = read_notice(f"元旦：1月1日放假，{'某' * 500}。春节：2月17日放假。", 2026)
    assert set(read.rest.values()) == {"春节"}
    assert findings[0].code == "unread"
    assert findings[0].message.endswith("…」太长，没有读，请核对。")


def test_lines_that_are_only_spaces_say_nothing() -> None:
    assert read_notice("元旦：1月1日放假。\n \u3000 \n春节：2月17日放假。", 2026) == (
        read_notice("元旦：1月1日放假。\n\n\n\n\n春节：2月17日放假。", 2026)
    )


def test_what_is_missing_is_told() -> None:
    _, findings = read_notice("2026年节假日：\n元旦：1月1日放假。")
    assert "春节、清明节、劳动节、端午节、中秋节、国庆节" in findings[-1].message


def test_without_a_year_nothing_is_taken() -> None:
    read, findings = read_notice("元旦：1月1日放假。")
    assert (read.year, read.rest) == (None, {})
    assert [one.code for one in findings] == ["unread", "no_year"]
    assert read_notice("元旦：1月1日放假。", 2027)[0].rest == {date(2027, 1, 1): "元旦"}


@given(st.text(alphabet="一元旦春节：，。；、1234567890月日年（）周六至放假上班共天与末连休 \n", max_size=80))
def test_any_text_is_read_or_told(text: str) -> None:
    read, findings = read_notice(text, 2026)
    assert not read.rest.keys() & read.makeup.keys()
    assert all(0 <= one.span.start <= one.span.end <= len(text) for one in findings)


@st.composite
def tables(draw: st.DrawFn) -> HolidayNotice:
    """A year whose holidays are stretches in different weeks, with weekend days worked that no holiday touches."""
    year = draw(st.integers(2014, 2060))
    read = HolidayNotice(year)
    for place, name in enumerate(USUAL):
        start = date(year, 1, 1) + DAY * (place * 50 + draw(st.integers(0, 20)))
        read.rest.update({start + DAY * n: name for n in range(draw(st.integers(1, 9)))})
        after = [start + DAY * n for n in range(9, 25) if (start + DAY * n).weekday() >= SATURDAY]
        read.makeup.update(dict.fromkeys(draw(st.lists(st.sampled_from(after), max_size=2)), name))
    return read


def written(read: HolidayNotice, *, weekdays: bool, years: bool) -> str:
    """Return a notice that says what a table has."""

    def day(one: date) -> str:
        front = f"{one.year}年" if years else ""
        return f"{front}{day_words(one) if weekdays else f'{one.month}月{one.day}日'}"

    lines = [TITLE.format(read.year)]
    for name, group in groupby(read.rest.items(), key=lambda one: one[1]):
        off = [one for one, _ in group]
        lines.append(f"{name}：{day(off[0])}{f'至{day(off[-1])}' if off[1:] else ''}放假调休，共{len(off)}天。")
        worked = sorted(one for one, whose in read.makeup.items() if whose == name)
        lines.append(f"{'、'.join(map(day, worked))}上班。" if worked else "")
    return "\n".join(lines)


@given(tables(), st.booleans(), st.booleans())
def test_a_notice_written_from_a_table_is_read_back(read: HolidayNotice, weekdays: bool, years: bool) -> None:
    again, findings = read_notice(written(read, weekdays=weekdays, years=years))
    assert findings == ()
    assert (again.year, again.rest, again.makeup) == (read.year, read.rest, read.makeup)

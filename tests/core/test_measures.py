from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from planner.core.measures import (
    Measurement,
    chart_points,
    gap_words,
    is_reached,
    latest,
    measure_words,
    parse_measure,
    reached_by,
)
from planner.core.plan import Span, Target
from planner.errors import Invalid

DAY = date(2024, 6, 28)
UNITS = ("%", "‰", "家", "公里", "天", "微克/立方米", "")


def target(op: str, value: float, unit: str) -> Target:
    return Target("完成率", op, value, unit, f"{value}{unit}", Span(0, 1))


RATE = target(">=", 95.0, "%")
SHOPS = target(">=", 15.0, "家")


def reading(figure: str, day: date = DAY, place: int = 0) -> Measurement:
    """A value (93.1), or a numerator and a denominator (1203/1292)."""
    first, _, second = figure.partition("/")
    if second:
        return Measurement(place, day, numerator=Decimal(first), denominator=Decimal(second))
    return Measurement(place, day, value=Decimal(first))


@pytest.mark.parametrize(
    ("words", "planned", "numbers"),
    [
        ("93.1%", RATE, "93.1"),
        (" 93.1 ", RATE, "93.1"),
        ("９３．１％", RATE, "93.1"),
        ("100%", RATE, "100"),
        ("1203/1292", RATE, "1203/1292"),
        ("1203／1292", RATE, "1203/1292"),
        ("１，２０３ / １，２９２", RATE, "1203/1292"),
        ("12.5/13", RATE, "12.5/13"),
        ("0/13", RATE, "0/13"),
        ("13/13", RATE, "13/13"),
        ("3.2‰", target("<=", 5.0, "‰"), "3.2"),
        ("１２０３", SHOPS, "1203"),
        ("1,203家", SHOPS, "1203"),
        ("12 家", SHOPS, "12"),
        ("0", SHOPS, "0"),
        ("123,456,789,012.3456", SHOPS, "123456789012.3456"),
        ("5.2公里", target("=", 5.2, "公里"), "5.2"),
        ("35微克/立方米", target("<=", 35.0, "微克/立方米"), "35"),
        ("2百分点", target(">=", 3.0, "个百分点"), "2"),
        ("2个百分点", target(">=", 3.0, "百分点"), "2"),
        ("0", target("=", 0.0, ""), "0"),
        ("130%", target(">=", 120.0, "%"), "130"),
        ("1300/1000", target(">=", 120.0, "%"), "1300/1000"),
    ],
)
def test_what_a_clerk_types(words: str, planned: Target, numbers: str) -> None:
    wanted = reading(numbers)
    assert parse_measure(words, planned) == (wanted.numerator, wanted.denominator, wanted.value)


A_RATE = "没有看懂，请填一个数或「完成数/总数」，如93.1%或1203/1292。"
A_COUNT = "没有看懂，请只填一个数，如12或12家。"
TOO_LONG = "写得太长了，请只填数字，整数不超过12位、小数不超过4位。"
NEGATIVE = "这里不能填负数，请填0或大于0的数。"


@pytest.mark.parametrize(
    ("words", "planned", "sentence"),
    [
        ("", RATE, A_RATE),
        ("九成", RATE, A_RATE),
        ("93.1家", RATE, A_RATE),
        ("1203/1292%", RATE, A_RATE),
        ("93.1.2", RATE, A_RATE),
        ("9²", RATE, A_RATE),
        ("٣", RATE, A_RATE),
        ("NaN", SHOPS, A_COUNT),
        ("1e5", SHOPS, A_COUNT),
        ("12,03", SHOPS, A_COUNT),
        ("12/36", SHOPS, A_COUNT),
        ("12万", SHOPS, A_COUNT),
        ("90-95", SHOPS, A_COUNT),
        ("12起", target("=", 0.0, ""), "没有看懂，请只填一个数，如12。"),
        ("1200元", target(">=", 3.0, "万元"), "没有看懂，请只填一个数，如12或12万元。"),
        ("-3", SHOPS, NEGATIVE),
        ("－３家", SHOPS, NEGATIVE),
        ("负3", SHOPS, NEGATIVE),
        ("3/-5", RATE, NEGATIVE),
        ("9" * 13, SHOPS, TOO_LONG),
        ("1,234,567,890,123", SHOPS, TOO_LONG),
        ("93.11455", RATE, TOO_LONG),
        ("一" * 1000, RATE, TOO_LONG),
        ("3/0", RATE, "「/」后面是总数，不能是0，请填如1203/1292。"),
        ("1292/1203", RATE, "完成数不能大于总数，请核对后按「完成数/总数」填写，如1203/1292。"),
        ("100.1", RATE, "不能超过100%，请核对后再填。"),
        ("1001", target("<=", 5.0, "‰"), "不能超过1000‰，请核对后再填。"),
    ],
)
def test_anything_else_is_told_what_to_type(words: str, planned: Target, sentence: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_measure(words, planned)
    assert caught.value.message == sentence


@pytest.mark.parametrize(
    ("op", "value", "unit", "figure", "reached"),
    [
        (">=", 95.0, "%", "94.96", False),
        (">=", 95.0, "%", "95", True),
        (">=", 93.1, "%", "1203/1292", True),
        (">=", 93.12, "%", "1203/1292", False),
        (">=", 0.1, "%", "1/1000", True),
        ("<=", 0.3, "%", "3/1000", True),
        ("<=", 3.0, "‰", "3/1000", True),
        ("<=", 3.0, "起", "4", False),
        (">", 95.0, "%", "95", False),
        (">", 95.0, "%", "95.0001", True),
        ("<", 5.0, "%", "5", False),
        ("<", 5.0, "%", "4.9999", True),
        ("~", 2500.0, "元", "2375", True),
        ("~", 2500.0, "元", "2625", True),
        ("~", 2500.0, "元", "2374.9999", False),
        ("~", 2500.0, "元", "2625.0001", False),
        ("=", 180.0, "个", "180", True),
        ("=", 180.0, "个", "181", True),
        ("=", 180.0, "个", "179.9999", False),
        ("=", 0.0, "", "0", True),
        ("=", 0.0, "", "1", False),
        ("=", 3.0, "天", "3.0", True),
        ("=", 3.0, "天", "10", False),
    ],
)
def test_reached_exactly(op: str, value: float, unit: str, figure: str, reached: bool) -> None:
    assert is_reached(target(op, value, unit), reading(figure)) is reached


def test_numerator_and_denominator_come_before_a_value_beside_them() -> None:
    both = replace(reading("1203/1292"), value=Decimal(95))
    assert not is_reached(RATE, both)
    assert measure_words(RATE, both) == "现 93.1%（1203/1292）"


@pytest.mark.parametrize("empty", [Measurement(0, DAY), Measurement(0, DAY, Decimal(1), Decimal(0))])
def test_a_reading_without_a_number_is_not_taken_for_nought(empty: Measurement) -> None:
    with pytest.raises(Invalid, match="请补填"):
        is_reached(RATE, empty)


def test_the_latest_reading_is_that_of_the_last_day_and_of_one_day_the_one_given_last() -> None:
    june, july = DAY, DAY + timedelta(days=9)
    late, early = reading("96", july), reading("93", june)
    corrected, other = reading("94", june), reading("1", july, place=1)
    given_all = [late, early, corrected, other]
    assert latest(given_all, 0, None) is late
    assert latest(given_all, 0, june) is corrected
    assert latest(given_all, 0, june - timedelta(days=1)) is None
    assert latest(given_all, 1, july) is other
    assert latest([], 0, None) is None


def test_what_was_reached_after_the_due_day_was_not_reached_by_it() -> None:
    readings = [reading("96", DAY + timedelta(days=1)), reading("95", DAY), reading("96", date(2024, 1, 1))]
    assert reached_by(RATE, readings, DAY)
    assert not reached_by(RATE, readings[1:], date(2023, 12, 31))
    fallen = [*readings, reading("94", DAY)]
    assert not reached_by(RATE, fallen, DAY)
    assert reached_by(RATE, fallen, None)
    assert not reached_by(RATE, [], None)


@pytest.mark.parametrize(
    ("planned", "figure", "now", "gap"),
    [
        (RATE, "1203/1292", "现 93.1%（1203/1292）", "差 1.9 个百分点"),
        (RATE, "94.96", "现 94.96%", "差 0.04 个百分点"),
        (RATE, "94.94", "现 94.9%", "差 0.1 个百分点"),
        (RATE, "9499999/10000000", "现 94.9999%（9499999/10000000）", "差 0.0001 个百分点"),
        (RATE, "95.04", "现 95%", "已达到"),
        (RATE, "1.0/2.50", "现 40%（1/2.5）", "差 55 个百分点"),
        (target("<=", 3.0, "‰"), "3.04", "现 3.04‰", "超 0.04 个千分点"),
        (target("<=", 3.0, "%"), "3000001/100000000", "现 3.0001%（3000001/100000000）", "超 0.0001 个百分点"),
        (target(">", 95.0, "%"), "95", "现 95%", "还须超过 95%"),
        (target(">", 95.0, "%"), "95.02", "现 95.02%", "已达到"),
        (target("<", 5.0, "起"), "5", "现 5 起", "还须低于 5 起"),
        (SHOPS, "12", "现 12 家", "差 3 家"),
        (SHOPS, "12.0", "现 12 家", "差 3 家"),
        (SHOPS, "100", "现 100 家", "已达到"),
        (SHOPS, "1E+1", "现 10 家", "差 5 家"),
        (target("=", 5.2, "公里"), "5.125", "现 5.125 公里", "差 0.075 公里"),
        (target("<=", 3.0, "起"), "5", "现 5 起", "超 2 起"),
        (target(">=", 3.0, "百分点"), "2.5", "现 2.5 百分点", "差 0.5 个百分点"),
        (target("=", 0.0, ""), "2", "现 2", "超 2"),
        (target("~", 2500.0, "元"), "2300", "现 2300 元", "差 75 元"),
        (target("~", 2500.0, "元"), "2700", "现 2700 元", "超 75 元"),
        (target("<", 0.00001, "%"), "0.000001", "现 0%", "已达到"),
        (target("=", 0.00001, "天"), "0.00001", "现 0 天", "已达到"),
    ],
)
def test_words(planned: Target, figure: str, now: str, gap: str) -> None:
    assert measure_words(planned, reading(figure)) == now
    assert gap_words(planned, reading(figure)) == gap


TARGETS = st.builds(
    target,
    st.sampled_from((">=", "<=", "=", ">", "<", "~")),
    st.integers(0, 2_000_000).map(lambda n: n / 10_000) | st.integers(0, 300).map(float),
    st.sampled_from(UNITS),
)
VALUES = st.decimals(0, 300, places=4).map(str)
RATIOS = st.integers(1, 10_000_000).flatmap(lambda total: st.integers(0, total).map(lambda done: f"{done}/{total}"))
READINGS = (VALUES | RATIOS).map(reading)


@given(TARGETS, READINGS)
def test_what_is_shown_stands_on_the_side_of_the_target_where_the_reading_stands(
    planned: Target, measured: Measurement
) -> None:
    shown = re.match(r"现 ([0-9.]+)", measure_words(planned, measured))
    assert shown
    assert is_reached(planned, reading(shown[1])) is is_reached(planned, measured)


@given(TARGETS, READINGS)
def test_a_gap_is_told_exactly_when_the_target_is_not_reached_and_is_never_nought(
    planned: Target, measured: Measurement
) -> None:
    words = gap_words(planned, measured)
    assert (words == "已达到") is is_reached(planned, measured)
    if told := re.match(r"[差超] ([0-9.]+)", words):
        assert Decimal(told[1]) > 0


@given(st.integers(0, 10**6), st.integers(1, 10**6), st.integers(0, 10**6))
def test_a_share_is_reached_as_whole_numbers_say(done: int, total: int, hundredths: int) -> None:
    planned = target(">=", hundredths / 10_000, "%")
    assert is_reached(planned, reading(f"{done}/{total}")) is (done * 1_000_000 >= hundredths * total)


@given(st.text("0123456789.,/%家- ０９／％，－负", max_size=20) | st.text(), TARGETS)
def test_whatever_is_typed_gives_numbers_or_a_sentence(words: str, planned: Target) -> None:
    sentence = ""
    try:
        numerator, denominator, value = parse_measure(words, planned)
    except Invalid as refused:
        sentence = refused.message
    else:
        assert (numerator is None) == (denominator is None) != (value is None)
        measure_words(planned, Measurement(0, DAY, numerator, denominator, value))
    assert not sentence or (sentence.endswith("。") and len(sentence) < 40)


@given(TARGETS, st.decimals(0, 100, places=4))
def test_what_is_shown_of_a_count_can_be_typed_again(planned: Target, value: Decimal) -> None:
    assume(planned.unit not in ("%", "‰"))
    shown = measure_words(planned, Measurement(0, DAY, value=value)).removeprefix("现 ")
    assert parse_measure(shown, planned).value == value


def test_a_chart_is_to_scale_in_time_order() -> None:
    readings = [reading("95", date(2024, 1, 11)), reading("85", date(2024, 1, 1)), reading("90", date(2024, 1, 6))]
    chart = chart_points(RATE, readings, 120, 60)
    assert list(chart.points) == [(10, 55), (60, 30), (110, 5)]
    assert chart.line == 5


def test_what_has_no_extent_stands_in_the_middle() -> None:
    assert not chart_points(RATE, [], 120, 60).points
    assert chart_points(RATE, [], 120, 60).line == 30
    assert chart_points(RATE, [reading("95")], 120, 60).points[0] == (60, 30)
    assert chart_points(RATE, [reading("94")], 120, 60).points[0] == (60, 55)
    twice = chart_points(RATE, [reading("95"), reading("95")], 120, 60)
    assert list(twice.points) == [(60, 30), (60, 30)]


@given(
    TARGETS,
    st.lists(st.tuples(VALUES | RATIOS, st.dates())),
    st.floats(1, 5000),
    st.floats(1, 5000),
)
def test_every_point_lies_inside_the_box(
    planned: Target, given_all: list[tuple[str, date]], width: float, height: float
) -> None:
    points, line = chart_points(planned, [reading(figure, day) for figure, day in given_all], width, height)
    assert len(points) == len(given_all)
    assert [x for x, _ in points] == sorted(x for x, _ in points)
    assert all(0 < x < width and 0 < y < height for x, y in points)
    assert 0 < line < height


def test_the_number_written_is_meant_and_not_the_nearest_binary_one() -> None:
    assert Fraction(0.1) != Fraction(1, 10)
    assert is_reached(target("=", 0.1, "天"), reading("0.1"))

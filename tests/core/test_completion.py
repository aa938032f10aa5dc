"""What is still lacking before a hand-in, in words that name it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from planner.core.completion import shortfalls
from planner.core.history import Story
from planner.core.measures import Measurement
from planner.core.plan import Span, Target

ON = date(2024, 6, 20)
DONE = "2024-06-18"
RATE = Target("登记率", ">=", 95.0, "%", "95%以上", Span(0, 5))
HOUSES = Target("检查", ">=", 12.0, "家", "12家", Span(6, 9))


def measured(target: int, value: str, day: date = ON) -> Measurement:
    return Measurement(target, day, value=Decimal(value))


SEVEN = dict.fromkeys(["一", "二", "三", "四", "五", "六", "七"])


@pytest.mark.parametrize(
    ("story", "lacking"),
    [
        (Story(), []),
        (Story(minimum=2), ["至少要2次，现在记了0次"]),
        (Story(minimum=2, times=1), ["至少要2次，现在记了1次"]),
        (Story(minimum=2, times=2), []),
        (Story(minimum=2, times=5), []),
        (Story(cells={"农业": DONE, "水利": DONE}), []),
        (Story(cells={"农业": DONE, "水利": None}), ["还有1个单位没有完成：水利"]),
        (Story(cells=SEVEN), ["还有7个单位没有完成：一、二、三、四、五等"]),
        (Story(cells={**SEVEN, "一": DONE, "二": DONE}), ["还有5个单位没有完成：三、四、五、六、七"]),
        (Story(minimum=3, cells={"农业": None}), ["还有1个单位没有完成：农业"]),
        (Story(minimum=3, cells={"农业": DONE}), []),
    ],
)
def test_times_and_parties(story: Story, lacking: list[str]) -> None:
    assert shortfalls(story, [], [], ON) == lacking


@pytest.mark.parametrize(
    ("measurements", "lacking"),
    [
        ([], ["指标「95%以上」没有达到（还没有记过数）", "指标「12家」没有达到（还没有记过数）"]),
        ([measured(0, "94.96"), measured(1, "12")], ["指标「95%以上」没有达到（现 94.96%）"]),
        ([measured(0, "95"), measured(1, "11")], ["指标「12家」没有达到（现 11 家）"]),
        ([measured(0, "95"), measured(1, "12")], []),
        (
            [measured(0, "95"), measured(0, "90"), measured(1, "12")],
            ["指标「95%以上」没有达到（现 90%）"],
        ),
        (
            [measured(0, "95"), measured(1, "12", date(2024, 6, 21))],
            ["指标「12家」没有达到（还没有记过数）"],
        ),
    ],
)
def test_each_figure_is_judged_by_its_own_latest_reading_of_that_day(
    measurements: list[Measurement], lacking: list[str]
) -> None:
    assert shortfalls(Story(), [RATE, HOUSES], measurements, ON) == lacking


def test_everything_lacking_is_named_at_once() -> None:
    assert shortfalls(Story(minimum=2, times=1), [RATE], [], ON) == [
        "至少要2次，现在记了1次",
        "指标「95%以上」没有达到（还没有记过数）",
    ]

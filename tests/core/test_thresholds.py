from __future__ import annotations

import json
from dataclasses import asdict, fields, replace
from datetime import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.core.thresholds import (
    DEFAULTS,
    FIELD_LABELS,
    Thresholds,
    dump_thresholds,
    load_thresholds,
    parse_thresholds,
)


def test_every_field_has_a_label_with_its_unit() -> None:
    assert list(FIELD_LABELS) == [field.name for field in fields(Thresholds)]
    assert all("（" in label for label in FIELD_LABELS.values())


def test_only_what_differs_is_stored() -> None:
    assert dump_thresholds(DEFAULTS) == {}
    changed = Thresholds(before=(10, 5), alone_at=5, red_after=20, opens=time(9))
    assert dump_thresholds(changed) == {"before": [10, 5], "alone_at": 5, "red_after": 20, "opens": "09:00"}


def test_what_is_stored_is_read_again_and_the_unknown_left_alone() -> None:
    assert load_thresholds({}) == DEFAULTS
    assert load_thresholds({"colour": "red", "before": [3, 1], "closes": "17:00"}) == Thresholds(
        before=(3, 1), closes=time(17)
    )


counts = st.integers(0, 60)
lists = st.lists(counts, max_size=4).map(tuple)
any_thresholds = st.builds(
    Thresholds,
    soon_days=counts,
    before=lists,
    before_quarterly=lists,
    alone_at=counts,
    blue_after=counts,
    opens=st.times().map(lambda one: one.replace(second=0, microsecond=0)),
)


@given(any_thresholds)
def test_storing_loses_nothing(thresholds: Thresholds) -> None:
    assert load_thresholds(json.loads(json.dumps(dump_thresholds(thresholds)))) == thresholds


@pytest.mark.parametrize(
    ("field", "typed", "value"),
    [
        ("before", "15、7、3、1", (15, 7, 3, 1)),
        ("before", "1，3, 7;15；3", (15, 7, 3, 1)),
        ("before", "１０／5 3", (10, 5, 3)),
        ("before_quarterly", "10和5", (10, 5)),
        ("before_window", "", ()),
        ("before", "15天、7天、3个工作日、1工作日", (15, 7, 3, 1)),
        ("monthly_day", "20日", 20),
        ("soon_days", " 10 ", 10),
        ("alone_at", "0", 0),
        ("alone_at", "7", 7),
        ("hazard_blue_after", "0", 0),
        ("stale_days", "365", 365),
        ("opens", "9:00", time(9)),
        ("opens", "8：45", time(8, 45)),
        ("closes", "18点", time(18)),
        ("closes", "17点30分", time(17, 30)),
    ],
)
def test_a_clerk_types_it_in_any_usual_way(field: str, typed: str, value: Any) -> None:
    assert parse_thresholds({field: typed}) == (replace(DEFAULTS, **{field: value}), {})


@pytest.mark.parametrize(
    ("typed", "problems"),
    [
        ({"soon_days": "七"}, {"soon_days": "请填1到60之间的整数。"}),
        ({"soon_days": ""}, {"soon_days": "请填一个1到60之间的整数。"}),
        ({"soon_days": "7、3"}, {"soon_days": "请填一个1到60之间的整数。"}),
        ({"soon_days": "7、7"}, {"soon_days": "请填一个1到60之间的整数。"}),
        ({"red_after": "61"}, {"red_after": "请填1到60之间的整数。"}),
        ({"leader_after": "0"}, {"leader_after": "请填1到60之间的整数。"}),
        ({"monthly_day": "31"}, {"monthly_day": "请填1到28之间的整数。"}),
        ({"before": "15、-3"}, {"before": "请填1到60之间的整数，用顿号隔开。"}),
        ({"before": "15周"}, {"before": "请填1到60之间的整数，用顿号隔开。"}),
        ({"opens": "早上"}, {"opens": "请写成 08:30 这样的时间。"}),
        ({"opens": "24:00"}, {"opens": "请写成 08:30 这样的时间。"}),
        ({"opens": "8:60"}, {"opens": "请写成 08:30 这样的时间。"}),
        ({"opens": "18:00"}, {"closes": "最晚发出时间应晚于最早发出时间，请修改。"}),
        ({"opens": "12:00", "closes": "12:00"}, {"closes": "最晚发出时间应晚于最早发出时间，请修改。"}),
        ({"blue_after": "8"}, {"red_after": "蓝、黄、红三级的天数应依次增加，请修改。"}),
        ({"hazard_yellow_after": "9"}, {"hazard_red_after": "蓝、黄、红三级的天数应依次增加，请修改。"}),
        ({"alone_at": "4"}, {"alone_at": "单独提醒的一次应是上面提前提醒的天数之一；不单独提醒请填0。"}),
    ],
)
def test_what_is_wrong_is_said_and_the_default_kept(typed: dict[str, str], problems: dict[str, str]) -> None:
    assert parse_thresholds(typed) == (DEFAULTS, problems)


def test_a_bad_field_spoils_no_other() -> None:
    typed = {"before": "9", "alone_at": "9", "soon_days": "x", "closes": "18:00", "unknown": "1"}
    read, problems = parse_thresholds(typed)
    assert read == Thresholds(before=(9,), alone_at=9, closes=time(18))
    assert list(problems) == ["soon_days"]


def test_a_list_without_the_day_told_alone_asks_which_it_is() -> None:
    read, problems = parse_thresholds({"before": "10、5"})
    assert (read, list(problems)) == (Thresholds(before=(10, 5), alone_at=0), ["alone_at"])


def as_typed(value: object) -> str:
    if isinstance(value, time):
        return value.isoformat("minutes")
    return "、".join(str(number) for number in value) if isinstance(value, tuple) else str(value)


def test_the_defaults_shown_in_a_form_are_read_as_they_are() -> None:
    assert parse_thresholds({name: as_typed(value) for name, value in asdict(DEFAULTS).items()}) == (DEFAULTS, {})


@given(st.dictionaries(st.sampled_from(sorted(FIELD_LABELS)), st.text("0123456789、, :x", max_size=6)))
def test_whatever_is_typed_gives_thresholds_that_agree(typed: dict[str, str]) -> None:
    read, problems = parse_thresholds(typed)
    assert set(problems) <= set(FIELD_LABELS)
    assert read.opens < read.closes
    assert read.blue_after <= read.yellow_after <= read.red_after
    assert read.hazard_blue_after <= read.hazard_yellow_after <= read.hazard_red_after
    assert read.alone_at == 0 or read.alone_at in read.before
    assert all(text.endswith("。") for text in problems.values())

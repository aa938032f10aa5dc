"""Numbers as plans write them."""

from __future__ import annotations

import pytest

from planner.reading.numerals import half_width, number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("二十三", 23),
        ("两", 2),
        ("九", 9),
        ("", 0),
        ("半", 0),
        ("１", 0),
        ("二〇二五", 2025),
    ],
)
def test_values(text: str, value: int) -> None:
    assert number(text) == value


def test_half_width_keeps_every_place() -> None:
    assert half_width("２０２４．６．３０前，９５％—1(第５名);") == "2024.6.30前，95%-1（第5名）；"

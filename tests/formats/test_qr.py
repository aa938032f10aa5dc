"""The QR code as inline SVG."""

from typing import Any
from xml.etree import ElementTree as ET

import pytest
import segno

from planner.formats.qr import qr_svg

SVG = "{http://www.w3.org/2000/svg}"
ADDRESS = "https://planner.example/calendars/abc?name=低庄镇&x=1"


def _parsed(svg: str) -> Any:
    return ET.fromstring(svg)  # noqa: S314


def test_it_is_inline_svg_with_a_name() -> None:
    svg = qr_svg(ADDRESS, title="订阅<刘洋>的日历")
    assert svg.startswith('<svg role="img" ')
    assert "<?xml" not in svg
    root = _parsed(svg)
    assert [title.text for title in root.iter() if title.tag.endswith("title")] == ["订阅<刘洋>的日历"]


def test_the_same_text_gives_the_same_drawing() -> None:
    assert qr_svg(ADDRESS) == qr_svg(ADDRESS)
    assert qr_svg(ADDRESS) != qr_svg(ADDRESS + "2")


def test_dark_on_white_also_on_a_dark_page() -> None:
    assert "#fff" in qr_svg(ADDRESS)


def test_too_long_a_text_is_refused() -> None:
    with pytest.raises(segno.DataOverflowError):
        qr_svg("x" * 5000)

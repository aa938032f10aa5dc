from __future__ import annotations

from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from lxml import etree

from planner.config import shipped


def drawn(points: list[tuple[float, float]], words: str = "登记率") -> Any:
    pages = Environment(loader=FileSystemLoader(shipped("templates")), autoescape=True, undefined=StrictUndefined)
    macro = pages.get_template("measures.html").module.chart  # type: ignore[attr-defined]
    return etree.fromstring(str(macro(points, 5.0, 120, 60, words)))


def test_a_chart_has_a_dot_a_reading_and_a_dashed_target() -> None:
    svg = drawn([(10.0, 55.0), (110.0, 5.04)])
    assert svg.attrib["role"] == "img" and svg.attrib["viewBox"] == "0 0 120 60"
    line, curve, *dots = svg
    assert "stroke-dasharray" in line.attrib and line.attrib["y1"] == line.attrib["y2"] == "5.0"
    assert curve.attrib["points"] == "10.0,55.0 110.0,5.0"
    assert [(dot.tag, dot.attrib["cx"]) for dot in dots] == [("circle", "10.0"), ("circle", "110.0")]


def test_one_reading_is_a_dot_without_a_curve() -> None:
    assert [part.tag for part in drawn([(60.0, 30.0)])] == ["line", "circle"]


def test_the_words_are_read_aloud_and_cannot_break_out() -> None:
    words = '<b>"登记率" & 其他'
    assert drawn([], words).attrib["aria-label"] == words

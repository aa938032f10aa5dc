"""Counting what was read right, wrongly, and not at all."""

from __future__ import annotations

from typing import Any

from planner.core.scorecard import CATEGORIES, Score, scorecard


def item(text: str, **values: Any) -> dict[str, Any]:
    lists: dict[str, Any] = {category: [] for category in CATEGORIES[1:]}
    return {"title": "", "text": text, "anchor": text, **lists, **values}


DUE = {"kind": "once", "due": "2024-06-30"}
RATE = {"op": ">=", "value": 95, "unit": "%"}


def test_everything_right() -> None:
    document = {"items": [item("检查水库", leaders=["甲明"], deadlines=[DUE], targets=[RATE])]}
    scores = scorecard(document, document)
    assert {category: score.f1 for category, score in scores.items()} == dict.fromkeys(CATEGORIES, 1.0)
    assert scores["supporting"] == Score()


def test_wrong_missed_and_extra() -> None:
    gold = {
        "items": [item("检查水库", departments=["水利站", "应急办"], deadlines=[DUE]), item("巡查", leaders=["乙"])]
    }
    late = {"kind": "window", "due": "2024-07-31"}
    read = {"items": [item("1.检查水库", departments=["水利站"], deadlines=[late]), item("走访", targets=[RATE])]}
    scores = scorecard(gold, read)
    assert scores["items"] == Score(1, 1, 1)
    assert scores["departments"] == Score(1, 0, 1) and scores["departments"].recall == 0.5
    assert scores["deadlines"] == Score(0, 1, 1) and scores["deadlines"].f1 == 0
    assert scores["leaders"] == Score(0, 0, 1) and scores["targets"] == Score(0, 1, 0)


def test_optional_values_and_aliases_cost_nothing() -> None:
    gold = {
        "items": [
            item(
                "检查水库",
                leaders=["甲明"],
                departments=["水利站"],
                aliases={"水利站": ["水利部门"]},
                optional_departments=["各村"],
                deadlines=[{"kind": "standing", "optional": True}, {"kind": "none"}],
            ),
            item("说明", optional_item=True, leaders=["丙"]),
        ],
        "ignore_anchors": ["附则"],
    }
    read = {
        "items": [
            item(
                "检查 水库",
                leaders=["甲明（组长）"],
                departments=["水利部门", "各村"],
                deadlines=[{"kind": "standing"}, {"kind": "once", "due": None}],
            ),
            item("附则若干"),
        ]
    }
    assert all(score.f1 == 1 for score in scorecard(gold, read).values())


def test_rhythms_and_limits() -> None:
    often = {"kind": "recurring", "freq": "MONTHLY", "interval": 1, "count": 2}
    fewer = {"op": "<=", "value": 3, "unit": "起"}
    gold = {"items": [item("检查", deadlines=[often], targets=[fewer])]}
    read = {"items": [item("检查", deadlines=[{**often, "count": 1}], targets=[{**fewer, "op": "<"}])]}
    scores = scorecard(gold, read)
    assert scores["deadlines"] == Score(0, 1, 1) and scores["targets"] == Score(1)

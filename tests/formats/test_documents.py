"""A corpus of short documents of every form, each with what a careful clerk takes from it beside it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from planner.core.plan_json import plan_json
from planner.core.scorecard import CATEGORIES, Score, scorecard
from planner.formats.intake import read_text
from planner.reading.document import read_plan

FOLDER = Path(__file__).parents[1] / "data" / "documents"
GOLD = sorted((FOLDER / "gold").glob("*.json"))
LEAST = dict.fromkeys(CATEGORIES, 0.98) | {"items": 0.99, "targets": 0.97}


def reading_of(gold: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    (document,) = (FOLDER / "docs").glob(f"{gold.stem}.*")
    plan = read_plan(read_text(document.read_bytes(), document.name))
    return json.loads(gold.read_text("utf-8")), plan_json(plan)


@pytest.mark.parametrize("path", GOLD, ids=lambda path: path.stem)
def test_a_document_gives_its_points_and_at_most_one_false_date(path: Path) -> None:
    gold, reading = reading_of(path)
    scores = scorecard(gold, reading)
    assert (scores["items"].missed, scores["items"].wrong) == (0, 0)
    assert scores["deadlines"].wrong <= 1
    assert reading["plan_year"] == gold["plan_year"]


def test_the_whole_corpus_is_read_as_a_careful_clerk_reads_it() -> None:
    total = dict.fromkeys(CATEGORIES, Score())
    for path in GOLD:
        for category, score in scorecard(*reading_of(path)).items():
            total[category] += score
    assert len(GOLD) >= 30
    assert {category: score.f1 for category, score in total.items() if score.f1 < LEAST[category]} == {}

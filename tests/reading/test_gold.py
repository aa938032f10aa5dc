"""The real document and the samples, scored against what careful readers took from them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from planner.core.plan_json import plan_json
from planner.formats.intake import read_text
from planner.reading.document import read_plan
from tests.conftest import SHARED

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared documents are not on this machine")


def predicted(document: Path, target: Path) -> Path:
    plan = read_plan(read_text(document.read_bytes(), document.name))
    target.write_text(json.dumps(plan_json(plan), ensure_ascii=False), "utf-8")
    return target


def test_document_004_is_read_wholly_right(tmp_path: Path) -> None:
    (document,) = (SHARED / "seeds").glob("004_*.txt")
    prediction = predicted(document, tmp_path / "004.json")
    scored = subprocess.run(
        [sys.executable, str(SHARED / "tools" / "score_dizhuang.py"), str(prediction), "-v"],
        capture_output=True,
        text=True,
    )
    assert scored.returncode == 0, scored.stdout


@pytest.mark.parametrize(
    ("kind", "least"),
    [
        ("items", 0.98),
        ("leaders", 0.98),
        ("departments", 0.98),
        ("supporting", 0.98),
        ("deadlines", 0.95),
        ("targets", 0.9),
    ],
)
def test_the_samples(tmp_path: Path, kind: str, least: float) -> None:
    for document in (SHARED / "samples" / "docs").iterdir():
        predicted(document, tmp_path / f"{document.stem}.json")
    scorer, gold = SHARED / "tools" / "score_import.py", SHARED / "samples" / "gold"
    command = [sys.executable, *map(str, (scorer, "--all", gold, tmp_path, "--json"))]
    scored = json.loads(subprocess.run(command, capture_output=True, text=True).stdout)
    assert scored["ALL"][kind]["f1"] >= least

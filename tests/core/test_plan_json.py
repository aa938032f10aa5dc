"""The shape other programs read."""

from __future__ import annotations

import json
from datetime import date

from planner.core.plan import Deadline, DeadlineKind, Frequency, Span
from planner.core.plan_json import deadline_json, plan_json
from planner.reading.document import read_plan
from tests.conftest import PLAN


def test_a_plan_has_exactly_the_promised_keys() -> None:
    shape = plan_json(read_plan(PLAN))
    assert set(shape) == {"title", "issuer", "issue_date", "plan_year", "items", "findings"}
    assert shape["issue_date"] == "2024-04-17"
    third = shape["items"][2]
    assert set(third) == {
        "number", "title", "section", "text", "start", "end", "leaders", "departments", "supporting", "deadlines",
        "targets", "tasks",
    }  # fmt: skip
    assert third["targets"] == [{"metric": "农机登记率", "op": ">=", "value": 95.0, "unit": "%", "raw": "95%以上"}]
    assert [rule["due"] for rule in third["deadlines"]] == ["2024-07-10"]
    assert all(PLAN[task["start"] : task["end"]] == task["text"] for task in third["tasks"])
    assert set(shape["findings"][0]) == {"code", "message", "start", "end"}
    json.dumps(shape)


def test_a_plan_without_anything() -> None:
    assert plan_json(read_plan(""))["issue_date"] is None


def test_anchor_and_offset_appear_only_where_stated() -> None:
    plain = Deadline(DeadlineKind.WINDOW, "6月", Span(0, 2), date(2024, 6, 1), date(2024, 6, 30))
    assert deadline_json(plain) == {
        "kind": "window", "start": "2024-06-01", "due": "2024-06-30", "freq": None, "interval": 1, "count": 1,
        "raw": "6月", "basis": "原文写明",
    }  # fmt: skip
    monthly = Deadline(DeadlineKind.RECURRING, "", Span(0, 0), freq=Frequency.MONTHLY, anchor={"day": 28})
    assert deadline_json(monthly)["anchor"] == {"day": 28}
    relative = Deadline(DeadlineKind.RELATIVE, "", Span(0, 0), offset={"n": 3, "unit": "workday", "event": "接到通知"})
    assert deadline_json(relative)["offset"]["n"] == 3

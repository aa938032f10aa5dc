"""Sentences of every kind are read strictly as a careful clerk reads them."""

from __future__ import annotations

import pytest

from planner.reading.deadlines import find_deadlines
from tests.reading.deadline_corpus import CONTEXT, Case, cases, notation


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.text)
def test_a_sentence_is_read_as_a_clerk_reads_it(case: Case) -> None:
    rules = find_deadlines(case.text, CONTEXT)
    assert tuple(notation(rule) for rule in rules) == case.expected
    assert all(rule.span.of(case.text) == rule.raw for rule in rules)

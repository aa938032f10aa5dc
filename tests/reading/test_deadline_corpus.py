"""Sentences of every kind are read strictly as a careful clerk reads them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from planner.core.plan import Basis, Deadline, Span
from planner.core.wording import rule_words
from planner.reading.deadlines import find_deadlines
from tests.reading.deadline_corpus import CONTEXT, Case, cases, notation


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.text)
def test_a_sentence_is_read_as_a_clerk_reads_it(case: Case) -> None:
    rules = find_deadlines(case.text, CONTEXT)
    assert tuple(notation(rule) for rule in rules) == case.expected
    assert all(rule.span.of(case.text) == rule.raw for rule in rules)


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.text[:16])
def test_what_is_told_of_a_time_is_read_as_the_same_time(case: Case) -> None:
    for rule in find_deadlines(case.text, CONTEXT):
        if rule.season or (rule.offset and rule.due):
            continue  # an undated season tells only that it is open; 印发后30日内 is told with its day beside it
        assert [meaning(one) for one in find_deadlines(rule_words(rule, 2024), CONTEXT)] == [meaning(rule)]


def meaning(rule: Deadline) -> Deadline:
    """Return a rule without the words that state it; of a standing duty only that it stands."""
    return replace(rule, raw="", span=Span(0, 0), weak=False, basis=Basis.STATED)

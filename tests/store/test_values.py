"""Values go into JSON columns and come back the same."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from planner.core.plan import Responsibility, Span
from planner.core.review import ReviewAct, Step
from planner.reading.document import read_plan
from planner.store.values import (
    dump_deadline,
    dump_plan,
    dump_step,
    dump_target,
    load_deadline,
    load_plan,
    load_step,
    load_target,
)

TEXT = """2024年工作要点
1.培训。6月底前，组织培训，培训率达到95%以上。每月28日前报进展。汛前检查水库。定期巡查。接到通知后3个工作日内整改。
（责任领导：王建国，责任部门：应急办）
"""


def test_a_plan_as_read() -> None:
    plan = read_plan(TEXT)
    assert load_plan(json.loads(json.dumps(dump_plan(plan)))) == plan


def test_deadlines_and_targets_of_tasks() -> None:
    tasks = read_plan(TEXT).items[0].tasks
    rules = [rule for task in tasks for rule in task.deadlines]
    targets = [target for task in tasks for target in task.targets]
    assert len(rules) > 3 and targets
    assert [load_deadline(json.loads(json.dumps(dump_deadline(rule)))) for rule in rules] == rules
    assert [load_target(json.loads(json.dumps(dump_target(target)))) for target in targets] == targets


SPANS = st.builds(Span, st.integers(0, 50), st.integers(50, 99))
TASKS = read_plan(TEXT).items[0].tasks


@given(
    st.builds(
        Step,
        st.sampled_from(ReviewAct),
        st.lists(SPANS, max_size=3).map(tuple),
        st.lists(st.sampled_from(TASKS), max_size=2).map(tuple),
        st.none() | st.just(Responsibility()),
        st.none() | st.tuples(st.text(max_size=5), SPANS),
        st.none() | SPANS,
        st.none() | SPANS,
    )
)
def test_steps_of_a_review(step: Step) -> None:
    assert load_step(json.loads(json.dumps(dump_step(step)))) == step

"""A plan written in the canonical form and read again is the same plan, but for the offsets."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.config import shipped
from planner.core.plan import Plan
from planner.core.plan_json import deadline_json, plan_json, target_json
from planner.core.review import (
    Candidate,
    Review,
    ReviewAct,
    Step,
    apply,
    candidates,
    cuts_of,
    merged,
    review_of,
    split,
    time_words,
    title_of,
)
from planner.errors import Invalid
from planner.formats.intake import read_text
from planner.formats.plan_markdown import write_plan
from planner.reading.context import Context
from planner.reading.document import read_plan
from planner.reading.fields import Wish, granted
from tests.conftest import PLAN, SHARED


def facts(plan: Plan) -> dict[str, Any]:
    """Return what a plan says as a review shows it, without where it says it."""
    shape = plan_json(review_of(plan, []).plan)
    del shape["findings"]
    for item in shape["items"]:
        del item["start"], item["end"], item["text"]
        for task in item["tasks"]:
            del task["start"], task["end"]
        texts = [task["text"] for task in item["tasks"]]
        for task in item["tasks"]:
            task["text"] = own_words(task["text"], texts)
    return shape


def own_words(text: str, among: list[str]) -> str:
    """Return the words of a task without the stricter rules in brackets that are tasks of their own."""
    for other in among:
        text = text.replace(f"（其中{other}）", "").replace(f"（{other}）", "")
    return "".join(text.split())


def read_again(plan: Plan) -> dict[str, Any]:
    return facts(read_plan(write_plan(review_of(plan, []).plan), year=plan.plan_year))


def test_the_form() -> None:
    assert write_plan(read_plan(PLAN)) == PLAN.replace("农业、应急部门", "农业部门、应急部门")


@pytest.mark.parametrize("path", sorted(shipped("plans").glob("*.md")), ids=lambda path: path.name)
def test_the_plans_that_come_with_the_product(path: Path) -> None:
    plan = read_plan(path.read_text("utf-8"))
    assert len(plan.items) == 27
    assert read_again(plan) == facts(plan)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared documents are not on this machine")
@pytest.mark.parametrize(
    "name",
    [
        "seeds/000_*",
        "seeds/002_*",
        "seeds/003_*",
        "seeds/004_*",
        *(f"samples/docs/d{n}_*" for n in ("01", "05", "09", "12")),
    ],
)
def test_real_documents(name: str) -> None:
    (path,) = SHARED.glob(name)
    plan = read_plan(read_text(path.read_bytes(), path.name))
    assert read_again(plan)["items"] == facts(plan)["items"]


TITLES = st.sampled_from(["加强培训", "排查风险", "检查农机", "守牢底线"])
BODIES = st.sampled_from(
    [
        "6月底前，组织专职安全员培训考核。",
        "每季度开展一次风险辨识。",
        "农机登记率达到95%以上。",
        "定期开展演练，确保安全。",
        "开展专项行动，严厉打击违法行为。",
        "每年6月底前和12月底前各报送一次，6月10日、20日前通报进展。",
        "对重点企业开展检查（其中高危行业每月至少1次），接到通知后3个工作日内整改。",
        "一是抓招商，全年签约项目2个；二是汛前完成排查，7月至9月集中整治。",
    ]
)
PEOPLE = st.sampled_from(
    [
        "",
        "（责任领导：王建国）",
        "（责任领导：王建国、李秀英，责任部门：农业、应急部门，配合单位：派出所）",
        "（责任部门：应急办，完成时限：9月底前）",
    ]
)


@given(st.lists(st.tuples(TITLES, st.lists(BODIES, min_size=1, max_size=3), PEOPLE), min_size=1, max_size=6))
def test_any_plan(points: list[tuple[str, list[str], str]]) -> None:
    plan = read_of(points)
    assert len(plan.items) == len(points)
    assert read_again(plan) == facts(plan)


def read_of(points: list[tuple[str, list[str], str]]) -> Plan:
    lines = [f"{number}.{title}。{''.join(body)}{who}" for number, (title, body, who) in enumerate(points, start=1)]
    return read_plan("柳河镇2025年工作要点\n柳河镇人民政府\n2025年2月3日\n一、任务\n" + "\n".join(lines))


def edited(review: Review, card: Candidate, wish: Wish) -> Step:
    task, who = granted(wish, card.task, card.item, Context(review.plan.plan_year, review.plan.issue_date))
    return Step(ReviewAct.EDIT, (card.task.span,), (task,), who)


def renamed(review: Review, card: Candidate) -> Step:
    return edited(review, card, Wish("培训一线人员", time_words(card.task), "赵敏", "", "派出所"))


def dated(review: Review, card: Candidate) -> Step:
    return edited(review, card, Wish(title_of(card.task), "10月25日前", "", "应急办", ""))


def undated(review: Review, card: Candidate) -> Step:
    return edited(review, card, Wish(title_of(card.task), "", "", "应急办", ""))


def cut(review: Review, card: Candidate) -> Step:
    parts = split(card.task, review.plan.text, cuts_of(card.task, review.plan.text)[:1])
    return Step(ReviewAct.SPLIT, (card.task.span,), parts)


def joined(review: Review, card: Candidate) -> Step:
    place = card.item.tasks.index(card.task)
    if not place:
        raise Invalid
    first = card.item.tasks[place - 1]
    return Step(ReviewAct.MERGE, (first.span, card.task.span), (merged(first, card.task, review.plan.text),))


def struck(_review: Review, card: Candidate) -> Step:
    return Step(ReviewAct.REJECT, (card.task.span,))


ACTS = st.sampled_from([renamed, dated, undated, cut, joined, struck])


def reviewed(plan: Plan, acts: list[tuple[Callable[[Review, Candidate], Step], int]]) -> Plan:
    """Return *plan* after acts on cards chosen by number; an act that does not fit its card is left out."""
    review = review_of(plan, [])
    for act, place in acts:
        cards = [card for card in candidates(review) if not card.struck]
        if not cards:
            break
        try:
            review = apply(review, act(review, cards[place % len(cards)]))
        except Invalid:
            continue
    return review.plan


def settled(plan: Plan) -> list[Any]:
    """Return what the office settled: points, people, tasks with their times as understood, and figures."""
    return [
        (
            item.number,
            item.title,
            item.section,
            [[name.name for name in group] for group in (who.leaders, who.departments, who.supporting)],
            [
                (
                    task.title,
                    own_words(task.text, [other.text for other in item.tasks]),
                    [(rule["kind"], rule["start"], rule["due"], rule["freq"], rule["count"]) for rule in rules],
                    [target_json(target) for target in task.targets],
                )
                for task in item.tasks
                if (rules := [deadline_json(rule) for rule in task.deadlines]) is not None
            ],
        )
        for item in plan.items
        if (who := item.responsibility)
    ]


@given(
    st.lists(st.tuples(TITLES, st.lists(BODIES, min_size=1, max_size=3), PEOPLE), min_size=1, max_size=4),
    st.lists(st.tuples(ACTS, st.integers(0, 20)), max_size=6),
)
def test_any_plan_after_review(
    points: list[tuple[str, list[str], str]], acts: list[tuple[Callable[[Review, Candidate], Step], int]]
) -> None:
    plan = reviewed(read_of(points), acts)
    again = read_plan(write_plan(plan), year=plan.plan_year)
    assert settled(review_of(again, []).plan) == settled(plan)

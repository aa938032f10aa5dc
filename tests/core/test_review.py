"""The steps of a review over a reading."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.core.plan import Basis, Name, Plan, Responsibility, Span, Task
from planner.core.review import (
    CHANGED,
    Candidate,
    Review,
    ReviewAct,
    Step,
    apply,
    before,
    candidates,
    cuts_of,
    merged,
    review_of,
    split,
    step_words,
    time_words,
    title_of,
)
from planner.errors import Conflict, Invalid, PlannerError
from planner.reading.document import read_plan

TEXT = """\
柳河镇2024年安全生产工作要点
1.加强培训。6月底前，组织专职安全员培训考核。每季度开展一次风险辨识，培训率达到95%以上。
2.检查农机。完成收割机检查，建立台账。（责任领导：王建国，责任部门：农业部门，完成时限：9月底前）
附则：本要点由镇安委办解释。
"""
READ = read_plan(TEXT)


def task_at(review: Review, words: str) -> Task:
    return next(card.task for card in candidates(review) if words in card.task.text)


def after(*steps: Step) -> Review:
    return review_of(READ, steps)


TRAINING = task_at(review_of(READ, []), "培训考核").span


def test_a_review_begins_with_every_task_open() -> None:
    cards = candidates(after())
    assert [card.place for card in cards] == sorted(card.place for card in cards)
    assert not any(card.settled for card in cards)
    assert all(card.task.span.of(TEXT) == card.task.text for card in cards)
    assert cards[0].key == f"{cards[0].task.span.start}-{cards[0].task.span.end}"


def test_a_time_of_the_item_holds_for_tasks_without_their_own() -> None:
    assert [rule.raw for rule in task_at(after(), "建立台账").deadlines] == ["9月底前"]


def test_an_item_without_clauses_is_itself_a_task() -> None:
    item = replace(READ.items[0], tasks=())
    (card,) = candidates(review_of(Plan(TEXT, items=(item,)), []))
    assert card.task.text == item.text


def test_what_was_so_before_needs_no_judgement() -> None:
    assert [card.accepted for card in candidates(review_of(READ, [], [TRAINING]))].count(True) == 1


def test_accepting() -> None:
    cards = candidates(after(Step(ReviewAct.ACCEPT, (TRAINING,))))
    assert [card.task.span for card in cards if card.settled] == [TRAINING]


def test_what_is_no_task_is_struck_and_can_come_back() -> None:
    reject = Step(ReviewAct.REJECT, (TRAINING,))
    struck = [card for card in candidates(after(reject)) if card.struck]
    assert [card.task.span for card in struck] == [TRAINING]
    assert TRAINING not in [task.span for item in after(reject).plan.items for task in item.tasks]
    back = after(reject, Step(ReviewAct.RESTORE, (TRAINING,)))
    assert back.struck == () and back.plan == after().plan
    with pytest.raises(Conflict, match="刚才已经改动过"):
        apply(back, Step(ReviewAct.RESTORE, (TRAINING,)))


def test_an_edit_gives_a_title_and_people() -> None:
    task = replace(task_at(after(), "培训考核"), title="考核安全员")
    who = Responsibility(leaders=(Name("李秀英", Span(5, 5)),))
    review = after(Step(ReviewAct.EDIT, (TRAINING,), (task,), who))
    card = next(card for card in candidates(review) if card.task.span == TRAINING)
    assert (title_of(card.task), card.accepted) == ("考核安全员", True)
    assert card.item.responsibility.leaders[0].by_office


def test_splitting_shares_out_times_and_figures() -> None:
    text = "6月底前，完成普查，培训率达到95%以上。"
    plan = read_plan(f"2024年工作要点\n1.培训。{text}")
    tasks = plan.items[0].tasks
    whole = merged(tasks[0], tasks[-1], plan.text)
    cut = plan.text.index("培训率达到")
    first, second = split(whole, plan.text, [cut])
    assert [rule.raw for rule in first.deadlines] == ["6月底前"] and second.deadlines == ()
    assert first.targets == () and [target.raw for target in second.targets]
    assert first.text.endswith("普查")


def test_a_time_by_the_office_goes_with_every_part() -> None:
    task = task_at(after(), "完成收割机检查")
    office = replace(task.deadlines[0], span=Span(task.span.start, task.span.start), basis=Basis.OFFICE)
    parts = split(replace(task, deadlines=(office,)), TEXT, [task.span.start + 2])
    assert [part.deadlines for part in parts] == [(office,), (office,)]


@pytest.mark.parametrize("cuts", [[], [0], [TRAINING.start], [TRAINING.end], [10_000]])
def test_a_split_needs_words_on_both_sides(cuts: list[int]) -> None:
    with pytest.raises(Invalid, match="从这里分开"):
        split(task_at(after(), "培训考核"), TEXT, cuts)


def test_merging_with_the_task_before() -> None:
    second = task_at(after(), "风险辨识")
    first = before(after(), second)
    whole = merged(first, second, TEXT)
    review = after(Step(ReviewAct.MERGE, (first.span, second.span), (whole,)))
    assert whole.text == TEXT[first.span.start : second.span.end]
    assert [rule.raw for rule in whole.deadlines] == ["6月底前", "每季度开展一次"]
    assert whole in review.plan.items[0].tasks and second not in review.plan.items[0].tasks
    with pytest.raises(Invalid, match="前面没有同一条里的任务"):
        before(review, whole)


def test_words_outside_every_item_become_an_item() -> None:
    start = TEXT.index("本要点由")
    made = Task("本要点由镇安委办解释", Span(start, start + 10))
    items = after(Step(ReviewAct.ADD, (), (made,))).plan.items
    assert [item.number for item in items] == ["1", "2", ""]
    assert items[-1].title == "本要点由镇安委办解释"
    (first,) = review_of(Plan(TEXT), [Step(ReviewAct.ADD, (), (made,))]).plan.items
    assert first.section == ""


def test_new_words_go_into_their_item() -> None:
    start = TEXT.index("（责任领导")
    made = Task("（责任领导", Span(start, start + 5))
    items = after(Step(ReviewAct.ADD, (), (made,))).plan.items
    assert made in items[1].tasks and len(items) == 2


def test_words_already_in_a_task_are_refused() -> None:
    with pytest.raises(Invalid, match="已经在别的任务里"):
        apply(after(), Step(ReviewAct.ADD, (), (Task("考核", Span(TRAINING.end - 2, TRAINING.end)),)))


def test_notes_and_pairs_are_kept() -> None:
    review = after(
        Step(ReviewAct.NOTE, finding=("no_leader", Span(1, 2))),
        Step(ReviewAct.MATCH, old=Span(0, 5), new=None),
        Step(ReviewAct.PART, old=Span(0, 5), new=Span(1, 6)),
    )
    assert review.noted == {("no_leader", Span(1, 2))}
    assert review.matched == {(Span(0, 5), None)} and review.parted == {(Span(0, 5), Span(1, 6))}


def test_what_is_gone_cannot_be_judged() -> None:
    with pytest.raises(Conflict) as refused:
        apply(after(Step(ReviewAct.REJECT, (TRAINING,))), Step(ReviewAct.ACCEPT, (TRAINING,)))
    assert refused.value.message == CHANGED


def test_an_undo_takes_back_the_last_step_that_stands() -> None:
    accept, reject, undo = (
        Step(ReviewAct.ACCEPT, (TRAINING,)), Step(ReviewAct.REJECT, (TRAINING,)), Step(ReviewAct.UNDO)
    )  # fmt: skip
    assert after(accept, reject, undo) == after(accept)
    assert after(accept, reject, undo, undo) == after() == after(undo)


def test_cuts_follow_marks_with_words_after_them() -> None:
    task = task_at(after(), "培训考核")
    assert [TEXT[cut - 1] for cut in cuts_of(task, TEXT)] == ["，"]


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (Step(ReviewAct.ACCEPT, (TRAINING,)), "接受「6月底前，组织专职安全员培训考核」"),
        (Step(ReviewAct.ACCEPT, (TRAINING, Span(0, 3))), "接受2项"),
        (Step(ReviewAct.REJECT, (Span(0, 3),)), "「柳河镇」不是任务"),
        (Step(ReviewAct.ADD, (), (Task("检查", Span(0, 2)),)), "把「检查」设为任务"),
        (Step(ReviewAct.NOTE, finding=("x", Span(0, 3))), "知道了一处缺口：「柳河镇」"),
        (Step(ReviewAct.UNDO), "撤回上一步"),
    ],
)
def test_steps_are_told_in_words(step: Step, words: str) -> None:
    assert step_words(step, TEXT) == words


def test_an_edit_tells_what_was_written() -> None:
    task = replace(task_at(after(), "培训考核"), title="考核")
    step = Step(ReviewAct.EDIT, (TRAINING,), (task,), Responsibility(leaders=(Name("李秀英", Span(5, 5)),)))
    assert step_words(step, TEXT).endswith("：考核，6月底前，李秀英")
    assert time_words(task) == "6月底前"


def test_titles_are_one_short_line() -> None:
    assert title_of(Task("组织专职\n安全员培训，", Span(0, 5))) == "组织专职 安全员培训"
    long = title_of(Task("长" * 100, Span(0, 100)))
    assert len(long) == 40 and long.endswith("…")


ACTS = st.sampled_from(
    [ReviewAct.ACCEPT, ReviewAct.REJECT, ReviewAct.RESTORE, ReviewAct.SPLIT, ReviewAct.MERGE, ReviewAct.UNDO]
)


def step_for(act: ReviewAct, card: Candidate, review: Review) -> Step:
    span, text = card.task.span, review.plan.text
    if act is ReviewAct.SPLIT:
        return Step(act, (span,), split(card.task, text, cuts_of(card.task, text)))
    if act is ReviewAct.MERGE:
        first = before(review, card.task)
        return Step(act, (first.span, span), (merged(first, card.task, text),))
    return Step(act, (span,))


@given(st.lists(st.tuples(ACTS, st.integers(0, 20)), max_size=25))
def test_any_course_of_a_review_keeps_words_and_places_true(course: list[tuple[ReviewAct, int]]) -> None:
    steps: list[Step] = []
    for act, place in course:
        review = review_of(READ, steps)
        cards = candidates(review)
        try:
            step = step_for(act, cards[place % len(cards)], review)
            if act is not ReviewAct.UNDO:
                apply(review, step)
        except PlannerError:
            continue
        steps.append(step)
    review = review_of(READ, steps)
    for card in candidates(review):
        assert card.task.span.of(TEXT) == card.task.text
        assert card.item.span.covers(card.task.span)
    tasks = [task.span for item in review.plan.items for task in item.tasks]
    assert tasks == sorted(tasks) and len(set(tasks)) == len(tasks)
    assert review.accepted <= set(tasks)
    undone = [*steps, *[Step(ReviewAct.UNDO)] * len(steps)]
    assert review_of(READ, undone) == review_of(READ, [])


def test_a_struck_task_does_not_come_back_over_one_made_of_its_words() -> None:
    task = task_at(after(), "培训考核")
    again = (Step(ReviewAct.REJECT, (TRAINING,)), Step(ReviewAct.ADD, (), (task,)))
    with pytest.raises(Invalid):
        after(*again, Step(ReviewAct.RESTORE, (TRAINING,)))


def test_a_card_is_accepted_once() -> None:
    accept = Step(ReviewAct.ACCEPT, (TRAINING,))
    with pytest.raises(Conflict):
        after(accept, accept)


def test_a_merge_passes_over_a_stricter_rule_inside_the_task_before() -> None:
    text = "2024年工作要点\n1.检查。开展重点企业检查（其中高危企业每月至少1次）。建立整改台账。\n"
    review = review_of(read_plan(text), [])
    assert [task.text[:4] for task in review.plan.items[0].tasks] == ["开展重点", "高危企业", "建立整改"]
    assert before(review, task_at(review, "整改台账")).text.startswith("开展重点企业检查")


def test_a_merge_takes_in_no_struck_task() -> None:
    plan = read_plan("2024年工作要点\n1.检查。开展企业检查。建立整改台账。组织复查验收。\n")
    first, middle, last = plan.items[0].tasks
    merge = Step(ReviewAct.MERGE, (first.span, last.span), (merged(first, last, plan.text),))
    with pytest.raises(Invalid):
        review_of(plan, [Step(ReviewAct.REJECT, (middle.span,)), merge])

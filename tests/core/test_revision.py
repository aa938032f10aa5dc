"""Aligning two versions of a plan."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.core.plan import Basis, Item, Name, Plan, Responsibility, Span
from planner.core.revision import (
    Difference,
    Pair,
    align_items,
    align_tasks,
    differences,
    inherit,
    is_changed,
    likeness,
    share_kept,
    unchanged_tasks,
)
from planner.reading.document import read_plan

HEAD = "柳河镇2024年安全生产工作要点\n"
FIRST = "加强培训。6月底前，组织专职安全员培训考核。（责任领导：王建国）"
SECOND = "排查风险。每季度开展一次风险辨识，形成风险清单。（责任领导：李秀英，责任部门：应急办）"
THIRD = "检查农机。完成收割机检查，建立农机台账。（责任部门：农业站）"


def plan(*points: str) -> Plan:
    return read_plan(HEAD + "".join(f"{number}.{words}\n" for number, words in enumerate(points, start=1)))


OLD = plan(FIRST, SECOND, THIRD)


def numbers(pairs: list[Pair[Item]]) -> list[tuple[str | None, str | None]]:
    return [(pair.old.number if pair.old else None, pair.new.number if pair.new else None) for pair in pairs]


@pytest.mark.parametrize(
    ("new", "pairs"),
    [
        (plan(FIRST, SECOND, THIRD), [("1", "1"), ("2", "2"), ("3", "3")]),
        (plan(SECOND, FIRST, THIRD), [("2", "1"), ("1", "2"), ("3", "3")]),
        (plan(FIRST.replace("6月", "9月"), SECOND, THIRD), [("1", "1"), ("2", "2"), ("3", "3")]),
        (plan(FIRST, THIRD), [("1", "1"), ("2", None), ("3", "2")]),
        (plan("走访企业。每月走访企业一次。", FIRST, SECOND, THIRD), [(None, "1"), ("1", "2"), ("2", "3"), ("3", "4")]),
        (plan("走访企业。每月走访重点企业一次。"), [(None, "1"), ("1", None), ("2", None), ("3", None)]),
        (plan(SECOND, THIRD, FIRST.replace("考核", "考试")), [("2", "1"), ("3", "2"), ("1", "3")]),
    ],
)
def test_items_find_their_counterparts(new: Plan, pairs: list[tuple[str | None, str | None]]) -> None:
    assert numbers(align_items(OLD.items, new.items)) == pairs


def test_what_the_clerk_parted_stays_parted() -> None:
    new = plan(FIRST.replace("6月", "9月"), SECOND, THIRD)
    parted = [(OLD.items[0].span, new.items[0].span)]
    assert numbers(align_items(OLD.items, new.items, parted))[:2] == [(None, "1"), ("1", None)]


def test_a_renumbered_point_differs_only_in_its_number() -> None:
    pair = align_items(OLD.items, plan(FIRST, THIRD).items)[2]
    assert differences(pair, 2024) == [Difference("编号", "3", "2")]
    assert is_changed(pair, 2024)


def test_what_differs_is_told() -> None:
    new = plan(
        FIRST.replace("6月", "9月").replace("王建国", "赵明"), SECOND, THIRD.replace("建立农机台账", "走访农户三十户")
    )
    pairs = align_items(OLD.items, new.items)
    assert differences(pairs[0], 2024) == [
        Difference("责任领导", "王建国", "赵明"),
        Difference("时限", "6月30日（周日）前", "9月30日（周一）前"),
    ]
    assert differences(pairs[1], 2024) == [] and not is_changed(pairs[1], 2024)
    assert {("", "走访农户三十户"), ("建立农机台账", "")} <= {(d.before, d.after) for d in differences(pairs[2], 2024)}


def test_changed_words_of_a_task_and_new_points() -> None:
    new = plan(FIRST, SECOND.replace("形成风险清单", "形成风险清单一册"), THIRD, "走访企业。每月走访企业一次。")
    changed = [pair for pair in align_items(OLD.items, new.items) if is_changed(pair, 2024)]
    assert differences(changed[0], 2024) == [Difference("任务", "形成风险清单", "形成风险清单一册")]
    assert changed[1].spans == (None, new.items[3].span) and differences(changed[1], 2024) == []


def test_tasks_pair_by_their_words() -> None:
    new = plan(FIRST, SECOND, THIRD.replace("农机台账", "农机总台账")).items[2]
    pairs = align_tasks(OLD.items[2].tasks, new.tasks)
    assert [(pair.old is not None, pair.new is not None) for pair in pairs] == [(True, True)] * 2


def test_likeness() -> None:
    assert likeness("检查烟花店", "检查烟花店") == 1
    assert likeness("检查烟花店", "走访企业", 0.6) == 0
    assert likeness("ab" * 10, "ba" * 10, 0.99) == 0
    assert likeness("一二三四五六", "六五四三二一", 0.9) == 0


def test_which_share_of_a_plan_is_kept() -> None:
    assert share_kept(OLD, plan(FIRST, SECOND)) == pytest.approx(2 / 3)
    assert share_kept(OLD, plan("走访企业。每月走访重点企业一次。")) == 0


def with_first(plan: Plan, item: Item) -> Plan:
    return replace(plan, items=(item, *plan.items[1:]))


def settled_by_office(plan: Plan) -> Plan:
    """Return the plan after a review that dated, named and split."""
    item = plan.items[2]
    here = Span(item.tasks[1].span.start, item.tasks[1].span.start)
    rule = replace(plan.items[0].tasks[0].deadlines[0], span=here, basis=Basis.OFFICE)
    dated = replace(item.tasks[1], title="农机台账", deadlines=(rule,))
    named = Responsibility(leaders=(Name("赵明", Span(0, 0)),), departments=item.responsibility.departments)
    return replace(plan, items=(*plan.items[:2], replace(item, tasks=(item.tasks[0], dated), responsibility=named)))


@pytest.mark.parametrize("new", [plan(FIRST, THIRD), plan(FIRST, THIRD.replace("收割机", "插秧机"))])
def test_what_the_office_settled_is_inherited(new: Plan) -> None:
    item = inherit(settled_by_office(OLD), new).items[1]
    assert [name.name for name in item.responsibility.leaders] == ["赵明"]
    assert item.responsibility.leaders[0].by_office
    assert [task.title for task in item.tasks] == ["", "农机台账"]
    (rule,) = item.tasks[1].deadlines
    assert rule.basis is Basis.OFFICE and rule.span.start == item.tasks[1].span.start
    assert all(task.span.of(new.text) == task.text for task in item.tasks)


def test_a_merged_task_stays_merged_with_the_times_of_the_new_words() -> None:
    item = OLD.items[1]
    span = Span(item.tasks[0].span.start, item.tasks[-1].span.end)
    whole = replace(item.tasks[0], text=span.of(OLD.text), span=span)
    before = replace(OLD, items=(OLD.items[0], replace(item, tasks=(whole,)), OLD.items[2]))
    new = plan("走访企业。每月走访企业一次。", SECOND)
    (task,) = inherit(before, new).items[1].tasks
    assert task.text == whole.text == task.span.of(new.text)
    assert [rule.raw for rule in task.deadlines] == ["每季度开展一次"]


def test_a_task_not_found_again_leaves_the_reading_alone() -> None:
    item = OLD.items[0]
    lost = replace(item, tasks=(replace(item.tasks[0], text="别的字"),))
    assert inherit(with_first(OLD, lost), OLD).items[0].tasks == item.tasks


def test_tasks_of_unchanged_items_need_no_new_judgement() -> None:
    new = plan(FIRST, SECOND.replace("清单", "名册"), THIRD)
    spans = set(unchanged_tasks(OLD, new))
    assert spans == {task.span for item in (new.items[0], new.items[2]) for task in item.tasks}


@given(st.permutations([FIRST, SECOND, THIRD]), st.lists(st.sampled_from([FIRST, SECOND, THIRD]), max_size=3))
def test_every_item_of_both_versions_is_in_exactly_one_pair(first: list[str], second: list[str]) -> None:
    old, new = plan(*first), plan(*second)
    pairs = align_items(old.items, new.items)
    assert [pair.new for pair in pairs if pair.new] == list(new.items)
    assert sorted(pair.old.span for pair in pairs if pair.old) == [item.span for item in old.items]


def test_tasks_that_were_all_struck_stay_struck() -> None:
    struck = with_first(OLD, replace(OLD.items[0], tasks=(), without_tasks=True))
    item = inherit(struck, OLD).items[0]
    assert item.tasks == () and item.without_tasks

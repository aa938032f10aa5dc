"""Reviewing a reading: the clerk's steps over the tasks the reader proposes, each one a value, recorded and undoable.

A review is never stored: it is the reading with the steps taken over it in their order. A task is known by its span;
what is edited, split or merged gives way to what it became, what is no task is struck and can be restored.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

from planner.core.plan import Item, Plan, Responsibility, Span, Task
from planner.errors import Conflict, Invalid

CHANGED = "这一项刚才已经改动过，没有重复操作。请看过最新情况后再点。"
OVERLAPS = "这几个字已经在别的任务里了。要分开请用「拆」，要改请用「改」。"
NOT_ADJACENT = "前面没有同一条里的任务可以并。只有同一条里相邻的两项才能合并。"
NO_CUT = "请至少勾选一处「从这里分开」，而且两边都要有字。"
IDLE = "，。；：、,;: \t\n\u3000"


class ReviewAct(StrEnum):
    """What the clerk can do in a review."""

    ACCEPT = "accept"
    EDIT = "edit"
    SPLIT = "split"
    MERGE = "merge"
    REJECT = "reject"
    RESTORE = "restore"
    ADD = "add"
    NOTE = "note"
    MATCH = "match"
    PART = "part"
    UNDO = "undo"


@dataclass(frozen=True, slots=True)
class Step:
    """One act: the spans of the tasks it is about, the tasks they become, and who now answers for their item.

    ``finding`` is code and place of a finding noted. ``old`` and ``new`` are the spans of two items of the version
    before and of this one, None where there is no counterpart.
    """

    act: ReviewAct
    at: tuple[Span, ...] = ()
    tasks: tuple[Task, ...] = ()
    who: Responsibility | None = None
    finding: tuple[str, Span] | None = None
    old: Span | None = None
    new: Span | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """A plan under review: its tasks as they now stand, those accepted, those struck, the findings noted.

    ``matched`` holds the pairs of items (old, new) the clerk confirmed, ``parted`` those that are not the same point.
    """

    plan: Plan
    accepted: frozenset[Span] = frozenset()
    struck: tuple[Task, ...] = ()
    noted: frozenset[tuple[str, Span]] = frozenset()
    matched: frozenset[tuple[Span | None, Span | None]] = frozenset()
    parted: frozenset[tuple[Span, Span]] = frozenset()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A task as one card of the review: ``place`` of its item (0 for the first), and how the clerk judged it."""

    place: int
    item: Item
    task: Task
    accepted: bool = False
    struck: bool = False

    @property
    def key(self) -> str:
        """The card's name in addresses and forms: 120-156."""
        return f"{self.task.span.start}-{self.task.span.end}"

    @property
    def settled(self) -> bool:
        """Tell whether the clerk has judged it."""
        return self.accepted or self.struck


def review_of(reading: Plan, steps: Sequence[Step], accepted: Iterable[Span] = ()) -> Review:
    """Return *reading* after *steps*; the last step not yet undone is what an undo takes back.

    Tasks at the spans in *accepted* need no judgement: the version before already had them.
    """
    items = tuple(replace(item, tasks=commitments(item)) for item in reading.items)
    review = Review(replace(reading, items=items), frozenset(accepted))
    for step in standing_steps(steps):
        review = apply(review, step)
    return review


def standing_steps(steps: Iterable[Step]) -> list[Step]:
    """Return the steps that no later undo took back."""
    standing: list[Step] = []
    for step in steps:
        if step.act is not ReviewAct.UNDO:
            standing.append(step)
        elif standing:
            standing.pop()
    return standing


def commitments(item: Item) -> tuple[Task, ...]:
    """Return the tasks of an item; one without a separate commitment is itself the task, unless the office struck it.

    The item's own time limit holds for those of its tasks that name none.
    """
    if item.without_tasks:
        return ()
    tasks = item.tasks or (Task(text=item.text, span=item.span, targets=item.targets),)
    return tuple(task if task.deadlines else replace(task, deadlines=item.deadlines) for task in tasks)


def apply(review: Review, step: Step) -> Review:
    """Return the review after one step; raise ``Conflict`` when what it is about is not there any more."""
    match step.act:
        case ReviewAct.ACCEPT:
            _held(review.plan, step.at)
            if review.accepted.issuperset(step.at):
                raise Conflict(CHANGED)
            return replace(review, accepted=review.accepted.union(step.at))
        case ReviewAct.NOTE if step.finding:
            return replace(review, noted=review.noted | {step.finding})
        case ReviewAct.MATCH:
            return replace(review, matched=review.matched | {(step.old, step.new)})
        case ReviewAct.PART if step.old and step.new:
            return replace(review, parted=review.parted | {(step.old, step.new)})
        case _:
            return _replaced(review, step)


def _replaced(review: Review, step: Step) -> Review:
    """Take the tasks at a step's spans out of their item and put in what they become."""
    if step.act is ReviewAct.RESTORE:
        return _restored(review, step)
    gone = _held(review.plan, step.at)
    plan = _without(review.plan, step.at) if gone else review.plan
    if step.act is ReviewAct.ADD:
        _check_free(plan, step.tasks)
    if step.act is ReviewAct.MERGE:
        _check_whole(plan, review.struck, step.tasks)
    plan = _with_tasks(plan, step.tasks)
    if step.who is not None:
        plan = _answered_by(plan, step.tasks, step.who)
    struck = review.struck + gone if step.act is ReviewAct.REJECT else review.struck
    accepted = review.accepted.difference(step.at).union(task.span for task in step.tasks)
    return replace(review, plan=plan, accepted=accepted, struck=struck)


def _restored(review: Review, step: Step) -> Review:
    back = tuple(task for task in review.struck if task.span in step.at)
    if not back:
        raise Conflict(CHANGED)
    _check_free(review.plan, back)
    kept = tuple(task for task in review.struck if task.span not in step.at)
    return replace(review, plan=_with_tasks(review.plan, back), struck=kept)


def _held(plan: Plan, at: Sequence[Span]) -> tuple[Task, ...]:
    held = tuple(task for item in plan.items for task in item.tasks if task.span in at)
    if len(held) != len(at):
        raise Conflict(CHANGED)
    return held


def _check_free(plan: Plan, tasks: Sequence[Task]) -> None:
    taken = [held.span for item in plan.items for held in item.tasks]
    if any(span.overlaps(task.span) for span in taken for task in tasks):
        raise Invalid(OVERLAPS)


def _check_whole(plan: Plan, struck: Sequence[Task], tasks: Sequence[Task]) -> None:
    """Refuse a merged task that would take in a struck one, or only a part of another."""
    left = [held.span for item in plan.items for held in item.tasks]
    gone = [held.span for held in struck]
    for span in (task.span for task in tasks):
        parted = any(span.overlaps(other) and not span.covers(other) for other in left)
        if parted or any(span.overlaps(other) for other in gone):
            raise Invalid(NOT_ADJACENT)


def _without(plan: Plan, at: Sequence[Span]) -> Plan:
    return replace(
        plan,
        items=tuple(
            replace(item, tasks=tuple(task for task in item.tasks if task.span not in at)) for item in plan.items
        ),
    )


def _with_tasks(plan: Plan, tasks: Sequence[Task]) -> Plan:
    """Put each task into the item whose words it is among; words outside every item become an item of their own."""
    items = list(plan.items)
    for task in tasks:
        place = _place(items, task.span)
        if place is None:
            items.append(_item_of(task, items))
            items.sort(key=lambda item: item.span)
        else:
            held = sorted((*items[place].tasks, task), key=lambda one: one.span)
            items[place] = replace(items[place], tasks=tuple(held))
    return replace(plan, items=tuple(items))


def _place(items: Sequence[Item], span: Span) -> int | None:
    return next((place for place, item in enumerate(items) if item.span.covers(span)), None)


def _item_of(task: Task, items: Sequence[Item]) -> Item:
    before = [item.section for item in items if item.span.start < task.span.start]
    return Item("", title_of(task), before[-1] if before else "", task.text, task.span, tasks=(task,))


def _answered_by(plan: Plan, tasks: Sequence[Task], who: Responsibility) -> Plan:
    spans = {task.span for task in tasks}
    return replace(
        plan,
        items=tuple(
            replace(item, responsibility=who) if any(task.span in spans for task in item.tasks) else item
            for item in plan.items
        ),
    )


def candidates(review: Review) -> list[Candidate]:
    """Return every proposed, made and struck task in the order of the text."""
    return sorted(_candidates(review), key=lambda card: (card.place, card.task.span))


def _candidates(review: Review) -> Iterator[Candidate]:
    for place, item in enumerate(review.plan.items):
        for task in item.tasks:
            yield Candidate(place, item, task, accepted=task.span in review.accepted)
    for task in review.struck:
        found = _place(review.plan.items, task.span) or 0
        yield Candidate(found, review.plan.items[found], task, struck=True)


def split(task: Task, text: str, cuts: Sequence[int]) -> tuple[Task, ...]:
    """Return *task* cut at offsets into *text*; times and figures go with the words they stand in, others with all."""
    edges = [task.span.start, *sorted(set(cuts)), task.span.end]
    spans = [_trimmed(Span(*edge), text) for edge in pairwise(edges)]
    if len(spans) < 2 or any(span.start >= span.end or not task.span.covers(span) for span in spans):
        raise Invalid(NO_CUT)
    return tuple(_part(task, span, text) for span in spans)


def _part(task: Task, span: Span, text: str) -> Task:
    return replace(
        task,
        text=span.of(text),
        span=span,
        title="",
        obligor=task.obligor if task.obligor in span.of(text) else "",
        deadlines=tuple(rule for rule in task.deadlines if span.covers(rule.span) or not _is_inside(rule.span, task)),
        targets=tuple(target for target in task.targets if span.covers(target.span)),
    )


def _is_inside(span: Span, task: Task) -> bool:
    """Tell whether a time stands among a task's own words; the item's and the office's do not."""
    return span.start < span.end and task.span.covers(span)


def _trimmed(span: Span, text: str) -> Span:
    words = span.of(text)
    start = span.start + len(words) - len(words.lstrip(IDLE))
    return Span(start, max(start, span.end - len(words) + len(words.rstrip(IDLE))))


def cuts_of(task: Task, text: str) -> list[int]:
    """Return where a task can be split: after each mark that ends a clause and leaves words on both sides."""
    inner = range(task.span.start + 1, task.span.end - 1)
    return [place + 1 for place in inner if text[place] in "，。；：、,;\n" and text[place + 1] not in IDLE]


def merged(first: Task, second: Task, text: str) -> Task:
    """Return two tasks of one item as one that covers both and what stands between them."""
    span = Span(min(first.span.start, second.span.start), max(first.span.end, second.span.end))
    return Task(
        text=span.of(text),
        span=span,
        obligor=first.obligor or second.obligor,
        deadlines=first.deadlines + tuple(rule for rule in second.deadlines if rule not in first.deadlines),
        targets=first.targets + second.targets,
    )


def before(review: Review, task: Task) -> Task:
    """Return the task before *task* in its item, passing over stricter rules inside one; raise ``Invalid`` for the first."""
    item = next((item for item in review.plan.items if task in item.tasks), None)
    earlier = [one for one in item.tasks if one.span.start < task.span.start] if item else []
    whole = [one for one in earlier if not any(other is not one and other.span.covers(one.span) for other in earlier)]
    if not whole:
        raise Invalid(NOT_ADJACENT)
    return whole[-1]


def title_of(task: Task, limit: int = 40) -> str:
    """Return what a task is called: the title the clerk gave it, or its words on one line, cut with an ellipsis."""
    line = " ".join((task.title or task.text).split()).strip(IDLE)
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


def time_words(task: Task) -> str:
    """Return the words of a task's times as its card shows and takes them."""
    return "；".join(dict.fromkeys(rule.raw for rule in task.deadlines))


STEP_WORDS = {
    ReviewAct.ACCEPT: "接受「{told}」",
    ReviewAct.EDIT: "修改「{told}」：{edited}",
    ReviewAct.SPLIT: "把「{told}」拆成「{became}」",
    ReviewAct.MERGE: "把「{told}」合成一项",
    ReviewAct.REJECT: "「{told}」不是任务",
    ReviewAct.RESTORE: "恢复「{told}」",
    ReviewAct.ADD: "把「{became}」设为任务",
    ReviewAct.NOTE: "知道了一处缺口：「{noted}」",
    ReviewAct.MATCH: "确认与上一版的一处对照",
    ReviewAct.PART: "认定与上一版的一处不是同一条",
    ReviewAct.UNDO: "撤回上一步",
}


def step_words(step: Step, text: str) -> str:
    """Return in words what a step did, for the list of changes and the ledger."""
    if step.act is ReviewAct.ACCEPT and len(step.at) > 1:
        return f"接受{len(step.at)}项"
    noted = _quoted([step.finding[1]], text) if step.finding else ""
    became = "」「".join(title_of(task, 30) for task in step.tasks)
    return STEP_WORDS[step.act].format(
        told=_quoted(step.at, text), became=became, noted=noted, edited=_edited(step) if step.tasks else ""
    )


def _quoted(spans: Iterable[Span], text: str) -> str:
    return "」「".join(" ".join(span.of(text).split())[:30] for span in spans)


def _edited(step: Step) -> str:
    task, who = step.tasks[0], step.who or Responsibility()
    names = [name.name for group in (who.leaders, who.departments, who.supporting) for name in group]
    return "，".join(words for words in (title_of(task, 30), time_words(task), "、".join(names)) if words)

"""Aligning two versions of a plan, so that what is the same point keeps its progress.

In this order: the same words; the same number and words at least 60 % alike; the best partner at least 75 % alike;
else the point is new or removed. Tasks inside a pair of items are aligned by their words alone.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Generic, TypeVar

from planner.core.plan import Basis, Item, Name, Plan, Responsibility, Span, Task
from planner.core.wording import rule_words

SAME_NUMBER = 0.6
BEST_PARTNER = 0.75
T = TypeVar("T", Item, Task)
QUOTED = re.compile(r"^> (.*)$", re.MULTILINE)
TAG = re.compile(
    r"[（(【\[](?:责任|牵头|分管|包保|配合|协助|参与|落实单位|完成时限|完成时间|整改时限)[^（）()【】\[\]]{0,300}[）)】\]]"
)
IDLE = re.compile(r"[。：:](?=\s*$)|(?<=[。：:])\n|[#*]", re.MULTILINE)
NUMBERING = re.compile(r"^[#\s]*[（(第]?[0-9０-９一二三四五六七八九十]{0,4}[）)条．.、，\s]*")


@dataclass(frozen=True, slots=True)
class Pair(Generic[T]):
    """A point of the old version and its counterpart in the new one; a new point has no ``old``, a removed no ``new``."""

    old: T | None
    new: T | None

    @property
    def spans(self) -> tuple[Span | None, Span | None]:
        """The places of both in their versions, which name the pair."""
        return self.old.span if self.old else None, self.new.span if self.new else None


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that two versions say differently: 责任领导, from, to."""

    what: str
    before: str
    after: str


def align_items(
    old: Sequence[Item], new: Sequence[Item], parted: Collection[tuple[Span, Span]] = ()
) -> list[Pair[Item]]:
    """Return the pairs of items, each item of both versions once, in the new order with the removed where they stood.

    A pair in *parted* is never made: somebody said that these two are not the same point.
    """
    matching: _Matching[Item] = _Matching(old, new, parted)
    matching.take(matching.of_same_words())
    matching.take(pair for pair in matching.alike(SAME_NUMBER) if matching.has_same_number(pair))
    matching.take(matching.alike(BEST_PARTNER))
    return _in_order(old, new, matching.found)


def align_tasks(old: Sequence[Task], new: Sequence[Task]) -> list[Pair[Task]]:
    """Return the pairs of the tasks of two items that are the same point."""
    matching: _Matching[Task] = _Matching(old, new, ())
    matching.take(matching.of_same_words())
    matching.take(matching.alike(SAME_NUMBER))
    return _in_order(old, new, matching.found)


class _Matching(Generic[T]):
    """Finds partners: ``found`` gives for a place in the new version the place of its partner in the old one."""

    def __init__(self, old: Sequence[T], new: Sequence[T], parted: Collection[tuple[Span, Span]]) -> None:
        self.old: Sequence[T] = old
        self.new: Sequence[T] = new
        self.parted = set(parted)
        self.words = [_bare(one) for one in old]
        self.fresh = [_bare(one) for one in new]
        self.found: dict[int, int] = {}

    def take(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Keep the pairs, given as places in the new and the old version, of which neither side has a partner yet."""
        taken = set(self.found.values())
        for here, there in pairs:
            if here not in self.found and there not in taken:
                self.found[here] = there
                taken.add(there)

    def of_same_words(self) -> list[tuple[int, int]]:
        places: dict[str, list[int]] = {}
        for there, words in enumerate(self.words):
            places.setdefault(words, []).append(there)
        same = ((here, there) for here, words in enumerate(self.fresh) for there in places.get(words, ()))
        return [pair for pair in same if self._may_be(pair)]

    def alike(self, least: float) -> list[tuple[int, int]]:
        """Return the pairs still open that are at least so much alike, the likest first."""
        taken = set(self.found.values())
        lonely = [there for there in range(len(self.old)) if there not in taken]
        pairs = [(here, there) for here in range(len(self.new)) if here not in self.found for there in lonely]
        scored = [(likeness(self.words[pair[1]], self.fresh[pair[0]], least), pair) for pair in pairs]
        ranked = sorted((score for score in scored if score[0]), key=lambda score: (-score[0], score[1]))
        return [pair for _, pair in ranked if self._may_be(pair)]

    def has_same_number(self, pair: tuple[int, int]) -> bool:
        here, there = self.new[pair[0]], self.old[pair[1]]
        return isinstance(here, Item) and isinstance(there, Item) and here.number == there.number

    def _may_be(self, pair: tuple[int, int]) -> bool:
        return (self.old[pair[1]].span, self.new[pair[0]].span) not in self.parted


def _in_order(old: Sequence[T], new: Sequence[T], found: dict[int, int]) -> list[Pair[T]]:
    """Return the pairs in the new order; a removed point follows the one it stood behind."""
    kept: list[tuple[int, Pair[T]]] = []
    last = -1
    for here, one in enumerate(new):
        last = found.get(here, last)
        kept.append((last, Pair(old[found[here]] if here in found else None, one)))
    taken = set(found.values())
    for there in (there for there in range(len(old)) if there not in taken):
        place = max((at + 1 for at, (before, _) in enumerate(kept) if before < there), default=0)
        kept.insert(place, (there, Pair(old[there], None)))
    return [pair for _, pair in kept]


def _bare(one: Item | Task) -> str:
    """Return the words that count when comparing: without number, spaces, marks of Markdown and the tag that names people.

    Whom a point names is compared by itself. Of a point in the canonical form the words as issued count.
    """
    quoted = QUOTED.findall(one.text)
    words = TAG.sub("", "\n".join(quoted) if quoted else one.text)
    bare = "".join(IDLE.sub("", NUMBERING.sub("", words, count=1)).split())
    title = "".join(one.title.split()) if isinstance(one, Item) else ""
    return title + bare.removeprefix(title).lstrip("。：:") if title and bare.startswith(title) else bare


def likeness(one: str, two: str, least: float = 0.0) -> float:
    """Return how alike two texts are, from 0 to 1; what is certainly below *least* counts as 0."""
    matcher = SequenceMatcher(None, one, two, autojunk=False)
    if matcher.real_quick_ratio() < least or matcher.quick_ratio() < least:
        return 0.0
    ratio = matcher.ratio()
    return ratio if ratio >= least else 0.0


def differences(pair: Pair[Item], year: int | None) -> list[Difference]:
    """Return what the clerk should see of a pair of items; nothing when both say the same."""
    if pair.old is None or pair.new is None:
        return []
    told = [Difference(what, before, after) for what, before, after in _fields(pair.old, pair.new) if before != after]
    for tasks in align_tasks(pair.old.tasks, pair.new.tasks):
        told += _task_differences(tasks, year)
    return told


def _fields(old: Item, new: Item) -> Iterator[tuple[str, str, str]]:
    yield "编号", old.number, new.number
    yield "标题", old.title, new.title
    yield from zip(
        ("责任领导", "责任部门", "配合单位"), _people(old.responsibility), _people(new.responsibility), strict=True
    )


def _people(who: Responsibility) -> list[str]:
    return ["、".join(name.name for name in group) for group in _groups(who)]


def _task_differences(pair: Pair[Task], year: int | None) -> list[Difference]:
    old, new = pair.old, pair.new
    if old is None or new is None:
        gone, made = (old.text if old else ""), (new.text if new else "")
        return [Difference("任务", gone, made)]
    told = [
        Difference("任务", old.text, new.text) if _bare(old) != _bare(new) else None,
        Difference("时限", _times(old, year), _times(new, year)) if _times(old, year) != _times(new, year) else None,
    ]
    return [one for one in told if one]


def _times(task: Task, year: int | None) -> str:
    return "；".join(rule_words(rule, year) for rule in task.deadlines) or "未写明"


def is_changed(pair: Pair[Item], year: int | None) -> bool:
    """Tell whether the clerk has to look at a pair: new, removed, or with words that are not the same."""
    if pair.old is None or pair.new is None:
        return True
    return _bare(pair.old) != _bare(pair.new) or bool(differences(pair, year))


def share_kept(old: Plan, new: Plan) -> float:
    """Return which share of the old items the new plan still has, word for word or much the same under their number.

    It tells a revision from another plan, in time that grows with the length of both.
    """
    words = {_bare(item) for item in new.items}
    numbered = {(item.section, item.number): _bare(item) for item in new.items}
    kept = sum(
        _bare(item) in words or _shared(_bare(item), numbered.get((item.section, item.number), "")) >= SAME_NUMBER
        for item in old.items
    )
    return kept / max(len(old.items), 1)


def _shared(one: str, two: str) -> float:
    """Return which share of the pairs of neighbouring characters two texts have in common."""
    pairs, others = ({text[at : at + 2] for at in range(len(text) - 1)} for text in (one, two))
    return 2 * len(pairs & others) / max(len(pairs) + len(others), 1)


def unchanged_tasks(old: Plan, new: Plan) -> Iterator[Span]:
    """Yield the places of the tasks of *new* in items that say just what they said in *old*."""
    for pair in align_items(old.items, new.items):
        if pair.new and not is_changed(pair, new.plan_year):
            yield from (task.span for task in pair.new.tasks)


def inherit(old: Plan, new: Plan) -> Plan:
    """Return *new* with what the office settled in *old* and the document still leaves as it was.

    An item whose words are the same keeps its tasks as reviewed; elsewhere a task with the same words keeps the title
    and the time the office gave it. People the office named stay named.
    """
    before = {pair.new.span: pair.old for pair in align_items(old.items, new.items) if pair.old and pair.new}
    return replace(
        new, items=tuple(_inherited(before[item.span], item) if item.span in before else item for item in new.items)
    )


def _inherited(old: Item, new: Item) -> Item:
    placed = _placed(old, new) if _bare(old) == _bare(new) else None
    if placed is not None:
        tasks = tuple(_settled(task, _as_read(span, new)) for task, span in placed)
    else:
        known = {_bare(task): task for task in old.tasks}
        tasks = tuple(_settled(known.get(_bare(task), task), task) for task in new.tasks)
    struck = placed == [] and old.without_tasks
    return replace(new, tasks=tasks, without_tasks=struck, responsibility=_still_named(old.responsibility, new))


def _placed(old: Item, new: Item) -> list[tuple[Task, Span]] | None:
    """Return where the tasks of *old* stand in the same words of *new*, None when one is not found."""
    placed: list[tuple[Task, Span]] = []
    at = 0
    for task in old.tasks:
        start = new.text.find(task.text, at)
        if start < 0:
            return None
        placed.append((task, Span(start, start + len(task.text)).shift(new.span.start)))
        at = start
    return placed


def _as_read(span: Span, item: Item) -> Task:
    """Return the task that the reading finds at *span*, put together from others where it is not one."""
    for task in item.tasks:
        if task.span == span:
            return task
    rules = tuple(rule for task in item.tasks for rule in task.deadlines if span.covers(rule.span))
    targets = tuple(target for task in item.tasks for target in task.targets if span.covers(target.span))
    words = span.shift(-item.span.start).of(item.text)
    return Task(words, span, deadlines=rules, targets=targets)


def _settled(old: Task, new: Task) -> Task:
    here = Span(new.span.start, new.span.start)
    office = tuple(replace(rule, span=here) for rule in old.deadlines if rule.basis is Basis.OFFICE)
    return replace(new, title=old.title, obligor=new.obligor or old.obligor, deadlines=office or new.deadlines)


def _still_named(old: Responsibility, new: Item) -> Responsibility:
    here = Span(new.span.start, new.span.start)
    groups = zip(_groups(old), _groups(new.responsibility), strict=True)
    return Responsibility(
        *(
            (
                *now,
                *(
                    Name(name.name, here)
                    for name in was
                    if name.by_office and name.name not in {one.name for one in now}
                ),
            )
            for was, now in groups
        )
    )


def _groups(who: Responsibility) -> tuple[tuple[Name, ...], ...]:
    return who.leaders, who.departments, who.supporting

"""A plan in the canonical Markdown form of ``plans/*.md``, which the one reader of documents reads back.

    # title / 印发单位 / 印发日期 / ## 一、section / ### 1. item     headings
    words of the item, tag                                        where reading them gives its tasks
    > words of the item, - [ ] task（到期：words of time）, tag     else: the words as issued, the tasks as settled

Findings are not written; reading the file finds them again. There is no parser here on purpose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from planner.core.calendar import WorkingDays
from planner.core.plan import Deadline, Item, Name, Plan, Section, Span, Task
from planner.core.plan_json import deadline_json, target_json
from planner.core.review import commitments
from planner.core.wording import rule_words
from planner.formats.word_numbering import chinese
from planner.reading.checks import NO_TASKS, UNDATED
from planner.reading.context import Context
from planner.reading.deadlines import find_deadlines
from planner.reading.document import PLAIN_WEEK, read_plan

_TAG_WORDS = "责任|牵头|分管|包保|配合|协助|参与|落实单位|完成时限|完成时间|整改时限"
_TAG = re.compile(rf"[（(【\[](?:{_TAG_WORDS})[^（）()【】\[\]]*[）)】\]][。；]?")
_MARKS = re.compile(r"^(?:#{1,6}|[-*>+])\s+", re.MULTILINE)
_EMPTY_BRACKETS = re.compile("[（(](?:其中)?[，,；;]?[)）]")
_NUMBER_END = "．.、，,）) 　\t"
_TITLE_END = "。：: 　\t\n"
END_OF_SECTIONS = "附件"


def write_plan(plan: Plan, days: WorkingDays = PLAIN_WEEK) -> str:
    """Return the Markdown of *plan*; reading it gives the same plan again, but for the offsets.

    Working days are counted by *days*, as when it was read. The tasks of *plan* carry their times, as in a review and in the store: the time of a tag is on those it holds for.
    """
    return "\n\n".join(_blocks(plan, days)) + "\n"


def _blocks(plan: Plan, days: WorkingDays) -> Iterator[str]:
    yield f"# {_line(plan.title)}"
    if plan.issuer:
        yield f"印发单位：{plan.issuer}"
    if plan.issue_date:
        yield f"印发日期：{_day(plan.issue_date)}"
    headings = list(enumerate(plan.sections, start=1))
    section = ""
    for item, number in zip(plan.items, _numbers(plan.items), strict=True):
        while headings and headings[0][1].span.start <= item.span.start:
            yield _heading(*headings.pop(0))
        if section and not item.section:
            yield END_OF_SECTIONS
        section = item.section
        yield from _item(plan, item, number, days)
    yield from (_heading(*heading) for heading in headings)


def _numbers(items: Sequence[Item]) -> list[str]:
    """Return the number of each item, its place in the form of the others where it has none."""
    form = str if all(item.number.isascii() for item in items) else chinese
    return [item.number or form(place) for place, item in enumerate(items, start=1)]


def _heading(place: int, section: Section) -> str:
    return f"## {section.number or chinese(place)}、{_line(section.title)}"


def _item(plan: Plan, item: Item, number: str, days: WorkingDays) -> Iterator[str]:
    heading = f"### {_numbering(number)}{_line(item.title)}"
    plain = [block for block in (heading, item_body(item), _tag(item, item.deadlines)) if block]
    yield from plain if _reads_back(plan, item, plain, days) else [heading, *_reviewed(plan, item, days)]


def _reads_back(plan: Plan, item: Item, blocks: Sequence[str], days: WorkingDays) -> bool:
    """Tell whether the reader takes from *blocks* what *item* says."""
    issued = [f"印发日期：{_day(plan.issue_date)}"] if plan.issue_date else []
    again = read_plan("\n\n".join(["# 工作要点", *issued, "## 一、任务", *blocks]), year=plan.plan_year, days=days)
    return [_facts(one, commitments(one)) for one in again.items] == [_facts(item, item.tasks)]


def _facts(item: Item, tasks: Sequence[Task]) -> Any:
    who = item.responsibility
    people = [_names(group) for group in (who.leaders, who.departments, who.supporting)]
    return _line(item.title), people, [_task_facts(task, tasks) for task in tasks]


def _task_facts(task: Task, among: Sequence[Task]) -> Any:
    words = "".join(_own_words(task, among).split())
    return task.title, words, _rules(task.deadlines), [target_json(target) for target in task.targets]


def _rules(rules: Sequence[Deadline]) -> list[dict[str, Any]]:
    """Return what rules of time mean, whatever words say it."""
    shapes = [deadline_json(rule) | {"season": bool(rule.season)} for rule in rules]
    return [{key: value for key, value in shape.items() if key not in ("raw", "basis")} for shape in shapes]


def _numbering(number: str) -> str:
    """Return the number in the form that stands below the headings 一、: 2. or （二） or ②."""
    if number.isascii():
        return f"{number}. "
    return number if number.isnumeric() and number >= "①" and not "一" <= number <= "龥" else f"（{number}）"


def item_body(item: Item) -> str:
    """Return the words of an item after its number and title, without its responsibility tags."""
    text = _TAG.sub("", _MARKS.sub("", item.text)).strip()
    text = text.removeprefix(item.number).lstrip(_NUMBER_END)
    text = text.removeprefix(item.title).lstrip(_TITLE_END)
    return "\n\n".join(line.strip() for line in text.split("\n") if line.strip())


def _reviewed(plan: Plan, item: Item, days: WorkingDays) -> Iterator[str]:
    """Yield the words of an item as a quotation, its tasks as a list of checks, and its tag.

    The tag keeps its time only where that holds for every task that names none; else each task says its own.
    """
    yield "\n".join(f"> {line}" for line in item.text.split("\n") if line.strip())
    context = Context(plan.plan_year, plan.issue_date, days=days)
    lines = [(task, _own_words(task, item.tasks)) for task in item.tasks]
    agreed = all(_agrees(task, words, item.deadlines, context) for task, words in lines)
    times = item.deadlines if agreed else ()
    checks = [f"- [ ] {_title(task)}{words}{_when(task, words, times, context)}" for task, words in lines]
    yield "\n".join(checks) or f"- {NO_TASKS}"
    if tag := _tag(item, times):
        yield tag


def _title(task: Task) -> str:
    return f"*{_line(task.title)}* " if task.title else ""


def _agrees(task: Task, words: str, times: Sequence[Deadline], context: Context) -> bool:
    """Tell whether a task's times are what its words tell, or *times* where they tell none."""
    return _rules(task.deadlines) == _rules(find_deadlines(words, context) or times)


def _own_words(task: Task, among: Sequence[Task]) -> str:
    """Return the words of a task on one line, without those of the stricter rules inside it."""
    inner = [other.span for other in among if other.span != task.span and task.span.covers(other.span)]
    kept, at = "", task.span.start
    for span in [*inner, Span(task.span.end, task.span.end)]:
        kept += Span(at, max(span.start, at)).shift(-task.span.start).of(task.text)
        at = span.end
    return _line(_EMPTY_BRACKETS.sub("", kept))


def _when(task: Task, words: str, times: Sequence[Deadline], context: Context) -> str:
    """Return the times of a task where neither its words nor its item's tag tell them."""
    if _agrees(task, words, times, context):
        return ""
    wanted = _rules(task.deadlines)
    raw = "；".join(rule.raw for rule in task.deadlines)
    meant = "；".join(rule_words(rule, context.year) for rule in task.deadlines)
    ways = [way for way in (raw, meant) if _rules(find_deadlines(way, context)) == wanted]
    return f"（到期：{(ways or [raw])[0] or UNDATED}）"


def _tag(item: Item, times: Sequence[Deadline]) -> str:
    who = item.responsibility
    parts = [
        f"{label}：{'、'.join(values)}"
        for label, values in (
            ("责任领导", _names(who.leaders)),
            ("责任部门", _names(who.departments)),
            ("配合单位", _names(who.supporting)),
            ("完成时限", [deadline.raw for deadline in times]),
        )
        if values
    ]
    return f"（{'，'.join(parts)}）" if parts else ""


def _names(names: Sequence[Name]) -> list[str]:
    return [each.name for each in names]


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _line(text: str) -> str:
    """Return *text* on one line, as a heading must be."""
    return " ".join(text.split())

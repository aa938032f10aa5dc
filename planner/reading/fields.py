"""What the clerk writes into the fields of a review, read by the same grammars as the document."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from planner.core.plan import Basis, Deadline, Item, Name, Responsibility, Span, Task
from planner.core.review import time_words, title_of
from planner.errors import Invalid
from planner.reading.context import Context
from planner.reading.deadlines import find_deadlines
from planner.reading.names import split_names

LONGEST = 300
"""Characters of a field."""


@dataclass(frozen=True, slots=True)
class Wish:
    """The five fields of a task's card as the clerk left them; several names are separated by 、."""

    title: str
    when: str
    leaders: str
    departments: str
    supporting: str


def granted(wish: Wish, task: Task, item: Item, context: Context) -> tuple[Task, Responsibility | None]:
    """Return the task as wished, and who answers for its item, None when that stays.

    What was not touched keeps its place in the document; what is new is by the office. Raise ``Invalid`` for words of
    time that are not understood and for fields that are too long.
    """
    if any(len(words) > LONGEST for words in (wish.title, wish.when, wish.leaders, wish.departments, wish.supporting)):
        raise Invalid(f"每一格请不超过{LONGEST}字。")
    changed = replace(task, title=_title(task, wish.title), deadlines=_times(task, wish.when, context))
    who = item.responsibility
    wanted = Responsibility(
        _names(wish.leaders, who.leaders, item),
        _names(wish.departments, who.departments, item),
        _names(wish.supporting, who.supporting, item),
    )
    return changed, None if wanted == who else wanted


def _title(task: Task, title: str) -> str:
    words = " ".join(title.split())
    return "" if words in ("", title_of(replace(task, title=""))) else words


def _times(task: Task, when: str, context: Context) -> tuple[Deadline, ...]:
    words = " ".join(when.split())
    if words == time_words(task):
        return task.deadlines
    rules = find_deadlines(_spelt(words), context)
    if words and not rules:
        raise Invalid(f"没看懂「{words[:30]}」这个时限。可以写：6月30日、9月底前、每季度、每月28日前、长期。")
    here = Span(task.span.start, task.span.start)
    return tuple(replace(rule, span=here, basis=Basis.OFFICE) for rule in rules)


def _spelt(words: str) -> str:
    """Return a bare day, 2024-06-30 or 6月30日, as a time limit."""
    try:
        day = date.fromisoformat(words)
    except ValueError:
        return f"{words}前" if words.endswith("日") else words
    return f"{day.year}年{day.month}月{day.day}日前"


def _names(words: str, held: tuple[Name, ...], item: Item) -> tuple[Name, ...]:
    known = {name.name: name for name in held}
    here = Span(item.span.start, item.span.start)
    return tuple(known.get(name.name, Name(name.name, here)) for name in split_names(words))


def find_words(text: str, words: str, start: int | None = None) -> Span:
    """Return where *words* stand in *text*; *start* chooses among several places. Raise ``Invalid`` for none or doubt."""
    wanted = words.replace("\r\n", "\n").strip()
    if not wanted:
        raise Invalid("请先在原文里选中一段文字，或把原文的一句话贴到框里。")
    if start is not None and text.startswith(wanted, start):
        return Span(start, start + len(wanted))
    first = text.find(wanted)
    if first < 0:
        raise Invalid("原文里没有这段文字，请照原文一字不差地贴。")
    if text.find(wanted, first + 1) >= 0:
        raise Invalid("这几个字在原文里不止一处，请多选几个字。")
    return Span(first, first + len(wanted))

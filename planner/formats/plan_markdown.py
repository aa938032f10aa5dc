"""A plan in the canonical Markdown form of ``plans/*.md``, which the one reader of documents reads back.

Only what the document says is written: its words, who answers, and the times of its tags. Findings are not; reading
the file finds them again. There is no parser here on purpose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from planner.core.plan import Item, Name, Plan, Section

_TAG_WORDS = "责任|牵头|分管|包保|配合|协助|参与|落实单位|完成时限|完成时间|整改时限"
_TAG = re.compile(rf"[（(【\[](?:{_TAG_WORDS})[^（）()【】\[\]]*[）)】\]][。；]?")
_MARKS = re.compile(r"^(?:#{1,6}|[-*>+])\s+", re.MULTILINE)
_NUMBER_END = "．.、，,）) 　\t"
_TITLE_END = "。：: 　\t\n"


def write_plan(plan: Plan) -> str:
    """Return the Markdown of *plan*; reading it gives the same plan again, but for the offsets."""
    return "\n\n".join(_blocks(plan)) + "\n"


def _blocks(plan: Plan) -> Iterator[str]:
    yield f"# {_line(plan.title)}"
    if plan.issuer:
        yield f"印发单位：{plan.issuer}"
    if plan.issue_date:
        yield f"印发日期：{_day(plan.issue_date)}"
    headings = list(plan.sections)
    for item in plan.items:
        while headings and headings[0].span.start <= item.span.start:
            yield _heading(headings.pop(0))
        yield from _item(item)
    yield from map(_heading, headings)


def _heading(section: Section) -> str:
    return f"## {section.number}、{_line(section.title)}"


def _item(item: Item) -> Iterator[str]:
    yield f"### {_numbering(item.number)}{_line(item.title)}"
    if body := item_body(item):
        yield body
    if tag := _tag(item):
        yield tag


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


def _tag(item: Item) -> str:
    who = item.responsibility
    parts = [
        f"{label}：{'、'.join(values)}"
        for label, values in (
            ("责任领导", _names(who.leaders)),
            ("责任部门", _names(who.departments)),
            ("配合单位", _names(who.supporting)),
            ("完成时限", [deadline.raw for deadline in item.deadlines]),
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

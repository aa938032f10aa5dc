"""Items: the numbered blocks and table rows of a cleaned text with their people, times and tasks.

Only here are spans carried from the cleaned text back into the raw one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice, takewhile

from planner.core.plan import Deadline, Item, Name, Responsibility, Section, Span, Target, Task
from planner.reading.blocks import Block, Found, find_blocks, give_tags, heading, is_heading, items_in, planning_part
from planner.reading.checks import NO_TASKS, Check, find_checks, is_reviewed
from planner.reading.clauses import SHORTEST, find_clauses, find_obligor
from planner.reading.context import Context
from planner.reading.deadlines import find_deadlines
from planner.reading.names import helpers_in, split_names
from planner.reading.numerals import number
from planner.reading.responsibility import Tag, find_tags, merged
from planner.reading.tables import Row, find_rows
from planner.reading.targets import find_targets, read_figure
from planner.reading.text import Cleaned, clean

MEASURES = re.compile("^(?:整改目标|整改措施|整改要求|整改举措)[：:]", re.MULTILINE)
"""Where the words about a problem end and what is to be done begins."""
SEVERAL = re.compile(r"[。；;，,]\s*\S")
LONGEST_NAME = 14
"""A title cell that is longer, or of several clauses, holds more than the name of the work."""


def read_items(cleaned: Cleaned, title: str, context: Context) -> tuple[tuple[Section, ...], tuple[Item, ...]]:
    """Return the sections and items of a cleaned text; *title* tells a report, of which only the plan is read."""
    text = cleaned.text
    rows = find_rows(text)
    tables = _tables(rows)
    found, bare = _numbered(_blanked(text, tables), title)
    if tables:
        works = any(one.block.tags or _commits(_words_of(bare, one), context) for one in found)
        found = [one for one in found if one.block.tags or (works and _stands_over(bare, one, tables[0]))]
    sections = {one.section.start: _section(cleaned, one.section) for one in found if one.section}
    sections |= {row.section.start: _row_section(cleaned, row.section) for row in rows if row.section}
    items = [_block_item(cleaned, bare, one, context) for one in found]
    items += [_row_item(cleaned, row, place, context) for place, row in enumerate(rows, start=1)]
    return tuple(sections.values()), tuple(sorted(items, key=lambda item: item.span))


def _tables(rows: Sequence[Row]) -> list[Span]:
    """Return where the tables stand, each with its heads and dividers, in order."""
    ends: dict[int, int] = {}
    for row in rows:
        ends[row.table] = max(ends.get(row.table, 0), row.span.end)
    return [Span(start, end) for start, end in sorted(ends.items())]


def _words_of(text: str, one: Found) -> str:
    return text[one.block.words : one.block.end]


def _stands_over(text: str, one: Found, first: Span) -> bool:
    """Tell whether a block stands before the tables and is no heading of theirs."""
    return one.block.end <= first.start and not is_heading(text, one.block)


def _numbered(text: str, title: str) -> tuple[list[Found], str]:
    """Return the numbered items of *text*, and the text with the tags blanked, so that none is read as a task."""
    tags = find_tags(text)
    blocks = find_blocks(text)
    give_tags(text, blocks, tags)
    chosen = blocks if is_reviewed(text) else planning_part(text, title, blocks)
    return items_in(text, chosen), _blanked(text, [tag.span for tag in tags])


def _section(cleaned: Cleaned, block: Block) -> Section:
    title = heading(cleaned.text, block)
    return Section(block.number, title, cleaned.raw(block.start, max(block.words + len(title), block.start + 1)))


def _row_section(cleaned: Cleaned, cell: Span) -> Section:
    words = cell.of(cleaned.text)
    number, mark, title = words.partition("、")
    return Section(number if mark else "", title or words, cleaned.raw(*cell))


def _block_item(cleaned: Cleaned, bare: str, found: Found, context: Context) -> Item:
    text, block = cleaned.text, found.block
    month = Span(block.start, block.start + len(block.number)) if "月" in block.number else None
    if month:
        context = replace(context, month=number(block.number.rstrip("月份")))
    title = heading(bare, block)
    context = _in_month_of(title, context)
    told = MEASURES.search(bare, block.words, block.end)
    whole = not told and _commits(title, context)
    body = Span(block.words, block.end) if whole else _after_title(bare, block)
    span = cleaned.raw(block.start, block.end)
    times = [*([month] if month else []), *(span for tag in block.tags for span in tag.times)]
    return Item(
        number=block.number,
        title=title or heading(text, block),
        section=heading(text, found.section) if found.section else "",
        text=span.of(cleaned.source),
        span=span,
        responsibility=_raised(merged([tag.responsibility for tag in block.tags]), cleaned),
        deadlines=tuple(rule for span in times for rule in _times(cleaned, span, context)),
        tasks=_tasks(cleaned, bare, body, context),
        without_tasks=NO_TASKS in span.of(cleaned.source),
    )


def _in_month_of(title: str, context: Context) -> Context:
    """Return the context of a stage whose title dates it within a month (10月1日至31日): 月底前 is that month's end."""
    if context.month:
        return context
    days = [rule.due for rule in find_deadlines(title, context) if rule.due and rule.start]
    return replace(context, month=days[0].month) if days else context


def _commits(title: str, context: Context) -> bool:
    """Tell whether a title is itself what is to be done by a day or up to a figure, not only the name of it."""
    return any(rule.due or rule.freq or rule.offset for rule in find_deadlines(title, context)) or bool(
        find_targets(title, context.year)
    )


def _after_title(text: str, block: Block) -> Span:
    """Return where the body is; a block that is all title is its own body."""
    line = text[block.words : block.end].split("\n", 1)[0]
    measures = MEASURES.search(text, block.words, block.end)
    start = max(block.words + len(line.split("。", 1)[0]), block.body, measures.start() if measures else 0)
    start += len(text[start : block.end]) - len(text[start : block.end].lstrip("。 \n：:"))
    return Span(start, block.end) if len(text[start : block.end].strip()) >= SHORTEST else Span(block.words, block.end)


def _blanked(text: str, spans: Sequence[Span]) -> str:
    """Return *text*, as long as before, with line feeds in place of *spans*, which are in order."""
    parts, at = [], 0
    for span in spans:
        parts += [text[at : span.start], "\n" * (span.end - max(span.start, at))]
        at = max(span.end, at)
    return "".join([*parts, text[at:]])


def _tasks(cleaned: Cleaned, bare: str, body: Span, context: Context, origin: int = 0) -> tuple[Task, ...]:
    """Return the tasks in *body*; the text *bare* is the cleaned one from *origin* on, with the tags blanked."""
    if checks := find_checks(body.shift(-origin).of(bare)):
        return tuple(_checked(cleaned, check, body.start, context) for check in checks)
    spans = [span.shift(body.start) for span in find_clauses(body.shift(-origin).of(bare))]
    tasks = []
    for place, span in enumerate(spans):
        inner = [rule.shift(-span.start) for rule in takewhile(span.covers, islice(spans, place + 1, None))]
        tasks.append(_task(cleaned, _blanked(span.shift(-origin).of(bare), inner), span, context))
    return tuple(tasks)


def _task(cleaned: Cleaned, words: str, span: Span, context: Context) -> Task:
    """Return the task at *span*; its *words* are without the stricter rules inside it, tasks of their own."""
    place = cleaned.raw(*span)
    return Task(
        text=place.of(cleaned.source),
        span=place,
        obligor=find_obligor(words),
        deadlines=tuple(_lifted(rule, cleaned, span.start) for rule in find_deadlines(words, context)),
        targets=tuple(_lifted_target(target, cleaned, span.start) for target in find_targets(words, context.year)),
    )


def _checked(cleaned: Cleaned, check: Check, at: int, context: Context) -> Task:
    """Return the task of a line of checks found *at* so many characters into the cleaned text."""
    span = check.words.shift(at)
    task = replace(_task(cleaned, span.of(cleaned.text), span, context), title=check.title)
    if check.when is None:
        return task
    return replace(task, deadlines=tuple(_times(cleaned, check.when.shift(at), context)))


def read_task(raw: str, span: Span, context: Context) -> Task:
    """Return the task that the words at *span* of the raw text make, with the times and figures in them."""
    inside = clean(span.of(raw))
    task = _task(inside, inside.text, Span(0, len(inside.text)), context)
    return replace(
        task,
        text=span.of(raw),
        span=span,
        deadlines=tuple(replace(rule, span=rule.span.shift(span.start)) for rule in task.deadlines),
        targets=tuple(replace(target, span=target.span.shift(span.start)) for target in task.targets),
    )


def _times(cleaned: Cleaned, span: Span, context: Context) -> list[Deadline]:
    return [_lifted(rule, cleaned, span.start) for rule in find_deadlines(span.of(cleaned.text), context)]


def _lifted(rule: Deadline, cleaned: Cleaned, at: int) -> Deadline:
    place = cleaned.raw(*rule.span.shift(at))
    return replace(rule, span=place, raw=place.of(cleaned.source))


def _lifted_target(target: Target, cleaned: Cleaned, at: int) -> Target:
    place = cleaned.raw(*target.span.shift(at))
    return replace(target, span=place, raw=place.of(cleaned.source))


def _raised(who: Responsibility, cleaned: Cleaned) -> Responsibility:
    groups = (who.leaders, who.departments, who.supporting)
    return Responsibility(*(tuple(Name(one.name, cleaned.raw(*one.span)) for one in group) for group in groups))


def _row_item(cleaned: Cleaned, row: Row, place: int, context: Context) -> Item:
    text, cells = cleaned.text, row.cells
    context = replace(context, month=row.month)
    own = cells["number"].of(text).strip(".．、") if "number" in cells else "" if row.is_numbered else str(place)
    who = _who_in(text, cells)
    tags = _tags_in(text, row.body)
    title = cells["title"].of(text)
    alone = len(title) <= LONGEST_NAME and not _commits(title, context) and SEVERAL.search(title) is None
    bodies = (row.body[1:] or row.body) if alone else row.body
    if row.note and _commits(row.note.of(text), context):
        bodies = (*bodies, row.note)
    bare = _blanked(row.span.of(text), [tag.span.shift(-row.span.start) for tag in tags])
    who = merged([who, *(tag.responsibility for tag in tags)])
    times = [*(time for tag in tags for time in tag.times), *row.times]
    tasks = tuple(task for body in bodies for task in _tasks(cleaned, bare, body, context, row.span.start))
    span = cleaned.raw(*row.span)
    return Item(
        number=own,
        title=title.split("。", 1)[0][:60],
        section=row.section.of(text).partition("、")[2] or row.section.of(text) if row.section else "",
        text=span.of(cleaned.source),
        span=span,
        responsibility=_raised(who, cleaned),
        deadlines=tuple(rule for time in times for rule in _times(cleaned, time, context)),
        tasks=_with_figure(tasks or (_task(cleaned, title, cells["title"], context),), _figure_of(cleaned, row)),
    )


def _with_figure(tasks: tuple[Task, ...], figure: tuple[Target, ...]) -> tuple[Task, ...]:
    """Return the tasks of a row, the first with the figure that the row states in a cell of its own."""
    return (replace(tasks[0], targets=figure + tasks[0].targets), *tasks[1:]) if figure else tasks


def _figure_of(cleaned: Cleaned, row: Row) -> tuple[Target, ...]:
    """Return the target that a row of indicators states: its title, the figure in one cell, the unit in another."""
    value, unit = row.cells.get("value"), row.cells.get("unit")
    if not value:
        return ()
    figure = read_figure(value.of(cleaned.text), unit.of(cleaned.text) if unit else "")
    place = cleaned.raw(*value)
    metric = row.cells["title"].of(cleaned.text)
    return tuple(replace(one, metric=metric, raw=place.of(cleaned.source), span=place) for one in figure[:1])


def _tags_in(text: str, cells: Sequence[Span]) -> list[Tag]:
    found = ((cell.start, tag) for cell in cells for tag in find_tags(cell.of(text)))
    return [_moved(tag, start) for start, tag in found]


def _moved(tag: Tag, by: int) -> Tag:
    groups = (tag.responsibility.leaders, tag.responsibility.departments, tag.responsibility.supporting)
    who = Responsibility(*(tuple(Name(one.name, one.span.shift(by)) for one in group) for group in groups))
    return Tag(tag.span.shift(by), who, tuple(time.shift(by) for time in tag.times))


def _who_in(text: str, cells: Mapping[str, Span]) -> Responsibility:
    """Return whom the cells of a row name, and who is said to help behind a name (公卫科（各村卫生室协助）)."""
    leaders, departments, supporting = (
        (split_names(cell.of(text), cell.start, people=role == "leader") if (cell := cells.get(role)) else ())
        for role in ("leader", "department", "supporting")
    )
    doing = cells.get("department")
    helping = helpers_in(doing.of(text), doing.start) if doing else ()
    return Responsibility(leaders, departments, (*supporting, *helping))

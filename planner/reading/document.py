"""From the text of a document to the plan it holds: the stages, in order.

clean text -> numbered blocks or table rows -> items with their people -> tasks with deadlines and targets -> findings.
Every stage works on the cleaned text; only here spans are carried back into the raw text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise, takewhile

from planner.core.calendar import Season
from planner.core.plan import Deadline, Item, Name, Plan, Responsibility, Section, Span, Target, Task
from planner.reading.blocks import (
    Block,
    Found,
    Row,
    find_blocks,
    find_rows,
    give_tags,
    heading,
    items_in,
    planning_part,
)
from planner.reading.checks import Check, find_checks, is_reviewed
from planner.reading.clauses import SHORTEST, find_clauses, find_obligor
from planner.reading.deadlines import Context, find_deadlines
from planner.reading.lint import find_findings
from planner.reading.numerals import half_width
from planner.reading.responsibility import Tag, find_tags, merged, split_names
from planner.reading.targets import find_targets
from planner.reading.text import Cleaned, clean

DATE = re.compile(r"(?P<year>20\d\d)\s*年\s*(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*日")
BEARS_DATE = re.compile(
    rf"(?:印发日期[：:]|[（(])?[ ]*(?:(?P<issuer>[\u4e00-\u9fff]{{2,30}}?)[，, ]*)?{DATE.pattern}[^。；，前底起至]{{0,8}}"
)
ISSUER_LINE = re.compile(r"^(?:印发单位|发文单位|制发单位)[：:](?P<issuer>[^\n]{2,40})$", re.MULTILINE)
ISSUER = re.compile(
    r"[\u4e00-\u9fff（）]{2,30}(?:人民政府|委员会|办公室|管委会|党委|街道办事处|医院|学校|局|中心|集团|公司|安委会|党政办)"
)
SHORTEST_OFFICE = 6
INNER_OFFICE = re.compile("(?<=医院|学校|公司|集团|中心)办公室$")
NUMBERED = re.compile(r"[一二三四五六七八九十\d（(]+[、.．)）]")
QUOTED = re.compile(r"《([^《》]{4,60})》")
OPENING = re.compile("[^，,。；;：:\n]{2,40}?(?:要点|计划|方案|清单|总结|报告|汇报)")
TITLE = re.compile(r"(?:要点|计划|方案|清单|安排|任务|报告|总结|台账|分解|规划|汇报)(?:表|的通知|（[^）\n]{1,12}）)?$")
PLAN_YEAR = re.compile(r"(20\d\d)年")


def read_plan(text: str, *, seasons: Sequence[Season] = (), year: int | None = None) -> Plan:
    """Return the plan *text* holds, with its findings; *year* is used only where the document names none."""
    cleaned = clean(text)
    title = _title(cleaned.text)
    issued = _issue_date(half_width(cleaned.text))
    plan_year = _plan_year(half_width(cleaned.text), half_width(title)) or (issued.year if issued else year)
    context = Context(plan_year, issued, tuple(seasons))
    found = _items(cleaned, title, context)
    plan = Plan(
        text=text,
        title=title,
        issuer=_issuer(cleaned.text),
        issue_date=issued,
        plan_year=plan_year,
        sections=found[0],
        items=found[1],
    )
    return replace(plan, findings=find_findings(plan))


def _title(text: str) -> str:
    """Return the document's own title, not that of the notice that carries it."""
    lines = [line.strip() for line in text.split("\n")[:60]]
    head = [line for line in lines if line and len(line) <= 60 and not NUMBERED.match(line)]
    own = [place for place, line in enumerate(head) if _is_title(line)]
    if own:
        rest = head[own[0] + 1 :][:1]
        return head[own[0]] + "".join(line for line in rest if line.startswith(("及", "和", "暨")) and _is_title(line))
    quoted = QUOTED.search(text[:400])
    opening = OPENING.match(text.lstrip())
    return quoted[1] if quoted else next(iter(head), opening[0] if opening else "")


def _is_title(line: str) -> bool:
    return TITLE.search(line) is not None and not line.startswith(("关于", "现将", "附件")) and "，" not in line


def _issue_date(text: str) -> date | None:
    """Return the date the document bears on a line of its own, after 印发日期, or after its issuer in brackets."""
    for line in text.split("\n"):
        match = DATE.search(line)
        if match and BEARS_DATE.fullmatch(line.strip()):
            try:
                return date(int(match["year"]), int(match["month"]), int(match["day"]))
            except ValueError:
                continue
    return None


def _plan_year(text: str, title: str) -> int | None:
    stated = PLAN_YEAR.search(title)
    planned = re.search(r"(20\d\d)年(?:度)?(?:重点)?(?:工作)?(?:计划|安排|打算|思路|要点)", text)
    if planned and stated and int(planned[1]) == int(stated[1]) + 1:
        return int(planned[1])
    return int(stated[1]) if stated else int(planned[1]) if planned else None


def _issuer(text: str) -> str:
    """Return who issued the document: as stated, else who signs above the date, else the first office on a line."""
    stated = ISSUER_LINE.search(text)
    if stated:
        return stated["issuer"].strip()
    lines = [line for line in text.split("\n") if line]
    dated = next((match["issuer"] for line in lines if (match := BEARS_DATE.fullmatch(line.strip()))), None)
    if dated and ISSUER.fullmatch(dated):
        return dated
    offices = [(line, after) for line, after in pairwise([*lines, ""]) if ISSUER.fullmatch(line)]
    signed = [line for line, after in offices if DATE.match(after)]
    named = [line for line, _ in offices if len(line) >= SHORTEST_OFFICE]
    return INNER_OFFICE.sub("", next(iter(signed + named), ""))


def _items(cleaned: Cleaned, title: str, context: Context) -> tuple[tuple[Section, ...], tuple[Item, ...]]:
    text = cleaned.text
    rows = find_rows(text)
    found, bare = _numbered(text[: rows[0].table] if rows else text, title)
    if rows and not any(one.block.tags for one in found):
        found = []
    sections = {one.section.start: _section(cleaned, one.section) for one in found if one.section}
    sections |= {row.section.start: _row_section(cleaned, row.section) for row in rows if row.section}
    items = [_block_item(cleaned, bare, one, context) for one in found]
    items += [_row_item(cleaned, row, place, context) for place, row in enumerate(rows, start=1)]
    return tuple(sections.values()), tuple(items)


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
    title = heading(bare, block)
    body = Span(block.words, block.end) if _commits(title, context) else _after_title(bare, block)
    span = cleaned.raw(block.start, block.end)
    return Item(
        number=block.number,
        title=title or heading(text, block),
        section=heading(text, found.section) if found.section else "",
        text=span.of(cleaned.source),
        span=span,
        responsibility=_raised(merged([tag.responsibility for tag in block.tags]), cleaned),
        deadlines=tuple(rule for tag in block.tags for span in tag.times for rule in _times(cleaned, span, context)),
        tasks=_tasks(cleaned, bare, body, context),
    )


def _commits(title: str, context: Context) -> bool:
    """Tell whether a title is itself what is to be done by a day or up to a figure, not only the name of it."""
    return any(rule.due or rule.freq for rule in find_deadlines(title, context)) or bool(find_targets(title))


def _after_title(text: str, block: Block) -> Span:
    """Return where the body is; a block that is all title is its own body."""
    line = text[block.words : block.end].split("\n", 1)[0]
    start = max(block.words + len(line.split("。", 1)[0]), block.body)
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
        inner = [rule.shift(-span.start) for rule in takewhile(span.covers, spans[place + 1 :])]
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
        targets=tuple(_lifted_target(target, cleaned, span.start) for target in find_targets(words)),
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
    number = cells["number"].of(text).strip(".．、") if "number" in cells else str(place)
    who = Responsibility(*(_cell_names(text, cells.get(role)) for role in ("leader", "department", "supporting")))
    tags = _tags_in(text, row.body)
    title = cells["title"].of(text)
    bodies = row.body if _commits(title, context) else row.body[1:] or row.body
    bare = _blanked(row.span.of(text), [tag.span.shift(-row.span.start) for tag in tags])
    who = merged([who, *(tag.responsibility for tag in tags)])
    times = [*(tag_time for tag in tags for tag_time in tag.times), *([cells["time"]] if "time" in cells else [])]
    span = cleaned.raw(*row.span)
    return Item(
        number=number,
        title=title.split("。", 1)[0][:60],
        section=row.section.of(text).partition("、")[2] or row.section.of(text) if row.section else "",
        text=span.of(cleaned.source),
        span=span,
        responsibility=_raised(who, cleaned),
        deadlines=tuple(rule for time in times for rule in _times(cleaned, time, context)),
        tasks=tuple(task for body in bodies for task in _tasks(cleaned, bare, body, context, row.span.start)),
    )


def _tags_in(text: str, cells: Sequence[Span]) -> list[Tag]:
    found = ((cell.start, tag) for cell in cells for tag in find_tags(cell.of(text)))
    return [_moved(tag, start) for start, tag in found]


def _moved(tag: Tag, by: int) -> Tag:
    groups = (tag.responsibility.leaders, tag.responsibility.departments, tag.responsibility.supporting)
    who = Responsibility(*(tuple(Name(one.name, one.span.shift(by)) for one in group) for group in groups))
    return Tag(tag.span.shift(by), who, tuple(time.shift(by) for time in tag.times))


def _cell_names(text: str, cell: Span | None) -> tuple[Name, ...]:
    return split_names(cell.of(text), cell.start) if cell else ()

"""Tables: the rows that state work, and what each of their cells holds.

    header   序号 | 工作任务 | 责任领导 | 责任单位 | 完成时限      a row under it is an item; a second header row replaces it
    divider  一、产业, alone or merged over the columns          the section of the rows below
    figures  指标名称 | 目标值 | 单位                            the value is a target of the row
    calendar months down the side or across the top             each filled cell is an item due in its month
    month    a column 月份 beside another column of time         only says the month of what is in the row

Cells are separated by tabs or by |, or each is on its own line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from planner.core.plan import Span
from planner.reading.blocks import NUMBERING, lines_of
from planner.reading.names import is_office
from planner.reading.numerals import number

HEADERS = {
    "number": re.compile(r"序号|编号"),
    "note": re.compile("备注|说明"),
    "month": re.compile("月份?$"),
    "other": re.compile(
        r"电话|投资|资金|完成情况|进展|状态|实绩|实际|上年|去年|现状|基数|权重|分值|(?:存在|反馈|主要)问题$|问题描述|周次"
    ),
    "unit": re.compile("^(?:计量)?单位$"),
    "value": re.compile(r"(?:目标|指标|计划|任务)(?:值|数)$|(?:20\d\d年|年度|本年|全年)(?:工作)?目标$"),
    "title": re.compile(r"任务|项目|事项|措施|举措|内容|重点工作|指标|要求$|工作$|(?<!时间)(?<!进度)安排$"),
    "leader": re.compile(r"领导|责任人|负责人|牵头人"),
    "supporting": re.compile(r"配合|协助|参与|协同|协办|协作|会同"),
    "department": re.compile(r"单位|部门|科室|股室|处室|牵头|主办"),
    "time": re.compile(r"时限|时间|期限|进度|节点|日期"),
    "section": re.compile(r"类别|领域|板块|分类|方面"),
}
WHO_OR_WHEN = {"leader", "department", "time", "month"}
MONTH = re.compile(r"(?:20\d\d年)?(?P<month>\d{1,2}|[一二三四五六七八九十]{1,2})月份?|第?[一二三四]季度")
SIDE = re.compile("月份|月度|时间|季度|月")
LONGEST_HEAD = 14
FIGURE = re.compile(r"(?:不[高低少多]于|不超过|不小于|不大于|控制在|达到|降至|升至|[≥≤><])?\d[\d.,]*[^\d，。；、]{0,8}")
"""A cell of goals that only holds a figure; any other says what is to be done."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: each cell by what its column holds, the cells that state work, those that state times.

    ``month`` is the month its column of months names, ``table`` where its table begins, ``note`` the cell of remarks;
    ``is_numbered`` tells whether the table has a column of numbers, be this row's empty.
    """

    span: Span
    cells: dict[str, Span]
    body: tuple[Span, ...]
    times: tuple[Span, ...]
    section: Span | None
    table: int
    month: int | None = None
    note: Span | None = None
    is_numbered: bool = False


def find_rows(text: str) -> list[Row]:
    """Return the task rows of the tables in *text*."""
    rows = [row for row in (_rows(text) if "\t" in text or "|" in text else ()) if _states_work(text, row)]
    return rows or [row for row in _stacked(text) if _states_work(text, row)]


def _states_work(text: str, row: Row) -> bool:
    return "title" in row.cells and row.cells["title"].of(text).strip(" -—:") != ""


def _rows(text: str) -> Iterator[Row]:
    columns: list[str] = []
    heads: list[Span] = []
    section: Span | None = None
    month: Span | None = None
    table = 0
    for start, end in lines_of(text):
        cells = _cells(text, start, end)
        if header := _header(text, cells):
            # A second row of heads belongs to the same table.
            table = table if columns and _follows(text, table, start) else start
            columns, section, month, heads = header, None, None, []
        elif grid := _grid_heads(text, cells):
            columns, heads, table = [], grid, start
        elif heads and len(cells) == len(heads):
            yield from _grid_rows(text, cells, heads, table)
        elif columns and _is_divider(text, cells):
            section = next(cell for cell in cells if cell.end > cell.start)
        elif _is_row(text, cells, columns):
            month = _month_cell(cells, columns) or month
            yield _row(text, cells, columns, section, table, month)


def _is_row(text: str, cells: Sequence[Span], columns: Sequence[str]) -> bool:
    """Tell whether cells are a row under the columns: at least three, or a number and what it numbers."""
    if not columns or not 2 <= len(cells) <= len(columns) + 1:
        return False
    return len(cells) > 2 or (columns[0] == "number" and cells[0].of(text).strip(".．、").isdecimal())


def _follows(text: str, table: int, start: int) -> bool:
    return "\n" not in text[table:start].strip("\n")


def _month_cell(cells: Sequence[Span], columns: Sequence[str]) -> Span | None:
    """Return the cell of the column of months; where it is empty the month above still holds."""
    named = (cell for cell, name in zip(cells, columns, strict=False) if name == "month" and cell.end > cell.start)
    return next(named, None)


def _grid_heads(text: str, cells: Sequence[Span]) -> list[Span]:
    """Return the heads of a calendar: months down the side under 月份, or months across the top."""
    words = [cell.of(text) for cell in cells]
    across = len(words) > 2 and all(MONTH.fullmatch(word) for word in words[1:])
    down = len(words) > 2 and SIDE.fullmatch(words[0]) and all(1 < len(word) < 15 for word in words[1:])
    return list(cells) if across or down else []


def _grid_rows(text: str, cells: Sequence[Span], heads: Sequence[Span], table: int) -> Iterator[Row]:
    """Yield each filled cell of a calendar as a row of its own, its month being its time."""
    for cell, head in zip(cells[1:], heads[1:], strict=True):
        month, section = (head, cells[0]) if MONTH.fullmatch(head.of(text)) else (cells[0], head)
        if cell.end > cell.start and MONTH.fullmatch(month.of(text)):
            head_cell = {"department": head} if is_office(head.of(text)) else {}
            yield Row(cell, {"title": cell, **head_cell}, (cell,), (month,), section, table, _month_of(text, month))


def _month_of(text: str, cell: Span | None) -> int | None:
    found = MONTH.fullmatch(cell.of(text)) if cell else None
    return number(found["month"]) if found and found["month"] else None


def _is_divider(text: str, cells: Sequence[Span]) -> bool:
    """Tell whether a row only names what follows: 一、产业, alone or merged over the columns."""
    words = {cell.of(text) for cell in cells if cell.end > cell.start}
    return len(words) == 1 and any(pattern.match(min(words)) for pattern in NUMBERING[:2])


def _cells(text: str, start: int, end: int) -> list[Span]:
    mark = "\t" if "\t" in text[start:end] else "|"
    spans, at = [], start
    for part in text[start:end].split(mark):
        lead = len(part) - len(part.lstrip())
        spans.append(Span(at + lead, at + lead + len(part.strip())))
        at += len(part) + 1
    outer = mark == "|" and text[start:end].strip().startswith("|")
    return spans[1:-1] if outer else spans


def _header(text: str, cells: Sequence[Span]) -> list[str]:
    """Return what each column holds, or nothing if the cells are no header."""
    words = [cell.of(text) for cell in cells]
    if len(words) < 3 or any(len(word) > LONGEST_HEAD for word in words):
        return []
    names = [next((name for name, pattern in HEADERS.items() if pattern.search(word)), "") for word in words]
    if not ("value" in names or names.count("unit") != 1):
        names = ["department" if name == "unit" else name for name in names]
    return names if "title" in names and WHO_OR_WHEN.intersection(names) else []


def _row(
    text: str, cells: Sequence[Span], columns: Sequence[str], section: Span | None, table: int, month: Span | None
) -> Row:
    by_name: dict[str, Span] = {}
    body, times = [], []
    for cell, column in zip(cells, columns, strict=False):
        if cell.end > cell.start:
            name = "" if column == "value" and not FIGURE.fullmatch(cell.of(text)) else column
            by_name.setdefault(name, cell)
            if name in ("", "title"):
                body.append(cell)
            elif name == "time":
                times.append(cell)
    if month and "time" not in columns:
        times.append(month)
    if not month:
        month = next((cell for cell in times if MONTH.fullmatch(cell.of(text))), None)
    span = Span(cells[0].start, max(cells[-1].end, cells[0].start + 1))
    return Row(
        span, by_name, tuple(dict.fromkeys(body)), tuple(times), by_name.get("section", section), table,
        _month_of(text, month), by_name.get("note"), "number" in columns,
    )  # fmt: skip


def _stacked(text: str) -> Iterator[Row]:
    """Yield the rows of a table that came over with one cell a line: each begins with the next ordinal."""
    cells = [cell for start, end in lines_of(text) for cell in _cells(text, start, end) if cell.end > cell.start]
    begin = next((place for place, cell in enumerate(cells) if cell.of(text) in ("序号", "编号")), len(cells))
    first = next((place for place in range(begin, len(cells)) if cells[place].of(text) == "1"), begin)
    heads = [cell for cell in cells[begin:first] if not NUMBERING[0].match(cell.of(text))]
    columns = _header(text, heads)
    section = next((cell for cell in cells[begin:first] if NUMBERING[0].match(cell.of(text))), None)
    rows: list[tuple[Span | None, list[Span]]] = []
    for cell in cells[first:] if columns else ():
        if NUMBERING[0].match(cell.of(text)):
            section = cell
        elif cell.of(text) == str(len(rows) + 1):
            rows.append((section, [cell]))
        elif rows and len(rows[-1][1]) < len(columns):
            rows[-1][1].append(cell)
    for under, row in rows:
        # Which cell of a short row is missing is not known.
        known = columns if len(row) == len(columns) else columns[:2]
        yield _row(text, row, known, under, cells[begin].start, None)

"""An .xlsx as text: the rows of its sheets as they are shown, cells separated by tabs.

A merged cell is repeated in each place it covers; what fills a row alone (a title, a divider, a note) is a line without
tabs. Formulas are never computed: the value saved with the file counts.
"""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

from planner.errors import Unreadable
from planner.formats.apart import answer, read_apart
from planner.formats.package import BROKEN, MAX_CHARACTERS, TOO_LARGE, TOO_LONG, check_package, read_part

MAX_ROWS, MAX_COLUMNS = 20_000, 200
MAX_MERGED = 200_000
MERGED = re.compile(rb'ref="\$?(?P<left>[A-Z]{1,3})\$?(?P<top>\d{1,7}):\$?(?P<right>[A-Z]{1,3})\$?(?P<bottom>\d{1,7})"')
PLAIN_TITLE = re.compile(r"(?:Sheet|工作表|表)\s*\d*", re.IGNORECASE)
NUMBER = re.compile(r"[\d.]+")


def xlsx_text(data: bytes) -> str:
    """Return the words of a workbook, a row a line; raise ``Unreadable`` for what is no sound, reasonably sized one."""
    return read_apart("planner.formats.sheet", data, broken=BROKEN, slow=TOO_LARGE)


def extract(data: bytes) -> str:
    """Return the words of a workbook, read in this very process; see :func:`xlsx_text`."""
    from openpyxl import load_workbook  # only here: it takes a while and memory to load

    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            check_package(package)
            for name in package.namelist():
                _check_merges(read_part(package, name))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of parts the library leaves out: drawings, validations
            book = load_workbook(BytesIO(data), data_only=True)
        return _text([sheet for sheet in book.worksheets if sheet.sheet_state == "visible"])
    except Unreadable:
        raise
    except Exception as error:  # a damaged workbook can fail in a dozen ways: to the clerk they are one
        raise Unreadable(BROKEN) from error


def _check_merges(part: bytes) -> None:
    """Refuse merged cells that cover more than a sheet may hold: the library fills every one of them first."""
    from openpyxl.utils import column_index_from_string

    covered = 0
    for match in MERGED.finditer(part):
        left, top, right, bottom = (match[group].decode() for group in ("left", "top", "right", "bottom"))
        rows = int(bottom) - int(top) + 1
        covered += rows * (column_index_from_string(right) - column_index_from_string(left) + 1)
    if covered > MAX_MERGED:
        raise Unreadable(TOO_LARGE)


def _text(sheets: list[Any]) -> str:
    tables = [(sheet.title, list(_lines(sheet))) for sheet in sheets]
    filled = [(title, lines) for title, lines in tables if lines]
    parts: list[str] = []
    for title, lines in filled:
        if len(filled) > 1 and not PLAIN_TITLE.fullmatch(title):
            parts.append(title)
        parts += [*lines, ""]
    text = "\n".join(parts)
    if len(text) > MAX_CHARACTERS:
        raise Unreadable(TOO_LONG)
    return text


def _lines(sheet: Any) -> Iterator[str]:
    if sheet.max_row > MAX_ROWS or sheet.max_column > MAX_COLUMNS:
        raise Unreadable(TOO_LARGE)
    covered = _covered(sheet)
    for row in sheet.iter_rows():
        cells = [_shown(covered.get((cell.row, cell.column), cell)) for cell in row]
        if any(cells):
            yield _line(cells)


def _covered(sheet: Any) -> dict[tuple[int, int], Any]:
    """Return for each place under a merged cell the cell whose value is shown there."""
    return {
        (row, column): sheet.cell(merged.min_row, merged.min_col)
        for merged in sheet.merged_cells.ranges
        for row in range(merged.min_row, min(merged.max_row, MAX_ROWS) + 1)
        for column in range(merged.min_col, min(merged.max_col, MAX_COLUMNS) + 1)
    }


def _line(cells: list[str]) -> str:
    """Return a row as one line; words that fill it, or stand alone where its number would, are a line of text."""
    words = [cell for cell in cells if cell]
    alone = len(set(words)) == 1 and (len(words) > 1 or (cells[0] != "" and not NUMBER.fullmatch(words[0])))
    return words[0] if alone or len(cells) == 1 else "\t".join(cells).rstrip("\t")


def _shown(cell: Any) -> str:
    """Return the value of a cell as the sheet shows it, on one line."""
    value, form = cell.value, str(cell.number_format)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime | date):
        return _day(value, form)
    if isinstance(value, time):
        return f"{value.hour:02}:{value.minute:02}"
    if isinstance(value, int | float):
        return _number(value, form)
    return " ".join(str(value).split())


def _day(value: date, form: str) -> str:
    """Return 2024年6月30日, without what the format of the cell hides: the year, or the day."""
    pattern = re.sub(r'"[^"]*"|\[[^\]]*\]', "", form.lower())
    year = f"{value.year}年" if "y" in pattern or "m" not in pattern else ""
    return f"{year}{value.month}月" + (f"{value.day}日" if "d" in pattern or "m" not in pattern else "")


def _number(value: float, form: str) -> str:
    shown, unit = (value * 100, "%") if "%" in form else (value, "")
    rounded = round(shown, 10)
    return (str(int(rounded)) if rounded == int(rounded) else f"{rounded:.10g}") + unit


if __name__ == "__main__":
    answer(extract, broken=BROKEN)

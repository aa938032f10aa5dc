"""A .docx as text: paragraphs and tables in their order, with the numbers Word only shows.

The package is read directly, not through a document model: such models leave out inserted runs, content controls and
text boxes, and refuse files whose pictures are missing. Nothing outside the file is ever fetched or expanded.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any

from lxml import etree

from planner.errors import Unreadable
from planner.formats.package import BROKEN, MAX_CHARACTERS, TOO_LONG, check_package, read_part
from planner.formats.word_numbering import Numbering, W, whole_number

MAX_SPAN = 63
"""Columns a Word table can have."""

_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_R = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_SKIPPED = {
    f"{W}{name}"
    for name in ("pPr", "rPr", "tblPr", "tblGrid", "trPr", "tcPr", "del", "moveFrom", "instrText", "delText", "rt")
} | {f"{_MC}Fallback"}
_BREAKS = {f"{W}br": "\n", f"{W}cr": "\n", f"{W}tab": "\t", f"{W}noBreakHyphen": "-", f"{W}ptab": "\t"}
_TEXTS = {f"{W}t", f"{_M}t"}
_BOX = f"{W}txbxContent"


def docx_text(data: bytes) -> str:
    """Return the words of a Word document, a paragraph or table row a line.

    Cells of a row are separated by a tab, and a merged cell is repeated in each place it covers. Raises
    :class:`Unreadable` for whatever is not a sound, unlocked and reasonably sized document.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            check_package(package)
            return _text(_Package(package))
    except Unreadable:
        raise
    except Exception as error:  # a damaged archive or part can fail in a dozen ways: to the clerk they are one
        raise Unreadable(BROKEN) from error


class _Package:
    """The XML parts of a document, each found through the relationships as the format demands."""

    def __init__(self, package: zipfile.ZipFile) -> None:
        self._package = package
        self._names = set(package.namelist())
        self.main = self._targets("_rels/.rels", "")["officeDocument"]
        folder, name = posixpath.split(self.main)
        self._related = self._targets(f"{folder}/_rels/{name}.rels".lstrip("/"), folder)

    def document(self) -> Any:
        """Return the root of the main part."""
        return self._root(self.main)

    def related(self, kind: str) -> Any:
        """Return the root of the part of that kind (styles, numbering), None when there is none."""
        name = self._related.get(kind)
        return self._root(name) if name in self._names else None

    def _targets(self, name: str, folder: str) -> dict[str, str]:
        if name not in self._names:
            return {}
        return {
            each.get("Type", "").rpartition("/")[2]: posixpath.normpath(
                posixpath.join("/" + folder, each.get("Target", ""))
            ).lstrip("/")
            for each in self._root(name).iter(f"{_R}Relationship")
            if each.get("TargetMode") != "External"
        }

    def _root(self, name: str | None) -> Any:
        xml = read_part(self._package, name or "").replace(_STRICT, W[1:-1].encode())
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
        return etree.fromstring(xml, parser)


def _text(package: _Package) -> str:
    body = package.document().find(f"{W}body")
    if body is None:
        raise Unreadable(BROKEN)
    numbering = Numbering(package.related("numbering"), package.related("styles"))
    return "\n".join(_within_limit(_Reader(numbering).lines(body)))


def _within_limit(lines: Iterable[str]) -> Iterator[str]:
    total = 0
    for line in lines:
        total += len(line) + 1
        if total > MAX_CHARACTERS:
            raise Unreadable(TOO_LONG)
        yield line


class _Reader:
    """Walks the body once, in order, because the numbering counts as it goes."""

    def __init__(self, numbering: Numbering) -> None:
        self._numbering = numbering

    def lines(self, parent: Any, *, spread: bool = True, bare_labels: bool = False) -> Iterator[str]:
        """Yield the lines under *parent*.

        ``spread`` repeats merged cells; ``bare_labels`` keeps the number of an empty paragraph, as in a column 序号.
        """
        for child in parent.iterchildren(etree.Element):
            if child.tag == f"{W}p":
                yield from self._paragraph(child, bare_labels=bare_labels)
            elif child.tag == f"{W}tbl":
                yield from self._rows(child, spread=spread)
            elif child.tag not in _SKIPPED:  # content controls, accepted insertions, compatibility choices
                yield from self.lines(child, spread=spread, bare_labels=bare_labels)

    def _paragraph(self, paragraph: Any, *, bare_labels: bool) -> Iterator[str]:
        label = self._numbering.label(paragraph)
        boxes: list[Any] = []
        text = "".join(_runs(paragraph, boxes))
        if text.strip() or bare_labels:
            text = _joined(label, text)
        yield text
        for box in boxes:
            yield from self.lines(box)

    def _rows(self, table: Any, *, spread: bool) -> Iterator[str]:
        above: list[str] = []
        for row in _inside(table, f"{W}tr"):
            if row.find(f"{W}trPr/{W}del") is not None:
                continue
            above = self._cells(row, above, spread=spread)
            if any(above):
                _check_row(above)
                yield above[0] if len(set(above)) == 1 and len(above) > 1 else "\t".join(above)

    def _cells(self, row: Any, above: list[str], *, spread: bool) -> list[str]:
        cells = [""] * _span(row.find(f"{W}trPr/{W}gridBefore"), 0)
        for cell in _inside(row, f"{W}tc"):
            width = _span(cell.find(f"{W}tcPr/{W}gridSpan"), 1) if spread else 1
            if _continues(cell.find(f"{W}tcPr/{W}vMerge")):
                text = above[len(cells)] if len(cells) < len(above) else ""
            elif _continues(cell.find(f"{W}tcPr/{W}hMerge")):
                text = cells[-1] if cells else ""
            else:
                text = " ".join(" ".join(_within_limit(self.lines(cell, spread=False, bare_labels=True))).split())
            cells += [text] * width
        return cells


def _runs(parent: Any, boxes: list[Any]) -> Iterator[str]:
    """Yield the words of a paragraph as printed: no deleted or hidden text; text boxes are put aside for later."""
    for child in parent.iterchildren(etree.Element):
        if child.tag in _TEXTS:
            yield child.text or ""
        elif child.tag == _BOX:
            boxes.append(child)
        elif child.tag in _BREAKS:
            yield _BREAKS[child.tag]
        elif child.tag not in _SKIPPED and not _hidden(child):
            yield from _runs(child, boxes)


def _hidden(run: Any) -> bool:
    mark = run.find(f"{W}rPr/{W}vanish")
    return mark is not None and mark.get(f"{W}val", "1") not in ("0", "false", "off")


def _joined(label: str, text: str) -> str:
    """Put the label in front; a space keeps ``1.`` and ``3月31日`` apart, while 一、 needs none."""
    text = text.lstrip()
    return f"{label} {text}".rstrip() if label and label.isascii() else label + text


def _inside(parent: Any, tag: str) -> Iterator[Any]:
    """Yield the rows of a table or cells of a row, also those within content controls or insertions."""
    for child in parent.iterchildren(etree.Element):
        if child.tag == tag:
            yield child
        elif child.tag not in _SKIPPED:
            yield from _inside(child, tag)


def _span(element: Any, default: int) -> int:
    """Return a count of columns; nobody's table has more than Word allows, whatever the file says."""
    written = None if element is None else element.get(f"{W}val")
    return max(default, min(MAX_SPAN, whole_number(written, default)))


def _continues(merge: Any) -> bool:
    return merge is not None and merge.get(f"{W}val", "continue") == "continue"


def _check_row(cells: list[str]) -> None:
    if sum(map(len, cells)) > MAX_CHARACTERS:
        raise Unreadable(TOO_LONG)

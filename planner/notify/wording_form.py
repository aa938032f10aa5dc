"""The form in which an office writes its messages: words with blanks, small enough for a clerk; nothing executes.

    text   = { words | blank | when | each }
    blank  = "{" name "}"                        {事项}
    when   = "{若" name "：" text "}"             shown where the blank has something in it (0 counts as nothing)
           | "{无" name "：" text "}"             shown where it has nothing
    each   = "{逐件：" text "}"                   once for every matter
           | "{逐件" kind "：" text "}"           once for every matter of a kind, {逐件 逾期：…}
    words  = any characters; "{{" is a brace, and so is "}}" outside of every block

Spaces around names, a half-width colon and full-width braces are understood as well. A block ``each`` that stands alone
on its line gives every matter a line of its own; one within a line writes them one after the other. Within it, {序号}
counts the lines of the whole message. A line that has blanks in it and nothing left to say vanishes; of several empty
lines one stays. A value is one line and is never read again: braces in it are just characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

NUMBER = "序号"
ALL = ""
"""The kind that stands for every matter."""
DEEPEST = 6
"""How many blocks may stand within each other."""
FULL_WIDTH = str.maketrans("｛｝", "{}")
HEAD = re.compile(r"\{([^{}：:\n]*)([：:}]?)")
BLOCK = re.compile(r"\s*(若|无|逐件)\s*(.*?)\s*", re.DOTALL)
BEFORE_ALONE = re.compile(r"(?:\s|\{\s*[若无][^{}：:\n]*[：:])*")
AFTER_ALONE = re.compile(r"[\s}]*")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a text and where: line and column from 1, both 0 where it is the text as a whole."""

    line: int
    column: int
    words: str

    def __str__(self) -> str:
        return f"第{self.line}行：{self.words}" if self.line else self.words


@dataclass(frozen=True, slots=True)
class Words:
    """Characters that stand in every message."""

    text: str


@dataclass(frozen=True, slots=True)
class Blank:
    """What is filled in."""

    name: str
    line: int
    column: int


@dataclass(slots=True)
class When:
    """A part that shows only where a blank is filled, or only where it is empty."""

    name: str
    filled: bool
    line: int
    column: int
    parts: list[Part] = field(default_factory=list)


@dataclass(slots=True)
class Each:
    """A part that is repeated for the matters of a kind; ``alone`` on its line, a line for each."""

    kind: str
    alone: bool
    line: int
    column: int
    parts: list[Part] = field(default_factory=list)


Part = Words | Blank | When | Each
Block = When | Each


@dataclass(frozen=True, slots=True)
class Template:
    """A text taken apart."""

    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """What a message knows of: blanks that hold everywhere, blanks within 逐件, and the kinds with their own blanks.

    Of each group in ``required`` one blank must be in the text, of each in ``of_each`` one in every 逐件; of the kinds
    ``needed`` every one must be there, unless one 逐件 without a kind holds them all.
    """

    blanks: tuple[str, ...]
    of_matters: tuple[str, ...] = ()
    kinds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    required: tuple[tuple[str, ...], ...] = ()
    needed: tuple[str, ...] = ()
    of_each: tuple[tuple[str, ...], ...] = ()


Row = Mapping[str, str] | str
"""The blanks of one matter, or the words that stand for it where nothing of it may be told."""


def parse(text: str) -> tuple[Template, list[Problem]]:
    """Take a text apart; what cannot be understood is a problem, and the rest is read on. Never raises."""
    reader = _Reader(text.replace("\r\n", "\n").replace("\r", "\n").translate(FULL_WIDTH))
    reader.read()
    return Template(tuple(reader.top)), reader.problems


class _Reader:
    """One pass over a text, with the blocks still open."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.top: list[Part] = []
        self.open: list[Block] = []
        self.problems: list[Problem] = []

    def read(self) -> None:
        for piece in iter(self._next, ""):
            self.at += len(piece)
        for block in self.open:
            self._complain(block.line, block.column, f"“{_head(block)}”没有合上，请在它管的那段话后面补一个“}}”。")

    @property
    def parts(self) -> list[Part]:
        return self.open[-1].parts if self.open else self.top

    def _next(self) -> str:
        """Read one piece and return its characters."""
        text, at = self.text, self.at
        if text.startswith("{{", at):
            self.parts.append(Words("{"))
            return "{{"
        if text.startswith("{", at):
            return self._brace()
        if text.startswith("}", at):
            return self._end()
        end = min((place for place in (text.find("{", at), text.find("}", at)) if place >= 0), default=len(text))
        if end > at:
            self.parts.append(Words(text[at:end]))
        return text[at:end]

    def _end(self) -> str:
        if self.open:
            self.open.pop()
            return "}"
        if self.text.startswith("}}", self.at):
            self.parts.append(Words("}"))
            return "}}"
        self._complain(*self._place(self.at), "多了一个“}”，请删去，或补上前面的“{”。")
        return "}"

    def _brace(self) -> str:
        found = HEAD.match(self.text, self.at)
        assert found is not None  # noqa: S101 - the text stands at a brace
        name, end = found.groups()
        line, column = self._place(self.at)
        if end == "}" and name.strip():
            self.parts.append(Blank(name.strip(), line, column))
        elif end == "}":
            self._complain(line, column, "“{}”里没有写填空的名字。")
        elif end:
            self._block(name, found.end(), line, column)
        else:
            self._complain(
                line, column, f"“{{{name.strip()[:12]}”没有合上，请补一个“}}”；要写花括号本身，请写两个“{{{{”。"
            )
            self.parts.append(Words(name))
        return found[0]

    def _block(self, head: str, start: int, line: int, column: int) -> None:
        found = BLOCK.fullmatch(head)
        block: Block = When("", filled=True, line=line, column=column)
        if found is None:
            self._complain(
                line, column, f"“{{{head.strip()[:12]}：”看不懂，带冒号的只有{{若…：}}、{{无…：}}和{{逐件…：}}。"
            )
        elif found[1] == "逐件":
            block = Each(found[2], self._is_alone(start), line, column)
            if any(isinstance(outer, Each) for outer in self.open):
                self._complain(line, column, "{逐件：}里面不能再写{逐件：}。")
        else:
            block = When(found[2], found[1] == "若", line, column)
            if not found[2]:
                self._complain(line, column, f"“{{{found[1]}：”要写明看哪个填空，例如“{{{found[1]} 链接：”。")
        if len(self.open) == DEEPEST:
            self._complain(line, column, f"一层套一层太多了，最多{DEEPEST}层。")
        if len(self.open) < DEEPEST:
            # What is deeper only waits for its end: nothing that reads the parts goes down without bound.
            self.parts.append(block)
        self.open.append(block)

    def _is_alone(self, start: int) -> bool:
        """Tell whether nothing but the heads and ends of blocks stands on the lines of one whose text begins at *start*."""
        before = self.text[self.text.rfind("\n", 0, self.at) + 1 : self.at]
        depth, end = 1, start
        for found in re.finditer(r"\{\{|[{}]", self.text[start:]):
            depth += {"{": 1, "}": -1}.get(found[0], 0)
            end = start + found.end()
            if not depth:
                break
        after = self.text[end:].partition("\n")[0]
        return bool(BEFORE_ALONE.fullmatch(before) and AFTER_ALONE.fullmatch(after))

    def _place(self, at: int) -> tuple[int, int]:
        return self.text.count("\n", 0, at) + 1, at - self.text.rfind("\n", 0, at)

    def _complain(self, line: int, column: int, words: str) -> None:
        self.problems.append(Problem(line, column, words))


def _head(block: Block) -> str:
    if isinstance(block, Each):
        return f"{{逐件 {block.kind}：" if block.kind else "{逐件："
    return f"{{{'若' if block.filled else '无'} {block.name}："


def check(template: Template, known: Known) -> list[Problem]:
    """Return what a message cannot fill or must not leave out, in the order of the text."""
    found = [problem for part in template.parts for problem in _check(part, known, None)]
    used, kinds = set(_used(template.parts)), set(_kinds(template.parts))
    missing = [group for group in known.required if not used & set(group)]
    found += [Problem(0, 0, f"这条提醒里要有{_either(group)}，请加上。") for group in missing]
    left_out = [kind for kind in known.needed if kind not in kinds and ALL not in kinds]
    return [*found, *(Problem(0, 0, _left_out(kind)) for kind in left_out)]


def _left_out(kind: str) -> str:
    if kind == ALL:
        return "少了“{逐件：…}”，事项就写不出来，请加上。"
    return f"少了“{{逐件 {kind}：…}}”，{kind}的事项就不会写出来，请加上。"


def _either(names: Sequence[str]) -> str:
    return "或".join(f"“{{{name}}}”" for name in names)


def _check(part: Part, known: Known, kind: str | None) -> Iterator[Problem]:
    """Yield the problems of a part; *kind* is that of the ``each`` around it, None outside."""
    if isinstance(part, Words):
        return
    if isinstance(part, Each):
        yield from _check_kind(part, known)
        kind = part.kind
    elif part.name:
        yield from _check_name(part, known, kind)
    if not isinstance(part, Blank):
        for inner in part.parts:
            yield from _check(inner, known, kind)


def _check_kind(part: Each, known: Known) -> Iterator[Problem]:
    if not known.of_matters:
        yield Problem(part.line, part.column, "这条提醒只说一件事，不能写{逐件：}，直接写填空就可以。")
    elif part.kind and part.kind not in known.kinds:
        offered = "、".join(known.kinds) or "（不分类，写{逐件：}）"
        yield Problem(part.line, part.column, f"没有“{part.kind}”这一类，可用的有：{offered}。")
    else:
        used = set(_used(part.parts))
        for group in known.of_each:
            allowed = [name for name in group if name in names_within(known, part.kind)]
            if not used & set(allowed):
                yield Problem(part.line, part.column, f"“{_head(part)}…}}”里要有{_either(allowed)}，请加上。")


def _check_name(part: Blank | When, known: Known, kind: str | None) -> Iterator[Problem]:
    inside = names_within(known, kind) if kind is not None else ()
    if part.name in known.blanks or part.name in inside:
        return
    name = f"“{{{part.name}}}”"
    if kind is None and known.of_matters and any(part.name in names_within(known, one) for one in (ALL, *known.kinds)):
        yield Problem(part.line, part.column, f"{name}要写在{{逐件：…}}里面。")
        return
    offered = "、".join(dict.fromkeys([*inside, *known.blanks]))
    yield Problem(part.line, part.column, f"没有{name}这个填空，可用的有：{offered}。")


def names_within(known: Known, kind: str) -> tuple[str, ...]:
    """Return the blanks that only hold within an ``each`` of a kind."""
    return (NUMBER, *known.of_matters, *known.kinds.get(kind, ()))


def _used(parts: Sequence[Part]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, Blank):
            yield part.name
        elif not isinstance(part, Words):
            yield from _used(part.parts)


def _kinds(parts: Sequence[Part]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, Each):
            yield part.kind
        elif isinstance(part, When):
            yield from _kinds(part.parts)


def fill(template: Template, values: Mapping[str, str], matters: Mapping[str, Sequence[Row]] | None = None) -> str:
    """Return the message: *values* by the name of their blank, *matters* by their kind, all of them under ``ALL``.

    A blank without a value stays empty.
    """
    filler = _Filler(matters or {})
    filler.write(template.parts, values)
    lines = [line.rstrip() for line, said in filler.lines() if said or line.strip()]
    kept = [line for empty, run in groupby(lines, key=lambda line: not line) for line in ([""] if empty else run)]
    return "\n".join(kept).strip()


class _Filler:
    """Writes pieces, each with the note whether it was words of the text or something filled in."""

    def __init__(self, matters: Mapping[str, Sequence[Row]]) -> None:
        self.matters = matters
        self.number = 0
        self.pieces: list[tuple[str, bool]] = []

    def write(self, parts: Sequence[Part], values: Mapping[str, str]) -> None:
        for part in parts:
            if isinstance(part, Words):
                self.pieces.append((part.text, True))
            elif isinstance(part, Blank):
                self._put(values.get(part.name, ""))
            elif isinstance(part, Each):
                self._repeat(part, values)
            else:
                self._put("")
                if is_filled(values.get(part.name, "")) is part.filled:
                    self.write(part.parts, values)
                    self._put("")

    def _put(self, value: str) -> None:
        self.pieces.append((" ".join(value.split()), False))

    def _repeat(self, part: Each, values: Mapping[str, str]) -> None:
        self._put("")
        for place, row in enumerate(self.matters.get(part.kind, ())):
            if place and part.alone:
                self.pieces.append(("\n", True))
            self._put("")
            if isinstance(row, str):
                self._put(row)
                continue
            self.number += 1
            self.write(part.parts, {**values, **row, NUMBER: str(self.number)})
            self._put("")

    def lines(self) -> Iterator[tuple[str, bool]]:
        """Yield each line, and whether it is to stay even where it is empty: no blank stands in it."""
        line, fixed = "", True
        for text, said in self.pieces:
            first, *others = text.split("\n")
            line, fixed = line + first, fixed and said
            for other in others:
                yield line, fixed
                line, fixed = other, True
        yield line, fixed


def is_filled(value: str) -> bool:
    """Tell whether a blank has something in it; a count of 0 is nothing."""
    return value.strip() not in ("", "0")

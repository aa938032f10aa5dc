"""Word's automatic numbering: the labels 一、（一）1. ① that are shown but not in the text.

A paragraph names a list (``w:numId``) and a level, itself or through its style. Lists that share an abstract list count
on together; a list with a start override begins anew at its first use. Source of the rules: ECMA-376-1, 17.9.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
LARGEST = 9999
"""Above this a number is written in plain digits, so that no label grows with its number."""

_PLACEHOLDER = re.compile("%([1-9])")
_DIGITS = "零一二三四五六七八九"
_FORMAL_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_ROMAN = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"),
    (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip


def chinese(number: int, digits: str = _DIGITS, units: str = "十百千") -> str:
    """Return 十二, 二十, 一百零五 for 1 to 9999; formal digits say 壹拾贰."""
    words, gap = "", False
    for power in (3, 2, 1, 0):
        digit = number // 10**power % 10
        if digit:
            words += (digits[0] if gap and words else "") + digits[digit] + (units[power - 1] if power else "")
        gap = digit == 0
    tens_only = digits == _DIGITS and 10 <= number < 20
    return words[1:] if tens_only else words


def _digit_by_digit(number: int) -> str:
    return str(number).translate(str.maketrans("0123456789", "〇一二三四五六七八九"))


def _roman(number: int) -> str:
    text = ""
    for value, sign in _ROMAN:
        count, number = divmod(number, value)
        text += sign * count
    return text


def _letter(number: int) -> str:
    repeat, index = divmod(number - 1, 26)
    return chr(ord("A") + index) * (repeat + 1)


def _circled(number: int) -> str:
    for first, last, code in ((1, 20, 0x2460), (21, 35, 0x3251), (36, 50, 0x32B1)):
        if first <= number <= last:
            return chr(code + number - first)
    return str(number)


def _from(signs: str) -> Callable[[int], str]:
    """Return a format that takes the signs in turn and falls back to digits beyond the last."""
    return lambda number: signs[number - 1] if number <= len(signs) else str(number)


_FORMATS: dict[str, Callable[[int], str]] = {
    "decimalZero": lambda number: f"{number:02}",
    "decimalFullWidth": lambda number: str(number).translate(str.maketrans("0123456789", "０１２３４５６７８９")),
    "numberInDash": lambda number: f"- {number} -",
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "decimalEnclosedFullstop": _from("".join(map(chr, range(0x2488, 0x249C)))),
    "decimalEnclosedParen": _from("".join(map(chr, range(0x2474, 0x2488)))),
    "ideographEnclosedCircle": _from("㊀㊁㊂㊃㊄㊅㊆㊇㊈㊉"),
    "ideographTraditional": _from("甲乙丙丁戊己庚辛壬癸"),
    "ideographZodiac": _from("子丑寅卯辰巳午未申酉戌亥"),
    "ideographDigital": _digit_by_digit,
    "taiwaneseDigital": _digit_by_digit,
    "japaneseDigitalTenThousand": _digit_by_digit,
    "koreanDigital2": _digit_by_digit,
    "chineseCounting": chinese,
    "chineseCountingThousand": chinese,
    "japaneseCounting": chinese,
    "taiwaneseCounting": chinese,
    "taiwaneseCountingThousand": chinese,
    "chineseLegalSimplified": lambda number: chinese(number, _FORMAL_DIGITS, "拾佰仟"),
    "ideographLegalTraditional": lambda number: chinese(number, "零壹貳參肆伍陸柒捌玖", "拾佰仟"),
    "japaneseLegal": lambda number: chinese(number, "零壱弐参四伍六七八九", "拾百阡"),
    "upperRoman": _roman,
    "lowerRoman": lambda number: _roman(number).lower(),
    "upperLetter": _letter,
    "lowerLetter": lambda number: _letter(number).lower(),
}
_FORMATS["decimalFullWidth2"] = _FORMATS["decimalFullWidth"]


def numeral(number: int, form: str) -> str:
    """Return *number* in a numbering format of Word; formats unknown here are written in plain digits."""
    if form in ("none", "bullet"):
        return ""
    if not 1 <= number <= LARGEST:
        return str(number)
    return _FORMATS.get(form, str)(number)


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list; ``restart`` is the 1-based level whose use starts it anew (0 never, None any above)."""

    start: int = 1
    form: str = "decimal"
    pattern: str = ""
    restart: int | None = None
    legal: bool = False
    style: str | None = None


@dataclass(slots=True)
class _List:
    """A ``w:num``: the abstract list it counts in, its own levels and the starts it overrides."""

    abstract: str
    levels: dict[int, Level]
    starts: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Place:
    """What a paragraph or a style says about its list; either half may be missing."""

    list_id: str | None = None
    level: int | None = None


class Numbering:
    """The lists of one document and how far each has counted; ask for labels in the order of the paragraphs."""

    def __init__(self, numbering: Any = None, styles: Any = None) -> None:
        self._styles = _Styles(styles)
        self._lists = _lists(numbering, self._styles)
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[tuple[str, int]] = set()

    def label(self, paragraph: Any) -> str:
        """Return the label in front of a ``w:p``, "" when it has none, and count it."""
        list_id, level = self._place(paragraph)
        if list_id not in self._lists or level not in self._lists[list_id].levels:
            return ""
        return self._count(list_id, level)

    def _place(self, paragraph: Any) -> tuple[str, int]:
        properties = paragraph.find(f"{W}pPr")
        own = _place(properties)
        style = None if properties is None else _value(properties.find(f"{W}pStyle"))
        inherited = self._styles.place(style)
        list_id = own.list_id or inherited.list_id or ""
        if own.level is not None:
            return list_id, own.level
        if own.list_id is None and list_id in self._lists:
            linked = {rule.style: level for level, rule in self._lists[list_id].levels.items()}
            for name in self._styles.chain(style):  # a level linked to a style outranks the style's own words
                if name in linked:
                    return list_id, linked[name]
        return list_id, inherited.level or 0

    def _count(self, list_id: str, level: int) -> str:
        numbered = self._lists[list_id]
        counts = self._counts.setdefault(numbered.abstract, {})
        if level in numbered.starts and (list_id, level) not in self._begun:
            counts[level] = numbered.starts[level]
        else:
            counts[level] = counts[level] + 1 if level in counts else numbered.levels[level].start
        self._begun.add((list_id, level))
        for deeper in [key for key in counts if key > level and _restarts(numbered.levels.get(key), level)]:
            del counts[deeper]
        return _label(numbered, counts, level)


class _Styles:
    """Paragraph styles as far as they number: what each says itself and which it is based on."""

    def __init__(self, styles: Any) -> None:
        self._places: dict[str, _Place] = {}
        self._bases: dict[str, str | None] = {}
        self._default: str | None = None
        for style in () if styles is None else styles.iter(f"{W}style"):
            name = style.get(f"{W}styleId", "")
            self._places[name] = _place(style.find(f"{W}pPr"))
            self._bases[name] = _value(style.find(f"{W}basedOn"))
            if style.get(f"{W}type") == "paragraph" and style.get(f"{W}default") in ("1", "true", "on"):
                self._default = name

    def chain(self, style: str | None) -> list[str]:
        """Return the style and those it is based on, nearest first; a circle of styles ends where it began."""
        chain: list[str] = []
        name = style or self._default
        while name and name not in chain:
            chain.append(name)
            name = self._bases.get(name)
        return chain

    def place(self, style: str | None) -> _Place:
        """Return the list and level a style gives, each from the nearest style that says it."""
        places = [self._places.get(name, _Place()) for name in self.chain(style)]
        return _Place(
            next((place.list_id for place in places if place.list_id is not None), None),
            next((place.level for place in places if place.level is not None), None),
        )


def _lists(numbering: Any, styles: _Styles) -> dict[str, _List]:
    if numbering is None:
        return {}
    abstracts = {each.get(f"{W}abstractNumId", ""): each for each in numbering.iter(f"{W}abstractNum")}
    owners = {each.get(f"{W}numId", ""): _value(each.find(f"{W}abstractNumId")) or "" for each in _nums(numbering)}
    lists: dict[str, _List] = {}
    for num in _nums(numbering):
        abstract = owners[num.get(f"{W}numId", "")]
        link = _value(abstracts[abstract].find(f"{W}numStyleLink")) if abstract in abstracts else None
        if link:  # the levels stand in the list of that style
            abstract = owners.get(styles.place(link).list_id or "", abstract)
        lists[num.get(f"{W}numId", "")] = _overridden(_List(abstract, _levels(abstracts.get(abstract))), num)
    return lists


def _nums(numbering: Any) -> list[Any]:
    return list(numbering.iterchildren(f"{W}num"))


def _overridden(numbered: _List, num: Any) -> _List:
    for override in num.iterchildren(f"{W}lvlOverride"):
        level = whole_number(override.get(f"{W}ilvl"), 0)
        numbered.levels |= _levels(override)
        start = _value(override.find(f"{W}startOverride"))
        if start is not None:
            numbered.starts[level] = whole_number(start, 1)
    return numbered


def _levels(parent: Any) -> dict[int, Level]:
    if parent is None:
        return {}
    return {whole_number(each.get(f"{W}ilvl"), 0): _level(each) for each in parent.iterchildren(f"{W}lvl")}


def _level(element: Any) -> Level:
    restart = _value(element.find(f"{W}lvlRestart"))
    return Level(
        start=whole_number(_value(element.find(f"{W}start")), 0),
        form=_value(element.find(f"{W}numFmt")) or "decimal",
        pattern=_value(element.find(f"{W}lvlText")) or "",
        restart=None if restart is None else whole_number(restart, 0),
        legal=element.find(f"{W}isLgl") is not None,
        style=_value(element.find(f"{W}pStyle")),
    )


def _restarts(rule: Level | None, used: int) -> bool:
    """Tell whether a level begins anew after *used*, a level above it."""
    return rule is None or rule.restart is None or used < rule.restart


def _label(numbered: _List, counts: dict[int, int], level: int) -> str:
    rule = numbered.levels[level]
    if rule.form == "bullet":
        return ""

    def numeral_of(match: re.Match[str]) -> str:
        index = int(match[1]) - 1
        other = numbered.levels.get(index, Level())
        return numeral(counts.setdefault(index, other.start), "decimal" if rule.legal else other.form)

    return _PLACEHOLDER.sub(numeral_of, rule.pattern)


def _place(properties: Any) -> _Place:
    numbering = None if properties is None else properties.find(f"{W}numPr")
    if numbering is None:
        return _Place()
    level = _value(numbering.find(f"{W}ilvl"))
    return _Place(_value(numbering.find(f"{W}numId")), None if level is None else whole_number(level, 0))


def _value(element: Any) -> str | None:
    """Return the ``w:val`` of an element, None where there is no element."""
    return None if element is None else str(element.get(f"{W}val", ""))


def whole_number(text: str | None, default: int) -> int:
    """Return the number an attribute holds, *default* when it is missing or no number."""
    try:
        return int(text or default)
    except ValueError:
        return default

"""The numerals and labels of Word's automatic numbering."""

import pytest
from lxml import etree

from planner.formats.word_numbering import Numbering, W, chinese, numeral

XMLNS = f'xmlns:w="{W[1:-1]}"'


@pytest.mark.parametrize(
    ("number", "form", "words"),
    [
        (1, "chineseCounting", "一"),
        (10, "chineseCountingThousand", "十"),
        (12, "japaneseCounting", "十二"),
        (20, "taiwaneseCountingThousand", "二十"),
        (21, "taiwaneseCounting", "二十一"),
        (105, "chineseCountingThousand", "一百零五"),
        (110, "chineseCountingThousand", "一百一十"),
        (1001, "chineseCountingThousand", "一千零一"),
        (3, "decimal", "3"),
        (3, "decimalZero", "03"),
        (12, "decimalFullWidth", "１２"),
        (3, "decimalFullWidth2", "３"),
        (1, "decimalEnclosedCircle", "①"),
        (20, "decimalEnclosedCircleChinese", "⑳"),
        (21, "decimalEnclosedCircle", "㉑"),
        (50, "decimalEnclosedCircle", "㊿"),
        (51, "decimalEnclosedCircle", "51"),
        (2, "decimalEnclosedFullstop", "⒉"),
        (2, "decimalEnclosedParen", "⑵"),
        (3, "ideographEnclosedCircle", "㊂"),
        (2, "ideographTraditional", "乙"),
        (11, "ideographTraditional", "11"),
        (12, "ideographZodiac", "亥"),
        (20, "ideographDigital", "二〇"),
        (12, "chineseLegalSimplified", "壹拾贰"),
        (4, "upperRoman", "IV"),
        (9, "lowerRoman", "ix"),
        (27, "upperLetter", "AA"),
        (2, "lowerLetter", "b"),
        (4, "numberInDash", "- 4 -"),
        (4, "somethingNew", "4"),
        (0, "chineseCounting", "0"),
        (10**12, "upperRoman", "1000000000000"),
        (1, "none", ""),
        (1, "bullet", ""),
    ],
)
def test_numerals(number: int, form: str, words: str) -> None:
    assert numeral(number, form) == words


def test_chinese_numerals_are_distinct() -> None:
    assert len({chinese(number) for number in range(1, 10_000)}) == 9_999


def _level(level: int, form: str, pattern: str, more: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>{more}'
        f'<w:lvlText w:val="{pattern}"/></w:lvl>'
    )


OFFICE = (
    _level(0, "chineseCounting", "%1、")
    + _level(1, "chineseCounting", "（%2）")
    + _level(2, "decimal", "%3.")
    + _level(3, "decimal", "（%4）")
    + _level(4, "decimalEnclosedCircle", "%5")
)


def _numbering(levels: str, nums: str = '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>') -> etree._Element:
    return etree.fromstring(
        f'<w:numbering {XMLNS}><w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>{nums}</w:numbering>'
    )


def _paragraph(list_id: int | None = None, level: int | None = None, style: str = "") -> etree._Element:
    parts = f'<w:pStyle w:val="{style}"/>' if style else ""
    if list_id is not None:
        place = "" if level is None else f'<w:ilvl w:val="{level}"/>'
        parts += f'<w:numPr>{place}<w:numId w:val="{list_id}"/></w:numPr>'
    return etree.fromstring(f"<w:p {XMLNS}><w:pPr>{parts}</w:pPr></w:p>")


def _labels(numbering: Numbering, *places: tuple[int, int]) -> list[str]:
    return [numbering.label(_paragraph(*place)) for place in places]


def test_levels_of_an_official_document() -> None:
    labels = _labels(
        Numbering(_numbering(OFFICE)),
        *((1, 0), (1, 1), (1, 2), (1, 2), (1, 3), (1, 4), (1, 4), (1, 1), (1, 2), (1, 0), (1, 1)),
    )
    assert labels == ["一、", "（一）", "1.", "2.", "（1）", "①", "②", "（二）", "1.", "二、", "（一）"]


def test_a_deeper_level_before_any_upper_one_shows_where_that_starts() -> None:
    levels = _level(0, "decimal", "%1") + _level(1, "decimal", "%1.%2")
    assert _labels(Numbering(_numbering(levels)), (1, 1), (1, 1), (1, 0), (1, 1)) == ["1.1", "1.2", "2", "2.1"]


def test_a_level_that_never_restarts_counts_on() -> None:
    levels = _level(0, "chineseCounting", "%1、") + _level(1, "decimal", "%2.", '<w:lvlRestart w:val="0"/>')
    places = ((1, 0), (1, 1), (1, 1), (1, 0), (1, 1))
    assert _labels(Numbering(_numbering(levels)), *places) == ["一、", "1.", "2.", "二、", "3."]


def test_legal_levels_write_digits() -> None:
    levels = _level(0, "chineseCounting", "%1、") + _level(1, "decimal", "%1.%2", "<w:isLgl/>")
    assert _labels(Numbering(_numbering(levels)), (1, 0), (1, 1)) == ["一、", "1.1"]


def test_lists_of_one_abstract_list_count_on_together_and_an_override_begins_anew() -> None:
    nums = "".join(
        f'<w:num w:numId="{number}"><w:abstractNumId w:val="0"/>{override}</w:num>'
        for number, override in (
            (1, ""),
            (2, ""),
            (3, '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>'),
            (4, f'<w:lvlOverride w:ilvl="0">{_level(0, "upperLetter", "%1)")}</w:lvlOverride>'),
        )
    )
    numbering = Numbering(_numbering(_level(0, "decimal", "%1."), nums))
    places = ((1, 0), (2, 0), (3, 0), (3, 0), (1, 0), (4, 0))
    assert _labels(numbering, *places) == ["1.", "2.", "5.", "6.", "7.", "H)"]


STYLES = f"""<w:styles {XMLNS}>
<w:style w:type="paragraph" w:default="1" w:styleId="Normal"/>
<w:style w:type="paragraph" w:styleId="Heading1"><w:basedOn w:val="Normal"/>
  <w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Heading2"><w:basedOn w:val="Heading1"/></w:style>
<w:style w:type="paragraph" w:styleId="Plain"><w:basedOn w:val="Heading1"/>
  <w:pPr><w:numPr><w:numId w:val="0"/></w:numPr></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Ring"><w:basedOn w:val="Gnir"/></w:style>
<w:style w:type="paragraph" w:styleId="Gnir"><w:basedOn w:val="Ring"/></w:style>
</w:styles>"""


def test_numbering_by_style() -> None:
    levels = _level(0, "chineseCounting", "%1、", '<w:pStyle w:val="Heading1"/>') + _level(
        1, "decimal", "%2.", '<w:pStyle w:val="Heading2"/>'
    )
    numbering = Numbering(_numbering(levels), etree.fromstring(STYLES))
    styles = ("Heading1", "Heading2", "Heading2", "Plain", "Ring", "Unknown", "", "Heading1")
    labels = [numbering.label(_paragraph(style=style)) for style in styles]
    assert labels == ["一、", "1.", "2.", "", "", "", "", "二、"]


def test_the_paragraph_overrules_its_style() -> None:
    levels = _level(0, "chineseCounting", "%1、") + _level(1, "decimal", "%2.")
    numbering = Numbering(_numbering(levels), etree.fromstring(STYLES))
    assert numbering.label(_paragraph(1, 1, "Heading1")) == "1."
    assert numbering.label(_paragraph(0, None, "Heading1")) == ""


def test_a_list_may_borrow_the_levels_of_a_style() -> None:
    numbering = etree.fromstring(
        f'<w:numbering {XMLNS}><w:abstractNum w:abstractNumId="0">{_level(0, "decimal", "%1.")}</w:abstractNum>'
        '<w:abstractNum w:abstractNumId="1"><w:numStyleLink w:val="Heading1"/></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
        '<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num></w:numbering>'
    )
    lists = Numbering(numbering, etree.fromstring(STYLES))
    assert _labels(lists, (2, 0), (1, 0)) == ["1.", "2."]


def test_a_bullet_has_no_label() -> None:
    assert _labels(Numbering(_numbering(_level(0, "bullet", "\uf0b7"))), (1, 0)) == [""]


def test_nonsense_numbers_are_no_error() -> None:
    levels = _level(0, "decimal", "%1.", '<w:lvlRestart w:val="x"/>').replace('w:start w:val="1"', 'w:start w:val="?"')
    assert _labels(Numbering(_numbering(levels)), (1, 0), (1, 7), (9, 0)) == ["0.", "", ""]


def test_a_list_whose_levels_are_missing() -> None:
    nums = '<w:num w:numId="1"><w:abstractNumId w:val="5"/></w:num><w:num w:numId="2"/>'
    assert _labels(Numbering(_numbering(OFFICE, nums)), (1, 0), (2, 0)) == ["", ""]


def test_a_document_without_lists() -> None:
    assert Numbering().label(_paragraph(1, 0)) == ""
    assert Numbering().label(etree.fromstring(f"<w:p {XMLNS}/>")) == ""

"""Files as clerks have them: encodings, Word documents built for the purpose, and everything that is neither."""

import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.errors import Unreadable
from planner.formats import intake, package, word
from planner.formats.intake import read_text
from planner.formats.word_numbering import W

SHARED = Path(__file__).parents[2].parent / "shared"
TEXT = "一、总体要求\n1.深化理论武装。6月底前，组织培训——“专业精神”。\n（责任领导：武长庚）\n"


def _bytes(document: Any) -> bytes:
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def _docx(*paragraphs: str) -> bytes:
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    return _bytes(document)


def _with_body(xml: str) -> bytes:
    """Return a document whose body holds the given WordprocessingML."""
    document = docx.Document()
    for element in parse_xml(f"<w:body {nsdecls('w')}>{xml}</w:body>"):
        document.element.body.insert(len(document.element.body) - 1, element)
    return _bytes(document)


def _with_part(data: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """Return the package with one part changed, added where it was missing."""
    file = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        parts = {entry: old.read(entry) for entry in old.namelist()}
        parts[name] = change(parts.get(name, b""))
        for entry, content in parts.items():
            new.writestr(entry, content)
    return file.getvalue()


def _body_text(xml: str) -> str:
    return read_text(_with_body(xml), "a.docx").strip("\n")


def _p(text: str) -> str:
    return f"<w:p><w:r><w:t xml:space='preserve'>{text}</w:t></w:r></w:p>"


def _tc(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{_p(text)}</w:tc>"


def _table(*rows: str) -> str:
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>"


def _refusal(data: bytes, filename: str) -> str:
    with pytest.raises(Unreadable) as caught:
        read_text(data, filename)
    return caught.value.message


class TestText:
    @pytest.mark.parametrize(
        "data",
        [
            TEXT.encode(),
            TEXT.encode("utf-8-sig"),
            TEXT.encode("gb18030"),
            TEXT.encode("utf-16"),
            b"\xfe\xff" + TEXT.encode("utf-16-be"),
            TEXT.encode("utf-16-le"),
            TEXT.encode("utf-16-be"),
            TEXT.replace("\n", "\r\n").encode(),
            TEXT.replace("\n", "\r").encode("gb18030"),
        ],
    )
    @pytest.mark.parametrize("filename", ["计划.txt", "计划.MD"])
    def test_encodings_and_line_ends(self, data: bytes, filename: str) -> None:
        assert read_text(data, filename) == TEXT

    def test_a_stray_control_character_is_no_reason_to_refuse(self) -> None:
        text = TEXT * 3 + "\x07"
        assert read_text(text.encode(), "a.txt") == text

    @pytest.mark.parametrize(
        ("data", "sentence"),
        [
            (b"", intake.EMPTY),
            (b" \r\n\t", intake.EMPTY),
            ("\ufeff".encode(), intake.NO_WORDS),
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)), intake.NOT_TEXT),
            (bytes(range(1, 32)) * 9, intake.NOT_TEXT),
            (b"abc\xff\xff\xff", intake.STRANGE_ENCODING),
            ("\ufeff计划".encode("utf-16-le") + b"x", intake.STRANGE_ENCODING),
        ],
    )
    def test_what_is_no_text_is_refused(self, data: bytes, sentence: str) -> None:
        assert _refusal(data, "a.txt") == sentence

    def test_too_big_a_file(self) -> None:
        assert _refusal(b"x" * (intake.MAX_BYTES + 1), "a.txt") == intake.TOO_BIG
        assert _refusal(b"x" * (package.MAX_CHARACTERS + 1), "a.txt") == package.TOO_LONG


class TestKinds:
    @pytest.mark.parametrize("filename", ["a.exe", "a", "", ".docx", "a.docx.zip"])
    def test_unknown_kinds_of_text(self, filename: str) -> None:
        assert _refusal(b"1. Train.", filename) == intake.UNKNOWN_KIND

    @pytest.mark.parametrize("filename", ["a.doc", "a.wps", "a", "a.docx", "a.txt"])
    def test_a_word_file_under_any_name(self, filename: str) -> None:
        assert read_text(_docx("正文"), filename) == "正文"

    @pytest.mark.parametrize("filename", ["a.docx", "a.XLSX", "a.wps", "a.pdf"])
    def test_a_picture_called_otherwise(self, filename: str) -> None:
        assert _refusal(b"\xff\xd8\xff\xe0JFIF", filename) == intake.NOT_OFFICE

    def test_a_locked_file(self) -> None:
        data = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 64 + "EncryptedPackage".encode("utf-16-le")
        assert _refusal(data, "a.docx") == package.LOCKED


class TestParagraphs:
    def test_paragraphs_in_order(self) -> None:
        assert read_text(_docx("标题", "", "正文"), "a.docx") == "标题\n\n正文"

    def test_breaks_tabs_and_hyphens(self) -> None:
        runs = "<w:r><w:t>前</w:t><w:br/><w:t>后</w:t><w:tab/><w:t>a</w:t><w:noBreakHyphen/><w:t>b</w:t><w:cr/></w:r>"
        assert _body_text(f"<w:p>{runs}</w:p>") == "前\n后\ta-b"

    def test_revisions_are_read_as_accepted_and_hidden_text_left_out(self) -> None:
        paragraph = (
            "<w:p><w:r><w:t>甲</w:t></w:r><w:ins><w:r><w:t>乙</w:t></w:r></w:ins><w:del><w:r><w:delText>丙</w:delText>"
            "</w:r></w:del><w:r><w:rPr><w:vanish/></w:rPr><w:t>丁</w:t></w:r>"
            "<w:r><w:rPr><w:vanish w:val='0'/></w:rPr><w:t>戊</w:t></w:r>"
            "<w:r><w:instrText>PAGE</w:instrText></w:r></w:p>"
        )
        assert _body_text(paragraph) == "甲乙戊"

    def test_content_controls_and_text_boxes(self) -> None:
        box = f"<w:pict><w:txbxContent>{_p('框中文字')}</w:txbxContent></w:pict>"
        xml = f"<w:sdt><w:sdtContent>{_p('控件')}</w:sdtContent></w:sdt><w:p><w:r><w:t>段</w:t>{box}</w:r></w:p>"
        assert _body_text(xml) == "控件\n段\n框中文字"

    def test_a_document_of_pictures_only(self) -> None:
        assert _refusal(_docx("", " "), "a.docx") == intake.NO_WORDS

    def test_the_strict_variant_of_the_format(self) -> None:
        def strict(xml: bytes) -> bytes:
            return xml.replace(W[1:-1].encode(), word._STRICT)  # noqa: SLF001

        assert read_text(_with_part(_docx("正文"), "word/document.xml", strict), "a.docx") == "正文"

    def test_a_missing_picture_is_no_reason_to_refuse(self) -> None:
        broken = (
            b'<Relationship Id="rId99" Target="NULL" '
            b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"/></Relationships>'
        )
        data = _with_part(
            _docx("正文"), "word/_rels/document.xml.rels", lambda xml: xml.replace(b"</Relationships>", broken)
        )
        assert read_text(data, "a.docx") == "正文"


LEVELS = (
    '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/><w:lvlText w:val="%1、"/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%2."/></w:lvl>'
)


def _numbered(xml: str) -> str:
    document = docx.Document()
    numbering = document.part.numbering_part.element
    for each in list(numbering):
        numbering.remove(each)
    for part in (
        f"<w:abstractNum {nsdecls('w')} w:abstractNumId='77'>{LEVELS}</w:abstractNum>",
        f"<w:num {nsdecls('w')} w:numId='77'><w:abstractNumId w:val='77'/></w:num>",
    ):
        numbering.append(parse_xml(part))
    for element in parse_xml(f"<w:body {nsdecls('w')}>{xml}</w:body>"):
        document.element.body.insert(len(document.element.body) - 1, element)
    return read_text(_bytes(document), "a.docx")


def _li(level: int, text: str) -> str:
    place = f"<w:pPr><w:numPr><w:ilvl w:val='{level}'/><w:numId w:val='77'/></w:numPr></w:pPr>"
    return f"<w:p>{place}<w:r><w:t>{text}</w:t></w:r></w:p>"


class TestNumbers:
    def test_labels_stand_in_front_and_keep_apart_from_a_date(self) -> None:
        xml = _li(0, "总体要求") + _li(1, "3月31日前完成。") + _li(1, "每季度开展一次。") + _li(0, "保障")
        assert _numbered(xml) == "一、总体要求\n1. 3月31日前完成。\n2. 每季度开展一次。\n二、保障"

    def test_an_empty_numbered_paragraph_counts_but_says_nothing(self) -> None:
        assert _numbered(_li(0, "甲") + _li(0, "") + _li(0, "乙")) == "一、甲\n\n三、乙"

    def test_the_column_of_numbers_of_a_table(self) -> None:
        row = "<w:tc>{}</w:tc>" + _tc("任务")
        table = _table(row.format(_li(1, "")), row.format(_li(1, "")))
        assert _numbered(table) == "1.\t任务\n2.\t任务"


class TestTables:
    def test_a_row_a_line_between_the_paragraphs(self) -> None:
        xml = _p("前") + _table(_tc("序号") + _tc("任务"), _tc("1") + _tc("培训")) + _p("后")
        assert _body_text(xml) == "前\n序号\t任务\n1\t培训\n后"

    def test_cells_merged_across_are_repeated(self) -> None:
        wide = _tc("一、总则", '<w:gridSpan w:val="2"/>') + _tc("x")
        legacy = _tc("甲", '<w:hMerge w:val="restart"/>') + _tc("", "<w:hMerge/>") + _tc("y")
        assert _body_text(_table(wide, legacy)) == "一、总则\t一、总则\tx\n甲\t甲\ty"

    def test_cells_merged_downwards_are_repeated_in_their_column(self) -> None:
        rows = (
            _tc("1") + _tc("刘洋", '<w:vMerge w:val="restart"/>'),
            _tc("2") + _tc("", "<w:vMerge/>"),
            _tc("3") + _tc("", '<w:vMerge w:val="continue"/>'),
            _tc("4") + _tc("曹莉霞"),
        )
        assert _body_text(_table(*rows)) == "1\t刘洋\n2\t刘洋\n3\t刘洋\n4\t曹莉霞"

    def test_rows_that_begin_late_empty_rows_and_deleted_rows(self) -> None:
        rows = (
            _tc("a") + _tc("b"),
            '<w:trPr><w:gridBefore w:val="1"/></w:trPr>' + _tc("c"),
            _tc("") + _tc(""),
            "<w:trPr><w:del/></w:trPr>" + _tc("d"),
            "<w:sdt><w:sdtContent>" + _tc("e") + "</w:sdtContent></w:sdt>" + _tc("", "<w:vMerge/>"),
        )
        assert _body_text(_table(*rows)) == "a\tb\n\tc\ne\t"

    def test_lines_tabs_and_tables_within_a_cell_become_spaces(self) -> None:
        lines = "<w:p><w:r><w:t>牵头</w:t><w:br/><w:t>领导</w:t></w:r></w:p>"
        cell = f"<w:tc>{lines}{_table(_tc('内') + _tc('层'))}<w:p/></w:tc>"
        assert _body_text(_table(cell + _tc("x"))) == "牵头 领导 内 层\tx"


class TestHostileFiles:
    @pytest.mark.parametrize("cut", [4, 100, 2000, -30])
    def test_a_broken_archive(self, cut: int) -> None:
        assert _refusal(_docx("正文" * 99)[:cut], "a.docx") == package.BROKEN

    def test_an_archive_that_is_no_document(self) -> None:
        file = BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("readme.txt", "x")
        assert _refusal(file.getvalue(), "a.docx") == package.BROKEN

    def test_a_document_without_a_body(self) -> None:
        data = _with_part(_docx("x"), "word/document.xml", lambda _: b"<a/>")
        assert _refusal(data, "a.docx") == package.BROKEN

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
    def test_entities_are_not_expanded(self, encoding: str) -> None:
        def lol(xml: bytes) -> bytes:
            text = xml.decode().replace("UTF-8", encoding)
            entity = '<!DOCTYPE w:document [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
            return text.replace("<w:document", entity + "<w:document", 1).replace(">正文<", ">&a;<").encode(encoding)

        assert _refusal(_with_part(_docx("正文"), "word/document.xml", lol), "a.docx") == package.BROKEN

    def test_a_part_that_unpacks_to_a_giant(self) -> None:
        data = _with_part(_docx("x"), "word/media/image1.bmp", lambda _: b"\0" * (32 * 1024 * 1024))
        assert len(data) < 100_000
        assert _refusal(data, "a.docx") == package.TOO_LARGE

    @pytest.mark.parametrize(("limit", "value"), [("MAX_PART", 100), ("MAX_ENTRIES", 3), ("MAX_UNPACKED", 1000)])
    def test_limits(self, monkeypatch: pytest.MonkeyPatch, limit: str, value: int) -> None:
        monkeypatch.setattr(package, limit, value)
        assert _refusal(_docx("x"), "a.docx") == package.TOO_LARGE

    def test_a_locked_archive(self) -> None:
        data = bytearray(_docx("x"))
        data[data.index(b"PK\x01\x02") + 8] |= 1
        assert _refusal(bytes(data), "a.docx") == package.LOCKED

    def test_a_table_that_multiplies_its_words(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(word, "MAX_CHARACTERS", 10_000)
        data = _with_body(_table(_tc("很长" * 2000, '<w:gridSpan w:val="2000000000"/>')))
        assert _refusal(data, "a.docx") == package.TOO_LONG
        data = _with_body(_p("很长" * 2000) * 3)
        assert _refusal(data, "a.docx") == package.TOO_LONG

    def test_tables_in_tables_do_not_multiply(self) -> None:
        table = _table(_tc("底", '<w:gridSpan w:val="63"/>'))
        for _ in range(20):
            table = _table(f'<w:tc><w:tcPr><w:gridSpan w:val="63"/></w:tcPr>{table}<w:p/></w:tc>')
        assert len(_body_text(table)) < 200

    def test_nesting_deeper_than_any_document(self) -> None:
        deep = "<w:ins>" * 5000 + "</w:ins>" * 5000
        data = _with_part(
            _docx("x"), "word/document.xml", lambda xml: xml.replace(b"<w:body>", f"<w:body>{deep}".encode())
        )
        assert _refusal(data, "a.docx") == package.BROKEN


SOUND = _docx("一、标题", "1.正文，6月底前完成。")
KINDS = st.sampled_from(["a.txt", "a.md", "a.docx", "a.doc", "a.pdf", "a"])


def _read_or_refused(data: bytes, filename: str) -> None:
    try:
        assert read_text(data, filename).strip()
    except Unreadable as refusal:
        assert refusal.message.endswith("。")  # noqa: PT017


@given(st.binary(max_size=400), KINDS)
def test_any_bytes_are_text_or_refused(data: bytes, filename: str) -> None:
    _read_or_refused(data, filename)
    _read_or_refused(b"PK\x03\x04" + data, filename)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(SOUND) - 1), st.integers(0, 255)), max_size=20))
def test_a_damaged_document_is_text_or_refused(changes: list[tuple[int, int]]) -> None:
    data = bytearray(SOUND)
    for place, value in changes:
        data[place] = value
    _read_or_refused(bytes(data), "a.docx")


@settings(deadline=None)
@given(
    st.text(max_size=200),
    st.sampled_from(["word/document.xml", "word/numbering.xml", "_rels/.rels", "word/styles.xml"]),
)
def test_a_document_with_a_strange_part_is_text_or_refused(text: str, name: str) -> None:
    for content in (text.encode(), f"<a>{text}</a>".encode()):
        _read_or_refused(_with_part(SOUND, name, lambda _, content=content: content), "a.docx")  # type: ignore[misc]


@given(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1))
def test_words_of_a_document_come_back(text: str) -> None:
    assert read_text(_docx(text, text), "a.docx") == f"{text}\n{text}"


@pytest.mark.skipif(not SHARED.exists(), reason="the shared samples are not here")
class TestSamples:
    def test_numbers_of_two_lists(self) -> None:
        path = SHARED / "samples/docs/d05_wangxiu_hospital.docx"
        lines = read_text(path.read_bytes(), path.name).split("\n")
        assert [line[:2] for line in lines if line[1:2] == "、"] == ["一、", "二、", "三、", "四、"]
        assert "16. 守牢安全生产底线。" in next(line for line in lines if line.startswith("16."))

    def test_a_table_with_merged_cells(self) -> None:
        path = SHARED / "samples/docs/d09_lanping_govreport_table.docx"
        rows = [line.split("\t") for line in read_text(path.read_bytes(), path.name).split("\n") if "\t" in line]
        assert rows[0] == ["序号", "工作任务", "牵头 领导", "牵头单位", "配合单位", "完成时限"]
        assert {len(row) for row in rows} == {6}
        assert [row[2] for row in rows if row[0] in ("2", "3", "4")] == ["冉启东"] * 3
        assert rows[1][0] == "1", "a row merged over all columns is a line of its own"

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.notify.words import LONGEST, blot, told


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("Mailbox full.", "Mailbox full"),
        ("系统繁忙。", "系统繁忙"),
        ("two\r\n lines\t here", "two lines here"),
        ("a\x00b\x1b[31mc\ud800d\u202ee", "a b [31mc d e"),
        ("x" * 300, "x" * LONGEST),
        ("", ""),
    ],
)
def test_words_of_others_come_on_one_printable_line(words: str, shown: str) -> None:
    assert told(words) == shown


@given(st.text(st.characters(codec=None)), st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=4))
def test_whatever_is_said_can_be_stored_and_holds_no_key(words: str, key: str) -> None:
    shown = told(f"{words}{key}{words}", [key])
    assert shown.encode() and "\x00" not in shown and len(shown) <= LONGEST
    assert key not in shown


def test_a_key_is_found_in_any_case_and_one_that_is_too_short_is_left() -> None:
    assert blot("key ABCD and abcd, not abc", ["abcd", "abc", ""]) == "key … and …, not abc"

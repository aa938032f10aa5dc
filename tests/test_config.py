"""Settings read from the environment, and what is wrong with them told in words."""

from __future__ import annotations

import pytest

from planner.config import read_settings
from planner.errors import Invalid


@pytest.mark.parametrize(
    ("given", "base"),
    [
        ("", ""),
        ("https://plan.example.gov.cn/", "https://plan.example.gov.cn"),
        ("HTTPS://Plan.example.gov.cn:8443/office/", "https://Plan.example.gov.cn:8443/office"),
        ("http://[::1]:8765", "http://[::1]:8765"),
    ],
)
def test_the_address_of_the_pages_is_kept_without_its_last_slash_and_its_scheme_in_small_letters(
    given: str, base: str
) -> None:
    assert read_settings({"PLANNER_BASE_URL": given}).base_url == base


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("https://clerk:secret@plan.example.gov.cn", "用户名和密码"),
        ("https://clerk@plan.example.gov.cn", "用户名和密码"),
        ("http://[::1", "看不懂"),
        ("https://", "看不懂"),
    ],
)
def test_an_address_that_no_calendar_may_carry_is_refused(given: str, words: str) -> None:
    with pytest.raises(Invalid, match=words) as told:
        read_settings({"PLANNER_BASE_URL": given})
    assert "secret" not in str(told.value)

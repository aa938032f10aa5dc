"""Which known name an unknown one may be."""

from __future__ import annotations

import pytest

from planner.core.naming import likeliest, stem


@pytest.mark.parametrize(
    ("name", "known", "found"),
    [
        ("应急办", ["应急部门", "农业部门"], "应急部门"),
        ("市监", ["市监部门", "市政部门"], "市监部门"),
        ("交通运输局", ["交通部门", "交警部门"], "交通部门"),
        ("水利站", ["应急部门"], None),
        ("应急办", ["应急办"], None),
        ("应急办", ["应急部门", "应急站"], None),
        ("办", ["部门"], None),
        ("市监部门", ["市"], None),
    ],
)
def test_the_one_known_name_with_the_same_stem(name: str, known: list[str], found: str | None) -> None:
    assert likeliest(name, known) == found


def test_the_stem_is_without_the_kind_of_unit() -> None:
    assert [stem(name) for name in ("应急办", "应急管理局", "市监部门", "王建国")] == ["应急", "应急", "市监", "王建国"]

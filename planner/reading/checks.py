"""The tasks of a plan that was reviewed already: the list of checks in the canonical Markdown form.

    check = - [ ] [*title*] words [（到期：words of time | 未定）]

A line of it is one task, whatever its commas; what it names as 到期 are its only times. The words as issued stand above
the list as a quotation (> …) and are not read again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from planner.core.plan import Span

NO_TASKS = "本条不单列任务"
"""What the canonical form says of a point whose tasks were all struck."""
UNDATED = "未定"
BEGINS = r"\[[ xX]\][ ]?"
CHECK = re.compile(
    rf"^{BEGINS}(?:\*(?P<title>[^*\n]{{1,300}})\*[ ]?)?(?P<words>[^\n]{{1,2000}}?)(?:（到期：(?P<when>(?:[^\n（）]|（[^\n（）]{{0,20}}）){{0,300}})）)?$",
    re.MULTILINE,
)
REVIEWED = re.compile(rf"^(?:- )?(?:{BEGINS}|{NO_TASKS}$)", re.MULTILINE)
QUOTATION = re.compile(r"^>[^\n]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Check:
    """A line of the list: where its words stand, the title it is given, where its times stand if it names them apart."""

    words: Span
    title: str
    when: Span | None


def is_reviewed(text: str) -> bool:
    """Tell whether a document, cleaned or not, holds lists of checks."""
    return REVIEWED.search(text) is not None


def find_checks(text: str) -> list[Check]:
    """Return the checks of *text* in order; spans count from its start."""
    return [
        Check(Span(*match.span("words")), match["title"] or "", Span(*match.span("when")) if match["when"] else None)
        for match in CHECK.finditer(text)
    ]

"""What a finding weighs, and the questions that a meeting must answer before a plan is signed (缺口清单)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import groupby

from planner.core.ledger import Column, Table
from planner.core.plan import Finding, Item, Plan
from planner.core.wording import item_words


class Severity(StrEnum):
    """How pressing a finding is; listed from most to least."""

    MUST = "必须定"
    SHOULD = "最好定"
    CHECK = "请核对"


MOST_LABELS = 8
WHO = {Severity.MUST: "主要领导", Severity.SHOULD: "分管领导", Severity.CHECK: "起草人"}
_SEVERITIES = {
    Severity.MUST: (
        "no_items",
        "no_leader",
        "no_department",
        "no_date",
        "date_unresolved",
        "impossible_day",
        "after_year",
    ),
    Severity.SHOULD: (
        "frequency_unstated",
        "season_unresolved",
        "past_at_issue",
        "heading_without_item",
        "ambiguous_time",
        "unread_time",
        "unread_name",
        "leader_load",
    ),
}
_OF_CODE = {code: severity for severity, codes in _SEVERITIES.items() for code in codes}
_SHARED = {
    "no_leader": "没有写责任领导，由谁负责？",
    "no_department": "没有写责任部门，由谁承办？",
    "no_date": "没有写时限，什么时候完成，还是长期工作？",
    "frequency_unstated": "没有写明频次，多久一次，或者定哪一天？",
}
"""Questions asked once for all the items that raise them."""
LONGEST_SHEET = 14
"""Rows that fit one page of A4 with room to write."""
COLUMNS = (
    Column("序号", 6),
    Column("条目", 21),
    Column("原文", 20),
    Column("要定什么", 36),
    Column("由谁定", 12),
    Column("答复", 20),
)


def severity_of(code: str) -> Severity:
    """Return how pressing the findings of this code are."""
    return _OF_CODE.get(code, Severity.CHECK)


def by_severity(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings, the most pressing first, else in the order of the text."""
    order, codes = list(Severity), list(_OF_CODE)

    def weight(one: Finding) -> tuple[int, int, int]:
        rank = codes.index(one.code) if one.code in _OF_CODE else len(codes)
        return order.index(severity_of(one.code)), one.span.start, rank

    return sorted(findings, key=weight)


def question_sheet(plan: Plan) -> Table:
    """Return the questions of a draft plan on at most one page, the most pressing first; the rest is counted."""
    rows = list(_questions(plan))
    shown = tuple((place, *row) for place, row in enumerate(rows[:LONGEST_SHEET], start=1))
    note = f"《{plan.title or '未命名计划'}》共{len(plan.findings)}处缺口，合成{len(rows)}个问题。"
    if len(rows) > LONGEST_SHEET:
        note += f"这里是最要紧的{LONGEST_SHEET}个，其余{len(rows) - LONGEST_SHEET}个请看缺口明细。"
    return Table("缺口清单（会前请逐条确认）", note, COLUMNS, shown)


def _questions(plan: Plan) -> Iterator[tuple[str, str, str, str, str]]:
    ordered = by_severity(plan.findings)
    for code, group in groupby(sorted(ordered, key=lambda one: _rank(one, ordered)), key=lambda one: one.code):
        held = list(group)
        if code in _SHARED:
            words = "、".join(dict.fromkeys(_quote(plan, one) for one in held)) if code == "frequency_unstated" else ""
            yield _numbers(plan, held), words, f"{len(held)}处{_SHARED[code]}", WHO[severity_of(code)], ""
        else:
            yield from (_question(plan, one) for one in held)


def _rank(finding: Finding, ordered: Sequence[Finding]) -> tuple[int, int]:
    """Return where a finding stands when those of one code are kept together."""
    first = next(place for place, one in enumerate(ordered) if one.code == finding.code)
    return first, finding.span.start


def _question(plan: Plan, finding: Finding) -> tuple[str, str, str, str, str]:
    label = _label(item_of(plan, finding))
    return label, _quote(plan, finding), finding.message, WHO[severity_of(finding.code)], ""


def _quote(plan: Plan, finding: Finding) -> str:
    quote = " ".join(finding.span.of(plan.text).split())
    return quote[:30] + "…" * (len(quote) > 30)


def item_of(plan: Plan, finding: Finding) -> Item | None:
    """Return the item in whose words a finding stands, if any."""
    return next((item for item in plan.items if item.span.start <= finding.span.start < item.span.end), None)


def _label(item: Item | None) -> str:
    return item_words(item.number, item.title) if item else "全文"


def _numbers(plan: Plan, findings: Sequence[Finding]) -> str:
    """Return the items of some findings in short: 第1—10、12条."""
    items = [item for item in (item_of(plan, one) for one in findings) if item]
    if not all(item.number.isascii() and item.number.isdecimal() for item in items):
        labels = list(dict.fromkeys(_label(item) for item in items))
        return "、".join(labels[:MOST_LABELS]) + (f"等{len(labels)}条" if len(labels) > MOST_LABELS else "")
    runs: list[list[int]] = []
    for number in sorted({int(item.number) for item in items}):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return f"第{'、'.join(f'{run[0]}至{run[-1]}' if len(run) > 1 else str(run[0]) for run in runs)}条"

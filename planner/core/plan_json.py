"""The JSON shape of a plan, the contract of ``planner read --json`` and ``planner deadlines --json``."""

from __future__ import annotations

from typing import Any

from planner.core.plan import Deadline, Finding, Item, Name, Plan, Target, Task, item_deadlines, item_targets


def plan_json(plan: Plan) -> dict[str, Any]:
    """Return a plan as plain values; an item's deadlines and targets are those of its tag and of all its tasks."""
    return {
        "title": plan.title,
        "issuer": plan.issuer,
        "issue_date": plan.issue_date.isoformat() if plan.issue_date else None,
        "plan_year": plan.plan_year,
        "items": [item_json(item) for item in plan.items],
        "findings": [_finding_json(finding) for finding in plan.findings],
    }


def item_json(item: Item) -> dict[str, Any]:
    """Return an item with its tasks."""
    who = item.responsibility
    return {
        "number": item.number,
        "title": item.title,
        "section": item.section,
        "text": item.text,
        "start": item.span.start,
        "end": item.span.end,
        "leaders": _names(who.leaders),
        "departments": _names(who.departments),
        "supporting": _names(who.supporting),
        "deadlines": [deadline_json(rule) for rule in item_deadlines(item)],
        "targets": [target_json(target) for target in item_targets(item)],
        "tasks": [_task_json(task) for task in item.tasks],
    }


def deadline_json(rule: Deadline) -> dict[str, Any]:
    """Return a deadline: dates in ISO 8601 or null, ``anchor`` and ``offset`` only where the words state one."""
    shape: dict[str, Any] = {
        "kind": rule.kind.value,
        "start": rule.start.isoformat() if rule.start else None,
        "due": rule.due.isoformat() if rule.due else None,
        "freq": rule.freq.value if rule.freq else None,
        "interval": rule.interval,
        "count": rule.count,
        "raw": rule.raw,
        "basis": rule.basis.value,
    }
    if rule.anchor:
        shape["anchor"] = rule.anchor
    if rule.offset:
        shape["offset"] = rule.offset
    return shape


def target_json(target: Target) -> dict[str, Any]:
    """Return a planned figure."""
    return {"metric": target.metric, "op": target.op, "value": target.value, "unit": target.unit, "raw": target.raw}


def _names(names: tuple[Name, ...]) -> list[str]:
    return [name.name for name in names]


def _task_json(task: Task) -> dict[str, Any]:
    return {
        "text": task.text,
        "start": task.span.start,
        "end": task.span.end,
        "obligor": task.obligor,
        "deadlines": [deadline_json(rule) for rule in task.deadlines],
        "targets": [target_json(target) for target in task.targets],
    }


def _finding_json(finding: Finding) -> dict[str, Any]:
    return {"code": finding.code, "message": finding.message, "start": finding.span.start, "end": finding.span.end}

"""Values of the core as JSON columns, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import TypeAdapter

from planner.core.measures import Measurement
from planner.core.plan import Basis, Deadline, DeadlineKind, Frequency, Plan, Span, Target
from planner.core.plan_json import deadline_json, target_json
from planner.core.reminders import Matter, Rule
from planner.core.review import Step
from planner.store.models import Event

_PLAN = TypeAdapter(Plan)
_STEP = TypeAdapter(Step)


def dump_plan(plan: Plan) -> dict[str, Any]:
    """Return a plan as read, complete with its text and every span."""
    dumped: dict[str, Any] = _PLAN.dump_python(plan, mode="json")
    return dumped


def load_plan(value: Mapping[str, Any]) -> Plan:
    """Return the plan that :func:`dump_plan` wrote."""
    return _PLAN.validate_python(value)


def dump_step(step: Step) -> dict[str, Any]:
    """Return a step of a review without what it leaves empty."""
    dumped: dict[str, Any] = _STEP.dump_python(step, mode="json", exclude_defaults=True)
    return dumped


def load_step(value: Mapping[str, Any]) -> Step:
    """Return the step that :func:`dump_step` wrote."""
    return _STEP.validate_python(value)


def dump_deadline(rule: Deadline) -> dict[str, Any]:
    """Return a deadline as a task keeps it: the public shape, with its season, its weakness and its place."""
    return {
        **deadline_json(rule),
        "season": rule.season,
        "weak": rule.weak,
        "start_at": rule.span.start,
        "end_at": rule.span.end,
    }


def load_deadline(value: Mapping[str, Any]) -> Deadline:
    """Return the deadline that :func:`dump_deadline` wrote."""
    return Deadline(
        kind=DeadlineKind(value["kind"]),
        raw=value["raw"],
        span=Span(value["start_at"], value["end_at"]),
        start=_day(value["start"]),
        due=_day(value["due"]),
        freq=Frequency(value["freq"]) if value["freq"] else None,
        interval=value["interval"],
        count=value["count"],
        anchor=value.get("anchor"),
        offset=value.get("offset"),
        season=value["season"],
        weak=value["weak"],
        basis=Basis(value["basis"]),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def dump_target(target: Target) -> dict[str, Any]:
    """Return a planned figure as a task keeps it."""
    return {**target_json(target), "start": target.span.start, "end": target.span.end}


def load_target(value: Mapping[str, Any]) -> Target:
    """Return the figure that :func:`dump_target` wrote."""
    return Target(
        metric=value["metric"],
        op=value["op"],
        value=value["value"],
        unit=value["unit"],
        raw=value["raw"],
        span=Span(value["start"], value["end"]),
    )


def dump_measurement(measured: Measurement) -> dict[str, Any]:
    """Return a measured figure as the data of its event; numbers as they were written, never as floats."""
    numbers = {name: getattr(measured, name) for name in ("numerator", "denominator", "value")}
    return {"target": measured.target, **{name: str(number) for name, number in numbers.items() if number is not None}}


def load_measurement(event: Event) -> Measurement:
    """Return the measured figure that an event of kind ``measure`` recorded."""
    numbers = {name: Decimal(event.data[name]) for name in ("numerator", "denominator", "value") if name in event.data}
    return Measurement(target=event.data["target"], day=event.day, text=event.text, **numbers)


def dump_matters(matters: Sequence[Matter]) -> list[dict[str, Any]]:
    """Return what a message speaks of as its row keeps it."""
    return [{"occurrence": one.occurrence_id, "rule": one.rule.value, "words": one.words} for one in matters]


def load_matters(values: Sequence[Mapping[str, Any]]) -> tuple[Matter, ...]:
    """Return what :func:`dump_matters` wrote."""
    return tuple(Matter(value["occurrence"], Rule(value["rule"]), value["words"]) for value in values)

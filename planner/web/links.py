"""Addresses of tasks for long lists: the router is asked once a page, not once a row."""

from __future__ import annotations

from urllib.parse import quote

from flask import g, url_for

from planner.core.ledger import Entry


def task_address(entry: Entry) -> str:
    """Return the address of an entry's task."""
    return code_address(entry.plan_address, entry.code)


def code_address(plan_address: str, code: str) -> str:
    """Return the address of a task of a plan by its code."""
    before, after = _around()
    return f"{before}{plan_address}-{code}{after}"


def period_address(entry: Entry) -> str:
    """Return the address of an entry's task with its own period chosen."""
    address = task_address(entry)
    return f"{address}{'&' if '?' in address else '?'}o={quote(entry.key)}"


def _around() -> tuple[str, str]:
    """Return what stands before and after the name of a task in its address; the chosen day comes after."""
    if "around_task" not in g:
        before, _, after = url_for("tasks.show", address="~").partition("~")
        g.around_task = before, after
    around: tuple[str, str] = g.around_task
    return around

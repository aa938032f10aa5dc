"""One matter in the blanks of a message: who, what, until when and how it stands, each on one line."""

from __future__ import annotations

from datetime import date
from urllib.parse import quote

from planner.core.calendar import WorkingDays, day_words, short_day_words
from planner.core.ledger import Entry, progress_words
from planner.core.status import is_overdue, words
from planner.core.wording import item_words

NO_DEPARTMENT = "责任部门未明确"
NO_LEADER = "未明确"
"""Stands after 责任领导."""


def matter_values(entry: Entry, base_url: str = "", year: int | None = None) -> dict[str, str]:
    """Return what holds on whatever day; days of *year* are told without it."""
    return {
        "事项": entry.name,
        "条目": item_words(entry.item_number, entry.item_title or entry.title),
        "文件": title_words(entry.plan_title),
        "部门": "、".join(entry.departments) or NO_DEPARTMENT,
        "申请人": "、".join(entry.departments),
        "领导": "、".join(entry.leaders) or NO_LEADER,
        "时限": entry.deadline_words,
        "日期": _day(entry.facts.due_on, year),
        "进展": sentence(progress_words(entry, year)),
        "原文": sentence(entry.quote),
        "承诺日期": short_day_words(entry.promised_on, year) if entry.promised_on else "",
        "协调": sentence(entry.coordination),
        "共同承办": "、".join(entry.departments) if len(entry.departments) > 1 else "",
        "链接": task_link(base_url, entry),
        **_asked(entry, year),
    }


def standing_values(
    entry: Entry, on: date, days: WorkingDays, *, recipient: str = "", because: str = "", base_url: str = ""
) -> dict[str, str]:
    """Return what holds on a day for whoever is told: *because* says why."""
    due = entry.facts.due_on
    return {
        **matter_values(entry, base_url, on.year),
        "现状": words(entry.facts, on, days),
        "逾期天数": str(days.between(due, on)) if due and is_overdue(entry.facts, on) else "",
        "休息日": _day(due, on.year) if due and not days.is_working(due) else "",
        "代理": "" if recipient in entry.leaders else "、".join(entry.leaders),
        "缘由": because,
    }


def title_words(title: str) -> str:
    """Return a document's title in its marks, unless it has marks of its own (关于印发《……》的通知)."""
    return f"《{title}》" if title and "《" not in title else title


def sentence(text: str) -> str:
    """Return a sentence without its last stop, so that it can stand within another."""
    return text.strip().rstrip("。；;")


def task_link(base_url: str, entry: Entry) -> str:
    """Return the address of a matter's page, empty where the office has told none."""
    return f"{base_url}/t/{quote(f'{entry.plan_address}-{entry.code}')}" if base_url else ""


def _day(day: date | None, year: int | None) -> str:
    return day_words(day, year) if day else ""


def _asked(entry: Entry, year: int | None) -> dict[str, str]:
    asked = entry.asked or {}
    until = asked.get("due_on", "")
    return {
        "拟完成日期": _day(date.fromisoformat(until), year) if until else "",
        "延期理由": sentence(asked.get("reason", "")),
    }

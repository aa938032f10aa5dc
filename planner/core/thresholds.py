"""The office's thresholds: what counts as soon, when reminders are sent, when the ladder after a due day climbs.

They are kept as JSON with only what differs from the defaults, and typed by a clerk as plain words. All counts are
working days except ``stale_days`` (days) and ``monthly_day`` (a day of the month).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import time
from typing import Any

Value = int | tuple[int, ...] | time


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The settings of an office, with the defaults of the product.

    ``before`` are the working days before the last working day on which an occurrence due once is announced;
    ``alone_at`` is the one of them sent alone, 0 for none. ``…_after`` count working days after the due day, where 0
    (hazards alone) is the due day itself. Messages leave between ``opens`` and ``closes`` on working days.
    """

    soon_days: int = 7
    soon_days_monthly: int = 3
    stale_days: int = 35
    before: tuple[int, ...] = (15, 7, 3, 1)
    alone_at: int = 3
    before_quarterly: tuple[int, ...] = (15, 5)
    before_window: tuple[int, ...] = (7,)
    monthly_day: int = 25
    leader_after: int = 3
    blue_after: int = 3
    yellow_after: int = 7
    red_after: int = 15
    hazard_blue_after: int = 0
    hazard_yellow_after: int = 1
    hazard_red_after: int = 3
    opens: time = time(8, 30)
    closes: time = time(17, 30)


DEFAULTS = Thresholds()

FIELD_LABELS = {
    "soon_days": "临期（剩余工作日）",
    "soon_days_monthly": "每月事项临期（剩余工作日）",
    "stale_days": "久未更新（天）",
    "before": "一次性事项提前提醒（工作日）",
    "alone_at": "其中单独提醒的一次（提前工作日，0为不单独提醒）",
    "before_quarterly": "每季度事项提前提醒（工作日）",
    "before_window": "时段类事项提前提醒（工作日）",
    "monthly_day": "每月事项提醒日（日）",
    "leader_after": "逾期告知责任领导（逾期工作日）",
    "blue_after": "蓝色提醒单（逾期工作日）",
    "yellow_after": "黄色督办单（逾期工作日）",
    "red_after": "红色督办单（逾期工作日）",
    "hazard_blue_after": "重大隐患蓝色提醒单（逾期工作日，0为到期当天）",
    "hazard_yellow_after": "重大隐患黄色督办单（逾期工作日）",
    "hazard_red_after": "重大隐患红色督办单（逾期工作日）",
    "opens": "每天最早发出时间（时:分）",
    "closes": "每天最晚发出时间（时:分）",
}

_LIMITS = {"stale_days": (1, 365), "monthly_day": (1, 28), "alone_at": (0, 60), "hazard_blue_after": (0, 60)}
_ANY_LIMITS = (1, 60)
_LADDER = ("blue_after", "yellow_after", "red_after")
_HAZARD_LADDER = ("hazard_blue_after", "hazard_yellow_after", "hazard_red_after")
_SEPARATORS = re.compile(r"(?:[\s、，,;；/／．.和]|个?工作日|天|日)+")
"""Units typed along with the numbers separate them too."""

_TIME = re.compile(r"(\d{1,2})\s*[:：点时]\s*(\d{1,2})?\s*分?")


def load_thresholds(stored: Mapping[str, Any]) -> Thresholds:
    """Return the thresholds of their JSON form: days as numbers, lists of days as lists, times as ``"08:30"``.

    What is missing keeps its default; keys that are not known are left alone.
    """
    defaults = asdict(DEFAULTS)
    return Thresholds(**{name: _loaded(stored[name], defaults[name]) for name in defaults if name in stored})


def _loaded(value: Any, default: Value) -> Any:
    if isinstance(default, time):
        return time.fromisoformat(value)
    return tuple(int(number) for number in value) if isinstance(default, tuple) else int(value)


def dump_thresholds(thresholds: Thresholds) -> dict[str, Any]:
    """Return the JSON form of what differs from the defaults."""
    defaults = asdict(DEFAULTS)
    return {name: _dumped(value) for name, value in asdict(thresholds).items() if value != defaults[name]}


def _dumped(value: Value) -> Any:
    if isinstance(value, time):
        return value.isoformat("minutes")
    return list(value) if isinstance(value, tuple) else value


def parse_thresholds(typed: Mapping[str, str]) -> tuple[Thresholds, dict[str, str]]:
    """Return what a clerk typed (15、7、3、1; 8:30), and what is wrong by field.

    A field not typed or not understood keeps its default; a list may be empty, which sends nothing early. Fields that
    contradict each other keep their defaults together.
    """
    values: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for field in fields(Thresholds):
        if field.name not in typed:
            continue
        value = _parsed(field.name, typed[field.name].strip(), getattr(DEFAULTS, field.name))
        if isinstance(value, str):
            problems[field.name] = value
        else:
            values[field.name] = value
    return _agreeing(replace(DEFAULTS, **values), problems), problems


def _parsed(name: str, text: str, default: Value) -> Value | str:
    """Return the value, or the sentence that says what is wrong."""
    if isinstance(default, time):
        return _time_of(text) or "请写成 08:30 这样的时间。"
    low, high = _LIMITS.get(name, _ANY_LIMITS)
    words = [word for word in _SEPARATORS.split(text) if word]
    # Python refuses to read a number of thousands of digits.
    if not all(word.isdecimal() and len(word) < 5 and low <= int(word) <= high for word in words):
        return (
            f"请填{low}到{high}之间的整数。"
            if isinstance(default, int)
            else f"请填{low}到{high}之间的整数，用顿号隔开。"
        )
    numbers = sorted({int(word) for word in words}, reverse=True)
    if isinstance(default, tuple):
        return tuple(numbers)
    return numbers[0] if len(words) == 1 else f"请填一个{low}到{high}之间的整数。"


def _time_of(text: str) -> time | None:
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _agreeing(wanted: Thresholds, problems: dict[str, str]) -> Thresholds:
    """Return *wanted* with the fields that contradict each other at their defaults, each told in *problems*."""
    if wanted.opens >= wanted.closes:
        wanted = _reset(wanted, ("opens", "closes"), problems, "最晚发出时间应晚于最早发出时间，请修改。")
    for ladder in (_LADDER, _HAZARD_LADDER):
        blue, yellow, red = (getattr(wanted, name) for name in ladder)
        if not blue <= yellow <= red:
            wanted = _reset(wanted, ladder, problems, "蓝、黄、红三级的天数应依次增加，请修改。")
    if wanted.alone_at and wanted.alone_at not in wanted.before:
        problems.setdefault("alone_at", "单独提醒的一次应是上面提前提醒的天数之一；不单独提醒请填0。")
        wanted = replace(wanted, alone_at=0 if DEFAULTS.alone_at not in wanted.before else DEFAULTS.alone_at)
    return wanted


def _reset(wanted: Thresholds, names: tuple[str, ...], problems: dict[str, str], problem: str) -> Thresholds:
    problems.setdefault(names[-1], problem)
    return replace(wanted, **{name: getattr(DEFAULTS, name) for name in names})

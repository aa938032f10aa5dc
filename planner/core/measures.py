"""How far a planned figure has come: what a clerk types, whether it reaches the target, and how that is told.

    typed    = number [unit]                               93.1, 93.1%, 1,203家, full-width digits too
             | number / number                             1203/1292, only where the target is a share (%, ‰)

A reading is compared exactly, as a fraction: 94.96% is not 95%, and 1203/1292 is never rounded before it is judged.
What is shown stays on its side of the target, and a gap is rounded up, so that it never reads 0.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import NamedTuple

from planner.core.plan import Target
from planner.errors import Invalid

WHOLES = {"%": 100, "‰": 1000}
"""The units of a share, with what stands for the whole."""

GAP_UNITS = {"%": "个百分点", "‰": "个千分点", "百分点": "个百分点"}
SAME_UNITS = {"个百分点": ("个百分点", "百分点"), "百分点": ("百分点", "个百分点")}
SPELLS = ("小时", "分钟", "天", "个工作日", "工作日", "个月")
STRENGTHS = ("微克/立方米", "毫克/立方米", "毫克/升", "毫克/千克", "mg/m³", "mg/L")
BARE_EXACT = frozenset((*SPELLS, *STRENGTHS))
"""Units in which less is often the better, so that a figure without a bound (压缩到3天) is met only by itself."""

ABOUT = Fraction(1, 20)
MOST_PLACES = 4
MARGIN = Fraction(1, 12)
"""The share of a chart left free at each edge, so that no dot is cut."""

LONGEST = 60
NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " "}
NUMBER = r"((?:[1-9][0-9]{0,2}(?:,[0-9]{3}){1,3}|[0-9]{1,12})(?:\.[0-9]{1,4})?)"
RATIO = re.compile(rf"{NUMBER}\s*/\s*{NUMBER}")
OVERLONG = re.compile(r"[0-9]{13}|\.[0-9]{5}")
NEGATIVE = re.compile(r"(?:^|/)\s*[-−–—负]\s*[0-9]")


@dataclass(frozen=True, slots=True)
class Measurement:
    """One reading of a target: ``target`` is its place in the task's targets, ``day`` the day it held.

    It has either ``value``, in the unit of the target, or ``numerator`` and ``denominator``. ``text`` is what was said.
    """

    target: int
    day: date
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    value: Decimal | None = None
    text: str = ""


class Typed(NamedTuple):
    """The numbers a clerk typed: a numerator with its denominator, or a value."""

    numerator: Decimal | None
    denominator: Decimal | None
    value: Decimal | None


class Chart(NamedTuple):
    """A line chart as places in a box, y from the top: the readings in time order, and the height of the target."""

    points: tuple[tuple[float, float], ...]
    line: float


def parse_measure(words: str, target: Target) -> Typed:
    """Return the numbers in what a clerk typed for *target*; raise ``Invalid``, saying what to type, for anything else.

    A share of at most the whole is planned, so none above it is taken; with a target above 100% there is no limit.
    """
    typed = words.translate(NARROW).strip()
    if len(typed) > LONGEST or OVERLONG.search(typed.replace(",", "")):
        raise Invalid("写得太长了，请只填数字，整数不超过12位、小数不超过4位。")
    if NEGATIVE.search(typed):
        raise Invalid("这里不能填负数，请填0或大于0的数。")
    if target.unit in WHOLES and (ratio := RATIO.fullmatch(typed)):
        return _ratio(_decimal(ratio[1]), _decimal(ratio[2]), target)
    if alone := re.fullmatch(rf"{NUMBER}\s*(?:{_units(target)})?", typed):
        return _alone(_decimal(alone[1]), target)
    raise Invalid(_example(target))


def _decimal(words: str) -> Decimal:
    return Decimal(words.replace(",", ""))


def _units(target: Target) -> str:
    units = SAME_UNITS.get(target.unit, (target.unit,))
    return "|".join(re.escape(unit.translate(NARROW)) for unit in units)


def _ratio(numerator: Decimal, denominator: Decimal, target: Target) -> Typed:
    if not denominator:
        raise Invalid("「/」后面是总数，不能是0，请填如1203/1292。")
    if numerator > denominator and _stops_at_the_whole(target):
        raise Invalid("完成数不能大于总数，请核对后按「完成数/总数」填写，如1203/1292。")
    return Typed(numerator, denominator, None)


def _alone(value: Decimal, target: Target) -> Typed:
    if target.unit in WHOLES and value > WHOLES[target.unit] and _stops_at_the_whole(target):
        raise Invalid(f"不能超过{WHOLES[target.unit]}{target.unit}，请核对后再填。")
    return Typed(None, None, value)


def _stops_at_the_whole(target: Target) -> bool:
    return target.value <= WHOLES[target.unit]


def _example(target: Target) -> str:
    if target.unit in WHOLES:
        return f"没有看懂，请填一个数或「完成数/总数」，如93.1{target.unit}或1203/1292。"
    return f"没有看懂，请只填一个数，如12{f'或12{target.unit}' if target.unit else ''}。"


def is_reached(target: Target, measurement: Measurement) -> bool:
    """Tell whether the reading reaches the target, exactly.

    ``~`` (about) is reached within 5% of the value, either way, both ends included. ``=`` is a figure the text gives
    without a bound (新建180个, 登记率达到95%): more reaches it too, but 0 (清零) is reached by 0 alone, and in the units
    of ``BARE_EXACT`` only the figure itself will do.
    """
    return _holds(target, _figure(target, measurement))


def _is_about(figure: Fraction, planned: Fraction) -> bool:
    return abs(figure - planned) <= planned * ABOUT


_HOLDS: dict[str, Callable[[Fraction, Fraction], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "=": operator.eq,
    ">": operator.gt,
    "<": operator.lt,
    "~": _is_about,
}


def _holds(target: Target, figure: Fraction) -> bool:
    return _HOLDS[_sense(target)](figure, _planned(target))


def _sense(target: Target) -> str:
    is_least = target.op == "=" and target.value > 0 and target.unit not in BARE_EXACT
    return ">=" if is_least else target.op


def _planned(target: Target) -> Fraction:
    """Return the value as written: 0.1 is a tenth, not the nearest binary number."""
    return Fraction(repr(target.value))


def _figure(target: Target, measurement: Measurement) -> Fraction:
    """Return the reading in the unit of the target; numerator and denominator come before a value beside them."""
    if measurement.numerator is not None and measurement.denominator:
        share = Fraction(measurement.numerator) / Fraction(measurement.denominator)
        return share * WHOLES.get(target.unit, 1)
    if measurement.value is None:
        raise Invalid("这次填报里没有数字，请补填后再看。")
    return Fraction(measurement.value)


def latest(measurements: Iterable[Measurement], target_index: int, on: date | None) -> Measurement | None:
    """Return the latest reading of a target up to and on a day (None: ever); of one day, the one given last."""
    return _last((one for one in measurements if one.target == target_index), on)


def reached_by(target: Target, measurements: Iterable[Measurement], due: date | None) -> bool:
    """Tell whether the latest reading through the due day (None: ever) reaches the target; all are readings of it."""
    last = _last(measurements, due)
    return last is not None and is_reached(target, last)


def _last(measurements: Iterable[Measurement], on: date | None) -> Measurement | None:
    known = _in_time([one for one in measurements if on is None or one.day <= on])
    return known[-1] if known else None


def _in_time(measurements: Iterable[Measurement]) -> list[Measurement]:
    return sorted(measurements, key=operator.attrgetter("day"))


def measure_words(target: Target, measurement: Measurement) -> str:
    """Return how the target stands: 现 93.1%（1203/1292）, 现 12 家.

    A share has one decimal, a count those it was given. Where that would put it across the target it has more, up to
    four, the last cut off: 94.96% of 95% is told as such.
    """
    figure, places = _shown(target, _figure(target, measurement))
    words = f"现 {_with_unit(target, _digits(figure, places))}"
    if measurement.numerator is None or not measurement.denominator:
        return words
    return f"{words}（{_plain(measurement.numerator)}/{_plain(measurement.denominator)}）"


def _with_unit(target: Target, digits: str) -> str:
    return digits + target.unit if target.unit in WHOLES else f"{digits} {target.unit}".rstrip()


def gap_words(target: Target, measurement: Measurement) -> str:
    """Return what is missing: 已达到, 差 1.9 个百分点, 超 2 起 above a limit; rounded up, so never 0.

    Just on a bound that must be passed it is 还须超过 95%.
    """
    figure = _figure(target, measurement)
    if _holds(target, figure):
        return "已达到"
    gap = _line(target, figure) - figure
    if not gap:
        return f"还须{'超过' if target.op == '>' else '低于'} {_with_unit(target, _exactly(figure))}"
    unit = GAP_UNITS.get(target.unit, target.unit)
    return f"{'差' if gap > 0 else '超'} {_rounded_up(abs(gap), _shown(target, figure)[1])} {unit}".rstrip()


def _line(target: Target, figure: Fraction) -> Fraction:
    """Return the figure the reading must come to: the value, or the nearer end of what is about it."""
    planned = _planned(target)
    if target.op != "~":
        return planned
    return planned * (1 - ABOUT if figure < planned else 1 + ABOUT)


def _shown(target: Target, figure: Fraction) -> tuple[Fraction, int]:
    """Return the figure as it is shown, and its decimals: the shortest that stands where the exact one does."""
    reached = _holds(target, figure)
    steps = _shortened(figure, 1 if target.unit in WHOLES else MOST_PLACES)
    return next((step for step in steps if _holds(target, step[0]) is reached), (figure, MOST_PLACES))


def _shortened(figure: Fraction, places: int) -> Iterator[tuple[Fraction, int]]:
    """Yield the figure rounded half up, to more and more decimals, at last cut down and cut up."""
    for some in range(places, MOST_PLACES + 1):
        yield Fraction(floor(figure * 10**some + Fraction(1, 2)), 10**some), some
    for cut in (floor, ceil):
        yield Fraction(cut(figure * 10**MOST_PLACES), 10**MOST_PLACES), MOST_PLACES


def _rounded_up(gap: Fraction, places: int) -> str:
    return _digits(Fraction(ceil(gap * 10**places), 10**places), places)


def _exactly(figure: Fraction) -> str:
    return _digits(figure, MOST_PLACES)


def _digits(figure: Fraction, places: int) -> str:
    return _plain(Decimal(floor(figure * 10**places)).scaleb(-places))


def _plain(number: Decimal) -> str:
    """Return a number without an exponent or needless noughts: 95, not 95.0."""
    words = f"{number:f}"
    return words.rstrip("0").rstrip(".") if "." in words else words


def chart_points(target: Target, measurements: Iterable[Measurement], width: float, height: float) -> Chart:
    """Return the readings of a target, and the target itself, as places inside a box of *width* by *height*.

    Days are to scale from left to right, figures from bottom to top with the target among them. What has no extent (one
    reading, one day, equal figures) stands in the middle.
    """
    known = _in_time(measurements)
    days = _spread([Fraction(one.day.toordinal()) for one in known])
    *figures, line = _spread([*(_figure(target, one) for one in known), _planned(target)])
    points = tuple((_at(x, width), _at(1 - y, height)) for x, y in zip(days, figures, strict=True))
    return Chart(points, _at(1 - line, height))


def _spread(values: Sequence[Fraction]) -> list[Fraction]:
    """Return where each value stands between the least (0) and the greatest (1); equal ones at a half."""
    least, most = min(values, default=Fraction(0)), max(values, default=Fraction(0))
    if least == most:
        return [Fraction(1, 2)] * len(values)
    return [(value - least) / (most - least) for value in values]


def _at(share: Fraction, length: float) -> float:
    return float(MARGIN + share * (1 - 2 * MARGIN)) * length

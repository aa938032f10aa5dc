"""The days of the feasts that plans name: fixed by the calendar, or by the moon (published tables, 2020—2035)."""

from __future__ import annotations

from datetime import date, timedelta

FIXED = {"元旦": (1, 1), "五一": (5, 1), "劳动节": (5, 1), "七一": (7, 1), "国庆": (10, 1)}
MOON = {
    "春节": "0125 0212 0201 0122 0210 0129 0217 0206 0126 0213 0203 0123 0211 0131 0219 0208",
    "清明": "0404 0404 0405 0405 0404 0404 0405 0405 0404 0404 0405 0405 0404 0404 0405 0405",
    "端午": "0625 0614 0603 0622 0610 0531 0619 0609 0528 0616 0605 0624 0612 0601 0620 0610",
    "中秋": "1001 0921 0910 0929 0917 1006 0925 0915 1003 0922 0912 1001 0919 0908 0927 0916",
}
FIRST_YEAR = 2020
NAMES = "|".join([*FIXED, *MOON])


def feast(name: str, year: int) -> date | None:
    """Return the day of a feast in a year, None outside the table."""
    if name in FIXED:
        return date(year, *FIXED[name])
    days, place = MOON[name].split(), year - FIRST_YEAR
    if not 0 <= place < len(days):
        return None
    return date(year, int(days[place][:2]), int(days[place][2:]))


def eve_after(name: str, after: date) -> date | None:
    """Return the day before the next such feast later than *after*."""
    coming = (feast(name, year) for year in (after.year, after.year + 1))
    return next((day - timedelta(days=1) for day in coming if day and day - timedelta(days=1) >= after), None)

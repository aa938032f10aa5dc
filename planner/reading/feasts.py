"""The days of the feasts that plans name: fixed by the calendar, or by sun and moon (published tables, 2020—2035)."""

from __future__ import annotations

from datetime import date

from planner.core.calendar import ONE_DAY

FIXED = {
    "元旦": (1, 1), "三八": (3, 8), "妇女节": (3, 8), "五一": (5, 1), "劳动节": (5, 1), "六一": (6, 1),
    "五四": (5, 4), "青年节": (5, 4), "儿童节": (6, 1), "七一": (7, 1), "建党节": (7, 1), "八一": (8, 1), "建军节": (8, 1), "教师节": (9, 10),
    "国庆": (10, 1), "十一": (10, 1),
}  # fmt: skip
MOVING = {
    "春节": "0125 0212 0201 0122 0210 0129 0217 0206 0126 0213 0203 0123 0211 0131 0219 0208",
    "元宵": "0208 0226 0215 0205 0224 0212 0303 0220 0209 0227 0217 0206 0225 0214 0305 0222",
    "清明": "0404 0404 0405 0405 0404 0404 0405 0405 0404 0404 0405 0405 0404 0404 0405 0405",
    "端午": "0625 0614 0603 0622 0610 0531 0619 0609 0528 0616 0605 0624 0612 0601 0620 0610",
    "中秋": "1001 0921 0910 0929 0917 1006 0925 0915 1003 0922 0912 1001 0919 0908 0927 0916",
    "重阳": "1025 1014 1004 1023 1011 1029 1018 1008 1026 1016 1005 1024 1012 1001 1020 1009",
}
FIRST_YEAR = 2020
NAMES = "|".join([*FIXED, *MOVING]).replace("十一", "(?<!双)十一")
HOLIDAY_DAYS = {"国庆": 7, "十一": 7}
"""Holidays whose first and last day are the same every year."""


def feast(name: str, year: int) -> date | None:
    """Return the day of a feast in a year, None outside the table."""
    if name in FIXED:
        return date(year, *FIXED[name])
    days, place = MOVING[name].split(), year - FIRST_YEAR
    if not 0 <= place < len(days):
        return None
    return date(year, int(days[place][:2]), int(days[place][2:]))


def eve_after(name: str, after: date) -> date | None:
    """Return the day before the next such feast whose eve is not earlier than *after*, None outside the table."""
    days = (feast(name, year) for year in (after.year, after.year + 1))
    return next((day - ONE_DAY for day in days if day and day - ONE_DAY >= after), None)

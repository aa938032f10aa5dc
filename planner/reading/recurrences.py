"""What comes round: 每季度至少召开一次, 每月28日前, 每两周, 半年一次, 日管控、周排查、月调度.

    recurrence = every [anchor] [count]
    every      = 每 [number [个]] unit | 逐月 | 按季度 | 上、下半年各 | 每逢节假日前
    unit       = 日 | 天 | 周 | 旬 | 月 | 半月 | 季度 | 半年 | 学期 | 年
    anchor     = 28日前 | 5日、20日前 | 底前 | 五前 | 首月10日前 | 末月25日前 | 6月底前 | 最后一个工作日
    count      = [至少 | 不少于] number 次      anywhere later in the clause

The span covers the time words and a count that touches them; a count behind its verb is read but lies outside.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from planner.core.plan import Deadline, DeadlineKind, Frequency, Span
from planner.reading.numerals import NUMBER, number

UNITS = {
    "日": Frequency.DAILY, "天": Frequency.DAILY, "周": Frequency.WEEKLY, "星期": Frequency.WEEKLY,
    "旬": Frequency.TENDAY, "月": Frequency.MONTHLY, "季度": Frequency.QUARTERLY, "季": Frequency.QUARTERLY,
    "半年": Frequency.HALFYEARLY, "学期": Frequency.SEMESTER, "年度": Frequency.YEARLY, "年": Frequency.YEARLY,
}  # fmt: skip
UNIT = r"(?:日|天|周|星期|旬|半月|半年|月|季度|季|学期|年度|年)"
BEFORE = r"(?:之前|以前|前)?"
EVERY = re.compile(
    rf"(?:(?P<from>\d{{1,2}})月?(?:至|到|-|—)(?P<to>\d{{1,2}})月[,，]?)?"
    rf"每(?:间?隔)?(?:(?P<n>{NUMBER})?个?)(?P<unit>{UNIT})(?!活动|期间)"
    rf"|(?:逐|按)(?P<by>月|季度|季|年|周|日|旬)(?!计|份)"
    rf"|(?P<single>[一1]|半)个?(?P<of>周|月|季度|季|年)(?={NUMBER}(?:次|轮|场))"
    rf"|上、?下?半年(?:、|和|及)?(?:下半年)?各(?={NUMBER}次|[^,，。；;]{{1,10}}?{NUMBER}次)"
    rf"|每?逢(?P<holiday>(?:重大|法定)?节假日)(?:前后|{BEFORE})"
    rf"|(?<![产本上下当逐每\d])(?P<chain>日|周|月)(?:管控|排查|调度|研判|小结)"
)
ANCHOR = re.compile(
    rf"(?P<days>\d{{1,2}}(?:日|号)?(?:(?:、|和|及)\d{{1,2}}(?:日|号))*){BEFORE}(?<=[日号前])"
    rf"|(?P<place>首月|首个月|第一个月|次月|末月|最后一个月|第二个月)(?P<day>\d{{1,2}})日{BEFORE}"
    rf"|(?P<end>底|末){BEFORE}"
    rf"|最后一个(?P<workday>工作日){BEFORE}"
)
WEEKDAY = re.compile(rf"(?P<weekday>[一二三四五六日天])(?![次个轮场季]){BEFORE}")
IN_YEAR = re.compile(rf"(?P<month>\d{{1,2}})月(?:(?P<date>\d{{1,2}})日|底|末)?{BEFORE}(?:和|、|及)?")
COUNT = re.compile(
    rf"(?:至少|不少于|不低于|最少|不得少于|各|要)?[^,，。；;（）()、]{{0,30}}?(?<![第首每个])"
    rf"(?P<count>{NUMBER})(?:(?:-|—|~|至|到){NUMBER})?(?:次|轮|场|遍|回)(?!性)"
)
TOUCHING = re.compile(
    rf"(?:至少|不少于|不低于|最少|不得少于)?{NUMBER}(?:(?:-|—|~|至|到){NUMBER})?(?:次|轮|场|遍|回)(?:以上)?"
)
PLACES = {"首月": 1, "首个月": 1, "第一个月": 1, "第二个月": 2, "次月": 2, "末月": 3, "最后一个月": 3}
CHAIN = {"日": Frequency.DAILY, "周": Frequency.WEEKLY, "月": Frequency.MONTHLY}


def recurrence(text: str, match: re.Match[str]) -> Iterator[Deadline]:
    """Yield what a match of EVERY in *text* says; two for 每年6月底前和12月底前."""
    freq, interval, count = _rhythm(match)
    anchors, end = _anchors(text, match, freq)
    found = COUNT.match(text, end)
    if found:
        count = number(found["count"]) * (max(1, count))
    touching = TOUCHING.match(text, end)
    span = Span(match.start(), touching.end() if touching else end)
    for anchor in anchors or (None,):
        yield Deadline(
            DeadlineKind.RECURRING, span.of(text), span, freq=freq, interval=interval, count=count, anchor=anchor
        )


def _rhythm(match: re.Match[str]) -> tuple[Frequency, int, int]:
    """Return frequency, interval and count of the time words alone."""
    if match["holiday"]:
        return Frequency.HOLIDAY, 1, 1
    if match["chain"]:
        return CHAIN[match["chain"]], 1, 1
    unit = match["unit"] or match["by"] or match["of"]
    if unit is None:
        return Frequency.HALFYEARLY, 1, 1
    if unit == "半月":
        return Frequency.MONTHLY, 1, 2
    if match["single"] == "半":
        return (Frequency.HALFYEARLY, 1, 1) if unit == "年" else (Frequency.MONTHLY, 1, 2)
    return UNITS[unit], number(match["n"] or "") or 1, 1


def _anchors(text: str, match: re.Match[str], freq: Frequency) -> tuple[list[dict[str, Any]], int]:
    """Return where in its period the duty falls, and where the words of it end."""
    end = match.end()
    if match["from"]:
        return [{"month_from": int(match["from"]), "month_to": int(match["to"])}], end
    if freq is Frequency.WEEKLY and (found := WEEKDAY.match(text, end)):
        return [{"weekday": "一二三四五六日天".index(found["weekday"].replace("天", "日")) + 1}], found.end()
    if freq is Frequency.YEARLY:
        return _in_year(text, end)
    found = ANCHOR.match(text, end)
    return ([_anchor(found)], found.end()) if found else ([], end)


def _in_year(text: str, end: int) -> tuple[list[dict[str, Any]], int]:
    anchors = []
    while (found := IN_YEAR.match(text, end)) and 1 <= int(found["month"]) <= 12:
        anchors.append({"month": int(found["month"]), "day": int(found["date"] or -1)})
        end = found.end()
    return anchors, end


def _anchor(found: re.Match[str]) -> dict[str, Any]:
    if found["workday"]:
        return {"workday": -1}
    if found["end"]:
        return {"day": -1}
    if found["place"]:
        return {"month_in_period": PLACES[found["place"]], "day": int(found["day"])}
    days = [int(day) for day in re.findall(r"\d+", found["days"])]
    return {"days": days} if len(days) > 1 else {"day": days[0]}

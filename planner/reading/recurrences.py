"""What comes round: 每季度至少召开一次, 每月28日前, 每两周, 半年一次, 日管控、周排查、月调度.

    recurrence = every [anchor] [count]
    every      = 每 [number [个]] unit | 逐月 | 按季度 | 隔周 | 一月一次 | 半年一次 | 上、下半年各 | 每逢节假日前
               | 天天 | 月月 | 两个月开一次 | 一季一研判
               | 日 check 、周 check …                                     one each
    unit       = 日 | 天 | 周 | 旬 | 半月 | 月 | 季度 | 半年 | 学期 | 年
    anchor     = 28日前 | 5日、20日前 | 底前 | 周五前 | 首月10日前 | 末月25日前 | 6月底前 | 最后一个工作日 | 3月至12月
    count      = [至少 | 不少于] number [- number] 次                       later in the same clause

The span runs to the count where it is near (每季度至少召开一次); one further behind is read but not covered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from planner.core.plan import Deadline, DeadlineKind, Frequency, Span
from planner.reading import points
from planner.reading.context import Hit
from planner.reading.numerals import NUMBER, number

UNITS = {
    "日": Frequency.DAILY, "天": Frequency.DAILY, "周": Frequency.WEEKLY, "星期": Frequency.WEEKLY,
    "礼拜": Frequency.WEEKLY, "旬": Frequency.TENDAY, "月": Frequency.MONTHLY, "月份": Frequency.MONTHLY,
    "季": Frequency.QUARTERLY, "季度": Frequency.QUARTERLY, "半年": Frequency.HALFYEARLY,
    "学期": Frequency.SEMESTER, "学年": Frequency.YEARLY, "年": Frequency.YEARLY, "年度": Frequency.YEARLY,
}  # fmt: skip
ACT = (
    "管控|排查|调度|巡查|巡检|通报|研判|会商|小结|报告|督查|督办|督导|考核|评比|评估|评价|点评|汇总|汇报|例会|分析|总结|检查|讲评|走访|联系|主题|"
    "抽查|清零|销号|结账|晾晒|更新|公示|演练|培训|报送|碰头|座谈|推进|盘点|自查|晾晒|评议|回访|体检|清单"
)
DOUBLED = {"天天": "天", "日日": "日", "周周": "周", "月月": "月", "季季": "季"}
OFTEN = rf"(?:{NUMBER})(?:次|回|遍|趟|轮|场)(?![性分序级])"
CHANGE = "(?!提高|增长|增加|递增|递减|减少|下降|降低|上升|提升|改善|扩大|加大|好转|完善)"
LINK = rf"(?:半月|[日周旬月季年])(?:{ACT})"
PACED = r"[日周旬月季年](?![、初底末内度份])[\u4e00-\u9fff]{2}(?=[、，,。；）”制机])"
EVERY = (
    r"每(?P<gap>间?隔)?(?:"
    rf"(?P<half_month>半个?月)|(?P<each_n>{NUMBER})?个?(?P<each>[日天旬]|双?周(?!年)|星期|礼拜|双?月(?!薪)|半年|季度?(?!节)|学[期年]|年度?(?!龄)))"
    rf"(?!\d+(?:\.\d+)?[万亿]?(?:元|立方米|吨|千瓦|度|升|公斤|人次)){CHANGE}"
    rf"|[逐按](?P<by>日(?!历|常|前)|天|周(?!边)|旬|月份?|季度?(?!节)|半年|年度?(?!计划|目标|任务|龄|初|工作))(?!均|\d){CHANGE}"
    r"|(?<!间)隔(?P<other>[日天周月])|(?:逢|每逢)[单双](?P<odd>月)(?:份)?|双(?P<double>[周月])(?=至少|[一1两2]次|{ACT}|抽)"
    rf"|(?<![今明昨每])(?P<twice>{'|'.join(DOUBLED)})(?!向上|好转|[春夏秋冬气])"
    rf"|(?P<rate_n>{NUMBER}|半)个?(?P<rate_unit>[日天周月年]|星期|礼拜|季度?|学期)(?:(?=(?:至少|不少于)?{OFTEN})|1(?={ACT}))"
    rf"|(?<![第\d月年])(?P<pace_n>[一半两])个?(?P<pace_unit>[日天周月年]|星期|礼拜|季度?|学期)一(?:[\u4e00-\u9fff](?=[、，,。；）”制]|$)|{ACT}|[\u4e00-\u9fff]{{2}})"
    rf"|(?P<loose_n>[一1两二2三3半](?=个)|[一两](?=[周年天]|星期|礼拜)|半(?=年)|半(?=月))个?(?P<loose_unit>月|星期|礼拜|季度|学期|年|周|天)"
    rf"(?![内来以前后多期之度左一之])(?=[^，。；、\d一二两三每]{{0,6}}?(?:至少|不少于)?{OFTEN})"
    r"|上(?:半年)?[、和及与,，]?下半年(?P<halves>)(?=分别|各|[^，,。；、\d]{0,8}各)"
    r"|(?:每|每个)?逢(?P<holiday>(?:重大|重要|法定|重点)?(?:节假日|节日|节庆|节点|假日|节假期))(?:和[^，。；、]{2,8}?(?=前|期))?(?:前后|前夕|之前|以前|前|期间)?"
    r"|每个?(?P<feasts>(?:重大|重要|法定)?(?:节假日|节日))(?:前后|前夕|前|期间)?"
    rf"|(?<![每逐按隔半本当上下个节假\d一二三四五六七八九十])(?P<chain>{PACED}(?:、{PACED}){{2,4}}|{LINK}(?:、{LINK}){{1,4}})"
    r"|(?<=实行|落实|执行|坚持|推行|建立)(?P<habit>[日周旬月季](?:调度|通报|报告?|例会|研判|会商|督查|巡查|点评|分析)(?=制度|机制|制|会|[，,。；、]|$))"
    rf"|次月(?P<next_month>{NUMBER})[日号](?:之前|以前|前)"
    r"|(?P<eves>(?:重大|重要|法定|主要)?节假日前夕?)"
)
BEFORE = rf"(?:{points.BEFORE})?"
DAYS = (
    rf"(?:的|应于|于|在|不[迟晚]于|最迟)?(?P<days>{NUMBER}[日号]?(?:前?[、和及与至到-]{NUMBER}[日号]?){{0,5}}"
    rf"(?P<and_end>[日号]?前?[、和及与至到]月?[底末])?){BEFORE}(?<=[日号前底末])"
)
MONTH_ANCHOR = re.compile(
    rf"(?:的|应于|于|在)?(?:月?(?P<end>底|末|下旬)|(?P<early>初)|前(?P<nth>{NUMBER})个工作日内|最后[一1](?P<last>天|日)|(?P<third>[上中])旬|最后[一1]?个(?P<workday>工作日)|[第首][一1]?个(?P<first>工作日))(?:{BEFORE})"
    rf"|{DAYS}"
)
QUARTER_ANCHOR = re.compile(
    rf"(?:的|应于|于|在)?(?P<place>首月|首个月|第[一1]个月|次月|第[二2]个月|第[三3]个月|末月|最后[一1]个月|末(?=\d)|底(?=\d))"
    rf"的?(?:(?P<day>{NUMBER})[日号]|(?P<end>底|末)|(?P<third>[上中下])旬)?{BEFORE}"
    rf"|(?:的|应于|于|在)?(?P<period_end>底|末|结束){BEFORE}(?!后)"
    rf"|(?:结束|终了)?后(?P<n>{NUMBER})个?(?P<unit>工作日|日|天)内"
)
PLACES = {"首月": 1, "首个月": 1, "第一个月": 1, "次月": 1, "第二个月": 2}
WEEK_ANCHOR = re.compile(
    rf"(?:的|周|星期|礼拜)?(?P<weekday>[一二三四五六日天]{{2,6}}(?![次轮场遍个名条份户家篇期天节课学题测讲练小一二三四五六])|[一二三四五六日天](?:[、和及与至到-](?:周|星期)?[一二三四五六日天]){{0,6}})(?![次轮场遍个名条份户家篇期天节课学题测讲练小])(?!\d(?!\d?(?:：\d\d|[时点])))(?!(?:{ACT})[、，；]每?半?[季月年])"
    rf"(?:{points.CLOCK}|上午|下午|晚上?|下班)?{BEFORE}"
)
LINKS = "，和及与、"
YEAR_ANCHOR = re.compile(
    rf"[{LINKS}]?(?:的|于|在)?(?:(?P<month>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月份?(?!至|到|-)(?:(?P<day>\d{{1,2}})[日号]|底|末|(?P<third>[上中])旬|下旬)?"
    rf"|年?(?P<end>底|末)|第?(?P<quarter>[一二三四1-4])季度(?:末|底|内)?|(?P<half>[上下])半年(?:末|底|内)?){BEFORE}"
)
MONTHS_OF_YEAR = re.compile(
    r"的?(?P<from>1[0-2]|[1-9])月?(?:-{1,2}|至|到)(?:次年|翌年)?(?P<to>1[0-2]|[1-9])月(?:份|底|末)?(?:期间)?"
)
EVERY_IN_MONTHS = re.compile("[，,]?(?:每个?(?P<each>[日天周旬月]|星期)|逐(?P<by>[日周旬月])|按(?P<at>[日周旬月]))")
TERM_ANCHOR = re.compile(r"(?:开学|结束)?(?:前后|初|末|期末|[初前后](?!往)|第一[周个]月?)")
CLOCK = re.compile(rf"的?{points.CLOCK}{BEFORE}")
ANCHORS = {
    Frequency.MONTHLY: MONTH_ANCHOR,
    Frequency.WEEKLY: WEEK_ANCHOR,
    Frequency.SEMESTER: TERM_ANCHOR,
    Frequency.DAILY: CLOCK,
}
CLAUSE = re.compile(
    r"(?:[^，,。；：:（）\t\n每]|每[名个位人户所校家台辆座处]){0,60}?(?=[，,。；：:（）\t\n]|每(?![名个位人户所校家台辆座处])|[、及和]\d{1,2}月|$)"
)
COUNT = re.compile(
    rf"(?<![第首前每\d.])(?P<n>{NUMBER})(?:(?:-{{1,2}}|至|到)(?:{NUMBER}))?(?P<times>次(?![元供污装创感利用加开])|轮|场次|场|遍|回|趟|期(?!间|限)|条(?!件|例|块)|篇|堂)(?![性分序级])(?:以上|及以上)?"
    rf"|(?:至少|不少于|不低于|不得少于)(?P<on_days>{NUMBER})个?(?:天|工作日)(?!内)"
)
LATER_COUNT = re.compile(
    rf"[，,](?:原则上|频次|频率|每次)?(?:至少|不少于|不低于|不得少于)[^，,。；：（）\t\n、\d]{{0,4}}?(?P<n>{NUMBER})(?:次|轮|场次|场|遍|回)(?![性分序级])"
)
TWICE = re.compile(r"(?:前后|早晚|上午?、?下午)[^，。；]{0,4}?各")
EACH_DAY = re.compile(rf"{NUMBER}[日号](?:前?[、和及与]{NUMBER}[日号]){{1,5}}前?各")
AT_LEAST = re.compile(r"至少|不少于|不低于|不得少于|不得低于")
NEAR = 12
"""A count that begins at most so many characters behind the time words is part of the span."""


def read_recurrence(hit: Hit) -> Iterator[Deadline]:
    """Yield what a match of EVERY says: several for 每年6月底前和12月底前 and for chains, one otherwise."""
    text, match = hit.text, hit.match
    if match["chain"]:
        yield from _chain(match)
        return
    freq, interval, times = _rhythm(match)
    anchors, end = _anchors(text, match, freq)
    if (
        freq is Frequency.YEARLY
        and "month_from" in (anchors[0][0] or {})
        and (inner := EVERY_IN_MONTHS.match(text, end))
    ):
        # 每年3月至10月每月: the year only says which months.
        freq, end = UNITS[inner[inner.lastgroup or ""]], inner.end()
        anchors = [(anchors[0][0], None, Span(anchors[0][2].start, end))]
    count, stop = _count(text, match.start(), end)
    for place, (anchor, offset, span) in enumerate(anchors):
        is_last = place == len(anchors) - 1
        yield Deadline(
            DeadlineKind.RECURRING, "", Span(span.start, max(span.end, stop) if is_last else span.end),
            freq=freq, interval=interval, count=count * times, anchor=anchor, offset=offset,
        )  # fmt: skip


def count_in(text: str, end: int) -> tuple[int, int]:
    """Return how often the clause that goes on at *end* says to do it, and where a near count ends (*end* if none)."""
    stop = _clause_end(text, end)
    found = COUNT.search(text, end, stop)
    if found:
        return number(found["n"] or found["on_days"]), found.end() if found.start() - end <= NEAR else end
    later = LATER_COUNT.match(text, stop)
    return (number(later["n"]) if later else 1), end


def _clause_end(text: str, place: int) -> int:
    clause = CLAUSE.match(text, place)
    return clause.end() if clause else place + NEAR


def _count(text: str, start: int, end: int) -> tuple[int, int]:
    count, stop = count_in(text, end)
    clause = _clause_end(text, end)
    days = EACH_DAY.search(text, start, clause)
    doubled = 2 if TWICE.search(text, start, clause) else len(re.findall("[日号]", days[0])) if days else 1
    return max(count, 1) * doubled, stop


def _chain(match: re.Match[str]) -> Iterator[Deadline]:
    at = match.start()
    for link in match["chain"].split("、"):
        freq, count = (Frequency.MONTHLY, 2) if link[0] == "半" else (UNITS[link[0]], 1)
        yield Deadline(DeadlineKind.RECURRING, "", Span(at, at + len(link)), freq=freq, count=count)
        at += len(link) + 1


def _rhythm(match: re.Match[str]) -> tuple[Frequency, int, int]:
    """Return frequency, interval and how often in it the time words alone say."""
    if match["holiday"] or match["feasts"] or match["eves"]:
        return Frequency.HOLIDAY, 1, 1
    if match["half_month"]:
        return Frequency.MONTHLY, 1, 2
    for way in ("rate", "pace", "loose"):
        if match[f"{way}_unit"]:
            return _rate(match[f"{way}_n"], match[f"{way}_unit"])
    if match["twice"]:
        return UNITS[DOUBLED[match["twice"]]], 1, 1
    if match["halves"] is not None:
        return Frequency.HALFYEARLY, 1, 1
    if other := match["other"] or match["double"] or match["odd"]:
        return UNITS[other], 2, 1
    unit = match["each"] or match["by"] or (match["habit"] or "月")[0]
    if unit[0] == "双":
        return UNITS[unit[1:]], 2, 1
    interval = number(match["each_n"] or "") or 1
    return UNITS[unit], interval + 1 if match["gap"] and interval == 1 else interval, 1


def _rate(words: str, unit: str) -> tuple[Frequency, int, int]:
    if words != "半":
        return UNITS[unit], number(words), 1
    return (Frequency.HALFYEARLY, 1, 1) if unit == "年" else (Frequency.MONTHLY, 1, 2)


WHOLE = ("rate_unit", "pace_unit", "loose_unit", "twice")
"""Groups of EVERY whose words say everything: no place in the period follows them."""
Anchored = tuple[dict[str, Any] | None, dict[str, Any] | None, Span]


def _anchors(text: str, match: re.Match[str], freq: Frequency) -> tuple[list[Anchored], int]:
    """Return anchor, offset and span of every due place the words name, and where they end."""
    start, end = match.span()
    if match["next_month"]:
        return [({"day": number(match["next_month"])}, None, Span(start, end))], end
    if match["halves"] is not None or freq is Frequency.HOLIDAY or any(match[group] for group in WHOLE):
        return [(None, None, Span(start, end))], end
    if freq is Frequency.YEARLY:
        return _in_year(text, start, end)
    anchor, offset = None, None
    if freq in (Frequency.QUARTERLY, Frequency.HALFYEARLY):
        anchor, offset, end = _in_quarter(text, end, match[0])
    elif (pattern := ANCHORS.get(freq)) and (found := pattern.match(text, end)):
        anchor, end = _in_period(freq, found), found.end()
    return [(anchor, offset, Span(start, end))], end


def _in_period(freq: Frequency, found: re.Match[str]) -> dict[str, Any] | None:
    if freq is Frequency.MONTHLY:
        return _in_month(found)
    return _in_week(found["weekday"]) if freq is Frequency.WEEKLY else None


def _in_month(found: re.Match[str]) -> dict[str, Any]:
    if found["workday"] or found["first"]:
        return {"workday": -1 if found["workday"] else 1}
    if found["nth"]:
        return {"workday": number(found["nth"])}
    if found["early"]:
        return {"day": 10}
    if found["third"]:
        return {"day": 10 if found["third"] == "上" else 20}
    if not found["days"]:
        return {"day": -1}
    words = found["days"]
    days = [day for part in re.findall(NUMBER, words) if 1 <= (day := number(part)) <= 31]
    if found["and_end"]:
        days.append(-1)
    if re.search("[至到-]", words) or len(days) < 2:
        return {"day": days[-1] if days else -1}
    return {"days": days}


def _in_quarter(text: str, end: int, every: str) -> tuple[dict[str, Any] | None, dict[str, Any] | None, int]:
    """Return anchor, offset and end of what follows 每季度 or 每半年."""
    found = QUARTER_ANCHOR.match(text, end)
    if not found:
        by_day = MONTH_ANCHOR.match(text, end)
        return (_in_month(by_day), None, by_day.end()) if by_day else (None, None, end)
    if found["n"]:
        unit = "workday" if found["unit"] == "工作日" else "day"
        return None, {"n": number(found["n"]), "unit": unit, "event": every.removeprefix("每") + "结束"}, found.end()
    if found["period_end"]:
        return {"day": -1}, None, found.end()
    day = number(found["day"] or "") or {"上": 10, "中": 20}.get(found["third"] or "", -1)
    place = found["place"].replace("1", "一").replace("2", "二")
    last = 6 if "年" in every and "三" not in place and "3" not in place else 3
    return {"month_in_period": PLACES.get(place, last), "day": day}, None, found.end()


def _in_week(words: str) -> dict[str, Any] | None:
    """Return the weekday named, or several (周一、三、五); 周一至周五 says no more than the week."""
    days = ["一二三四五六日".index(word.replace("天", "日")) + 1 for word in re.findall("[一二三四五六日天]", words)]
    if re.search("[至到-]", words):
        return None
    return {"weekday": days[0]} if len(days) == 1 else {"weekdays": days}


def _in_year(text: str, start: int, end: int) -> tuple[list[Anchored], int]:
    if found := MONTHS_OF_YEAR.match(text, end):
        anchor = {"month_from": int(found["from"]), "month_to": int(found["to"])}
        return [(anchor, None, Span(start, found.end()))], found.end()
    anchors: list[Anchored] = []
    at = end
    while (found := YEAR_ANCHOR.match(text, at)) and (anchors or found[0][0] not in LINKS):
        begin = found.start() + (found[0][0] in LINKS) if anchors else start
        anchors.append((_month_of(found), None, Span(begin, found.end())))
        at = found.end()
    return (anchors, at) if anchors else ([(None, None, Span(start, end))], end)


def _month_of(found: re.Match[str]) -> dict[str, Any]:
    if found["quarter"]:
        return {"month": number(found["quarter"]) * 3, "day": -1}
    if found["half"] or found["end"]:
        return {"month": 6 if found["half"] == "上" else 12, "day": -1}
    day = int(found["day"] or 0) or {"上": 10, "中": 20}.get(found["third"] or "", -1)
    return {"month": number(found["month"]), "day": day}

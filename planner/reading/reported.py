"""How much was done: the figures of a line as reported.

    figure   = words number unit                    检查3家, 发现隐患5条, 培训两场, 罚款1.5万元, 登记率93.1%
             | number unit noun                     3家烟花店, where no words stand before
             | words N/M                            登记1203/1292: the number is N, the unit /M
    number   = 12 | 1,200 | 1.5 | 十二 | 一百零五 | 百分之九十三

The words are those between the last stop or figure and the number, from their last verb on, without 已, 了, 共, 达到.
A number that is not exact (约30家, 30多家, 95%以上, 2—3家), one that names (第12条, 3号楼, 12-1) and what is in quotes
are no figures; neither are days, which the caller blanks out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from planner.core.plan import Span
from planner.reading.masks import BLANK
from planner.reading.targets import UNIT, VALUE

REACH = 40
"""How far around a number its words are looked for, so that work grows linearly with the line."""
DIGITS = "一二三四五六七八九两"
SPELT_UNIT = r"[万亿]?元|人次|家次|场次|户次|批次|车次|[个家户处场次人名条项件座所台辆栋间份块口根支套元遍轮吨亩张幅篇起盏株艘部](?!署|队|门|分|月|小时|星期|工作日)"
FIGURE = re.compile(
    rf"(?<![\d.A-Za-z第/-])(?<!\d[、至到])(?P<value>{VALUE})(?:/(?P<whole>\d{{1,9}})(?![\d/.])|(?![、至到-]+\d))(?P<unit>个小时|个星期|(?:{UNIT})|[万亿])?"
    rf"|百分之(?P<percent>\d{{1,3}}(?:\.\d{{1,4}})?|[{DIGITS}十百]{{1,4}})(?!点)"
    rf"|(?<![\d零百十第统唯专万逐每同单之合点几数多半{DIGITS}])(?P<spelt>[{DIGITS}十百零]{{1,6}})(?P<spelt_unit>{SPELT_UNIT})(?!一)"
)
SPELT = re.compile(
    rf"(?:(?P<hundreds>[{DIGITS}])百(?=$|零[{DIGITS}]$|[{DIGITS}]?十)零?)?(?:(?P<tens>[{DIGITS}])?(?P<ten>十))?(?P<ones>[{DIGITS}])?"
)
QUOTED = re.compile(r"“[^”\n]{0,40}”|\"[^\"\n]{0,40}\"|「[^」\n]{0,40}」|《[^》\n]{0,80}》")
ABOUT = re.compile(r"(?:约|将近|接近|超过|(?<!治)超|不足|不到|逾|(?<![最附])近)\s?$")
ABOUT_AFTER = re.compile(r"(?:多|余|来|以上|以下|以内|之内|左右|上下)")
NAMES = re.compile(r"24小时|一起(?!事故|案|火|纠纷|$|[，。；])")
STOPS = "，,。；;！!？?、（）\n\t\r"
LEAD = re.compile(
    r"(?:已经?|共计?|其中|另外?|并且?|又|再|还|均|都|对|在|把|将|向|给|到|从|现有?|目前|累计|合计|总共|一共|今年|全年|完成|开展|进行|组织了?|实际|\d{1,2}月份?|[的了和与及\s])+"
)
TAIL = re.compile(
    r"(?:已经?|合计|累计|总计|总共|一共|共计|完成|达到|提高到|提升到|增加到|降到|(?<!签)到|[了共达为至是有计各均约的：=\s])+$"
)
VERB = re.compile(
    "(?:尚?未|没有?|待|不)?(?:检查|抽查|排查|巡查|核查|夜查|督查|清查|自查|复查|暗访|查处|查扣|查封|查获|查出|发现|整改|整治|治理|消除|培训|参训|参加|参会|参与|到会|发放|分发|张贴|悬挂|"
    "罚款|处罚|立案|取缔|关停|拆除|拆|清理|清除|更换|安装|加装|新装|改装|装(?!修)|演练|宣传|走访|入户|约谈|下达|下发|责令|责改|登记(?!率)|检验(?!率)|办理|受理|化解|调解|销号|"
    "召开|举办|举行|制止|劝返|劝导|劝阻|改造|维修|维护|修复|新增|新建|新购|配备|配齐|购置|储备|处置|处理|收缴|没收|暂扣|扣留|扣押|签订|上报|移交|收集|建立|设置|转移|救助|慰问|投入|拨付|到账)"
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A reported number with its unit and the words that say of what; the span is that of number and unit."""

    words: str
    number: int | Decimal
    unit: str
    span: Span


def find_reported(text: str) -> tuple[Figure, ...]:
    """Return the figures of *text*, half-width, in its order; what is blanked out in it holds none."""
    plain = QUOTED.sub(lambda quoted: BLANK * len(quoted[0]), text)
    return tuple(_figures(plain))


def _figures(plain: str) -> Iterator[Figure]:
    floor = 0
    for match in FIGURE.finditer(plain):
        value, unit = _value(match)
        if value is not None and unit:
            if _is_exact(plain, match):
                yield Figure(_words(plain, floor, match), value, unit, Span(*match.span()))
            floor = match.end()


def _value(match: re.Match[str]) -> tuple[int | Decimal | None, str]:
    if match["percent"]:
        return _number(match["percent"]), "%"
    if match["spelt"]:
        return _number(match["spelt"]), match["spelt_unit"]
    whole = f"/{match['whole']}" if match["whole"] else ""
    return _number(match["value"]), whole + (match["unit"] or "")


def _number(words: str) -> int | Decimal | None:
    if words[0].isdecimal():
        digits = words.replace(",", "")
        return Decimal(digits) if "." in digits else int(digits)
    return 100 if words == "百" else _spelt(words)


def _spelt(words: str) -> int | None:
    """Return 105 for 一百零五; None for digits in a row, which name (五一, 二三)."""
    parts = SPELT.fullmatch(words)
    if not parts:
        return None
    tens = 10 * _digit(parts["tens"] or "一") if parts["ten"] else 0
    return 100 * _digit(parts["hundreds"]) + tens + _digit(parts["ones"])


def _digit(word: str | None) -> int:
    return (DIGITS[:9].find(word) + 1 or 2) if word else 0


def _is_exact(plain: str, match: re.Match[str]) -> bool:
    before = plain[max(0, match.start() - 3) : match.start()]
    return not (ABOUT.search(before) or ABOUT_AFTER.match(plain, match.end()) or NAMES.match(plain, match.start()))


def _words(plain: str, floor: int, match: re.Match[str]) -> str:
    start = max(floor, match.start() - REACH)
    before = _behind_last_stop(plain[start : match.start()])
    behind = _before_first_stop(plain[match.end() : match.end() + REACH])
    return _noun(before) or ("完成" if "完成" in before else _noun(behind)[:12])


def _behind_last_stop(words: str) -> str:
    return words[max(words.rfind(stop) for stop in STOPS + BLANK) + 1 :]


def _before_first_stop(words: str) -> str:
    return re.split(rf"[{STOPS}{BLANK}\d]", words, maxsplit=1)[0]


def _noun(words: str) -> str:
    """Return the words from their last verb on, without what leads to them and what leads to the number."""
    words = TAIL.sub("", words)
    verbs = list(VERB.finditer(words))
    if verbs:
        words = words[verbs[-1].start() :]
    lead = LEAD.match(words)
    return words[lead.end() if lead else 0 :][-16:]

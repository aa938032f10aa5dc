"""How much: the planned figures of a clause.

    target   = metric [verb | op] number [- number] unit [op]        农机登记率达到95%以上
             | metric 动态清零                                        = 0
    change   = 由 number unit 提高到 | 降至 target                    only the second figure is planned

A count needs a sign that it is planned: a verb of making (新增, 建成, 完成 …), an op, or a rate's %. Head counts that
describe (30人以上的企业), names in quotes, how often a duty recurs, and figures already reached are no targets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from planner.core.plan import Span, Target
from planner.reading.deadlines import MASK, PAST
from planner.reading.numerals import half_width

VALUE = r"\d{1,9}(?:\.\d{1,4})?"
COUNTED = (
    "万平方米|平方米|立方米|万人次|人次|家次|场次|件次|台套|公里|千米|亿元|万元|万亩|万吨|万户|万人|分钟|"
    "个|家|处|盏|户|名|人|台|所|座|亩|吨|元|件|起|份|张|口|项|条|套|支|辆|棵|株|栋|间|场|米|头|只|艘|部|块|批|天|期|篇|幅|宗|例"
)
UNIT = rf"(?P<unit>%|‰|个百分点|{COUNTED})"
OVER = {"以上": ">=", "以下": "<", "以内": "<=", "之内": "<="}
OPS = {
    "不低于": ">=", "不少于": ">=", "至少": ">=", "不得少于": ">=", "不得低于": ">=", "力争": ">=", "超过": ">", "高于": ">", "大于": ">",
    "不超过": "<=", "不高于": "<=", "控制在": "<=", "不多于": "<=", "低于": "<", "小于": "<", "少于": "<",
}  # fmt: skip
REACH = "达到|达|提高到|提升到|提高至|提升至|降至|降到|压降至|压减至|下降|降低|增长|增加|压缩|压减|完成|实现|保持在|稳定在|为"
MAKE = (
    "新增|新建|建成|建设|改建|改扩建|扩建|完成|引进|培育|创建|打造|改造|安装|加装|增设|补齐|配齐|配备|选派|签约|新签约|盘活|组建|设置|设立|申报|争取|争创|"
    "举办|开展|组织|培训|发放|解决|整治|治理|修建|修复|整修|建立|发展|招引|惠及|接待|受益|安置|搬迁|落实|栽植|种植|包保|联系|评选|认定|转化|实施"
)
FIGURE = re.compile(
    rf"(?P<op>{'|'.join(OPS)})?(?P<low>{VALUE})(?:%?(?:-|—|~|至){{1,2}}(?P<high>{VALUE}))?{UNIT}(?P<after>以上|以下|以内|之内)?"
)
ZERO = re.compile(r"(?:动态清零|(?<!存量)清零|零发生|零增长)")
CLAUSE_ENDS = "，。；;：:、,（）()\n\0"
FROM = re.compile(r"(?:由|从)[^，。；;]{0,12}$")
PLANNED = re.compile(rf"(?:{REACH}|{MAKE})[^，。；;\d]{{0,12}}$")
TAIL = re.compile(rf"(?:的?(?:比例|目标)?)(?:{REACH}|力争|要|均|应|都)*$")


def find_targets(text: str) -> list[Target]:
    """Return the planned figures of *text* in its order; spans count from the start of *text*."""
    plain = MASK.sub(lambda found: "\0" * len(found[0]), half_width(text))
    found = [target for match in FIGURE.finditer(plain) for target in _figure(text, plain, match)]
    found += [_zero(text, plain, match) for match in ZERO.finditer(plain)]
    return sorted(found, key=lambda target: target.span)


def _figure(text: str, plain: str, match: re.Match[str]) -> Iterator[Target]:
    begin = _clause_start(plain, match.start())
    before = plain[begin : match.start()]
    if not _is_planned(plain, match, before):
        return
    op = _op(match, before)
    span = Span(*match.span())
    metric = _metric(text[begin : match.start()])
    bounds = [(op, match["low"])] if match["high"] is None else [(">=", match["low"]), ("<=", match["high"])]
    for sign, value in bounds:
        yield Target(metric, sign, float(value), match["unit"], span.of(text), span)


def _clause_start(plain: str, place: int) -> int:
    return max(plain.rfind(mark, 0, place) for mark in CLAUSE_ENDS) + 1


def _is_planned(plain: str, match: re.Match[str], before: str) -> bool:
    rest = plain[match.end() : match.end() + 2]
    sentence = plain[max(plain.rfind(mark, 0, match.start()) for mark in "。；;\n") + 1 : match.start()]
    if (FROM.search(before) and not re.search(REACH, before[before.rfind("由") :])) or PAST.search(sentence):
        return False
    if (match["after"] and rest.startswith(("的", "劳"))) or before.endswith(("第", "前", "超")):
        return False
    if match["unit"] in ("%", "‰", "个百分点"):
        return True
    return bool(match["op"] or PLANNED.search(before) or (match["after"] and not rest.startswith("的")))


def _op(match: re.Match[str], before: str) -> str:
    if match["op"]:
        return OPS[match["op"]]
    if match["after"]:
        return OVER[match["after"]]
    stated = next((sign for word, sign in OPS.items() if word in before[-8:]), None)
    return stated or "="


def _metric(words: str) -> str:
    return TAIL.sub("", words).strip()[-24:]


def _zero(text: str, plain: str, match: re.Match[str]) -> Target:
    span = Span(*match.span())
    return Target(_metric(text[_clause_start(plain, match.start()) : match.start()]), "=", 0.0, "", span.of(text), span)

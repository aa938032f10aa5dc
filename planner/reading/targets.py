"""How much: the planned figures of a clause.

    target   = metric [op] figure [op]                     农机登记率达到95%以上, 增设减速带36处
             | verb figure noun                            选派15名骨干, 建成2个广场
             | metric 动态清零                              = 0
    figure   = number [(- | 、) number] unit | 百分之 number
    op       = 不低于 | 至少 | ≥ | 控制在…以内 | 降至…以下 | 突破 | 超过 | 左右 …       none: =
    change   = (由 | 从) figure 提高到 figure               only the second figure is planned

A figure with a noun behind it counts only after a verb that makes the noun; otherwise it describes (对3座加油站,
30人以上的企业, 52家企业主要负责人). How often a duty recurs, lengths of time without a bound, names in quotes, ranks
and what is reported as done are no targets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from planner.core.plan import Target
from planner.reading import masks
from planner.reading.numerals import NUMBER, number

RATE = ("%", "‰", "个百分点", "百分点")
TIMES = ("次", "轮", "遍", "回", "趟", "场", "场次", "期")
SPELLS = ("小时", "分钟", "天", "个工作日", "工作日", "个月")
COUNTED = (
    "微克/立方米|毫克/立方米|毫克/升|毫克/千克|mg/m³|mg/L|℃|摄氏度|平方公里|平方米|立方米|个百分点|百分点|个工作日|工作日|批次|人次|家次|场次|件次|户次|车次|台套|台次|课时|学时|"
    "[TGP]B|Mbps|千瓦时|兆瓦|千瓦|公里|公顷|千米|厘米|毫米|公斤|千克|毫升|小时|分钟|个月|"
    "[个家户名人处盏座亩台所张口起件套支辆棵株栋幢间场米头只艘部块批天期篇幅宗例次元吨项架门册本轮遍倍孔眼片组箱羽尾顶樘根类款对节列具剂路首档位条份趟层升克度种卷]|分(?!之)"
)
UNIT = rf"(?:[%‰]|[万亿千百]{{0,2}}(?:{COUNTED}))"
VALUE = r"\d{1,3}(?:,\d{3}){1,3}(?!\d)|\d{1,9}(?:\.\d{1,4})?"
LEAST, MOST = (
    "不低于|不少于|不小于|不得低于|不得少于|至少|最少|≥|>=|大于等于",
    "不超过|不高于|不多于|不大于|不得超过|不突破|≤|<=|小于等于",
)
FIGURE = re.compile(
    rf"(?<![\d.A-Za-z第-])(?:(?P<low>{VALUE})(?:(?P<low_unit>{UNIT})?(?:-{{1,2}}|至|到|、)(?P<high>{VALUE})(?(low_unit)(?=(?P=low_unit))))?(?P<unit>{UNIT})"
    rf"|百分之(?P<percent>百|{NUMBER}))(?P<after>(?:及|\(含\)|（含）)?(?:以上|以下|以内|之内)|左右|上下)?"
    rf"|(?P<two>两)(?P<two_unit>处|座|个|所|家|条|台|场|名|支|栋|口)(?=[，。；、]|$)"
    rf"|(?<=至少|少于|达到|低于|超过)(?P<words>[一二三四五六七八九十两]{{1,3}})(?P<words_unit>{UNIT})(?P<words_after>以上)?"
)
NUMBER_ALONE = re.compile(VALUE)
ZERO = re.compile(r"(?:动态)?清零|零发生")
ZEROED = re.compile(r"隐患|事故|案件|积案|欠薪|问题")
OP = re.compile(
    rf"(?:(?P<least>{LEAST})|(?P<most>{MOST})|(?P<over>超过|高于|多于|大于|超(?=$)|突破|>)|(?P<under>低于|少于|小于|<)|(?P<about>约|大约)|(?P<kept>控制))"
    r"[为在到至达]{0,2}(?:全[县镇市区乡]|每[人户村年月])?$"
)
AFTER = {"以上": ">=", "以下": "<", "以内": "<=", "之内": "<=", "左右": "~", "上下": "~"}
REACH = (
    "提高到|提升到|提高至|提升至|增加到|增加至|增长到|下降到|降低到|压减到|压缩到|缩短到|缩短至|压缩至|压降至|压减至|降低至|降至|降到|增至|"
    "达到|达|保持在|稳定在|控制|维持在|实现|完成|力争|突破|超过|新增|增长|增加|下降|降低|减少|压减|压缩|提高|提升|缩短|为"
)
MAKE = (
    "新增|新建成|新建|建成|建设|改建|改扩建|扩建|完成|引进|招引|培育|培养|创建|打造|改造|安装|加装|增设|补齐|配齐|配备|配套|选派|选树|签约|盘活|组建|设置|设立|"
    "投入|拿出|接入|覆盖|扶持|结对|开行|设置|抽取|抽检|接种|更换|申报|争取|争创|举办|开展|组织|培训|轮训|发放|解决|整治|治理|修建|修复|整修|建立|发展|安置|搬迁|落实|栽植|种植|包保|联系|评选|认定|转化|实施|帮扶|化解|"
    "办结|清理|拆除|消除|购置|采购|布设|更新|推广|招录|招聘|引育|孵化|开通|开发|提供|筹集|募集|命名|推出|征集|编制|制定|制作|抽查|检查|报送|至少|不少于|不低于|达到"
)
DESCRIBES = re.compile(
    r"(?:(?<!结)对|向|(?<!定)(?<!持)(?<!制)在|等|前|第|超|近|余|有|辖区|全[镇县乡市区村]|每|从|由|为|其中|涉及[^，。；]{0,6}|后|上|把|将|满|连续|距|截至|上述|该)$"
)
MADE = re.compile(rf"(?:{MAKE})(?:了)?(?:约|近|各)?$")
MADE_OF = re.compile(rf"(?:{MAKE})(?:了)?[^，。；、（）：\d]{{1,12}}$")
"""A verb that makes, with its noun before the figure: 选派业务骨干40名到市里学习."""
LATER = re.compile(r"(?:于|在|要|须|力争)?(?:\d{1,2}月|年底|年内|[上下]半年|[一二三四]季度|汛前)")
NO_COUNT = re.compile(r"(?:一式|每式)$")
SCORED = re.compile(r"(?:扣|加|记|减|得)$")
ENDS = re.compile(r"$|[，,。；;、（）：:！\n\t]|并|且|和|及(?!以)|与|以上|其中|力争|确保|用于|用来")
PLACED = re.compile(r"[在为][^，。；]{0,4}$")
INSTALLED = re.compile(r"[^，。；、\d]{0,14}(?:加装|安装|新建|增设|布设|实施|改造|办理|发放|设置|配备)")
SPELLED = re.compile(r"(?:压缩|缩短|压减|降低|降|控制|达|提高|提升|延长|增加|保持|稳定)(?:在|到|至)$")
BASELINE = re.compile(r"(?:由|从)[^，。；、\d]{0,10}$")
FROM_FIGURE = re.compile(rf"(?:由|从)[^，。；、\d]{{0,10}}(?:{VALUE})(?:{UNIT}).*$")
CHANGED = re.compile(r"[^，。；\d]{0,8}(?:提高|提升|增加|增长|下降|降低|降|压减|压缩|缩短|减少|调整|扩大)")
CHANGED_TO = re.compile("(?:提高|提升|增加|增长|下降|降低|降|升|压减|压缩|缩短|减少)(?:到|至)")
RECURS = re.compile(
    rf"[每逐按](?:{NUMBER})?个?(?:[日天周旬月季年]|半[年月]|学期)|半年|上、?下半年|下半年各|[一半两]个?[周月季年]"
)
DONE = re.compile(
    r"截至|截止目前|目前|(?<![前内底末])累计(?!(?:[^，。；]{0,6})(?:达到|完成率|不少于|不低于|超过|突破))|先后|上半年(?=[^，。]{0,8}了)|(?:年|期间|以来)共"
)
DID = re.compile(
    r"已(?=[完建开组实达办整排查培发])|(?<![较比同由从])(?:去年|上年(?!度))|(?<![为除])了(?![解结如])|仍有|尚有|现有|只修复|应修复|抽查的"
)
PAST_YEAR = re.compile(r"(?:20\d\d年，?|[，,]|全[镇县乡市区])共(?=排查|开展|完成|整改|检查|化解|组织|受理)")
OF_YEAR = re.compile(r"(?<!\d)(20\d\d)年(?!前|以前|底)")
BEHIND = re.compile(r"[^，。；、（）：\d\s]{1,16}")
LEAD = re.compile(
    r"^(?:确保|实现|力争|推动|推进|促进|使|要|并|其中|全年|年内|年度|全[镇县乡市区](?=.{4})|到?20\d\d年|\d{1,2}月(?:底|份|\d{1,2}日)?前?|年底前?|均)+"
)
TAIL = re.compile(
    rf"(?>分别|均|都|全部|应|要|力争|不|再|总体|的?比例?(?=达)|{REACH}|{LEAST}|{MOST}|超过|低于|高于|少于|突破|[≥≤><=为在到至达约：:])++$"
)


class Figure(NamedTuple):
    """A number with its unit as the text has it, before it is known whether it is planned."""

    match: re.Match[str]
    values: tuple[float, ...]
    unit: str
    after: str


class Planned(NamedTuple):
    """A target in the plain text, its metric as ranges of it."""

    span: tuple[int, int]
    metric: list[tuple[int, int]]
    op: str
    value: float
    unit: str


def find_targets(text: str, year: int | None = None) -> list[Target]:
    """Return the planned figures of *text* in its order; spans count from the start of *text*.

    Figures told of a year before *year*, that of the plan, are past.

    A range (2—3个) gives two targets, >= and <=, with the same words; 分别达到95%、90% two with ``=``.
    """
    plain = masks.plain(text)
    found = [planned for match in FIGURE.finditer(plain.text) for planned in _planned(plain.text, match, year)]
    found += [planned for match in ZERO.finditer(plain.text) for planned in _zero(plain.text, match)]
    return [_target(text, plain, planned) for planned in sorted(found, key=lambda planned: planned.span)]


def read_figure(words: str, unit: str) -> list[Target]:
    """Return the planned figure of a cell (≥85, 控制在3以内, 12000) whose unit may stand in another cell."""
    held = NUMBER_ALONE.search(words)
    if held and not words[held.end() :].startswith(unit or "\0"):
        words = words[: held.end()] + unit + words[held.end() :]
    return find_targets(f"达到{words}")


def _target(text: str, plain: masks.Plain, planned: Planned) -> Target:
    metric = "".join(plain.span(start, end).of(text) for start, end in planned.metric if start < end)
    span = plain.span(*planned.span)
    return Target(metric, planned.op, planned.value, planned.unit, span.of(text), span)


def _figure(match: re.Match[str]) -> Figure:
    if match["percent"]:
        return Figure(
            match, (100.0 if match["percent"] == "百" else float(number(match["percent"])),), "%", match["after"] or ""
        )
    if match["two"]:
        return Figure(match, (2.0,), match["two_unit"], "")
    if match["words"]:
        return Figure(match, (float(number(match["words"])),), match["words_unit"], match["words_after"] or "")
    values = tuple(float(words.replace(",", "")) for words in (match["low"], match["high"]) if words)
    return Figure(match, values, match["unit"], match["after"] or "")


def _planned(text: str, match: re.Match[str], year: int | None) -> Iterator[Planned]:
    figure = _figure(match)
    begin = masks.clause_start(text, match.start())
    before = text[begin : match.start()]
    sign = OP.search(before)
    if not _is_planned(text, figure, before, sign) or _is_of_the_past(before, year):
        return
    metric = _metric(text, begin, match)
    for op, value in _bounds(figure, before, sign):
        yield Planned(match.span(), metric, op, value, figure.unit)


def _is_of_the_past(before: str, year: int | None) -> bool:
    told = OF_YEAR.search(before)
    if not told or not year or int(told[1]) >= year:
        return False
    return not before[: told.start()].endswith(("较", "比", "于")) and not CHANGED_TO.search(before, told.end())


def _bounds(figure: Figure, before: str, sign: re.Match[str] | None) -> list[tuple[str, float]]:
    if len(figure.values) == 2 and "、" not in figure.match[0]:
        return [(">=", figure.values[0]), ("<=", figure.values[1])]
    op = _op(figure.after, before, sign)
    return [(op, value) for value in figure.values]


def _op(after: str, before: str, sign: re.Match[str] | None) -> str:
    if after:
        return AFTER[after[-2:]]
    if sign is None:
        return "="
    if sign["over"]:
        return ">=" if "突破" in sign[0] else ">"
    if sign["kept"]:
        return "<=" if "控制" in before else "="
    return {"least": ">=", "most": "<=", "under": "<", "about": "~"}[sign.lastgroup or ""]


def _is_planned(text: str, figure: Figure, before: str, sign: re.Match[str] | None) -> bool:
    if not figure.unit or NO_COUNT.search(before) or _is_done(text, figure.match):
        return False
    if before.endswith(("由", "从")) or (BASELINE.search(before) and CHANGED.match(text, figure.match.end())):
        return False
    if figure.unit == "分" and SCORED.search(before):
        return False
    if figure.unit in RATE:
        return not before.endswith(("占", "第")) or sign is not None
    is_bound = sign is not None or bool(figure.after)
    if figure.unit in SPELLS:
        return (sign or SPELLED.search(before)) is not None and ("时间" in before or not RECURS.search(before))
    if figure.unit in TIMES and (RECURS.search(before) or (figure.values == (1.0,) and not figure.after)):
        return False
    return _is_counted(text, figure, before, is_bound)


def _is_counted(text: str, figure: Figure, before: str, is_bound: bool) -> bool:
    """Tell whether a count is what the clause promises rather than what it describes."""
    is_made = MADE.search(before) is not None
    if ENDS.match(text, figure.match.end()) or LATER.match(text, figure.match.end()):
        described = DESCRIBES.search(before) or not before
        return is_bound or is_made or not described
    if figure.after:
        return False
    if PLACED.search(before):
        return INSTALLED.match(text, figure.match.end()) is not None
    return is_made or MADE_OF.search(before) is not None


def _is_done(text: str, match: re.Match[str]) -> bool:
    sentence = masks.sentence(text, match.start(), match.end())
    if DONE.search(sentence) or PAST_YEAR.search(sentence):
        return True
    floor = max(0, match.start() - masks.REACH)
    start = max(floor, *(text.rfind(mark, floor, match.start()) + 1 for mark in "。；！？\n，,"))
    return DID.search(text, start, masks.clause_end(text, match.end())) is not None


def _metric(text: str, begin: int, match: re.Match[str]) -> list[tuple[int, int]]:
    """Return where the noun is that the figure belongs to: before it, and behind it, else in the clause before."""
    before = _noun(text, begin, match.start())
    if not ENDS.match(text, match.end()) and (behind := BEHIND.match(text, match.end())):
        return [before, behind.span()]
    if before[0] < before[1] or begin == 0 or text[begin - 1] not in "，,、":
        return [before]
    return [_noun(text, masks.clause_start(text, begin - 1), begin - 1)]


def _noun(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the range without the words that lead to it and the verbs and signs behind it."""
    words = FROM_FIGURE.sub("", text[start:end])
    if lead := LEAD.match(words):
        start += lead.end()
        words = words[lead.end() :]
    return start, start + len(TAIL.sub("", words))


def _zero(text: str, match: re.Match[str]) -> Iterator[Planned]:
    metric = _noun(text, masks.clause_start(text, match.start()), match.start())
    if ZEROED.search(text, *metric) and not _is_done(text, match):
        yield Planned(match.span(), [metric], "=", 0.0, "")

"""Tasks: from the words of an item to its single commitments.

    sentence = up to 。 ； or the end of a line
    task     = clause [， clause]…      a new one begins at ， only with a verb of doing of its own

A clause of focus (紧盯…, 重点整治…, 严厉打击…) belongs to the campaign before it; a clause of purpose (确保…, 提升…) to
nobody: it is left off the end, and a sentence of purposes alone is no task. A bracket with a rule of its own
（高危行业领域每月至少1次） is a task, and so is each part of a list of doings under one verb (做好A更新、B建设及C演练).
What has happened already (截至目前…) is none. The doer a clause names itself (生产经营单位主要负责人) is its obligor.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from planner.core.plan import Span
from planner.reading.checks import NO_TASKS

SENTENCE = re.compile(r"[^。；;\n]+")
COMMA = re.compile(r"[，,]")
DOING = (
    "建立|健全|完善|制定|编制|修订|更新|印发|组织|开展|举办|召开|实施|推进|推广|推行|落实|执行|严格|强化|加强|加大|深化|深入|扎实|全面|持续|常态|定期|"
    "做好|抓好|配备|安装|配套|增设|设立|设置|发放|发布|报送|上报|公开|公示|完成|建设|新建|改造|建成|创建|创新|打造|培育|引进|整治|排查|检查|巡查|督促|"
    "指导|推动|督导|帮助|利用|探索|健全|压实|摸清|形成|梳理|建好|用好|管好|清理|清除|取缔|查处|打击|严禁|严查|畅通|开辟|应用|拓宽|参加|积极|及时|"
    "每|对|将|由|按|于|在|从严|有序|序时|统筹|协调|迅速|立即|新增|签订|评选|表彰|通报|考核|考评|培训|宣传|普及|演练|走访|联系|包保|纳入|坚持|争取|申报|选派|"
    "引导|鼓励|支持|保障|保证|规范|优化|改善|修复|修建|整修|实行|落细|突出|聚焦|各|其余|结合|根据|针对|围绕|充分|依法|依托|启动|开工|督查|接续|挂图"
)
NEW = re.compile(
    rf"(?:{DOING}|\d{{1,2}}月|年底|(?:上|下)半年|(?:第)?[一二三四]季度|[\u4e00-\u9fff]{{1,12}}(?:村|社区|单位|部门|企业|负责人|办|所|站)(?:要|每|负责))"
)
VERB = re.compile(rf"(?!每|对|将|由|按|于|在|各|其余|积极|及时|立即|深入|扎实|全面|持续|常态|定期)(?:{DOING})")
PURPOSE = re.compile(
    "确保|切实|提高|提升|增强|防止|防范|严防|避免|遏制|不断|着力|坚决|努力|力争|促进|营造|筑牢|夯实|守住|维护|保障(?:人民|群众)|为|以|让|使|"
    "做到|达到|全力|进一步|有效|最大限度|从源头|真正|压实|及时消除|强化[^，]{2,6}作用|发挥[^，]{2,10}作用|培育|实实在在|全面(?:提升|提高|消除|达成)|彻底|巩固"
)
FOCUS = re.compile("紧盯|重点|严厉|严肃|聚焦|突出|包括|特别是|尤其|其中|即|整治")
SLOGAN = re.compile("^(?:坚持|以|深入学习贯彻|牢固树立|高举|全面贯彻|统筹[^，]{0,6}发展和[^，]{0,6}安全)")
DOER = re.compile(
    r"[^，。；]{2,24}(?:企业|机构|场所|单位|部门|人员)(?:定期|每|要|应|全面)?(?:开展|组织|落实|至少|配备|建立)"
)
LEAD_IN = re.compile(
    "对[^，,]{2,30}(?:的|的村|风险|点位|业态|其他企业|其他单位)$|(?:针对|根据|结合|按照|围绕|紧盯|聚焦|利用|通过|依托|以|对于|从(?!严))|.{0,16}(?:前|后|阶段|期间|时|中|方面)$"
)
STRICTER = re.compile(r"[（(](?:其中[，,]?)?(?P<rule>[^（()）]{2,30}(?:每|至少|不少于)[^（()）]{1,20})[)）]")
STEP_MARK = re.compile(
    r"[ ]*(?:(?:整改|工作|主要)?(?:目标|措施|要求|举措|内容|标准|任务)[：:][ ]*)?"
    r"(?:[（(]\d{1,2}[)）]|\d{1,2}[.．、](?!\d+(?:[.%]|[^\d月年]))|[①-⑳]|[一二三四五六七八九十]{1,2}是|第[一二三四五六七八九十][，,])?"
)
"""What leads to the words of a step: 整改措施：（1）."""
LABEL_ALONE = re.compile(rf"[\u4e00-\u9fff]{{0,4}}(?:措施|目标|任务|要求)[：:]?\s*|{NO_TASKS}")
HAPPENED = re.compile(
    "(?:问题描述|存在问题|问题表现|反馈问题)[：:]|截[至止]目前|年初以来|目前[，,]?(?:已|共)|已累计|均?已(?:全部)?(?:完成|整改|取缔)"
)
DOINGS = r"[\u4e00-\u9fff]{2,16}(?:更新|建设|演练|整改|检查|排查|培训|维护|改造|储备|治理|宣传|监测|整治|巡查)"
LISTED = re.compile(rf"(?:做好|抓好){DOINGS}(?:、{DOINGS}){{1,5}}(?:、|以及|及|和)?{DOINGS}")
JOINT = re.compile("、|(?<=[新设练改查训护造备理传测治])(?:以及|及|和)")
WRITTEN = re.compile(r"[\u4e00-\u9fff]")
TIME = r"(?:\d{1,2}月(?:\d{1,2}日|底|[上中下]旬)?(?:之?前)?|年底前|每(?:年|月|季度|半年|周|学期))?"
BODY = (
    "单位|部门|企业|机构|场所|人员|负责人|成员|领域|村|社区|村（社区）|村（居）|办公室|办|所|站|中心|局|财政|委员会|会|党委|政府|"
    "部|科|院|学校|小学|中学|中小学|科室|小组|公司|中队|大队|救援队|干部|镇长|书记|院长|组长|班子|网格员|医院|专家"
)
ACTING = (
    "要|应|须|必须|每|定期|不定期|至少|分别|按|于|负责|牵头|带队|带头|开展|组织|配备|设立|建立|制定|落实|包保|联系|安装|报送|上报|召开|举办|"
    "对|将|完成|做到|健全|录入|集中|设置|成立|实施|编制|推行|实行|全面|及时|春季|在"
)
OBLIGOR = re.compile(
    rf"{TIME}(?:(?P<urged>(?:指导督促|督促指导|督促|指导|推动|要求|引导))(?P<pressed>[^，,。；;：:\n]{{0,30}}?(?:{BODY}))|(?P<doer>[^，,。；;：:\n]{{1,32}}?(?:{BODY})))(?={ACTING})"
)
FINISHED = re.compile(
    r"(?:\d{1,2}月|20\d\d年|年底|年内|[上下]半年|[一二三四]季度)[^，,。；]{0,8}?(?:全部|全面)?(?:完成|交付|投用|投入使用|完工|竣工|办结|到位)"
)
"""Only by when the clause before it is to be finished."""
EACH = re.compile("各|每[名位个]|其余|全体|所有")
FIGURE = re.compile(r"\d|清零|月底|年底|每|一[次份轮项]|全覆盖")
SHORTEST = 4


def find_clauses(text: str) -> list[Span]:
    """Return the spans of the commitments in the body of an item, in order; spans count from the start of *text*."""
    found: list[Span] = []
    for sentence in SENTENCE.finditer(text):
        mark = STEP_MARK.match(text, *sentence.span())
        if not HAPPENED.search(text, *sentence.span()) and not LABEL_ALONE.fullmatch(text, *sentence.span()):
            found += _in_sentence(text, mark.end() if mark else sentence.start(), sentence.end())
    return found


def find_obligor(text: str) -> str:
    """Return the doer a commitment names itself, or "": 各成员单位每季度…, 督促餐饮经营单位安装…"""
    for start, end in _segments(text, 0, len(text)):
        match = OBLIGOR.match(text, start, end)
        if match:
            return _doer(match)
        if not _is_lead_in(text[start:end]):
            return ""
    return ""


def _doer(match: re.Match[str]) -> str:
    if match["urged"]:
        pressed = match["pressed"]
        return pressed if pressed.count("“") == pressed.count("”") else ""
    who = match["doer"]
    acts = NEW.match(who) or PURPOSE.match(who) or FOCUS.match(who) or LEAD_IN.match(who)
    whole = who.count("“") == who.count("”") and not who.startswith(("把", "用"))
    return who if whole and (EACH.match(who) or not acts) else ""


def _in_sentence(text: str, start: int, end: int) -> Iterator[Span]:
    for first, last in _groups(text, _segments(text, start, end)):
        span = _work_in(text, first, last)
        words = span.of(text)
        if len(words) >= SHORTEST and WRITTEN.search(words) and not _is_slogan(words):
            yield from _listed(text, span)
        yield from (Span(*match.span("rule")) for match in STRICTER.finditer(text, first, last))


def _work_in(text: str, first: int, last: int) -> Span:
    """Return the span of a commitment, without the slogans that lead to it (坚持…，群众参与，开展大排查)."""
    span = _trimmed(text, first, last)
    if not _is_slogan(span.of(text)):
        return span
    parts = _segments(text, first, last)[1:]
    start = next((start for start, end in parts if _begins(text[start:end].strip())), None)
    return span if start is None else _trimmed(text, start, last)


def _listed(text: str, span: Span) -> Iterator[Span]:
    """Yield a commitment, or each part of its list of doings under one verb."""
    if not LISTED.fullmatch(text, *span):
        yield span
        return
    start = span.start
    for joint in JOINT.finditer(text, *span):
        yield Span(start, joint.start())
        start = joint.end()
    yield Span(start, span.end)


def _segments(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the parts between commas that stand outside brackets and quotation marks."""
    depth, begin, parts = 0, start, []
    for place in range(start, end):
        letter = text[place]
        depth = max(depth + (letter in "（(“《") - (letter in "）)”》"), 0)
        if depth == 0 and COMMA.match(letter):
            parts.append((begin, place))
            begin = place + 1
    return [*parts, (begin, end)]


def _groups(text: str, segments: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Join segments into commitments and leave purposes off."""
    group: tuple[int, int] | None = None
    leads_in = False
    for start, end in segments:
        words = text[start:end].strip()
        if _is_purpose(words) and not (group and leads_in):
            continue
        if group and _begins(words) and not leads_in:
            yield group
            group = None
        group = (group[0] if group else start, end)
        leads_in = _is_lead_in(words)
    if group:
        yield group


def _is_purpose(words: str) -> bool:
    return PURPOSE.match(words) is not None and FIGURE.search(words) is None


def _begins(words: str) -> bool:
    opens = (NEW.match(words) or DOER.match(words)) is not None
    return opens and FOCUS.match(words) is None and FINISHED.fullmatch(words) is None


def _is_slogan(words: str) -> bool:
    return SLOGAN.match(words) is not None and FIGURE.search(words) is None


def _is_lead_in(words: str) -> bool:
    """Tell whether words only lead to what is to be done: a time, an occasion, a means."""
    return (len(words) < 9 and VERB.match(words) is None) or LEAD_IN.match(words) is not None


def _trimmed(text: str, start: int, end: int) -> Span:
    words = text[start:end]
    lead = len(words) - len(words.lstrip(" ，,、：:"))
    return Span(start + lead, start + len(words.rstrip(" ，,、：:")))

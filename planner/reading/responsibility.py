"""Who: the words that name leaders, departments and supporting units, and by when.

tag    = ( bracket | line | rest of a paragraph ) of fields      （责任领导：甲，责任部门：乙、丙部门，完成时限：6月底前）
       | roles that are a sentence or a bracket of their own      应急办牵头，派出所配合，各村落实
       | 由 roles, or roles with 牵头, at either end of a sentence
       | bracket of persons ； offices at the end of a line       （甲明；应急办、派出所）
field  = label (： | —— | 为 | nothing) names | time              【label】 names
roles  = role {， role | ， label 为 names}
role   = [由 | 此项工作由 | 上述两项均由] names [manner] verb
verb   = 牵头 | 主抓 | 承办 | 负责 | 按职责分工落实 …               departments; whoever is a person or a post leads
       | 配合 | 协助 | 参与 | 协同 …                              supporting

Who only supervises or is to be telephoned (督办：, 联系人：) answers for nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from planner.core.plan import Name, Responsibility, Span
from planner.reading.names import helpers_in, is_name, is_person, office_and_person, split_names

UNIT = "(?:单位|部门|科室|股室|处室|站所|机构|主体|办公室)"
SMALL_UNIT = "(?:车间|班组|支部|党支部|街道|社区|乡镇|中心|学校|村|科|股|室|处|所|站)"
DOES = "(?:责任|牵头|总牵头|主办|承办|落实|实施|主责|负责|执行|主管|归口|主体|属地|主抓)"
HELPS = "(?:配合|协办|协助|参与|协同|参加|协作|支持|会同|联办)"
HEADS = "(?:责任|牵头|分管|包保|包抓|包联|包案|包片|包村|包干|挂点|挂钩|挂帅|挂牌|联系|领办|督办|主管|协管|带班|主抓|责任院)"
WATCHES = "(?:督办|指导|监督|验收|考核|督查|督导|评估)"
FULL = {
    "leader": rf"{HEADS}[\u4e00-\u9fff]{{0,3}}?领导|(?:第一|直接|主要|具体|总|分管|包保|牵头|包案)?(?:责任人|负责人|负责同志|责任同志)|牵头人|包保人"
    r"|(?:分管|主管|协管)副?(?:局长|镇长|乡长|县长|市长|区长|院长|校长|主任|书记|经理|厂长)",
    "department": rf"(?:主要|具体|直接|第一|整改)?{DOES}{UNIT}|属地责任",
    "supporting": rf"{HELPS}{UNIT}",
    "time": "(?:整改|办理|计划|预计|工作|任务)?(?:完成|整改|办结|办理|工作|实施|起止|销号|推进|整治|落实)(?:时限|时间|期限|节点|日期)"
    "|(?:时限|时间|进度)(?:要求|安排|节点)",
}
"""Labels that are one wherever they stand before a colon; those in SHORT only where a field begins."""
SHORT = {
    "leader": "分管|包联|包案|领导|(?:区|县|市|镇|乡|校|院|局|街道)领导",
    "whoever": rf"{DOES}|分工|责任分工|责任到人",
    "department": rf"{DOES}{SMALL_UNIT}",
    "supporting": rf"{HELPS}{SMALL_UNIT}?",
    "time": "时限|限期|期限|节点|时间",
    "nobody": rf"{WATCHES}{UNIT}?|联系人|联系电话|电话|备注",
}
KINDS = tuple((kind, re.compile(words)) for table in (FULL, SHORT) for kind, words in table.items())
ANY_FULL, ANY_SHORT = ("|".join(table.values()) for table in (FULL, SHORT))
COLON = r"[ ]?(?:[：:]|——|--)[ ]?"
IS = r"为(?!主|准|核心|重点|目标|第一|直接)"
BEGINS = r"(?:^|(?<=[（(【\[〔［。；;，,、|｜ \t\n）)】\]〕］\u3000]))"
LABEL = re.compile(
    rf"(?P<full>{ANY_FULL})(?:{COLON}|{IS})|[【〔［](?P<boxed>{ANY_FULL}|{ANY_SHORT})[】〕］]|{BEGINS}(?P<short>{ANY_SHORT}){COLON}"
    rf"|{BEGINS}(?P<bare>{ANY_FULL})(?![的要应须与和及、，。；由是在将对一不）)】])",
    re.MULTILINE,
)
STARTS = rf"(?:(?:{ANY_FULL})(?:{COLON}|{IS})|(?:{ANY_SHORT}){COLON})"
BRACKET = re.compile(
    r"[（(【\[〔［][^（()）【】\[\]〔〕［］]{2,300}(?:[（(][^（()）]{0,40}[)）][^（()）【】\[\]〔〕［］]{0,200}){0,6}[)）】\]〕］]。?"
)
BOXED = re.compile(rf"(?:[【〔［](?:{ANY_FULL}|{ANY_SHORT})[】〕］][^【】〔〕［］\n]{{1,80}}\n?)+")
REST = re.compile(
    rf"(?:^|(?<=[。；;！）)】]))[^\S\n]*(?:——|—|--)?(?={STARTS})[^\n。]{{1,300}}(?:。[^\S\n]*(?={STARTS})[^\n。]{{1,300}}){{0,6}}。?"
    rf"|(?<=[，,])(?=(?:{ANY_FULL}){COLON})[^\n。]{{1,300}}",
    re.MULTILINE,
)
BARE_LINE = re.compile(rf"^[^\S\n]*(?:{ANY_FULL})(?P<names>[^\n：:。，,；;]{{2,60}})$", re.MULTILINE)
NEAR = 14
"""Characters into a bracket within which the first label must stand."""

WHO = r"(?:[^（()）：:，,。；;\n]|[（(][^（()）\n]{0,20}[)）])"
ORDINAL = r"(?:\d{1,3}[.．、]|[（(]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[)）、.．是]|[①-⑳])"
LEAD_IN = (
    r"(?:(?:以上|上述|前述|该|此|本|这)[^，,。；;由请\n]{0,14}?(?:工作|任务|事项|项|事)?(?:均|都|具体|统一)?(?:交?由|请)|这件事|此项工作"
    r"|(?P<topic>[^，,。；;：:由\n]{1,24}?(?<!资金)(?<!经费)(?<!费用)(?<!支出)(?:（[^）\n]{1,20}）)?)??(?<![自理缘事经])(?:具体|统一|交)?由(?!于|此|来|衷))"
)
LEADS = (
    r"(?:总|联合|共同)?牵头(?:负责|抓总|总抓|组织|落实|实施|推进|办理|协调|抓){0,3}|主抓|主责|主办|承办|承担|抓总|负总责|总负责|包案|包抓|分管|各负其责"
    r"|(?:组织|具体)?负责(?:组织|具体|抓好|协调)?(?:落实|实施|推进|抓总|办理)?|(?:组织|抓好|抓实|具体|分头)?(?:落实|实施)|具体(?:组织|抓)|抓好"
)
HELPING = rf"{HELPS}(?:做好|抓好|落实|推进|实施|工作|跟进){{0,3}}|跟进|联动"
MANNER = r"(?:按照?(?:各自)?(?:职责|责任|职能)(?:任务)?(?:分工)?|分别|共同|具体|予以|分头|各自|统一|积极|密切|全力|同步|协同(?=[配参跟])|抓好|做好|全面){0,4}"
ROLE = re.compile(
    rf"[ ]*{ORDINAL}?(?P<by>{LEAD_IN})?(?P<names>{WHO}{{2,80}}?)(?P<manner>{MANNER})(?:(?P<lead>{LEADS})|(?P<help>{HELPING}))[。]?[ ]*"
)
VERB = re.compile("牵头|主抓|主办|承办|承担|负责|抓总|总责|包案|分管|其责|落实|实施|抓好")
STRONG = re.compile("牵头|主抓|主办|承办|抓总")
NOT_NAMES = re.compile(
    "坚持|健全|强化|实行|落实|压实|完善|建立|加强|确保|推动|组织(?!委员|部|科|办|人事)|明确|督促|形成|构建|推进|开展|做好|抓好|实施|按照|谁"
)
SENTENCE = re.compile(r"[^。；;\n]+")
CLAUSE = re.compile(r"(?:[^，,；;。|｜（()）]|[（(][^（()）]*[)）]|[（()）])+")
ROLE_CLAUSE = re.compile(
    r"(?:[^，,（()）]|[（(][^（()）\n]{0,40}[)）]|[（()）])+?(?:(?<=牵头|负责|主抓|承办)、|(?=[，,])|$)"
)
JOINED = re.compile("会同|联合(?!会|体|社|国|执|检)|商(?=县|市|镇|区)")
TIMELY = re.compile(
    r"(?:20\d\d年|\d{1,2}月|年底|年内|每[日周旬月季半]|长期|持续|全年|常态|[上下]半年|立行立改|[一二三四]季度)"
)


@dataclass(frozen=True, slots=True)
class Tag:
    """Where a tag stands in the text given, whom it names, and where it states a time."""

    span: Span
    responsibility: Responsibility
    times: tuple[Span, ...]


@dataclass(slots=True)
class _Fields:
    """What the fields of one tag say, as they are read."""

    leader: list[Name] = field(default_factory=list)
    department: list[Name] = field(default_factory=list)
    supporting: list[Name] = field(default_factory=list)
    times: list[Span] = field(default_factory=list)

    def add(self, kind: str, text: str, start: int, end: int) -> None:
        """Add the names of a labelled field."""
        for name in split_names(text[start:end], start, people=kind in ("leader", "whoever")):
            if TIMELY.match(name.name):
                self.times.append(name.span)
            else:
                self._of(kind, name).append(name)
        self.supporting += helpers_in(text[start:end], start)

    def _of(self, kind: str, name: Name) -> list[Name]:
        """Return the list a name belongs to; behind 牵头： or 主抓： a person leads, an office does."""
        if kind == "whoever":
            kind = "leader" if is_person(name.name) else "department"
        return {"leader": self.leader, "department": self.department, "supporting": self.supporting}[kind]

    def add_role(self, match: re.Match[str]) -> None:
        """Add the names of a role; a person or a post that leads is a leader."""
        words, at = match["names"], match.start("names")
        joined = JOINED.search(words)
        if joined:
            self.supporting += split_names(words[joined.end() :], at + joined.end())
            words = words[: joined.start()]
        doers = self.supporting if match["help"] else self.department
        doers += [office for name in split_names(words, at) for office in _office_of(name)]
        for name in split_names(words, at, people=True):
            (self.leader if match["lead"] and is_person(name.name) else doers).append(name)

    def tag(self, start: int, end: int) -> Tag:
        who = Responsibility(_once(self.leader), _once(self.department), _once(self.supporting))
        return Tag(Span(start, end), who, tuple(self.times))


def _office_of(name: Name) -> Iterator[Name]:
    """Yield the office that is told together with a person (社会救助股柯丽娟)."""
    if found := office_and_person(name.name):
        yield Name(found["office"], Span(name.span.start, name.span.start + len(found["office"])))


def find_tags(text: str) -> list[Tag]:
    """Return the tags of *text* in order; spans count from its start."""
    taken = bytearray(len(text) + 1)
    tags: list[Tag] = []
    for found in (_brackets(text), _boxed(text), _rests(text), _bare_lines(text), _sentences(text)):
        for tag in found:
            if not any(taken[tag.span.start : tag.span.end]):
                taken[tag.span.start : tag.span.end] = b"\1" * (tag.span.end - tag.span.start)
                tags.append(tag)
    return sorted(tags, key=lambda tag: tag.span)


def find_labels(text: str) -> Iterator[Span]:
    """Yield where a label with its colon asks for names."""
    for label in LABEL.finditer(text):
        if label["bare"] is None and _kind(label) in ("leader", "whoever", "department", "supporting"):
            yield Span(*label.span())


def _brackets(text: str) -> Iterator[Tag]:
    for match in BRACKET.finditer(text):
        start, end = match.start() + 1, match.start() + len(match[0].rstrip("。")) - 1
        label = LABEL.search(text, start, min(end, start + NEAR))
        roles = [role for clause in CLAUSE.finditer(text, start, end) if (role := _role(text, *clause.span()))]
        if (label and (not label["bare"] or _names_follow(text, label, end))) or any(role["lead"] for role in roles):
            yield _read(text, start, end, Span(*match.span()))
        elif text[match.end() : match.end() + 1] in ("\n", "") and (tag := _unlabelled(text, start, end, match)):
            yield tag


def _names_follow(text: str, label: re.Match[str], end: int) -> bool:
    field_ = CLAUSE.match(text, label.end(), end)
    names = split_names(field_[0]) if field_ else ()
    return bool(names) and all(is_name(name.name) for name in names)


def _unlabelled(text: str, start: int, end: int, match: re.Match[str]) -> Tag | None:
    """Return the tag of a bracket that only lists persons, then offices: （岳行简；镇纪委、监督办）."""
    persons, mark, offices = text[start:end].replace(";", "；").partition("；")
    leading, doing = split_names(persons, start, people=True), split_names(offices, start + len(persons) + 1)
    named = mark and all(is_person(name.name) for name in leading) and all(is_name(name.name) for name in doing)
    if not (named and leading and doing):
        return None
    return Tag(Span(*match.span()), Responsibility(leading, doing), ())


def _boxed(text: str) -> Iterator[Tag]:
    for match in BOXED.finditer(text):
        yield _read(text, *match.span(), Span(*match.span()))


def _rests(text: str) -> Iterator[Tag]:
    for match in REST.finditer(text):
        yield _read(text, *match.span(), Span(*match.span()))


def _bare_lines(text: str) -> Iterator[Tag]:
    """Yield lines such as 责任单位 农业办、各村: a label without its colon, and names alone."""
    for match in BARE_LINE.finditer(text):
        if all(is_name(name.name) for name in split_names(match["names"])):
            yield _read(text, *match.span(), Span(*match.span()))


def _read(text: str, start: int, end: int, span: Span) -> Tag:
    """Return what the fields between *start* and *end* say, as one tag at *span*."""
    fields = _Fields()
    for kind, begin, stop in _labelled(text, start, end):
        if kind == "time":
            fields.times.append(_trimmed(text, begin, stop))
        elif kind != "nobody":
            for place, clause in enumerate(CLAUSE.finditer(text, begin, stop)):
                _read_clause(text, kind, clause, fields, is_first=place == 0)
    return fields.tag(*span)


def _read_clause(text: str, kind: str, clause: re.Match[str], fields: _Fields, *, is_first: bool) -> None:
    """Read one part of a field; behind the first one, only what looks like names is taken for names."""
    start, end = clause.span()
    if role := _role(text, start, end):
        fields.add_role(role)
    elif TIMELY.match(clause[0].strip()):
        fields.times.append(_trimmed(text, start, end))
    elif kind and (
        is_first or all(is_name(name.name) or len(name.name) < NEAR // 2 for name in split_names(clause[0]))
    ):
        fields.add(kind, text, start, end)


def _labelled(text: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    """Yield each field with the kind of its label, what stands before the first one with none."""
    labels = list(LABEL.finditer(text, start, end))
    yield "", start, labels[0].start() if labels else end
    stops = [*(label.start() for label in labels[1:]), end]
    for label, stop in zip(labels, stops, strict=False):
        yield _kind(label), label.end(), stop


def _kind(label: re.Match[str]) -> str:
    words = label[label.lastgroup or "full"]
    return next(kind for kind, pattern in KINDS if pattern.fullmatch(words))


def _trimmed(text: str, start: int, end: int) -> Span:
    words = text[start:end]
    lead = len(words) - len(words.lstrip(" ，,；;。|｜\n"))
    return Span(start + lead, max(start + lead, start + len(words.rstrip(" ，,；;。|｜\n"))))


def _role(text: str, start: int, end: int) -> re.Match[str] | None:
    """Return the role that a clause states, None where its subject does not look like somebody."""
    match = ROLE.fullmatch(text, start, end)
    if not match or NOT_NAMES.match(match["names"]):
        return None
    names = split_names(JOINED.sub("、", match["names"]), people=True)
    if not names or not (match["by"] or all(is_name(name.name) for name in names)):
        return None
    return match


def _sentences(text: str) -> Iterator[Tag]:
    for sentence in SENTENCE.finditer(text):
        if VERB.search(sentence[0]):
            clauses = [Span(*clause.span()) for clause in ROLE_CLAUSE.finditer(text, *sentence.span())]
            for run in _runs(text, clauses):
                if _says_who(text, run, clauses):
                    yield _read_run(text, run)


def _runs(text: str, clauses: Sequence[Span]) -> Iterator[list[Span]]:
    """Yield the clauses in a row that state roles, or names behind a label with 为."""
    run: list[Span] = []
    for clause in [*clauses, Span(0, 0)]:
        label = LABEL.match(text, *clause) if run else None
        if clause.end and (_role(text, *_bare(text, clause)) or (label and not label["bare"])):
            run.append(clause)
        elif run:
            yield run
            run = []


def _bare(text: str, clause: Span) -> Span:
    """Return a clause without the 、 that ends it."""
    return Span(clause.start, clause.end - (text[clause.end - 1] == "、"))


def _says_who(text: str, run: Sequence[Span], clauses: Sequence[Span]) -> bool:
    roles = [role for clause in run if (role := _role(text, *_bare(text, clause)))]
    if not any(role["lead"] for role in roles):
        return False
    if len(run) == len(clauses) or any(role["by"] for role in roles):
        return True
    at_an_end = run[0] == clauses[0] or run[-1] == clauses[-1]
    strong = any(STRONG.search(role["lead"] or "") for role in roles)
    return at_an_end and (strong or len(roles) > 1)


def _read_run(text: str, run: Sequence[Span]) -> Tag:
    fields = _Fields()
    for clause in run:
        if role := _role(text, *_bare(text, clause)):
            fields.add_role(role)
        else:
            tag = _read(text, *clause, clause)
            who = tag.responsibility
            fields.leader += who.leaders
            fields.department += who.departments
            fields.supporting += who.supporting
            fields.times += tag.times
    first = _role(text, *_bare(text, run[0]))
    return fields.tag(_begin(first) if first else run[0].start, run[-1].end)


def _begin(role: re.Match[str]) -> int:
    """Return where a role begins: at 由, behind the topic it is told of (管网试水由热力公司负责)."""
    if not role["by"]:
        return role.start("names")
    return role.end("topic") if role["topic"] else role.start("by")


def _once(names: list[Name]) -> tuple[Name, ...]:
    return tuple({name.name: name for name in reversed(names)}.values())[::-1]


def merged(parts: list[Responsibility]) -> Responsibility:
    """Return several tags' people as one, each name once, in the order of the text."""
    return Responsibility(
        _once([name for part in parts for name in part.leaders]),
        _once([name for part in parts for name in part.departments]),
        _once([name for part in parts for name in part.supporting]),
    )

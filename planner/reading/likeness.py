"""Which task a line is about: the candidates most like its words.

    score    = the share of the line's weight that a task holds      + 1 where the line names its code or its point
    weight   = rarity among the tasks, of each pair of neighbouring characters and of each word in Latin letters

Words of the task itself count in full, those of its point and of who answers for it less, long texts a little less.
Words every task has (检查, 开展, 工作) weigh next to nothing: they choose between tasks alike otherwise, but bring none.
Equal scores: the period the line names, then open before closed, then the nearer due day.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from heapq import nlargest
from itertools import islice
from math import log

MOST = 5
PERIODS = 2
"""The most periods shown of one task."""
LONGEST = 100
"""Pairs of characters of a line that are looked at."""
AROUND, PARTY, COMMON_SHARE, LENGTH_SHARE = 0.45, 0.4, 0.15, 0.33
FAR = 10**6
COMMON = frozenset(
    re.findall(
        "..",
        "检查开展工作组织进行完成发现隐患整改安全落实情况加强推进整治专项行动问题全部已经生产强化部门单位人员领导重点领域活动管理治理制度机制建立实施"
        "做好抓好继续及时定期要求按照重大责任企业全镇参加现场措施办结销号电话催办答应承诺汇报报告",
    )
)
RUN = re.compile(r"[\u3400-\u9fff]+|[a-z]+[0-9]*|\d{3,}")
PERIOD = re.compile(r"(?<!\d)(?:1[0-2]|[1-9])月|第?[一二三四1-4]季度|[上下]半年")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A task of one period that a line may be about: ``label`` is the period (第二季度), ``quote`` its words in the plan.

    ``parties`` are those who lead and do; ``item`` is the title of the point it belongs to, or empty.
    """

    occurrence_id: int
    code: str
    title: str
    label: str
    quote: str
    parties: tuple[str, ...]
    due_on: date | None
    open: bool
    item: str = ""


@dataclass(frozen=True, slots=True)
class Query:
    """What a line says of its task: its words, who speaks, the codes (12-1) and points (12) it names, and its day."""

    words: str
    speaker: str
    codes: frozenset[str]
    day: date


Ranked = tuple[tuple[Candidate, float], ...]


def rank(query: Query, candidates: Sequence[Candidate]) -> Ranked:
    """Return the candidates most like the line, the best first; none when not one shares a telling word with it."""
    tasks: defaultdict[tuple[str, ...], list[Candidate]] = defaultdict(list)
    for each in candidates:
        tasks[each.code, each.title, each.quote, each.item, *each.parties].append(each)
    scored = list(zip(_scores(query, [periods[0] for periods in tasks.values()]), tasks.values(), strict=True))
    least = min(nlargest(MOST, (score for score, _ in scored)), default=0)
    named = frozenset(PERIOD.findall(query.words))
    found = [
        (-score, *_order(each, named, query.day), each)
        for score, periods in scored
        if score > 0 and score >= least
        for each in sorted(periods, key=lambda each: _order(each, named, query.day))[:PERIODS]
    ]
    return tuple((each, -score) for score, *_, each in sorted(found, key=lambda entry: entry[:-1])[:MOST])


def _order(each: Candidate, named: frozenset[str], day: date) -> tuple[bool, bool, int]:
    """Return the place among equals: the period named, then open, then the nearer due day."""
    is_named = any(each.label.removeprefix("第").startswith(words.removeprefix("第")) for words in named)
    return not is_named, not each.open, abs(each.due_on - day).days if each.due_on else FAR


def _scores(query: Query, tasks: Sequence[Candidate]) -> list[float]:
    """Return the score of every task, 0 for one that shares no telling word with the line."""
    scores = _likeness(query, tasks)
    if not query.codes:
        return scores
    return [
        score + (each.code in query.codes or each.code.partition("-")[0] in query.codes)
        for score, each in zip(scores, tasks, strict=True)
    ]


def _likeness(query: Query, tasks: Sequence[Candidate]) -> list[float]:
    sums, total, telling = [0.0] * len(tasks), 0.0, set[int]()
    for gram, places, shares in _shared(query, tasks):
        weight = _weight(gram, len(places), len(tasks))
        total += weight
        for place, share in zip(places, shares, strict=True):
            sums[place] += weight * share
        if gram not in COMMON:
            telling.update(places)
    return [round(each / total, 4) if place in telling else 0.0 for place, each in enumerate(sums)]


def _shared(query: Query, tasks: Sequence[Candidate]) -> Iterator[tuple[str, list[int], list[float]]]:
    """Yield each gram of the line some task has, the places of those tasks, and how much it counts in each."""
    own = [f"{each.title}\n{each.quote}".casefold() for each in tasks]
    around = ["\n".join((each.item, *each.parties)).casefold() for each in tasks]
    lengths = _lengths(own)
    for gram in _grams(query.words):
        inside = _holding(gram, own)
        beside = [place for place in _holding(gram, around) if gram not in own[place]]
        if inside or beside:
            yield gram, inside + beside, [lengths[place] for place in inside] + [AROUND] * len(beside)
    for gram in _grams(query.speaker):
        if found := _holding(gram, around):
            yield gram, found, [PARTY] * len(found)


def _holding(gram: str, texts: Sequence[str]) -> list[int]:
    return [place for place, text in enumerate(texts) if gram in text]


def _lengths(texts: Sequence[str]) -> list[float]:
    """Return how much a gram counts in each text: less where there are many others."""
    mean = sum(map(len, texts)) / max(len(texts), 1)
    return [1 / (1 + LENGTH_SHARE * len(text) / mean) for text in texts]


def _weight(gram: str, held: int, tasks: int) -> float:
    return log((tasks + 1) / held) * (COMMON_SHARE if gram in COMMON else 1)


def _grams(words: str) -> list[str]:
    """Return the pairs of neighbouring characters and the Latin words, each once, in the order of the line."""
    runs = RUN.findall(words.casefold())
    pairs = (
        run if run[0].isascii() else run[at : at + 2]
        for run in runs
        for at in range(1 if run[0].isascii() else len(run) - 1)
    )
    return list(dict.fromkeys(islice(pairs, LONGEST)))

"""The source of a review, complete and unaltered, cut into pieces that know their task and the kind of their words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from planner.core.plan import Item, Span
from planner.core.review import Candidate
from planner.core.revision import Pair


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some consecutive words; ``kind`` is number, who, deadline, rhythm, target or empty; ``key`` that of their card."""

    text: str
    kind: str
    key: str
    opens: bool
    struck: bool


def stretches(text: str, items: Sequence[Item], cards: Sequence[Candidate]) -> list[Stretch]:
    """Return the pieces of a text; joined together they are the text."""
    kinds = sorted((span, kind) for span, kind in _kinds(items, cards) if span.end > span.start)
    spans = [card.task.span for card in cards]
    edges = sorted(
        {0, len(text), *(place for span, _ in kinds for place in span), *(p for span in spans for p in span)}
    )
    held = sorted(cards, key=lambda card: (card.task.span.start, -card.task.span.end))
    return list(_cut(text, edges, kinds, held))


def _cut(
    text: str, edges: Sequence[int], kinds: Sequence[tuple[Span, str]], held: Sequence[Candidate]
) -> Iterator[Stretch]:
    at_kind = at_card = 0
    for left, right in pairwise(edges):
        while at_kind < len(kinds) and kinds[at_kind][0].end <= left:
            at_kind += 1
        while at_card < len(held) and held[at_card].task.span.end <= left:
            at_card += 1
        kind = kinds[at_kind][1] if at_kind < len(kinds) and kinds[at_kind][0].start <= left else ""
        card = _innermost(held, at_card, left)
        key = card.key if card else ""
        opens = card is not None and card.task.span.start == left
        yield Stretch(text[left:right], kind, key, opens, card.struck if card else False)


def _innermost(held: Sequence[Candidate], first: int, place: int) -> Candidate | None:
    """Return the card whose words begin last before *place*: a stricter rule stands inside the words it narrows."""
    found = None
    for card in held[first:]:
        if card.task.span.start > place:
            break
        if place < card.task.span.end:
            found = card
    return found


def _kinds(items: Sequence[Item], cards: Sequence[Candidate]) -> Iterator[tuple[Span, str]]:
    for item in items:
        if item.number and item.text.startswith(item.number):
            yield Span(item.span.start, item.span.start + len(item.number)), "number"
        who = item.responsibility
        yield from ((name.span, "who") for group in (who.leaders, who.departments, who.supporting) for name in group)
        yield from ((rule.span, "rhythm" if rule.freq else "deadline") for rule in item.deadlines)
    for card in cards:
        yield from ((rule.span, "rhythm" if rule.freq else "deadline") for rule in card.task.deadlines)
        yield from ((target.span, "target") for target in card.task.targets)


Pieces = list[tuple[str, bool]]


def pair_texts(pair: Pair[Item]) -> tuple[Pieces, Pieces]:
    """Return the words of both items as pieces, each with whether the other text lacks it."""
    before, after = pair.old.text if pair.old else "", pair.new.text if pair.new else ""
    old: Pieces = []
    new: Pieces = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        old.append((before[a:b], tag != "equal"))
        new.append((after[c:d], tag != "equal"))
    return old, new

"""What an occurrence still lacks before it can be handed in: times to do it, parties to do it, figures to reach."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from planner.core.history import Story
from planner.core.measures import Measurement, latest, measure_words, reached_by
from planner.core.plan import Target

NAMED_AT_MOST = 5


def shortfalls(story: Story, targets: Sequence[Target], measurements: Sequence[Measurement], on: date) -> list[str]:
    """Return, in words, what is lacking on a day; what was never measured lacks a figure."""
    return [*_times(story), *_cells(story), *_figures(targets, measurements, on)]


def _times(story: Story) -> Iterator[str]:
    if not story.cells and story.minimum > 1 and story.times < story.minimum:
        yield f"至少要{story.minimum}次，现在记了{story.times}次"


def _cells(story: Story) -> Iterator[str]:
    missing = [name for name, day in story.cells.items() if day is None]
    if missing:
        more = "等" if len(missing) > NAMED_AT_MOST else ""
        yield f"还有{len(missing)}个单位没有完成：{'、'.join(missing[:NAMED_AT_MOST])}{more}"


def _figures(targets: Sequence[Target], measurements: Sequence[Measurement], on: date) -> Iterator[str]:
    for place, target in enumerate(targets):
        own = [one for one in measurements if one.target == place]
        if not reached_by(target, own, on):
            last = latest(measurements, place, on)
            how = measure_words(target, last) if last else "还没有记过数"
            yield f"指标「{target.raw}」没有达到（{how}）"

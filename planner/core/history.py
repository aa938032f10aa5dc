"""What a ledger of events says: each event changes the story of one occurrence, and nothing else does.

The same :func:`tell` is used when an act is recorded, when the current state is rebuilt, and when a list is shown as it
stood on an earlier day; so the three cannot disagree. An event may carry, in its data,

    opened   [{"id", field: value …}]   occurrences that begin with it (on import, revision, carrying over)
    set      {field: value}             fields of the occurrence it is about that it gives a new value
    times    n                          how often it was done, where it is to be done several times
    cells    [party]                    the parties that did it, where each does it for itself
    asked    {"due_on", "reason"}       an extension asked for
    difficulty, coordination, next_step, promised_on
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from typing import Any, NamedTuple

from planner.core.status import Act, State, state_after


@dataclass(frozen=True, slots=True)
class Story:
    """How an occurrence stands after some events; every field has a column of the same name in the store.

    ``cells`` maps each party that does it for itself to the ISO day it did, or None; ``extension`` is the one asked for
    and not decided, ``extensions`` how many were granted. ``sequence`` counts the changes of the due day, ``version``
    those of any kind.
    """

    label: str = ""
    opens_on: date | None = None
    due_on: date | None = None
    first_due_on: date | None = None
    due_by_office: bool = False
    minimum: int = 1
    times: int = 0
    cells: Mapping[str, str | None] = field(default_factory=dict)
    before_issue: bool = False
    standing: bool = False
    state: State = State.NOT_STARTED
    closed_on: date | None = None
    closed_at: datetime | None = None
    signed_by: str = ""
    handed_in_on: date | None = None
    last_event_on: date | None = None
    last_progress: str = ""
    last_progress_on: date | None = None
    difficulty: str = ""
    coordination: str = ""
    next_step: str = ""
    promised_on: date | None = None
    extension: Mapping[str, Any] | None = None
    extensions: int = 0
    sequence: int = 0
    version: int = 1
    changed_at: datetime | None = None


FIELDS = tuple(one.name for one in fields(Story))
DAYS = frozenset(name for name in FIELDS if name.endswith("_on"))
MOMENTS = frozenset(name for name in FIELDS if name.endswith("_at"))
NOTES = ("difficulty", "coordination", "next_step")


class Happening(NamedTuple):
    """An event as far as a story goes: the act, when it was recorded and by whom, the day it is about, words, data."""

    act: Act
    at: datetime
    day: date
    by: str
    text: str
    data: Mapping[str, Any]


def tell(story: Story, event: Happening) -> Story:
    """Return the story after one more event; what is not possible by the rules was refused before it was recorded."""
    told = replace(
        story,
        state=state_after(story.state, event.act),
        last_event_on=event.day,
        version=story.version + 1,
        changed_at=event.at,
    )
    told = _ACTS.get(event.act, _nothing_more)(told, event)
    return _corrected(told, event.data.get("set", {}))


def _corrected(story: Story, changes: Mapping[str, Any]) -> Story:
    if not changes:
        return story
    values = load(changes)
    moved = "due_on" in values and values["due_on"] != story.due_on
    if moved:
        values["sequence"] = story.sequence + 1
        values.setdefault("first_due_on", story.first_due_on or values["due_on"])
    return replace(story, **values)


def _nothing_more(story: Story, _event: Happening) -> Story:
    return story


def _progressed(story: Story, event: Happening) -> Story:
    data = event.data
    done = {party: event.day.isoformat() for party in data.get("cells", ())}
    notes = {name: data[name] for name in NOTES if name in data}
    return replace(
        _promised(story, event),
        last_progress=event.text,
        last_progress_on=event.day,
        times=story.times + data.get("times", 0),
        cells={**story.cells, **done} if done else story.cells,
        **notes,
    )


def _measured(story: Story, event: Happening) -> Story:
    return replace(story, last_progress=event.text, last_progress_on=event.day)


def _promised(story: Story, event: Happening) -> Story:
    day = event.data.get("promised_on")
    return replace(story, promised_on=date.fromisoformat(day)) if day else story


def _handed_in(story: Story, event: Happening) -> Story:
    return replace(_progressed(story, event), handed_in_on=event.day)


def _signed_off(story: Story, event: Happening) -> Story:
    # Signing off in July what was handed in on 30 June closes it on 30 June: the department's clock is fair.
    return replace(
        story,
        closed_on=story.handed_in_on or event.day,
        closed_at=event.at,
        signed_by=event.by,
        extension=None,
    )


def _taken_up_again(story: Story, _event: Happening) -> Story:
    return replace(story, handed_in_on=None, closed_on=None, closed_at=None, signed_by="")


def _extension_asked(story: Story, event: Happening) -> Story:
    return replace(story, extension={**event.data["asked"], "by": event.by})


def _extension_granted(story: Story, _event: Happening) -> Story:
    return replace(story, extension=None, extensions=story.extensions + 1)


def _extension_gone(story: Story, _event: Happening) -> Story:
    return replace(story, extension=None)


_ACTS = {
    Act.PROGRESS: _progressed,
    Act.MEASURE: _measured,
    Act.CHASE: _promised,
    Act.HAND_IN: _handed_in,
    Act.SIGN_OFF: _signed_off,
    Act.SEND_BACK: _taken_up_again,
    Act.REOPEN: _taken_up_again,
    Act.EXTENSION_REQUEST: _extension_asked,
    Act.EXTENSION_GRANTED: _extension_granted,
    Act.EXTENSION_REFUSED: _extension_gone,
    Act.SUSPEND: _extension_gone,
    Act.CANCEL: _extension_gone,
    Act.CARRY: _extension_gone,
}


def replay(events: Iterable[tuple[int | None, Happening]]) -> dict[int, Story]:
    """Return the story of every occurrence opened by some events, each given with the occurrence it is about.

    An event about an occurrence that none of them opened is passed over: it belongs to a time before the ledger began.
    """
    stories: dict[int, Story] = {}
    for occurrence_id, event in events:
        for row in event.data.get("opened", ()):
            stories[row["id"]] = opened(row, event.at)
        if occurrence_id in stories:
            stories[occurrence_id] = tell(stories[occurrence_id], event)
    return stories


def opened(row: Mapping[str, Any], at: datetime) -> Story:
    """Return the story an occurrence begins with, from what the event that opened it keeps of it."""
    values = load({name: value for name, value in row.items() if name != "id"})
    values.setdefault("changed_at", at)
    values.setdefault("first_due_on", values.get("due_on"))
    return Story(**values)


def load(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return fields of a story from their JSON forms."""
    return {name: _loaded(name, value) for name, value in values.items()}


def _loaded(name: str, value: Any) -> Any:
    if name == "state":
        return State(value)
    if value is None or name not in DAYS | MOMENTS:
        return value
    return date.fromisoformat(value) if name in DAYS else datetime.fromisoformat(value)


def dump(story: Story) -> dict[str, Any]:
    """Return the JSON forms of the fields of a story that differ from an empty one."""
    written = {}
    for name in FIELDS:
        value = getattr(story, name)
        if value != getattr(_EMPTY, name):
            written[name] = value.isoformat() if isinstance(value, date) else value
    return written


_EMPTY = Story()


def until(
    events: Iterable[tuple[int | None, Happening]], day: date, *, as_recorded: bool
) -> list[tuple[int | None, Happening]]:
    """Return the events that tell how things stood at the end of a day.

    These are the events about that day or one before it, whenever they were entered, and the beginning of each plan;
    *as_recorded*, only what had been entered by then: who knew what when.
    """
    if as_recorded:
        return [(key, event) for key, event in events if event.at.date() <= day]
    return [(key, event) for key, event in events if event.day <= day or _begins_the_plan(event)]


def _begins_the_plan(event: Happening) -> bool:
    """Tell whether a plan's occurrences begin with an event: they count from the start, whenever the file was brought in."""
    return "opened" in event.data and event.act in (Act.IMPORT, Act.CORRECT)

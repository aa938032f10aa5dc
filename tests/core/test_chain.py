from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from planner.core.chain import digest, first_break

Event = dict[str, Any]
values = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.dates()
    | st.floats(allow_nan=False, allow_infinity=False)
)
facts = st.dictionaries(st.sampled_from(["kind", "day", "actor", "text", "number"]), values, min_size=1)


def chain_of(every: list[Event]) -> list[Event]:
    linked: list[Event] = []
    for event in every:
        previous = linked[-1]["hash"] if linked else ""
        linked.append({**event, "previous": previous, "hash": digest(previous, event)})
    return linked


def test_a_digest_stays_the_same_for_ever() -> None:
    event = {"kind": "progress", "text": "已查2家，余3家", "day": date(2024, 6, 12), "data": {"b": 2, "a": [1, None]}}
    known = "4d2d69f4a2a73a77ad8da2543e66501659900b0f11390fd50ff219fa38e962b8"
    assert digest("", event) == known
    assert digest("", dict(reversed(event.items()))) == known


def test_dates_and_moments_are_written_in_iso() -> None:
    assert digest("", {"day": date(2024, 6, 30)}) == digest("", {"day": "2024-06-30"})
    moment = datetime(2024, 6, 30, 9, 12, tzinfo=UTC)
    assert digest("", {"at": moment}) == digest("", {"at": "2024-06-30T09:12:00+00:00"})


@pytest.mark.parametrize(("value", "kind"), [(object(), TypeError), (float("nan"), ValueError)])
def test_what_has_no_one_form_is_refused(value: object, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        digest("", {"data": value})


def test_half_a_character_has_a_form_too() -> None:
    assert digest("", {"text": "\ud83d"}) != digest("", {"text": "?"})


def test_the_empty_chain_is_whole() -> None:
    assert first_break([]) is None


@given(st.lists(facts, max_size=6))
def test_an_untouched_chain_is_whole(every: list[Event]) -> None:
    assert first_break(chain_of(every)) is None


@given(st.lists(facts, min_size=1, max_size=6), st.data())
def test_any_change_of_any_field_is_found_where_it_is(every: list[Event], data: st.DataObject) -> None:
    events = chain_of(every)
    place = data.draw(st.integers(0, len(events) - 1))
    name = data.draw(st.sampled_from(sorted(events[place])))
    changed = data.draw(values)
    assume(digest("", {"is": changed}) != digest("", {"is": events[place][name]}))
    events[place][name] = changed
    assert first_break(events) == place


@given(st.text(min_size=1), st.data())
def test_one_byte_of_a_sentence_is_enough(text: str, data: st.DataObject) -> None:
    written = bytearray(text.encode())
    written[data.draw(st.integers(0, len(written) - 1))] ^= data.draw(st.integers(1, 255))
    changed = written.decode("utf-8", "surrogateescape")
    assert digest("", {"text": changed}) != digest("", {"text": text})


@given(st.lists(facts, min_size=2, max_size=6), st.data())
def test_an_event_taken_out_before_the_end_is_found(every: list[Event], data: st.DataObject) -> None:
    events = chain_of(every)
    place = data.draw(st.integers(0, len(events) - 2))
    del events[place]
    assert first_break(events) == place


@given(st.lists(facts, min_size=2, max_size=6), st.data())
def test_two_events_that_changed_places_are_found(every: list[Event], data: st.DataObject) -> None:
    events = chain_of(every)
    place = data.draw(st.integers(0, len(events) - 2))
    events[place : place + 2] = reversed(events[place : place + 2])
    assert first_break(events) == place


@given(facts)
def test_a_field_added_or_dropped_is_found(event: Event) -> None:
    (linked,) = chain_of([event])
    assert first_break([{**linked, "extra": None}]) == 0
    dropped = {name: value for name, value in linked.items() if name not in list(event)[:1]}
    assert first_break([dropped]) == 0

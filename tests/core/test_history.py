"""Each event changes the story of one occurrence, by the rules its kind stands for, and nothing else does."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.config import OFFICE_TIME
from planner.core.history import FIELDS, Happening, Story, dump, load, opened, replay, tell, until
from planner.core.status import Act, State, state_after
from planner.store.models import Occurrence

AT = datetime(2024, 6, 20, 12, 0, tzinfo=OFFICE_TIME)
DAY = AT.date()
DUE = date(2024, 6, 30)
BEGUN = Story(due_on=DUE, first_due_on=DUE)
ASKED = {"due_on": "2024-07-15", "reason": "等设备"}


def event(
    act: Act, *, day: date = DAY, at: datetime = AT, by: str = "王文员", text: str = "", **data: Any
) -> Happening:
    return Happening(act, at, day, by, text, data)


def told(*events: Happening, story: Story = BEGUN) -> Story:
    for one in events:
        story = tell(story, one)
    return story


@pytest.mark.parametrize("act", Act)
def test_every_event_is_counted_dated_and_moves_the_state(act: Act) -> None:
    later = told(event(act, day=date(2024, 6, 18), asked=ASKED))
    assert (later.version, later.last_event_on, later.changed_at) == (2, date(2024, 6, 18), AT)
    assert later.state is state_after(State.NOT_STARTED, act)


ONLY_THESE_SAY_MORE = {
    Act.PROGRESS, Act.CHASE, Act.HAND_IN, Act.SIGN_OFF, Act.SEND_BACK, Act.REOPEN, Act.EXTENSION_REQUEST,
    Act.EXTENSION_GRANTED, Act.EXTENSION_REFUSED, Act.SUSPEND, Act.CANCEL, Act.CARRY, Act.MEASURE,
}  # fmt: skip


@pytest.mark.parametrize("act", sorted(set(Act) - ONLY_THESE_SAY_MORE))
def test_the_other_acts_say_no_more_than_that(act: Act) -> None:
    before = replace(BEGUN, handed_in_on=DAY, closed_on=DAY, signed_by="王建国", extension=ASKED, last_progress="查过")
    after = told(event(act, text="一句话", times=3, difficulty="缺人", promised_on="2024-07-01"), story=before)
    state = state_after(State.NOT_STARTED, act)
    assert after == replace(before, version=2, last_event_on=DAY, changed_at=AT, state=state)


def test_a_reading_is_the_latest_progress_and_takes_nothing_back() -> None:
    before = replace(BEGUN, handed_in_on=DAY, closed_on=DAY, difficulty="缺人")
    after = told(event(Act.MEASURE, text="现 93.1%", target=0, value="93.1"), story=before)
    assert (after.last_progress, after.last_progress_on) == ("现 93.1%", DAY)
    assert (after.closed_on, after.difficulty, after.state) == (DAY, "缺人", State.NOT_STARTED)


@pytest.mark.parametrize(("act", "handed_in"), [(Act.PROGRESS, None), (Act.HAND_IN, DAY)])
def test_progress_and_a_hand_in_keep_words_notes_times_and_parties(act: Act, handed_in: date | None) -> None:
    before = replace(BEGUN, times=1, cells={"农业": None, "水利": "2024-06-01"}, difficulty="缺车", next_step="再查")
    after = told(
        event(
            act, text="查了3家", times=2, cells=["农业"], difficulty="缺人", coordination="", promised_on="2024-06-28"
        ),
        story=before,
    )
    assert (after.last_progress, after.last_progress_on, after.handed_in_on) == ("查了3家", DAY, handed_in)
    assert (after.times, after.cells) == (3, {"农业": "2024-06-20", "水利": "2024-06-01"})
    assert (after.difficulty, after.coordination, after.next_step) == ("缺人", "", "再查"), "what is not said stays"
    assert after.promised_on == date(2024, 6, 28)


def test_a_note_is_taken_back_by_an_empty_one() -> None:
    after = told(event(Act.PROGRESS, difficulty="缺人"), event(Act.PROGRESS), event(Act.PROGRESS, difficulty=""))
    assert after.difficulty == ""


def test_chasing_keeps_the_promised_day_until_another_is_promised() -> None:
    promised = told(event(Act.CHASE, promised_on="2024-06-28"), event(Act.CHASE, text="没人接"), event(Act.PROGRESS))
    assert (promised.promised_on, promised.state) == (date(2024, 6, 28), State.IN_PROGRESS)
    assert told(event(Act.CHASE, promised_on="2024-06-29"), story=promised).promised_on == date(2024, 6, 29)
    assert told(event(Act.CHASE, text="没人接")).last_progress == "", "chasing is no progress"


def test_what_was_handed_in_in_june_and_signed_off_in_july_was_done_in_june() -> None:
    july = AT + timedelta(days=20)
    after = told(
        event(Act.EXTENSION_REQUEST, asked=ASKED),
        event(Act.HAND_IN, text="查完了"),
        event(Act.SIGN_OFF, day=july.date(), at=july, by="王建国"),
    )
    assert (after.state, after.closed_on, after.closed_at, after.signed_by) == (State.DONE, DAY, july, "王建国")
    assert after.extension is None, "nothing is left to decide"
    without = told(event(Act.SIGN_OFF, day=july.date(), at=july))
    assert without.closed_on == july.date(), "the day of the sign-off, where no hand-in is known"


@pytest.mark.parametrize("act", [Act.SEND_BACK, Act.REOPEN])
def test_what_is_taken_up_again_has_no_end(act: Act) -> None:
    after = told(event(Act.HAND_IN), event(Act.SIGN_OFF), event(act))
    assert (after.state, after.handed_in_on, after.closed_on) == (State.IN_PROGRESS, None, None)
    assert (after.closed_at, after.signed_by) == (None, "")


def test_an_extension_is_asked_for_and_granted() -> None:
    asked = told(event(Act.EXTENSION_REQUEST, by="农业", asked=ASKED))
    assert (asked.extension, asked.extensions, asked.due_on) == ({**ASKED, "by": "农业"}, 0, DUE)
    granted = told(event(Act.EXTENSION_GRANTED, set={"due_on": "2024-07-15"}), story=asked)
    assert (granted.extension, granted.extensions, granted.sequence) == (None, 1, 1)
    assert (granted.due_on, granted.first_due_on) == (date(2024, 7, 15), DUE)


@pytest.mark.parametrize("act", [Act.EXTENSION_REFUSED, Act.SUSPEND, Act.CANCEL, Act.CARRY])
def test_an_extension_refused_or_overtaken_is_gone_and_not_counted(act: Act) -> None:
    after = told(event(Act.EXTENSION_REQUEST, asked=ASKED), event(act))
    assert (after.extension, after.extensions, after.due_on) == (None, 0, DUE)


@pytest.mark.parametrize(
    ("before", "changes", "due_on", "first", "sequence"),
    [
        (BEGUN, {"due_on": "2024-07-15"}, date(2024, 7, 15), DUE, 1),
        (BEGUN, {"due_on": "2024-06-30", "label": "上半年"}, DUE, DUE, 0),
        (BEGUN, {"due_on": None}, None, DUE, 1),
        (BEGUN, {"label": "上半年"}, DUE, DUE, 0),
        (Story(), {"due_on": "2024-07-15"}, date(2024, 7, 15), date(2024, 7, 15), 1),
        (Story(), {"due_on": "2024-07-15", "first_due_on": "2024-05-31"}, date(2024, 7, 15), date(2024, 5, 31), 1),
    ],
)
def test_a_change_of_the_due_day_is_counted_and_the_first_one_kept(
    before: Story, changes: dict[str, Any], due_on: date | None, first: date, sequence: int
) -> None:
    after = told(event(Act.SETTLE, set=changes), story=before)
    assert (after.due_on, after.first_due_on, after.sequence) == (due_on, first, sequence)


def test_corrections_come_after_what_the_act_itself_says() -> None:
    after = told(event(Act.HAND_IN, text="查完了", set={"handed_in_on": "2024-06-18", "state": "done", "minimum": 2}))
    assert (after.handed_in_on, after.state, after.minimum) == (date(2024, 6, 18), State.DONE, 2)


def test_an_event_changes_the_story_it_is_about_and_no_other() -> None:
    opening = event(Act.IMPORT, opened=[{"id": 1, "due_on": "2024-06-30"}, {"id": 2, "label": "第二季度"}])
    stories = replay([(None, opening), (2, event(Act.PROGRESS, text="查了")), (None, event(Act.REASSIGN))])
    assert stories == {
        1: Story(due_on=DUE, first_due_on=DUE, changed_at=AT),
        2: told(event(Act.PROGRESS, text="查了"), story=Story(label="第二季度", changed_at=AT)),
    }


def test_events_from_before_the_ledger_began_are_passed_over() -> None:
    opening = event(Act.CORRECT, opened=[{"id": 1, "state": "in_progress", "version": 7}])
    stories = replay([(1, event(Act.PROGRESS)), (None, opening), (3, event(Act.PROGRESS)), (1, event(Act.HAND_IN))])
    assert stories.keys() == {1}
    assert (stories[1].state, stories[1].version) == (State.HANDED_IN, 8)


def test_what_opens_begins_at_the_moment_of_its_event_with_its_first_due_day() -> None:
    assert opened({"id": 4, "due_on": "2024-06-30"}, AT) == replace(BEGUN, changed_at=AT)
    row = {"id": 4, "due_on": "2024-07-15", "first_due_on": "2024-06-30", "changed_at": "2024-05-01T08:00:00+08:00"}
    story = opened(row, AT)
    assert (story.first_due_on, story.changed_at) == (DUE, datetime(2024, 5, 1, 8, tzinfo=OFFICE_TIME))


days = st.dates(date(2023, 1, 1), date(2026, 12, 31))
moments = st.timedeltas(timedelta(days=-500), timedelta(days=900)).map(lambda after: AT + after)
names = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
counts = st.integers(0, 99)
stories = st.builds(
    Story,
    label=names,
    opens_on=st.none() | days,
    due_on=st.none() | days,
    first_due_on=days,
    due_by_office=st.booleans(),
    minimum=counts,
    times=counts,
    cells=st.dictionaries(names, st.none() | days.map(date.isoformat), max_size=3),
    before_issue=st.booleans(),
    standing=st.booleans(),
    state=st.sampled_from(State),
    closed_on=st.none() | days,
    closed_at=st.none() | moments,
    signed_by=names,
    handed_in_on=st.none() | days,
    last_event_on=st.none() | days,
    last_progress=names,
    last_progress_on=st.none() | days,
    difficulty=names,
    coordination=names,
    next_step=names,
    promised_on=st.none() | days,
    extension=st.none() | st.fixed_dictionaries({"due_on": days.map(date.isoformat), "reason": names, "by": names}),
    extensions=counts,
    sequence=counts,
    version=counts,
    changed_at=moments,
)


@given(stories)
def test_what_is_written_of_a_story_opens_the_same_story(story: Story) -> None:
    written = json.loads(json.dumps(dump(story)))
    assert Story(**load(written)) == story
    assert opened({"id": 1, **written}, AT) == story


@given(stories, days)
def test_a_story_without_its_first_due_day_begins_with_the_one_it_has(story: Story, due_on: date) -> None:
    row = json.loads(json.dumps(dump(replace(story, due_on=due_on, first_due_on=None))))
    assert opened({"id": 1, **row}, AT) == replace(story, due_on=due_on, first_due_on=due_on)


def test_only_what_differs_from_an_empty_story_is_written() -> None:
    assert dump(Story()) == {}
    assert dump(replace(BEGUN, state=State.DRAFT)) == {
        "due_on": "2024-06-30",
        "first_due_on": "2024-06-30",
        "state": "draft",
    }


def test_every_field_has_a_column_of_its_name() -> None:
    assert tuple(one.name for one in fields(Story)) == FIELDS
    assert set(FIELDS) < set(Occurrence.model_fields)


ENTERED_LATE = event(Act.PROGRESS, day=date(2024, 6, 18), at=AT, text="补记")
OPENED_LATE = event(Act.IMPORT, day=date(2024, 7, 1), at=AT + timedelta(days=11), opened=[{"id": 9}])
IN_TIME = event(Act.CHASE, day=date(2024, 6, 18), at=datetime(2024, 6, 18, 23, 59, tzinfo=OFFICE_TIME))
LEDGER = [(1, IN_TIME), (1, ENTERED_LATE), (None, OPENED_LATE), (1, event(Act.CHASE, day=date(2024, 6, 21)))]


@pytest.mark.parametrize(
    ("day", "as_recorded", "kept"),
    [
        (date(2024, 6, 17), False, [OPENED_LATE]),
        (date(2024, 6, 18), False, [IN_TIME, ENTERED_LATE, OPENED_LATE]),
        (date(2024, 6, 17), True, []),
        (date(2024, 6, 18), True, [IN_TIME]),
        (date(2024, 6, 19), True, [IN_TIME]),
        (date(2024, 6, 20), True, [IN_TIME, ENTERED_LATE, LEDGER[3][1]]),
        (date(2024, 7, 1), True, [one for _, one in LEDGER]),
    ],
)
def test_a_day_gone_by_is_told_by_its_events_or_by_what_had_been_entered(
    day: date, as_recorded: bool, kept: list[Happening]
) -> None:
    assert [one for _, one in until(LEDGER, day, as_recorded=as_recorded)] == kept


def test_a_period_that_a_version_or_a_new_year_opens_is_not_there_before() -> None:
    later = [(None, event(act, day=date(2024, 7, 1), opened=[{"id": 9}])) for act in (Act.ISSUE, Act.CARRY)]
    assert until(later, date(2024, 6, 30), as_recorded=False) == []


@given(st.lists(st.tuples(days, moments), max_size=9), days)
def test_no_event_after_the_day_is_told_and_the_order_stays(pairs: list[tuple[date, datetime]], day: date) -> None:
    ledger = [(place, event(Act.CHASE, day=about, at=at)) for place, (about, at) in enumerate(pairs)]
    by_day, by_entry = (until(ledger, day, as_recorded=recorded) for recorded in (False, True))
    assert by_day == [one for one in ledger if one[1].day <= day]
    assert by_entry == [one for one in ledger if one[1].at.date() <= day]

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from planner.core.cadence import AFTER_DUE, ALONE, BEFORE_DUE, MUTABLE
from planner.core.ledger import Entry
from planner.core.plan import Frequency
from planner.core.reminders import (
    Circumstances,
    DueReminder,
    Matter,
    Promise,
    Role,
    Rule,
    reminders_due,
    still_due,
)
from planner.core.status import OPEN, RUNNING, Facts, State, is_overdue
from planner.core.thresholds import Thresholds
from tests.core.entries import DAYS_2024, entry, june


def july(day: int) -> date:
    return date(2024, 7, day)


days_around = st.dates(date(2024, 5, 1), july(31))
people = st.lists(st.sampled_from(["应急", "交警", "办公室", "刘洋", "武长庚"]), max_size=3).map(tuple)
plans = st.lists(
    st.builds(
        entry,
        state=st.sampled_from(State),
        due_on=st.none() | days_around,
        opens_on=st.none() | days_around,
        handed_in_on=st.none() | days_around,
        last_event_on=st.none() | days_around,
        frequency=st.none() | st.sampled_from(Frequency),
        leaders=people,
        departments=people,
        before_issue=st.booleans(),
        extension_pending=st.booleans(),
        major_hazard=st.booleans(),
        task=st.integers(1, 3),
    ),
    max_size=5,
).map(lambda entries: [replace(e, occurrence_id=n) for n, e in enumerate(entries)])
promises = st.lists(
    st.builds(lambda day, length: Promise(day, day + timedelta(days=length)), days_around, st.integers(-3, 30)),
    max_size=3,
).map(lambda made: tuple(sorted(made, key=lambda one: one.made_on)))
any_circumstances = st.builds(
    Circumstances,
    issued=st.dictionaries(st.integers(0, 4), days_around),
    named=st.dictionaries(st.tuples(st.sampled_from(["应急", "办公室"]), st.integers(1, 3)), days_around),
    promises=st.dictionaries(st.integers(0, 4), promises),
    muted=st.frozensets(st.tuples(st.integers(1, 3), st.sampled_from(sorted(MUTABLE)))),
    main_leaders=people,
    deputies=st.dictionaries(st.sampled_from(["刘洋", "武长庚", "办公室"]), people),
    thresholds=st.sampled_from([Thresholds(), Thresholds(leader_after=1, hazard_blue_after=1, before=(2, 1))]),
)


def assert_quiet(sent: Sequence[DueReminder], entries: Sequence[Entry], on: date, circumstances: Circumstances) -> None:
    """Assert what holds on every day of every history."""
    assert DAYS_2024.is_working(on) or not sent
    assert all(message.matters and message.day == on for message in sent)
    assert len({message.key for message in sent}) == len(sent)
    assert all(len(message.matters) == 1 for message in sent if message.rule in ALONE)
    digests = Counter(message.recipient for message in sent if message.subject == "digest")
    assert all(count == 1 for count in digests.values())
    told = Counter((message.recipient, number) for message in sent for number in message.occurrence_ids)
    assert all(count == 1 for count in told.values())
    known = {one.occurrence_id: one for one in entries}
    for message in sent:
        role, to, given = message.role, message.recipient, message.matters
        assert still_due(role, to, given, entries, circumstances, on=on, days=DAYS_2024) == given
        for matter in message.matters:
            assert_justified(message, matter, known[matter.occurrence_id], circumstances)


def assert_justified(message: DueReminder, matter: Matter, about: Entry, circumstances: Circumstances) -> None:
    facts = about.facts
    assert facts.state in OPEN and not facts.before_issue
    if message.role is not Role.CLERK:
        assert (about.task_id, matter.rule) not in circumstances.muted
    if matter.rule in BEFORE_DUE | AFTER_DUE | {Rule.ISSUED, Rule.HAZARD}:
        assert facts.state in RUNNING and not facts.extension_pending
    late_step = matter.rule in AFTER_DUE or (matter.rule is Rule.LATE and message.rule is Rule.LEADER_NOTE)
    if facts.due_on and late_step:
        assert not rests(circumstances.promises.get(about.occurrence_id, ()), facts.due_on, message.day)


def rests(made: Sequence[Promise], due: date, on: date) -> bool:
    """Tell, by another way than the rules do, whether a promise gives rest on a day."""
    for one in made:
        if due <= one.until and one.made_on <= min(one.until, on):
            return on <= one.until
    return False


@given(plans, days_around, st.none() | days_around, any_circumstances)
def test_quiet_rules_hold_for_any_plan(
    entries: list[Entry], on: date, since: date | None, circumstances: Circumstances
) -> None:
    sent = reminders_due(entries, on, DAYS_2024, circumstances, since=since)
    assert_quiet(sent, entries, on, circumstances)
    assert sent == reminders_due(entries, on, DAYS_2024, circumstances, since=since)


@given(plans, days_around)
def test_the_lines_of_the_office_stand_where_its_errands_do(entries: list[Entry], on: date) -> None:
    known = {one.occurrence_id: one for one in entries}
    for message in (one for one in reminders_due(entries, on, DAYS_2024) if one.role is Role.CLERK):
        told = [one for one in message.matters if "办公室" not in known[one.occurrence_id].leaders]
        assert [one.rule for one in told] == [errand_of(known[one.occurrence_id], on) for one in told]


def errand_of(matter: Entry, on: date) -> Rule:
    if matter.facts.state is State.HANDED_IN:
        return Rule.REVIEW
    if not matter.facts.assigned:
        return Rule.ASSIGN
    return Rule.CHASE if is_overdue(matter.facts, on) else Rule.DUE


@dataclass(frozen=True)
class History:
    """An occurrence through two months: what happened to it on which day."""

    begins: Entry
    happenings: tuple[tuple[date, str], ...]
    promises: tuple[Promise, ...]

    def on(self, day: date) -> Entry:
        """Return it as it stood in the morning of a day."""
        stands = self.begins
        for when, what in self.happenings:
            if when < day:
                stands = replace(stands, facts=changed(stands.facts, what, when))
        return stands


CHANGES: dict[str, dict[str, State | bool]] = {
    "hand in": {"state": State.HANDED_IN, "extension_pending": False},
    "send back": {"state": State.IN_PROGRESS},
    "ask": {"extension_pending": True},
    "refuse": {"extension_pending": False},
    "suspend": {"state": State.SUSPENDED},
    "sign off": {"state": State.DONE},
}


def changed(facts: Facts, what: str, day: date) -> Facts:
    """Return the facts after something happened on a day."""
    values: dict[str, Any] = {**CHANGES[what], "last_event_on": day}
    return replace(facts, **values, handed_in_on=day if what == "hand in" else facts.handed_in_on)


histories = st.lists(
    st.builds(
        lambda begins, happenings, made: History(begins, tuple(sorted(happenings)), made),
        st.builds(
            entry,
            due_on=st.none() | st.dates(june(1), july(10)),
            frequency=st.sampled_from([None, Frequency.MONTHLY, Frequency.QUARTERLY]),
            leaders=people,
            departments=people,
            major_hazard=st.booleans(),
            task=st.integers(1, 3),
        ),
        st.lists(st.tuples(st.dates(june(1), july(31)), st.sampled_from(sorted(CHANGES))), max_size=4),
        promises,
    ),
    min_size=1,
    max_size=4,
).map(lambda made: [replace(one, begins=replace(one.begins, occurrence_id=n)) for n, one in enumerate(made)])


def played(made: Sequence[History], circumstances: Circumstances, down: tuple[date, date]) -> list[DueReminder]:
    """Return what is sent in June and July by a machine that is down from one day to before another."""
    sent, looked = [], date(2024, 5, 31)
    for on in (june(1) + timedelta(days=n) for n in range(61)):
        if down[0] <= on < down[1]:
            continue
        entries = [one.on(on) for one in made]
        today = reminders_due(entries, on, DAYS_2024, circumstances, since=looked)
        assert_quiet(today, entries, on, circumstances)
        sent += today
        looked = on if DAYS_2024.is_working(on) else looked
    return sent


@settings(deadline=None, max_examples=40)
@given(histories, any_circumstances, st.dates(june(1), july(20)), st.integers(0, 20))
def test_two_months_are_quiet_with_and_without_an_interruption(
    made: list[History], circumstances: Circumstances, down_on: date, length: int
) -> None:
    said = {number: one.promises for number, one in enumerate(made)}
    circumstances = replace(circumstances, promises=said)
    for down in ((down_on, down_on), (down_on, down_on + timedelta(days=length))):
        sent = played(made, circumstances, down)
        lines = Counter((one.recipient, m.occurrence_id, m.rule) for one in sent for m in one.matters)
        once = (Rule.ISSUED, Rule.OVERDUE, Rule.PROMISE_MISSED, Rule.APPROACHING, Rule.LAST_DAY, Rule.HAZARD)
        assert all(count == 1 for (_, _, rule), count in lines.items() if rule in once)

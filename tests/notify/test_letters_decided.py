"""Whatever is decided can be written, and what is written leaves out nothing that was decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from planner.core.circumstances import Circumstances
from planner.core.escalation import notices_due
from planner.core.ledger import Entry
from planner.core.reminders import Rule, reminders_due
from planner.notify.letters import Letterhead, NoticeFacts, copy_text, render, render_notice
from planner.notify.wordings import Wordings
from tests.core.entries import DAYS_2024
from tests.core.test_reminder_histories import any_circumstances, days_around, plans

SHIPPED = Wordings.of(Path(__file__).parents[2] / "templates" / "messages", {})
HEAD = Letterhead("柳河镇党政办", "王文员 0745-1234567")


def titled(entries: Sequence[Entry], internal: frozenset[int] = frozenset()) -> list[Entry]:
    """Return the entries with a title of their own each, so that it is seen which of them a letter names."""
    return [
        replace(one, title=f"〔{place}号〕", item_number=f"{place + 100}", internal=place in internal)
        for place, one in enumerate(entries)
    ]


@given(plans, days_around, any_circumstances)
def test_every_reminder_names_each_of_its_matters(entries: list[Entry], on: date, circumstances: Circumstances) -> None:
    known = titled(entries)
    for reminder in reminders_due(known, on, DAYS_2024, circumstances):
        letter = render(reminder, known, DAYS_2024, HEAD, SHIPPED)
        assert letter.recipient == reminder.recipient
        assert 0 < len(letter.subject) <= 60
        assert "王文员 0745-1234567" in letter.body
        assert "{" not in letter.subject + letter.body and "\n\n\n" not in letter.body
        for matter in reminder.matters:
            one = known[matter.occurrence_id]
            named = f"第{one.item_number}条" if matter.rule is Rule.ASSIGN else one.title
            assert named in letter.body or matter.rule is Rule.REST


@given(plans, days_around, any_circumstances, st.frozensets(st.integers(0, 4)))
def test_internal_matters_are_counted_and_never_named(
    entries: list[Entry], on: date, circumstances: Circumstances, internal: frozenset[int]
) -> None:
    known = titled(entries, internal)
    hidden = [word for one in known if one.internal for word in (one.title, f"第{one.item_number}条")]
    texts = [copy_text(known, SHIPPED, HEAD)]
    for reminder in reminders_due(known, on, DAYS_2024, circumstances):
        letter = render(reminder, known, DAYS_2024, HEAD, SHIPPED)
        texts += [letter.subject, letter.body]
        told = [one for one in reminder.matters if known[one.occurrence_id].internal and one.rule is not Rule.REST]
        assert bool(told) is ("项内部事项" in letter.body)
    for notice in notices_due(known, on, DAYS_2024, circumstances):
        one = known[notice.occurrence_id]
        letter = render_notice(notice.level, one, on, DAYS_2024, HEAD, SHIPPED, NoticeFacts(notice.to))
        assert one.title in letter.body
    assert not [word for word in hidden for text in texts if word in text]

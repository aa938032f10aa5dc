"""Wording the messages: the office's own words are read, tried, saved and given up again; none is ever lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from planner.config import shipped
from planner.core.choice import Choice, Gap, Order
from planner.core.ledger import Entry
from planner.core.status import Mark
from planner.errors import Conflict, Invalid, NotFound
from planner.notify.letters import Letterhead
from planner.notify.messages import MESSAGES, Message, problems_of
from planner.notify.previews import Office, Preview, preview
from planner.notify.wording_form import Problem
from planner.notify.wordings import Wordings, shipped_text
from planner.services.reporting import Standing
from planner.store import listing, queries
from planner.store import wordings as stored
from planner.store.database import Database, Session
from planner.store.outgoing import Wording

FOLDER = shipped("templates") / "messages"
FITTING = (
    Choice(only_open=True), Choice(marks=(Mark.OVERDUE,)), Choice(marks=(Mark.HANDED_IN,)), Choice(marks=(Mark.DUE_SOON,)),
    Choice(pending=True), Choice(gap=Gap.UNASSIGNED, only_open=True),
)  # fmt: skip
"""What messages speak of; of each a few matters are enough to show how one reads."""
ENOUGH = 20
SHIPPED = ""
"""The text of a row that says: as shipped."""


@dataclass(frozen=True, slots=True)
class Worded:
    """A message with its text in force; ``own`` where the office changed it, ``latest`` the last change, if any."""

    name: str
    message: Message
    text: str
    shipped: str
    latest: Wording | None
    problems: Sequence[Problem]

    @property
    def own(self) -> bool:
        """Whether the office has words of its own."""
        return self.latest is not None and self.latest.text != SHIPPED

    @property
    def seen(self) -> int:
        """The number of the last change, 0 where there was none."""
        return self.latest.id if self.latest else 0


def wordings_in(session: Session) -> Wordings:
    """Return the words in force, to write letters with."""
    return Wordings.of(FOLDER, _own(stored.in_force(session)))


def wordings(database: Database) -> Wordings:
    """Return the words in force, to write letters with."""
    with database.read() as session:
        return wordings_in(session)


def _own(rows: Mapping[str, Wording]) -> dict[str, str]:
    return {name: row.text for name, row in rows.items()}


def worded_messages(database: Database) -> list[Worded]:
    """Return every message with its text, in the order of the specification."""
    with database.read() as session:
        rows = stored.in_force(session)
    return [_worded(name, rows.get(name)) for name in MESSAGES]


def worded_message(database: Database, name: str) -> tuple[Worded, Sequence[Wording]]:
    """Return a message with its text and every change of it, the newest first; raise ``NotFound``."""
    message_named(name)
    with database.read() as session:
        rows = stored.history(session, name)
    return _worded(name, rows[0] if rows else None), rows


def message_named(name: str) -> Message:
    """Return a message; raise ``NotFound``."""
    if name not in MESSAGES:
        raise NotFound("没有这条提醒，请从「提醒文字」页进去。")
    return MESSAGES[name]


def _worded(name: str, latest: Wording | None) -> Worded:
    default = shipped_text(FOLDER, name)
    text = latest.text if latest and latest.text != SHIPPED else default
    return Worded(name, MESSAGES[name], text, default, latest, problems_of(name, text))


def save_wording(database: Database, name: str, text: str, *, by: str, at: datetime, seen: int | None = None) -> bool:
    """Keep an office's words of a message and return whether anything changed; the shipped words count as given up.

    *seen* is the last change the user saw. Raise ``Invalid`` for words with problems, ``Conflict`` when someone else
    changed them since, ``NotFound`` for a message there is not.
    """
    message_named(name)
    wanted = tidy(text)
    problems = problems_of(name, wanted)
    if problems:
        raise Invalid("没有保存。" + "".join(map(str, problems[:3])))
    return _keep(database, name, SHIPPED if wanted == tidy(shipped_text(FOLDER, name)) else wanted, by, at, seen)


def reset_wording(database: Database, name: str, *, by: str, at: datetime, seen: int | None = None) -> bool:
    """Go back to the shipped words and return whether there were others; raise ``Conflict`` and ``NotFound`` as above."""
    message_named(name)
    return _keep(database, name, SHIPPED, by, at, seen)


def restore_wording(
    database: Database, name: str, wording_id: int, *, by: str, at: datetime, seen: int | None = None
) -> bool:
    """Take up an earlier wording again; raises as ``save_wording``, and ``NotFound`` where it is not of the message."""
    message_named(name)
    with database.read() as session:
        text = stored.wording_by_id(session, name, wording_id).text
    if text == SHIPPED:
        return reset_wording(database, name, by=by, at=at, seen=seen)
    return save_wording(database, name, text, by=by, at=at, seen=seen)


def tidy(text: str) -> str:
    """Return a text as it is kept: one kind of line ends, no spaces at the ends of lines, no empty ones around."""
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")).strip("\n")


def _keep(database: Database, name: str, text: str, by: str, at: datetime, seen: int | None) -> bool:
    with database.write() as session:
        # The office's row is the turn: of two who save at once the second is told.
        office = queries.the_office(session, lock=True)
        rows = stored.history(session, name)
        if seen is not None and seen != (rows[0].id if rows else 0):
            raise Conflict(
                f"{rows[0].made_by if rows else '有人'}刚刚改过这条提醒。您写的还在下面，请看过现在用的文字再保存。"
            )
        if text == (rows[0].text if rows else SHIPPED):
            return False
        session.add(Wording(office_id=office.id, name=name, text=text, made_at=at, made_by=by))
    return True


def try_wording(standing: Standing, head: Letterhead, name: str, text: str) -> Preview:
    """Return how a message would read with *text*, from matters of the office where some fit; raise ``NotFound``."""
    message_named(name)
    office = Office(_fitting(standing), standing.on, standing.days, head)
    return preview(name, wordings(standing.database).instead(name, text), office)


def _fitting(standing: Standing) -> list[Entry]:
    """Return open matters with all their words, the ones due first in front: a few of each kind, not the whole office."""
    found = [entry for choice in FITTING for entry in standing.choose(choice, Order.DUE, ENOUGH)]
    ids = {entry.occurrence_id for entry in found}
    with standing.database.read() as session:
        full = listing.entries_of(session, standing.plans, {entry.task_id for entry in found}, full=True)
    return [entry for entry in full if entry.occurrence_id in ids]

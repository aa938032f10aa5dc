"""The tables of what goes out: messages with their deliveries, channels, notices, calendars; and the office's own calendar."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, UniqueConstraint
from sqlmodel import Field

from planner.store.table import Table, one_of


class CalendarYear(Table, table=True):
    """A year whose holiday notice was entered; a year without one counts Monday to Friday."""

    __table_args__ = (UniqueConstraint("office_id", "year"),)
    id: int = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id")
    year: int
    source: str
    """Where its days come from, in words."""
    entered_at: datetime
    entered_by: str


class CalendarDay(Table, table=True):
    """A day of a holiday, or one that is not as its weekday says: a weekday off, a weekend day worked (调休)."""

    __table_args__ = (UniqueConstraint("office_id", "day"),)
    id: int = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id")
    day: date
    working: bool
    note: str = ""
    """Which holiday."""


class Reminder(Table, table=True):
    """A message in the product; the unique key makes it once-only. What carries it outside are its deliveries."""

    __table_args__ = (
        UniqueConstraint("office_id", "recipient", "rule", "subject", "day"),
        Index("ix_reminder_day", "day"),
        # The few a person still has to pass on are counted on every page.
        Index("ix_reminder_by_hand", "by_hand", "told_at", "read_at", "withdrawn_at"),
        # So are those to whoever is signed in.
        Index("ix_reminder_recipient", "recipient", "read_at", "withdrawn_at"),
    )
    id: int = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id")
    recipient: str
    role: str = "department"
    """In which part the recipient is told: department, leader, clerk or group."""
    rule: str
    subject: str
    """What it is about: an occurrence's id, or 'digest'."""
    day: date
    title: str
    body: str
    matters: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    """``[{"occurrence", "rule", "words"}]``: what it speaks of, and why."""
    made_at: datetime
    read_at: datetime | None = None
    """When the recipient opened it in the product."""
    by_hand: bool = False
    """No channel carries it, or none could: a person is to pass it on."""
    told_at: datetime | None = None
    told_by: str = ""
    """Who passed it on by word of mouth, paper or chat."""
    withdrawn_at: datetime | None = None
    withdrawn_because: str = ""
    """It no longer concerned the recipient when it was to be sent."""


class Mention(Table, table=True):
    """That a message spoke of an occurrence, for finding all that were sent about it."""

    __table_args__ = (UniqueConstraint("occurrence_id", "reminder_id"),)
    id: int = Field(default=None, primary_key=True)
    occurrence_id: int = Field(foreign_key="occurrence.id")
    reminder_id: int = Field(foreign_key="reminder.id", index=True)


class Delivery(Table, table=True):
    """A reminder on its way over one channel: written before it is sent, its outcome recorded after."""

    __table_args__ = (
        UniqueConstraint("reminder_id", "channel", "address"),
        one_of("state", ("waiting", "sending", "sent", "failed", "withdrawn")),
        Index("ix_delivery_next", "state", "next_try_at"),
    )
    id: int = Field(default=None, primary_key=True)
    reminder_id: int = Field(foreign_key="reminder.id")
    channel: str
    """``email``, or the id of a :class:`Channel` in digits."""
    address: str = ""
    """Of an e-mail; a channel has its own."""
    state: str = "waiting"
    attempts: int = 0
    next_try_at: datetime
    claimed_at: datetime | None = None
    claimed_by: str = ""
    """The worker that took it, by name."""
    sent_at: datetime | None = None
    maybe_repeated: bool = False
    """It was cut off between the server's yes and our record of it, and tried once more."""
    error: str = ""
    """What the server said, in its own words."""


class Channel(Table, table=True):
    """A group robot or webhook the office set up; its address and secret are keys and never shown."""

    __table_args__ = (one_of("audience", ("group", "party", "all")),)
    id: int = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id")
    kind: str
    name: str
    audience: str
    """Whose messages it carries: the notice for the group, those to one party, or all."""
    party_id: int | None = Field(default=None, foreign_key="party.id")
    address: str = Field(repr=False)
    secret: str = Field(default="", repr=False)
    made_at: datetime
    made_by: str
    changed_at: datetime | None = None
    changed_by: str = ""
    stopped_at: datetime | None = None
    stopped_by: str = ""
    tried_at: datetime | None = None
    tried_with: str = ""
    """What came of the last test: empty when it arrived."""


class Mute(Table, table=True):
    """A rule that sends nothing about a task, from ``made_at`` to ``ended_at``."""

    id: int = Field(default=None, primary_key=True)
    task_id: int = Field(foreign_key="task.id", index=True)
    rule: str
    made_at: datetime
    made_by: str
    ended_at: datetime | None = None
    ended_by: str = ""


class Wording(Table, table=True):
    """The office's own words of a message; the newest of a name counts, an empty text means the words as shipped."""

    id: int = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id")
    name: str = Field(index=True)
    text: str
    made_at: datetime
    made_by: str


class Notice(Table, table=True):
    """A paper of the ladder after the due day, drafted by the machine; only a person issues it."""

    __table_args__ = (
        UniqueConstraint("occurrence_id", "level", "day"),
        one_of("level", ("blue", "yellow", "red")),
        one_of("state", ("draft", "issued", "skipped", "lapsed")),
    )
    id: int = Field(default=None, primary_key=True)
    occurrence_id: int = Field(foreign_key="occurrence.id", index=True)
    level: str
    day: date
    recipients: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    title: str
    body: str
    state: str = "draft"
    made_at: datetime
    decided_at: datetime | None = None
    decided_by: str = ""
    signed_by: str = ""
    """Who put the name under it."""
    number: int | None = None
    """Given when it is issued: 1, 2, 3 … within the year and the level."""
    situation: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    """How the matter stood when it was issued, as the sheet tells it (:class:`planner.core.notice.Situation`)."""


class Worker(Table, table=True):
    """A process that looks for reminders and sends them, seen once a minute."""

    id: int = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    started_at: datetime
    seen_at: datetime
    stopped_at: datetime | None = None
    error: str = ""
    """Why its last look failed."""


class Feed(Table, table=True):
    """A calendar subscription; only the token's hash is kept.

    ``scope`` says of what: a party's days, a plan's, a section's, the overdue ones, or a filtered list (``choice``, the
    address's own parameters). ``plain`` leaves out names and words, for calendars on foreign servers.
    """

    __table_args__ = (one_of("scope", ("party", "plan", "section", "overdue", "list")),)
    id: int = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    scope: str
    party_id: int | None = Field(default=None, foreign_key="party.id")
    plan_id: int | None = Field(default=None, foreign_key="plan.id")
    section: str = ""
    choice: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    plain: bool = False
    early_days: int = 0
    """Days before the due day at which a second event stands; 0 for none."""
    token_hash: str = Field(unique=True)
    created_at: datetime
    created_by: str = ""
    renewed_at: datetime | None = None
    revoked_at: datetime | None = None
    last_fetched_at: datetime | None = None

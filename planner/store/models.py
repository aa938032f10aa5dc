"""The tables of plans and people. Everything hangs on an Office; facts only, no judgement is a column.

An Event is never changed. ``Occurrence`` carries, beside its dates, a copy of what its events say (state, closing
day, last progress); that copy is written in the same transaction as the event and can be rebuilt from the events.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, String, UniqueConstraint, text
from sqlmodel import Field

from planner.core.status import Act, State
from planner.store.table import Table, one_of


class Office(Table, table=True):
    """An office that issues plans."""

    __table_args__ = (one_of("sign_off_by", ("office", "leader")),)
    id: int = Field(default=None, primary_key=True)
    name: str
    reminded_through: date | None = None
    """The last day for which it was decided whom to remind."""
    sign_off_by: str = "office"
    """Who signs off: the office itself (办公室审核制), or only the responsible leader."""
    contact: str = ""
    """Whom to call, with the telephone; stands under every letter."""
    by_email: bool = False
    """There is a mail server, as the workers found it when they started."""
    base_url: str = ""
    """Where others open the pages, for links in letters; as the pages or workers were told when they started."""
    thresholds: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    """What differs from the usual :class:`planner.core.thresholds.Thresholds`."""
    settings_version: int = 0
    """Counts the changes of settings that pages and calendars are computed from."""
    settings_changed_at: datetime | None = None
    """When the last of them was."""


class Account(Table, table=True):
    """Someone who may sign in: a clerk by password, a leader or contact by a personal link with an optional PIN.

    ``link_hash`` is the sha256 of an unused one-time link, ``personal_hash`` that of the personal one. ``epoch`` grows
    when a link or password is withdrawn; a session of an older one is over.
    """

    __table_args__ = (one_of("role", ("clerk", "leader", "contact")),)
    id: int = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    name: str
    role: str = "clerk"
    party_id: int | None = Field(default=None, foreign_key="party.id")
    """The leader, or the department whose contact this is."""
    link_hash: str | None = Field(default=None, unique=True)
    link_expires_at: datetime | None = None
    personal_hash: str | None = Field(default=None, unique=True)
    password_hash: str | None = None
    """Of the clerk's password or of the PIN beside a personal link, by argon2."""
    failed_tries: int = 0
    locked_until: datetime | None = None
    epoch: int = 1
    revoked_at: datetime | None = None
    last_seen_at: datetime | None = None


class Plan(Table, table=True):
    """One issued document. ``address`` is its short name in URLs (2024); archived plans are hidden, never deleted."""

    __table_args__ = (UniqueConstraint("office_id", "address"),)
    id: int = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    address: str
    title: str
    issuer: str
    issue_date: date | None
    year: int
    sample: bool = False
    silent: bool = False
    """Nobody is reminded of it and no notice drafted; what is asked for is still answered."""
    archived_at: datetime | None = None


class PlanVersion(Table, table=True):
    """The words of a plan as issued: verbatim, immutable, with what reading them found open."""

    __table_args__ = (UniqueConstraint("plan_id", "number"),)
    id: int = Field(default=None, primary_key=True)
    plan_id: int = Field(foreign_key="plan.id")
    number: int
    text: str
    sha256: str = Field(index=True)
    """Of the file's bytes, so that the same file is known again."""
    filename: str
    imported_at: datetime
    findings: list[dict[str, Any]] = Field(sa_column=Column(JSON, nullable=False))
    """``[{"code", "message", "start", "end"}]``, in the order of the text."""
    sections: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    """``[{"number", "title", "start", "end"}]``: the headings over the items."""


class Item(Table, table=True):
    """A numbered point of a plan, with its span in the text of the version it last stood in."""

    __table_args__ = (UniqueConstraint("plan_id", "position"),)
    id: int = Field(default=None, primary_key=True)
    plan_id: int = Field(foreign_key="plan.id")
    version: int = 1
    withdrawn: bool = False
    """A later version of the plan has it no more; it stays with its history."""
    position: int
    """1, 2, 3 … in the order of the text; the withdrawn come after."""
    number: str
    title: str
    section: str
    start: int
    end: int
    origin_id: int | None = Field(default=None, foreign_key="item.id")
    """The point of an earlier year's plan whose open matters were carried over into this plan (结转)."""


class Task(Table, table=True):
    """One commitment inside an item. ``code`` is unique in its plan (12-1)."""

    __table_args__ = (UniqueConstraint("plan_id", "code"),)
    id: int = Field(default=None, primary_key=True)
    plan_id: int = Field(foreign_key="plan.id")
    item_id: int = Field(foreign_key="item.id", index=True)
    version: int = 1
    withdrawn: bool = False
    position: int
    code: str
    title: str
    obligor: str
    start: int
    end: int
    deadlines: list[dict[str, Any]] = Field(sa_column=Column(JSON, nullable=False))
    targets: list[dict[str, Any]] = Field(sa_column=Column(JSON, nullable=False))
    words: str = ""
    """The words of a task carried over from an earlier plan, which do not stand in this one's text."""
    origin_id: int | None = Field(default=None, foreign_key="task.id")
    """The task of an earlier plan that this one goes on with (承接自)."""
    frequency: str | None = None
    """Of its recurring deadline, and whether its words leave the time open: both read from ``deadlines``."""
    time_open: bool = False
    internal: bool = False
    """Confidential: what leaves the house names it only as 1 项内部事项."""
    major_hazard: bool = False
    """重大隐患: its ladder is shorter and reaches the main leader."""


class Review(Table, table=True):
    """A file under review: what the reader made of it. Closed when it was issued or laid aside, never deleted."""

    id: int = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    filename: str
    sha256: str = Field(index=True)
    reading: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    """The plan as read, as :mod:`planner.store.values` writes it."""
    opened_at: datetime
    opened_by: str
    revises_id: int | None = Field(default=None, foreign_key="plan.id")
    """The plan this file is a new version of."""
    plan_id: int | None = Field(default=None, foreign_key="plan.id")
    """The plan it was issued as."""
    closed_at: datetime | None = None


class ReviewStep(Table, table=True):
    """One act of a review, append-only; an undo is a step too."""

    __table_args__ = (UniqueConstraint("review_id", "number"),)
    id: int = Field(default=None, primary_key=True)
    review_id: int = Field(foreign_key="review.id")
    number: int
    at: datetime
    actor: str
    data: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))


OPEN = "state IN ('not_started', 'in_progress', 'handed_in')"


class Occurrence(Table, table=True):
    """One due instance of a task. ``uid`` never changes.

    All that stands after it is what the events say of it (:class:`planner.core.history.Story`): written in the same
    transaction as the event, and rebuilt from the events by ``planner rebuild``.
    """

    __table_args__ = (
        UniqueConstraint("task_id", "key"),
        one_of("state", State),
        # What marks and totals are counted from, without a look at the rows.
        Index(
            "ix_occurrence_standing",
            *("plan_id", "state", "due_on", "before_issue", "handed_in_on", "closed_on", "task_id"),
        ),
        # The few open ones, with their state, for SQLite to find the plans that have any without a look at the rows.
        # Partial on PostgreSQL too, by the migration: saying so here would load that dialect at every start.
        Index("ix_occurrence_open", "plan_id", "due_on", "state", sqlite_where=text(OPEN)),
    )
    id: int = Field(default=None, primary_key=True)
    plan_id: int = Field(foreign_key="plan.id")
    task_id: int = Field(foreign_key="task.id")
    key: str
    uid: str = Field(unique=True)
    label: str
    opens_on: date | None
    due_on: date | None
    first_due_on: date | None = None
    """The due day it had before it was ever moved."""
    due_by_office: bool = False
    """The office, not the document, set the due day."""
    minimum: int = 1
    times: int = 0
    """How often it was done so far, where it is to be done several times."""
    cells: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    """Where each of several parties does it for itself: party -> the day it did, or null."""
    before_issue: bool = False
    standing: bool = False
    """The office declared it a standing duty without a date."""
    sequence: int = 0
    changed_at: datetime
    state: str = Field(default=State.NOT_STARTED, sa_type=String)
    closed_on: date | None = None
    closed_at: datetime | None = None
    """When its sign-off was recorded: it stays with those responsible at that moment."""
    signed_by: str = ""
    handed_in_on: date | None = None
    last_event_on: date | None = None
    last_progress: str = ""
    last_progress_on: date | None = None
    difficulty: str = ""
    coordination: str = ""
    next_step: str = ""
    promised_on: date | None = None
    extension: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    """The extension asked for and not decided: ``{"due_on", "reason", "by"}``."""
    extensions: int = 0
    """How many were granted."""
    version: int = 1
    """Counts the changes of this row; an act based on an older count is refused."""


class Party(Table, table=True):
    """A person or department that can be responsible; ``email`` is where reminders go.

    ``department_id`` is the department a contact works in. ``confirmed_at`` is empty while the name stands in the queue
    of names just read from a document; a party found to be another one is ``merged_into_id`` it and keeps its history.
    """

    __table_args__ = (UniqueConstraint("office_id", "kind", "name"), one_of("kind", ("person", "department")))
    id: int = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id")
    kind: str
    name: str
    email: str = ""
    post: str = ""
    phone: str = ""
    main_leader: bool = False
    """主要领导: decides second and long extensions, and anything a leader may."""
    department_id: int | None = Field(default=None, foreign_key="party.id")
    confirmed_at: datetime | None = None
    merged_into_id: int | None = Field(default=None, foreign_key="party.id")


class Alias(Table, table=True):
    """Another name of a party (应急办 = 应急部门)."""

    __table_args__ = (UniqueConstraint("office_id", "kind", "name"),)
    id: int = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id")
    kind: str
    name: str
    party_id: int = Field(foreign_key="party.id")


class Assignment(Table, table=True):
    """Who answers for an item, in the order of the text, from ``began_at`` to ``ended_at``."""

    __table_args__ = (one_of("role", ("leader", "department", "supporting", "contact")),)
    id: int = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="item.id", index=True)
    party_id: int = Field(foreign_key="party.id", index=True)
    role: str
    position: int
    by_office: bool = False
    """The office, not the document, named this party."""
    began_at: datetime
    ended_at: datetime | None = None


class Delegation(Table, table=True):
    """A leader's deputy (代) from ``starts_on`` through ``ends_on``; responsibility stays with the leader."""

    id: int = Field(default=None, primary_key=True)
    party_id: int = Field(foreign_key="party.id", index=True)
    deputy_id: int = Field(foreign_key="party.id", index=True)
    starts_on: date
    ends_on: date
    made_at: datetime
    made_by: str
    ended_at: datetime | None = None


class Season(Table, table=True):
    """A stretch the office dates once a year (汛期), both days inclusive."""

    __table_args__ = (UniqueConstraint("office_id", "year", "name"),)
    id: int = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id")
    year: int
    name: str
    starts_on: date
    ends_on: date


class Event(Table, table=True):
    """One act, append-only; ``hash`` chains it to the event before it in the same plan."""

    __table_args__ = (UniqueConstraint("plan_id", "number"), one_of("kind", Act), Index("ix_event_at", "at"))
    id: int = Field(default=None, primary_key=True)
    plan_id: int = Field(foreign_key="plan.id")
    number: int
    """1, 2, 3 … within the plan."""
    occurrence_id: int | None = Field(default=None, foreign_key="occurrence.id", index=True)
    item_id: int | None = Field(default=None, foreign_key="item.id", index=True)
    kind: str = Field(sa_type=String)
    at: datetime
    day: date
    """The day the act is about: the day the work was done, the day of the telephone call."""
    actor: str
    on_behalf_of: str = ""
    text: str = ""
    data: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    previous: str
    hash: str

"""Filling an empty, migrated database with an office of many years, by one insert a table and plan."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from itertools import count
from typing import Any

from sqlalchemy import Connection, insert, text

from bench import office
from bench.office import A_YEAR, CONTACTS, DEPARTMENTS, ITEMS, LEADERS, PLANS, YEAR, Template, template
from bench.words import department_name, person_name
from planner.core.chain import digest
from planner.core.history import FIELDS, dump
from planner.core.review import title_of
from planner.core.status import Act, State
from planner.services.publishing import note_times
from planner.store.database import Database
from planner.store.models import Assignment, Event, Item, Occurrence, Party, Plan, PlanVersion, Task
from planner.store.table import Table
from planner.store.values import dump_deadline, dump_target

LEAN = 200_000
"""Above so many occurrences the earlier years keep two events an occurrence instead of three, to save time."""
LEFT_OVER_YEARS, LEFT_OVER_PLANS = 3, 2
FIRST_LEADER = 1

Row = dict[str, Any]
Ids = Mapping[type[Table], int]


@dataclass(slots=True)
class Filled:
    """What was filled in: how many rows, a task page, and what waits for a sign-off (task page, occurrence)."""

    occurrences: int = 0
    events: int = 0
    task: str = ""
    handed_in: list[tuple[str, int]] = field(default_factory=list)


def fill(database: Database, size: int) -> Filled:
    """Fill in an office of at least *size* occurrences: the year under way, and earlier ones closed but for a little."""
    years = max(1, -(-size // A_YEAR))
    writer = Writer(database)
    underway = office.Underway()
    usual = office.closed_briefly if size > LEAN else office.closed
    for year in range(YEAR - years + 1, YEAR + 1):
        for number in range(PLANS):
            if year == YEAR:
                made = template(number, underway.fate)
            elif year >= YEAR - LEFT_OVER_YEARS and number >= PLANS - LEFT_OVER_PLANS:
                made = _remembered(number, office.left_over)
            else:
                made = _remembered(number, usual)
            writer.write(made, year, number)
    writer.close()
    return writer.filled


_remembered = cache(template)


class Writer:
    """Writes plan after plan with ids it gives itself."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.filled = Filled()
        numbered: tuple[type[Table], ...] = (Plan, Item, Task, Occurrence, Event, Assignment)
        self.next = dict.fromkeys(numbered, 1)
        with self._begin() as connection:
            _insert(connection, Party, list(_parties(connection)))

    def _begin(self) -> AbstractContextManager[Connection]:
        return self.database.engine.execution_options(planner_write=True).begin()

    def write(self, made: Template, year: int, number: int) -> None:
        """Write one plan of a year with everything that hangs on it."""
        rows = PlanRows(made, year, number, dict(self.next)).all()
        with self._begin() as connection:
            for table, some in rows.items():
                _insert(connection, table, some)
                if table in self.next:
                    self.next[table] += len(some)
        self.filled.occurrences += len(rows[Occurrence])
        self.filled.events += len(rows[Event])
        if year == YEAR:
            self._note(_address(year, number), rows)

    def _note(self, address: str, rows: Mapping[type[Table], Sequence[Row]]) -> None:
        codes = {row["id"]: f"{address}-{row['code']}" for row in rows[Task]}
        self.filled.task = self.filled.task or next(iter(codes.values()))
        waiting = [row for row in rows[Occurrence] if row["state"] == State.HANDED_IN]
        self.filled.handed_in += [(codes[row["task_id"]], row["id"]) for row in waiting]

    def close(self) -> None:
        """Let PostgreSQL know which ids are taken, and what it now holds."""
        if self.database.engine.dialect.name == "postgresql":
            with self._begin() as connection:
                for table in (*self.next, Party):
                    name = str(table.__table__.name)  # type: ignore[attr-defined]
                    connection.execute(
                        text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), max(id)) FROM {name}")  # noqa: S608
                    )
                connection.execute(text("ANALYZE"))


def _insert(connection: Connection, table: type[Table], rows: Sequence[Row]) -> None:
    connection.execute(insert(table), rows)


def _address(year: int, number: int) -> str:
    return f"{year}.{number + 1}" if number else str(year)


def _parties(connection: Connection) -> Iterator[Row]:
    """Yield the departments, which the contacts among the people refer to, then the people; the first leader is first."""
    office_id = connection.execute(text("SELECT min(id) FROM office")).scalar_one()
    persons = LEADERS + CONTACTS
    common = {"office_id": office_id, "email": "", "post": "", "main_leader": False, "phone": "", "department_id": None}
    for number in range(DEPARTMENTS):
        yield common | {"id": persons + number + 1, "kind": "department", "name": department_name(number)}
    for number in range(persons):
        person = common | {"id": number + 1, "kind": "person", "name": person_name(number)}
        if number >= LEADERS:
            person |= {"department_id": persons + 1 + number % DEPARTMENTS, "phone": f"1390000{number:04}"}
        yield person


class PlanRows:
    """The rows of one plan of one year."""

    def __init__(self, made: Template, year: int, number: int, first: Ids) -> None:
        self.made, self.year, self.number, self.first = made, year, number, first
        self.plan_id = first[Plan]
        self.at = office.moment(date(year, 1, 15))
        self.text = made.read.text.replace(str(YEAR), str(year))

    def all(self) -> dict[type[Table], list[Row]]:
        """Return the rows by table, each table after those it refers to."""
        makers: dict[type[Table], Iterator[Row]] = {
            Plan: self._plan(),
            PlanVersion: self._version(),
            Item: self._items(),
            Task: self._tasks(),
            Assignment: self._assignments(),
            Occurrence: self._occurrences(),
            Event: self._events(),
        }
        return {table: list(rows) for table, rows in makers.items()}

    def _plan(self) -> Iterator[Row]:
        yield {
            "id": self.plan_id,
            "office_id": 1,
            "address": _address(self.year, self.number),
            "title": self.made.read.title.replace(str(YEAR), str(self.year)),
            "issuer": self.made.read.issuer,
            "issue_date": self.at.date(),
            "year": self.year,
            "sample": False,
        }

    def _version(self) -> Iterator[Row]:
        sections = self.made.read.sections
        yield {
            "plan_id": self.plan_id,
            "number": 1,
            "text": self.text,
            "sha256": self._sha256(),
            "filename": f"{self.number + 1}.md",
            "imported_at": self.at,
            "findings": [],
            "sections": [
                {"number": s.number, "title": s.title, "start": s.span.start, "end": s.span.end} for s in sections
            ],
        }

    def _sha256(self) -> str:
        return sha256(self.text.encode()).hexdigest()

    def _items(self) -> Iterator[Row]:
        for place, item in enumerate(self.made.read.items):
            yield {
                "id": self.first[Item] + place,
                "plan_id": self.plan_id,
                "version": 1,
                "withdrawn": False,
                "position": place + 1,
                "number": item.number,
                "title": item.title,
                "section": item.section,
                "start": item.span.start,
                "end": item.span.end,
            }

    def _tasks(self) -> Iterator[Row]:
        seen: dict[int, int] = {}
        for place, (item, task) in enumerate(self.made.tasks):
            seen[item] = seen.get(item, 0) + 1
            deadlines = json.dumps([dump_deadline(rule) for rule in task.deadlines], ensure_ascii=False)
            row = Task(
                id=self.first[Task] + place,
                plan_id=self.plan_id,
                item_id=self.first[Item] + item,
                position=place + 1,
                code=f"{item + 1}-{seen[item]}",
                title=title_of(task),
                obligor=task.obligor,
                start=task.span.start,
                end=task.span.end,
                deadlines=json.loads(deadlines.replace(f"{YEAR}-", f"{self.year}-")),
                targets=[dump_target(target) for target in task.targets],
            )
            note_times(row, task.deadlines)
            yield row.model_dump()

    def _assignments(self) -> Iterator[Row]:
        ids = count(self.first[Assignment])
        for place in range(ITEMS):
            leader, department = office.who(self.number * ITEMS + place)
            for role, party in (("leader", leader + 1), ("department", LEADERS + CONTACTS + department + 1)):
                yield {
                    "id": next(ids),
                    "item_id": self.first[Item] + place,
                    "party_id": party,
                    "role": role,
                    "position": 1,
                    "by_office": False,
                    "began_at": self.at,
                }

    def _occurrences(self) -> Iterator[Row]:
        for place, ((task, due), story) in enumerate(zip(self.made.dues, self.made.stories, strict=True)):
            own = self.first[Occurrence] + place
            yield {
                **{name: self._dated(getattr(story, name)) for name in FIELDS},
                "id": own,
                "plan_id": self.plan_id,
                "task_id": self.first[Task] + task,
                "key": due.key.replace(str(YEAR), str(self.year)),
                "uid": f"{own:032x}@planner",
                "state": story.state.value,
            }

    def _dated(self, value: Any) -> Any:
        return value.replace(year=self.year) if isinstance(value, date) else value

    def _events(self) -> Iterator[Row]:
        """Yield the chain: the import that opens every occurrence, then what was said of each."""
        previous = ""
        for number, event in enumerate(self._told(), start=1):
            facts = {"plan_id": self.plan_id, "number": number, "item_id": None, "on_behalf_of": "", **event}
            link = digest(previous, {**facts, "at": facts["at"].timestamp()})
            yield {**facts, "id": self.first[Event] + number - 1, "previous": previous, "hash": link}
            previous = link

    def _told(self) -> Iterator[Row]:
        opened = [
            {"id": self.first[Occurrence] + place, **self._dumped(place)} for place in range(len(self.made.opened))
        ]
        data = {"sha256": self._sha256(), "items": ITEMS, "tasks": len(self.made.tasks), "opened": opened}
        yield self._event(None, Act.IMPORT, self.at, self.at.date(), f"导入第{self.number + 1}份计划", data)
        for place, said in self.made.said:
            own = self.first[Occurrence] + place
            yield self._event(own, said.act, self._dated(said.at), self._dated(said.day), said.text, {})

    def _dumped(self, place: int) -> Row:
        written = dump(self.made.opened[place])
        del written["changed_at"]  # it is the moment of the event itself
        return {name: self._dated_text(value) for name, value in written.items()}

    def _dated_text(self, value: Any) -> Any:
        return value.replace(f"{YEAR}-", f"{self.year}-") if isinstance(value, str) else value

    def _event(self, own: int | None, act: Act, at: datetime, day: date, words: str, data: Mapping[str, Any]) -> Row:
        return {
            "occurrence_id": own,
            "kind": act.value,
            "at": at,
            "day": day,
            "actor": office.CLERK,
            "text": words,
            "data": data,
        }

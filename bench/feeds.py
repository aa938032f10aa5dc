"""``python -m bench feeds``: calendars of growing size, beside a bare program over the same rows in the same run.

Times are medians in milliseconds: through the real application (app) and over the loopback from a real server (wire).
The calendar is that of all current plans. Its first fetch reads and writes every event; an unchanged one is answered from
memory; for a changed one, progress is recorded before each round and is not in the time.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import cycle
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from bench import bare
from bench.filling import fill
from bench.office import NOW
from bench.serving import serving
from bench.tracking import medians
from planner.config import now, read_settings
from planner.core.status import Act
from planner.services.signing_in import ensure_office
from planner.services.subscribing import Wish, subscribe
from planner.services.tracking import Said, record
from planner.store import queries
from planner.store.database import Database
from planner.web.app import create_app

SIZES = "100,6480,100000"
ROUNDS = 20
FRESH = 3
"""How often a first fetch is measured, each time by an application that has answered nothing yet."""


def main(sizes: Sequence[int]) -> None:
    """Print one table for each size."""
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            measure(size, Path(folder))


def measure(size: int, folder: Path) -> None:
    """Fill a database with *size* events to show, and print its table."""
    path = folder / "planner.db"
    url = f"sqlite:///{path.as_posix()}"
    database = Database(url)
    database.migrate()
    ensure_office(database, "柳河镇党政办")
    fill(database, size)
    ids = _leave_open(database, size)
    address = f"/feeds/{subscribe(database, Wish('list'), NOW)}.ics"
    _let_no_reminders_be_due(database)
    copy = bare.copy_of(path)
    plain = bare.create_app(copy, 1).test_client()
    _print(_lines(database, folder, address, partial(_got, plain, "/feed.ics"), ids))
    _over_the_wire(url, folder, address)
    copy.unlink()


Line = tuple[str, float, float]
"""What was measured, its seconds, and those of the bare program."""


def _lines(
    database: Database, folder: Path, address: str, beside: Callable[[], TestResponse], ids: Sequence[int]
) -> Iterator[Line]:
    settings = read_settings({"PLANNER_DATA": str(folder), "PLANNER_BASE_URL": "https://plan.example.gov.cn"})
    url = database.engine.url.render_as_string(hide_password=False)

    def opened() -> FlaskClient:
        # Another Database: what one has ready, another has not.
        return create_app(settings, Database(url), clock=lambda: NOW).test_client()

    fresh = [opened() for _ in range(FRESH)]
    first = statistics.median(_seconds(partial(_got, client, address)) for client in fresh)
    client = fresh[0]
    shown, plain = _got(client, address), beside()
    for name, answer in (("events", shown), ("bare", plain)):
        print(f"{answer.data.count(b'BEGIN:VEVENT'):,} {name}, {len(answer.data) / 1024:,.0f} KB", end="; ")
    again, other = medians(partial(_got, client, address), beside)
    yield "first fetch", first, other
    yield "unchanged", again, other
    tag = {"If-None-Match": shown.headers["ETag"]}
    yield "unchanged, 304", *medians(partial(client.get, address, headers=tag), beside)
    rest = cycle(ids)
    changed = statistics.median(_changed(database, client, address, next(rest)) for _ in range(ROUNDS))
    yield "changed by one event", changed, other


def _print(lines: Iterable[Line]) -> None:
    measured = list(lines)
    print(f"\n{'':<24}{'app ms':>9}{'bare ms':>9}{'x bare':>8}")
    for name, own, other in measured:
        print(f"{name:<24}{own * 1e3:>9.2f}{other * 1e3:>9.2f}{own / other:>8.2f}")


def _leave_open(database: Database, size: int) -> list[int]:
    """Let *size* occurrences be open and the others cancelled: so many events does the calendar show."""
    with database.engine.execution_options(planner_write=True).begin() as connection:
        connection.execute(text("UPDATE occurrence SET state = 'cancelled', closed_at = NULL, closed_on = NULL"))
        wanted = "SELECT id FROM occurrence WHERE due_on IS NOT NULL AND NOT before_issue ORDER BY id DESC LIMIT :size"
        ids = list(connection.execute(text(wanted), {"size": size}).scalars())
        lowest = {"lowest": min(ids)}
        opened = "UPDATE occurrence SET state = 'in_progress' WHERE id >= :lowest AND due_on IS NOT NULL AND NOT before_issue"
        connection.execute(text(opened), lowest)
    return ids


def _let_no_reminders_be_due(database: Database) -> None:
    """Note that today was decided: the server beside shall be busy with calendars alone."""
    with database.write() as session:
        office = queries.the_office(session)
        office.reminded_through = now().date()
        session.add(office)


def _got(client: FlaskClient, address: str) -> TestResponse:
    """Return an answer that was read to its end."""
    answer = client.get(address)
    if answer.status_code != 200:
        raise AssertionError(f"{address}: {answer.status}")
    answer.response = list(answer.iter_encoded())
    return answer


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _changed(database: Database, client: FlaskClient, address: str, occurrence_id: int) -> float:
    """Record progress and return the seconds of the next fetch."""
    record(database, occurrence_id, Act.PROGRESS, Said("经办文员", NOW, NOW.date(), "已检查3家"))
    return _seconds(lambda: _got(client, address))


def _over_the_wire(url: str, folder: Path, address: str) -> None:
    with serving(url, folder) as server:
        before = server.memory()
        first = _seconds(lambda: server.get(address))
        after = server.memory()
        again = statistics.median(_seconds(lambda: server.get(address)) for _ in range(10))
        print(
            f"wire: first {first * 1e3:.1f} ms, then {again * 1e3:.1f} ms; memory {before} before, {after} after the first,"
        )
        print(f"      {server.memory()} after ten more")

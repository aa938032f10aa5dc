"""``python -m bench tracking``: the pages, the sign-off, the export and the import of offices of growing size.

Times are medians in milliseconds, measured through the real application with a signed-in session (app), and over the
loopback from a real server (wire); beside them what a bare program takes for a like thing in the same run, how many
statements the database is asked, and how long the answer is.
"""

from __future__ import annotations

import re
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import create_engine, event, make_url
from sqlalchemy.schema import CreateSchema, DropSchema

from bench import bare
from bench.filling import FIRST_LEADER, Filled, fill
from bench.office import NOW
from bench.serving import serving
from planner.config import Settings, read_settings, shipped
from planner.core.choice import Choice
from planner.core.status import Mark
from planner.services.arranging import seed_calendar
from planner.services.importing import Source, import_plan
from planner.services.reporting import stand
from planner.services.signing_in import ensure_office, make_link
from planner.store.database import Database
from planner.web.app import create_app

ROUNDS, WARM_UP = 30, 3
LONGEST = 20.0
"""Seconds after which a slow measurement has had rounds enough."""
OVER_THE_WIRE = 10
SCHEMA = "planner_bench"
PAGES = (
    ("my items", f"/parties/{FIRST_LEADER}", "list"),
    ("desk (今天)", "/", "list"),
    ("overdue, first page", "/overdue", "list"),
    ("tasks, first page", "/tasks", "list"),
    ("plan page", "/plans/2026", "list"),
    ("task page", "/t/{task}", "list"),
    ("overdue .xlsx, all", "/overdue.xlsx", "export"),
)
"""Name, address, and what of the bare program it is compared with."""


@dataclass
class Line:
    """One line of a table."""

    name: str
    seconds: float
    beside: float = 0.0
    statements: int = 0
    size: int = 0
    wire: float = 0.0


@dataclass
class Meter:
    """Counts the statements of a database between two looks."""

    statements: int = field(default=0)

    def watch(self, database: Database) -> None:
        """Begin counting."""
        event.listen(database.engine, "before_cursor_execute", self._count)

    def _count(self, *_: Any) -> None:
        self.statements += 1


def main(sizes: Sequence[int], postgresql: str) -> None:
    """Print one table for each size and database."""
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "planner.db"
            measure(f"sqlite:///{path.as_posix()}", size, path)
            if postgresql:
                with own_schema(postgresql) as url:
                    measure(url, size, path)


@contextmanager
def own_schema(url: str) -> Iterator[str]:
    """Make a schema of the benchmark's own in a PostgreSQL database, and drop it after: nothing else is touched."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(DropSchema(SCHEMA, cascade=True, if_exists=True))
        connection.execute(CreateSchema(SCHEMA))
    try:
        inside = make_url(url).update_query_dict({"options": f"-csearch_path={SCHEMA}"})
        yield inside.render_as_string(hide_password=False)
    finally:
        with engine.begin() as connection:
            connection.execute(DropSchema(SCHEMA, cascade=True, if_exists=True))
        engine.dispose()


def measure(url: str, size: int, sqlite: Path) -> None:
    """Fill a database and print its table; *sqlite* is the file with the same rows for the bare program."""
    database = Database(url)
    database.migrate()
    ensure_office(database, "柳河镇党政办")
    seed_calendar(database, NOW)
    begun = time.perf_counter()
    filled = fill(database, size)
    kind = database.engine.dialect.name
    print(
        f"\n{kind}, {filled.occurrences:,} occurrences, {filled.events:,} events "
        f"(filled in {time.perf_counter() - begun:.0f} s)"
    )
    with tempfile.TemporaryDirectory() as folder:
        settings = read_settings({"PLANNER_DATA": folder, "PLANNER_OFFICE": "柳河镇党政办"})
        beside = Bare(sqlite, filled)
        _print(_lines(database, settings, filled, beside, url))
        beside.close()
    database.close()


class Bare:
    """The bare program on a copy of the same rows, with one callable for each thing it can do."""

    def __init__(self, path: Path, filled: Filled) -> None:
        self.copy = bare.copy_of(path)
        client = bare.create_app(self.copy, FIRST_LEADER).test_client()
        waiting = iter(filled.handed_in)
        self.work: dict[str, Callable[[], object]] = {
            "list": lambda: client.get("/list"),
            "write": lambda: client.post(f"/sign-off/{next(waiting)[1]}"),
            "export": lambda: client.get("/late.csv"),
        }
        rows = client.get("/list").text.count("<tr>"), client.get("/late.csv").text.count("\n")
        print(f"bare program: {rows[0]} rows listed, one write, {rows[1]} rows of CSV")

    def close(self) -> None:
        """Remove the copy."""
        self.copy.unlink()


def medians(work: Callable[[], object], beside: Callable[[], object] | None = None) -> tuple[float, float]:
    """Return the median seconds of thirty rounds after a warm-up, of fewer when they take long.

    What it is compared with takes turns with it, so that a busy machine slows both.
    """
    times: list[tuple[float, float]] = []
    begun = time.perf_counter()
    for place in range(WARM_UP + ROUNDS):
        one = (_seconds(work), _seconds(beside) if beside else 0.0)
        if place >= WARM_UP or one[0] > LONGEST / WARM_UP:
            times.append(one)
        if times and time.perf_counter() - begun > LONGEST:
            break
    own, other = zip(*times, strict=True)
    return statistics.median(own), statistics.median(other)


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _lines(database: Database, settings: Settings, filled: Filled, beside: Bare, url: str) -> list[Line]:
    meter = Meter()
    meter.watch(database)
    app = create_app(settings, database, clock=lambda: NOW)
    client = app.test_client()
    token = _sign_in(client, database)
    lines = [_page(client, meter, beside, name, path.format(task=filled.task), kind) for name, path, kind in PAGES]
    _over_the_wire(lines, url, settings.data, filled)
    lines.append(_count(database, meter))
    lines.append(_sign_off(client, meter, beside, filled, token))
    lines.append(_import(database, meter))
    return lines


def _sign_in(client: FlaskClient, database: Database) -> str:
    """Sign in as a browser does, and return the token the forms of the pages carry."""
    link = make_link(database, NOW)
    page = client.get(f"/sign-in?token={link}")
    client.post("/sign-in", data={"token": link, "csrf_token": _csrf(page.text)})
    return _csrf(client.get("/").text)


def _csrf(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    if found is None:
        raise AssertionError("the page has no form")
    return found[1]


def _page(client: FlaskClient, meter: Meter, beside: Bare, name: str, path: str, kind: str) -> Line:
    def ask() -> int:
        answer = client.get(path)
        if answer.status_code != 200:
            raise AssertionError(f"{path}: {answer.status}")
        return len(answer.data)

    ask()
    meter.statements = 0
    size = ask()
    statements = meter.statements
    return Line(name, *medians(ask, beside.work[kind]), statements, size)


def _over_the_wire(lines: Sequence[Line], url: str, data: Path, filled: Filled) -> None:
    with serving(url, data) as server:
        memory = []
        for line, (_, path, _kind) in zip(lines, PAGES, strict=True):
            asked = partial(server.get, path.format(task=filled.task))
            memory.append(server.memory())
            line.wire = statistics.median(_seconds(asked) for _ in range(OVER_THE_WIRE))
        print(f"server: first answer after {server.started}; memory {memory[0]} before, {memory[-1]} after the pages,")
        print(f"        {server.memory()} after the export")


def _count(database: Database, meter: Meter) -> Line:
    choice = Choice(marks=(Mark.OVERDUE,))
    meter.statements = 0
    stand(database, NOW).count(choice)
    statements = meter.statements
    return Line("overdue, count alone", *medians(lambda: stand(database, NOW).count(choice)), statements)


def _sign_off(client: FlaskClient, meter: Meter, beside: Bare, filled: Filled, token: str) -> Line:
    waiting = iter(filled.handed_in)

    def sign_off() -> None:
        address, own = next(waiting)
        meter.statements = 0
        form = {"csrf_token": token, "act": "sign_off", "occurrence": own}
        answer = client.post(f"/t/{address}", data=form)
        if answer.status_code != 302:
            raise AssertionError(answer.text)

    return Line("sign-off", *medians(sign_off, beside.work["write"]), meter.statements)


def _import(database: Database, meter: Meter) -> Line:
    """Import the sample plan again and again, each time as another file; it comes last, for it adds to the lists."""
    words = (shipped("plans") / "dizhuang-2024.md").read_bytes()
    places = count()

    def once() -> None:
        meter.statements = 0
        source = Source("dizhuang-2024.md", words + b"\n" * next(places))
        import_plan(database, source, actor="经办文员", at=NOW)

    return Line("import of the sample", *medians(once), meter.statements)


def _print(lines: Sequence[Line]) -> None:
    print(f"{'':<24}{'app ms':>9}{'bare ms':>9}{'x bare':>8}{'statements':>12}{'KB':>8}{'wire ms':>9}")
    for line in lines:
        ratio = f"{line.seconds / line.beside:.1f}" if line.beside else ""
        print(
            f"{line.name:<24}{line.seconds * 1e3:>9.1f}{_ms(line.beside):>9}{ratio:>8}{line.statements:>12}"
            f"{line.size / 1024:>8.0f}{_ms(line.wire):>9}"
        )


def _ms(seconds: float) -> str:
    return f"{seconds * 1e3:.1f}" if seconds else ""

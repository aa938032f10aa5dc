"""A backup is one whole file, of one moment; what was destroyed comes back row for row, into either kind of database."""

from __future__ import annotations

import json
import shutil
import stat
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from threading import Event as Signal
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import JSON, Connection, MetaData, Text, cast, select, text
from sqlalchemy.exc import DBAPIError

from planner.core.chain import digest
from planner.core.status import Act
from planner.errors import Conflict, NotFound, PlannerError, Unreadable
from planner.formats.archive import opened, opened_file
from planner.services import backing_up
from planner.services.arranging import change_day, seed_calendar
from planner.services.backing_up import back_up, backup_stream, last_backup, note_backup, restore
from planner.services.importing import Source, import_plan, keep_file
from planner.services.reviewing import open_review
from planner.services.signing_in import ensure_office, make_link
from planner.services.subscribing import Wish, subscribe
from planner.services.tracking import Said, record
from planner.services.withdrawing import withdraw_plan
from planner.store import copying, people, queries
from planner.store.database import Database, upgrade
from planner.store.guards import unguard
from planner.store.models import Account, Alias, Delegation, Occurrence, Party, Review, Season
from planner.store.outgoing import Reminder
from planner.store.table import Table
from tests.conftest import NOON, PLAN, POSTGRESQL, empty_schema

PLANS = Path(__file__).parents[2] / "plans"
SAID = Said(actor="王文员", at=NOON, day=NOON.date(), text="已检查3家")
MOMENT = NOON + timedelta(hours=3)
FIRST_HASH = digest(
    "",
    {
        "plan_id": 1, "number": 1, "occurrence_id": None, "item_id": None, "kind": "import", "at": NOON.timestamp(),
        "day": NOON.date(), "actor": "王", "on_behalf_of": "", "text": "", "data": {},
    },
)  # fmt: skip
Forgery = Callable[[dict[str, bytes], dict[str, Any]], object]
Dump = dict[str, list[dict[str, Any]]]


def dump_on(connection: Connection) -> Dump:
    """Return every row of every table, JSON as it is written, so that a JSON null differs from a NULL."""
    return {
        table.name: [
            dict(row)
            for row in connection.execute(
                select(*(cast(c, Text).label(c.name) if isinstance(c.type, JSON) else c for c in table.c)).order_by(
                    table.c.id
                )
            ).mappings()
        ]
        for table in Table.metadata.sorted_tables
    }


def dump(database: Database) -> Dump:
    with database.engine.connect() as connection:
        return parsed(dump_on(connection))


def parsed(found: Dump) -> Dump:
    """Return a dump with JSON as values: the two databases may space it differently."""
    columns = {table.name: table.c for table in Table.metadata.sorted_tables}
    return {
        name: [
            {
                key: ("json", json.loads(value)) if isinstance(columns[name][key].type, JSON) and value else value
                for key, value in row.items()
            }
            for row in rows
        ]
        for name, rows in found.items()
    }


@pytest.fixture
def files(tmp_path: Path) -> Path:
    return tmp_path / "files"


@pytest.fixture
def office(database: Database, files: Path) -> Database:
    """An office in the middle of its year."""
    return fill(database, files)


def fill(database: Database, files: Path) -> Database:
    """Put something in every table, and in every column that is hard to copy."""
    path = PLANS / "dizhuang-2024.md"
    import_plan(database, Source(path.name, path.read_bytes()), actor="王文员", at=NOON, files=files)
    import_plan(database, Source("示例.md", PLAN.encode()), actor="系统", at=NOON, sample=True)
    withdraw_plan(database, "2024s", Said(actor="王文员", at=NOON, day=NOON.date()))
    open_review(database, Source("二稿.md", (PLAN + "\n补充。\n").encode()), SAID, files=files)
    for number, row in enumerate(occurrences(database)[:12]):
        record(database, row.id, Act.PROGRESS, replace(SAID, text=f"已检查{number}家，“引号”、换行\n和😀"))
    record(database, occurrences(database)[0].id, Act.CHASE, SAID)
    add_what_is_hard(database)
    subscribe(database, Wish("plan", plan_id=1), NOON)
    return database


def add_what_is_hard(database: Database) -> None:
    with database.write() as session:
        office_id = queries.the_office(session).id
        first, second = people.parties(session)[:2]
        later = Party(office_id=office_id, kind="department", name="综合行政执法大队", confirmed_at=NOON)
        session.add(later)
        session.flush()
        # The earlier row refers to the later one.
        first.merged_into_id, first.main_leader = later.id, True
        second.department_id = later.id
        items = queries.items_of(session, 1)
        items[0].origin_id = items[5].id
        tasks = queries.tasks_of(session, 1)
        tasks[0].origin_id, tasks[1].origin_id = tasks[7].id, tasks[0].id
        session.add(Account(office_id=office_id, name="李秀英", role="leader", party_id=later.id, locked_until=NOON))
        session.add(Alias(office_id=office_id, kind="department", name="执法队", party_id=later.id))
        session.add(
            Delegation(
                party_id=later.id, deputy_id=first.id, starts_on=NOON.date(), ends_on=date(2024, 7, 1),
                made_at=NOON + timedelta(microseconds=7), made_by="王文员",
            )
        )  # fmt: skip
        session.add(
            Season(office_id=office_id, year=2024, name="汛期", starts_on=date(2024, 4, 1), ends_on=date(2024, 9, 30))
        )
        session.add(
            Reminder(
                office_id=office_id, recipient="应急办", role="department", rule="last_day", subject="digest",
                day=NOON.date(), title="", body="正文", matters=[], made_at=NOON,
            )
        )  # fmt: skip
        session.add(
            Review(
                office_id=office_id, filename="半.md", sha256="0" * 64, opened_at=NOON, opened_by="",
                reading={"half": "\ud83d", "n": None, "x": 0.1},
            )
        )  # fmt: skip
        session.execute(text("UPDATE occurrence SET extension = 'null' WHERE id = 2"))


def occurrences(database: Database) -> list[Occurrence]:
    with database.read() as session:
        return list(queries.occurrences_in(session, [queries.plan_at(session, "2024")]))


def destroyed(database: Database, files: Path) -> None:
    """Delete what a broken disk or a careless hand deletes."""
    database.close()
    shutil.rmtree(files)
    if database.engine.dialect.name == "postgresql":
        empty_schema(POSTGRESQL)
        return
    path = Path(database.engine.url.database or "")
    for end in ("", "-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def other(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Database]]:
    """Makes an empty database of each kind; on the one PostgreSQL there is, what was there before is gone."""
    made: list[Database] = []

    def make() -> Database:
        url = f"sqlite:///{(tmp_path / f'other{len(made)}.db').as_posix()}"
        if request.param == "postgresql":
            if not POSTGRESQL:
                pytest.skip("PLANNER_TEST_POSTGRESQL names no server")
            url = POSTGRESQL
            empty_schema(url)
        made.append(Database(url))
        return made[-1]

    yield make
    for database in made:
        database.close()


def test_destroyed_while_in_use_and_restored_row_for_row(
    office: Database, files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rows are those of one moment, though somebody writes before, during and after."""
    at_the_moment: list[Dump] = []
    going, enough, stop = Signal(), Signal(), Signal()
    rows = occurrences(office)[:3]

    def keep_writing() -> None:
        count = 0
        while not stop.is_set():
            record(office, rows[count % 3].id, Act.PROGRESS, replace(SAID, text=f"第{count}次"))
            count += 1
            (going if not at_the_moment else enough).set()

    real = copying.tables_in

    def tables_in(connection: Connection) -> Any:
        at_the_moment.append(parsed(dump_on(connection)))
        enough.clear()
        assert enough.wait(30)
        return real(connection)

    monkeypatch.setattr(copying, "tables_in", tables_in)
    writer = Thread(target=keep_writing)
    writer.start()
    assert going.wait(30)
    made = back_up(office, files, tmp_path / "b.zip", MOMENT)
    stop.set()
    writer.join()
    monkeypatch.undo()
    assert len(dump(office)["event"]) > len(at_the_moment[0]["event"])
    names = {path.name: path.read_bytes() for path in files.iterdir()}
    destroyed(office, files)
    done = restore(office, files, tmp_path / "b.zip")
    assert dump(office) == at_the_moment[0]
    assert (done.at, done.plans, done.events, done.broken) == (MOMENT, 2, len(at_the_moment[0]["event"]), [])
    assert {path.name: path.read_bytes() for path in files.iterdir()} == names
    assert (made.files, made.lacking, done.files) == (2, 1, 2), "the review of a file nobody kept"


def test_after_a_restore_the_work_goes_on(office: Database, files: Path, tmp_path: Path) -> None:
    back_up(office, files, tmp_path / "b.zip", MOMENT)
    destroyed(office, files)
    restore(office, files, tmp_path / "b.zip")
    row = occurrences(office)[0]
    record(office, row.id, Act.PROGRESS, SAID)
    import_plan(office, Source("再.md", PLAN.replace("2024", "2025").encode()), actor="王文员", at=NOON, files=files)
    make_link(office, NOON)
    with office.read() as session:
        assert queries.occurrence(session, row.id).version == row.version + 1
    with pytest.raises(DBAPIError, match="append-only"), office.write() as session:
        session.execute(text("UPDATE event SET text = ''"))
    office.migrate()


def test_an_office_moves_to_another_database(
    office: Database, files: Path, tmp_path: Path, other: Callable[[], Database]
) -> None:
    back_up(office, files, tmp_path / "b.zip", MOMENT)
    before = dump(office)
    moved = other()
    restore(moved, tmp_path / "moved", tmp_path / "b.zip")
    assert dump(moved) == before
    back_up(moved, tmp_path / "moved", tmp_path / "c.zip", MOMENT)
    with zipfile.ZipFile(tmp_path / "b.zip") as one, zipfile.ZipFile(tmp_path / "c.zip") as two:
        for name in one.namelist():
            assert sorted(one.read(name).splitlines()) == sorted(two.read(name).splitlines()), name


def test_the_file_is_private_and_names_what_it_holds(office: Database, files: Path, tmp_path: Path) -> None:
    (files.parent / "session.key").write_bytes(b"key")
    back_up(office, files, tmp_path / "b.zip", MOMENT)
    assert stat.S_IMODE((tmp_path / "b.zip").stat().st_mode) == 0o600
    with zipfile.ZipFile(tmp_path / "b.zip") as package:
        manifest = json.loads(package.read("manifest.json"))
        assert set(package.namelist()) == {"manifest.json", *manifest["members"]}
    assert (manifest["format"], manifest["revision"], manifest["at"]) == (1, "0005", MOMENT.isoformat())
    assert manifest["rows"] == {name: len(rows) for name, rows in dump(office).items()}
    assert not list(tmp_path.glob(".*"))


def test_a_file_that_is_there_is_not_overwritten(database: Database, files: Path, tmp_path: Path) -> None:
    target = tmp_path / "b.zip"
    target.write_text("照片")
    with pytest.raises(Conflict, match="--force"):
        back_up(database, files, target, MOMENT)
    assert target.read_text() == "照片"
    back_up(database, files, target, MOMENT, force=True)
    assert zipfile.is_zipfile(target)
    with pytest.raises(Conflict):
        back_up(database, files, tmp_path, MOMENT, force=True)
    with pytest.raises(PlannerError, match="没有这个文件夹"):
        back_up(database, files, tmp_path / "没有" / "b.zip", MOMENT)
    assert not list(tmp_path.glob(".*"))


def test_a_damaged_or_missing_source_file_is_told(office: Database, files: Path, tmp_path: Path) -> None:
    whole, lost = sorted(files.iterdir())
    whole.write_bytes(whole.read_bytes()[:-1])
    lost.unlink()
    made = back_up(office, files, tmp_path / "b.zip", MOMENT)
    assert (made.files, made.lacking) == (0, 3)


def test_only_an_empty_database_is_restored_into(office: Database, files: Path, tmp_path: Path) -> None:
    back_up(office, files, tmp_path / "b.zip", MOMENT)
    before = dump(office)
    shutil.rmtree(files)
    with pytest.raises(Conflict, match="改名"):
        restore(office, files, tmp_path / "b.zip")
    assert dump(office) == before
    assert not files.exists() or not list(files.iterdir())
    destroyed_and_started_anew(office, files)
    assert restore(office, files, tmp_path / "b.zip").plans == 2
    assert dump(office) == before


def destroyed_and_started_anew(database: Database, files: Path) -> None:
    files.mkdir(exist_ok=True)
    destroyed(database, files)
    database.migrate()
    ensure_office(database, "新电脑")
    seed_calendar(database, NOON)
    make_link(database, NOON)


def test_a_calendar_somebody_entered_is_not_overwritten(tmp_path: Path, files: Path) -> None:
    office = Database(f"sqlite:///{(tmp_path / 'planner.db').as_posix()}")
    destroyed_and_started_anew(office, files)
    back_up(office, files, tmp_path / "b.zip", MOMENT)
    change_day(office, date(2024, 6, 21), "no", "镇运动会", SAID)
    with pytest.raises(Conflict, match="改名"):
        restore(office, files, tmp_path / "b.zip")
    office.close()


def test_before_the_first_start_there_is_nothing_to_back_up(tmp_path: Path, files: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/none.db")
    with pytest.raises(NotFound, match="planner run"):
        back_up(database, files, tmp_path / "b.zip", MOMENT)
    assert not (tmp_path / "b.zip").exists()
    database.close()


@pytest.mark.parametrize("revision", ["0001", "0002"])
def test_a_backup_of_an_older_schema_is_brought_up_to_date(
    database: Database, files: Path, tmp_path: Path, revision: str
) -> None:
    files.mkdir()
    destroyed(database, files)
    with database.engine.execution_options(planner_write=True).begin() as connection:
        upgrade(connection, revision)
        add_older_rows(connection)
        copying.set_counters(connection, copying.tables_in(connection))
    back_up(database, files, tmp_path / "b.zip", MOMENT)
    database.migrate()
    migrated = dump(database)
    destroyed_and_started_anew(database, files)
    done = restore(database, files, tmp_path / "b.zip")
    assert dump(database) == migrated
    assert (done.plans, done.events) == (1, 2), "the second event opens the ledger anew"


def add_older_rows(connection: Connection) -> None:
    tables = MetaData()
    tables.reflect(connection)
    at = NOON if connection.dialect.name == "postgresql" else NOON.astimezone(UTC).replace(tzinfo=None)
    empty = {
        "filename": "",
        "section": "",
        "obligor": "",
        "label": "",
        "on_behalf_of": "",
        "text": "",
        "last_progress": "",
    }
    whole = {"plan_id": 1, "number": 1, "position": 1, "start": 0, "end": 1, "minimum": 1, "sequence": 0, "version": 1}
    rest = {
        "office_id": 1,
        "imported_at": at,
        "changed_at": at,
        "at": at,
        "day": NOON.date(),
        "due_on": date(2024, 6, 30),
    }
    common = {**empty, **whole, **rest, "findings": [], "deadlines": [], "targets": [], "data": {}, "sample": False}
    for name, own in OLDER.items():
        table = tables.tables[name]
        values = {**common, "due_by_office": False, "before_issue": False, "by_office": False, **own}
        connection.execute(table.insert(), {key: value for key, value in values.items() if key in table.c})


OLDER: dict[str, dict[str, Any]] = {
    "office": {"id": 1, "name": "柳河镇党政办"},
    "account": {"id": 1, "name": "经办文员", "role": "clerk"},
    "party": {"id": 3, "kind": "person", "name": "王建国", "email": ""},
    "plan": {"id": 1, "address": "2024", "title": "要点", "issuer": "", "year": 2024},
    "planversion": {"id": 1, "sha256": "ab"},
    "item": {"id": 4, "title": "培训"},
    "assignment": {"id": 1, "item_id": 4, "party_id": 3, "role": "leader"},
    "task": {"id": 1, "item_id": 4, "code": "1-1", "title": "培训"},
    "occurrence": {"id": 9, "task_id": 1, "key": "", "uid": "u", "state": "not_started"},
    "event": {"id": 7, "kind": "import", "actor": "王", "previous": "", "hash": FIRST_HASH},
}


def test_a_chain_that_was_broken_before_is_told(office: Database, files: Path, tmp_path: Path) -> None:
    with office.engine.execution_options(planner_write=True).begin() as connection:
        unguard(connection)
        connection.execute(text("UPDATE event SET text = '已检查99家' WHERE number = 4 AND plan_id = 1"))
    back_up(office, files, tmp_path / "b.zip", MOMENT)
    destroyed(office, files)
    done = restore(office, files, tmp_path / "b.zip")
    assert [number for _, number in done.broken] == [4]


def repacked(source: Path, target: Path, change: Forgery) -> None:
    """Write a backup again with its members, and what its manifest says, changed by a forger."""
    with zipfile.ZipFile(source) as package:
        members = {name: package.read(name) for name in package.namelist()}
    manifest = json.loads(members.pop("manifest.json"))
    change(members, manifest)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in {**members, "manifest.json": json.dumps(manifest).encode()}.items():
            package.writestr(name, data)


def _forge(members: dict[str, bytes], manifest: dict[str, Any], name: str, data: bytes) -> None:
    members[name] = data
    manifest["members"][name] = sha256(data).hexdigest()


def _forge_row(members: dict[str, bytes], manifest: dict[str, Any], values: Mapping[str, Any]) -> None:
    row = json.loads(members["tables/party.jsonl"].splitlines()[0])
    rest = members["tables/party.jsonl"].split(b"\n", 1)[1]
    _forge(members, manifest, "tables/party.jsonl", json.dumps({**row, **values}).encode() + b"\n" + rest)


def _forge_line(members: dict[str, bytes], manifest: dict[str, Any], line: bytes) -> None:
    _forge(members, manifest, "tables/season.jsonl", line)
    manifest["rows"]["season"] = 1


def _forge_table(members: dict[str, bytes], manifest: dict[str, Any]) -> None:
    _forge(members, manifest, "tables/secret.jsonl", b"")
    manifest["rows"]["secret"] = 0


def _drop_table(members: dict[str, bytes], manifest: dict[str, Any]) -> None:
    del members["tables/event.jsonl"], manifest["members"]["tables/event.jsonl"], manifest["rows"]["event"]


FORGERIES: dict[str, Forgery] = {
    "a missing member": lambda members, _: members.pop("tables/event.jsonl"),
    "a missing table": _drop_table,
    "an unknown member": lambda members, _: members.update({"readme.txt": b"x"}),
    "an unknown table": _forge_table,
    "a path upwards": lambda members, manifest: _forge(members, manifest, "files/../../planner.db", b"x"),
    "an absolute path": lambda members, manifest: _forge(members, manifest, "/etc/planner", b"x"),
    "a file not of its hash's name": lambda members, manifest: _forge(members, manifest, f"files/{'0' * 64}", b"x"),
    "rows that are not there": lambda _, manifest: manifest["rows"].update(event=1_000_000),
    "a row changed": lambda members, _: members.update({"tables/office.jsonl": b'{"id":1,"name":"x"}\n'}),
    "a newer schema": lambda _, manifest: manifest.update(revision="9999"),
    "every schema": lambda _, manifest: manifest.update(revision="head"),
    "a newer form": lambda _, manifest: manifest.update(format=2, members=[]),
    "no manifest to speak of": lambda _, manifest: manifest.clear(),
    "a zip bomb": lambda members, manifest: _forge(members, manifest, "tables/season.jsonl", bytes(64_000_000)),
    "a row that is no object": lambda members, manifest: _forge_line(members, manifest, b"[]\n"),
    "a row without an end": lambda members, manifest: _forge_line(members, manifest, b"[" * 100_000 + b"\n"),
}


WORDS = {
    "a newer schema": "先更新程序",
    "every schema": "先更新程序",
    "a newer form": "先更新程序",
    "a zip bomb": "太大",
}


MISFITS: dict[str, dict[str, Any]] = {
    "an unknown column": {"password": "x"},
    "a word for a number": {"office_id": "1; DROP"},
    "a moment without a zone": {"confirmed_at": "2024-06-20T12:00:00"},
    "a row of another office": {"office_id": 77},
    "a kind there is not": {"kind": "robot"},
    "a number too large": {"office_id": 2**70},
    "an empty name": {"name": None},
}


@pytest.fixture(scope="module")
def backup(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole backup, to be damaged and forged."""
    folder = tmp_path_factory.mktemp("backup")
    database = Database(f"sqlite:///{folder.as_posix()}/planner.db")
    database.migrate()
    ensure_office(database, "柳河镇党政办")
    seed_calendar(database, NOON)
    back_up(fill(database, folder / "files"), folder / "files", folder / "b.zip", MOMENT)
    database.close()
    return folder / "b.zip"


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """One database that nothing refused may change."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('untouched').as_posix()}/planner.db")
    database.migrate()
    ensure_office(database, "新电脑")
    seed_calendar(database, NOON)
    yield database
    database.close()


def refused(database: Database, files: Path, source: Path, words: str = "没有恢复") -> None:
    before = dump(database)
    with pytest.raises(Unreadable) as told:
        restore(database, files, source)
    assert told.value.message.endswith("。") and "\n" not in told.value.message
    assert "没有恢复" in told.value.message and words in told.value.message
    assert dump(database) == before
    assert not files.exists() or not list(files.iterdir())


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_backup_is_refused(untouched: Database, backup: Path, files: Path, forgery: str) -> None:
    repacked(backup, files.with_name("forged.zip"), FORGERIES[forgery])
    refused(untouched, files, files.with_name("forged.zip"), WORDS.get(forgery, "损坏"))


@pytest.mark.parametrize("misfit", MISFITS)
def test_rows_that_do_not_fit_are_refused(database: Database, backup: Path, files: Path, misfit: str) -> None:
    repacked(backup, files.with_name("forged.zip"), lambda members, said: _forge_row(members, said, MISFITS[misfit]))
    refused(database, files, files.with_name("forged.zip"))


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "half": lambda data: data[: len(data) // 2],
    "all but the last byte": lambda data: data[:-1],
    "nothing": lambda _: b"",
    "a text": lambda _: PLAN.encode(),
    "noise in the first name": lambda data: data[:30] + b"noise" + data[35:],
    "a sector of zeros": lambda data: data[:4096] + bytes(512) + data[4608:],
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_backup_is_refused(untouched: Database, backup: Path, files: Path, damage: str) -> None:
    damaged = files.with_name("damaged.zip")
    damaged.write_bytes(DAMAGES[damage](backup.read_bytes()))
    refused(untouched, files, damaged)


def test_any_flipped_byte_is_seen_or_harmless(untouched: Database, backup: Path, files: Path) -> None:
    """A zip holds bytes that mean nothing, such as the time of a member; the rest is told."""
    data, seen = backup.read_bytes(), 0
    for place in range(0, len(data), len(data) // 150):
        damaged = BytesIO(data[:place] + bytes([data[place] ^ 0x10]) + data[place + 1 :])
        try:
            with opened(damaged), opened_file(backup):
                pass
        except Unreadable:
            seen += 1
    assert seen > 130
    middle = len(data) // 2
    files.with_name("damaged.zip").write_bytes(data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :])
    refused(untouched, files, files.with_name("damaged.zip"))


def test_a_document_a_folder_and_nothing_are_no_backups(untouched: Database, files: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.docx", "w") as package:
        package.writestr("word/document.xml", "<x/>")
    for source in (tmp_path / "a.docx", tmp_path, tmp_path / "没有.zip"):
        refused(untouched, files, source)


def test_two_members_of_one_name(untouched: Database, backup: Path, files: Path, tmp_path: Path) -> None:
    shutil.copy(backup, tmp_path / "b.zip")
    with zipfile.ZipFile(tmp_path / "b.zip", "a") as package, pytest.warns(UserWarning, match="Duplicate"):
        package.writestr("tables/event.jsonl", "")
    refused(untouched, files, tmp_path / "b.zip")


def test_a_failure_at_the_last_step_leaves_no_trace(
    database: Database, backup: Path, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    destroyed_and_started_anew(database, files)
    before = dump(database)

    def pulled(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(backing_up, "upgrade", pulled)
    with pytest.raises(KeyboardInterrupt):
        restore(database, files, backup)
    assert dump(database) == before
    assert not list(files.iterdir())


def test_a_stream_is_gone_when_closed(office: Database, files: Path, tmp_path: Path) -> None:
    present = set(tmp_path.iterdir())
    stream, made = backup_stream(office, files, tmp_path, MOMENT)
    with stream:
        (tmp_path / "b.zip").write_bytes(stream.read())
    assert set(tmp_path.iterdir()) == {*present, tmp_path / "b.zip"}
    destroyed(office, files)
    assert restore(office, files, tmp_path / "b.zip").files == made.files


def test_when_the_last_backup_was_made(tmp_path: Path) -> None:
    assert last_backup(tmp_path) is None
    note_backup(tmp_path, MOMENT)
    assert last_backup(tmp_path) == MOMENT
    (tmp_path / "last-backup").write_text("昨天", "utf-8")
    assert last_backup(tmp_path) is None
    note_backup(tmp_path / "没有", MOMENT)


def test_a_file_kept_twice_is_written_once(tmp_path: Path) -> None:
    source = Source("a.md", b"x")
    keep_file(source, tmp_path)
    (tmp_path / source.sha256).write_bytes(b"kept")
    keep_file(source, tmp_path)
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"kept"]

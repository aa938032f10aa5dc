"""The page that hands out a backup, and the pages when nothing can be written."""

from __future__ import annotations

import errno
import io
import os
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from planner.config import Settings
from planner.core.status import Act
from planner.services import backing_up
from planner.services.importing import Imported, Source, keep_file
from planner.services.tracking import record
from planner.store.database import FULL, READ_ONLY, Database
from planner.web.app import create_app
from tests.conftest import PLAN
from tests.store.test_unavailable import SAID, events, no_more_room, read_only
from tests.web.conftest import Office


def test_the_clerk_downloads_a_backup(
    clerk: Office, imported: Imported, source: Source, settings: Settings, tmp_path: Path, database: Database
) -> None:
    keep_file(source, settings.files)
    assert "planner restore" in clerk.open("/backup") and "还没有备份过" in clerk.open("/backup")
    answer = clerk.submit("/backup")
    assert answer.status_code == 200 and answer.mimetype == "application/zip"
    assert answer.headers["Content-Disposition"] == "attachment; filename=planner-backup-2024-06-20-1200.zip"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as package:
        assert f"files/{source.sha256}" in package.namelist()
        assert not any("session" in name for name in package.namelist())
    assert {path.name for path in settings.data.iterdir()} == {"files", "last-backup", "session.key"}
    assert "上次备份：2024-06-20 12:00" in clerk.open("/backup")
    (tmp_path / "b.zip").write_bytes(answer.data)
    answer.close()
    elsewhere = Database(f"sqlite:///{tmp_path}/elsewhere.db")
    assert backing_up.restore(elsewhere, tmp_path / "elsewhere", tmp_path / "b.zip").events == events(database)
    elsewhere.close()


def test_the_guide_leads_there(clerk: Office) -> None:
    assert 'href="/backup"' in clerk.open("/help")


def test_a_backup_is_for_the_clerk_with_a_token(stranger: Office, clerk: Office, leader: Office) -> None:
    assert clerk.client.post("/backup").status_code == 400
    assert leader.client.get("/backup").status_code == 403
    assert stranger.client.get("/backup").status_code == 302


def test_no_room_for_the_download(
    clerk: Office, imported: Imported, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(**_: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(backing_up, "TemporaryFile", full)
    answer = clerk.submit("/backup")
    assert answer.status_code == 503 and "磁盘已满" in answer.text
    assert "还没有备份过" in clerk.open("/backup")


def test_pages_on_a_full_disk(clerk: Office, imported: Imported, database: Database) -> None:
    if database.engine.dialect.name != "sqlite":
        pytest.skip("a full disk is made by a pragma of SQLite")
    page = "/t/2024-1-1"
    with no_more_room(database):
        while clerk.submit(page, act="progress", occurrence=1, text="检查" * 200).status_code == 200:
            pass
        before = events(database)
        answer = clerk.submit(page, act="progress", occurrence=1, text="检查" * 200)
        assert answer.status_code == 503 and FULL in answer.text
        answer = clerk.submit("/import", text=PLAN * 20)
        assert answer.status_code == 503 and FULL in answer.text
        assert "培训" in clerk.open(page) and "培训" in clerk.open("/plans/2024")
        answer = clerk.submit("/backup")
        answer.close()
        assert answer.status_code == 200, "what is there can still be saved"
    assert events(database) == before
    record(database, 1, Act.PROGRESS, SAID)
    assert clerk.submit(page, act="progress", occurrence=1, text="又有地方了").status_code == 200
    assert events(database) == before + 2


def test_pages_on_a_read_only_database(
    database: Database, imported: Imported, settings: Settings, clock: Callable[[], datetime]
) -> None:
    locked = Database(read_only(database))
    office = Office(create_app(settings, locked, clock=clock).test_client())
    with office.client.session_transaction() as session:
        session["account"] = session["epoch"] = 1
    assert "培训" in office.open("/plans/2024")
    answer = office.submit("/t/2024-1-1", act="progress", occurrence=1, text="已培训12人")
    assert answer.status_code == 503 and READ_ONLY in answer.text
    locked.close()

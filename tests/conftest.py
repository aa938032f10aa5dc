"""What several tests share: databases of both kinds, a clock that stands still, a small plan."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as examples
from sqlalchemy import create_engine, make_url, text

from planner.config import OFFICE_TIME, Settings, read_settings
from planner.services.arranging import seed_calendar
from planner.services.importing import Imported, Source, import_plan
from planner.services.signing_in import ensure_office
from planner.store.database import Database
from planner.store.guards import guard, unguard
from planner.store.table import Table


def own_postgresql() -> str:
    """Return the address of this process's database: of several that run tests side by side each has its own."""
    url, worker = os.environ.get("PLANNER_TEST_POSTGRESQL", ""), os.environ.get("PYTEST_XDIST_WORKER", "")
    if not url or not worker:
        return url
    parts = make_url(url)
    engine = create_engine(parts, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        known = connection.execute(text("SELECT datname FROM pg_database")).scalars().all()
        name = f"{parts.database}_{worker}"
        if name not in known:
            connection.execute(text(f'CREATE DATABASE "{name}"'))
    engine.dispose()
    return parts.set(database=name).render_as_string(hide_password=False)


POSTGRESQL = own_postgresql()
SHARED = Path(__file__).parents[1].parent / "shared"
# Speed is measured by benchmarks, never by tests: a busy machine must not fail one.
examples.register_profile("planner", deadline=None, suppress_health_check=[HealthCheck.too_slow])
examples.load_profile("planner")

NOON = datetime(2024, 6, 20, 12, 0, tzinfo=OFFICE_TIME)

PLAN = """\
# 柳河镇2024年安全生产工作要点

印发单位：柳河镇人民政府

印发日期：2024年4月17日

## 一、夯实基础

### 1. 加强培训

6月底前，组织专职安全员培训考核。

### 2. 排查风险

每季度开展一次风险辨识。

（责任领导：王建国，责任部门：应急部门）

### 3. 检查农机

农机登记率达到95%以上。7月10日前，完成收割机检查。

（责任领导：王建国、李秀英，责任部门：农业、应急部门）
"""


@pytest.fixture(autouse=True, scope="session")
def _straight() -> Iterator[None]:
    """The servers of these tests stand on this computer, whatever proxy it uses for others."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NO_PROXY", "127.0.0.1")
        patch.setenv("no_proxy", "127.0.0.1")
        yield


@pytest.fixture(scope="session")
def fresh_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite database with its office, to copy: making one anew for each test would take a quarter second."""
    path = tmp_path_factory.mktemp("fresh") / "planner.db"
    database = _founded(f"sqlite:///{path.as_posix()}")
    database.close()
    return path


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database(request: pytest.FixtureRequest, tmp_path: Path, fresh_file: Path) -> Iterator[Database]:
    """An empty, migrated database with its office; the test runs once on each kind."""
    if request.param == "sqlite":
        made = Database(f"sqlite:///{shutil.copy(fresh_file, tmp_path)}")
    elif POSTGRESQL:
        empty_tables(POSTGRESQL)
        made = _founded(POSTGRESQL)
        MIGRATED.add(POSTGRESQL)
    else:
        pytest.skip("PLANNER_TEST_POSTGRESQL names no server")
    yield made
    made.close()


def _founded(url: str) -> Database:
    made = Database(url)
    made.migrate()
    ensure_office(made, "柳河镇党政办")
    seed_calendar(made, NOON)
    return made


MIGRATED: set[str] = set()
"""The PostgreSQL databases whose tables are those of this run."""


def empty_tables(url: str) -> None:
    """Give the next test a PostgreSQL database without rows: making all tables anew for each would take a second."""
    if url not in MIGRATED:
        empty_schema(url)
        return
    database = Database(url)
    names = ", ".join(f'"{name}"' for name in Table.metadata.tables)
    with database.engine.begin() as connection:
        unguard(connection)
        connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
        guard(connection)
    database.close()


def empty_schema(url: str) -> None:
    """Give the next test a PostgreSQL database without tables."""
    MIGRATED.discard(url)
    database = Database(url)
    with database.engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    database.close()


@pytest.fixture
def source() -> Source:
    """The small plan as a file."""
    return Source("柳河镇要点.md", PLAN.encode())


@pytest.fixture
def imported(database: Database, source: Source) -> Imported:
    """The small plan, imported on 20 June 2024."""
    return import_plan(database, source, actor="王文员", at=NOON)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings that keep everything in the test's own folder."""
    return read_settings({"PLANNER_DATA": str(tmp_path / "data"), "PLANNER_OFFICE": "柳河镇党政办"})

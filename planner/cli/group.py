"""The ``planner`` command itself, and what its subcommands share: days, files, the database of the office."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from planner import __version__
from planner.config import UNNAMED, Settings, now
from planner.errors import PlannerError
from planner.formats.intake import MAX_BYTES
from planner.services import arranging, settling, signing_in
from planner.services.importing import Source
from planner.store.database import Database


class Commands(click.Group):
    """A group whose errors are one Chinese sentence and exit status 1, never a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the chosen command."""
        try:
            return super().invoke(ctx)
        except PlannerError as error:
            raise click.ClickException(error.message) from error
        except BrokenPipeError:
            raise
        except OSError as error:
            where = f"{error.filename}：" if error.filename else ""
            words = f"没有完成。{where}{error.strerror or error}。请检查文件夹的权限和磁盘空间后再试。"
            raise click.ClickException(words) from error


class Day(click.ParamType[date]):
    """A day written 2024-06-30."""

    name = "日期"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the day; fail with a sentence that shows the form."""
        try:
            day = value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(f"日期「{value}」看不懂，请写成 2024-06-30 这样。", param, ctx)
        if day.year not in YEARS:
            self.fail(f"年份「{day.year}」不对，请写 {YEARS[0]} 到 {YEARS[-1]} 年之间的日子。", param, ctx)
        return day


YEARS = range(1990, 2100)
DAY = Day()
FILE = click.argument("file", type=click.Path(path_type=Path))


@click.group(cls=Commands, invoke_without_command=True)
@click.version_option(__version__)
@click.pass_context
def main(ctx: click.Context) -> None:
    """Planner：把印发的工作计划变成可以跟踪、提醒和销号的任务。不带命令时启动网页。"""
    if ctx.invoked_subcommand is None:
        ctx.invoke(main.commands["run"])


def opened(settings: Settings) -> Database:
    """Return the database as it is; it is closed when the command ends."""
    database = Database(settings.database_url)
    click.get_current_context().call_on_close(database.close)
    return database


def office_database(settings: Settings) -> Database:
    """Return the database brought up to date, with the office and the working days in it."""
    database = opened(settings)
    database.migrate()
    signing_in.ensure_office(database, settings.office, settings.contact)
    arranging.seed_calendar(database, now())
    return database


def started_database(settings: Settings) -> Database:
    """Open the database for a process that stays, and note what it was told."""
    database = office_database(settings)
    name = "" if settings.office == UNNAMED else settings.office
    settling.note_start(database, now(), name, settings.base_url, mail_server=settings.smtp is not None)
    return database


def source_of(path: Path, most: int = MAX_BYTES) -> Source:
    """Return a file of at most *most* octets; fail with a sentence."""
    try:
        if path.stat().st_size > most:
            raise click.ClickException(f"文件太大，最多 {most // 1024 // 1024} MB。")
        return Source(path.name, path.read_bytes())
    except OSError as error:
        raise click.ClickException(f"读不到文件 {path}：{error.strerror}。") from error

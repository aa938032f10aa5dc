"""Commands about days: the working days of a year, and calendars as phones read them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from planner.cli.group import main, office_database, source_of
from planner.config import now, read_settings
from planner.core.calendar import WorkingDays, day_words
from planner.core.year import holidays_of, worked_in
from planner.services import arranging
from planner.services.importing import Source
from planner.services.tracking import Said
from planner.store.database import Database
from planner.store.workdays import working_days


@main.command("feed-lint")
@click.argument("source", metavar="URL|FILE")
@click.option("--alarm", is_flag=True, help="日历本来就要响铃，不把 VALARM 算作问题。")
def feed_lint(source: str, alarm: bool) -> None:
    """检查一个日历（网址或 .ics 文件）手机能不能放心订阅，别的程序的也能查；有问题时退出码为 1。"""
    from planner.formats.feed_rules import check_feed, in_brief
    from planner.services.inspecting import MOST_OCTETS, inspect_feed

    is_file = "://" not in source
    faults = check_feed(source_of(Path(source), MOST_OCTETS).data, alarm=alarm) if is_file else inspect_feed(source)
    click.echo("\n".join(in_brief(faults)) or "没有发现问题。")
    if faults:
        sys.exit(1)


@main.command()
@click.argument("year", type=click.IntRange(1990, 2099), required=False)
@click.option("--import", "file", type=click.Path(path_type=Path), help="读这份放假通知（Word 或文本），确认后保存。")
@click.option("--yes", is_flag=True, help="不再询问，直接保存。")
def workdays(year: int | None, file: Path | None, yes: bool) -> None:
    """显示一年的节假日、调休和每月的工作日，YEAR 默认今年；--import 录入国务院办公厅的放假通知。"""
    database = office_database(read_settings())
    if file is not None:
        year = _import_notice(database, source_of(file), year, yes=yes)
    with database.read() as session:
        days = working_days(session)
    click.echo("\n".join(_year_lines(year or now().year, days)))


def _import_notice(database: Database, source: Source, year: int | None, *, yes: bool) -> int:
    proposal = arranging.read_proposal(database, source, year)
    for finding in proposal.findings:
        click.echo(f"请核对：{finding.message}")
    for day, before, after in proposal.changes:
        click.echo(f"{day_words(day, proposal.year)}　{before} → {after}")
    if not proposal.changes and proposal.known:
        click.echo(f"和{proposal.year}年现在的安排一样，没有改动。")
    elif yes or click.confirm(f"\n保存{proposal.year}年的节假日安排吗？", default=False):
        at = now()
        said = Said(actor="经办文员", at=at, day=at.date())
        changed = arranging.enter_year(database, proposal.text, proposal.year, f"通知文件「{source.filename}」", said)
        click.echo(f"已保存，改动 {changed} 天。")
    else:
        click.echo("没有保存，什么都没有改动。")
    return proposal.year


def _year_lines(year: int, days: WorkingDays) -> Iterator[str]:
    counts = [worked_in(year, month, days) for month in range(1, 13)]
    yield f"{year}年共 {sum(counts)} 个工作日" + ("" if days.knows(year) else "（节假日安排未录入，按周一至周五计）")
    yield "　".join(f"{month}月{count}" for month, count in enumerate(counts, start=1))
    for one in holidays_of(year, days):
        told = [f"放假 {one.off_words}" if one.off else "", f"周末上班 {one.worked_words}" if one.worked else ""]
        yield f"{one.name or '其他'}　{'；'.join(filter(None, told))}"

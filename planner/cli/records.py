"""Commands about what is kept: overdue lists, the ledger verified and replayed, backups."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from planner.cli.group import DAY, FILE, main, office_database, opened
from planner.config import end_sessions, now, read_settings
from planner.core.ledger import overdue as overdue_entries
from planner.core.ledger import progress_words, totals
from planner.services import backing_up, reporting, verifying


@main.command()
@click.option("--on", type=DAY, help="看哪一天，默认今天。")
@click.option("--as-recorded", is_flag=True, help="只算那天已经登记的。")
def overdue(on: date | None, as_recorded: bool) -> None:
    """列出某一天的逾期事项。"""
    standing = reporting.stand(office_database(read_settings()), now(), on, as_recorded=as_recorded)
    if standing.is_sample:
        click.echo("（示例）", nl=False)
    click.echo(f"截至{standing.on}：{totals(standing.entries, standing.on).sentence()}")
    for entry in overdue_entries(standing.entries, standing.on, standing.days):
        who = "、".join(entry.leaders + entry.departments) or "责任人未明确"
        how = f"{standing.words(entry)}　{progress_words(entry)}"
        click.echo(f"{entry.code}　{entry.name}　{who}　应完成{entry.facts.due_on}　{how}")


@main.command()
def verify() -> None:
    """验证留痕没有被改动过，并核对现状与留痕一致；发现问题时退出码为 1。"""
    results = verifying.verify(office_database(read_settings()))
    for result in results:
        click.echo(result.sentence())
    if not all(result.is_whole for result in results):
        sys.exit(1)
    click.echo("全部完好。" if results else "还没有计划，没有可验证的。")


@main.command()
def rebuild() -> None:
    """按留痕重建每一期的现状；留痕本身不会改动。"""
    changed = verifying.rebuild(office_database(read_settings()), now())
    click.echo(f"已按留痕重建，改正了{changed}期。" if changed else "现状与留痕一致，没有要改的。")


@main.command()
@FILE
@click.option("--force", is_flag=True, help="文件已经有了时覆盖它。")
def backup(file: Path, force: bool) -> None:
    """把全部数据备份成一个文件（.zip）；网页可以照常开着。"""
    settings, at = read_settings(), now()
    made = backing_up.back_up(opened(settings), settings.files, file, at, force=force)
    backing_up.note_backup(settings.data, at)
    click.echo(f"已备份到 {file}：{made.rows} 行数据，{made.files} 个原文件。里面有个人信息，请妥善保管。")
    if made.lacking:
        click.echo(f"有 {made.lacking} 个原文件已不在数据文件夹里或已损坏，没有放进备份；计划的文字都在。")


@main.command()
@FILE
def restore(file: Path) -> None:
    """把备份恢复到一个空的数据库，请先停止网页；换电脑、换数据库也用它。"""
    settings = read_settings()
    done = backing_up.restore(opened(settings), settings.files, file)
    end_sessions(settings.data)
    whole = "" if done.broken else "，每份计划的记录链都完整"
    click.echo(f"已恢复 {done.at:%Y-%m-%d %H:%M} 的备份：{done.plans} 份计划，{done.events} 条记录{whole}。")
    click.echo(f"原文件 {done.files} 个。大家要重新登录：运行 planner run，会显示登录链接。")
    for title, number in done.broken:
        click.echo(f"请注意：《{title}》从第 {number} 条记录起对不上，这些记录在备份以前就被改动过。")

"""Commands that keep the product going: the pages, the reminders, and how both are."""

from __future__ import annotations

import signal
import socket
import sys
import threading
from collections.abc import Iterator
from datetime import date
from operator import itemgetter

import click

from planner.cli.group import DAY, main, office_database, started_database
from planner.config import Settings, now, read_settings, shipped
from planner.core.escalation import LEVEL_LABELS
from planner.scheduler import Shift, Timetable
from planner.services import attending, rehearsing, signing_in
from planner.services.importing import load_samples
from planner.services.rehearsing import Rehearsal


@main.command()
@click.option("--sample/--no-sample", default=True, help="第一次启动时载入示例计划。")
def run(sample: bool) -> None:
    """启动网页和提醒，并显示一次性登录链接。"""
    from waitress.server import create_server  # the other commands start faster without it

    from planner.web.app import create_app

    settings = read_settings()
    database = started_database(settings)
    if sample:
        load_samples(database, shipped("plans"), now())
    token = signing_in.make_link(database, now())
    listener = _listen(settings)
    port = listener.getsockname()[1]
    app = create_app(settings, database, clock=now)
    server = create_server(app, sockets=[listener], threads=8, ident=None)
    timetable = Timetable(Shift(settings, database, now))
    base = settings.base_url or f"http://{_shown(settings.host)}:{port}"
    click.echo(f"Planner 已启动：{base}/\n数据文件夹：{settings.data}\n登录链接（只能用一次，一天内有效）：\n")
    click.echo(f"  {base}/sign-in?token={token}\n")
    click.echo("用浏览器打开上面的链接。要停止请按 Ctrl+C。")
    signal.signal(signal.SIGTERM, _stop)
    try:
        server.run()
    finally:
        timetable.stop()


def _stop(*_: object) -> None:
    """End as by Ctrl+C: what is under way is finished, and the worker signs off."""
    raise SystemExit(0)


def _shown(host: str) -> str:
    return "127.0.0.1" if host in ("0.0.0.0", "::") else f"[{host}]" if ":" in host else host  # noqa: S104


def _listen(settings: Settings) -> socket.socket:
    """Return a socket on the wanted port, or on the next free one of the twenty after it."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    for port in range(settings.port, min(settings.port + 20, 65535) + 1):
        listener = socket.socket(family, socket.SOCK_STREAM)
        if sys.platform != "win32":
            # On Windows this option would let two servers share a port.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((settings.host, port))
        except OSError:
            listener.close()
        else:
            return listener
    raise click.ClickException(f"从 {settings.port} 起的端口都被占用或地址不能用，请用 PLANNER_PORT 另选一个。")


@main.command()
@click.argument("name", default="")
def link(name: str) -> None:
    """显示一个新的一次性登录链接（网页要先启动）；NAME 是哪位经办文员，不写就是第一位。"""
    settings = read_settings()
    token = signing_in.make_link(office_database(settings), now(), name)
    base = settings.base_url or f"http://{_shown(settings.host)}:{settings.port}"
    click.echo(f"{base}/sign-in?token={token}")


@main.command()
@click.option("--dry-run", is_flag=True, help="只显示会发什么，不保存也不发送。")
@click.option("--on", type=DAY, help="看哪一天会发什么（只能与 --dry-run 同用）。")
@click.option("--days", type=click.IntRange(1, 366), default=1, help="从那天起看几天（只能与 --dry-run 同用）。")
def remind(dry_run: bool, on: date | None, days: int) -> None:
    """生成今天的提醒并发出；没有设置发送渠道的留在「待发」页。"""
    settings = read_settings()
    database, at = office_database(settings), now()
    if not dry_run:
        if on is not None or days > 1:
            raise click.UsageError("--on 和 --days 只能与 --dry-run 同用：提醒只按今天发。")
        _send(Shift(settings, database, now))
        return
    first, since = on or at.date(), None
    if on is None:
        with database.read() as session:
            _, since = rehearsing.first_undecided(session, first)
    rehearsal = rehearsing.rehearse(database, first, days, since=since)
    for _, words in sorted([*_message_lines(rehearsal), *_draft_lines(rehearsal)], key=itemgetter(0)):
        click.echo(words)
    span = f"{first}" if days == 1 else f"{first} 起 {days} 天"
    click.echo(f"{span}会有 {len(rehearsal.messages)} 条提醒，起草 {len(rehearsal.drafts)} 份督办单。")


def _message_lines(rehearsal: Rehearsal) -> Iterator[tuple[date, str]]:
    for one in rehearsal.messages:
        yield one.day, f"── {one.day}　给 {one.due.recipient}　{one.letter.subject}\n{one.letter.body}"


def _draft_lines(rehearsal: Rehearsal) -> Iterator[tuple[date, str]]:
    for due, entry in ((one.due, one.entry) for one in rehearsal.drafts):
        told = f"主送 {'、'.join(due.to)}　{entry.code} {'内部事项' if entry.internal else entry.name}"
        yield due.day, f"── {due.day}　起草{LEVEL_LABELS[due.level]}　{told}"


def _send(shift: Shift) -> None:
    handled = shift.turn()
    after = attending.health(shift.database, now())
    failed = handled["waiting"] + handled["failed"]
    told = f"，没有发出 {failed} 条" if failed else ""
    click.echo(f"已发送 {handled['sent']} 条{told}；等待发送 {after.waiting} 条，待转告 {after.to_tell} 条。")


@main.command()
@click.option("--once", is_flag=True, help="只看一遍就结束。")
def work(once: bool) -> None:
    """只生成和发送提醒，不开网页；可以在几台电脑上同时运行，共用一个 PostgreSQL。"""
    settings = read_settings()
    if once:
        _send(Shift(settings, office_database(settings), now))
        return
    shift = Shift(settings, started_database(settings), now)
    ended = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: ended.set())
    timetable = Timetable(shift)
    click.echo(f"正在发提醒：{shift.post.worker}。要停止请按 Ctrl+C，发完手上这一条就停。")
    while not ended.wait(1):
        pass
    timetable.stop()
    click.echo("已停止。")


@main.command()
def status() -> None:
    """显示提醒和发送是否正常；不正常时退出码为 1。"""
    settings = read_settings()
    found = attending.health(office_database(settings), now())
    click.echo(f"数据文件夹：{settings.data}\n{found.sentence()}")
    for worker in found.workers[:10]:
        words = "正在工作" if worker.is_alive else "已停止" if worker.stopped else "不见了"
        click.echo(f"{words}　{worker.name}　最近一次 {worker.seen_at.astimezone(now().tzinfo):%Y-%m-%d %H:%M}")
    for trouble in found.troubles():
        click.echo(f"！{trouble}")
    if not found.is_well:
        sys.exit(1)
    click.echo("一切正常。")

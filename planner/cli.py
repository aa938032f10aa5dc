"""The ``planner`` command: each subcommand reads its input, calls one function and prints."""

from __future__ import annotations

import io
import json
import signal
import socket
import sys
import threading
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click

from planner import __version__
from planner.config import UNNAMED, Settings, end_sessions, now, read_settings, shipped
from planner.core.calendar import WorkingDays, day_words
from planner.core.escalation import LEVEL_LABELS
from planner.core.findings import by_severity, question_sheet, severity_of
from planner.core.ledger import overdue as overdue_entries
from planner.core.ledger import progress_words, totals
from planner.core.plan import Deadline, Item, Plan
from planner.core.plan_json import deadline_json, plan_json
from planner.core.revision import Pair, align_items, differences, is_changed
from planner.core.wording import rule_words
from planner.core.year import holidays_of, worked_in
from planner.errors import PlannerError
from planner.formats.intake import MAX_BYTES
from planner.formats.workday_table import published_days
from planner.scheduler import Shift, Timetable
from planner.services import (
    arranging,
    attending,
    backing_up,
    reader,
    rehearsing,
    reporting,
    settling,
    signing_in,
    verifying,
)
from planner.services.importing import Source, find_import, import_plan, load_samples, read_source
from planner.services.publishing import plan_as_stored
from planner.services.tracking import Said
from planner.store import queries
from planner.store.database import Database
from planner.store.workdays import working_days


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
        ctx.invoke(run)


def _opened(settings: Settings) -> Database:
    database = Database(settings.database_url)
    click.get_current_context().call_on_close(database.close)
    return database


def _database(settings: Settings) -> Database:
    database = _opened(settings)
    database.migrate()
    signing_in.ensure_office(database, settings.office, settings.contact)
    arranging.seed_calendar(database, now())
    return database


def _start(settings: Settings) -> Database:
    """Open the database for a process that stays, and note what it was told."""
    database = _database(settings)
    name = "" if settings.office == UNNAMED else settings.office
    settling.note_start(database, now(), name, settings.base_url, mail_server=settings.smtp is not None)
    return database


def _source(path: Path, most: int = MAX_BYTES) -> Source:
    try:
        if path.stat().st_size > most:
            raise click.ClickException(f"文件太大，最多 {most // 1024 // 1024} MB。")
        return Source(path.name, path.read_bytes())
    except OSError as error:
        raise click.ClickException(f"读不到文件 {path}：{error.strerror}。") from error


@main.command()
@click.option("--sample/--no-sample", default=True, help="第一次启动时载入示例计划。")
def run(sample: bool) -> None:
    """启动网页和提醒，并显示一次性登录链接。"""
    from waitress.server import create_server  # the other commands start faster without it

    from planner.web.app import create_app

    settings = read_settings()
    database = _start(settings)
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
    token = signing_in.make_link(_database(settings), now(), name)
    base = settings.base_url or f"http://{_shown(settings.host)}:{settings.port}"
    click.echo(f"{base}/sign-in?token={token}")


@main.command()
@FILE
@click.option("--year", type=click.IntRange(2000, 2099), help="文件没有写年度时用这一年。")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
def read(file: Path, year: int | None, as_json: bool) -> None:
    """读一份计划文件，不保存。"""
    plan = read_source(_source(file), year)
    click.echo(json.dumps(plan_json(plan), ensure_ascii=False, indent=1) if as_json else _overview(plan))


def _overview(plan: Plan) -> str:
    tasks = sum(len(item.tasks) for item in plan.items)
    head = (
        f"{plan.title or '（没有认出标题）'}\n{plan.issuer or '印发单位未写明'}　{plan.issue_date or '印发日期未写明'}"
    )
    counts = f"{len(plan.items)}条，{tasks}项任务，缺口{len(plan.findings)}处"
    lines = [line for item in plan.items for line in _item_lines(item)]
    return "\n".join([head, counts, "", *lines, "", *(f"！{finding.message}" for finding in plan.findings)])


def _item_lines(item: Any) -> list[str]:
    who = [name.name for name in (*item.responsibility.leaders, *item.responsibility.departments)]
    helping = "、".join(name.name for name in item.responsibility.supporting)
    names = ("、".join(who) or "责任未写明") + (f"；配合：{helping}" if helping else "")
    lines = [f"{item.number}　{item.title}　［{names}］{_when(item.deadlines)}"]
    return lines + [f"    · {' '.join(task.text.split())}{_when(task.deadlines)}" for task in item.tasks]


def _when(rules: Sequence[Deadline]) -> str:
    told = "；".join(f"{rule.raw}{f'→{rule.due}' if rule.due else ''}" for rule in rules)
    return f"　〔{told}〕" if told else ""


@main.command()
@click.argument("texts", nargs=-1)
@click.option("--year", type=click.IntRange(2000, 2099), help="计划年度，默认今年。")
@click.option("--issued", type=DAY, help="印发日期。")
@click.option("--json", "as_json", is_flag=True, help="每行一个 JSON。")
def deadlines(texts: Sequence[str], year: int | None, issued: date | None, as_json: bool) -> None:
    """说明一句话里的时间怎么理解；不给句子时从标准输入逐行读。"""
    context = reader.Context(year=year or (issued.year if issued else now().year), issued=issued, days=published_days())
    for text in texts or _standard_input():
        found = reader.find_deadlines(text, context)
        if as_json:
            rules = [{**deadline_json(rule), "span": list(rule.span)} for rule in found]
            click.echo(json.dumps({"text": text, "deadlines": rules}, ensure_ascii=False))
        else:
            click.echo(text)
            for rule in found:
                click.echo(f"    「{rule.raw}」　{rule_words(rule, context.year)}　（{rule.basis}）")
            if not found:
                click.echo("    没有时间")


def _standard_input() -> Iterator[str]:
    for line in io.TextIOWrapper(sys.stdin.buffer, "utf-8", "replace"):
        yield line.rstrip("\r\n")


@main.command()
@FILE
@click.option("--year", type=click.IntRange(2000, 2099), help="文件没有写年度时用这一年。")
@click.option("--sheet", type=click.Path(path_type=Path, dir_okay=False), help="把一页缺口清单写成 Word 文件。")
def lint(file: Path, year: int | None, sheet: Path | None) -> None:
    """印发之前查一遍：列出文件的缺口，最要紧的在前；有缺口时退出码为 1。"""
    from planner.formats.word_table import table_docx

    plan = read_source(_source(file), year)
    for finding in by_severity(plan.findings):
        line = plan.text.count("\n", 0, finding.span.start) + 1
        place = f"{finding.code} {finding.span.start}-{finding.span.end}"
        click.echo(f"{severity_of(finding.code)}　第{line}行　{finding.message}（{place}）")
    if sheet:
        sheet.write_bytes(table_docx(question_sheet(plan)))
        click.echo(f"缺口清单已写到 {sheet}。")
    if plan.findings:
        sys.exit(1)
    click.echo("没有发现缺口。")


@main.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
def scorecard(folder: Path) -> None:
    """对照标准答案给读文件打分：FOLDER 里每个文件旁边放同名的 .json（或分放在 docs 和 gold 两个子文件夹）。"""
    from planner.core.scorecard import CATEGORIES, Score
    from planner.core.scorecard import scorecard as scores_of

    total = dict.fromkeys(CATEGORIES, Score())
    pairs = list(_with_gold(folder))
    if not pairs:
        raise click.ClickException("这个文件夹里没有成对的文件和标准答案，没有打分。")
    for document, gold in pairs:
        read = plan_json(read_source(_source(document)))
        for category, score in scores_of(json.loads(gold.read_text("utf-8")), read).items():
            total[category] += score
        click.echo(f"{document.name}")
    click.echo(f"{'category':<12}{'P':>7}{'R':>7}{'F1':>7}{'right':>7}{'wrong':>7}{'missed':>7}")
    for category, score in total.items():
        shares = "".join(f"{share:7.3f}" for share in (score.precision, score.recall, score.f1))
        click.echo(f"{category:<12}{shares}{score.right:7}{score.wrong:7}{score.missed:7}")


def _with_gold(folder: Path) -> Iterator[tuple[Path, Path]]:
    golds = folder / "gold" if (folder / "gold").is_dir() else folder
    documents = folder / "docs" if (folder / "docs").is_dir() else folder
    for document in sorted(documents.iterdir()):
        gold = golds / f"{document.stem}.json"
        if document != gold and gold.is_file():
            yield document, gold


@main.command("import")
@FILE
@click.option("--yes", is_flag=True, help="不再询问，直接保存。")
@click.option("--year", type=click.IntRange(2000, 2099), help="文件没有写年度时用这一年。")
def import_(file: Path, yes: bool, year: int | None) -> None:
    """导入一份计划文件：先显示读出的内容，确认后保存。"""
    settings, source = read_settings(), _source(file)
    database = _database(settings)
    known = find_import(database, source)
    if known:
        click.echo(f"这个文件以前导入过，就是《{known.title}》，没有改动任何内容。")
        return
    with database.read() as session:
        days = working_days(session)
    click.echo(_overview(read_source(source, year, days)))
    if not yes and not click.confirm("\n保存这份计划吗？", default=False):
        click.echo("没有保存，什么都没有改动。")
        return
    done = import_plan(database, source, actor="经办文员", at=now(), year=year, files=settings.files)
    click.echo(f"已导入《{done.title}》：{done.items}条，{done.tasks}项任务。")


@main.command()
@FILE
@click.option("--force", is_flag=True, help="文件已经有了时覆盖它。")
def backup(file: Path, force: bool) -> None:
    """把全部数据备份成一个文件（.zip）；网页可以照常开着。"""
    settings, at = read_settings(), now()
    made = backing_up.back_up(_opened(settings), settings.files, file, at, force=force)
    backing_up.note_backup(settings.data, at)
    click.echo(f"已备份到 {file}：{made.rows} 行数据，{made.files} 个原文件。里面有个人信息，请妥善保管。")
    if made.lacking:
        click.echo(f"有 {made.lacking} 个原文件已不在数据文件夹里或已损坏，没有放进备份；计划的文字都在。")


@main.command()
@FILE
def restore(file: Path) -> None:
    """把备份恢复到一个空的数据库，请先停止网页；换电脑、换数据库也用它。"""
    settings = read_settings()
    done = backing_up.restore(_opened(settings), settings.files, file)
    end_sessions(settings.data)
    whole = "" if done.broken else "，每份计划的记录链都完整"
    click.echo(f"已恢复 {done.at:%Y-%m-%d %H:%M} 的备份：{done.plans} 份计划，{done.events} 条记录{whole}。")
    click.echo(f"原文件 {done.files} 个。大家要重新登录：运行 planner run，会显示登录链接。")
    for title, number in done.broken:
        click.echo(f"请注意：《{title}》从第 {number} 条记录起对不上，这些记录在备份以前就被改动过。")


@main.command("export-plan")
@click.argument("address")
def export_plan(address: str) -> None:
    """按固定的 Markdown 格式输出一份计划，ADDRESS 是网址里的短名，例如 2024。"""
    with _database(read_settings()).read() as session:
        plan, days = plan_as_stored(session, queries.plan_at(session, address)), working_days(session)
    click.echo(reader.write_plan(plan, days), nl=False)


@main.command()
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
def diff(old: Path, new: Path) -> None:
    """逐条对照一份计划的前后两版：OLD 是上一版，NEW 是这一版；有不同时退出码为 1。"""
    before, after = read_source(_source(old)), read_source(_source(new))
    changed = [pair for pair in align_items(before.items, after.items) if is_changed(pair, after.plan_year)]
    for pair in changed:
        click.echo("\n".join(_pair_lines(pair, after.plan_year)))
    if changed:
        sys.exit(1)
    click.echo("两版的条目没有不同。")


def _pair_lines(pair: Pair[Item], year: int | None) -> list[str]:
    one = pair.new or pair.old
    kind = "改动" if pair.old and pair.new else "新增" if pair.new else "撤销"
    head = f"{kind}　第{one.number}条　{one.title}" if one else kind
    told = [f"    {d.what}：{d.before or '（无）'} → {d.after or '（无）'}" for d in differences(pair, year)]
    return [head, *(told or ["    文字有改动，任务没有变"] if kind == "改动" else [])]


@main.command()
@click.option("--on", type=DAY, help="看哪一天，默认今天。")
@click.option("--as-recorded", is_flag=True, help="只算那天已经登记的。")
def overdue(on: date | None, as_recorded: bool) -> None:
    """列出某一天的逾期事项。"""
    standing = reporting.stand(_database(read_settings()), now(), on, as_recorded=as_recorded)
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
    results = verifying.verify(_database(read_settings()))
    for result in results:
        click.echo(result.sentence())
    if not all(result.is_whole for result in results):
        sys.exit(1)
    click.echo("全部完好。" if results else "还没有计划，没有可验证的。")


@main.command()
def rebuild() -> None:
    """按留痕重建每一期的现状；留痕本身不会改动。"""
    changed = verifying.rebuild(_database(read_settings()), now())
    click.echo(f"已按留痕重建，改正了{changed}期。" if changed else "现状与留痕一致，没有要改的。")


@main.command("feed-lint")
@click.argument("source", metavar="URL|FILE")
@click.option("--alarm", is_flag=True, help="日历本来就要响铃，不把 VALARM 算作问题。")
def feed_lint(source: str, alarm: bool) -> None:
    """检查一个日历（网址或 .ics 文件）手机能不能放心订阅，别的程序的也能查；有问题时退出码为 1。"""
    from planner.formats.feed_rules import check_feed, in_brief
    from planner.services.inspecting import MOST_OCTETS, inspect_feed

    is_file = "://" not in source
    faults = check_feed(_source(Path(source), MOST_OCTETS).data, alarm=alarm) if is_file else inspect_feed(source)
    click.echo("\n".join(in_brief(faults)) or "没有发现问题。")
    if faults:
        sys.exit(1)


@main.command()
@click.argument("year", type=click.IntRange(1990, 2099), required=False)
@click.option("--import", "file", type=click.Path(path_type=Path), help="读这份放假通知（Word 或文本），确认后保存。")
@click.option("--yes", is_flag=True, help="不再询问，直接保存。")
def workdays(year: int | None, file: Path | None, yes: bool) -> None:
    """显示一年的节假日、调休和每月的工作日，YEAR 默认今年；--import 录入国务院办公厅的放假通知。"""
    database = _database(read_settings())
    if file is not None:
        year = _import_notice(database, _source(file), year, yes=yes)
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


@main.command()
@click.option("--dry-run", is_flag=True, help="只显示会发什么，不保存也不发送。")
@click.option("--on", type=DAY, help="看哪一天会发什么（只能与 --dry-run 同用）。")
@click.option("--days", type=click.IntRange(1, 366), default=1, help="从那天起看几天（只能与 --dry-run 同用）。")
def remind(dry_run: bool, on: date | None, days: int) -> None:
    """生成今天的提醒并发出；没有设置发送渠道的留在「待发」页。"""
    settings = read_settings()
    database, at = _database(settings), now()
    if not dry_run:
        if on is not None or days > 1:
            raise click.UsageError("--on 和 --days 只能与 --dry-run 同用：提醒只按今天发。")
        _send(Shift(settings, database, now))
        return
    first = on or at.date()
    rehearsal = rehearsing.rehearse(database, first, days)
    for one in rehearsal.messages:
        click.echo(f"── {one.day}　给 {one.due.recipient}　{one.letter.subject}\n{one.letter.body}")
    for draft in rehearsal.drafts:
        name = "内部事项" if draft.entry.internal else draft.entry.name
        told = f"主送 {'、'.join(draft.due.to)}　{draft.entry.code} {name}"
        click.echo(f"── {draft.due.day}　起草{LEVEL_LABELS[draft.due.level]}　{told}")
    span = f"{first}" if days == 1 else f"{first} 起 {days} 天"
    click.echo(f"{span}会有 {len(rehearsal.messages)} 条提醒，起草 {len(rehearsal.drafts)} 份督办单。")


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
        _send(Shift(settings, _database(settings), now))
        return
    shift = Shift(settings, _start(settings), now)
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
    found = attending.health(_database(settings), now())
    click.echo(f"数据文件夹：{settings.data}\n{found.sentence()}")
    for worker in found.workers[:10]:
        words = "正在工作" if worker.is_alive else "已停止" if worker.stopped else "不见了"
        click.echo(f"{words}　{worker.name}　最近一次 {worker.seen_at.astimezone(now().tzinfo):%Y-%m-%d %H:%M}")
    for trouble in found.troubles():
        click.echo(f"！{trouble}")
    if not found.is_well:
        sys.exit(1)
    click.echo("一切正常。")

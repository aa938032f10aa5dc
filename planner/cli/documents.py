"""Commands about plan documents: read, checked, compared, brought in, written out."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click

from planner.cli.group import DAY, FILE, main, office_database, source_of
from planner.config import now, read_settings
from planner.core.findings import by_severity, question_sheet, severity_of
from planner.core.plan import Deadline, Item, Plan
from planner.core.plan_json import deadline_json, plan_json
from planner.core.revision import Pair, align_items, differences, is_changed
from planner.core.wording import rule_words
from planner.formats.workday_table import published_days
from planner.services import reader
from planner.services.importing import find_import, import_plan, read_source
from planner.services.publishing import plan_as_stored
from planner.store import queries
from planner.store.workdays import working_days


@main.command()
@FILE
@click.option("--year", type=click.IntRange(2000, 2099), help="文件没有写年度时用这一年。")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
def read(file: Path, year: int | None, as_json: bool) -> None:
    """读一份计划文件，不保存。"""
    plan = read_source(source_of(file), year)
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

    plan = read_source(source_of(file), year)
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
        read = plan_json(read_source(source_of(document)))
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
    settings, source = read_settings(), source_of(file)
    database = office_database(settings)
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


@main.command("export-plan")
@click.argument("address")
def export_plan(address: str) -> None:
    """按固定的 Markdown 格式输出一份计划，ADDRESS 是网址里的短名，例如 2024。"""
    with office_database(read_settings()).read() as session:
        plan, days = plan_as_stored(session, queries.plan_at(session, address)), working_days(session)
    click.echo(reader.write_plan(plan, days), nl=False)


@main.command()
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
def diff(old: Path, new: Path) -> None:
    """逐条对照一份计划的前后两版：OLD 是上一版，NEW 是这一版；有不同时退出码为 1。"""
    before, after = read_source(source_of(old)), read_source(source_of(new))
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

"""Importing stores what was read, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from planner.core.plan import item_deadlines
from planner.errors import Conflict, Invalid, Unreadable
from planner.formats.plan_markdown import write_plan
from planner.reading.document import read_plan
from planner.services.importing import (
    Imported,
    Source,
    find_import,
    import_plan,
    load_samples,
    read_source,
)
from planner.services.publishing import item_codes, plan_as_stored
from planner.services.tracking import Said
from planner.services.verifying import verify
from planner.services.withdrawing import bring_back, withdraw_plan
from planner.store import queries
from planner.store.database import Database
from tests.conftest import NOON, PLAN

SAID = Said(actor="王文员", at=NOON, day=NOON.date())


def test_a_plan_is_stored_with_tasks_people_and_periods(database: Database, imported: Imported) -> None:
    assert (imported.is_new, imported.items, imported.address) == (True, 3, "2024")
    with database.read() as session:
        plan = queries.plan_at(session, "2024")
        entries = queries.entries(session, [plan])
    assert plan.issue_date == date(2024, 4, 17)
    quarters = [(entry.label, entry.facts.due_on, entry.facts.before_issue) for entry in entries if entry.label]
    assert quarters == [
        ("第一季度", date(2024, 3, 31), True),
        ("第二季度", date(2024, 6, 30), False),
        ("第三季度", date(2024, 9, 30), False),
        ("第四季度", date(2024, 12, 31), False),
    ]
    training = next(entry for entry in entries if entry.code.startswith("1-"))
    assert training.leaders == () and training.facts.due_on == date(2024, 6, 30)
    machines = next(entry for entry in entries if entry.code.startswith("3-"))
    assert machines.leaders == ("王建国", "李秀英")
    assert machines.departments == ("农业部门", "应急部门")


def test_every_quote_is_the_very_words_of_the_text(database: Database, imported: Imported) -> None:
    with database.read() as session:
        plan = queries.plan_at(session, imported.address)
        for entry in queries.entries(session, [plan]):
            assert entry.quote in PLAN


def test_the_same_file_changes_nothing(database: Database, imported: Imported, source: Source) -> None:
    again = import_plan(database, source, actor="王文员", at=NOON)
    assert not again.is_new and again.address == imported.address
    assert find_import(database, source) == again
    with database.read() as session:
        assert len(queries.plans(session)) == 1


def test_another_plan_of_the_year_gets_its_own_address(database: Database, imported: Imported) -> None:
    other = Source("另一份.md", PLAN.replace("柳河镇", "青山镇").encode())
    assert import_plan(database, other, actor="王文员", at=NOON).address == "2024.2"
    assert find_import(database, Source("没有.md", b"x")) is None


def test_the_file_is_kept_under_its_hash(database: Database, source: Source, tmp_path: Path) -> None:
    import_plan(database, source, actor="王文员", at=NOON, files=tmp_path / "files")
    assert (tmp_path / "files" / source.sha256).read_bytes() == source.data
    assert [path.name for path in (tmp_path / "files").iterdir()] == [source.sha256]


@pytest.mark.parametrize("words", ["今天天气很好。", "安全生产人人有责"])
def test_a_text_without_points_is_refused_and_nothing_stored(database: Database, words: str) -> None:
    with pytest.raises(Invalid, match="没有认出编号的条目"):
        import_plan(database, Source("a.txt", words.encode()), actor="王文员", at=NOON)
    with database.read() as session:
        assert not queries.ever_had_a_plan(session)


def test_a_plan_without_year_asks_for_it(database: Database) -> None:
    source = Source("a.txt", "工作要点\n\n1.加强培训。6月底前组织培训。\n2.开展检查。检查烟花店。\n".encode())
    with pytest.raises(Invalid, match="请填上计划年度"):
        import_plan(database, source, actor="王文员", at=NOON)
    done = import_plan(database, source, actor="王文员", at=NOON, year=2025)
    with database.read() as session:
        entries = queries.entries(session, [queries.plan_at(session, done.address)])
    assert date(2025, 6, 30) in {entry.facts.due_on for entry in entries}


@pytest.mark.parametrize("name", ["a.docx", "a.txt", "a.exe"])
def test_an_empty_file_is_refused_in_chinese(name: str) -> None:
    with pytest.raises(Unreadable, match="[\u4e00-\u9fff]"):
        read_source(Source(name, b""))


def test_samples_load_once_and_can_be_removed_for_good(database: Database, tmp_path: Path) -> None:
    (tmp_path / "示例.md").write_text(PLAN, "utf-8")
    assert [done.address for done in load_samples(database, tmp_path, NOON)] == ["2024s"]
    assert load_samples(database, tmp_path, NOON) == []
    withdraw_plan(database, "2024s", SAID)
    with database.read() as session:
        assert queries.plans(session) == []
        assert queries.ever_had_a_plan(session)
    assert load_samples(database, tmp_path, NOON) == []


def test_a_real_plan_is_withdrawn_with_a_reason_and_comes_back(database: Database, imported: Imported) -> None:
    with pytest.raises(Invalid, match="写一句撤下的理由"):
        withdraw_plan(database, imported.address, SAID)
    withdraw_plan(database, imported.address, replace(SAID, text="导入错了文件"))
    with database.read() as session:
        assert queries.plans(session) == []
        (plan,) = queries.plans_ever(session)
    assert bring_back(database, plan.id, SAID) == imported.address
    with pytest.raises(Conflict, match="已经在用"):
        bring_back(database, plan.id, SAID)
    assert [result.is_whole for result in verify(database)] == [True]


def test_codes_are_the_numbers_where_these_are_plain_and_unique() -> None:
    items = read_source(Source("a.md", PLAN.encode())).items
    assert item_codes(items) == ["1", "2", "3"]
    assert item_codes([*items, items[0]]) == ["1", "2", "3", "4"]


def test_a_stored_plan_is_written_with_its_people_and_the_times_of_its_tags(database: Database) -> None:
    text = PLAN.replace("责任部门：农业、应急部门）", "责任部门：农业、应急部门，完成时限：11月底前）").replace(
        "7月10日前，", ""
    )
    done = import_plan(database, Source("要点.md", text.encode()), actor="王文员", at=NOON)
    with database.read() as session:
        stored = plan_as_stored(session, queries.plan_at(session, done.address))
    read = read_plan(text)
    again = read_plan(write_plan(stored))
    for before, after in zip(read.items, again.items, strict=True):
        assert (after.number, after.title, after.section) == (before.number, before.title, before.section)
        assert [name.name for name in after.responsibility.leaders] == [n.name for n in before.responsibility.leaders]
        assert [rule.due for rule in item_deadlines(after)] == [rule.due for rule in item_deadlines(before)]
        assert [task.text for task in after.tasks] == [task.text for task in before.tasks]

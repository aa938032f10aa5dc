"""The commands, run as a user runs them."""

from __future__ import annotations

import json
import re
import secrets
import shutil
import socket
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from planner.cli import main
from planner.cli.running import _listen
from planner.config import OFFICE_TIME, read_settings
from planner.errors import Invalid
from planner.formats.calendar_feed import FeedEvent
from planner.services.importing import Source, keep_file
from planner.store.database import Database
from planner.store.guards import unguard
from planner.store.models import Review
from tests.conftest import NOON, PLAN
from tests.feeds import calendar

if sys.platform != "win32":
    import resource

MONDAY = datetime(2024, 7, 1, 9, 0, tzinfo=OFFICE_TIME)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Runner:
    monkeypatch.setenv("PLANNER_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    (tmp_path / "要点.md").write_text(PLAN, "utf-8")
    return Runner(tmp_path)


class Runner:
    """Runs ``planner`` with the small plan at hand as 要点.md."""

    def __init__(self, folder: Path) -> None:
        self.plan = str(folder / "要点.md")
        self.folder = folder

    def __call__(self, *words: str, typed: str | None = None, status: int = 0) -> Result:
        result = CliRunner().invoke(main, words, input=typed)
        assert result.exit_code == status, result.output
        assert "Traceback" not in result.output
        return result


def test_read_shows_and_stores_nothing(run: Runner) -> None:
    shown = run("read", run.plan).output
    assert "3条" in shown and "6月底前→2024-06-30" in shown and "王建国" in shown
    assert not (run.folder / "data").exists()
    assert json.loads(run("read", run.plan, "--json").output)["plan_year"] == 2024


def test_deadlines_from_arguments_and_from_standard_input(run: Runner) -> None:
    line = json.loads(run("deadlines", "--year", "2024", "--json", "6月底前完成").output)
    assert line["deadlines"][0]["due"] == "2024-06-30"
    assert line["deadlines"][0]["span"] == [0, 4]
    lines = run("deadlines", "--issued", "2024-04-17", "--json", typed="月底前\n每季度一次\n").output.splitlines()
    assert [json.loads(line)["deadlines"][0]["kind"] for line in lines] == ["once", "recurring"]
    assert "6月30日（周日）前" in run("deadlines", "--year", "2024", "6月底前").output
    assert "没有时间" in run("deadlines", "三年行动").output


def test_lint_ends_with_one_when_something_is_open(run: Runner) -> None:
    assert "no_leader" in run("lint", run.plan, status=1).output
    clean = run.folder / "好.txt"
    clean.write_text("2024年工作要点\n1.培训。7月31日前，组织培训考核。（责任领导：甲明，责任部门：应急办）", "utf-8")
    assert "没有发现缺口" in run("lint", str(clean)).output


def test_a_link_is_for_the_clerk_named_or_the_first(run: Runner) -> None:
    assert "/sign-in?token=" in run("link").output
    assert "/sign-in?token=" in run("link", "经办文员").output
    assert "没有叫「张三」的经办文员。现有：经办文员。" in run("link", "张三", status=1).output


def test_import_asks_once(run: Runner) -> None:
    assert "没有保存" in run("import", run.plan, typed="n\n").output
    assert "已导入《柳河镇2024年安全生产工作要点》：3条" in run("import", run.plan, typed="y\n").output
    assert "以前导入过" in run("import", run.plan, "--yes").output


def test_after_the_import(run: Runner) -> None:
    run("import", run.plan, "--yes")
    listed = run("overdue", "--on", "2024-07-01").output
    assert "到期应办 2 件" in listed and "6月底前，组织专职安全员培训考核" in listed
    assert "应急部门" in run("remind", "--dry-run", "--on", "2024-06-28").output
    assert "待发" in run("remind").output
    assert "/sign-in?token=" in run("link").output
    exported = run.folder / "再读.md"
    exported.write_text(run("export-plan", "2024").output, "utf-8")
    first, second = (json.loads(run("read", str(path), "--json").output) for path in (run.plan, exported))
    assert [item["title"] for item in first["items"]] == [item["title"] for item in second["items"]]


def test_a_lost_folder_comes_back(run: Runner) -> None:
    run("import", run.plan, "--yes")
    backup = str(run.folder / "b.zip")
    assert "1 个原文件" in run("backup", backup).output
    assert "--force" in run("backup", backup, status=1).output
    run("backup", backup, "--force")
    assert "改名" in run("restore", backup, status=1).output
    listed = run("overdue", "--on", "2024-07-01").output
    (run.folder / "data" / "session.key").write_bytes(b"old")
    shutil.rmtree(run.folder / "data" / "files")
    for path in (run.folder / "data").glob("planner.db*"):
        path.unlink()
    told = run("restore", backup).output
    assert "1 份计划，2 条记录，每份计划的记录链都完整" in told and "重新登录" in told
    assert run("overdue", "--on", "2024-07-01").output == listed
    assert not (run.folder / "data" / "session.key").exists()
    assert len(list((run.folder / "data" / "files").iterdir())) == 1
    with Database(f"sqlite:///{run.folder}/data/planner.db").engine.begin() as connection:
        unguard(connection)
        connection.execute(text("UPDATE event SET actor = '别人'"))
    told = run("backup", str(run.folder / "c.zip")).output
    (run.folder / "data" / "planner.db").unlink()
    told = run("restore", str(run.folder / "c.zip")).output
    assert "第 1 条记录起对不上" in told and "完整" not in told


@pytest.mark.skipif(sys.platform == "win32", reason="a limit on the size of files is known to POSIX only")
@pytest.mark.parametrize("given", [["backup", "b.zip"], ["restore", "whole.zip"], ["import", "要点.md", "--yes"]])
def test_where_no_file_may_grow_one_sentence_tells_it(run: Runner, given: list[str]) -> None:
    """A limit on the size of any file fails in the middle of writing, as a full disk does."""
    run("import", run.plan, "--yes")
    large = Source("大.md", secrets.token_bytes(400_000))
    keep_file(large, run.folder / "data" / "files")
    database = Database(f"sqlite:///{run.folder}/data/planner.db")
    with database.write() as session:
        session.add(Review(office_id=1, sha256=large.sha256, filename="", reading={}, opened_at=NOON, opened_by=""))
    database.close()
    run("backup", str(run.folder / "whole.zip"))
    if given[0] != "backup":
        shutil.rmtree(run.folder / "data")
    present = {path for path in run.folder.rglob("*") if path.is_file()}
    ended = subprocess.run(
        [sys.executable, "-m", "planner", *given],
        cwd=run.folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000)),
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith("Error: ") and ended.stderr.endswith("。\n") and ended.stderr.count("\n") == 1
    left = {path for path in run.folder.rglob("*") if path.is_file() and "planner.db" not in path.name}
    assert left <= present
    if given[0] != "backup":
        assert "已" in run("restore", str(run.folder / "whole.zip")).output


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["read", "没有.txt"], "读不到文件"),
        (["overdue", "--on", "明天"], "看不懂"),
        (["export-plan", "1999"], "没有找到这份计划"),
        (["remind", "--on", "2024-06-28"], "--dry-run"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_sentence(run: Runner, words: list[str], sentence: str) -> None:
    result = CliRunner().invoke(main, words)
    assert result.exit_code != 0 and sentence in result.output
    assert "Traceback" not in result.output


def test_a_file_over_the_limit(run: Runner) -> None:
    large = run.folder / "大.txt"
    with large.open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    assert "文件太大" in run("read", str(large), status=1).output


def test_a_port_that_is_taken_is_passed_over() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with _listen(read_settings({"PLANNER_PORT": str(port), "PLANNER_DATA": "x"})) as free:
            assert free.getsockname()[1] > port


@pytest.mark.parametrize(
    "given",
    [
        {"PLANNER_PORT": "八"},
        {"PLANNER_PORT": "0"},
        {"PLANNER_SMTP_HOST": "mail", "PLANNER_SMTP_SECURITY": "ssl", "PLANNER_SMTP_SENDER": "a@b.cn"},
        {"PLANNER_SMTP_HOST": "mail"},
        {"PLANNER_SMTP_HOST": "mail", "PLANNER_SMTP_SENDER": "a@b.cn", "PLANNER_SMTP_PASSWORD_FILE": "/nowhere/x"},
    ],
)
def test_wrong_settings_are_told_at_once(given: dict[str, str]) -> None:
    with pytest.raises(Invalid, match="PLANNER_"):
        read_settings(given)


def test_a_mail_server_is_read_with_its_secret_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("geheim\n")
    given = {
        "PLANNER_SMTP_HOST": "mail",
        "PLANNER_SMTP_SENDER": "a@b.cn",
        "PLANNER_SMTP_PASSWORD_FILE": str(tmp_path / "secret"),
    }
    smtp = read_settings(given).smtp
    assert smtp is not None
    assert smtp.password == "geheim" and "geheim" not in repr(smtp)


def test_a_calendar_is_checked_and_its_faults_listed_a_few_of_a_kind(run: Runner) -> None:
    events = [FeedEvent(f"{n}@planner", f"{n} 事项", date(2024, 6, 30), "", "", 0, NOON) for n in range(1, 10)]
    file = run.folder / "计划.ics"
    file.write_bytes(calendar("计划", events))
    assert "没有发现问题" in run("feed-lint", str(file)).output
    file.write_bytes(calendar("计划", events, alarm=True))
    assert "没有发现问题" in run("feed-lint", str(file), "--alarm").output
    told = run("feed-lint", str(file), status=1).output.splitlines()
    assert len(told) == 3 and told[0].startswith("第20行　没有要求响铃") and told[2].endswith("（同样的还有 6 处）")
    assert "只能检查" in run("feed-lint", "webcal://plan.example.gov.cn/x.ics", status=1).output


def test_one_look_says_what_became_of_each_message(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    run("import", run.plan, "--yes")
    monkeypatch.setattr("planner.cli.running.now", lambda: MONDAY)
    for words in (("remind",), ("work", "--once")):
        told = run(*words).output
        assert re.fullmatch(r"已发送 0 条；等待发送 0 条，待转告 [1-9]\d* 条。\n", told), told
    assert "数据文件夹：" in run("status", status=1).output and "没有程序在发提醒" in run("status", status=1).output
    assert "年份" in run("remind", "--dry-run", "--on", "9999-12-31", status=2).output

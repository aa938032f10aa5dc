"""The commands, run as a user runs them."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from planner.cli import _listen, main
from planner.config import read_settings
from planner.errors import Invalid
from tests.conftest import PLAN


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

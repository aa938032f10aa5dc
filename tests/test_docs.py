"""The documents name every command and setting, and their links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

import start
from planner import cli
from planner.config import OPTIONS, Option

ROOT = Path(__file__).parents[1]
READMES = ["README.md", "README.zh-CN.md"]


@pytest.mark.parametrize("name", READMES)
@pytest.mark.parametrize("command", cli.main.commands)
def test_every_command_is_explained(name: str, command: str) -> None:
    assert f"`planner {command}" in (ROOT / name).read_text("utf-8")
    assert cli.main.commands[command].help


@pytest.mark.parametrize("command", cli.main.commands)
def test_every_option_is_named_beside_its_command(command: str) -> None:
    lines = (ROOT / "README.md").read_text("utf-8").splitlines()
    rows = [row for row in lines if re.match(rf"\| `planner {command}[ `]", row)]
    assert len(rows) == 1
    for option in cli.main.commands[command].params:
        if isinstance(option, click.Option):
            assert any(name in rows[0] for name in (*option.opts, *option.secondary_opts)), option.name


@pytest.mark.parametrize("name", READMES)
def test_no_command_is_explained_that_does_not_exist(name: str) -> None:
    rows = re.findall(r"^\| `planner ([a-z-]+)", (ROOT / name).read_text("utf-8"), re.MULTILINE)
    assert set(rows) <= set(cli.main.commands)


def test_no_command_is_called_as_the_word_that_runs_the_tests() -> None:
    assert start.TEST not in cli.main.commands


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.name)
def test_every_setting_is_listed(option: Option) -> None:
    rows = (ROOT / "docs" / "settings.md").read_text("utf-8").splitlines()
    row = next(row for row in rows if row.startswith(f"| `{option.name}` |"))
    assert option.default in row
    assert row.endswith(f"| {option.meaning} |")


@pytest.mark.parametrize("name", [*READMES, "docs/architecture.md", "docs/roles.md", "docs/settings.md"])
def test_links_lead_somewhere(name: str) -> None:
    page = ROOT / name
    for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8")):
        assert (page.parent / link).exists(), link


def test_every_file_named_in_the_architecture_exists() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    for name in re.findall(r"`((?:planner/)?[a-z_]+/[a-z_]+\.py)`", text):
        assert (ROOT / name).exists() or (ROOT / "planner" / name).exists(), name

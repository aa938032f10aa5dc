"""The documents name every command and setting, and their links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from planner import cli
from planner.config import OPTIONS

ROOT = Path(__file__).parents[1]
READMES = ["README.md", "README.zh-CN.md"]


@pytest.mark.parametrize("name", READMES)
@pytest.mark.parametrize("command", cli.main.commands)
def test_every_command_is_explained(name: str, command: str) -> None:
    assert f"`planner {command}" in (ROOT / name).read_text("utf-8")
    assert cli.main.commands[command].help


@pytest.mark.parametrize("option", [option.name for option in OPTIONS])
def test_every_setting_is_listed(option: str) -> None:
    assert f"`{option}`" in (ROOT / "docs" / "settings.md").read_text("utf-8")


@pytest.mark.parametrize("name", [*READMES, "docs/architecture.md", "docs/settings.md"])
def test_links_lead_somewhere(name: str) -> None:
    page = ROOT / name
    for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8")):
        assert (page.parent / link).exists(), link


def test_every_file_named_in_the_architecture_exists() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    for name in re.findall(r"`((?:planner/)?[a-z_]+/[a-z_]+\.py)`", text):
        assert (ROOT / name).exists() or (ROOT / "planner" / name).exists(), name

"""The set-up script: what it refuses, what it remembers, how it ends."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parents[1] / "start.py"


@pytest.fixture
def start(tmp_path: Path) -> ModuleType:
    """The script as a module, standing in a folder of its own."""
    spec = importlib.util.spec_from_file_location("start", SCRIPT)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'x'\nversion = '1'\n")
    vars(module).update(HERE=tmp_path, VENV=tmp_path / ".venv")
    return module


@pytest.mark.parametrize("version", [(3, 10), (3, 14), (2, 7)])
def test_another_python_is_refused_in_words(start: ModuleType, version: tuple[int, int]) -> None:
    with pytest.raises(start.SetUpFailed, match="需要 Python 3.11 到 3.13"):
        start.check_python(version)
    start.check_python((3, 12))


def test_the_record_depends_on_what_is_installed(start: ModuleType) -> None:
    first = start.fingerprint("")
    assert first == start.fingerprint("") != start.fingerprint("test")
    (start.HERE / "pyproject.toml").write_text("[project]\nname = 'x'\nversion = '2'\n")
    assert first != start.fingerprint("")


def test_a_broken_environment_is_made_anew(start: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert not start.is_healthy()
    start.VENV.mkdir()
    (start.VENV / "left over").write_text("")
    start.make_environment()
    assert start.is_healthy() and not (start.VENV / "left over").exists()
    assert "正在重建" in capsys.readouterr().out
    start.interpreter().unlink()
    start.interpreter().write_text("no program")
    assert not start.is_healthy()


def test_nothing_is_installed_twice(start: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(start, "pip_install", asked.append)
    start.install("")
    start.install("")
    assert asked == [str(start.HERE)]
    start.install("test")
    assert asked[1:] == [f"{start.HERE}[test]"]
    (start.VENV / "installed").unlink()
    start.install("")
    assert len(asked) == 3, "an installation cut off before its record is done again"


def test_a_failed_installation_says_why(start: ModuleType) -> None:
    start.make_environment()
    with pytest.raises(start.SetUpFailed, match="安装没有完成|下载不了"):
        start.pip_install(str(start.HERE / "nothing here"))
    assert start.last_words("") == "没有说明原因"


def test_the_exit_status_is_passed_on(start: ModuleType) -> None:
    assert start.run([sys.executable, "-c", "raise SystemExit(7)"]) == 7


def test_an_old_python_ends_with_one_sentence(tmp_path: Path) -> None:
    script = f"import sys; sys.argv = ['start.py']; sys.version_info = (3, 9, 0); exec(open({str(SCRIPT)!r}, encoding='utf-8').read())"
    code = script.replace(
        "exec(", "g = {'__name__': '__main__', '__file__': " + repr(str(SCRIPT)) + "}; exec("
    ).replace(".read())", ".read(), g)")
    done = subprocess.run([sys.executable, "-X", "utf8", "-c", code], capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 1
    assert "需要 Python 3.11 到 3.13" in done.stderr and "Traceback" not in done.stderr

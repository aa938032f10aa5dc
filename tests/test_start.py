"""start.py as the user meets it: run as a program in a folder of its own, with a pip that only writes down its calls."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import start

PLENTY = 10**12

FAKE_PIP = """
import os, pathlib, sys
with open(pathlib.Path(sys.prefix) / "pip-calls", "a", encoding="utf-8") as calls:
    print(sys.argv[-1].rpartition(os.sep)[2], file=calls)
sys.stderr.write(os.environ.get("PIP_COMPLAINT", ""))
sys.exit(bool(os.environ.get("PIP_COMPLAINT")))
"""

FAKE_PLANNER = """
import os, sys
print(os.getcwd(), *sys.argv[1:], sep="\\n", flush=True)
if sys.argv[-1] == "wait":
    try:
        print("ready", flush=True); sys.stdin.read()
    except KeyboardInterrupt:
        sys.exit(4)
sys.exit(3)
"""


@dataclass(frozen=True)
class House:
    """A folder with start.py, an invented project and a .venv whose pip is ours."""

    folder: Path

    def start(self, *arguments: str, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run start.py to its end."""
        return subprocess.run(
            self.command(*arguments),
            env={**os.environ, "PYTHONUTF8": "1", **environment},
            cwd=cwd or self.folder,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    def command(self, *arguments: str) -> list[str]:
        """The command line that starts it."""
        return [sys.executable, str(self.folder / "start.py"), *arguments]

    @property
    def installed(self) -> list[str]:
        """What pip was asked to install, oldest first."""
        calls = self.folder / ".venv" / "pip-calls"
        return calls.read_text("utf-8").splitlines() if calls.exists() else []

    @property
    def python(self) -> Path:
        """The Python of its virtual environment."""
        return self.folder / ".venv" / start.interpreter().relative_to(start.VENV)


@pytest.fixture
def house(tmp_path: Path) -> House:
    """A new house, in a folder whose name has a space and Chinese in it."""
    folder = tmp_path / "工作 计划"
    folder.mkdir()
    shutil.copy(start.HERE / "start.py", folder)
    folder.joinpath("pyproject.toml").write_text("[build-system]\nrequires = ['a-backend-nobody-has']\n", "utf-8")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / ".venv"], check=True)
    made = House(folder)
    where = [str(made.python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    packages = Path(subprocess.run(where, capture_output=True, encoding="utf-8", check=True).stdout.strip())
    for name, program in (("pip", FAKE_PIP), ("planner", FAKE_PLANNER), ("pytest", FAKE_PLANNER)):
        packages.joinpath(name).mkdir()
        packages.joinpath(name, "__init__.py").touch()
        packages.joinpath(name, "__main__.py").write_text(program, "utf-8")
    return made


def test_installs_once_and_starts_the_pages(house: House) -> None:
    first = house.start()
    assert first.stdout.splitlines() == [str(house.folder), "run"]
    assert "正在安装" in first.stderr
    assert house.start().stderr == ""
    assert house.installed == ["工作 计划"]


def test_the_exit_status_is_the_commands_own(house: House) -> None:
    assert house.start().returncode == 3


@pytest.mark.parametrize(
    ("given", "passed_on"),
    [
        (["--no-sample"], ["run", "--no-sample"]),
        (["read", "要点.md", "--json"], ["read", "要点.md", "--json"]),
        (["link"], ["link"]),
    ],
)
def test_arguments_are_passed_on(house: House, given: list[str], passed_on: list[str]) -> None:
    assert house.start(*given).stdout.splitlines()[1:] == passed_on


def test_a_command_finds_files_from_where_the_user_stands(house: House, tmp_path: Path) -> None:
    tmp_path.joinpath("planner.py").write_text("raise SystemExit('not the product')", "utf-8")
    assert house.start("read", "要点.md", cwd=tmp_path).stdout.splitlines()[0] == str(tmp_path)


def test_the_tests_run_in_the_house_from_anywhere(house: House, tmp_path: Path) -> None:
    run = house.start("test", "-k", "calendar", cwd=tmp_path)
    assert run.stdout.splitlines() == [str(house.folder), "-k", "calendar"]
    assert house.installed == ["工作 计划[test]"]


def test_the_test_installation_serves_the_product_too(house: House) -> None:
    house.start("test")
    house.start()
    assert house.installed == ["工作 计划[test]"]


def test_the_tests_need_more_than_the_product(house: House) -> None:
    house.start()
    house.start("test")
    house.start()
    assert house.installed == ["工作 计划", "工作 计划[test]"]


def test_a_changed_project_is_installed_again(house: House) -> None:
    house.start()
    house.folder.joinpath("pyproject.toml").write_text("# 改过了\n", "utf-8")
    house.start()
    house.start()
    assert len(house.installed) == 2


def test_a_moved_house_is_installed_again(house: House) -> None:
    house.start()
    moved = House(house.folder.rename(house.folder.with_name("新家")))
    moved.start()
    assert moved.installed == ["工作 计划", "新家"]


def test_a_failed_installation_is_tried_again(house: House) -> None:
    failed = house.start(PIP_COMPLAINT="ERROR: No matching distribution found for flask\n")
    assert failed.returncode == 1
    assert failed.stdout == ""
    assert "检查网络后再试" in failed.stderr
    assert "pip cannot reach the network" in failed.stderr
    assert house.start().returncode == 3
    assert len(house.installed) == 2


def test_an_update_cut_short_leaves_no_record_of_the_old_state(house: House) -> None:
    house.start()
    project = house.folder / "pyproject.toml"
    before = project.read_text("utf-8")
    project.write_text("# 改过了\n", "utf-8")
    house.start(PIP_COMPLAINT="Killed")
    project.write_text(before, "utf-8")
    house.start()
    assert len(house.installed) == 3


@pytest.mark.parametrize("left", [None, "不是程序"])
def test_a_broken_environment_is_made_anew(house: House, left: str | None) -> None:
    house.python.unlink()
    if left:
        house.python.write_text(left, "utf-8")
    # The real pip of the new environment has nowhere to get the invented backend from.
    run = house.start(PIP_NO_INDEX="1", PIP_FIND_LINKS="")
    assert "原来的 .venv 不能用了" in run.stderr
    assert "a-backend-nobody-has" in run.stderr
    assert run.returncode == 1
    assert house.python.exists()


@pytest.fixture
def hears_ctrl_c() -> Iterator[None]:
    """A shell starts what runs in the background deaf to Ctrl+C, and the deafness is handed down."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.skipif(os.name == "nt", reason="signals to a process group are sent otherwise on Windows")
@pytest.mark.parametrize(("sent", "status"), [(signal.SIGINT, 4), (signal.SIGTERM, 128 + signal.SIGTERM)])
def test_a_stop_is_passed_on_quietly(house: House, sent: signal.Signals, status: int, hears_ctrl_c: None) -> None:
    house.start()
    with subprocess.Popen(
        house.command("wait"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    ) as running:
        assert running.stdout is not None
        assert "ready\n" in iter(running.stdout.readline, "")
        # A terminal sends Ctrl+C to everyone in it, a service manager its stop to the first process only.
        os.killpg(running.pid, sent) if sent is signal.SIGINT else running.send_signal(sent)
        _, complaints = running.communicate()
    assert (running.returncode, complaints) == (status, "")


@pytest.mark.parametrize("version", [(3, 6, 15), (3, 10, 9), (3, 14, 0)])
def test_another_python_is_refused_in_two_languages(version: tuple[int, ...]) -> None:
    path = str(start.HERE / "start.py")
    program = f"import runpy, sys; sys.version_info = {version}; runpy.run_path({path!r}, run_name='__main__')"
    run = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", program], capture_output=True, encoding="utf-8", check=False
    )
    assert run.returncode == 1
    assert f"需要 Python 3.11 到 3.13，现在是 {version[0]}.{version[1]}。" in run.stderr
    assert "Planner needs Python 3.11 to 3.13" in run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize(
    ("told", "free", "chinese", "english"),
    [
        ("ensurepip is not available.  On Debian/Ubuntu systems", PLENTY, "sudo apt install python3-venv", "missing"),
        ("/usr/bin/python3: No module named venv", PLENTY, "sudo apt install python3-venv", "missing"),
        ("OSError: [Errno 28] No space left on device", PLENTY, "磁盘满了", "disk is full"),
        ("Error: Command '['python3', '-m', 'ensurepip']' returned non-zero exit status 1.", 9, "磁盘满了", "disk"),
        ("[Errno 13] Permission denied: '/srv/planner/.venv'", PLENTY, "不能写入", "cannot be written"),
        ("NewConnectionError: Failed to establish a new Connection", PLENTY, "检查网络", "network"),
        ("ReadTimeoutError: Read timed out.", PLENTY, "检查网络", "network"),
        ("ERROR: 编译失败", PLENTY, "安装没有完成：ERROR: 编译失败", "failed"),
        ("", PLENTY, "没有说明原因", "failed"),
    ],
)
def test_a_failure_is_explained(told: str, free: int, chinese: str, english: str) -> None:
    first, second = str(start.explain(told, free)).splitlines()
    assert first.startswith("没有启动成功：")
    assert chinese in first
    assert english in second


def test_the_complaint_quoted_is_the_cause_and_not_its_frame() -> None:
    told = """
        error: subprocess-exited-with-error
              ERROR: No matching distribution found for hatchling>=1.25
        note: This error originates from a subprocess.
    """
    assert start.last_complaint(told) == "ERROR: No matching distribution found for hatchling>=1.25"

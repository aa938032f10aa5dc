#!/usr/bin/env python3
"""Sets Planner up beside itself and starts it: ``python3 start.py``; ``python3 start.py test`` runs the tests.

Needs nothing but Python. The first run makes .venv and installs into it; later runs see that nothing changed and start
at once.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
OLDEST, NEWEST = (3, 11), (3, 13)


def main(arguments: list[str]) -> int:
    """Install what is missing, then run the product, or its tests after ``test``; return the exit status."""
    try:
        check_python(sys.version_info[:2])
        testing = arguments[:1] == ["test"]
        install("test" if testing else "")
    except SetUpFailed as error:
        print(f"没有启动成功：{error}", file=sys.stderr)
        return 1
    command = ["-m", "pytest", *arguments[1:]] if testing else ["-m", "planner", "run", *arguments]
    return run([str(interpreter()), *command])


class SetUpFailed(Exception):
    """What is missing, in one sentence that says what to do."""


def check_python(version: tuple[int, ...]) -> None:
    """Refuse a Python the product is not made for."""
    if not OLDEST <= version <= NEWEST:
        had = ".".join(map(str, version))
        raise SetUpFailed(f"需要 Python 3.11 到 3.13，现在是 {had}。请安装后用它来运行，例如 python3.13 start.py。")


def interpreter() -> Path:
    """Return the Python inside the virtual environment."""
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def install(extra: str) -> None:
    """Bring the virtual environment up to date; do nothing when its record says that nothing changed."""
    record = VENV / f"installed{'-' + extra if extra else ''}"
    wanted = fingerprint(extra)
    if is_healthy() and record.is_file() and record.read_text("utf-8") == wanted:
        return
    if not is_healthy():
        make_environment()
    print("正在安装，第一次约需一分钟……", flush=True)
    pip_install(f"{HERE}[{extra}]" if extra else str(HERE))
    # Written last: an installation that was cut off is repaired at the next start.
    record.write_text(wanted, "utf-8")


def fingerprint(extra: str) -> str:
    """Return what the installation depends on, as a hash."""
    facts = (HERE / "pyproject.toml").read_bytes() + repr((sys.version_info[:3], extra, str(HERE))).encode()
    return hashlib.sha256(facts).hexdigest()


def is_healthy() -> bool:
    """Tell whether the virtual environment's Python is there and starts."""
    if not interpreter().exists():
        return False
    try:
        return subprocess.run([interpreter(), "-c", "import pip"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def make_environment() -> None:
    """Make the virtual environment anew."""
    if VENV.exists():
        print("原来的 .venv 不能用了，正在重建……", flush=True)
        shutil.rmtree(VENV, ignore_errors=True)
    made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True, check=False)
    if made.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        if "ensurepip" in made.stdout + made.stderr:
            raise SetUpFailed("缺少 python3-venv。请运行 sudo apt install python3-venv 后再试。")
        raise SetUpFailed(f"建不了 .venv：{last_words(made.stdout + made.stderr)}")


def pip_install(what: str) -> None:
    """Install the product from here, so that a change in the code needs no new installation."""
    command = [str(interpreter()), "-m", "pip", "install", "-q", "--disable-pip-version-check", "-e", what]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        told = done.stdout + done.stderr
        if "No space left" in told:
            raise SetUpFailed("磁盘满了。请腾出约 500 MB 后再试。")
        if "Connection" in told or "No matching distribution" in told or "Temporary failure" in told:
            raise SetUpFailed(f"下载不了需要的组件，请检查网络后再试。（{last_words(told)}）")
        raise SetUpFailed(f"安装没有完成：{last_words(told)}")


def last_words(text: str) -> str:
    """Return the last line of a program's output, where its complaint stands."""
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "没有说明原因")[:300]


def run(command: list[str]) -> int:
    """Run a command to its end, passing on a stop, and return its exit status."""
    with subprocess.Popen(command) as child:
        signal.signal(signal.SIGTERM, lambda *_: child.terminate())
        while True:
            try:
                return child.wait()
            except KeyboardInterrupt:
                # The child heard it too; wait for it to finish cleanly.
                continue


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

#!/usr/bin/env python3
"""Sets Planner up beside itself and starts it.

    python3 start.py [options]           the pages and reminders (planner run)
    python3 start.py COMMAND …           any other planner command
    python3 start.py test [options]      the whole test suite

Needs nothing but Python. The first run makes .venv and installs into it; later runs see that nothing changed and start
at once.
"""

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
LITTLE_SPACE = 50_000_000  # bytes; with less than this a failure is put down to the disk
TEST = "test"

# Here, before anything that an old Python cannot even define, so that it too can say what is wrong.
if not OLDEST <= sys.version_info[:2] <= NEWEST:
    had = ".".join(map(str, sys.version_info[:2]))
    sys.exit(
        f"没有启动成功：需要 Python 3.11 到 3.13，现在是 {had}。请安装后用它来运行，例如 python3.13 start.py。\n"
        f"Planner needs Python 3.11 to 3.13; this is {had}. Install one and run this file with it."
    )


class SetUpFailed(Exception):
    """What is missing and what to do, in Chinese and in English."""

    def __init__(self, chinese: str, english: str) -> None:
        super().__init__(f"没有启动成功：{chinese}\n{english}")


def main(arguments: list[str]) -> int:
    """Install what is missing, then run the product, or its tests after ``test``; return the exit status."""
    testing = arguments[:1] == [TEST]
    try:
        install(TEST if testing else "")
    except SetUpFailed as failure:
        say(str(failure))
        return 1
    except OSError as error:
        say(str(explain(str(error), free_space())))
        return 1
    except KeyboardInterrupt:
        say("已停止，下次启动会接着安装。Stopped; the next start carries on.")
        return 130
    if testing:
        return run(["-m", "pytest", *arguments[1:]], HERE)
    is_command = bool(arguments) and not arguments[0].startswith("-")
    # -P: what else lies in the user's folder is not taken for a part of the product.
    return run(["-P", "-m", "planner", *([] if is_command else ["run"]), *arguments], Path.cwd())


def say(words: str) -> None:
    """Tell the user; on stderr, which takes Chinese in any locale and leaves stdout to the command."""
    print(words, file=sys.stderr, flush=True)


def interpreter() -> Path:
    """Return the Python inside the virtual environment."""
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def install(extra: str) -> None:
    """Bring the virtual environment up to date; do nothing when its records say that nothing changed."""
    healthy = is_healthy()
    # What was installed for the tests holds all that the product needs.
    if healthy and any(is_recorded(each) for each in (extra, TEST)):
        return
    if not healthy:
        make_environment()
    for each in ("", TEST):
        record(each).unlink(missing_ok=True)
    say("正在安装，第一次约需一分钟…… Installing, about a minute the first time.")
    pip_install(f"{HERE}[{extra}]" if extra else str(HERE))
    # Written last: an installation that was cut off is repaired at the next start.
    record(extra).write_text(fingerprint(extra), "utf-8")


def record(extra: str) -> Path:
    """Return the file that says what was installed, and for what."""
    return VENV / f"installed{'-' + extra if extra else ''}"


def is_recorded(extra: str) -> bool:
    """Tell whether the product as it is now was installed to the end."""
    return record(extra).is_file() and record(extra).read_text("utf-8", "replace") == fingerprint(extra)


def fingerprint(extra: str) -> str:
    """Return what the installation depends on, as a hash."""
    facts = (HERE / "pyproject.toml").read_bytes() + repr((sys.version_info[:3], extra, str(HERE))).encode()
    return hashlib.sha256(facts).hexdigest()


def is_healthy() -> bool:
    """Tell whether the virtual environment has a Python that starts, of this version, and with pip."""
    version = sys.version_info[:2]
    check = f"import pip, sys; sys.exit(sys.version_info[:2] != {tuple(version)})"
    try:
        return subprocess.run([interpreter(), "-c", check], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def make_environment() -> None:
    """Make the virtual environment anew."""
    if VENV.exists():
        say("原来的 .venv 不能用了，正在重建…… The old .venv no longer works; making it anew.")
        shutil.rmtree(VENV)
    call([sys.executable, "-m", "venv", str(VENV)])


def pip_install(what: str) -> None:
    """Install the product from here, so that a change in the code needs no new installation."""
    call([str(interpreter()), "-m", "pip", "install", "-q", "--disable-pip-version-check", "-e", what])


def call(command: list[str]) -> None:
    """Run one step of the set-up; raise ``SetUpFailed`` with what its complaint means."""
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode:
        raise explain(done.stdout + done.stderr, free_space())


def free_space() -> int:
    """Return how many bytes the disk can still take."""
    return shutil.disk_usage(HERE).free


def explain(told: str, free: int) -> SetUpFailed:
    """Turn the output of venv or pip, and the bytes left on the disk, into a sentence that says what to do."""
    if "No space left" in told or free < LITTLE_SPACE:
        return SetUpFailed("磁盘满了。请腾出约 500 MB 后再试。", "The disk is full. Free about 500 MB and try again.")
    if "ensurepip is not available" in told or "No module named venv" in told:
        return SetUpFailed(
            "缺少 python3-venv。请运行 sudo apt install python3-venv 后再试。",
            "python3-venv is missing. Run sudo apt install python3-venv and try again.",
        )
    complaint = last_complaint(told)
    if "Permission denied" in told or "Access is denied" in told or "拒绝访问" in told:
        return SetUpFailed(f"这个文件夹不能写入：{HERE}。（{complaint}）", "This folder cannot be written to.")
    if any(sign in told for sign in ("Connection", "No matching distribution", "Temporary failure", "timed out")):
        return SetUpFailed(
            f"下载不了需要的组件，请检查网络后再试。（{complaint}）", "pip cannot reach the network, or not all of it."
        )
    return SetUpFailed(f"安装没有完成：{complaint}", "The installation failed with the words above.")


def last_complaint(told: str) -> str:
    """Return the last line that names an error, without its indentation; the last line if none does."""
    lines = [line.strip() for line in told.splitlines() if line.strip()]
    # "error: subprocess-exited-with-error" and the like are pip's frame around the real complaint.
    errors = [line for line in lines if "Error" in line or line.startswith("ERROR")]
    return next(reversed(errors or lines), "没有说明原因")[:300]


def run(arguments: list[str], folder: Path) -> int:
    """Run the virtual environment's Python to its end, passing on a stop, and return its exit status."""
    # Chinese goes through pipes unharmed on Windows too.
    environment = {**os.environ, "PYTHONUTF8": "1"}
    with subprocess.Popen([interpreter(), *arguments], cwd=folder, env=environment) as child:
        signal.signal(signal.SIGTERM, lambda *_: child.terminate())
        while True:
            try:
                status = child.wait()
            except KeyboardInterrupt:
                # The child heard it too; wait for it to finish cleanly.
                continue
            return status if status >= 0 else 128 - status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

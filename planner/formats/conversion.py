"""Older formats (.doc, .wps, .xls, .et, .rtf) turned into .docx or .xlsx by LibreOffice, where it is installed.

Each call has a profile folder of its own, in which macros and links to the outside are switched off, and a time limit.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from planner.errors import Unreadable

MAX_SECONDS = 60
NOT_INSTALLED = (
    "这是旧版格式，这台电脑上没有装 LibreOffice，读不了。请用 Word 或 WPS 打开后另存为 .docx（表格存为 .xlsx）再试。"
)
FAILED = "这个旧版文件没有转换成功，请用 Word 或 WPS 打开后另存为 .docx（表格存为 .xlsx）再试。"
TOO_SLOW = "这个旧版文件一分钟还没有转换完，请用 Word 或 WPS 打开后另存为 .docx（表格存为 .xlsx）再试。"
USUAL_PLACES = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"C:\Program Files\LibreOffice\program\soffice.exe",
)
PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
</oor:items>
"""


def find_office() -> str | None:
    """Return the program that converts, or None."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    return found or next((place for place in USUAL_PLACES if Path(place).is_file()), None)


def converted(data: bytes, kind: str, wanted: str) -> bytes:
    """Return a file of *kind* (doc, xls) as one of *wanted* (docx, xlsx); raise ``Unreadable``."""
    program = find_office()
    if program is None:
        raise Unreadable(NOT_INSTALLED)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        room = Path(folder)
        (room / "profile" / "user").mkdir(parents=True)
        (room / "profile" / "user" / "registrymodifications.xcu").write_text(PROFILE, "utf-8")
        (room / f"file.{kind}").write_bytes(data)
        _run(program, room, kind, wanted)
        made = room / "out" / f"file.{wanted}"
        if not made.is_file():
            raise Unreadable(FAILED)
        return made.read_bytes()


def _run(program: str, room: Path, kind: str, wanted: str) -> None:
    command = [
        program,
        f"-env:UserInstallation={(room / 'profile').as_uri()}",
        "--headless",
        "--norestore",
        "--convert-to",
        wanted,
        "--outdir",
        str(room / "out"),
        str(room / f"file.{kind}"),
    ]
    process = subprocess.Popen(  # noqa: S603 - a fixed command on a file of our own naming
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        process.wait(MAX_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise Unreadable(TOO_SLOW) from error
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the program with the children it started."""
    if process.poll() is None:
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

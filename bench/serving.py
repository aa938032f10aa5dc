"""A real server beside the benchmark: ``planner run`` as a process, asked over the loopback as a browser would."""

from __future__ import annotations

import http.client
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

PATIENCE = 120.0


class Server:
    """A running server, the connection to it, and how long it took to answer for the first time."""

    def __init__(self, process: subprocess.Popen[str], port: int, begun: float) -> None:
        self.process = process
        self.port = port
        self.cookie = ""
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self._wait(begun)
        self.started = f"{(time.perf_counter() - begun) * 1e3:.0f} ms, {self.processor()} of processor"
        self.cookie = self._sign_in()

    def _wait(self, begun: float) -> None:
        while time.perf_counter() - begun < PATIENCE:
            try:
                self.get("/sign-in", signed_in=False)
            except OSError:
                self.connection.close()
                time.sleep(0.005)
            else:
                return
        raise TimeoutError("the server never answered")

    def _sign_in(self) -> str:
        assert self.process.stdout is not None  # noqa: S101
        line = next(line for line in self.process.stdout if "token=" in line)
        token = line.strip().partition("token=")[2]
        page, cookie = self._ask("GET", "/sign-in?" + urlencode({"token": token}), {})
        csrf = re.search(r'name="csrf_token" value="([^"]+)"', page)
        form = urlencode({"token": token, "csrf_token": csrf[1] if csrf else ""})
        kind = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
        return self._ask("POST", "/sign-in", kind, form)[1]

    def get(self, path: str, *, signed_in: bool = True) -> str:
        """Return a page."""
        return self._ask("GET", path, {"Cookie": self.cookie} if signed_in else {})[0]

    def _ask(self, method: str, path: str, headers: Mapping[str, str], form: str = "") -> tuple[str, str]:
        self.connection.request(method, path, form or None, dict(headers))
        answer = self.connection.getresponse()
        body = answer.read().decode("utf-8", "replace")
        if answer.status >= 400 or (self.cookie and answer.status != 200):
            raise ConnectionError(f"{path}: {answer.status} {body[-300:]}")
        return body, (answer.headers["Set-Cookie"] or "").partition(";")[0]

    def memory(self) -> str:
        """Return the resident memory, where the system tells it."""
        try:
            status = Path(f"/proc/{self.process.pid}/status").read_text("ascii")
        except OSError:
            return "untold"
        found = re.search(r"^VmRSS:\s+(\d+) kB", status, re.MULTILINE)
        return f"{int(found[1]) / 1024:.0f} MB" if found else "untold"

    def processor(self) -> str:
        """Return the seconds of processor taken so far: on a busy machine they say more than the clock."""
        try:
            values = Path(f"/proc/{self.process.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        except OSError:
            return "untold"
        return f"{(int(values[11]) + int(values[12])) / os.sysconf('SC_CLK_TCK') * 1e3:.0f} ms"


@contextmanager
def serving(url: str, data: Path) -> Iterator[Server]:
    """Run ``planner run`` on a database for the length of a block."""
    port = _free_port()
    told = {"DATABASE_URL": url, "PLANNER_DATA": str(data), "PLANNER_PORT": str(port), "PYTHONUNBUFFERED": "1"}
    begun = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "planner", "run", "--no-sample"],
        env={**os.environ, **told, "PYTHONIOENCODING": "utf-8"},
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    try:
        yield Server(process, port, begun)
    finally:
        process.terminate()
        process.wait()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port

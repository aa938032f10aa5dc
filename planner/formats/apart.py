"""Reading a file in a process of its own, limited in memory and ended after a while.

A crafted file can keep a reader busy for ever or fill the memory; then only that process goes down.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from planner.errors import Unreadable

MAX_SECONDS = 60.0
MAX_MEMORY = 2 * 1024**3
"""Bytes the reading process may take, where the system can limit it."""


def read_apart(module: str, data: bytes, *, broken: str, slow: str) -> str:
    """Return what ``python -m module`` reads from *data*; raise ``Unreadable`` with its sentence, or *broken* or *slow*."""
    paths = os.pathsep.join(path or str(Path.cwd()) for path in sys.path)
    try:
        done = subprocess.run(  # noqa: S603 - a module of our own
            [sys.executable, "-m", module],
            input=data,
            capture_output=True,
            timeout=MAX_SECONDS,
            env={**os.environ, "PYTHONPATH": paths},
            check=True,
        )
        text, problem = json.loads(done.stdout)
    except subprocess.TimeoutExpired as error:
        raise Unreadable(slow) from error
    except (subprocess.CalledProcessError, ValueError) as error:
        raise Unreadable(broken) from error
    if problem:
        raise Unreadable(problem)
    return str(text)


def answer(extract: Callable[[bytes], str], *, broken: str) -> None:
    """Read standard input and write ``[text, sentence about what is wrong]`` for the process that waits."""
    _limit_memory()
    try:
        told = [extract(sys.stdin.buffer.read()), ""]
    except Unreadable as error:
        told = ["", error.message]
    except Exception:  # whatever is wrong inside: to the clerk it is one thing
        told = ["", broken]
    sys.stdout.write(json.dumps(told))


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limit; the time limit holds there too
        return
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))

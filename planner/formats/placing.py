"""Putting a file in its place: whole and on the disk, or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from planner.errors import Unwritable


@contextmanager
def placing(target: Path, what: str) -> Iterator[BinaryIO]:
    """Open a file beside *target*, readable by its owner only, that gets that name when the block ends well.

    Raise ``Unwritable``, naming *what* was not written, when there is no room or no permission; nothing is left then.
    """
    part = target.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with open(part, "x+b", opener=_private) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
        _settle(target.parent)
    except OSError as error:
        raise Unwritable.because(what, error) from error
    finally:
        part.unlink(missing_ok=True)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _settle(folder: Path) -> None:
    """Have the new name itself on the disk, where a folder can be asked for that."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

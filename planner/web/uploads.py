"""What the clerk hands in: a file, or text pasted into the page."""

from __future__ import annotations

from flask import request

from planner.errors import Invalid
from planner.services.importing import Source


def given() -> Source:
    """Return the uploaded file, else the pasted text as a file; raise ``Invalid`` for neither."""
    file = request.files.get("file")
    if file is not None and file.filename:
        # Only the last part of the name is kept, and never used as a path.
        return Source(file.filename.replace("\\", "/").rsplit("/", 1)[-1], file.stream.read())
    text = request.form.get("text", "")
    if not text.strip():
        raise Invalid("请先选择一个文件，或把文字贴到框里，再点「读文件」。")
    name = next(line.strip() for line in text.splitlines() if line.strip())[:30]
    return Source(f"粘贴的文字：{name}.txt".replace("/", "_"), text.replace("\r\n", "\n").encode())

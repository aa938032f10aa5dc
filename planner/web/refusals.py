"""How errors become pages: what is wrong, the way back, and what was typed, so that nothing has to be thought up twice."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from flask import Flask, g, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from planner.errors import Conflict, Forbidden, Invalid, NotFound, PlannerError, Unreadable
from planner.formats.intake import MAX_BYTES

STATUS: dict[type[PlannerError], int] = {NotFound: 404, Invalid: 400, Forbidden: 403, Conflict: 409, Unreadable: 400}
HTTP_WORDS = {
    404: "没有这个页面，可能地址有误。",
    405: "请从页面上的按钮操作。",
    413: f"文件太大，最多 {MAX_BYTES // 1024 // 1024} MB。请把图片去掉或另存为 .docx 后再试。",
}
TOO_BIG = "地址里的数字太大，请从页面上的链接进去。"
STALE = "这个页面打开太久或登录已失效，没有保存。请返回上一页，刷新后再提交。"
TYPED = {
    "text": "文字", "line": "文字", "words": "文字", "body": "正文", "on_behalf_of": "代谁填",
    "difficulty": "存在困难", "coordination": "需要谁协调什么", "next_step": "下步打算",
    "explained": "次数或指标没有达到的原因",
    "name": "名称", "names": "名称", "post": "职务", "phone": "电话", "email": "邮箱", "contact": "联系人",
    "deputy": "代理人", "successor": "接手人", "signed_by": "签发人", "measured": "数值",
}  # fmt: skip
"""What people write in forms, never a secret: only this is shown again."""
MOST_TYPED = 20_000
"""Characters of one field that are shown again; more was pasted, and is still where it was copied."""


def tell_on(app: Flask) -> None:
    """Let every error of the application become a page in Chinese."""

    @app.errorhandler(PlannerError)
    def refuse(error: PlannerError) -> tuple[str, int]:
        # What the page read may have broken off its transaction; the page that says so reads too.
        end_reading()
        return _page(error.message), status_of(error)

    @app.errorhandler(OverflowError)
    def too_big(_error: OverflowError) -> tuple[str, int]:
        end_reading()
        return _page(TOO_BIG), 400

    @app.errorhandler(CSRFError)
    def stale(_error: CSRFError) -> tuple[str, int]:
        return _page(STALE), 400

    @app.errorhandler(RequestEntityTooLarge)
    def too_large(_error: RequestEntityTooLarge) -> tuple[str, int]:
        # What was sent is not read.
        return render_template("error.html", message=HTTP_WORDS[413]), 413

    @app.errorhandler(HTTPException)
    def other(error: HTTPException) -> tuple[str, int]:
        code = error.code or 500
        return _page(HTTP_WORDS.get(code, PlannerError.__doc__ or "")), code


def end_reading(_error: BaseException | None = None) -> None:
    """End the one moment in which a page reads."""
    if "reading" in g:
        g.reading.close()


def status_of(error: PlannerError) -> int:
    """Return the HTTP status of a kind of error."""
    return next((status for kind, status in STATUS.items() if isinstance(error, kind)), 503)


def _page(message: str) -> str:
    if request.method != "POST":
        return render_template("error.html", message=message)
    return render_template("error.html", message=message, typed=_typed(), back=_back())


def _typed() -> list[tuple[str, str]]:
    """Return what was written into the form that was refused: each label and its words."""
    try:
        form = request.form
    except HTTPException:
        # What was sent is no form.
        return []
    fields = ((label, word.strip()) for name, label in TYPED.items() for word in form.getlist(name))
    return [(label, word[:MOST_TYPED]) for label, word in fields if word]


def _back() -> str:
    """Return the page the form stood on, if it is one of ours."""
    came_from = urlsplit(request.referrer or "")
    if came_from.netloc != request.host or not re.match(r"/(?![/\\])", came_from.path):
        return ""
    return f"{came_from.path}?{came_from.query}" if came_from.query else came_from.path

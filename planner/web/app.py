"""The web application: wiring, who may enter, how errors become pages."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any

from flask import Flask, Response, g, redirect, render_template, request, url_for
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from planner.config import Settings, session_key, shipped
from planner.core.calendar import day_words, weekday_name
from planner.core.status import Mark, act_label, lamp, state_label
from planner.core.wording import item_words
from planner.errors import Conflict, Forbidden, Invalid, NotFound, PlannerError, Unreadable
from planner.formats.intake import MAX_BYTES
from planner.formats.package import MAX_CHARACTERS
from planner.store.database import Database
from planner.web import (
    access,
    accounts,
    backups,
    calendars,
    carrying,
    channels,
    checking,
    desk,
    entry,
    events,
    guide,
    handovers,
    imports,
    links,
    lists,
    notices,
    outbox,
    outbox_history,
    parties,
    plans,
    rehearsal,
    reviews,
    signing_in,
    tasks,
    thresholds,
    wordings,
    workdays,
)
from planner.web import (
    settings as office_settings,
)
from planner.web.desk import Desk
from planner.web.rows import rows_of
from planner.web.words import FINDING_WORDS, MARK_SIGNS, MARK_WORDS, ROLE_WORDS, details

ExcInfo = tuple[type, BaseException, TracebackType] | tuple[None, None, None]
STATUS: dict[type[PlannerError], int] = {NotFound: 404, Invalid: 400, Forbidden: 403, Conflict: 409, Unreadable: 400}
FORM_ROOM = 1024 * 1024
KEYED = ("calendars.feed", "calendars.landing")
"""What a key in the address opens, for programs and phones that are not signed in."""
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HTTP_WORDS = {
    404: "没有这个页面，可能地址有误。",
    405: "请从页面上的按钮操作。",
    413: f"文件太大，最多 {MAX_BYTES // 1024 // 1024} MB。请把图片去掉或另存为 .docx 后再试。",
}


GROUPS = (
    accounts, backups, calendars, carrying, channels, checking, desk, entry, events, guide, handovers, imports, lists, notices,
    office_settings, outbox, outbox_history, parties, plans, rehearsal, reviews, signing_in, tasks, thresholds, wordings, workdays,
)  # fmt: skip
PASTED_BYTES = 4 * MAX_CHARACTERS
"""Bytes of a pasted text: as many characters as a file may hold, each up to four."""


class Cookies(SecureCookieSessionInterface):
    """The session cookie, which what a calendar program fetches never gets."""

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        """Tell whether the answer carries the cookie."""
        return request.endpoint not in KEYED and super().should_set_cookie(app, session)


class Application(Flask):
    """Flask, except that neither log nor cookie tells who fetched which calendar."""

    session_interface = Cookies()

    def log_exception(self, exc_info: ExcInfo) -> None:
        """Log an error under the name of its page: the address may hold a key."""
        self.logger.error("Exception in %s [%s]", request.endpoint, request.method, exc_info=exc_info)


def create_app(settings: Settings, database: Database, *, clock: Callable[[], datetime]) -> Flask:
    """Return the application; *clock* is asked once a request."""
    app = Application(__name__, template_folder=str(shipped("templates")), static_folder="static")
    app.config.update(
        SECRET_KEY=session_key(settings.data),
        MAX_CONTENT_LENGTH=MAX_BYTES + FORM_ROOM,
        MAX_FORM_MEMORY_SIZE=PASTED_BYTES,
        PERMANENT_SESSION_LIFETIME=timedelta(days=30),
        SESSION_COOKIE_NAME="planner_session",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.base_url.lower().startswith("https://"),
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    CSRFProtect(app)
    app.teardown_request(_leave)
    _set_entrance(app, settings, database, clock)
    _set_words(app)
    _set_errors(app)
    for group in GROUPS:
        app.register_blueprint(group.pages)
    return app


def _set_entrance(app: Flask, settings: Settings, database: Database, clock: Callable[[], datetime]) -> None:
    @app.before_request
    def enter() -> AnyResponse | None:
        g.desk = Desk(settings=settings, database=database, now=clock())
        if request.endpoint is None or request.endpoint in access.OPEN:
            return None
        _hold(database)
        if not access.recognise(database):
            access.remember_wanted()
            return redirect(url_for("signing_in.sign_in"))
        return access.admit(request.endpoint)

    @app.url_defaults
    def keep_day(endpoint: str, values: dict[str, Any]) -> None:
        # The chosen day, and how it is told, stay chosen from page to page.
        if "on" in request.args and endpoint != "static":
            for name in ("on", "as_recorded"):
                if name in request.args:
                    values.setdefault(name, request.args[name])

    @app.after_request
    def protect(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        if request.endpoint != "static":
            response.headers.setdefault("Cache-Control", "no-store")
        return response


def _hold(database: Database) -> None:
    """Let all that a page reads be one moment."""
    if request.method == "GET":
        g.reading = ExitStack()
        g.reading.enter_context(database.reading())


def _leave(_error: BaseException | None) -> None:
    if "reading" in g:
        g.reading.close()


def _set_words(app: Flask) -> None:
    app.jinja_env.globals.update(
        item_words_of=lambda entry: item_words(entry.item_number, entry.item_title),
        Mark=Mark,
        mark_words=MARK_WORDS,
        mark_signs=MARK_SIGNS,
        task_address=links.task_address,
        code_address=links.code_address,
        period_address=links.period_address,
        rows_of=rows_of,
        role_words=ROLE_WORDS,
        finding_words=FINDING_WORDS,
    )
    app.jinja_env.globals.update(may=access.may, menu=access.menu)
    app.jinja_env.filters.update(
        item_words=lambda item: item_words(item.number, item.title),
        day=day_words,
        weekday=weekday_name,
        act=act_label,
        state=state_label,
        lamp=lamp,
        moment=_moment,
        details=details,
        names="、".join,
    )

    @app.context_processor
    def around() -> dict[str, Any]:
        return {"desk": g.get("desk"), "account": g.get("account"), "own_party": g.get("party")}


def _moment(value: datetime) -> str:
    local = value.astimezone(g.desk.now.tzinfo)
    return f"{local.year}-{local.month:02}-{local.day:02} {local.hour:02}:{local.minute:02}"


def _set_errors(app: Flask) -> None:
    @app.errorhandler(PlannerError)
    def refuse(error: PlannerError) -> tuple[str, int]:
        # What the page read may have broken off its transaction; the page that says so reads too.
        _leave(None)
        return render_template("error.html", message=error.message), status_of(error)

    @app.errorhandler(OverflowError)
    def too_big(_error: OverflowError) -> tuple[str, int]:
        _leave(None)
        return render_template("error.html", message="地址里的数字太大，请从页面上的链接进去。"), 400

    @app.errorhandler(CSRFError)
    def stale(_error: CSRFError) -> tuple[str, int]:
        message = "这个页面打开太久或登录已失效，没有保存。请返回上一页，刷新后再提交。"
        return render_template("error.html", message=message), 400

    @app.errorhandler(RequestEntityTooLarge)
    def too_large(_error: RequestEntityTooLarge) -> tuple[str, int]:
        return render_template("error.html", message=HTTP_WORDS[413]), 413

    @app.errorhandler(HTTPException)
    def other(error: HTTPException) -> tuple[str, int]:
        code = error.code or 500
        return render_template("error.html", message=HTTP_WORDS.get(code, PlannerError.__doc__)), code


def status_of(error: PlannerError) -> int:
    """Return the HTTP status of a kind of error."""
    return next((status for kind, status in STATUS.items() if isinstance(error, kind)), 503)

"""The web application: wiring, and who may enter."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from datetime import date, datetime, timedelta
from types import TracebackType
from typing import Any

from flask import Flask, Response, g, redirect, request, url_for
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_wtf.csrf import CSRFProtect
from werkzeug.wrappers import Response as AnyResponse

from planner.config import Settings, session_key, shipped
from planner.core.calendar import day_words, weekday_name
from planner.core.status import Mark, act_label, lamp, state_label
from planner.core.wording import item_words
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
    refusals,
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
from planner.web.refusals import end_reading
from planner.web.rows import rows_of
from planner.web.words import FINDING_WORDS, MARK_SIGNS, MARK_WORDS, ROLE_WORDS, details

ExcInfo = tuple[type, BaseException, TracebackType] | tuple[None, None, None]
FORM_ROOM = 1024 * 1024
KEYED = ("calendars.feed", "calendars.landing")
"""What a key in the address opens, for programs and phones that are not signed in."""
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)


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
    app.teardown_request(end_reading)
    _set_entrance(app, settings, database, clock)
    _set_words(app)
    refusals.tell_on(app)
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
        day=_day,
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


def _day(value: date | str, year: int | None = None) -> str:
    """Return a day in words; what events tell of days is ISO text."""
    return day_words(value if isinstance(value, date) else date.fromisoformat(value), year)


def _moment(value: datetime) -> str:
    local = value.astimezone(g.desk.now.tzinfo)
    return f"{local.year}-{local.month:02}-{local.day:02} {local.hour:02}:{local.minute:02}"

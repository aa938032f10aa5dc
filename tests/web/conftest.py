"""A signed-in browser without a window, over a real database."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from planner.config import Settings
from planner.services.admitting import give_personal_link
from planner.services.importing import Imported
from planner.services.signing_in import make_link
from planner.store import people
from planner.store.database import Database
from planner.web.app import create_app
from tests.conftest import NOON


class Office:
    """Someone at the pages: opens addresses and submits forms as a browser would, with the page's own token."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def open(self, path: str) -> str:
        """Open a page that must answer 200 and return its text."""
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    def submit(self, page: str, action: str = "", **fields: object) -> TestResponse:
        """Submit a form of *page* to *action* (the page itself by default), following the redirect."""
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.client.get(page).text)
        assert token
        data = {"csrf_token": token[1], **fields}
        return self.client.post(action or page, data=data, follow_redirects=True)


@pytest.fixture
def now() -> datetime:
    """The moment of every request; a module of tests may have its own."""
    return NOON


@pytest.fixture
def clock(now: datetime) -> Callable[[], datetime]:
    return lambda: now


@pytest.fixture
def app(database: Database, settings: Settings, clock: Callable[[], datetime]) -> Flask:
    made = create_app(settings, database, clock=clock)
    made.testing = True
    return made


@pytest.fixture
def stranger(app: Flask) -> Office:
    return Office(app.test_client())


@pytest.fixture
def clerk(app: Flask, database: Database, now: datetime) -> Office:
    office = Office(app.test_client())
    token = make_link(database, now)
    assert office.submit(f"/sign-in?token={token}", "/sign-in", token=token).status_code == 200
    return office


@pytest.fixture
def leader(app: Flask, database: Database, imported: Imported) -> Office:
    """王建国, who answers for points 2 and 3 of the small plan, at a page of his own."""
    return enter(app, database, "person", "王建国")


@pytest.fixture
def contact(app: Flask, database: Database, imported: Imported) -> Office:
    """赵敏 of 应急部门, which answers for points 2 and 3 of the small plan but not for point 1."""
    return enter(app, database, "department", "应急部门", "赵敏")


def enter(app: Flask, database: Database, kind: str, party: str, name: str = "") -> Office:
    """Sign in a leader, or the contact *name* of a department, by a new personal link."""
    _, token = give_personal_link(database, party_id(database, kind, party), name, "")
    office = Office(app.test_client())
    assert office.client.get(f"/p/{token}", follow_redirects=True).status_code == 200
    return office


def party_id(database: Database, kind: str, name: str) -> int:
    """Return the number of a person or department by its name."""
    with database.read() as session:
        party = people.party_named(session, kind, name)
    assert party is not None
    return party.id

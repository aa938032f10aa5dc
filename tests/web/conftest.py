"""A signed-in browser without a window, over a real database."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from planner.config import Settings
from planner.services.signing_in import make_link
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
def clock() -> Callable[[], datetime]:
    return lambda: NOON


@pytest.fixture
def stranger(database: Database, settings: Settings, clock: Callable[[], datetime]) -> Office:
    app = create_app(settings, database, clock=clock)
    app.testing = True
    return Office(app.test_client())


@pytest.fixture
def clerk(stranger: Office, database: Database) -> Office:
    token = make_link(database, NOON)
    assert stranger.submit(f"/sign-in?token={token}", "/sign-in", token=token).status_code == 200
    return stranger

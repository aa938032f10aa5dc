"""A real server on loopback and a real Chromium."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread

import pytest
from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait
from waitress.server import create_server

from planner.config import Settings, shipped
from planner.services.arranging import seed_calendar
from planner.services.importing import load_samples
from planner.services.signing_in import ensure_office, make_link
from planner.store.database import Database
from planner.web.app import create_app
from tests.conftest import NOON

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chrome")
DRIVER = shutil.which("chromedriver")
FLAGS = (
    "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-component-update "
    "--disable-sync --disable-quic"
)


def press(browser: webdriver.Chrome, selector: str) -> None:
    """Press a button or link and wait until the page it leads to has replaced this one."""
    old = browser.find_element(By.TAG_NAME, "html")
    browser.find_element(By.CSS_SELECTOR, selector).click()
    # While one page replaces the other the driver may fail in several ways; each only means: not yet.
    wait = WebDriverWait(browser, 60, ignored_exceptions=[WebDriverException])
    wait.until(lambda now: now.find_element(By.TAG_NAME, "html") != old)


@pytest.fixture(scope="session")
def chromium() -> Iterator[webdriver.Chrome]:
    if not (CHROMIUM and DRIVER):
        pytest.skip("Chromium and its driver are not on this machine")
    options = Options()
    for flag in FLAGS.split():
        options.add_argument(flag)
    options.binary_location = CHROMIUM
    browser = webdriver.Chrome(options=options, service=Service(DRIVER))
    yield browser
    browser.quit()


@pytest.fixture
def base(settings: Settings, tmp_path: Path) -> Iterator[str]:
    """A running server with the sample plan; its address."""
    database = Database(f"sqlite:///{(tmp_path / 'planner.db').as_posix()}")
    database.migrate()
    ensure_office(database, "柳河镇党政办")
    seed_calendar(database, NOON)
    load_samples(database, shipped("plans"), NOON)
    listener = socket.create_server(("127.0.0.1", 0))
    server = create_server(create_app(settings, database, clock=lambda: NOON), sockets=[listener], threads=4)
    Thread(target=_serve, args=(server.run,), daemon=True).start()
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    (tmp_path / "link").write_text(f"{address}/sign-in?token={make_link(database, NOON)}")
    yield address
    server.close()
    database.close()


def _serve(run: Callable[[], object]) -> None:
    # The socket is closed under the server at the end of a test.
    with suppress(OSError):
        run()


@pytest.fixture
def clerk(chromium: webdriver.Chrome, base: str, tmp_path: Path) -> webdriver.Chrome:
    """The browser, signed in by the one-time link."""
    chromium.delete_all_cookies()
    chromium.get((tmp_path / "link").read_text())
    press(chromium, "button.main")
    assert chromium.current_url == f"{base}/"
    return chromium

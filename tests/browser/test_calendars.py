"""The way from a calendar on a phone to the progress entered, and the pages that make calendars."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.request import urlopen

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from planner.services.admitting import give_personal_link
from planner.services.subscribing import Wish, subscribe
from planner.store import people
from planner.store.database import Database
from tests.browser.conftest import press
from tests.browser.test_pages import resize, said
from tests.conftest import NOON

pytestmark = pytest.mark.browser


def test_a_contact_goes_from_the_event_through_the_personal_link_to_the_progress(
    chromium: Chrome, base: str, tmp_path: Path
) -> None:
    resize(chromium, 390)
    database = Database(f"sqlite:///{(tmp_path / 'planner.db').as_posix()}")
    with database.read() as session:
        department = people.party_named(session, "department", "交警部门")
    assert department
    feed = subscribe(database, Wish("party", party_id=department.id), NOON)
    _, link = give_personal_link(database, department.id, "赵敏", "")
    database.close()
    with urlopen(f"{base}/feeds/{feed}.ics") as answer:  # noqa: S310
        body = answer.read().replace(b"\r\n ", b"").decode()
    event = re.search(r"URL:(\S+/t/\S+)", body)
    assert event

    chromium.get(base)
    chromium.delete_all_cookies()
    chromium.get(event[1])
    assert chromium.current_url == f"{base}/sign-in"
    assert "您的个人链接" in said(chromium)
    chromium.get(f"{base}/p/{link}")
    assert chromium.current_url == event[1], "where the event led"
    box = chromium.find_element(By.ID, "text")
    assert {button.text for button in chromium.find_elements(By.NAME, "act")} >= {"保存进展", "申请销号"}
    box.send_keys("已检查3家，发现隐患5条")
    press(chromium, "button[value=progress]")
    assert "已记下：进展" in said(chromium) and "已检查3家，发现隐患5条" in said(chromium)
    assert chromium.execute_script("return document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("width", [1440, 390])
def test_a_list_becomes_a_calendar_that_gets_another_address_and_is_stopped(
    clerk: Chrome, base: str, width: int
) -> None:
    resize(clerk, width)
    clerk.get(f"{base}/tasks?mark=临")
    press(clerk, "a[href^='/calendar?']")
    assert "订阅这个列表" in said(clerk) and "临近到期" in said(clerk)
    press(clerk, "button[value=list]")
    for page in ("made", "landing"):
        assert clerk.execute_script("return document.documentElement.scrollWidth") <= width, page
        small = clerk.execute_script(
            "return [...document.querySelectorAll('button, input:not([type=hidden]), select, .button, label.tick')]"
            ".filter(e => e.offsetParent && e.type != 'checkbox' && e.getBoundingClientRect().height < 43).map(e => e.outerHTML)"
        )
        assert small == [], page
        address = clerk.find_element(By.ID, "address").text
        clerk.get(address.replace("/feeds/", "/subscribe/").removesuffix(".ics"))
    assert "PLANNER_BASE_URL" in said(clerk), "the test's server is this machine itself"
    clerk.find_element(By.NAME, "alarm").click()
    press(clerk, "main form button")
    assert clerk.find_element(By.ID, "address").text == f"{address}?alarm=1"
    clerk.get(f"{base}/calendar")
    assert "正在使用的地址 1 个" in said(clerk)
    press(clerk, "form[action$='/renew'] button")
    assert clerk.find_element(By.ID, "address").text != address
    clerk.get(f"{base}/calendar")
    press(clerk, "form[action$='/revoke'] button")
    assert "已停用" in said(clerk) and "还没有订阅" in said(clerk)

"""The pages in Chromium, at the width of a desk and of a phone, with a mouse and on paper."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from selenium.common.exceptions import WebDriverException
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from planner.config import shipped
from tests.browser.conftest import press
from tests.conftest import PLAN, SHARED

pytestmark = pytest.mark.browser

PAGES = [
    "/", "/plans", "/plans/2024s", "/plans/2024s/findings", "/tasks", "/overdue?on=2024-07-01",
    "/overdue/print?on=2024-07-01", "/parties", "/parties/1", "/t/2024s-4-1", "/calendar", "/outbox", "/import", "/help", "/accounts",
    "/account",
    "/quick?line=6月18日检查3家烟花店，发现隐患5条", "/grid", "/sign-off", "/task-ledger", "/task-ledger/print?by=leader",
    "/events?verify=1", "/settings", "/settings/workdays", "/settings/rules", "/names", "/accounts", "/account", "/backup", "/t/2024s-19-1",
]  # fmt: skip


def resize(browser: Chrome, width: int) -> None:
    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)


def said(browser: Chrome) -> str:
    return browser.find_element(By.TAG_NAME, "main").text


def upload(browser: Chrome, base: str, path: Path) -> None:
    browser.get(f"{base}/import")
    browser.find_element(By.ID, "file").send_keys(str(path))
    press(browser, "main button.main")


def confirm(browser: Chrome) -> None:
    press(browser, "main button.main")


@pytest.mark.parametrize("width", [1440, 390])
def test_no_page_is_wider_than_the_screen(clerk: Chrome, base: str, width: int) -> None:
    resize(clerk, width)
    for page in PAGES:
        clerk.get(base + page)
        assert clerk.find_elements(By.TAG_NAME, "h1"), page
        wide = clerk.execute_script("return document.documentElement.scrollWidth")
        assert wide <= width, page
        small = clerk.execute_script(
            "return [...document.querySelectorAll('button, input:not([type=hidden]), select, .button, label.tick, label.choice')]"
            ".filter(e => e.offsetParent && !['checkbox', 'radio'].includes(e.type) && e.getBoundingClientRect().height < 43).map(e => e.outerHTML)"
        )
        assert small == [], page


def test_a_click_on_a_mark_opens_the_task_and_a_sentence_is_kept(clerk: Chrome, base: str) -> None:
    resize(clerk, 1440)
    clerk.get(f"{base}/plans/2024s")
    press(clerk, ".doc .m-due_soon")
    clerk.find_element(By.ID, "text").send_keys("已培训12人")
    press(clerk, "button[value=progress]")
    assert "已记下：进展" in said(clerk) and "已培训12人" in said(clerk)


def test_an_own_plan_is_dropped_in_and_confirmed(clerk: Chrome, base: str, tmp_path: Path) -> None:
    file = tmp_path / "柳河镇要点.md"
    file.write_text(PLAN, "utf-8")
    upload(clerk, base, file)
    assert "3 条" in said(clerk)
    confirm(clerk)
    assert "已导入《柳河镇2024年安全生产工作要点》" in said(clerk)
    upload(clerk, base, file)
    assert "以前导入过" in said(clerk)


FIELDS = ("leaders", "departments", "when")


def key(browser: Chrome, pressed: str) -> None:
    """Press a key where the focus is and wait for the page it leads to."""
    old = browser.find_element(By.TAG_NAME, "html")
    browser.switch_to.active_element.send_keys(pressed)
    WebDriverWait(browser, 60, ignored_exceptions=[WebDriverException]).until(
        lambda now: now.find_element(By.TAG_NAME, "html") != old
    )


def test_a_clerk_settles_gaps_by_keyboard_and_brings_in_a_new_version(clerk: Chrome, base: str, tmp_path: Path) -> None:
    resize(clerk, 1440)
    words = (shipped("plans") / "dizhuang-2024.md").read_text("utf-8").replace("低庄镇", "柳河镇")
    first = tmp_path / "要点.md"
    first.write_text(words, "utf-8")
    upload(clerk, base, first)
    assert "已核 0/" in said(clerk)
    for _ in range(2):
        key(clerk, Keys.ENTER)
    assert "已核 2/" in said(clerk)
    for _ in range(10):
        key(clerk, "g")
        key(clerk, "e")
        WebDriverWait(clerk, 60).until(lambda now: now.switch_to.active_element.get_attribute("name") in FIELDS)
        clerk.find_element(By.ID, "leaders").clear()
        clerk.find_element(By.ID, "leaders").send_keys("武长庚")
        clerk.find_element(By.ID, "departments").clear()
        clerk.find_element(By.ID, "departments").send_keys("应急办", Keys.ENTER)
        WebDriverWait(clerk, 60).until(lambda now: "mode=edit" not in now.current_url)
    assert "已核 12/" in said(clerk)
    key(clerk, "u")
    assert "已核 11/" in said(clerk)
    assert clerk.find_element(By.ID, "card").rect["y"] < 900, "the card stays on the screen"
    press(clerk, "form.push button.main")
    assert "已导入《柳河镇2024年安全生产工作要点》：27条" in said(clerk)
    clerk.get(f"{base}/plans/2024")
    press(clerk, ".doc .m-due_soon")
    task = clerk.current_url
    clerk.find_element(By.ID, "text").send_keys("已培训12人")
    press(clerk, "button[value=progress]")
    second = tmp_path / "要点（修订）.md"
    edited = (
        words.replace("6月底前，", "9月底前，")
        .replace("责任领导：刘兴", "责任领导：刘洋")
        .replace("积分制管理", "积分制和实名制管理")
    )
    second.write_text(edited, "utf-8")
    upload(clerk, base, second)
    assert "3 处待确认" in said(clerk)
    press(clerk, "a.button.main")
    for _ in range(3):
        key(clerk, Keys.ENTER)
    press(clerk, "form.push button.main")
    assert "已更新《柳河镇2024年安全生产工作要点》" in said(clerk)
    clerk.get(task)
    assert "已培训12人" in said(clerk) and "9月30日" in said(clerk)


def test_words_selected_in_the_source_become_a_task(clerk: Chrome, base: str, tmp_path: Path) -> None:
    resize(clerk, 1440)
    file = tmp_path / "要点.txt"
    file.write_text("2024年🎋要点\n前言说明。\n1.培训。6月底前，组织培训考核。\n附则：由镇安委办解释。\n", "utf-8")
    upload(clerk, base, file)
    clerk.execute_script(
        "var walk = document.createTreeWalker(document.getElementById('source'), NodeFilter.SHOW_TEXT), node, range;"
        "while (node = walk.nextNode()) { var at = node.data.indexOf('由镇安委办解释');"
        "if (at >= 0) { range = document.createRange(); range.setStart(node, at); range.setEnd(node, at + 7); break; } }"
        "getSelection().removeAllRanges(); getSelection().addRange(range);"
    )
    key(clerk, "t")
    assert "由镇安委办解释" in clerk.find_element(By.CSS_SELECTOR, ".candidate").text


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared documents are not on this machine")
def test_the_real_documents_are_dropped_in(clerk: Chrome, base: str) -> None:
    (township,) = (SHARED / "seeds").glob("004_*.txt")
    for document in [township, *sorted((SHARED / "samples" / "docs").iterdir())]:
        upload(clerk, base, document)
        confirm(clerk)
        assert "已导入《" in said(clerk), document.name
    clerk.get(f"{base}/overdue?on=2024-07-01&plan=2024")
    assert "6月底前，组织专职安全员培训考核" in said(clerk)
    assert "6月30日" in said(clerk)
    assert "到期应办" in said(clerk)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("空.txt", b"", "请"),
        ("图片.docx", b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "请"),
        ("大.docx", b"PK" + b"0" * (22 * 1024 * 1024), "文件太大"),
    ],
)
def test_bad_files_get_a_sentence(clerk: Chrome, base: str, tmp_path: Path, name: str, data: bytes, words: str) -> None:
    file = tmp_path / name
    file.write_bytes(data)
    upload(clerk, base, file)
    assert words in said(clerk)
    clerk.get(f"{base}/plans")
    assert "共 1 份" in said(clerk)


@pytest.mark.parametrize("page", ["/overdue/print?on=2024-07-01", "/plans/2024s", "/t/2024s-4-1", "/parties/1"])
def test_pages_print(clerk: Chrome, base: str, page: str) -> None:
    clerk.get(base + page)
    printed = clerk.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
    assert base64.b64decode(printed["data"]).startswith(b"%PDF")


def test_everything_is_reached_by_keyboard_and_without_scripts(clerk: Chrome, base: str) -> None:
    clerk.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        clerk.get(f"{base}/t/2024s-12-1")
        clerk.find_element(By.ID, "text").send_keys("已查2家")
        press(clerk, "button[value=chase]")
        assert "已记下：催办" in said(clerk)
    finally:
        clerk.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})

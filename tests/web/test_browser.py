"""The site in a real browser: what a person does, at both widths and in both colours, and what axe finds."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
if CHROMIUM is None:
    pytest.skip("no chromium on this machine: tests in a browser are left out", allow_module_level=True)
sync_api = pytest.importorskip("playwright.sync_api", reason="no playwright: tests in a browser are left out")

PAGES = (
    "/",
    "/search?q=beam",
    "/records/3GPP/contribution/R1-9990003",
    "/records/3GPP/contribution/R1-9990002",
    "/groups",
    "/groups/RAN1",
    "/meetings/RAN1%23999",
    "/organisations?q=huawei",
    "/organisations/huawei",
    "/figures/shares?group=RAN1",
    "/figures/success",
    "/watchlists/Sun%20%26%20dials",
    "/sources",
    "/deliveries",
    "/api",
    "/nothing",
)


@pytest.fixture
def address(served: Any) -> Iterator[str]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        config = uvicorn.Config(served.app(), log_config=None, lifespan="on")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        deadline = time.monotonic() + 20
        while not server.started and time.monotonic() < deadline:
            threading.Event().wait(0.02)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join(20)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield made
        made.close()


@pytest.mark.parametrize("width", [360, 1200])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_fit_and_axe_finds_nothing(browser: Any, address: str, width: int, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="no axe on this machine").Axe()
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True, java_script_enabled=True
    )
    page = context.new_page()
    for path in PAGES:
        page.goto(address + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        found = axe.run(page).response["violations"]
        assert not found, (path, [(one["id"], one["nodes"][0]["html"]) for one in found])
    context.close()


def test_an_officer_reads_and_an_expert_assesses_without_javascript(browser: Any, address: str, tmp_path: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}/records/3GPP/contribution/R1-9990003")  # as a mail links to it
    page.get_by_role("link", name="RAN1", exact=True).click()
    page.get_by_role("link", name="Search in RAN1").click()
    page.get_by_role("link", name="FI", exact=True).click()
    assert page.get_by_role("heading", level=2).first.inner_text() == "1 found"
    page.get_by_role("link", name="R1-9990003").click()
    page.get_by_role("link", name="Huawei", exact=True).first.click()
    assert "home CN" in page.locator(".lead").inner_text()
    page.goto(f"{address}/figures/shares?group=RAN1")
    assert "In 2026" in page.get_by_role("img").locator("desc").text_content()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="As CSV").click()
    waiting.value.save_as(tmp_path / "shares.csv")
    assert (tmp_path / "shares.csv").read_text("utf-8-sig").startswith("period,name,count,share")
    page.goto(f"{address}/records/3GPP/contribution/R1-9990001")
    page.get_by_label("Status").select_option("to act")
    page.get_by_label("Note").fill("Ask the delegation")
    page.get_by_role("button", name="Write down").click()
    page.goto(f"{address}/watchlists/Sun%20%26%20dials")
    assert page.locator(".badge").inner_text() == "to act"
    assert all(url.startswith(address) for url in asked)
    context.close()


def test_the_keyboard_comes_first_to_the_content(browser: Any, address: str) -> None:
    page = browser.new_page()
    page.goto(address)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.close()

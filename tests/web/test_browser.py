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

from alerts.digests import build
from alerts.matches import audience, due
from alerts.rendering import render

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
if CHROMIUM is None:
    pytest.skip("no chromium on this machine: tests in a browser are left out", allow_module_level=True)
sync_api = pytest.importorskip("playwright.sync_api", reason="no playwright: tests in a browser are left out")

PAGES = (
    "/",
    "/search?q=beam",
    "/search?order=agenda",
    "/records/3GPP/contribution/R1-9990003",
    "/records/3GPP/contribution/R1-9990002",
    "/records/ISO/committee/9901",
    "/groups",
    "/groups/RAN1",
    "/meetings/RAN1%23999",
    "/organisations?q=huawei",
    "/organisations/huawei",
    "/figures",
    "/figures/shares?group=RAN1",
    "/figures/success",
    "/figures/cosigning",
    "/figures/offices",
    "/figures/time",
    "/figures/secretariats",
    "/figures/memberships",
    "/watchlists",
    "/unsubscribe/none",
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


def digest(served: Any, address: str) -> str:
    """The mail that is due next, with links to the site where it is served now."""
    archive = served.archive()
    now = served.clock()
    with archive.read() as connection:
        (one,) = due(connection, audience([served.watchlist]), now, "never")
        made = build(
            connection,
            served.resolver,
            recipient=one.recipient,
            watchlists=one.watchlists,
            matches=one.matches,
            period=one.period,
            now=now,
        )
    archive.close()
    public = "https://normwatch.example.org"
    return render(made, site=public).html.replace(public, address)


def download(page: Any, link: str, folder: Path) -> str:
    """The text of the file behind a link."""
    with page.expect_download() as waiting:
        page.get_by_role("link", name=link).click()
    waiting.value.save_as(folder / "file")
    return (folder / "file").read_text("utf-8-sig")


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


def test_an_officer_goes_from_a_mails_link_to_a_file_without_javascript(
    browser: Any, served: Any, address: str, tmp_path: Path
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_content(digest(served, address))
    page.get_by_role("link", name="record", exact=True).click()
    assert page.get_by_role("heading", level=1).inner_text() == "R1-9990003"
    page.get_by_role("link", name="RAN1", exact=True).click()
    page.get_by_role("link", name="Search in RAN1").click()
    page.get_by_role("link", name="FI", exact=True).click()
    assert page.get_by_role("heading", level=2).first.inner_text() == "1 found"
    assert download(page, "All of it as CSV", tmp_path).count("\nR1-9990003,") == 1
    page.get_by_role("link", name="R1-9990003").click()
    page.get_by_role("link", name="Huawei", exact=True).first.click()
    assert "home CN" in page.locator(".lead").inner_text()
    page.get_by_role("link", name="Figures").click()
    page.get_by_role("link", name="Shares of contributions").click()
    page.get_by_label("Group", exact=True).fill("RAN1")
    page.get_by_role("button", name="Show").click()
    assert "In 2026" in page.get_by_role("img").locator("desc").text_content()
    shown = page.get_by_role("row", name="2026 CN").get_by_role("cell").all_inner_texts()
    (row,) = [
        line.split(",") for line in download(page, "As CSV", tmp_path).splitlines() if line.startswith("2026,CN,")
    ]
    assert shown[1] == row[2]
    assert [float(text.removesuffix(" %")) for text in shown[2:5]] == [round(100 * float(part), 1) for part in row[4:7]]
    assert all(url.startswith(address) for url in asked)
    context.close()


def test_an_expert_sees_an_assessment_in_the_next_digest(browser: Any, served: Any, address: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}/records/3GPP/contribution/R1-9990001")
    page.get_by_label("Status").select_option("to act")
    page.get_by_label("Note").fill("Ask the delegation <b>")
    page.get_by_role("button", name="Write down").click()
    page.goto(f"{address}/watchlists/Sun%20%26%20dials")
    assert page.locator(".badge").inner_text() == "to act"
    page.set_content(digest(served, address))
    said = page.get_by_text("Assessed:").locator("xpath=..").inner_text()
    assert "to act" in said
    assert "Ask the delegation <b>" in said
    assert "of R1-9990001" in said  # carried to the revision that the digest is about
    page.close()


def test_the_keyboard_comes_first_to_the_content(browser: Any, address: str) -> None:
    page = browser.new_page()
    page.goto(address)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.close()

"""Where a meeting's list is looked for: the portal, then the file server."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from demo.threegpp_folders import Entry
from demo.threegpp_folders import folder as directory
from spiders import listing
from spiders.items import Faulty, Read
from spiders.middlewares import HostWaits
from spiders.rows import Context, NotThisListing, Reading
from spiders.targets import Target
from spiders.threegpp import TdocsSpider
from store.folders import FolderPage

PORTAL = "https://portal.3gpp.org/ngppapp/GenerateDocumentList.aspx?meetingId=60999"
FOLDER = "https://www.3gpp.org/ftp/tsg_ran/WG1_RL1/TSGR1_999/"
LIST = Target("3gpp.tdocs:RAN1#999", "3gpp.tdocs", "3GPP", PORTAL, "RAN1", "RAN1#999", folder=FOLDER)
AGENDA = Target("3gpp.tdocs:RAN1#999:agenda", "3gpp.tdocs", "3GPP", FOLDER, "RAN1", "RAN1#999", folder=FOLDER)

Answer = tuple[int, bytes]
FOUND: Answer = (200, b"a list")
MISSING: Answer = (404, b"")


def folder(*names: str, at: str = FOLDER) -> Answer:
    """A folder of the file server; what has no dot in its name is a folder in it, and later is newer."""
    entries = [
        Entry(name, datetime(2026, 11, 10 + day), 1.0 if "." in name else None)  # noqa: DTZ001 - as written there
        for day, name in enumerate(names)
    ]
    return 200, directory(at.removeprefix("https://www.3gpp.org").rstrip("/"), entries).body


@pytest.fixture(autouse=True)
def _reader(monkeypatch: pytest.MonkeyPatch) -> None:
    def read(_kind: str, content: bytes, _context: Context) -> Reading:
        if content != b"a list":
            raise NotThisListing("a list", content.decode(), refusal=content == b"a login page")
        return Reading("3gpp.tdocs")

    monkeypatch.setattr(listing, "read", read)


def follow(target: Target, answers: dict[str, Answer | Exception]) -> tuple[Any, list[str]]:
    """The item that these answers lead to, and the addresses asked."""
    spider = TdocsSpider(targets=[target], clock=lambda: datetime(2026, 11, 21, tzinfo=UTC), waiting=set())
    queue: list[Any] = [spider.request(target, target.url)]
    asked = []
    while isinstance(queue[0], Request):
        request = queue.pop(0)
        asked.append(request.url)
        answer = answers[request.url]
        if isinstance(answer, Exception):
            failure = Failure(answer)
            failure.request = request  # type: ignore[attr-defined]
            queue += spider.failed(failure)
        else:
            response = Response(request.url, answer[0], {}, answer[1], request=request)
            queue += [one for one in request.callback(response) if not isinstance(one, FolderPage)]  # type: ignore[misc]
        if not queue:
            return None, asked
    (item,) = queue
    return item, asked


def test_the_portals_list_is_enough() -> None:
    item, asked = follow(LIST, {PORTAL: FOUND})
    assert isinstance(item, Read)
    assert asked == [PORTAL]


@pytest.mark.parametrize("portal", [MISSING, (500, b""), (200, b"a runtime error")])
def test_a_list_that_the_portal_lacks_is_found_in_the_meetings_folder(portal: Answer) -> None:
    file = FOLDER + "Docs/TDoc_List_Meeting_RAN1%23999.xlsx"
    below = folder("R1-1.zip", "TDoc_List_Meeting_RAN1#999.xlsx", at=FOLDER + "Docs/")
    answers = {PORTAL: portal, FOLDER: folder("Agenda", "Docs", "Inbox"), FOLDER + "Docs/": below, file: FOUND}
    item, asked = follow(LIST, answers)
    assert isinstance(item, Read)
    assert asked == [PORTAL, FOLDER, FOLDER + "Docs/", file]
    assert item.visit.url == file


@pytest.mark.parametrize("files", [MISSING, folder("Invitation", "Report")])
def test_a_list_that_is_nowhere_is_absent(files: Answer) -> None:
    item, _ = follow(LIST, {PORTAL: MISSING, FOLDER: files})
    assert isinstance(item, Faulty)
    assert (item.outcome, item.visit.content) == ("absent", None)
    assert item.reason == f"no TDoc list at the portal or in {FOLDER}"


@pytest.mark.parametrize("files", [MISSING, folder("Report"), HostWaits()])
@pytest.mark.parametrize(
    ("portal", "outcome", "reason"),
    [((500, b""), "failed", "HTTP 500"), ((200, b"a runtime error"), "suspect", "found a runtime error")],
)
def test_a_faulty_portal_is_said_to_be_where_the_file_server_does_not_help(
    portal: Answer, outcome: str, reason: str, files: Answer | Exception
) -> None:
    item, _ = follow(LIST, {PORTAL: portal, FOLDER: files})
    assert item.outcome == outcome
    assert reason in item.reason


@pytest.mark.parametrize("portal", [(403, b""), (429, b""), (503, b""), (200, b"a login page")])
def test_a_refusal_is_not_gone_round(portal: Answer) -> None:
    item, asked = follow(LIST, {PORTAL: portal})
    assert item.outcome == "refused"
    assert asked == [PORTAL]


def test_the_newest_agenda_page_is_read() -> None:
    names = ("TdocsByAgenda_0900.htm", "TdocsByAgenda_1900.htm", "Agenda")
    item, asked = follow(AGENDA, {FOLDER: folder(*names), FOLDER + names[1]: FOUND})
    assert isinstance(item, Read)
    assert asked == [FOLDER, FOLDER + names[1]]


def test_a_meeting_without_an_agenda_page_has_none_yet() -> None:
    item, _ = follow(AGENDA, {FOLDER: folder("Invitation", "Report")})
    assert (item.outcome, item.reason) == ("absent", f"no page of documents by agenda item in {FOLDER}")


def test_a_file_server_that_refuses_or_serves_something_else_is_at_fault() -> None:
    refused, _ = follow(LIST, {PORTAL: MISSING, FOLDER: (403, b"")})
    assert (refused.outcome, refused.reason) == ("refused", "HTTP 403")
    other, _ = follow(LIST, {PORTAL: MISSING, FOLDER: (200, b"<html><title>Welcome</title></html>")})
    assert other.outcome == "suspect"

"""Visiting 3GPP: the groups' meetings pages, and the TDoc lists of their meetings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from scrapy.http import Response

from spiders import urls
from spiders.archive_view import ArchiveView
from spiders.items import Faulty, Read
from spiders.listing import ListingSpider
from spiders.readers.threegpp_directory import Directory, document_folders, read_directory, tdoc_lists
from spiders.rows import Context, NotThisListing
from spiders.sources import ThreegppSources
from spiders.targets import Target
from store.folders import FolderPage
from store.incoming import Visit

_AGENDA_PAGE = re.compile(r"(?:TDocsByAgenda|AgendaWithTdocAllocation).*\.html?", re.IGNORECASE)
_MISSING = (404, 410)
_ELSEWHERE = (*_MISSING, 500, 502, 504)
"""Statuses of the portal after which the file server is asked; a refusal or a wish to wait is respected."""


def meeting_targets(sources: ThreegppSources, view: ArchiveView) -> Iterator[Target]:
    """The meetings page of every group."""
    for group in sources.groups:
        url = urls.meetings_3gpp(urls.MEETING_CODES[group])
        yield view.target(f"3gpp.meetings:{group}", "3gpp.meetings", "3GPP", url, group=group)


def tdoc_targets(sources: ThreegppSources, view: ArchiveView) -> Iterator[Target]:
    """The TDoc list of every meeting in the window, and the agenda page of those groups that keep one."""
    for meeting in view.meetings("3GPP", sources.groups):
        about: dict[str, Any] = {
            "group": meeting.group,
            "meeting": meeting.name,
            "folder": _folder(meeting.documents_url),
        }
        listing = f"3gpp.tdocs:{meeting.name}"
        if meeting.key.isdigit():
            yield view.target(listing, "3gpp.tdocs", "3GPP", urls.tdocs_3gpp(meeting.key), **about)
        if meeting.group in sources.agenda_pages and about["folder"]:
            yield view.target(f"{listing}:agenda", "3gpp.tdocs", "3GPP", about["folder"], last=True, **about)


def _folder(documents_url: str | None) -> str | None:
    """The meeting's own folder: the meetings page often names a `docs` in it that is not there."""
    if not documents_url:
        return None
    return re.sub(r"/(?:docs|documents|tdocs?)(?:/docs)?/*$", "/", documents_url.rstrip("/") + "/", flags=re.IGNORECASE)


class TdocsSpider(ListingSpider):
    """Asks the portal for a meeting's list, and looks for it on the file server where the portal has none."""

    name = "3gpp.tdocs"

    def parse(self, response: Response, **_: Any) -> Iterator[Any]:
        """An agenda page is looked for in the meeting's folder, a list first at the portal."""
        target: Target = response.meta["target"]
        if target.url == target.folder and response.status in (200, 304):
            yield from self.folder(response)
        elif target.folder and response.status in _ELSEWHERE and response.url != target.folder:
            missing = response.status in _MISSING
            instead = None if missing else self.refusal(response, self.visit(target, response))
            yield self.request(target, target.folder, self.folder, instead)
        elif response.status in _MISSING:
            yield self.absent(response)
        else:
            yield from super().parse(response)

    def listed(self, target: Target, response: Response, visit: Visit) -> Iterator[Any]:
        """A portal's answer that is no list, but no refusal either, sends us to the file server."""
        found = self.reading(target, response, visit)
        if isinstance(found, Faulty) and found.outcome == "suspect" and target.folder:
            yield self.request(target, target.folder, self.folder, found)
        else:
            yield found

    def folder(self, response: Response, **_: Any) -> Iterator[Any]:
        """The meeting's folder: the list itself, or the folder that may have it."""
        yield from self._search(response, deeper=True)

    def subfolder(self, response: Response, **_: Any) -> Iterator[Any]:
        """A folder in the meeting's folder: the list or nothing."""
        yield from self._search(response, deeper=False)

    def file(self, response: Response, **_: Any) -> Iterator[Any]:
        """The list from the file server."""
        target: Target = response.meta["target"]
        yield from super().parse(response) if response.status != 200 else self._file(target, response)

    def _file(self, target: Target, response: Response) -> Iterator[Read | Faulty]:
        yield self.reading(target, response, self.visit(target, response))

    def _search(self, response: Response, *, deeper: bool) -> Iterator[Any]:
        target: Target = response.meta["target"]
        if response.status in _MISSING:
            yield self.absent(response)
            return
        known = target.pages.get(response.url)
        if response.status == 304 and known is not None:
            yield from self._led_to(response, known.leads_to, deeper=deeper)
            return
        if response.status != 200:
            yield self.refusal(response, self.visit(target, response))
            return
        try:
            directory = read_directory(response.body, Context(url=response.url))
        except NotThisListing as error:
            outcome = "refused" if error.refusal else "suspect"
            yield Faulty(self.visit(target, response), str(error), outcome)
            return
        files = self._wanted(target, directory)
        folders = document_folders(directory.entries) if deeper else []
        leads_to = files[0] if files else folders[0].url.rstrip("/") + "/" if folders else None
        visit = self.visit(target, response)
        yield FolderPage(target.listing, response.url, visit.etag, visit.last_modified, leads_to)
        yield from self._led_to(response, leads_to, deeper=deeper)

    def _led_to(self, response: Response, url: str | None, *, deeper: bool) -> Iterator[Any]:
        target: Target = response.meta["target"]
        if url is None:
            yield self.absent(response)
        elif deeper and url.endswith("/"):
            yield self.request(target, url, self.subfolder, response.meta["instead"])
        else:
            yield self.request(target, url, self.file)

    @staticmethod
    def _wanted(target: Target, directory: Directory) -> list[str]:
        if target.url != target.folder:
            return [entry.url for entry in tdoc_lists(directory.entries)]
        pages = [entry for entry in directory.entries if not entry.is_folder and _AGENDA_PAGE.fullmatch(entry.name)]
        return [entry.url for entry in sorted(pages, key=lambda entry: entry.modified or "", reverse=True)]

    def absent(self, response: Response) -> Faulty:
        """A meeting ahead has no list yet; one whose list was there before is in trouble, and so is a faulty portal."""
        target: Target = response.meta["target"]
        instead: Faulty | None = response.meta["instead"]
        if instead is not None:
            return instead
        visit = self.visit(target, None, response.url)
        if target.url == target.folder:
            return Faulty(visit, f"no page of documents by agenda item in {response.url}", "absent")
        further = f" or in {response.url}" if response.url != target.url else ""
        return Faulty(visit, f"no TDoc list at the portal{further}", "absent")

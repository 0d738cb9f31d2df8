"""ITU's host: catalogues and indexes in XML, `/md` listings in HTML, behind a BIG-IP that sets cookies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from demo.itu_documents import GROUPS, Group, Index, contributions, standing, temporary
from demo.itu_pages import listing, offsets, recent, target
from demo.itu_xml import catalogues, index_xml, path
from demo.resource import MARK, Resource, Site, text

COOKIES = (
    ("Set-Cookie", "ASPSESSIONIDDEMO=DEMODEMODEMODEMO; path=/"),
    ("Set-Cookie", "BIGipServer~demo~www=rd1o00000000000000000000ffff0a000001o80; path=/; Httponly"),
    ("Set-Cookie", "TS01demo=0190000000000000; Path=/"),
)


def sites(today: date, day: int) -> dict[str, Site]:
    """The host as of a day."""
    indexes = {
        group: [contributions(group, today, day), *(temporary(group, place, today, day) for place in (0, 1))]
        for group in GROUPS
    }
    return {"www.itu.int": host(indexes, today, today - timedelta(days=2 - day))}


def host(groups: Mapping[Group, Sequence[Index]], today: date, updated: date) -> Site:
    """The host with these listings, contributions first, which were last `updated` on a day."""
    resources: dict[str, Resource] = {
        "/robots.txt": text("text/plain", "User-agent: *\nDisallow: /search/\nDisallow: /md/dologin_md.asp\n"),
        **catalogues(today),
    }
    for group, indexes in groups.items():
        more = [standing(group, kind) for kind in ("R", "COL")] if group.sector == "T" else []
        for index in (*indexes, *more):
            resources[path(index)] = index_xml(index, today, updated)
            resources |= _pages(index)
        resources[f"/md/{group.id}/new/en"] = recent(indexes[0], today)
    title = "The Publication selected is not available"
    missing = text(
        "text/html; charset=utf-8",
        f"<html><head><title>{title}</title></head><body><!-- {MARK} -->{title}</body></html>",
    )
    return Site("Microsoft-IIS/8.5", resources, missing, COOKIES, ignores_case=True)


def _pages(index: Index) -> dict[str, Resource]:
    """A listing's pages; the first also under its classic target."""
    found = {target(index, offset): listing(index, offset) for offset in offsets(index)}
    found[f"/md/meetingdoc.asp?lang=en&parent={index.name()}"] = listing(index, 0)
    return found

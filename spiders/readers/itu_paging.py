"""The pager of ITU's listings: `Results: 133 total items. Result Page: 1 - 2 - 3 - Next`, this page's number unlinked.

Seen as the text of a first page alone; where its links lead is what other readers of it rely on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlencode

from lxml.html import HtmlElement

from spiders import urls
from spiders.readers import pages
from spiders.readers.text import clean
from spiders.rows import Reading

_RESULTS = re.compile(r"Results:\s*(\d{1,9})\s*total", re.IGNORECASE)
_PAGER = re.compile(r"Result Page:((?:\W{0,9}\b(?:\d{1,4}|previous)\b)+)", re.IGNORECASE)


def paging(root: HtmlElement, reading: Reading) -> None:
    """Take the page's own count, or note that this is one page of several and where the next one is.

    A page that counts more than it shows and leads to no other page has lost rows.
    """
    said = clean(root.text_content()) or ""
    found = _RESULTS.search(said)
    total = int(found[1]) if found else None
    links = list(_links(root))
    following = _following(links, said)
    if following is not None:
        query = parse_qs(urls.parts(_address(following)).query)
        if "parent" in query:
            plain = {name: values[0] for name, values in query.items()}
            reading.next_urls.append(f"{urls.ITU}md/{_page(following)}?{urlencode(plain)}")
    if following is not None or any(_is_page(link) for _, link in links):
        reading.partial = True
        reading.notes.append(f"one page of several: {total or 'more'} items in all")
    elif not reading.partial:
        reading.claimed = total


def _links(root: HtmlElement) -> Iterator[tuple[str, HtmlElement]]:
    for link in root.iter("a"):
        yield (pages.words(link) or "").casefold().strip(" >»"), link


def _following(links: list[tuple[str, HtmlElement]], said: str) -> HtmlElement | None:
    """The link to the next page: the one that says so, else that of the number after this page's own."""
    for words, link in links:
        if words == "next":
            return link
    pager = _PAGER.search(said)
    numbered = {int(words): link for words, link in links if words.isdecimal() and len(words) < 5 and _is_page(link)}
    own = [number for number in map(int, re.findall(r"\d+", pager[1])) if number not in numbered] if pager else []
    return numbered.get(own[0] + 1) if len(own) == 1 else None


def _address(link: HtmlElement) -> str:
    return re.sub(r"\s+", "", link.get("href") or "")


def _is_page(link: HtmlElement) -> bool:
    return "pagelb" in _address(link).casefold()


def _page(link: HtmlElement) -> str:
    name = urls.parts(_address(link)).path.rsplit("/", 1)[-1]
    return name if re.fullmatch(r"[A-Za-z_]+\.asp", name) else "meetingdoc.asp"

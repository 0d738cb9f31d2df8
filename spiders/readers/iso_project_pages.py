"""ISO's page of a project, for people (`https://www.iso.org/standard/68511.html`), of which an archive may hold copies.

The site answers scripts with 403: nothing visits it, but saved pages are read. Layouts of 2019 to 2024, in any of the
site's languages. The life cycle lists what is still to come, too, without dates: the project is where `active` says.
Only adds to Open Data, which has the same projects whole.
"""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from spiders import urls
from spiders.readers import pages
from spiders.readers.text import clean, day, without_markup
from spiders.rows import Context, ProjectRow, Reading

_ID = re.compile(r"/(?:standard/|contents/data/standard/\d\d/\d\d/)(\d+)\.(?:detail\.rss|html)")
_SAVED = re.compile(r"standard[_/-](\d+)")
_STAGE = re.compile(r"\d\d\.\d\d")
_COMMITTEE = re.compile(r"/committee/\d+\.html")
_ICS = re.compile(r"/ics/[\d.]+\.html")
_EDITION = re.compile(r"\b(?:Edition|Édition|Издание)\s*:\s*(\d+)")


def read_page(root: HtmlElement, context: Context) -> Reading | None:
    """Read a project's page; None if it is another page."""
    heading = root.find(".//h1")
    stages = root.xpath("//*[@id='lifecycle' or @id='stages']//li[.//*[contains(@class, 'stage-date')]][not(.//li)]")
    key = _key(root, context)
    reference = clean(_first(heading)) if heading is not None else None
    if not (stages and key and reference):
        return None
    language = (root.get("lang") or "en").partition("-")[0].lower()
    reading = Reading("iso.projects", layout="page", partial=True, supplement=True)
    reading.scope = key if language == "en" else f"{key} ({language})"
    row = _project(root, key, reference, stages)
    reading.rows.append(row)
    reading.group = row.group if row.group != "ISO" else None
    reading.missing_columns = tuple(
        name for name, value in (("stage", row.stage), ("committee", reading.group)) if not value
    )
    return reading


def _project(root: HtmlElement, key: str, reference: str, stages: list[HtmlElement]) -> ProjectRow:
    details = next(iter(root.xpath("//*[@id='product-details']")), root)
    links = [(link.get("href") or "", clean(link.text_content())) for link in details.iter("a")]
    codes = dict.fromkeys(said for href, said in links if said and _ICS.search(href))
    edition = _EDITION.search(clean(details.text_content()) or "")
    described = next(iter(root.xpath("//*[@itemprop='description']")), None)
    released = next(iter(root.xpath("//*[@itemprop='releaseDate']")), None)
    return ProjectRow(
        key=key,
        body="ISO",
        group=next((said for href, said in links if said and _COMMITTEE.search(href)), "ISO"),
        title=_title(root, reference) or reference,
        url=urls.iso_project(key),
        reference=reference,
        stage=_stage(stages),
        edition=edition[1] if edition else None,
        ics=", ".join(codes) or None,
        published_on=day(pages.words(released)),
        scope=without_markup(described.text_content()) if described is not None else None,
    )


def _key(root: HtmlElement, context: Context) -> str | None:
    """The project's id: of the page's own feed or address, else of the file's name."""
    own = root.xpath("//a[contains(@href, '.detail.rss')]/@href | //link[@rel='canonical']/@href")
    found = next(filter(None, map(_ID.search, [*map(str, own), context.url or ""])), None)
    found = found or _SAVED.search(context.file or "")
    return found[1] if found else None


def _first(heading: HtmlElement) -> str:
    """The reference in a heading, which may hold the title beside it."""
    parts = [part.text_content() for part in heading.iter("span") if clean(part.text_content())]
    return str(parts[0] if parts else heading.text_content())


def _title(root: HtmlElement, reference: str) -> str | None:
    """The title that follows the reference in the page's: `ISO - ISO/CD 14093 - Mechanism for…`."""
    whole = (clean(root.findtext(".//title")) or "").removeprefix("ISO - ")
    return clean(whole.removeprefix(reference).lstrip(" -")) if whole.startswith(reference) else None


def _stage(stages: list[HtmlElement]) -> str | None:
    """The code of the active stage, else of the last one that has a date."""
    reached = None
    for stage in stages:
        code = _STAGE.search(stage.text_content())
        dated = any(clean(date.text_content()) for date in stage.find_class("stage-date"))
        if code and "active" in (stage.get("class") or "").split():
            return code[0]
        if code and dated:
            reached = code[0]
    return reached

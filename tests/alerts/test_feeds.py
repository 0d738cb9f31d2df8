from __future__ import annotations

from typing import Any

import feedparser
from lxml import etree

from alerts.feeds import ENTRIES, feed
from alerts.matches import audience, record_matches
from alerts.matching import Matcher
from alerts.watchlists import Watchlist
from spiders.rows import ContributionRow

NS = {"a": "http://www.w3.org/2005/Atom"}
SIX_G = Watchlist(
    name="6G & beyond", topics=("6G",), recipients=("officer@example.org",), context="Named in <a policy>."
)


def document(number: int, **more: Any) -> ContributionRow:
    values = {
        "key": f"R1-26{number:05}",
        "body": "3GPP",
        "group": "RAN1",
        "title": f"Invented 6G frame structure {number}",
        "url": f"https://www.3gpp.org/ftp/invented/R1-26{number:05}.zip",
        "meeting": "RAN1#999",
        "source": "Huawei, HiSilicon",
        "type": "discussion",
        "status": "available",
    }
    return ContributionRow(**(values | more))


def take(newsroom: Any, *rows: ContributionRow) -> None:
    told = newsroom.take("3gpp.tdocs", list(rows), scope="RAN1#999", baseline=False)
    with newsroom.archive.write() as connection:
        record_matches(connection, told, Matcher([SIX_G]), audience([SIX_G]), newsroom.now)


def made(newsroom: Any) -> tuple[bytes, Any]:
    with newsroom.archive.read() as connection:
        content = feed(connection, newsroom.resolver, SIX_G, domain="watch.example.org", address="https://x.example/f")
    return content, etree.fromstring(content)


def texts(root: Any, path: str) -> list[str]:
    return [str(one if isinstance(one, str) else one.text) for one in root.xpath(path, namespaces=NS)]


def test_a_feed_reader_reads_it_without_complaint(newsroom: Any) -> None:
    take(newsroom, document(1), document(2, title='<script>alert(1)</script> & "6G" \u202etext', source="Huawei, ZTE"))
    content, _ = made(newsroom)
    read = feedparser.parse(content)
    assert not read.bozo, read.get("bozo_exception")
    assert read.version == "atom10"
    assert read.feed.title == "Normwatch: 6G & beyond"
    assert [(link.rel, link.href) for link in read.feed.links] == [("self", "https://x.example/f")]
    assert [entry.link for entry in read.entries] == [
        f"https://www.3gpp.org/ftp/invented/R1-26{number:05}.zip" for number in (2, 1)
    ]
    assert all(entry.published_parsed and entry.updated_parsed and entry.id for entry in read.entries)
    newest = read.entries[0]
    assert newest.title_detail.type == "text/plain"
    assert newest.title == 'R1-2600002 <script>alert(1)</script> & "6G" text'
    assert [author.name for author in newest.authors] == ["Huawei", "ZTE"]
    assert [tag.term for tag in newest.tags] == ["RAN1"]
    assert newest.content[0].type == "text/plain"


def test_a_feed_and_its_entries_have_what_atom_requires(newsroom: Any) -> None:
    take(newsroom, document(1), document(2))
    _, root = made(newsroom)
    assert root.tag == "{http://www.w3.org/2005/Atom}feed"
    for parent in (root, *root.findall("a:entry", NS)):
        for name in ("id", "title", "updated"):
            assert len(parent.findall(f"a:{name}", NS)) == 1
    assert texts(root, "a:id") == ["tag:watch.example.org,2026:watchlists/6G%20%26%20beyond"]
    assert texts(root, "a:subtitle") == ["Named in <a policy>."]
    assert texts(root, "a:link[@rel='self']/@href") == ["https://x.example/f"]
    ids = texts(root, "a:entry/a:id")
    assert sorted(ids) == [f"tag:watch.example.org,2026:3GPP/contribution/R1-260000{n}" for n in (1, 2)]
    assert texts(root, "a:entry[1]/a:author/a:name") == ["Huawei", "HiSilicon"]
    assert "6G (title)" in texts(root, "a:entry[1]/a:content")[0]


def test_a_record_to_which_more_happens_comes_up_again_under_its_id(newsroom: Any) -> None:
    take(newsroom, document(1), document(2))
    first, before = made(newsroom)
    assert made(newsroom)[0] == first  # and as long as nothing does, not a byte changes
    take(newsroom, document(1, status="agreed"), document(2))
    _, after = made(newsroom)
    assert sorted(texts(after, "a:entry/a:id")) == sorted(texts(before, "a:entry/a:id"))
    assert texts(after, "a:entry[1]/a:title")[0].startswith("R1-2600001")
    assert texts(after, "a:entry[1]/a:updated") == texts(after, "a:updated") > texts(before, "a:updated")
    assert texts(after, "a:entry[1]/a:published") == texts(before, "a:entry[1]/a:published")
    assert "agreed" in texts(after, "a:entry[1]/a:content")[0].splitlines()[0]


def test_hostile_listings_stay_text_and_lead_nowhere(newsroom: Any) -> None:
    title = "6G </title><script>alert(1)</script> \u202e ]]> &amp; \x00\ufffe evil.example"
    take(newsroom, document(1, title=title, url="javascript:alert(1)"))
    content, root = made(newsroom)
    assert b"<script" not in content
    assert b"javascript" not in content
    assert texts(root, "a:entry/a:title") == [
        "R1-2600001 6G </title><script>alert(1)</script> ]]> &amp; evil\u200c.example"
    ]
    assert texts(root, "//a:link/@href") == ["https://x.example/f"]


def test_a_feed_is_never_without_end(newsroom: Any) -> None:
    take(newsroom, *(document(number) for number in range(1, ENTRIES + 20)))
    _, root = made(newsroom)
    assert len(root.findall("a:entry", NS)) == ENTRIES


def test_a_feed_without_matches_is_valid_and_old(newsroom: Any) -> None:
    _, root = made(newsroom)
    assert texts(root, "a:updated") == ["1970-01-01T00:00:00Z"]
    assert root.findall("a:entry", NS) == []


def test_a_renamed_watchlist_keeps_what_was_in_its_feed(newsroom: Any) -> None:
    take(newsroom, document(1))
    renamed = SIX_G.model_copy(update={"name": "6G", "formerly": (SIX_G.name,)})
    with newsroom.archive.read() as connection:
        content = feed(connection, newsroom.resolver, renamed, domain="watch.example.org")
    assert len(feedparser.parse(content).entries) == 1

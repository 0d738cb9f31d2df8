from __future__ import annotations

from typing import Any

from alerts.assessments import Assessed, assess, assessments, said_of
from alerts.rendering import render
from alerts.watchlists import Watchlist
from spiders.rows import ContributionRow

WATCHLIST = Watchlist(name="Sundials", whole_groups=("RAN1",), recipients=("officer@example.org",))


def tdoc(key: str, **more: Any) -> ContributionRow:
    return ContributionRow(
        key=key, body="3GPP", group="RAN1", meeting="RAN1#999", title="INVENTED sundials", source="Huawei", **more
    )


def test_the_newest_holds_and_is_carried_to_revisions_until_they_have_their_own(newsroom: Any) -> None:
    first, second, third = tdoc("R1-1"), tdoc("R1-2", revision_of="R1-1"), tdoc("R1-3", revision_of="R1-2")
    newsroom.take("3gpp.tdocs", [first, second, third, tdoc("R1-4", revision_of="R1-4")], scope="RAN1#999")
    with newsroom.archive.write() as connection:
        for status, note in (("seen", "a\nb"), ("to act", "x" * 2000)):
            assess(connection, 1, who="anna", status=status, tag="6G", note=note, now=newsroom.now)
        assess(connection, 3, who="bob", status="closed", tag="", note="", now=newsroom.now)
    with newsroom.archive.read() as connection:
        found = assessments(connection, [1, 2, 3, 4])
        assert [one.note[:3] for one in said_of(connection, 1)] == ["xxx", "a b"]
    assert {number: (one.status, one.carried_from) for number, one in found.items()} == {
        1: ("to act", None),
        2: ("to act", "R1-1"),
        3: ("closed", None),
    }
    assert len(found[1].note) <= 1000


def test_a_digest_shows_what_was_made_of_an_item(newsroom: Any) -> None:
    newsroom.take("3gpp.tdocs", [tdoc("R1-1")], scope="RAN1#999", baseline=True)
    with newsroom.archive.write() as connection:
        note = '<b>ask</b> "RAN1"'
        assess(connection, 1, who="anna", status="to act", tag="6G", note=note, now=newsroom.now)
    told = newsroom.take("3gpp.tdocs", [tdoc("R1-2", revision_of="R1-1")], scope="RAN1#999")
    digest = newsroom.digest([WATCHLIST], told)
    (item,) = digest.areas[0].items
    assert item.assessed == Assessed("to act", "6G", note, "anna", "2026-11-20T07:00:00Z", "R1-1")
    mail = render(digest)
    assert "&lt;b&gt;ask&lt;/b&gt;" in mail.html
    assert f"assessed: to act [6G] {note} (anna, of R1-1)" in mail.text

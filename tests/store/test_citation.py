from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from store.citation import bibtex

Row = Callable[..., Any]


def test_a_contribution_is_cited_with_who_where_and_when_seen(keeper: Any, tdoc: Row) -> None:
    url = "https://www.3gpp.org/ftp/R1-1.zip"
    about = {"source": "Huawei, AT&T", "type": "discussion", "uploaded_at": "2019-02-03T10:00:00", "url": url}
    keeper.take([tdoc("R1-1", title="100 % invented", agenda_item="7.1", **about)])
    cited = bibtex(keeper.show("R1-1"), "https://archive.example/record/1")
    assert cited.startswith("@techreport{3GPP-R1-1,\n")
    for line in (
        r"title = {{100 \% invented}}",
        r"author = {{Huawei, AT\&T}}",
        r"institution = {3GPP RAN1}",
        "number = {R1-1}",
        r"type = {discussion, RAN1\#999, 7.1}",
        "year = {2019}",
        "month = {02}",
        f"url = {{{url}}}",
        r"note = {as listed on 2026-11-20, first seen 2026-11-20; \url{https://archive.example/record/1}}",
    ):
        assert line in cited


@pytest.mark.parametrize(
    "title",
    ["{", "}}}", "a\\b", '"', "@article{x,", "~^_#$&%", "line\nbreak\r\n", "\\input{/etc/passwd}", "\x1b[2J", "华为 é"],
)
def test_no_title_breaks_out_of_its_entry(keeper: Any, tdoc: Row, title: str) -> None:
    keeper.take([tdoc("R1-1", title=f"x {title} x", source=f"y {title}")])
    cited = bibtex(keeper.show("R1-1"))
    depth = 0
    for char in cited:
        depth += {"{": 1, "}": -1}.get(char, 0)
        assert depth >= 0
    assert depth == 0
    assert cited.count("\n@") == 0
    assert not re.search(r"[\x00-\x09\x0b-\x1f]", cited)
    assert r"\input" not in cited


def test_committees_are_cited_too(keeper: Any, committee: Row) -> None:
    keeper.take([committee("1", secretariat="SAC")], "iso.committees")
    assert bibtex(keeper.show("1")).startswith("@techreport{ISO-1,")

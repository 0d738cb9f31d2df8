"""What a crawl's process does with a listing that the archive cannot take in."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from normwatch.crawl_process import taken
from normwatch.pipeline import Pipeline
from normwatch.session import Session
from spiders.items import Faulty, Read
from spiders.rows import CommitteeRow, Reading
from store.incoming import Visit
from store.listings import sources

NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)


def visit(listing: str) -> Visit:
    return Visit(listing, "iso.committees", "ISO", f"https://example.org/{listing}", NOW, status=200, content=b"x")


def read(listing: str, key: str) -> Read:
    row = CommitteeRow(key=key, body="ISO", group=f"ISO/TC {key}", title="INVENTED sundials")
    return Read(visit(listing), Reading("iso.committees", rows=[row]))


@pytest.fixture
def pipeline(tmp_path: Path) -> Pipeline:
    (tmp_path / "config.toml").write_text("", encoding="utf-8")
    return Session(tmp_path / "config.toml").pipeline()


def test_what_cannot_be_taken_in_is_a_fault_of_that_source_alone(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Pipeline.take

    def take(self: Pipeline, item: Any, **more: Any) -> Any:
        if isinstance(item, Read) and item.visit.listing == "bad":
            raise ArithmeticError("an invented defect\nwith details")
        return whole(self, item, **more)

    monkeypatch.setattr(Pipeline, "take", take)
    outcomes = [taken(pipeline, read(name, str(key)), accept=False) for key, name in enumerate(["a", "bad", "b"])]
    assert [one.state for one in outcomes] == ["ok", "suspect", "ok"]
    with pipeline.archive.read() as connection:
        reasons = {one["source"]: one["reason"] for one in sources(connection, NOW)}
    assert reasons == {
        "a": None,
        "bad": "the archive cannot take it in: ArithmeticError: an invented defect",
        "b": None,
    }
    pipeline.archive.close()


def test_an_archive_that_cannot_even_note_the_fault_ends_the_crawl(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    def take(self: Pipeline, item: Any, **more: Any) -> Any:
        raise OSError("no space left")

    monkeypatch.setattr(Pipeline, "take", take)
    with pytest.raises(OSError, match="no space"):
        taken(pipeline, Faulty(visit("a"), "HTTP 500", "failed"), accept=False)
    pipeline.archive.close()

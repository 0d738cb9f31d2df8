"""What a monitoring system is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update
from starlette.testclient import TestClient

from store.tables import Listing, Planned
from store.times import stamp
from web.pages.monitoring import _escaped

_listing = Listing.__table__  # type: ignore[attr-defined]
_planned = Planned.__table__  # type: ignore[attr-defined]


def plan(served: Any, late: timedelta, *, kind: str | None = None) -> None:
    """Every source is late by so much, or those of a kind, and the others not."""
    archive = served.archive()
    with archive.write() as connection:
        now = served.clock()
        rows = connection.execute(select(_listing).where(_listing.c.kind != "registry")).all()
        connection.execute(update(_listing).values(last_visit_at=None))
        connection.execute(delete(_planned))
        for row in rows:
            due = now - (late if kind in (None, row.kind) else timedelta(0))
            values = {"source": row.key, "kind": row.kind, "body": row.body, "url": "", "due_at": stamp(due), "wait": 0}
            connection.execute(insert(_planned).values(values))
    archive.close()


def test_metrics_count_sources_messages_and_bytes(local: TestClient, served: Any) -> None:
    plan(served, timedelta(days=2), kind="3gpp.tdocs")
    answer = local.get("/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    lines = answer.text.splitlines()
    assert 'normwatch_sources{kind="3gpp.tdocs",state="ok"} 1' in lines
    assert 'normwatch_sources_overdue{kind="3gpp.tdocs"} 1' in lines
    assert 'normwatch_sources_overdue{kind="iso.committees"} 0' in lines
    assert any(line.startswith("normwatch_archive_bytes ") for line in lines)
    helped = [line.split()[2] for line in lines if line.startswith("# HELP")]
    assert len(helped) == len(set(helped)), "each is explained once, and its samples stand together"
    assert "INVENTED" not in answer.text


def test_the_page_of_sources_shows_first_what_is_overdue(local: TestClient, served: Any) -> None:
    plan(served, timedelta(days=2), kind="iso.committees")
    page = local.get("/sources").text
    assert "; 1 overdue" in page
    assert page.index("ok, overdue") < page.index(">ok<")


def test_health_says_whether_the_schedule_is_kept(local: TestClient, served: Any) -> None:
    plan(served, timedelta(0))
    assert local.get("/healthz").json() == {"status": "ok"}
    plan(served, timedelta(days=2), kind="3gpp.tdocs")
    assert local.get("/healthz").status_code == 200, "other sources are visited"
    plan(served, timedelta(days=2))
    answer = local.get("/healthz")
    assert (answer.status_code, answer.json()) == (503, {"status": "nothing is visited"})


def test_a_label_cannot_break_out_of_its_line() -> None:
    assert _escaped('a"b\\c\nd') == r"a\"b\\c\nd"

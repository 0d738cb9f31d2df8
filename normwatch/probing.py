"""Probing one source: one polite live visit in a process of its own, as a report that an operator can send."""

from __future__ import annotations

import threading
import time
from typing import Any

from normwatch.crawl_child import Bounds, carry_out
from normwatch.session import Session


def probe(session: Session, source: str) -> dict[str, Any]:
    """The report on one source. Nothing of the visit goes into the archive."""
    limits = session.config.crawl
    bounds = Bounds(time.monotonic() + limits.minutes * 60, limits.minutes, limits.memory_mb, threading.Event())
    job = {"config": str(session.path.resolve()), "source": source}
    said: list[dict[str, Any]] = []
    ended = carry_out(job, bounds, said.append, module="normwatch.probe_process")
    if ended:
        return {"source": source} | (ended.during or {}) | {"listing": None, "state": "suspect", "reason": ended.why}
    return said[-1]


def lines(report: dict[str, Any]) -> list[tuple[str, str]]:
    """The report for people: what, and what was found."""
    found = [(name, str(report.get(name) or "")) for name in ("source", "url", "at", "agent", "state", "reason")]
    robots = report.get("robots")
    found.append(("robots.txt", f"HTTP {robots['status']}" if robots else "not asked for"))
    for one in report.get("requests") or ():
        headers = "; ".join(f"{name}: {value}" for name, value in one["headers"].items())
        found.append(
            ("asked", f"{one['url']}: HTTP {one['status']}, {one['bytes']} bytes, {one['encoding'] or 'binary'}")
        )
        found.append(("", headers))
    listing = report.get("listing")
    if listing:
        found.append(("layout", f"{listing['layout']} {listing['scope']}"))
        usual = f", usually {listing['usual']}" if listing["usual"] is not None else ""
        found.append(("rows", f"{listing['rows']}: {listing['read']} read, {listing['rejected']} rejected{usual}"))
        found += [("rejected", f"row {one['row']}: {one['reason']}") for one in listing["rejects"]]
        for name in ("missing_columns", "unknown_columns", "notes"):
            found.append((name.replace("_", " "), ", ".join(listing[name]) or "none"))
        found.append(("filled", ", ".join(f"{name} {share:.0%}" for name, share in listing["filled"].items())))
        found += [(name, f"{first} to {last}") for name, (first, last) in listing["dates"].items()]
    return found

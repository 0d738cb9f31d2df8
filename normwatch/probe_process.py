"""The child process of a probe: visits one source once, takes nothing into the archive, and prints a report.

Run by `normwatch.probing`: `python -m normwatch.probe_process '{"config": …, "source": …}'`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scrapy.http import Response

from normwatch import clock
from normwatch.bounds import limit_memory
from normwatch.job import perform
from normwatch.locks import alone
from normwatch.output import emit
from normwatch.pacing import paced
from normwatch.session import Session
from normwatch.visits import sources
from spiders.crawl import crawl
from spiders.items import Faulty, Item, Read
from spiders.settings import scrapy_settings
from spiders.targets import Target
from store.archive import Archive
from store.health import doubts, usual
from store.listings import find, waiting_hosts
from store.times import stamp

HEADERS = (
    "Content-Type",
    "Content-Encoding",
    "Content-Disposition",
    "ETag",
    "Last-Modified",
    "Cache-Control",
    "Retry-After",
    "Location",
    "Server",
)
"""Headers of an answer that a report tells."""
REJECTS = 10
DATES = ("starts_on", "ends_on", "reserved_at", "uploaded_at", "published_on", "created_on")


def main(job: dict[str, Any]) -> None:
    """Probe one source. Its listing is asked for whole, whatever the archive has of it."""
    session = Session(Path(job["config"]))
    config = session.config
    limit_memory(config.crawl.memory_mb)
    archive = session.archive(create=True)
    with archive.read() as connection:
        now = clock.now()
        (target,) = (one for one in sources(connection, config, now) if one.listing == job["source"])
        waiting = waiting_hosts(connection, stamp(now))
    report: dict[str, Any] = {"source": target.listing, "kind": target.kind, "url": target.url, "at": stamp(now)}
    report |= {"agent": config.crawl.user_agent, "robots": None, "requests": [], "listing": None}
    emit({"begins": report | {"listing": target.listing}})
    if target.host in waiting:
        emit(
            report
            | {"state": "refused", "reason": f"{target.host} asked not to be visited before {waiting[target.host]}"}
        )
        return

    def heard(response: Response) -> None:
        said = _answer(response)
        if urlsplit(response.url).path == "/robots.txt":
            report["robots"] = {"url": said["url"], "status": said["status"], "text": response.text[:2000]}
        else:
            report["requests"].append(said)

    items: list[Item] = []
    plain = replace(target, etag=None, last_modified=None, last_url=None, pages={})
    settings = scrapy_settings(config.crawl)
    with alone(archive, "crawl", [target.kind]), paced(archive) as paces:
        crawl([target.kind], _once(plain), settings, clock.now, items.append, heard=heard, paces=paces.hosts)
    emit(report | _found(items, archive))


def _once(target: Target) -> Any:
    plans = [[target]]
    return lambda _: plans.pop() if plans else []


def _answer(response: Response) -> dict[str, Any]:
    request = response.request
    found = {name: (response.headers.get(name) or b"").decode("latin-1") for name in HEADERS}
    latency = request.meta.get("download_latency") if request is not None else None
    return {
        "url": response.url,
        "status": response.status,
        "bytes": len(response.body),
        "seconds": round(latency, 3) if latency is not None else None,
        "encoding": getattr(response, "encoding", None),
        "headers": {name: value for name, value in found.items() if value},
    }


def _found(items: list[Item], archive: Archive) -> dict[str, Any]:
    """What the visit brought, judged as a crawl judges it; further pages of a listing are left aside."""
    if not items:
        return {"state": "refused", "reason": "its host asked us to wait"}
    item = items[0]
    if isinstance(item, Faulty):
        return {"state": "new" if item.outcome == "absent" else item.outcome, "reason": item.reason}
    if not isinstance(item, Read):
        return {"state": "ok", "reason": None}
    reading = item.reading
    with archive.read() as connection:
        before = usual(connection, item.visit, find(connection, item.visit.listing), reading)
    found = doubts(item.visit.kind, reading, before)
    count = len(reading.rows)
    filled: Counter[str] = Counter()
    dates: dict[str, list[str]] = {}
    for row in reading.rows:
        values = {name: value for name, value in row.model_dump().items() if value not in (None, "", ())}
        filled.update(values.keys())
        for name in DATES:
            if name in values:
                dates.setdefault(name, []).append(str(values[name]))
    listing = {
        "layout": reading.layout,
        "scope": reading.scope,
        "rows": reading.rows_seen,
        "read": count,
        "rejected": len(reading.rejects),
        "rejects": [{"row": one.row, "reason": one.reason} for one in reading.rejects[:REJECTS]],
        "usual": before.rows if before else None,
        "claimed": reading.claimed,
        "partial": reading.partial,
        "missing_columns": list(reading.missing_columns),
        "unknown_columns": list(reading.unknown_columns),
        "filled": {name: round(many / count, 3) for name, many in filled.most_common()},
        "dates": {name: [min(values), max(values)] for name, values in dates.items()},
        "notes": list(reading.notes),
        "further_pages": len(reading.next_urls),
    }
    faults = sum(one.fault for one in reading.rejects)
    return {
        "state": "suspect" if found else "ok",
        "reason": "; ".join(found) or (f"{faults} rows could not be read" if faults else None),
        "listing": listing,
    }


if __name__ == "__main__":
    perform(main)

"""The front page: what is new, by watchlist, and what cannot be seen."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse
from starlette.requests import Request

from alerts import blindness
from alerts.sight import look
from web import news
from web.access import Reader
from web.site import site_of
from web.views import page

SHOWN = 5
router = APIRouter()


@router.get("/", response_class=HTMLResponse)
def front(request: Request, _: Reader, days: Annotated[int, Query(ge=1, le=366)] = 7) -> HTMLResponse:
    """What the watchlists matched in the last days, the newest of each."""
    site = site_of(request)
    now = site.clock()
    since = news.since_days(now, days)
    with site.read() as connection:
        counts = news.counts(connection, site.watchlists.values(), since)
        lists = [
            (
                one,
                counts.get(one.name, 0),
                news.news(
                    connection,
                    site.resolver,
                    one,
                    since=since,
                    now=now,
                    hosts=site.options.hosts,
                    limit=SHOWN,
                )
                if counts[one.name]
                else [],
            )
            for one in site.watchlists.values()
        ]
        seen = look(connection, now).of(list(site.watchlists.values())).sources
    lists.sort(key=lambda each: not each[1])
    return page(request, "news.html", lists=lists, days=days, blind=blindness.blind(seen), read=blindness.read(seen))

"""Watchlists: what each matched, its feed and its calendar."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, Response
from starlette.exceptions import HTTPException
from starlette.requests import Request

from alerts.calendars import calendar
from alerts.feeds import feed
from alerts.watchlists import Watchlist
from web import news
from web.access import Reader
from web.site import Site, site_of
from web.views import page

ROWS = 50
router = APIRouter()


@router.get("/watchlists", response_class=HTMLResponse)
def watchlists(request: Request, _: Reader) -> HTMLResponse:
    """Every watchlist, with how much it matched in the last four weeks."""
    site = site_of(request)
    with site.read() as connection:
        counts = news.counts(connection, site.watchlists.values(), news.since_days(site.clock(), 28))
    return page(request, "watchlists.html", watchlists=list(site.watchlists.values()), counts=counts)


@router.get("/watchlists/{name:path}/feed.atom")
def atom(request: Request, name: str, _: Reader) -> Response:
    """The watchlist as an Atom feed."""
    site = site_of(request)
    options = site.options
    where = f"{options.public_url}{request.url.path}" if options.public_url else None
    with site.read() as connection:
        made = feed(connection, site.resolver, _watchlist(site, name), domain=options.domain, address=where)
    return Response(made, media_type="application/atom+xml")


@router.get("/watchlists/{name:path}/calendar.ics")
def ics(request: Request, name: str, _: Reader) -> Response:
    """The meetings of the watchlist's groups."""
    site = site_of(request)
    with site.read() as connection:
        made = calendar(connection, _watchlist(site, name), domain=site.options.domain, now=site.clock())
    return Response(made, media_type="text/calendar; charset=utf-8")


@router.get("/watchlists/{name:path}", response_class=HTMLResponse)
def watchlist(
    request: Request,
    name: str,
    _: Reader,
    days: Annotated[int, Query(ge=1, le=36600)] = 28,
    skip: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> HTMLResponse:
    """What one watchlist matched, the newest first, and what it watches."""
    site = site_of(request)
    one = _watchlist(site, name)
    now = site.clock()
    since = news.since_days(now, days)
    with site.read() as connection:
        count = news.counts(connection, site.watchlists.values(), since).get(name, 0)
        found = news.news(
            connection,
            site.resolver,
            one,
            since=since,
            now=now,
            hosts=site.options.hosts,
            limit=ROWS,
            offset=skip,
        )
    return page(
        request, "watchlist.html", watchlist=one, found=found, count=count, days=days, skip=skip, following=skip + ROWS
    )


def _watchlist(site: Site, name: str) -> Watchlist:
    if name not in site.watchlists:
        raise HTTPException(404, f'There is no watchlist "{name}".')
    return site.watchlists[name]

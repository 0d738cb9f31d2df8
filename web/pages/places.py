"""Groups and their meetings."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException
from starlette.requests import Request

from store import figures
from store.conditions import Wanted
from store.finding import page as hits
from store.groups import body_of
from web import lookups
from web.access import Reader
from web.charts import chart
from web.site import site_of
from web.views import page

ROWS = 200
router = APIRouter()


@router.get("/groups", response_class=HTMLResponse)
def groups(request: Request, _: Reader) -> HTMLResponse:
    """Every group with something in the archive."""
    site = site_of(request)
    with site.read() as connection:
        found, named = site.remembered(connection, lookups.groups), site.remembered(connection, lookups.committees)
    return page(request, "groups.html", groups=found, committees=named)


@router.get("/groups/{name:path}", response_class=HTMLResponse)
def group(request: Request, name: str, _: Reader) -> HTMLResponse:
    """A group: its meetings, who brings how much to it, and what came last."""
    site = site_of(request)
    with site.read() as connection:
        latest = hits(connection, "", Wanted(group=name), site.asking, limit=15).records
        if not latest:
            raise HTTPException(404, f"The archive has nothing of a group {name}.")
        met = lookups.meetings(connection, name)
        listed = lookups.meetings_with_documents(connection, name)
        documents = lookups.documents_of(connection, {*listed, *(one.name for one in met)})
        committee = next(iter(hits(connection, "", Wanted(record="committee", group=name), site.asking).records), None)
        figure = site.remembered(connection, figures.shares, figures.Scope(group=name)) if documents else None
        said = lookups.assessed(connection, latest)
    known = {one.name for one in met}
    return page(
        request,
        "group.html",
        name=name,
        body=latest[0]["body"],
        latest=latest,
        meetings=met,
        unlisted=[one for one in listed if one not in known],
        documents=documents,
        committee=committee,
        figure=figure,
        chart=chart(figure) if figure else None,
        said=said,
        watchlists=[one.name for one in site.watchlists.values() if one.watches(body_of(name) or "", name)],
    )


@router.get("/meetings/{name:path}", response_class=HTMLResponse)
def meeting(
    request: Request, name: str, _: Reader, skip: Annotated[int, Query(ge=0, le=1_000_000)] = 0
) -> HTMLResponse:
    """A meeting: who brought how much, and its documents in the order of its agenda."""
    site = site_of(request)
    with site.read() as connection:
        found = lookups.meeting(connection, name)
        documents = lookups.documents(connection, name)
        if found is None and not documents:
            raise HTTPException(404, f"The archive has nothing of a meeting {name}.")
        scope = figures.Scope(meeting=name)
        shares = partial(site.remembered, connection, figures.shares, scope, per="meeting")
        countries, named = (shares(by="country"), shares(by="organisation")) if documents else (None, None)
    return page(
        request,
        "meeting.html",
        name=name,
        found=found,
        group=found.group_name if found else documents[0].group_name,
        documents=documents[skip : skip + ROWS],
        count=len(documents),
        skip=skip,
        following=skip + ROWS,
        countries=countries,
        organisations=named,
    )

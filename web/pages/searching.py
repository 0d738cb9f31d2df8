"""Search with facets, and links to searches that people keep."""

from __future__ import annotations

import secrets
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Depends, Form, Query
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy import delete, insert, select
from starlette.exceptions import HTTPException
from starlette.requests import Request

from alerts import tables
from alerts.wording import plain
from store.agenda import by_agenda
from store.facets import facets
from store.finding import page as hits
from store.times import stamp
from web.access import Reader, own_form
from web.filters import Filters, Order, Typed, given
from web.lookups import assessed
from web.pages.exports import formats
from web.site import site_of
from web.views import page

ROWS = 50
PATIENCE = 2.0
"""Seconds for the hits, and for their facets; what was found until then is shown."""
KEPT = 100
"""Searches that one person keeps."""
_saved = tables.SavedSearch.__table__  # type: ignore[attr-defined]
router = APIRouter()


@router.get("/search", response_class=HTMLResponse)
def search(  # noqa: PLR0917 - query parameters
    request: Request,
    visitor: Reader,
    wanted: Filters,
    q: Typed = "",
    order: Order = "",
    cursor: Annotated[str | None, Query(max_length=100)] = None,
) -> HTMLResponse:
    """What is found, and how it spreads."""
    site = site_of(request)
    chosen = given(wanted)
    with site.read() as connection:
        found = (by_agenda if order else hits)(
            connection, q, wanted, site.asking, limit=ROWS, cursor=cursor, patience=PATIENCE
        )
        spread = facets(connection, q, wanted, PATIENCE)
        said = assessed(connection, found.records)
        kept = connection.execute(select(_saved).where(_saved.c.who == visitor.name).order_by(_saved.c.name)).all()
    return page(
        request,
        "search.html",
        q=q,
        chosen=chosen,
        given={"q": q} | chosen,
        order=order,
        found=found,
        facets=spread,
        said=said,
        cursor=cursor,
        kept=kept,
        formats=formats(),
    )


@router.post("/saved", dependencies=[Depends(own_form)])
def keep(
    request: Request,
    visitor: Reader,
    name: Annotated[str, Form(max_length=200)],
    query: Annotated[str, Form(max_length=4000)],
) -> RedirectResponse:
    """Keep a link to a search under a name; the name's earlier one goes."""
    site = site_of(request)
    name = plain(name, 80) or secrets.token_hex(4)
    query = urlencode(parse_qsl(query))
    with site.archive.write() as connection:
        connection.execute(delete(_saved).where(_saved.c.who == visitor.name, _saved.c.name == name))
        if len(connection.execute(select(_saved.c.id).where(_saved.c.who == visitor.name)).all()) >= KEPT:
            raise HTTPException(409, f"You keep {KEPT} searches already: remove one first.")
        values: dict[str, Any] = {"who": visitor.name, "name": name, "query": query, "saved_at": stamp(site.clock())}
        connection.execute(insert(_saved).values(values))
    return RedirectResponse(f"/search?{query}", 303)


@router.post("/saved/{number}/remove", dependencies=[Depends(own_form)])
def forget(request: Request, visitor: Reader, number: int) -> RedirectResponse:
    """Keep a link no longer."""
    with site_of(request).archive.write() as connection:
        connection.execute(delete(_saved).where(_saved.c.id == number, _saved.c.who == visitor.name))
    return RedirectResponse("/search", 303)

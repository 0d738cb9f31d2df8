"""Organisations: what the registry holds of them, and what they brought."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException
from starlette.requests import Request

from organisations.names import tokens
from store.conditions import Wanted
from store.finding import page as hits
from web import lookups
from web.access import Reader
from web.site import site_of
from web.views import page

MOST = 300
router = APIRouter()


@router.get("/organisations", response_class=HTMLResponse)
def organisations(
    request: Request,
    _: Reader,
    q: Annotated[str, Query(max_length=200)] = "",
    home: Annotated[str, Query(pattern="^[A-Za-z]{0,2}$")] = "",
) -> HTMLResponse:
    """The registry, by name or alias and by home country."""
    site = site_of(request)
    today = site.clock().date()
    words = " ".join(tokens(q))
    found = [
        (one, fact)
        for one in site.resolver.registry.organisations.values()
        if (fact := one.fact(today)).home == (home.upper() or fact.home)
        and (not words or any(words in " ".join(tokens(name)) for name in (one.name, *one.aliases)))
    ]
    found.sort(key=lambda each: each[0].name.casefold())
    return page(request, "organisations.html", found=found[:MOST], count=len(found), q=q, home=home.upper())


@router.get("/organisations/{number}", response_class=HTMLResponse)
def organisation(request: Request, number: str, _: Reader) -> HTMLResponse:
    """One organisation: what holds of it and since when, where it is active, and what it brought last."""
    site = site_of(request)
    known = site.resolver.registry.organisations
    if number not in known:
        raise HTTPException(404, f"The registry has no organisation {number}.")
    one = known[number]
    today = site.clock().date()
    with site.read() as connection:
        latest = hits(connection, "", Wanted(organisation=number), site.asking, limit=20).records
        groups = lookups.submitted_by_group(connection, one.name)
        said = lookups.assessed(connection, latest)
    return page(
        request,
        "organisation.html",
        one=one,
        today=one.fact(today),
        always=(date.min, date.max),
        known=known,
        latest=latest,
        groups=groups,
        owned=[other for other in known.values() if other.fact(today).parent == number],
        said=said,
    )

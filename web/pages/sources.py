"""The machinery: the sources and their health, for everybody; what was sent to whom, for operators."""

from __future__ import annotations

from collections import Counter

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from sqlalchemy import select
from starlette.requests import Request

from alerts import tables
from alerts.outbox import entries
from store import listings
from web.access import Operator, Reader
from web.site import site_of
from web.views import page

_suppression = tables.Suppression.__table__  # type: ignore[attr-defined]
router = APIRouter()


@router.get("/sources", response_class=HTMLResponse)
def sources(request: Request, _: Reader) -> HTMLResponse:
    """Every source: first those that cannot be read or were not visited in time."""
    site = site_of(request)
    with site.read() as connection:
        found = list(listings.sources(connection, site.clock()))
    found.sort(key=lambda one: one["state"] in ("ok", "new") and not one["overdue"])
    states = Counter(one["state"] for one in found)
    overdue = sum(one["overdue"] for one in found)
    return page(request, "sources.html", sources=found, states=states, overdue=overdue)


@router.get("/deliveries", response_class=HTMLResponse)
def deliveries(request: Request, _: Operator) -> HTMLResponse:
    """The last messages and what became of them, and to whom nothing is sent."""
    with site_of(request).read() as connection:
        messages = list(entries(connection))
        suppressed = connection.execute(select(_suppression).order_by(_suppression.c.recipient)).all()
    return page(request, "deliveries.html", messages=messages, suppressed=suppressed)

"""Figures: a chart, the table that says the same, what it covers, and the same as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.requests import Request

from store import figures, places, signing
from store.export import cell
from store.figures import Figure, Scope
from web.access import Reader
from web.charts import SERIES, chart
from web.site import site_of
from web.views import page

NAMED = 40
"""Countries or organisations of a share on a page: of a thousand, nobody reads more."""
NAMED_BY_MEETING = SERIES
"""The same where periods are many and short: those that the chart draws, so that a page has room for more periods."""
Place = Annotated[str, Query(max_length=100)]


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen, as it stands in the address."""

    group: str
    meeting: str
    release: str
    first: int | None
    last: int | None
    by: figures.By
    per: figures.Per
    measure: figures.Measure
    count: figures.Count
    most: int | None = None
    """Names that a page shows; files have them all."""

    @property
    def scope(self) -> Scope:
        """Which contributions."""
        return Scope(
            group=self.group or None,
            meeting=self.meeting or None,
            release=self.release or None,
            first_year=self.first,
            last_year=self.last,
        )

    @property
    def given(self) -> dict[str, object]:
        """By name."""
        names = ("group", "meeting", "release", "first", "last", "by", "per", "measure", "count")
        return {name: getattr(self, name) for name in names}


def _year(text: str) -> int | None:
    return int(text) if text else None


def _choice(  # noqa: PLR0917 - query parameters
    group: Place = "",
    meeting: Place = "",
    release: Place = "",
    first: Annotated[str, Query(pattern=r"^(\d{4})?$")] = "",
    last: Annotated[str, Query(pattern=r"^(\d{4})?$")] = "",
    by: figures.By = "country",
    per: figures.Per = "year",
    measure: figures.Measure = "submitted",
    count: figures.Count = "any",
) -> Choice:
    return Choice(group, meeting, release, _year(first), _year(last), by, per, measure, count)


Chosen = Annotated[Choice, Depends(_choice)]


_OF_CONTROL = {
    "scope": ("group", "meeting", "release", "first", "last"),
    "years": ("first", "last"),
    "per": ("per", "most"),
}
"""Controls that are for more than what they are named for."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A figure: what it is called, what may be chosen of it, and how it is made."""

    title: str
    says: str
    controls: tuple[str, ...]
    make: Callable[[Connection, Choice], Figure]

    def asked(self, chosen: Choice) -> Choice:
        """What of a choice this figure goes by: what differs in the rest has the same answer."""
        controls = {name for control in self.controls for name in _OF_CONTROL.get(control, (control,))}
        return replace(_choice(), **{name: getattr(chosen, name) for name in controls})


KINDS = {
    "shares": Kind(
        "Shares of contributions",
        "Who brings how much, by country or organisation, submitted and agreed.",
        ("scope", "by", "per", "measure", "count"),
        lambda connection, chosen: figures.shares(
            connection,
            chosen.scope,
            chosen.by,
            per=chosen.per,
            measure=chosen.measure,
            count=chosen.count,
            most=chosen.most,
        ),
    ),
    "success": Kind(
        "Success rates",
        "How much of what each brings is agreed, with the interval of confidence.",
        ("scope", "by", "count"),
        lambda connection, chosen: figures.success(connection, chosen.scope, chosen.by, count=chosen.count),
    ),
    "cosigning": Kind(
        "Who signs with whom",
        "Pairs of organisations by the contributions they signed together.",
        ("scope",),
        lambda connection, chosen: signing.cosigning(connection, chosen.scope),
    ),
    "time": Kind(
        "Time to agreement",
        "Days from a document's first version to the one that was agreed.",
        ("scope", "per"),
        lambda connection, chosen: signing.time_to_agreement(connection, chosen.scope, per=chosen.per),
    ),
    "offices": Kind(
        "Offices",
        "Who brings documents as chair, moderator or rapporteur.",
        ("scope", "by", "per"),
        lambda connection, chosen: signing.offices(
            connection, chosen.scope, chosen.by, per=chosen.per, most=chosen.most
        ),
    ),
    "secretariats": Kind(
        "ISO secretariats",
        "Who holds ISO's committees, by member and year.",
        ("years",),
        lambda connection, chosen: places.secretariats(connection, chosen.first, chosen.last),
    ),
    "memberships": Kind(
        "ISO memberships",
        "Participating and observing memberships by member.",
        (),
        lambda connection, _: places.memberships(connection),
    ),
}
router = APIRouter()


@router.get("/figures", response_class=HTMLResponse)
def index(request: Request, _: Reader) -> HTMLResponse:
    """The figures there are."""
    return page(request, "figures.html", kinds=KINDS)


@router.get("/figures/{kind}.csv")
def as_csv(request: Request, kind: str, chosen: Chosen, _: Reader) -> Response:
    """A figure's table as a file that is safe in spreadsheets."""
    figure = make(request, kind, chosen)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(figure.columns)
    writer.writerows([cell(row[name]) for name in figure.columns] for row in figure.rows)
    headers = {"Content-Disposition": f'attachment; filename="normwatch-{kind}.csv"'}
    return Response(text.getvalue().encode("utf-8-sig"), media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/figures/{kind}", response_class=HTMLResponse)
def one(request: Request, kind: str, chosen: Chosen, _: Reader) -> HTMLResponse:
    """A figure."""
    figure = make(request, kind, replace(chosen, most=NAMED_BY_MEETING if chosen.per == "meeting" else NAMED))
    return page(
        request,
        "figure.html",
        kind=kind,
        about=KINDS[kind],
        kinds=KINDS,
        chosen=chosen,
        figure=figure,
        chart=chart(figure),
    )


def make(request: Request, kind: str, chosen: Choice) -> Figure:
    """The figure of this name. Raises HTTPException where there is none."""
    if kind not in KINDS:
        raise HTTPException(404, f"There is no figure {kind}.")
    site = site_of(request)
    about = KINDS[kind]
    with site.read() as connection:
        return site.remembered(connection, about.make, about.asked(chosen))

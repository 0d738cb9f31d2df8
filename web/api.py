"""The JSON API, version 1: the site's filters and answers for scripts; read-only but for assessments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request

from alerts.assessments import NOTE, TAG, Assessed, Status, assess, assessments, said_of
from store import listings
from store.agenda import Ordered, by_agenda
from store.changes import Filter, changes
from store.facets import facets
from store.finding import page as hits
from store.reading import show
from web.access import Expert, Reader
from web.filters import Body, Day, Filters, Order, Text, Typed, known_parameters
from web.lookups import assessed, record_id
from web.pages.figures import Chosen, make
from web.pages.records import RecordKind
from web.site import site_of

Key = tuple[str, str, str]


class Fault(BaseModel):
    """Something wrong with a request."""

    where: str = Field(description="The part of the request, such as query.limit.")
    message: str


class Problem(BaseModel):
    """Why a request was not answered."""

    detail: str | list[Fault]


PATIENCE = 2.0
"""Seconds for the hits of a search; what was found until then is given."""
_WHY = {
    400: "The body cannot be read",
    401: "Log in first",
    403: "Not for this role, or sent from another site's page",
    404: "There is none",
    422: "A value is not what it may be",
    429: "Too many failed log-ins: wait for Retry-After",
    503: "The archive or the accounts cannot be read, nothing be written, or the answer took too long",
}
router = APIRouter(
    prefix="/api/v1",
    dependencies=[Depends(known_parameters)],
    responses={status: {"model": Problem, "description": why} for status, why in _WHY.items()},
)


class Assessment(BaseModel):
    """What an expert made of a record. `carried_from` names the earlier revision that it was made of."""

    status: Status
    tag: str
    note: str
    who: str
    at: str
    carried_from: str | None = None


class Records(BaseModel):
    """A page of records, each as `normwatch search --json` prints it, with its assessment."""

    records: list[dict[str, Any]]
    cursor: str | None = Field(description="Give it back for the next page; null on the last one.")
    left_out: list[str] = Field(description="Parts of the query that were not understood.")
    complete: bool = Field(True, description="False where only the newest hits were put in the order asked for.")
    cut: bool = Field(description="True where the search took too long and was given up: there may be more hits.")


class Count(BaseModel):
    """A value of a facet, and how many hits have it."""

    value: str
    count: int


class Counts(BaseModel):
    """How hits spread: by facet, its values, the most frequent first."""

    counts: dict[str, list[Count]]
    of: int
    complete: bool = Field(description="False where only the newest hits were counted.")


class Changes(BaseModel):
    """A page of changes, each as `normwatch changes --json` prints it."""

    changes: list[dict[str, Any]]
    cursor: int | None


class FigureRows(BaseModel):
    """A figure's table."""

    title: str
    covers: str
    columns: list[str]
    rows: list[dict[str, Any]]


class Said(BaseModel):
    """An assessment to write down."""

    model_config = ConfigDict(extra="forbid")

    status: Status
    tag: str = Field(default="", max_length=TAG)
    note: str = Field(default="", max_length=NOTE)


@router.get("/records", tags=["records"])
def find_records(  # noqa: PLR0917 - query parameters
    request: Request,
    _: Reader,
    wanted: Filters,
    q: Typed = "",
    order: Order = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    cursor: Annotated[str | None, Query(max_length=100)] = None,
) -> Records:
    """Search: exact identifiers first, then what has the words in its title, then the rest; newest first in each.

    Or by meeting and agenda item, 20.6.2 before 20.6.11.
    """
    site = site_of(request)
    with site.read() as connection:
        found = (by_agenda if order else hits)(
            connection, q, wanted, site.asking, limit=limit, cursor=cursor, patience=PATIENCE
        )
        said = assessed(connection, found.records)
    records = [one | {"assessment": _said(said.get(_key(one)))} for one in found.records]
    whole = not isinstance(found, Ordered) or found.complete
    return Records(records=records, cursor=found.cursor, left_out=list(found.left_out), complete=whole, cut=found.cut)


@router.get("/facets", tags=["records"])
def count_records(request: Request, _: Reader, wanted: Filters, q: Typed = "") -> Counts:
    """How a search's hits spread over groups, years, statuses, types and countries."""
    with site_of(request).read() as connection:
        found = facets(connection, q, wanted, PATIENCE)
    counts = {name: [Count(value=value, count=count) for value, count in ones] for name, ones in found.counts.items()}
    return Counts(counts=counts, of=found.of, complete=found.complete)


@router.get("/records/{body}/{record}/{key:path}", tags=["records"])
def one_record(
    request: Request,
    body: str,
    record: RecordKind,
    key: str,
    _: Reader,
    as_of: Day = None,
) -> dict[str, Any]:
    """One record with history, attributions and provenance, as `normwatch show --json` prints it; as of any day."""
    site = site_of(request)
    with site.read() as connection:
        number = record_id(connection, body, record, key)
        found = show(connection, key, site.asking, as_of or None)
        said = assessments(connection, [number]).get(number) if number is not None else None
    for one in found:
        if _key(one) == (body, record, key):
            return one | {"assessment": _said(said)}
    raise HTTPException(404, f"no {record} {key} of {body}")


@router.get("/assessments/{body}/{record}/{key:path}", tags=["assessments"])
def read_assessments(request: Request, body: str, record: RecordKind, key: str, _: Reader) -> list[Assessment]:
    """Every assessment made of one record, the newest first."""
    with site_of(request).read() as connection:
        number = record_id(connection, body, record, key)
        if number is None:
            raise HTTPException(404, f"no {record} {key} of {body}")
        return [Assessment(**asdict(one)) for one in said_of(connection, number)]


@router.post("/assessments/{body}/{record}/{key:path}", tags=["assessments"], status_code=201)
def write_assessment(  # noqa: PLR0917 - what a request consists of
    request: Request, body: str, record: RecordKind, key: str, said: Said, expert: Expert
) -> Assessment:
    """Write down what an expert makes of a record."""
    site = site_of(request)
    with site.archive.write() as connection:
        number = record_id(connection, body, record, key)
        if number is None:
            raise HTTPException(404, f"no {record} {key} of {body}")
        assess(connection, number, who=expert.name, status=said.status, tag=said.tag, note=said.note, now=site.clock())
        return Assessment(**asdict(said_of(connection, number)[0]))


@router.get("/changes", tags=["changes"])
def read_changes(  # noqa: PLR0917 - query parameters
    request: Request,
    _: Reader,
    since: Day = None,
    until: Day = None,
    body: Body = None,
    group: Text = None,
    kind: Annotated[Literal["appeared", "changed", "vanished", "returned"] | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    cursor: Annotated[int, Query(ge=0, lt=2**62)] = 0,
) -> Changes:
    """What changed, oldest first."""
    site = site_of(request)
    wanted = Filter(since or None, until or None, body or None, group or None, kind, after_id=cursor)
    found: list[dict[str, Any]] = []
    with site.read() as connection:
        for told in changes(connection, site.resolver, wanted):
            found.append(told.as_json(site.options.country))
            if len(found) > limit:
                break
    following = found[limit - 1]["id"] if len(found) > limit else None
    return Changes(changes=found[:limit], cursor=following)


@router.get("/figures/{kind}", tags=["figures"])
def read_figure(
    request: Request,
    kind: Literal["shares", "success", "cosigning", "time", "offices", "secretariats", "memberships"],
    chosen: Chosen,
    _: Reader,
) -> FigureRows:
    """A figure's table, and what it covers."""
    found = make(request, kind, chosen)
    return FigureRows(title=found.title, covers=found.covers, columns=list(found.columns), rows=found.rows)


@router.get("/sources", tags=["sources"])
def read_sources(request: Request, _: Reader) -> list[dict[str, Any]]:
    """Health of every source, as `normwatch sources --json` prints it."""
    site = site_of(request)
    with site.read() as connection:
        return list(listings.sources(connection, site.clock()))


def _key(one: Mapping[str, Any]) -> Key:
    return one["body"], one["record"], one["key"]


def _said(one: Assessed | None) -> dict[str, Any] | None:
    return asdict(one) if one else None

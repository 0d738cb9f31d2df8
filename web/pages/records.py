"""A record's page: what is known of it, as of any day, who is behind it, and what experts made of it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import Select, select
from starlette.exceptions import HTTPException
from starlette.requests import Request

from alerts.assessments import NOTE, STATUSES, TAG, Status, assess, assessments, said_of
from store import tables
from store.chains import chain
from store.citation import bibtex
from store.contents import kept
from store.reading import show
from web.access import Expert, Reader, own_form
from web.filters import Day
from web.lookups import record_id
from web.site import site_of
from web.views import organisation_ids, page, record_path

RecordKind = Literal["meeting", "contribution", "project", "committee"]
FIELDS = {
    "meeting": "Meeting",
    "place": "Place",
    "starts_on": "First day",
    "ends_on": "Last day",
    "source": "Source, as written",
    "type": "Type",
    "purpose": "For",
    "agenda_item": "Agenda item",
    "agenda_title": "Agenda item's title",
    "work_items": "Work items",
    "release": "Release",
    "spec": "Specification",
    "cr": "CR",
    "cr_revision": "CR revision",
    "cr_category": "CR category",
    "stage": "Stage",
    "edition": "Edition",
    "ics": "ICS",
    "published_on": "Published",
    "replaces": "Replaces",
    "replaced_by": "Replaced by",
    "secretariat": "Secretariat",
    "parent": "Parent committee",
    "created_on": "Created",
    "status": "Status",
    "reserved_at": "Reserved",
    "uploaded_at": "Uploaded",
    "to": "To",
    "cc": "Copied to",
    "reply_to": "Reply to",
    "original_ls": "Original statement",
    "remarks": "Remarks",
}
"""What is shown of a record, in this order. Persons are in none of these."""
DATES = ("starts_on", "ends_on", "published_on", "created_on", "reserved_at", "uploaded_at")

_content = tables.Content.__table__  # type: ignore[attr-defined]
_fetch = tables.Fetch.__table__  # type: ignore[attr-defined]
router = APIRouter()


@router.get("/records/{body}/{record}/{key:path}", response_class=HTMLResponse)
def record(
    request: Request,
    body: str,
    record: RecordKind,
    key: str,
    _: Reader,
    as_of: Day = None,
) -> HTMLResponse:
    """One record with its history, attributions and provenance."""
    site = site_of(request)
    with site.read() as connection:
        number = record_id(connection, body, record, key)
        same = [
            one
            for one in show(connection, key, site.asking, as_of or None)
            if (one["body"], one["record"], one["key"]) == (body, record, key)
        ]
        if number is None or not same:
            then = f" on {as_of}" if number is not None else ""
            raise HTTPException(404, f"The archive had no {record} {key} of {body}{then}.")
        revisions = chain(connection, body, key) if record == "contribution" else []
        said = said_of(connection, number)
        holds = assessments(connection, [number]).get(number)
        bytes_kept = {
            one["fetch"]: found.left_out
            for one in same[0]["provenance"]
            if one["sha256"] and (found := connection.execute(_bytes_of(one["sha256"])).first())
        }
    return page(
        request,
        "record.html",
        one=same[0],
        fields=[(name, label, same[0][name]) for name, label in FIELDS.items() if same[0].get(name)],
        dates=DATES,
        revisions=revisions if len(revisions) > 1 else [],
        said=said,
        holds=holds,
        bytes_kept=bytes_kept,
        as_of=as_of or "",
        statuses=STATUSES,
        ids=organisation_ids(site.resolver),
        tag_length=TAG,
        note_length=NOTE,
    )


@router.get("/cite/{body}/{record}/{key:path}")
def cite(request: Request, body: str, record: RecordKind, key: str, _: Reader) -> Response:
    """BibTeX, for a reference manager."""
    site = site_of(request)
    with site.read() as connection:
        found = [one for one in show(connection, key, site.asking) if (one["body"], one["record"]) == (body, record)]
    for one in found:
        if one["key"] == key:
            base = site.options.public_url or str(request.base_url).rstrip("/")
            headers = {"Content-Disposition": 'attachment; filename="normwatch.bib"'}
            made = bibtex(one, base + record_path(body, record, key))
            return Response(made, media_type="application/x-bibtex; charset=utf-8", headers=headers)
    raise HTTPException(404, f"The archive has no {record} {key} of {body}.")


@router.post("/assess", dependencies=[Depends(own_form)])
def assess_record(  # noqa: PLR0917 - a form's fields
    request: Request,
    expert: Expert,
    body: Annotated[str, Form(max_length=20)],
    record: Annotated[RecordKind, Form()],
    key: Annotated[str, Form(max_length=300)],
    status: Annotated[Status, Form()],
    tag: Annotated[str, Form(max_length=TAG)] = "",
    note: Annotated[str, Form(max_length=2 * NOTE)] = "",
) -> RedirectResponse:
    """Write down what an expert makes of a record."""
    site = site_of(request)
    with site.archive.write() as connection:
        number = record_id(connection, body, record, key)
        if number is None:
            raise HTTPException(404, f"The archive has no {record} {key} of {body}.")
        assess(connection, number, who=expert.name, status=status, tag=tag, note=note, now=site.clock())
    return RedirectResponse(f"{record_path(body, record, key)}#assessment", 303)


@router.get("/fetches/{number}/content")
def content(request: Request, number: int, _: Reader) -> Response:
    """The bytes kept of a fetch: to be saved, never shown, since they are another's page."""
    with site_of(request).read() as connection:
        row = connection.execute(select(_fetch).where(_fetch.c.id == number)).first() if number < 2**63 else None
        found = kept(connection, row.sha256) if row is not None and row.sha256 else None
    if row is None or found is None:
        raise HTTPException(404, "The bytes of this fetch are not kept.")
    headers = {"Content-Disposition": f'attachment; filename="fetch-{number}.bin"', "X-Sha256": row.sha256}
    return Response(found, media_type="application/octet-stream", headers=headers)


def _bytes_of(sha256: str) -> Select[Any]:
    return select(_content.c.left_out).where(_content.c.sha256 == sha256)

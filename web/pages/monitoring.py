"""For machines that watch over this one: whether it works, and its numbers for Prometheus."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fastapi import APIRouter
from fastapi.responses import JSONResponse, PlainTextResponse
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request

from alerts import tables
from store.metrics import Sample, samples, stands_still
from store.times import moment
from web.access import Operator
from web.site import site_of

_message = tables.Message.__table__  # type: ignore[attr-defined]
router = APIRouter()
VERSION = "text/plain; version=0.0.4; charset=utf-8"
"""Prometheus's text format."""


@router.get("/healthz")
def healthz(request: Request) -> JSONResponse:
    """Whether the archive can be read and the schedule is kept: 200 or 503. For everybody, and nothing else is told."""
    site = site_of(request)
    try:
        with site.read() as connection:
            status = "nothing is visited" if stands_still(connection, site.clock()) else "ok"
    except SQLAlchemyError:
        status = "the archive cannot be read"
    return JSONResponse({"status": status}, 200 if status == "ok" else 503, {"Cache-Control": "no-store"})


@router.get("/metrics")
def metrics(request: Request, _: Operator) -> PlainTextResponse:
    """Sources, outbox and archive in numbers."""
    site = site_of(request)
    with site.read() as connection:
        found = [*samples(connection, site.clock()), *_outbox(connection)]
        found.append(Sample("archive_bytes", site.archive.size(connection), "Size of the archive on disk."))
    return PlainTextResponse("".join(_lines(found)), media_type=VERSION, headers={"Cache-Control": "no-store"})


def _outbox(connection: Connection) -> Iterator[Sample]:
    query = select(_message.c.state, func.count().label("messages")).group_by(_message.c.state)
    for row in connection.execute(query.order_by(_message.c.state)):
        yield Sample("messages", row.messages, "Messages of the outbox by state.", (("state", row.state),))
    waiting = _message.c.state.in_(("queued", "sending"))
    oldest = connection.execute(select(func.min(_message.c.created_at)).where(waiting)).scalar()
    value = moment(oldest).timestamp() if oldest else 0
    yield Sample("oldest_waiting_message_timestamp_seconds", value, "When it was made; 0 if none waits.")


def _lines(found: Iterable[Sample]) -> Iterator[str]:
    last = None
    for one in found:
        if one.name != last:
            yield f"# HELP normwatch_{one.name} {one.help}\n# TYPE normwatch_{one.name} gauge\n"
        last = one.name
        labels = ",".join(f'{name}="{_escaped(value)}"' for name, value in one.labels)
        yield f"normwatch_{one.name}{f'{{{labels}}}' if labels else ''} {one.value:.16g}\n"


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")

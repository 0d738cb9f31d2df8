"""The filters that the search page, exports and the API share, as they stand in an address."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Literal

from fastapi import Depends, Query
from fastapi.exceptions import RequestValidationError
from starlette.requests import Request

from store.conditions import Wanted

Text = Annotated[str | None, Query(max_length=300)]
Record = Annotated[Literal["meeting", "contribution", "project", "committee", ""] | None, Query()]
Body = Annotated[Literal["3GPP", "ISO", "ITU", ""] | None, Query()]
_DAY = r"\d{4}-((0[13578]|1[02])-(0[1-9]|[12]\d|3[01])|(0[469]|11)-(0[1-9]|[12]\d|30)|02-(0[1-9]|[12]\d))"
_TIME = r"T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?Z?"
Day = Annotated[str | None, Query(pattern=f"^({_DAY}({_TIME})?)?$", description="A day or a UTC time")]
Order = Annotated[Literal["agenda", ""], Query(description="agenda: by meeting and agenda item")]
Typed = Annotated[
    str,
    Query(
        description='Words, "phrases", AND, OR, NOT, prefix*, parentheses, and fields such as source: group: status: '
        "origin: from: to: meeting: organisation: key:"
    ),
]


def _wanted(  # noqa: PLR0917 - query parameters
    record: Record = None,
    body: Body = None,
    group: Text = None,
    meeting: Text = None,
    status: Text = None,
    type: Text = None,  # noqa: A002 - the parameter's public name
    organisation: Text = None,
    origin: Annotated[str | None, Query(pattern="^([A-Za-z]{2}|unknown)?$")] = None,
    since: Day = None,
    until: Day = None,
) -> Wanted:
    return Wanted(
        record=record or None,
        body=body or None,
        group=group or None,
        meeting=meeting or None,
        status=status or None,
        type=type or None,
        organisation=organisation or None,
        origin=(origin if origin == "unknown" else origin.upper()) if origin else None,
        since=since or None,
        until=until or None,
    )


Filters = Annotated[Wanted, Depends(_wanted)]


def given(wanted: Wanted) -> dict[str, str]:
    """The filters that are set, by name."""
    return {name: value for name, value in asdict(wanted).items() if value is not None}


def known_parameters(request: Request) -> None:
    """A dependency: a script whose filter is misspelt is told so, and not given everything."""
    described = request.app.openapi()["paths"][request.scope["route"].path_format][request.method.lower()]
    known = {one["name"] for one in described.get("parameters", ()) if one["in"] == "query"}
    if unknown := sorted(set(request.query_params) - known):
        faults = [{"loc": ("query", name), "msg": "there is no such parameter"} for name in unknown]
        raise RequestValidationError(faults)

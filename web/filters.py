"""The filters that the search page, exports and the API share, as they stand in an address."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Literal

from fastapi import Depends, Query

from store.conditions import Wanted

Text = Annotated[str | None, Query(max_length=300)]
Record = Annotated[Literal["meeting", "contribution", "project", "committee", ""] | None, Query()]
Body = Annotated[Literal["3GPP", "ISO", "ITU", ""] | None, Query()]
Day = Annotated[
    str | None, Query(pattern=r"^(\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?Z?)?)?$", description="A day or a UTC time")
]
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

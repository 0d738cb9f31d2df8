"""What a person gave as an option, as the archive writes it. What is unusable ends the command, and why is said."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

from normwatch.output import fail, note

if TYPE_CHECKING:
    from sqlalchemy import Connection


def body_of(body: str | None) -> str | None:
    """A body's name."""
    return one_of(body, "--body", ("3GPP", "ISO", "ITU"))


def country_of(origin: str | None, *, unknown: bool = False) -> str | None:
    """A country's code; with `unknown`, that word too: where a source is not known."""
    if origin is None or (unknown and origin == "unknown"):
        return origin
    if not re.fullmatch("[A-Za-z]{2}", origin):
        fail(f"--origin {origin!r}: two letters are wanted (ISO 3166), such as CN")
    return origin.upper()


def group_of(connection: Connection, group: str | None) -> str | None:
    """The group that was asked for, as its body writes it; a name that no body has ends the command."""
    if group is None:
        return None
    from store import groups  # noqa: PLC0415
    from store.selection import holds_group  # noqa: PLC0415

    written = group if groups.body_of(group) else group.upper()
    for name in (group, written):
        if holds_group(connection, name):
            return name
    if groups.body_of(written) is None:
        fail(f"--group {group!r}: no group is written so; they are as RAN1, ISO/TC 307 or ITU-T SG13")
    note(f"the archive has nothing of {written}")
    return written


def one_of(value: str | None, option: str, allowed: tuple[str, ...]) -> str | None:
    """The one of `allowed` that was meant, whatever its case."""
    if value is None:
        return None
    found = next((one for one in allowed if one.casefold() == value.casefold()), None)
    if found is None:
        fail(f"{option} {value!r}: one of {', '.join(allowed)}")
    return found


def archive_time(text: str | None) -> str | None:
    """An archive's stamp for what a person typed: a time, a date, or so many days ago."""
    if text is None:
        return None
    from datetime import date, timedelta  # noqa: PLC0415

    from normwatch import clock  # noqa: PLC0415
    from store.times import moment, stamp  # noqa: PLC0415

    try:
        if text.endswith("d") and text[:-1].isdecimal():
            return stamp(clock.now() - timedelta(days=int(text[:-1])))
        with suppress(ValueError):
            return date.fromisoformat(text).isoformat()
        return stamp(moment(text))
    except (ValueError, OverflowError):
        fail(f"{text!r} is no time: an ISO 8601 date or time, or days such as 7d")

"""Commands around what is owed to people or through watchlists that nothing tells any more."""

from __future__ import annotations

from typing import Annotated

import typer

from normwatch.cli_reading import ConfigOption
from normwatch.output import fail, say
from normwatch.session import Session


def forgo(
    name: Annotated[
        str,
        typer.Argument(
            help="A watchlist, or address, that the configuration no longer has; with --watchlist, an address."
        ),
    ],
    watchlist: Annotated[
        str | None,
        typer.Option(help="What is owed through this one to an address that only others tell now."),
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Let go of what is owed through a watchlist, or to an address, that nothing tells any more: it is not told."""
    from alerts import moving, stranded, taken_off  # noqa: PLC0415

    session = Session(config)
    settings = session.config
    chosen = session.watchlist(watchlist) if watchlist else None
    with session.archive().write() as connection:
        if chosen is None:
            gone = stranded.forgo(connection, settings.watchlists, name)
            gone += moving.forgo(connection, settings.recipients, name)
        else:
            gone = taken_off.forgo(connection, settings.audience, _recipient(name), chosen)
    if not gone:
        fail(f"nothing is owed {f'to {name} through {watchlist!r}' if chosen else f'through {name!r}'} alone", 1)
    say(f"{gone} alerts are let go")


def hand_over(
    address: Annotated[str, typer.Argument(help="Who was taken off the watchlist.")],
    watchlist: Annotated[str, typer.Option(help="The watchlist.")],
    to: Annotated[str, typer.Option(help="Who is on it.")],
    config: ConfigOption = None,
) -> None:
    """Tell somebody else what is owed to one who was taken off a watchlist; what they know already is left out."""
    from alerts import taken_off  # noqa: PLC0415
    from alerts.sending import suppressed  # noqa: PLC0415

    session = Session(config)
    chosen = session.watchlist(watchlist)
    address, to = _recipient(address), _recipient(to)
    try:
        with session.archive().write() as connection:
            if why := suppressed(connection, to):
                fail(why, 1)
            handed = taken_off.hand_over(connection, session.config.audience, address, chosen, to)
    except ValueError as error:
        fail(str(error))
    if not handed:
        fail(f"nothing is owed to {address} through {watchlist!r} alone", 1)
    say(f"{handed} alerts are handed over; the next digest to {to} tells them")


def _recipient(written: str) -> str:
    return written if written.startswith("webhook:") else written.lower()

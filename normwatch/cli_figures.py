"""`normwatch stats`: the figures of `store.figures`, `store.signing` and `store.places`, with what they cover."""

from __future__ import annotations

from collections.abc import Callable
from inspect import Parameter, Signature
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from normwatch.cli_reading import ConfigOption, JsonOption
from normwatch.given import group_of
from normwatch.output import emit, fail, note, say, table
from normwatch.session import Session

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from store.figures import Figure, Scope

app = typer.Typer(help="Figures of the archive as it is now, each with what it covers.", no_args_is_help=True)


By = Literal["country", "organisation"]
Per = Literal["year", "meeting", "release"]
Measure = Literal["submitted", "agreed"]
Count = Literal["any", "first", "fractional"]

_OPTIONS: dict[str, tuple[Any, Any]] = {
    "by": (Annotated[By, typer.Option(help="Home country of the ultimate owner, or the owner itself.")], "country"),
    "group": (Annotated[str | None, typer.Option(help="As the body writes it: RAN1, SA2.")], None),
    "meeting": (Annotated[str | None, typer.Option(help="As RAN1#104-bis-e.")], None),
    "release": (Annotated[str | None, typer.Option(help="As Rel-18.")], None),
    "first_year": (Annotated[int | None, typer.Option("--from", min=1900, max=2999, help="First year.")], None),
    "last_year": (Annotated[int | None, typer.Option("--to", min=1900, max=2999, help="Last year, included.")], None),
    "per": (Annotated[Per, typer.Option(help="A row a year, meeting or release.")], "year"),
    "measure": (
        Annotated[Measure, typer.Option(help="All that was submitted, or what was agreed.")],
        "submitted",
    ),
    "count": (
        Annotated[Count, typer.Option(help="In full for all named, for the first alone, or in equal parts.")],
        "any",
    ),
    "limit": (Annotated[int, typer.Option(min=1, max=100_000, help="At most so many pairs.")], 50),
    "config": (ConfigOption, None),
    "json": (JsonOption, False),
}
"""What the commands' options are, by the name of what a figure is asked with; default last."""
_SCOPE = ("group", "meeting", "release", "first_year", "last_year")

Ask = Callable[..., "Figure"]


def _command(*options: str, name: str | None = None) -> Callable[[Ask], Ask]:
    """Make a command of a function that asks for a figure: called with the archive, a scope and the options' values.

    The scope is made of those options that are in `_SCOPE`, where a group is one of them. Typer reads a command's
    options off its signature, which is put together here, so that each is written once.
    """

    def register(ask: Ask) -> Ask:
        def command(*, config: Path | None, json: bool, **given: Any) -> None:
            from store.figures import Scope  # noqa: PLC0415

            first, last = given.get("first_year"), given.get("last_year")
            if first is not None and last is not None and first > last:
                fail(f"--from {first} is after --to {last}")
            with Session(config).archive().read() as connection:
                scope = []
                if "group" in given:
                    given["group"] = group_of(connection, given["group"])
                    scope = [Scope(**{key: given.pop(key) for key in _SCOPE if key in given})]
                _tell(ask(connection, *scope, **given), json=json)

        taken = {key: _OPTIONS[key] for key in (*options, "config", "json")}
        command.__doc__ = ask.__doc__
        command.__annotations__ = {key: annotation for key, (annotation, _) in taken.items()}
        command.__signature__ = Signature(  # type: ignore[attr-defined]
            [
                Parameter(key, Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
                for key, (annotation, default) in taken.items()
            ]
        )
        app.command(name or ask.__name__)(command)
        return ask

    return register


@_command("by", *_SCOPE, "per", "measure", "count")
def shares(connection: Connection, scope: Scope, by: By, per: Per, measure: Measure, count: Count) -> Figure:
    """Who brings how much of the contributions."""
    from store.figures import shares as figure  # noqa: PLC0415

    return figure(connection, scope, by, per=per, measure=measure, count=count)


@_command("by", *_SCOPE, "count")
def success(connection: Connection, scope: Scope, by: By, count: Count) -> Figure:
    """How much of what each brings is agreed, with the 95 % interval."""
    from store.figures import success as figure  # noqa: PLC0415

    return figure(connection, scope, by, count=count)


@_command(*_SCOPE, "limit")
def cosigning(connection: Connection, scope: Scope, limit: int) -> Figure:
    """Which organisations sign contributions together."""
    from store.signing import cosigning as figure  # noqa: PLC0415

    return figure(connection, scope, limit=limit)


@_command("by", "group", "first_year", "last_year", "per")
def offices(connection: Connection, scope: Scope, by: By, per: Per) -> Figure:
    """Who brings documents as chair, moderator or rapporteur."""
    from store.signing import offices as figure  # noqa: PLC0415

    return figure(connection, scope, by, per=per)


@_command("group", "release", "first_year", "last_year", "per", name="time-to-agreement")
def time_to_agreement(connection: Connection, scope: Scope, per: Per) -> Figure:
    """How long documents take from their first version to the one agreed."""
    from store.signing import time_to_agreement as figure  # noqa: PLC0415

    return figure(connection, scope, per=per)


@_command("first_year", "last_year")
def secretariats(connection: Connection, first_year: int | None, last_year: int | None) -> Figure:
    """Who holds the secretariats of ISO's committees, by year."""
    from store.places import secretariats as figure  # noqa: PLC0415

    return figure(connection, first_year, last_year)


@_command()
def memberships(connection: Connection) -> Figure:
    """ISO's members by their P- and O-memberships and secretariats now."""
    from store.places import memberships as figure  # noqa: PLC0415

    return figure(connection)


def _tell(figure: Figure, *, json: bool) -> None:
    if json:
        for row in figure.rows:
            emit(row)
    else:
        say(figure.title)
        table((_cells(row, figure.columns) for row in figure.rows), figure.columns)
    note(figure.covers)


def _cells(row: dict[str, Any], columns: tuple[str, ...]) -> list[str]:
    return [f"{row[name]:.1%}" if name in _RATES else str("" if row[name] is None else row[name]) for name in columns]


_RATES = ("share", "any", "first", "fractional", "rate", "low", "high")

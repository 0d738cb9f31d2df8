"""`normwatch stats`: the figures of `store.figures`, `store.signing` and `store.places`, with what they cover."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from normwatch.cli_reading import ConfigOption, JsonOption
from normwatch.output import emit, fail, note, say, table
from normwatch.session import Session

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from store.figures import Figure, Scope

app = typer.Typer(help="Figures recomputed from the archive, each with what it covers.", no_args_is_help=True)


class By(StrEnum):
    """Whom a figure is about."""

    COUNTRY = "country"
    ORGANISATION = "organisation"


class Per(StrEnum):
    """What a figure's periods are."""

    YEAR = "year"
    MEETING = "meeting"
    RELEASE = "release"


class Measure(StrEnum):
    """Which contributions count."""

    SUBMITTED = "submitted"
    AGREED = "agreed"


class Count(StrEnum):
    """How a document of several signers counts."""

    ANY = "any"
    FIRST = "first"
    FRACTIONAL = "fractional"


ByOption = Annotated[By, typer.Option(help="Home country of the ultimate owner, or the owner itself.")]
PerOption = Annotated[Per, typer.Option(help="A row a year, meeting or release.")]
CountOption = Annotated[Count, typer.Option(help="In full for all named, for the first alone, or in equal parts.")]
GroupOption = Annotated[str | None, typer.Option(help="As the body writes it: RAN1, SA2.")]
MeetingOption = Annotated[str | None, typer.Option(help="As RAN1#104-bis-e.")]
ReleaseOption = Annotated[str | None, typer.Option(help="As Rel-18.")]
FromOption = Annotated[int | None, typer.Option("--from", min=1900, max=2999, help="First year.")]
ToOption = Annotated[int | None, typer.Option("--to", min=1900, max=2999, help="Last year, included.")]


@app.command()
def shares(
    by: ByOption = By.COUNTRY,
    group: GroupOption = None,
    meeting: MeetingOption = None,
    release: ReleaseOption = None,
    from_: FromOption = None,
    to: ToOption = None,
    per: PerOption = Per.YEAR,
    measure: Annotated[Measure, typer.Option(help="All that was submitted, or what was agreed.")] = Measure.SUBMITTED,
    count: CountOption = Count.ANY,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Who brings how much of the contributions."""
    from store.figures import shares as figure  # noqa: PLC0415

    scope = _scope(group, meeting, release, from_, to)
    _answer(
        config,
        json,
        lambda connection: figure(connection, scope, by.value, per=per.value, measure=measure.value, count=count.value),
    )


@app.command()
def success(
    by: ByOption = By.COUNTRY,
    group: GroupOption = None,
    meeting: MeetingOption = None,
    release: ReleaseOption = None,
    from_: FromOption = None,
    to: ToOption = None,
    count: CountOption = Count.ANY,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """How much of what each brings is agreed, with the 95 % interval."""
    from store.figures import success as figure  # noqa: PLC0415

    scope = _scope(group, meeting, release, from_, to)
    _answer(config, json, lambda connection: figure(connection, scope, by.value, count=count.value))


@app.command()
def cosigning(
    group: GroupOption = None,
    meeting: MeetingOption = None,
    release: ReleaseOption = None,
    from_: FromOption = None,
    to: ToOption = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="At most so many pairs.")] = 50,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Which organisations sign contributions together."""
    from store.signing import cosigning as figure  # noqa: PLC0415

    scope = _scope(group, meeting, release, from_, to)
    _answer(config, json, lambda connection: figure(connection, scope, limit=limit))


@app.command()
def offices(
    by: ByOption = By.COUNTRY,
    group: GroupOption = None,
    from_: FromOption = None,
    to: ToOption = None,
    per: PerOption = Per.YEAR,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Who brings documents as chair, moderator or rapporteur."""
    from store.signing import offices as figure  # noqa: PLC0415

    scope = _scope(group, None, None, from_, to)
    _answer(config, json, lambda connection: figure(connection, scope, by.value, per=per.value))


@app.command("time-to-agreement")
def time_to_agreement(
    group: GroupOption = None,
    release: ReleaseOption = None,
    from_: FromOption = None,
    to: ToOption = None,
    per: PerOption = Per.YEAR,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """How long documents take from their first version to the one agreed."""
    from store.signing import time_to_agreement as figure  # noqa: PLC0415

    scope = _scope(group, None, release, from_, to)
    _answer(config, json, lambda connection: figure(connection, scope, per=per.value))


@app.command()
def secretariats(
    from_: FromOption = None, to: ToOption = None, config: ConfigOption = None, json: JsonOption = False
) -> None:
    """Who holds the secretariats of ISO's committees, by year."""
    from store.places import secretariats as figure  # noqa: PLC0415

    _answer(config, json, lambda connection: figure(connection, from_, to))


@app.command()
def memberships(config: ConfigOption = None, json: JsonOption = False) -> None:
    """ISO's members by their P- and O-memberships and secretariats now."""
    from store.places import memberships as figure  # noqa: PLC0415

    _answer(config, json, figure)


def _scope(
    group: str | None, meeting: str | None, release: str | None, first_year: int | None, last_year: int | None
) -> Scope:
    from store.figures import Scope  # noqa: PLC0415

    if first_year is not None and last_year is not None and first_year > last_year:
        fail(f"--from {first_year} is after --to {last_year}")
    return Scope(group=group, meeting=meeting, release=release, first_year=first_year, last_year=last_year)


def _answer(config: Path | None, json: bool, ask: Callable[[Connection], Figure]) -> None:
    with Session(config).archive().read() as connection:
        figure = ask(connection)
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

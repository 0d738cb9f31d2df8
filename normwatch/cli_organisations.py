"""Commands around the registry: what it knows, which names it does not, adding to it, attributing the archive anew."""

from __future__ import annotations

from typing import Annotated

import typer

from normwatch.cli_reading import ConfigOption, JsonOption
from normwatch.output import emit, fail, note, say, table
from normwatch.session import Session

app = typer.Typer(help="The registry of organisations; alone: everything in it.", invoke_without_command=True)


@app.callback()
def organisations(context: typer.Context, config: ConfigOption = None, json: JsonOption = False) -> None:
    """The registry: one organisation a line."""
    if context.invoked_subcommand is not None:
        return
    from datetime import date  # noqa: PLC0415

    from normwatch import clock  # noqa: PLC0415

    registry = Session(config).resolver.registry
    today = clock.now().date()
    rows = []
    for one in sorted(registry.organisations.values(), key=lambda one: one.name.casefold()):
        fact = one.fact(today)
        owner = registry.ultimate(one, today)
        home = fact.home or owner.fact(today).home
        found = {
            "id": one.id,
            "name": one.name,
            "kind": one.kind,
            "parent": owner.name if owner is not one else None,
            "home": home,
            "registered": fact.registered,
            "from": fact.start.isoformat() if fact.start != date.min else None,
            "until": fact.end.isoformat() if fact.end != date.max else None,
            "aliases": sorted(set(one.aliases)),
            "source": fact.source,
        }
        if json:
            emit(found)
        else:
            rows.append((one.id, one.name, one.kind, found["parent"], home, fact.registered))
    if not json:
        table(rows, ("id", "name", "kind", "of", "home", "registered"))


@app.command()
def unknown(
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many, the commonest first.")] = None,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Names seen in the archive and not known, by how many documents they are in."""
    from store.unknown import unknown_names  # noqa: PLC0415

    session = Session(config)
    rows = []
    with session.archive().read() as connection:
        for one in unknown_names(connection, limit):
            near = [name for name, _ in session.resolver.suggest(one["name"])]
            if json:
                emit(one | {"suggestions": near})
            else:
                home = f"{one['home']}, by its name" if one["read_from_name"] else ""
                rows.append((one["documents"], one["name"], home, one["example"], ", ".join(near)))
    if not json:
        table(rows, ("documents", "name", "home", "such as", "near, to be judged by a person"))


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="Canonical name, or that of an organisation in the registry.")],
    source: Annotated[str, typer.Option(help="Where the fact comes from, for whoever reviews it.")],
    alias: Annotated[list[str] | None, typer.Option(help="As written in listings; may be given several times.")] = None,
    kind: Annotated[
        str | None, typer.Option(help="Kind, for a new organisation: vendor, operator, university…")
    ] = None,
    home: Annotated[str | None, typer.Option(help="Home country (alpha-2), where it has no parent.")] = None,
    parent: Annotated[str | None, typer.Option(help="Id of the parent.")] = None,
    registered: Annotated[str | None, typer.Option(help="Country of registration, where it is another.")] = None,
    config: ConfigOption = None,
) -> None:
    """Add an organisation, or ways of writing a known one, to your own file (the first of `registry.files`)."""
    from normwatch.own_registry import Entry, OwnRegistryError, append  # noqa: PLC0415

    files = Session(config).config.registry.files
    entry = Entry(name, source, tuple(alias or ()), kind, home, parent, registered)
    try:
        path, id_ = append(files, entry)
    except OwnRegistryError as error:
        fail(str(error))
    say(f"{id_} written to {path}; `normwatch organisations reattribute` applies it to the archive")


@app.command()
def reattribute(config: ConfigOption = None, json: JsonOption = False) -> None:
    """Attribute the archive by today's registry; differences go into its history, and nobody is alerted."""
    from dataclasses import asdict  # noqa: PLC0415

    from normwatch import clock  # noqa: PLC0415
    from normwatch.own_registry import content  # noqa: PLC0415
    from normwatch.progress import counting  # noqa: PLC0415
    from store.reattribution import reattribute as anew  # noqa: PLC0415

    session = Session(config)
    resolver = session.resolver
    files = content(session.config.registry.files)
    with counting("contributions", quiet=json) as counted, session.archive().write() as connection:
        done = anew(connection, resolver, clock.now(), files, counted)
    if json:
        emit(asdict(done))
    else:
        say(f"{done.contributions} contributions looked at, {done.changed} name others now")
        if done.changed:
            note("`normwatch changes` shows them as changes of the field organisations")

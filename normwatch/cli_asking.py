"""Commands that ask the archive and the registry: changes, origin, search, show, export, organisations."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from normwatch.cli_reading import ConfigOption, JsonOption
from normwatch.given import archive_time, body_of, country_of, group_of, one_of
from normwatch.output import emit, fail, many, note, say, table
from normwatch.places import COUNTRY, VARIABLE, find, registry_of
from normwatch.session import Session

if TYPE_CHECKING:
    from store.conditions import Wanted
    from store.reading import Asking

SinceOption = Annotated[str | None, typer.Option(help="From this time on: ISO 8601, or a number of days such as 7d.")]
UntilOption = Annotated[str | None, typer.Option(help="Before this time.")]
BodyOption = Annotated[str | None, typer.Option(help="3GPP, ISO or ITU.")]
GroupOption = Annotated[str | None, typer.Option(help="As the body writes it: RAN1, ISO/TC 307, ITU-T SG13.")]
OriginOption = Annotated[str | None, typer.Option(help="Country of an organisation named (alpha-2), such as CN.")]
AnyOriginOption = Annotated[
    str | None, typer.Option("--origin", help="Country of an organisation named (alpha-2), such as CN; or unknown.")
]
RecordOption = Annotated[str | None, typer.Option(help="contribution, project, committee or meeting.")]
MeetingOption = Annotated[str | None, typer.Option(help="As RAN1#104-bis-e.")]
StatusOption = Annotated[str | None, typer.Option(help="As agreed, noted, reserved.")]
TypeOption = Annotated[str | None, typer.Option("--type", help="As discussion, CR.")]
OrganisationOption = Annotated[str | None, typer.Option(help="Name in the registry; a parent's counts.")]


def changes(
    since: SinceOption = None,
    until: UntilOption = None,
    body: BodyOption = None,
    group: GroupOption = None,
    kind: Annotated[str | None, typer.Option(help="appeared, changed, vanished or returned.")] = None,
    origin: OriginOption = None,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """What changed in the archive, oldest first."""
    from store.changes import Filter  # noqa: PLC0415
    from store.changes import changes as selected  # noqa: PLC0415

    session = Session(config)
    given = archive_time(since), archive_time(until), body_of(body)
    kind = one_of(kind, "--kind", CHANGE_KINDS)
    home = country_of(origin)
    with session.archive().read() as connection:
        wanted = Filter(*given, group_of(connection, group), kind)
        for one in selected(connection, session.resolver, wanted):
            if home and not any(named.home == home for named in one.attribution.named()):
                continue
            if json:
                emit(one.as_json(session.config.country))
            else:
                what = f"{one.field} {one.subject}".strip()
                values = f": {one.old or '-'} -> {one.new or '-'}" if one.kind == "changed" else ""
                say(f"{one.observed_at}  {one.group}  {one.key}  {one.kind} {what}{values}  {one.title[:80]}")


CHANGE_KINDS = ("appeared", "changed", "vanished", "returned")


def origin(
    strings: Annotated[list[str] | None, typer.Argument(help="Source strings; none: one a line from stdin.")] = None,
    body: BodyOption = None,
    on: Annotated[str | None, typer.Option(help="As of this date (ISO); else today.")] = None,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Explain who a source string names."""
    from organisations import Registry, RegistryError, Resolver, explain  # noqa: PLC0415

    path = find(config)
    body = body_of(body)
    try:
        files, country = registry_of(path) if config is not None or path.exists() else ([], COUNTRY)
        resolver = Resolver(Registry.load(files))
    except RegistryError as error:
        fail(f"registry: {error}")
    except OSError as error:
        fail(f"{path}: {error.strerror}")
    except ValueError as error:
        fail(f"{path}: {error}")
    if os.environ.get(VARIABLE) and not path.exists():
        note(f"{path}, which ${VARIABLE} names, is not there: the shipped registry alone is asked")
    for line in strings or (line.rstrip("\r\n") for line in sys.stdin):
        try:
            found = explain(resolver.attribute(line, body=body, on=on), country)
        except ValueError as error:
            fail(f"--on {on!r} is no date, such as 2026-11-22: {error}")
        if json:
            emit(found)
            continue
        say(f"{line}\n  of {country}: {found['chinese']}")
        for one in found["organisations"]:
            owner = f", of {one['parent']}" if one["parent"] else ""
            where = f"home {one['home'] or 'unknown'}" + (
                f", registered {one['registered']}" if one["registered"] else ""
            )
            say(f"  {one['as_written']}: {one['name']}{owner} ({one['role']}; {where}; {one['chinese']})")
        for name in found["unresolved"]:
            near = ", ".join(known for known, _ in resolver.suggest(name))
            say(f"  {name}: not known" + (f" (near: {near})" if near else ""))


def search(
    query: Annotated[str, typer.Argument(help='Words, a "phrase", a prefix*; OR and NOT between them.')],
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="At most so many.")] = 50,
    record: RecordOption = None,
    body: BodyOption = None,
    group: GroupOption = None,
    meeting: MeetingOption = None,
    status: StatusOption = None,
    type_: TypeOption = None,
    organisation: OrganisationOption = None,
    origin: AnyOriginOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    order: Annotated[
        str | None, typer.Option(help="agenda: by meeting and agenda item; else the best hits first.")
    ] = None,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Full text and filters over contributions, projects, committees and meetings."""
    from store.agenda import MOST, by_agenda  # noqa: PLC0415
    from store.finding import find  # noqa: PLC0415

    session = Session(config)
    record = one_of(record, "--record", RECORDS)
    wanted = _wanted(record, body, meeting, status, type_, organisation, origin, since, until)
    with session.archive().read() as connection:
        wanted = replace(wanted, group=group_of(connection, group))
        asking = _asking(session)
        _doubt(query)
        if one_of(order, "--order", ("agenda",)) is None:
            found = find(connection, query, wanted, asking, limit)
        else:
            ordered = by_agenda(connection, query, wanted, asking, limit=limit)
            found = iter(ordered.records)
            if not ordered.complete:
                note(f"more than {MOST:,} found: the newest of them are in order")
        for one in found:
            emit(one) if json else _line(one)


RECORDS = ("contribution", "project", "committee", "meeting")


def show(
    key: Annotated[str, typer.Argument(help="A TDoc number, project id or reference, committee, meeting…")],
    as_of: Annotated[str | None, typer.Option(help="As it was known at this date or time (ISO, UTC).")] = None,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Show one record with its history, attributions and provenance."""
    from store.reading import show as shown  # noqa: PLC0415

    session = Session(config)
    with session.archive().read() as connection:
        found = shown(connection, key, _asking(session), archive_time(as_of))
    if not found:
        fail(f"nothing in the archive has the key {key!r}" + (f" as of {as_of}" if as_of else ""), 1)
    if len(found) > 1:
        note(f"{len(found)} records have the key {key!r}")
    for one in found:
        emit(one) if json else _page(one)


def export(
    record: Annotated[str, typer.Argument(help="contribution, project, committee or meeting.")],
    form: Annotated[str, typer.Option("--format", help="csv, jsonl, xlsx or parquet.")],
    output: Annotated[Path, typer.Option(help="The file to write; for Parquet a new folder.")],
    body: BodyOption = None,
    group: GroupOption = None,
    meeting: MeetingOption = None,
    status: StatusOption = None,
    type_: TypeOption = None,
    organisation: OrganisationOption = None,
    origin: AnyOriginOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    query: Annotated[str, typer.Option(help="Only what this finds, in the language of `search`.")] = "",
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Write a complete export of one kind of record."""
    from normwatch.progress import counting  # noqa: PLC0415
    from store.export import FORMATS  # noqa: PLC0415
    from store.export import export as write  # noqa: PLC0415
    from store.parquet import MissingError  # noqa: PLC0415
    from store.reading import columns  # noqa: PLC0415
    from store.selection import records  # noqa: PLC0415

    record = one_of(record.removesuffix("s"), "RECORD", RECORDS) or ""
    if form not in FORMATS:
        fail(f"--format {form!r}: one of {', '.join(FORMATS)}")
    session = Session(config)
    wanted = _wanted(record, body, meeting, status, type_, organisation, origin, since, until)
    with session.archive().read() as connection, counting("rows written", quiet=json) as counted:
        wanted = replace(wanted, group=group_of(connection, group))
        _doubt(query)
        try:
            found = records(connection, wanted, _asking(session), query)
            rows = write(found, form, output, counted, columns=columns([record]))
        except MissingError as error:
            fail(str(error))
        except OSError as error:
            fail(f"{output}: {error.strerror}", 1)
    if json:
        emit({"rows": rows, "file": str(output)})
    else:
        say(f"{many(rows, 'row')} in {output}")


def _doubt(query: str) -> None:
    """Name what of a query finds nothing and excludes nothing, since nobody understands it."""
    from store.query import parse  # noqa: PLC0415

    if left_out := parse(query).left_out:
        note(f"not understood, and left out: {', '.join(left_out)}")


def _asking(session: Session) -> Asking:
    from store.reading import Asking  # noqa: PLC0415

    return Asking(session.resolver, session.config.country)


def _wanted(
    record: str | None,
    body: str | None,
    meeting: str | None,
    status: str | None,
    type_: str | None,
    organisation: str | None,
    origin: str | None,
    since: str | None,
    until: str | None,
) -> Wanted:
    """What the options say is wanted, but for the group, which the archive has a say in."""
    from store.conditions import Wanted  # noqa: PLC0415

    return Wanted(
        record=record,
        body=body_of(body),
        meeting=meeting,
        status=status,
        type=type_,
        organisation=organisation,
        origin=country_of(origin, unknown=True),
        since=archive_time(since),
        until=archive_time(until),
    )


def _line(one: dict[str, Any]) -> None:
    who = one.get("source") or one.get("secretariat") or ""
    say(f"{one['key']}  {one['group']}  {one['title'][:90]}  [{who}]  {one.get('status') or one.get('stage') or ''}")


def _page(one: dict[str, Any]) -> None:
    say(f"{one['key']}  {one['title']}")
    plain = {
        name: value for name, value in one.items() if value not in (None, "", []) and not isinstance(value, list | dict)
    }
    table(plain.items(), ("field", "value"))
    for named in one["organisations"]:
        say(f"  {named['as_written']}: {named['name'] or 'not known'}, {named['role']}, {named['chinese']}")
    for change in one["history"]:
        what = f"{change['field']} {change['subject']}".strip()
        say(f"  {change['observed_at']}  {change['kind']} {what}: {change['old'] or '-'} -> {change['new'] or '-'}")
    for fetch in one["provenance"]:
        say(f"  read from {fetch['url']} at {fetch['at']}, SHA-256 {fetch['sha256']}")

"""Commands that keep the archive safe: backup, restore, replay, prune, move."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from normwatch.cli_reading import ConfigOption, JsonOption
from normwatch.output import DONE_WITH_FAULTS, emit, fail, note, say, table
from normwatch.session import Session


def backup(
    file: Annotated[Path, typer.Argument(help="Where to; an older backup there is replaced.")],
    keep: Annotated[int, typer.Option(min=1, help="How many to keep: FILE, and the older FILE.1, FILE.2 …")] = 1,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Copy the archive, checked, while everything goes on."""
    from store.archive import ArchiveError  # noqa: PLC0415
    from store.backup import backup as copy  # noqa: PLC0415

    session = Session(config)
    archive = session.archive()
    try:
        copy(archive, file, keep)
    except ArchiveError as error:
        fail(str(error), DONE_WITH_FAULTS)
    size = file.stat().st_size
    beside = [str(session.path), *session.config.registry.files, *filter(None, [session.config.web.accounts])]
    if json:
        emit({"file": str(file), "size": size, "checked": True, "not_in_it": [str(one) for one in beside]})
        return
    say(f"{file} holds the archive, whole and checked: {size:,} bytes.")
    say(f"Not in it, to be copied by you: {', '.join(map(str, beside))}, and the secrets that it names.")


def restore(
    file: Annotated[Path, typer.Argument(help="A backup.")], config: ConfigOption = None, json: JsonOption = False
) -> None:
    """Put a backup in the archive's place; what is replaced is kept aside."""
    from normwatch import clock  # noqa: PLC0415
    from normwatch.locks import AtWork, idle  # noqa: PLC0415
    from store.archive import Archive, ArchiveError  # noqa: PLC0415
    from store.backup import restore as put_back  # noqa: PLC0415

    session = Session(config)
    url = session.config.archive.url
    archive = Archive(url).path
    if archive is None:
        fail("this archive is no file: use its database's own tools, such as pg_restore")
    try:
        with idle(archive):
            aside = put_back(archive, file, clock.now())
            Archive.open(url).close()  # an older schema is brought up to date here, where it can be said
    except (ArchiveError, AtWork) as error:
        fail(str(error), DONE_WITH_FAULTS)
    if json:
        emit({"archive": str(archive), "from": str(file), "replaced": str(aside) if aside else None})
        return
    say(f"{archive} is {file} now{f'; what it replaced is {aside}' if aside else ''}.")


def replay(
    kind: Annotated[str | None, typer.Option(help="One kind of listing only, such as 3gpp.tdocs.")] = None,
    apply: Annotated[
        bool, typer.Option("--apply", help="Correct the archive; else the differences are only shown.")
    ] = False,
    older: Annotated[
        bool,
        typer.Option(
            "--older",
            help="Earlier fetches too, where a listing shows a part: of documents that no later one lists. Of a whole "
            "listing the newest says all that holds.",
        ),
    ] = False,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Read the newest kept bytes of each source with today's readers, and say how that differs from the archive."""
    from normwatch import clock  # noqa: PLC0415
    from normwatch.replaying import replay as read_anew  # noqa: PLC0415
    from spiders.rows import KINDS  # noqa: PLC0415

    if kind is not None and kind not in KINDS:
        fail(f"unknown kind {kind!r}: kinds are {', '.join(KINDS)}")
    session = Session(config)
    session.archive().close()
    states: dict[str, int] = {}
    unreadable = []
    for one in read_anew(session.pipeline(), kind, clock.now, apply=apply, older=older):
        states[one["state"]] = states.get(one["state"], 0) + 1
        if one["state"] == "unreadable":
            unreadable.append(f"{one['source']}: today's reader refuses what was read: {one['reason']}")
        if json:
            emit(one)
            continue
        table(
            (
                (one["source"], found["kind"], found["key"], found["field"], found["old"], found["new"])
                for found in one["differences"]
            ),
            ("source", "what", "key", "field", "archive", "read today"),
        ) if one["differences"] else None
    if not json:
        said = ", ".join(f"{number} {state}" for state, number in sorted(states.items())) or "none"
        corrected = " The archive is corrected." if apply and states.get("differs") else ""
        say(f"{'Fetches' if older else 'Sources'}: {said}.{corrected}")
    for line in unreadable:
        note(line)
    if unreadable:
        raise typer.Exit(DONE_WITH_FAULTS)


def prune(
    days: Annotated[
        int | None, typer.Option(min=1, help="Age in days; else archive.keep_bytes of the configuration.")
    ] = None,
    shrink: Annotated[
        bool, typer.Option("--shrink", help="Make the file smaller too: takes as much free disk again, and time.")
    ] = False,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Let go of old bytes; what was fetched, when and its hash stay, as do the newest good bytes of each source."""
    from normwatch import clock  # noqa: PLC0415
    from store.archive import ArchiveError  # noqa: PLC0415
    from store.retention import Pruned, vacuum  # noqa: PLC0415
    from store.retention import prune as let_go  # noqa: PLC0415

    session = Session(config)
    archive = session.archive()
    configured = session.config.archive.keep_bytes
    age = days if days is not None else None if configured == "all" else configured
    done = Pruned() if age is None else let_go(archive, clock.now(), age)
    if shrink:
        try:
            vacuum(archive)
        except ArchiveError as error:
            fail(str(error), DONE_WITH_FAULTS)
    if json:
        emit({"days": age, "copies": done.copies, "bytes": done.size, "shrunk": shrink})
    elif age is None:
        say('Nothing let go of: archive.keep_bytes is "all".')
    else:
        say(f"{done.copies} copies older than {age} days let go of, {done.size:,} bytes.")


def move(
    url: Annotated[str, typer.Argument(help="The new archive's address, such as postgresql://db.example/normwatch.")],
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Copy the whole archive into an empty database, whose address then goes into the configuration."""
    from store.archive import Archive, ArchiveError  # noqa: PLC0415
    from store.moving import move as copy  # noqa: PLC0415

    source = Session(config).archive()
    try:
        target = Archive.open(url, create=True)
        counts = copy(source, target)
    except ArchiveError as error:
        fail(str(error), DONE_WITH_FAULTS)
    if json:
        emit({"archive": target.name, "rows": counts})
        return
    say(f"{target.name} holds all of {source.name}: {sum(counts.values()):,} rows, {counts['record']:,} records.")
    say("Set archive.url to it, and let nothing write the old one any more.")

"""Commands that read listings and keep the machinery running: init, check, crawl, import, run, sources, demo."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from normwatch.output import DONE_WITH_FAULTS, emit, fail, many, note, say, table
from normwatch.session import Session

if TYPE_CHECKING:
    from collections.abc import Sequence

    from normwatch.crawling import Crawled

ConfigOption = Annotated[
    Path | None, typer.Option("--config", help="Configuration; else $NORMWATCH_CONFIG, else ./config.toml.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="JSON on stdout, for scripts.")]


def init(folder: Annotated[Path, typer.Argument(help="Where to.")] = Path()) -> None:
    """Write a starter config.toml and an empty archive."""
    from normwatch.starter import StarterError, start  # noqa: PLC0415

    try:
        config = start(folder)
    except StarterError as error:
        fail(str(error))
    Session(config).archive(create=True).close()
    say(
        f"{config} written, with an empty archive beside it. Next: set contact and recipients in it, `normwatch check`."
    )


def check(
    archive: Annotated[
        bool, typer.Option("--archive", help="Check every page and reference of the archive too: takes its time.")
    ] = False,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Validate the configuration; say what each watchlist would have sent in the last 4 weeks of the archive."""
    from normwatch.checking import check as check_configuration  # noqa: PLC0415

    session = Session(config)
    found = check_configuration(session.path)
    damage = _damage(session) if archive and found.valid else None
    if json:
        emit(found.as_json() | ({"archive": damage or "whole"} if archive and found.valid else {}))
    else:
        for problem in found.problems:
            note(f"{found.path}:{problem.line}: {problem}")
        for warning in found.warnings:
            note(f"{found.path}: {warning}")
        if found.valid:
            say(f"{found.path} is valid: {many(len(found.watchlists), 'watchlist')}.")
            table(((one["name"], one["per_week"]) for one in found.watchlists), ("watchlist", "items a week"))
    if not found.valid:
        raise typer.Exit(2)
    if damage:
        fail(damage, DONE_WITH_FAULTS)


def crawl(
    only: Annotated[
        list[str] | None, typer.Argument(metavar="[KIND|SOURCE]...", help="Kinds, bodies or sources; none: all.")
    ] = None,
    accept: Annotated[
        bool, typer.Option("--accept", help="Take a listing that lost many of its rows as the truth.")
    ] = False,
    everything: Annotated[
        bool, typer.Option("--all", help="The lists of all meetings known, not only of those around today.")
    ] = False,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Visit listings once, now."""
    from normwatch.crawling import CrawlFailed, kinds_of  # noqa: PLC0415
    from normwatch.crawling import crawl as visit  # noqa: PLC0415
    from normwatch.progress import counting  # noqa: PLC0415

    session = Session(config)
    try:
        kinds_of(only or ())
    except ValueError as error:
        fail(f"{error}{_meant(session, only or ())}")
    failure = None
    found: list[Crawled] = []
    with counting("sources visited", quiet=json) as counted:

        def visited(one: Crawled) -> None:
            if one not in found:
                found.append(one)
            counted(len(found))

        try:
            visit(
                session.path,
                only or (),
                minutes=session.config.crawl.minutes,
                memory_mb=session.config.crawl.memory_mb,
                accept=accept,
                everything=everything,
                on_source=visited,
            )
        except CrawlFailed as error:
            failure = str(error)
    if json:
        for one in found:
            emit(one.as_json())
    else:
        table(
            (
                (one.source, one.state, one.rows, one.appeared, one.changed, one.vanished, one.rejected, one.seconds)
                for one in found
            ),
            ("source", "state", "rows", "new", "changed", "vanished", "rejected", "seconds"),
        )
    reached = {one.source for one in found}
    for name in only or ():
        if ":" in name and name not in reached and not failure:
            failure = f"{name} was not visited: there is no such source, or its server asked us to wait"
            failure += _meant(session, [name.partition(":")[2]])
    faulty = [one for one in found if one.faults or one.state not in ("ok", "new")]
    for one in faulty:
        note(f"{one.source}: {one.state}: {one.reason or 'rows rejected: see `normwatch sources`'}")
    if failure:
        note(failure)
    if faulty or failure:
        raise typer.Exit(DONE_WITH_FAULTS)


def _meant(session: Session, names: Sequence[str]) -> str:
    """The sources that somebody may have meant by names that are none, to be added to what is said of them."""
    from normwatch import clock  # noqa: PLC0415
    from normwatch.visits import matching  # noqa: PLC0415
    from normwatch.visits import sources as planned  # noqa: PLC0415

    with session.archive(create=True).read() as connection:
        known = planned(connection, session.config, clock.now())
    found = list(dict.fromkeys(listing for name in names for listing in matching(known, name)))
    more = f" and {len(found) - MEANT} more" if len(found) > MEANT else ""
    return f"; sources that match: {', '.join(map(repr, found[:MEANT]))}{more}" if found else ""


MEANT = 12
"""Sources named at most."""


def probe(
    source: Annotated[str, typer.Argument(help="A source, as 3gpp.meetings:RAN1; `sources` lists those visited.")],
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Visit one source once, politely, and report what came; nothing goes into the archive."""
    from normwatch import clock  # noqa: PLC0415
    from normwatch.probing import lines  # noqa: PLC0415
    from normwatch.probing import probe as visit  # noqa: PLC0415
    from normwatch.visits import sources as planned  # noqa: PLC0415

    session = Session(config)
    with session.archive(create=True).read() as connection:
        known = planned(connection, session.config, clock.now())
    if source not in {one.listing for one in known}:
        fail(f"there is no source {source!r}{_meant(session, [source, source.partition(':')[2]])}")
    report = visit(session, source)
    if json:
        emit(report)
    else:
        table(lines(report), ("what", "found"))
    if report["state"] not in ("ok", "new"):
        note(f"{source}: {report['state']}: {report['reason']}")
        raise typer.Exit(DONE_WITH_FAULTS)


def import_(
    kind: Annotated[str, typer.Argument(help="Kind of listing, such as 3gpp.tdocs.")],
    files: Annotated[list[Path], typer.Argument(help="Saved listings, oldest first.")],
    meeting: Annotated[str | None, typer.Option(help="The meeting, where the file does not say: SA2#130.")] = None,
    group: Annotated[str | None, typer.Option(help="The group, where the file does not say: RAN1.")] = None,
    observed_at: Annotated[
        str | None, typer.Option(help="When the files were saved, ISO 8601; without a zone, UTC. Else now.")
    ] = None,
    baseline: Annotated[
        bool | None,
        typer.Option("--baseline/--no-baseline", help="Record without alerting; else the first of a listing only."),
    ] = None,
    accept: Annotated[
        bool, typer.Option("--accept", help="Take a listing that lost many of its rows as the truth.")
    ] = False,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Read saved listings through the same readers, in the order given."""
    from normwatch import clock  # noqa: PLC0415
    from normwatch.ahead import Ahead, cores  # noqa: PLC0415
    from normwatch.importing import Imported, Options, import_files, is_meeting  # noqa: PLC0415
    from normwatch.progress import counting  # noqa: PLC0415
    from normwatch.visits import refresh_watched  # noqa: PLC0415
    from spiders.rows import KINDS  # noqa: PLC0415

    if kind not in KINDS:
        fail(f"unknown kind {kind!r}: kinds are {', '.join(KINDS)}")
    moment = None
    if observed_at is not None:
        try:
            moment = datetime.fromisoformat(observed_at)
        except ValueError:
            fail(f"--observed-at {observed_at!r} is no ISO 8601 time, such as 2019-01-22T12:00:00Z")
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        if moment > clock.now():
            fail(f"--observed-at {observed_at!r} is not over yet")
    if meeting is not None and not is_meeting(meeting):
        fail(f"--meeting {meeting!r} is no meeting, such as RAN1#104-bis-e, SA2#130 or T25-SG13-250714")
    options = Options(kind, meeting, group, moment, baseline, accept)
    total = Imported()
    session = Session(config)
    pipeline = session.pipeline()
    other = Ahead(session.config.crawl.memory_mb) if cores() > 1 else nullcontext()
    with other as ahead, counting("files read", total=len(files), quiet=json) as counted:
        for total in import_files(pipeline, files, options, clock.now, ahead):
            counted(total.files)
    refresh_watched(pipeline.archive, session.config, clock.now())
    if json:
        emit(total.as_json())
    else:
        say(
            f"{many(total.files, 'file')}, {many(total.rows, 'row')}: {total.read:,} read, "
            f"{total.rejected:,} rejected; {total.appeared:,} new, {total.changed:,} changed, "
            f"{total.unchanged:,} unchanged, {total.vanished:,} vanished"
        )
    for line in (*total.warnings, *total.faults):
        note(line)
    if total.faults:
        raise typer.Exit(DONE_WITH_FAULTS)


def run(config: ConfigOption = None) -> None:
    """Keep to the schedule until stopped: visit the sources, send what is due."""
    from normwatch.schedule import run as keep  # noqa: PLC0415

    session = Session(config, verbose=True)
    if damage := _damage(session, quick=True):
        fail(damage, DONE_WITH_FAULTS)
    keep(session)


def _damage(session: Session, *, quick: bool = False) -> str | None:
    """What is wrong with the archive's file and what to do; None for a whole one, and where there is none yet.

    A newer Normwatch's archive is whole, but none for this one.
    """
    from store.archive import Archive  # noqa: PLC0415
    from store.backup import NEWER, problem  # noqa: PLC0415

    path = Archive(session.config.archive.url).path
    found = problem(path, quick=quick) if path and path.exists() else None
    if found is None:
        return None
    if found.endswith(NEWER):
        return f"{path} cannot be used: {found}"
    return (
        f"{path} is not whole: {found}. Leave it as it is, put the last backup in its place with "
        "`normwatch restore FILE`, and visit the sources again."
    )


def sources(config: ConfigOption = None, json: JsonOption = False) -> None:
    """Health of every source: state, last good fetch, rows against usual, next visit."""
    from normwatch import clock  # noqa: PLC0415
    from store.listings import sources as listed  # noqa: PLC0415

    with Session(config).archive().read() as connection:
        found = list(listed(connection, clock.now()))
    if json:
        for one in found:
            emit(one)
        return
    table(
        (
            (
                one["source"],
                one["state"] + (", overdue" if one["overdue"] else ""),
                one["rows"],
                one["last_good_at"],
                one["next_visit_at"],
                one["reason"],
            )
            for one in found
        ),
        ("source", "state", "rows", "last good", "next visit", "why"),
    )


def demo(
    output: Annotated[Path, typer.Option(help="Folder for the archive and the mails.")] = Path("demo-output"),
    json: JsonOption = False,
) -> None:
    """Show the whole chain on invented listings of two days, served by a local replica of the bodies' servers."""
    from normwatch.demonstration import demonstrate  # noqa: PLC0415

    shown = demonstrate(output, say=(lambda _: None) if json else say)
    if json:
        emit(shown.as_json())
    if shown.faults:
        for fault in shown.faults:
            note(fault)
        raise typer.Exit(DONE_WITH_FAULTS)

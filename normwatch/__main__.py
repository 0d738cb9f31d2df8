"""The command line: `normwatch COMMAND`, or `python -m normwatch COMMAND`."""

from __future__ import annotations

import io
import os
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer

from normwatch import (
    cli_alerts,
    cli_asking,
    cli_figures,
    cli_keeping,
    cli_organisations,
    cli_owed,
    cli_reading,
    cli_serving,
    clock,
)
from normwatch.garbage import collect_seldom
from normwatch.output import DONE_WITH_FAULTS, cannot_write, fail, note, say

app = typer.Typer(
    name="normwatch",
    help="Watches the public listings of 3GPP, ISO and ITU, and tells who newly brings what to the areas you watch.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command()(cli_reading.init)
app.command()(cli_reading.check)
app.command()(cli_reading.crawl)
app.command("import")(cli_reading.import_)
app.command()(cli_reading.run)
app.command()(cli_asking.changes)
app.command()(cli_asking.origin)
app.command()(cli_asking.search)
app.command()(cli_asking.show)
app.command()(cli_asking.export)
app.command()(cli_alerts.watchlists)
cli_alerts.app.command()(cli_owed.forgo)
cli_alerts.app.command()(cli_owed.hand_over)
app.add_typer(cli_alerts.app, name="alerts")
app.add_typer(cli_figures.app, name="stats")
app.add_typer(cli_organisations.app, name="organisations")
app.command()(cli_reading.sources)
app.command()(cli_reading.probe)
app.command()(cli_keeping.backup)
app.command()(cli_keeping.restore)
app.command()(cli_keeping.replay)
app.command()(cli_keeping.prune)
app.command()(cli_keeping.move)
app.command()(cli_reading.demo)
app.command()(cli_serving.serve)
app.add_typer(cli_serving.accounts, name="accounts")


def _tell_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version  # noqa: PLC0415 - costs time that other commands need not spend

        say(f"normwatch {version('normwatch')}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_tell_version, help="Say the version and end.")
    ] = False,
) -> None:
    try:
        clock.now()
    except ValueError as error:
        fail(str(error))


STOPPED = 130
"""The exit code of what was interrupted, as shells have it."""


def main() -> None:
    """Run the command line; a reader that closes our stdout early is no error, and SIGTERM stops like Ctrl-C."""
    if sys.stderr is None:  # closed by who started us
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - for as long as we run
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    collect_seldom()
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.encoding.lower() != "utf-8":
            stream.reconfigure(encoding="utf-8")  # JSON is, and so are the bodies' titles, whatever the locale
    try:
        app()
    except (KeyboardInterrupt, SystemExit) as ended:
        if isinstance(ended.__context__, BrokenPipeError):  # Typer makes an exit of it: end as others whom none reads
            signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # not before: browsers, relays and our processes go away too
            signal.raise_signal(signal.SIGPIPE)
        if isinstance(ended, SystemExit) and ended.code != STOPPED:  # which Typer makes of an interrupt
            raise
        note("stopped; what was finished is kept")
        sys.exit(STOPPED)
    except Exception as error:
        why = cannot_write(error)
        if why is None:
            raise
        note(f"{why}; what was finished is kept, and nothing is half-written: put it right and run this again")
        sys.exit(DONE_WITH_FAULTS)


if __name__ == "__main__":
    main()

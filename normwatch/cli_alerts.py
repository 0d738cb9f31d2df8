"""Commands around alerts: watchlists, what would be sent, what is sent, what was sent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from normwatch.cli_asking import SinceOption
from normwatch.cli_reading import ConfigOption, JsonOption
from normwatch.given import archive_time
from normwatch.output import DONE_WITH_FAULTS, emit, fail, many, note, say, table
from normwatch.session import Session

if TYPE_CHECKING:
    from alerts.delivery import Run

SHOWN = 20
"""Failures told of one run; the log has all."""

app = typer.Typer(help="What would be sent, what is sent, what was sent.", no_args_is_help=True)


@app.command()
def preview(
    watchlist: Annotated[str | None, typer.Option(help="This watchlist alone.")] = None,
    output: Annotated[Path | None, typer.Option(help="Folder for the digests as .html and .txt.")] = None,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Build the digests that are due, and those that will be of what waits; nothing is sent or changed."""
    from normwatch import clock  # noqa: PLC0415
    from normwatch.telling import Teller  # noqa: PLC0415

    session = Session(config)
    if watchlist is not None:
        session.watchlist(watchlist)
    teller = Teller(session.archive(), session.resolver, session.config)
    count = 0
    now = clock.now()
    for one, rendered in teller.preview(now, watchlist, later=True):
        count += 1
        later = one.period.end > now
        files = []
        if output is not None:
            output.mkdir(parents=True, exist_ok=True)
            stem = f"{one.period.end:%Y-%m-%dT%H%MZ}_{re.sub(r'[^a-z0-9.]+', '-', one.recipient)}"
            for suffix, text in ((".html", rendered.html), (".txt", rendered.text)):
                path = output / f"{stem}{suffix}"
                path.write_text(text, encoding="utf-8")
                files.append(str(path))
        if json:
            emit(
                {
                    "recipient": one.recipient,
                    "subject": rendered.subject,
                    "watchlists": [each.name for each in one.watchlists],
                    "items": len(one.change_ids),
                    "due_now": not later,
                    "period": [one.period.start.isoformat(), one.period.end.isoformat()],
                    "files": files,
                    "text": rendered.text,
                }
            )
        else:
            local = one.period.end.astimezone(one.watchlists[0].clock(one.recipient))
            when = f", not before {local:%a} {local.day} {local:%b %H:%M %Z}" if later else ""
            say(f"To {one.recipient}{when}: {rendered.subject}\n")
            say("\n".join(files) if files else rendered.text)
    if not json and not count:
        say("Nothing is due, and nothing waits.")


@app.command()
def send(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what is due; send and write nothing.")] = False,
    test: Annotated[str | None, typer.Option(help="Make no digest but a test message to this address.")] = None,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Send what is due, and what earlier runs could not send."""
    from pydantic import TypeAdapter, ValidationError  # noqa: PLC0415

    from alerts.outbox import add_test  # noqa: PLC0415
    from alerts.sending import braked, suppressed  # noqa: PLC0415
    from alerts.watchlists import Address  # noqa: PLC0415
    from normwatch import clock  # noqa: PLC0415
    from normwatch.telling import Teller  # noqa: PLC0415

    session = Session(config)
    teller = Teller(session.archive(), session.resolver, session.config)
    if dry_run:
        for one, rendered in teller.preview(clock.now()):
            found = {"recipient": one.recipient, "subject": rendered.subject, "items": len(one.change_ids)}
            emit(found) if json else say(f"{one.recipient}: {rendered.subject}")
        return
    if test is not None:
        try:
            address = TypeAdapter(Address).validate_python(test)
        except ValidationError:
            fail(f"--test {test!r}: this is no e-mail address, such as officer@example.org")
        with teller.archive.write() as connection:
            why = suppressed(connection, address)
            if why is None:
                add_test(connection, address, session.config.mail, clock.now())
        if why is not None:
            fail(why, 1)
    done = teller.send(clock.now) if test is None else teller.deliver(clock.now)
    if json:
        failures = [asdict(one) for one in done.failures]
        outcomes = dict(done.outcomes)
        emit(
            {
                "sent": len(done.sent),
                "messages": done.sent,
                "outcomes": outcomes,
                "failures": failures,
                "fault": done.fault,
            }
        )
    else:
        folder = session.config.mail.folder if session.config.mail.delivery == "folder" else None
        say(f"{many(len(done.sent), 'message')} sent" + (f" to {folder}" if folder and done.sent else ""))
    for line in _failed(done):
        note(line)
    with teller.archive.read() as connection:
        held = braked(connection, "mail", clock.now(), session.config.mail)
    if held:
        most = session.config.mail.messages_per_hour
        note(f"{held} messages wait for a later run: no more than {most} are sent in an hour (mail.messages_per_hour)")
    if done.fault or done.failures:
        raise typer.Exit(DONE_WITH_FAULTS)


def _failed(done: Run) -> Iterator[str]:
    """What was not sent, and what becomes of it."""
    for one in done.failures[:SHOWN]:
        if one.outcome == "unreachable":
            yield f"nothing could be handed over ({one.said}): everything keeps its place until the next run"
        elif one.suppressed:
            yield (
                f"{one.recipient} was refused for good ({one.said}): nothing more is sent there "
                f"until `normwatch alerts readmit {one.recipient}`; who has another address now is a recipient with "
                f'formerly = ["{one.recipient}"]'
            )
        elif one.state == "rejected":
            yield (
                f"message {one.message} to {one.recipient} was refused ({one.said}): it is not tried again "
                f"unless by `normwatch alerts resend {one.message}`"
            )
        elif one.state == "held":
            yield (
                f"message {one.message} to {one.recipient} is held ({one.said}): look at it, "
                f"then `normwatch alerts resend {one.message}`"
            )
        elif one.outcome == "unanswered":
            yield f"{one.recipient}: no answer came ({one.said}); it may have arrived, and is sent once more later"
        else:
            yield f"{one.recipient} was put off ({one.said}): tried again later"
    if len(done.failures) > SHOWN:
        yield f"and {len(done.failures) - SHOWN} more: `normwatch alerts log`"


@app.command()
def report(config: ConfigOption = None, json: JsonOption = False) -> None:
    """The operators' report on the last week up to now, as they would get it; nothing is sent."""
    from datetime import timedelta  # noqa: PLC0415

    from alerts import weekly  # noqa: PLC0415
    from alerts.cadence import Period  # noqa: PLC0415
    from normwatch import clock  # noqa: PLC0415

    session = Session(config)
    now = clock.now()
    period = Period(now - timedelta(weeks=1), now)
    with session.archive().read() as connection:
        found = weekly.report(connection, [one.name for one in session.config.watchlists], period)
    if json:
        emit(found.as_json())
    else:
        rendered = weekly.render(found)
        say(f"{rendered.subject}\n\n{rendered.text}")


@app.command()
def log(
    recipient: Annotated[str | None, typer.Option(help="This recipient's alone.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="At most so many, the newest first.")] = 50,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """What was sent, to whom, and how each attempt ended."""
    from alerts.outbox import entries  # noqa: PLC0415

    with Session(config).archive().read() as connection:
        found = list(entries(connection, recipient=recipient, limit=limit))
    if json:
        for one in found:
            emit(one)
    else:
        table(
            ((one["id"], one["created_at"], one["recipient"], one["state"], one["subject"]) for one in found),
            ("id", "made", "to", "state", "subject"),
        )


@app.command()
def resend(
    message: Annotated[int, typer.Argument(help="Its id in `alerts log`.")],
    config: ConfigOption = None,
) -> None:
    """Put a message back into the outbox: the same bytes under the same Message-ID."""
    from alerts.outbox import OutboxError  # noqa: PLC0415
    from alerts.outbox import resend as put_back  # noqa: PLC0415
    from normwatch import clock  # noqa: PLC0415

    try:
        with Session(config).archive().write() as connection:
            state = put_back(connection, message, clock.now())
    except OutboxError as error:
        fail(str(error), 1)
    say(f"message {message} is {state}; `normwatch alerts send` sends it")


@app.command()
def readmit(
    address: Annotated[str, typer.Argument(help="A recipient that `alerts log` shows as suppressed.")],
    config: ConfigOption = None,
) -> None:
    """Send again to a recipient that was refused or unsubscribed: first what was refused, then what has waited."""
    from alerts.sending import lift  # noqa: PLC0415

    with Session(config).archive().write() as connection:
        refused = lift(connection, address.lower())
    if refused is None:
        fail(f"{address} is not suppressed", 1)
    first = f", first the {refused} that {'was' if refused == 1 else 'were'} refused" if refused else ""
    say(f"mail to {address} is tried again by the next `normwatch alerts send`{first}")
    if refused:
        say("if it is refused again, nothing more is sent there, and operators are told")


def watchlists(
    name: Annotated[str | None, typer.Argument(help="This one alone.")] = None,
    try_: Annotated[bool, typer.Option("--try", help="Try it on the archive's changes.")] = False,
    since: SinceOption = None,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """List the watchlists with every value that holds; with --try, what they would have told."""
    from normwatch import clock  # noqa: PLC0415
    from normwatch.trying import try_on  # noqa: PLC0415

    session = Session(config)
    chosen = session.config.watchlists if name is None else [session.watchlist(name)]
    if not try_:
        for one in chosen:
            if json:
                emit(one.resolved())
            else:
                say(one.name)
                table(
                    (
                        (key, _written(value))
                        for key, value in one.resolved().items()
                        if value not in ([], None, "") and key != "name"
                    ),
                    ("  setting", "value"),
                )
        return
    with session.archive().read() as connection:
        for tried in try_on(connection, session.resolver, chosen, clock.now(), archive_time(since)):
            if json:
                emit(tried.as_json())
            else:
                say(f"{tried.name}: {many(tried.matches, 'item')} since {tried.since[:10]}, {tried.per_week} a week")
                for example in tried.examples:
                    why = "; ".join(dict.fromkeys(reason["text"] for reason in example["reasons"]))
                    say(f"  {example['key']}  {example['event']}  {example['title'][:90]}  [{why[:90]}]")


def _written(value: Any) -> str:
    """A setting as people write it: lists without brackets, a recipient with what is its own in parentheses."""
    if isinstance(value, dict):
        first, *own = (_written(one) for one in value.values() if one)
        return f"{first} ({', '.join(own)})" if own else first
    if isinstance(value, list):
        return ", ".join(map(_written, value))
    return str(value).lower() if isinstance(value, bool) else str(value)

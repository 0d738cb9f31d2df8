"""Commands of the site: serving it, and the accounts of those who may see it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from normwatch.cli_reading import ConfigOption, JsonOption
from normwatch.output import emit, fail, note, say, table
from normwatch.session import Session

if TYPE_CHECKING:
    from fastapi import FastAPI

    from web.accounts import Accounts

accounts = typer.Typer(help="Who may log in to the site, and in which role.", no_args_is_help=True)


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen at; else that of the configuration.")] = None,
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Port to listen at; else that of the configuration.")
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Serve the archive's site and API, until stopped. Elsewhere than at this machine only with authentication."""
    import uvicorn  # noqa: PLC0415 - commands start fast

    from web.accounts import AccountError  # noqa: PLC0415
    from web.settings import refusal  # noqa: PLC0415

    session = Session(config)
    settings = session.config.web
    host, port = host or settings.host, port or settings.port
    if why := refusal(settings, host):
        fail(why)
    try:
        app = application(session)
    except AccountError as error:
        fail(str(error))
    say(f"The archive is at http://{f'[{host}]' if ':' in host else host}:{port}/ until this is stopped.")
    uvicorn.run(
        app,
        host=host,
        port=port,
        proxy_headers=False,  # who asks is told by the connection, not by a header that anybody can send
        server_header=False,
        log_config=None,
        access_log=False,
    )


def application(session: Session) -> FastAPI:
    """The site over the archive of a configuration."""
    from alerts.wording import HOSTS  # noqa: PLC0415
    from normwatch import clock  # noqa: PLC0415
    from web.app import create  # noqa: PLC0415
    from web.site import Options  # noqa: PLC0415

    configured = session.config
    options = Options(
        country=configured.country,
        hosts=HOSTS | frozenset(configured.digests.hosts),
        domain=configured.mail.domain,
        public_url=configured.mail.public_url,
    )
    return create(
        session.archive(),
        session.resolver,
        configured.watchlists,
        settings=configured.web,
        clock=clock.now,
        options=options,
    )


@accounts.command("list")
def list_accounts(config: ConfigOption = None, json: JsonOption = False) -> None:
    """Everybody who may log in."""
    from web.accounts import AccountError  # noqa: PLC0415

    try:
        found = _accounts(config).all()
    except AccountError as error:
        fail(str(error))
    if json:
        for one in found:
            emit({"name": one.name, "role": str(one.role)})
    else:
        table(((one.name, one.role) for one in found), ("name", "role"))


@accounts.command()
def add(
    name: Annotated[str, typer.Argument(help="Letters, digits and . _ @ -")],
    role: Annotated[Literal["reader", "expert", "operator"], typer.Option(help="What they may do.")] = "reader",
    password: Annotated[
        str, typer.Option(envvar="NORMWATCH_PASSWORD", help="Asked for if not set.", prompt=True, hide_input=True)
    ] = "",
    config: ConfigOption = None,
) -> None:
    """Make an account, or give it another role and password; who is logged in with it is logged out."""
    from web.accounts import AccountError  # noqa: PLC0415
    from web.settings import Role  # noqa: PLC0415

    try:
        _accounts(config).put(name, Role.named(role), password)
    except (AccountError, OSError) as error:
        fail(str(error))
    note(f"{name} may log in as {role}")


@accounts.command()
def remove(
    name: Annotated[str, typer.Argument(help="As `accounts list` names it.")], config: ConfigOption = None
) -> None:
    """Take an account off; who is logged in with it is out with the next request."""
    from web.accounts import AccountError  # noqa: PLC0415

    try:
        if not _accounts(config).remove(name):
            fail(f"there is no account {name}", 1)
    except (AccountError, OSError) as error:
        fail(str(error))
    note(f"{name} may no longer log in")


def _accounts(config: ConfigOption) -> Accounts:
    from web.accounts import Accounts  # noqa: PLC0415

    path = Session(config).config.web.accounts
    if path is None:
        fail('no file of accounts: set [web] accounts = "accounts" in the configuration')
    return Accounts(path)

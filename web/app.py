"""The application: which pages are open to whom, and how errors are told."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from urllib.parse import quote

import anyio.to_thread
import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.routing import Match

from alerts.watchlists import Watchlist
from organisations import Resolver
from store.archive import Archive
from store.patience import TooLong
from web import api
from web.access import Reader, Refused
from web.accounts import AccountError
from web.headers import LOOPBACK, SafeHeaders
from web.pages import (
    entry,
    exports,
    figures,
    monitoring,
    news,
    organisations,
    places,
    records,
    searching,
    sources,
    watchlists,
)
from web.settings import WebSettings
from web.site import Options, Site
from web.views import page

THREADS = 4
"""Requests served at a time: each holds a connection and its cache, and SQLite answers no faster with more."""
MACHINES = ("/api/", "/export/", "/fetches/", "/metrics")
"""Paths that scripts ask for: they are told to authenticate, not sent to a form."""
_log = structlog.get_logger()


def create(
    archive: Archive,
    resolver: Resolver,
    watched: Sequence[Watchlist],
    *,
    settings: WebSettings,
    clock: Callable[[], datetime],
    options: Options | None = None,
) -> FastAPI:
    """The site and API over one archive; `web.settings.refusal` says where it must not be served."""
    options = options or Options()
    site = Site(archive, resolver, watched, settings=settings, clock=clock, options=options)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
        gc.collect()
        gc.freeze()  # the registry stays: looking through it for garbage would hold up a page for 90 ms now and then
        yield
        site.close()

    app = FastAPI(
        title="Normwatch",
        version="1",
        description="The archive of what is brought to 3GPP, ISO and ITU. Pages go by `cursor`; every answer has an "
        "ETag; accounts authenticate by HTTP Basic.",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=lifespan,
    )
    app.state.site = site
    for module in (
        news,
        searching,
        exports,
        records,
        places,
        organisations,
        figures,
        watchlists,
        sources,
        entry,
        monitoring,
    ):
        app.include_router(module.router, include_in_schema=False)
    app.include_router(api.router)

    @app.get("/api", include_in_schema=False)
    def about_the_api(request: Request, _: Reader) -> Response:
        return page(request, "api.html", schema=app.openapi())

    @app.get("/api/openapi.json", include_in_schema=False)
    def schema(_: Reader) -> JSONResponse:
        return JSONResponse(app.openapi())

    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(HTTPException, _failed)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(AccountError, _no_accounts)
    app.add_exception_handler(OperationalError, _no_archive)
    app.add_exception_handler(TooLong, _too_long)
    app.add_middleware(SafeHeaders, hosts={*LOOPBACK, *settings.hosts}, https=settings.https)
    return app


def _for_machines(request: Request) -> bool:
    path = request.url.path
    return path.startswith(MACHINES) or path.endswith((".atom", ".ics", ".csv"))


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)  # noqa: S101 - it is what this handles
    headers = {"Retry-After": str(error.wait)} if error.wait else {}
    if _for_machines(request):
        if error.status == 401:
            headers["WWW-Authenticate"] = 'Basic realm="Normwatch", charset="UTF-8"'
        return JSONResponse({"detail": error.why}, error.status, headers)
    site: Site = request.app.state.site
    if error.status == 401 and site.accounts is not None:
        asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        back = asked if request.method == "GET" else "/"
        return RedirectResponse(f"/login?next={quote(back, safe='')}", 303)
    return _told(request, error.status, error.why, headers)


def _failed(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers["Allow"] = ", ".join(_allowed(request))
    return _told(request, error.status_code, str(error.detail), headers)


def _allowed(request: Request) -> list[str]:
    """The methods of an address: the router names those of the first route alone."""
    return [
        method
        for method in ("GET", "POST")
        if any(route.matches({**request.scope, "method": method})[0] is Match.FULL for route in request.app.routes)
    ]


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    problems = [{"where": ".".join(map(str, one["loc"])), "message": one["msg"]} for one in error.errors()]
    if _for_machines(request):
        return JSONResponse({"detail": problems}, 422)
    said = "; ".join(f"{one['where'].partition('.')[2]}: {one['message']}" for one in problems)
    return _told(request, 422, said)


def _no_accounts(request: Request, error: Exception) -> Response:
    _log.error("accounts cannot be read", why=str(error))
    return _told(request, 503, "The accounts cannot be read.")


def _no_archive(request: Request, error: Exception) -> Response:
    """Damaged, out of reach, or, where something is to be written, read-only or busy for too long."""
    assert isinstance(error, OperationalError)  # noqa: S101
    _log.error("the archive cannot be used", why=str(error.orig))
    return _told(request, 503, "The archive cannot be read, or not be written to.")


def _too_long(request: Request, error: Exception) -> Response:
    _log.warning("a question was given up", path=request.url.path, why=str(error))
    why = f"The archive gave {error}, and the question was given up. Ask for less: a group, a meeting, some years."
    return _told(request, 503, why)


def _told(request: Request, status: int, why: str, headers: dict[str, Any] | None = None) -> Response:
    if _for_machines(request):
        return JSONResponse({"detail": why}, status, headers)
    answer = page(request, "error.html", status=status, code=status, why=why)
    answer.headers.update(headers or {})
    return answer

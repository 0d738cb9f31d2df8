"""What is open to everybody: logging in and out, leaving the alerts, the style sheet, and whether the site is well."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from sqlalchemy import select
from starlette.exceptions import HTTPException
from starlette.requests import Request

from alerts import tables
from alerts.sending import unsubscribe
from web.access import Reader, Refused, address_of, cookie_name, log_in, own_form, require_own_origin, visitor_of
from web.site import site_of
from web.views import STYLE, page

_message = tables.Message.__table__  # type: ignore[attr-defined]
_suppression = tables.Suppression.__table__  # type: ignore[attr-defined]
router = APIRouter()


@router.get("/site.css")
def style() -> Response:
    """The style sheet; its address changes when it does."""
    return Response(STYLE, media_type="text/css", headers={"Cache-Control": "public, max-age=31536000, immutable"})


@router.get("/robots.txt")
def robots() -> PlainTextResponse:
    """Nothing here is for search engines."""
    return PlainTextResponse("User-agent: *\nDisallow: /\n")


@router.get("/login", response_class=HTMLResponse)
def login(request: Request, next: Annotated[str, Query(max_length=4000)] = "/") -> Response:  # noqa: A002
    """The form."""
    site = site_of(request)
    if site.accounts is None or visitor_of(request) is not None:
        return RedirectResponse(_inside(next), 303)
    return page(request, "login.html", next=_inside(next), why="")


@router.post("/login", response_class=HTMLResponse)
def enter(
    request: Request,
    name: Annotated[str, Form(max_length=100)] = "",
    password: Annotated[str, Form(max_length=2000)] = "",
    next: Annotated[str, Form(max_length=4000)] = "/",  # noqa: A002
) -> Response:
    """Log in."""
    site = site_of(request)
    require_own_origin(request)
    try:
        account = log_in(site, address_of(request), name, password)
    except Refused as refused:
        answer = page(request, "login.html", status=429, next=_inside(next), why=refused.why)
        answer.headers["Retry-After"] = str(refused.wait)
        return answer
    if account is None:
        return page(request, "login.html", status=401, next=_inside(next), why="name or password is wrong")
    inside = RedirectResponse(_inside(next), 303)
    inside.set_cookie(
        cookie_name(site), site.sessions.begin(account), httponly=True, samesite="lax", secure=site.settings.https
    )
    return inside


@router.post("/logout", dependencies=[Depends(own_form)])
def leave(request: Request, visitor: Reader) -> RedirectResponse:
    """Log out."""
    site = site_of(request)
    if visitor.token is not None:
        site.sessions.end(visitor.token)
    answer = RedirectResponse("/", 303)
    answer.delete_cookie(cookie_name(site), httponly=True, samesite="lax", secure=site.settings.https)
    return answer


@router.get("/unsubscribe/{token}", response_class=HTMLResponse)
def ask(request: Request, token: str) -> HTMLResponse:
    """Asks whether to stop; changes nothing, since mail scanners follow links."""
    with site_of(request).read() as connection:
        query = select(_message.c.recipient, _suppression.c.recipient.label("stopped")).where(
            _message.c.unsubscribe_token == token
        )
        joined = query.outerjoin_from(_message, _suppression, _suppression.c.recipient == _message.c.recipient)
        found = connection.execute(joined).first()
    if found is None:
        raise HTTPException(404, "This link was never given out: copy the whole of it from the message.")
    return page(request, "unsubscribe.html", recipient=found.recipient, done=found.stopped is not None)


@router.post("/unsubscribe/{token}", response_class=HTMLResponse)
def stop(request: Request, token: str) -> HTMLResponse:
    """Sends nothing more to this recipient; also what a mail program's own button asks for (RFC 8058), unasked."""
    site = site_of(request)
    with site.archive.write() as connection:
        recipient = unsubscribe(connection, token, site.clock())
    if recipient is None:
        raise HTTPException(404, "This link was never given out: copy the whole of it from the message.")
    return page(request, "unsubscribe.html", recipient=recipient, done=True)


def _inside(path: str) -> str:
    """A path of this site to go on to; the front page for anything that leads out of it."""
    fits = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if fits else "/"

"""Who is asking, and whether they may: log-in, proxy or this machine; roles; forms that nobody else can send."""

from __future__ import annotations

import binascii
import hmac
import ipaddress
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Form
from starlette.requests import Request

from web.accounts import Account
from web.settings import Role
from web.site import Site, site_of

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


class Refused(Exception):
    """The request is not served: 401 where logging in could help, 403 where not, 429 where waiting would."""

    def __init__(self, status: int, why: str, wait: int | None = None) -> None:
        super().__init__(why)
        self.status = status
        self.why = why
        self.wait = wait
        """Seconds."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody whom the site knows."""

    name: str
    role: Role
    form_token: str
    """Goes with every form of theirs."""
    token: str | None = None
    """Of their session, if they logged in."""


def cookie_name(site: Site) -> str:
    """The session cookie's: browsers take a `__Host-` one only over https, for this host alone."""
    return "__Host-normwatch" if site.settings.https else "normwatch"


def visitor_of(request: Request) -> Visitor | None:
    """Who is asking; None for somebody the site does not know. Raises Refused."""
    site = site_of(request)
    if site.settings.proxy_header is not None:
        return _by_proxy(request, site, site.settings.proxy_header)
    if site.accounts is None:
        return _visitor(site, "local", Role.OPERATOR)
    token = request.cookies.get(cookie_name(site))
    if token is not None:
        account = site.sessions.account(token, site.accounts.get)
        return _visitor(site, account.name, account.role, token) if account else None
    account = _by_password(request, site)
    return _visitor(site, account.name, account.role) if account else None


def _by_proxy(request: Request, site: Site, header: str) -> Visitor | None:
    sent = request.headers.getlist(header)
    if not _from_proxy(peer_of(request), site.settings.proxy_addresses) or len(sent) != 1:
        return None
    name = sent[0].strip()
    if not name or len(name) > 200 or not name.isprintable():
        return None
    role = site.settings.roles.get(name, site.settings.default_role)
    return _visitor(site, name, Role.named(role))


def _from_proxy(address: str, trusted: tuple[str, ...]) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(found in ipaddress.ip_network(one) for one in trusted)


def _by_password(request: Request, site: Site) -> Account | None:
    """By HTTP Basic, for scripts and feed readers."""
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, _, password = b64decode(given, validate=True).decode("utf-8").partition(":")
    except (binascii.Error, ValueError):
        return None
    return log_in(site, address_of(request), name, password, remembered=True)


def log_in(site: Site, address: str, name: str, password: str, *, remembered: bool = False) -> Account | None:
    """The account, if name and password are right. Raises Refused where they were wrong too often."""
    name = name[:100]
    if wait := site.throttle.wait(address, name):
        seconds = max(1, int(wait.total_seconds()))
        raise Refused(429, f"too many failed log-ins: try again in {-(-seconds // 60)} minutes", seconds)
    account = site.accounts.verify(name, password, remembered=remembered) if site.accounts else None
    if account is None:
        site.throttle.failed(address, name)
    else:
        site.throttle.succeeded(address, name)
    return account


def peer_of(request: Request) -> str:
    """Who is connected: the proxy, if one is before the site."""
    return request.client.host if request.client else ""


def address_of(request: Request) -> str:
    """Where a request comes from, as far as a proxy that is trusted says so."""
    settings = site_of(request).settings
    peer = peer_of(request)
    if settings.forwarded_header is None or not _from_proxy(peer, settings.proxy_addresses):
        return peer
    said = ",".join(request.headers.getlist(settings.forwarded_header)).rpartition(",")[2].strip()
    try:
        return str(ipaddress.ip_address(said))  # the last is what our own proxy saw; those before it anybody can send
    except ValueError:
        return peer


def _visitor(site: Site, name: str, role: Role, token: str | None = None) -> Visitor:
    signed = hmac.digest(site.key, f"{token or ''}\0{name}".encode(), "sha256").hex()
    return Visitor(name, role, signed, token)


def needs(role: Role) -> Callable[[Request], Visitor]:
    """A dependency: the visitor, who has this role. Whatever changes something must come from our own pages."""

    def visitor(request: Request) -> Visitor:
        found = visitor_of(request)
        if found is None:
            raise Refused(401, "log in first")
        if found.role < role:
            raise Refused(403, f"this is for the role {role}; {found.name} has the role {found.role}")
        if request.method not in SAFE_METHODS:
            require_own_origin(request)
        request.state.visitor = found
        return found

    return visitor


def require_own_origin(request: Request) -> None:
    """Raise Refused for what a browser sends on behalf of another site's page."""
    fetched = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if fetched is not None and fetched not in ("same-origin", "none"):
        raise Refused(403, "this came from another site's page")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("Host"):
        raise Refused(403, "this came from another site's page")


Reader = Annotated[Visitor, Depends(needs(Role.READER))]
Expert = Annotated[Visitor, Depends(needs(Role.EXPERT))]
Operator = Annotated[Visitor, Depends(needs(Role.OPERATOR))]


def own_form(request: Request, form_token: Annotated[str, Form()] = "") -> None:
    """A dependency: the form comes from a page that was made for this visitor."""
    visitor = visitor_of(request)
    if visitor is None:
        raise Refused(401, "log in first")
    if not hmac.compare_digest(form_token.encode(), visitor.form_token.encode()):
        raise Refused(403, "this form is out of date: go back, load the page again and send it once more")

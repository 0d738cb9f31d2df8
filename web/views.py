"""Pages from templates: every text is escaped, made one line, and cleared of characters that turn or hide others."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape
from starlette.requests import Request

from alerts.wording import plain, safe_link, stage
from organisations import Resolver
from store.times import moment
from web.access import Visitor
from web.charts import cells, headings, marker, newest_first, number
from web.settings import Role
from web.site import site_of

TEMPLATES = Path(__file__).parent.parent / "templates" / "web"
STYLE = (TEMPLATES / "site.css").read_bytes()
STYLE_VERSION = hashlib.sha256(STYLE).hexdigest()[:12]


def page(request: Request, template: str, *, status: int = 200, **words: Any) -> HTMLResponse:
    """A page of the site, for whoever asks."""
    visitor: Visitor | None = getattr(request.state, "visitor", None)
    made = _ENVIRONMENT.get_template(template).render(
        words
        | {
            "request": request,
            "site": site_of(request),
            "visitor": visitor,
            "can_assess": visitor is not None and visitor.role >= Role.EXPERT,
            "can_operate": visitor is not None and visitor.role >= Role.OPERATOR,
            "can_leave": visitor is not None and visitor.token is not None,
            "style": STYLE_VERSION,
        }
    )
    return HTMLResponse(made, status)


def record_path(body: str, record: str, key: str) -> str:
    """Where a record has its page."""
    return f"/records/{quote(body, safe='')}/{record}/{quote(key, safe='')}"


def address(path: str, given: Mapping[str, Any], **changed: Any) -> str:
    """A path with a query of what is not empty."""
    words = {name: value for name, value in {**given, **changed}.items() if value not in (None, "", False)}
    return f"{path}?{urlencode(words)}" if words else path


def organisation_ids(resolver: Resolver) -> dict[str, str]:
    """By name in the registry, the id under which an organisation has its page."""
    return {one.name: one.id for one in resolver.registry.organisations.values()}


def _when(text: str | None) -> str:
    """`21 Nov 2026, 06:10 UTC` for one of our own stamps; a listing's local time without a zone; a date as it is."""
    if not text:
        return ""
    try:
        if len(text) <= 10:
            found = date.fromisoformat(text)
            return f"{found.day} {found:%b %Y}"
        then = moment(text)
    except ValueError:
        return plain(text, 40)
    zone = " UTC" if text.endswith("Z") else ""
    return f"{then.day} {then:%b %Y, %H:%M}{zone}"


def _day(text: str | None) -> str:
    return _when(text[:10]) if text else ""


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.1f} %"


@pass_context
def _outside(context: Context, url: str | None) -> str | None:
    """The address, if pages may link to its host."""
    return safe_link(url, context["site"].options.hosts)


def _code(text: str) -> Markup:
    """A docstring's words, what stands between backticks as code."""
    parts = (escape(part) for part in text.split("`"))
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if odd % 2 else part for odd, part in enumerate(parts)
    )


def _path(one: Mapping[str, Any]) -> str:
    return record_path(one["body"], one["record"], one["key"])


def _label(one: Mapping[str, Any]) -> str:
    """What a reader calls a record."""
    named = one.get("reference") or one.get("name") or (one["group"] if one["record"] == "committee" else one["key"])
    return plain(str(named), 80)


def _names(organisations: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Who is named, each once, the watched country's first in the eye."""
    found: dict[str, dict[str, Any]] = {}
    for one in organisations:
        if one["role"] != "provenance":
            found.setdefault(
                one["as_written"],
                {
                    "text": plain(one["as_written"], 80),
                    "name": one["name"],
                    "watched": one["chinese"] in ("yes", "mixed"),
                    "known": one["name"] is not None,
                    "role": None if one["role"] in ("source", "group") else one["role"],
                },
            )
    return list(found.values())


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "code": _code,
        "day": _day,
        "label": _label,
        "named": _names,
        "number": number,
        "outside": _outside,
        "path": _path,
        "percent": _percent,
        "plain": plain,
        "quoted": lambda text: quote(text, safe=""),
        "stage": stage,
        "when": _when,
    }
    environment.globals |= {
        "address": address,
        "cells": cells,
        "headings": headings,
        "marker": marker,
        "newest_first": newest_first,
        "record_path": record_path,
    }
    return environment


_ENVIRONMENT = _environment()

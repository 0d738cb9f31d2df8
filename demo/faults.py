"""What can go wrong at a body's server, on purpose: each kind of fault turns a good answer into a bad one."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from demo.resource import MARK, Resource, Shape, etag

MIB = 1 << 20
LONGEST_WAIT = 10.0
"""Seconds that a slow answer takes at most: tests must not hang."""


@dataclass
class Answer:
    """One HTTP answer. `length` is what Content-Length says, where that differs from the truth."""

    status: int
    body: bytes | Iterator[bytes] = b""
    headers: dict[str, str] = field(default_factory=dict)
    length: int | None = None
    wait: float = 0.0


@dataclass
class Fault:
    """A fault at a host, or under a `host/path` prefix. `times` counts down; None is for ever."""

    where: str
    kind: str
    times: int | None
    params: Mapping[str, Any]

    def meets(self, host: str, target: str) -> bool:
        """Whether a request runs into it."""
        if self.kind == "robots" and target != "/robots.txt":
            return False
        return self.times != 0 and f"{host}{target}".startswith(self.where)

    def answer(self, resource: Resource | None, url: str) -> Answer:
        """The spoilt answer for a resource; `resource` is None where the replica has nothing under that URL."""
        if self.times is not None:
            self.times -= 1
        return KINDS[self.kind](resource, url, **self.params)


def _html(title: str, body: str) -> Answer:
    page = f"<!DOCTYPE html><html><head><title>{title}</title></head><body><!-- {MARK} -->{body}</body></html>"
    return Answer(200, page.encode(), {"Content-Type": "text/html; charset=utf-8"})


def _status(_: Resource | None, __: str, *, code: int, retry_after: int | str | None = None) -> Answer:
    answer = _html(f"{code}", f"<h1>Error {code}</h1>")
    answer.status = code
    if retry_after is not None:
        answer.headers["Retry-After"] = str(retry_after)
    return answer


def _login(_: Resource | None, __: str) -> Answer:
    form = (
        '<form method="post" action="/login.aspx">User <input name="user"> Password <input type="password" name="pw">'
    )
    return _html("Log in", f"<h1>Log in</h1><p>You must log in to see this page.</p>{form}</form>")


def _block(_: Resource | None, __: str) -> Answer:
    return _html("Just a moment...", '<h1>Verify you are human</h1><div id="captcha">Complete the captcha.</div>')


def _empty(resource: Resource | None, _: str) -> Answer:
    return Answer(200, b"", _type_of(resource))


def _cut(resource: Resource | None, _: str, *, share: float = 0.5) -> Answer:
    body = _body_of(resource)
    return Answer(200, body[: int(len(body) * share)], _type_of(resource), length=len(body))


def _short(resource: Resource | None, _: str, *, share: float = 0.5) -> Answer:
    body = _body_of(resource)
    return Answer(200, body[: int(len(body) * share)], _type_of(resource))


def _slow(resource: Resource | None, _: str, *, seconds: float = 1.0) -> Answer:
    return Answer(200, _body_of(resource), _type_of(resource), wait=min(seconds, LONGEST_WAIT))


def _redirect(_: Resource | None, __: str, *, to: str = "https://login.example.invalid/", code: int = 302) -> Answer:
    return Answer(code, b"", {"Location": to})


def _loop(_: Resource | None, url: str) -> Answer:
    return Answer(302, b"", {"Location": url})


def _huge(resource: Resource | None, _: str, *, size: int = 64 * MIB) -> Answer:
    chunks = (b" " * min(MIB, size - start) for start in range(0, size, MIB))
    return Answer(200, chunks, _type_of(resource), length=size)


def _bomb(resource: Resource | None, _: str, *, size: int = 256 * MIB) -> Answer:
    return Answer(200, _zeros(size), _type_of(resource) | {"Content-Encoding": "gzip"})


@cache
def _zeros(size: int) -> bytes:
    return gzip.compress(bytes(size), compresslevel=6, mtime=0)


def _workbook_bomb(resource: Resource | None, _: str, *, size: int = 257 * MIB) -> Answer:
    return Answer(
        200, _rewritten(_body_of(resource), lambda sheet: sheet + b" " * (size - len(sheet))), _type_of(resource)
    )


def _far_cell(resource: Resource | None, _: str) -> Answer:
    far = b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>far</t></is></c></row></sheetData>'
    body = _rewritten(_body_of(resource), lambda sheet: sheet.replace(b"</sheetData>", far))
    return Answer(200, body, _type_of(resource))


def _rewritten(workbook: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """The workbook with its first sheet changed."""
    packed = BytesIO()
    with ZipFile(BytesIO(workbook)) as before, ZipFile(packed, "w", ZIP_DEFLATED, compresslevel=1) as after:
        for name in before.namelist():
            part = before.read(name)
            after.writestr(name, change(part) if name == "xl/worksheets/sheet1.xml" else part)
    return packed.getvalue()


def _html_instead(resource: Resource | None, _: str) -> Answer:
    answer = _html("Runtime Error", "<h1>Server Error in '/ngppapp' Application.</h1>")
    answer.headers = _type_of(resource)
    return answer


def _robots(
    _: Resource | None, __: str, *, disallow: str = "", crawl_delay: float | None = None, status: int = 200
) -> Answer:
    lines = ["User-agent: *", f"Disallow: {disallow}"]
    if crawl_delay is not None:
        lines.append(f"Crawl-delay: {crawl_delay:g}")
    return Answer(status, "\n".join(lines).encode() + b"\n", {"Content-Type": "text/plain"})


def _redrawn(shape: Callable[..., Shape]) -> Callable[..., Answer]:
    def fault(resource: Resource | None, _: str, **params: Any) -> Answer:
        if resource is None:
            return Answer(404)
        body = resource.draw(shape(**params))
        return Answer(200, body, _type_of(resource) | {"ETag": etag(body, weak=resource.weak)})

    return fault


def _renamed(*, old: str, new: str) -> Shape:
    return Shape(renamed={old: new})


def _pushed_down(*, rows: int = 2) -> Shape:
    return Shape(pushed_down=rows)


def _body_of(resource: Resource | None) -> bytes:
    return b"" if resource is None else resource.body


def _type_of(resource: Resource | None) -> dict[str, str]:
    return {} if resource is None else {"Content-Type": resource.content_type} | dict(resource.headers)


KINDS: dict[str, Callable[..., Answer]] = {
    "status": _status,
    "login": _login,
    "block": _block,
    "empty": _empty,
    "cut": _cut,
    "short": _short,
    "half": _redrawn(lambda share=0.5: Shape(share=share)),
    "no-rows": _redrawn(lambda: Shape(share=0.0)),
    "renamed-column": _redrawn(_renamed),
    "header-down": _redrawn(_pushed_down),
    "slow": _slow,
    "redirect": _redirect,
    "loop": _loop,
    "huge": _huge,
    "bomb": _bomb,
    "workbook-bomb": _workbook_bomb,
    "far-cell": _far_cell,
    "html": _html_instead,
    "robots": _robots,
}
"""Kind of fault -> the bad answer it makes. Parameters are each function's keywords."""

"""What the replica serves: resources that can be drawn as the body draws them or spoilt, gathered into sites."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, TypeVar
from urllib.parse import parse_qsl, unquote, urlencode

MARK = "Invented listing of the Normwatch demo: nothing here was published by 3GPP, ISO or ITU"
"""Stands in every page, file and workbook that has a place for it."""

T = TypeVar("T")


@dataclass(frozen=True)
class Shape:
    """How a listing is drawn. The default is the body's own way; faults draw it otherwise."""

    share: float = 1.0
    """Part of the rows that is kept, from the top. Totals that the page states stay those of the whole."""
    renamed: Mapping[str, str] = field(default_factory=dict)
    """Column headers, XML elements or JSON keys that are called something else."""
    pushed_down: int = 0
    """Rows of text above the header row."""

    def rows(self, rows: Sequence[T]) -> Sequence[T]:
        """The rows that are kept."""
        return rows[: math.ceil(len(rows) * self.share)]

    def name(self, header: str) -> str:
        """What a column is called."""
        return self.renamed.get(header, header)


AS_PUBLISHED = Shape()


@dataclass(frozen=True)
class Resource:
    """One URL's content on one day."""

    content_type: str
    draw: Callable[[Shape], bytes]
    headers: tuple[tuple[str, str], ...] = ()
    validators: Literal["both", "etag", "date"] = "both"
    """Which validators the body's server sends: ETag and Last-Modified, or one of them."""
    weak: bool = False

    @cached_property
    def body(self) -> bytes:
        """The content as published."""
        return self.draw(AS_PUBLISHED)

    @property
    def etag(self) -> str:
        """A validator that changes with the content and with nothing else."""
        return etag(self.body, weak=self.weak)


def etag(body: bytes, *, weak: bool) -> str:
    """An entity tag in the short hexadecimal form of IIS and Azure."""
    tag = '"0x8D' + hashlib.sha256(body).hexdigest()[:11].upper() + '"'
    return f"W/{tag}" if weak else tag


def text(content_type: str, body: str, encoding: str = "utf-8") -> Resource:
    """A page that no fault redraws."""
    return Resource(content_type, lambda _: body.encode(encoding))


@dataclass(frozen=True)
class Site:
    """One host: its resources by request target, and how its server behaves."""

    server: str
    resources: Mapping[str, Resource]
    missing: Resource
    """The body of its 404 answers."""
    headers: tuple[tuple[str, str], ...] = ()
    ignores_case: bool = False
    """True for the Windows servers of 3GPP and ITU."""

    def find(self, target: str) -> tuple[str, Resource] | None:
        """The resource behind a request target and its canonical target, or None."""
        key = canonical(target, ignore_case=self.ignores_case)
        name = self._index.get(key)
        return None if name is None else (name, self.resources[name])

    @cached_property
    def _index(self) -> dict[str, str]:
        return {canonical(name, ignore_case=self.ignores_case): name for name in self.resources}


def canonical(target: str, *, ignore_case: bool) -> str:
    """One spelling for targets that a server takes for the same: `%23` and case, slashes, order of the query."""
    path, _, query = target.partition("?")
    path = "/" + "/".join(part for part in unquote(path).replace("\\", "/").split("/") if part)
    pairs = sorted(pair for pair in parse_qsl(query, keep_blank_values=True) if pair[0].lower() != "sortby")
    key = path + ("?" + urlencode(pairs) if pairs else "")
    return key.lower() if ignore_case else key

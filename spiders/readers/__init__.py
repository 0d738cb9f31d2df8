"""Readers of the public listings, one listing kind (or layout) a module. `read` picks the one for a kind."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spiders.rows import Context, Reading

MODULES = {
    "3gpp.meetings": "threegpp_meetings",
    "3gpp.tdocs": "threegpp_tdocs",
    "iso.committees": "iso_committees",
    "iso.projects": "iso_projects",
    "iso.registers": "iso_registers",
    "itu.meetings": "itu_meetings",
    "itu.documents": "itu_documents",
}
"""The module that reads each kind; each has `read(content, context) -> Reading`."""

RECOGNISING = frozenset({"iso.projects"})
"""Kinds whose reader leaves out the rows that the context knows."""


def read(kind: str, content: bytes, context: Context) -> Reading:
    """Read a listing of `kind`.

    Raises `spiders.rows.NotThisListing` if the file as a whole is not of that kind, KeyError for an unknown kind.
    """
    module = import_module(f"spiders.readers.{MODULES[kind]}")
    reading: Reading = module.read(content, context)
    return reading

"""Which fields a record has, and how a row's are compared with the archive's."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from sqlalchemy import Table

from store import tables


def _table(model: Any) -> Table:
    table: Table = model.__table__
    return table


RECORD = _table(tables.Record)
TABLES = {
    "meeting": _table(tables.Meeting),
    "contribution": _table(tables.Contribution),
    "project": _table(tables.Project),
    "committee": _table(tables.Committee),
}
"""The table of each record's own columns."""

_COMMON = ("group", "title", "url")
_OURS = ("record_id", "source_text_id", "supplements")
UNTOLD = frozenset({"flags", "secretariat_id"})
"""Fields without a history of their own: derived by the reader, or told through another."""


@dataclass(frozen=True)
class Fields:
    """The fields of one record: those of `record` that a listing gives, then those of its own table."""

    record: str
    own: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """All of them, in the order in which `values` and `columns` give them."""
        return (*_COMMON, *self.own)

    @property
    def columns(self) -> list[Any]:
        """The columns to select, in the order of `names`."""
        own = TABLES[self.record].c
        return [RECORD.c.group_name, RECORD.c.title, RECORD.c.url, *(own[name] for name in self.own)]

    def told(self, name: str) -> bool:
        """Whether a change of this field is written to the history."""
        return name not in UNTOLD


FIELDS = {
    record: Fields(record, tuple(column.name for column in table.c if column.name not in _OURS))
    for record, table in TABLES.items()
}
VALUES = {record: attrgetter(*fields.names) for record, fields in FIELDS.items()}
"""By record, a row's values as a tuple in the order of `Fields.names`."""
OWN_VALUES = {record: attrgetter(*fields.own) for record, fields in FIELDS.items()}
"""By record, the values of its own table alone, in the order of `Fields.own`."""

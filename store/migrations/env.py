"""Alembic's entry point: migrates the connection that `Archive.upgrade` hands over."""

from __future__ import annotations

from typing import Any

from alembic import context
from alembic.util import CommandError

from store.tables import metadata


def include_object(_object: Any, name: str | None, type_: str, _reflected: bool, _compare_to: Any) -> bool:
    """Leave the full-text tables, which no model describes, out of comparisons."""
    return not (type_ == "table" and name is not None and name.startswith("search"))


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=True,
    include_object=include_object,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
    if connection.dialect.name == "sqlite":  # references are not checked meanwhile: see `Archive.upgrade`
        for table, _, other, _ in connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(1):
            raise CommandError(f"the migration would leave a row of {table} that refers to none of {other}")
connection.commit()

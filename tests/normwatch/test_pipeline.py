"""Tests of the one way data flows, where it is not as straight as it looks."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text

from normwatch.pipeline import Pipeline
from organisations import Registry, Resolver
from spiders.items import Read
from spiders.readers import read
from spiders.readers.iso_projects import READ
from spiders.rows import Context
from store.archive import Archive
from store.incoming import Visit

KIND = "iso.projects"


def file(*stages: int) -> bytes:
    record = dict.fromkeys(READ) | {"reference": "ISO 1"}
    lines = (record | {"id": number, "currentStage": stage} for number, stage in enumerate(stages, 1))
    return "".join(json.dumps(line) + "\n" for line in lines).encode()


def test_rows_that_another_process_changed_meanwhile_are_read_again(
    new_archive: Callable[[Path], Archive], tmp_path: Path
) -> None:
    pipeline = Pipeline(new_archive(tmp_path / "a.sqlite"), Resolver(Registry.load()), [])

    def item(content: bytes) -> Read:
        known = pipeline.rows_of(KIND, KIND)
        context = Context(known=known.keys)
        at = datetime(2026, 11, 20, tzinfo=UTC)
        visit = Visit(KIND, KIND, "ISO", "https://www.iso.org/x", at, content=content)
        return Read(visit, read(KIND, content, context), context, known.as_of)

    pipeline.take(item(file(2000, 2000)))
    slow = item(file(2000, 2000, 2000))
    assert list(slow.reading.same) == ["1", "2"]
    pipeline.take(item(file(6060, 2000)))
    assert pipeline.take(slow).changed == 1
    with pipeline.archive.read() as connection:
        stages = connection.execute(text("SELECT stage FROM project ORDER BY record_id")).scalars().all()
    assert stages == ["20.00", "20.00", "20.00"]
    pipeline.archive.close()

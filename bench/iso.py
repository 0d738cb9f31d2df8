"""ISO's deliverables of one day compared with those of the day before, beside parsing the same lines.

81,323 invented lines in the published form, of which 61 change and 20 are new: what a day brings.
"""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.lines import Line, its_peak_mb, seconds
from normwatch.pipeline import Pipeline
from organisations import Registry, Resolver
from spiders.items import Read
from spiders.readers import read
from spiders.rows import Context
from store.archive import Archive
from store.incoming import Visit

COUNT = 81_323
STAGES = (6060, 9093, 9599, 9092, 2000, 2098, 4020, 1020)
NOW = datetime(2026, 11, 20, tzinfo=UTC)


def deliverables(day: int, count: int = COUNT) -> bytes:
    """The file of a day, about 1 kB a line as the real one."""
    rng = random.Random(2026)  # noqa: S311 - figures that come out the same again
    made = []
    for number in range(count + 20 * day):
        stage = STAGES[rng.randrange(len(STAGES))]
        if day and number % (count // 60) == 7:
            stage = 3020
        scope = " ".join(f"word{rng.randrange(4000)}" for _ in range(60))
        made.append(
            {
                "id": 1000 + number,
                "deliverableType": "IS",
                "supplementType": None,
                "reference": f"ISO {number}:2020",
                "title": {"en": f"Invented title {number} of a standard", "fr": f"Titre inventé {number}"},
                "publicationDate": None,
                "edition": 1,
                "icsCode": ["35.020"],
                "ownerCommittee": f"ISO/TC {number % 300}",
                "currentStage": stage,
                "replaces": None,
                "replacedBy": None,
                "languages": ["en"],
                "pages": {"en": 9},
                "scope": {"en": f"<p>{scope}</p>"},
            }
        )
    return "\n".join(json.dumps(one, ensure_ascii=False) for one in made).encode()


def lines() -> Iterator[Line]:
    """The second day, read and compared."""
    first, second = deliverables(0), deliverables(1)
    limit = seconds(lambda: [json.loads(line) for line in second.splitlines()], 2)
    resolver = Resolver(Registry.load())
    with tempfile.TemporaryDirectory() as folder:
        archive = Archive.open(f"sqlite:///{folder}/archive.sqlite", create=True)
        pipeline = Pipeline(archive, resolver, [])

        def take(content: bytes, day: int) -> None:
            visit = Visit(
                "iso.projects",
                "iso.projects",
                "ISO",
                "file:bench",
                NOW + timedelta(days=day),
                content=content,
            )
            known = pipeline.rows_of(visit.kind, visit.listing)
            context = Context(known=known.keys)
            pipeline.take(Read(visit, read("iso.projects", content, context), context, known.as_of))

        take(first, 0)
        ours = seconds(lambda: take(second, 1))
    against = f"json.loads of the lines: {limit:.2f} s"
    yield Line("ISO's deliverables against the day before", against, ours, ours / limit, 3.0, f"{COUNT:,} lines")
    yield _memory(first, second)


def _memory(first: bytes, second: bytes) -> Line:
    """Of the whole command that takes in the second day."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "config.toml").write_text(f'[archive]\nurl = "sqlite:///{folder}/archive.sqlite"\n', encoding="utf-8")
        taken = []
        for day, content in enumerate((first, second)):
            path = folder / f"{day}.jsonl"
            path.write_bytes(content)
            command = ["-m", "normwatch", "import", "iso.projects", str(path), "--config", f"{folder}/config.toml"]
            taken.append(its_peak_mb(command))
    note = f"a file of {len(second) >> 20} MB; the first time {taken[0]:.0f} MB"
    return Line("its memory, MB", "300 MB", taken[1], taken[1] / 300, 1.0, note)

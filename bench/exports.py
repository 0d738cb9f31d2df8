"""An export of all contributions, and the memory it took: `python -m bench.exports SQLITE_FILE FORMAT`."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

from bench.lines import peak_mb
from organisations import Registry, Resolver
from store.archive import Archive
from store.conditions import Wanted
from store.export import export
from store.reading import Asking, columns
from store.selection import records

LIMIT_MB = 300


def main() -> None:
    """Write the export once, and tell."""
    path, form = sys.argv[1:]
    archive = Archive.open(f"sqlite:///{path}")
    asking = Asking(Resolver(Registry.load()))
    with tempfile.TemporaryDirectory(dir=Path(path).parent) as folder, archive.read() as connection:
        start = time.process_time()
        found = records(connection, Wanted(record="contribution"), asking)
        count = export(found, form, Path(folder) / f"all.{form}", columns=columns(["contribution"]))
        taken = time.process_time() - start
    used = peak_mb()
    what = f"export as {form}: memory at most, MB"
    note = f"{count:,} rows in {taken:.0f} s of processor time"
    print(json.dumps([what, f"{LIMIT_MB} MB", used, used / LIMIT_MB, 1.0, note]))


if __name__ == "__main__":
    main()

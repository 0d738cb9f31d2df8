"""How fast an archive answers, and how much memory it takes: the captures', and one of a million invented documents.

    python -m bench.archive FOLDER [COUNT]     makes what is missing of both archives in FOLDER first

Prints limit, ours, ratio and goal, and says which goals are missed. Every archive is served and every export written by
a process of its own, so that its memory is its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

from bench.backfill import LISTS, NOW
from bench.generated import generate
from bench.lines import Line, show
from normwatch.importing import Options, import_files
from normwatch.pipeline import Pipeline
from organisations import Registry, Resolver
from store.archive import Archive
from store.export import FORMATS


def main() -> None:
    """Make, measure and print; a missed goal is said, and is no failure."""
    folder = Path(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    folder.mkdir(parents=True, exist_ok=True)
    for name, path in (("captures", _captures(folder)), (f"{count:,} invented", _generated(folder, count))):
        if path is None:
            print(f"{name}: left out, there is no ../shared/captures beside this checkout")
            continue
        print(f"\n{name}: {path.stat().st_size / 1e6:.0f} MB")
        lines = _run("bench.pages", path)
        for form in FORMATS:
            lines += _run("bench.exports", path, form)
        if not show(lines):
            print("missed: " + "; ".join(line.what for line in lines if not line.met))


def _run(module: str, *arguments: object) -> list[Line]:
    command = [sys.executable, "-m", module, *map(str, arguments)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603
    return [Line(*json.loads(line)) for line in done.stdout.splitlines()]


def _captures(folder: Path) -> Path | None:
    path = folder / "captures.sqlite"
    files = sorted(LISTS.glob("*.xlsx"))
    if not files:
        return None
    if not path.exists():
        archive = Archive.open(f"sqlite:///{path}", create=True)
        pipeline = Pipeline(archive, Resolver(Registry.load()), [])
        for _ in import_files(pipeline, files, Options("3gpp.tdocs"), lambda: NOW):
            pass
        archive.close()
    return path


def _generated(folder: Path, count: int) -> Path:
    path = folder / f"invented-{count}.sqlite"
    if not path.exists():
        start = time.process_time()
        generate(path, count).close()
        print(f"{count:,} invented contributions taken in: {time.process_time() - start:.0f} s of processor time")
    return path


if __name__ == "__main__":
    main()

"""Two crawls of one archive: the second waits, and says so."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from normwatch.crawl_lock import one_crawl

SECOND = """
import sys
from pathlib import Path
from normwatch.crawl_lock import one_crawl
with one_crawl(Path(sys.argv[1])):
    print("in", flush=True)
"""


def test_a_second_crawl_waits_until_the_first_has_ended(tmp_path: Path) -> None:
    archive = tmp_path / "archive.sqlite"
    with one_crawl(archive):
        second = subprocess.Popen(  # noqa: S603
            [sys.executable, "-c", SECOND, str(archive)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert second.stderr is not None
        assert "under way" in second.stderr.readline()
        assert second.poll() is None
    out, _ = second.communicate(timeout=30)
    assert out == "in\n"
    assert second.returncode == 0


def test_the_lock_goes_when_its_holder_is_gone(tmp_path: Path) -> None:
    with one_crawl(tmp_path / "archive.sqlite"):
        pass
    with one_crawl(tmp_path / "archive.sqlite"):
        pass

"""Two crawls or two schedules of one archive: the second waits, and says so."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from normwatch.locks import Work, alone
from store.archive import Archive

SECOND = """
import sys
from normwatch import logs
from normwatch.locks import alone
from store.archive import Archive
logs.configure()
with alone(Archive(sys.argv[1]), sys.argv[2]):
    print("in", flush=True)
"""


@pytest.mark.parametrize("work", ["crawl", "schedule"])
def test_a_second_one_waits_until_the_first_has_ended(tmp_path: Path, work: Work) -> None:
    url = f"sqlite:///{tmp_path}/archive.sqlite"
    with alone(Archive(url), work):
        second = subprocess.Popen(  # noqa: S603
            [sys.executable, "-c", SECOND, url, work], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert second.stderr is not None
        assert f"another {work} of this archive is under way" in second.stderr.readline()
        assert second.poll() is None
    out, _ = second.communicate(timeout=30)
    assert out == "in\n"
    assert second.returncode == 0


def test_the_lock_goes_when_its_holder_is_gone_and_other_work_does_not_wait(tmp_path: Path) -> None:
    archive = Archive(f"sqlite:///{tmp_path}/archive.sqlite")
    with alone(archive, "crawl"), alone(archive, "schedule"):
        pass
    with alone(archive, "crawl"):
        pass

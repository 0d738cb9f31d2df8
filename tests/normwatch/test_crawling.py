"""A crawl as a child process: what it is asked to visit, and what is told of one that ends early."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from normwatch import crawl_child
from normwatch.crawl_process import selected
from normwatch.crawling import Crawled, CrawlFailed, crawl, kinds_of
from spiders.rows import KINDS
from spiders.targets import Target


@pytest.mark.parametrize(
    ("only", "kinds"),
    [
        ([], list(KINDS)),
        (["iso"], ["iso.committees", "iso.projects", "iso.registers"]),
        (["itu.documents", "3gpp"], ["3gpp.meetings", "3gpp.tdocs", "itu.documents"]),
        (["3gpp.tdocs:RAN1#123"], ["3gpp.tdocs"]),
    ],
)
def test_a_selection_names_kinds_bodies_or_sources(only: list[str], kinds: list[str]) -> None:
    assert kinds_of(only) == kinds


@pytest.mark.parametrize("name", ["", "3GPP", "tdocs", "3gpp.tdoc", "RAN1"])
def test_another_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"kinds are 3gpp\.meetings"):
        kinds_of([name])


def test_a_source_is_visited_if_it_its_kind_or_its_body_is_selected() -> None:
    target = Target("3gpp.tdocs:RAN1#123", "3gpp.tdocs", "3GPP", "https://example.org")
    assert all(selected(target, only) for only in ([], ["3gpp"], ["3gpp.tdocs"], ["iso", "3gpp.tdocs:RAN1#123"]))
    assert not any(selected(target, only) for only in (["iso"], ["3gpp.tdocs:RAN1#12"]))


def test_a_process_that_fails_is_told_of(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text("not TOML", encoding="utf-8")
    with pytest.raises(CrawlFailed, match="ended with 2, after 0 sources; what it read is kept"):
        crawl(config, ["iso.committees"], minutes=1)


def test_a_crawl_that_takes_too_long_is_ended_and_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "config.toml"
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        config.write_text(f'[crawl]\ndelay = 0\nreplica = "{address}"\n', encoding="utf-8")
        with pytest.raises(CrawlFailed, match="took more than 0 minutes"):
            crawl(config, ["iso.committees"], minutes=0)


def test_a_crawl_that_is_to_stop_is_ended(tmp_path: Path) -> None:
    stop = threading.Event()
    stop.set()
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], text=True) as process:
        watched = crawl_child._Watched()
        crawl_child.end_in_time(process, crawl_child.Bounds(time.monotonic() + 60, 1, None, stop), watched)
        assert process.wait(60) != 0
    assert watched.ended == ["it was stopped"]


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stopping_the_command_ends_the_crawl_s_process(tmp_path: Path, number: signal.Signals) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(60)
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        config = tmp_path / "config.toml"
        config.write_text(f'[crawl]\ndelay = 0\nreplica = "{address}"\n', encoding="utf-8")
        command = [sys.executable, "-m", "normwatch", "crawl", "iso.committees", "--config", str(config)]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603
            connection, _ = silent.accept()
            process.send_signal(number)
            _, said = process.communicate(timeout=60)
        connection.settimeout(60)
        while connection.recv(4096):
            pass  # until its end of the connection is gone
        connection.close()
    assert process.returncode == 130
    assert said.endswith("stopped; what was finished is kept\n")
    assert "Traceback" not in said


def test_fetches_of_a_source_are_summed_and_the_last_state_holds() -> None:
    one = Crawled("iso.registers:JVET", "iso.registers")
    counts = {"rows": 3, "read": 2, "rejected": 1, "appeared": 1, "changed": 1, "vanished": 0, "unchanged": 0}
    one.add(counts | {"outcome": "ok", "state": "ok", "reason": None, "seconds": 0.5, "faults": 1})
    nothing = dict.fromkeys(counts, 0)
    late = {"outcome": "failed", "state": "suspect", "reason": "no answer in time", "seconds": 90.0, "faults": 1}
    one.add(nothing | late)
    assert (one.fetches, one.rows, one.rejected, one.faults) == (2, 3, 1, 2)
    assert (one.state, one.reason, one.seconds) == ("suspect", "no answer in time", 90.5)

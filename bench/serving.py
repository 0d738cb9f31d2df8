"""How much memory the site's server takes over an archive: `python -m bench.serving SQLITE_FILE [REQUESTS]`.

`normwatch serve` in a process of its own answers a mixture of requests, four at a time, as people send them.
"""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

from bench.lines import Line, show
from bench.pages import FIGURES, LIMIT_MB, Asker
from organisations import Registry
from store.archive import Archive

AT_ONCE = 4
WIDE = 0.2
"""Share of the figures that are asked of all groups."""


def request(asker: Asker) -> str:
    """An address: more than half searches and records, the rest pages of all kinds."""
    chance = asker.dice.random()
    if chance < 0.35:
        return asker.search()
    if chance < 0.55:
        return asker.record()
    if chance < 0.65:
        return "/organisations/" + quote(asker.dice.choice(asker.organisations))
    if chance < 0.75:
        return "/meetings/" + quote(asker.dice.choice(asker.meetings), safe="")
    if chance < 0.80:
        return "/api/v1/records?q=" + quote(asker.dice.choice(asker.words))
    if chance < 0.83:
        return asker.dice.choice(("/groups", "/", "/sources", "/organisations"))
    return asker.figure(asker.dice.choice(FIGURES), everything=asker.dice.random() < WIDE)


def _status(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:  # noqa: S310 - our own server
            answer.read()
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def main(path: str, requests: str = "1000") -> None:
    """Ask, print what was answered, and the most memory that the server took."""
    archive = Archive.open(f"sqlite:///{path}")
    with archive.read() as connection:
        asker = Asker(connection, Registry.load().organisations)
        addresses = [request(asker) for _ in range(int(requests))]
    archive.close()
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "config.toml"
        config.write_text(f'[archive]\nurl = "sqlite:///{Path(path).resolve()}"\n', encoding="utf-8")
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        command = [sys.executable, "-m", "normwatch", "serve", "--port", str(port), "--config", str(config)]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - ourselves
        try:
            base = f"http://127.0.0.1:{port}"
            while server.poll() is None and not _listens(port):
                time.sleep(0.1)
            with ThreadPoolExecutor(AT_ONCE) as together:
                answered = Counter(together.map(lambda address: _status(base + address), addresses))
            told = Path(f"/proc/{server.pid}/status").read_text(encoding="utf-8")
        finally:
            server.terminate()
    most = int(re.search(r"VmHWM:\s+(\d+)", told)[1]) / 1024  # type: ignore[index]
    print(", ".join(f"{count} answered {status}" for status, count in sorted(answered.items())))
    show([Line("memory of `normwatch serve`", f"{LIMIT_MB} MB", most, most / LIMIT_MB, 1.0)])


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Scraped text on a terminal does nothing but stand there."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from normwatch.__main__ import main
from normwatch.output import printable

COMMANDS = (
    ("changes",),
    ("search", "INVENTED"),
    ("show", "99000003"),
    ("watchlists", "--try"),
    ("alerts", "preview"),
    ("alerts", "send", "--dry-run"),
)


def steering(text: str) -> set[str]:
    """Characters that move the cursor, colour, or turn the reading order."""
    return {char for char in text if char not in "\n\t" and unicodedata.category(char) in ("Cc", "Cf")}


@pytest.mark.parametrize("command", COMMANDS, ids=lambda one: one[0] if one[0] != "alerts" else one[1])
def test_no_command_prints_what_steers_a_terminal(normwatch: Any, watched: Path, command: tuple[str, ...]) -> None:
    done = normwatch(*command)
    assert done.exit_code == 0
    assert "INVENTED" in done.stdout or "Sundials" in done.stdout
    assert not steering(done.stdout + done.stderr)


def test_what_is_typed_is_inert_too(normwatch: Any, watched: Path) -> None:
    for command in (
        ("origin", "\x1b[2JHuawei \u202e\x9b31m"),
        ("show", "\x1b[2J"),
        ("import", "iso.projects", "\x1b[2J"),
    ):
        done = normwatch(*command)
        assert not steering(done.stdout + done.stderr)


def test_json_gives_the_text_as_it_is_but_for_control_characters(normwatch: Any, watched: Path) -> None:
    done = normwatch("show", "99000003", "--json")
    assert "\u202e" in json.loads(done.stdout)["title"]
    assert "\x1b" not in done.stdout


def test_a_row_of_a_table_stays_one_line(normwatch: Any, watched: Path) -> None:
    (watched / "config.toml").write_text('[[watchlists]]\nname = "A"\ncontext = "one\\ntwo"\n', encoding="utf-8")
    done = normwatch("watchlists")
    assert any("one" in line and "two" in line for line in done.stdout.splitlines())


@pytest.mark.parametrize(
    ("text", "shown"), [("华为 é – ok\n\tx", "华为 é – ok\n\tx"), ("a\x1b[0m\x07\x9b\u2066", "a�[0m���")]
)
def test_printable_keeps_text_and_replaces_the_rest(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_what_is_printed_is_utf_8_whatever_the_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    stdout = io.TextIOWrapper(io.BytesIO(), encoding="latin-1")
    monkeypatch.setattr("sys.stdout", stdout)
    monkeypatch.setattr("sys.argv", ["normwatch", "origin", "--json", "华为技术有限公司"])
    monkeypatch.setattr("signal.signal", lambda *_: None)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    assert json.loads(stdout.buffer.getvalue())["organisations"][0]["name"] == "Huawei"  # type: ignore[attr-defined]


def test_what_nobody_reads_any_more_ends_as_other_programs_do() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "normwatch", "origin", "--json", "Huawei"]
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True, check=False)  # noqa: S603
    os.close(writing)
    assert (done.returncode, done.stderr) == (-signal.SIGPIPE, "")


def test_one_who_goes_away_from_a_socket_does_not_end_a_command(monkeypatch: pytest.MonkeyPatch) -> None:
    broken: list[Any] = []
    monkeypatch.setattr("normwatch.__main__.app", lambda: broken.append(signal.getsignal(signal.SIGPIPE)))
    monkeypatch.setattr("sys.stderr", None)
    before = signal.getsignal(signal.SIGTERM)
    try:
        main()
    finally:
        signal.signal(signal.SIGTERM, before)
    assert broken == [signal.SIG_IGN]
    sys.stderr.close()  # which is there, though it was closed


def test_a_watchlist_reads_as_it_was_written(normwatch: Any, watched: Path) -> None:
    text = """[[watchlists]]
name = "A"
groups = ["RAN1", "SA2"]
anybody = true
recipients = ["a@example.org", { address = "b@example.org", cadence = "weekly mon 07:30" }]
"""
    (watched / "config.toml").write_text(text, encoding="utf-8")
    said = normwatch("watchlists").stdout
    for value in ("RAN1, SA2", "true", "a@example.org, b@example.org (weekly mon 07:30)"):
        assert f"  {value}\n" in said

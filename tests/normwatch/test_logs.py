"""Logs go to stderr, for people or for machines."""

from __future__ import annotations

import io
import json
import logging

import pytest
import structlog

from normwatch import logs


def test_logs_for_machines_are_json_lines_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("json")
    structlog.get_logger().info("crawl done", kind="iso.projects", note="two\nlines")
    said = capsys.readouterr()
    assert said.out == ""
    (line,) = said.err.splitlines()
    found = json.loads(line)
    assert (found["event"], found["kind"], found["level"]) == ("crawl done", "iso.projects", "info")
    assert found["timestamp"].endswith("Z")


def test_logs_for_people_name_what_happened(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    structlog.get_logger().debug("too much")
    structlog.get_logger().warning("crawl ended early", kind="iso.projects")
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.splitlines()) == 1
    assert "crawl ended early" in said.err
    assert "\x1b" not in said.err, "no colours into a file"


def test_libraries_speak_of_warnings_only() -> None:
    logs.configure()
    assert not logging.getLogger("scrapy").isEnabledFor(logging.INFO)
    assert logging.getLogger("scrapy").isEnabledFor(logging.WARNING)


def test_every_line_of_a_run_names_it_the_libraries_too(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("json")
    with structlog.contextvars.bound_contextvars(run="0a1b2c3d"):
        structlog.get_logger().info("crawl begins")
        logging.getLogger("scrapy.core").warning("a %s thing", "strange")
        try:
            raise ValueError("bad\nthing")
        except ValueError:
            logging.getLogger("twisted").exception("worse")
    structlog.get_logger().info("schedule kept")
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line.get("run") for line in lines] == ["0a1b2c3d", "0a1b2c3d", "0a1b2c3d", None]
    assert (lines[1]["event"], lines[1]["level"], lines[1]["logger"]) == ("a strange thing", "warning", "scrapy.core")
    assert "ValueError: bad" in lines[2]["exception"]


class Unread(io.StringIO):
    """What is at the other end has gone away."""

    def write(self, _: str) -> int:
        raise BrokenPipeError

    def flush(self) -> None:
        raise BrokenPipeError


def test_lines_that_nobody_reads_any_more_keep_no_work_from_being_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr", Unread())
    logs.configure()
    structlog.get_logger().warning("crawl ended early")

"""Logs: structured, on stderr, as lines for people or as JSON for machines; stdout belongs to commands' output.

Every line of a crawl and of a look through the outbox carries the name of its `run`; the libraries' lines too.
"""

from __future__ import annotations

import io
import logging
import sys
from contextlib import suppress
from typing import Literal, TextIO, cast

import structlog


def configure(form: Literal["text", "json"] = "text", level: int = logging.INFO) -> None:
    """Send our own logs and those of our libraries to stderr. Our libraries only speak of warnings and worse."""
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.format_exc_info, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(cast(TextIO, _Unfailing(sys.stderr))),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                renderer,
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)


class _Unfailing(io.TextIOBase):
    """What lines are lost by, not work, while nobody reads them, as when journald begins anew or the disk is full."""

    def __init__(self, to: TextIO) -> None:
        self._to = to

    def write(self, text: str) -> int:
        with suppress(OSError):
            self._to.write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError):
            self._to.flush()

"""The configuration that a new operator starts from: the `config.toml` that is shipped."""

from __future__ import annotations

import re
import sys
from pathlib import Path

_WATCHLISTS = re.compile(r"^\[\[?watchlist", re.MULTILINE)


class StarterError(Exception):
    """No starter configuration can be written; the message says why."""


def shipped() -> Path:
    """The shipped config.toml: in a checkout at its root, installed under `share/normwatch`."""
    for path in (Path(__file__).parent.parent / "config.toml", Path(sys.prefix) / "share/normwatch/config.toml"):
        if path.is_file():
            return path
    raise StarterError("the shipped config.toml is missing: this installation is incomplete")


def start(folder: Path) -> Path:
    """Write the starter configuration into `folder`, never over another. Raises StarterError."""
    target = folder / "config.toml"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with target.open("x", encoding="utf-8") as file:
            file.write(shipped().read_text(encoding="utf-8"))
    except FileExistsError as error:
        raise StarterError(f"{target} is there already; it is left as it is") from error
    except OSError as error:
        raise StarterError(f"{target}: {error.strerror}") from error
    return target


def shipped_watchlists() -> str:
    """The part of the shipped configuration from the first watchlist (or group of them) on, as TOML."""
    text = shipped().read_text(encoding="utf-8")
    found = _WATCHLISTS.search(text)
    if found is None:
        raise StarterError(f"{shipped()} has no watchlists")
    return text[found.start() :]

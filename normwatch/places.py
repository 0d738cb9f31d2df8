"""Where the configuration is, and the little of it that `normwatch origin` needs to answer at once."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

VARIABLE = "NORMWATCH_CONFIG"
DEFAULT = "config.toml"
COUNTRY = "CN"


def find(given: Path | None) -> Path:
    """The configuration to use: `--config`, else `$NORMWATCH_CONFIG`, else `./config.toml`."""
    return given or Path(os.environ.get(VARIABLE) or DEFAULT)


def registry_of(path: Path) -> tuple[list[Path], str]:
    """The operator's registry files and the country of interest, without checking the rest of the configuration.

    Checking it all would take several times as long as an answer. Raises ValueError, OSError.
    """
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    registry, country = data.get("registry", {}), data.get("country", COUNTRY)
    files = registry.get("files", []) if isinstance(registry, dict) else None
    if not isinstance(files, list) or not all(isinstance(name, str) for name in files) or not isinstance(country, str):
        raise ValueError("country or registry.files is not as it should be; `normwatch check` says where")
    return [path.resolve().parent / name for name in files], country

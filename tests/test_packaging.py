"""What is built holds all that the program needs, and what runs it calls commands that exist."""

from __future__ import annotations

import fnmatch
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import typer.main

from normwatch.__main__ import app

ROOT = Path(__file__).resolve().parent.parent
SERVICE = ROOT / "docs/operator/service"
SETUP = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]


def in_packages() -> list[Path]:
    """Files under version control in the rooms that are installed."""
    if not (ROOT / ".git").exists():
        pytest.skip("no git checkout: nobody knows which files are the repository's")
    rooms = sorted({name.partition(".")[0] for name in SETUP["packages"]})
    done = subprocess.run(["git", "ls-files", *rooms], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603, S607
    return [Path(name) for name in done.stdout.splitlines() if (ROOT / name).is_file()]


def test_every_package_is_installed() -> None:
    found = {".".join(path.parent.parts) for path in in_packages() if path.suffix == ".py"}
    assert found == set(SETUP["packages"])


def test_every_file_that_is_no_code_is_installed() -> None:
    def installed(path: Path) -> bool:
        return any(
            fnmatch.fnmatchcase(str(path), f"{package.replace('.', '/')}/{pattern}")
            for package, patterns in SETUP["package-data"].items()
            for pattern in patterns
        )

    assert not [path for path in in_packages() if path.suffix != ".py" and not installed(path)]


def test_the_starter_configuration_is_installed() -> None:
    assert SETUP["data-files"] == {"share/normwatch": ["config.toml"]}


@pytest.mark.parametrize("unit", sorted(SERVICE.glob("*.service")), ids=lambda path: path.name)
def test_a_unit_starts_a_command_that_exists_and_may_write_its_folder_alone(unit: Path) -> None:
    text = unit.read_text("utf-8")
    (command,) = re.findall(r"^ExecStart=/opt/normwatch/bin/normwatch (\S+)$", text, re.M)
    assert command in COMMANDS
    for line in ("ProtectSystem=strict", "StateDirectory=normwatch", "NoNewPrivileges=yes", "CapabilityBoundingSet="):
        assert re.search(f"^{re.escape(line)}$", text, re.M), line
    assert not re.search("^ReadWritePaths", text, re.M)


def test_the_image_runs_a_command_that_exists_as_nobody_in_particular() -> None:
    text = (SERVICE / "Containerfile").read_text("utf-8")
    (command,) = re.findall(r'^CMD \["(\w+)"\]$', text, re.M)
    assert command in COMMANDS
    assert int(re.findall(r"^USER (\d+)$", text, re.M)[-1]) > 0
    assert "--require-hashes -r requirements.lock" in text

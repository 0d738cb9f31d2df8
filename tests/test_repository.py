"""The repository keeps its layout, its modules short, and to itself."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LONGEST = 400
"""Lines of a module; about 300 is meant, and a module that grows beyond this does two jobs."""


if not (ROOT / ".git").exists():
    pytest.skip("no git checkout: nobody knows which files are the repository's", allow_module_level=True)


def tracked() -> list[Path]:
    """The repository's files."""
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S607
    return [ROOT / name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


FILES = tracked()
PACKAGES = tuple(
    room
    for room in ("normwatch", "spiders", "organisations", "store", "alerts", "web", "demo")
    if room != "web" or any(path.parent == ROOT / "web" for path in FILES)
)
ROOMS = (*PACKAGES, "templates", "tests", "bench", "docs")
TEXTS = [path for path in FILES if b"\0" not in path.read_bytes()]
MODULES = [
    path
    for path in FILES
    if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in PACKAGES and path.parent.name != "versions"
]


def test_every_room_is_there() -> None:
    assert not [room for room in ROOMS if not (ROOT / room).is_dir()]
    files = ("config.toml", "pyproject.toml", "Makefile", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE")
    assert not [name for name in (*files, ".ci/run", "requirements.lock") if not (ROOT / name).is_file()]


def test_nothing_lies_beside_the_rooms() -> None:
    known = {*ROOMS, ".ci"}
    assert not {path.relative_to(ROOT).parts[0] for path in FILES if path.parent != ROOT} - known


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_is_short_and_says_what_it_is_about(path: Path) -> None:
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= LONGEST
    assert text.startswith(('"""', 'r"""'))


def test_tests_mirror_the_packages() -> None:
    parts = [path.relative_to(ROOT).parts for path in FILES]
    folders = {part[1] for part in parts if part[0] == "tests" and len(part) > 2}
    assert folders - {"fixtures", "bench"} == set(PACKAGES)


def test_nothing_names_a_machine_or_a_package_index() -> None:
    machine = re.compile(r"(?<![\w.:/~*{}-])/(?:work|root|home|Users|mnt)/\w")
    index = re.compile(
        r"--(?:extra-)?index-url|--trusted-host|\b(?:pypi|simple)/simple\b|://[^/\s]*(?:pypi|artifactory|nexus)"
    )
    found = []
    for path in TEXTS:
        if path == Path(__file__).resolve():
            continue
        for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), 1):
            if machine.search(line) or index.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}")
    assert not found


def test_no_listing_of_a_body_is_kept() -> None:
    """Fixtures are our own and small; the bodies hold the copyright of their pages."""
    spreadsheets = [path for path in FILES if path.suffix in (".xlsx", ".xlsm", ".xls", ".zip", ".docx")]
    assert not spreadsheets
    assert not [
        path for path in (ROOT / "tests/fixtures").rglob("*") if path.is_file() and path.stat().st_size > 50_000
    ]


def test_imports_point_one_way() -> None:
    """CI runs lint-imports; this keeps its contracts from being dropped."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    assert set(PACKAGES) <= set(contracts["root_packages"])
    (layers,) = [one["layers"] for one in contracts["contracts"] if one["type"] == "layers"]
    height = {room: -number for number, layer in enumerate(layers) for room in layer.split(" | ")}
    assert height["normwatch"] > height["alerts"] > height["store"] > height["organisations"]
    assert height["normwatch"] > height["spiders"] > height["store"]
    assert "web" not in PACKAGES or height["normwatch"] > height["web"] > height["alerts"]
    assert re.search(r"(make|for one in) lint\b", (ROOT / ".ci/run").read_text("utf-8"))
    assert "lint-imports" in (ROOT / "Makefile").read_text("utf-8")

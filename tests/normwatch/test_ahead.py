"""Many saved listings: read in another process, taken in as if one after the other; what ends that process is named."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import xlsxwriter

from normwatch import cli_reading
from normwatch.ahead import Ahead, Begun, Lost, cores
from normwatch.importing import Imported, Options, import_files
from normwatch.pipeline import Pipeline
from organisations import Registry, Resolver
from spiders.rows import Context, NotThisListing
from store.archive import Archive

NOW = datetime(2032, 5, 1, tzinfo=UTC)
FAR = b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>far</t></is></c></row></sheetData>'


def workbook(meeting: int, *statuses: str) -> bytes:
    """An invented list in the portal's form, with a contact for each document."""
    made = BytesIO()
    with xlsxwriter.Workbook(made) as book:
        sheet = book.add_worksheet("TDoc_List")
        sheet.write_row(0, 0, ["TDoc", "Title", "Source", "Contact", "Contact ID", "TDoc Status"])
        for number, status in enumerate(statuses, 1):
            key = f"R1-32{meeting:03}{number:02}"
            sheet.write_row(number, 0, [key, "INVENTED sundials", "Huawei, HiSilicon", "Ada Invented", 9, status])
    return made.getvalue()


def with_a_far_cell(content: bytes) -> bytes:
    """A workbook of a few kilobytes for whose cells no machine has the memory."""
    made = BytesIO()
    with ZipFile(BytesIO(content)) as before, ZipFile(made, "w", ZIP_DEFLATED) as after:
        for name in before.namelist():
            after.writestr(name, before.read(name).replace(b"</sheetData>", FAR))
    return made.getvalue()


@pytest.fixture(scope="module")
def resolver() -> Resolver:
    return Resolver(Registry.load())


@pytest.fixture
def ahead() -> Iterator[Ahead]:
    with Ahead(1024) as one:
        yield one


def imported(
    path: Path, files: list[Path], resolver: Resolver, ahead: Ahead | None, meeting: str | None = None
) -> tuple[Imported, list[str]]:
    """The sums, and all that the archive has by then but the database's own bookkeeping."""
    archive = Archive.open(f"sqlite:///{path}", create=True)
    pipeline = Pipeline(archive, resolver, [])
    *_, total = import_files(pipeline, files, Options("3gpp.tdocs", meeting), lambda: NOW, ahead)
    archive.close()
    total.seconds = 0
    with sqlite3.connect(path) as connection:
        return total, list(connection.iterdump())


def test_the_archive_is_as_if_the_files_had_been_read_one_after_the_other(
    tmp_path: Path, resolver: Resolver, ahead: Ahead
) -> None:
    first, later = workbook(1, "reserved", "available"), workbook(1, "available", "agreed", "reserved")
    contents = {
        "TDoc_List_Meeting_RAN1#901.xlsx": first,
        "later/TDoc_List_Meeting_RAN1#901.xlsx": later,
        "again/TDoc_List_Meeting_RAN1#901.xlsx": later,
        "back/TDoc_List_Meeting_RAN1#901.xlsx": first,
        "TDoc_List_Meeting_RAN1#902.xlsx": workbook(2, "agreed"),
        "TDoc_List_Meeting_RAN1#903.xlsx": b"<html><title>Log in</title><input type=password></html>",
        "unnamed.xlsx": workbook(4, "agreed"),
        "TDoc_List_Meeting_RAN1#905.xlsx": workbook(5, "noted"),
    }
    files = [tmp_path / name for name in contents] + [tmp_path / "missing.xlsx"]
    for path, content in zip(files, contents.values(), strict=False):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    plain, expected = imported(tmp_path / "plain.sqlite", files, resolver, None)
    total, found = imported(tmp_path / "ahead.sqlite", files, resolver, ahead)
    assert total == plain
    assert (total.fetches, total.not_modified, len(total.faults)) == (6, 1, 3)
    assert [fault.partition(": ")[2] for fault in total.faults] == [
        (
            "expected a 3GPP TDoc list (.xlsx, .xlsm) or SA2's or SA3's page of documents by agenda item, found "
            'an HTML page titled "Log in" that asks to log in'
        ),
        "unnamed.xlsx does not say which meeting it is of: name it with --meeting, such as RAN1#104-bis-e",
        "cannot be read: No such file or directory",
    ]
    assert found == expected


def test_a_list_that_the_process_does_not_survive_is_named_and_the_others_are_taken_in(
    tmp_path: Path,
    resolver: Resolver,
    ahead: Ahead,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("RUST_BACKTRACE", "1")
    files = [tmp_path / f"TDoc_List_Meeting_RAN1#90{number}.xlsx" for number in range(6)]
    for number, path in enumerate(files):
        path.write_bytes(workbook(number, "available"))
    for path in (files[1], files[4]):
        path.write_bytes(with_a_far_cell(path.read_bytes()))
    total, _ = imported(tmp_path / "archive.sqlite", files, resolver, ahead)
    assert (total.files, total.read) == (6, 4)
    said = "reading it wants more than the 1024 MB that it may have, or its process was killed"
    assert total.faults == [f"{files[1]}: {said}", f"{files[4]}: {said}"]
    said_aside = capfd.readouterr().err.casefold()
    assert "traceback" not in said_aside
    assert "stack backtrace" not in said_aside


class Dying(Ahead):
    """One whose process is found dead when it is to be handed the third listing."""

    begun = 0

    def begin(self, kind: str, content: bytes, context: Context) -> Begun:
        self.begun += 1
        if self.begun == 3:
            for process in multiprocessing.active_children():
                process.kill()
            for thread in threading.enumerate():
                if type(thread).__name__ == "_ExecutorManagerThread":  # ends when it has seen it
                    thread.join()
        return super().begin(kind, content, context)


def test_a_process_that_died_between_two_listings_costs_no_more_than_the_one_it_was_reading(
    tmp_path: Path, resolver: Resolver
) -> None:
    files = [tmp_path / f"TDoc_List_Meeting_RAN1#90{number}.xlsx" for number in range(5)]
    for number, path in enumerate(files):
        path.write_bytes(workbook(number, "available"))
    with Dying(1024) as ahead:
        total, _ = imported(tmp_path / "archive.sqlite", files, resolver, ahead)
    assert (total.files, total.read + len(total.faults)) == (5, 5)
    assert all(fault.startswith(f"{files[1]}: ") for fault in total.faults)


def test_files_on_their_way_to_a_process_that_is_killed_are_read_but_for_the_one_it_was_reading(ahead: Ahead) -> None:
    context = Context(file="TDoc_List_Meeting_RAN1#901.xlsx")
    ahead.end(ahead.begin("3gpp.tdocs", workbook(1, "available"), context))
    (process,) = multiprocessing.active_children()
    os.kill(process.pid or 0, signal.SIGSTOP)
    begun = [ahead.begin("3gpp.tdocs", b"more than a pipe holds" * 100_000, context) for _ in range(2)]
    process.kill()
    with pytest.raises(Lost):
        ahead.end(begun[0])
    with pytest.raises(NotThisListing):
        ahead.end(begun[1])


def test_what_stops_the_whole_group_is_left_to_the_parent(ahead: Ahead) -> None:
    context = Context(file="TDoc_List_Meeting_RAN1#901.xlsx")
    ahead.end(ahead.begin("3gpp.tdocs", workbook(1, "available"), context))
    (process,) = multiprocessing.active_children()
    for one in (signal.SIGTERM, signal.SIGINT):
        os.kill(process.pid or 0, one)
    ahead.end(ahead.begin("3gpp.tdocs", workbook(2, "available"), Context(file="TDoc_List_Meeting_RAN1#902.xlsx")))
    assert multiprocessing.active_children() == [process]


def test_a_list_named_for_another_meeting_is_not_read(tmp_path: Path, resolver: Resolver, ahead: Ahead) -> None:
    files = [tmp_path / f"TDoc_List_Meeting_RAN1#90{number}.xlsx" for number in (1, 1, 2, 1)]
    files[3:] = [tmp_path / "unnamed.xlsx"]
    for number, path in enumerate(files):
        path.write_bytes(workbook(number, "available"))
    files[2].write_bytes(with_a_far_cell(workbook(2, "available")))
    total, _ = imported(tmp_path / "archive.sqlite", files, resolver, ahead, meeting="RAN1#901")
    assert total.faults == [f"{files[2]}: its name says RAN1#902, --meeting says RAN1#901"]


def no_semaphores(*_: object) -> None:
    raise PermissionError(13, "Permission denied")


@pytest.mark.parametrize(
    ("name", "instead"), [("_prepare", os._exit), ("ProcessPoolExecutor", no_semaphores)], ids=["ends", "no start"]
)
def test_files_are_read_where_no_process_can_be_started(
    tmp_path: Path, resolver: Resolver, monkeypatch: pytest.MonkeyPatch, name: str, instead: object
) -> None:
    monkeypatch.setattr(f"normwatch.ahead.{name}", instead)
    files = [tmp_path / f"TDoc_List_Meeting_RAN1#90{number}.xlsx" for number in range(5)]
    for number, path in enumerate(files):
        path.write_bytes(workbook(number, "available"))
    with Ahead(1024) as ahead:
        total, _ = imported(tmp_path / "archive.sqlite", files, resolver, ahead)
    assert (total.read, total.faults) == (5, [])


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="cores cannot be left out here")
def test_cores_that_the_process_may_not_use_are_not_counted() -> None:
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(allowed)})
    try:
        assert cores() == 1
    finally:
        os.sched_setaffinity(0, allowed)
    assert cores() == len(allowed)


def test_the_process_that_reads_loads_nothing_of_the_command(ahead: Ahead, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "__main__", cli_reading)  # what multiprocessing would load, as it does a script
    process = ahead.begin("3gpp.tdocs", b"", Context()).process
    assert process is not None
    loaded = process.pool.submit(eval, "set(__import__('sys').modules)").result()
    assert "spiders.readers" in loaded
    assert not {"normwatch.cli_reading", "typer", "sqlalchemy"} & loaded
    assert sys.modules["__main__"] is cli_reading

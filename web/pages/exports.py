"""Exports of all that a search finds: sent while they are made where the format allows it, else made first.

What breaks off half-way ends the connection without its last chunk, which browsers and scripts report as a failure.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import BoundedSemaphore
from typing import IO, Any

import anyio.to_thread
from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from alerts.wording import plain
from store.export import FORMATS, export, text
from store.reading import columns
from store.selection import kinds, records
from web.access import Reader
from web.filters import Filters, Typed
from web.site import site_of

MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/jsonl",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/zip",
}
AT_ONCE = 2
"""Exports at a time: each holds a connection and a view of the archive for as long as its reader takes."""
PIECE = 65_536
"""Bytes (of text, characters) sent at a time."""
_places = BoundedSemaphore(AT_ONCE)
router = APIRouter()


def formats() -> list[str]:
    """The formats that can be had here."""
    return [form for form in FORMATS if form != "parquet" or find_spec("pyarrow") is not None]


class _Download(StreamingResponse):
    """Lets go of what it needs when it is sent, or when its reader has gone."""

    needs: ExitStack

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(self.needs.close)


@router.get("/export/{form}")
def download(request: Request, form: str, _: Reader, wanted: Filters, q: Typed = "") -> StreamingResponse:
    """Every record that the search finds, as a file; Parquet's folder as a ZIP archive."""
    if form not in formats():
        raise HTTPException(404, f"There is no export as {plain(form, 20)} here.")
    if not _places.acquire(blocking=False):
        raise HTTPException(503, f"{AT_ONCE} exports are being sent: try again later.", {"Retry-After": "60"})
    site = site_of(request)
    with ExitStack() as needs:
        needs.callback(_places.release)
        connection = needs.enter_context(site.read(patience=None))
        rows = records(connection, wanted, site.asking, q)
        fields = columns(kinds(connection, wanted, q))
        streamed = form in ("csv", "jsonl")
        content = _pieces(text(rows, form, fields)) if streamed else _read(needs, _made(rows, form, fields))
        name = f"normwatch-{site.clock():%Y-%m-%d}.{'parquet.zip' if form == 'parquet' else form}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        answer = _Download(content, media_type=MEDIA[form], headers=headers)
        answer.needs = needs.pop_all()
    return answer


def _pieces(lines: Iterable[str]) -> Iterator[str]:
    waiting: list[str] = []
    size = 0
    for line in lines:
        waiting.append(line)
        size += len(line)
        if size >= PIECE:
            yield "".join(waiting)
            waiting, size = [], 0
    yield "".join(waiting)


def _made(rows: Iterable[dict[str, Any]], form: str, fields: list[str]) -> IO[bytes]:
    """A file that is in no folder any more: closing it is all the cleaning there is."""
    with TemporaryDirectory(prefix="normwatch-") as folder:
        made = Path(folder, "export")
        export(rows, form, made, columns=fields)
        if form == "parquet":
            made = Path(shutil.make_archive(f"{folder}/archive", "zip", made))
        return made.open("rb")


def _read(needs: ExitStack, file: IO[bytes]) -> Iterator[bytes]:
    needs.enter_context(file)
    return iter(lambda: file.read(PIECE), b"")

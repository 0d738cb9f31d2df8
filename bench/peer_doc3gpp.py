"""Reads and stores TDoc lists with doc3gpp; run by that package's own Python, see `bench.peers`.

    python bench/peer_doc3gpp.py SQLITE_FILE LIST...    prints rows, seconds elapsed, and of processor time

Its own way in, with the files in the place of the portal's answers: no attribution, no history, no search index.
"""

import os
import sys
import time
from pathlib import Path

os.environ["DOC3GPP_DATABASE_URL"] = f"sqlite+pysqlite:///{sys.argv[1]}"

from doc3gpp.scraping.portal_source import fetch_tdocs_from_portal
from doc3gpp.storage.db.migrate import create_schema
from doc3gpp.storage.db.models import MeetingORM
from doc3gpp.storage.db.session import get_session_factory
from doc3gpp.storage.repositories.tdoc_sql import SQLAlchemyTDocRepository


class Portal:
    """Answers with a file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def get_bytes(self, _url: str) -> bytes:
        """The file's bytes."""
        return self._path.read_bytes()


create_schema()
with get_session_factory()() as session:
    session.add_all(
        MeetingORM(meeting_id=number, name=path, title=path, location="") for number, path in enumerate(sys.argv[2:], 1)
    )
    session.commit()
repository = SQLAlchemyTDocRepository()
started, began = time.process_time(), time.perf_counter()
rows = 0
for number, path in enumerate(sys.argv[2:], 1):
    tdocs = fetch_tdocs_from_portal(number, "https://example.org/?meetingId={meeting_id}", Portal(Path(path)))
    rows += repository.upsert_many(tdocs)
print(rows, time.perf_counter() - began, time.process_time() - started)

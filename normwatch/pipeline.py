"""The one way data flows: what a spider or an import read is ingested and matched in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

from alerts.matches import record_matches
from alerts.matching import Matcher
from alerts.watchlists import Watchlist
from alerts.webhooks import WebhookSettings, everybody
from organisations import Resolver
from spiders.items import Item, NotModified, Read, Unchanged
from spiders.readers import RECOGNISING, read
from spiders.readers.redaction import public_copy
from spiders.rows import Reading
from store import ingest as into_archive
from store import recognised
from store.archive import Archive
from store.changes import changes
from store.incoming import Visit
from store.ingest import Outcome
from store.recognised import Known
from store.replay import Kept
from store.replay import again as take_again


class Pipeline:
    """Takes what was read into the archive and notes whom its changes concern."""

    def __init__(
        self,
        archive: Archive,
        resolver: Resolver,
        watchlists: Sequence[Watchlist],
        hooks: Sequence[WebhookSettings] = (),
    ) -> None:
        self.archive = archive
        self.resolver = resolver
        self._matcher = Matcher(watchlists)
        self._audience = everybody(watchlists, hooks)

    def close(self) -> None:
        """Let go of the archive."""
        self.archive.close()

    def known(self, kind: str, content: bytes) -> Any:
        """The listing whose last good fetch was these very bytes, None if there is none."""
        with self.archive.read() as connection:
            return into_archive.latest_copy(connection, kind, content)

    def rows_of(self, kind: str, listing: str) -> Known:
        """The rows of a listing that its reader may leave out, as they are in the archive."""
        if kind not in RECOGNISING:
            return Known()
        with self.archive.read() as connection:
            return recognised.known(connection, listing)

    def take(self, item: Item, *, baseline: bool | None = None, accept: bool = False) -> Outcome:
        """One fetch: record, history, attribution, changes and matches, all or nothing."""
        visit = _keeping(item)
        with self.archive.write() as connection:
            if isinstance(item, Read):
                reading = item.reading
                if reading.same and recognised.as_of(connection) != item.as_of:  # it may say other things by now
                    reading = read(visit.kind, visit.content or b"", replace(item.context, known={}))
                outcome = into_archive.ingest(
                    connection, visit, reading, self.resolver, baseline=baseline, accept=accept
                )
            elif isinstance(item, NotModified | Unchanged):
                how = "not-modified" if isinstance(item, NotModified) else "unchanged"
                outcome = into_archive.unchanged(connection, visit, how)
            else:
                outcome = into_archive.fault(
                    connection, visit, item.reason, outcome=item.outcome, retry_after=item.retry_after
                )
            if outcome.changes:
                told = changes(connection, self.resolver, outcome.changes)
                record_matches(connection, told, self._matcher, self._audience, visit.fetched_at)
        return outcome

    def again(self, old: Kept, reading: Reading, now: datetime, *, apply: bool) -> list[dict[str, Any]]:
        """How kept bytes, read anew, differ from the archive; with `apply`, correct it and match what is new."""
        found: list[dict[str, Any]] = []
        with suppress(_NotApplied), self.archive.write() as connection:
            differences = take_again(connection, old, reading, self.resolver, now)
            found = differences.found
            if not apply or not found:
                raise _NotApplied
            if differences.told:
                told = changes(connection, self.resolver, differences.told)
                record_matches(connection, told, self._matcher, self._audience, now)
        return found


class _NotApplied(Exception):
    """Rolls back what was only tried."""


def _keeping(item: Item) -> Visit:
    """The visit with the copy of its bytes that may be kept, where something new came and it has none yet."""
    visit = item.visit
    if visit.content is None or visit.kept is not None or isinstance(item, NotModified | Unchanged):
        return visit
    personal = item.reading.personal if isinstance(item, Read) else None
    return replace(visit, kept=public_copy(visit.kind, visit.content, visit.content_type, personal))

"""Rows that a listing gives twice: the fuller one is kept, the other accounted for."""

from __future__ import annotations

from spiders.rows import AnyRow, Reading, Reject


class ListedAgain(Exception):
    """A row that was not read again has the key of another: which is fuller, nobody can say without reading both."""


class Rows:
    """Adds rows to a reading, one a key."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.places: dict[str, tuple[int, int]] = {}
        """Where each key was met: place in the file, index in the reading."""

    def recognise(self, key: str) -> None:
        """Take a row that need not be read. Raises ListedAgain."""
        if key in self.places or key in self.reading.same:
            raise ListedAgain
        self.reading.same[key] = self.reading.rows_read

    def add(self, place: int, row: AnyRow, digest: int | None = None) -> None:
        """Take a row met at `place`; of two with one key the fuller stays, the earlier if they are equally full.

        Raises ListedAgain.
        """
        if row.key in self.reading.same:
            raise ListedAgain
        if row.key not in self.places:
            self.places[row.key] = (place, len(self.reading.rows))
            self.reading.rows.append(row)
            if digest is not None:
                self.reading.digests[row.key] = digest
            return
        self.reading.digests.pop(row.key, None)
        first, index = self.places[row.key]
        kept = self.reading.rows[index]
        if row == kept:
            self._reject(place, f"repeats row {first}, {row.key}, in every field", row)
        elif _filled(row) > _filled(kept):
            self.reading.rows[index] = row
            self.places[row.key] = (place, index)
            self._reject(first, f"row {place} lists {row.key} again with other and more values: that one is kept", kept)
        else:
            self._reject(place, f"lists {row.key} again with other values: row {first} is kept", row)

    def _reject(self, place: int, reason: str, row: AnyRow) -> None:
        self.reading.rejects.append(Reject(place, reason, f"{row.key} {row.title}"[:200], fault=False))


def _filled(row: AnyRow) -> int:
    return sum(value is not None for value in row.model_dump().values())

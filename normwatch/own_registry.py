"""An operator's own file of organisations: adding to it without breaking it."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from organisations import Registry, RegistryError
from organisations.names import DATA
from organisations.registry import COLUMNS


class OwnRegistryError(Exception):
    """The entry cannot be added; the message says why and what would be right."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What an operator says of an organisation; fields as in the registry's files."""

    name: str
    source: str
    aliases: tuple[str, ...] = ()
    kind: str | None = None
    home: str | None = None
    parent: str | None = None
    registered: str | None = None


def append(files: Sequence[str], entry: Entry) -> tuple[Path, str]:
    """Add the entry to the first of the operator's files, if the registry still holds with it; returns file and id.

    The file is made if it is not there yet. Raises OwnRegistryError; the file is then as it was.
    """
    if not files:
        raise OwnRegistryError(
            'no file of your own is configured: set `files = ["organisations.csv"]` under [registry]'
        )
    path, *others = map(Path, files)
    try:
        organisations = Registry.load([*([path] if path.exists() else []), *others]).organisations.values()
    except RegistryError as error:
        raise OwnRegistryError(str(error)) from error
    known = next((one for one in organisations if entry.name in (one.name, one.id)), None)
    id_ = known.id if known else _slug(entry.name)
    about = entry.kind or entry.home or entry.parent or entry.registered
    if known and not about and not entry.aliases:
        raise OwnRegistryError(f"{known.name} is known already: say what is new with --alias, --parent, --home …")
    kind = entry.kind or (known.kind if known and about else "")
    row = {
        "id": id_,
        "name": known.name if known else entry.name,
        "kind": kind,
        "parent": entry.parent or "",
        "home": entry.home or "",
        "registered": entry.registered or "",
        "aliases": "|".join(entry.aliases),
        "source": entry.source,
    }
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    before = before if before.strip() else ",".join(COLUMNS) + "\n"
    heads = next(csv.reader(io.StringIO(before.removeprefix("\ufeff"))), list(COLUMNS))
    line = io.StringIO()
    csv.DictWriter(line, heads, extrasaction="ignore", restval="", lineterminator="\n").writerow(row)
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_text(before + ("" if before.endswith("\n") else "\n") + line.getvalue(), encoding="utf-8")
        Registry.load([part, *others])
        part.replace(path)
    except RegistryError as error:
        raise OwnRegistryError(str(error).replace(part.name, path.name)) from error
    except OSError as error:
        raise OwnRegistryError(f"{path}: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)
    return path, id_


def content(files: Sequence[str]) -> bytes:
    """The bytes of the shipped registry and of the operator's files: what an attribution was made by."""
    paths = [*sorted(DATA.rglob("*.csv")), *(Path(name) for name in files)]
    return b"".join(path.read_bytes() for path in paths)


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).casefold()
    slug = re.sub(r"[^\w]+", "-", "".join(char for char in plain if not unicodedata.combining(char))).strip("-")
    if not slug:
        raise OwnRegistryError(f"{name!r} has no letters or digits")
    return slug

"""Who brought how much on what at which meeting, read from RAN1's lists of contributions."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from pathlib import Path

from alerts.history import SIGNING, topics
from organisations import Registry, Resolver
from spiders.readers import threegpp_tdocs
from spiders.rows import Context
from store.order import natural

Own = dict[tuple[str, str | None], Counter[int]]
"""By owner of a watched country and topic (None: the group as a whole), contributions by the meeting's place."""
Everybody = dict[str | None, Counter[int]]


def counts(folder: Path) -> tuple[Own, Everybody, int]:
    """The owners' counts, everybody's, and how many meetings there are: those of the lists in a folder, in order."""
    paths = sorted(folder.glob("TDoc_List_TSGR1_*.xlsx"), key=_order)
    resolver = Resolver(Registry.load())
    own: Own = defaultdict(Counter)
    everybody: Everybody = defaultdict(Counter)
    for place, path in enumerate(paths):
        for row in threegpp_tdocs.read(path.read_bytes(), Context(meeting="RAN1#1", group="RAN1")).rows:
            on = {None, *topics(row.work_items, row.agenda_title)}
            named = resolver.attribute(row.source, body="3gpp", group="RAN1", on=(row.reserved_at or "")[:10] or None)
            owners = {one.owner_id for one in named.organisations if one.role in SIGNING and one.origin() == "yes"}
            for topic in on:
                everybody[topic][place] += 1
                for owner in owners:
                    own[owner, topic][place] += 1
    return own, everybody, len(paths)


def _order(path: Path) -> object:
    return natural(re.sub(r"(\d)b", r"\1-bis", path.stem))

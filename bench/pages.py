"""How fast the site answers over an archive, on one core with a warm cache: `python -m bench.pages SQLITE_FILE`.

Requests go through the application as a browser's do. Of each kind, others are asked first to warm up; then every one
is asked once, so that no answer is one that was kept, and its processor time taken (what one core spends, whatever else
runs); `again` is the same once more, with what was kept. The goal holds for p95.
"""

from __future__ import annotations

import json
import logging
import random
import sys
import time
from collections.abc import Callable, Container
from datetime import UTC, datetime
from functools import partial
from statistics import quantiles
from urllib.parse import quote, urlencode

from sqlalchemy import Connection, text
from starlette.testclient import TestClient

from bench.lines import peak_mb
from organisations import Registry, Resolver
from store.archive import Archive
from store.conditions import Wanted
from store.finding import page
from store.reading import Asking
from store.remembering import Remembered
from web.app import create
from web.settings import WebSettings
from web.site import Options

ASKED = 100
SEARCH_MS, PAGE_MS, LIMIT_MB = 30, 100, 300
FIGURES = ("shares", "success", "cosigning", "time", "offices")


class Asker:
    """What people ask of an archive: different every time, drawn from what is in it."""

    def __init__(self, connection: Connection, known: Container[str]) -> None:
        self.dice = random.Random(7)  # noqa: S311 - no secret
        ask = partial(connection.exec_driver_sql)
        last = ask("SELECT MAX(id) FROM record").scalar() or 1
        some = text("SELECT body, record, key, title FROM record WHERE id = :id AND record = 'contribution'")
        drawn = (connection.execute(some, {"id": self.dice.randrange(1, last + 1)}).first() for _ in range(2000))
        self.records = [row for row in drawn if row is not None]
        self.words = sorted({word for row in self.records for word in row.title.split() if word.isalpha()})
        self.usual = [word for row in self.records for word in row.title.split() if word.isalpha()]
        self.groups = ask("SELECT DISTINCT group_name FROM tally ORDER BY 1").scalars().all()
        self.meetings = ask("SELECT DISTINCT meeting FROM tally WHERE meeting <> '' ORDER BY 1").scalars().all()
        self.releases = ask("SELECT DISTINCT release FROM tally WHERE release <> '' ORDER BY 1").scalars().all()
        self.years = [int(year) for year in ask("SELECT DISTINCT year FROM tally ORDER BY 1").scalars()]
        named = "SELECT DISTINCT organisation FROM attribution WHERE organisation IS NOT NULL ORDER BY 1"
        self.organisations = [one for one in ask(named).scalars() if one in known]

    def typed(self) -> str:
        """Identifiers, words common and rare, phrases, and filters in mixture."""
        pick, dice = self.dice.choice, self.dice
        usual, rare, year = partial(pick, self.usual), partial(pick, self.words), pick(self.years)
        return pick(
            (
                pick(self.records).key,
                f"38.{dice.randrange(101, 400)}",
                usual(),
                rare(),
                f"{usual()} {usual()}",
                f"{usual()} {usual()} {usual()} {rare()}",
                f'"{usual()} {usual()}"',
                f"{usual()[:3]}*",
                f"{usual()} OR {rare()} NOT {usual()}",
                f"{usual()} group:{pick(self.groups)}",
                f"source:Huawei {usual()}",
                f"{usual()} origin:CN",
                f"{usual()} status:postponed",
                f"{usual()} status:agreed from:{year}",
                f"organisation:{pick(self.organisations)} {usual()}",
                f"organisation:{pick(self.organisations)} from:{year} to:{year}",
                f"to:{year} type:CR",
                f"NOT ({usual()} OR status:noted) group:{pick(self.groups)}",
                f'meeting:"{pick(self.meetings)}" {usual()}',
                "华为",
            )
        )

    def search(self) -> str:
        """A search, half of them within filters that facets offer."""
        pick = self.dice.choice
        filters = pick(({}, {"group": pick(self.groups)}, {"origin": "CN"}, {"organisation": pick(self.organisations)}))
        return "/search?" + urlencode({"q": pick((self.typed(), self.typed(), ""))} | filters)

    def record(self) -> str:
        """A record's page."""
        row = self.dice.choice(self.records)
        return f"/records/{row.body}/{row.record}/{quote(row.key, safe='')}"

    def figure(self, kind: str, *, everything: bool = False) -> str:
        """A figure: of a group, a meeting, a release, some years; or of all there is."""
        pick = self.dice.choice
        scope = pick(({"group": pick(self.groups)}, {"meeting": pick(self.meetings)}, {"release": pick(self.releases)}))
        years = {"first": (first := pick(self.years)), "last": first + self.dice.randrange(6)}
        more = {"by": pick(("country", "organisation")), "per": pick(("year", "meeting", "release"))}
        more |= {"count": pick(("any", "first", "fractional")), "measure": pick(("submitted", "agreed"))}
        where = {} if everything else pick((scope, {"group": pick(self.groups)} | years))
        return f"/figures/{kind}?{urlencode(where | more)}"


def main() -> None:
    """Ask, and tell in lines of JSON."""
    logging.disable()
    archive = Archive.open(f"sqlite:///{sys.argv[1]}")
    resolver = Resolver(Registry.load())
    app = create(archive, resolver, [], settings=WebSettings(), clock=lambda: datetime.now(UTC), options=Options())
    with app.state.site.read(patience=None) as connection:
        asker = Asker(connection, resolver.registry.organisations)
        hits = partial(page, connection, wanted=Wanted(), asking=Asking(resolver), limit=20)
        _tell("ranked search, the first 20", SEARCH_MS, [partial(hits, asker.typed()) for _ in range(2 * ASKED)])
    with TestClient(app, base_url="http://localhost") as client:
        pick = asker.dice.choice
        places = [f"/groups/{quote(one)}" for one in asker.groups] + ["/groups", "/", "/sources", "/organisations"]
        kinds: list[tuple[str, Callable[[], str]]] = [
            ("search page: 50 hits and facets", asker.search),
            ("record page", asker.record),
            ("organisation page", lambda: f"/organisations/{quote(pick(asker.organisations))}"),
            ("meeting page", lambda: f"/meetings/{quote(pick(asker.meetings), safe='')}"),
            ("group pages and lists", lambda: pick(places)),
            *((f"figure {kind}, of a group, meeting, release", partial(asker.figure, kind)) for kind in FIGURES),
        ]
        get = partial(partial, _get, client)
        for name, ask in kinds:
            _tell(name, PAGE_MS, [get(ask()) for _ in range(2 * ASKED)])
        for kind in FIGURES:
            addresses = sorted({asker.figure(kind, everything=True) for _ in range(ASKED // 4)})
            forget = partial(setattr, app.state.site, "remembered")
            _tell(f"figure {kind}, of everything", PAGE_MS, [get(one) for one in addresses], warm=0, forget=forget)
    used = peak_mb()
    print(json.dumps(["memory of the server, MB", f"{LIMIT_MB} MB", used, used / LIMIT_MB, 1.0]))


def _get(client: TestClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200, f"{answer.status_code} {address}"


def _tell(
    name: str,
    limit: int,
    questions: list[Callable[[], object]],
    *,
    warm: int = ASKED,
    forget: Callable[[Remembered], None] | None = None,
) -> None:
    for question in questions[:warm]:
        question()
    first = _p95(f"{name}, asked first" if forget else name, limit, questions[warm:], forget)
    print(json.dumps(first))
    if forget:
        for question in questions:
            question()
        print(json.dumps(_p95(f"{name}, again", PAGE_MS, questions[warm:])))


def _p95(
    name: str,
    limit: int,
    questions: list[Callable[[], object]],
    forget: Callable[[Remembered], None] | None = None,
) -> list[object]:
    taken = []
    for question in questions:
        if forget:
            forget(Remembered())
        start = time.process_time()
        question()
        taken.append((time.process_time() - start) * 1000)
    p95, middle = quantiles(taken, n=20)[-1], quantiles(taken, n=2)[0]
    note = f"p50 {middle:.0f}, worst {max(taken):.0f} of {len(taken)}"
    return [f"{name}: p95, ms", f"{limit} ms", p95, p95 / limit, 1.0, note]


if __name__ == "__main__":
    main()

"""How well source strings are attributed, measured on the labelled strings beside this checkout, and how fast.

Run from the root: `python -m bench.attribution [--errors]`. Precision and recall are of "names an organisation of
China" (yes against the rest) and of the organisations found, for each sample apart, by string and by documents.
"""

from __future__ import annotations

import csv
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from python_calamine import CalamineWorkbook

from organisations import Attribution, Registry, Resolver, explain

SHARED = Path(__file__).resolve().parents[2] / "shared"
# What the reader of each listing would pass: the body is known wherever a string comes from one.
BODIES = {
    "tdoc": "3gpp",
    "tdoc-odd": "3gpp",
    "tdoc-role": "3gpp",
    "group": "3gpp",
    "jvet-authors": "iso",
    "person": "iso",
}
MIXED = {"mixed": "mixed-ownership"}


@dataclass
class Score:
    """Right and wrong answers of one sample, in strings or in documents."""

    counts: Counter[str] = field(default_factory=Counter)

    def precision(self, what: str) -> float:
        """The share of what was said that is right."""
        right, invented = self.counts[what + "+"], self.counts[what + "!"]
        return right / (right + invented) if right + invented else 1.0

    def recall(self, what: str) -> float:
        """The share of what is right that was said."""
        right, lost = self.counts[what + "+"], self.counts[what + "?"]
        return right / (right + lost) if right + lost else 1.0


@dataclass(frozen=True)
class Judged:
    """One labelled string against what was found in it."""

    sample: str
    source: str
    documents: int
    wanted: str
    found: str
    right: int
    lost: tuple[str, ...]
    invented: tuple[str, ...]

    @property
    def wrong(self) -> bool:
        """Whether anything at all is amiss."""
        return bool(self.lost or self.invented or self.wanted != self.found)


def judge(resolver: Resolver, gold: Path) -> list[Judged]:
    """Every labelled string, attributed as of today."""
    with (gold / "source_strings.csv").open(encoding="utf-8", newline="") as file:
        return [_judge(resolver, row) for row in csv.DictReader(file)]


def score(judged: list[Judged], *, by_documents: bool = False) -> Score:
    """Sums up: `+` right, `?` lost, `!` invented, for `origin` and for `names`."""
    total = Score()
    for one in judged:
        weight = one.documents if by_documents else 1
        wanted, found = one.wanted == "yes", one.found == "yes"
        if wanted or found:
            total.counts["origin" + ("+" if wanted and found else "?" if wanted else "!")] += weight
        total.counts["names+"] += one.right * weight
        total.counts["names?"] += len(one.lost) * weight
        total.counts["names!"] += len(one.invented) * weight
    return total


def speed(resolver: Resolver, sources: list[str], seconds: float = 1.0) -> tuple[float, float]:
    """Strings a second: distinct ones never seen, and again once they were."""
    fresh = Resolver(resolver.registry)
    start = time.perf_counter()
    for source in sources:
        fresh.attribute(source, body="3gpp")
    cold = len(sources) / (time.perf_counter() - start)
    done, start = 0, time.perf_counter()
    while time.perf_counter() - start < seconds:
        for source in sources:
            fresh.attribute(source, body="3gpp", on="2021-05-05")
        done += len(sources)
    return cold, done / (time.perf_counter() - start)


def coverage(resolver: Resolver, captures: Path) -> tuple[int, int, Counter[str]]:
    """Documents of the captured lists, those with every name resolved, and by documents the names that were not."""
    documents = resolved = 0
    unknown: Counter[str] = Counter()
    for path in sorted(captures.glob("3gpp/tdoc_lists/*.xls*")):
        header, *rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
        source = header.index("Source")
        for row in rows:
            names = resolver.attribute(str(row[source]), body="3gpp").unresolved
            documents += 1
            resolved += not names
            unknown.update(names)
    return documents, resolved, unknown


def main() -> None:
    """Prints the table, and with `--errors` every string that is not wholly right."""
    gold = SHARED / "gold"
    if not gold.is_dir():
        sys.exit("no ../shared/gold beside this checkout: nothing to measure against")
    start = time.perf_counter()
    registry = Registry.load()
    loading = time.perf_counter() - start
    resolver = Resolver(registry)
    judged = judge(resolver, gold)
    print(
        f"{'sample':10} {'weight':10} {'strings':>7}  {'names China: P':>14} {'R':>7}  "
        f"{'organisations: P':>16} {'R':>7}"
    )
    for sample in ("distinct", "weighted", "other", "all"):
        part = [one for one in judged if sample in (one.sample, "all")]
        for by_documents in (False, True):
            total = score(part, by_documents=by_documents)
            figures = (
                total.precision("origin"),
                total.recall("origin"),
                total.precision("names"),
                total.recall("names"),
            )
            print(
                f"{sample:10} {'documents' if by_documents else 'strings':10} {len(part):7}  "
                "{:14.4f} {:7.4f}  {:16.4f} {:7.4f}".format(*figures)
            )
    wrong = [one for one in judged if one.wrong]
    print(f"{len(wrong)} of {len(judged)} strings not wholly right" + (":" if wrong and "--errors" in sys.argv else ""))
    if "--errors" in sys.argv:
        for one in wrong:
            print(f"  {one.sample}: {one.source!r} wanted {one.wanted}, found {one.found}")
            print(f"    lost {one.lost}, invented {one.invented}")
    documents, resolved, unknown = coverage(resolver, SHARED / "captures")
    if documents:
        print(
            f"captures: {resolved:,} of {documents:,} documents with every name resolved ({resolved / documents:.2%})"
        )
        print("unresolved, by documents: " + ", ".join(f"{name} {count}" for name, count in unknown.most_common()))
    cold, warm = speed(resolver, _distinct(gold))
    names = len(registry.aliases) + len(registry.rules)
    print(f"registry: {len(registry.organisations)} organisations, {names} names, {loading * 1000:.0f} ms to load")
    print(f"speed: {cold:,.0f} distinct strings/s cold (goal 10,000), {warm:,.0f} strings/s warm (goal 500,000)")


def _distinct(gold: Path) -> list[str]:
    with (gold / "source_strings.csv").open(encoding="utf-8", newline="") as file:
        return [row["source_string"] for row in csv.DictReader(file)]


def _judge(resolver: Resolver, row: dict[str, str]) -> Judged:
    body = BODIES.get(row["category"])
    attribution = resolver.attribute(row["source_string"], body=body)
    right, lost, used = 0, [], set()
    for name in filter(None, row["organisations"].split(";")):
        found = _found(resolver, attribution, name, body)
        if found:
            right += 1
            used |= found
        else:
            lost.append(name)
    invented = [named.name for named in attribution.named() if named.id not in used]
    whole = explain(attribution)["chinese"]
    return Judged(
        row["sample"],
        row["source_string"],
        int(row["n_docs"] or 1),
        row["is_chinese"],
        MIXED.get(whole, whole),
        right,
        tuple(lost),
        tuple(invented),
    )


def _found(resolver: Resolver, attribution: Attribution, wanted: str, body: str | None) -> set[str | None]:
    """Ids of the named organisations that a label means: itself, its arms or its parent."""
    short = wanted.split(" (", 1)[0]
    meant = next((a for n in (wanted, short) if (a := resolver.attribute(n, body=body)).organisations), None)
    ids = {meant.organisations[0].id, meant.organisations[0].owner_id} if meant else set()
    found = {
        named.id
        for named in attribution.named()
        if ids & {named.id, named.owner_id} or named.name.lower() == short.lower()
    }
    # A label that is itself unresolved is found when the same name is reported as unknown.
    unknown = {short.lower(), *wanted.lower().replace("(", " ").replace(")", " ").split()}
    return found or ({None} if any(name.lower() in unknown for name in attribution.unresolved) else set())


if __name__ == "__main__":
    main()

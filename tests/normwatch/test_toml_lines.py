"""On which line a key stands."""

from __future__ import annotations

import tomllib

import pytest

from normwatch.toml_lines import Path, line_of

TEXT = '''# [crawl]
top = 1

[crawl] # politely
delay = 2
"quoted key" = 3
[sources.3gpp]
groups = [
    "RAN",
    "delay = 4",
]
text = """
delay = 5
[mail]
"""
[[watchlists]]
name = "A"
[[watchlists]]
name = "B"
recipients = [{ address = "a" }]
[watchlists.nested]
key = 1
[schedule.cadences]
"3gpp.tdocs" = 1
mail.folder = "dotted"
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("top",), 2),
        (("crawl",), 4),
        (("crawl", "delay"), 5),
        (("crawl", "quoted key"), 6),
        (("sources", "3gpp", "groups"), 8),
        (("sources", "3gpp", "groups", 1), 8),
        (("sources", "3gpp", "text"), 12),
        (("watchlists", 0), 16),
        (("watchlists", 0, "name"), 17),
        (("watchlists", 1, "name"), 19),
        (("watchlists", 1, "recipients", 0, "address"), 20),
        (("watchlists", 1, "nested", "key"), 22),
        (("schedule", "cadences", "3gpp.tdocs"), 24),
        (("schedule", "cadences", "mail", "folder"), 25),
        (("crawl", "missing"), 4),
        (("missing",), 1),
        ((), 1),
    ],
)
def test_a_key_is_found_or_the_nearest_table_around_it(path: Path, line: int) -> None:
    assert tomllib.loads(TEXT)
    assert line_of(TEXT, path) == line


def test_windows_line_ends_count_once() -> None:
    assert line_of(TEXT.replace("\n", "\r\n"), ("watchlists", 1, "name")) == 19

"""The docs say what is there: commands, options, configuration keys, TOML, links."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main
from pydantic import BaseModel

from alerts.events import EVENTS
from alerts.topics import AREAS
from docs import generate
from normwatch.__main__ import app
from normwatch.config import Config

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]


def blocks(language: str) -> list[Any]:
    """Every fenced block of a language in the docs."""
    return [
        pytest.param(found, id=f"{name}-{number}")
        for page, name in zip(PAGES, NAMES, strict=True)
        for number, found in enumerate(re.findall(rf"^```{language}\n(.*?)^```", page.read_text("utf-8"), re.M | re.S))
    ]


def shell_lines() -> Iterator[str]:
    """Lines of code blocks, fenced or indented, that run normwatch."""
    for page in PAGES:
        for line in re.findall(r"^(?:    )?(normwatch .+)$", page.read_text("utf-8"), re.M):
            yield line.partition("  #")[0].partition(" | ")[0]


def commands(path: tuple[str, ...] = (), command: Any = None) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command and group of them, by its words."""
    command = command or typer.main.get_command(app)
    yield path, command
    for name, one in getattr(command, "commands", {}).items():
        yield from commands((*path, name), one)


COMMANDS = dict(commands())


def keys(model: type[BaseModel]) -> Iterator[tuple[str, str]]:
    """Every key of the configuration, with what is said of it."""
    documented = generate.attribute_docs(model)
    for name, info in model.model_fields.items():
        nested = generate._model_in(info.annotation)
        if nested:
            yield from keys(nested)
        else:
            yield info.alias or name, info.description or documented.get(name, "")


@pytest.mark.parametrize("page", generate.pages(), ids=lambda page: page.name)
def test_a_generated_page_is_current(page: Path) -> None:
    assert page.read_text("utf-8") == generate.pages()[page], "run `make docs`"


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_argument_and_option_has_help(words: tuple[str, ...]) -> None:
    command = COMMANDS[words]
    assert command.help
    without = [one.name for one in command.params if not one.help and one.name != "help"]
    assert not without


@pytest.mark.parametrize(("key", "meaning"), sorted(set(keys(Config))))
def test_every_key_of_the_configuration_says_what_it_means(key: str, meaning: str) -> None:
    assert meaning
    assert f"| `{key}` |" in (ROOT / "docs/operator/configuration.md").read_text("utf-8")


def test_every_event_and_area_is_named_to_whoever_writes_watchlists() -> None:
    page = (ROOT / "docs/operator/watchlists.md").read_text("utf-8")
    assert not [word for word in (*EVENTS, *AREAS) if f"`{word}`" not in page]


@pytest.mark.parametrize("text", blocks("toml"))
def test_toml_in_the_docs_is_a_valid_configuration(text: str) -> None:
    Config.model_validate(tomllib.loads(text))


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_relative_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8")):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        linked = page.parent / path if path else page
        assert linked.exists(), target
        if anchor:
            titles = re.findall(r"^#+ (.+)$", linked.read_text("utf-8"), re.M)
            assert anchor in [re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles], target


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_files_named_in_the_docs_are_there(page: Path) -> None:
    rooms = "normwatch|spiders|organisations|store|alerts|demo|tests|docs|templates|bench|web"
    named = re.findall(rf"`((?:{rooms})/[\w/.-]*)`", page.read_text("utf-8"))
    assert not [path for path in named if not (ROOT / path).exists()]


@pytest.mark.parametrize("line", sorted(set(shell_lines())))
def test_commands_in_the_docs_are_there_with_their_options(line: str) -> None:
    words = shlex.split(line)[1:]
    if words == ["COMMAND"]:
        return
    path: tuple[str, ...] = ()
    while (*path, words[len(path)]) in COMMANDS:
        path = (*path, words[len(path)])
        if len(path) == len(words):
            break
    assert path, f"no command {words[0]}"
    known = {option for one in COMMANDS[path].params for option in (*one.opts, *one.secondary_opts)}
    assert {word for word in words if word.startswith("--")} <= known


def test_every_command_is_told_of() -> None:
    told = " ".join(page.read_text("utf-8") for page in PAGES)
    assert not [words for words in COMMANDS if words and f"normwatch {' '.join(words)}" not in told]

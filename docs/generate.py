"""Writes the pages that are made from the code, so that they cannot say anything else: `python -m docs.generate`."""

from __future__ import annotations

import ast
import inspect
import json
import re
import textwrap
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args, get_origin

import typer.main
from pydantic import BaseModel
from sqlalchemy import Table
from sqlmodel import SQLModel

import alerts.tables
import store.agreements
import store.manners
import store.tables
import store.totals
from alerts.watchlists import Recipient
from normwatch.__main__ import app
from normwatch.config import Config

DOCS = Path(__file__).parent
NOTE = "<!-- Made by `python -m docs.generate`; change the code's descriptions instead. -->\n"


def pages() -> dict[Path, str]:
    """Every generated page and its text."""
    return {
        DOCS / "operator" / "configuration.md": configuration(),
        DOCS / "analyst" / "archive.md": archive(),
        DOCS / "commands.md": commands(),
    }


def configuration() -> str:
    """Every key of the configuration."""
    head = """
# Configuration

One TOML file: `--config PATH`, else `$NORMWATCH_CONFIG`, else `./config.toml`. `normwatch check` says what is wrong
with it, by key and line. Every key may be left out unless it is needed; relative paths are taken from the file's
folder. Secrets are never in it. How to write watchlists: [watchlists.md](watchlists.md).
"""
    return NOTE + head + "".join(_tables("", Config, "At the top of the file", {}))


def _tables(name: str, model: type[BaseModel], heading: str, done: dict[type[BaseModel], str]) -> Iterator[str]:
    """A section for a table of the configuration, and for the tables in it, each kind once."""
    done[model] = heading
    documented = attribute_docs(model)
    handed_down = next((parent for parent in model.__mro__[1:] if parent in done), BaseModel)
    rows, inner = [], []
    for field, info in model.model_fields.items():
        key = info.alias or field
        path = f"{name}.{key}" if name else key
        nested = _model_in(info.annotation)
        if nested and nested not in done:
            inner.append((path, nested, _heading(key, path, info.annotation)))
        if field in handed_down.model_fields or (nested and not _is_inline(key, info.annotation)):
            continue
        meaning = info.description or documented.get(field) or ""
        default = None if info.is_required() else info.get_default(call_default_factory=True)
        stands = "needed" if info.is_required() else _toml(default)
        what = "text or table" if nested == Recipient else "table" if nested else _kind(model, key)
        rows.append((f"`{key}`", what, stands, " ".join(meaning.split())))
    if rows or not inner:
        yield f"\n## {heading}\n"
        summary = re.sub(r"^(?:The|One of) `\[+\w+\]+`(?: \w+)?(?: of the configuration)?[.:] ?", "", _summary(model))
        yield f"{summary[:1].upper()}{summary[1:]}\n" if name and summary else ""
        if handed_down is not BaseModel:
            yield f"Every key of {done[handed_down]}, and:\n"
        yield "\n" + markdown_table(("key", "what", "unless you say so", "meaning"), rows)
    for inner_path, nested, inner_heading in inner:
        if nested not in done:
            yield from _tables(inner_path, nested, inner_heading, done)


def _heading(key: str, path: str, annotation: Any) -> str:
    if get_origin(annotation) is dict:
        return f"`[{path}.NAME]`"
    if get_origin(annotation) is list:
        return f"`[[{path}]]`"
    return f"A table in `{key}`" if _is_inline(key, annotation) else f"`[{path}]`"


def _is_inline(key: str, annotation: Any) -> bool:
    """Whether a table is written within its key's line."""
    return get_origin(annotation) is tuple or key in ("password", "secret")


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for inner in get_args(annotation) if (found := _model_in(inner))), None)


def _kind(model: type[BaseModel], key: str) -> str:
    """What a value is, in words, from the model's JSON schema."""
    schema = model.model_json_schema()
    return _words(schema["properties"][key], schema)


def _words(part: dict[str, Any], schema: dict[str, Any]) -> str:
    if "$ref" in part:
        return _words(schema["$defs"][part["$ref"].rpartition("/")[2]], schema)
    if "anyOf" in part:
        return " or ".join(_words(one, schema) for one in part["anyOf"] if one.get("type") != "null")
    if "enum" in part or "const" in part:
        return ", ".join(f'`"{one}"`' for one in part.get("enum", [part.get("const")]))
    if part.get("type") == "array":
        return f"list of {_words(part.get('items', {}), schema)}"
    words = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false"}
    word = words.get(part.get("type", ""), "table of text" if part.get("type") == "object" else "text")
    least, most = part.get("minimum"), part.get("maximum")
    bounds = f", {least} to {most}" if most is not None and least is not None else ""
    bounds = bounds or (f", at least {least}" if least is not None else f", up to {most}" if most is not None else "")
    return word + bounds


def _toml(value: Any) -> str:
    if value is None:
        return "none"
    if value in ((), [], {}):
        return "nothing"
    if isinstance(value, dict):
        return "<br>".join(f"`{json.dumps(key)} = {json.dumps(one)}`" for key, one in value.items())
    plain = [str(one) for one in value] if isinstance(value, list | tuple) else value
    return f"`{json.dumps(plain if isinstance(plain, int | float | list) else str(plain), ensure_ascii=False)}`"


def archive() -> str:
    """Every table and column of the archive."""
    head = """
# Tables of the archive

The archive is one database; these names are a contract. The ways to ask it are in [README.md](README.md).
Our own times (`observed_at`, `fetched_at`, and every other `…_at` but a document's `reserved_at` and `uploaded_at`) are
UTC, ISO 8601 text with `Z`. A listing's times stand as it gives them: see [times](README.md#times).
"""
    models = [
        model
        for module in (store.tables, store.totals, store.agreements, store.manners, alerts.tables)
        for model in _models(module)
    ]
    return NOTE + head + "".join(_table(model) for model in models)


def _models(module: Any) -> Iterator[type[SQLModel]]:
    for value in vars(module).values():
        if isinstance(value, type) and issubclass(value, SQLModel) and value.__module__ == module.__name__:
            yield value


_TYPES = {"VARCHAR": "text", "INTEGER": "number", "FLOAT": "number", "BLOB": "bytes", "BOOLEAN": "0 or 1"}


def _table(model: type[SQLModel]) -> str:
    table: Table = model.__table__  # type: ignore[attr-defined]
    documented = attribute_docs(model)
    rows = []
    for column in table.columns:
        marks = [] if column.nullable else ["always"]
        marks += ["key"] if column.primary_key else []
        marks += [f"`{one.target_fullname}`" for one in sorted(column.foreign_keys, key=str)]
        meaning = " ".join(documented.get(column.name, "").split())
        rows.append(
            (f"`{column.name}`", _TYPES.get(str(column.type), str(column.type).lower()), ", ".join(marks), meaning)
        )
    return f"\n## `{table.name}`\n{_summary(model)}\n\n" + markdown_table(("column", "type", "", "meaning"), rows)


def commands() -> str:
    """Every command with its arguments and options."""
    head = """
# Commands

`normwatch COMMAND`. With `--json`, streams are JSON Lines on stdout and summaries one object; everything else goes to
stderr. Exit codes: 0 done; 1 done with faults, named on stderr; 2 unusable arguments or configuration.
"""
    return NOTE + head + "".join(_commands("normwatch", typer.main.get_command(app)))


def _commands(path: str, command: Any) -> Iterator[str]:
    subcommands = getattr(command, "commands", {})
    if path != "normwatch":
        yield f"\n## `{path}`\n{' '.join(inspect.cleandoc(command.help or '').split())}\n"
        rows = [_parameter(one) for one in command.params if one.name != "help"]
        if rows:
            yield "\n" + markdown_table(("", "meaning"), rows)
    for name, subcommand in subcommands.items():
        yield from _commands(f"{path} {name}", subcommand)


def _parameter(parameter: Any) -> tuple[str, str]:
    if parameter.param_type_name == "argument":
        name = f"`{parameter.metavar or (parameter.name or '').strip('_').upper()}`"
    else:
        name = ", ".join(f"`{one}`" for one in (*parameter.opts, *parameter.secondary_opts))
    needed = " Needed." if parameter.required else ""
    default = parameter.default
    stated = f" Else {default}." if isinstance(default, int | str) and not isinstance(default, bool) else ""
    return name, f"{parameter.help or ''}{needed}{stated}"


def attribute_docs(model: type) -> dict[str, str]:
    """The strings that stand under a class's fields, by field, its parents' included."""
    found: dict[str, str] = {}
    for owner in reversed(model.__mro__):
        if owner.__module__.partition(".")[0] not in ("normwatch", "spiders", "store", "alerts"):
            continue
        tree = ast.parse(textwrap.dedent(inspect.getsource(owner)))
        body = tree.body[0].body  # type: ignore[attr-defined]
        for field, text in pairwise(body):
            if isinstance(field, ast.AnnAssign) and isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant):
                found[ast.unparse(field.target)] = inspect.cleandoc(str(text.value.value))
    return found


def _summary(model: type) -> str:
    return " ".join(inspect.getdoc(model).split()) if model.__doc__ else ""  # type: ignore[union-attr]


def markdown_table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """A Markdown table, its cells kept from breaking out."""
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "".join("| " + " | ".join(re.sub(r"(?<!\\)\|", r"\\|", cell) for cell in line) + " |\n" for line in lines)


def main() -> None:
    """Write the pages."""
    for path, text in pages().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

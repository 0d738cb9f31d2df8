"""The command line's contract with scripts: keys, exit codes, and what goes to which stream."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import demo
from normwatch.__main__ import app

COUNTERS = {"fetches", "not_modified", "rows", "read", "rejected", "appeared", "changed", "vanished", "unchanged"}
CHANGE = {
    *("id", "observed_at", "body", "group", "record", "key", "title", "kind", "field", "old", "new"),
    *("organisations", "url", "fetch"),
}
ORGANISATION = {"name", "as_written", "role", "parent", "home", "registered", "chinese"}
CONTRIBUTION = {
    *("key", "body", "group", "meeting", "title", "source", "type", "purpose", "agenda_item", "work_items", "status"),
    *("reserved_at", "uploaded_at", "first_seen_at", "last_changed_at", "url", "revision_of", "revised_to"),
    *("organisations", "flags"),
}


def test_check_gives_validity_problems_and_what_each_watchlist_would_have_sent(normwatch: Any, watched: Path) -> None:
    (found,) = normwatch.json("check")
    assert found["valid"] is True
    assert found["problems"] == []
    assert found["watchlists"] == [{"name": "Sundials", "per_week": 1.9}]  # 3 committees in 11 days


def test_check_of_a_wrong_configuration_names_key_and_line_and_ends_with_2(normwatch: Any, watched: Path) -> None:
    (watched / "config.toml").write_text('[crawl]\ncontct = "a@example.net"\n', encoding="utf-8")
    (found,) = normwatch.json("check", code=2)
    assert found["valid"] is False
    (problem,) = found["problems"]
    assert set(problem) == {"key", "line", "message"}
    assert (problem["key"], problem["line"]) == ("crawl.contct", 2)


def test_import_sums_the_counters_of_a_crawl(normwatch: Any, watched: Path) -> None:
    saved = normwatch.committees(watched / "saved.jsonl", *[normwatch.committee(99000000 + one) for one in range(1, 5)])
    (found,) = normwatch.json("import", "iso.committees", saved, saved)
    assert found.keys() >= COUNTERS | {"files", "rejects"}
    assert (found["files"], found["rows"], found["appeared"], found["not_modified"]) == (2, 8, 1, 1)
    assert found["rejects"] == []


def test_import_gives_rejected_rows_with_file_row_and_reason(normwatch: Any, watched: Path) -> None:
    rows = [normwatch.committee(99000001), normwatch.committee(99000002), normwatch.committee(99000003) | {"id": "x"}]
    (found,) = normwatch.json("import", "iso.committees", normwatch.committees(watched / "s.jsonl", *rows), code=1)
    (reject,) = found["rejects"]
    assert set(reject) == {"file", "row", "reason"}
    assert reject["row"] == 3
    (again,) = normwatch.json("import", "iso.committees", watched / "s.jsonl")
    assert (again["not_modified"], again["rejected"], again["rejects"]) == (1, 1, found["rejects"])


def test_changes_gives_every_change_with_its_fetch(normwatch: Any, watched: Path) -> None:
    found = normwatch.json("changes")
    assert all(one.keys() >= CHANGE for one in found)
    told = {(one["key"], one["kind"], one["field"], one["old"], one["new"]) for one in found}
    assert told == {
        ("99000001", "changed", "membership", "P", "O"),
        ("99000002", "changed", "secretariat", "BSI", "SAC"),
        ("99000003", "appeared", None, None, None),
    }
    assert {one["fetch"]["url"] for one in found} == {"file:after.jsonl"}
    assert all(len(one["fetch"]["sha256"]) == 64 for one in found)


@pytest.mark.parametrize(
    ("options", "keys"),
    [
        (("--since", "2026-11-20"), ["99000001", "99000002", "99000003"]),
        (("--until", "2026-11-20"), []),
        (("--since", "1d"), []),
        (("--since", "7d"), ["99000001", "99000002", "99000003"]),
        (("--since", "2026-11-20T07:00:00+01:00"), ["99000001", "99000002", "99000003"]),
        (("--since", "2026-11-20T07:00:01+01:00"), []),
        (("--kind", "Appeared"), ["99000003"]),
        (("--group", "ISO/TC 9901"), ["99000001"]),
        (("--body", "itu"), []),
        (("--origin", "cn"), ["99000001", "99000002", "99000003"]),
        (("--origin", "GB"), ["99000002"]),
    ],
)
def test_changes_are_filtered(normwatch: Any, watched: Path, options: tuple[str, ...], keys: list[str]) -> None:
    assert sorted(one["key"] for one in normwatch.json("changes", *options)) == keys


def test_origin_explains_arguments_and_lines_of_stdin(normwatch: Any, watched: Path) -> None:
    given = normwatch.json("origin", "Huawei, Quuxfrobnicate")
    read = normwatch.json("origin", stdin="Huawei, Quuxfrobnicate\n")
    assert given == read
    (found,) = given
    assert found.keys() >= {"source_string", "chinese", "organisations", "unresolved"}
    assert found["source_string"] == "Huawei, Quuxfrobnicate"
    assert found["unresolved"] == ["Quuxfrobnicate"]
    assert found["organisations"][0].keys() >= ORGANISATION
    assert found["organisations"][0]["chinese"] == "yes"


def test_origin_needs_no_configuration(normwatch: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert normwatch.json("origin", "Ericsson")[0]["chinese"] == "no"
    monkeypatch.setenv("NORMWATCH_CONFIG", str(tmp_path / "gone.toml"))
    done = normwatch("origin", "Ericsson", "--json")
    assert (done.exit_code, "gone.toml" in done.stderr) == (0, True)
    done = normwatch("origin", "Ericsson", "--config", tmp_path / "gone.toml")
    assert (done.exit_code, done.stderr.count("gone.toml")) == (2, 1)


def test_search_gives_records(normwatch: Any, watched: Path) -> None:
    found = normwatch.json("search", "INVENTED", "--record", "contribution", "--limit", "3")
    assert len(found) == 3
    assert all(one.keys() >= CONTRIBUTION for one in found)
    (exact,) = normwatch.json("search", "S2-3000002")
    assert exact["key"] == "S2-3000002"
    assert exact["flags"] == []
    assert exact["organisations"][0].keys() >= ORGANISATION


@pytest.mark.parametrize("query", ['"', "(", "a AND", "NOT", "*", "'; DROP TABLE record; --", "key:x", "\x00", "é華"])
def test_nothing_that_is_searched_for_is_an_error(normwatch: Any, watched: Path, query: str) -> None:
    normwatch.json("search", query)


def test_what_of_a_query_is_not_understood_is_named(normwatch: Any, watched: Path, tmp_path: Path) -> None:
    for command in (
        ("search", "INVENTED from:yesterday"),
        ("export", "committee", "--format", "jsonl", "--output", tmp_path / "x", "--query", "INVENTED from:yesterday"),
    ):
        done = normwatch(*command)
        assert done.exit_code == 0
        assert "from:yesterday" in done.stderr


def test_show_gives_history_attributions_and_provenance(normwatch: Any, watched: Path) -> None:
    (found,) = normwatch.json("show", "99000002")
    assert found["secretariat"] == "SAC"
    assert [(one["field"], one["old"], one["new"]) for one in found["history"]] == [("secretariat", "BSI", "SAC")]
    assert [one["url"] for one in found["provenance"]] == ["file:before.jsonl", "file:after.jsonl"]
    (then,) = normwatch.json("show", "99000002", "--as-of", "2026-11-15")
    assert then["secretariat"] == "BSI"
    assert then["history"] == []


def test_show_of_what_is_not_there_ends_with_1_and_says_so(normwatch: Any, watched: Path) -> None:
    done = normwatch("show", "R1-0000000", "--json")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "R1-0000000" in done.stderr


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_export_writes_every_record(normwatch: Any, watched: Path, form: str) -> None:
    output = watched / f"out.{form}"
    (found,) = normwatch.json("export", "committee", "--format", form, "--output", output)
    assert found == {"rows": 3, "file": str(output)}
    lines = output.read_text("utf-8-sig").splitlines()
    assert len(lines) == 3 + (form == "csv")


def test_watchlists_are_listed_and_tried(normwatch: Any, watched: Path) -> None:
    (listed,) = normwatch.json("watchlists")
    assert (listed["name"], listed["cadence"]) == ("Sundials", "daily 07:30")
    (tried,) = normwatch.json("watchlists", "Sundials", "--try", "--since", "7d")
    assert tried.keys() >= {"name", "matches", "per_week", "examples"}
    assert (tried["matches"], tried["per_week"]) == (3, 3.0)
    assert {one["key"] for one in tried["examples"]} == {"99000001", "99000002", "99000003"}


def test_alerts_are_previewed_sent_once_logged_and_sent_again_on_request(normwatch: Any, watched: Path) -> None:
    (preview,) = normwatch.json("alerts", "preview", "--output", watched / "preview")
    assert preview["recipient"] == "officer@example.org"
    assert preview["watchlists"] == ["Sundials"]
    assert [Path(one).suffix for one in preview["files"] if Path(one).is_file()] == [".html", ".txt"]
    (dry,) = normwatch.json("alerts", "send", "--dry-run")
    assert dry["subject"] == preview["subject"]
    assert normwatch.json("alerts", "log") == []
    (sent,) = normwatch.json("alerts", "send")
    assert sent["sent"] == 1
    assert normwatch.json("alerts", "preview") == []
    assert normwatch.json("alerts", "send")[0]["sent"] == 0
    (logged,) = normwatch.json("alerts", "log")
    assert (logged["recipient"], logged["state"]) == ("officer@example.org", "sent")
    assert [one["outcome"] for one in logged["deliveries"]] == ["accepted"]
    assert normwatch("alerts", "resend", logged["id"]).exit_code == 0
    assert normwatch.json("alerts", "send")[0]["sent"] == 1
    (again,) = normwatch.json("alerts", "log")
    assert again["message_id"] == logged["message_id"]
    assert len(list((watched / "outbox").glob("*.eml"))) == 1  # the same message under the same name


def test_a_test_message_is_sent_alone_and_to_an_address_only(normwatch: Any, watched: Path) -> None:
    (sent,) = normwatch.json("alerts", "send", "--test", "me@example.org")
    assert sent["sent"] == 1
    assert [(one["recipient"], one["kind"]) for one in normwatch.json("alerts", "log")] == [("me@example.org", "test")]
    assert len(normwatch.json("alerts", "preview")) == 1, "what is due is still due"
    assert normwatch("alerts", "send", "--test", "me@example.org\nBcc: x@example.org").exit_code == 2


def test_a_message_that_is_not_there_cannot_be_sent_again(normwatch: Any, watched: Path) -> None:
    assert normwatch("alerts", "resend", 99).exit_code == 1


def test_sources_say_how_each_is(normwatch: Any, watched: Path) -> None:
    imported = {one["source"] for one in normwatch.json("sources")}
    assert imported == {"iso.committees", "3gpp.tdocs:SA2#230:agenda"}
    normwatch.scheduled(watched)
    found = {one["source"]: one for one in normwatch.json("sources")}
    assert found.keys() > imported
    never = found["iso.projects"]
    assert (never["state"], never["last_visit_at"], never["overdue"]) == ("new", None, False)
    one = found["iso.committees"]
    assert (one["state"], one["rows"]) == ("ok", 3)
    assert one["last_good_at"] == "2026-11-20T06:00:00Z"
    assert one["next_visit_at"] == "2026-11-21T06:00:00Z"


def test_init_writes_a_valid_configuration_and_an_archive_and_no_second_one(normwatch: Any, tmp_path: Path) -> None:
    folder = tmp_path / "watch"
    assert normwatch("init", folder).exit_code == 0
    assert normwatch.json("check", "--config", folder / "config.toml")[0]["valid"] is True
    assert normwatch.json("sources", "--config", folder / "config.toml") == []
    (folder / "config.toml").write_text("# mine", encoding="utf-8")
    assert normwatch("init", folder).exit_code == 2
    assert (folder / "config.toml").read_text("utf-8") == "# mine"


def test_a_crawl_says_what_it_did_to_each_source_and_asks_again_conditionally(normwatch: Any, tmp_path: Path) -> None:
    with demo.Replica(today=date(2026, 11, 21)) as replica:
        config = tmp_path / "config.toml"
        config.write_text(f"[crawl]\ndelay = 0\nreplica = {json.dumps(replica.base_url)}\n", encoding="utf-8")
        (first,) = normwatch.json("crawl", "iso.committees", "--config", config)
        (second,) = normwatch.json("crawl", "iso.committees", "--config", config)
    assert first.keys() >= COUNTERS | {"source", "kind", "state", "seconds"}
    assert (first["source"], first["kind"], first["state"]) == ("iso.committees", "iso.committees", "ok")
    assert first["appeared"] == first["read"] > 0
    assert (second["fetches"], second["not_modified"], second["appeared"], second["changed"]) == (1, 1, 0, 0)


def test_a_crawl_with_faults_ends_with_1_and_names_the_source(normwatch: Any, tmp_path: Path) -> None:
    with demo.Replica(today=date(2026, 11, 21)) as replica:
        replica.fault("isopublicstorageprod.blob.core.windows.net", "status", code=403)
        config = tmp_path / "config.toml"
        config.write_text(f"[crawl]\ndelay = 0\nreplica = {json.dumps(replica.base_url)}\n", encoding="utf-8")
        done = normwatch("crawl", "iso.committees", "--config", config, "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout)["state"] == "refused"
    assert "iso.committees: refused" in done.stderr


def test_the_demonstration_ends_with_mails_and_an_archive(
    normwatch: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NORMWATCH_NOW", "2026-11-21T03:00:00+00:00")
    (shown,) = normwatch.json("demo", "--output", tmp_path / "demo")
    assert Path(shown["archive"]).is_file()
    assert shown["faults"] == []
    (mail,) = shown["mails"]
    assert Path(mail["html"]).read_text("utf-8").lstrip().lower().startswith("<!doctype html")
    assert {body: counts["appeared"] > 0 for body, counts in shown["news"].items()} == {
        "3GPP": True,
        "ISO": True,
        "ITU": True,
    }
    days = {one["observed_at"][:10] for one in normwatch.json("changes", "--config", tmp_path / "demo/config.toml")}
    assert days == {"2026-11-20"}  # at three in the morning, today's mail of eight has not been sent


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Usage"),
        (("nonsense",), "nonsense"),
        (("crawl", "nonsense"), "3gpp.tdocs"),
        (("import", "nonsense", "x"), "3gpp.tdocs"),
        (("import", "iso.committees"), "files"),
        (("import", "iso.committees", "x", "--observed-at", "yesterday"), "ISO 8601"),
        (("changes", "--since", "yesterday"), "7d"),
        (("changes", "--since", "99999999999d"), "7d"),
        (("changes", "--kind", "nonsense"), "appeared"),
        (("changes", "--body", "IETF"), "3GPP"),
        (("changes", "--origin", "China"), "CN"),
        (("search", "x", "--record", "nonsense"), "contribution"),
        (("search", "x", "--limit", "0"), "--limit"),
        (("origin", "x", "--on", "yesterday"), "yesterday"),
        (("origin", "x", "--body", "IETF"), "3GPP"),
        (("export", "nonsense", "--format", "csv", "--output", "x"), "contribution"),
        (("export", "project", "--format", "nonsense", "--output", "x"), "csv"),
        (("watchlists", "nonsense"), "Sundials"),
        (("alerts", "preview", "--watchlist", "nonsense"), "Sundials"),
        (("changes", "--config", "missing.toml"), "normwatch init"),
    ],
)
def test_unusable_arguments_end_with_2_and_what_would_be_right(
    normwatch: Any, watched: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = normwatch(*arguments)
    assert done.exit_code == 2
    if arguments:
        assert done.stdout == ""
        assert said in done.stderr


def test_without_an_archive_commands_say_how_to_make_one(normwatch: Any, watched: Path) -> None:
    for file in watched.glob("archive.sqlite*"):
        file.unlink()
    done = normwatch("changes", "--json")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "normwatch init" in done.stderr


def test_a_file_that_is_no_archive_is_left_alone(normwatch: Any, watched: Path) -> None:
    for file in watched.glob("archive.sqlite*"):
        file.unlink()
    (watched / "archive.sqlite").write_bytes(b"something else of mine, 0123456789" * 100)
    assert normwatch("changes").exit_code == 2
    assert (watched / "archive.sqlite").read_bytes().startswith(b"something else")


def test_a_time_that_cannot_be_read_ends_with_2(normwatch: Any, watched: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NORMWATCH_NOW", "noon")
    done = normwatch("check")
    assert done.exit_code == 2
    assert "NORMWATCH_NOW" in done.stderr


def test_every_command_that_reads_or_reports_takes_a_configuration() -> None:
    import typer.main

    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    without = {
        name
        for name, command in commands.items()
        if not hasattr(command, "commands") and not any("--config" in each.opts for each in command.params)
    }
    assert without == {"init", "demo"}  # these write one

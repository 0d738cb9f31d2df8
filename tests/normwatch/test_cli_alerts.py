"""Alerts from the command line: what is due, hostile listings, and letting somebody in again."""

from __future__ import annotations

import html
import socket
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from lxml import html as markup

from alerts.sending import suppress
from normwatch import clock
from store.archive import Archive

WATCHED = """
[[watchlists]]
name = "Sundials & <i>radio</i>"
context = "Because of <b>\\"sundials\\"</b>."
groups = ["SA2"]
topics = ["INVENTED*"]
anybody = true
cadence = "immediate"
recipients = ["officer@example.org"]
"""
NAMED, BROUGHT = "23.700-99: INVENTED conclusions", "China Mobile, Huawei (5WWC Rapporteur)"
"""Title and source of a document of the invented page."""
TITLE = (
    "INVENTED <script>alert('title')</script>\r\nBcc: evil@example.org\r\n\"quoted\" \u202egnirts\u2069 \x07{{ 7 * 7 }}"
)
SOURCE = "Huawei\r\n<img src=x onerror=\"alert('source')\">\u200f\u202eETZ"


def send(normwatch: Any, folder: Path) -> EmailMessage:
    """What is due, as a mail program reads it."""
    assert normwatch("alerts", "send").exit_code == 0
    (eml,) = (folder / "outbox").glob("*_officer-*.eml")
    message = message_from_bytes(eml.read_bytes(), policy=default)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    return message


def test_a_hostile_listing_is_inert_from_import_to_mail(normwatch: Any, watched: Path) -> None:
    config = watched / "config.toml"
    config.write_text(config.read_text("utf-8").partition("[[watchlists]]")[0] + WATCHED, encoding="utf-8")
    page = normwatch.agenda.read_text("windows-1252").replace("S2-3000", "S2-3111")
    for old, new in ((NAMED, TITLE), (BROUGHT, SOURCE)):
        assert old in page
        written = "".join(f"&#{ord(char)};" if not char.isascii() else html.escape(char) for char in new)
        page = page.replace(old, written)
    saved = watched / "hostile.htm"
    saved.write_text(page, encoding="windows-1252")
    normwatch("import", "3gpp.tdocs", saved, "--meeting", "SA2#231", "--no-baseline")
    message = send(normwatch, watched)
    assert message.keys().count("Subject") == message.keys().count("To") == 1
    assert message["Bcc"] is None
    assert all(str(value).isprintable() for value in message.values())
    body = message.get_body(("html",))
    assert body is not None
    read = markup.document_fromstring(body.get_content())
    assert not read.xpath("//script | //img | //i | //*[@onerror]")
    text = message.get_body(("plain",))
    assert text is not None
    for shown in (" ".join(read.text_content().split()), text.get_content()):
        assert "evil@example" not in shown  # no mail program makes an address of it
        title = "<script>alert('title')</script> Bcc: evil@example.org \"quoted\" gnirts {{ 7 * 7 }}"
        assert title in shown.replace("\u200c", "")
        assert "<img src=x onerror=" in shown
        assert not set("\u202e\u2069\u200f\x07") & set(shown)


def test_a_suppressed_recipient_gets_what_has_waited_once_let_in_again(normwatch: Any, watched: Path) -> None:
    with Archive.open(f"sqlite:///{watched / 'archive.sqlite'}").write() as connection:
        suppress(connection, "officer@example.org", "unsubscribed", "by the link in a message", clock.now())
    assert normwatch.json("alerts", "preview") == []
    assert normwatch.json("alerts", "send")[0]["sent"] == 1  # the operator's notice of it
    assert normwatch("alerts", "readmit", "nobody@example.org").exit_code == 1
    assert normwatch("alerts", "readmit", "Officer@example.org").exit_code == 0
    (due,) = normwatch.json("alerts", "preview")
    assert (due["recipient"], due["items"]) == ("officer@example.org", 3)


def test_what_a_watchlist_that_is_no_more_owes_can_be_let_go(normwatch: Any, watched: Path) -> None:
    assert normwatch("alerts", "forgo", "Sundials").exit_code == 1  # it is still there
    config = watched / "config.toml"
    config.write_text(config.read_text("utf-8").replace('name = "Sundials"', 'name = "Gnomons"'), encoding="utf-8")
    assert normwatch("alerts", "forgo", "Sundials").exit_code == 0
    assert normwatch.json("check")[0]["warnings"] == []
    assert [due["items"] for due in normwatch.json("alerts", "preview")] == [0]


OTHER = """
[[watchlists]]
name = "Other"
groups = ["SA2"]
recipients = ["Officer@example.org", "second@example.org"]
"""


def test_what_somebody_taken_off_a_watchlist_is_owed_is_said_and_can_be_handed_over_or_let_go(
    normwatch: Any, watched: Path
) -> None:
    config = watched / "config.toml"
    before = config.read_text("utf-8")
    config.write_text(before.replace('["officer@', '["second@') + OTHER, encoding="utf-8")
    (said,) = (one for one in normwatch.json("check")[0]["warnings"] if "owed" in one)
    assert said.startswith("3 changes owed to officer@example.org through “Sundials”, which tells them nothing")
    which = ("Officer@example.org", "--watchlist", "Sundials")
    assert normwatch("alerts", "hand-over", *which, "--to", "officer@example.org").exit_code == 2
    assert normwatch("alerts", "forgo", "second@example.org", *which[1:]).exit_code == 1
    assert normwatch("alerts", "hand-over", *which, "--to", "second@example.org").exit_code == 0
    assert not [one for one in normwatch.json("check")[0]["warnings"] if "owed" in one]
    (due,) = (one for one in normwatch.json("alerts", "preview") if one["items"])
    assert (due["recipient"], due["items"]) == ("second@example.org", 3)
    config.write_text(before + OTHER, encoding="utf-8")
    assert normwatch("alerts", "forgo", "second@example.org", *which[1:]).exit_code == 0
    assert normwatch("alerts", "forgo", "second@example.org", *which[1:]).exit_code == 1


def test_a_preview_shows_what_waits_for_a_former_address_before_it_is_handed_over(
    normwatch: Any, watched: Path
) -> None:
    config = watched / "config.toml"
    moved = '[{ address = "new@example.org", formerly = ["officer@example.org"] }]'
    config.write_text(config.read_text("utf-8").replace('["officer@example.org"]', moved), encoding="utf-8")
    (due,) = normwatch.json("alerts", "preview")
    assert (due["recipient"], due["items"]) == ("new@example.org", 3)
    assert normwatch("alerts", "send").exit_code == 0
    assert [one["items"] for one in normwatch.json("alerts", "log", "--recipient", "new@example.org")] == [3]
    assert normwatch.json("alerts", "preview") == []


def test_a_preview_of_one_watchlist_changes_nothing_and_an_unknown_one_is_refused(
    normwatch: Any, watched: Path
) -> None:
    (found,) = normwatch.json("alerts", "preview", "--watchlist", "Sundials")
    assert found["watchlists"] == ["Sundials"]
    assert normwatch.json("alerts", "log") == []
    refused = normwatch("alerts", "preview", "--watchlist", "Moondials")
    assert refused.exit_code == 2
    assert "there are Sundials" in refused.stderr


def test_a_preview_shows_what_is_due_later_and_when(
    normwatch: Any, watched: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NORMWATCH_NOW", "2026-11-20T06:15:00+00:00")  # daily at 07:30 of Berlin, 06:30 UTC
    quiet, later = normwatch.json("alerts", "preview")
    assert (quiet["due_now"], quiet["items"]) == (True, 0)
    assert (later["due_now"], later["items"]) == (False, 3)
    assert later["period"][1] == "2026-11-20T06:30:00+00:00"
    assert "To officer@example.org, not before Fri 20 Nov 07:30 CET: 1 " in normwatch("alerts", "preview").stdout
    assert later["subject"] not in normwatch("alerts", "send", "--dry-run").stdout
    assert normwatch.json("alerts", "log") == []
    monkeypatch.setenv("NORMWATCH_NOW", "2026-11-20T06:31:00+00:00")
    (now,) = normwatch.json("alerts", "preview")
    assert (now["due_now"], now["subject"]) == (True, later["subject"])
    normwatch("alerts", "send")
    assert "Nothing is due, and nothing waits." in normwatch("alerts", "preview").stdout


class Server:
    """Answers RCPT as told, by recipient."""

    def __init__(self) -> None:
        self.answers: dict[str, str] = {}
        self.taken: list[str] = []

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        answer = self.answers.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
            self.taken.append(address)
        return answer


@pytest.fixture
def server(watched: Path) -> Iterator[Server]:
    """A relay that the configuration names."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    config = watched / "config.toml"
    smtp = f'delivery = "smtp"\nsmtp = {{ host = "127.0.0.1", port = {port}, security = "none" }}'
    config.write_text(config.read_text("utf-8").replace("[mail]", f"[mail]\n{smtp}"), encoding="utf-8")
    made = Server()
    controller = Controller(made, hostname="127.0.0.1", port=port)
    controller.start()
    yield made
    controller.stop()


def subjects(normwatch: Any, recipient: str) -> list[str]:
    return [one["subject"] for one in normwatch.json("alerts", "log", "--recipient", recipient)]


def test_a_refused_recipient_is_said_to_be_left_alone_and_let_in_again_is_not_yet_well(
    normwatch: Any, watched: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer, operator = "officer@example.org", "operator@example.org"
    server.answers[officer] = "550 5.1.1 no such user"
    sent = normwatch("alerts", "send")
    assert sent.exit_code == 1
    assert f"{officer} was refused for good (550 5.1.1 no such user): nothing more is sent there" in sent.stderr
    assert f"normwatch alerts readmit {officer}" in sent.stderr
    assert "again by the next run" not in sent.stderr
    monkeypatch.setenv("NORMWATCH_NOW", "2026-11-21T10:00:00+00:00")
    assert normwatch("alerts", "send").exit_code == 0  # the operators are told
    assert len(subjects(normwatch, operator)) == 1
    for arguments in (("send", "--test", officer), ("resend", "1")):
        refused = normwatch("alerts", *arguments)
        assert refused.exit_code == 1
        assert "readmit officer@example.org` first" in refused.stderr

    readmitted = normwatch("alerts", "readmit", officer)
    assert "is tried again by the next `normwatch alerts send`, first the 1 that was refused" in readmitted.stdout
    monkeypatch.setenv("NORMWATCH_NOW", "2026-11-21T11:00:00+00:00")
    assert normwatch("alerts", "send").exit_code == 1  # it is refused again
    assert len(subjects(normwatch, operator)) == 1  # and nobody was told in between that all is well
    monkeypatch.setenv("NORMWATCH_NOW", "2026-11-21T12:00:00+00:00")
    normwatch("alerts", "send")
    assert subjects(normwatch, operator)[0] == "Normwatch: faults, 2 new"  # the recipient and the message, once more

    del server.answers[officer]
    normwatch("alerts", "readmit", officer)
    monkeypatch.setenv("NORMWATCH_NOW", "2026-11-21T13:00:00+00:00")
    assert normwatch("alerts", "send").exit_code == 0
    assert server.taken.count(officer) == 1
    monkeypatch.setenv("NORMWATCH_NOW", "2026-11-21T14:00:00+00:00")
    normwatch("alerts", "send")
    assert subjects(normwatch, operator)[0] == "Normwatch: faults, 2 over"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("451 4.2.1 mailbox busy", "officer@example.org was put off (451 4.2.1 mailbox busy): tried again later"),
        ("550 5.7.1 relaying denied", "message 1 to officer@example.org was refused (550 5.7.1 relaying denied)"),
    ],
)
def test_what_was_not_sent_says_what_becomes_of_it(
    normwatch: Any, watched: Path, server: Server, answer: str, said: str
) -> None:
    server.answers["officer@example.org"] = answer
    assert said in normwatch("alerts", "send").stderr
    assert normwatch.json("alerts", "log")[0]["state"] in ("queued", "rejected")


def test_a_relay_that_is_away_is_said_to_be(normwatch: Any, watched: Path, server: Server) -> None:
    config = watched / "config.toml"
    config.write_text(config.read_text("utf-8").replace('host = "127.0.0.1"', 'host = "127.0.0.2"'), encoding="utf-8")
    done = normwatch("alerts", "send")
    assert done.exit_code == 1
    assert "everything keeps its place until the next run" in done.stderr
    assert normwatch.json("alerts", "log")[0]["state"] == "queued"


def without(folder: Path, sources: str) -> None:
    config = folder / "config.toml"
    config.write_text(f"{sources}\n{config.read_text('utf-8')}", encoding="utf-8")


def test_where_files_are_imported_and_nothing_visits_no_crawler_is_said_to_stand_still(
    normwatch: Any, watched: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    normwatch("alerts", "send")
    monkeypatch.setenv("NORMWATCH_NOW", "2026-12-21T09:00:00+00:00")
    (quiet,) = normwatch.json("alerts", "preview")
    assert quiet["subject"].startswith("Nothing new in what was imported")
    assert "Last read: ISO committees (1) Fri 20 Nov 07:00 (Europe/Berlin)." in quiet["text"]
    assert "COULD NOT SEE" not in quiet["text"]
    normwatch("alerts", "send")
    assert subjects(normwatch, "operator@example.org") == []
    assert {(one["state"], one["overdue"]) for one in normwatch.json("sources")} == {("ok", False)}
    normwatch.scheduled(watched)
    monkeypatch.setenv("NORMWATCH_NOW", "2026-12-24T09:00:00+00:00")
    (told,) = normwatch.json("alerts", "preview")
    assert "all of ISO could not be" in told["subject"], "it was to be visited since, and was not"


def test_a_quiet_week_is_said_to_be_one(normwatch: Any, watched: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without(watched, "[sources.iso]\nprojects = false\nregisters = []")
    normwatch.scheduled(watched)
    normwatch("alerts", "send")
    monkeypatch.setenv("NORMWATCH_NOW", "2026-11-29T09:00:00+00:00")
    normwatch("import", "iso.committees", watched / "after.jsonl", "--observed-at", "2026-11-29T06:00Z")
    (quiet,) = normwatch.json("alerts", "preview")
    assert quiet["items"] == 0
    assert quiet["subject"].startswith("Nothing new, all sources read")
    assert "Last read: ISO committees (1) 07:00 (Europe/Berlin)." in quiet["text"]


def test_a_quiet_week_in_which_nobody_read_anything_is_not_said_to_be_one(
    normwatch: Any, watched: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    normwatch.scheduled(watched)
    normwatch("alerts", "send")
    monkeypatch.setenv("NORMWATCH_NOW", "2026-11-29T09:00:00+00:00")
    (quiet,) = normwatch.json("alerts", "preview")
    assert quiet["subject"].startswith("Nothing new in what could be read; all of ISO could not be")
    assert "ISO: committees. Not read since Fri 20 Nov 07:00: it was not visited" in quiet["text"]
    assert "ISO: projects. Never read: nobody has visited it yet." in quiet["text"]


def test_an_outage_is_told_to_readers_and_operators_though_nothing_else_is_due(
    normwatch: Any, watched: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    normwatch.scheduled(watched)
    normwatch("alerts", "send")
    monkeypatch.setenv("NORMWATCH_NOW", "2026-11-24T12:00:00+00:00")
    normwatch("alerts", "send")
    told = {one["recipient"]: one["subject"] for one in normwatch.json("alerts", "log", "--limit", "2")}
    assert told["officer@example.org"].startswith("Nothing new in what could be read")
    assert told["operator@example.org"].startswith("Normwatch: faults")
    monkeypatch.setenv("NORMWATCH_NOW", "2026-11-25T12:00:00+00:00")
    assert normwatch.json("alerts", "send")[0]["sent"] == 0

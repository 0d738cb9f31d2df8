from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from lxml import html as markup

from alerts.blindness import Blind, Read
from alerts.cadence import Period
from alerts.digests import Digest
from alerts.items import Item, Link, Name, Why
from alerts.matching import Reason
from alerts.rendering import MAX_BYTES, Rendered, render
from alerts.sections import Area, Section
from alerts.signals import Signal
from alerts.standing import Figures
from alerts.wording import HOSTS, Happening

NOW = datetime(2026, 11, 21, 6, 30, tzinfo=UTC)
URL = "https://www.3gpp.org/ftp/tsg_ran/WG1_RL1/TSGR1_999/Docs/R1-9900001.zip"
Make = Callable[..., Digest]

ITEM = Item(
    body="3GPP",
    record="contribution",
    key="R1-9900001",
    label="R1-9900001",
    title=(("On ", False), ("6G", True), (" waveforms", False)),
    url=URL,
    names=(Name("Huawei", True), Name("Ericsson", False)),
    signing="joint-foreign",
    place="discussion · 10.1",
    happenings=(Happening("uploaded", "uploaded", "reserved", "20 Nov"),),
    why=(Why("6G", (Reason("organisation", "Huawei", "source"), Reason("topic", "6G", "title"))),),
    earlier=(Link("R1-9800001", None),),
    later=(),
    unknown=False,
)


def digest(*items: Item, **other: object) -> Digest:
    section = Section("3GPP", "RAN1", "RAN1#999", "Dallas, 23–27 Nov", Figures(9, 3, 200, 72, 0.33, 5), items, ())
    made = Digest(
        recipient="officer@example.org",
        period=Period(NOW, NOW),
        now=NOW,
        zone=ZoneInfo("Europe/Berlin"),
        countries=("China",),
        signals=(),
        areas=(Area("6G", "It is named in a plan.", (section,)),) if items else (),
        blind=(),
        read=(Read("3GPP", "meetings", 4, "2026-11-21T05:10:00Z", "2026-11-21T06:02:00Z"),),
        subscriptions=(("6G", "daily 07:30"), ("AI", "daily 07:30"), ("Cables", "weekly mon 07:30")),
        hosts=HOSTS,
    )
    return replace(made, **other)


def words(rendered: Rendered) -> str:
    body = markup.document_fromstring(rendered.html).find("body")
    return " ".join(body.text_content().split())


def test_html_and_text_say_the_same() -> None:
    rendered = render(digest(ITEM), stop="mailto:stop@example.org?subject=stop")
    for said in (
        "1 new from China in 6G",
        "Why we watch: It is named in a plan.",
        "RAN1#999 · Dallas, 23–27 Nov",
        "9 new, 3 from China · 200 in all, 72 from China: 36 %, usually 33 % (the 5 meetings before)",
        "On 6G waveforms",
        "Huawei, Ericsson · joint · discussion · 10.1",
        "matched: Huawei; “6G” in title · revises R1-9800001",
        "uploaded 20 Nov",
        "Last read: 3GPP meetings (4) 06:10 to 07:02 (Europe/Berlin).",
        "“6G”, “AI” (daily 07:30); “Cables” (weekly mon 07:30)",
    ):
        assert said in words(rendered)
        assert said in " ".join(rendered.text.split())
    assert URL in rendered.text
    assert "mailto:stop@example.org?subject=stop" in rendered.text
    assert rendered.subject == "1 new from China in 6G · RAN1 · 21 Nov"


def test_the_html_is_what_mail_programs_can_show() -> None:
    rendered = render(digest(ITEM))
    page = markup.document_fromstring(rendered.html)
    assert page.get("lang") == "en"
    assert page.xpath("//table//th[@scope='col']")
    assert [cell.text_content() for cell in page.xpath("//th[@scope='row']")] == ["R1-9900001"]
    assert page.xpath("//a[@href=$url]/@style", url=URL)
    assert not page.xpath("//script | //img | //link | //iframe | //form | //*[@src]")
    assert "@media (prefers-color-scheme: dark)" in rendered.html
    assert "@media (max-width: 560px)" in rendered.html
    assert page.xpath("//meta[@name='color-scheme']/@content") == ["light dark"]
    assert not re.search(r"url\(|@import", rendered.html)


HOSTILE = "<script>alert(1)</script> & \"6G\" 'x' </td></table><img src=x onerror=alert(1)> {{ 7 * 7 }}"


def test_hostile_text_stays_text() -> None:
    evil = replace(
        ITEM,
        title=((HOSTILE, True),),
        names=(Name(HOSTILE, True, HOSTILE),),
        place=HOSTILE,
        label=HOSTILE,
        happenings=(Happening("decided", HOSTILE, HOSTILE, HOSTILE),),
        why=(Why("6G", (Reason("topic", HOSTILE, HOSTILE),)),),
    )
    rendered = render(digest(evil, blind=(hidden(HOSTILE, why=HOSTILE),)))
    page = markup.document_fromstring(rendered.html)
    assert not page.xpath("//script | //img | //*[@onerror]")
    assert len(page.xpath("//table")) == 1
    assert "<script>alert(1)</script>" in words(rendered)
    assert "49" not in words(rendered)


def test_addresses_in_scraped_text_are_no_links_whatever_the_mail_program() -> None:
    lure = "6G www.evil.example or mail urgent@evil.example via http://evil.example/x"
    evil = replace(
        ITEM,
        title=((lure, False),),
        names=(Name(lure, True, lure), Name("evil", False)),
        place=lure,
        happenings=(Happening("decided", lure, lure, lure),),
        why=(Why("6G", (Reason("topic", lure, lure),)),),
        earlier=(Link("evil.example", None),),
    )
    warned = Signal("first", "First time", lure, lure, (Link("evil.example", None),))
    made = digest(evil, signals=(warned,), blind=(hidden(lure, why=lure),))
    section = replace(made.areas[0].sections[0], heading=lure, note=lure, unknown=(evil,))
    made = replace(made, areas=(replace(made.areas[0], sections=(section,)),))
    rendered = render(made, site="https://normwatch.example.org", stop="mailto:stop@example.org")
    for said in (words(rendered), rendered.text):
        assert "evil\u200c.example" in said
        assert not re.search(r"evil\.example|www\.evil|http:|urgent@", said)
    links = markup.document_fromstring(rendered.html).xpath("//a/@href")
    assert links
    assert all(link.isascii() for link in links)
    assert URL in rendered.text


@pytest.mark.parametrize("name", ["6G\r\nBcc: evil@example.org", "6G\u2028radio\u202e", "x" * 500])
def test_the_subject_is_one_line_that_a_header_can_hold(name: str) -> None:
    made = digest(ITEM)
    rendered = render(replace(made, areas=(replace(made.areas[0], name=name),)))
    assert rendered.subject.isprintable()
    assert len(rendered.subject) <= 140
    message = EmailMessage(policy=SMTP)
    message["Subject"] = rendered.subject
    assert message["Bcc"] is None


def test_only_public_hosts_are_linked() -> None:
    warned = Signal("first", "First time", "Xiaomi in RAN1", "None before.", (Link("R1-1", URL), Link("R1-2", None)))
    rendered = render(digest(ITEM, signals=(warned,)), site="https://normwatch.example.org")
    links = markup.document_fromstring(rendered.html).xpath("//a/@href")
    assert {urlsplit(link).hostname for link in links} == {"www.3gpp.org", "normwatch.example.org"}
    assert {urlsplit(link).scheme for link in links} == {"https"}


def test_the_site_is_linked_to_only_where_readers_can_reach_it() -> None:
    many = digest(*(replace(ITEM, key=f"R1-{n}") for n in range(20)))
    links = markup.document_fromstring(render(many).html).xpath("//a/@href")
    assert {urlsplit(link).hostname for link in links} == {"www.3gpp.org"}
    rendered = render(many, site="https://normwatch.example.org")
    links = markup.document_fromstring(rendered.html).xpath("//a/@href")
    for path in (
        "",
        "/watchlists/6G",
        "/watchlists/6G/feed.atom",
        "/watchlists/6G/calendar.ics",
        "/records/3GPP/contribution/R1-0",
    ):
        assert f"https://normwatch.example.org{path}" in links
    assert "8 more here (uploaded 8): https://normwatch.example.org/watchlists/6G" in rendered.text


def test_of_more_warnings_than_fit_every_kind_is_shown_and_the_rest_counted() -> None:
    firsts = [Signal("first", "First time", f"Somebody {n} in RAN1", "None.") for n in range(20)]
    made = digest(ITEM, signals=(*firsts, Signal("agreed", "Agreed", "4 of ZTE in RAN1", "", (), 4)))
    rendered = render(made)
    for said in ("Somebody 10", "4 of ZTE in RAN1", "…and 9 more: 9 firsts."):
        assert said in rendered.text
        assert said in words(rendered)
    assert "Somebody 11" not in rendered.text


def test_early_warnings_come_first_with_their_evidence() -> None:
    warned = (
        Signal(
            "first", "First time", "Xiaomi in RAN1, 1 contribution", "None by it among 9,000.", (Link("R1-1", URL),)
        ),
        Signal("agreed", "Agreed", "4 contributions of ZTE", "", (), 4),
    )
    rendered = render(digest(ITEM, signals=warned))
    assert rendered.subject.startswith("1 first, 4 agreed, 1 new from China in 6G")
    lines = rendered.text.splitlines()
    assert lines[2] == "WORTH A LOOK FIRST"
    assert lines[3] == "* First time: Xiaomi in RAN1, 1 contribution (R1-1). None by it among 9,000."
    assert words(rendered).index("Worth a look first") < words(rendered).index("Why we watch")


def test_a_large_digest_stays_small_and_says_what_it_leaves_out() -> None:
    many = [replace(ITEM, key=f"R1-99{n:05}", title=((f"{n} " + "long title " * 20, False),)) for n in range(3000)]
    made = digest(*many)
    rendered = render(replace(made, areas=tuple(replace(made.areas[0], name=f"Area {n}") for n in range(12))))
    assert len(rendered.html.encode()) <= MAX_BYTES
    assert re.search(r"…and \d+ more here", rendered.text)
    assert "long title" in rendered.text
    assert rendered.subject.startswith("36000 new from China")


def test_what_is_not_shown_is_named_by_number_where_there_is_no_site() -> None:
    many = [replace(ITEM, key=f"R1-99{n:05}", label=f"R1-99{n:05}", order=((1, n, ""),)) for n in range(20)]
    rest = "8 more here (uploaded 8): "
    assert f"{rest}R1-9900012–R1-9900019" in render(digest(*many)).text
    rendered = render(digest(*many), site="https://normwatch.example.org")
    assert f"{rest}https://normwatch.example.org/watchlists/6G" in rendered.text


def test_the_headline_counts_nothing_twice() -> None:
    project = replace(ITEM, body="ISO", record="project", key="1", happenings=(Happening("project-new", "new"),))
    summary = replace(ITEM, key="R1-2", names=(Name("Huawei", True, "moderator"),))
    uploaded = replace(ITEM, key="R1-4", appeared=False)
    agreed = replace(ITEM, key="R1-3", happenings=(Happening("decided", "agreed", accepted=True),))
    warned = (
        Signal("project", "New project", "x", "", about=frozenset({project.id})),
        Signal("agreed", "Agreed", "x", "", about=frozenset({agreed.id})),
    )
    made = digest(ITEM, project, summary, agreed, uploaded, signals=warned)
    assert render(made).subject.startswith("1 new project, 1 agreed, 1 new from China in 6G")
    said = "1 new project, 1 agreed, 1 new from China, 1 now uploaded, 1 other change in 6G"
    assert render(made).text.startswith(said)
    assert render(digest(uploaded)).subject.startswith("1 now uploaded from China in 6G")


def test_subjects_stay_short_and_name_a_committee_with_its_parent() -> None:
    made = digest(ITEM)
    (area,) = made.areas
    sections = [replace(area.sections[0], body="ISO", group=name) for name in ("ISO/TC 22/SC 1", "ISO/IEC JTC 1/SC 42")]
    two = replace(made, areas=(replace(area, sections=tuple(sections)),))
    assert render(two).subject == "2 new from China in 6G · ISO TC 22/SC 1, JTC 1/SC 42 · 21 Nov"
    areas = tuple(replace(area, name=f"Area {n}", sections=(*area.sections, *sections, *sections)) for n in range(9))
    groups = tuple(replace(area.sections[0], group=f"RAN{n}") for n in range(9))
    many = render(replace(made, areas=(*areas, replace(area, sections=groups))))
    assert many.subject == "54 new from China in 10 areas · 3GPP, ISO · 21 Nov"


def test_dates_and_figures_of_a_meeting_are_said_once() -> None:
    made = digest(ITEM)
    (section,) = made.areas[0].sections
    second = Area("AI", "It is too.", (replace(section, items=(replace(ITEM, key="R1-2"),), again=True),))
    rendered = render(replace(made, areas=(*made.areas, second)))
    for said in (words(rendered), rendered.text):
        assert said.count("RAN1#999") == 2
        assert said.count("Dallas") == said.count("usually") == 1


def hidden(*groups: str, last: str | None = "2026-11-18T05:10:00Z", whole: bool = False, why: str = "") -> Blind:
    what = tuple((group, "documents") for group in groups)
    return Blind("ITU", what, len(groups), whole, last, why or "the server failed")


def test_that_a_group_is_watched_whole_is_a_reason_where_there_is_no_other() -> None:
    whole, topic = Reason("group", "RAN1"), Reason("topic", "6G", "title")
    assert "matched: all of RAN1" in render(digest(replace(ITEM, why=(Why("6G", (whole,)),)))).text
    assert "all of RAN1" not in render(digest(replace(ITEM, why=(Why("6G", (topic, whole)),)))).text


def test_a_quiet_period_says_so_and_where_it_is_blind() -> None:
    assert render(digest()).subject == "Nothing new, all sources read · 21 Nov"
    rendered = render(digest(blind=(hidden("ITU-T SG13", "ITU-T SG17"), hidden("ITU-T SG5", last=None))))
    assert rendered.subject == "Nothing new in what could be read; 3 sources of ITU could not be · 21 Nov"
    for told in (
        "ITU: ITU-T SG13 (documents), ITU-T SG17 (documents). Not read since Wed 18 Nov 06:10: the server failed.",
        "ITU: ITU-T SG5 (documents). Never read: the server failed.",
        "Nothing newer from there is in this digest.",
    ):
        assert told in rendered.text
        assert told in words(rendered)


def test_every_group_of_a_long_outage_is_named_and_its_body_above_the_fold() -> None:
    groups = [f"ITU-T SG{number}" for number in range(2, 22)]
    rendered = render(digest(ITEM, blind=(hidden(*groups, whole=True),)))
    for text in (rendered.text, words(rendered)):
        assert all(f"{group} (documents)" in text for group in groups)
        assert text.index("Not seen: all of ITU") < text.index("R1-9900001")
        assert "ITU: ITU-T SG2 (documents), " in text


def test_the_end_of_an_outage_is_told() -> None:
    rendered = render(digest(again=(("ITU", "ITU-T SG13 (documents)"),)))
    assert rendered.subject == "Nothing new; ITU can be read again · 21 Nov"
    for text in (rendered.text, words(rendered)):
        assert "ITU: ITU-T SG13 (documents)." in text


def test_where_nothing_at_all_was_read_no_source_is_said_to_be() -> None:
    assert render(digest(read=())).subject == "Nothing new, but nothing was read either · 21 Nov"


def test_an_unknown_name_is_shown_as_unknown() -> None:
    unknown = replace(ITEM, names=(Name("Zephyrlink", False, known=False),), unknown=True)
    made = digest(ITEM)
    section = replace(made.areas[0].sections[0], items=(), unknown=(unknown,))
    rendered = render(replace(made, areas=(replace(made.areas[0], sections=(section,)),)))
    assert "Zephyrlink (unknown)" in words(rendered)
    assert rendered.subject.startswith("1 unknown name in 6G")


def test_a_busy_day_in_forty_groups_still_shows_several_of_each() -> None:
    many = [replace(ITEM, key=f"R1-99{n:05}", label=f"R1-99{n:05}") for n in range(10)]
    section = digest(*many).areas[0].sections[0]
    sections = tuple(replace(section, heading=f"Group {n}") for n in range(40))
    rendered = render(digest(areas=(Area("6G", "Because.", sections),)))
    assert len(rendered.html.encode()) <= MAX_BYTES
    assert rendered.text.count("matched: ") == 40
    assert rendered.text.count("8 more here") == 0

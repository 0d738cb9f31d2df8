"""What a soak is given: the configuration of who is told what and when, and everything that goes wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

CONFIG = """[crawl]
delay = 0
timeout = 5
replica = {replica}
[sources.3gpp]
groups = {groups}
[sources.iso]
registers = ["IRG"]
[sources.itu]
groups = ["ITU-T SG13"]
meetings = ["T"]
[schedule]
send = "every 2 h"
[schedule.around_meetings]
"3gpp.tdocs" = "every 6 h"
"iso.registers" = "every 12 h"
"itu.documents" = "every 8 h"
[mail]
operators = ["operator@example.org"]
folder = "mails"
[digests]
rows = 200
items = 500
[[watchlists]]
name = "Everything"
anybody = true
whole_groups = ["*"]
significance = "all"
zone = "Europe/Berlin"
cadence = "daily 07:30"
recipients = ["all@example.org"]
[[watchlists]]
name = "Radio"
anybody = true
significance = "all"
whole_groups = ["RAN1"]
zone = "Europe/Berlin"
cadence = "daily 02:30"
recipients = ["radio@example.org"]
[[watchlists]]
name = "ISO"
anybody = true
significance = "all"
bodies = ["ISO"]
zone = "Europe/London"
cadence = "weekly mon 07:30"
recipients = ["iso@example.org"]
[[watchlists]]
name = "China, at once"
significance = "all"
cadence = "immediate"
recipients = ["china@example.org"]
"""

LIST = "portal.3gpp.org/ngppapp/GenerateDocumentList.aspx?meetingId="
MEETINGS = "www.3gpp.org/dynareport?code=Meetings-"
BLOB = "isopublicstorageprod.blob.core.windows.net/opendata/_latest/iso_"
ITU = "www.itu.int/"
INDEX = f"{ITU}dms_pages/itu-t/md/25/SG13/c/"


@dataclass(frozen=True, slots=True)
class Spoilt:
    """A fault of a server: where and for how long, and the source that cannot be seen for it, if one cannot."""

    kind: str
    where: str
    hours: int
    source: str = ""
    params: dict[str, Any] = field(default_factory=dict)


RAN1, SA2 = "3gpp.tdocs:RAN1#927", "3gpp.tdocs:SA2#975"
FAULTS = (
    Spoilt("status", LIST + "990102", 50, RAN1, {"code": 503}),
    Spoilt("login", BLOB + "deliv", 30, "iso.projects"),
    Spoilt("half", LIST + "990302", 40, SA2),
    Spoilt("header-down", LIST + "990102", 30),
    Spoilt("status", "www.unicode.org/irg", 30, "iso.registers:IRG", {"code": 429, "retry_after": 7200}),
    Spoilt("robots", "portal.3gpp.org", 30, RAN1, {"disallow": "/"}),
    Spoilt("cut", LIST + "990302", 30, SA2),
    Spoilt("no-rows", BLOB + "technical", 30, "iso.committees"),
    Spoilt("renamed-column", INDEX, 50, "itu.documents:T25-SG13-C", {"old": "main_source", "new": "origin"}),
    Spoilt("block", MEETINGS + "R1.htm", 30, "3gpp.meetings:RAN1"),
    Spoilt("huge", BLOB + "deliv", 8, "", {"size": 65 << 20}),
    Spoilt("slow", LIST + "990102", 8, "", {"seconds": 0.5}),
    Spoilt("workbook-bomb", LIST + "990302", 8, "", {}),
    Spoilt("status", LIST + "990102", 40, RAN1, {"code": 403}),
    Spoilt("short", BLOB + "deliv", 50, "iso.projects"),
    Spoilt("empty", "www.unicode.org/irg", 40, "iso.registers:IRG"),
    Spoilt("redirect", LIST + "990302", 40, SA2),
    Spoilt("loop", MEETINGS + "S2.htm", 30, "3gpp.meetings:SA2"),
    Spoilt("far-cell", LIST + "990302", 20, "", {}),
    Spoilt("bomb", LIST + "990102", 8, "", {"size": 65 << 20}),
    Spoilt("html", LIST + "990302", 60, SA2),
    Spoilt("status", ITU, 40, "itu.documents:T25-SG13-C", {"code": 503, "retry_after": "a date"}),
    Spoilt("status", "www.3gpp.org", 40, "3gpp.meetings:RAN1", {"code": 500}),
)
"""One after the other: every kind of `demo.faults`; a Retry-After of "a date" is one three hours ahead."""

MISHAPS = (
    "restart",
    "a crawl killed",
    "the sender killed",
    "the disk full in a crawl",
    "the clock ahead",
    "a crawl killed",
    "the disk full while sending",
    "run killed with its children",
    "nothing runs for two days",
    "the clock back",
    "the sender killed",
)
"""What befalls our own machine, one after the other."""

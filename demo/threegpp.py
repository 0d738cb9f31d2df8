"""3GPP's two hosts: the portal with its lists, and www with meetings pages, folders and agenda pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from urllib.parse import quote

from demo.resource import MARK, Resource, Site, text
from demo.threegpp_agendas import allocation, tdocs_by_agenda
from demo.threegpp_folders import Entry, folder
from demo.threegpp_meetings import GROUPS, RAN1_NOW, RAN2_LATE, RAN_NEXT, SA2_NOW, SA3_NOW, Meeting, meetings
from demo.threegpp_pages import meetings_page
from demo.threegpp_tdocs import Tdoc, tdocs
from demo.threegpp_workbook import Style, workbook

STYLES = {RAN1_NOW: Style(dates="dd/MM"), RAN2_LATE: Style(31, "serial")}
"""Lists that are not made in the usual way (36 columns, US dates)."""

ON_FILE_SERVER = (SA3_NOW, RAN_NEXT)
"""Meetings whose list also, or (SA3) only, stands in the Docs folder."""
NOT_ON_PORTAL = (SA3_NOW,)

IIS = "Microsoft-IIS/10.0"
ASP_NET = (("X-AspNet-Version", "4.0.30319"), ("X-Powered-By", "ASP.NET"))
ROBOTS = "User-agent: *\nDisallow: /administrator/\nDisallow: /cache/\nDisallow: /tmp/\n"


def sites(today: date, day: int) -> dict[str, Site]:
    """Both hosts as of a day."""
    changed = datetime.combine(today - timedelta(days=1), time(9 if day == 1 else 18, 5))
    return hosts({meeting: tdocs(meeting, today, day) for meeting in meetings(day)}, today, changed)


def hosts(lists: dict[Meeting, tuple[Tdoc, ...]], today: date, changed: datetime) -> dict[str, Site]:
    """Both hosts with these meetings and the rows of their lists; `changed` is when their folders last did."""
    known = [
        replace(meeting, documents=(_suffix(rows[0]), _suffix(rows[-1]))) if rows else meeting
        for meeting, rows in lists.items()
    ]
    return {"www.3gpp.org": _www(known, lists, today, changed), "portal.3gpp.org": _portal(lists, today)}


def _suffix(row: Tdoc) -> str:
    return row.number[-3:]


def _portal(lists: dict[Meeting, tuple[Tdoc, ...]], today: date) -> Site:
    resources = {
        f"/ngppapp/GenerateDocumentList.aspx?meetingId={meeting.id}": workbook(
            meeting, rows, STYLES.get(meeting.id, Style()), today, attached=True
        )
        for meeting, rows in lists.items()
        if rows and meeting.id not in NOT_ON_PORTAL
    }
    resources["/robots.txt"] = text("text/plain", "User-agent: *\nDisallow: /webapp/\n")
    return Site(IIS, resources, _missing("The resource cannot be found."), ASP_NET, ignores_case=True)


def _www(known: list[Meeting], lists: dict[Meeting, tuple[Tdoc, ...]], today: date, changed: datetime) -> Site:
    resources: dict[str, Resource] = {"/robots.txt": text("text/plain", ROBOTS)}
    for group in GROUPS.values():
        page = meetings_page(group.name, [meeting for meeting in known if meeting.group == group.name], today)
        resources[f"/dynareport?code=Meetings-{group.code}.htm"] = page
    for meeting, rows in lists.items():
        if rows:
            resources |= _meeting_folder(meeting, rows, today, changed)
    for group in GROUPS.values():
        folders = [
            Entry(meeting.folder, changed) for meeting in known if meeting.group == group.name and meeting.folder
        ]
        resources[f"/ftp/{group.root}"] = folder(f"/ftp/{group.root}", sorted(folders, key=lambda entry: entry.name))
    return Site(IIS, resources, _missing("404 - File or directory not found."), ASP_NET, ignores_case=True)


def _meeting_folder(meeting: Meeting, rows: tuple[Tdoc, ...], today: date, changed: datetime) -> dict[str, Resource]:
    """A meeting's folder, its Docs, and its agenda page where its group makes one."""
    path = meeting.path()
    docs = [Entry(f"{row.number}.zip", row.uploaded, 20 + int(row.number[-3:]) / 7) for row in rows if row.uploaded]
    root = [Entry(name, changed) for name in ("Agenda", "Docs", "Inbox", "Invitation", "Report")]
    found: dict[str, Resource] = {}
    if meeting.id in ON_FILE_SERVER:
        name = f"TDoc_List_Meeting_{meeting.name}.xlsx"
        docs.append(Entry(name, changed, 48.5))
        found[f"{path}/Docs/{quote(name)}"] = workbook(meeting, rows, Style(), today, attached=False)
    if meeting.id == SA2_NOW:
        root.append(Entry("TdocsByAgenda.htm", changed, 71.2))
        found[f"{path}/TdocsByAgenda.htm"] = tdocs_by_agenda(meeting, rows, today)
    if meeting.id == SA3_NOW:
        name = f"AgendaWithTdocAllocation_{meeting.starts(today)}_19h21.htm"
        root.append(Entry(name, changed, 140.4))
        found[f"{path}/{name}"] = allocation(meeting, rows, today)
    found |= {f"{path}/{entry.name}": folder(f"{path}/{entry.name}", []) for entry in root if entry.size is None}
    found[path] = folder(path, root)
    found[f"{path}/Docs"] = folder(f"{path}/Docs", docs)
    return found


def _missing(message: str) -> Resource:
    head = f"<!DOCTYPE html><html><head><title>{message}</title></head>"
    return text("text/html; charset=utf-8", f"{head}<body><!-- {MARK} --><h2>{message}</h2></body></html>")

"""ISO's hosts: the open data on Azure, and the public document registers of JTC 1's subcommittees."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from demo.iso_committees import MEMBERS, RENAMED, Committee, committees
from demo.iso_jvet import jvet
from demo.iso_projects import Project, projects
from demo.iso_unicode import unicode_org
from demo.resource import MARK, Resource, Shape, Site, text

BLOB = "isopublicstorageprod.blob.core.windows.net"
BASE = "/opendata/_latest"
COMMITTEES = f"{BASE}/iso_technical_committees/json/iso_technical_committees.jsonl"
PROJECTS = f"{BASE}/iso_deliverables_metadata/json/iso_deliverables_metadata.jsonl"

AZURE = (
    ("x-ms-request-id", "00000000-0000-0000-0000-0000000demo0"),
    ("x-ms-version", "2009-09-19"),
    ("x-ms-lease-status", "unlocked"),
    ("x-ms-blob-type", "BlockBlob"),
)


def sites(today: date, day: int) -> dict[str, Site]:
    """ISO's hosts as of a day."""
    blob = open_data(committees(day), projects(today, day), today.toordinal(), day)
    return {BLOB: blob, "www.unicode.org": unicode_org(today, day), "jvet-experts.org": jvet(today, day)}


def open_data(committees: Iterable[Committee], projects: Iterable[Project], run: int, day: int) -> Site:
    """The open data with these committees and projects; `day` tells how member bodies are called."""
    headers = (("x-ms-meta-run_time", f"{run + day}"), ("x-ms-meta-note", MARK))
    resources = {
        COMMITTEES: _jsonl([_committee(committee, day) for committee in committees], headers),
        PROJECTS: _jsonl([_project(project) for project in projects], headers),
    }
    missing = text(
        "application/xml",
        '<?xml version="1.0" encoding="utf-8"?><Error><Code>BlobNotFound</Code>'
        f"<Message>The specified blob does not exist. {MARK}</Message></Error>",
    )
    return Site("Windows-Azure-Blob/1.0 Microsoft-HTTPAPI/2.0", resources, missing, AZURE)


def _jsonl(records: list[dict[str, Any]], headers: tuple[tuple[str, str], ...]) -> Resource:
    def draw(shape: Shape) -> bytes:
        lines = (
            json.dumps(
                {shape.name(key): value for key, value in record.items()}, ensure_ascii=False, separators=(",", ":")
            )
            for record in shape.rows(records)
        )
        return "".join(f"{line}\n" for line in lines).encode()

    return Resource("application/octet-stream", draw, headers)


def _committee(committee: Committee, day: int) -> dict[str, Any]:
    return {
        "id": committee.id,
        "reference": committee.reference,
        "status": committee.status,
        "title": {"en": committee.title},
        "secretariat": _member(committee.secretariat, day) if committee.secretariat else {"id": None, "acronym": None},
        "creationDate": committee.created,
        "scope": {"en": committee.scope or f"<p>{MARK}</p>"},
        "parentId": committee.parent,
        "childrenId": None,
        "pMembers": _members(committee.p, day),
        "oMembers": _members(committee.o, day),
        "committeeLiaisons": None,
        "organizationLiaisons": None,
        "sortKey": committee.reference,
    }


def _members(names: Iterable[str], day: int) -> list[dict[str, Any]] | None:
    return [_member(name, day) for name in names] or None


def _member(name: str, day: int) -> dict[str, Any]:
    return {"id": MEMBERS[name], "acronym": RENAMED.get(name, name) if day == 2 else name}


def _project(project: Project) -> dict[str, Any]:
    record: dict[str, Any] = {
        "id": project.id,
        "deliverableType": project.type,
        "supplementType": project.supplement,
        "reference": project.reference,
        "title": {"en": project.title, "fr": None},
        "publicationDate": project.published,
        "edition": project.edition,
        "icsCode": ["35.020"] if "JTC" in project.committee else None,
        "ownerCommittee": project.committee,
        "currentStage": project.stage,
        "replaces": list(project.replaces) or None,
        "replacedBy": None,
        "languages": ["en"],
        "pages": {"en": 20 + project.id % 40} if project.published else {"en": None},
        "scope": {"en": f'<p class="MsoBodyText">{MARK}.</p>' if project.id % 3 == 0 else None},
    }
    if project.id % 50 == 0:
        del record["title"]["fr"]
    return record

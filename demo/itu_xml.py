"""ITU's XML: document indexes (`dms_pages`) and the meeting catalogues of ITU-Sync."""

from __future__ import annotations

from datetime import date, timedelta
from xml.sax.saxutils import escape

from demo.itu_documents import GROUPS, Document, Group, Index, first_day
from demo.resource import MARK, Resource, Shape

XML = "text/xml"
HEAD = f"<?xml version='1.0' encoding='utf-8'?>\n<!-- {MARK} -->\n"
PERIODS = {"T": ("2025", "2025-2028"), "R": ("2023", "2023-2027")}


def path(index: Index) -> str:
    """Where ITU keeps an index: `/dms_pages/itu-t/md/25/SG13/c/T25-SG13-C.xml`."""
    group = index.group
    return (
        f"/dms_pages/itu-{group.sector.lower()}/md/{group.period}/{group.name}/{index.type.lower()}/{index.name()}.xml"
    )


def index_xml(index: Index, today: date, updated: date) -> Resource:
    """An index. It names the first source only, and leaves reserved numbers out."""
    group = index.group

    def draw(shape: Shape) -> bytes:
        folders = [_folder(index, row, today, shape) for row in index.documents if not row.reserved]
        meeting = ""
        if index.meeting:
            days = (("start_date", index.meeting), ("end_date", index.meeting + timedelta(days=9)))
            meeting = _block(
                "meeting_desc",
                ("object_name", f"{group.id}-{index.meeting:%y%m%d}"),
                ("ltitle_e", "Switzerland [Geneva]"),
                *days,
            )
        param = _block(
            "page_param",
            ("type", "mfolders"),
            ("sector", group.sector),
            ("study_period", PERIODS[group.sector][0]),
            ("group", group.id),
            ("doc_type", index.type),
            ("updated", updated),
        )
        described = _block(
            "group_desc", ("object_name", group.id), ("friendly_name", group.name), ("ltitle_e", group.title)
        )
        listed = "".join(shape.rows(folders))
        listing = f"<folder_list>\n{listed}</folder_list>"
        return f"{HEAD}<page_content>\n{param}{described}{meeting}{listing}</page_content>".encode()

    return Resource(XML, draw)


def _folder(index: Index, row: Document, today: date, shape: Shape) -> str:
    group = index.group
    meeting = index.meeting or first_day(group, 0 if row.number < 9000 + group.made_up // 3 else 1, today)
    number = f"/{group.name.removeprefix('SG')}" if group.name.startswith("SG") else ""
    questions = "".join(f"<rvalue>{question}{number}</rvalue>" for question in row.questions)
    secure = f"/dms_inf/itu-{group.sector.lower()}/md/{group.period}/{group.name.lower()}/{index.type.lower()}"
    fields = (
        ("subgroup", row.subgroup),
        ("object_name", index.name(row)),
        ("friendly_name", f"{row.number}-{row.subgroup}" if row.subgroup else f"{row.number}"),
        ("doc_number", f"{row.number:04}"),
        ("doc_type", index.type),
        ("doc_class", ""),
        ("main_source", row.sources[0]),
        ("reception_date", today - timedelta(days=row.age)),
        ("meeting_name", f"{group.id}-{meeting:%y%m%d}"),
        ("ltitle_e", row.title),
        *((f"{name}_{language}", "") for name in ("observation", "abstract") for language in "efs"),
    )
    cells = "".join(_element(shape.name(name), value) for name, value in fields)
    rest = (
        ("derived_from", ""),
        ("r_link_cnt", 1),
        ("access_type", "C"),
        ("r_object_id", _object_id(index.name(row))),
        ("md_part", ""),
        ("static_path", secure),
    )
    last = "".join(_element(*cell) for cell in rest)
    return f"<folder>\n{cells}<study_questions>\n{questions}</study_questions>\n{last}</folder>\n"


def _object_id(name: str) -> str:
    """Sixteen hexadecimal digits, as Documentum has them."""
    return f"0b99{sum(ord(letter) * 31**place for place, letter in enumerate(name)) % 16**12:012x}"


def _block(name: str, *cells: tuple[str, object]) -> str:
    return f"<{name}>\n{''.join(_element(*cell) for cell in cells)}</{name}>\n"


def _element(name: str, value: object) -> str:
    return f"<{name}>{escape(str(value))}</{name}>\n" if value != "" else f"<{name} />\n"


def catalogues(today: date) -> dict[str, Resource]:
    """The four meeting catalogues by target: ITU-T, ITU-R, ITU-D and general."""
    study = [group for group in GROUPS if group.sector == "T"]
    working = [group for group in GROUPS if group.sector == "R"]
    found = {
        "ITU-T_Meetings": ("ITU-T_Meetings", [_itu_t(group, place, today) for group in study for place in (0, 1)]),
        "ITU-R_Meetings": ("ITU-R_Meetings", [_itu_r(group, place, today) for group in working for place in (0, 1)]),
        "ITU-D_NEW-Meetings": (
            "ITU-D_NEW-Meetings",
            [_plain("ITU-D SG 2", "D22-SG02-C", today + timedelta(days=40))],
        ),
        "ITU_Meetings": ("ITU_Meetings", [_plain("ITU Council", "S22-CL-C", today - timedelta(days=30))]),
    }
    return {
        f"/net/epub/ITU-Sync/{file}.xml": _catalogue(element, records) for file, (element, records) in found.items()
    }


def _catalogue(element: str, records: list[list[tuple[str, object]]]) -> Resource:
    def draw(shape: Shape) -> bytes:
        blocks = "".join(
            f"<{element}>\n{''.join(_element(shape.name(name), value) for name, value in record)}</{element}>\n"
            for record in shape.rows(records)
        )
        return f"{HEAD}<dataroot>{blocks}</dataroot>".encode()

    return Resource(XML, draw)


def _when(start: date) -> str:
    end = start + timedelta(days=9)
    first = f"{start.day}" if start.month == end.month else f"{start.day} {start:%B}"
    return f"{first}-{end.day} {end:%B %Y}"


def _frame(group: Group, kind: str, file: str) -> str:
    shown = f"SG=ITU-T {group.name} - {group.title}&DE= &TY={kind}&DT=ALL"
    return f"CList.html?{shown}&XF=../docs-dms/{file}.xml&FI=meeting_name&FO=../docs-dms/"


def _itu_t(group: Group, place: int, today: date) -> list[tuple[str, object]]:
    start = first_day(group, place, today)
    spoken = group.name.replace("SG", "SG ")
    return [
        ("Meeting_code", f"ITU-T {spoken}"),
        ("Start_meeting_date", f"{start}T00:00:00"),
        ("Meeting_place_date", f"ITU-T {spoken}, Geneva, {_when(start)}"),
        ("Contribution_start_date", f"{start - timedelta(days=90)}T00:00:00"),
        ("TD_date", f"{start:%y%m%d}"),
        ("FTP_path", f"/t/2025/{group.name.lower()}/docs"),
        ("EPUB_FTP_path", "/EPUB/TSB/ITUT-SP2022"),
        ("Frame_src_C", _frame(group, "Contributions", f"{group.id}-C")),
        ("Frame_src_COL", _frame(group, "Collective Letters", f"{group.id}-COL")),
        ("Frame_src_R", _frame(group, "Reports", f"{group.id}-R")),
        ("Frame_src_TD_GEN", _frame(group, "GEN", f"{group.id}-{start:%y%m%d}-TD")),
        ("ITU_Sector", "ITU Telecommunication Standardization Sector"),
        ("SG_No_Period", f"ITU-T {spoken.replace('SG', 'Study Group')} (Study Period 2025-2028)"),
        ("SG_Title", group.title),
        (
            "SG_Homepage",
            f"https://www.itu.int/en/ITU-T/studygroups/2025-2028/{group.name.removeprefix('SG')}/Pages/default.aspx",
        ),
        ("Contributions", "Contributions"),
        ("TD_Gen", "TD GEN"),
        ("TD_Plen", "no"),
    ]


def _itu_r(group: Group, place: int, today: date) -> list[tuple[str, object]]:
    start = first_day(group, place, today)
    shown = f"SG=ITU-R {group.name}&DE={group.title}&TY={{}}&DT=0000"
    frame = f"/menu/sg-list.html?{shown}&XF=../docs-dms/{group.id}-{{}}.xml&FI=doc_number&FO=../docs-dms/WP 5D/"
    return [
        ("Meeting_code", "ITU-R SG 5"),
        ("Start_meeting_date", f"{start}T00:00:00"),
        ("Meeting_place_date", f"ITU-R SG 5, WP 5D, Geneva, {start:%B %Y}"),
        ("Included_folder_1", "/r/2023/wp5d/docs/"),
        ("Display_date_1", f"{start} - {start + timedelta(days=9)}"),
        ("Start_date_1", f"{start - timedelta(days=200)}T00:00:00"),
        ("Frame_src_C_1", frame.format("Contributions", "C")),
        ("Frame_src_TD_1", frame.format("Temporary Documents", f"{start:%y%m%d}-TD")),
        ("ITU_Sector", "ITU Radiocommunication Sector"),
        ("SG_No_Period", "ITU-R Study Group 5 (Study Period 2023-2027)"),
        ("SG_Title", "Terrestrial Services"),
        ("SG_Homepage", "https://www.itu.int/en/ITU-R/study-groups/rsg5/Pages/default.aspx"),
        ("Foldername_1", "WP 5D"),
        ("Foldername_2", "-"),
    ]


def _plain(code: str, index: str, start: date) -> list[tuple[str, object]]:
    return [
        ("Meeting_code", code),
        ("Start_meeting_date", f"{start}T00:00:00"),
        ("Meeting_place_date", f"{code}, Geneva, {_when(start)}"),
        (
            "Frame_src_C",
            f"CList.html?SG={code}&DE= &TY=Contributions&DT=ALL&XF=../docs-dms/{index}.xml&FI=meeting_name",
        ),
        ("SG_Title", f"{code} (invented)"),
        ("SG_Homepage", "https://www.itu.int/en/council/Pages/default.aspx"),
    ]

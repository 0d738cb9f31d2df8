from __future__ import annotations

import pytest

from spiders.readers.itu_ids import parse

IDS = [
    ("T25-SG02-C-0145", "ITU-T SG2", None, 145),
    ("T25-SG12-250909-TD-GEN-0292", "ITU-T SG12", "T25-SG12-250909", 292),
    ("T13-SG17-150408-TD-PLEN-1686", "ITU-T SG17", "T13-SG17-150408", 1686),
    ("T25-SG13-260227-TD-WP1-0367", "ITU-T SG13", "T25-SG13-260227", 367),
    ("R19-WP5D.AR-C-0233", "ITU-R WP5D.AR", None, 233),
    ("R23-WP5D-C-1031", "ITU-R WP5D", None, 1031),
    ("T25-TSB-CIR-0179", "ITU-T TSB", None, 179),
    ("T17-TSAG-C-0083", "ITU-T TSAG", None, 83),
    ("R15-WRC15-C-0004", "ITU-R WRC15", None, 4),
    ("T25-SG12-250909", "ITU-T SG12", "T25-SG12-250909", None),
    ("T22-WTSA.24-C-0001", "ITU-T WTSA.24", None, 1),
    ("T25-SG12", "ITU-T SG12", None, None),
    ("D22-SG01.RGQ-C-0050", "ITU-D SG1.RGQ", None, 50),
    ("D22-TDAG25-C-0012", "ITU-D TDAG25", None, 12),
    ("R23-WP5D-TEMP-0123", "ITU-R WP5D", None, 123),
    ("R23-CPM23.2-C-0001", "ITU-R CPM23.2", None, 1),
    ("R15-TG5.1-INF-0002", "ITU-R TG5.1", None, 2),
    ("R15-WRC15-C-0004!A2", "ITU-R WRC15", None, 4),
    ("R15-WRC15-C-0004!A2-A1", "ITU-R WRC15", None, 4),
    ("T13-SG13-C-0007!C1", "ITU-T SG13", None, 7),
]


@pytest.mark.parametrize(("text", "group", "meeting", "number"), IDS)
def test_ids_come_apart_and_together_again(text: str, group: str, meeting: str | None, number: int | None) -> None:
    found = parse(text)
    assert found is not None
    assert (str(found), found.group_name, found.meeting, found.number) == (text, group, meeting, number)


@pytest.mark.parametrize(
    ("text", "document", "revision"),
    [
        ("T25-SG12-C-0073!R1!MSW-E", "T25-SG12-C-0073", "1"),
        ("R15-WRC15-C-0004!A2-R1!MSW-E", "R15-WRC15-C-0004!A2", "1"),  # an addendum has its own title and sources
        ("R19-WP3M-C-0364!N02!MSW-E", "R19-WP3M-C-0364", None),
        ("T25-SG21-260706-TD-PLEN-0348!!MSW-E", "T25-SG21-260706-TD-PLEN-0348", None),
    ],
)
def test_the_file_of_a_document_names_the_document(text: str, document: str, revision: str | None) -> None:
    found = parse(text)
    assert found is not None
    assert str(found) == document
    assert found.revision == revision


@pytest.mark.parametrize(
    "text", [None, "", "T25", "X25-SG12-C-0001", "T25-SG12-C-0001/../x", "T25-SG12-C-00001", "R1-2001193"]
)
def test_what_is_no_id(text: str | None) -> None:
    assert parse(text) is None

"""3GPP's day two, written out: what appears, what changes, and the day-one rows that it changes.

Numbers are the last three digits of a TDoc number, after its meeting's block: 4xx on day one, 5xx on day two. In each table the first column is the origin, the second the area watched.
"""
# ruff: noqa: E501 - tables, one row a line

from __future__ import annotations

from dataclasses import dataclass, field

from demo.news import CN, GR, HOSTILE, JV, UN, XX, Origin
from demo.threegpp_meetings import (
    RAN1_LATE,
    RAN1_NEXT,
    RAN1_NOW,
    RAN2_LATE,
    RAN2_NOW,
    RAN_NEXT,
    SA2_NEXT,
    SA2_NOW,
    SA3_NOW,
)


@dataclass(frozen=True)
class Entry:
    """A row that is written out."""

    origin: Origin
    area: str
    suffix: str
    item: str
    title: str
    source: str
    status: str = "reserved"
    type: str = "discussion"
    purpose: str = "Decision"
    fields: dict[str, str] = field(default_factory=dict)


# fmt: off
BEFORE: dict[int, tuple[Entry, ...]] = {
    RAN1_LATE: (
        Entry(CN, "radio", "401", "10.2", "6G waveform evaluation results", "Huawei, HiSilicon", "available"),
        Entry(CN, "ai", "402", "9.1.1", "Way forward on AI/ML model pairing", "ZTE Corporation, Sanechips, Nokia", "available"),
        Entry(XX, "radio", "403", "10.1", "Way forward on 6G bandwidth", "Samsung", "available"),
        Entry(XX, "", "404", "9.3", "Summary of SBFD evaluations", "Qualcomm Incorporated", "available"),
        Entry(CN, "iot", "405", "9.2.2", "Correction on NB-IoT NPUSCH in NTN", "CATT", "available", "draftCR", "Agreement"),
    ),
    RAN1_NOW: (
        Entry(XX, "radio", "401", "10.1", "Views on 6G radio design targets", "Ericsson", "available"),
        Entry(CN, "radio", "402", "10.2", "On 6G uplink waveform for coverage", "vivo"),
        Entry(CN, "iot", "403", "9.2.1", "Discussion on ambient IoT access for device 2b", "CATT", "available"),
        Entry(CN, "ai", "404", "9.1.2", "AI/ML beam prediction in the temporal domain", "ZTE Corporation, Sanechips", "available"),
        Entry(XX, "ai", "405", "9.1.1", "AI/ML based CSI compression (draft)", "Qualcomm Incorporated", "available"),
        Entry(XX, "", "406", "9.3", "CLI handling with dynamic SBFD", "LG Electronics"),
        Entry(CN, "radio", "407", "10.4", "Channel model for 6G sensing", "OPPO"),
        Entry(JV, "radio", "408", "10.3", "6G energy efficiency metrics", "Nokia, Nokia Shanghai Bell", "available"),
    ),
    RAN2_LATE: (Entry(CN, "iot", "401", "8.4", "Store and forward for NB-IoT satellites", "CATT", "noted"),),
    RAN2_NOW: (
        Entry(CN, "iot", "401", "8.2", "Paging for ambient IoT devices", "Xiaomi"),
        Entry(XX, "", "402", "8.3", "XR awareness in the scheduler", "Sony", "available"),
        Entry(CN, "ai", "403", "8.1", "AI/ML assisted mobility", "OPPO", "available"),
    ),
    RAN_NEXT: (
        Entry(XX, "radio", "401", "8.1", "Motivation for a 6G radio work item", "Deutsche Telekom, Vodafone, Orange", "available"),
        Entry(CN, "radio", "402", "9.2", "Time plan for 6G specification", "CMCC"),
    ),
    SA2_NOW: (
        Entry(XX, "ai", "401", "19.2", "KI#3: AI agents in the core network", "Ericsson", "available", "pCR", "Approval" ),
        Entry(CN, "radio", "402", "19.1", "KI#1: 6G control plane by services", "China Mobile, Huawei", "available", "pCR", "Approval"),
        Entry(XX, "", "403", "19.4", "KI#1: exposure of sensing results", "Deutsche Telekom", "available", "pCR", "Approval"),
    ),
    SA3_NOW: (
        Entry(CN, "radio", "401", "5.1", "New key issue on 6G trust anchors", "Huawei, HiSilicon", "available", "pCR", "Approval"),
        Entry(XX, "quantum", "402", "5.3", "Migration to post-quantum cryptography", "Thales", "available"),
    ),
}
"""Day-one rows that day two changes, and neighbours that it leaves alone."""

NEW: dict[int, tuple[Entry, ...]] = {
    RAN1_NOW: (
        Entry(CN, "radio", "501", "10.1", "6G radio frame structure with a single numerology per band", "Huawei, HiSilicon"),
        Entry(CN, "ai", "502", "9.1.1", "Two-sided AI/ML models for CSI compression: training collaboration", "ZTE Corporation, Sanechips", "available"),
        Entry(CN, "iot", "503", "9.2.1", "Discussion on ambient IoT access for device 2b", "CATT", "available", fields={"revision_of": "403"}),
        Entry(CN, "radio", "504", "10.2", "Candidate waveforms for 6G uplink coverage", "vivo", "available"),
        Entry(CN, "ai", "505", "9.1.2", "Life cycle management for AI/ML beam management", "OPPO"),
        Entry(CN, "iot", "506", "9.2.2", "NB-IoT over GEO: uplink capacity with OCC", "Xiaomi", "available"),
        Entry(CN, "radio", "507", "10.2", "6G channel coding: requirements and candidates", "CMCC, Huawei, HiSilicon" ),
        Entry(CN, "radio", "508", "10.4", "Evaluation assumptions for 6G integrated sensing", "CAICT"),
        Entry(CN, "radio", "509", "10.3", "Joint proposal on 6G energy efficiency metrics", "Ericsson, Nokia, Huawei, HiSilicon, KDDI Corporation", "available"),
        Entry(CN, "radio", "510", "10.1", "Summary#1 on 6G frame structure", "Moderator (Huawei)", "available"),
        Entry(XX, "ai", "511", "9.1.1", "Feature lead summary#1 on CSI compression", "Moderator (Samsung)", "available" ),
        Entry(UN, "iot", "512", "9.2.1", "Backscatter receiver sensitivity for ambient IoT", "Zephyrlink Wireless"),
        Entry(XX, "radio", "513", "10.1", "On 6G initial access", "MediaTek Inc., ITRI", "available"),
        Entry(XX, "radio", "514", "10.2", "Modulation for 6G", "ASTRI, CK Hutchison"),
        Entry(JV, "radio", "515", "10.3", "Sleep modes for 6G base stations", "Nokia, Nokia Shanghai Bell"),
        Entry(XX, "", "516", "9.3", "SBFD operation in FR2", "Qualcomm Incorporated"),
        Entry(XX, "radio", "517", "10.1", "6G numerology", "Ericsson, AT&T", "available"),
        Entry(GR, "", "518", "5", "LS on terminal capability for AI/ML", "RAN2", "available", "LS in", ""),
        Entry(CN, "radio", "519", "10.1", f"<script>alert(1)</script> & \"6G\" 'numerology' {HOSTILE}", "Huawei,\nHiSilicon"),
        Entry(CN, "iot", "520", "9.2.1", f"Ambient IoT \u202egnippilf\u202c text {HOSTILE}", "China Telecom"),
    ),
    RAN2_NOW: (
        Entry(CN, "iot", "501", "8.2", "Ambient IoT paging by group", "KDDI Corporation, ZTE Corporation, Sanechips", "available"),
        Entry(CN, "radio", "502", "10.1", "6G layer 2: one protocol for AI and XR traffic", "Tencent"),
        Entry(CN, "radio", "503", "10.2", "6G RRC states", "vivo, Spreadtrum, UNISOC"),
        Entry(XX, "ai", "504", "8.1", "AI/ML mobility: field results", "CHTTL, ASUSTeK", "available"),
        Entry(XX, "", "505", "8.3", "XR capacity results", "Apple, Sony"),
    ),
    RAN_NEXT: (
        Entry(CN, "iot", "501", "8.1", "New WID on ambient IoT phase 3", "CMCC, Huawei, Vodafone", "available", "WID new", "Approval"),
        Entry(CN, "radio", "502", "9.2", f'=HYPERLINK("https://example.invalid/","6G in Rel-21") {HOSTILE}', "China Unicom"),
        Entry(XX, "radio", "503", "9.2", "6G scope: an operator's view", "BT plc, Orange"),
    ),
    SA2_NOW: (
        Entry(CN, "ai", "501", "19.2", "KI#3, new solution: agent registry in the 6G core", "Huawei, HiSilicon", "available", "pCR", "Approval", {"proposed": "Ericsson?"}),
        Entry(CN, "iot", "502", "19.3", "Inventory procedure for ambient IoT over NB-IoT", "China Telecom", "reserved", "CR", "Approval"),
        Entry(XX, "radio", "503", "19.1", "KI#2, new solution: dual registration during migration to 6G", "Nokia", "available", "pCR", "Approval", {"proposed": "ZTE?"}),
    ),
    SA3_NOW: (
        Entry(CN, "radio", "501", "5.1", "New key issue on 6G trust anchors", "Huawei, HiSilicon, China Unicom", "available", "pCR", "Approval", {"revision_of": "401"}),
        Entry(CN, "quantum", "502", "5.3", "Quantum-safe authentication for 6G", "ZTE Corporation, China Telecom", "available"),
        Entry(XX, "", "503", "4.1", "Reply LS on lawful interception", "SA3-LI", "available", "LS in", ""),
    ),
    RAN1_NEXT: (
        Entry(CN, "radio", "001", "10.1", "6G synchronisation raster", "Huawei, HiSilicon"),
        Entry(CN, "ai", "002", "9.1.1", "AI/ML CSI compression: next steps", "CATT, CICTCI"),
        Entry(XX, "radio", "003", "10.1", "6G synchronisation signal design", "Ericsson"),
    ),
    SA2_NEXT: (
        Entry(CN, "radio", "001", "19.1", "6G architecture: way forward", "China Mobile, Nokia"),
        Entry(XX, "", "002", "19.4", "Sensing exposure: clean-up", "InterDigital, Inc."),
    ),
}
"""What is first listed on day two, by meeting."""

# fmt: on

EDITS: dict[int, dict[str, dict[str, str]]] = {
    RAN1_LATE: {
        "401": {"status": "noted"},
        "402": {"status": "agreed"},
        "403": {"status": "noted"},
        "405": {"status": "agreed"},
    },
    RAN1_NOW: {
        "401": {"source": "Ericsson, Huawei, HiSilicon"},
        "402": {"status": "available"},
        "403": {"status": "revised", "revised_to": "503"},
        "404": {"status": "withdrawn"},
        "405": {"title": "AI/ML based CSI compression"},
        "406": {"status": "available"},
    },
    RAN2_NOW: {"401": {"status": "available", "source": "Xiaomi, Ericsson"}, "402": {"status": "withdrawn"}},
    RAN_NEXT: {"402": {"status": "available"}},
    SA2_NOW: {"401": {"source": "Ericsson, China Mobile"}, "403": {"status": "noted"}},
    SA3_NOW: {"401": {"status": "revised", "revised_to": "501"}, "402": {"status": "noted"}},
}
"""What day two changes in rows of day one: field -> new value."""

NEWLY_CHINESE = ((RAN1_NOW, "401"), (SA2_NOW, "401"))
"""Edits after which a Source names a Chinese organisation that it did not name before."""

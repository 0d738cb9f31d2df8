"""3GPP's day two, written out: what appears, what changes, and the day-one rows that it changes.

Numbers are a TDoc number's last digits. In each table the first column is the origin, the second the area watched.
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
        Entry(CN, "radio", "91001", "10.2", "6G waveform evaluation results", "Huawei, HiSilicon", "available"),
        Entry(CN, "ai", "91002", "9.1.1", "Way forward on AI/ML model pairing", "ZTE Corporation, Sanechips, Nokia", "available"),
        Entry(XX, "radio", "91003", "10.1", "Way forward on 6G bandwidth", "Samsung", "available"),
        Entry(XX, "", "91004", "9.3", "Summary of SBFD evaluations", "Qualcomm Incorporated", "available"),
        Entry(CN, "iot", "91005", "9.2.2", "Correction on NB-IoT NPUSCH in NTN", "CATT", "available", "draftCR", "Agreement"),
    ),
    RAN1_NOW: (
        Entry(XX, "radio", "91001", "10.1", "Views on 6G radio design targets", "Ericsson", "available"),
        Entry(CN, "radio", "91002", "10.2", "On 6G uplink waveform for coverage", "vivo"),
        Entry(CN, "iot", "91003", "9.2.1", "Discussion on ambient IoT access for device 2b", "CATT", "available"),
        Entry(CN, "ai", "91004", "9.1.2", "AI/ML beam prediction in the temporal domain", "ZTE Corporation, Sanechips", "available"),
        Entry(XX, "ai", "91005", "9.1.1", "AI/ML based CSI compresion", "Qualcomm Incorporated", "available"),
        Entry(XX, "", "91006", "9.3", "CLI handling with dynamic SBFD", "LG Electronics"),
        Entry(CN, "radio", "91007", "10.4", "Channel model for 6G sensing", "OPPO"),
        Entry(JV, "radio", "91008", "10.3", "6G energy efficiency metrics", "Nokia, Nokia Shanghai Bell", "available"),
    ),
    RAN2_LATE: (Entry(CN, "iot", "91001", "8.4", "Store and forward for NB-IoT satellites", "CATT", "noted"),),
    RAN2_NOW: (
        Entry(CN, "iot", "91001", "8.2", "Paging for ambient IoT devices", "Xiaomi"),
        Entry(XX, "", "91002", "8.3", "XR awareness in the scheduler", "Sony", "available"),
        Entry(CN, "ai", "91003", "8.1", "AI/ML assisted mobility", "OPPO", "available"),
    ),
    RAN_NEXT: (
        Entry(XX, "radio", "9401", "8.1", "Motivation for a 6G radio work item", "Deutsche Telekom, Vodafone, Orange", "available"),
        Entry(CN, "radio", "9402", "9.2", "Time plan for 6G specification", "CMCC"),
    ),
    SA2_NOW: (
        Entry(XX, "ai", "91001", "19.2", "KI#3: AI agents in the core network", "Ericsson", "available", "pCR", "Approval" ),
        Entry(CN, "radio", "91002", "19.1", "KI#1: 6G control plane by services", "China Mobile, Huawei", "available", "pCR", "Approval"),
        Entry(XX, "", "91003", "19.4", "KI#1: exposure of sensing results", "Deutsche Telekom", "available", "pCR", "Approval"),
    ),
    SA3_NOW: (
        Entry(CN, "radio", "9401", "5.1", "New key issue on 6G trust anchors", "Huawei, HiSilicon", "available", "pCR", "Approval"),
        Entry(XX, "quantum", "9402", "5.3", "Migration to post-quantum cryptography", "Thales", "available"),
    ),
}
"""Day-one rows that day two changes, and neighbours that it leaves alone."""

NEW: dict[int, tuple[Entry, ...]] = {
    RAN1_NOW: (
        Entry(CN, "radio", "92001", "10.1", "6G radio frame structure with a single numerology per band", "Huawei, HiSilicon"),
        Entry(CN, "ai", "92002", "9.1.1", "Two-sided AI/ML models for CSI compression: training collaboration", "ZTE Corporation, Sanechips", "available"),
        Entry(CN, "iot", "92003", "9.2.1", "Discussion on ambient IoT access for device 2b", "CATT", "available", fields={"revision_of": "91003"}),
        Entry(CN, "radio", "92004", "10.2", "Candidate waveforms for 6G uplink coverage", "vivo", "available"),
        Entry(CN, "ai", "92005", "9.1.2", "Life cycle management for AI/ML beam management", "OPPO"),
        Entry(CN, "iot", "92006", "9.2.2", "NB-IoT over GEO: uplink capacity with OCC", "Xiaomi", "available"),
        Entry(CN, "radio", "92007", "10.2", "6G channel coding: requirements and candidates", "CMCC, Huawei, HiSilicon" ),
        Entry(CN, "radio", "92008", "10.4", "Evaluation assumptions for 6G integrated sensing", "CAICT"),
        Entry(CN, "radio", "92009", "10.3", "Joint proposal on 6G energy efficiency metrics", "Ericsson, Nokia, Huawei, HiSilicon, KDDI Corporation", "available"),
        Entry(CN, "radio", "92010", "10.1", "Summary#1 on 6G frame structure", "Moderator (Huawei)", "available"),
        Entry(XX, "ai", "92011", "9.1.1", "Feature lead summary#1 on CSI compression", "Moderator (Samsung)", "available" ),
        Entry(UN, "iot", "92012", "9.2.1", "Backscatter receiver sensitivity for ambient IoT", "Zephyrlink Wireless"),
        Entry(XX, "radio", "92013", "10.1", "On 6G initial access", "MediaTek Inc., ITRI", "available"),
        Entry(XX, "radio", "92014", "10.2", "Modulation for 6G", "ASTRI, CK Hutchison"),
        Entry(JV, "radio", "92015", "10.3", "Sleep modes for 6G base stations", "Nokia, Nokia Shanghai Bell"),
        Entry(XX, "", "92016", "9.3", "SBFD operation in FR2", "Qualcomm Incorporated"),
        Entry(XX, "radio", "92017", "10.1", "6G numerology", "Ericsson, AT&T", "available"),
        Entry(GR, "", "92018", "5", "LS on UE capability for AI/ML", "RAN2", "available", "LS in", ""),
        Entry(CN, "radio", "92019", "10.1", f"<script>alert(1)</script> & \"6G\" 'numerology' {HOSTILE}", "Huawei,\nHiSilicon"),
        Entry(CN, "iot", "92020", "9.2.1", f"Ambient IoT \u202egnippilf\u202c text {HOSTILE}", "China Telecom"),
    ),
    RAN2_NOW: (
        Entry(CN, "iot", "92001", "8.2", "Ambient IoT paging by group", "KDDI Corporation, ZTE Corporation, Sanechips", "available"),
        Entry(CN, "radio", "92002", "10.1", "6G layer 2: one protocol for AI and XR traffic", "Tencent"),
        Entry(CN, "radio", "92003", "10.2", "6G RRC states", "vivo, Spreadtrum, UNISOC"),
        Entry(XX, "ai", "92004", "8.1", "AI/ML mobility: field results", "CHTTL, ASUSTeK", "available"),
        Entry(XX, "", "92005", "8.3", "XR capacity results", "Apple, Sony"),
    ),
    RAN_NEXT: (
        Entry(CN, "iot", "9501", "8.1", "New WID on ambient IoT phase 3", "CMCC, Huawei, Vodafone", "available", "WID new", "Approval"),
        Entry(CN, "radio", "9502", "9.2", f'=HYPERLINK("https://example.invalid/","6G in Rel-21") {HOSTILE}', "China Unicom"),
        Entry(XX, "radio", "9503", "9.2", "6G scope: an operator's view", "BT plc, Orange"),
    ),
    SA2_NOW: (
        Entry(CN, "ai", "92001", "19.2", "KI#3, new solution: agent registry in the 6G core", "Huawei, HiSilicon", "available", "pCR", "Approval", {"proposed": "Ericsson?"}),
        Entry(CN, "iot", "92002", "19.3", "Inventory procedure for ambient IoT over NB-IoT", "China Telecom", "reserved", "CR", "Approval"),
        Entry(XX, "radio", "92003", "19.1", "KI#2, new solution: dual registration during migration to 6G", "Nokia", "available", "pCR", "Approval", {"proposed": "ZTE?"}),
    ),
    SA3_NOW: (
        Entry(CN, "radio", "9501", "5.1", "New key issue on 6G trust anchors", "Huawei, HiSilicon, China Unicom", "available", "pCR", "Approval", {"revision_of": "9401"}),
        Entry(CN, "quantum", "9502", "5.3", "Quantum-safe authentication for 6G", "ZTE Corporation, China Telecom", "available"),
        Entry(XX, "", "9503", "4.1", "Reply LS on lawful interception", "SA3-LI", "available", "LS in", ""),
    ),
    RAN1_NEXT: (
        Entry(CN, "radio", "90001", "10.1", "6G synchronisation raster", "Huawei, HiSilicon"),
        Entry(CN, "ai", "90002", "9.1.1", "AI/ML CSI compression: next steps", "CATT, CICTCI"),
        Entry(XX, "radio", "90003", "10.1", "6G synchronisation signal design", "Ericsson"),
    ),
    SA2_NEXT: (
        Entry(CN, "radio", "90001", "19.1", "6G architecture: way forward", "China Mobile, Nokia"),
        Entry(XX, "", "90002", "19.4", "Sensing exposure: clean-up", "InterDigital, Inc."),
    ),
}
"""What is first listed on day two, by meeting."""

# fmt: on

EDITS: dict[int, dict[str, dict[str, str]]] = {
    RAN1_LATE: {
        "91001": {"status": "noted"},
        "91002": {"status": "agreed"},
        "91003": {"status": "noted"},
        "91005": {"status": "agreed"},
    },
    RAN1_NOW: {
        "91001": {"source": "Ericsson, Huawei, HiSilicon"},
        "91002": {"status": "available"},
        "91003": {"status": "revised", "revised_to": "92003"},
        "91004": {"status": "withdrawn"},
        "91005": {"title": "AI/ML based CSI compression"},
        "91006": {"status": "available"},
    },
    RAN2_NOW: {"91001": {"status": "available", "source": "Xiaomi, Ericsson"}, "91002": {"status": "withdrawn"}},
    RAN_NEXT: {"9402": {"status": "available"}},
    SA2_NOW: {"91001": {"source": "Ericsson, China Mobile"}, "91003": {"status": "noted"}},
    SA3_NOW: {"9401": {"status": "revised", "revised_to": "9501"}, "9402": {"status": "noted"}},
}
"""What day two changes in rows of day one: field -> new value."""

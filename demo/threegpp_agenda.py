"""What the made-up rows of 3GPP's lists are about and who brings them."""
# ruff: noqa: E501 - tables, one row a line

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Item:
    """An agenda item and the subjects of its documents."""

    number: str
    title: str
    work_item: str
    topics: tuple[str, ...]
    type: str = ""
    purpose: str = "Decision"
    spec: str = ""
    release: str = "Rel-20"


# fmt: off
AGENDAS: dict[str, tuple[Item, ...]] = {
    "RAN1": (
        Item("5", "Incoming liaison statements", "", ("Reply LS on measurement gaps", "LS on capability signalling"), "LS in", ""),
        Item("8.1", "Maintenance on Rel-19", "NR_MIMO_Ph5-Core", ("Correction on SRS antenna switching", "Correction on TCI indication"), "draftCR", spec="38.214", release="Rel-19"),
        Item("9.1.1", "AI/ML for air interface: CSI compression", "NR_AIML_air_Ph2-Core", ("AI/ML based CSI compression", "inter-vendor training collaboration for AI/ML", "monitoring of AI/ML models")),
        Item("9.1.2", "AI/ML for air interface: beam management", "NR_AIML_air_Ph2-Core", ("AI/ML for beam prediction", "data collection for AI/ML based beam management")),
        Item("9.2.1", "Ambient IoT device types", "Ambient_IoT_solutions_Ph2", ("ambient IoT device 2b", "random access for ambient IoT", "carrier wave for ambient IoT")),
        Item("9.2.2", "NB-IoT and IoT NTN", "IoT_NTN_Ph4-Core", ("NB-IoT uplink capacity over NTN", "voice over NB-IoT NTN via GEO")),
        Item("9.3", "Evolution of duplex operation", "NR_duplex_evo_Ph2", ("CLI handling for SBFD", "SBFD random access")),
        Item("10.1", "6G radio: overview and frame structure", "FS_6G_Radio", ("6G radio frame structure", "6G numerology and bandwidth", "6G initial access")),
        Item("10.2", "6G radio: waveform, coding and modulation", "FS_6G_Radio", ("6G waveforms", "6G channel coding", "6G modulation for uplink coverage")),
        Item("10.3", "6G radio: energy efficiency", "FS_6G_Radio", ("energy efficiency metrics for 6G", "network energy saving by design in 6G")),
        Item("10.4", "6G radio: sensing", "FS_6G_Sensing", ("channel model for ISAC", "6G integrated sensing waveforms")),
    ),
    "RAN2": (
        Item("4.1", "NR corrections up to Rel-19", "NR_newRAT-Core", ("Correction on RRC resume", "Correction on cell reselection"), "CR", "Agreement", "38.331", "Rel-19"),
        Item("8.1", "AI/ML for mobility", "NR_AIML_Mob-Core", ("AI/ML based handover prediction", "measurement event prediction with AI/ML")),
        Item("8.2", "Ambient IoT", "Ambient_IoT_solutions_Ph2", ("ambient IoT paging", "ambient IoT data transmission", "topology 2 for ambient IoT")),
        Item("8.3", "XR enhancements", "NR_XR_Ph4-Core", ("XR traffic awareness", "multi-modality for XR")),
        Item("8.4", "IoT NTN", "IoT_NTN_Ph4-Core", ("store and forward for IoT NTN", "NB-IoT mobility in NTN")),
        Item("10.1", "6G user plane", "FS_6G_Radio", ("6G layer 2 structure", "6G user plane protocol stack")),
        Item("10.2", "6G control plane", "FS_6G_Radio", ("6G RRC states", "6G mobility")),
    ),
    "RAN": (
        Item("8.1", "New work items Rel-20", "FS_6G_Radio", ("New WID on 6G radio access", "New WID on ambient IoT phase 3"), "WID new", "Approval"),
        Item("9.1", "Ongoing work: status reports", "NR_AIML_air_Ph2-Core", ("Status report for AI/ML for air interface", "Status report for IoT NTN"), "WI status report", "Approval"),
        Item("9.2", "Discussion on Rel-21", "", ("scope of 6G in Rel-21", "time plan for 6G")),
        Item("14.1", "CR packs", "NR_newRAT-Core", ("RAN1 CRs to NR", "RAN2 CRs to NR"), "CR pack", "Approval"),
    ),
    "SA2": (
        Item("5.1", "Incoming liaison statements", "", ("LS from RAN WG2 on QoS monitoring", "LS from GSMA on network slicing"), "LS in", "Action"),
        Item("19.1", "Study on 6G architecture", "FS_6G_ARC", ("KI#1, new solution: 6G core network functions", "KI#2, new solution: migration from 5GS"), "pCR", "Approval", "23.801-01"),
        Item("19.2", "AI/ML in the core network", "FS_AIML_CN", ("KI#1: vertical federated learning", "KI#3: AI agent communication"), "pCR", "Approval", "23.700-04"),
        Item("19.3", "Ambient IoT architecture", "AmbientIoT-ARC", ("AIoT session management", "inventory procedure for ambient IoT"), "CR", "Approval", "23.369"),
        Item("19.4", "Integrated sensing", "FS_Sensing_ARC", ("KI#1: sensing service exposure", "KI#2: sensing authorisation"), "pCR", "Approval", "23.700-14"),
    ),
    "SA3": (
        Item("4.1", "Incoming liaison statements", "", ("LS on security of ambient IoT", "LS on lawful interception in 6G"), "LS in", ""),
        Item("5.1", "Study on 6G security", "FS_6G_SEC", ("New key issue on zero trust for 6G", "New solution on primary authentication for 6G"), "pCR", "Approval", "33.801-01"),
        Item("5.2", "Security of ambient IoT", "Ambient_IoT_SEC", ("Authentication of ambient IoT devices", "Privacy of ambient IoT devices"), "pCR", "Approval", "33.713"),
        Item("5.3", "Post-quantum cryptography", "FS_PQC", ("migration to post-quantum cryptography", "hybrid key exchange")),
    ),
}
# fmt: on

LEADS = (
    "Discussion on",
    "Views on",
    "On",
    "Considerations on",
    "Further discussion on",
    "Remaining issues of",
    "Evaluation of",
    "Text proposal on",
)

CHINESE = (
    "Huawei, HiSilicon", "Huawei, HiSilicon", "ZTE Corporation, Sanechips", "ZTE Corporation, Sanechips", "CATT", "CATT",
    "vivo", "vivo", "OPPO", "OPPO", "Xiaomi", "CMCC", "CMCC", "China Telecom", "China Unicom", "Spreadtrum, UNISOC",
    "CAICT", "Tencent", "TCL", "HONOR", "CATT, CICTCI", "New H3C", "BUPT", "Pengcheng Laboratory",
)  # fmt: skip

ELSEWHERE = (
    "Ericsson", "Nokia", "Qualcomm Incorporated", "Samsung", "Apple", "LG Electronics", "NTT DOCOMO, INC.",
    "InterDigital, Inc.", "Sony", "Panasonic", "Sharp", "Fujitsu", "NEC", "KDDI Corporation", "Rakuten Mobile, Inc",
    "SK Telecom", "KT Corp.", "ETRI", "Vodafone", "Orange", "Deutsche Telekom", "Telefonica", "BT plc", "AT&T", "Verizon",
    "T-Mobile USA Inc.", "Google Inc.", "Intel Corporation", "Thales", "Fraunhofer IIS", "Airbus", "IIT Kanpur", "CEWiT",
    "Reliance Jio", "Tejas Networks", "MediaTek Inc.", "ITRI", "ASUSTeK", "EURECOM", "NICT", "Philips International B.V.",
)  # fmt: skip

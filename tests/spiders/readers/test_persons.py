from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from spiders.readers.persons import PERSONS_ONLY, without_persons


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ("China NB", "China NB"),
        ("China & TCA", "China & TCA"),
        ("TCA and China experts", "TCA and China experts"),
        ("Macao SAR, Hong Kong SAR & China", "Macao SAR, Hong Kong SAR & China"),
        ("Beijing Invented Digital Technology Co., Ltd.", "Beijing Invented Digital Technology Co., Ltd."),
        ("Huawei; Hisilicon", "Huawei; Hisilicon"),
        ("Alibaba, ByteDance", "Alibaba, ByteDance"),
        ("BT, Orange, Nokia, KPN", "BT, Orange, Nokia, KPN"),
        ("ISO/IEC JTC 1/SC 6/WG 9", "ISO/IEC JTC 1/SC 6/WG 9"),
        ("P&P Editorial Group", "P&P Editorial Group"),
        ("UTC/US & IRG", "UTC/US & IRG"),
        ("中国电信", "中国电信"),
        ("A. Bcd, E. Fgh (Alibaba), I. Jkl (CityU)", "(Alibaba), (CityU)"),
        ("A.-B. Cde, F. Yang(Xidian Univ.), F. Xing(Hisense)", "(Xidian Univ.), (Hisense)"),
        ("A. Bcd (Panasonic) (Hisense)", "(Panasonic) (Hisense)"),
        ("A. Bcd (SJTU), E. Fgh (Bytedance), I. Jkl (SJTU)", "(SJTU), (Bytedance)"),
        ("A. Bcd (CAICT, Xidian Univ.)", "(CAICT, Xidian Univ.)"),
        ("A. Bcd et al. (Qualcomm)", "(Qualcomm)"),
        ("A. Bcd (华为)", "(华为)"),
        ("Bcd Efgh, et al. (China)", "(China)"),
        ("Bcd Efgh, et al. China", "China"),
        ("Bcd Efgh, et al, China NB", "China NB"),
        ("Bcd Efgh, Project editor", "Project editor"),
        ("Bcd Efgh. IRG Convenor", "IRG Convenor"),
        ("Bcd Efgh – Convener", "Convener"),
        ("SEI/Bcd Efgh, et al", "SEI"),
        ("Bcd Efgh, SIL and Payap U.", "SIL and Payap U."),
        ("BCD, Efgh; CCID", "CCID"),
        ("KLM Efgh, ROK", "ROK"),
        ("IRG Rapporteur (BCD, Efgh)", "IRG Rapporteur"),
        ("TCA et al.", "TCA et al."),
        ("Netflix; The Unicode Consortium", "Netflix; The Unicode Consortium"),
    ],
)
def test_organisations_and_offices_stay(source: str, kept: str) -> None:
    assert without_persons(source) == (kept, None)


@pytest.mark.parametrize(
    "source",
    [
        "BCD, Efgh",
        "BCD, Efgh; HIJ, Klm-nop",
        "BCD, Efgh et al.",
        "BCD Efgh, et al.",
        "Bcd EFGH",
        "Bcd Efgh",
        "Bcd Efgh and Hij Klm",
        "Bcd Efgh & Hij Klm",
        "Bcd van der Efgh, V.S. Hijklm",
        "A. Bcd, E.-F. Ghi",
        "A.Bcd",
        "Dr. Efgh",
        "Bcd Efgh 赵丽丽, et al",
        "BCD Efgh (赵丽丽)",
        "McBCD, Efgh",
    ],
)
def test_persons_alone_leave_nothing_but_a_flag(source: str) -> None:
    assert without_persons(source) == (None, PERSONS_ONLY)


@pytest.mark.parametrize("source", [None, "", "  "])
def test_nothing_is_nothing(source: str | None) -> None:
    assert without_persons(source) == (None, None)


@pytest.mark.parametrize(
    "source", ["(" * 20_000, ")(" * 20_000, "A, " * 20_000, "Ab Cd, " * 5_000 + "China", "é" * 50_000]
)
def test_odd_and_long_strings_end(source: str) -> None:
    kept, _ = without_persons(source)
    assert kept is None or len(kept) <= len(source)


@pytest.mark.parametrize("register", ["irg", "wg2"])
def test_no_country_or_company_of_the_registers_is_lost(captures: Path, register: str) -> None:
    text = (captures / "iso" / "registers" / f"{register}_documents.jsonl").read_text("utf-8")
    sources = {json.loads(line)["source"] for line in text.splitlines()} - {""}
    words = ("China", "TCA", "Japan", "Korea", "SAR", "NB", "Unicode", "Adobe", "Google", "UTC", "University", "SEI")
    for source in sources:
        kept, _ = without_persons(source)
        lost = [word for word in words if re.search(rf"\b{word}\b", source) and word not in (kept or "")]
        assert not lost, source


def test_the_registers_frequent_names_are_left_out(captures: Path) -> None:
    """Names are taken from the captures, never written here: those of `Surname, Given` in IRG's register."""
    text = (captures / "iso" / "registers" / "irg_documents.jsonl").read_text("utf-8")
    sources = {json.loads(line)["source"] for line in text.splitlines()}
    names = {
        part.strip() for source in sources for part in source.split(";") if part.count(", ") == 1 and part[:2].isupper()
    }
    persons = {name for name in names if not any(word in name for word in ("China", "Korea", " SAR", "IRG "))}
    assert len(persons) > 70
    assert [name for name in persons if without_persons(name)[0] not in (None, "(Jeffrey)")] == []

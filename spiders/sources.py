"""Which listings an operator has visited: the `[sources]` tables of the configuration."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from spiders.urls import MEETING_CODES
from store.groups import itu_listing_prefix


class ThreegppSources(BaseModel):
    """3GPP: the groups whose meetings and TDoc lists are visited."""

    model_config = ConfigDict(extra="forbid")

    groups: list[str] = Field(default_factory=lambda: list(MEETING_CODES), description="Groups, as RAN1, SA2, CT.")
    agenda_pages: list[str] = Field(
        default_factory=list,
        description="Groups whose pages of documents by agenda item are read beside the portal's list: SA2, SA3.",
    )

    @field_validator("groups", "agenda_pages")
    @classmethod
    def _known(cls, groups: list[str]) -> list[str]:
        for group in groups:
            if group not in MEETING_CODES:
                raise ValueError(f"unknown group {group!r}: 3GPP has {', '.join(MEETING_CODES)}")
        return groups


class IsoSources(BaseModel):
    """ISO: which of the open data and registers are visited."""

    model_config = ConfigDict(extra="forbid")

    committees: bool = Field(
        default=True, description="The committees of ISO Open Data, with secretariats and members."
    )
    projects: bool = Field(
        default=True, description="The deliverables of ISO Open Data: every project from stage 00.20."
    )
    registers: list[Literal["IRG", "WG2", "JVET"]] = Field(
        default=["IRG", "WG2", "JVET"],
        description="Document registers: IRG and WG 2 of JTC 1/SC 2, JVET of JTC 1/SC 29.",
    )


class ItuSources(BaseModel):
    """ITU: the catalogues of meetings and the groups whose documents are visited."""

    model_config = ConfigDict(extra="forbid")

    meetings: list[Literal["T", "R", "D", "general"]] = Field(
        default=["T", "R", "D", "general"], description="Meeting catalogues by sector."
    )
    groups: list[str] = Field(default_factory=list, description="Groups, as ITU-T SG13, ITU-T TSAG, ITU-R WP5D.")
    documents: list[Literal["C", "TD"]] = Field(
        default=["C", "TD"], description="Contributions, and temporary documents of a meeting."
    )
    pages: bool = Field(default=True, description="Whether the HTML listings are read too, for the co-signers of C.")

    @field_validator("groups")
    @classmethod
    def _known(cls, groups: list[str]) -> list[str]:
        for group in groups:
            itu_listing_prefix(group)
        return groups


class Sources(BaseModel):
    """The `[sources]` tables of the configuration."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    threegpp: ThreegppSources = Field(default_factory=ThreegppSources, alias="3gpp")
    iso: IsoSources = Field(default_factory=IsoSources)
    itu: ItuSources = Field(default_factory=ItuSources)

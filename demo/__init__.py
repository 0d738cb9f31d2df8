"""A local replica of the servers of 3GPP, ISO and ITU, with two days of invented listings in the true formats."""

from demo.itu_documents import GROUPS as _STUDY_GROUPS
from demo.server import Replica, Seen

THREEGPP_GROUPS = ("RAN", "RAN1", "RAN2", "SA2", "SA3")
"""Groups with meetings in the window; the other groups' pages list past meetings only."""

ITU_GROUPS = tuple(f"ITU-{group.sector} {group.name}" for group in _STUDY_GROUPS)
"""Groups that have documents here; ITU's other groups are missing."""

__all__ = ["ITU_GROUPS", "THREEGPP_GROUPS", "Replica", "Seen"]

"""A local replica of the servers of 3GPP, ISO and ITU, with two days of invented listings in the true formats."""

from demo.server import Replica, Seen

__all__ = ["Replica", "Seen"]

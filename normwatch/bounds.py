"""What a process that reads listings may take of the machine."""

from __future__ import annotations

import os
import resource


def limit_memory(megabytes: int) -> None:
    """Let this process have so much address space and no more; beyond, it meets MemoryError or is ended."""
    bound = megabytes << 20
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    bound = bound if most == resource.RLIM_INFINITY else min(bound, most)
    resource.setrlimit(resource.RLIMIT_AS, (bound, bound))
    os.environ["RUST_BACKTRACE"] = "0"  # a reader's library that wants more says so in a line, not in hundreds

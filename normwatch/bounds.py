"""What a crawl's process may take of the machine."""

from __future__ import annotations

import resource


def limit_memory(megabytes: int) -> None:
    """Let this process have so much address space and no more; beyond, it meets MemoryError or is ended."""
    bound = megabytes << 20
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    bound = bound if most == resource.RLIM_INFINITY else min(bound, most)
    resource.setrlimit(resource.RLIMIT_AS, (bound, bound))

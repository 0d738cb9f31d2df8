"""The peers' own environment: packages of PyPI that do part of what we do, outside this repository's dependencies.

Made once in a folder beside the system's temporary files; without PyPI the peers' lines are left out, saying so.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import venv
from pathlib import Path

PACKAGES = ("doc3gpp==0.3.6", "humanfriendly", "urlwatch==2.29")
"""doc3gpp 0.3.6 needs humanfriendly to start, which it declares for its web server alone."""


def python() -> Path | None:
    """The Python that has the peers, None if they cannot be installed."""
    folder = Path(tempfile.gettempdir()) / f"normwatch-bench-peers-{sys.version_info.major}.{sys.version_info.minor}"
    found, ready = folder / "bin" / "python", folder / "ready"
    if ready.exists():
        return found
    venv.create(folder, with_pip=True, clear=True)
    install = [str(found), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES]
    done = subprocess.run(install, capture_output=True, text=True, check=False)  # noqa: S603 - constants of ours
    if done.returncode:
        print(f"left out: the peers, which cannot be installed here: {done.stderr.strip()[-200:]}")
        return None
    ready.touch()
    return found

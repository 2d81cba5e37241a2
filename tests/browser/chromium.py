"""The distribution's own Chromium, and how it is started: for the tests and for pictures."""

import os
import shutil
from typing import Any

from tests.support.needs import lacking

NAMES = ("chromium", "chromium-browser", "google-chrome")
# Without these Chromium calls its maker's servers at every start, which is slow where the network is closed.
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)


def launch_options() -> dict[str, Any]:
    """Give how to start the Chromium found on PATH instead of a downloaded one."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        lacking("no Chromium on PATH", "sudo apt-get install chromium fonts-dejavu-core fonts-noto-core")
    # Chromium refuses its sandbox to root, as whom containers run.
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {"executable_path": found, "args": [*FLAGS, *sandbox]}

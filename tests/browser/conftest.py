"""The browser of the tests: the distribution's own Chromium, one for the run, a fresh context per test."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the browser tests on one worker, so that one Chromium serves the run."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Start the Chromium found on PATH instead of a downloaded one."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        lacking("no Chromium on PATH", "sudo apt-get install chromium fonts-dejavu-core fonts-noto-core")
    # Chromium refuses its sandbox to root, as whom containers run.
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return browser_type_launch_args | {"executable_path": found, "args": [*FLAGS, *sandbox]}

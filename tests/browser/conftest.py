"""The browser of the tests: one Chromium for each worker, a fresh context per test."""

from pathlib import Path
from typing import Any

import pytest

from tests.browser.chromium import launch_options


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Name the tests that drive a browser, so that they can be chosen or left out."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Start the Chromium found on PATH instead of a downloaded one."""
    return browser_type_launch_args | launch_options()

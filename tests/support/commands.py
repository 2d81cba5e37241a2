"""Commands as people type them, in this process, on a database of the test's own."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from framework.cli import main

Run = Callable[..., Result]


def commands_on(database_url: str, folder: Path, patch: pytest.MonkeyPatch) -> Run:
    """What runs `armature` with these arguments, on this database and with its data below the folder."""
    for name in ("ARMATURE_ADMIN_PASSWORD", "ARMATURE_NEW_PASSWORD", "ARMATURE_BASE_URL"):
        patch.delenv(name, raising=False)
    patch.setenv("ARMATURE_DATABASE_URL", database_url)
    patch.setenv("ARMATURE_DATA_DIR", str(folder / "data"))
    return lambda *arguments: CliRunner().invoke(main, [str(argument) for argument in arguments])


def told(done: Result, status: int = 0) -> Any:
    """What a command printed as JSON, which ended with this status."""
    assert done.exit_code == status, done.output
    return json.loads(done.stdout)

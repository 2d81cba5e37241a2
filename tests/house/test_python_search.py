"""`make` on a bare machine: one sentence with the command that mends it, and exit status 1."""

import subprocess
from pathlib import Path

import pytest

from tests.house.reading import ROOT

NO_PYTHON = "No Python 3.11 or newer was found: install one, as by sudo apt-get install python3 python3-venv\n"
NO_VENV = "python3 cannot make virtual environments (no venv or ensurepip): sudo apt-get install python3.12-venv\n"
# What stands in for python3, by what the search asks of it with -c.
TOO_OLD = "exit 1"
WITHOUT_VENV = """case "$2" in *ensurepip*) exit 1;; *print*) echo python3.12-venv;; esac"""
GOOD = """[ "$1" = -c ] || echo "ran $*" """


def search(folder: Path, python: str | None) -> subprocess.CompletedProcess[str]:
    if python is not None:
        (folder / "python3").write_text(f"#!/bin/sh\n{python}\n")
        (folder / "python3").chmod(0o755)
    command = ["/bin/sh", ROOT / ".ci/python", "script", "argument"]
    return subprocess.run(command, env={"PATH": str(folder)}, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(("python", "said"), [(None, NO_PYTHON), (TOO_OLD, NO_PYTHON), (WITHOUT_VENV, NO_VENV)])
def test_what_is_missing_is_said_in_one_sentence(tmp_path: Path, python: str | None, said: str) -> None:
    result = search(tmp_path, python)
    assert (result.returncode, result.stdout, result.stderr) == (1, "", said)


def test_a_good_python_runs_the_script(tmp_path: Path) -> None:
    result = search(tmp_path, GOOD)
    assert (result.returncode, result.stdout) == (0, "ran script argument\n")

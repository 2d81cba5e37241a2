"""What is committed works on anybody's machine: it names no package index and no folder of one's own."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.reading import ROOT

# Put together here, so that this file may be committed.
INDEX_HOSTS = re.compile(
    "|".join(
        re.escape(".".join(parts))
        for parts in (
            ("pypi", "org"),
            ("files", "pythonhosted", "org"),
            ("registry", "npmjs", "org"),
            ("registry", "yarnpkg", "com"),
            ("proxy", "golang", "org"),
        )
    )
)
OWN_FOLDERS = re.compile(rf"(?<![\w.~/-])(?:{re.escape(str(ROOT))}|{re.escape(str(Path.home()))})(?![\w-])")


def unportable(text: str) -> Iterator[str]:
    """Give each package index and each absolute path of this machine that a text names."""
    for pattern in (INDEX_HOSTS, OWN_FOLDERS):
        yield from pattern.findall(text)


def committed() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True)  # noqa: S607
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def test_nothing_committed_is_bound_to_a_machine() -> None:
    texts = ((path, path.read_text(encoding="utf-8", errors="replace")) for path in committed())
    assert [(str(path), found) for path, text in texts for found in unportable(text)] == []


@pytest.mark.parametrize(
    "text",
    ["https://pypi" + ".org", f"cd {ROOT}", f'"{ROOT}/var"', f"{Path.home()}/x"],
)
def test_what_is_bound_to_a_machine_is_noticed(text: str) -> None:
    assert list(unportable(text))


@pytest.mark.parametrize("text", [f"docs{ROOT}", f"{ROOT}-other", "https://github.com", "/var/lib/armature"])
def test_what_only_looks_like_it_passes(text: str) -> None:
    assert not list(unportable(text))

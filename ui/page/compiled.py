"""Keeps compiled templates on disk, as Python keeps modules: compiling all of them takes seconds in each language.

They lie among the temporary files of the server's user, in a folder that nobody else can write (Jinja sees to it),
under names that change with whatever they are made of: what an earlier release left there is not found.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import FileSystemBytecodeCache

from i18n.words import LOCALES
from ui.page.assets import digest

if TYPE_CHECKING:
    from collections.abc import Iterable
    from gettext import NullTranslations

    from jinja2.bccache import Bucket

_HERE = Path(__file__).parent


class KeptTemplates(FileSystemBytecodeCache):
    """Jinja's cache; a full disk costs time and no page."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled, if it can be."""
        with suppress(OSError):
            super().dump_bytecode(bucket)


def kept(words: NullTranslations, folders: Iterable[Path], directory: Path | None = None) -> KeptTemplates | None:
    """Give the cache for templates of these folders with these words folded in; None where there is no safe place."""
    pattern = f"armature-{_digest(words, folders)}-%s"
    try:
        return KeptTemplates(None if directory is None else str(directory), pattern)
    except (RuntimeError, OSError):
        return None


def _digest(words: NullTranslations, folders: Iterable[Path]) -> str:
    """Digest all that goes into a compiled template: texts, words, addresses of assets, and what compiles."""
    made = hashlib.sha256(f"{version('jinja2')} {digest()} {words.info().get('language', '')}".encode())
    sources = [*_HERE.glob("*.py"), _HERE.parent / "icons.txt", *LOCALES.glob("*/*.po")]
    for file in sorted([*sources, *(file for folder in folders for file in folder.rglob("*.html"))]):
        made.update(f"\0{file.as_posix()}\0".encode() + file.read_bytes())
    return made.hexdigest()[:16]

"""Collects our own words from the source into `locales/messages.pot` and the .po files.

`python -m i18n.extract` writes the files, `--check` only tells whether they are up to date.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from i18n.words import LOCALES

FLOORS = ("admin", "ui", "framework", "metadata", "i18n")
TEMPLATE = "messages.pot"

# `msg` and `nmsg` stand in Python, the others in templates, with Jinja's `{% trans %}`.
_KEYWORDS = {
    "msg": None,
    "nmsg": (1, 2),
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}
_METHODS = [("**.py", "python"), ("**.html", "jinja2"), ("**.txt.j2", "jinja2")]
_OPTIONS = {"**.html": {"trimmed": "true", "silent": "false"}, "**.txt.j2": {"silent": "false"}}
_PLACEHOLDERS = re.compile(r"%\(\w+\)[sd]")
# Headers carry a date; a fixed one keeps files equal when nothing else changed.
_DATE = datetime(2026, 1, 1, tzinfo=UTC)
_WIDTH = 98


def main(arguments: list[str]) -> int:
    """Write or check all files; gives the exit status."""
    root = LOCALES.parent.parent
    outdated = [file for file in files(root) if not file.is_written()]
    if "--check" in arguments:
        for file in outdated:
            sys.stdout.write(f"{file.path.relative_to(root)} is not up to date: python -m i18n.extract\n")
        return 1 if outdated else 0
    for file in outdated:
        file.path.write_bytes(file.content)
        sys.stdout.write(f"{file.path.relative_to(root)} written\n")
    return 0


@dataclass(frozen=True, slots=True)
class WordFile:
    """A file of words and what should be in it."""

    path: Path
    content: bytes

    def is_written(self) -> bool:
        """Tell whether the file has this content already."""
        return self.path.exists() and self.path.read_bytes() == self.content


def files(root: Path) -> Iterator[WordFile]:
    """Give the template and each locale's file as they should be for the source under `root`."""
    template = collect(root)
    yield WordFile(LOCALES / TEMPLATE, _written(template))
    for path in sorted(LOCALES.glob("*/messages.po")):
        yield WordFile(path, _written(updated(path, template)))


def collect(root: Path, floors: Iterable[str] = FLOORS) -> Catalog:
    """Gather the marked texts of the floors under `root` with the files that they stand in."""
    template = _catalog(None)
    for floor in floors:
        found = extract_from_dir(
            root / floor,
            method_map=_METHODS,
            options_map=_OPTIONS,
            keywords=_KEYWORDS,
            comment_tags=("Translators:",),
            strip_comment_tags=True,
        )
        for name, _, text, comments, context in found:
            if not _PLACEHOLDERS.sub("", str(text)).strip():
                continue  # what other code fills is no word of ours
            place = [(f"{floor}/{name}", 0)]
            template.add(text, None, place, auto_comments=comments, context=context)
    return template


def updated(path: Path, template: Catalog) -> Catalog:
    """Give the words of a .po file with the texts of `template`; what fell away is dropped.

    Nothing is guessed: a text that was reworded needs a new translation.
    """
    locale = path.parent.name
    with path.open("rb") as source:
        old = read_po(source, locale=locale, abort_invalid=True)
    new = _catalog(locale)
    for message in template:
        if message.id:
            kept = old.get(message.id, message.context)
            new.add(
                message.id,
                kept.string if kept else "",
                message.locations,
                flags=kept.flags if kept else (),
                auto_comments=message.auto_comments,
                user_comments=kept.user_comments if kept else (),
                context=message.context,
            )
    return new


def _catalog(locale: str | None) -> Catalog:
    return Catalog(
        locale=locale,
        project="Armature",
        version="1",
        header_comment="# Words of Armature. Made by `python -m i18n.extract`; edit msgstr only.",
        creation_date=_DATE,
        revision_date=_DATE,
        last_translator="Armature",
        language_team="Armature",
        msgid_bugs_address="Armature",
        fuzzy=False,
        charset="utf-8",
    )


def _written(catalog: Catalog) -> bytes:
    target = BytesIO()
    write_po(target, catalog, width=_WIDTH, sort_by_file=True, include_lineno=False)
    return target.getvalue()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

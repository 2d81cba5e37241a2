"""The second line of a record in a short list, which tells it apart, and the place of a match in its title."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from framework.fields.base import type_of
from ui.values.cells import text_of

if TYPE_CHECKING:
    from framework.records import Record
    from metadata.snapshot import Field
    from ui.page.asked import Asked

_SECOND_LINE = 2


def telling_fields(there: Asked) -> list[Field]:
    """Give the fields of the second line: the first short ones that the actor may read."""
    found = [
        field
        for field in there.readable(there.entity.fields)
        if not field.system
        and field.name not in {there.entity.title, "owner", "team"}
        and type_of(field).telling
        and type_of(field).cell in {"text", "link", "choice"}
    ]
    return found[:_SECOND_LINE]


def second_line(there: Asked, record: Record, telling: list[Field]) -> str:
    """Give the words of these fields of a record."""
    return " · ".join(filter(None, (_words(there, one, record) for one in telling)))


def cut(title: str, sought: str) -> tuple[str, str, str]:
    """Give a title before, in and behind its match; all of it before where it has none."""
    start = _plain(title).find(_plain(sought)) if sought else -1
    end = start + len(sought)
    return (title[:start], title[start:end], title[end:]) if start >= 0 else (title, "", "")


def _plain(text: str) -> str:
    """Give the text without accents and capitals, sign for sign, so that places in it are those of the text."""
    return "".join(unicodedata.normalize("NFD", sign)[0].lower()[0] for sign in text)


def _words(there: Asked, field: Field, record: Record) -> str:
    if field.targets:
        end = record.links.get(field.name)
        return (end.title or "") if end else ""
    return text_of(field, record.values.get(field.name), there.reader)

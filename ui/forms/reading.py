"""Reads one record with just what its page or its form draws: every link that is read is one statement more."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from framework.extension import services
from ui.forms.filled import writable
from ui.forms.layout import parts_of
from ui.forms.lines import lines_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from framework.records import Record
    from ui.page.asked import Asked


def read_for_page(asked: Asked, ident: str) -> Record:
    """Read all that a page may show, lines too. Raises NotFoundError where the actor does not see the record."""
    record = _read(asked, ident, (name for name in asked.entity.fields if not name.startswith("deleted_")))
    owners = [field for field in asked.readable(asked.entity.fields) if field.lines is not None]
    return replace(record, lines={owner.name: lines_of(asked, owner, record) for owner in owners})


def read_for_form(asked: Asked, ident: str) -> Record:
    """Read what a form shows and what it compares with what is typed. Raises as `read_for_page`."""
    shown = [field.name for part in parts_of(asked, creating=False) for field in part.fields]
    written = [field.name for field in writable(asked, creating=False)]
    return _read(asked, ident, dict.fromkeys(shown + written))


def _read(asked: Asked, ident: str, names: Iterable[str]) -> Record:
    # Lines are read by themselves, with what they hold.
    fields = [field for field in asked.readable(names) if field.lines is None]
    links = tuple(field.name for field in fields if field.leads_to)
    return services().door.get(asked.context, asked.entity.name, ident, tuple(field.name for field in fields), links)

"""Records that are alike the one in a form or on a page, with the reason, for who may read them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from framework.extension import services
from framework.records.duplicates import pointed_out
from framework.records.history import history_value
from framework.records.parse import list_query
from i18n.lazy import msg
from ui.forms.controls import read_values
from ui.forms.filled import writable
from ui.page.addresses import list_url, record_url
from ui.values.alike import Alike
from ui.values.telling import second_line, telling_fields

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from framework.records.duplicates import Similar
    from metadata.snapshot import DuplicateRule
    from ui.forms.filled import Filled
    from ui.page.asked import Asked

HEEDED = "_similar"
"""The input that names what was pointed out to whoever sends a form."""


@dataclass(frozen=True, slots=True)
class Hint:
    """Where a form asks for what is alike, and the parts of it whose change makes it ask."""

    url: str
    fields: tuple[str, ...]


def hint_of(asked: Asked) -> Hint | None:
    """Give how a form asks; None where nothing may be pointed out to its reader."""
    fields = dict.fromkeys(name for rule in pointed_out(asked.entity, asked.rights) for name in rule.fields)
    return Hint(f"{list_url(asked.entity.name)}/similar", tuple(fields)) if fields else None


def similar_in(asked: Asked, form: Filled) -> tuple[Alike, ...]:
    """Give what is alike the record as the form has it."""
    typed, _ = read_values(asked, writable(asked, creating=form.record is None), form.texts, "")
    fields = asked.entity.fields
    stored = (
        {name: history_value(fields[name], value) for name, value in form.record.values.items() if name in fields}
        if form.record
        else {}
    )
    ident = form.record.id if form.record else None
    found = services().door.similar_values(asked.context, asked.entity.name, {**stored, **typed}, ident)
    return alike_of(asked, found)


def unheeded(asked: Asked, form: Filled, changed: Iterable[str]) -> tuple[Alike, ...]:
    """Give what is alike the record that a form would save and was not pointed out to its sender yet."""
    hint = hint_of(asked)
    if hint is None or not set(hint.fields).intersection(changed):
        return ()
    found, told = similar_in(asked, form), set(form.texts.get(HEEDED, "").split())
    return found if any(one.id not in told for one in found) else ()


def alike_of(asked: Asked, found: Sequence[Similar]) -> tuple[Alike, ...]:
    """Give records with their titles and second lines: one statement for all."""
    if not found:
        return ()
    telling = telling_fields(asked)
    query = list_query(asked.entity.name, [("filter[id][in]", ",".join(one.ident for one in found))])
    names = ("id", *(field.name for field in telling))
    query = replace(query, fields=names, expand=tuple(field.name for field in telling if field.targets))
    records = {one.id: one for one in services().door.find(asked.context, query).records}
    return tuple(
        Alike(
            one.ident,
            records[one.ident].title or one.ident,
            second_line(asked, records[one.ident], telling),
            record_url(asked.entity.name, one.ident),
            why_of(asked, one.rules),
        )
        for one in found
        if one.ident in records
    )


def why_of(asked: Asked, rules: Iterable[DuplicateRule]) -> str:
    """Say which fields are the same."""
    names = dict.fromkeys(name for rule in rules for name in rule.fields)
    labels = [asked.inside(asked.entity.fields[name].label) for name in names]
    return asked.text(msg("Same %(fields)s", fields=", ".join(labels)))

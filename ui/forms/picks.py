"""Records that a link picker offers: by a search, those that the actor may read and no others."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from framework.extension import services
from framework.fields.base import type_of
from framework.fields.link import several
from framework.fields.members import SEPARATOR
from framework.permissions import policy_for
from framework.records.parse import list_query
from i18n.plain import plain
from metadata.expressions import to_text
from metadata.expressions.tree import In, Literal, Path
from ui.forms.fitting import belonging, found
from ui.page.addresses import Address, list_url, record_url
from ui.page.asked import Asked, screen_of
from ui.page.people import ground, initials
from ui.values.telling import cut, second_line, telling_fields

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from framework.records import Record
    from metadata.snapshot import Field
    from ui.forms.fitting import Around

MOST_HITS = 20
_LONGEST_SOUGHT = 200


@dataclass(frozen=True, slots=True)
class Pick:
    """One record to pick: its title cut at the match, and a second line that tells it apart."""

    id: str
    url: str
    title: str
    before: str
    match: str
    after: str
    second: str
    color: str
    initials: str


def offering(field: Field) -> Callable[[Asked, Field, str, Around | None], tuple[Pick, ...]] | None:
    """Give what finds the things that the control of a field offers while somebody types; None where it offers none."""
    return picks if field.leads_to else words if type_of(field).control == "tags" else None


def words(asked: Asked, field: Field, typed: str, _about: Around | None = None) -> tuple[Pick, ...]:
    """Give the words in use that the last of the typed ones may become, without those that stand there already."""
    *given, last = (word.strip().casefold() for word in typed.split(SEPARATOR))
    used = services().door.members_in_use(asked.context, asked.entity.name, field.name)
    fitting = [word for word in used if plain(last) in plain(word) and word.casefold() not in given]
    return tuple(_word(asked, field, word, last) for word in fitting[:MOST_HITS])


def _word(asked: Asked, field: Field, word: str, sought: str) -> Pick:
    those = to_text(In(Literal(word), (Path((field.name,)),), negated=False))
    url = str(Address(list_url(asked.entity.name), (("filter", those),)))
    return Pick(word, url, word, *cut(word, sought), "", "", "")


def picks(asked: Asked, field: Field, sought: str, about: Around | None = None) -> tuple[Pick, ...]:
    """Give up to twenty records to which the link may lead, best first; of several entities one after the other.

    `about` is the record that the link stands in, where that is known; what belongs to its other links comes first.
    """
    sought = sought[:_LONGEST_SOUGHT]
    hits = [pick for there in _ends(asked, field) for pick in _picks(asked, there, field, sought, about)]
    return tuple(hits[:MOST_HITS])


def _picks(asked: Asked, there: Asked, field: Field, sought: str, about: Around | None) -> list[Pick]:
    telling = telling_fields(there)
    names = (there.entity.title, *(field.name for field in telling))
    links = tuple(field.name for field in telling if field.targets)
    order = there.entity.title if sought else "-updated_at"
    parameters = [("sort", order)] if order.removeprefix("-") in there.rights.readable else []
    query = list_query(there.entity.name, parameters, limit=MOST_HITS)
    query = replace(query, fields=names, expand=links, search=sought or None)
    first = belonging(asked, field, about, there)
    records = found(asked, field, about, there, replace(query, filter=first)).records if first is not None else ()
    if len(records) < MOST_HITS:
        others = found(asked, field, about, there, query).records
        records = tuple({one.id: one for one in (*records, *others)}.values())
    return [_pick(there, field, record, telling, sought) for record in records]


def _ends(asked: Asked, field: Field) -> Iterable[Asked]:
    """Give the far ends as asked for, as far as the actor may see them."""
    policy = policy_for(asked.context.snapshot, asked.context.actor)
    for name in field.leads_to:
        entity, rights = asked.context.snapshot.entities[name], policy.entity(name)
        if rights.visible and entity.title in rights.readable:
            screen = screen_of(asked.context, name, "list")
            yield Asked(asked.reader, asked.context, screen, entity, rights)


def _pick(there: Asked, field: Field, record: Record, telling: list[Field], sought: str) -> Pick:
    title = record.title or record.id
    second = second_line(there, record, telling)
    # The value as the link's type reads it back from the form.
    value = f"{record.entity}/{record.id}" if several(field) else record.id
    url = record_url(record.entity, record.id)
    return Pick(value, url, title, *cut(title, sought), second, ground(record.id), initials(title))

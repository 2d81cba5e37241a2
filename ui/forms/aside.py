"""A record that a link picker lacks, made on the way: in a sheet over the form, or on a page that carries the form.

A sheet needs scripts. Without them the form is posted here, travels along in hidden inputs while the
other record is made, and comes back with the link filled in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from framework.fields.link import several
from framework.permissions import policy_for
from i18n.lazy import msg
from ui.page.addresses import Address, new_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from metadata.snapshot import Field
    from ui.page.asked import Asked

MOST_DEEP = 2
_CARRIED, _TO, _FIELD = "_carried.", "_carried_to", "_carried_field"
# What belongs to the one request that was sent.
_SENT_ONCE = frozenset({"_csrf", "_aside"})


@dataclass(frozen=True, slots=True)
class Creation:
    """A kind of record that a picker offers to create; `start` stands before its id in the link's value.

    `named` is the field that takes what was typed, which may have gone on since this was offered.
    """

    target: str
    label: str
    url: str
    named: str
    start: str


@dataclass(frozen=True, slots=True)
class Carried:
    """A form that waits for the record that one of its links lacks."""

    entity: str
    field: str
    texts: tuple[tuple[str, str], ...]

    @property
    def inputs(self) -> tuple[tuple[str, str], ...]:
        """The hidden inputs in which it travels."""
        carried = ((f"{_CARRIED}{name}", text) for name, text in self.texts)
        return ((_TO, self.entity), (_FIELD, self.field), *carried)

    def with_link(self, value: str, title: str) -> dict[str, str]:
        """Give what its controls hold once the link is filled in."""
        return {**dict(self.texts), self.field: value, f"{self.field}.text": title, f"{self.field}.shown": title}


def creations(asked: Asked, field: Field, sought: str, depth: int) -> Iterable[Creation]:
    """Give what the actor may create for a link, under the title that was sought; nothing two sheets deep."""
    policy = policy_for(asked.context.snapshot, asked.context.actor)
    for target in field.targets if depth < MOST_DEEP else ():
        entity, rights = asked.context.snapshot.entities[target], policy.entity(target)
        if entity.title not in rights.creatable:
            continue
        words = msg("Create %(entity)s “%(title)s”") if sought else msg("Create %(entity)s")
        label = asked.text(msg(words.msgid, entity=asked.inside(entity.label), title=sought))
        url = str(Address(new_url(target), (("sheet", str(depth + 1)),)))
        yield Creation(target, label, url, entity.title, f"{target}/" if several(field) else "")


def carrying(entity: str, field: str, texts: Mapping[str, str]) -> Carried:
    """Give the form of an entity as it travels while a record for its link is made."""
    return Carried(entity, field, tuple((name, text) for name, text in texts.items() if name not in _SENT_ONCE))


def carried_in(texts: Mapping[str, str]) -> Carried | None:
    """Give the form that travels along with what was posted; None where there is none."""
    entity, field = texts.get(_TO), texts.get(_FIELD)
    if not entity or not field:
        return None
    found = ((name.removeprefix(_CARRIED), text) for name, text in texts.items() if name.startswith(_CARRIED))
    return Carried(entity, field, tuple(found))

"""What a link may lead to under the present values of its form: what fits, what comes first, what no longer fits."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from framework.errors import Fault
from framework.extension import services
from framework.plans import Query
from i18n.lazy import msg
from metadata.expressions import Root, refs
from metadata.expressions.tree import Binary, Literal, Path, logic
from metadata.layers import CORE
from ui.forms.controls import read_values

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from framework.plans import Query as Asking
    from framework.records import Page
    from metadata.expressions import Node
    from metadata.snapshot import Field, Snapshot
    from ui.forms.controls import Typed
    from ui.page.asked import Asked

_UNFIT = msg("%(label)s does not fit the other values any more; choose another, or none")


@dataclass(frozen=True, slots=True)
class Around:
    """The record in which a link stands: its id, if it is stored, and wire values as typed so far."""

    ident: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)


def narrowing(link: Field) -> frozenset[str]:
    """Give the fields of the record that decide to what a link may lead."""
    if link.link_filter is None or not link.leads_to:
        return frozenset()
    return frozenset(ref.steps[0].field for ref in refs(link.link_filter) if ref.root is Root.RECORD)


def deciding(asked: Asked, link: Field) -> frozenset[str]:
    """Give the fields of the record that decide what a link is offered: what fits, or what comes first."""
    near = (one.near for one in _shared(asked.context.snapshot, asked.entity.name, link.name))
    return narrowing(link) or frozenset(near)


def around(asked: Asked, link: Field, texts: Typed, ident: str | None) -> Around:
    """Give what is typed into the controls that decide what a link is offered."""
    names = deciding(asked, link)
    fields = [one for name, one in asked.entity.fields.items() if name in names]
    return Around(ident, read_values(asked, fields, texts, "")[0])


@dataclass(frozen=True, slots=True)
class _SharedEnd:
    """A link of the far entity that leads where another link of the record, `near`, leads too."""

    there: str
    far: str
    near: str


@lru_cache(maxsize=4_096)
def _shared(snapshot: Snapshot, entity: str, name: str) -> tuple[_SharedEnd, ...]:
    """Give the far links by which records belong to what the form names already; none beside a filter of the link.

    People and teams tell nothing here: most records of most forms have the same owner.
    """
    fields = snapshot.entities[entity].fields
    link = fields.get(name)  # an input of an action is none of them
    if link is None or link.link_filter is not None:
        return ()
    ends = [
        (one.name, one.only_target)
        for one in fields.values()
        if one.only_target and one.name != name and snapshot.entities[one.only_target].layer != CORE
    ]
    return tuple(
        _SharedEnd(there, far.name, near)
        for there in link.leads_to
        for far in snapshot.entities[there].fields.values()
        for near, end in ends
        if far.only_target == end
    )


def belonging(asked: Asked, link: Field, about: Around | None, there: Asked) -> Node | None:
    """Give what holds for records of the far end that belong to what the form names; None where it names nothing."""
    if about is None:
        return None
    parts = [
        Binary("=", Path((one.far,)), Literal(about.values[one.near]))
        for one in _shared(asked.context.snapshot, asked.entity.name, link.name)
        if one.there == there.entity.name
        and one.far in there.rights.readable
        and about.values.get(one.near) is not None
    ]
    return logic("or", parts) if parts else None


def found(asked: Asked, link: Field, about: Around | None, there: Asked, query: Asking) -> Page:
    """Read records of the far end: those that fit, where it is known in which record the link stands."""
    door = services().door
    if about is None or not narrowing(link):
        return door.find(there.context, query)
    return door.linkable(asked.context, asked.entity.name, link.name, about.values, about.ident, query)


def lacks(asked: Asked, link: Field, about: Around) -> str:
    """Say what has to be chosen first, where all that a link's filter looks at is blank; nothing elsewhere."""
    names = narrowing(link)
    if about.ident is not None or not names or any(about.values.get(name) is not None for name in names):
        return ""
    labels = ", ".join(asked.text(asked.entity.fields[name].label) for name in sorted(names))
    return asked.text(msg("First choose: %(fields)s", fields=labels))


def unfitting(asked: Asked, links: Iterable[Field], texts: Typed, ident: str | None) -> list[Fault]:
    """Give a fault for every link whose value, as it stands in the form, no longer fits: a statement for each."""
    faults = []
    for link in links:
        value, shown = texts.get(link.name), texts.get(f"{link.name}.shown", "")
        if not value or link.only_target is None or not narrowing(link) or texts.get(f"{link.name}.text") != shown:
            continue
        query = Query(link.only_target, ("id",), limit=1, among=frozenset({value}))
        values, door = around(asked, link, texts, ident).values, services().door
        if not door.linkable(asked.context, asked.entity.name, link.name, values, ident, query).records:
            faults.append(Fault(f"/{link.name}", "link", msg(_UNFIT.msgid, label=link.label)))
    return faults

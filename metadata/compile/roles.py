"""Roles and their grants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from metadata.compile.freeze import NOTHING, frozen
from metadata.labels import label_of
from metadata.places import grant_places
from metadata.snapshot import FieldRight, Grant, Reach, Role

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metadata.layers import Effective
    from metadata.meanings import Meanings
    from metadata.snapshot import Entity

ALL = "*"
ALWAYS_READABLE = ("id", "version")


def role_of(definition: Effective, meanings: Meanings) -> Role:
    """The role that a definition describes; `*` among field rights is spelled out here."""
    body = definition.body
    return Role(
        definition.name,
        label_of(definition.address, body, definition.name),
        frozenset(name for name, given in body.get("abilities", {}).items() if given),
        frozen({name: _grant(name, grant, meanings) for name, grant in body["grants"].items()}),
    )


def _grant(entity: str, body: Mapping[str, Any], meanings: Meanings) -> Grant:
    return Grant(
        read=reach_of(body.get("read")),
        create=body.get("create", False),
        update=reach_of(body.get("update")),
        delete=reach_of(body.get("delete")),
        rows=frozen({str(place.steps[1]): meanings.of(place) for place in grant_places(entity, body)}),
        fields=_field_rights(body.get("fields"), meanings.entities.get(entity)),
        via=body.get("via"),
    )


def reach_of(value: object) -> Reach:
    """A reach as written; absent and false mean none."""
    return Reach(value) if isinstance(value, str) else Reach.NONE


def _field_rights(written: Mapping[str, str] | None, entity: Entity | None) -> Mapping[str, FieldRight]:
    if not written:
        return NOTHING
    named = {name: FieldRight(right) for name, right in written.items() if name != ALL}
    if ALL not in written or entity is None:
        return frozen(named)
    others = {name: FieldRight(written[ALL]) for name in entity.fields if name not in ALWAYS_READABLE}
    return frozen({**others, **named})

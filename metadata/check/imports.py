"""Checks of import mappings, those in bundles and those given on the command line alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from i18n.lazy import msg
from metadata.check.base import Finding, meant, numbered
from metadata.check.screens import entity_exists
from metadata.check.values import misfit
from metadata.documents import pointer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from metadata.check.base import Check, Found
    from metadata.check.look import Look
    from metadata.layers import Effective
    from metadata.snapshot import Entity, Field


@numbered("M121")
def fields_exist(definition: Effective, look: Look) -> Iterator[Finding]:
    """Columns, match and defaults name fields of the entity."""
    entity = look.entity(definition.body["entity"])
    for place, name in _named(definition.body) if entity else ():
        if entity and _field(entity, name) is None:
            message = msg("The entity “%(entity)s” has no field “%(name)s”.", entity=entity.name, name=name)
            yield Finding(place, message, meant(name, entity.fields), name)


@numbered("M137")
def parts_exist(definition: Effective, look: Look) -> Iterator[Finding]:
    """A part behind the name of a field is one that the field has."""
    entity = look.entity(definition.body["entity"])
    for header, column in definition.body["columns"].items():
        name, _, part = column.get("field", "").partition(".")
        field = entity.fields.get(name) if entity else None
        if field is not None and part and part not in field.type.part_types(field):
            message = msg("The field “%(name)s” has no part “%(part)s”.", name=name, part=part)
            yield Finding(pointer("columns", header, "field"), message, meant(part, field.type.part_types(field)), part)


@numbered("M122")
def look_ups_exist(definition: Effective, look: Look) -> Iterator[Finding]:
    """`by` stands at a link and names a field of the far entity."""
    entity = look.entity(definition.body["entity"])
    for header, column in definition.body["columns"].items():
        field = _field(entity, column.get("field", "")) if entity else None
        for key in ("by", "missing"):
            if key in column and field is not None and (field.lines is not None or not field.leads_to):
                message = msg("“%(key)s” is for links, and “%(name)s” is none.", key=key, name=field.name)
                yield Finding(pointer("columns", header, key), message, msg("Remove the key."), column[key])
        for target in field.leads_to if field is not None and "by" in column else ():
            far = look.entity(target)
            if far is not None and column["by"] not in far.fields:
                message = msg("The entity “%(entity)s” has no field “%(name)s”.", entity=target, name=column["by"])
                place = pointer("columns", header, "by")
                yield Finding(place, message, meant(column["by"], far.fields), column["by"])


@numbered("M134")
def fields_filled_once(definition: Effective, _look: Look) -> Iterator[Finding]:
    """No two columns fill the same field."""
    taken: dict[str, str] = {}
    for header, column in definition.body["columns"].items():
        name = column.get("field")
        if name in taken:
            message = msg("The column “%(other)s” fills “%(name)s” already.", other=taken[name], name=name)
            yield Finding(pointer("columns", header, "field"), message, msg("Skip one of the two."), name)
        if name is not None:
            taken.setdefault(name, header)


@numbered("M215")
def defaults_fit(definition: Effective, look: Look) -> Iterator[Finding]:
    """A default is a value of its field's type."""
    entity = look.entity(definition.body["entity"])
    for name, value in definition.body.get("defaults", {}).items():
        field = _field(entity, name) if entity else None
        message = misfit(field, value) if field is not None else None
        if message is not None:
            text = msg("The value does not fit the field: %(why)s", why=message)
            yield Finding(pointer("defaults", name), text, value=value)


CHECKS: tuple[Check[[Effective, Look], Finding], ...] = (
    entity_exists,
    fields_exist,
    parts_exist,
    look_ups_exist,
    fields_filled_once,
    defaults_fit,
)


def check_import(definition: Effective, look: Look) -> Iterator[Found]:
    """All findings of one import mapping."""
    for check in CHECKS:
        yield from check(definition, look)


def _named(body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for header, column in body["columns"].items():
        if "field" in column:
            yield pointer("columns", header, "field"), column["field"].partition(".")[0]
    for index, name in enumerate(body.get("match", ())):
        yield pointer("match", index), name
    for name in body.get("defaults", ()):
        yield pointer("defaults", name), name


def _field(entity: Entity, name: str) -> Field | None:
    return entity.fields.get(name.partition(".")[0])

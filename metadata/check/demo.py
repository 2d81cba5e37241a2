"""Checks of demo records: they are loaded through the door, so what it would refuse is found here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from i18n.lazy import msg
from metadata.check.base import Finding, meant, numbered
from metadata.check.values import misfit
from metadata.documents import pointer
from metadata.expressions.types import Kind
from metadata.problems import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from metadata.check.base import Check, Found
    from metadata.check.look import Look
    from metadata.documents import Document, Layer
    from metadata.snapshot import Entity, Field

_MOST_DAYS = 36_500
_MOST_QUARTERS = 400
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)

Refs = dict[str, frozenset[str]]
"""Entity → the `_ref` names of its demo records in one layer."""


@numbered("M123")
def entity_exists(document: Document, look: Look, _refs: Refs) -> Iterator[Finding]:
    """The file is named after an entity."""
    if not look.has("entity", document.name):
        message = msg("There is no entity “%(name)s” for these records.", name=document.name)
        yield Finding("", message, meant(document.name, look.known.names("entity")), document.name)


@numbered("M124")
def fields_exist(document: Document, look: Look, _refs: Refs) -> Iterator[Finding]:
    """Records give values to fields that people may set."""
    for entity, place, _record, name, _value in _values(document, look):
        field = entity.fields.get(name)
        if field is None or field.system or field.type.computed or field.lines is not None:
            message = msg("The entity “%(entity)s” has no field “%(name)s” to fill.", entity=entity.name, name=name)
            known = [name for name, field in entity.fields.items() if not field.system]
            yield Finding(place, message, meant(name, known), name)


@numbered("M125")
def links_lead_somewhere(document: Document, look: Look, refs: Refs) -> Iterator[Finding]:
    """A link names the `_ref` of a record of the far entity, or a field to find it by."""
    for entity, place, _record, name, value in _values(document, look):
        field = entity.fields.get(name)
        if field is not None and field.targets and value is not None:
            yield from _link(field.targets, place, value, look, refs)
        if field is not None and field.linked is not None and field.lines is None:
            for index, member in enumerate(value if isinstance(value, list) else ()):
                yield from _link((field.linked,), f"{place}/{index}", member, look, refs)


@numbered("M215")
def values_fit(document: Document, look: Look, _refs: Refs) -> Iterator[Finding]:
    """A value is one that its field takes."""
    for entity, place, _record, name, value in _values(document, look):
        field = entity.fields.get(name)
        if field is None or field.targets or field.linked or field.type.computed or _is_relative(field, value):
            continue
        message = misfit(field, value)
        if message is not None:
            yield Finding(place, msg("The value does not fit the field: %(why)s", why=message), value=value)


@numbered("M216")
def required_is_given(document: Document, look: Look, _refs: Refs) -> Iterator[Finding]:
    """A record gives what is required and has no default."""
    definition = look.definition("entity", document.name)
    for index, record in enumerate(document.body if definition else ()):
        for name, body in definition.body["fields"].items() if definition else ():
            if body.get("required") and not body.get("retired") and "default" not in body and record.get(name) is None:
                message = msg("The required field “%(name)s” is missing.", name=name)
                yield Finding(pointer(index), message)


@numbered("M125")
def makers_are_people(document: Document, _look: Look, refs: Refs) -> Iterator[Finding]:
    """Who made a record is a demo person."""
    people = refs.get("user", frozenset())
    for index, record in enumerate(document.body):
        ref = record.get("_made_by", {}).get("ref")
        if ref is not None and ref not in people:
            message = msg("No demo record of “%(entity)s” has this _ref.", entity="user")
            yield Finding(pointer(index, "_made_by", "ref"), message, meant(ref, sorted(people)), ref)


@numbered("M135")
def refs_differ(document: Document, _look: Look, _refs: Refs) -> Iterator[Finding]:
    """A `_ref` stands for one record of its entity."""
    taken: set[str] = set()
    for index, record in enumerate(document.body):
        ref = record.get("_ref")
        if ref is None:
            continue
        if ref in taken:
            message = msg("Another record here has the _ref “%(name)s” too.", name=ref)
            yield Finding(pointer(index, "_ref"), message, msg("Give one another name."), ref)
        taken.add(ref)


@numbered("M114")
def roles_exist(document: Document, look: Look, _refs: Refs) -> Iterator[Finding]:
    """People get roles that exist."""
    for index, record in enumerate(document.body):
        for nth, name in enumerate(record.get("_roles", ())):
            if not look.has("role", name):
                message = msg("There is no role “%(name)s”.", name=name)
                yield Finding(pointer(index, "_roles", nth), message, meant(name, look.known.names("role")), name)


@numbered("M217", Severity.WARNING)
def roles_are_for_people(document: Document, _look: Look, _refs: Refs) -> Iterator[Finding]:
    """Only people have roles."""
    for index, record in enumerate(document.body):
        if "_roles" in record and document.name != "user":
            message = msg("Only the people in demo/user.json have roles.")
            yield Finding(pointer(index, "_roles"), message, msg("Remove the key."))


CHECKS: tuple[Check[[Document, Look, Refs], Finding], ...] = (
    entity_exists,
    fields_exist,
    links_lead_somewhere,
    makers_are_people,
    values_fit,
    required_is_given,
    refs_differ,
    roles_exist,
    roles_are_for_people,
)


def check_demo(document: Document, look: Look, refs: Refs) -> Iterator[Found]:
    """All findings of the demo records of one entity."""
    for check in CHECKS:
        yield from check(document, look, refs)


def refs_of(layer: Layer) -> Refs:
    """The names by which demo records of a layer may be linked to."""
    return {
        document.name: frozenset(
            record["_ref"]
            for record in document.body
            if isinstance(record, dict) and isinstance(record.get("_ref"), str)
        )
        for document in layer.demo
        if isinstance(document.body, list)
    }


def _values(document: Document, look: Look) -> Iterator[tuple[Entity, str, Mapping[str, Any], str, Any]]:
    entity = look.entity(document.name)
    for index, record in enumerate(document.body if entity else ()):
        for name, value in record.items() if entity else ():
            if entity and not name.startswith("_"):
                yield entity, pointer(index, name), record, name, value


def _link(targets: Sequence[str], place: str, value: object, look: Look, refs: Refs) -> Iterator[Finding]:
    if isinstance(value, dict) and value.keys() == {"ref"}:
        names = [name for target in targets for name in sorted(refs.get(target, ()))]
        if value["ref"] not in names:
            message = msg("No demo record of “%(entity)s” has this _ref.", entity=", ".join(targets))
            yield Finding(f"{place}/ref", message, meant(str(value["ref"]), names), value["ref"])
    elif isinstance(value, dict) and value.keys() == {"by"} and isinstance(value["by"], dict):
        for target in targets:
            far = look.entity(target)
            for name in value["by"] if far else ():
                if far and name not in far.fields:
                    message = msg("The entity “%(entity)s” has no field “%(name)s”.", entity=target, name=name)
                    yield Finding(f"{place}/by" + pointer(name), message, meant(name, far.fields), name)
    else:
        message = msg("A link is written {“ref”: …} or {“by”: {field: value}}.")
        yield Finding(place, message)


def _is_relative(field: Field, value: object) -> bool:
    """Whether it is a date that stays fresh: days from today, for times with the time of the day, or quarters."""
    kind = field.type.expression_type(field).kind
    if kind is Kind.DATE and isinstance(value, dict) and value.keys() == {"quarters"}:
        return type(value["quarters"]) is int and abs(value["quarters"]) <= _MOST_QUARTERS
    keys = {Kind.DATE: {"days"}, Kind.DATETIME: {"days", "time"}}.get(kind, set())
    return (
        isinstance(value, dict)
        and "days" in value
        and value.keys() <= keys
        and isinstance(value["days"], int)
        and abs(value["days"]) <= _MOST_DAYS
        and bool(_TIME.fullmatch(str(value.get("time", "00:00"))))
    )

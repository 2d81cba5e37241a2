"""Wire values → stored values, through a closed marshmallow schema made from snapshot and rights.

What is unknown, unreadable, not writable or wrong is an error with its place; nothing is dropped.
"""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from marshmallow import Schema, ValidationError

from framework.errors import Fault, ForbiddenError, InvalidError
from framework.fields.base import PassingOn, ValueRefusedError, type_of
from framework.records.names import present_field
from framework.records.planner import unknown_name
from i18n.lazy import Message, msg

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from framework.context import Context
    from framework.permissions import EntityRights
    from metadata.snapshot import Entity, Snapshot

_INVALID = msg("Some values are not valid")


def load_values(
    snapshot: Snapshot, entity: Entity, rights: EntityRights, given: Mapping[str, Any], *, creating: bool
) -> dict[str, Any]:
    """The stored values of the given fields, null where null was given.

    Raises InvalidError with all faults at once, ForbiddenError for fields that may be read but not
    written.
    """
    named = _named(entity, rights, given)
    allowed = rights.creatable if creating else rights.writable
    refused = [name for name in named if name not in allowed or _fixed(entity, name, creating=creating)]
    if refused:
        closed = [Fault(f"/{name}", "read_only", msg("You may not write this field")) for name in refused]
        raise ForbiddenError(closed[0].message, closed, code="read_only")
    loaders = _loaders(snapshot, entity.name)
    found: dict[str, Any] = {}
    faults: list[Fault] = []
    for name, value in named.items():
        try:
            found[name] = None if value is None else loaders[name](value)
        except ValueRefusedError as error:
            faults.append(Fault(f"/{name}", error.code, error.message, error.hint))
        except ValidationError as error:
            faults += _faults(name, error)
    if faults:
        raise InvalidError(_INVALID, faults)
    return found


def settled(
    context: Context, entity: Entity, loaded: Mapping[str, Any], old: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Loaded values made whole by what the write knows: the old ones, the day and the site.

    Raises InvalidError with all faults at once.
    """
    found: dict[str, Any] = {}
    faults: list[Fault] = []
    for name, value in loaded.items():
        field = entity.fields[name]
        before = old[name] if old else None
        try:
            found[name] = None if value is None else type_of(field).settle(field, before, value, context)
        except ValueRefusedError as error:
            faults.append(Fault(f"/{name}", error.code, error.message, error.hint))
    if faults:
        raise InvalidError(_INVALID, faults)
    return found


def loaded_of(context: Context, entity: Entity, given: Mapping[str, Any]) -> dict[str, Any]:
    """The stored values of wire values that are only compared; what is no value of its field is left out."""
    loaders, found = _loaders(context.snapshot, entity.name), dict[str, Any]()
    for name, value in given.items():
        if value is not None and name in loaders:
            with suppress(ValueRefusedError, ValidationError):
                found[name] = type_of(entity.fields[name]).settle(
                    entity.fields[name], None, loaders[name](value), context
                )
    return {name: value for name, value in found.items() if value is not None}


def _fixed(entity: Entity, name: str, *, creating: bool) -> bool:
    field = entity.fields[name]
    return field.read_only or (field.read_only_after_create and not creating)


def _named(entity: Entity, rights: EntityRights, given: Mapping[str, Any]) -> dict[str, Any]:
    """The values under the present names of their fields."""
    faults: list[Fault] = []
    named: dict[str, Any] = {}
    for asked, value in given.items():
        name = present_field(entity, asked)
        field = entity.fields.get(name)
        if field is None or (name not in rights.readable and name not in rights.creatable):
            faults.append(unknown_name(asked, rights.readable - _SET_BY_SERVER, f"/{_escaped(asked)}"))
        elif field.system or field.computed or type_of(field).server_set:
            faults.append(Fault(f"/{asked}", "set_by_server", msg("The server sets this field; leave it out")))
        elif name in named:
            faults.append(Fault(f"/{asked}", "doubled", msg("This field is given twice, once by an old name")))
        else:
            named[name] = value
    if faults:
        raise InvalidError(_INVALID, faults)
    return named


_SET_BY_SERVER = frozenset(
    {"id", "version", "created_at", "created_by", "updated_at", "updated_by", "deleted_at", "deleted_by"}
)


def _escaped(name: str) -> str:
    return name[:60].replace("~", "~0").replace("/", "~1")


@lru_cache(maxsize=4096)
def _loaders(snapshot: Snapshot, entity: str) -> dict[str, Callable[[Any], Any]]:
    """How the schema's fields load; those that only pass on to their type are asked without the detour.

    The schema's own loop would take most of the time of an import, and adds nothing once names are known.
    """
    writable = {
        field.name: type_of(field).load_field(field)
        for field in snapshot.entities[entity].fields.values()
        if not field.system and not field.computed
    }
    return {
        name: field.load_value if isinstance(field, PassingOn) else field.deserialize
        for name, field in Schema.from_dict(writable)().fields.items()
    }


def _faults(name: str, error: ValidationError) -> Iterable[Fault]:
    for one in error.messages if isinstance(error.messages, list) else [error.messages]:
        if isinstance(one, ValueRefusedError):
            yield Fault(f"/{name}", one.code, one.message, one.hint)
        else:
            yield Fault(f"/{name}", "type", one if isinstance(one, Message) else msg("%(text)s", text=one))

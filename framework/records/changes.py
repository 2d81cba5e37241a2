"""What a caller gives → ChangePlan: names looked up, values loaded, rights joined, or a coded error."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from framework.errors import Fault, ForbiddenError, InvalidError, NotFoundError
from framework.fields.base import ValueRefusedError, type_of
from framework.fields.key import record_id
from framework.plans import Alteration, Creation, Removal, Restoration
from framework.plans.predicates import NOTHING, all_of
from framework.records.keys import new_id
from framework.records.load import load_values
from framework.records.names import present_field
from framework.records.planner import require_entity
from i18n.lazy import msg

if TYPE_CHECKING:
    from collections.abc import Mapping

    from framework.context import Context
    from framework.errors import ArmatureError
    from framework.fields.lines import GivenLine
    from framework.permissions import EntityRights
    from framework.plans import Line
    from metadata.snapshot import Entity, Field

NO_LINE = msg("There is no such line, or you may not write it")
_INVALID = msg("Some values are not valid")


def plan_creation(context: Context, name: str, given: Mapping[str, Any]) -> Creation:
    """The plan of a new record from wire values; its defaults are found when it is carried out.

    Raises NotFoundError for an entity that is not for the actor, ForbiddenError, InvalidError.
    """
    entity, rights = require_entity(context, name)
    if rights.create == NOTHING:
        raise ForbiddenError(msg("You may not create records here"))
    ident, values = _with_id(given)
    stored = _loaded(context, entity, rights, values, creating=True)
    allowed = all_of((rights.create, *(rights.makes[field] for field in stored)))
    return Creation(entity.name, ident, stored, allowed)


def plan_alteration(
    context: Context, name: str, ident: str, given: Mapping[str, Any], version: int | None
) -> Alteration:
    """The plan of changed fields from wire values. Raises as `plan_creation`."""
    entity, rights = require_entity(context, name)
    known = known_id(ident)
    stored = _loaded(context, entity, rights, given, creating=False)
    allowed = all_of((rights.update, *(rights.writes[field] for field in stored)))
    return Alteration(entity.name, known, stored, version, allowed)


def plan_removal(context: Context, name: str, ident: str, version: int | None) -> Removal:
    """The plan of a deletion. Raises NotFoundError for an entity that is not for the actor."""
    entity, rights = require_entity(context, name)
    return Removal(entity.name, known_id(ident), version, rights.delete)


def plan_restoration(context: Context, name: str, ident: str, version: int | None = None) -> Restoration:
    """The plan of taking a record back. Raises as `plan_removal`."""
    entity, rights = require_entity(context, name)
    return Restoration(entity.name, known_id(ident), version, rights.delete)


def _loaded(
    context: Context, entity: Entity, rights: EntityRights, given: Mapping[str, Any], *, creating: bool
) -> dict[str, Any]:
    """The stored values, with lines as plans of their own. Raises InvalidError with what is wrong in all of them."""
    planned: dict[str, tuple[Line, ...]] = {}
    faults: list[Fault] = []
    allowed = rights.creatable if creating else rights.writable
    for asked, value in given.items():
        field = entity.fields.get(present_field(entity, asked))
        if field is None or field.lines is None or field.name not in allowed or value is None:
            continue
        try:
            planned[field.name] = _lines(context, field, value)
        except InvalidError as error:
            faults += error.faults
    try:
        stored = load_values(context.snapshot, entity, rights, given, creating=creating)
    except InvalidError as error:
        raise InvalidError(error.detail, [*error.faults, *faults]) from None
    if faults:
        raise InvalidError(_INVALID, faults)
    return {**stored, **{name: lines or None for name, lines in planned.items()}}


def _lines(context: Context, owner: Field, given: Any) -> tuple[Line, ...]:  # noqa: ANN401
    """The plan of each line. What is no list of lines is told by the schema of the record."""
    try:
        lines = type_of(owner).load(owner, given) or ()
    except ValueRefusedError:
        return ()
    found, faults = [], []
    for at, line in enumerate(lines):
        try:
            found.append(_line(context, owner, line))
        except (InvalidError, ForbiddenError) as error:
            faults += within(owner, at, error)
        except NotFoundError:
            # There is no such entity for the actor, so it is not named.
            faults.append(Fault(f"/{owner.name}/{at}", "link", NO_LINE))
    if faults:
        raise InvalidError(_INVALID, faults)
    return tuple(found)


def _line(context: Context, owner: Field, line: GivenLine) -> Line:
    assert owner.lines is not None  # noqa: S101  (callers look)
    name, link = owner.lines
    if line.ident is None and not line.values:
        raise InvalidError(_INVALID, [Fault("", "blank", msg("A new line needs values"))])
    set_here = [one for one in (link, owner.options.get("order")) if one in line.values]
    if set_here:
        message = msg("The record that the line is part of sets this; leave it out")
        raise InvalidError(_INVALID, [Fault(f"/{one}", "set_by_server", message) for one in set_here])
    if line.ident is None:
        return plan_creation(context, name, line.values)
    return plan_alteration(context, name, line.ident, line.values, None)


def within(owner: Field, at: int, error: ArmatureError) -> list[Fault]:
    """What is wrong with a line, as the record that it is part of tells it: `/lines/2/price`."""
    place = f"/{owner.name}/{at}"
    faults = error.faults or (Fault("", error.error_code, error.detail),)
    return [replace(one, pointer=f"{place}{one.pointer}") for one in faults]


def known_id(ident: str) -> str:
    """The canonical id. Raises NotFoundError, since a text that is no id names no record."""
    try:
        return record_id(ident)
    except ValueRefusedError:
        raise NotFoundError(msg("There is no such record, or you may not see it")) from None


def _with_id(given: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    if "id" not in given:
        return new_id(), given
    try:
        return record_id(given["id"]), {name: value for name, value in given.items() if name != "id"}
    except ValueRefusedError as error:
        fault = Fault("/id", error.code, error.message, error.hint)
        raise InvalidError(_INVALID, [fault]) from None

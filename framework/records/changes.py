"""What a caller gives → ChangePlan: names looked up, values loaded, rights joined, or a coded error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from framework.errors import Fault, ForbiddenError, InvalidError, NotFoundError
from framework.fields.base import ValueRefusedError
from framework.fields.key import record_id
from framework.plans import Alteration, Creation, Removal, Restoration
from framework.plans.predicates import NOTHING, all_of
from framework.records.keys import new_id
from framework.records.load import load_values
from framework.records.planner import require_entity
from i18n.lazy import msg

if TYPE_CHECKING:
    from collections.abc import Mapping

    from framework.context import Context


def plan_creation(context: Context, name: str, given: Mapping[str, Any]) -> Creation:
    """The plan of a new record from wire values; its defaults are found when it is carried out.

    Raises NotFoundError for an entity that is not for the actor, ForbiddenError, InvalidError.
    """
    entity, rights = require_entity(context, name)
    if rights.create == NOTHING:
        raise ForbiddenError(msg("You may not create records here"))
    ident, values = _with_id(given)
    stored = load_values(context.snapshot, entity, rights, values, creating=True)
    allowed = all_of((rights.create, *(rights.makes[field] for field in stored)))
    return Creation(entity.name, ident, stored, allowed)


def plan_alteration(
    context: Context, name: str, ident: str, given: Mapping[str, Any], version: int | None
) -> Alteration:
    """The plan of changed fields from wire values. Raises as `plan_creation`."""
    entity, rights = require_entity(context, name)
    known = known_id(ident)
    stored = load_values(context.snapshot, entity, rights, given, creating=False)
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
        raise InvalidError(msg("Some values are not valid"), [fault]) from None

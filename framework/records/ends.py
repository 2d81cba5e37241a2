"""The far ends of fields of links: which of them the actor sees, and what becomes of those that they do not.

A record at the far end that the actor does not see is neither shown nor lost: it is left out wherever links are told,
and stays linked when they give the links anew. A record in the bin is out of sight, and back with its return.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from framework.errors import Fault, InvalidError
from framework.permissions import policy_for
from framework.records.env import env_of
from framework.records.known import for_record
from framework.records.planner import access_to
from framework.rules.binds import env_parameters
from framework.storage.bulk import visible_among
from i18n.lazy import msg

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from sqlalchemy import Connection

    from framework.context import Context
    from framework.records.known import Known
    from framework.rules.operand import EngineName
    from metadata.expressions import TypedNode
    from metadata.snapshot import Entity, Field

NO_LINK = msg("There is no such record, or you may not choose it here")
_INVALID = msg("Some values are not valid")


def fields_of_links(entity: Entity) -> list[Field]:
    """The fields of an entity by which people link several records; lines are written, not linked."""
    return [field for field in entity.fields.values() if field.linked is not None and field.lines is None]


def hidden_ends(
    connection: Connection, engine: EngineName, context: Context, entity: Entity, told: Sequence[Mapping[str, Any]]
) -> Mapping[str, frozenset[str]]:
    """By field, the ids in these values (tuples or lists of them) that the actor does not see. A statement each."""
    found: dict[str, frozenset[str]] = {}
    for field in (one for one in entity.fields.values() if one.linked is not None):
        named = frozenset(ident for values in told for ident in values.get(field.name) or ())
        if named:
            found[field.name] = named - _visible(connection, engine, context, field, None, named)
    return found


def without(values: Any, hidden: Collection[str]) -> Any:  # noqa: ANN401
    """A value of links, as tuple or list, without some of its ends; null where none is left."""
    return None if values is None else type(values)(one for one in values if one not in hidden) or None


def kept(given: Mapping[str, Any], old: Mapping[str, Any], hidden: Mapping[str, frozenset[str]]) -> dict[str, Any]:
    """Given values with the links of the record that whoever gives them does not see.

    Raises InvalidError where one of these is given, as for any that they do not see.
    """
    found = dict(given)
    faults = [Fault(f"/{name}", "link", NO_LINK) for name, ends in hidden.items() if ends & set(given.get(name) or ())]
    if faults:
        raise InvalidError(_INVALID, faults)
    for name in hidden.keys() & given.keys():
        seen = without(old[name], hidden[name])
        unseen = tuple(one for one in old[name] or () if one in hidden[name])
        found[name] = old[name] if given[name] == seen else (*(given[name] or ()), *unseen) or None
    return found


def check_linked(connection: Connection, known: Known, values: Mapping[str, Any]) -> None:
    """Raise InvalidError for links to records that are absent, unseen or filtered out, as far as they are new."""
    faults = []
    for field in fields_of_links(known.entity):
        added = added_ends(field, values, known.old)
        condition = None if field.link_filter is None else for_record(field.link_filter, known)
        if added - _visible(connection, known.engine, known.context, field, condition, added):
            faults.append(Fault(f"/{field.name}", "link", NO_LINK))
    if faults:
        raise InvalidError(_INVALID, faults)


def added_ends(field: Field, values: Mapping[str, Any], old: Mapping[str, Any] | None) -> frozenset[str]:
    """The ids that a write links to and the record did not."""
    return frozenset(values.get(field.name) or ()) - frozenset((old or {}).get(field.name) or ())


def _visible(
    connection: Connection,
    engine: EngineName,
    context: Context,
    field: Field,
    condition: TypedNode | None,
    ids: Iterable[str],
) -> set[str]:
    """Those of the ids whose records the actor sees and a condition lets in."""
    policy, wanted = policy_for(context.snapshot, context.actor), sorted(ids)
    entity = field.linked or ""
    if not wanted or not policy.entity(entity).visible:
        return set()
    environment = env_parameters(env_of(context), engine)
    return visible_among(connection, context.snapshot, access_to(policy, entity), condition, wanted, environment)

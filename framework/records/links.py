"""Links that a write sets: each points at a live record that the actor sees and the link lets in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from framework.errors import Fault, InvalidError
from framework.fields.link import entity_of
from framework.permissions import policy_for
from framework.plans import Access, ReadPlan
from framework.plans.predicates import EVERYTHING
from framework.records.ends import NO_LINK
from framework.records.known import for_record
from framework.records.planner import access_to
from framework.records.reader import row_of
from i18n.lazy import msg

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from framework.records.known import Known
    from metadata.snapshot import Entity, Field


def check_links(connection: Connection, known: Known, values: Mapping[str, Any]) -> None:
    """Raise InvalidError for every given link to a record that is absent, unseen or filtered out.

    Unseen is refused like absent. One statement per given link.
    """
    faults = [
        Fault(f"/{field.name}", "link", NO_LINK)
        for field in links_of(known.entity)
        if values.get(field.name) is not None and not _may_point(connection, known, field, values[field.name])
    ]
    if faults:
        raise InvalidError(msg("Some values are not valid"), faults)


def check_ends(connection: Connection, known: Known, values: Mapping[str, Any]) -> None:
    """Raise InvalidError where a link of a record that comes back leads to one that is no longer there.

    The actor sets none of these links, so whether they see the far end plays no part; a link that
    is hidden from them is not named.
    """
    named = policy_for(known.context.snapshot, known.context.actor).entity(known.entity.name).named
    faults = [
        Fault(f"/{field.name}" if field.name in named else "", "link", msg("A record that it links to is gone"))
        for field in links_of(known.entity)
        if values.get(field.name) not in {None, values["id"]}
        and not _is_there(connection, known, field, values[field.name])
    ]
    if faults:
        raise InvalidError(msg("Some values are not valid"), faults)


def links_of(entity: Entity) -> list[Field]:
    """The links of an entity that people set."""
    return [field for field in entity.fields.values() if field.targets and not field.system]


def _may_point(connection: Connection, known: Known, field: Field, target: str) -> bool:
    context = known.context
    if target == context.actor.id and field.targets == ("user",):
        return True  # whoever acts is there
    policy = policy_for(context.snapshot, context.actor)
    entity = entity_of(field, target)
    if not policy.entity(entity).visible:
        return False
    condition = None if field.link_filter is None else for_record(field.link_filter, known)
    # Shared, or somebody could delete the record between this look and the end of the transaction.
    plan = ReadPlan(access_to(policy, entity), ("id",), filter=condition, one=True, share=True)
    return row_of(connection, known.engine, context, plan, target)[1] is not None


def _is_there(connection: Connection, known: Known, field: Field, target: str) -> bool:
    plan = ReadPlan(Access(entity_of(field, target), EVERYTHING), ("id",), one=True, share=True)
    return row_of(connection, known.engine, known.context, plan, target)[1] is not None

"""Which buttons a page offers for a record: not those of which it is plain that the door would refuse them.

The door decides; here only what the record itself tells is looked at, so that nobody fills in a form in vain.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from framework.plans.predicates import AllOf, AnyOf, Condition, Nothing, OwnRows
from framework.records.env import env_of
from framework.records.known import part_of
from framework.rules.evaluate import holds
from metadata.expressions import Root, refs

if TYPE_CHECKING:
    from framework.context import Context
    from framework.plans.predicates import Predicate
    from framework.records import Record
    from metadata.expressions import TypedNode


def is_open(rows: Predicate, record: Record, context: Context) -> bool:
    """Whether the record may be among the rows of a right of the actor's, as far as one can see."""
    return not _surely_outside(rows, record, context)


def _surely_outside(rows: Predicate, record: Record, context: Context) -> bool:
    if isinstance(rows, Nothing):
        return True
    if isinstance(rows, OwnRows):
        return "owner" in record.values and record.values["owner"] != context.actor.id
    if isinstance(rows, Condition):
        values = _values(rows.node, record, context)
        return values is not None and not holds(rows.node)(values, env_of(context))
    if isinstance(rows, AllOf):
        return any(_surely_outside(part, record, context) for part in rows.parts)
    if isinstance(rows, AnyOf):
        return all(_surely_outside(part, record, context) for part in rows.parts)
    return False


def _values(node: TypedNode, record: Record, context: Context) -> dict[str, Any] | None:
    """Give what a row rule asks of the record, by the keys of its references; None where that is not all known.

    A blank may be one that the reader may not see.
    """
    fields = context.snapshot.entities[record.entity].fields
    found: dict[str, Any] = {}
    for ref in refs(node):
        name = ref.steps[0].field
        value = record.values.get(name)
        if ref.root is not Root.SELF or len(ref.steps) > 1 or fields[name].computed or value is None:
            return None
        found[ref.key] = part_of(fields[name], value, ref.part)
    return found

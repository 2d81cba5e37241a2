"""Which buttons a page offers for a record: not those of which it is plain that the door would refuse them.

The door decides; here only what the record itself tells is looked at, so that nobody fills in a form in vain.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from framework.plans.predicates import AllOf, AnyOf, Nothing, OwnRows

if TYPE_CHECKING:
    from framework.context import Actor
    from framework.plans.predicates import Predicate
    from framework.records import Record


def is_open(rows: Predicate, record: Record, actor: Actor) -> bool:
    """Whether the record may be among the rows of a right, as far as one can see."""
    return not _surely_outside(rows, record, actor)


def _surely_outside(rows: Predicate, record: Record, actor: Actor) -> bool:
    if isinstance(rows, Nothing):
        return True
    if isinstance(rows, OwnRows):
        return "owner" in record.values and record.values["owner"] != actor.id
    if isinstance(rows, AllOf):
        return any(_surely_outside(part, record, actor) for part in rows.parts)
    if isinstance(rows, AnyOf):
        return all(_surely_outside(part, record, actor) for part in rows.parts)
    return False

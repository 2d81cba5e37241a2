"""Why somebody may or may not do something: the same predicates that decide, told role by role."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from framework.permissions.policy import field_right, grant_of, narrowing, role_rows
from framework.plans.predicates import NOTHING, all_of
from metadata.snapshot import FieldRight

if TYPE_CHECKING:
    from framework.permissions.policy import Policy
    from framework.plans.predicates import Predicate

_NEEDED = {"read": FieldRight.READ, "create": FieldRight.WRITE, "update": FieldRight.WRITE}


@dataclass(frozen=True, slots=True)
class RoleSays:
    """What one role says: the grant's place, its reach, whether a row rule narrows it, and the field's right.

    `rows` are the rows on which this role alone would allow it; `granted` tells whether there would be any if it were
    not for the field.
    """

    role: str
    grant: str | None
    reach: str
    row_rule: bool
    field: str | None
    rows: Predicate
    granted: bool


def role_by_role(policy: Policy, entity: str, action: str, field: str | None) -> list[RoleSays]:
    """What each of the policy's roles says of an action on an entity, and of a field of it."""
    kind = policy.snapshot.entities[entity]
    found = []
    for role in policy.held():
        grant = grant_of(role, entity)
        place = entity if entity in role.grants else "*" if "*" in role.grants else None
        rows = all_of((narrowing(policy, entity), role_rows(policy, role, kind, action)))
        granted = rows != NOTHING
        right = field_right(grant, field) if field else None
        needed = _NEEDED.get(action)
        if right is not None and needed is not None and not _reaches(right, needed):
            rows = NOTHING
        reach = f"via {grant.via}" if grant.via else _reach(getattr(grant, action))
        shown = right.value if right and place else None
        found.append(RoleSays(role.name, place, reach, action in grant.rows, shown, rows, granted))
    return found


def _reaches(right: FieldRight, needed: FieldRight) -> bool:
    order = list(FieldRight)
    return order.index(right) >= order.index(needed)


def _reach(value: object) -> str:
    if isinstance(value, bool):
        return "all" if value else "none"
    return str(value)

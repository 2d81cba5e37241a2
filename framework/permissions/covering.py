"""Whether somebody's rights hold all that a role gives: nobody gives what they lack."""

from __future__ import annotations

from typing import TYPE_CHECKING

from framework.permissions.policy import Policy
from framework.plans.predicates import (
    EVERYTHING,
    NOTHING,
    AllOf,
    AnyOf,
    BelowRows,
    Follows,
    OwnRows,
    TeamRows,
    Via,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from framework.permissions.policy import EntityRights
    from framework.plans.predicates import Predicate

_WIDER_THAN_OWN = (TeamRows(), BelowRows())
_FIELDS = (("read", "readable", "guards"), ("update", "writable", "writes"), ("create", "creatable", "makes"))


def lacking(policy: Policy, roles: Iterable[str]) -> list[str]:
    """Those of the roles that give something which the policy does not hold; names of no role give nothing."""
    return [name for name in sorted(set(roles)) if name in policy.snapshot.roles and not _covers(policy, name)]


def _covers(policy: Policy, role: str) -> bool:
    if policy.scope is None and role in policy.roles:
        return True
    alone = Policy(policy.snapshot, frozenset({role}), None)
    return alone.abilities() <= policy.abilities() and all(
        _holds(policy.entity(name), alone.entity(name)) for name in policy.snapshot.entities
    )


def _holds(mine: EntityRights, theirs: EntityRights) -> bool:
    return _within(theirs.delete, mine.delete) and all(
        _within(getattr(theirs, action), getattr(mine, action))
        and all(
            _within(_rows(theirs, action, guards, field), _rows(mine, action, guards, field))
            for field in getattr(theirs, fields)
        )
        for action, fields, guards in _FIELDS
    )


def _rows(rights: EntityRights, action: str, guards: str, field: str) -> Predicate:
    """The rows on which a field may be used so."""
    found: Mapping[str, Predicate] = getattr(rights, guards)
    if action == "read":
        return found.get(field, rights.read) if field in rights.readable else NOTHING
    return found.get(field, NOTHING)


def _within(few: Predicate, many: Predicate) -> bool:
    """Whether some rows are certainly among others; what cannot be told counts as no."""
    if few == NOTHING or many in {EVERYTHING, few}:
        return True
    if isinstance(few, AnyOf):
        return all(_within(one, many) for one in few.parts)
    if isinstance(many, AllOf):
        return all(_within(few, one) for one in many.parts)
    some = (few, *few.parts) if isinstance(few, AllOf) else (few,)
    wide = many.parts if isinstance(many, AnyOf) else (many,)
    return any(_is_narrower(one, other) for one in some for other in wide)


def _is_narrower(few: Predicate, many: Predicate) -> bool:
    """Likewise of two that are not to be taken apart any further, but for alternatives that are made of parts."""
    match few, many:
        case Via(field, entity, rows), Via(other, whose, wider):
            return (field, entity) == (other, whose) and _within(rows, wider)
        case Follows(field, whole, parts), Follows(other, wholly, partly):
            there = {**dict(partly), **dict.fromkeys(wholly, EVERYTHING)}
            asked = {**dict(parts), **dict.fromkeys(whole, EVERYTHING)}
            return field == other and all(_within(rows, there.get(one, NOTHING)) for one, rows in asked.items())
        case _, AllOf():
            return _within(few, many)
    return few == many or (few == OwnRows() and many in _WIDER_THAN_OWN)

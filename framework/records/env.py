"""The request as expressions see it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from framework.rules.env import Env
from metadata.expressions import Root, refs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from framework.context import Context
    from metadata.expressions import TypedNode


def env_of(context: Context) -> Env:
    """The environment of an expression evaluated in this request."""
    actor = context.actor
    return Env(actor.id, actor.team, actor.teams, actor.roles, context.today, context.now)


def known_values(context: Context, node: TypedNode, stored: Mapping[str, Any]) -> dict[str, Any]:
    """Values for every reference of an expression, from the record's own fields and the actor."""
    actor = context.actor
    found: dict[str, Any] = {}
    for ref in refs(node):
        name = ref.steps[0].field
        found[ref.key] = getattr(actor, name, None) if ref.root is Root.ME else stored.get(name)
    return found

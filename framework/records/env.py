"""The request as expressions see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from framework.rules.env import Env

if TYPE_CHECKING:
    from framework.context import Context


def env_of(context: Context) -> Env:
    """The environment of an expression evaluated in this request."""
    actor = context.actor
    return Env(actor.id, actor.team, actor.teams, actor.roles, context.today, context.now, context.zone)

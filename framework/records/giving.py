"""Nobody gives what they lack, and the last administrator stays: judged on what a write to people has left.

A role is given by who holds all that it gives; so is whatever lets somebody in who has such roles (another e-mail,
activity, coming back from the bin). Nobody widens their own reach by putting themselves into a team or people under
themselves unless they hold everything anyway.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from framework.errors import ClashError, Fault, ForbiddenError
from framework.permissions import lacking, policy_for
from framework.storage.people import holders_left, managers_above, roles_of
from i18n.lazy import msg

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Connection

    from framework.context import Context

    _Values = Mapping[str, Any] | None

ADMINISTRATOR = "administrator"
WATCHED = frozenset({"user", "role_membership", "team_membership"})
"""The entities whose records rights hang on."""


def judge_giving(connection: Connection, context: Context, entity: str, old: _Values, new: _Values) -> None:
    """Judge a record that was written in this transaction; `old` is None if it was not there, `new` if it is not.

    Raises ForbiddenError for what the actor may not give, ClashError where nobody would be left who administers.
    """
    if entity == "role_membership":
        _role(connection, context, old, new)
    elif entity == "team_membership":
        if new is not None and new.get("user") == context.actor.id and new.get("team") not in context.actor.teams:
            _require_everything(context)
    elif entity == "user":
        _person(connection, context, old, new)


def require_given(connection: Connection, context: Context, user: str) -> None:
    """Raise ForbiddenError unless the actor holds all that the roles of a person give, or is that person."""
    if user != context.actor.id:
        require_covered(context, roles_of(connection, user))


def require_covered(context: Context, roles: Iterable[str]) -> None:
    """Raise ForbiddenError unless the actor's rights hold all that these roles give."""
    beyond = lacking(policy_for(context.snapshot, context.actor), roles)
    if beyond:
        label = context.snapshot.roles[beyond[0]].label
        message = msg("The role %(role)s gives more than you have, so you may not give it", role=label)
        raise ForbiddenError(message, [Fault("/role", "gives_more", message)], code="gives_more")


def _role(connection: Connection, context: Context, old: _Values, new: _Values) -> None:
    before = None if old is None else (old.get("user"), old.get("role"))
    after = None if new is None else (new.get("user"), new.get("role"))
    if before == after:
        return
    if after is not None:
        require_covered(context, {str(after[1])})
    if before is not None and before[1] == ADMINISTRATOR:
        _require_administrator(connection, context)


def _person(connection: Connection, context: Context, old: _Values, new: _Values) -> None:
    was_in, is_in = _can_sign_in(old), _can_sign_in(new)
    whole = {**(old or {}), **(new or {})}
    ident, mine = str(whole["id"]), whole["id"] == context.actor.id
    if was_in and not is_in and ADMINISTRATOR in roles_of(connection, ident, context.now):
        _require_administrator(connection, context)
    if new is None:
        return
    if (is_in and not was_in) or (old is not None and old.get("email") != new.get("email")):
        require_given(connection, context, ident)
    before = old or {}
    if mine and new.get("team") not in {None, before.get("team"), *context.actor.teams}:
        _require_everything(context)
    if new.get("manager") not in {None, before.get("manager")} and context.actor.id is not None:
        manager = before.get("manager")
        was = managers_above(connection, str(manager)) if manager else []
        if context.actor.id in managers_above(connection, str(new["manager"])) and context.actor.id not in was:
            _require_everything(context)


def _can_sign_in(person: _Values) -> bool:
    return person is not None and person.get("active") is True and person.get("deleted_at") is None


def _require_administrator(connection: Connection, context: Context) -> None:
    # Whoever works at the machine itself can make a new one there.
    if context.actor.id is not None and not holders_left(connection, ADMINISTRATOR):
        message = msg("Nobody would be left who administers; give somebody else the role first")
        raise ClashError(message, [Fault("", "last_administrator", message)], code="last_administrator")


def _require_everything(context: Context) -> None:
    """Raise ForbiddenError unless the actor holds all that an administrator does."""
    if lacking(policy_for(context.snapshot, context.actor), {ADMINISTRATOR}):
        message = msg("You would see more records by this; somebody else has to do it")
        raise ForbiddenError(message, [Fault("", "own_reach", message)], code="own_reach")

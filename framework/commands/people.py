"""Adding people: a record and memberships through the door, and a password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from framework.errors import CommandError
from i18n.lazy import msg
from metadata.expressions.errors import nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from framework.context import Context
    from framework.extension import Services


def add_person(
    known: Services, context: Context, email: str, roles: Sequence[str], password: str, name: str | None = None
) -> str:
    """Create a person with roles and a password; give the id.

    Raises CommandError for a role that does not exist, and what the door raises.
    """
    for role in roles:
        if role not in context.snapshot.roles:
            near = nearest(role, context.snapshot.roles)
            raise CommandError(
                msg("There is no role “%(role)s”; did you mean %(near)s?", role=role, near=near)
                if near
                else msg("There is no role “%(role)s”", role=role)
            )
    made = known.door.create(context, "user", {"email": email, "name": name or _name_from(email)})
    for role in roles:
        known.door.create(context, "role_membership", {"user": made.id, "role": role})
    known.auth.set_password(made.id, password)
    return made.id


def _name_from(email: str) -> str:
    words = email.partition("@")[0].replace(".", " ").replace("_", " ").replace("-", " ").split()
    return " ".join(word.capitalize() for word in words) or email

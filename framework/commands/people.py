"""People by command: records and memberships through the door, and passwords."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from framework.errors import CommandError, ForbiddenError
from framework.permissions import policy_for
from framework.plans import Query
from i18n.lazy import msg
from metadata.expressions.tree import Binary, Literal, Path
from metadata.nearest import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from framework.context import Context
    from framework.extension import Services
    from framework.records.record import Record
    from metadata.expressions.tree import Node

_PAGE = 200


@dataclass(frozen=True, slots=True)
class Person:
    """A person with the roles they have."""

    id: str
    version: int
    email: str
    name: str
    active: bool
    roles: tuple[str, ...]


def add_person(
    known: Services, context: Context, email: str, roles: Sequence[str], password: str, name: str | None = None
) -> str:
    """Create a person with roles and a password; give the id.

    Raises CommandError for a role that does not exist, and what the door raises.
    """
    _require_roles(context, roles)
    made = known.door.create(context, "user", {"email": email, "name": name or _name_from(email)})
    for role in roles:
        known.door.create(context, "role_membership", {"user": made.id, "role": role})
    known.auth.set_password(made.id, password)
    return made.id


def person(known: Services, context: Context, email: str) -> Person:
    """The person with this e-mail. Raises CommandError where there is none."""
    found = next(people(known, context, _is("email", email.lower())), None)
    if found is None:
        raise CommandError(msg("There is no person with the e-mail %(email)s; see armature user list", email=email))
    return found


def people(known: Services, context: Context, only: Node | None = None) -> Iterator[Person]:
    """Everybody, by e-mail."""
    query = Query("user", fields=("email", "name", "active"), filter=only, sort=("email",))
    for record in _all(known, context, query):
        roles = tuple(str(member.values["role"]) for member in _memberships(known, context, record.id))
        values = record.values
        yield Person(
            record.id, record.version, str(values["email"]), str(values["name"]), bool(values["active"]), roles
        )


def change_roles(known: Services, context: Context, email: str, add: Sequence[str], remove: Sequence[str]) -> Person:
    """Give and take roles; what is so already stays. Raises CommandError for a role or person that is not."""
    _require_roles(context, add)
    found = person(known, context, email)
    held = {str(member.values["role"]): member for member in _memberships(known, context, found.id)}
    for role in dict.fromkeys(add):
        if role not in held:
            known.door.create(context, "role_membership", {"user": found.id, "role": role})
    for role in dict.fromkeys(remove):
        if role not in held:
            raise CommandError(msg("%(email)s does not have the role “%(role)s”", email=found.email, role=role))
        known.door.delete(context, "role_membership", held[role].id, held[role].version)
    return person(known, context, email)


def require_ability(context: Context, ability: str) -> None:
    """Raise ForbiddenError unless a role of the actor gives the ability."""
    if ability not in policy_for(context.snapshot, context.actor).abilities():
        raise ForbiddenError(msg("This needs the ability “%(ability)s”", ability=ability))


def _require_roles(context: Context, roles: Sequence[str]) -> None:
    for role in roles:
        if role not in context.snapshot.roles:
            near = nearest(role, context.snapshot.roles)
            raise CommandError(
                msg("There is no role “%(role)s”; did you mean %(near)s?", role=role, near=near)
                if near
                else msg("There is no role “%(role)s”", role=role)
            )


def _memberships(known: Services, context: Context, user: str) -> Iterator[Record]:
    return _all(known, context, Query("role_membership", fields=("role",), filter=_is("user", user), sort=("role",)))


def _all(known: Services, context: Context, query: Query) -> Iterator[Record]:
    after: str | None = None
    while True:
        page = known.door.find(
            context,
            Query(query.entity, query.fields, query.filter, query.sort, limit=_PAGE, after=after),
        )
        yield from page.records
        after = page.next
        if after is None:
            return


def _is(field: str, value: str) -> Node:
    return Binary("=", Path((field,)), Literal(value))


def _name_from(email: str) -> str:
    words = email.partition("@")[0].replace(".", " ").replace("_", " ").replace("-", " ").split()
    return " ".join(word.capitalize() for word in words) or email

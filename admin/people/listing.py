"""Who there is, as whoever asks may see it, with roles, team, last sign-in and state."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from admin.inputs import Option
from framework.extension import services
from framework.permissions import lacking, policy_for
from framework.plans import Query
from i18n.lazy import msg
from metadata.expressions.tree import Binary, In, Literal, Path
from ui.page.moments import Moment, moment
from ui.page.people import Face, face
from ui.page.reader import reader

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from framework.auth import SignedIn
    from framework.context import Context
    from framework.records import Record
    from metadata.expressions.tree import Node

PEOPLE_URL = "/admin/people"
EVERYONE = "everyone"
_PAGE, _MOST = 50, 200
_WANTED = ("name", "email", "team", "active")
_STATES = {
    "active": msg("Active"),
    "invited": msg("Invited"),
    "disabled": msg("Disabled"),
}


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One person of the list."""

    face: Face
    name: str
    email: str
    url: str
    roles: tuple[str, ...]
    team: str
    last: Moment | None
    state: str
    word: str


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """All that the template of the list prints."""

    people: tuple[PersonLine, ...]
    sought: str
    role: str
    roles: tuple[Option, ...]
    next: str | None
    may_invite: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What the list is asked for."""

    sought: str = ""
    role: str = ""
    after: str | None = None


def person_url(ident: str) -> str:
    """Give the address of a person's page."""
    return f"{PEOPLE_URL}/{ident}"


def people_page(known: Context, asked: Asked) -> PeoplePage:
    """Give one page of the list. Raises as the door does."""
    among = None if not asked.role else frozenset(_holders(known, asked.role))
    fields = readable(known, "user", _WANTED)
    query = Query(
        "user",
        fields,
        sort=("name",),
        limit=_PAGE,
        after=asked.after,
        expand=tuple(name for name in ("team",) if name in fields),
        search=asked.sought or None,
        among=among,
    )
    found = services().door.find(known, query)
    roles = roles_of(known, [one.id for one in found.records])
    signed_in = services().auth.signed_in([one.id for one in found.records])
    policy = policy_for(known.snapshot, known.actor)
    return PeoplePage(
        people=tuple(_line(known, one, roles.get(one.id, ()), signed_in[one.id]) for one in found.records),
        sought=asked.sought,
        role=asked.role,
        roles=tuple(role_choices(known, chosen=asked.role)),
        next=found.next,
        may_invite="email" in policy.entity("user").creatable,
    )


def readable(known: Context, entity: str, names: Iterable[str]) -> tuple[str, ...]:
    """Give those of the fields that whoever asks may read."""
    rights = policy_for(known.snapshot, known.actor).entity(entity)
    return tuple(name for name in names if name in rights.readable)


def is_(field: str, value: str) -> Node:
    """Give the condition that a field has a value."""
    return Binary("=", Path((field,)), Literal(value))


def everything(known: Context, query: Query) -> Iterator[Record]:
    """Give all records of a query, page by page; none of an entity that is not there for whoever asks."""
    if not policy_for(known.snapshot, known.actor).entity(query.entity).visible:
        return
    while True:
        page = services().door.find(known, query)
        yield from page.records
        if page.next is None:
            return
        query = replace(query, after=page.next)


def roles_of(known: Context, users: Collection[str]) -> Mapping[str, tuple[str, ...]]:
    """Give the roles of people, by their ids, in the order of their names."""
    found: dict[str, list[str]] = defaultdict(list)
    if users and len(readable(known, "role_membership", ("user", "role"))) == len(("user", "role")):
        among = In(Path(("user",)), tuple(Literal(one) for one in users), negated=False)
        query = Query("role_membership", ("user", "role"), filter=among, sort=("role",), limit=_MOST)
        for one in everything(known, query):
            found[str(one.values["user"])].append(str(one.values["role"]))
    return {ident: tuple(names) for ident, names in found.items()}


def role_label(known: Context, name: str) -> str:
    """Give the words of a role; its name where there is none such any more."""
    role = known.snapshot.roles.get(name)
    return reader().words.text(role.label) if role else name


def role_choices(known: Context, chosen: str = "", held: Collection[str] = ()) -> Iterable[Option]:
    """Give the roles by their words; those `held` are left out, and the one that everybody has."""
    names = [name for name in known.snapshot.roles if name != EVERYONE and name not in held]
    labels = sorted(((role_label(known, name), name) for name in names), key=lambda one: one[0].casefold())
    return (Option(name, label, name == chosen) for label, name in labels)


def grantable(known: Context, held: Collection[str] = ()) -> tuple[Option, ...]:
    """Give the roles that whoever asks may give: they hold all that these give."""
    beyond = set(lacking(policy_for(known.snapshot, known.actor), known.snapshot.roles))
    return tuple(one for one in role_choices(known, held=held) if one.value not in beyond)


def state_of(active: object, came: SignedIn) -> tuple[str, str]:
    """Give the state of a person, and its words."""
    state = "disabled" if active is False else "invited" if came.invited else "active"
    return state, reader().words.text(_STATES[state])


def _holders(known: Context, role: str) -> Iterator[str]:
    query = Query("role_membership", ("user",), filter=is_("role", role), sort=("id",), limit=_MOST)
    return (str(one.values["user"]) for one in everything(known, query))


def _line(known: Context, one: Record, roles: Iterable[str], came: SignedIn) -> PersonLine:
    name, email = one.title or "", str(one.values.get("email") or "")
    state, word = state_of(one.values.get("active"), came)
    team = one.links.get("team")
    return PersonLine(
        face=face(one.id, name, email),
        name=name,
        email=email,
        url=person_url(one.id),
        roles=tuple(role_label(known, role) for role in roles),
        team=(team.title or "") if team else "",
        last=moment(came.last_at, known.now) if came.last_at else None,
        state=state,
        word=word,
    )

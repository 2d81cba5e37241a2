"""Every statement of the application, built once; requests only bind values.

Each that touches contacts carries the ownership predicate: `mine` or not at all for administrators
is decided by which of the two is taken.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Insert,
    Select,
    Update,
    bindparam,
    func,
    insert,
    literal_column,
    select,
    true,
    tuple_,
    update,
)

from tests.bench.baseline.tables import (
    FIELDS,
    Key,
    account,
    change,
    contact,
    idempotency,
    person,
    role_membership,
    session,
    token,
)

_SYSTEM = ("id", "version", "created_at", "created_by", "updated_at", "updated_by", "owner", "team")
CONTACT = tuple(contact.c[name] for name in _SYSTEM) + FIELDS["contact"]
SHOWN = (
    contact.c.id,
    contact.c.name,
    contact.c.account,
    account.c.name.label("account_name"),
    contact.c.status,
    contact.c.email,
    contact.c.phone,
    contact.c.city,
    person.c.name.label("owner_name"),
    contact.c.updated_at,
)


@dataclass(frozen=True, slots=True)
class Contacts:
    """What can be asked of contacts by somebody who sees all of them, or only their own."""

    one: Select[Any]
    locked: Select[Any]
    first: Select[Any]
    after: Select[Any]
    filtered: Select[Any]
    count: Select[Any]
    shown: Select[Any]
    form: Select[Any]


def _contacts(seen: ColumnElement[bool]) -> Contacts:
    alive = (contact.c.deleted_at.is_(None), seen)
    one = select(*CONTACT).where(contact.c.id == bindparam("id", type_=Key), *alive)
    page = select(*CONTACT).where(*alive).order_by(contact.c.name, contact.c.id).limit(bindparam("limit"))
    account_of = contact.outerjoin(account, account.c.id == contact.c.account)
    owned = account_of.outerjoin(person, person.c.id == contact.c.owner)
    after = tuple_(contact.c.name, contact.c.id) > tuple_(bindparam("after_name"), bindparam("after_id", type_=Key))
    return Contacts(
        one,
        one.with_for_update(),
        page,
        page.where(after),
        page.where(contact.c.status == bindparam("status"), contact.c.rating >= bindparam("rating")),
        select(func.count()).select_from(contact).where(*alive),
        select(*SHOWN)
        .select_from(owned)
        .where(*alive)
        .order_by(contact.c.name, contact.c.id)
        .limit(bindparam("limit")),
        select(*CONTACT, account.c.name.label("account_name"), person.c.name.label("owner_name"))
        .select_from(owned)
        .where(contact.c.id == bindparam("id", type_=Key), *alive),
    )


ALL = _contacts(true())
MINE = _contacts(contact.c.owner == bindparam("me", type_=Key))

INSERT_CONTACT: Insert = insert(contact)
INSERT_CHANGE: Insert = insert(change)
KEPT_ANSWER = select(idempotency.c.request, idempotency.c.answer).where(
    idempotency.c.actor == bindparam("of", type_=Key), idempotency.c.key == bindparam("named")
)
KEEP_ANSWER: Insert = insert(idempotency)


@lru_cache
def setting(names: tuple[str, ...]) -> Update:
    """Give the UPDATE of some columns, for a row that was locked under the predicate before."""
    unchanged = (contact.c.id == bindparam("key", type_=Key), contact.c.version == bindparam("was"))
    new = {name: bindparam(f"new_{name}", type_=contact.c[name].type) for name in names}
    return update(contact).where(*unchanged).values(new)


@dataclass(frozen=True, slots=True)
class Credentials:
    """From a token or session to the person and their roles, in one statement each."""

    token: Select[Any]
    session: Select[Any]


def credentials(engine: str) -> Credentials:
    """Build the look-ups for an engine; how texts are joined is all that differs."""
    joined = func.group_concat if engine == "sqlite" else func.string_agg
    roles = (
        select(joined(role_membership.c.role, literal_column("','")))
        .where(role_membership.c.person == person.c.id)
        .scalar_subquery()
        .label("roles")
    )
    who = (person.c.id, person.c.name, person.c.email, roles)
    alive = (person.c.active, person.c.deleted_at.is_(None))
    return Credentials(
        select(*who, token.c.digest, token.c.expires_at, token.c.revoked)
        .join_from(token, person, token.c.person == person.c.id)
        .where(token.c.id == bindparam("id"), *alive),
        select(*who, session.c.seen_at, session.c.expires_at)
        .join_from(session, person, session.c.person == person.c.id)
        .where(session.c.digest == bindparam("digest"), *alive),
    )

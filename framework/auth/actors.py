"""From a session or token to an actor, in one statement, with the revision that is live.

The statement that every request makes anyway also tells the head revision, so no process needs a
listener to learn of a publish.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Boolean, Text, bindparam, cast, column, func, literal_column, select, table, update

from framework.auth import scopes
from framework.context import Actor, SystemActor
from framework.errors import SignInRequiredError
from framework.fields.words import is_clean
from framework.storage import own
from framework.storage.session import reading, run_tx
from framework.storage.types import Key, Timestamp
from i18n.lazy import msg

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, ScalarSelect, Select, TableClause

    from framework.context import Scope
    from framework.storage.engines import Database

IDLE = dt.timedelta(minutes=30)
# Writing at every click would make each read a write; a minute of tolerance is enough.
_TOUCH = dt.timedelta(minutes=1)

# The core bundle promises these names, so the look-up need not wait for a snapshot.
user = table(
    "user",
    column("id", Key()),
    column("name", Text()),
    column("email", Text()),
    column("locale", Text()),
    column("zone", Text()),
    column("team", Key()),
    column("active", Boolean()),
    column("deleted_at", Timestamp()),
)
_role_membership = table(
    "role_membership", column("user", Key()), column("role", Text()), column("deleted_at", Timestamp())
)
_team_membership = table(
    "team_membership", column("user", Key()), column("team", Key()), column("deleted_at", Timestamp())
)


@dataclass(frozen=True, slots=True)
class Authenticated:
    """An actor and the number of the revision that is live for them."""

    actor: Actor
    revision: int


def by_session(database: Database, secret: str, now: dt.datetime) -> Authenticated:
    """The actor of a session cookie. Raises SignInRequiredError when it is unknown or over."""
    key = digest(secret)
    with reading(database) as connection:
        row = connection.execute(_by_session(database.name), {"digest": key}).first()
    if row is None or not _alive(row, now):
        raise SignInRequiredError(msg("Your session is over; sign in again"))
    if now - row.seen_at > _TOUCH:
        touch = update(own.session).where(own.session.c.digest == key).values(seen_at=now)
        run_tx(database, lambda connection: connection.execute(touch))
    return Authenticated(_actor(row, None), row.head)


def _alive(row: Any, now: dt.datetime) -> bool:  # noqa: ANN401
    return bool(now < row.expires_at and now - row.seen_at <= IDLE)


def by_token(database: Database, secret: str, now: dt.datetime) -> Authenticated:
    """The actor of an API token. Raises SignInRequiredError when it is unknown, revoked or over."""
    ident, _, rest = secret.removeprefix("arm_").partition("_")
    if not secret.startswith("arm_") or not rest:
        raise SignInRequiredError(msg("This is not a token of ours; they look like arm_…"))
    with reading(database) as connection:
        row = connection.execute(_by_token(database.name), {"id": ident}).first()
    if row is None or not hmac.compare_digest(row.digest, digest(rest)) or row.revoked or now >= row.expires_at:
        raise SignInRequiredError(msg("This token is unknown, revoked or expired"))
    return Authenticated(_actor(row, scopes.read(row.scope)), row.head)


def system(database: Database, reason: str, role: str = "administrator", name: str = "System") -> Authenticated:
    """A system actor and the live revision; revision 0 when nothing was published yet."""
    with reading(database) as connection:
        revision = connection.execute(select(_HEAD)).scalar()
    return Authenticated(SystemActor(reason, role, name), revision or 0)


def by_email(database: Database, email: str) -> Authenticated:
    """The actor of a person, for commands with `--as`. Raises SignInRequiredError when unknown."""
    with reading(database) as connection:
        statement = select(*_person(database.name)).where(user.c.email == email, *LIVE)
        row = connection.execute(statement).first() if is_clean(email) else None
    if row is None:
        raise SignInRequiredError(msg("There is no active person with the e-mail %(email)s", email=email))
    return Authenticated(_actor(row, None), row.head)


def by_id(database: Database, ident: str) -> Authenticated:
    """The actor of a person, for work that they asked for earlier. Raises SignInRequiredError when there is none."""
    with reading(database) as connection:
        row = connection.execute(select(*_person(database.name)).where(user.c.id == ident, *LIVE)).first()
    if row is None:
        raise SignInRequiredError(msg("Whoever asked for this is no longer there"))
    return Authenticated(_actor(row, None), row.head)


def _actor(row: Any, scope: tuple[Scope, ...] | None) -> Actor:  # noqa: ANN401
    roles = frozenset((row.roles or "").split(",")) - {""} | {"everyone"}
    teams = frozenset((row.teams or "").split(",")) - {""} | ({row.team} if row.team else frozenset())
    return Actor(row.id, row.name, roles, row.email, row.locale, row.zone, row.team, teams, scope)


def digest(secret: str) -> str:
    """What we keep of a random secret; it is long enough that no salt is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


_HEAD = select(own.head.c.revision).where(own.head.c.channel == "live").scalar_subquery().label("head")
LIVE = (user.c.deleted_at.is_(None), user.c.active.is_(True))


def _person(engine: str) -> tuple[ColumnElement[Any], ...]:
    roles = _joined(engine, _role_membership, "role").label("roles")
    teams = _joined(engine, _team_membership, "team").label("teams")
    named = ("id", "name", "email", "locale", "zone", "team")
    return (*(user.c[name] for name in named), roles, teams, _HEAD)


def _joined(engine: str, members: TableClause, name: str) -> ScalarSelect[str]:
    """The person's live memberships, as one text with commas."""
    join = func.group_concat if engine == "sqlite" else func.string_agg
    return (
        select(join(cast(members.c[name], Text), literal_column("','")))
        .where(members.c.user == user.c.id, members.c.deleted_at.is_(None))
        .scalar_subquery()
    )


def _statements(engine: str) -> tuple[Select[Any], Select[Any]]:
    person = _person(engine)
    session, token = own.session.c, own.token.c
    return (
        select(*person, session.seen_at, session.expires_at)
        .join_from(own.session, user, session.user == user.c.id)
        .where(session.digest == bindparam("digest"), *LIVE),
        select(*person, token.digest, token.expires_at, token.revoked, token.scope)
        .join_from(own.token, user, token.user == user.c.id)
        .where(token.id == bindparam("id"), *LIVE),
    )


_PREPARED = {engine: _statements(engine) for engine in ("sqlite", "postgresql")}


def _by_session(engine: str) -> Select[Any]:
    return _PREPARED[engine][0]


def _by_token(engine: str) -> Select[Any]:
    return _PREPARED[engine][1]

"""Who asks: a bearer token or the session cookie, looked up with one statement."""

import datetime as dt
import hashlib
import hmac
from dataclasses import dataclass

from flask import Request, abort

from tests.bench.baseline.database import Database
from tests.bench.baseline.statements import ALL, MINE, Contacts, Credentials

COOKIE = "baseline_session"
_IDLE = dt.timedelta(minutes=30)
_MAY_SEE_ALL = "administrator"
_MAY_ENTER = frozenset({_MAY_SEE_ALL, "sales_rep"})


@dataclass(frozen=True, slots=True)
class Actor:
    """A person who is signed in, and what they may ask of contacts."""

    id: str
    name: str
    email: str
    contacts: Contacts


def actor_of(request: Request, database: Database, look_up: Credentials, now: dt.datetime) -> Actor:
    """Give who sent the request; aborts with 401 or 403."""
    header = request.headers.get("Authorization")
    if header is not None:
        return _by_token(header.removeprefix("Bearer "), database, look_up, now)
    return _by_session(request.cookies.get(COOKIE, ""), database, look_up, now)


def _by_token(given: str, database: Database, look_up: Credentials, now: dt.datetime) -> Actor:
    prefix, _, rest = given.partition("_")
    ident, _, secret = rest.partition("_")
    if prefix != "arm" or not secret:
        abort(401)
    with database.read.connect() as connection:
        row = connection.execute(look_up.token, {"id": ident}).first()
    if row is None or not hmac.compare_digest(row.digest, digest(secret)) or row.revoked or now >= row.expires_at:
        abort(401)
    return _actor(row.id, row.name, row.email, row.roles)


def _by_session(given: str, database: Database, look_up: Credentials, now: dt.datetime) -> Actor:
    with database.read.connect() as connection:
        row = connection.execute(look_up.session, {"digest": digest(given)}).first()
    if row is None or now >= row.expires_at or now - row.seen_at > _IDLE:
        abort(401)
    return _actor(row.id, row.name, row.email, row.roles)


def _actor(ident: str, name: str, email: str, roles: str | None) -> Actor:
    held = frozenset((roles or "").split(","))
    if not held & _MAY_ENTER:
        abort(403)
    return Actor(ident, name, email, ALL if _MAY_SEE_ALL in held else MINE)


def digest(secret: str) -> str:
    """Give what is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()

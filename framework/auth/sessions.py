"""Signing in and out. A session is a row; the cookie holds a random secret of which we keep the hash."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update

from framework.auth import rates
from framework.auth.actors import IDLE, LIVE, digest
from framework.auth.actors import user as people
from framework.auth.passwords import LONGEST, verify
from framework.errors import ArmatureError
from framework.fields.words import is_clean
from framework.storage import own
from framework.storage.session import reading, run_tx
from i18n.lazy import msg

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection

    from framework.storage.engines import Database

ABSOLUTE = dt.timedelta(hours=12)
_LONGEST_AGENT = 300
# Of the hash, which tells no secret: enough to know the sessions of one person apart.
_ID_LENGTH = 16


class SignInRefusedError(ArmatureError):
    """The pair of e-mail and password is wrong; which of the two is never said."""

    status = 422
    code = "sign_in_refused"
    title = msg("You are not signed in")


@dataclass(frozen=True, slots=True)
class Device:
    """Where somebody signs in, as far as it is known: the address of their network, and what browser they say it is."""

    network: str
    agent: str = ""


@dataclass(frozen=True, slots=True)
class SessionInfo:
    """What a person is told of a session of theirs."""

    id: str
    created_at: dt.datetime
    seen_at: dt.datetime
    device: Device
    current: bool


def sign_in(database: Database, email: str, password: str, device: Device, now: dt.datetime) -> str:
    """Begin a session; give the secret for the cookie.

    Raises SignInRefusedError for a wrong pair, TooManyRequestsError after too many of them.
    """
    subject = rates.subject_of("sign-in", email.casefold(), device.network)

    def attempt(connection: Connection) -> str | None:
        rates.refuse_if_locked(connection, subject, now)
        user = _id_of(connection, email.strip())
        if len(password) > LONGEST or not verify(connection, user, password, now) or user is None:
            rates.record_failure(connection, subject, now)
            return None
        rates.forget(connection, subject)
        return begin(connection, user, device, now)

    secret = run_tx(database, attempt)
    if secret is None:  # raised outside the transaction, so that the failure stays counted
        raise SignInRefusedError(msg("This e-mail and password do not go together."))
    return secret


def begin(connection: Connection, user: str, device: Device, now: dt.datetime) -> str:
    """Begin a session of somebody who has proved to be that person; give the secret for the cookie."""
    secret = secrets.token_urlsafe(32)
    connection.execute(
        insert(own.session).values(
            digest=digest(secret),
            user=user,
            created_at=now,
            seen_at=now,
            expires_at=now + ABSOLUTE,
            agent=device.agent[:_LONGEST_AGENT] if is_clean(device.agent) else "",
            network=device.network,
        )
    )
    own_row = own.credential.c.user == user
    connection.execute(update(own.credential).where(own_row).values(signed_in_at=now))
    return secret


def _id_of(connection: Connection, email: str) -> str | None:
    statement = select(people.c.id).where(people.c.email == email, *LIVE)
    return connection.execute(statement).scalar() if is_clean(email) else None


def sign_out(database: Database, secret: str) -> None:
    """End the session; an unknown one is as good as ended."""
    ended = delete(own.session).where(own.session.c.digest == digest(secret))
    run_tx(database, lambda connection: connection.execute(ended))


def list_sessions(database: Database, user: str, secret: str, now: dt.datetime) -> list[SessionInfo]:
    """The sessions of a person that still count, the one of this secret first, then by when they were last used."""
    columns, here = own.session.c, digest(secret)
    statement = (
        select(columns.digest, columns.created_at, columns.seen_at, columns.network, columns.agent)
        .where(columns.user == user, columns.expires_at > now, columns.seen_at >= now - IDLE)
        .order_by(columns.seen_at.desc(), columns.digest)
    )
    with reading(database) as connection:
        found = [
            SessionInfo(
                row.digest[:_ID_LENGTH],
                row.created_at,
                row.seen_at,
                Device(row.network or "", row.agent or ""),
                row.digest == here,
            )
            for row in connection.execute(statement)
        ]
    return sorted(found, key=lambda one: not one.current)


def end_session(database: Database, user: str, ident: str) -> bool:
    """End a session of a person at once; whether there was one of that id."""
    if len(ident) != _ID_LENGTH or not is_clean(ident):
        return False
    return _end(database, user, own.session.c.digest.startswith(ident, autoescape=True)) > 0


def end_other_sessions(database: Database, user: str, secret: str) -> int:
    """End all sessions of a person but the one of this secret; how many that were."""
    return _end(database, user, own.session.c.digest != digest(secret))


def _end(database: Database, user: str, which: ColumnElement[bool]) -> int:
    ended = delete(own.session).where(own.session.c.user == user, which)
    return run_tx(database, lambda connection: connection.execute(ended).rowcount)

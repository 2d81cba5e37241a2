"""Signing in and out. A session is a row; the cookie holds a random secret of which we keep the hash."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from framework.auth import rates
from framework.auth.actors import LIVE, digest
from framework.auth.actors import user as people
from framework.auth.passwords import LONGEST, verify
from framework.errors import ArmatureError
from framework.fields.words import is_clean
from framework.storage import own
from framework.storage.session import run_tx
from i18n.lazy import msg

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from framework.storage.engines import Database

ABSOLUTE = dt.timedelta(hours=12)


class SignInRefusedError(ArmatureError):
    """The pair of e-mail and password is wrong; which of the two is never said."""

    status = 422
    code = "sign_in_refused"
    title = msg("You are not signed in")


def sign_in(database: Database, email: str, password: str, network: str, now: dt.datetime) -> str:
    """Begin a session; give the secret for the cookie.

    Raises SignInRefusedError for a wrong pair, TooManyRequestsError after too many of them.
    """
    subject = rates.subject_of("sign-in", email.casefold(), network)

    def attempt(connection: Connection) -> str | None:
        rates.refuse_if_locked(connection, subject, now)
        user = _id_of(connection, email.strip())
        if len(password) > LONGEST or not verify(connection, user, password, now):
            rates.record_failure(connection, subject, now)
            return None
        rates.forget(connection, subject)
        secret = secrets.token_urlsafe(32)
        connection.execute(
            insert(own.session).values(
                digest=digest(secret), user=user, created_at=now, seen_at=now, expires_at=now + ABSOLUTE
            )
        )
        return secret

    secret = run_tx(database, attempt)
    if secret is None:  # raised outside the transaction, so that the failure stays counted
        raise SignInRefusedError(msg("This e-mail and password do not go together."))
    return secret


def _id_of(connection: Connection, email: str) -> str | None:
    statement = select(people.c.id).where(people.c.email == email, *LIVE)
    return connection.execute(statement).scalar() if is_clean(email) else None


def sign_out(database: Database, secret: str) -> None:
    """End the session; an unknown one is as good as ended."""
    ended = delete(own.session).where(own.session.c.digest == digest(secret))
    run_tx(database, lambda connection: connection.execute(ended))

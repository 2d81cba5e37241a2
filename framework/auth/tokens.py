"""API tokens: shown once, kept as a hash, always with an end."""

from __future__ import annotations

import datetime as dt
import json
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from framework.auth.actors import digest
from framework.errors import Fault, InvalidError, NotFoundError
from framework.storage import own
from framework.storage.session import reading, run_tx
from i18n.lazy import msg

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from framework.storage.engines import Database

LONGEST_DAYS = 365


@dataclass(frozen=True, slots=True)
class MadeToken:
    """A new token; `secret` is the whole of it and is never shown again."""

    id: str
    secret: str
    expires_at: dt.datetime


@dataclass(frozen=True, slots=True)
class TokenInfo:
    """What may be told of a token later."""

    id: str
    name: str
    created_at: dt.datetime
    expires_at: dt.datetime
    revoked: bool


def create_token(
    database: Database,
    user: str,
    name: str,
    now: dt.datetime,
    *,
    days: int = 90,
    scope: Mapping[str, Sequence[str]] | None = None,
) -> MadeToken:
    """Make a token for a person. Raises InvalidError for a life of less than a day or more than a year."""
    if not 1 <= days <= LONGEST_DAYS:
        message = msg("A token lives 1 to %(most)s days", most=LONGEST_DAYS)
        raise InvalidError(message, [Fault("/days", "range", message)])
    ident, rest = secrets.token_hex(8), secrets.token_urlsafe(32)
    expires = now + dt.timedelta(days=days)
    made = insert(own.token).values(
        id=ident,
        user=user,
        name=name,
        digest=digest(rest),
        scope=None if scope is None else json.dumps({key: sorted(value) for key, value in scope.items()}),
        created_at=now,
        expires_at=expires,
        revoked=False,
    )
    run_tx(database, lambda connection: connection.execute(made))
    return MadeToken(ident, f"arm_{ident}_{rest}", expires)


def list_tokens(database: Database, user: str) -> list[TokenInfo]:
    """All tokens of a person, newest first."""
    columns = own.token.c
    statement = (
        select(columns.id, columns.name, columns.created_at, columns.expires_at, columns.revoked)
        .where(columns.user == user)
        .order_by(columns.created_at.desc())
    )
    with reading(database) as connection:
        return [TokenInfo(*row) for row in connection.execute(statement)]


def revoke_token(database: Database, ident: str) -> None:
    """Make a token worthless at once. Raises NotFoundError when there is none of that id."""
    ended = update(own.token).where(own.token.c.id == ident).values(revoked=True)
    if not run_tx(database, lambda connection: connection.execute(ended).rowcount):
        raise NotFoundError(msg("There is no token %(id)s", id=ident))

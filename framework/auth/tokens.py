"""API tokens: shown once, kept as a hash, always with an end."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from framework.auth import scopes
from framework.auth.actors import digest
from framework.errors import ClashError, Fault, InvalidError, NotFoundError
from framework.fields.words import is_clean
from framework.storage import own
from framework.storage.session import reading, run_tx
from i18n.lazy import msg

if TYPE_CHECKING:
    from collections.abc import Sequence

    from framework.context import Scope
    from framework.storage.engines import Database

LONGEST_DAYS, LONGEST_NAME = 365, 80


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
    scope: tuple[Scope, ...] | None


def create_token(
    database: Database,
    user: str,
    name: str,
    now: dt.datetime,
    *,
    days: int = 90,
    scope: Sequence[Scope] | None = None,
    ident: str | None = None,
) -> MadeToken:
    """Make a token for a person; `ident`, where a form was drawn with one, keeps it from being made twice.

    Raises InvalidError for a life of less than a day or more than a year and for a name that is none, ClashError for
    an id that there is already.
    """
    _check(name, days)
    ident, rest = ident or made_id(), secrets.token_urlsafe(32)
    expires = now + dt.timedelta(days=days)
    made = insert(own.token).values(
        id=ident,
        user=user,
        name=name.strip(),
        digest=digest(rest),
        scope=scopes.written(scope),
        created_at=now,
        expires_at=expires,
        revoked=False,
    )
    try:
        run_tx(database, lambda connection: connection.execute(made))
    except IntegrityError:
        raise ClashError(msg("This token was made already; its secret was shown that once")) from None
    return MadeToken(ident, f"arm_{ident}_{rest}", expires)


def made_id() -> str:
    """An id for a token that is yet to be made."""
    return secrets.token_hex(8)


def _check(name: str, days: int) -> None:
    faults = []
    if not name.strip() or len(name.strip()) > LONGEST_NAME or not is_clean(name):
        faults.append(Fault("/name", "name", msg("A token has a name of 1 to %(most)s characters", most=LONGEST_NAME)))
    if not 1 <= days <= LONGEST_DAYS:
        faults.append(Fault("/days", "range", msg("A token lives 1 to %(most)s days", most=LONGEST_DAYS)))
    if faults:
        raise InvalidError(faults[0].message, faults)


def list_tokens(database: Database, user: str) -> list[TokenInfo]:
    """All tokens of a person, newest first."""
    columns = own.token.c
    statement = (
        select(columns.id, columns.name, columns.created_at, columns.expires_at, columns.revoked, columns.scope)
        .where(columns.user == user)
        .order_by(columns.created_at.desc(), columns.id)
    )
    with reading(database) as connection:
        return [
            TokenInfo(
                row.id,
                row.name,
                row.created_at,
                row.expires_at,
                row.revoked,
                scopes.read(row.scope),
            )
            for row in connection.execute(statement)
        ]


def revoke_token(database: Database, ident: str, user: str | None = None) -> None:
    """Make a token worthless at once. Raises NotFoundError when there is none of that id, or not of this person."""
    ended = update(own.token).where(own.token.c.id == ident).values(revoked=True)
    if user is not None:
        ended = ended.where(own.token.c.user == user)
    if not run_tx(database, lambda connection: connection.execute(ended).rowcount):
        raise NotFoundError(msg("There is no token %(id)s", id=ident))

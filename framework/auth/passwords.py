"""Passwords: argon2id, a length and a list of known ones; no rules of composition."""

from __future__ import annotations

import secrets
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, insert, select, update

from framework.errors import Fault, InvalidError
from framework.storage import own
from i18n.lazy import msg

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy import Connection

SHORTEST, LONGEST = 8, 128
_WORD_LENGTH = 4
_hasher = PasswordHasher()


def check_new_password(password: str) -> None:
    """Raise InvalidError when the password is too short, too long or a known one."""
    if not SHORTEST <= len(password) <= LONGEST:
        message = msg("A password has %(least)s to %(most)s characters", least=SHORTEST, most=LONGEST)
    elif password.lower() in known_passwords():
        message = msg("This password stands on lists of stolen ones; choose another")
    else:
        return
    raise InvalidError(message, [Fault("/password", "password", message)])


def set_password(connection: Connection, user: str, password: str, now: dt.datetime) -> None:
    """Keep the password's hash for the person, in the caller's transaction; ends all their sessions."""
    values = {"password": _hasher.hash(password), "changed_at": now}
    if not connection.execute(update(own.credential).where(own.credential.c.user == user).values(**values)).rowcount:
        connection.execute(insert(own.credential).values(user=user, **values))
    connection.execute(delete(own.session).where(own.session.c.user == user))


def made_password() -> str:
    """A random password that a person can type: five groups of four."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(_WORD_LENGTH)) for _ in range(5))


def verify(connection: Connection, user: str | None, password: str, now: dt.datetime) -> bool:
    """Whether the password is the person's; takes as long for an unknown person."""
    stored = None
    if user is not None:
        stored = connection.execute(select(own.credential.c.password).where(own.credential.c.user == user)).scalar()
    try:
        _hasher.verify(stored or _dummy_hash(), password)
    except (VerificationError, InvalidHashError):
        return False
    if stored is None:
        return False
    if _hasher.check_needs_rehash(stored):
        connection.execute(
            own.credential.update()
            .where(own.credential.c.user == user)
            .values(password=_hasher.hash(password), changed_at=now)
        )
    return True


@lru_cache(maxsize=1)
def _dummy_hash() -> str:
    return _hasher.hash(secrets.token_hex())


@lru_cache(maxsize=1)
def known_passwords() -> frozenset[str]:
    """Passwords that stand on every attacker's list, in lower case."""
    text = resources.files(__package__).joinpath("known_passwords.txt").read_text()
    return frozenset(line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#"))

"""Whoever is signed in gives their password again: to change it, and before something that outlives the session.

Wrong ones are slowed down as at sign-in, so a session that somebody else got hold of is no way to guess the password.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from framework.auth import rates
from framework.auth.passwords import LONGEST, check_new_password, set_password, verify
from framework.auth.sessions import begin
from framework.errors import Fault, InvalidError
from framework.storage.session import run_tx
from i18n.lazy import msg

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy import Connection

    from framework.auth.sessions import Device
    from framework.storage.engines import Database

_WRONG = msg("This is not your present password")


def confirm(database: Database, user: str, password: str, device: Device, now: dt.datetime) -> None:
    """Make sure that a person knows their password.

    Raises InvalidError when it is wrong, TooManyRequestsError after too many wrong ones.
    """
    if not run_tx(database, lambda connection: _knows(connection, user, password, device, now)):
        raise _wrong()


def change_password(database: Database, user: str, present: str, wanted: str, device: Device, now: dt.datetime) -> str:
    """Give a person another password; all their sessions end, and a new one begins, whose secret is given.

    Raises InvalidError when the present one is wrong or the other weak, TooManyRequestsError after too many wrong ones.
    """
    check_new_password(wanted)
    if wanted == present:
        message = msg("This is the password that you have already")
        raise InvalidError(message, [Fault("/password", "password", message)])

    def attempt(connection: Connection) -> str | None:
        if not _knows(connection, user, present, device, now):
            return None
        set_password(connection, user, wanted, now)
        return begin(connection, user, device, now)

    secret = run_tx(database, attempt)
    if secret is None:
        raise _wrong()
    return secret


def _knows(connection: Connection, user: str, password: str, device: Device, now: dt.datetime) -> bool:
    subject = rates.subject_of("password", user, device.network)
    rates.refuse_if_locked(connection, subject, now)
    if len(password) > LONGEST or not verify(connection, user, password, now):
        rates.record_failure(connection, subject, now)
        return False
    rates.forget(connection, subject)
    return True


def _wrong() -> InvalidError:
    return InvalidError(_WRONG, [Fault("/present_password", "password", _WRONG)])

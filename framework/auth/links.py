"""Links by which a person sets their password without having one: an invitation, or where it was forgotten.

Nothing is stored of them. A link is signed, lives half an hour, and names the password that the person has when it is
made (none, for somebody invited): setting another one makes it worthless, so that each works once.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy import select

from framework.auth import rates
from framework.auth.actors import LIVE
from framework.auth.actors import user as people
from framework.auth.passwords import check_new_password, set_password
from framework.auth.sessions import begin
from framework.errors import NotFoundError
from framework.fields.words import is_clean
from framework.storage import own
from framework.storage.session import reading, run_tx
from i18n.lazy import msg

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy import Connection, Select

    from framework.auth.sessions import Device
    from framework.storage.engines import Database

LIFE_S = 1800
_SALT = "armature password link"
_MARK_LENGTH = 16


class LinkOverError(NotFoundError):
    """A link that was used, is too old, or was never ours."""

    code = "link_over"
    title = msg("This link is no longer good")


@dataclass(frozen=True, slots=True)
class Invited:
    """Whom a link is for; `new` if they never had a password."""

    id: str
    email: str
    name: str
    locale: str | None
    new: bool


class Links:
    """Makes and takes the links of one installation, whose key signs them."""

    def __init__(self, database: Database, key: str) -> None:
        """Keep both; nothing is opened."""
        self._database = database
        self._signer = URLSafeTimedSerializer(key, salt=_SALT)

    def make(self, user: str) -> str:
        """The secret of a new link for a person. Raises NotFoundError for one who is not there or not active."""
        with reading(self._database) as connection:
            row = connection.execute(_person().where(people.c.id == user)).first()
        if row is None:
            raise NotFoundError(msg("There is no such person, or they may not sign in"))
        return str(self._signer.dumps([user, _mark(row)]))

    def invited(self, email: str) -> Invited | None:
        """The active person with this e-mail, if there is one."""
        with reading(self._database) as connection:
            row = connection.execute(_person().where(people.c.email == email)).first() if is_clean(email) else None
        return None if row is None else _told(row)

    def read(self, secret: str) -> Invited:
        """Whom a link is for. Raises LinkOverError."""
        with reading(self._database) as connection:
            found = self._found(connection, secret)
        if found is None:
            raise _over()
        return found

    def use(self, secret: str, password: str, device: Device, now: dt.datetime) -> tuple[Invited, str]:
        """Give the person of a link a password and begin a session: who it is, and the secret for the cookie.

        Raises InvalidError for a weak password, LinkOverError, and TooManyRequestsError after too many wrong links.
        """
        check_new_password(password)
        subject = rates.subject_of("link", device.network)

        def work(connection: Connection) -> tuple[Invited, str] | None:
            rates.refuse_if_locked(connection, subject, now)
            found = self._found(connection, secret, lock=True)
            if found is None:
                rates.record_failure(connection, subject, now)
                return None
            set_password(connection, found.id, password, now)
            return found, begin(connection, found.id, device, now)

        used = run_tx(self._database, work)
        if used is None:  # raised outside the transaction, so that the failure stays counted
            raise _over()
        return used

    def slow_down(self, device: Device, now: dt.datetime) -> None:
        """Count that somebody asks for a link. Raises TooManyRequestsError for who asks too often."""
        subject = rates.subject_of("ask for a link", device.network)

        def work(connection: Connection) -> None:
            rates.refuse_if_locked(connection, subject, now)
            rates.record_failure(connection, subject, now)

        run_tx(self._database, work)

    def _found(self, connection: Connection, secret: str, *, lock: bool = False) -> Invited | None:
        try:
            user, mark = self._signer.loads(secret, max_age=LIFE_S)
        except (BadSignature, ValueError):
            return None
        if lock:  # of two who use it at once, the second finds the password of the first
            connection.execute(select(people.c.id).where(people.c.id == user).with_for_update()).all()
        row = connection.execute(_person().where(people.c.id == user)).first()
        return None if row is None or _mark(row) != mark else _told(row)


def _person() -> Select[Any]:
    wanted = (people.c.id, people.c.email, people.c.name, people.c.locale, own.credential.c.password)
    return select(*wanted).outerjoin_from(people, own.credential, own.credential.c.user == people.c.id).where(*LIVE)


def _mark(row: Any) -> str:  # noqa: ANN401
    """What the link is bound to; of hashes, and cut, so that it tells nothing."""
    return hashlib.sha256(f"{row.email}\0{row.password or ''}".encode()).hexdigest()[:_MARK_LENGTH]


def _told(row: Any) -> Invited:  # noqa: ANN401
    return Invited(row.id, row.email, row.name, row.locale, row.password is None)


def _over() -> LinkOverError:
    return LinkOverError(msg("It was used already, or is older than half an hour; ask for a new one"))

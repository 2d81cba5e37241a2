"""Signing in and tokens for one database: what routes and commands call."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from framework.auth import actors, confirming, passwords, seen, sessions, tokens
from framework.auth.links import Links
from framework.storage.session import run_tx

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from framework.auth.actors import Authenticated
    from framework.auth.seen import SignedIn
    from framework.auth.sessions import Device, SessionInfo
    from framework.auth.tokens import MadeToken, TokenInfo
    from framework.context import Scope
    from framework.storage.engines import Database


class Auth:
    """Credentials of one database become actors."""

    def __init__(self, database: Database, key: str) -> None:
        """Keep the database and the key that signs links; nothing is opened."""
        self._database = database
        self.links = Links(database, key)

    def sign_in(self, email: str, password: str, device: Device) -> str:
        """Begin a session and give the secret for its cookie.

        Raises SignInRefusedError for a wrong pair, TooManyRequestsError after too many of them.
        """
        return sessions.sign_in(self._database, email, password, device, dt.datetime.now(dt.UTC))

    def sign_out(self, secret: str) -> None:
        """End a session."""
        sessions.sign_out(self._database, secret)

    def sessions(self, user: str, secret: str = "") -> list[SessionInfo]:
        """The sessions of a person that still count, the one of this secret first, where one is given."""
        return sessions.list_sessions(self._database, user, secret, dt.datetime.now(dt.UTC))

    def end_session(self, user: str, ident: str) -> bool:
        """End a session of a person at once; whether there was one of that id."""
        return sessions.end_session(self._database, user, ident)

    def end_other_sessions(self, user: str, secret: str) -> int:
        """End all sessions of a person but the one of this secret; how many that were."""
        return sessions.end_other_sessions(self._database, user, secret)

    def end_all(self, user: str) -> None:
        """End all sessions of a person and make all their tokens worthless, at once."""
        sessions.end_other_sessions(self._database, user, "")
        for one in tokens.list_tokens(self._database, user):
            if not one.revoked:
                tokens.revoke_token(self._database, one.id, user)

    def signed_in(self, users: Collection[str]) -> dict[str, SignedIn]:
        """What is known of how these people sign in, by id."""
        return seen.signed_in(self._database, users)

    def confirm(self, user: str, password: str, device: Device) -> None:
        """Make sure that a person knows their password. Raises InvalidError, and TooManyRequestsError as `sign_in`."""
        confirming.confirm(self._database, user, password, device, dt.datetime.now(dt.UTC))

    def change_password(self, user: str, present: str, wanted: str, device: Device) -> str:
        """Give a person another password and the secret of a new session; all others end. Raises as `confirm`."""
        return confirming.change_password(self._database, user, present, wanted, device, dt.datetime.now(dt.UTC))

    def create_token(
        self,
        user: str,
        name: str,
        *,
        days: int = 90,
        scope: Sequence[Scope] | None = None,
        ident: str | None = None,
    ) -> MadeToken:
        """Make an API token for a person. Raises InvalidError and ClashError as `tokens.create_token`."""
        now = dt.datetime.now(dt.UTC)
        return tokens.create_token(self._database, user, name, now, days=days, scope=scope, ident=ident)

    def tokens(self, user: str) -> list[TokenInfo]:
        """All tokens of a person, newest first."""
        return tokens.list_tokens(self._database, user)

    def revoke_token(self, user: str, ident: str) -> None:
        """Make a token of a person worthless at once. Raises NotFoundError when they have none of that id."""
        tokens.revoke_token(self._database, ident, user)

    def set_password(self, user: str, password: str) -> None:
        """Give a person a password; ends all their sessions. Raises InvalidError for a weak one."""
        passwords.check_new_password(password)
        now = dt.datetime.now(dt.UTC)
        run_tx(self._database, lambda connection: passwords.set_password(connection, user, password, now))

    def by_id(self, ident: str) -> Authenticated:
        """The actor of a person. Raises SignInRequiredError for one who is not there or not active."""
        return actors.by_id(self._database, ident)

    def by_email(self, email: str) -> Authenticated:
        """The actor of a person, for commands. Raises SignInRequiredError when unknown."""
        return actors.by_email(self._database, email)

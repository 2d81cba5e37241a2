"""Signing in and tokens for one database: what routes and commands call."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from framework.auth import actors, passwords, sessions, tokens
from framework.storage.session import run_tx

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from framework.auth.actors import Authenticated
    from framework.auth.tokens import MadeToken
    from framework.storage.engines import Database


class Auth:
    """Credentials of one database become actors."""

    def __init__(self, database: Database) -> None:
        """Keep the database; nothing is opened."""
        self._database = database

    def sign_in(self, email: str, password: str, network: str) -> str:
        """Begin a session and give the secret for its cookie.

        Raises SignInRefusedError for a wrong pair, TooManyRequestsError after too many of them.
        """
        return sessions.sign_in(self._database, email, password, network, dt.datetime.now(dt.UTC))

    def sign_out(self, secret: str) -> None:
        """End a session."""
        sessions.sign_out(self._database, secret)

    def create_token(
        self, user: str, name: str, *, days: int = 90, scope: Mapping[str, Sequence[str]] | None = None
    ) -> MadeToken:
        """Make an API token for a person."""
        return tokens.create_token(self._database, user, name, dt.datetime.now(dt.UTC), days=days, scope=scope)

    def set_password(self, user: str, password: str) -> None:
        """Give a person a password; ends all their sessions. Raises InvalidError for a weak one."""
        passwords.check_new_password(password)
        now = dt.datetime.now(dt.UTC)
        run_tx(self._database, lambda connection: passwords.set_password(connection, user, password, now))

    def by_email(self, email: str) -> Authenticated:
        """The actor of a person, for commands. Raises SignInRequiredError when unknown."""
        return actors.by_email(self._database, email)

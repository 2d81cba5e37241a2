"""How people come in, for those who keep them: when they did last, and whether they ever could."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from framework.storage import own
from framework.storage.session import reading

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from framework.storage.engines import Database


@dataclass(frozen=True, slots=True)
class SignedIn:
    """`last_at` is None for who has not been here yet; `invited` for who has no password so far."""

    last_at: dt.datetime | None = None
    invited: bool = True


def signed_in(database: Database, users: Collection[str]) -> dict[str, SignedIn]:
    """What is known of each of these people."""
    ids, credential = list(users), own.credential.c
    with reading(database) as connection:
        known = connection.execute(select(credential.user, credential.signed_in_at).where(credential.user.in_(ids)))
        last = {row.user: row.signed_in_at for row in known}
    return {one: SignedIn(last.get(one), one not in last) for one in ids}

"""`sys_file`: who uploaded which content, which of it a record has, and what nobody will ask for any more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, insert, select, update

from framework.storage import own

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Collection

    from sqlalchemy import Connection

_file, _change = own.file, own.change
_SWEEPING = 0x41524E  # any number that nobody else uses for an advisory lock
_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Upload:
    """Content that somebody uploaded; `size` is in bytes."""

    hash: str
    type: str
    size: int


def add_upload(connection: Connection, upload: Upload, actor: str | None, now: dt.datetime) -> None:
    """Note an upload before its content is kept: whoever sweeps either sees it, or is done before it is kept."""
    if connection.dialect.name != "sqlite":
        connection.execute(select(func.pg_advisory_xact_lock_shared(_SWEEPING)))
    row = {"hash": upload.hash, "type": upload.type, "size": upload.size, "actor": actor, "at": now, "kept": False}
    connection.execute(insert(_file), row)


def uploads_by(
    connection: Connection, actor: str | None, since: dt.datetime, hashes: Collection[str]
) -> frozenset[Upload]:
    """Those of some contents that one actor uploaded since a moment."""
    mine = _file.c.actor.is_(None) if actor is None else _file.c.actor == actor
    statement = select(_file.c.hash, _file.c.type, _file.c.size).where(
        _file.c.hash.in_(list(hashes)), mine, _file.c.at >= since
    )
    return frozenset(Upload(*row) for row in connection.execute(statement))


def keep(connection: Connection, hashes: Collection[str]) -> None:
    """Note, in the transaction of the record, that it has these contents from now on."""
    connection.execute(update(_file).where(_file.c.hash.in_(list(hashes)), ~_file.c.kept).values(kept=True))


def changes_naming(connection: Connection, table: str, record: str, digest: str) -> list[str]:
    """The `fields` of those changes of a record in which a hash stands somewhere."""
    statement = select(_change.c.fields).where(
        _change.c.entity == table, _change.c.record == record, _change.c.fields.contains(digest, autoescape=True)
    )
    return list(connection.execute(statement).scalars())


def sweep_uploads(connection: Connection, before: dt.datetime, forget: Callable[[str], None]) -> int:
    """Forget up to so many contents that were uploaded before a moment and never kept; how many there were.

    The content goes before the transaction ends: a new upload of the same waits for it, and then keeps it anew.
    """
    if connection.dialect.name != "sqlite":
        connection.execute(select(func.pg_advisory_xact_lock(_SWEEPING)))
    wanted = select(_file.c.hash).where(_file.c.kept | (_file.c.at >= before))
    over = (
        select(_file.c.hash).where(~_file.c.kept, _file.c.at < before, _file.c.hash.not_in(wanted)).distinct()
    ).limit(_AT_ONCE)
    gone = list(connection.execute(over).scalars())
    for digest in gone:
        forget(digest)
    if gone:
        connection.execute(delete(_file).where(_file.c.hash.in_(gone)))
    return len(gone)

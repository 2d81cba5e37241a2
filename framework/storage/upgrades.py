"""The versions of our own tables: numbered functions lead from each to the next, run by `armature init`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert, inspect, select, text, update

from framework.errors import CommandError
from framework.storage import own
from framework.storage.search_index import make_parts
from framework.storage.session import hold_publishing_lock, run_tx
from i18n.lazy import msg

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import Connection

    from framework.storage.engines import Database


def _add_jobs(connection: Connection) -> None:
    # In its present form, for version 4 makes it anew.
    own.job.create(connection)


def _add_undoing(connection: Connection) -> None:
    connection.execute(text("ALTER TABLE sys_change ADD COLUMN undoes TEXT"))
    own.change_by_person.create(connection)
    own.change_undoing.create(connection)


def _renew_jobs(connection: Connection) -> None:
    # Until version 4 only schedules filled the queue, and they fill it again.
    own.job.drop(connection)
    own.job.create(connection)


def _add_search(connection: Connection) -> None:
    own.search.create(connection)
    own.search_place.create(connection)
    make_parts(connection)


def _add_presence(connection: Connection) -> None:
    own.presence.create(connection)


def _add_files(connection: Connection) -> None:
    own.file.create(connection)


def _add_devices(connection: Connection) -> None:
    connection.execute(text("ALTER TABLE sys_session ADD COLUMN agent TEXT"))
    connection.execute(text("ALTER TABLE sys_session ADD COLUMN network TEXT"))


def _add_processes(connection: Connection) -> None:
    own.process.create(connection)
    connection.execute(_SIGNED_IN[connection.dialect.name])


_SIGNED_IN = {
    "sqlite": text("ALTER TABLE sys_credential ADD COLUMN signed_in_at TEXT"),
    "postgresql": text("ALTER TABLE sys_credential ADD COLUMN signed_in_at TIMESTAMP WITH TIME ZONE"),
}


def _add_drafts(connection: Connection) -> None:
    own.draft.create(connection)
    own.draft_step.create(connection)


# From version N to N + 1. A fresh database is made at the newest version at once.
UPGRADES: Mapping[int, Callable[[Connection], None]] = {
    1: _add_jobs,
    2: _add_undoing,
    3: _renew_jobs,
    4: _add_search,
    5: _add_presence,
    6: _add_files,
    7: _add_devices,
    8: _add_processes,
    9: _add_drafts,
}


def upgrade(database: Database) -> None:
    """Make our own tables, or bring them to this release's version. Raises CommandError for newer ones."""
    run_tx(database, _upgrade)


def require_current(database: Database) -> None:
    """Raise CommandError, with the command that mends it, unless our tables have this release's version."""
    found = schema_version(database)
    if found is None:
        raise CommandError(msg("This database is empty; run: armature init"))
    if found < own.SCHEMA_VERSION:
        raise CommandError(msg("This database is of an older release; run: armature init"))
    _refuse_newer(found)


def schema_version(database: Database) -> int | None:
    """The version of our tables in the database; None where there are none."""
    with database.read.connect() as connection:
        return _version(connection)


def _upgrade(connection: Connection) -> None:
    hold_publishing_lock(connection)  # two that start at once agree on one set of tables
    found = _version(connection)
    if found is None:
        own.own.create_all(connection)
        make_parts(connection)
        connection.execute(insert(own.schema).values(version=own.SCHEMA_VERSION))
        return
    _refuse_newer(found)
    for version in range(found, own.SCHEMA_VERSION):
        UPGRADES[version](connection)
    if found != own.SCHEMA_VERSION:
        connection.execute(update(own.schema).values(version=own.SCHEMA_VERSION))


def _version(connection: Connection) -> int | None:
    if not inspect(connection).has_table(own.schema.name):
        return None
    return connection.execute(select(own.schema.c.version)).scalar()


def _refuse_newer(found: int) -> None:
    if found > own.SCHEMA_VERSION:
        raise CommandError(
            msg(
                "This database is of a newer release (schema %(found)s, this one knows %(known)s); "
                "run that release, or restore a backup",
                found=found,
                known=own.SCHEMA_VERSION,
            )
        )

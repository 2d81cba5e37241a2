"""Files on their way into records and out: who may put which content into a record, and who may have it.

Content is known by its hash, and a hash is no secret. So a record takes one only from whoever uploaded it
a short while ago, or from the record's own history, which its present writer may restore.
"""

from __future__ import annotations

import datetime as dt
import json
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from framework.errors import Fault, ForbiddenError, InvalidError, NotFoundError
from framework.fields.base import ValueRefusedError, type_of
from framework.fields.uploaded import File, TakesFiles
from framework.files import TooManyPixelsError, clean_name
from framework.records.planner import require_entity
from framework.storage.files import Upload, add_upload, changes_naming, keep, uploads_by
from framework.storage.session import run_tx
from i18n.lazy import msg

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Connection

    from framework.context import Context
    from framework.files import Store
    from framework.records.record import Record
    from framework.storage.engines import Database
    from metadata.snapshot import Entity, Field

# How long an upload waits for its record. Housekeeping lets it lie for twice as long.
WAITS = dt.timedelta(hours=24)
_INVALID = msg("Some values are not valid")
_ABSENT = msg("There is no such file, or you may not see it")


@dataclass(frozen=True, slots=True)
class Taking:
    """What one write makes of a record: its id, the values that it sets, and those before (none of a new one).

    `absorbed` are records that were merged into it: what was theirs may be its.
    """

    ident: str | None
    values: Mapping[str, Any]
    old: Mapping[str, Any] | None = None
    absorbed: tuple[str, ...] = ()

    @property
    def sources(self) -> tuple[str, ...]:
        """The records whose content this one may have."""
        return (*((self.ident,) if self.ident else ()), *self.absorbed)


def files_of(entity: Entity) -> list[Field]:
    """The fields of an entity that hold a file."""
    return [field for field in entity.fields.values() if isinstance(field.type, TakesFiles)]


def require_writable(context: Context, entity: str, name: str) -> Field:
    """A field of files that the actor may set in some record. Raises NotFoundError or ForbiddenError."""
    described, rights = require_entity(context, entity)
    field = described.fields.get(name)
    if field is None or name not in rights.named or not isinstance(field.type, TakesFiles):
        raise NotFoundError(_ABSENT)
    if name not in rights.creatable | rights.writable or field.read_only:
        raise ForbiddenError(msg("You may not write this field"), code="read_only")
    return field


def require_readable(context: Context, entity: str, name: str) -> Field:
    """A field of files that the actor may read in some record. Raises NotFoundError."""
    described, rights = require_entity(context, entity)
    field = described.fields.get(name)
    if field is None or name not in rights.readable or not isinstance(field.type, TakesFiles):
        raise NotFoundError(_ABSENT)
    return field


def receive(
    database: Database, store: Store, context: Context, entity: str, name: str, stream: IO[bytes], given: str
) -> File:
    """Keep what somebody uploads for a field, until a record of theirs names it; `given` is what they call it.

    Raises NotFoundError or ForbiddenError before anything is read, and InvalidError for what the field does not take.
    """
    field = require_writable(context, entity, name)
    kind = type_of(field)
    assert isinstance(kind, TakesFiles)  # noqa: S101  (`require_writable` gives no other)
    called = clean_name(given)
    try:
        found = store.look_at(stream, called)
        kind.check(field, found.type, found.size)
    except TooManyPixelsError:
        raise _refused(field, "file_pixels", ValueRefusedError(msg("This picture has too many pixels"))) from None
    except ValueRefusedError as error:
        raise _refused(field, error.code, error) from None
    upload = Upload(found.hash, found.type, found.size)
    run_tx(database, lambda connection: add_upload(connection, upload, context.actor.id, context.now))
    store.keep(stream, found.hash)
    return File(called, found.type, found.size, found.hash)


def file_in(field: Field, record: Record, digest: str | None) -> File:
    """The file of a record that was read with the actor's rights; that of a hash where the field may have several.

    Raises NotFoundError where there is none.
    """
    kind = type_of(field)
    assert isinstance(kind, TakesFiles)  # noqa: S101  (`require_readable` gives no other)
    several = kind.member_column(field) is not None
    for file in kind.files_in(record.values.get(field.name)):
        if file.hash == digest if several else digest is None:
            return file
    raise NotFoundError(_ABSENT)


@contextmanager
def absent() -> Iterator[None]:
    """Content that the store does not have is a file that is not there."""
    try:
        yield
    except FileNotFoundError:
        raise NotFoundError(_ABSENT) from None


def check_files(connection: Connection, context: Context, entity: Entity, change: Taking) -> None:
    """Raise InvalidError for every content that this writer may not put into this record; keep all others.

    A write that sets no file costs no statement, one that does two.
    """
    given = [(field, file) for field in files_of(entity) for file in _new(change, field)]
    if not given:
        return
    hashes = {file.hash for _, file in given}
    mine = uploads_by(connection, context.actor.id, context.now - WAITS, hashes)
    message = msg("This file was not uploaded by you, or too long ago; upload it again")
    faults = {
        field.name: Fault(f"/{field.name}", "file", message)
        for field, file in given
        if Upload(file.hash, file.type, file.size) not in mine
        and not any(_was_there(connection, entity, one, field, file) for one in change.sources)
    }
    if faults:
        raise InvalidError(_INVALID, list(faults.values()))
    keep(connection, hashes)


def _new(change: Taking, field: Field) -> list[File]:
    """The files that a write sets and whose content the record does not have already, under whatever name."""
    kind = type_of(field)
    assert isinstance(kind, TakesFiles)  # noqa: S101  (`files_of` gives no other)
    before = {file[1:] for file in kind.files_in(change.old.get(field.name) if change.old else None)}
    return [file for file in kind.files_in(change.values.get(field.name)) if file[1:] not in before]


def _was_there(connection: Connection, entity: Entity, ident: str, field: Field, file: File) -> bool:
    """Whether the record once had the content in this field."""
    for text in changes_naming(connection, entity.table, ident, file.hash):
        for side in json.loads(text).get(field.column) or ():
            several = side if isinstance(side, list) else [side] if side else []
            if any((one["type"], one["size"], one["hash"]) == file[1:] for one in several):
                return True
    return False


def _refused(field: Field, code: str, error: ValueRefusedError) -> InvalidError:
    return InvalidError(_INVALID, [Fault(f"/{field.name}", code, error.message, error.hint)])

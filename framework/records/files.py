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
from framework.fields.file import File, FileField
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
    """What one write makes of a record: its id, the values that it sets, and those before (none of a new one)."""

    ident: str | None
    values: Mapping[str, Any]
    old: Mapping[str, Any] | None = None


def files_of(entity: Entity) -> list[Field]:
    """The fields of an entity that hold a file."""
    return [field for field in entity.fields.values() if isinstance(field.type, FileField)]


def require_writable(context: Context, entity: str, name: str) -> Field:
    """A field of files that the actor may set in some record. Raises NotFoundError or ForbiddenError."""
    described, rights = require_entity(context, entity)
    field = described.fields.get(name)
    if field is None or name not in rights.named or not isinstance(field.type, FileField):
        raise NotFoundError(_ABSENT)
    if name not in rights.creatable | rights.writable or field.read_only:
        raise ForbiddenError(msg("You may not write this field"), code="read_only")
    return field


def require_readable(context: Context, entity: str, name: str) -> None:
    """Raise NotFoundError unless the actor may read a field of files in some record."""
    described, rights = require_entity(context, entity)
    field = described.fields.get(name)
    if field is None or name not in rights.readable or not isinstance(field.type, FileField):
        raise NotFoundError(_ABSENT)


def receive(
    database: Database, store: Store, context: Context, entity: str, name: str, stream: IO[bytes], given: str
) -> File:
    """Keep what somebody uploads for a field, until a record of theirs names it; `given` is what they call it.

    Raises NotFoundError or ForbiddenError before anything is read, and InvalidError for what the field does not take.
    """
    field = require_writable(context, entity, name)
    kind = type_of(field)
    assert isinstance(kind, FileField)  # noqa: S101  (`require_writable` gives no other)
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


def file_in(record: Record, field: str) -> File:
    """The file of a record that was read with the actor's rights. Raises NotFoundError where there is none."""
    found = record.values.get(field)
    if not isinstance(found, File):
        raise NotFoundError(_ABSENT)
    return found


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
    given = {
        field.name: change.values[field.name]
        for field in files_of(entity)
        if change.values.get(field.name) is not None and not _same(change, field.name)
    }
    if not given:
        return
    hashes = {file.hash for file in given.values()}
    mine = uploads_by(connection, context.actor.id, context.now - WAITS, hashes)
    faults = [
        Fault(f"/{name}", "file", msg("This file was not uploaded by you, or too long ago; upload it again"))
        for name, file in given.items()
        if Upload(file.hash, file.type, file.size) not in mine
        and not _was_there(connection, entity, change.ident, entity.fields[name], file)
    ]
    if faults:
        raise InvalidError(_INVALID, faults)
    keep(connection, hashes)


def _same(change: Taking, name: str) -> bool:
    """Whether the record has this content already, so that only its name is another."""
    before = change.old.get(name) if change.old else None
    return before is not None and before[1:] == change.values[name][1:]


def _was_there(connection: Connection, entity: Entity, ident: str | None, field: Field, file: File) -> bool:
    """Whether the record once had the content in this field."""
    if ident is None:
        return False
    for text in changes_naming(connection, entity.table, ident, file.hash):
        for side in json.loads(text).get(field.column) or ():
            if side and (side["type"], side["size"], side["hash"]) == file[1:]:
                return True
    return False


def _refused(field: Field, code: str, error: ValueRefusedError) -> InvalidError:
    return InvalidError(_INVALID, [Fault(f"/{field.name}", code, error.message, error.hint)])

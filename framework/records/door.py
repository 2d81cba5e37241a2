"""The door: the one way to records, for every caller and every reason, always with an actor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from framework.plans import Count
from framework.records import reader, writer
from framework.records.planner import plan_one
from framework.records.reader import Counted, read_one, to_page
from framework.storage.session import reading

if TYPE_CHECKING:
    from collections.abc import Mapping

    from framework.context import Context
    from framework.plans import Query
    from framework.records.reader import Rows
    from framework.records.record import Page, Record
    from framework.records.writer import Written
    from framework.storage.engines import Database


class Door:
    """Records of one database. Every call names the context, and with it the actor."""

    def __init__(self, database: Database) -> None:
        """Keep the database; nothing is opened."""
        self._database = database

    def find(self, context: Context, query: Query) -> Page:
        """The records of one page, with their count where the query asks for it."""
        return to_page(self.rows(context, query), self._counted(context, query))

    def rows(self, context: Context, query: Query) -> Rows:
        """The rows of one page, for callers that give them out as JSON."""
        return reader.find_rows(self._database, context, query)

    def count(self, context: Context, query: Query) -> Counted:
        """How many records match."""
        return reader.count(self._database, context, query)

    def _counted(self, context: Context, query: Query) -> Counted | None:
        return None if query.count is Count.NONE else self.count(context, query)

    def get(
        self,
        context: Context,
        entity: str,
        ident: str,
        fields: tuple[str, ...] | None = None,
        expand: tuple[str, ...] = (),
    ) -> Record:
        """One record. Raises NotFoundError where the actor does not see it."""
        return self.row(context, entity, ident, fields, expand).records()[0]

    def row(
        self,
        context: Context,
        entity: str,
        ident: str,
        fields: tuple[str, ...] | None = None,
        expand: tuple[str, ...] = (),
    ) -> Rows:
        """One record as a row, for callers that give it out as JSON."""
        plan = plan_one(context, entity, fields, expand)
        known = writer.known_id(ident)
        with reading(self._database) as connection:
            return read_one(connection, self._database.name, context, plan, known)

    def create(self, context: Context, entity: str, values: Mapping[str, Any], key: str | None = None) -> Record:
        """Create a record from wire values; `key` makes a repeated call create only one."""
        written = writer.create(self._database, context, entity, values, key)
        return written.rows.records()[0] if written.rows else self.get(context, entity, written.id)

    def update(
        self, context: Context, entity: str, ident: str, values: Mapping[str, Any], version: int | None
    ) -> Record:
        """Change fields of the record that still has `version` (None: whatever version it has)."""
        return _only(writer.update(self._database, context, entity, ident, values, version))

    def delete(self, context: Context, entity: str, ident: str, version: int | None) -> None:
        """Move the record to the recycle bin."""
        writer.delete(self._database, context, entity, ident, version)

    def restore(self, context: Context, entity: str, ident: str) -> Record:
        """Take the record back from the recycle bin."""
        return _only(writer.restore(self._database, context, entity, ident))

    def create_json(
        self, context: Context, entity: str, values: Mapping[str, Any], key: str | None = None
    ) -> tuple[str, bytes]:
        """Create a record; its id and its JSON, which is the first answer again for a known key."""
        written = writer.create(self._database, context, entity, values, key)
        return written.id, written.kept or _json(written)

    def update_json(
        self, context: Context, entity: str, ident: str, values: Mapping[str, Any], version: int | None
    ) -> bytes:
        """Change a record; its JSON afterwards."""
        return _json(writer.update(self._database, context, entity, ident, values, version))

    def restore_json(self, context: Context, entity: str, ident: str) -> bytes:
        """Take a record back from the recycle bin; its JSON afterwards."""
        return _json(writer.restore(self._database, context, entity, ident))


def _only(written: Written) -> Record:
    assert written.rows is not None  # noqa: S101  (only a kept answer has none)
    return written.rows.records()[0]


def _json(written: Written) -> bytes:
    assert written.rows is not None  # noqa: S101  (only a kept answer has none)
    return msgspec.json.encode(written.rows.wire()[0])

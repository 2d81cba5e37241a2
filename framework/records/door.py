"""The door: the one way to records, for every caller and every reason, always with an actor."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

import msgspec
from sqlalchemy.exc import IntegrityError

from framework.errors import ClashError
from framework.plans import Count, Query
from framework.records import (
    actions,
    aggregates,
    bulk,
    changes,
    demo,
    duplicates,
    everywhere,
    feed,
    files,
    idempotency,
    linkable,
    linked,
    lookup,
    merging,
    operations,
    presence,
    reader,
    resolve,
    runs,
    since,
    undo,
)
from framework.records.batch import Item, Outcome, batch
from framework.records.clashes import clashes
from framework.records.each import each, each_of
from framework.records.explain import explain, roles_that_would
from framework.records.giving import require_covered, require_given
from framework.records.names import present_entity
from framework.records.planner import plan_one
from framework.records.ran import answer_of, ran_before
from framework.records.reader import Counted, read_one, to_page
from framework.records.writer import Written, perform
from framework.storage.session import reading, run_write

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from sqlalchemy import Connection

    from framework.context import Context
    from framework.fields.uploaded import File
    from framework.files import Store
    from framework.plans import AggregateQuery, ChangePlan
    from framework.records.actions import Actions
    from framework.records.bulk import Row, Stored
    from framework.records.duplicates import Similar
    from framework.records.each import Write
    from framework.records.everywhere import Found
    from framework.records.feed import Feed
    from framework.records.judge import FieldState
    from framework.records.linked import Ends
    from framework.records.merging import Merged, Merging
    from framework.records.operations import Key
    from framework.records.ran import Ran
    from framework.records.reader import Rows
    from framework.records.record import Page, Record
    from framework.records.sealed import Seal
    from framework.records.undo import Touched, Undoing
    from framework.storage.engines import Database
    from metadata.snapshot import Action, Entity


def _titles(entity: Entity) -> Query:
    return Query(entity.name, fields=())


class Door:
    """Records of one database. Every call names the context, and with it the actor.

    Calls that write raise RevisionMovedError when a revision was published meanwhile: take a new
    context and call again. Those that end in `_json` give a record as the API gives it.
    """

    def __init__(self, database: Database, seal: Seal, store: Store) -> None:
        """Keep the database, what closes cursors, and where the content of files lies; nothing is opened."""
        self._database = database
        self._seal = seal
        self._store = store

    def find(self, context: Context, query: Query) -> Page:
        """The records of one page, with their count where the query asks for it."""
        counted = None if query.count is Count.NONE else self.count(context, query)
        return to_page(self.rows(context, query), counted)

    def rows(self, context: Context, query: Query) -> Rows:
        """The rows of one page, for callers that give them out as JSON."""
        return reader.find_rows(self._database, context, query)

    def members_in_use(self, context: Context, entity: str, field: str) -> list[str]:
        """Members that a field of several values has in the records that the actor sees, most used first."""
        return lookup.members_in_use(self._database, context, entity, field)

    def linked(self, context: Context, entity: str, ident: str, field: str) -> Ends:
        """The far ends of a field of links that the actor sees. Raises NotFoundError where there is none such."""
        return linked.ends_of(self._database, context, entity, ident, field)

    def linkable(
        self, context: Context, entity: str, field: str, values: Mapping[str, Any], ident: str | None, query: Query
    ) -> Page:
        """Those records of a query that a link's filter lets in under the wire values typed so far."""
        return linkable.linkable(self._database, context, entity, field, values, ident, query)

    def count(self, context: Context, query: Query) -> Counted:
        """How many records match."""
        return reader.count(self._database, context, query)

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
        known = changes.known_id(ident)
        with reading(self._database) as connection:
            return read_one(connection, self._database.name, context, plan, known)

    def receive(self, context: Context, entity: str, field: str, stream: IO[bytes], name: str) -> File:
        """Keep an upload for a field, for a record that the same actor writes within a day; its stored value."""
        return files.receive(self._database, self._store, context, entity, field, stream, name)

    def require_file_field(self, context: Context, entity: str, field: str) -> None:
        """Raise NotFoundError or ForbiddenError unless the actor may set a field of files in some record."""
        files.require_writable(context, entity, field)

    def download(
        self, context: Context, entity: str, ident: str, field: str, digest: str | None = None
    ) -> tuple[File, Iterator[bytes]]:
        """The file in a field of a record, and its content in parts; `digest` names one of several.

        Raises NotFoundError where there is none.
        """
        found = self._file(context, entity, ident, field, digest)
        with files.absent():
            return found, self._store.parts_of(found.hash)

    def thumbnail(self, context: Context, entity: str, ident: str, field: str, digest: str | None = None) -> bytes:
        """A small picture of the file in a field of a record. Raises as `download`."""
        found = self._file(context, entity, ident, field, digest)
        with files.absent():
            return self._store.thumbnail(found.hash)

    def _file(self, context: Context, entity: str, ident: str, field: str, digest: str | None) -> File:
        described = files.require_readable(context, entity, field)
        return files.file_in(described, self.get(context, entity, ident, (field,)), digest)

    def search(
        self,
        context: Context,
        text: str,
        limit: int,
        more_of: Callable[[Entity], Query] = _titles,
        only: str | None = None,
    ) -> tuple[Found, ...]:
        """Records of all entities, or only of one, that hold a text, up to `limit` of each.

        `more_of` asks for more than the titles of an entity's records.
        """
        return everywhere.search(self._database, context, text, limit, more_of, only)

    def aggregate(self, context: Context, query: AggregateQuery) -> list[dict[str, Any]]:
        """Figures per group, keyed as they were asked, in wire values."""
        return aggregates.aggregate(self._database, context, query)

    def create(self, context: Context, entity: str, values: Mapping[str, Any], key: str | None = None) -> Record:
        """Create a record from wire values; `key` makes a repeated call create only one."""
        ident, rows, _ = self._create(context, entity, values, key)
        return self.get(context, entity, ident) if rows is None else rows.records()[0]

    def is_sent(self, context: Context, key: str) -> bool:
        """Whether the actor has created something with this key already."""
        return idempotency.is_used(self._database, context, key)

    def create_json(
        self, context: Context, entity: str, values: Mapping[str, Any], key: str | None = None
    ) -> tuple[str, bytes]:
        """Create a record; its id and its JSON, which is the first answer again for a known key."""
        ident, _, answer = self._create(context, entity, values, key)
        return ident, answer

    def upsert_json(
        self, context: Context, entity: str, field: str, value: object, values: Mapping[str, Any]
    ) -> tuple[bool, bytes]:
        """Change the record with this value in a unique field, or create it: (whether created, JSON)."""
        item = Item("upsert", None, None, (field, value), values)
        try:
            return self._upsert(context, entity, item)
        except ClashError:
            # Somebody created it just now: then it is there to be changed. Else the clash stands.
            return self._upsert(context, entity, item)

    def _upsert(self, context: Context, entity: str, item: Item) -> tuple[bool, bytes]:
        (outcome,) = self.batch(context, entity, [item], atomic=False)
        if outcome.error is not None:
            raise outcome.error
        assert outcome.written is not None  # noqa: S101  (an outcome has the one or the other)
        return outcome.created, _json(outcome.written)

    def batch(self, context: Context, entity: str, items: Sequence[Item], *, atomic: bool) -> list[Outcome]:
        """Up to 1,000 writes in one transaction; with `atomic` all or none."""
        return batch(self._database, context, entity, items, atomic=atomic)

    def write_many(
        self,
        context: Context,
        entity: str,
        rows: Sequence[Row],
        *,
        keep: bool = True,
        also: Callable[[Connection, list[Stored]], None] | None = None,
    ) -> list[Stored]:
        """Create and change many records in one transaction, each accepted or refused alone.

        `also` writes more in that transaction; without `keep` everything is tried and taken back.
        """
        return bulk.write_many(self._database, context, entity, rows, keep=keep, also=also)

    def each(
        self,
        context: Context,
        entity: str,
        idents: Sequence[str],
        write: Write,
        also: Callable[[Connection, list[Stored]], None],
    ) -> list[Stored]:
        """One and the same write for each record, in one transaction, each accepted or refused alone."""
        return each(self._database, context, entity, idents, write, also)

    def each_of(
        self,
        context: Context,
        records: Sequence[tuple[str, str]],
        write: Write,
        also: Callable[[Connection, list[Stored]], None],
    ) -> list[Stored]:
        """As `each`, for records of several entities, given as (entity, id)."""
        return each_of(self._database, context, records, write, also)

    def require_given(self, context: Context, user: str) -> None:
        """Raise ForbiddenError unless the actor holds all that a person's roles give, or is that person."""
        with reading(self._database) as connection:
            require_given(connection, context, user)

    def require_may_give(self, context: Context, roles: Collection[str]) -> None:
        """Raise ForbiddenError unless the actor's rights hold all that these roles give."""
        require_covered(context, roles)

    def titles(self, context: Context, entity: str, idents: Collection[str]) -> dict[str, str]:
        """The titles of the live records among these that the actor sees, by id."""
        return operations.titles(self._database, context, entity, idents)

    def look_up(
        self, context: Context, entity: str, fields: tuple[str, ...], wanted: Collection[tuple[Any, ...]]
    ) -> dict[tuple[Any, ...], list[str]]:
        """The ids of the records that the actor sees with each of the wanted combinations of wire values."""
        return lookup.look_up(self._database, context, entity, fields, wanted)

    def similar(self, context: Context, entity: str, ident: str) -> tuple[Similar, ...]:
        """The first records that are alike a stored one by the rules of their entity, as far as the actor sees both."""
        return duplicates.similar_to(self._database, context, entity, ident)

    def similar_values(
        self, context: Context, entity: str, values: Mapping[str, Any], ident: str | None = None
    ) -> tuple[Similar, ...]:
        """The first records, other than `ident`, that are alike one with these wire values."""
        return duplicates.similar_values(self._database, context, entity, values, ident)

    def merge(
        self, context: Context, asked: Merging, also: Callable[[Connection, Merged], None] | None = None
    ) -> Merged:
        """Make one record of several, in one operation; `also` writes more in that transaction."""

        def work(connection: Connection) -> Merged:
            merged = merging.merge(connection, self._database.name, context, asked)
            if also is not None:
                also(connection, merged)
            return merged

        return run_write(self._database, context.revision, work)

    def belonging(self, context: Context, asked: Merging) -> int:
        """How many records a merge would move. Raises as `merge` where the actor may not see or merge the records."""
        return merging.belonging(self._database, context, asked)

    def explain(
        self,
        context: Context,
        about: Context,
        action: str,
        entity: str,
        ident: str | None = None,
        field: str | None = None,
    ) -> dict[str, Any]:
        """Why the actor of `about` may or may not do something."""
        return explain(self._database, context, about, action, entity, ident, field)

    def roles_that_would(
        self, context: Context, about: Context, action: str, entity: str, ident: str, field: str | None = None
    ) -> tuple[str, ...]:
        """Roles that the actor of `about` has not and of which one alone would allow it; for those who give roles."""
        return roles_that_would(self._database, context, about, action, entity, ident, field)

    def history(self, context: Context, entity: str, ident: str, after: str | None, limit: int) -> Feed:
        """What happened to a record, newest first."""
        return feed.history(self._database, context, entity, ident, after, limit)

    def change(self, context: Context, entity: str, ident: str, version: int) -> dict[str, Any]:
        """The change that gave a record this version."""
        return feed.change_to(self._database, context, entity, ident, version)

    def since(self, context: Context, entity: str, field: str, idents: Collection[str]) -> Mapping[str, dt.datetime]:
        """When these records got their present value of a field, by id, unless they were made with it."""
        return since.since(self._database, context, entity, field, idents)

    def changes(self, context: Context, after: str | None, entity: str | None, limit: int) -> Feed:
        """What happened to everything that the actor sees, in the order of commits."""
        return feed.changes(self._database, self._seal, context, after, entity, limit)

    def actions(self, context: Context, after: str | None, limit: int) -> Actions:
        """The actor's own operations of the last 30 days, newest first."""
        return actions.actions(self._database, self._seal, context, after, limit)

    def editing(self, context: Context, entity: str, ident: str) -> tuple[Record, ...]:
        """The other people who edit a record just now."""
        return presence.editing(self._database, context, entity, ident)

    def announce(self, context: Context, entity: str, ident: str) -> None:
        """Tell that the actor edits a record: a hint for others, never a lock."""
        presence.announce(self._database, context, entity, ident)

    def undo(self, context: Context, op_id: str) -> Undoing:
        """Take back one of the actor's own operations, as far as nobody changed its records since."""
        return undo.undo(self._database, context, op_id)

    def size_of(self, context: Context, op_id: str) -> int:
        """How many records one of the actor's own operations wrote."""
        return undo.size_of(self._database, context, op_id)

    def records_of(self, op_id: str) -> list[tuple[str, str]]:
        """(table, id) of the records that an operation wrote, in the order in which they are taken back."""
        return undo.records_of(self._database, op_id)

    def undo_some(
        self,
        context: Context,
        op_id: str,
        records: Sequence[tuple[str, str]],
        also: Callable[[Connection, list[Touched]], None],
    ) -> list[Touched]:
        """Take back what one of the actor's own operations did to some records; `also` as in `write_many`."""
        return undo.undo_some(self._database, context, op_id, records, also)

    def demo_left(self, context: Context) -> list[Key]:
        """(entity, id) of the live demo records that the actor sees, in the order in which they can go."""
        return demo.demo_left(self._database, context)

    def remove_demo(
        self, context: Context, records: Sequence[Key], also: Callable[[Connection, list[Stored]], None]
    ) -> list[Stored]:
        """Move demo records to the bin but for those that real ones link to; `also` as in `write_many`."""
        return demo.remove_demo(self._database, context, records, also)

    def run(
        self, context: Context, entity: str, ident: str, name: str, inputs: Mapping[str, Any], key: str | None = None
    ) -> Ran:
        """Do an action with a record; `key` makes a repeated call do it only once."""
        if key is not None:
            idempotency.check_key(key)
        request = idempotency.fingerprint(f"{present_entity(context.snapshot, entity)}/{ident}/{name}", inputs)

        def once(connection: Connection) -> Ran:
            before = idempotency.kept_run(connection, context, key, request) if key is not None else None
            if before is not None:
                return ran_before(before)
            ran = runs.run(connection, self._database.name, context, entity, ident, name, inputs)
            if key is not None:
                idempotency.keep(connection, context, key, request, ran.id, answer_of(ran))
            return ran

        try:
            return run_write(self._database, context.revision, once)
        except IntegrityError:
            # A twin with the same key was faster: then its answer is there now.
            return run_write(self._database, context.revision, once)

    def offered(self, context: Context, entity: str, ident: str, some: Sequence[Action]) -> list[Action]:
        """Those of an entity's actions whose condition holds for a record now."""
        return runs.holds(self._database, context, entity, ident, some)

    def suggested(self, context: Context, entity: str, ident: str, name: str) -> dict[str, Any]:
        """The inputs of an action as they are suggested for a record, as stored values."""
        return runs.suggested(self._database, context, entity, ident, name)

    def states(
        self, context: Context, entity: str, values: Mapping[str, Any], ident: str | None = None
    ) -> dict[str, FieldState]:
        """What a form shows of each field under the values typed so far (`ident`: of a record being edited)."""
        return resolve.states(self._database, context, entity, values, ident)

    def worked_out(
        self, context: Context, entity: str, values: Mapping[str, Any], ident: str | None = None
    ) -> dict[str, Any]:
        """Defaults and formulas under the values typed so far, as stored values (`ident`: of a record being edited)."""
        return resolve.worked_out(self._database, context, entity, values, ident)

    def lines_worked_out(
        self, context: Context, entity: str, rows: Sequence[tuple[Mapping[str, Any], str | None]]
    ) -> list[dict[str, Any]]:
        """The lines of a form under what is typed so far, given as (wire values, id), as stored values."""
        return resolve.lines_worked_out(self._database, context, entity, rows)

    def update(
        self, context: Context, entity: str, ident: str, values: Mapping[str, Any], version: int | None
    ) -> Record:
        """Change fields of the record that still has `version` (None: whatever version it has)."""
        return _record(self._write(context, changes.plan_alteration(context, entity, ident, values, version)))

    def update_json(
        self, context: Context, entity: str, ident: str, values: Mapping[str, Any], version: int | None
    ) -> bytes:
        """Change fields of a record; its JSON afterwards."""
        return _json(self._write(context, changes.plan_alteration(context, entity, ident, values, version)))

    def delete(self, context: Context, entity: str, ident: str, version: int | None) -> None:
        """Move the record to the recycle bin, with what its deletion takes along."""
        self._write(context, changes.plan_removal(context, entity, ident, version))

    def restore(self, context: Context, entity: str, ident: str) -> Record:
        """Take the record back from the recycle bin, with what its deletion took along."""
        return _record(self._write(context, changes.plan_restoration(context, entity, ident)))

    def restore_json(self, context: Context, entity: str, ident: str) -> bytes:
        """Take a record back from the recycle bin; its JSON afterwards."""
        return _json(self._write(context, changes.plan_restoration(context, entity, ident)))

    def _create(
        self, context: Context, entity: str, values: Mapping[str, Any], key: str | None
    ) -> tuple[str, Rows | None, bytes]:
        """(id, rows, JSON) of a new record; no rows where the key was used before."""
        plan = changes.plan_creation(context, entity, values)
        if key is None:
            written = self._write(context, plan)
            return written.id, written.rows, _json(written)
        idempotency.check_key(key)
        request = idempotency.fingerprint(plan.entity, values)

        def once(connection: Connection) -> tuple[str, Rows | None, bytes]:
            before = idempotency.kept(connection, self._database.name, context, plan.entity, key, request)
            if before is not None:
                return before[0], None, before[1]
            written = perform(connection, self._database.name, context, plan)
            answer = _json(written)
            idempotency.keep(connection, context, key, request, written.id, answer)
            return written.id, written.rows, answer

        with clashes(context, plan.entity):
            try:
                return run_write(self._database, context.revision, once)
            except IntegrityError:
                # A twin may have been faster: then its answer is there now. Else the same clash comes again.
                return run_write(self._database, context.revision, once)

    def _write(self, context: Context, plan: ChangePlan) -> Written:
        with clashes(context, plan.entity):
            return run_write(self._database, context.revision, lambda c: perform(c, self._database.name, context, plan))


def _record(written: Written) -> Record:
    assert written.rows is not None  # noqa: S101  (only a removal has none)
    return written.rows.records()[0]


def _json(written: Written) -> bytes:
    assert written.rows is not None  # noqa: S101  (only a removal has none)
    return msgspec.json.encode(written.rows.wire()[0])

"""The framework's own tables, declared once for all rooms. They begin with `sys_`.

Changing one needs an upgrade function in `storage/upgrades` and the next `SCHEMA_VERSION`.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, MetaData, String, Table, Text

from framework.storage.types import Key, Timestamp

SCHEMA_VERSION = 10

own = MetaData()
_SERIAL = BigInteger().with_variant(Integer(), "sqlite")

schema = Table("sys_schema", own, Column("version", Integer, nullable=False))

document = Table(
    "sys_document",
    own,
    Column("digest", String(64), primary_key=True),
    Column("text", Text, nullable=False),
)

# `layers` is JSON: [{"name", "files": {path: digest of sys_document}}], lowest layer first;
# `physical` gives stems of columns where they differ from the identity: {table: {column: stem}};
# `aliases` old names that still work: {address: {"name": present name, "until": ISO time}}.
revision = Table(
    "sys_revision",
    own,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("base", Integer),
    Column("digest", String(64), nullable=False),
    Column("layers", Text, nullable=False),
    Column("physical", Text, nullable=False, server_default="{}"),
    Column("aliases", Text, nullable=False, server_default="{}"),
    Column("message", Text, nullable=False),
    Column("actor", Key),
    Column("actor_name", Text, nullable=False),
    Column("at", Timestamp, nullable=False),
)

# Every column that a revision ever had, by identity. `generation` 2 is the column `<column>__2`; `shape`
# says how its values lie there, so that a table which comes back is not read as something else.
column = Table(
    "sys_column",
    own,
    Column("table", String(63), primary_key=True),
    Column("column", String(63), primary_key=True),
    Column("generation", Integer, primary_key=True, autoincrement=False),
    Column("shape", Text, nullable=False),
)

head = Table(
    "sys_head",
    own,
    Column("channel", String(48), primary_key=True),
    Column("revision", Integer, nullable=False),
)

# One row of an accepted write: history, audit and feed at once. `fields` is JSON
# {field: [old, new]} in wire values; `xid` is the writing transaction on PostgreSQL, 0 on SQLite;
# `cause` is the record whose deletion took this one along; `undoes` the operation (`op_id`) that this one took back.
change = Table(
    "sys_change",
    own,
    Column("seq", _SERIAL, primary_key=True, autoincrement=True),
    Column("xid", BigInteger, nullable=False),
    Column("epoch", Integer, nullable=False, server_default="0"),
    Column("entity", Text, nullable=False),
    Column("record", Key, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("op", Text, nullable=False),
    Column("fields", Text, nullable=False),
    Column("actor", Key),
    Column("actor_name", Text, nullable=False),
    Column("door", Text, nullable=False),
    Column("op_id", Text, nullable=False),
    Column("cause", Key),
    Column("at", Timestamp, nullable=False),
    Column("undoes", Text),
    sqlite_autoincrement=True,
)
Index("sys_change_record", change.c.entity, change.c.record, change.c.seq)
Index("sys_change_operation", change.c.op_id, change.c.cause)
Index("sys_change_cursor", change.c.xid, change.c.seq)
# Partial, so that an import without a person pays for neither.
_BY_PERSON, _UNDOING = change.c.actor.is_not(None), change.c.undoes.is_not(None)
change_by_person = Index(
    "sys_change_person", change.c.actor, change.c.seq, sqlite_where=_BY_PERSON, postgresql_where=_BY_PERSON
)
change_undoing = Index("sys_change_undoes", change.c.undoes, sqlite_where=_UNDOING, postgresql_where=_UNDOING)

idempotency = Table(
    "sys_idempotency",
    own,
    Column("actor", Text, primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("request", String(64), nullable=False),
    Column("record", Key, nullable=False),
    Column("answer", Text, nullable=False),
    Column("at", Timestamp, nullable=False),
)

# `signed_in_at` is when the person came in last.
credential = Table(
    "sys_credential",
    own,
    Column("user", Key, primary_key=True),
    Column("password", Text, nullable=False),
    Column("changed_at", Timestamp, nullable=False),
    Column("signed_in_at", Timestamp),
)

# `agent` and `network` are what the browser told at sign-in, so that a person knows their sessions apart.
session = Table(
    "sys_session",
    own,
    Column("digest", String(64), primary_key=True),
    Column("user", Key, nullable=False, index=True),
    Column("created_at", Timestamp, nullable=False),
    Column("seen_at", Timestamp, nullable=False),
    Column("expires_at", Timestamp, nullable=False),
    Column("agent", Text),
    Column("network", Text),
)

token = Table(
    "sys_token",
    own,
    Column("id", String(32), primary_key=True),
    Column("user", Key, nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("scope", Text),
    Column("created_at", Timestamp, nullable=False),
    Column("expires_at", Timestamp, nullable=False),
    Column("revoked", Boolean, nullable=False, server_default="0"),
)

# Counters of attempts: `subject` is a hash of what is limited, `until` when the lock-out ends.
rate = Table(
    "sys_rate",
    own,
    Column("subject", String(64), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("until", Timestamp, nullable=False),
)

# Processes that serve or work, each with the revision that it serves: told at its start, when that changes, and every
# ten minutes; a process that ends takes its row along.
process = Table(
    "sys_process",
    own,
    Column("id", Key, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("host", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("release", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("started_at", Timestamp, nullable=False),
    Column("seen_at", Timestamp, nullable=False),
)

lease = Table(
    "sys_lease",
    own,
    Column("name", String(48), primary_key=True),
    Column("holder", Text, nullable=False),
    Column("until", Timestamp, nullable=False),
)

# The next number of an auto-number field, by the period in which it counts.
sequence = Table(
    "sys_sequence",
    own,
    Column("entity", Text, primary_key=True),
    Column("field", Text, primary_key=True),
    Column("period", Text, primary_key=True),
    Column("value", BigInteger, nullable=False),
)

# The steps of an import that has not come to its end: `run` is a digest of file and mapping, `rows` counts
# the rows of the file up to the end of the step, `counts` and `waiting` are JSON (see storage.imports).
import_step = Table(
    "sys_import",
    own,
    Column("run", String(64), primary_key=True),
    Column("rows", BigInteger, primary_key=True, autoincrement=False),
    Column("counts", Text, nullable=False),
    Column("waiting", Text, nullable=False),
    Column("at", Timestamp, nullable=False),
)

# Work outside of requests (storage.jobs): `payload` and `result` are JSON, `error` the kind of the last failure;
# `actor` is the person who asked for it, None where a schedule did; `done` and `failed` count parts out of `total`;
# `stop` says that somebody wants it to end between two parts.
job = Table(
    "sys_job",
    own,
    Column("id", Key, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("run_at", Timestamp, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("fence", BigInteger, nullable=False),
    Column("lease_until", Timestamp),
    Column("error", Text),
    Column("finished_at", Timestamp),
    Column("actor", Key),
    Column("asked_at", Timestamp),
    Column("done", BigInteger, nullable=False, server_default="0"),
    Column("failed", BigInteger, nullable=False, server_default="0"),
    Column("total", BigInteger),
    Column("result", Text),
    Column("stop", Boolean, nullable=False, server_default="0"),
)
Index("sys_job_due", job.c.state, job.c.run_at)
Index("sys_job_finished", job.c.kind, job.c.finished_at)
job_by_person = Index("sys_job_person", job.c.actor, job.c.asked_at)

# What searching looks through (storage.search): of each record the plain words of its searchable fields, each
# behind two spaces, so that three signs are enough to find where a word begins. `entity` is a table.
search = Table(
    "sys_search",
    own,
    Column("id", _SERIAL, primary_key=True, autoincrement=True),
    Column("entity", Text, nullable=False),
    Column("record", Key, nullable=False),
    Column("text", Text, nullable=False),
)
Index("sys_search_record", search.c.entity, search.c.record, unique=True)

# How far that is: by entity the columns that are looked through, and the place in `sys_change` up to which it holds.
search_place = Table(
    "sys_search_place",
    own,
    Column("entity", Text, primary_key=True),
    Column("columns", Text, nullable=False),
    Column("xid", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),
)

# Who has which record open for editing, until when. No key: two windows of one person may tell it at once.
presence = Table(
    "sys_presence",
    own,
    Column("entity", Text, nullable=False),
    Column("record", Key, nullable=False),
    Column("person", Key, nullable=False),
    Column("until", Timestamp, nullable=False),
)
Index("sys_presence_record", presence.c.entity, presence.c.record)

# Who uploaded which content, so that only they may put it into a record; `kept` is set once a record has it.
# Content without a row is in no record and in no history (storage.files).
file = Table(
    "sys_file",
    own,
    Column("id", _SERIAL, primary_key=True, autoincrement=True),
    Column("hash", String(64), nullable=False),
    Column("type", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("actor", Key),
    Column("at", Timestamp, nullable=False),
    Column("kept", Boolean, nullable=False, server_default="0"),
)
Index("sys_file_hash", file.c.hash)

# What somebody has not published yet (publishing.drafts): a site layer over revision `base`, as it is at `step`.
draft = Table(
    "sys_draft",
    own,
    Column("name", String(48), primary_key=True),
    Column("owner", Key, index=True),
    Column("owner_name", Text, nullable=False),
    Column("base", Integer, nullable=False),
    Column("step", Integer, nullable=False),
    Column("at", Timestamp, nullable=False),
)

# Each step of it, so that steps are undone and redone: `files` is JSON {path: digest of sys_document}, `note` says
# what was done and is JSON [text, {placeholder: value}].
draft_step = Table(
    "sys_draft_step",
    own,
    Column("draft", String(48), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("files", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("at", Timestamp, nullable=False),
)

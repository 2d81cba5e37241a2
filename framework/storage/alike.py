"""Statements that find records with the same values: the index behind searching narrows, the values decide."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from sqlalchemy import ARRAY, Integer, bindparam, func, literal, select

from framework.fields.base import type_of
from framework.plans.sought import Sought
from framework.storage.search import BEFORE, may_hold
from framework.storage.source import Source
from i18n.plain import plain
from metadata.expressions.tree import Root
from metadata.expressions.typed import Apply, Ref, Step
from metadata.expressions.types import TEXT, Kind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection, Select
    from sqlalchemy.sql.expression import CompoundSelect

    from framework.plans import Access
    from framework.rules.operand import EngineName
    from metadata.snapshot import DuplicateRule, Entity, Field, Snapshot

Key = tuple[Any, ...]
"""What records have in common that are alike: a value for each field of the rule, texts as `plain`."""

_AT_ONCE = 50
_MOST_FOUND = 500
_MOST_WORDS = 4
_BEGINNING = 12
"""So much of the beginning of a word narrows enough; what many words end in, such as domains, is dear to look up."""
_LOCKS = 256
"""Writers of alike records wait for each other by one of so many locks, for a transaction may not hold very many."""


def key_of(entity: Entity, rule: DuplicateRule, values: Mapping[str, Any]) -> Key | None:
    """What makes a record with these stored values alike another one; None where something is blank."""
    found = tuple(_compared(entity.fields[name], values.get(name)) for name in rule.fields)
    return None if None in found or not _words(entity, rule, found) else found


def alike(
    connection: Connection,
    snapshot: Snapshot,
    access: Access,
    rule: DuplicateRule,
    keys: Collection[Key],
    environment: Mapping[str, Any],
    limit: int = _MOST_FOUND,
) -> Iterator[tuple[Key, str]]:
    """(key, id) of live, visible records that have one of the keys in fields that may be read, newest first."""
    engine: EngineName = "sqlite" if connection.dialect.name == "sqlite" else "postgresql"
    wanted = list(keys)
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        statement = _alike(snapshot, engine, access, rule, some).limit(limit)
        for row in connection.execute(statement, environment):
            if tuple(row[1:]) in some:
                yield tuple(row[1:]), row[0]


def hold_alike(connection: Connection, entity: Entity, rule: DuplicateRule, keys: Collection[Key]) -> None:
    """Keep others from writing records with these keys until the end of the transaction. SQLite has one writer."""
    if connection.dialect.name == "sqlite":
        return
    space = _number(f"{entity.table} {rule.name}", 2**31)
    locks = sorted({_number(repr(key), _LOCKS) for key in keys})
    each = func.unnest(bindparam("locks", locks, type_=ARRAY(Integer)))
    connection.execute(select(func.pg_advisory_xact_lock(literal(space, Integer), each)))


def _alike(
    snapshot: Snapshot, engine: EngineName, access: Access, rule: DuplicateRule, keys: Sequence[Key]
) -> Select[Any]:
    source = Source(snapshot, engine, access, ())
    entity, table = source.entity, source.table
    columns = [_column(source, entity.fields[name]) for name in rule.fields]
    sought = Sought(tuple(dict.fromkeys(_words(entity, rule, key) for key in keys)))
    return (
        select(table.c.id, *(found.label(None) for found in columns))
        .where(
            *source.conditions(None),
            _among(table.c.id, may_hold(entity, engine, sought), engine),
            *(found.in_(sorted({key[at] for key in keys})) for at, found in enumerate(columns)),
        )
        .order_by(table.c.id.desc())
    )


def _among(ident: ColumnElement[Any], ids: CompoundSelect[tuple[str]], engine: EngineName) -> ColumnElement[bool]:
    """Whether an id is among those; on PostgreSQL as an array, for it takes the late ones for many and reads all."""
    if engine == "sqlite":
        return ident.in_(ids)
    return ident == func.any(func.array(ids.scalar_subquery()))


def _column(source: Source, field: Field) -> ColumnElement[Any]:
    if not _is_text(field):
        return source.columns(field.name)[0]
    value = Ref(Root.SELF, (Step(source.entity.name, field.name),), None, TEXT)
    return source.guarded(Apply("plain", (value,), TEXT)).sql


def _compared(field: Field, value: Any) -> Any:  # noqa: ANN401
    if value is None:
        return None
    main = type_of(field).main_value(field, value)
    return plain(main) if _is_text(field) else main


def _is_text(field: Field) -> bool:
    return type_of(field).expression_type(field).kind is Kind.TEXT


def _words(entity: Entity, rule: DuplicateRule, key: Key) -> tuple[str, ...]:
    """What the index is asked for: how the longest words of the searched texts begin."""
    fields = (entity.fields[name] for name in rule.fields)
    texts = [value for field, value in zip(fields, key, strict=True) if field.searchable and isinstance(value, str)]
    words = dict.fromkeys(word for text in texts for word in text.split())
    longest = sorted(words, key=len, reverse=True)[:_MOST_WORDS]
    return tuple(BEFORE + word[:_BEGINNING] for word in longest)


def _number(text: str, below: int) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") % below

"""The index behind searching: which records may hold what is sought, found without reading all of them.

It only narrows. Whether a record is found, and for whom, is decided by the condition over its present values; and
what was written since the index was brought up to date may hold anything, so that nothing is ever missed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Text, and_, column, func, literal, literal_column, or_, select, table, tuple_, union_all

from framework.fields.searched import searched_fields
from framework.plans.sought import SHORT
from framework.storage import own

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Connection, ScalarSelect, Select
    from sqlalchemy.sql.expression import CompoundSelect

    from framework.plans.sought import Sought
    from framework.rules.operand import EngineName
    from metadata.snapshot import Entity

BEFORE = "  "
"""What stands before each word of the index: with it three signs are enough to find where a word of one begins."""
PARTS = "sys_search_parts"
_BEFORE_ALL = -1
_MOST_LOOKED_AT = 20_000
_index, _place, _change = own.search.c, own.search_place.c, own.change.c
_parts = table(PARTS, column("rowid"))


def searched_columns(entity: Entity) -> str:
    """The columns that the index holds of an entity, as `sys_search_place` names them."""
    return ",".join(field.column for field in searched_fields(entity))


def may_hold(entity: Entity, engine: EngineName, sought: Sought) -> CompoundSelect[tuple[str]]:
    """The ids of records that may hold what is sought: all that do are among them."""
    return union_all(_indexed(entity, engine, sought), _late(entity, engine))


def entities_with(
    connection: Connection, engine: EngineName, entities: Sequence[Entity], sought: Sought
) -> frozenset[str]:
    """The names of those entities of which some record may hold what is sought: all where very many do."""
    late = [select(literal(one.table, Text()), literal(0)).where(_late(one, engine).exists()) for one in entities]
    some = _holding(engine, sought).with_only_columns(_index.entity).limit(_MOST_LOOKED_AT).subquery()
    counted = select(some.c.entity, func.count()).group_by(some.c.entity)
    found = {row[0]: row[1] for row in connection.execute(union_all(counted, *late))}
    every = sum(found.values()) >= _MOST_LOOKED_AT
    return frozenset(one.name for one in entities if every or one.table in found)


def _indexed(entity: Entity, engine: EngineName, sought: Sought) -> Select[tuple[str]]:
    """The records of an entity whose indexed words hold what is sought."""
    # Without statistics SQLite would rather go through all records of the entity, and ask the parts once for each.
    mine = literal_column("+sys_search.entity", Text()) if engine == "sqlite" else _index.entity
    return _holding(engine, sought).where(mine == entity.table)


def _holding(engine: EngineName, sought: Sought) -> Select[tuple[str]]:
    alternatives = [[_part(word) for word in words] for words in sought.alternatives]
    mine = select(_index.record)
    if engine == "sqlite":
        wanted = " OR ".join("(" + " AND ".join(map(_quoted, parts)) + ")" for parts in alternatives)
        matching = literal_column(PARTS).op("MATCH")(literal(wanted))
        return mine.join(_parts, _parts.c.rowid == _index.id).where(matching)
    return mine.where(or_(*(and_(*(_index.text.like(_pattern(part)) for part in parts)) for parts in alternatives)))


def _late(entity: Entity, engine: EngineName) -> Select[tuple[str]]:
    """The records of an entity that were written since the index was brought up to date."""
    # SQLite would rather read all changes of the entity; the sign keeps it from that.
    mine = literal_column("+sys_change.entity", Text()) if engine == "sqlite" else _change.entity
    return select(_change.record).where(mine == entity.table, _behind(entity, engine))


def _behind(entity: Entity, engine: EngineName) -> ColumnElement[bool]:
    """Whether a change came after what the index holds of an entity; all did where it holds other columns."""
    if engine == "sqlite":
        return _change.seq > _placed(entity, _place.seq)
    return tuple_(_change.xid, _change.seq) > tuple_(_placed(entity, _place.xid), _placed(entity, _place.seq))


def _placed(entity: Entity, part: ColumnElement[int]) -> ColumnElement[int]:
    mine: ScalarSelect[int] = (
        select(part).where(_place.entity == entity.table, _place.columns == searched_columns(entity)).scalar_subquery()
    )
    return func.coalesce(mine, _BEFORE_ALL)


def _part(word: str) -> str:
    """What the index must hold: the word, or a short one where a word begins."""
    return word if len(word) >= SHORT else BEFORE[len(word) - 1 :] + word


def _quoted(part: str) -> str:
    return '"' + part.replace('"', '""') + '"'


def _pattern(part: str) -> str:
    escaped = part.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"

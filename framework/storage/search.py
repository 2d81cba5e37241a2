"""The index behind searching: which records may hold what is sought, found without reading all of them.

It only narrows. Whether a record is found, and for whom, is decided by the condition over its present values; and
what was written since the index was brought up to date may hold anything, so that nothing is ever missed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, column, func, literal, literal_column, or_, select, table, tuple_, union_all

from framework.fields.searched import searched_fields
from framework.plans.sought import SHORT
from framework.storage import own

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import ColumnElement, Connection, ScalarSelect, Select
    from sqlalchemy.sql.expression import CompoundSelect

    from framework.plans.sought import Sought
    from framework.rules.operand import EngineName
    from metadata.snapshot import Entity

BEFORE = "  "
"""What stands before each word of the index: with it three signs are enough to find where a word of one begins."""
PARTS = "sys_search_parts"
_BEFORE_ALL = -1
_index, _place, _change = own.search.c, own.search_place.c, own.change.c
_parts = table(PARTS, column("rowid"))


def searched_columns(entity: Entity) -> str:
    """The columns that the index holds of an entity, as `sys_search_place` names them."""
    return ",".join(field.column for field in searched_fields(entity))


def may_hold(entity: Entity, engine: EngineName, sought: Sought) -> CompoundSelect[tuple[str]]:
    """The ids of records that may hold what is sought: all that do are among them."""
    indexed = select(_index.record).where(_index.entity == entity.table, _holds(engine, sought))
    late = select(_change.record).where(_change.entity == entity.table, _behind(entity, engine))
    return union_all(indexed, late)


def entities_with(
    connection: Connection, engine: EngineName, entities: Iterable[Entity], sought: Sought
) -> frozenset[str]:
    """The names of those entities of which some record may hold what is sought."""
    each = [
        select(literal(entity.name)).where(
            select(literal(1)).select_from(may_hold(entity, engine, sought).subquery()).exists()
        )
        for entity in entities
    ]
    return frozenset(connection.execute(union_all(*each)).scalars()) if each else frozenset()


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


def _holds(engine: EngineName, sought: Sought) -> ColumnElement[bool]:
    alternatives = [[_part(word) for word in words] for words in sought.alternatives]
    if engine == "sqlite":
        wanted = " OR ".join("(" + " AND ".join(map(_quoted, parts)) + ")" for parts in alternatives)
        found: Select[tuple[int]] = select(_parts.c.rowid).where(literal_column(PARTS).op("MATCH")(literal(wanted)))
        return _index.id.in_(found)
    return or_(*(and_(*(_index.text.like(_pattern(part)) for part in parts)) for parts in alternatives))


def _part(word: str) -> str:
    """What the index must hold: the word, or a short one where a word begins."""
    return word if len(word) >= SHORT else BEFORE[len(word) - 1 :] + word


def _quoted(part: str) -> str:
    return '"' + part.replace('"', '""') + '"'


def _pattern(part: str) -> str:
    escaped = part.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"

"""One entity's table with the actor's rights on it: what names, references and predicates are in SQL.

Rights arrive as predicates and become part of WHERE, of sub-selects behind dotted names, and of the
column itself where a field may be read on fewer rows than the record.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    and_,
    case,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    true,
    type_coerce,
)

from framework.fields.base import ColumnKind, type_of
from framework.fields.formula import part_expression
from framework.plans.predicates import (
    AllOf,
    AnyOf,
    BelowRows,
    Condition,
    Everything,
    Follows,
    Nothing,
    OwnRows,
    Predicate,
    TeamRows,
    Via,
)
from framework.plans.read import Access
from framework.rules.binds import among, env_parameter
from framework.rules.operand import Operand
from framework.rules.sqlite import NUMBER_ORDER
from framework.rules.sqlite_sql import computed
from framework.rules.to_sql import condition, to_sql
from framework.storage.collation import text_collation
from framework.storage.members import holding, listed_members, listed_whole
from framework.storage.search import may_hold
from framework.storage.tables import entity_table
from framework.storage.types import Computed
from metadata.expressions import Const, Kind, Root
from metadata.expressions.types import NUMBERS, TEXT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import FromClause

    from framework.plans.read import SortKey
    from framework.plans.sought import Sought
    from framework.rules.operand import EngineName
    from metadata.expressions.typed import Ref, TypedNode
    from metadata.snapshot import Choices, Entity, Field, Snapshot

_USER = "user"


class Source:
    """One entity's table with the actor's rights on it, and a way to what its links reach."""

    def __init__(
        self,
        snapshot: Snapshot,
        engine: EngineName,
        access: Access,
        reached: Sequence[Access],
        table: FromClause | None = None,
    ) -> None:
        """Take the entity of `access`; `table` is an alias where it appears twice in a statement."""
        self.snapshot, self.engine, self.access = snapshot, engine, access
        self.reached = {one.entity: one for one in reached}
        self.entity: Entity = snapshot.entities[access.entity]
        self.mapped = entity_table(snapshot, access.entity)
        self.table = table if table is not None else self.mapped.table
        self.me = env_parameter("env_me", engine)

    def conditions(
        self, filter_: TypedNode | None, sought: Sought | None = None, *, deleted: bool = False
    ) -> list[ColumnElement[bool]]:
        """What holds for the rows of a list: live (or deleted), visible to the actor, and filtered."""
        at = self.table.c.deleted_at
        found: list[ColumnElement[bool]] = [at.is_not(None) if deleted else at.is_(None)]
        if not isinstance(self.access.rows, Everything):
            found.append(self.rows(self.access.rows))
        if filter_ is not None:
            if sought is not None:
                found.append(self.table.c.id.in_(may_hold(self.entity, self.engine, sought)))
            found.append(condition(filter_, self.engine, self._guarded))
        return found

    def guarded(self, node: TypedNode) -> Operand:
        """A checked expression over what the actor may read."""
        return to_sql(node, self.engine, self._guarded)

    def columns(self, name: str) -> list[ColumnElement[Any]]:
        """What a field selects: its columns, or null where this row's may not be read."""
        field = self.entity.fields[name]
        found = self.stored(field) if field.formula is None else self._computed_columns(field, field.formula)
        guard = self.access.guard(name)
        return found if guard is None else [case((self.rows(guard), column)) for column in found]

    def stored(self, field: Field) -> list[ColumnElement[Any]]:
        """The physical columns of a field, of this source's table or alias; members as one array."""
        members = self.mapped.several(field.name)
        if members is None:
            return [self.table.c[column.name] for column in self.mapped.columns[field.name]]
        if type_of(field).member_more(field):
            return [listed_whole(members, self.table, self.engine)]
        return [listed_members(members, self.table, self.engine, self._in_sight(field))]

    def _in_sight(self, field: Field) -> Select[Any] | None:
        """The ids of the records that links may be told of: those which the actor reaches; None where all may be."""
        access = self.reached.get(field.linked or "")
        if access is None:
            return None
        far = entity_table(self.snapshot, access.entity).table.alias()
        source = Source(self.snapshot, self.engine, access, (), far)
        return select(far.c.id).where(far.c.deleted_at.is_(None), source.rows(access.rows))

    def _computed_columns(self, field: Field, formula: TypedNode) -> list[ColumnElement[Any]]:
        """A formula as columns that come back, and are bound in a cursor, as stored ones do."""
        kind = type_of(field)
        main, scale = self.computed(field), kind.main_column(field).scale
        sql = computed(main).sql if self.engine == "sqlite" else main.sql
        parts = [name for name, fixed in kind.named_parts(field).items() if fixed is None]
        others = [to_sql(self._part(formula, name), self.engine, self._unguarded).sql for name in parts]
        return [type_coerce(sql, Computed(main.kind, scale)), *others]

    def sorting_place(self, key: SortKey) -> int:
        """Which of the columns of its field a key of the order compares: that of its part, or the type's choice."""
        field = self.entity.fields[key.field]
        kind = type_of(field)
        named = [name for name, fixed in kind.named_parts(field).items() if fixed is None]
        if key.part in named:
            return 1 + named.index(key.part)
        return 0 if key.part is not None or kind.computed else kind.sorted_by % len(kind.columns(field))

    def order(self, key: SortKey) -> ColumnElement[Any]:
        """What rows are sorted by: texts as people expect them, not by their bytes.

        Computed numbers are text on SQLite, in an order of their own; choices come as their list has them.
        """
        field, column = self.entity.fields[key.field], self.columns(key.field)[self.sorting_place(key)]
        if field.choices is not None:
            return place_in(field.choices, column, self.engine)
        kind = type_of(field).expression_type(field).kind
        if key.part is not None:
            kind = type_of(field).part_types(field)[key.part].kind
        if self.engine == "sqlite" and field.formula is not None and kind in NUMBERS:
            return column.collate(NUMBER_ORDER)
        return column.collate(text_collation(self.engine)) if kind is Kind.TEXT else column

    def sought(self, name: str, value: ColumnElement[Any]) -> ColumnElement[Any]:
        """A value of a field, not blank, as rows are sorted by it."""
        choices = self.entity.fields[name].choices
        return value if choices is None else place_in(choices, value, self.engine)

    def computed(self, field: Field) -> Operand:
        """A formula as SQL. Its inputs are read as they are: the formula's own guard covers them."""
        assert field.formula is not None  # noqa: S101  (callers ask for computed fields only)
        return to_sql(field.formula, self.engine, self._unguarded)

    def _unguarded(self, ref: Ref) -> Operand:
        return self._operand(ref, guarded=False)

    def _guarded(self, ref: Ref) -> Operand:
        return self._operand(ref, guarded=True)

    def _operand(self, ref: Ref, *, guarded: bool) -> Operand:
        if ref.root is Root.ME:
            return self._of_me(ref)
        first, *rest = ref.steps
        if not rest:
            return self._here(ref, guarded=guarded)
        target = rest[0].entity
        access = self.reached.get(target)
        far = entity_table(self.snapshot, target).table.alias()
        source = Source(self.snapshot, self.engine, access or _full(target), tuple(self.reached.values()), far)
        inner = source._operand(_tail(ref), guarded=guarded)
        field = self.entity.fields[first.field]
        link = self.columns(first.field)[0] if guarded else self.stored(field)[0]
        # Said, not left to be found: within the call of a function SQLAlchemy does not look for what is outside.
        reach = select(inner.sql).where(far.c.id == link, far.c.deleted_at.is_(None)).correlate(self.table)
        if guarded and access is not None:
            reach = reach.where(source.rows(access.rows))
        return Operand(reach.scalar_subquery(), inner.kind, inner.scale, many=inner.many)

    def _here(self, ref: Ref, *, guarded: bool) -> Operand:
        field = self.entity.fields[ref.steps[0].field]
        found = self._main(field, ref.type.kind, guarded=guarded)
        if ref.part is not None and ref.part in type_of(field).named_parts(field):
            found = Operand(self._named(field, ref.part, found), ref.type.kind, ref.type.scale)
        guard = self.access.guard(field.name) if guarded else None
        return found if guard is None else self._guarded_by(guard, found)

    def _guarded_by(self, guard: Predicate, found: Operand) -> Operand:
        """A value that is blank on the rows where it may not be read."""
        rows, holds = self.rows(guard), found.holds
        shut = None if holds is None else lambda member: and_(rows, holds(member))
        return replace(found, sql=case((rows, found.sql)), holds=shut)

    def _main(self, field: Field, kind: Kind, *, guarded: bool) -> Operand:
        if field.formula is not None:
            return self.computed(field)
        members = self.mapped.several(field.name)
        if members is not None:
            among = self._in_sight(field) if guarded else None
            holds = partial(holding, members, self.table, among)
            listed = listed_members(members, self.table, self.engine, among)
            return Operand(listed, kind, many=True, holds=holds)
        column = type_of(field).main_column(field)
        scale = 0 if column.kind is ColumnKind.INTEGER else column.scale
        return Operand(self.stored(field)[0], kind, scale)

    def _named(self, field: Field, part: str, main: Operand) -> ColumnElement[Any]:
        """A part of a value that has a name, such as the currency of money; blank where the value is."""
        named = type_of(field).named_parts(field)
        fixed = named[part]
        if fixed is None and field.formula is None:
            return self.stored(field)[1 + [name for name, same in named.items() if same is None].index(part)]
        node = Const(fixed, TEXT) if field.formula is None or fixed else self._part(field.formula, part)
        return case((main.sql.is_not(None), to_sql(node, self.engine, self._unguarded).sql))

    def _part(self, formula: TypedNode, part: str) -> TypedNode:
        return part_expression(self.snapshot, self.entity.name, formula, part)

    def _of_me(self, ref: Ref) -> Operand:
        """A field of the actor's own record, such as `me().team`."""
        person = entity_table(self.snapshot, _USER).table.alias()
        source = Source(self.snapshot, self.engine, _full(_USER), (), person)
        inner = source._operand(type(ref)(Root.SELF, ref.steps, ref.part, ref.type), guarded=False)
        mine = select(inner.sql).where(person.c.id == self.me)
        return Operand(mine.scalar_subquery(), inner.kind, inner.scale, many=inner.many)

    def rows(self, predicate: Predicate) -> ColumnElement[bool]:  # noqa: C901, PLR0911  (one per kind of predicate)
        """A predicate of rights as SQL. It reads fields as they are: it decides, it does not tell."""
        match predicate:
            case Everything():
                return true()
            case Nothing():
                return false()
            case OwnRows():
                return self.table.c.owner == self.me
            case TeamRows():
                return or_(
                    self.table.c.owner == self.me,
                    among(self.table.c.team, env_parameter("env_teams", self.engine), self.engine),
                )
            case BelowRows():
                return self.table.c.owner.in_(_people_below(self.snapshot, self.me))
            case Condition(node):
                return condition(node, self.engine, self._unguarded)
            case Via(field, entity, rows):
                return self._leads_into(field, entity, rows)
            case Follows():
                return self._follows(predicate)
            case AllOf(parts):
                return and_(*(self.rows(part) for part in parts))
            case AnyOf(parts):
                return or_(*(self.rows(part) for part in parts))

    def _leads_into(self, field: str, entity: str, rows: Predicate) -> ColumnElement[bool]:
        """Whether a link leads to a live record of the entity among these rows."""
        far = entity_table(self.snapshot, entity).table.alias()
        parent = Source(self.snapshot, self.engine, _full(entity), (), far)
        link = self.stored(self.entity.fields[field])[0]
        return exists().where(far.c.id == link, far.c.deleted_at.is_(None), parent.rows(rows))

    def _follows(self, wanted: Follows) -> ColumnElement[bool]:
        field = self.entity.fields[wanted.field]
        if not field.to_several:
            return self._follows_one(field, wanted)
        link, kept = self.stored(field)
        ways = [(field.target_tables[name], self._leads_into(field.name, name, rows)) for name, rows in wanted.parts]
        found: list[ColumnElement[bool]] = [] if field.required else [link.is_(None)]
        found.append(kept.in_([field.target_tables[name] for name in wanted.whole]))
        if ways:  # by case, for a thousand alternatives side by side would be too deep for SQLite
            found.append(case(dict(ways), value=kept, else_=false()))
        return or_(*found)

    def _follows_one(self, field: Field, wanted: Follows) -> ColumnElement[bool]:
        link = self.stored(field)[0]
        seen = [self._leads_into(field.name, name, rows) for name, rows in wanted.parts]
        seen += [link.is_not(None)] if wanted.whole else []
        return or_(false() if field.required else link.is_(None), *seen)


def place_in(choices: Choices, key: ColumnElement[Any], engine: EngineName) -> ColumnElement[Any]:
    """Where an option stands in its list, null for a blank; what is no longer in it comes behind the rest.

    The key is sought in one text of all keys, so that a list of thousands is one parameter.
    """
    listed, mark = ",".join(("", *choices.options, "")), literal(",", Text())
    find = func.instr if engine == "sqlite" else func.strpos
    place = find(literal(listed, Text()), mark.concat(key).concat(mark))
    return case((place == 0, literal(len(listed))), else_=place)


def _tail(ref: Ref) -> Ref:
    return type(ref)(Root.SELF, ref.steps[1:], ref.part, ref.type)


def _full(entity: str) -> Access:
    return Access(entity, Everything())


def _people_below(snapshot: Snapshot, me: ColumnElement[Any]) -> Select[Any]:
    """The actor and everybody whose chain of managers leads to the actor."""
    person = entity_table(snapshot, _USER).table
    start = person.alias()
    below = select(start.c.id).where(start.c.id == me).cte("below", recursive=True, nesting=True)
    person_under = person.alias()
    # UNION, not UNION ALL: a ring of managers must end.
    below = below.union(select(person_under.c.id).where(person_under.c.manager == below.c.id))
    return select(below.c.id)

"""Carries out ReadPlans: one statement for the rows, one more per expanded link, never one per row."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from framework.errors import NotFoundError
from framework.permissions import policy_for
from framework.plans import Count
from framework.plans.predicates import EVERYTHING
from framework.records.cursor import read_cursor, write_cursor
from framework.records.env import env_of
from framework.records.planner import access_to, plan_list
from framework.records.record import Linked, Page
from framework.records.shape import shape_of, title_writer, wire_getter
from framework.rules.binds import env_parameters
from framework.storage.rows import all_rows, first_row, one_value
from framework.storage.select import prepare, prepare_count, prepare_expansion, symbols_of
from framework.storage.session import reading
from i18n.lazy import msg

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import msgspec
    from sqlalchemy import Connection, Select

    from framework.context import Context
    from framework.permissions import Policy
    from framework.plans import Expansion, Query, ReadPlan
    from framework.records.record import Record
    from framework.records.shape import Shape
    from framework.rules.operand import EngineName
    from framework.storage.engines import Database
    from framework.storage.select import Prepared

COUNT_CAP = 1000
_USER = "user"


@dataclass(frozen=True, slots=True)
class Counted:
    """How many records match; not exact where counting stopped at the cap."""

    count: int
    exact: bool


@dataclass(frozen=True, slots=True)
class Rows:
    """Raw rows of a plan with what is needed to give them out."""

    shape: Shape
    rows: Sequence[Any]
    links: Mapping[str, Mapping[str, Linked]]
    next: str | None = None
    mark: Callable[[Any], str] | None = None

    def after(self, position: int) -> str:
        """The cursor behind one of the rows of a page."""
        assert self.mark is not None  # noqa: S101  (pages have one)
        return self.mark(self.rows[position])

    @property
    def version(self) -> int:
        """The record version of the first row."""
        found: int = self.shape.version(self.rows[0])
        return found

    def records(self) -> tuple[Record, ...]:
        """The rows as frozen records."""
        return tuple(self.shape.record(row, self.links) for row in self.rows)

    def wire(self) -> list[msgspec.Struct]:
        """The rows as structs that encode to JSON."""
        return [self.shape.wire_record(row, self.links) for row in self.rows]


def find_rows(database: Database, context: Context, query: Query) -> Rows:
    """The rows of one page."""
    plan = plan_list(context, _without_place(replace(query, count=Count.NONE)))
    with reading(database) as connection:
        return page_of(connection, database.name, context, plan, query)


def count(database: Database, context: Context, query: Query) -> Counted:
    """How many records the query matches, as exactly as it asks."""
    wanted = _without_place(replace(query, sort=(), fields=("id",), expand=()))
    plan = replace(plan_list(context, wanted), limit=None)
    cap = COUNT_CAP if query.count is Count.CAPPED else None
    statement = prepare_count(context.snapshot, database.name, plan, cap)
    with reading(database) as connection:
        parameters = {**environment(context, database.name, statement), "ids": sorted(query.among or ())}
        found = one_value(connection, statement, parameters) or 0
    return Counted(min(found, COUNT_CAP) if cap else found, exact=cap is None or found <= COUNT_CAP)


def _without_place(query: Query) -> Query:
    """The query as it is planned: at which place a page begins, and among which ids, is said when it runs."""
    return replace(query, after=None, among=None if query.among is None else frozenset())


def to_page(rows: Rows, counted: Counted | None) -> Page:
    """The rows as a page of records."""
    return Page(rows.records(), rows.next, counted.count if counted else None, counted.exact if counted else True)


def read_one(connection: Connection, engine: EngineName, context: Context, plan: ReadPlan, ident: str) -> Rows:
    """The one row of a plan by id. Raises NotFoundError where it is not there for the actor."""
    prepared, row = row_of(connection, engine, context, plan, ident)
    if row is None:
        raise NotFoundError(msg("There is no such record, or you may not see it"))
    shape = shape_of(context.snapshot, plan, prepared)
    return Rows(shape, [row], _far_ends(connection, engine, context, plan, shape, [row]))


def row_of(
    connection: Connection, engine: EngineName, context: Context, plan: ReadPlan, ident: str | None = None
) -> tuple[Prepared, Any]:
    """The prepared statement of a plan and its first row, None without any; `ident` for plans of one record."""
    prepared = prepare(context.snapshot, engine, plan)
    parameters = {**environment(context, engine, prepared.statement), "id": ident}
    return prepared, first_row(connection, prepared.statement, parameters)


def environment(context: Context, engine: EngineName, statement: Select[Any]) -> Mapping[str, Any]:
    """What the symbolic parts of a statement stand for in this request; most statements have none."""
    names = symbols_of(statement)
    return env_parameters(env_of(context), engine, names) if names else {}


def page_of(connection: Connection, engine: EngineName, context: Context, plan: ReadPlan, query: Query) -> Rows:
    """The rows of one page of a plan, where the query asks for it."""
    prepared, rows = _rows(connection, engine, context, plan, query)
    shape = shape_of(context.snapshot, plan, prepared)

    def mark(row: Any) -> str:  # noqa: ANN401
        return write_cursor(context.snapshot, plan, [row[position] for position in prepared.keys])

    following = None
    if plan.per is None and plan.limit is not None and len(rows) > plan.limit:
        rows = rows[: plan.limit]
        following = mark(rows[-1])
    return Rows(shape, rows, _far_ends(connection, engine, context, plan, shape, rows), following, mark)


def _rows(
    connection: Connection, engine: EngineName, context: Context, plan: ReadPlan, query: Query
) -> tuple[Prepared, Sequence[Any]]:
    """The statement of a page and its rows, one more than the page where there is a next."""
    named = {"ids": sorted(query.among or ())}
    if query.after is None:
        return _executed(connection, engine, context, plan, named)
    values = read_cursor(context.snapshot, plan, query.after)
    seeking = replace(plan, seek=tuple(value is None for value in values))
    sought = {**named, **{f"seek_{number}": value for number, value in enumerate(values)}}
    prepared, rows = _executed(connection, engine, context, seeking, sought)
    wanted = None if plan.limit is None else plan.limit + 1
    if values[0] is None or len(rows) == wanted or not plan.sort[0].may_be_blank:
        return prepared, rows
    _, blank = _executed(connection, engine, context, replace(plan, blank=True), named)
    return prepared, [*rows, *blank][:wanted]


def _executed(
    connection: Connection, engine: EngineName, context: Context, plan: ReadPlan, sought: Mapping[str, Any]
) -> tuple[Prepared, Sequence[Any]]:
    prepared = prepare(context.snapshot, engine, plan)
    parameters = {**environment(context, engine, prepared.statement), **sought}
    return prepared, all_rows(connection, prepared.statement, parameters)


def _far_ends(
    connection: Connection, engine: EngineName, context: Context, plan: ReadPlan, shape: Shape, rows: Sequence[Any]
) -> dict[str, dict[str, Linked]]:
    """Titles and asked fields of linked records, by field and id; unseen ones are left out."""
    found: dict[str, dict[str, Linked]] = {}
    policy = policy_for(context.snapshot, context.actor)
    for expansion in plan.expansions:
        ends = found.setdefault(expansion.field, {})
        get = shape.stored[shape.names.index(expansion.field)]
        values = [value for row in rows if (value := get(row)) is not None]
        pointers = {one for value in values for one in (value if isinstance(value, tuple) else (value,))}
        ids = sorted(str(one) for one in pointers if getattr(one, "entity", expansion.entity) == expansion.entity)
        if not ids:
            continue
        if ids == [context.actor.id] and _is_own_name(context, policy, expansion):
            ends[ids[0]] = Linked(expansion.entity, ids[0], context.actor.name)
            continue
        prepared = prepare_expansion(context.snapshot, engine, access_to(policy, expansion.entity), expansion)
        far = all_rows(connection, prepared.statement, {**environment(context, engine, prepared.statement), "ids": ids})
        ends |= _linked(context, expansion, prepared, far)
    return found


def _is_own_name(context: Context, policy: Policy, expansion: Expansion) -> bool:
    """Whether a link to the actor wants no more than the name, which came with the request's first statement."""
    if expansion.entity != _USER or expansion.fields or not expansion.title:
        return False
    rights, title = policy.entity(_USER), context.snapshot.entities[_USER].title
    return title == "name" and rights.read == EVERYTHING and title not in rights.guards


def _linked(context: Context, expansion: Expansion, prepared: Prepared, rows: Sequence[Any]) -> dict[str, Linked]:
    entity = context.snapshot.entities[expansion.entity]
    title = title_writer(entity.fields[entity.title])
    wires = [(name, wire_getter(entity.fields[name], first, end)) for name, first, end in prepared.slots]
    return {row[0]: Linked(entity.name, row[0], title(row[1]), {name: get(row) for name, get in wires}) for row in rows}

"""Many creations and changes of one entity in one transaction: every check of a single write, asked in bulk.

The rows of one call are judged on the state before the call; each is accepted or refused alone.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import IntegrityError

from framework.errors import (
    ArmatureError,
    ClashError,
    ConflictError,
    Fault,
    ForbiddenError,
    InvalidError,
    NotFoundError,
)
from framework.fields.auto_number import AutoNumber, next_text
from framework.fields.base import ValueRefusedError, type_of
from framework.fields.link import entity_of
from framework.permissions import policy_for
from framework.plans import Alteration, ReadPlan
from framework.plans.predicates import EVERYTHING
from framework.records.changes import plan_alteration, plan_creation
from framework.records.clashes import clash_error
from framework.records.defaults import with_defaults
from framework.records.duplicates import Candidate, duplicates_among
from framework.records.ends import NO_LINK, added_ends, fields_of_links, hidden_ends, kept
from framework.records.env import env_of
from framework.records.files import Taking, check_files
from framework.records.giving import WATCHED, judge_giving
from framework.records.history import change_row, told
from framework.records.judge import judge
from framework.records.known import Known, Memory, for_record
from framework.records.links import links_of
from framework.records.load import settled
from framework.records.locks import lock_first
from framework.records.numbers import next_numbers
from framework.records.parts import hold_wholes, hold_wholes_of, moving, whole_of
from framework.records.planner import access_to, require_entity
from framework.records.shape import stored_getter
from framework.records.stamps import system_values
from framework.rules.binds import env_parameters
from framework.storage.bulk import rows_of, visible_among
from framework.storage.change import append_changes, insert_records, update_records
from framework.storage.figures import hold, holders_in
from framework.storage.select import prepare
from framework.storage.session import run_write, savepoint
from i18n.lazy import msg

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from sqlalchemy import Connection

    from framework.context import Context
    from framework.plans import Creation
    from framework.plans.predicates import Predicate
    from framework.rules.operand import EngineName
    from framework.storage.change import Change
    from framework.storage.engines import Database
    from metadata.snapshot import Entity, Field

# What the server sets, and the ability `import_history` lets a caller set.
STAMPS = frozenset({"created_at", "created_by", "updated_at"})
_INVALID = msg("Some values are not valid")


@dataclass(frozen=True, slots=True)
class Row:
    """One record to write: `ident` names the one to change, None makes a new one.

    `values` and `stamps` (see STAMPS) are wire values.
    """

    values: Mapping[str, Any]
    ident: str | None = None
    stamps: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of a row: the record's id and `created`, `updated` or `unchanged`, or why it was refused."""

    ident: str | None = None
    what: str = "refused"
    error: ArmatureError | None = None


class _UndoError(Exception):
    """Takes back a call that was only to be tried."""

    def __init__(self, outcomes: list[Stored]) -> None:
        super().__init__()
        self.outcomes = outcomes


def write_many(
    database: Database,
    context: Context,
    entity: str,
    rows: Sequence[Row],
    *,
    keep: bool = True,
    also: Callable[[Connection, list[Stored]], None] | None = None,
) -> list[Stored]:
    """Write the rows; outcomes in their order.

    `also` does more in the same transaction. Without `keep` everything is tried and taken back. Raises
    NotFoundError for an entity that is not for the actor.
    """
    described, _ = require_entity(context, entity)

    def work(connection: Connection) -> list[Stored]:
        outcomes = Writing(connection, database.name, context, described).write(rows)
        if also is not None:
            also(connection, outcomes)
        if not keep:
            raise _UndoError(outcomes)
        return outcomes

    try:
        return run_write(database, context.revision, work)
    except _UndoError as undo:
        return undo.outcomes


def write_rows(
    connection: Connection, engine: EngineName, context: Context, entity: str, rows: Sequence[Row]
) -> list[Stored]:
    """As `write_many`, in the caller's transaction."""
    described, _ = require_entity(context, entity)
    return Writing(connection, engine, context, described).write(rows)


@dataclass(slots=True)
class Made:
    """A row that passed: the values that will be stored, those before, and the rows it must be among."""

    at: int
    ident: str
    values: dict[str, Any]
    allowed: Predicate
    known: Known
    old: Mapping[str, Any] | None = None


class Writing:
    """One call: what came of each row by its place. `within` is the record that writes the rows as its lines."""

    def __init__(
        self, connection: Connection, engine: EngineName, context: Context, entity: Entity, within: str | None = None
    ) -> None:
        """Read the request once for all rows."""
        self.within = within
        self.connection, self.engine, self.context, self.entity = connection, engine, context, entity
        self.policy = policy_for(context.snapshot, context.actor)
        env = env_of(context)
        self.environment = env_parameters(env, engine)
        # What rules ask of linked records is read once for all rows.
        self.memory = Memory(env)
        self.outcomes: dict[int, Stored] = {}
        self.stamps: dict[int, Mapping[str, Any]] = {}
        self.numbers = {
            one.name: next_text(one.options["pattern"], 0, context.today)
            for one in entity.fields.values()
            if isinstance(one.type, AutoNumber)
        }

    def write(self, rows: Sequence[Row]) -> list[Stored]:
        """Write the rows; outcomes in their order."""
        new = {at: plan for at, row in enumerate(rows) if row.ident is None and (plan := self._new(at, row))}
        changed = self.compared(self._changed([(at, row) for at, row in enumerate(rows) if row.ident is not None]))
        self.store(self.judged(new, changed))
        return [self.outcomes[at] for at in range(len(rows))]

    def judged(self, new: Mapping[int, Creation], changed: Sequence[Made]) -> list[Made]:
        """The rows that no rule refuses. All is judged before anything is written, so no row sees a part of others."""
        found = [made for at, plan in new.items() if (made := self._made(at, plan))]
        sound = self._linked([*found, *(made for made in changed if self._is_sound(made))])
        return self._without_duplicates(sound)

    def store(self, sound: Sequence[Made]) -> None:
        """Write the rows."""
        self._insert([made for made in sound if made.old is None])
        self._update([made for made in sound if made.old is not None])

    def _refuse(self, at: int, error: ArmatureError) -> None:
        self.outcomes[at] = Stored(error=error)

    def _new(self, at: int, row: Row) -> Creation | None:
        try:
            self._require_no_lines(row)
            plan = plan_creation(self.context, self.entity.name, row.values)
            self.stamps[at] = self._stamps(row)
        except ArmatureError as error:
            self._refuse(at, error)
            return None
        return plan

    def _made(self, at: int, plan: Creation) -> Made | None:
        try:
            # Its number is taken with the insert, so that a refused row leaves no gap; rules see one in its place.
            given = with_defaults(self.connection, self.engine, self.context, self.entity, plan.values, self.memory)
            values = {**settled(self.context, self.entity, given), **self.numbers}
            known = Known(self.connection, self.engine, self.context, self.entity, values, None, self.memory)
            judge(known, self.entity, values)
        except ArmatureError as error:
            self._refuse(at, error)
            return None
        return Made(at, plan.ident, {**values, **self.stamps.get(at, {})}, plan.allowed, known)

    def _require_no_lines(self, row: Row) -> None:
        """Raise InvalidError for lines: they are rows of their own here, or are written record by record."""
        given = [one for one in self.entity.fields.values() if one.lines is not None and one.name in row.values]
        if given:
            message = msg("Lines cannot be given with many records at once")
            raise InvalidError(_INVALID, [Fault(f"/{one.name}", "lines", message) for one in given])

    def _changed(self, rows: Sequence[tuple[int, Row]]) -> dict[int, Alteration]:
        plans: dict[int, Alteration] = {}
        named: set[str] = set()
        for at, row in rows:
            try:
                self._require_no_lines(row)
                plan = plan_alteration(self.context, self.entity.name, str(row.ident), row.values, None)
                if plan.ident in named:
                    self._refuse(at, ConflictError(msg("Another row changes the same record")))
                    continue
                named.add(plan.ident)
                plans[at], self.stamps[at] = plan, self._stamps(row)
            except ArmatureError as error:
                self._refuse(at, error)
        return plans

    def compared(self, plans: Mapping[int, Alteration]) -> list[Made]:
        """The rows that would change their record, which is locked from now on."""
        before = self._before(plans)
        hidden = hidden_ends(self.connection, self.engine, self.context, self.entity, list(before.values()))
        found = []
        for at, old in before.items():
            try:
                found.append(self._change(at, plans[at], old, hidden))
            except ArmatureError as error:
                self._refuse(at, error)
        return [made for made in found if made is not None]

    def _before(self, plans: Mapping[int, Alteration]) -> dict[int, Mapping[str, Any]]:
        """The stored values of the records, locked until the end of the transaction, by the row's place."""
        found: dict[int, Mapping[str, Any]] = {}
        if not self.within:
            hold_wholes_of(self.connection, self.context, self.entity, [plan.ident for plan in plans.values()])
        for allowed, places in _grouped(plans, lambda plan: plan.allowed).items():
            # The whole row is needed to judge the change; nothing of it leaves.
            access = replace(access_to(self.policy, self.entity.name), guards=())
            names = tuple(one.name for one in self.entity.fields.values() if not one.computed)
            plan = ReadPlan(access, names, lock=True, extra=allowed)
            prepared = prepare(self.context.snapshot, self.engine, plan)
            getters = [(n, stored_getter(self.entity.fields[n], first, end)) for n, first, end in prepared.slots]
            ids = {plans[at].ident for at in places}
            lock_first(self.connection, self.engine, self.context, plan, ids)
            rows = rows_of(self.connection, self.context.snapshot, plan, ids, self.environment)
            by_id = {row[prepared.slots[names.index("id")][1]]: row for row in rows}
            for at in places:
                row = by_id.get(plans[at].ident)
                if row is None:
                    self._refuse(at, NotFoundError(msg("There is no such record, or you may not see it")))
                elif not row[prepared.extra]:
                    self._refuse(at, ForbiddenError(msg("You may see this record but not change it so")))
                else:
                    found[at] = {name: get(row) for name, get in getters}
        return found

    def _change(
        self,
        at: int,
        plan: Alteration,
        old: Mapping[str, Any],
        hidden: Mapping[str, frozenset[str]],
    ) -> Made | None:
        given = kept(settled(self.context, self.entity, plan.values, old), old, hidden) | dict(self.stamps.get(at, {}))
        changed = {name: value for name, value in given.items() if value != old[name]}
        if not changed:
            self.outcomes[at] = Stored(plan.ident, "unchanged")
            return None
        known = Known(self.connection, self.engine, self.context, self.entity, {**old, **changed}, old, self.memory)
        return Made(at, plan.ident, changed, plan.allowed, known, old)

    def _is_sound(self, made: Made) -> bool:
        try:
            judge(made.known, self.entity, made.values)
        except ArmatureError as error:
            self._refuse(made.at, error)
            return False
        return True

    def _stamps(self, row: Row) -> dict[str, Any]:
        """The stored values of what only the server sets otherwise."""
        if not row.stamps:
            return {}
        if "import_history" not in self.policy.abilities() or row.stamps.keys() - STAMPS:
            raise ForbiddenError(msg("You may not say when and by whom a record was made"))
        found: dict[str, Any] = {}
        for name, value in row.stamps.items():
            described = self.entity.fields[name]
            try:
                found[name] = None if value is None else type_of(described).load(described, value)
            except ValueRefusedError as error:
                raise InvalidError(_INVALID, [Fault(f"/{name}", error.code, error.message, error.hint)]) from None
            if found[name] is None and name != "created_by":
                raise InvalidError(_INVALID, [Fault(f"/{name}", "required", msg("Give a moment"))])
        return found

    def _linked(self, rows: Sequence[Made]) -> list[Made]:
        """The rows whose links all point where they may: a statement for each link field and its filter."""
        faults: dict[int, list[Fault]] = defaultdict(list)
        told = [values for made in rows for values in (made.values, made.old or {})]
        hold_wholes(self.connection, self.context, self.entity, (whole_of(self.entity, made.values) for made in rows))
        hold(self.connection, self.context.snapshot, holders_in(self.context.snapshot, self.entity.name, told))
        for link in [*self._links(), *([stamp] if (stamp := self.entity.fields.get("created_by")) else [])]:
            given = [made for made in rows if made.values.get(link.name) is not None]
            for made in self._pointing_nowhere(link, given):
                faults[made.at].append(Fault(f"/{link.name}", "link", NO_LINK))
        for links in fields_of_links(self.entity):
            ends = {made.at: added_ends(links, made.values, made.old) for made in rows}
            given = [made for made in rows if ends[made.at]]
            for made in self._absent(links, links.linked or "", given, ends):
                faults[made.at].append(Fault(f"/{links.name}", "link", NO_LINK))
        for at, found in faults.items():
            self._refuse(at, InvalidError(_INVALID, found))
        return [made for made in rows if made.at not in faults and self._may_take(made)]

    def _links(self) -> list[Field]:
        """The links that somebody gives; that from a line to the record which writes it is not looked at."""
        part = self.entity.part_of if self.within else None
        return [one for one in links_of(self.entity) if part is None or one.name != part.link]

    def _without_duplicates(self, rows: Sequence[Made]) -> list[Made]:
        """The rows against which no strict rule has anything."""
        candidates = [Candidate(made.ident, made.known.new, made.values.keys()) for made in rows]
        refused = duplicates_among(self.connection, self.context, self.entity, candidates)
        for place, error in refused.items():
            self._refuse(rows[place].at, error)
        return [made for place, made in enumerate(rows) if place not in refused]

    def _may_take(self, made: Made) -> bool:
        """Whether the row's files, if it has any, may be put into its record."""
        try:
            check_files(self.connection, self.context, self.entity, Taking(made.ident, made.values, made.old))
        except InvalidError as error:
            self._refuse(made.at, error)
            return False
        return True

    def _pointing_nowhere(self, link: Field, rows: Sequence[Made]) -> Iterator[Made]:
        me = self.context.actor.id
        rows = [made for made in rows if not (made.values[link.name] == me and link.targets == ("user",))]
        by_entity: dict[str, list[Made]] = defaultdict(list)
        for made in rows:
            by_entity[entity_of(link, made.values[link.name])].append(made)
        for target, some in by_entity.items():
            ends = {made.at: frozenset({made.values[link.name]}) for made in some}
            yield from self._absent(link, target, some, ends)

    def _absent(
        self, link: Field, target: str, rows: Sequence[Made], ends: Mapping[int, frozenset[str]]
    ) -> Iterator[Made]:
        """The rows of whose far ends in this entity, by the row's place, one is none that the link may point at."""
        if not self.policy.entity(target).visible:
            yield from rows
            return
        access = access_to(self.policy, target)
        asked = {made.at: self._condition(link, made) for made in rows}
        by_place = {made.at: made for made in rows}
        for condition, places in _grouped(asked, lambda node: node).items():
            wanted = frozenset().union(*(ends[at] for at in places))
            seen = visible_among(self.connection, self.context.snapshot, access, condition, wanted, self.environment)
            yield from (by_place[at] for at in places if not ends[at] <= seen)

    def _condition(self, link: Field, made: Made) -> Any:  # noqa: ANN401
        return None if link.link_filter is None else for_record(link.link_filter, made.known)

    def _insert(self, rows: Sequence[Made]) -> None:
        for made in self._written(rows, self._insert_all):
            self.outcomes[made.at] = Stored(made.ident, "created")

    def _update(self, rows: Sequence[Made]) -> None:
        for made in self._written(rows, self._update_all):
            self.outcomes[made.at] = Stored(made.ident, "updated")

    def _written(self, rows: Sequence[Made], write: Callable[[Sequence[Made]], None]) -> list[Made]:
        """Write rows; where one of them hits a constraint, each half alone, down to the row that does."""
        if not rows:
            return []
        try:
            with savepoint(self.connection):
                write(rows)
                self._require_reach(rows)
                self._judge_giving(rows)
                return list(rows)
        except _OutsideError as error:
            message = msg("You would not see this record afterwards, or could not change it")
            for made in error.rows:
                self._refuse(made.at, ForbiddenError(message, code="out_of_reach"))
            return self._written([made for made in rows if made.at not in {one.at for one in error.rows}], write)
        except IntegrityError as error:
            if len(rows) == 1:
                self._refuse(rows[0].at, clash_error(self.context, self.entity, error))
                return []
        except _GivingError as error:
            if len(rows) == 1:
                self._refuse(rows[0].at, error.refusal)
                return []
        middle = len(rows) // 2
        return [*self._written(rows[:middle], write), *self._written(rows[middle:], write)]

    def _judge_giving(self, rows: Sequence[Made]) -> None:
        """Raise _GivingError for a row by which somebody would give what they lack."""
        if self.entity.name not in WATCHED:
            return
        for made in rows:
            stamps = system_values(self.context, self.entity, made.ident) if made.old is None else {}
            new = {**stamps, **(made.old or {}), **made.values}
            try:
                judge_giving(self.connection, self.context, self.entity.name, made.old, new)
            except (ForbiddenError, ClashError) as error:
                raise _GivingError(error) from error

    def _insert_all(self, rows: Sequence[Made]) -> None:
        with self._moving(rows):
            self._insert_each(rows)

    def _moving(self, rows: Sequence[Made]) -> AbstractContextManager[None]:
        """What moves the versions of the records that the rows are lines of, unless that is what writes them."""
        part = self.entity.part_of
        owners = [] if part is None or self.within else [made.known.new.get(part.link) for made in rows]
        return moving(self.connection, self.context, self.entity, owners)

    def _insert_each(self, rows: Sequence[Made]) -> None:
        context, entity = self.context, self.entity
        if self.numbers:
            for made, numbers in zip(rows, next_numbers(self.connection, context, entity, len(rows)), strict=True):
                made.values.update(numbers)
        records = [{**system_values(context, entity, made.ident), **made.values} for made in rows]
        insert_records(self.connection, context.snapshot, entity.name, records)
        self._note([(made, 1, "create", {}) for made in rows])

    def _update_all(self, rows: Sequence[Made]) -> None:
        with self._moving(rows):
            self._update_each(rows)

    def _update_each(self, rows: Sequence[Made]) -> None:
        by_fields = _grouped(dict(enumerate(rows)), lambda made: tuple(made.values))
        for places in by_fields.values():
            changed = [self._as_written(rows[place]) for place in places]
            if not update_records(self.connection, self.context.snapshot, self.entity.name, changed):
                # The rows are locked on PostgreSQL and nobody else writes on SQLite; yet no update may be lost.
                raise ConflictError(msg("Somebody changed one of these records just now"))
        self._note([(made, made.old["version"] + 1, "update", made.old) for made in rows if made.old is not None])

    def _as_written(self, made: Made) -> tuple[str, int, Mapping[str, Any]]:
        assert made.old is not None  # noqa: S101  (it is a change)
        version = made.old["version"]
        stamps = {"updated_at": self.context.now, "updated_by": self.context.actor.id}
        return made.ident, version, {**stamps, **made.values, "version": version + 1}

    def _note(self, rows: Sequence[tuple[Made, int, str, Mapping[str, Any]]]) -> None:
        changes: list[Change] = [
            change_row(
                self.context,
                self.entity,
                made.ident,
                version,
                op,
                told(self.entity, old, made.values),
                whole_of(self.entity, made.known.new),
            )
            for made, version, op, old in rows
        ]
        append_changes(self.connection, changes)

    def _require_reach(self, rows: Sequence[Made]) -> None:
        """Raise _OutsideError for rows that their writer would not see now, or could not have written as they are."""
        rights = self.policy.entity(self.entity.name)
        found: list[Made] = []
        for allowed, places in _grouped(dict(enumerate(rows)), lambda made: made.allowed).items():
            if rights.read == EVERYTHING and allowed == EVERYTHING:
                continue
            access = replace(access_to(self.policy, self.entity.name), guards=())
            plan = ReadPlan(access, ("id",), extra=allowed)
            prepared = prepare(self.context.snapshot, self.engine, plan)
            ids = {rows[place].ident for place in places}
            seen = rows_of(self.connection, self.context.snapshot, plan, ids, self.environment)
            inside = {row[prepared.slots[0][1]] for row in seen if row[prepared.extra]}
            found += [rows[place] for place in places if rows[place].ident not in inside]
        if found:
            raise _OutsideError(found)


class _OutsideError(Exception):
    """Takes a part back because of the rows that are out of their writer's reach."""

    def __init__(self, rows: Sequence[Made]) -> None:
        super().__init__()
        self.rows = rows


class _GivingError(Exception):
    """Takes a part back because of a row that gives more than its writer has."""

    def __init__(self, refusal: ArmatureError) -> None:
        super().__init__()
        self.refusal = refusal


def _grouped(found: Mapping[int, Any], key: Callable[[Any], Any]) -> dict[Any, list[int]]:
    """Places by what they have in common."""
    groups: dict[Any, list[int]] = defaultdict(list)
    for place, one in found.items():
        groups[key(one)].append(place)
    return groups

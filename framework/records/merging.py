"""Makes one record of several: the others give it what links to them, and go to the recycle bin.

All of it is one operation in the caller's transaction, by the plans of any other write, so the actor's rights and all
rules hold for every record. Only what follows a record, such as comments, goes along with it, as in a deletion.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from framework.errors import ClashError, Fault, ForbiddenError, MalformedError
from framework.fields.base import type_of
from framework.fields.link import several
from framework.permissions import policy_for
from framework.plans import Query
from framework.plans.predicates import EVERYTHING, NOTHING
from framework.records.bulk import Row, write_rows
from framework.records.changes import known_id, plan_alteration, plan_removal
from framework.records.clashes import clashes
from framework.records.conflicts import conflict
from framework.records.env import env_of
from framework.records.history import change_row
from framework.records.planner import access_to, plan_list, plan_one, require_entity
from framework.records.reader import page_of, read_one
from framework.records.writer import locked_values, perform, read_back
from framework.rules.binds import env_parameters
from framework.storage.bulk import visible_among
from framework.storage.change import append_changes, update_record, update_records
from framework.storage.links import pointing_at
from framework.storage.members import naming
from framework.storage.session import reading
from i18n.lazy import msg, nmsg
from metadata.layers import CORE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from framework.context import Context
    from framework.permissions import Policy
    from framework.records.reader import Rows
    from framework.rules.operand import EngineName
    from framework.storage.engines import Database
    from metadata.snapshot import Entity, Field, Snapshot

Linking = defaultdict[str, defaultdict[str, set[str]]]
"""By entity and id, by which links records lead to those that are merged away."""

ABILITY = "merge"
MOST_MERGED = 4
"""How many records one merge makes one of."""
MOST_MOVED = 5_000
"""How many records one merge moves, for all of it is one transaction."""
_PAGE = 200


@dataclass(frozen=True, slots=True)
class Merging:
    """What is asked for: a record that stays, `others` that go into it, and wire values that it gets.

    Each has the version that its reader knew, None where any will do.
    """

    entity: str
    ident: str
    version: int | None
    others: tuple[tuple[str, int | None], ...]
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Merged:
    """What came of it: the record that stays, those that went into it, and how many records moved, by entity."""

    id: str
    op_id: str
    others: tuple[str, ...]
    moved: Mapping[str, int]
    rows: Rows


class NotMergedError(ClashError):
    """Something that links to one of the records may not be moved by this actor, or breaks a rule if it is."""

    code = "not_merged"
    title = msg("These records cannot be merged")


def may_merge(policy: Policy, entity: Entity) -> bool:
    """Whether the policy's rights let somebody merge some records of the entity."""
    rights = policy.entity(entity.name)
    able = ABILITY in policy.abilities() and entity.layer != CORE
    return able and NOTHING not in {rights.update, rights.delete}


def require_merging(context: Context, name: str) -> Entity:
    """The entity. Raises NotFoundError where it is not for the actor, ForbiddenError where they merge none of it."""
    entity, _ = require_entity(context, name)
    if not may_merge(policy_for(context.snapshot, context.actor), entity):
        raise ForbiddenError(msg("Your roles do not let you merge these records"))
    return entity


def asked_for(context: Context, asked: Merging) -> Merging:
    """The same with canonical ids. Raises as `require_merging`, NotFoundError, and MalformedError for no such merge."""
    entity = require_merging(context, asked.entity)
    ident = known_id(asked.ident)
    others = tuple((known_id(one), version) for one, version in asked.others)
    ids = {ident, *(one for one, _ in others)}
    if not others or len(ids) != len(others) + 1 or len(ids) > MOST_MERGED:
        message = msg("Name one to %(most)s other records, each once", most=MOST_MERGED - 1)
        raise MalformedError(message, [Fault("/records", "records", message)])
    return replace(asked, entity=entity.name, ident=ident, others=others)


def belonging(database: Database, context: Context, asked: Merging) -> int:
    """How many records link to those that would be merged away. Raises as `asked_for`, and NotFoundError."""
    asked = asked_for(context, asked)
    entity, snapshot = context.snapshot.entities[asked.entity], context.snapshot
    with reading(database) as connection:
        for ident in (asked.ident, *(one for one, _ in asked.others)):
            read_one(connection, database.name, context, plan_one(context, entity.name, ("id",)), ident)
        return sum(
            len(pointing_at(connection, snapshot, name, link, other))
            for name, link in entity.links_in
            for other, _ in asked.others
        ) + sum(
            len(naming(connection, snapshot, name, links, other))
            for name, links in _linked_in(snapshot, entity.name)
            for other, _ in asked.others
        )


def merge(connection: Connection, engine: EngineName, context: Context, asked: Merging) -> Merged:
    """Merge the records, in the caller's transaction.

    Raises NotFoundError, ForbiddenError, NotMergedError with a fault for each record that may not be
    moved, and whatever refuses the change of the record that stays.
    """
    asked = asked_for(context, asked)
    entity = context.snapshot.entities[asked.entity]
    versions = {asked.ident: asked.version, **dict(asked.others)}
    # In one order for all, so that two who merge the same records wait for each other.
    stored = {ident: locked_values(connection, engine, context, entity.name, ident) for ident in sorted(versions)}
    for ident, version in versions.items():
        if version is not None and version != stored[ident]["version"]:
            raise conflict(connection, engine, context, entity, {}, stored[ident], version)
    work = _Work(connection, engine, context, entity, asked, stored)
    moved = work.move()
    work.let_go()
    work.remove()
    rows = work.keep()
    return Merged(asked.ident, context.request_id, tuple(work.others), moved, rows)


@dataclass(slots=True)
class _Work:
    """One merge under way; `stored` are the values of all records as they were before."""

    connection: Connection
    engine: EngineName
    context: Context
    entity: Entity
    asked: Merging
    stored: Mapping[str, Mapping[str, Any]]

    @property
    def others(self) -> list[str]:
        return [ident for ident, _ in self.asked.others]

    def move(self) -> dict[str, int]:
        """Let what links to the others link to the one that stays; how many of these the actor sees, by entity."""
        moved, linking = self._linked()
        for name, links in _linked_in(self.context.snapshot, self.entity.name):
            for other in self.others:
                for ident in naming(self.connection, self.context.snapshot, name, links, other):
                    if ident not in self.stored:
                        linking[name][ident].add(links)
        if sum(map(len, linking.values())) > MOST_MOVED:
            raise ClashError(msg("More than %(most)s records would move", most=MOST_MOVED), code="too_many")
        self._write({name: self._rows(name, some) for name, some in linking.items()}, linking)
        return dict(+moved + Counter({name: len(some) for name, some in linking.items()}))

    def _linked(self) -> tuple[Counter[str], Linking]:
        """Take along what follows the others: how many of it the actor sees; and what else links to one of them."""
        moved: Counter[str] = Counter()
        linking: Linking = defaultdict(lambda: defaultdict(set))
        for name, link in self.entity.links_in:
            there = self.context.snapshot.entities[name]
            if there.part_of is not None and there.part_of.link == link:
                continue  # lines are part of their record, and share its fate
            for other in self.others:
                found = pointing_at(self.connection, self.context.snapshot, name, link, other)
                found = [one for one in found if one[0] not in self.stored]
                if there.follows == link:
                    moved[name] += self._take_along(there, there.fields[link], other, found)
                for ident, _ in found if there.follows != link else ():
                    linking[name][ident].add(link)
        return moved, linking

    def _wire(self, link: Field) -> Any:  # noqa: ANN401
        return {"entity": self.entity.name, "id": self.asked.ident} if several(link) else self.asked.ident

    def _take_along(self, there: Entity, link: Field, other: str, found: Sequence[tuple[str, int]]) -> int:
        """Move what follows a record as that record's deletion would take it along, and its return bring it back.

        How many of these the actor sees.
        """
        if not found:
            return 0
        context, wire = self.context, self._wire(link)
        access = access_to(policy_for(context.snapshot, context.actor), there.name)
        environment = env_parameters(env_of(context), self.engine)
        ids = [ident for ident, _ in found]
        seen = visible_among(self.connection, context.snapshot, access, None, ids, environment)
        value = type_of(link).load(link, wire)
        before = {"entity": self.entity.name, "id": other} if several(link) else other
        stamps = {link.name: value, "updated_at": context.now, "updated_by": context.actor.id}
        changed = [(ident, version, {**stamps, "version": version + 1}) for ident, version in found]
        if not update_records(self.connection, context.snapshot, there.name, changed):
            raise ClashError(msg("Somebody changed one of these records just now"))
        told = {link.name: [before, wire]}
        append_changes(
            self.connection,
            [change_row(context, there, ident, version + 1, "update", told, other) for ident, version in found],
        )
        return len(seen)

    def _rows(self, name: str, linking: Mapping[str, set[str]]) -> list[Row]:
        """What is to be written of those records that the actor sees with the links that lead to the others."""
        readable = policy_for(self.context.snapshot, self.context.actor).entity(name).readable
        fields = tuple(sorted(set().union(*linking.values())))
        ids = [ident for ident, links in linking.items() if readable.issuperset(links)]
        found = []
        for start in range(0, len(ids), _PAGE):
            some = ids[start : start + _PAGE]
            asked = ("id", *(field for field in fields if field in readable))
            query = Query(name, asked, limit=_PAGE, among=frozenset(some))
            plan = plan_list(self.context, replace(query, among=frozenset()))
            for record in page_of(self.connection, self.engine, self.context, plan, query).records():
                values = {link: self._moved(name, link, record.values[link]) for link in linking[record.id]}
                if None not in values.values():
                    found.append(Row(values, record.id))
        return found

    def _moved(self, name: str, link: str, value: Any) -> Any:  # noqa: ANN401
        """What a link, or links, that lead to the others are to lead to; None where the actor may not read them."""
        field = self.context.snapshot.entities[name].fields[link]
        if value is None or not field.linked:
            return None if value is None else self._wire(field)
        return list(dict.fromkeys(self.asked.ident if one in self.others else one for one in value))

    def _write(self, rows: Mapping[str, Sequence[Row]], linking: Mapping[str, Mapping[str, set[str]]]) -> None:
        """Change the links of the records. Raises NotMergedError with a fault for each that may not be."""
        unseen = sum(len(some) - len(rows[name]) for name, some in linking.items())
        faults = [Fault("", "linked", msg("Records that you may not see link to it"))] if unseen else []
        for name, some in rows.items() if not unseen else ():
            outcomes = write_rows(self.connection, self.engine, self.context, name, some)
            for row, outcome in zip(some, outcomes, strict=True):
                if outcome.error is not None:
                    why = outcome.error.faults[0].message if outcome.error.faults else outcome.error.detail
                    faults.append(Fault(f"/{name}/{row.ident}", outcome.error.error_code, why))
        if faults:
            detail = nmsg("One record cannot be moved", "%(count)s records cannot be moved", len(faults))
            raise NotMergedError(msg("Something that belongs to them cannot be moved") if unseen else detail, faults)

    def let_go(self) -> None:
        """Clear links of the one that stays to the others: it cannot link to itself."""
        cleared = {
            link: None
            for name, link in self.entity.links_in
            if name == self.entity.name and self.stored[self.asked.ident].get(link) in self.others
        }
        if cleared:
            self._alter(cleared)

    def remove(self) -> None:
        """Move the others to the recycle bin, before what they link to among themselves."""
        waiting = list(self.others)
        while waiting:
            ready = [ident for ident in waiting if not self._is_linked(ident, waiting)] or waiting
            for ident in ready:
                perform(
                    self.connection,
                    self.engine,
                    self.context,
                    plan_removal(self.context, self.entity.name, ident, None),
                )
            waiting = [ident for ident in waiting if ident not in ready]

    def _is_linked(self, ident: str, among: Sequence[str]) -> bool:
        own = [link for name, link in self.entity.links_in if name == self.entity.name]
        return any(self.stored[one].get(link) == ident for one in among if one != ident for link in own)

    def keep(self) -> Rows:
        """Give the one that stays its values, and its history the merge; the record as the actor sees it now."""
        context, ident, name = self.context, self.asked.ident, self.entity.name
        self._alter(self.asked.values)  # without any too, for it asks for the right to change the record
        present = locked_values(self.connection, self.engine, context, name, ident)
        version = present["version"] + 1
        stamps = {"version": version, "updated_at": context.now, "updated_by": context.actor.id}
        if not update_record(self.connection, context.snapshot, name, ident, present["version"], stamps):
            raise ClashError(msg("Somebody changed one of these records just now"))
        append_changes(self.connection, [change_row(context, self.entity, ident, version, "merge", {})])
        return read_back(self.connection, self.engine, context, name, ident, EVERYTHING)

    def _alter(self, values: Mapping[str, Any]) -> None:
        plan = plan_alteration(self.context, self.entity.name, self.asked.ident, values, None)
        with clashes(self.context, self.entity.name):
            perform(self.connection, self.engine, self.context, replace(plan, absorbed=tuple(self.others)))


@lru_cache(maxsize=512)
def _linked_in(snapshot: Snapshot, entity: str) -> tuple[tuple[str, str], ...]:
    """(entity, field) of every field of links to the entity."""
    return tuple(
        (one.name, field.name)
        for one in snapshot.entities.values()
        for field in one.fields.values()
        if field.linked == entity and field.lines is None
    )

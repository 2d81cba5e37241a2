"""Records that are alike by rules of their entity: pointed out to those who may read them, refused where strict."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from framework.errors import ArmatureError, ClashError, Fault
from framework.permissions import policy_for
from framework.plans import Access
from framework.plans.predicates import EVERYTHING
from framework.records.changes import known_id
from framework.records.env import env_of
from framework.records.load import loaded_of
from framework.records.planner import access_to, plan_one, require_entity
from framework.records.reader import read_one
from framework.rules.binds import env_parameters
from framework.storage.alike import alike, hold_alike, key_of
from framework.storage.session import reading
from i18n.lazy import msg

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from sqlalchemy import Connection

    from framework.context import Context
    from framework.permissions import EntityRights
    from framework.storage.engines import Database
    from metadata.snapshot import DuplicateRule, Entity

MOST_SHOWN = 3
# Of so many newest ones by each rule those are shown that more rules name.
_LOOKED_AT = 20
_ALIKE = msg("There is a record like this already")


class DuplicateError(ClashError):
    """A strict rule says that there is a record like this one already; neutral about whose that is."""

    code = "duplicate"
    title = msg("There is a record like this already")


@dataclass(frozen=True, slots=True)
class Similar:
    """A record that is alike another one, and the rules by which it is."""

    ident: str
    rules: tuple[DuplicateRule, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record about to be written: all its stored values, and which of them the write sets."""

    ident: str | None
    values: Mapping[str, Any]
    changed: AbstractSet[str]


def pointed_out(entity: Entity, rights: EntityRights) -> list[DuplicateRule]:
    """The rules by which somebody with these rights may be told what is alike."""
    return [rule for rule in entity.duplicates.values() if rights.readable.issuperset(rule.fields)]


def similar_to(
    database: Database, context: Context, name: str, ident: str, limit: int = MOST_SHOWN
) -> tuple[Similar, ...]:
    """Records that are alike a stored one. Raises NotFoundError where the actor does not see that."""
    entity, rights = require_entity(context, name)
    rules = pointed_out(entity, rights)
    fields = tuple(dict.fromkeys(field for rule in rules for field in rule.fields))
    plan, known = plan_one(context, entity.name, ("id", *fields)), known_id(ident)
    with reading(database) as connection:
        (record,) = read_one(connection, database.name, context, plan, known).records()
        return _similar(connection, context, entity, rules, record.values, known, limit)


def similar_values(
    database: Database,
    context: Context,
    name: str,
    given: Mapping[str, Any],
    ident: str | None = None,
    limit: int = MOST_SHOWN,
) -> tuple[Similar, ...]:
    """Records that are alike one with these wire values, without `ident`; what is no value of its field is blank."""
    entity, rights = require_entity(context, name)
    rules = pointed_out(entity, rights)
    if not rules:
        return ()
    names = {field for rule in rules for field in rule.fields}
    values = loaded_of(context, entity, {field: value for field, value in given.items() if field in names})
    with reading(database) as connection:
        return _similar(connection, context, entity, rules, values, ident, limit)


def _similar(
    connection: Connection,
    context: Context,
    entity: Entity,
    rules: Iterable[DuplicateRule],
    values: Mapping[str, Any],
    ident: str | None,
    limit: int,
) -> tuple[Similar, ...]:
    """A statement for each rule that has no blank."""
    access = access_to(policy_for(context.snapshot, context.actor), entity.name)
    found: dict[str, list[DuplicateRule]] = defaultdict(list)
    for rule in rules:
        key = key_of(entity, rule, values)
        if key is not None:
            parameters = env_parameters(env_of(context), _engine(connection))
            for _, one in alike(connection, context.snapshot, access, rule, [key], parameters, _LOOKED_AT):
                if one != ident:
                    found[one].append(rule)
    # What more rules say comes first.
    best = sorted(found.items(), key=lambda one: -len(one[1]))
    return tuple(Similar(one, tuple(by)) for one, by in best[:limit])


def _engine(connection: Connection) -> Any:  # noqa: ANN401
    return connection.dialect.name


def refuse_duplicates(connection: Connection, context: Context, entity: Entity, candidate: Candidate) -> None:
    """Raise DuplicateError where a strict rule has something against the write."""
    for error in duplicates_among(connection, context, entity, [candidate]).values():
        raise error


def duplicates_among(
    connection: Connection, context: Context, entity: Entity, candidates: Sequence[Candidate]
) -> dict[int, ArmatureError]:
    """What strict rules have against these writes, by place: a record like it is there, or comes before it here."""
    found: dict[int, ArmatureError] = {}
    for rule in entity.duplicates.values():
        if rule.strict:
            for at in _refused(connection, context, entity, rule, candidates):
                found.setdefault(at, _error(context, entity, rule))
    return found


def _refused(
    connection: Connection,
    context: Context,
    entity: Entity,
    rule: DuplicateRule,
    candidates: Sequence[Candidate],
) -> list[int]:
    keys = {
        at: key
        for at, one in enumerate(candidates)
        if not one.changed.isdisjoint(rule.fields) and (key := key_of(entity, rule, one.values)) is not None
    }
    if not keys:
        return []
    hold_alike(connection, entity, rule, set(keys.values()))
    there: dict[Any, set[str | None]] = defaultdict(set)
    # All records count, whoever may see them: what is unique is, too.
    for key, ident in alike(
        connection, context.snapshot, Access(entity.name, EVERYTHING), rule, set(keys.values()), {}
    ):
        there[key].add(ident)
    refused = []
    for at, key in keys.items():
        if there[key] - {candidates[at].ident}:
            refused.append(at)
        else:
            there[key].add(candidates[at].ident)
    return refused


def _error(context: Context, entity: Entity, rule: DuplicateRule) -> DuplicateError:
    message = msg("%(text)s", text=rule.message) if rule.message else _ALIKE
    named = policy_for(context.snapshot, context.actor).entity(entity.name).named
    pointers = [f"/{name}" for name in rule.fields if name in named] or [""]
    return DuplicateError(message, [Fault(pointer, "duplicate", message) for pointer in pointers])

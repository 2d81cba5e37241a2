"""Query → ReadPlan: names looked up, rights joined, or a coded error with the nearest name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from framework.errors import Fault, ForbiddenError, MalformedError, NotFoundError
from framework.fields.base import type_of
from framework.permissions import policy_for
from framework.plans import Access, Expansion, ReadPlan, SortKey
from framework.plans.predicates import NOTHING
from framework.records.names import present_entity, present_field, remembered
from framework.records.scope import PolicyScope
from framework.records.searching import search_condition, sought_of
from framework.rules.functions import SIGNATURES
from i18n.lazy import msg
from metadata.expressions import ExpressionError, check, logic
from metadata.expressions.currencies import (
    amounts_without_currency,
    compared_across,
    currencies_told,
    currency_hint,
)
from metadata.expressions.limits import MAX_NODES_IN_REQUEST, refuse_large
from metadata.expressions.typed import refs
from metadata.expressions.types import BOOLEAN
from metadata.nearest import nearest_hint

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from framework.context import Context
    from framework.permissions import EntityRights, Policy
    from framework.plans import Query
    from framework.plans.sought import Sought
    from metadata.expressions import Node, TypedNode
    from metadata.expressions.currencies import Place
    from metadata.snapshot import Entity, Field

MAX_LIMIT = 200
MAX_SORT_KEYS = 5


def plan_list(context: Context, query: Query) -> ReadPlan:
    """The plan of a list, without its cursor.

    Raises NotFoundError for an entity that is unknown or unreadable, MalformedError for names,
    filters and orders that are not, ForbiddenError for the bin of somebody who may not delete.
    """
    policy = policy_for(context.snapshot, context.actor)
    return _plan_list(policy, query)


def plan_one(context: Context, entity: str, fields: tuple[str, ...] | None, expand: tuple[str, ...] = ()) -> ReadPlan:
    """The plan of one record by id. Raises as `plan_list`."""
    return _plan_one(policy_for(context.snapshot, context.actor), entity, fields, expand)


def require_entity(context: Context, name: str) -> tuple[Entity, EntityRights]:
    """The entity and the actor's rights on it. Raises NotFoundError where it is not for the actor."""
    policy = policy_for(context.snapshot, context.actor)
    return require_visible(policy, name)


def unknown_name(name: str, readable: Iterable[str], pointer: str) -> Fault:
    """The fault of a name that is not there for the actor, with the nearest that is."""
    message = msg("There is no field “%(name)s”", name=name[:60])
    return Fault(pointer, "unknown_field", message, nearest_hint(name, readable))


def access_to(policy: Policy, entity: str) -> Access:
    """The actor's way into an entity, as plans carry it."""
    rights = policy.entity(entity)
    return Access(entity, rights.read, tuple(sorted(rights.guards.items())))


@remembered(4096)
def _plan_list(policy: Policy, query: Query) -> ReadPlan:
    entity, rights = require_visible(policy, query.entity)
    if query.bin and rights.delete == NOTHING:
        raise ForbiddenError(msg("Only those who may delete records see the recycle bin"))
    fields, expansions = _select(policy, entity, rights, query.fields, query.expand)
    sought = sought_of(query.search)
    condition = plan_filter(policy, entity, query.filter, sought)
    return ReadPlan(
        access=access_to(policy, entity.name),
        fields=fields,
        filter=condition,
        sought=sought,
        sort=_sort(entity, rights, query.sort),
        limit=query.limit,
        bin=query.bin,
        among=query.among is not None,
        reached=reached_by(policy, [condition] if condition else [], (entity.fields[name] for name in fields)),
        expansions=expansions,
        title=entity.title in rights.readable,
        per=None if query.per is None else _one_of_few(entity, rights, query.per),
    )


@remembered(4096)
def _plan_one(policy: Policy, name: str, wanted: tuple[str, ...] | None, expand: tuple[str, ...]) -> ReadPlan:
    entity, rights = require_visible(policy, name)
    fields, expansions = _select(policy, entity, rights, wanted, expand)
    return ReadPlan(
        access=access_to(policy, entity.name),
        fields=fields,
        one=True,
        reached=reached_by(policy, [], (entity.fields[name] for name in fields)),
        expansions=expansions,
        title=entity.title in rights.readable,
    )


def require_visible(policy: Policy, name: str) -> tuple[Entity, EntityRights]:
    """The entity of a present or old name, and the policy's rights. Raises NotFoundError where it is not visible."""
    entity = policy.snapshot.entities.get(present_entity(policy.snapshot, name))
    if entity is None or not policy.entity(entity.name).visible:
        hint = nearest_hint(name, (one.name for one in policy.visible_entities()))
        faults = [Fault("", "unknown_entity", hint)] if hint else ()
        raise NotFoundError(msg("There is no entity “%(name)s”", name=name[:60]), faults)
    return entity, policy.entity(entity.name)


def _select(
    policy: Policy, entity: Entity, rights: EntityRights, wanted: tuple[str, ...] | None, expand: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[Expansion, ...]]:
    """The asked fields, id and version first, and the links to follow."""
    plain = ["id", "version"]
    far: dict[str, list[str]] = {}
    if wanted is None:
        plain += [field.name for field in entity.fields.values() if _by_default(field, rights)]
    else:
        for name in wanted:
            link, _, rest = name.partition(".")
            if rest:
                far.setdefault(_readable(entity, rights, link, "fields"), []).append(rest)
            else:
                plain.append(_readable(entity, rights, name, "fields"))
    for name in expand:
        far.setdefault(_readable(entity, rights, name, "expand"), [])
    plain += far
    expansions = (_expansions(policy, entity.fields[name], tuple(asked)) for name, asked in far.items())
    return tuple(dict.fromkeys(plain)), tuple(one for found in expansions for one in found)


def _by_default(field: Field, rights: EntityRights) -> bool:
    return field.name in rights.readable and type_of(field).listed_by_default and not field.name.startswith("deleted_")


def _readable(entity: Entity, rights: EntityRights, name: str, parameter: str) -> str:
    found = present_field(entity, name)
    if found not in rights.readable:
        fault = unknown_name(name, rights.readable, parameter)
        raise MalformedError(fault.message, [fault], code="unknown_field")
    return found


def _one_of_few(entity: Entity, rights: EntityRights, name: str) -> str:
    """A field whose values are few: a choice, or a link to one kind of record."""
    found = _readable(entity, rights, name, "per")
    field = entity.fields[found]
    if field.choices is None and len(field.targets) != 1:
        message = msg("Lists cannot be grouped by “%(name)s”", name=name)
        raise MalformedError(message, [Fault("per", "not_groupable", message)])
    return found


def _expansions(policy: Policy, field: Field, asked: tuple[str, ...]) -> Iterator[Expansion]:
    """One expansion per entity that the link may point at; fields can be asked for only where that is one."""
    if not field.leads_to or (asked and field.chosen_from is None):
        message = msg("“%(name)s” is no link to follow", name=field.name)
        raise MalformedError(message, [Fault("expand", "no_link", message)], code="no_link")
    for name in field.leads_to:
        target, rights = policy.snapshot.entities[name], policy.entity(name)
        wanted = asked or (_of_lines(field, target, rights) if field.lines else ())
        names = tuple(_readable(target, rights, one, "fields") for one in wanted)
        yield Expansion(field.name, name, target.title in rights.readable, names)


def _of_lines(owner: Field, entity: Entity, rights: EntityRights) -> tuple[str, ...]:
    """What is told of lines where nobody says which of their fields are wanted."""
    beside = {None if owner.lines is None else owner.lines[1], owner.options.get("order")}
    fields = (one for one in entity.fields.values() if not one.system and one.name not in beside)
    return ("version", *(one.name for one in fields if _by_default(one, rights)))


def _sort(entity: Entity, rights: EntityRights, asked: tuple[str, ...]) -> tuple[SortKey, ...]:
    if len(asked) > MAX_SORT_KEYS:
        message = msg("At most %(most)s fields to sort by", most=MAX_SORT_KEYS)
        raise MalformedError(message, [Fault("sort", "too_many", message)])
    keys: dict[str, SortKey] = {}
    for text in asked:
        asked_name, _, part = text.removeprefix("-").partition(".")
        name = _readable(entity, rights, asked_name, "sort")
        if part:
            _require_part(entity.fields[name], part)
        elif not type_of(entity.fields[name]).sortable:
            message = msg("Lists cannot be sorted by “%(name)s”", name=name)
            raise MalformedError(message, [Fault("sort", "not_sortable", message)])
        keys.setdefault(f"{name}.{part}", SortKey(name, text.startswith("-"), part or None))
    keys.setdefault("id.", SortKey("id", descending=False))
    return tuple(keys.values())


def _require_part(field: Field, part: str) -> None:
    known = type_of(field).part_types(field)
    if part not in known:
        fault = unknown_name(f"{field.name}.{part}", (f"{field.name}.{one}" for one in known), "sort")
        raise MalformedError(fault.message, [fault], code="unknown_field")


def plan_filter(
    policy: Policy, entity: Entity, asked: Node | None, sought: Sought | None, groups: Iterable[TypedNode] = ()
) -> TypedNode | None:
    """The checked condition of a filter and a search, None without either.

    Raises MalformedError, with the code `mixed_currency` where it compares amounts whose currency neither
    it nor a group of the figures fixes.
    """
    wanted = [] if asked is None else [asked]
    if sought is not None:
        wanted.append(search_condition(policy, entity, sought))
    if not wanted:
        return None
    try:
        if asked is not None:
            refuse_large(asked, MAX_NODES_IN_REQUEST)
        condition = check(logic("and", wanted), PolicyScope(policy, entity.name), SIGNATURES, BOOLEAN)
    except ExpressionError as error:
        raise filter_error(error) from None
    refuse_mixed(condition, currencies_told(condition, groups), "filter")
    return condition


def refuse_mixed(node: TypedNode, told: frozenset[Place], parameter: str) -> None:
    """Raise MalformedError where an expression compares amounts in several currencies with a plain number."""
    for ref in amounts_without_currency(node, told):
        message = compared_across(ref)
        raise MalformedError(
            message, [Fault(parameter, "mixed_currency", message, currency_hint(ref))], code="mixed_currency"
        )


def filter_error(error: ExpressionError, pointer: str = "filter") -> MalformedError:
    """What is wrong with a filter's text, with the column."""
    message = (
        msg("In column %(column)s: %(message)s", column=error.column, message=error.message)
        if error.column
        else error.message
    )
    return MalformedError(message, [Fault(pointer, error.code, message, error.hint)], code="filter")


def reached_by(policy: Policy, nodes: Iterable[TypedNode], selected: Iterable[Field] = ()) -> tuple[Access, ...]:
    """The actor's way into every entity at the end of a link that expressions follow, or of links that are selected."""
    found = [ref for node in nodes for ref in refs(node)]
    ends = [policy.snapshot.entities[ref.steps[-1].entity].fields[ref.steps[-1].field] for ref in found]
    names = {step.entity for ref in found for step in ref.steps[1:]}
    names |= {field.linked for field in (*ends, *selected) if field.linked is not None}
    return tuple(access_to(policy, name) for name in sorted(names))

"""Figures through the door: groups and measures as texts → plan → values as the API gives them."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from framework.errors import Fault, MalformedError
from framework.fields.datetime import moment_text
from framework.fields.duration import span_text
from framework.fields.time import time_text
from framework.permissions import policy_for
from framework.plans import AggregatePlan, Measure
from framework.records.names import remembered
from framework.records.planner import access_to, filter_error, plan_filter, reached_by, refuse_mixed, require_visible
from framework.records.reader import environment
from framework.records.scope import PolicyScope
from framework.records.searching import sought_of
from framework.rules.functions import SIGNATURES
from framework.storage.aggregate import MOST_GROUPS, prepare_aggregate
from framework.storage.rows import all_rows
from framework.storage.session import reading
from i18n.lazy import msg
from metadata.expressions import MAX_NODES_IN_REQUEST, ExpressionError, check, parse
from metadata.expressions.currencies import currencies_told, loose_amounts, place_of
from metadata.expressions.types import NUMBERS, ORDERED, Kind
from metadata.nearest import nearest_hint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from framework.context import Context
    from framework.permissions import Policy
    from framework.plans import AggregateQuery
    from framework.storage.engines import Database
    from metadata.expressions import Type, TypedNode
    from metadata.expressions.currencies import Place

_MEASURE = re.compile(r"\s*(\w+)\s*\((.*)\)\s*", re.DOTALL)
_FUNCTIONS = ("count", "sum", "avg", "min", "max")
_MOST_PARTS = 10


def aggregate(database: Database, context: Context, query: AggregateQuery) -> list[dict[str, Any]]:
    """One object per group, keyed by the groups and measures as they were asked, in wire values.

    Raises NotFoundError for the entity, MalformedError for what cannot be grouped or measured.
    """
    plan = _plan(policy_for(context.snapshot, context.actor), query)
    prepared = prepare_aggregate(context.snapshot, database.name, plan)
    with reading(database) as connection:
        rows = all_rows(connection, prepared.statement, environment(context, database.name, prepared.statement))
    if len(rows) > MOST_GROUPS:
        message = msg("There are more than %(most)s groups; group by less or filter", most=MOST_GROUPS)
        raise MalformedError(message, [Fault("group", "too_many", message)], code="too_many_groups")
    names = (*query.groups, *query.measures)
    types = [*(node.type for node in plan.groups), *(_result_type(measure) for measure in plan.measures)]
    return [
        {name: _wire(read(row), kind) for name, read, kind in zip(names, prepared.values, types, strict=True)}
        for row in rows
    ]


def parts_of(text: str, parameter: str) -> tuple[str, ...]:
    """The parts of a parameter, split at commas outside of brackets and quotes. Raises MalformedError."""
    parts = tuple(part.strip() for part in _split(text))
    if not all(parts) or len(parts) > _MOST_PARTS:
        message = msg("Give up to %(most)s expressions with commas between them", most=_MOST_PARTS)
        raise MalformedError(message, [Fault(parameter, "expressions", message)])
    if len(set(parts)) != len(parts):
        message = msg("The same expression is given twice")
        raise MalformedError(message, [Fault(parameter, "doubled", message)])
    return parts


def _split(text: str) -> Iterator[str]:
    depth, quoted, start = 0, False, 0
    for position, character in enumerate(text):
        if character == "'":
            quoted = not quoted
        elif not quoted and character in "()":
            depth += 1 if character == "(" else -1
        elif not quoted and depth == 0 and character == ",":
            yield text[start:position]
            start = position + 1
    yield text[start:]


@remembered(1024)
def _plan(policy: Policy, query: AggregateQuery) -> AggregatePlan:
    entity, _ = require_visible(policy, query.entity)
    groups = tuple(_typed(policy, entity.name, text, "group") for text in query.groups)
    measures = tuple(_measure(policy, entity.name, text) for text in query.measures)
    sought = sought_of(query.search)
    condition = plan_filter(policy, entity, query.filter, sought, groups)
    told = currencies_told(condition, groups)
    for group in groups:
        refuse_mixed(group, told, "group")
    for measure in measures:
        _refuse_mixed_measure(measure, told)
    mentioned = [*groups, *(measure.node for measure in measures if measure.node), *([condition] if condition else [])]
    return AggregatePlan(
        access_to(policy, entity.name), groups, measures, condition, reached_by(policy, mentioned), sought
    )


def _typed(policy: Policy, entity: str, text: str, parameter: str) -> TypedNode:
    try:
        found = check(parse(text, max_nodes=MAX_NODES_IN_REQUEST), PolicyScope(policy, entity), SIGNATURES)
    except ExpressionError as error:
        raise filter_error(error, parameter) from None
    if parameter == "group" and found.type.kind is Kind.JSON:
        message = msg("Records cannot be grouped by JSON")
        raise MalformedError(message, [Fault(parameter, "wrong_type", message)])
    return found


def _measure(policy: Policy, entity: str, text: str) -> Measure:
    found = _MEASURE.fullmatch(text)
    if found is None or found[1] not in _FUNCTIONS:
        hint = nearest_hint(found[1], _FUNCTIONS) if found else None
        message = msg("A measure is one of count(), sum(…), avg(…), min(…) and max(…)")
        raise MalformedError(message, [Fault("measure", "measure", message, hint)])
    function, inner = found[1], found[2].strip()
    if function == "count" and not inner:
        return Measure("count")
    node = _typed(policy, entity, inner, "measure")
    wanted = NUMBERS | {Kind.DURATION} if function in {"sum", "avg"} else ORDERED | NUMBERS
    if function != "count" and node.type.kind not in wanted:
        message = msg("%(function)s cannot be made of “%(inner)s”", function=function, inner=inner[:60])
        raise MalformedError(message, [Fault("measure", "wrong_type", message)])
    return Measure(function, node)


def _refuse_mixed_measure(measure: Measure, told: frozenset[Place]) -> None:
    """Amounts of unlike currencies are neither added nor compared: the currency must be grouped or filtered by."""
    node = measure.node
    if node is None:
        return
    refuse_mixed(node, told, "measure")
    if measure.function == "count" or node.type.kind is not Kind.MONEY or node.type.currency:
        return
    amounts = loose_amounts(node)
    if not amounts or any(place_of(ref) not in told for ref in amounts):
        message = msg("The amounts are in several currencies; group or filter by the currency")
        raise MalformedError(message, [Fault("measure", "mixed_currency", message)], code="mixed_currency")


def _result_type(measure: Measure) -> Type | None:
    return None if measure.node is None or measure.function == "count" else measure.node.type


def _wire(value: Any, kind: Type | None) -> Any:  # noqa: ANN401
    if isinstance(value, dt.datetime):
        return moment_text(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, dt.time):
        return time_text(value)
    if isinstance(value, dt.timedelta):
        return span_text(value)
    if kind is not None and kind.kind is Kind.MONEY and kind.currency and value is not None:
        return {"amount": str(value), "currency": kind.currency}
    return str(value) if isinstance(value, Decimal) else value

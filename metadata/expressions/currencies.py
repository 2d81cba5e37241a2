"""Money of unlike currencies is never added or compared: the result is null instead of a wrong sum.

Two fixed currencies that differ are refused when the expression is checked; where a record says its own
currency, a test is woven into the expression. An amount without a currency goes together with any.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from i18n.lazy import msg
from metadata.expressions.errors import ExpressionError
from metadata.expressions.tree import COMPARISONS
from metadata.expressions.typed import Apply, Const, Ref, TypedNode, typed_nodes
from metadata.expressions.types import BOOLEAN, TEXT, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from i18n.lazy import Message
    from metadata.expressions.scope import Scope
    from metadata.expressions.tree import Root
    from metadata.expressions.typed import Step

    Place = tuple[Root, tuple[Step, ...]]

_PAIR = 2


def guarded(result: TypedNode, operands: Iterable[TypedNode], scope: Scope, at: int) -> TypedNode:
    """The result, or null where two of the operands have different currencies.

    Raises ExpressionError `mixed_currency` where two fixed currencies differ.
    """
    amounts = [found for found in (_currencies(operand, scope) for operand in operands) if found]
    units = list(dict.fromkeys(unit for found in amounts for unit in found))
    if len(amounts) < _PAIR or len(units) < _PAIR:
        return result
    fixed = [unit.value for unit in units if isinstance(unit, Const)]
    if len(fixed) > 1:
        raise ExpressionError(
            "mixed_currency",
            msg("%(one)s and %(other)s cannot be added or compared.", one=fixed[0], other=fixed[1]),
            at,
            msg("Use the bare amounts, such as price.amount, if that is meant."),
        )
    return Apply("if", (_differ(tuple(units)), Const(None, result.type), result), result.type)


def _differ(units: tuple[TypedNode, ...]) -> TypedNode:
    """Whether two of the currencies differ, with each of them written as rarely as can be."""
    if len(units) == _PAIR:
        return Apply("!=", units, BOOLEAN)
    return Apply("!=", (Apply("min", units, TEXT), Apply("max", units, TEXT)), BOOLEAN)


def _currencies(node: TypedNode, scope: Scope) -> list[TypedNode]:
    """The currencies that an amount may be in: fixed ones, and fields that hold one; empty for a plain number.

    Which branch of an `if` is taken is not asked, so all of its currencies count.
    """
    if isinstance(node, Apply) and node.type.kind is Kind.MONEY and node.type.currency is None:
        return [unit for argument in node.arguments for unit in _currencies(argument, scope)]
    unit = currency_of(node, scope)
    return [] if unit is None else [unit]


def currency_of(node: TypedNode, scope: Scope) -> TypedNode | None:
    """An expression for the currency of an amount; None for a plain number."""
    if node.type.kind is not Kind.MONEY:
        return None
    if node.type.currency is not None:
        return Const(node.type.currency, TEXT)
    if isinstance(node, Ref):
        found = scope.resolve(node.root, (*(step.field for step in node.steps), "currency"))
        return Ref(node.root, found.steps, found.part, found.type)
    return _computed_currency(node, scope) if isinstance(node, Apply) else None


def _computed_currency(node: Apply, scope: Scope) -> TypedNode | None:
    if node.function == "if":
        condition, *branches = node.arguments
        return _chosen(condition, *(currency_of(branch, scope) for branch in branches))
    if node.function == "coalesce":
        unit = None
        for argument in reversed(node.arguments):
            unit = _chosen(Apply("is_blank", (argument,), BOOLEAN), unit, currency_of(argument, scope))
        return unit
    # What is left takes its amount from one operand, or from several of one currency.
    found = (currency_of(argument, scope) for argument in node.arguments)
    units = tuple(dict.fromkeys(unit for unit in found if unit is not None))
    return Apply("coalesce", units, TEXT) if len(units) > 1 else next(iter(units), None)


def _chosen(condition: TypedNode, then: TypedNode | None, otherwise: TypedNode | None = None) -> TypedNode | None:
    if then is None or otherwise is None or then == otherwise:
        return then or otherwise
    return Apply("if", (condition, then, otherwise), TEXT)


def amounts_without_currency(node: TypedNode, told: frozenset[Place] = frozenset()) -> list[Ref]:
    """Amounts in each record's own currency that an expression compares with a plain number.

    `price > 1000` is no question before it says in which currency. Left out are amounts whose currency is
    `told`, or fixed by an equation that holds as well, as in `price.currency = 'EUR' and price > 1000`.
    """
    return list(dict.fromkeys(_loose(node, told)))


def currencies_told(condition: TypedNode | None, groups: Iterable[TypedNode] = ()) -> frozenset[Place]:
    """Amounts that are in one currency wherever the condition holds, or within each of the groups."""
    grouped = {place_of(node) for node in groups if isinstance(node, Ref) and node.part == "currency"}
    return frozenset(grouped.union(_settled_by(condition) if condition else ()))


def loose_amounts(node: TypedNode) -> list[Ref]:
    """Amounts in an expression that are in each record's own currency."""
    return [one for one in typed_nodes(node) if isinstance(one, Ref) and _is_loose(one)]


def compared_across(amount: Ref) -> Message:
    """What is wrong with a comparison of such an amount."""
    return msg("The amounts of “%(name)s” are in several currencies, so no number compares with them.", name=amount.key)


def currency_hint(amount: Ref) -> Message:
    """How to say in which currency a comparison is meant."""
    return msg(
        "Say which currency is meant: %(name)s.currency = 'EUR' and …; the bare number is %(name)s.amount.",
        name=amount.key,
    )


def place_of(ref: Ref) -> Place:
    """Which field an amount or its currency belongs to."""
    return ref.root, ref.steps


def _loose(node: TypedNode, settled: frozenset[Place]) -> Iterator[Ref]:
    if not isinstance(node, Apply):
        return
    if node.function == "and":
        settled |= frozenset(_settled_by(node))
    if node.function in COMPARISONS or node.function == "in":
        plain = any(argument.type.kind is not Kind.MONEY for argument in node.arguments)
        yield from (one for one in loose_amounts(node) if plain and place_of(one) not in settled)
        return
    for argument in node.arguments:
        yield from _loose(argument, settled)


def _is_loose(ref: Ref) -> bool:
    return ref.type.kind is Kind.MONEY and ref.type.currency is None


def _settled_by(condition: TypedNode) -> Iterator[Place]:
    match condition:
        case Apply("and", parts):
            for part in parts:
                yield from _settled_by(part)
        case Apply("=" | "in", (Ref(part="currency") as currency, Const())):
            yield place_of(currency)
        case Apply("=", (Const(), Ref(part="currency") as currency)):
            yield place_of(currency)

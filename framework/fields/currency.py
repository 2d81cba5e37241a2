"""The currency of a computed amount, as an expression of its own: it follows the same branches as the amount."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metadata.expressions.typed import Apply, Const, Ref
from metadata.expressions.types import BOOLEAN, TEXT, Kind

if TYPE_CHECKING:
    from metadata.expressions.scope import Scope
    from metadata.expressions.typed import TypedNode


def currency_of(node: TypedNode, scope: Scope) -> TypedNode | None:
    """An expression for the currency of an amount; None for plain numbers.

    `scope` is the one in which the amount was checked. Amounts of unlike currencies are never added
    (`metadata.expressions.currencies`), so of several operands the first that has a currency tells it.
    """
    if node.type.kind is not Kind.MONEY or isinstance(node, Const):
        return None
    if node.type.currency is not None:
        return Const(node.type.currency, TEXT)
    if isinstance(node, Ref):
        found = scope.resolve(node.root, (*(step.field for step in node.steps), "currency"))
        return Ref(node.root, found.steps, found.part, found.type)
    if node.function == "if":
        condition, *branches = node.arguments
        return _chosen(condition, *(currency_of(branch, scope) for branch in branches))
    if node.function == "coalesce":
        return _first_given(node.arguments, scope)
    units = dict.fromkeys(currency_of(argument, scope) for argument in node.arguments)
    return _first_of([unit for unit in units if unit is not None])


def _first_of(units: list[TypedNode]) -> TypedNode | None:
    """The first that is given when it is looked at; None where there are none."""
    return Apply("coalesce", tuple(units), TEXT) if len(units) > 1 else next(iter(units), None)


def _chosen(condition: TypedNode, then: TypedNode | None, otherwise: TypedNode | None = None) -> TypedNode | None:
    if then is None or otherwise is None or then == otherwise:
        return then or otherwise
    return Apply("if", (condition, then, otherwise), TEXT)


def _first_given(arguments: tuple[TypedNode, ...], scope: Scope) -> TypedNode | None:
    unit: TypedNode | None = None
    for argument in reversed(arguments):
        absent = Apply("is_blank", (argument,), BOOLEAN)
        unit = _chosen(absent, unit, currency_of(argument, scope))
    return unit

"""Money of unlike currencies is never added or compared: the result is null instead of a wrong sum.

Two fixed currencies that differ are refused when the expression is checked; where a record says its own
currency, a test of equality is woven into the expression.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from i18n.lazy import msg
from metadata.expressions.errors import ExpressionError
from metadata.expressions.typed import Apply, Const, Ref, TypedNode, conjunction
from metadata.expressions.types import BOOLEAN, TEXT, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from metadata.expressions.scope import Scope


def guarded(result: Apply, operands: Iterable[TypedNode], scope: Scope, at: int) -> TypedNode:
    """The result where all operands are in one currency, else null.

    Raises ExpressionError `mixed_currency` where two fixed currencies differ.
    """
    found = (currency_of(operand, scope) for operand in operands)
    units = list(dict.fromkeys(unit for unit in found if unit is not None))
    fixed = [unit.value for unit in units if isinstance(unit, Const)]
    if len(fixed) > 1:
        raise ExpressionError(
            "mixed_currency",
            msg("%(one)s and %(other)s cannot be added or compared.", one=fixed[0], other=fixed[1]),
            at,
            msg("Use the bare amounts, such as price.amount, if that is meant."),
        )
    if len(units) <= 1:
        return result
    same = conjunction(Apply("=", (units[0], unit), BOOLEAN) for unit in units[1:])
    return Apply("if", (same, result, Const(None, result.type)), result.type)


def currency_of(node: TypedNode, scope: Scope) -> TypedNode | None:  # noqa: PLR0911  (one per way to an amount)
    """An expression for the currency of an amount; None for plain numbers."""
    if node.type.kind is not Kind.MONEY:
        return None
    if node.type.currency is not None:
        return Const(node.type.currency, TEXT)
    if isinstance(node, Ref):
        names = (*(step.field for step in node.steps), "currency")
        found = scope.resolve(node.root, names)
        return Ref(node.root, found.steps, found.part, found.type)
    if isinstance(node, Const):
        return None
    if node.function == "if":
        condition, *branches = node.arguments
        return _chosen(condition, *(currency_of(branch, scope) for branch in branches))
    if node.function == "coalesce":
        return _first_given(node.arguments, scope)
    # What is left takes its amount from one operand, or from several of one currency.
    return next((unit for unit in (currency_of(one, scope) for one in node.arguments) if unit is not None), None)


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

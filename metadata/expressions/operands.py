"""Operands that must agree on one type: sides of a comparison, members of a list, branches of `if`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from i18n.lazy import msg
from metadata.expressions.errors import ExpressionError
from metadata.expressions.fit import described, join
from metadata.expressions.literals import literal_value
from metadata.expressions.tree import Literal, Node
from metadata.expressions.typed import Const, TypedNode
from metadata.expressions.types import NULL, TEXT, Kind, Type

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from i18n.lazy import Message


@dataclass(frozen=True, slots=True)
class Operand:
    """A part as written and as typed on its own, before its neighbours are considered."""

    written: Node
    node: TypedNode

    @property
    def is_text_literal(self) -> bool:
        """Whether it may still take another type."""
        return isinstance(self.written, Literal) and isinstance(self.written.value, str)


def agreed(operands: Sequence[Operand]) -> tuple[tuple[TypedNode, ...], Type]:
    """The operands in their common type, and that type.

    Written texts take the type of the others. Raises ExpressionError `wrong_type` where there is no
    common type or one that expressions cannot compare, and what `literal_value` raises.
    """
    common = _common(operand for operand in operands if not operand.is_text_literal)
    _refuse_json(operands)
    if common.kind is Kind.NULL and any(operand.is_text_literal for operand in operands):
        common = TEXT
    return tuple(as_type(operand, common) for operand in operands), common


def _common(operands: Iterable[Operand]) -> Type:
    common = NULL
    for operand in operands:
        joined = join(common, replace(operand.node.type, many=False))
        if joined is None:
            raise ExpressionError(
                "wrong_type",
                msg(
                    "%(one)s and %(other)s cannot stand together.",
                    one=in_words(common),
                    other=in_words(operand.node.type),
                ),
                operand.written.at,
                _conversion(common, operand.node.type),
            )
        common = joined
    return common


def _refuse_json(operands: Iterable[Operand]) -> None:
    for operand in operands:
        if operand.node.type.kind is Kind.JSON:
            raise ExpressionError(
                "wrong_type",
                msg("JSON has no meaning in expressions."),
                operand.written.at,
                msg("Only is_blank(…) and changed(…) take it; keep what is compared in a field of its own."),
            )


def as_type(operand: Operand, target: Type) -> TypedNode:
    """A written text, or what can only be null, as a constant of the target type; anything else as it is."""
    if operand.is_text_literal and isinstance(operand.node, Const):
        return Const(literal_value(str(operand.node.value), target, operand.written.at), target)
    return Const(None, target) if operand.node.type.kind is Kind.NULL else operand.node


def in_words(found: Type) -> Message:
    """A type in words."""
    return described(frozenset({found.kind}))


def wrong_type(written: Node, found: TypedNode, expected: Message, hint: Message | None = None) -> ExpressionError:
    """The error for a part of another type than its place asks for."""
    return ExpressionError(
        "wrong_type",
        msg("Expected %(expected)s, found %(found)s.", expected=expected, found=in_words(found.type)),
        written.at,
        hint,
    )


def refuse_many(operand: Operand) -> None:
    """Raise ExpressionError `wrong_type` for a set where one value is meant."""
    if operand.node.type.many:
        raise ExpressionError(
            "wrong_type",
            msg("A set of values can only stand after in."),
            operand.written.at,
            msg("Write, for example, 'vip' in tags, or team in my_teams()."),
        )


def _conversion(one: Type, other: Type) -> Message | None:
    kinds = {one.kind, other.kind}
    if kinds == {Kind.DATE, Kind.DATETIME}:
        return msg("Compare a date with time to a moment, such as now() or '2026-03-01T00:00:00Z'.")
    if kinds == {Kind.CHOICE}:
        return msg("The two lists have no option in common.")
    if kinds <= {Kind.LINK, Kind.KEY}:
        return msg("The two never point at the same entity.")
    return None

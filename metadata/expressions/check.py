"""Tree → typed tree: finds every name, gives every literal the type of its other side, refuses the rest.

What passes here has a value for every record: the back ends have no errors of their own to report.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from i18n.lazy import msg
from metadata.expressions.arguments import typed_arguments
from metadata.expressions.currencies import guarded
from metadata.expressions.errors import ExpressionError, unknown_root
from metadata.expressions.fit import arithmetic, assignable
from metadata.expressions.literals import number_value
from metadata.expressions.operands import Operand, agreed, as_type, in_words, refuse_many, wrong_type
from metadata.expressions.scope import UnknownNameError
from metadata.expressions.tree import ARITHMETIC, KEYWORDS, Binary, Call, In, Literal, Logic, Node, Path, Root, Unary
from metadata.expressions.typed import Apply, Const, Ref, TypedNode
from metadata.expressions.types import (
    BOOLEAN,
    INTEGER,
    NULL,
    NUMBERS,
    ORDERED,
    TEXT,
    TEXTS,
    Kind,
    Type,
    decimal,
)
from metadata.nearest import nearest_hint

if TYPE_CHECKING:
    from collections.abc import Mapping

    from i18n.lazy import Message
    from metadata.expressions.scope import Scope
    from metadata.expressions.types import Signature

_EQUALITY = {"=", "!="}
_SOUGHT_IN = 2
_WRITTEN = {Root.SELF: "", Root.RECORD: "$record.", Root.OLD: "$old.", Root.ME: "me().", Root.NAMED: "$"}


def check(node: Node, scope: Scope, functions: Mapping[str, Signature], wanted: Type | None = None) -> TypedNode:
    """The meaning of an expression whose value is to be of type `wanted` (None: of any type).

    Raises ExpressionError with the codes `unknown_name`, `out_of_place`, `unknown_function`,
    `wrong_arguments`, `wrong_type`, `bad_literal`, `unknown_option`, `compare_null` and
    `mixed_currency`, with the column where the tree was parsed from text.
    """
    checker = _Checker(scope, functions)
    operand = checker.operand(node)
    refuse_many(operand)
    if wanted is None:
        return operand.node
    typed = as_type(operand, wanted)
    if not assignable(typed.type, wanted):
        raise wrong_type(node, typed, in_words(wanted))
    # An amount in another currency than the field's own is no amount for it.
    return guarded(typed, (typed, Const(None, wanted)), scope, node.at) if wanted.kind is Kind.MONEY else typed


@dataclass(frozen=True, slots=True)
class _Checker:
    scope: Scope
    functions: Mapping[str, Signature]

    def operand(self, node: Node) -> Operand:
        return Operand(node, self.typed(node))

    def typed(self, node: Node) -> TypedNode:  # noqa: PLR0911  (one per class of node)
        match node:
            case Literal():
                return _constant(node)
            case Path():
                return self.path(node)
            case Unary():
                return self.unary(node)
            case Binary():
                return self.binary(node)
            case Logic():
                return Apply(node.operator, tuple(map(self.condition, node.operands)), BOOLEAN)
            case In():
                return self.membership(node)
            case Call():
                return self.call(node)

    def path(self, node: Path) -> TypedNode:
        try:
            found = self.scope.resolve(node.root, node.names)
        except UnknownNameError as error:
            raise _unknown_name(node, error) from None
        return Ref(node.root, found.steps, found.part, found.type)

    def unary(self, node: Unary) -> TypedNode:
        if node.operator == "not":
            return Apply("not", (self.condition(node.operand),), BOOLEAN)
        operand = self.typed(node.operand)
        if operand.type.kind is Kind.NULL:
            return operand
        if operand.type.kind not in NUMBERS | {Kind.DURATION}:
            raise wrong_type(node.operand, operand, msg("a number"))
        if isinstance(operand, Const) and isinstance(operand.value, int | Decimal):
            return _number(Decimal(operand.value).copy_negate())
        return Apply("negate", (operand,), operand.type)

    def binary(self, node: Binary) -> TypedNode:
        if node.operator == "&":
            return self.concatenation(node)
        if node.operator in ARITHMETIC:
            return self.arithmetic(node)
        return self.comparison(node)

    def concatenation(self, node: Binary) -> TypedNode:
        parts = tuple(self.typed(part) for part in (node.left, node.right))
        for written, part in zip((node.left, node.right), parts, strict=True):
            if part.type.kind not in TEXTS | {Kind.NULL}:
                raise wrong_type(written, part, msg("text"), msg("Write text(…) around it."))
        return Apply("&", tuple(_with_type(part, TEXT) for part in parts), TEXT)

    def arithmetic(self, node: Binary) -> TypedNode:
        one, other = self.operand(node.left), self.operand(node.right)
        left, right = _beside(one, other.node.type), _beside(other, one.node.type)
        result = INTEGER if left.type.kind is Kind.NULL else arithmetic(node.operator, left.type, right.type)
        if result is None:
            raise ExpressionError(
                "wrong_type",
                msg(
                    "%(operator)s does not work between %(one)s and %(other)s.",
                    operator=node.operator,
                    one=in_words(left.type),
                    other=in_words(right.type),
                ),
                node.at,
                _instead(node.operator, left.type, right.type),
            )
        applied = Apply(node.operator, (left, right), result)
        return guarded(applied, (left, right), self.scope, node.at)

    def comparison(self, node: Binary) -> TypedNode:
        operands = (self.operand(node.left), self.operand(node.right))
        for operand in operands:
            _refuse_null(operand)
            refuse_many(operand)
        sides, common = agreed(operands)
        if node.operator not in _EQUALITY and common.kind not in ORDERED:
            raise ExpressionError(
                "wrong_type",
                msg("%(kind)s has no order: only = and != work.", kind=in_words(common)),
                node.at,
            )
        return guarded(Apply(node.operator, sides, BOOLEAN), sides, self.scope, node.at)

    def membership(self, node: In) -> TypedNode:
        if self.holds_many(node.subject):
            return self.overlap(node)
        operands = tuple(map(self.operand, (node.subject, *node.options)))
        for operand in operands:
            _refuse_null(operand)
        refuse_many(operands[0])
        sides, _ = agreed(operands)
        found = guarded(Apply("in", sides, BOOLEAN), sides, self.scope, node.at)
        return Apply("not", (found,), BOOLEAN) if node.negated else found

    def overlap(self, node: In) -> TypedNode:
        """Whether the set that a field holds has one of the options: `tags in ('a', 'b')`."""
        for option in map(self.operand, node.options):
            refuse_many(option)
        parts = tuple(
            self.membership(In(option, (node.subject,), negated=False, at=node.at)) for option in node.options
        )
        found = parts[0] if len(parts) == 1 else Apply("or", parts, BOOLEAN)
        return Apply("not", (found,), BOOLEAN) if node.negated else found

    def holds_many(self, node: Node) -> bool:
        return isinstance(node, Path) and self.path(node).type.many

    def call(self, node: Call) -> TypedNode:
        if node.name == "contains" and len(node.arguments) == _SOUGHT_IN and self.holds_many(node.arguments[0]):
            within, sought = node.arguments
            return self.membership(In(sought, (within,), negated=False, at=node.at))
        signature = self.functions.get(node.name)
        if signature is None:
            raise ExpressionError(
                "unknown_function",
                msg("There is no function %(name)s.", name=node.name),
                node.at,
                nearest_hint(node.name, self.functions),
            )
        arguments = typed_arguments(node, signature, self.operand)
        result = signature.result if isinstance(signature.result, Type) else signature.result(arguments.types)
        typed = Apply(node.name, arguments.nodes, result)
        return guarded(typed, arguments.nodes, self.scope, node.at) if signature.one_currency else typed

    def condition(self, node: Node) -> TypedNode:
        typed = self.typed(node)
        if typed.type.kind not in {Kind.BOOLEAN, Kind.NULL}:
            raise wrong_type(node, typed, msg("a condition"))
        return _with_type(typed, BOOLEAN)


def _constant(node: Literal) -> Const:
    match node.value:
        case None:
            return Const(None, NULL)
        case bool():
            return Const(node.value, BOOLEAN)
        case Decimal():
            return _number(node.value)
        case str():
            return Const(node.value, TEXT)


def _number(value: Decimal) -> Const:
    found = number_value(value)
    places = -int(value.as_tuple().exponent)
    return Const(found, INTEGER if isinstance(found, int) else decimal(places))


def _with_type(node: TypedNode, target: Type) -> TypedNode:
    """What can only be null takes the type of its neighbour, so that no engine is asked to guess one."""
    return Const(None, target) if node.type.kind is Kind.NULL else node


def _beside(operand: Operand, neighbour: Type) -> TypedNode:
    """As `_with_type`; a text that is written beside a duration is one: `worked + 'PT30M'`."""
    return as_type(operand, neighbour) if neighbour.kind is Kind.DURATION else _with_type(operand.node, neighbour)


def _unknown_name(node: Path, error: UnknownNameError) -> ExpressionError:
    name = node.names[error.index]
    if error.index == 0 and node.root is Root.NAMED:
        return unknown_root(name, node.at, error.offered)
    if error.index == 0 and not error.offered and node.root is not Root.SELF:
        root = _WRITTEN[node.root].rstrip(".")
        return ExpressionError("out_of_place", msg("%(root)s cannot be used here.", root=root), node.at)
    column = node.at + len(_WRITTEN[node.root]) + sum(len(before) + 1 for before in node.names[: error.index])
    return ExpressionError(
        "unknown_name",
        msg("There is no field %(name)s.", name=name),
        column if node.at else 0,
        nearest_hint(name, error.offered) or _meant_otherwise(node),
    )


def _meant_otherwise(node: Path) -> Message | None:
    name = node.names[0]
    if node.root is not Root.SELF or len(node.names) > 1:
        return None
    if name.casefold() in KEYWORDS:
        return msg("Write %(word)s in small letters.", word=name.casefold())
    return msg("If a text is meant, write it in quotes: '%(name)s'.", name=name)


def _instead(operator: str, left: Type, right: Type) -> Message | None:
    kinds = {left.kind, right.kind}
    if operator == "+" and kinds & TEXTS:
        return msg("Write & to join texts.")
    if operator in {"+", "-"} and kinds & {Kind.DATE, Kind.DATETIME}:
        return msg("Write add_days(date, days), or days_between(from, to).")
    return None


def _refuse_null(operand: Operand) -> None:
    if operand.node.type.kind is Kind.NULL:
        raise ExpressionError(
            "compare_null",
            msg("Nothing equals null, so this would never hold."),
            operand.written.at,
            msg("Write is_blank(…) or not is_blank(…)."),
        )

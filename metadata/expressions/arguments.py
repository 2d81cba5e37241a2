"""The arguments of a call, matched with the function's parameters."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from i18n.lazy import msg
from metadata.expressions.errors import ExpressionError
from metadata.expressions.fit import described
from metadata.expressions.operands import Operand, agreed, as_type, refuse_many, wrong_type
from metadata.expressions.tree import Call, Literal, Node, Path, Root
from metadata.expressions.types import Kind, Parameter, Type

if TYPE_CHECKING:
    from collections.abc import Callable

    from metadata.expressions.typed import TypedNode
    from metadata.expressions.types import Signature

# A written text is tried as each kind that its parameter takes, in this order: the strictest form first.
_TRIED = (Kind.DATE, Kind.DATETIME, Kind.TIME, Kind.DURATION, Kind.INTEGER, Kind.DECIMAL, Kind.BOOLEAN)


@dataclass(frozen=True, slots=True)
class Arguments:
    """The typed arguments of a call, and their types with joined ones in their common type."""

    nodes: tuple[TypedNode, ...]
    types: tuple[Type, ...]


def typed_arguments(call: Call, signature: Signature, operand: Callable[[Node], Operand]) -> Arguments:
    """The arguments of a call; `operand` types one part on its own.

    A parameter that takes a field by name yields two: its present and its former value. Raises
    ExpressionError with the codes `wrong_arguments`, `wrong_type`, `bad_literal` and those of `operand`.
    """
    _refuse_count(call, signature)
    parameters = _parameters(signature, len(call.arguments))
    if signature.parameters and signature.parameters[0].path:
        return _both_values(call, operand)
    operands = [operand(argument) for argument in call.arguments]
    for one, parameter in zip(operands, parameters, strict=True):
        if not (parameter.many and isinstance(one.written, Path)):
            refuse_many(one)
    joined = [one for one, parameter in zip(operands, parameters, strict=True) if parameter.joined]
    in_common, common = agreed(joined)
    waiting = iter(in_common)
    nodes = tuple(
        _fitting(one, parameter, next(waiting) if parameter.joined else None)
        for one, parameter in zip(operands, parameters, strict=True)
    )
    types = tuple(common if parameter.joined else node.type for node, parameter in zip(nodes, parameters, strict=True))
    return Arguments(nodes, types)


def _refuse_count(call: Call, signature: Signature) -> None:
    given, most = len(call.arguments), len(signature.parameters)
    least = most - signature.optional
    if given < least or (given > most and not signature.repeated):
        raise ExpressionError(
            "wrong_arguments",
            msg("%(name)s takes other arguments than these %(count)s.", name=call.name, count=given),
            call.at,
            msg("Write %(form)s.", form=form(signature)),
        )


def form(signature: Signature) -> str:
    """How a call looks: `round(number, [places])`, `concat(text, …)`."""
    required = len(signature.parameters) - signature.optional
    names = [p.name if i < required else f"[{p.name}]" for i, p in enumerate(signature.parameters)]
    return f"{signature.name}({', '.join([*names, '…'] if signature.repeated else names)})"


def _parameters(signature: Signature, count: int) -> list[Parameter]:
    extra = count - len(signature.parameters)
    return [*signature.parameters[:count], *(signature.parameters[-1:] * max(extra, 0))]


def _both_values(call: Call, operand: Callable[[Node], Operand]) -> Arguments:
    path = call.arguments[0]
    if not isinstance(path, Path) or path.root is not Root.SELF:
        raise ExpressionError("wrong_arguments", msg("%(name)s takes the name of a field.", name=call.name), path.at)
    nodes = (operand(path).node, operand(replace(path, root=Root.OLD)).node)
    return Arguments(nodes, tuple(node.type for node in nodes))


def _fitting(operand: Operand, parameter: Parameter, agreed_on: TypedNode | None) -> TypedNode:
    if parameter.literal and not isinstance(operand.written, Literal):
        raise wrong_type(operand.written, operand.node, msg("a text in quotes"))
    node = agreed_on or _as_accepted(operand, parameter)
    if node.type.kind not in parameter.accepts | {Kind.NULL}:
        raise wrong_type(operand.written, node, described(parameter.accepts))
    return node


def _as_accepted(operand: Operand, parameter: Parameter) -> TypedNode:
    if operand.is_text_literal and Kind.TEXT not in parameter.accepts:
        return _as_first_fitting(operand, [Type(kind) for kind in _TRIED if kind in parameter.accepts])
    if operand.node.type.kind is Kind.NULL:
        accepted = Kind.TEXT if Kind.TEXT in parameter.accepts else min(parameter.accepts)
        return as_type(operand, Type(accepted))
    return operand.node


def _as_first_fitting(operand: Operand, targets: list[Type]) -> TypedNode:
    refused: ExpressionError | None = None
    for target in targets:
        try:
            return as_type(operand, target)
        except ExpressionError as error:
            refused = refused or error
    raise refused or wrong_type(operand.written, operand.node, msg("another value"))

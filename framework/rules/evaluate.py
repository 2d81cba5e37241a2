"""Typed tree → Python function: compiled once into closures, and never failing for any data."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from framework.rules.functions import ROWS
from metadata.expressions.typed import Apply, Const, Ref, TypedNode
from metadata.expressions.types import KEYS

if TYPE_CHECKING:
    from framework.rules.env import Env
    from framework.rules.functions import Function

Values = Mapping[str, object]
Evaluator = Callable[[Values, "Env"], Any]


def evaluator(node: TypedNode) -> Evaluator:
    """A function of (values, env) that gives the expression's value in the form `Kind` describes.

    `values` maps the `key` of every Ref of the expression to its value or None; a missing key is a
    mistake of the caller and a KeyError, for an absent value would quietly switch a rule off.
    """
    match node:
        case Const():
            return _constant(node.value)
        case Ref():
            return _reference(node)
        case Apply():
            special = _LOGIC.get(node.function)
            return special(node) if special else _application(node, ROWS[node.function])


def holds(node: TypedNode) -> Callable[[Values, Env], bool]:
    """The same for a condition: it holds only when true, neither when false nor when null."""
    evaluate = evaluator(node)
    return lambda values, env: evaluate(values, env) is True


def _constant(value: object) -> Evaluator:
    return lambda _values, _env: value


def _reference(node: Ref) -> Evaluator:
    key = node.key
    if node.type.kind not in KEYS:
        return lambda values, _env: values[key]

    def record_id(values: Values, _env: Env) -> object:
        value = values[key]
        return str(value) if isinstance(value, UUID) else value

    return record_id


def _and(node: Apply) -> Evaluator:
    parts = tuple(map(evaluator, node.arguments))

    def conjunction(values: Values, env: Env) -> bool | None:
        unknown = False
        for part in parts:
            value = part(values, env)
            if value is False:
                return False
            unknown = unknown or value is None
        return None if unknown else True

    return conjunction


def _or(node: Apply) -> Evaluator:
    parts = tuple(map(evaluator, node.arguments))

    def disjunction(values: Values, env: Env) -> bool | None:
        unknown = False
        for part in parts:
            value = part(values, env)
            if value is True:
                return True
            unknown = unknown or value is None
        return None if unknown else False

    return disjunction


def _not(node: Apply) -> Evaluator:
    (part,) = map(evaluator, node.arguments)

    def negation(values: Values, env: Env) -> bool | None:
        value = part(values, env)
        return None if value is None else not value

    return negation


def _comparison(node: Apply) -> Evaluator:
    compare = _COMPARE[node.function]
    left, right = map(evaluator, node.arguments)

    def comparison(values: Values, env: Env) -> bool | None:
        one = left(values, env)
        if one is None:
            return None
        other = right(values, env)
        return None if other is None else compare(one, other)

    return comparison


def _membership(node: Apply) -> Evaluator:
    subject, *options = node.arguments
    value = evaluator(subject)
    single = tuple(evaluator(option) for option in options if not option.type.many)
    sets = tuple(evaluator(option) for option in options if option.type.many)

    def membership(values: Values, env: Env) -> bool | None:
        members = [option(values, env) for option in single]
        for one in sets:
            members.extend(one(values, env) or ())
        if not members:
            return False
        sought = value(values, env)
        if sought is None:
            return None
        if any(sought == member for member in members if member is not None):
            return True
        return None if None in members else False

    return membership


def _application(node: Apply, row: Function) -> Evaluator:
    call = row.python
    arguments = tuple(map(evaluator, node.arguments))
    if row.signature.symbolic:
        return lambda values, env: call(env, *[argument(values, env) for argument in arguments])
    if not row.strict:
        return lambda values, env: call(*[argument(values, env) for argument in arguments])
    if len(arguments) == 1:
        return _strict_call(call, arguments[0])

    def application(values: Values, env: Env) -> object:
        given = [argument(values, env) for argument in arguments]
        return None if None in given else call(*given)

    return application


def _strict_call(call: Callable[..., object], argument: Evaluator) -> Evaluator:
    def application(values: Values, env: Env) -> object:
        value = argument(values, env)
        return None if value is None else call(value)

    return application


_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_LOGIC: dict[str, Callable[[Apply], Evaluator]] = {
    "and": _and,
    "or": _or,
    "not": _not,
    "in": _membership,
    **dict.fromkeys(_COMPARE, _comparison),
}

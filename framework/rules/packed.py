"""A whole expression as one text, which SQLite hands back to Python with the values it needs.

SQLite's parser stacks no more than a hundred symbols, so calls of single functions could not be nested as
deep as expressions are; and one call for each record costs less than one for each node.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from framework.rules.evaluate import evaluator
from framework.rules.sqlite_values import decoder, encoder
from metadata.expressions.tree import Root
from metadata.expressions.typed import Apply, Const, Ref, Step, TypedNode
from metadata.expressions.types import Kind, Type

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# SQLite passes 127 at most, and one is the expression; more come in JSON arrays of so many.
MOST_ARGUMENTS = 100


@dataclass(frozen=True, slots=True)
class Argument:
    """A leaf that SQL supplies: its form in SQLite (`sqlite_values.form`), and whether it is a set."""

    form: str
    many: bool = False


def pack(node: TypedNode, arguments: dict[TypedNode, Argument], result: str) -> str:
    """The text of an expression whose leaves `arguments` come from SQL, in that order.

    `result` is the form in which the value goes back.
    """
    places = {leaf: place for place, leaf in enumerate(arguments)}
    forms = [[argument.form, argument.many] for argument in arguments.values()]
    return json.dumps([_tree(node, places), forms, result], separators=(",", ":"))


def _tree(node: TypedNode, places: dict[TypedNode, int]) -> list[Any]:
    if node in places:
        return ["argument", places[node]]
    if isinstance(node, Apply):
        return ["call", node.function, [_tree(argument, places) for argument in node.arguments]]
    assert isinstance(node, Const)  # noqa: S101  # every Ref is an argument
    form = Kind.INTEGER if isinstance(node.value, int) and not isinstance(node.value, bool) else node.type.kind
    return ["value", form.value, None if node.value is None else encoder(form.value)(node.value)]


@lru_cache(maxsize=1024)
def unpack(text: str) -> Callable[[Sequence[Any]], Any]:
    """The function of a packed expression: from the values of its arguments to its value, in SQLite's forms."""
    tree, forms, result = json.loads(text)
    evaluate = evaluator(_node(tree, forms))
    decoders = [(str(place), json.loads if many else decoder(form)) for place, (form, many) in enumerate(forms)]
    encode = encoder(result)

    def call(given: Sequence[Any]) -> Any:  # noqa: ANN401  # what SQLite can hold
        if len(decoders) > MOST_ARGUMENTS:
            given = [value for several in given for value in json.loads(several)]
        values = {
            key: None if value is None else decode(value) for (key, decode), value in zip(decoders, given, strict=True)
        }
        # Whatever stands for the request is an argument, so no Env is asked.
        found = evaluate(values, None)  # type: ignore[arg-type]
        return None if found is None else encode(found)

    return call


def _node(tree: list[Any], forms: list[list[Any]]) -> TypedNode:
    match tree:
        case ["argument", int(place)]:
            form, many = forms[place]
            kind = Kind(form.partition("/")[0])
            return Ref(Root.SELF, (Step("", str(place)),), None, Type(kind, many=many))
        case ["call", str(function), list(arguments)]:
            parts = tuple(_node(argument, forms) for argument in arguments)
            return Apply(function, parts, Type(Kind.NULL))
        case [_, form, value]:
            return Const(None if value is None else decoder(form)(value), Type(Kind(form)))
    raise ValueError(tree)

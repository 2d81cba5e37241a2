"""Text → tree, by an LALR parser that never recurses, so no input can exhaust the stack.

Only syntax is decided here: whether a name exists and what fits together is `check`'s work.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from lark import Token, Transformer, UnexpectedCharacters, UnexpectedToken, v_args

from i18n.lazy import msg
from metadata.expressions.errors import ExpressionError, unknown_root
from metadata.expressions.grammar import load_parser
from metadata.expressions.limits import MAX_NODES, refuse_impossible, refuse_large, refuse_long
from metadata.expressions.syntax_errors import syntax_error
from metadata.expressions.tree import Binary, Call, In, Literal, Node, Path, Root, Unary, logic

if TYPE_CHECKING:
    from collections.abc import Callable

_DOLLAR_ROOTS = {"record": Root.RECORD, "old": Root.OLD}
_PERSON = "me"


@lru_cache(maxsize=512)  # the same filters of the same screens come all day
def parse(text: str, *, max_nodes: int = MAX_NODES, named: bool = False) -> Node:
    """The tree of an expression; with `named` its place may give names to things: `$input.amount`.

    Raises ExpressionError with the codes `too_long`, `bad_character`, `syntax`, `unknown_name` (of a
    root such as `$recrd`), `too_many_nodes` and `too_deep`, and nothing else, whatever the text.
    """
    refuse_long(text)
    refuse_impossible(text)
    try:
        node = _parser(named=named)(text)
    except (UnexpectedToken, UnexpectedCharacters) as error:
        raise syntax_error(error, text) from None
    refuse_large(node, max_nodes)
    return node


@cache
def _parser(*, named: bool) -> Callable[[str], Node]:
    """Made at the first expression, not at import: many commands never read one."""
    return load_parser(_Builder(named=named)).parse  # type: ignore[return-value]  # the builder makes nodes, not lark trees


@v_args(inline=True)
class _Builder(Transformer[Token, Node]):
    """Makes our nodes as rules complete; columns are offsets, so a line break counts as a character."""

    def __init__(self, *, named: bool) -> None:
        super().__init__()
        self._named = named

    def start(self, node: Node) -> Node:
        return node

    def either(self, *operands: Node) -> Node:
        return logic("or", operands, operands[0].at)

    def both(self, *operands: Node) -> Node:
        return logic("and", operands, operands[0].at)

    def negated(self, word: Token, operand: Node) -> Node:
        return Unary("not", operand, _column(word))

    def binary(self, left: Node, operator: Token, right: Node) -> Node:
        return Binary(str(operator), left, right, _column(operator))

    def choices(self, *options: Node) -> tuple[Node, ...]:
        return options

    def is_in(self, subject: Node, options: tuple[Node, ...]) -> Node:
        return In(subject, options, negated=False, at=subject.at)

    def is_not_in(self, subject: Node, _word: Token, options: tuple[Node, ...]) -> Node:
        return In(subject, options, negated=True, at=subject.at)

    def minus(self, sign: Token, operand: Node) -> Node:
        return Unary("-", operand, _column(sign))

    def number(self, token: Token) -> Node:
        return Literal(Decimal(str(token)), _column(token))

    def text(self, token: Token) -> Node:
        return Literal(token[1:-1].replace("''", "'"), _column(token))

    def true(self, token: Token) -> Node:
        return Literal(value=True, at=_column(token))

    def false(self, token: Token) -> Node:
        return Literal(value=False, at=_column(token))

    def null(self, token: Token) -> Node:
        return Literal(value=None, at=_column(token))

    def own_path(self, *names: Token) -> Node:
        return Path(tuple(map(str, names)), Root.SELF, _column(names[0]))

    def rooted_path(self, dollar: Token, root: Token, *names: Token) -> Node:
        if root not in _DOLLAR_ROOTS:
            if not self._named:
                raise unknown_root(str(root), _column(dollar))
            return Path((str(root), *map(str, names)), Root.NAMED, _column(dollar))
        return Path(tuple(map(str, names)), _DOLLAR_ROOTS[root], _column(dollar))

    def call_path(self, function: Token, *names: Token) -> Node:
        if function != _PERSON:
            raise ExpressionError(
                "unknown_name",
                msg("%(name)s() has no fields.", name=str(function)),
                _column(function),
                msg("Only me() leads on, as in me().team."),
            )
        return Path(tuple(map(str, names)), Root.ME, _column(function))

    def call(self, name: Token, *arguments: Node) -> Node:
        return Call(str(name), arguments, _column(name))


def _column(token: Token) -> int:
    return (token.start_pos or 0) + 1

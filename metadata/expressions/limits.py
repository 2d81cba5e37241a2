"""How large an expression may be, whichever way it comes in."""

from __future__ import annotations

import re

from i18n.lazy import msg
from metadata.expressions.errors import ExpressionError
from metadata.expressions.tree import Node, depth, size

MAX_CHARACTERS = 4_000
MAX_NODES = 400
MAX_NODES_IN_REQUEST = 200
MAX_DEPTH = 40

# PostgreSQL keeps no NUL and UTF-8 no half of a surrogate pair, so no value could ever equal one.
_IMPOSSIBLE = re.compile("[\x00\ud800-\udfff]")


def refuse_long(text: str) -> None:
    """Raise ExpressionError `too_long` where the text has more than 4,000 characters."""
    if len(text) > MAX_CHARACTERS:
        raise ExpressionError(
            "too_long",
            msg(
                "An expression has at most %(most)s characters; this one has %(count)s.",
                most=MAX_CHARACTERS,
                count=len(text),
            ),
            MAX_CHARACTERS + 1,
        )


def refuse_impossible(text: str, at: int = 1) -> None:
    """Raise ExpressionError `bad_character` for NUL and lone surrogates; `at` is the text's first column."""
    found = _IMPOSSIBLE.search(text)
    if found:
        column = at + found.start() if at else 0
        code_point = f"U+{ord(found[0]):04X}"
        raise ExpressionError(
            "bad_character", msg("The character %(character)s cannot stand in a text.", character=code_point), column
        )


def refuse_large(node: Node, max_nodes: int) -> None:
    """Raise ExpressionError `too_many_nodes` or `too_deep`, at the first column."""
    column = 1 if node.at else 0
    count = size(node)
    if count > max_nodes:
        raise ExpressionError(
            "too_many_nodes",
            msg("An expression has at most %(most)s parts here; this one has %(count)s.", most=max_nodes, count=count),
            column,
        )
    if depth(node) > MAX_DEPTH:
        raise ExpressionError(
            "too_deep", msg("The parts of an expression lie at most %(most)s deep.", most=MAX_DEPTH), column
        )

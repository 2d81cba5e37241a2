"""The expression language: text, JSON or shorthand → tree → typed tree. Pure, and without back ends.

    node = parse("stage = 'won' and amount > 1000")      # or from_json(…), from_shorthand(…)
    typed = check(node, scope, SIGNATURES, wanted=BOOLEAN)   # SIGNATURES: framework.rules

`paths(node)` lists what is mentioned; `refs(typed)` what must be loaded. All refusals are ExpressionError.
"""

from metadata.expressions.check import check
from metadata.expressions.errors import ExpressionError
from metadata.expressions.limits import MAX_NODES, MAX_NODES_IN_REQUEST
from metadata.expressions.parse import parse
from metadata.expressions.printer import to_text
from metadata.expressions.scope import Resolved, Scope, UnknownNameError
from metadata.expressions.shorthand import from_shorthand
from metadata.expressions.stored import from_json, to_json
from metadata.expressions.tree import Node, Path, Root, logic, paths
from metadata.expressions.typed import Apply, Const, Ref, Step, TypedNode, assigned, conjunction, refs
from metadata.expressions.types import Kind, Signature, Type

__all__ = [
    "MAX_NODES",
    "MAX_NODES_IN_REQUEST",
    "Apply",
    "Const",
    "ExpressionError",
    "Kind",
    "Node",
    "Path",
    "Ref",
    "Resolved",
    "Root",
    "Scope",
    "Signature",
    "Step",
    "Type",
    "TypedNode",
    "UnknownNameError",
    "assigned",
    "check",
    "conjunction",
    "from_json",
    "from_shorthand",
    "logic",
    "parse",
    "paths",
    "refs",
    "to_json",
    "to_text",
]

"""Works out, when a template is compiled, what is the same at every drawing: words, icons, addresses of assets.

Each language has templates of its own, so a word without placeholders is text like any other by then. Looking each
of them up anew at every drawing would be a good part of what a page costs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jinja2 import Environment, nodes
from jinja2.visitor import NodeTransformer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class FoldingEnvironment(Environment):
    """An environment whose `constants` are called once, wherever a template calls them with nothing but texts."""

    def __init__(self, constants: Mapping[str, Callable[..., str]], **options: Any) -> None:  # noqa: ANN401
        """Take functions by the names that templates call, which always give the same for the same texts."""
        super().__init__(**options)
        self._folder = _Folder(constants)

    def _generate(
        self,
        source: nodes.Template,
        name: str | None,
        filename: str | None,
        defer_init: bool = False,  # noqa: FBT001, FBT002 - as Jinja has it
    ) -> str:
        """Take Jinja's hook between reading a template and writing its code."""
        return super()._generate(self._folder.visit(source), name, filename, defer_init)


class _Folder(NodeTransformer):
    def __init__(self, constants: Mapping[str, Callable[..., str]]) -> None:
        self._constants = constants

    def visit_Call(self, node: nodes.Call) -> nodes.Expr:  # noqa: N802 - the visitor finds it by this name
        self.generic_visit(node)
        called = self._constants.get(node.node.name) if isinstance(node.node, nodes.Name) else None
        texts = [one.value for one in node.args if isinstance(one, nodes.Const) and isinstance(one.value, str)]
        alone = len(texts) == len(node.args) and not (node.kwargs or node.dyn_args or node.dyn_kwargs)
        return nodes.Const(called(*texts), lineno=node.lineno) if called and alone else node

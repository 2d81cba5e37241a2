"""The product's source as the house rules read it: parsed once, with dotted names.

A rule is a function from one Source to its findings; it never imports what it judges.
"""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FLOORS = ("admin", "ui", "framework", "metadata", "i18n")


@dataclass(frozen=True, slots=True)
class Source:
    """One module: its dotted name, such as `framework.storage.session`, and its tree."""

    name: str
    tree: ast.Module

    def inside(self, *rooms: str) -> bool:
        """Whether the module is one of these modules or packages, or lies in one."""
        return any(self.name == room or self.name.startswith(f"{room}.") for room in rooms)


Rule = Callable[[Source], Iterator[ast.AST]]


def findings(rule: Rule) -> list[str]:
    """Apply a rule to the whole product; give `module:line` for each place that breaks it."""
    return [f"{source.name}:{node.lineno}" for source in product() for node in rule(source)]


def breaks(rule: Rule, name: str, text: str) -> bool:
    """Whether a module of this name with this text would break the rule."""
    return any(True for _ in rule(Source(name, ast.parse(text))))


@cache
def product() -> tuple[Source, ...]:
    """All modules of the five floors."""
    paths = sorted(path for floor in FLOORS for path in (ROOT / floor).rglob("*.py"))
    return tuple(Source(dotted(path), ast.parse(path.read_bytes())) for path in paths)


def dotted(path: Path) -> str:
    """Name under which a file is imported."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(source: Source) -> Iterator[tuple[ast.AST, str]]:
    """Full names that a module imports or reaches through an imported module, with their place.

    `from flask import request` and, after `import flask`, `flask.request` both give `flask.request`.
    """
    for node in ast.walk(source.tree):
        match node:
            case ast.Import(names=names):
                yield from ((node, alias.name) for alias in names)
            case ast.ImportFrom(module=str(module), names=names):
                yield from ((node, f"{module}.{alias.name}") for alias in names)
            case ast.Attribute(value=ast.Name(id=module), attr=attribute):
                yield node, f"{module}.{attribute}"

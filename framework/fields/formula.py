"""Values that an expression makes of others. Nothing is stored: every statement computes them anew."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

from framework.fields.money import CURRENCY
from framework.fields.numeric import PRECISION_OPTION, SCALE_OPTION
from framework.fields.resulting import RESULTS, Resulting
from i18n.lazy import msg
from metadata.expressions.currencies import currency_of
from metadata.expressions.scope import UnknownNameError
from metadata.expressions.typed import Apply, Const, Ref
from metadata.expressions.types import NULL, TEXT
from metadata.scopes import EntityScope

if TYPE_CHECKING:
    from collections.abc import Mapping

    from framework.fields.base import Column
    from metadata.expressions.typed import TypedNode
    from metadata.snapshot import Field, Snapshot


@dataclass(frozen=True)
class Formula(Resulting):
    """A computed value. It is read, filtered and sorted like one of its result's type, and never written."""

    name = "formula"
    label = msg("Formula")
    options_schema: ClassVar[Mapping[str, Any]] = {
        "type": "object",
        "properties": {
            "result": {"enum": sorted(RESULTS), "description": "The type of the value; its options apply."},
            "formula": {
                "$ref": "common.json#/$defs/expression",
                "description": "What the value is, such as `amount * probability / 100`.",
            },
            "precision": PRECISION_OPTION,
            "scale": {**SCALE_OPTION, "description": "Digits after the decimal point, to which the result is rounded."},
            "currency": {
                "type": "string",
                "pattern": CURRENCY,
                "description": "The currency of money; without it that of the inputs, else the site's.",
            },
            "unit": {"type": "string", "maxLength": 20, "description": "Shown behind a number."},
        },
        "required": ["result", "formula"],
        "additionalProperties": False,
    }
    computed = True

    def columns(self, field: Field) -> tuple[Column, ...]:  # noqa: ARG002
        """None."""
        return ()


@lru_cache(maxsize=4096)
def part_expression(snapshot: Snapshot, entity: str, node: TypedNode, part: str | None) -> TypedNode:
    """The expression of a part of a computed value: the currency of money, a part of the field that it names.

    Money that is made of no money is in the site's currency. A computed text has no parts; the type that is
    given it reads it.
    """
    if part is None:
        return node
    return part_within(EntityScope(snapshot.entities, entity), snapshot.site.currency, node, part)


def part_within(scope: EntityScope, currency: str, node: TypedNode, part: str) -> TypedNode:
    """The same for an expression in any scope; `currency` is the site's."""
    if part != "currency":
        return _part_of_field(scope, node, part)
    found, of_site = currency_of(node, scope), Const(currency, TEXT)
    if found is None or isinstance(found, Const):
        return found or of_site
    return Apply("coalesce", (found, of_site), TEXT)


def _part_of_field(scope: EntityScope, node: TypedNode, part: str) -> TypedNode:
    if isinstance(node, Ref) and node.part is None:
        with suppress(UnknownNameError):
            found = scope.resolve(node.root, (*(step.field for step in node.steps), part))
            if found.part == part:
                return Ref(node.root, node.steps, part, found.type)
    return Const(None, NULL)

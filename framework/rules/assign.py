"""What a field makes of a formula's value: the Python side of `metadata.expressions.assigned`."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from framework.rules.exact import fitted
from metadata.expressions.types import Kind

if TYPE_CHECKING:
    from metadata.expressions.types import Type


def assign(value: Any, target: Type) -> Any:  # noqa: ANN401  # of any kind
    """The value as a field of type `target` holds it.

    Numbers are rounded to its scale, half away from zero, and are None where they have more digits than
    the field, or more than 64 bits for a whole one. Other values stay as they are.
    """
    if not isinstance(value, int | Decimal) or not target.rounds:
        return value
    found = fitted(value, target.limit, target.scale or 0)
    return int(found) if found is not None and target.kind is Kind.INTEGER else found

"""Figures over the records that link to one: kept with it, and true at the end of every write."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from framework.fields.money import CURRENCY
from framework.fields.numeric import PRECISION_OPTION, SCALE_OPTION
from framework.fields.resulting import RESULTS, Resulting
from i18n.lazy import msg

if TYPE_CHECKING:
    from collections.abc import Mapping

    from framework.fields.base import Column
    from metadata.snapshot import Field

COUNT, LATEST = "count", "latest"
MEASURES = (COUNT, "sum", "min", "max", "avg", LATEST)


@dataclass(frozen=True)
class Rollup(Resulting):
    """A count of records that link here, or a figure of one of their fields. Nobody gives it."""

    name = "rollup"
    label = msg("Figure over linked records")
    options_schema: ClassVar[Mapping[str, Any]] = {
        "type": "object",
        "properties": {
            "result": {"enum": sorted(RESULTS), "description": "The type of the value; its options apply."},
            "of": {
                "type": "string",
                "pattern": r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$",
                "description": "The entity whose records are counted and its link to here: `opportunity.account`.",
            },
            "measure": {"enum": list(MEASURES), "description": "What is made of them; `latest` is of the newest."},
            "field": {
                "$ref": "common.json#/$defs/name",
                "description": "The field of theirs that is measured; `count` needs none.",
            },
            "filter": {
                "$ref": "common.json#/$defs/expression",
                "description": "Only records for which this holds count. It names fields of their own.",
            },
            "precision": PRECISION_OPTION,
            "scale": {**SCALE_OPTION, "description": "Digits after the decimal point, to which the figure is rounded."},
            "currency": {"type": "string", "pattern": CURRENCY, "description": "The currency of money."},
            "unit": {"type": "string", "maxLength": 20, "description": "Shown behind a number."},
        },
        "required": ["result", "of", "measure"],
        "additionalProperties": False,
    }
    server_set = True

    def columns(self, field: Field) -> tuple[Column, ...]:
        """As the result's type has them."""
        return self.as_shown(field).columns(field)

    def parts(self, field: Field, value: Any) -> tuple[Any, ...]:  # noqa: ANN401
        """As for the result's type."""
        return self.as_shown(field).parts(field, value)

    def at_first(self, field: Field) -> Any:  # noqa: ANN401
        """Nothing was counted yet."""
        return 0 if field.options["measure"] == COUNT else None

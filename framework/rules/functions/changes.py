"""What only a write knows: how the record was before. SQL has none of it."""

from __future__ import annotations

from framework.rules.functions.base import Function
from metadata.expressions.types import BOOLEAN, Parameter, Signature


def _changed(value: object, former: object) -> bool:
    return value != former


FUNCTIONS = (
    Function(
        Signature("changed", (Parameter("field", path=True),), BOOLEAN, writes_only=True),
        _changed,
        strict=False,
    ),
)

"""What figures over linked records are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metadata.expressions.typed import refs

if TYPE_CHECKING:
    from metadata.snapshot import Field, Snapshot


def inputs_of(snapshot: Snapshot, figure: Field) -> frozenset[str]:
    """The fields of the records that a figure is made of whose change may change it."""
    if figure.of is None or figure.of[0] not in snapshot.entities:
        return frozenset()
    named = {figure.of[1], figure.options.get("field", figure.of[1])}
    condition = figure.link_filter
    return frozenset(named | ({ref.steps[0].field for ref in refs(condition)} if condition is not None else set()))

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
    measured = measured_of(snapshot, figure)
    nodes = [node for node in (figure.link_filter, measured.formula if measured else None) if node is not None]
    return frozenset(named | {ref.steps[0].field for node in nodes for ref in refs(node)})


def measured_of(snapshot: Snapshot, figure: Field) -> Field | None:
    """The field that a figure measures; None where it counts."""
    if figure.of is None or figure.of[0] not in snapshot.entities:
        return None
    return snapshot.entities[figure.of[0]].fields.get(figure.options.get("field", ""))

"""Formulas that are computed from each other in a circle have no value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from i18n.lazy import msg
from metadata.check.base import Finding, Placed, numbered
from metadata.documents import pointer
from metadata.expressions.errors import ExpressionError
from metadata.expressions.typed import refs
from metadata.places import Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from metadata.check.look import Known, Look
    from metadata.layers import Effective

Spot = tuple[str, str]
"""An entity and one of its fields."""

Inputs = dict[Spot, frozenset[Spot]]
"""Formula → fields that it is computed from."""


def formula_inputs(definition: Effective, look: Look) -> Inputs:
    """What the formulas of one entity are computed from, over links too; faulty ones are passed over."""
    entity = look.entity(definition.name)
    found: Inputs = {}
    for name, body in definition.body["fields"].items():
        field = entity.fields.get(name) if entity else None
        if field is None or "formula" not in body:
            continue
        place = Place(("formula",), body["formula"], definition.name, field.type.expression_type(field))
        try:
            node = look.meanings.of(place)
        except ExpressionError:
            continue  # reported where the expressions are checked
        found[definition.name, name] = frozenset((step.entity, step.field) for ref in refs(node) for step in ref.steps)
    return found


@numbered("M304")
def formulas_end(known: Known, inputs: Mapping[Spot, frozenset[Spot]]) -> Iterator[Placed]:
    """No formula is computed from itself, directly or over others."""
    for spot in inputs:
        way = _way_back(spot, inputs)
        if way is not None:
            entity, field = spot
            if way == spot:
                message = msg("The formula “%(name)s” is computed from itself.", name=field)
            else:
                message = msg(
                    "The formula “%(name)s” is computed from “%(other)s”, and that from “%(name)s”.",
                    name=field,
                    other=".".join(way) if way[0] != entity else way[1],
                )
            place = pointer("fields", field, "formula")
            yield Placed(known.sound["entity", entity], Finding(place, message, msg("Take one of the two out.")))


def _way_back(start: Spot, inputs: Mapping[Spot, frozenset[Spot]]) -> Spot | None:
    """The direct input of a formula over which one comes back to it; None where none does."""
    for first in sorted(inputs[start]):
        seen, waiting = {first}, [first]
        while waiting:
            spot = waiting.pop()
            if spot == start:
                return first
            fresh = inputs.get(spot, frozenset()) - seen
            seen |= fresh
            waiting += fresh
    return None

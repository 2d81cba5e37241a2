"""Where expressions stand in definitions, and what each may mention: one list for check and compile."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from metadata.expressions.types import BOOLEAN

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from metadata.expressions.types import Type
    from metadata.snapshot import Entity, Field


_CALL = re.compile(r"\s*([A-Za-z_][A-Za-z0-9_]*)\s*\(")
_PERSON = "me"

EXPRESSION_KEYS = frozenset({
    "default", "formula", "filter", "visible_when", "required_when", "read_only_when", "options_when", "flow", "rules",
})  # fmt: skip
"""Keys of a field that may hold expressions; a field without any has none."""

# Condition of a field → whether it may compare with the record before the write ($old).
_CONDITIONS = {"visible_when": False, "required_when": True, "read_only_when": True}


@dataclass(frozen=True, slots=True)
class Place:
    """One expression: where in its definition, its text, and the world it speaks of.

    Bare names are fields of `entity`; `$record` leads to fields of `record`, where there is one;
    `$old` is the record before the write, where `old` says that there is one. `steps` lead from the
    part that the function below was given to the text. `named` gives names to records of entities, so that
    `$account.name` leads to a field of the one that is called account.
    """

    steps: tuple[str | int, ...]
    text: str
    entity: str
    wanted: Type = BOOLEAN
    record: str | None = None
    old: bool = False
    named: Mapping[str, Entity] = field(default_factory=dict)


def default_expression(default: object, functions: Collection[str]) -> str | None:
    """The text of a default that is an expression; None where it is a value.

    A text that begins with the call of a known function is an expression, and so is
    `{"expression": "…"}`; everything else is a value in the form of the API.
    """
    if isinstance(default, dict):
        text = default.get("expression")
        return text if isinstance(text, str) and len(default) == 1 else None
    found = _CALL.match(default) if isinstance(default, str) else None
    return default if found and isinstance(default, str) and found[1] in {_PERSON, *functions} else None


def field_places(entity: str, field: Field, body: Mapping[str, Any], functions: Collection[str]) -> Iterator[Place]:
    """The expressions of one field; a filter over several entities has no meaning and is left out."""
    for key, old in _CONDITIONS.items():
        if key in body:
            yield Place((key,), body[key], entity, old=old)
    default = default_expression(body.get("default"), functions)
    if default is not None:
        yield Place(("default",), default, entity, field.type.expression_type(field))
    if "formula" in body:
        yield Place(("formula",), body["formula"], entity, field.type.expression_type(field))
    if "filter" in body and field.chosen_from is not None:
        yield Place(("filter",), body["filter"], field.chosen_from, record=entity)
    if "filter" in body and field.of is not None:
        yield Place(("filter",), body["filter"], field.of[0])
    for option, text in body.get("options_when", {}).items():
        yield Place(("options_when", option), text, entity, old=True)
    yield from _flow_places(entity, body.get("flow", {}))
    yield from rule_places(entity, body)


def _flow_places(entity: str, flow: Mapping[str, Any]) -> Iterator[Place]:
    for option, steps in flow.items():
        for index, step in enumerate(steps):
            if isinstance(step, dict) and "when" in step:
                yield Place(("flow", option, index, "when"), step["when"], entity, old=True)


def rule_places(entity: str, body: Mapping[str, Any]) -> Iterator[Place]:
    """The rules of an entity, or of one of its fields."""
    for name, rule in body.get("rules", {}).items():
        yield Place(("rules", name, "refuse_when"), rule["refuse_when"], entity, old=True)


def grant_places(entity: str, body: Mapping[str, Any]) -> Iterator[Place]:
    """The row rules of a grant; they are about one entity, so the grant over all has none."""
    for action, text in body.get("rows", {}).items():
        yield Place(("rows", action), text, entity)


def view_places(body: Mapping[str, Any]) -> Iterator[Place]:
    """The filter of a view."""
    if "filter" in body:
        yield Place(("filter",), body["filter"], body["entity"])


class World(Protocol):
    """The entities and functions that expressions speak of; `Meanings` is one."""

    @property
    def entities(self) -> Mapping[str, Entity]:
        """Entities by name."""

    @property
    def functions(self) -> Collection[str]:
        """Names of functions."""


INPUT = "input"
"""What the inputs of an action are called in its expressions."""


def action_places(entity: Entity, name: str, body: Mapping[str, Any], world: World) -> Iterator[Place]:
    """The expressions of an action: its condition, the defaults of its inputs, and what its steps write.

    Every step may name what those before it made; what names nothing is left to a check of its own.
    """
    steps, inputs = ("actions", name), entity.actions[name].inputs
    if "when" in body:
        yield Place((*steps, "when"), body["when"], entity.name)
    for one, written in body.get("inputs", {}).items():
        found = inputs.fields.get(one)
        text = default_expression(written.get("default"), world.functions)
        if found is not None and text is not None:
            yield Place((*steps, "inputs", one, "default"), text, entity.name, found.type.expression_type(found))
    named = {INPUT: inputs}
    for index, step in enumerate(body["steps"]):
        place = (*steps, "steps", index)
        if "when" in step:
            yield Place((*place, "when"), step["when"], entity.name, record=entity.name, named=dict(named))
        target = target_of(entity, step, named, world.entities)
        for one, text in step["values"].items():
            found = target.fields.get(one) if target else None
            if found is not None:
                wanted = found.type.expression_type(found)
                yield Place((*place, "values", one), text, entity.name, wanted, entity.name, named=dict(named))
        if target and "as" in step:
            named[step["as"]] = target


def target_of(
    entity: Entity, step: Mapping[str, Any], named: Mapping[str, Entity], entities: Mapping[str, Entity]
) -> Entity | None:
    """The entity of the record that a step of an action writes; None where there is no such."""
    if "create" in step:
        return entities.get(step["create"])
    wanted = step["update"].removeprefix("$")
    return entity if wanted == "record" else None if wanted == INPUT else named.get(wanted)

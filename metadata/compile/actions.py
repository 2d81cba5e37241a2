"""Actions of an entity: what is asked for, what is written, and where one is led."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from i18n.lazy import Label
from metadata.compile.fields import World, field_of
from metadata.compile.freeze import NOTHING, frozen
from metadata.labels import label_of, optional_label
from metadata.places import INPUT, action_places, target_of
from metadata.snapshot import Action, ActionStep, Entity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from metadata.expressions.typed import TypedNode
    from metadata.meanings import Meanings

_ICON = "circle-check"
_ID = "id"


def action_shells(address: str, body: Mapping[str, Any], world: World) -> Mapping[str, Action]:
    """The actions by name, without expressions and steps."""
    written = body.get("actions")
    if not written:
        return NOTHING
    return frozen({name: _shell(f"{address}/actions/{name}", name, one, world) for name, one in written.items()})


def completed_actions(shell: Entity, body: Mapping[str, Any], meanings: Meanings) -> Mapping[str, Action]:
    """The actions of a shell with expressions and steps. Raises ExpressionError."""
    if not shell.actions:
        return shell.actions
    return frozen({name: _completed(shell, name, body["actions"][name], meanings) for name in shell.actions})


def _shell(address: str, name: str, body: Mapping[str, Any], world: World) -> Action:
    label = label_of(address, body, name)
    found = {
        one: field_of(f"{address}/inputs/{one}", one, field, world) for one, field in body.get("inputs", {}).items()
    }
    fields = {one: field for one, field in found.items() if field is not None}
    plural = Label(f"{address}/label", label.text)
    inputs = Entity(name, "", label, plural, _ICON, _ID, frozen(fields))
    return Action(
        name,
        label,
        inputs,
        body.get("icon", _ICON),
        help=optional_label(address, body, "help"),
        open=body.get("open", "$record").removeprefix("$"),
    )


def _completed(shell: Entity, name: str, body: Mapping[str, Any], meanings: Meanings) -> Action:
    action = shell.actions[name]
    nodes = {place.steps[2:]: meanings.of(place) for place in action_places(shell, name, body, meanings)}
    defaults = {steps[1]: node for steps, node in nodes.items() if steps[0] == "inputs"}
    fields = {
        one: replace(field, default_expression=defaults[one]) if one in defaults else field
        for one, field in action.inputs.fields.items()
    }
    return replace(
        action,
        inputs=replace(action.inputs, fields=frozen(fields)),
        when=nodes.get(("when",)),
        steps=tuple(_steps(shell, action, body["steps"], nodes, meanings)),
    )


def _steps(
    shell: Entity,
    action: Action,
    written: list[Mapping[str, Any]],
    nodes: Mapping[tuple[str | int, ...], TypedNode],
    meanings: Meanings,
) -> Iterator[ActionStep]:
    named = {INPUT: action.inputs}
    for index, step in enumerate(written):
        target = target_of(shell, step, named, meanings.entities)
        if target is None:
            continue  # a check reports it before anybody compiles
        place = ("steps", index)
        yield ActionStep(
            target.name,
            step["update"].removeprefix("$") if "update" in step else None,
            step.get("as"),
            nodes.get((*place, "when")),
            frozen({one: nodes[*place, "values", one] for one in step["values"] if (*place, "values", one) in nodes}),
        )
        if "as" in step:
            named[step["as"]] = target

"""Checks of the actions of an entity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from i18n.lazy import msg
from metadata.check.base import Finding, meant, numbered
from metadata.check.fields import faulty
from metadata.documents import pointer
from metadata.expressions.errors import ExpressionError
from metadata.places import INPUT, action_places, target_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from metadata.check.base import Check
    from metadata.check.look import Look
    from metadata.layers import Effective
    from metadata.snapshot import Entity

_RECORD = "record"
_TAKEN = (INPUT, _RECORD, "old")
# What is said of a stored field and means nothing of what is only asked for.
_OF_STORED = (
    "unique", "indexed", "searchable", "read_only", "read_only_after_create", "visible_when", "required_when",
    "read_only_when", "options_when", "flow", "rules", "audited", "retired", "column", "formula", "filter",
)  # fmt: skip


@numbered("M151")
def steps_write_something(definition: Effective, entity: Entity, look: Look) -> Iterator[Finding]:
    """A step creates a record of an entity that exists, or updates one that has a name by then."""
    for name, index, step, named in _steps(definition, entity, look):
        if _target(entity, step, named, look) is not None:
            continue
        if "create" in step:
            message = msg("There is no entity “%(name)s”.", name=step["create"])
            place = pointer("actions", name, "steps", index, "create")
            yield Finding(place, message, meant(step["create"], look.known.names("entity")), step["create"])
        else:
            message = msg("No step before this one made a record called %(name)s.", name=step["update"])
            known = [f"${one}" for one in (_RECORD, *named) if one != INPUT]
            place = pointer("actions", name, "steps", index, "update")
            yield Finding(place, message, meant(step["update"], known), step["update"])


@numbered("M155")
def runs_can_be_kept(definition: Effective, entity: Entity, _look: Look) -> Iterator[Finding]:
    """What follows a record has no actions: a run follows its record too, and nothing follows what follows."""
    if entity.follows is not None and definition.body.get("actions"):
        message = msg("An entity that follows another has no actions.")
        yield Finding("/actions", message, msg("Give the action to the entity that it follows."))


@numbered("M152")
def steps_set_fields(definition: Effective, entity: Entity, look: Look) -> Iterator[Finding]:
    """A step sets fields that its record has and that are not the server's."""
    for name, index, step, named in _steps(definition, entity, look):
        target = _target(entity, step, named, look)
        if target is None:
            continue
        for one in step["values"]:
            field, place = target.fields.get(one), pointer("actions", name, "steps", index, "values", one)
            if field is None:
                message = msg("The entity %(entity)s has no field “%(name)s”.", entity=target.name, name=one)
                yield Finding(place, message, meant(one, target.fields), one)
            elif field.system or field.type.computed or field.read_only:
                yield Finding(place, msg("Nobody sets this field; the server does."), msg("Remove the value."), one)


@numbered("M153")
def names_are_told_apart(definition: Effective, _entity: Entity, _look: Look) -> Iterator[Finding]:
    """Each record that a step makes has a name of its own, and `open` names one of them."""
    for name, body in definition.body.get("actions", {}).items():
        known: list[str] = []
        for index, step in enumerate(body["steps"]):
            called = step.get("as")
            if called in (*_TAKEN, *known) or (called and "update" in step):
                message = msg("The name “%(name)s” is taken, or this step makes no record.", name=called)
                yield Finding(pointer("actions", name, "steps", index, "as"), message, value=called)
            known += [called] if called else []
        wanted = body.get("open")
        if wanted is not None and wanted.removeprefix("$") not in (_RECORD, *known):
            message = msg("No step makes a record called %(name)s.", name=wanted)
            yield Finding(
                pointer("actions", name, "open"),
                message,
                meant(wanted, [f"${one}" for one in (_RECORD, *known)]),
                wanted,
            )


# Marks of types whose values come in another way than by an input.
_OTHERWISE = ("server_set", "uploaded")


@numbered("M154")
def inputs_can_be_asked(definition: Effective, entity: Entity, _look: Look) -> Iterator[Finding]:
    """An input has a type whose values people give, and only keys that mean something there."""
    for name, body in definition.body.get("actions", {}).items():
        for one, written in body.get("inputs", {}).items():
            field, place = entity.actions[name].inputs.fields.get(one), ("actions", name, "inputs", one)
            for key in _OF_STORED:
                if key in written:
                    message = msg("“%(key)s” means nothing in what is asked for.", key=key)
                    yield Finding(pointer(*place, key), message, msg("Remove the key."))
            if field is not None and (
                field.type.computed or field.to_traits or any(getattr(field.type, mark, False) for mark in _OTHERWISE)
            ):
                yield Finding(pointer(*place, "type"), msg("Values of this type cannot be asked for."))


@numbered("M301")
def actions_make_sense(definition: Effective, entity: Entity, look: Look) -> Iterator[Finding]:
    """Every expression of an action can be read, names what exists and fits its field."""
    for name, body in definition.body.get("actions", {}).items():
        for place in action_places(entity, name, body, look.meanings):
            try:
                look.meanings.of(place)
            except ExpressionError as error:
                yield faulty(pointer(*place.steps), place.text, error)


CHECKS: tuple[Check[[Effective, Entity, Look], Finding], ...] = (
    steps_write_something,
    steps_set_fields,
    names_are_told_apart,
    inputs_can_be_asked,
    actions_make_sense,
    runs_can_be_kept,
)


def _steps(
    definition: Effective, entity: Entity, look: Look
) -> Iterator[tuple[str, int, Mapping[str, Any], Mapping[str, Entity]]]:
    """(action, index, step, what has a name by then) of every step."""
    for name, body in definition.body.get("actions", {}).items():
        named = {INPUT: entity.actions[name].inputs}
        for index, step in enumerate(body["steps"]):
            yield name, index, step, dict(named)
            target = _target(entity, step, named, look)
            if target is not None and "as" in step:
                named[step["as"]] = target


def _target(entity: Entity, step: Mapping[str, Any], named: Mapping[str, Entity], look: Look) -> Entity | None:
    return target_of(entity, step, named, look.meanings.entities)

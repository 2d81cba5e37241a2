"""Checks of screens and of standard views."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from i18n.lazy import msg
from metadata.check.base import Finding, meant, numbered
from metadata.check.fields import faulty
from metadata.compile.screens import GENERATED_KINDS
from metadata.documents import pointer
from metadata.expressions.errors import ExpressionError
from metadata.expressions.scope import UnknownNameError
from metadata.expressions.tree import Root
from metadata.places import view_places
from metadata.scopes import EntityScope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metadata.check.base import Check, Found
    from metadata.check.look import Look
    from metadata.layers import Effective


@numbered("M120")
def entity_exists(definition: Effective, look: Look) -> Iterator[Finding]:
    """A screen, view or mapping is about an entity that exists."""
    name = definition.body.get("entity")
    if name is not None and not look.has("entity", name):
        message = msg("There is no entity “%(name)s”.", name=name)
        yield Finding("/entity", message, meant(name, look.known.names("entity")), name)


@numbered("M114")
def roles_exist(definition: Effective, look: Look) -> Iterator[Finding]:
    """What is meant for some roles names roles that exist."""
    for index, name in enumerate(definition.body.get("for", ())):
        if not look.has("role", name):
            message = msg("There is no role “%(name)s”.", name=name)
            yield Finding(pointer("for", index), message, meant(name, look.known.names("role")), name)


@numbered("M101")
def screen_names_fields(definition: Effective, look: Look) -> Iterator[Finding]:
    """Wherever a screen names a field, the entity has it; links may be followed with a dot."""
    kind = look.known.catalogue.screen_kinds[definition.body["kind"]]
    for path in kind.field_places:
        for place, name in _found(definition.body, path):
            yield from _field(definition, place, name, look)


@numbered("M101")
def view_names_fields(definition: Effective, look: Look) -> Iterator[Finding]:
    """Columns and sort of a view name fields of the entity."""
    for key in ("columns", "sort"):
        for place, name in _found(definition.body, (key, "*")):
            yield from _field(definition, place, name.removeprefix("-"), look)


@numbered("M301")
def view_makes_sense(definition: Effective, look: Look) -> Iterator[Finding]:
    """The filter of a view can be read, names what exists and is a condition."""
    for place in view_places(definition.body):
        if look.entity(place.entity) is not None:
            try:
                look.meanings.of(place)
            except ExpressionError as error:
                yield faulty(pointer(*place.steps), place.text, error)


@numbered("M132")
def generated_name_fits(definition: Effective, look: Look) -> Iterator[Finding]:
    """The name of a generated screen is given only to a screen that replaces it."""
    entity, _, kind = definition.name.rpartition("_")
    if kind not in GENERATED_KINDS or not look.has("entity", entity):
        return
    if (definition.body.get("entity"), definition.body["kind"]) != (entity, kind):
        message = msg(
            "“%(name)s” is the name of the %(kind)s of “%(entity)s”.", name=definition.name, kind=kind, entity=entity
        )
        hint = msg("Choose another name, or make it a screen of that kind and entity.")
        yield Finding("", message, hint)


SCREEN_CHECKS: tuple[Check[[Effective, Look], Finding], ...] = (
    entity_exists,
    roles_exist,
    screen_names_fields,
    generated_name_fits,
)
VIEW_CHECKS: tuple[Check[[Effective, Look], Finding], ...] = (
    entity_exists,
    roles_exist,
    view_names_fields,
    view_makes_sense,
)


def check_screen(definition: Effective, look: Look) -> Iterator[Found]:
    """All findings of one screen."""
    for check in SCREEN_CHECKS:
        yield from check(definition, look)


def check_view(definition: Effective, look: Look) -> Iterator[Found]:
    """All findings of one standard view."""
    for check in VIEW_CHECKS:
        yield from check(definition, look)


def _found(body: Any, path: tuple[str, ...], place: str = "") -> Iterator[tuple[str, str]]:  # noqa: ANN401 - any JSON
    """(Pointer, text) of every text at a path in which `*` stands for any key or index."""
    if not path:
        if isinstance(body, str):
            yield place, body
        return
    step, rest = path[0], path[1:]
    if step != "*":
        if isinstance(body, dict) and step in body:
            yield from _found(body[step], rest, place + pointer(step))
    elif isinstance(body, dict):
        for key, part in body.items():
            yield from _found(part, rest, place + pointer(key))
    elif isinstance(body, list):
        for index, part in enumerate(body):
            yield from _found(part, rest, place + pointer(index))


def _field(definition: Effective, place: str, name: str, look: Look) -> Iterator[Finding]:
    entity = look.entity(definition.body.get("entity", ""))
    if entity is None:
        return  # its absence, or what is wrong in it, is reported elsewhere
    steps = tuple(name.removeprefix("-").split("."))
    try:
        EntityScope(look.meanings.entities, entity.name).resolve(Root.SELF, steps)
    except UnknownNameError as error:
        first = entity.retired_fields.get(steps[0]) if error.index == 0 else None
        if first is not None:
            message = msg("The field “%(name)s” is retired; its place stays empty.", name=name)
        else:
            message = msg("The entity “%(entity)s” has no field “%(name)s”.", entity=entity.name, name=name)
        yield Finding(place, message, meant(steps[error.index], error.offered), name)

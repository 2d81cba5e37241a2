"""Checks of screens and of standard views."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from i18n.lazy import msg
from metadata.check.base import Finding, meant, numbered
from metadata.check.currencies import currency_is_told
from metadata.check.fields import faulty
from metadata.compile.screens import GENERATED_KINDS
from metadata.documents import pointer
from metadata.expressions.errors import ExpressionError
from metadata.expressions.scope import UnknownNameError
from metadata.expressions.tree import Root
from metadata.places import Place, view_places
from metadata.problems import Severity
from metadata.scopes import EntityScope

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from metadata.check.base import Check, Found
    from metadata.check.look import Look
    from metadata.layers import Effective
    from metadata.snapshot import Entity


@numbered("M120")
def entity_exists(definition: Effective, look: Look) -> Iterator[Finding]:
    """A screen, view or mapping is about an entity that exists."""
    for place, body in _parts(definition, look):
        name = body.get("entity")
        if name is not None and not look.has("entity", name):
            message = msg("There is no entity “%(name)s”.", name=name)
            yield Finding(f"{place}/entity", message, meant(name, look.known.names("entity")), name)


@numbered("M114")
def roles_exist(definition: Effective, look: Look) -> Iterator[Finding]:
    """What is meant for some roles names roles that exist."""
    for index, name in enumerate(definition.body.get("for", ())):
        if not look.has("role", name):
            message = msg("There is no role “%(name)s”.", name=name)
            yield Finding(pointer("for", index), message, meant(name, look.known.names("role")), name)


@numbered("M101")
def fields_exist(definition: Effective, look: Look) -> Iterator[Finding]:
    """Wherever a screen or view names a field, the entity has it; links may be followed with a dot."""
    yield from _unknown(definition, look, gone=False)


@numbered("M136", Severity.WARNING)
def fields_are_live(definition: Effective, look: Look) -> Iterator[Finding]:
    """What a screen or view shows is not retired; it works nevertheless and leaves the place empty."""
    yield from _unknown(definition, look, gone=True)


@numbered("M301")
def view_makes_sense(definition: Effective, look: Look) -> Iterator[Finding]:
    """The filter of a view can be read, names what exists and is a condition."""
    for at, place in _view_filter(definition, look):
        try:
            look.meanings.of(place)
        except ExpressionError as error:
            yield faulty(at, place.text, error)


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


@numbered("M301")
def expressions_make_sense(definition: Effective, look: Look) -> Iterator[Finding]:
    """Conditions and filters in a screen can be read and name fields of its entity."""
    for at, place in _expressions(definition, look):
        try:
            look.meanings.of(place)
        except ExpressionError as error:
            yield faulty(at, place.text, error)


@numbered("M141")
def kind_is_content(definition: Effective, look: Look) -> Iterator[Finding]:
    """What a screen says makes sense to its kind, such as lanes of a field that has few values."""
    kind = look.known.catalogue.screen_kinds[definition.body["kind"]]
    for found in kind.check_options(definition.body, look.entity):
        yield Finding(pointer(*found.steps), found.message, found.hint, found.value)


@numbered("M602", Severity.HINT)
def required_is_on_form(definition: Effective, look: Look) -> Iterator[Finding]:
    """A form shows what is required; what it leaves out joins a section of its own."""
    entity = look.definition("entity", definition.body.get("entity", ""))
    named = {name for _, _, name in _names(definition, look)}
    if definition.body["kind"] != "form" or entity is None or not named:
        return
    for name, field in entity.body["fields"].items():
        if field.get("required") and "default" not in field and not field.get("retired") and name not in named:
            message = msg("The form leaves out the required “%(name)s”; it is put at the end.", name=name)
            yield Finding("", message, msg("Name the field in a section."))


SCREEN_CHECKS: tuple[Check[[Effective, Look], Finding], ...] = (
    entity_exists,
    roles_exist,
    fields_exist,
    fields_are_live,
    generated_name_fits,
    expressions_make_sense,
    kind_is_content,
    required_is_on_form,
)
VIEW_CHECKS: tuple[Check[[Effective, Look], Finding], ...] = (
    entity_exists,
    roles_exist,
    fields_exist,
    fields_are_live,
    view_makes_sense,
)


def check_screen(definition: Effective, look: Look) -> Iterator[Found]:
    """All findings of one screen."""
    for check in SCREEN_CHECKS:
        yield from check(definition, look)
    yield from currency_is_told(_expressions(definition, look), look)


def check_view(definition: Effective, look: Look) -> Iterator[Found]:
    """All findings of one standard view."""
    for check in VIEW_CHECKS:
        yield from check(definition, look)
    yield from currency_is_told(_view_filter(definition, look), look)


def _expressions(definition: Effective, look: Look) -> Iterator[tuple[str, Place]]:
    """(Pointer, expression) of the conditions and filters in a screen, and in parts of it about other entities."""
    kind = look.known.catalogue.screen_kinds[definition.body["kind"]]
    for place, body in _parts(definition, look):
        paths = getattr(kind, "part_expression_places" if place else "expression_places", ())
        for path in paths if look.entity(body.get("entity", "")) else ():
            for found, text in _found(body, path, place):
                yield found, Place((), text, body["entity"])


def _parts(definition: Effective, look: Look) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """(Pointer, body) of the definition and of the parts of a screen that name an entity of their own."""
    yield "", definition.body
    if definition.kind == "screen":
        kind = look.known.catalogue.screen_kinds[definition.body["kind"]]
        for path in getattr(kind, "part_places", ()):
            yield from _bodies(definition.body, path)


def _bodies(body: Any, path: tuple[str, ...], place: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:  # noqa: ANN401
    """(Pointer, object) of every object at a path in which `*` stands for any key."""
    if not isinstance(body, dict):
        return
    if not path:
        yield place, body
        return
    for key in body if path[0] == "*" else (path[0],):
        yield from _bodies(body.get(key), path[1:], place + pointer(key))


def _view_filter(definition: Effective, look: Look) -> Iterator[tuple[str, Place]]:
    for place in view_places(definition.body):
        if look.entity(place.entity) is not None:
            yield pointer(*place.steps), place


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


def _unknown(definition: Effective, look: Look, *, gone: bool) -> Iterator[Finding]:
    """Names of fields that the entity lacks: those that went (`gone`), or those that never were."""
    for of, place, name in _names(definition, look):
        entity = look.entity(of)
        steps = tuple(name.removeprefix("-").split("."))
        error = _missing(entity, steps, look) if entity else None
        if entity is None or error is None or look.is_gone(entity, steps[0]) is not gone:
            continue
        if gone:
            message = msg("The field “%(name)s” is gone; its place stays empty.", name=name)
        else:
            message = msg("The entity “%(entity)s” has no field “%(name)s”.", entity=entity.name, name=name)
        yield Finding(place, message, meant(steps[error.index], error.offered), name)


def _names(definition: Effective, look: Look) -> Iterator[tuple[str, str, str]]:
    """(Entity, pointer, name) wherever a screen or view names a field."""
    for place, body in _parts(definition, look):
        for path in _field_places(definition, look, part=bool(place)):
            for found, name in _found(body, path, place):
                yield body.get("entity", ""), found, name


def _field_places(definition: Effective, look: Look, *, part: bool) -> tuple[tuple[str, ...], ...]:
    if definition.kind == "view":
        return (("columns", "*"), ("sort", "*"))
    kind = look.known.catalogue.screen_kinds[definition.body["kind"]]
    found: tuple[tuple[str, ...], ...] = getattr(kind, "part_field_places", ()) if part else kind.field_places
    return found


def _missing(entity: Entity, steps: tuple[str, ...], look: Look) -> UnknownNameError | None:
    try:
        EntityScope(look.meanings.entities, entity.name).resolve(Root.SELF, steps)
    except UnknownNameError as error:
        return error
    return None

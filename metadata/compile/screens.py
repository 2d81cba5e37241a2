"""Screens as defined, and plain ones for entities that have none, so that look-ups are uniform."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from metadata.compile.freeze import frozen, frozen_json
from metadata.labels import label_of, optional_label
from metadata.snapshot import Screen, View

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from metadata.layers import Effective
    from metadata.snapshot import Entity

GENERATED_KINDS = ("list", "form", "record")
COMMON_KEYS = frozenset({"$schema", "kind", "entity", "label", "help", "for"})


def screens_of(definitions: Iterable[Effective], entities: Mapping[str, Entity]) -> Mapping[str, Screen]:
    """Every screen by name: the defined ones, then a generated one wherever an entity lacks a kind.

    An entity lacks a kind when it has no screen of it that everybody may see.
    """
    found = {definition.name: _screen(definition) for definition in definitions}
    served = {(screen.entity, screen.kind) for screen in found.values() if not screen.roles}
    for entity in entities.values():
        for kind in GENERATED_KINDS:
            name = f"{entity.name}_{kind}"
            if (entity.name, kind) not in served and name not in found:
                label = entity.label_plural if kind == "list" else entity.label
                found[name] = Screen(name, kind, entity.name, label, generated=True)
    return frozen(found)


def entity_screens(screens: Mapping[str, Screen]) -> Mapping[tuple[str, str], tuple[Screen, ...]]:
    """(Entity, kind) → its screens, those for named roles first."""
    found: dict[tuple[str, str], list[Screen]] = defaultdict(list)
    for screen in screens.values():
        if screen.entity is not None:
            found[screen.entity, screen.kind].append(screen)
    return frozen({key: tuple(sorted(some, key=lambda screen: not screen.roles)) for key, some in found.items()})


def views_of(definitions: Iterable[Effective]) -> Mapping[str, View]:
    """Standard views of lists by name."""
    return frozen({definition.name: _view(definition) for definition in definitions})


def _screen(definition: Effective) -> Screen:
    body = definition.body
    return Screen(
        definition.name,
        body["kind"],
        body.get("entity"),
        label_of(definition.address, body, definition.name),
        tuple(body.get("for", ())),
        frozen({key: frozen_json(value) for key, value in body.items() if key not in COMMON_KEYS}),
        help=optional_label(definition.address, body, "help"),
    )


def _view(definition: Effective) -> View:
    body = definition.body
    return View(
        definition.name,
        body["entity"],
        label_of(definition.address, body, definition.name),
        tuple(body.get("for", ())),
        body.get("filter"),
        tuple(body.get("columns", ())),
        tuple(body.get("sort", ())),
    )

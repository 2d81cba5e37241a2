"""What the site may not take away from the core, since the product itself stands on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from i18n.lazy import msg
from metadata.check.base import Finding, Placed, numbered
from metadata.documents import pointer
from metadata.layers import CORE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from metadata.check.base import Check
    from metadata.check.look import Known
    from metadata.documents import Layer
    from metadata.layers import Effective

_ADMINISTRATOR = ("role", "administrator")


@numbered("M406")
def core_fields_stay(known: Known, _layers: Sequence[Layer]) -> Iterator[Placed]:
    """The site may add to entities of the core and word them anew, but not take away or remake fields."""
    for definition in _patched(known):
        if definition.kind == "entity":
            for place in _remade(definition.base.body, definition.body):
                message = msg("The product itself uses this part of the core.")
                hint = msg("Hide it in screens or by field rights instead.")
                yield Placed(definition, Finding(place, message, hint))


@numbered("M507")
def administrator_stays(known: Known, _layers: Sequence[Layer]) -> Iterator[Placed]:
    """Somebody must be able to undo a mistake: the administrator keeps every right."""
    for definition in _patched(known):
        if definition.key == _ADMINISTRATOR:
            for place in _lost(definition.base.body, definition.body):
                message = msg("The role “administrator” keeps all of its rights, so that somebody can undo a mistake.")
                yield Placed(definition, Finding(place, message, msg("Make a role of your own with fewer rights.")))


CHECKS: tuple[Check[[Known, Sequence[Layer]], Placed], ...] = (core_fields_stay, administrator_stays)


def _patched(known: Known) -> Iterator[Effective]:
    """Definitions of the core that the site changes, and that still have the form of their kind."""
    for definition in known.sound.values():
        if definition.patch is not None and definition.base.layer == CORE:
            yield definition


def _remade(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    if before.get("table") != after.get("table"):
        yield "/table"
    for name, was in before["fields"].items():
        now = after["fields"].get(name)
        if now is None:
            yield pointer("fields", name)
            continue
        for key in ("type", "to", "column", "retired"):
            if was.get(key) != now.get(key):
                yield pointer("fields", name, key)


def _lost(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    for name in before["abilities"]:
        if not after.get("abilities", {}).get(name):
            yield pointer("abilities", name)
    for entity, grant in before["grants"].items():
        if after["grants"].get(entity) != grant:
            yield pointer("grants", entity)
    for entity in after["grants"]:
        if entity not in before["grants"]:
            yield pointer("grants", entity)

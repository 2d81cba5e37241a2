"""Checks of navigation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from i18n.lazy import msg
from metadata.check.base import Finding, meant, numbered
from metadata.check.screens import roles_exist
from metadata.compile.screens import GENERATED_KINDS
from metadata.documents import pointer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metadata.check.base import Check, Found
    from metadata.check.look import Look
    from metadata.layers import Effective


_NOTHING_TO_COUNT = msg("The screen “%(name)s” is about no entity of its own, so there is nothing to count.")


@numbered("M115")
def items_lead_somewhere(definition: Effective, look: Look) -> Iterator[Finding]:
    """An item names a screen or an entity that exists."""
    for group, body in definition.body["groups"].items():
        for name, item in body["items"].items():
            place = pointer("groups", group, "items", name)
            screen, entity = item.get("screen"), item.get("entity")
            if screen is not None and not _has_screen(screen, look):
                message = msg("There is no screen “%(name)s”.", name=screen)
                yield Finding(f"{place}/screen", message, meant(screen, _screens(look)), screen)
            if entity is not None and not look.has("entity", entity):
                message = msg("There is no entity “%(name)s”.", name=entity)
                yield Finding(f"{place}/entity", message, meant(entity, look.known.names("entity")), entity)


@numbered("M116")
def phone_names_items(definition: Effective, _look: Look) -> Iterator[Finding]:
    """The bar of phones names items of this navigation."""
    items = [name for group in definition.body["groups"].values() for name in group["items"]]
    for index, name in enumerate(definition.body.get("phone", ())):
        if name not in items:
            message = msg("There is no item “%(name)s”.", name=name)
            yield Finding(pointer("phone", index), message, meant(name, items), name)


@numbered("M133")
def items_differ(definition: Effective, _look: Look) -> Iterator[Finding]:
    """An item's name stands for one item, whatever its group."""
    taken: dict[str, str] = {}
    for group, body in definition.body["groups"].items():
        for name in body["items"]:
            if name in taken:
                message = msg("The group “%(group)s” has an item “%(name)s” too.", group=taken[name], name=name)
                yield Finding(pointer("groups", group, "items", name), message, msg("Give one another name."), name)
            taken.setdefault(name, group)


@numbered("M149")
def counted_screens_have_records(definition: Effective, look: Look) -> Iterator[Finding]:
    """An item whose records are counted leads to a screen about an entity."""
    for group, body in definition.body["groups"].items():
        for name, item in body["items"].items():
            screen = look.definition("screen", item["screen"]) if item.get("counted") else None
            if screen is not None and "entity" not in screen.body:
                message = msg(
                    "The screen “%(name)s” is about no entity of its own, so there is nothing to count.",
                    name=screen.name,
                )
                yield Finding(pointer("groups", group, "items", name, "counted"), message, None, item["counted"])


CHECKS: tuple[Check[[Effective, Look], Finding], ...] = (
    roles_exist,
    items_lead_somewhere,
    phone_names_items,
    items_differ,
    counted_screens_have_records,
)


def check_navigation(definition: Effective, look: Look) -> Iterator[Found]:
    """All findings of one navigation."""
    for check in CHECKS:
        yield from check(definition, look)


def _has_screen(name: str, look: Look) -> bool:
    entity, _, kind = name.rpartition("_")
    return look.has("screen", name) or (kind in GENERATED_KINDS and look.has("entity", entity))


def _screens(look: Look) -> list[str]:
    generated = (f"{entity}_{kind}" for entity in look.known.names("entity") for kind in GENERATED_KINDS)
    return [*look.known.names("screen"), *generated]

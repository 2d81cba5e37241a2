"""Navigation: groups and items in the order of show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from metadata.labels import label_of, optional_label
from metadata.layers import ordered
from metadata.snapshot import Navigation, NavigationGroup, NavigationItem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metadata.layers import Effective


def navigation_of(definition: Effective) -> Navigation:
    """The sidebar that a definition describes."""
    body, address = definition.body, definition.address
    groups = ordered(body["groups"], body.get("group_order"))
    return Navigation(
        definition.name,
        label_of(address, body, definition.name),
        tuple(body.get("for", ())),
        tuple(_group(f"{address}/groups/{name}", name, group) for name, group in groups.items()),
        tuple(body.get("phone", ())),
    )


def _group(address: str, name: str, body: Mapping[str, Any]) -> NavigationGroup:
    items = ordered(body["items"], body.get("item_order"))
    return NavigationGroup(
        name,
        optional_label(address, body, "label"),
        tuple(_item(f"{address}/items/{item}", item, written) for item, written in items.items()),
    )


def _item(address: str, name: str, body: Mapping[str, Any]) -> NavigationItem:
    label = optional_label(address, body, "label")
    leads = (body.get("screen"), body.get("entity"), body.get("url"))
    return NavigationItem(name, label, body.get("icon"), *leads, counted=body.get("counted", False))

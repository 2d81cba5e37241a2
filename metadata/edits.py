"""From a definition as somebody wants it to the document of the site layer that makes it so.

A definition of the site's own is its whole document; one of another layer gets the smallest merge patch over it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from metadata.diff.change import same
from metadata.documents import canonical
from metadata.kinds import FOLDERS
from metadata.layers import SITE, ordered

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from metadata.layers import Merged

FOLDER_OF: Mapping[str, str] = {kind: folder for folder, kind in FOLDERS.items()}
ORDERS: Mapping[str, str] = {
    "fields": "field_order",
    "options": "option_order",
    "sections": "section_order",
    "tabs": "tab_order",
    "groups": "group_order",
    "items": "item_order",
    "related": "related_order",
}
"""Key of a container whose order shows → the array beside it by which a patch orders it."""

_SAME: Any = object()


def file_of(kind: str, name: str) -> str:
    """Where the document of a definition lies in its layer."""
    return f"{FOLDER_OF[kind]}/{name}.json"


def written(merged: Merged, kind: str, name: str, wanted: Mapping[str, Any]) -> str | None:
    """The text of the site's document that makes the definition hold as `wanted`; None where it needs none."""
    found = merged.documents.get((kind, name))
    if found is None or found.base.layer == SITE:
        return canonical(wanted)
    patch = patch_between(found.base.body, wanted)
    return canonical(patch) if patch else None


def patch_between(below: Any, wanted: Any) -> Any:  # noqa: ANN401 - any JSON
    """The smallest RFC 7396 patch that makes `wanted` of `below`; `{}` where they are the same.

    The order of keys is no part of it: that is told by order arrays.
    """
    patch = _patch(below, wanted)
    return {} if patch is _SAME else patch


def arranged(body: Mapping[str, Any], container: str) -> list[str]:
    """The keys of a container in the order in which they show."""
    return list(ordered(body.get(container) or {}, body.get(ORDERS[container])))


def in_order_of(body: Mapping[str, Any], container: str, names: Sequence[str], *, own: bool) -> dict[str, Any]:
    """The body with the keys of a container in another order: in the document itself where it is the site's `own`."""
    items = body.get(container) or {}
    placed = [name for name in dict.fromkeys([*names, *items]) if name in items]
    rest = {key: value for key, value in body.items() if key != ORDERS[container]}
    if own:
        return {**rest, container: {name: items[name] for name in placed}}
    # The order of the document itself needs no array.
    return rest if placed == list(items) else {**body, ORDERS[container]: placed}


def free_name(stem: str, taken: Collection[str]) -> str:
    """The stem, or the first of `stem_2`, `stem_3`, … that is not taken."""
    names = (stem, *(f"{stem}_{number}" for number in range(2, len(taken) + 3)))
    return next(name for name in names if name not in taken)


def _patch(below: Any, wanted: Any) -> Any:  # noqa: ANN401 - any JSON
    if not isinstance(below, dict) or not isinstance(wanted, dict):
        return _SAME if same(below, wanted) else wanted
    found: dict[str, Any] = {}
    for key, value in wanted.items():
        part = _patch(below[key], value) if key in below else value
        if part is not _SAME:
            found[key] = part
    found |= {key: None for key in below if key not in wanted}
    return found or _SAME

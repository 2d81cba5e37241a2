"""What may be named at a place of a document: entities, fields, choice lists, screens and roles of the bench."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from admin.bench import bench
from framework.extension import services

if TYPE_CHECKING:
    from collections.abc import Mapping

# Key → the kind of definition that its value names, or each of its values.
_NAMING: Mapping[str, str] = {
    "entity": "entity",
    "to": "entity",
    "choices": "choices",
    "screen": "screen",
    "for": "role",
}
_OWN_FIELDS = frozenset({"title", "field", "fields", "field_order"})
_OF_VIEWS: tuple[tuple[str, ...], ...] = (("columns", "*"), ("sort", "*"))
_ALL = "*"


def names_at(kind: str, name: str, holds: Mapping[str, Any], steps: tuple[str, ...]) -> list[str]:
    """Give the names that fit a place of a definition, which holds so; as `completing.offers` asks for them."""
    if kind == "role" and steps[:1] == ("grants",):
        if steps == ("grants", _ALL):
            return [_ALL, *_defined("entity")]
        return _fields(steps[1]) if steps[2:] == ("fields", _ALL) else []
    key = next((one for one in reversed(steps) if not one.isdecimal()), "")
    if key in _NAMING:
        return _defined(_NAMING[key])
    if kind == "entity" and key in _OWN_FIELDS and steps[-1] != _ALL:
        return _fields(name)
    places = _OF_VIEWS
    if kind == "screen":
        known = services().catalogue.screen_kinds.get(str(holds.get("kind")))
        places = known.field_places if known else ()
    return _fields(str(holds.get("entity"))) if any(_fits(place, steps) for place in places) else []


def _fits(place: tuple[str, ...], steps: tuple[str, ...]) -> bool:
    return len(place) == len(steps) and all(one in {_ALL, step} for one, step in zip(place, steps, strict=True))


def _defined(kind: str) -> list[str]:
    return [one.name for one in bench().merged.of_kind(kind)]


def _fields(entity: str) -> list[str]:
    found = bench().merged.documents.get(("entity", entity))
    return [one for one, body in found.body["fields"].items() if not body.get("retired")] if found else []

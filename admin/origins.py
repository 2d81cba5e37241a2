"""Where each value of a definition comes from: the layer that says it, or the draft that would change it. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from metadata.documents import pointer, value_at
from metadata.edits import FOLDER_OF
from metadata.layers import SITE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from metadata.layers import Effective

DRAFT = "draft"


@dataclass(frozen=True, slots=True)
class Said:
    """One value of a definition and who says it; `text` is blank for what holds others, which are said apart.

    `gone` values stand in the layer below and were taken away by this one.
    """

    place: str
    name: str
    depth: int
    text: str
    layer: str
    gone: bool = False


def origins_url(kind: str, name: str, place: str = "") -> str:
    """Give the address of the page that tells where a definition's values come from, or those of a part of it."""
    url = f"/admin/origins/{FOLDER_OF[kind]}/{name}"
    return f"{url}?at={place}" if place else url


def origins(found: Effective, live: Effective | None, place: str = "") -> list[Said]:
    """Give what a definition says at a place of it and below, in its order; `live` is how it holds without a draft."""
    here, below = value_at(found.body, place), value_at(found.base.body, place)
    return list(_said(_Told(found, live), here, below, place, 0)) if isinstance(here, dict) else []


@dataclass(frozen=True, slots=True)
class _Told:
    found: Effective
    live: Effective | None

    def layer(self, place: str) -> str:
        """The layer that says a value; the draft where it is another one without it."""
        layer = self.found.origin(place).layer
        if layer != SITE:
            return layer
        live = self.live
        if live is None or live.origin(place).layer != SITE:
            return DRAFT
        return SITE if value_at(live.body, place) == value_at(self.found.body, place) else DRAFT


def _said(told: _Told, body: Mapping[str, Any], below: Any, place: str, depth: int) -> Iterator[Said]:  # noqa: ANN401
    under = below if isinstance(below, dict) else {}
    for name, value in body.items():
        here = f"{place}{pointer(name)}"
        if isinstance(value, dict) and value:
            yield Said(here, name, depth, "", "")
            yield from _said(told, value, under.get(name), here, depth + 1)
        else:
            yield Said(here, name, depth, _text(value), told.layer(here))
    for name in [one for one in under if one not in body]:
        here = f"{place}{pointer(name)}"
        yield Said(here, name, depth, _text(under[name]), told.layer(here), gone=True)


def _text(value: Any) -> str:  # noqa: ANN401 - any JSON
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

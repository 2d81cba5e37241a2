"""The screens of the bench: those that definitions make, and those that each entity has by itself without any."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from admin.arranging import columns, sections
from admin.bench import bench, label_of
from framework.errors import NotFoundError
from framework.extension import context, services
from framework.fields.base import type_of
from i18n.lazy import msg
from metadata.compile.screens import GENERATED_KINDS
from metadata.layers import CORE
from ui.lists.columns import default_columns
from ui.page.reader import reader

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from metadata.snapshot import Entity, Field

URL = "/admin/screens"
_MAIN = "details"


@dataclass(frozen=True, slots=True)
class ScreenLine:
    """One screen: `roles` is blank where it is for everybody, `layer` where no definition makes it.

    `changed` says that the draft changes it.
    """

    label: str
    kind: str
    entity: str
    roles: str
    layer: str
    url: str
    changed: bool


def screen_lines(entity: str | None = None) -> list[ScreenLine]:
    """Give the screens of an entity; without one all, but those that the entities of the core have by themselves."""
    merged, changed = bench().merged, bench().changed()
    defined = [one for one in merged.of_kind("screen") if entity in {None, one.body.get("entity")}]
    served = {(one.body.get("entity"), one.body["kind"]) for one in defined if not one.body.get("for")}
    everywhere = [one.name for one in merged.of_kind("entity") if one.base.layer != CORE]
    lines = [_line(one.name, one.body, one.base.layer, changed) for one in defined]
    for name in [entity] if entity else everywhere:
        missing = [kind for kind in GENERATED_KINDS if (name, kind) not in served]
        lines += [_line(f"{name}_{kind}", {"kind": kind, "entity": name}, "", changed) for kind in missing]
    return sorted(lines, key=lambda one: (one.entity.casefold(), one.label.casefold(), one.kind))


def screen_body(name: str) -> dict[str, Any]:
    """Give a screen as it can be arranged: where nothing says what it shows, with what it shows by itself.

    Raises NotFoundError.
    """
    found = bench().merged.documents.get(("screen", name))
    if found is not None:
        return _filled(found.body)
    entity, _, kind = name.rpartition("_")
    if kind not in GENERATED_KINDS or ("entity", entity) not in bench().merged.documents:
        raise NotFoundError(msg("There is no definition “%(name)s”, or you may not see it", name=name[:60]))
    body = bench().body("entity", entity)
    label = body.get("label", entity)
    if kind == "list":
        label = body.get("label_plural", label)
    return _filled({"kind": kind, "entity": entity, "label": label})


def fields_of(entity: str) -> Mapping[str, Field]:
    """Give the fields of an entity as they would be with the draft; none while that cannot be compiled."""
    found = _entity(entity)
    return found.fields if found else {}


def fitting(kind: str, fields: Iterable[Field]) -> list[Field]:
    """Give those fields that have a place on a screen of a kind."""
    if kind == "form":
        return [one for one in fields if not (one.read_only or one.computed or type_of(one).server_set)]
    return [one for one in fields if not one.name.startswith("deleted_")]


def _line(name: str, body: Mapping[str, Any], layer: str, changed: frozenset[str]) -> ScreenLine:
    text, kind, entity = reader().words.text, str(body["kind"]), str(body.get("entity", ""))
    known = services().catalogue.screen_kinds.get(kind)
    plural = kind == "list" and "label_plural" in bench().merged.documents["entity", entity].body
    by_itself = label_of("entity", entity, key="label_plural" if plural else "label")
    return ScreenLine(
        text(label_of("screen", name) if layer else by_itself),
        text(known.label) if known else kind,
        text(label_of("entity", entity)) if entity else "",
        ", ".join(text(label_of("role", role)) for role in body.get("for", ())),
        layer,
        f"{URL}/{name}" if kind in GENERATED_KINDS else f"/admin/documents/screens/{name}.json",
        f"screen/{name}" in changed,
    )


def _filled(body: Mapping[str, Any]) -> dict[str, Any]:
    """Give the screen with what it shows where it does not say so."""
    kind, found = body["kind"], _entity(body.get("entity", ""))
    if found is None or kind not in GENERATED_KINDS or columns(body) or sections(body):
        return dict(body)
    if kind == "list":
        return {**body, "columns": [name for name in default_columns(found) if name in found.fields]}
    own = [one for one in fitting(kind, found.fields.values()) if one.name != "team" and not one.system]
    if kind == "form":
        own.sort(key=lambda one: not one.required)
    fields = [one.name for one in own if kind == "form" or one.name != found.title]
    label = reader().words.text(msg("Details"))
    return {**body, "sections": {_MAIN: {"label": label, "fields": fields}}}


def _entity(name: str) -> Entity | None:
    target = bench().target()
    return ((target.snapshot if target else None) or context().snapshot).entities.get(name)

"""What is wrong with the tiles of a dashboard, beyond what its schema says and names that do not exist."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from i18n.lazy import msg
from metadata.catalogue import Complaint
from metadata.nearest import nearest_hint
from ui.dashboards.measures import is_measurable, parts_of
from ui.values.cells import shown_type

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from metadata.catalogue import FindEntity
    from metadata.snapshot import Entity, Field

_CHARTS = frozenset({"bar", "line", "pie", "funnel"})
_DAYS = frozenset({"date", "datetime"})


def complaints(body: Mapping[str, Any], entity: FindEntity) -> Iterator[Complaint]:
    """Give them, tile by tile; nothing of fields that are not there, which is told elsewhere."""
    for name, tile in body.get("tiles", {}).items():
        here = ("tiles", name)
        if tile["kind"] == "text":
            continue
        if "entity" not in tile:
            yield Complaint(here, msg("A tile of this kind needs an entity."), msg("Give it the key “entity”."))
            continue
        found = entity(tile["entity"])
        if found is not None:
            yield from _of_tile(here, tile, found)


def _of_tile(here: tuple[str, ...], tile: Mapping[str, Any], entity: Entity) -> Iterator[Complaint]:
    function, name = parts_of(tile.get("measure", "count()"))
    measured, day = entity.fields.get(name), entity.fields.get(tile.get("period", ""))
    if name and measured is None:
        message = msg("The entity “%(entity)s” has no field “%(name)s”.", entity=entity.name, name=name)
        yield Complaint((*here, "measure"), message, nearest_hint(name, entity.fields), name)
    elif measured is not None and not is_measurable(measured, function):
        message = msg("“%(function)s” of “%(name)s” is no number.", function=function, name=name)
        yield Complaint((*here, "measure"), message, msg("Name a number or an amount."), tile["measure"])
    if day is not None and shown_type(day).cell not in _DAYS:
        message = msg("“%(name)s” is no day that could lie in a period.", name=day.name)
        yield Complaint((*here, "period"), message, msg("Name a field of the type date or datetime."), day.name)
    if tile["kind"] in _CHARTS:
        yield from _of_group(here, tile, entity)


def _of_group(here: tuple[str, ...], tile: Mapping[str, Any], entity: Entity) -> Iterator[Complaint]:
    group, kind = tile.get("group"), tile["kind"]
    if group is None:
        yield Complaint(here, msg("A chart needs to know by what its figures are grouped."), msg("Give it “group”."))
        return
    by_month = not isinstance(group, str)
    field = entity.fields.get(group["field"] if by_month else group)
    if field is None:
        return
    steps = (*here, "group", "field") if by_month else (*here, "group")
    if not _fits(field, kind, by_month=by_month):
        hint = msg("A line and months need a date; a funnel a choice; other charts a choice, a link, or yes and no.")
        message = msg("The figures of a “%(kind)s” cannot be grouped by “%(name)s” so.", kind=kind, name=field.name)
        yield Complaint(steps, message, hint, field.name)


def _fits(field: Field, kind: str, *, by_month: bool) -> bool:
    if by_month:
        return shown_type(field).cell == "date" and kind in {"bar", "line"}
    if kind == "funnel":
        return field.choices is not None
    few = field.choices is not None or len(field.targets) == 1 or shown_type(field).cell == "boolean"
    return few and kind != "line"

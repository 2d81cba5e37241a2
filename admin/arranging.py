"""Where fields stand on screens: sections of forms and record pages, columns of lists. Pure; bodies are copied."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from metadata.edits import ORDERS, arranged, in_order_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


_SECTIONS = "sections"


@dataclass(frozen=True, slots=True)
class SectionPlace:
    """A section of a screen, which may lie in a tab."""

    tab: str
    section: str
    label: str
    fields: tuple[str, ...]

    @property
    def key(self) -> str:
        """How forms name it."""
        return f"{self.tab}.{self.section}"


def sections(body: Mapping[str, Any]) -> list[SectionPlace]:
    """The sections of a form or record page in the order in which they show."""
    return list(_sections(body))


def section_at(body: Mapping[str, Any], key: str) -> dict[str, Any]:
    """What the screen says of a section."""
    tab, _, section = key.partition(".")
    found: dict[str, Any] = _inside(body, tab)[_SECTIONS][section]
    return found


def with_section(body: Mapping[str, Any], key: str, section: Mapping[str, Any] | None) -> dict[str, Any]:
    """The screen with a section that is new or says something else; None takes one away, with its fields."""
    tab, _, name = key.partition(".")
    inside = _inside(body, tab)
    found = {**inside.get(_SECTIONS, {}), name: section}
    made = {**inside, _SECTIONS: {key: one for key, one in found.items() if one is not None}}
    if section is None and ORDERS[_SECTIONS] in made:
        made[ORDERS[_SECTIONS]] = [one for one in made[ORDERS[_SECTIONS]] if one != name]
    return _with_inside(body, tab, made)


def with_fields(body: Mapping[str, Any], key: str, fields: Sequence[str]) -> dict[str, Any]:
    """The screen with these fields in a section."""
    return with_section(body, key, {**section_at(body, key), "fields": list(fields)})


def with_label(body: Mapping[str, Any], key: str, label: str) -> dict[str, Any]:
    """The screen with another label of a section, which a blank one takes away."""
    found = section_at(body, key)
    rest = {part: value for part, value in found.items() if part != "label"}
    if label:
        return with_section(body, key, {**found, "label": label} if "label" in found else {"label": label, **rest})
    return with_section(body, key, rest)


def moved_section(body: Mapping[str, Any], key: str, by: int, *, own: bool) -> dict[str, Any]:
    """The screen with a section further up (-1) or down (1) among its like; `own` as `in_order_of` has it."""
    tab, _, name = key.partition(".")
    inside = _inside(body, tab)
    return _with_inside(
        body, tab, in_order_of(inside, _SECTIONS, moved(arranged(inside, _SECTIONS), name, by), own=own)
    )


def moved_field(body: Mapping[str, Any], key: str, field: str, by: int) -> dict[str, Any]:
    """The screen with a field further up (-1) or down (1), at the edge of its section into the one beside it."""
    places = sections(body)
    at = next(number for number, place in enumerate(places) if place.key == key)
    fields = places[at].fields
    if field != fields[0 if by < 0 else -1]:
        return with_fields(body, key, moved(fields, field, by))
    if not 0 <= at + by < len(places):
        return dict(body)
    there = places[at + by]
    joined = (*there.fields, field) if by < 0 else (field, *there.fields)
    left = with_fields(body, key, [one for one in fields if one != field])
    return with_fields(left, there.key, list(dict.fromkeys(joined)))


def columns(body: Mapping[str, Any]) -> list[str]:
    """The fields of a list's columns."""
    return [_field_of(one) for one in body.get("columns", [])]


def with_columns(body: Mapping[str, Any], fields: Sequence[str]) -> dict[str, Any]:
    """The list with these columns; those that it has keep what else they say."""
    known = {_field_of(one): one for one in body.get("columns", [])}
    return {**body, "columns": [known.get(name, name) for name in fields]}


def settings_of(body: Mapping[str, Any], field: str) -> dict[str, Any]:
    """What the list says of the column of a field, beyond that it is there."""
    found: Mapping[str, Any] = next(
        (one for one in body.get("columns", []) if not isinstance(one, str) and _field_of(one) == field), {}
    )
    return {key: value for key, value in found.items() if key != "field"}


def with_settings(body: Mapping[str, Any], field: str, settings: Mapping[str, str]) -> dict[str, Any]:
    """The list with these settings of a column; a blank one is not said."""
    said = {key: value for key, value in {**settings_of(body, field), **settings}.items() if value}
    made = {"field": field, **said} if said else field
    return {**body, "columns": [made if _field_of(one) == field else one for one in body["columns"]]}


def moved(names: Sequence[str], name: str, by: int) -> list[str]:
    """The names with one of them further up (-1) or down (1)."""
    found = list(names)
    if name in found:
        place = found.index(name)
        found.insert(min(max(place + by, 0), len(found) - 1), found.pop(place))
    return found


def _sections(body: Mapping[str, Any]) -> Iterator[SectionPlace]:
    for tab in arranged(body, "tabs"):
        inside = body["tabs"][tab]
        for name in arranged(inside, _SECTIONS):
            yield _place(tab, name, inside[_SECTIONS][name], str(inside.get("label", tab)))
    for name in arranged(body, _SECTIONS):
        yield _place("", name, body[_SECTIONS][name], "")


def _place(tab: str, name: str, section: Mapping[str, Any], tab_label: str) -> SectionPlace:
    label = str(section.get("label", name))
    shown = f"{tab_label} · {label}" if tab_label and tab_label != label else label
    return SectionPlace(tab, name, shown, tuple(section.get("fields", ())))


def _inside(body: Mapping[str, Any], tab: str) -> Mapping[str, Any]:
    """What the sections of a tab lie in; the screen itself where there is no tab."""
    found: Mapping[str, Any] = body["tabs"][tab] if tab else body
    return found


def _with_inside(body: Mapping[str, Any], tab: str, made: Mapping[str, Any]) -> dict[str, Any]:
    return {**body, "tabs": {**body["tabs"], tab: made}} if tab else dict(made)


def _field_of(column: str | Mapping[str, Any]) -> str:
    return column if isinstance(column, str) else str(column["field"])

"""Fields: those that a definition declares, and those that every record has."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from metadata.compile.choices import inline_choices
from metadata.compile.freeze import NOTHING, frozen, frozen_json
from metadata.expressions.tree import Root
from metadata.expressions.typed import refs
from metadata.labels import label_of, optional_label, standard_label
from metadata.places import EXPRESSION_KEYS, Place, default_expression, field_places
from metadata.scopes import USER
from metadata.snapshot import Field, Transition

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from i18n.lazy import Label
    from metadata.catalogue import Catalogue, FieldType
    from metadata.expressions.typed import TypedNode
    from metadata.meanings import Meanings
    from metadata.snapshot import Choices

COMMON_KEYS = frozenset({
    "type", "label", "help", "required", "default", "unique", "indexed", "searchable", "read_only",
    "read_only_after_create", "visible_when", "required_when", "read_only_when", "rules", "personal", "audited",
    "retired", "column",
})  # fmt: skip
"""Keys of every field, whatever its type."""

RESOLVED_KEYS = frozenset({
    "to", "filter", "formula", "choices", "options", "option_order", "ordered", "flow", "options_when",
})  # fmt: skip
"""Keys of some types that the compiler turns into something; the rest is left to the type."""


@dataclass(frozen=True, slots=True)
class World:
    """What fields are made of: installed parts and the choice lists of the definitions."""

    catalogue: Catalogue
    lists: Mapping[str, Choices]


def field_of(address: str, name: str, body: Mapping[str, Any], world: World) -> Field | None:
    """The field that a definition declares at `address`, without expressions: a shell.

    None where nobody supplies its type; its data stays, and a check reports it.
    """
    type_ = world.catalogue.field_types.get(body["type"])
    if type_ is None:
        return None
    label = label_of(address, body, name)
    default = body.get("default")
    return Field(
        name,
        type_,
        label,
        body.get("column", name),
        help=optional_label(address, body, "help"),
        required=body.get("required", False),
        default=None if default_expression(default, world.catalogue.functions) else frozen_json(default),
        unique=body.get("unique", False),
        indexed=body.get("indexed", False),
        searchable=body.get("searchable", False),
        read_only=body.get("read_only", False),
        read_only_after_create=body.get("read_only_after_create", False),
        personal=body.get("personal", False),
        audited=body.get("audited", False),
        options=_own_options(body),
        choices=_choices(address, label, body, world.lists),
        **_ends(type_, body),
    )


def _ends(type_: FieldType, body: Mapping[str, Any]) -> dict[str, Any]:
    """Where a link leads, or links, and what a figure is made of; a check reports links to more than one entity."""
    targets = targets_of(body)
    if type_.many:
        return {"linked": targets[0] if targets else None}
    if "of" in body:
        entity, _, link = body["of"].partition(".")
        return {"of": (entity, link)}
    if "entity" in body:
        return {"linked": body["entity"], "lines": (body["entity"], body["link"])}
    return {"targets": targets, "to_traits": traits_of(body)}


def expressions_of(entity: str, field: Field, body: Mapping[str, Any], meanings: Meanings) -> dict[str, Any]:
    """The attributes of a field that hold expressions, for `dataclasses.replace`.

    Raises ExpressionError, which a check reports before anybody compiles.
    """
    if not body.keys() & EXPRESSION_KEYS:
        return {}
    nodes = {place.steps: meanings.of(place) for place in field_places(entity, field, body, meanings.functions)}
    found: dict[str, Any] = {_ATTRIBUTES[steps[0]]: node for steps, node in nodes.items() if steps[0] in _ATTRIBUTES}
    offered = {str(steps[1]): node for steps, node in nodes.items() if steps[0] == "options_when"}
    if offered:
        found["options_when"] = frozen(offered)
    if "flow" in body:
        found["flow"] = frozen({option: _steps(option, steps, nodes) for option, steps in body["flow"].items()})
    if nodes:
        found["depends_on"] = _depends_on(nodes)
    return found


_ATTRIBUTES: Mapping[str | int, str] = {
    "default": "default_expression",
    "formula": "formula",
    "filter": "link_filter",
    "visible_when": "visible_when",
    "required_when": "required_when",
    "read_only_when": "read_only_when",
}


def _steps(
    option: str, steps: Iterable[Any], nodes: Mapping[tuple[str | int, ...], TypedNode]
) -> tuple[Transition, ...]:
    return tuple(_transition(step, nodes.get(("flow", option, index, "when"))) for index, step in enumerate(steps))


def _transition(step: str | Mapping[str, Any], when: TypedNode | None) -> Transition:
    if isinstance(step, str):
        return Transition(step)
    return Transition(step["to"], when, tuple(step.get("needs", ())))


def _depends_on(nodes: Mapping[tuple[str | int, ...], TypedNode]) -> frozenset[str]:
    """Fields of the record being edited that the expressions of one of its fields look at."""
    return frozenset(
        ref.steps[0].field
        for steps, node in nodes.items()
        for ref in refs(node)
        if ref.root is (Root.RECORD if steps == ("filter",) else Root.SELF)
    )


def targets_of(body: Mapping[str, Any]) -> tuple[str, ...]:
    """The entities that a link names; those of a link by trait are known only once all entities are."""
    to = body.get("to", ())
    if isinstance(to, dict):
        return ()
    return (to,) if isinstance(to, str) else tuple(to)


def traits_of(body: Mapping[str, Any]) -> frozenset[str]:
    """The traits that make an entity a target of the link."""
    to = body.get("to", ())
    return frozenset(to["traits"]) if isinstance(to, dict) else frozenset()


def server_fields(catalogue: Catalogue) -> dict[str, Field]:
    """The fields that every record has and only the server sets, shared by all entities."""
    make = _maker(catalogue)
    return _known(
        make("id", "key"),
        make("version", "integer"),
        make("created_at", "datetime"),
        make("created_by", "link", targets=("user",)),
        make("updated_at", "datetime", indexed=True),
        make("updated_by", "link", targets=("user",)),
        make("deleted_at", "datetime"),
        make("deleted_by", "link", targets=("user",)),
    )


def owner_fields(catalogue: Catalogue) -> dict[str, Field]:
    """The fields that the trait owned adds: who answers for the record, by default its author."""
    make = _maker(catalogue)
    shared: dict[str, Any] = {"system": False, "indexed": True, "read_only": False}
    return _known(
        make("owner", "link", targets=("user",), **shared),
        make("team", "link", targets=("team",), **shared),
    )


def owned_by_author(fields: Mapping[str, Field], meanings: Meanings) -> dict[str, Field]:
    """The fields of the trait owned with their defaults: on a new record its author and their main team."""
    known = "me" in meanings.functions and USER in meanings.entities
    texts = {"owner": "me()", "team": "me().team"} if known else {}
    found = dict(fields)
    for name in texts.keys() & fields.keys():
        field = fields[name]
        node = meanings.of(Place((), texts[name], USER, field.type.expression_type(field)))
        found[name] = replace(field, default_expression=node)
    return found


def _maker(catalogue: Catalogue) -> Callable[..., Field | None]:
    def make(name: str, type_name: str, **more: Any) -> Field | None:  # noqa: ANN401 - attributes of Field
        type_ = catalogue.field_types.get(type_name)
        label = standard_label(name)
        return Field(name, type_, label, name, **{"system": True, "read_only": True, **more}) if type_ else None

    return make


def _known(*fields: Field | None) -> dict[str, Field]:
    return {field.name: field for field in fields if field is not None}


def _own_options(body: Mapping[str, Any]) -> Mapping[str, Any]:
    own = body.keys() - COMMON_KEYS - RESOLVED_KEYS
    return frozen({key: frozen_json(body[key]) for key in body if key in own}) if own else NOTHING


def _choices(address: str, label: Label, body: Mapping[str, Any], lists: Mapping[str, Choices]) -> Choices | None:
    if isinstance(body.get("options"), dict):
        return inline_choices(address, address.removeprefix("entity/").replace("/fields/", "."), label, body)
    named = body.get("choices")
    return lists.get(named) if isinstance(named, str) else None

"""Entities: fields in the order of show, and the look-ups that nobody should have to make twice."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from i18n.lazy import Label
from metadata.compile.actions import action_shells, completed_actions
from metadata.compile.fields import (
    World,
    expressions_of,
    field_of,
    owner_fields,
    server_fields,
)
from metadata.compile.freeze import NOTHING, frozen
from metadata.labels import label_of, optional_label
from metadata.layers import ordered
from metadata.places import rule_places
from metadata.snapshot import DuplicateRule, Entity, PartOf, Rule, Unique

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from metadata.catalogue import Catalogue
    from metadata.layers import Effective
    from metadata.meanings import Meanings
    from metadata.snapshot import Choices, Field

DEFAULT_ICON = "database"
WITH_ACTIONS = "actions"


class EntityCompiler:
    """Makes entities for one catalogue, one set of choice lists and the stems of columns (see `compile_snapshot`)."""

    def __init__(
        self,
        catalogue: Catalogue,
        lists: Mapping[str, Choices],
        physical: Mapping[str, Mapping[str, str]] = NOTHING,
    ) -> None:
        """Make the fields that all entities share."""
        self._world = World(catalogue, lists)
        self._physical = physical
        self._server = server_fields(catalogue)
        self._owner = owner_fields(catalogue)

    def shell(self, definition: Effective) -> Entity:
        """The entity with all that needs no expression; fields of unknown types are left out."""
        body, address = definition.body, definition.address
        live: dict[str, Field] = {}
        retired: dict[str, Field] = {}
        stems = self._physical.get(body.get("table", definition.name), NOTHING)
        for name, written in ordered(body["fields"], body.get("field_order")).items():
            field = field_of(f"{address}/fields/{name}", name, written, self._world)
            if field is not None:
                field = replace(field, column=stems[field.column]) if field.column in stems else field
                (retired if written.get("retired") else live)[name] = field
        traits = frozenset(trait for trait, on in body.get("traits", {}).items() if on)
        # So that runs of actions lead to just these records.
        traits |= {WITH_ACTIONS} if body.get("actions") else set()
        title = body.get("title") or _title(live)
        if "owned" in traits:
            live |= self._owner
        live |= self._server
        label = label_of(address, body, definition.name)
        return Entity(
            definition.name,
            body.get("table", definition.name),
            label,
            optional_label(address, body, "label_plural") or Label(f"{address}/label_plural", label.text + "s"),
            body.get("icon", DEFAULT_ICON),
            title,
            frozen(live),
            layer=definition.base.layer,
            traits=traits,
            retired_fields=frozen(retired),
            unique=_unique(address, body.get("unique")),
            duplicates=_duplicates(address, body.get("duplicates")),
            help=optional_label(address, body, "help"),
            follows=body.get("follows"),
            actions=action_shells(address, body, self._world),
            notifies=frozen({reason: tuple(names) for reason, names in body.get("notifies", {}).items()}),
        )


def complete(
    shell: Entity,
    body: Mapping[str, Any],
    meanings: Meanings,
    owner: Mapping[str, Field],
    part_of: PartOf | None = None,
    **look_ups: Any,  # noqa: ANN401
) -> Entity:
    """The entity of a shell: expressions with their meaning, `look_ups` (attributes of Entity) put in.

    `owner` are the fields of the trait owned with their defaults (see `owned_by_author`).
    """
    fields = {**shell.fields, **owner} if shell.owned else dict(shell.fields)
    for name, written in body["fields"].items():
        field = fields.get(name)
        if field is not None:
            found = expressions_of(shell.name, field, written, meanings)
            fields[name] = replace(field, **found) if found else field
    if part_of is not None and part_of.link in fields:
        # A line never goes from one record to another: each of them tells of its lines in its own history.
        fields[part_of.link] = replace(fields[part_of.link], read_only_after_create=True)
    actions, rules = completed_actions(shell, body, meanings), _rules(shell, body, meanings)
    return replace(shell, fields=frozen(fields), rules=rules, actions=actions, part_of=part_of, **look_ups)


def links_in(entities: Iterable[Entity]) -> dict[str, tuple[tuple[str, str], ...]]:
    """Entity → (entity, field) of every link to it; what the server sets (created_by …) is no such link."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for entity in entities:
        for name, field in entity.fields.items():
            if not field.system:
                for target in field.targets:
                    found[target].append((entity.name, name))
    return {name: tuple(links) for name, links in found.items()}


def parts_of(entities: Iterable[Entity]) -> dict[str, PartOf]:
    """Entity → whose lines its records are."""
    return {
        field.lines[0]: PartOf(entity.name, name, field.lines[1])
        for entity in entities
        for name, field in entity.fields.items()
        if field.lines is not None
    }


def _title(fields: Mapping[str, Field]) -> str:
    if "name" in fields:
        return "name"
    return next((name for name, field in fields.items() if field.type.name == "text"), "id")


def _unique(address: str, written: Mapping[str, Any] | None) -> Mapping[str, Unique]:
    if not written:
        return NOTHING
    return frozen(
        {
            name: Unique(name, tuple(rule["fields"]), optional_label(f"{address}/unique/{name}", rule, "message"))
            for name, rule in written.items()
        }
    )


def _duplicates(address: str, written: Mapping[str, Any] | None) -> Mapping[str, DuplicateRule]:
    if not written:
        return NOTHING
    return frozen(
        {
            name: DuplicateRule(
                name,
                tuple(rule["fields"]),
                strict=rule.get("strict", False),
                message=optional_label(f"{address}/duplicates/{name}", rule, "message"),
            )
            for name, rule in written.items()
        }
    )


def _rules(shell: Entity, body: Mapping[str, Any], meanings: Meanings) -> Mapping[str, Rule]:
    """Rules of the entity by name, those of a field as `field.rule`."""
    address = f"entity/{shell.name}"
    found = _rules_of(shell.name, address, "", body, meanings)
    for name in shell.fields:
        written = body["fields"].get(name, NOTHING)
        if "rules" in written:
            found |= _rules_of(shell.name, f"{address}/fields/{name}", name, written, meanings)
    return frozen(found)


def _rules_of(entity: str, address: str, field: str, written: Mapping[str, Any], meanings: Meanings) -> dict[str, Rule]:
    found: dict[str, Rule] = {}
    for place in rule_places(entity, written):
        own = str(place.steps[1])
        name = f"{field}.{own}" if field else own
        rule = written["rules"][own]
        message = label_of(f"{address}/rules/{own}", rule, own, key="message")
        found[name] = Rule(name, meanings.of(place), message, field or rule.get("field"))
    return found

"""Checks of an entity as a whole; those of its fields are in `fields`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from i18n.lazy import msg
from metadata.check import actions
from metadata.check.base import Finding, meant, numbered
from metadata.check.fields import check_field, faulty
from metadata.check.part import Part
from metadata.documents import pointer
from metadata.expressions.errors import ExpressionError
from metadata.expressions.tree import KEYWORDS
from metadata.expressions.types import ALIKE_BY, Kind
from metadata.layers import CORE
from metadata.places import rule_places

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metadata.check.base import Check, Found
    from metadata.check.look import Look
    from metadata.layers import Effective
    from metadata.snapshot import Entity, Field


_RESERVED = frozenset({"id", "version", "owner", "team", "history", "restore", *KEYWORDS})
_RESERVED_PREFIXES = ("created_", "updated_", "deleted_")


@numbered("M105")
def names_are_free(definition: Effective, entity: Entity, _look: Look) -> Iterator[Finding]:
    """Names of what every record has, or of words in addresses and expressions, are taken."""
    for name in definition.body["fields"] if entity.layer != CORE else ():
        if name in _RESERVED or name.startswith(_RESERVED_PREFIXES):
            message = msg("“%(name)s” is a name of the product's own; a field cannot have it.", name=name)
            hint = msg("Choose another name, such as “%(name)s”.", name=f"{entity.name}_{name}"[:48])
            yield Finding(pointer("fields", name), message, hint)


@numbered("M106")
def title_is_a_field(definition: Effective, entity: Entity, _look: Look) -> Iterator[Finding]:
    """The title names a live field of the entity."""
    title = definition.body.get("title")
    if title is None or title in entity.fields or _unsupplied(definition, entity, title):
        return
    if title in entity.retired_fields:
        message = msg("The title field “%(name)s” is retired.", name=title)
    else:
        message = msg("The entity has no field “%(name)s” to be its title.", name=title)
    yield Finding("/title", message, meant(title, entity.fields), title)


@numbered("M107")
def title_is_a_text(definition: Effective, entity: Entity, _look: Look) -> Iterator[Finding]:
    """A link has no text of its own, and several values are no name, so neither can be the title."""
    field = entity.fields.get(definition.body.get("title", ""))
    if field is None:
        return
    hint = msg("Choose a text, or leave the title out.")
    if field.type.relation:
        yield Finding("/title", msg("A link cannot be the title of a record."), hint, field.name)
    elif field.type.expression_type(field).many:
        yield Finding("/title", msg("Several values cannot be the title of a record."), hint, field.name)


@numbered("M111")
def unique_names_fields(definition: Effective, entity: Entity, _look: Look) -> Iterator[Finding]:
    """What is unique together are live fields of the entity."""
    for name, rule in definition.body.get("unique", {}).items():
        for index, field in enumerate(rule["fields"]):
            if field not in entity.fields and not _unsupplied(definition, entity, field):
                message = msg("The entity has no field “%(name)s”.", name=field)
                yield Finding(pointer("unique", name, "fields", index), message, meant(field, entity.fields), field)


@numbered("M146")
def duplicates_name_fields(definition: Effective, entity: Entity, _look: Look) -> Iterator[Finding]:
    """What makes two records alike are live fields of the entity."""
    for name, rule in definition.body.get("duplicates", {}).items():
        for index, field in enumerate(rule["fields"]):
            if field not in entity.fields and not _unsupplied(definition, entity, field):
                message = msg("The entity has no field “%(name)s”.", name=field)
                place = pointer("duplicates", name, "fields", index)
                yield Finding(place, message, meant(field, entity.fields), field)


@numbered("M112")
def rules_name_fields(definition: Effective, entity: Entity, _look: Look) -> Iterator[Finding]:
    """A rule shows its message at a field that exists."""
    for name, rule in definition.body.get("rules", {}).items():
        field = rule.get("field")
        if field is not None and field not in entity.fields and not _unsupplied(definition, entity, field):
            message = msg("The entity has no field “%(name)s”.", name=field)
            yield Finding(pointer("rules", name, "field"), message, meant(field, entity.fields), field)


@numbered("M138")
def follows_a_link(definition: Effective, entity: Entity, _look: Look) -> Iterator[Finding]:
    """What an entity follows is a live link of its own, deleted with the record that it leads to."""
    if entity.follows is None:
        return
    field = entity.fields.get(entity.follows)
    if field is None or not field.type.relation:
        links = [name for name, one in entity.fields.items() if one.type.relation and not one.system]
        message = msg("“%(name)s” is no link of this entity.", name=entity.follows)
        yield Finding("/follows", message, meant(entity.follows, links), entity.follows)
    elif definition.body["fields"].get(field.name, {}).get("on_delete") != "cascade":
        message = msg("What follows a record has to be deleted with it.")
        hint = msg("Write “on_delete”: “cascade” at the link.")
        yield Finding("/follows", message, hint, entity.follows)


@numbered("M139")
def following_ends(_definition: Effective, entity: Entity, look: Look) -> Iterator[Finding]:
    """Going from record to record that is followed does not come back."""
    waiting, seen = [entity], set[str]()
    while waiting:
        here = waiting.pop()
        field = here.fields.get(here.follows) if here.follows else None
        # A link by trait leads to nothing that follows in its turn, and its targets are nobody's to require.
        for target in field.targets if field and not field.to_traits else ():
            if target == entity.name:
                message = msg("The entity follows itself, over what it follows.")
                yield Finding("/follows", message, msg("One of them cannot follow."), entity.follows)
                return
            there = look.entity(target) if target not in seen else None
            seen.add(target)
            waiting += [there] if there else []


@numbered("M140")
def private_has_owner(_definition: Effective, entity: Entity, _look: Look) -> Iterator[Finding]:
    """A private record is its owner's, so it has one."""
    if entity.private and not entity.owned:
        message = msg("A record that only its owner sees needs an owner.")
        yield Finding("/traits/private", message, msg("Give the entity the trait “owned”."))


@numbered("M143")
def notifies_of_people(definition: Effective, entity: Entity, _look: Look) -> Iterator[Finding]:
    """Whom a record concerns, live fields say: links to people, and texts."""
    for reason, names in definition.body.get("notifies", {}).items():
        for index, name in enumerate(names):
            field = entity.fields.get(name)
            people = field is not None and field.targets == ("user",)
            fits = people if reason == "assigned" else field is not None and field.type.name in {"text", "long_text"}
            if not fits:
                message = msg("“%(name)s” is no field of this entity that leads to or names people.", name=name)
                yield Finding(pointer("notifies", reason, index), message, meant(name, entity.fields), name)
    if entity.notifies and entity.follows is None and not entity.traits & {"comments", "activities"}:
        message = msg("Nobody can be told of records that nothing can be about.")
        yield Finding("/notifies", message, msg("Give the entity the trait “activities” or “comments”."))


@numbered("M130")
def columns_differ(definition: Effective, entity: Entity, _look: Look) -> Iterator[Finding]:
    """No two fields have the same identity."""
    taken: dict[str, str] = {}
    for name, body in definition.body["fields"].items():
        column = body.get("column", name)
        if column in taken:
            message = msg("The column “%(column)s” belongs to the field “%(name)s”.", column=column, name=taken[column])
            place = pointer("fields", name, "column") if "column" in body else pointer("fields", name)
            yield Finding(place, message, msg("Give one of the two another column."), column)
        elif entity.layer != CORE and "column" in body and column in entity.fields and entity.fields[column].system:
            message = msg("The column “%(column)s” is one of the product's own.", column=column)
            yield Finding(pointer("fields", name, "column"), message, value=column)
        taken.setdefault(column, name)


@numbered("M211")
def unique_can_be_kept(definition: Effective, entity: Entity, _look: Look) -> Iterator[Finding]:
    """What is computed is not stored under a unique index."""
    for name, field in entity.fields.items():
        if field.unique and field.type.computed:
            message = msg("A computed field cannot be unique.")
            yield Finding(pointer("fields", name, "unique"), message, msg("Make its inputs unique together."))
    for name, rule in definition.body.get("unique", {}).items():
        for index, member in enumerate(rule["fields"]):
            found = entity.fields.get(member)
            if found is not None and found.type.expression_type(found).many:
                message = msg(
                    "The field “%(name)s” has several values, so it cannot be part of what is unique.", name=member
                )
                yield Finding(pointer("unique", name, "fields", index), message, value=member)
            elif found is not None and found.type.computed:
                message = msg("The computed field “%(name)s” cannot be part of what is unique.", name=member)
                yield Finding(pointer("unique", name, "fields", index), message, value=member)


@numbered("M222")
def duplicates_can_be_found(definition: Effective, entity: Entity, _look: Look) -> Iterator[Finding]:
    """Records are alike by values that are stored singly, and found by a text that is searched anyway."""
    for name, rule in definition.body.get("duplicates", {}).items():
        known = [entity.fields[field] for field in rule["fields"] if field in entity.fields]
        for index, field in enumerate(rule["fields"]):
            if field in entity.fields and not _compared(entity.fields[field]):
                message = msg("Records cannot be told to be alike by the field “%(name)s”.", name=field)
                hint = msg("Take texts, choices, links, dates and whole numbers that are stored.")
                yield Finding(pointer("duplicates", name, "fields", index), message, hint, field)
        if len(known) == len(rule["fields"]) and not any(_sought(field) for field in known):
            message = msg("Nothing among these fields is found quickly.")
            hint = msg("Make one of the texts searchable.")
            yield Finding(pointer("duplicates", name, "fields"), message, hint)


def _compared(field: Field) -> bool:
    found = field.type.expression_type(field)
    return not field.type.computed and not found.many and found.kind in ALIKE_BY


def _sought(field: Field) -> bool:
    return field.searchable and field.type.expression_type(field).kind is Kind.TEXT


@numbered("M301")
def rules_make_sense(definition: Effective, entity: Entity, look: Look) -> Iterator[Finding]:
    """Every rule of the entity can be read, names what exists and is a condition."""
    for place in rule_places(entity.name, definition.body):
        try:
            look.meanings.of(place)
        except ExpressionError as error:
            yield faulty(pointer(*place.steps), place.text, error)


CHECKS: tuple[Check[[Effective, Entity, Look], Finding], ...] = (
    names_are_free,
    title_is_a_field,
    title_is_a_text,
    unique_names_fields,
    duplicates_name_fields,
    rules_name_fields,
    follows_a_link,
    following_ends,
    private_has_owner,
    notifies_of_people,
    columns_differ,
    unique_can_be_kept,
    duplicates_can_be_found,
    rules_make_sense,
)


def check_entity(definition: Effective, look: Look) -> Iterator[Found]:
    """All findings of one entity and its fields."""
    entity = look.entity(definition.name)
    if entity is None:
        return
    for check in (*CHECKS, *actions.CHECKS):
        yield from check(definition, entity, look)
    for name, body in definition.body["fields"].items():
        field = entity.fields.get(name)
        if field is not None and not body.get("retired"):
            for code, severity, found in check_field(Part(entity, field, body, look)):
                place = pointer("fields", name) + found.place
                yield code, severity, Finding(place, found.message, found.hint, found.value)


def _unsupplied(definition: Effective, entity: Entity, field: str) -> bool:
    """Whether the field is there but its type is not; that is reported once, at the field."""
    return field in definition.body["fields"] and field not in entity.retired_fields

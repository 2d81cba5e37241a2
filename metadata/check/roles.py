"""Checks of roles and their grants."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from i18n.lazy import msg
from metadata.check.base import Finding, meant, numbered
from metadata.check.currencies import currency_is_told
from metadata.check.fields import faulty
from metadata.compile.roles import ALL, reach_of
from metadata.documents import pointer
from metadata.expressions.errors import ExpressionError
from metadata.places import grant_places
from metadata.problems import Severity
from metadata.snapshot import Reach

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from metadata.check.base import Check, Found
    from metadata.check.look import Look
    from metadata.layers import Effective

_REACHES = ("read", "update", "delete")
_OF_OWNERS = frozenset({Reach.OWN, Reach.TEAM, Reach.BELOW})


@numbered("M117")
def entity_exists(name: str, _grant: Mapping[str, Any], look: Look) -> Iterator[Finding]:
    """A grant is about an entity that exists, or about all (*)."""
    if name != ALL and not look.has("entity", name):
        message = msg("There is no entity “%(name)s” to grant.", name=name)
        yield Finding("", message, meant(name, look.known.names("entity")), name)


@numbered("M118")
def fields_exist(name: str, grant: Mapping[str, Any], look: Look) -> Iterator[Finding]:
    """Field rights name fields of the entity."""
    entity = look.entity(name)
    for field in grant.get("fields", ()) if entity else ():
        if entity and field != ALL and field not in entity.fields and not look.is_gone(entity, field):
            message = msg("The entity “%(entity)s” has no field “%(name)s”.", entity=name, name=field)
            yield Finding(pointer("fields", field), message, meant(field, entity.fields), field)


@numbered("M136", Severity.WARNING)
def fields_are_live(name: str, grant: Mapping[str, Any], look: Look) -> Iterator[Finding]:
    """A right to a field that is gone waits for it to come back, and hides a slip."""
    entity = look.entity(name)
    for field in grant.get("fields", ()) if entity else ():
        if entity and look.is_gone(entity, field) and field not in entity.retired_fields:
            message = msg("The field “%(name)s” is gone.", name=field)
            yield Finding(pointer("fields", field), message, meant(field, entity.fields), field)


@numbered("M119")
def via_is_a_link(name: str, grant: Mapping[str, Any], look: Look) -> Iterator[Finding]:
    """The parent whose rights count is reached by a link to one entity."""
    entity, link = look.entity(name), grant.get("via")
    field = entity.fields.get(link) if entity and link else None
    if entity and link and (field is None or field.only_target is None or field.type.name != "link"):
        message = msg("“%(name)s” is no link to one entity.", name=link)
        links = [field.name for field in entity.fields.values() if field.only_target]
        yield Finding("/via", message, meant(link, links), link)


@numbered("M301")
def rows_make_sense(name: str, grant: Mapping[str, Any], look: Look) -> Iterator[Finding]:
    """A row rule can be read, names fields of the entity and is a condition."""
    for place in grant_places(name, grant) if look.entity(name) else ():
        try:
            look.meanings.of(place)
        except ExpressionError as error:
            yield faulty(pointer(*place.steps), place.text, error)


@numbered("M501", Severity.WARNING)
def readable_if_changeable(name: str, grant: Mapping[str, Any], _look: Look) -> Iterator[Finding]:
    """Who may change or delete records may read them."""
    if "via" not in grant and reach_of(grant.get("read")) is Reach.NONE:
        for action in ("update", "delete"):
            if reach_of(grant.get(action)) is not Reach.NONE:
                message = msg("The role may %(action)s “%(name)s” but not read it.", action=action, name=name)
                yield Finding(pointer(action), message, msg("Give “read” a reach too."), grant[action])


@numbered("M502")
def reach_fits_entity(name: str, grant: Mapping[str, Any], look: Look) -> Iterator[Finding]:
    """Own, team and below mean something only where records have an owner."""
    entity = look.entity(name)
    if entity is None or entity.owned:
        return
    for action in _REACHES:
        if reach_of(grant.get(action)) in _OF_OWNERS:
            message = msg("Records of “%(name)s” have no owner, so only none and all have a meaning.", name=name)
            yield Finding(pointer(action), message, msg("Give the entity the trait “owned”."), grant[action])


@numbered("M503")
def all_entities_plainly(name: str, grant: Mapping[str, Any], _look: Look) -> Iterator[Finding]:
    """A grant over all entities cannot speak of fields."""
    for key in ("rows", "fields", "via") if name == ALL else ():
        if grant.get(key):
            message = msg("A grant over all entities cannot have “%(key)s”, since it speaks of fields.", key=key)
            yield Finding(pointer(key), message, msg("Name the entity in a grant of its own."))


@numbered("M504")
def via_alone(_name: str, grant: Mapping[str, Any], _look: Look) -> Iterator[Finding]:
    """With `via` the parent's rights count, so the grant has none of its own."""
    for key in ("read", "create", "update", "delete", "rows") if "via" in grant else ():
        if grant.get(key):
            message = msg("With “via” the parent's rights count; “%(key)s” has no meaning.", key=key)
            yield Finding(pointer(key), message, msg("Remove one of the two."))


@numbered("M505", Severity.WARNING)
def required_can_be_filled(name: str, grant: Mapping[str, Any], look: Look) -> Iterator[Finding]:
    """Who may create records may fill what is required."""
    entity, rights = look.definition("entity", name), grant.get("fields", {})
    if entity is None or not grant.get("create"):
        return
    for field, body in entity.body["fields"].items():
        right = rights.get(field, rights.get(ALL, "write"))
        if body.get("required") and right != "write" and body.get("default") is None and not body.get("retired"):
            message = msg(
                "The role may create “%(entity)s” but not fill the required “%(name)s”.", entity=name, name=field
            )
            place = pointer("fields", field if field in rights else ALL)
            yield Finding(place, message, msg("Give the field a default, or this role the right to write it."))


@numbered("M506", Severity.WARNING)
def field_rights_within_grant(_name: str, grant: Mapping[str, Any], _look: Look) -> Iterator[Finding]:
    """A right to write a field needs the right to create or update the record."""
    if "via" in grant or grant.get("create") or reach_of(grant.get("update")) is not Reach.NONE:
        return
    for field, right in grant.get("fields", {}).items():
        if right == "write":
            message = msg("The role may write “%(name)s” but neither create nor update the record.", name=field)
            yield Finding(pointer("fields", field), message, msg("Write read, or grant update."), right)


CHECKS: tuple[Check[[str, Mapping[str, Any], Look], Finding], ...] = (
    entity_exists,
    fields_exist,
    fields_are_live,
    via_is_a_link,
    rows_make_sense,
    readable_if_changeable,
    reach_fits_entity,
    all_entities_plainly,
    via_alone,
    required_can_be_filled,
    field_rights_within_grant,
)


@numbered("M508")
def via_leads_out(definition: Effective, look: Look) -> Iterator[Finding]:
    """Going from parent to parent ends at a grant with rights of its own."""
    grants = definition.body["grants"]
    for name in grants:
        way = [name]
        while "via" in grants.get(way[-1], {}):
            entity = look.entity(way[-1])
            field = entity.fields.get(grants[way[-1]]["via"]) if entity else None
            if field is None or field.only_target is None:
                break
            if field.only_target in way:
                message = msg("Going from parent to parent comes back to “%(name)s”.", name=field.only_target)
                hint = msg("One grant in the circle needs rights of its own.")
                yield Finding(pointer("grants", name, "via"), message, hint)
                break
            way.append(field.only_target)


def check_role(definition: Effective, look: Look) -> Iterator[Found]:
    """All findings of one role."""
    yield from via_leads_out(definition, look)
    for name, grant in definition.body["grants"].items():
        place = pointer("grants", name)
        rules = [(pointer(*one.steps), one) for one in (grant_places(name, grant) if look.entity(name) else ())]
        findings = chain(*(check(name, grant, look) for check in CHECKS), currency_is_told(rules, look))
        for code, severity, found in findings:
            yield code, severity, Finding(place + found.place, found.message, found.hint, found.value)

"""Who may do what with one record, in words: the explainer's answer, and what would change it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from framework.errors import NotFoundError, SignInRequiredError
from framework.extension import services
from framework.fields.key import record_id
from framework.permissions import policy_for
from i18n.lazy import msg, nmsg
from ui.forms.picks import picks
from ui.page.addresses import Address, record_url
from ui.page.asked import ABSENT
from ui.page.people import Face, face

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from framework.context import Actor
    from framework.records import Record
    from i18n.lazy import Message
    from metadata.snapshot import Field
    from ui.forms.picks import Pick
    from ui.page.asked import Asked

PARAMETERS = frozenset({"person", "person.text", "action", "field"})
PEOPLE = ("role_membership", "user")
READ = "read"
_OFFERED = 12
_ACTIONS = {
    READ: (msg("see it"), msg("Yes: %(name)s sees this record."), msg("No: %(name)s does not see this record.")),
    "update": (
        msg("change it"),
        msg("Yes: %(name)s may change this record."),
        msg("No: %(name)s may not change this record."),
    ),
    "delete": (
        msg("move it to the recycle bin"),
        msg("Yes: %(name)s may move this record to the recycle bin."),
        msg("No: %(name)s may not move this record to the recycle bin."),
    ),
}
_OF_FIELD = {
    READ: (
        msg("Yes: %(name)s sees “%(field)s” of this record."),
        msg("No: %(name)s does not see “%(field)s” of this record."),
    ),
    "update": (
        msg("Yes: %(name)s may change “%(field)s” of this record."),
        msg("No: %(name)s may not change “%(field)s” of this record."),
    ),
}
_GENERAL = {
    READ: (
        msg("Yes: %(name)s sees all records here."),
        msg("No: %(name)s sees none of these records."),
        msg("It depends on the record which of them %(name)s sees."),
    ),
    "create": (
        msg("Yes: %(name)s may make records here."),
        msg("No: %(name)s may not make records here."),
        msg("It depends on the record whether %(name)s may make it."),
    ),
    "update": (
        msg("Yes: %(name)s may change all records here."),
        msg("No: %(name)s may change none of these records."),
        msg("It depends on the record which of them %(name)s may change."),
    ),
    "delete": (
        msg("Yes: %(name)s may move all of these records to the recycle bin."),
        msg("No: %(name)s may move none of these records to the recycle bin."),
        msg("It depends on the record which of them %(name)s may move to the recycle bin."),
    ),
}
_GENERAL_FIELD = (
    msg("Yes: %(name)s may do this with “%(field)s” of all records here."),
    msg("No: %(name)s may do this with “%(field)s” of no record here."),
    msg("It depends on the record whether %(name)s may do this with “%(field)s”."),
)
_REACH = {
    "own": msg("their own"),
    "team": msg("those of their teams"),
    "below": msg("their own and those of people below them"),
    "all": msg("all"),
    "none": msg("none"),
}
_RIGHTS = {"none": msg("the field is hidden"), "read": msg("the field may be read"), "write": msg("the field too")}
# What a record does not fulfil, and how it would.
_LACKS = {
    "owner": (msg("belongs to somebody else"), msg("they own the record")),
    "team": (msg("belongs to none of their teams"), msg("the record is their own or belongs to one of their teams")),
    "below": (msg("belongs to nobody below them"), msg("they own the record, or its owner is below them")),
    "row_rule": (msg("its row rule does not hold"), msg("its row rule holds")),
    "parent": (msg("it does not give the record that this one belongs to"), msg("it gives the record above this one")),
    "followed": (
        msg("they do not see the record that this one belongs to"),
        msg("they see the record that this one belongs to"),
    ),
    "field": (msg("it does not give the field"), None),
    "grant": (msg("it gives nothing here"), None),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a select."""

    key: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to ask about by one click."""

    face: Face
    url: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class RoleLine:
    """What one role says: what it gives in words, its row rule where it may be shown, and whether that is enough."""

    label: str
    gives: str
    rule: str
    allows: bool
    why: str
    depends: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """Yes or no, by which role, and what would change it."""

    allowed: bool
    sentence: str
    decided_by: str
    roles: tuple[RoleLine, ...]
    changes: tuple[str, ...]
    depends: bool = False


@dataclass(frozen=True, slots=True)
class AccessView:
    """All that the page prints; without `manages` it is about the reader alone."""

    url: str
    record_url: str
    title: str
    manages: bool
    person: str
    name: str
    people_url: str
    people: tuple[Person, ...]
    hits: tuple[Pick, ...]
    actions: tuple[Choice, ...]
    fields: tuple[Choice, ...]
    problem: str
    answer: Answer | None


def manages(asked: Asked) -> bool:
    """Whether the actor may ask about others."""
    return "manage_people" in policy_for(asked.context.snapshot, asked.context.actor).abilities()


def people_found(asked: Asked, sought: str) -> tuple[Pick, ...]:
    """Give people to ask about, those changed last where nothing is sought; none to who may not ask about others."""
    return picks(asked, _people(asked), sought) if manages(asked) else ()


def access_of(asked: Asked, record: Record, given: Mapping[str, str]) -> AccessView:
    """Explain what is asked for. Raises as the door's `explain` does, and NotFoundError for an action there is not."""
    action, field = given.get("action") or READ, given.get("field") or None
    if action not in _ACTIONS:
        raise NotFoundError(ABSENT)
    others = manages(asked)
    here = f"{record_url(asked.entity.name, record.id)}/access"
    person, sought = given.get("person", ""), given.get("person.text", "").strip()
    hits = people_found(asked, sought) if others and sought and not person else ()
    if len(hits) == 1:
        person, hits = hits[0].id, ()
    who, problem = _who(asked, person if others or person else str(asked.context.actor.id))
    if who is None and sought and not person and not hits:
        problem = asked.text(msg("Nothing you may see matches"))
    kept = tuple((name, value) for name, value in (("action", action), ("field", field)) if value and value != READ)
    return AccessView(
        url=here,
        record_url=record_url(asked.entity.name, record.id),
        title=record.title or record.id,
        manages=others,
        person=who.id or "" if who else "",
        name=who.name if who else sought,
        people_url=f"{here}/people",
        people=tuple(_offered(asked, record, here, kept, who)) if others else (),
        hits=tuple(replace(one, url=str(Address(here, (("person", one.id), *kept)))) for one in hits),
        actions=tuple(Choice(name, asked.text(words[0]), name == action) for name, words in _ACTIONS.items()),
        fields=tuple(_fields(asked, field, others=others)),
        problem=problem,
        answer=explained_of(asked, record, who, action, field) if who else None,
    )


def _people(asked: Asked) -> Field:
    """A link to people; whom the asker sees is decided behind it."""
    entity, name = PEOPLE
    return asked.context.snapshot.entities[entity].fields[name]


def _who(asked: Asked, person: str) -> tuple[Actor | None, str]:
    """Give who is asked about, and what is wrong with that."""
    if not person:
        return None, ""
    if person == asked.context.actor.id:
        return asked.context.actor, ""
    try:
        return services().auth.by_id(record_id(person)).actor, ""
    except (ValueError, SignInRequiredError):
        return None, asked.text(msg("There is no such person, or they cannot sign in any more: they see nothing."))


def _offered(
    asked: Asked, record: Record, here: str, kept: tuple[tuple[str, str], ...], who: Actor | None
) -> Iterable[Person]:
    """Give people to choose by one click: the record's own first, then those changed last."""
    own = (record.links.get(name) for name in ("owner", "created_by", "updated_by"))
    found = {end.id: end.title for end in own if end and end.title}
    found |= {one.id: one.title for one in people_found(asked, "") if one.id not in found}
    for ident, name in list(found.items())[:_OFFERED]:
        url = str(Address(here, (("person", ident), *kept)))
        yield Person(face(ident, name), url, who is not None and who.id == ident)


def _fields(asked: Asked, chosen: str | None, *, others: bool) -> Iterable[Choice]:
    """Give the whole record, then the fields that the asker knows of; who manages people knows of all."""
    yield Choice("", asked.text(msg("the whole record")), not chosen)
    for field in asked.entity.fields.values():
        if not field.system and (others or field.name in asked.rights.named):
            yield Choice(field.name, asked.text(field.label), field.name == chosen)


def explained_of(asked: Asked, record: Record, who: Actor, action: str, field: str | None) -> Answer:
    """Explain what somebody may do with one record. Raises as the door's `explain` does."""
    known, name = asked.context, asked.entity.name
    about = replace(known, actor=who)
    field = None if action == "delete" else field
    found = services().door.explain(known, about, action, name, record.id, field)
    lines = tuple(_line(asked, one, action) for one in found["roles"])
    roles = known.snapshot.roles
    decided = found["decided_by"] if found["allowed"] else None
    return Answer(
        allowed=bool(found["allowed"]),
        sentence=_sentence(asked, who, action, found["field"], allowed=bool(found["allowed"])),
        decided_by=asked.text(roles[decided].label) if decided else "",
        roles=lines,
        changes=tuple(_changes(asked, about, record, found)),
    )


def _sentence(asked: Asked, who: Actor, action: str, field: str | None, *, allowed: bool) -> str:
    yes, no = _OF_FIELD[action] if field else _ACTIONS[action][1:]
    label = asked.entity.fields[field].label if field else ""
    return asked.text(msg((yes if allowed else no).msgid, name=who.name, field=label))


def explained(asked: Asked, who: Actor, action: str, field: str | None) -> Answer:
    """Explain what somebody may do with records of an entity at large. Raises as the door's `explain` does."""
    about = replace(asked.context, actor=who)
    field = None if action == "delete" else field
    found = services().door.explain(asked.context, about, action, asked.entity.name, None, field)
    place = {True: 0, False: 1, None: 2}[found["allowed"]]
    said = asked.text(msg(_GENERAL[action][place].msgid, name=who.name))
    if found["field"]:
        label = asked.entity.fields[found["field"]].label
        said = asked.text(msg(_GENERAL_FIELD[place].msgid, name=who.name, field=label))
    giving = [one for one in found["roles"] if one["allows"] is not False]
    decided = found["decided_by"] or (giving[0]["role"] if giving else None)
    roles = asked.context.snapshot.roles
    return Answer(
        allowed=found["allowed"] is not False,
        sentence=said,
        decided_by=asked.text(roles[decided].label) if decided else "",
        roles=tuple(_line(asked, one, action) for one in found["roles"]),
        changes=(),
        depends=found["allowed"] is None,
    )


def _line(asked: Asked, one: Mapping[str, Any], action: str) -> RoleLine:
    role = asked.context.snapshot.roles[one["role"]]
    why = "" if one["allows"] or not one["lacks"] else _joined(asked, [_LACKS[code][0] for code in one["lacks"]])
    return RoleLine(
        label=asked.text(role.label),
        gives=_gives(asked, one),
        rule=_rule(asked, one, action) if one["row_rule"] else "",
        allows=bool(one["allows"]),
        why=why,
        depends=one["allows"] is None,
    )


def _gives(asked: Asked, one: Mapping[str, Any]) -> str:
    """Say what a grant reaches, and what it makes of the field."""
    if one["grant"] is None:
        return asked.text(msg("No grant"))
    reach = _REACH.get(one["reach"], msg("as the record above it"))
    if one["row_rule"] and one["reach"] != "none":
        reach = msg("%(reach)s, narrowed by a row rule", reach=reach)
    parts = [reach, *([_RIGHTS[one["field"]]] if one["field"] and one["reach"] != "none" else [])]
    return "; ".join(asked.text(part) for part in parts)


def _rule(asked: Asked, one: Mapping[str, Any], action: str) -> str:
    """Give the row rule as it is written, to those who may read definitions."""
    known = asked.context
    if not policy_for(known.snapshot, known.actor).abilities() & {"design", "publish"}:
        return ""
    for role in services().runtime.definitions(known.revision).merged.of_kind("role"):
        if role.name == one["role"]:
            written = role.body["grants"][one["grant"]].get("rows", {}).get(action, "")
            return written if isinstance(written, str) else ""
    return ""


def _changes(asked: Asked, about: Any, record: Record, found: Mapping[str, Any]) -> Iterable[str]:  # noqa: ANN401
    """Say what would make of the answer its opposite."""
    roles = asked.context.snapshot.roles
    if found["allowed"]:
        giving = [asked.text(roles[one["role"]].label) for one in found["roles"] if one["allows"]]
        yield asked.text(
            nmsg(
                "Without the role %(roles)s it would be no.",
                "Without the roles %(roles)s it would be no.",
                len(giving),
                roles=", ".join(giving),
            )
        )
        return
    for line in found["roles"]:
        wanted = [_LACKS[code][1] for code in line["lacks"]]
        if wanted and all(wanted):
            clauses = _joined(asked, [one for one in wanted if one is not None])
            yield asked.text(
                msg("The role %(role)s gives it if %(this)s.", role=roles[line["role"]].label, this=clauses)
            )
    if manages(asked):
        others = services().door.roles_that_would(
            asked.context, about, found["action"], found["entity"], record.id, found["field"]
        )
        if others:
            names = ", ".join(asked.text(roles[name].label) for name in others)
            yield asked.text(msg("Any of these roles would give it: %(roles)s.", roles=names))
        else:
            yield asked.text(msg("No other role gives it for this record: a grant would have to change."))


def _joined(asked: Asked, parts: Iterable[Message]) -> str:
    first, *rest = [asked.text(part) for part in parts] or [""]
    for one in rest:
        first = asked.text(msg("%(this)s and %(that)s", this=first, that=one))
    return first

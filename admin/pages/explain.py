"""Why somebody may or may not do something: with records of a kind, with one record, with one field.

The same explanation as `armature explain`, the API and the page of a record give; that page is where one record is
asked about by those who see it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import request

from admin.desk import Area, DeskPages, Place, answer
from admin.inputs import Option
from admin.people.person import people_choices
from framework.errors import ArmatureError, MalformedError, NotFoundError, SignInRequiredError
from framework.extension import context, services
from framework.fields.key import record_id
from framework.permissions import ACTIONS, policy_for
from framework.records.parse import closed
from i18n.lazy import msg
from ui.page.addresses import Address, record_url
from ui.page.asked import Asked, screen_of
from ui.page.reader import reader
from ui.page.render import redirect
from ui.record.access import explained

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flask import Response

    from framework.context import Context
    from ui.record.access import Answer

EXPLAIN_URL = "/admin/explain"
_PARAMETERS = frozenset({"person", "action", "entity", "id", "field"})
_WORDS = {
    "read": msg("see"),
    "create": msg("make"),
    "update": msg("change"),
    "delete": msg("move to the recycle bin"),
}
pages = DeskPages(
    "explain",
    Place(
        Area.PEOPLE,
        40,
        msg("Explain rights"),
        msg("Why somebody may or may not do something, and which grant decides."),
        "help",
        EXPLAIN_URL,
        frozenset({"manage_people"}),
    ),
)


@dataclass(frozen=True, slots=True)
class ExplainPage:
    """All that the template prints."""

    people: tuple[Option, ...]
    actions: tuple[Option, ...]
    entities: tuple[Option, ...]
    fields: tuple[Option, ...]
    id: str
    problem: str
    answer: Answer | None


@pages.get("/admin/explain")
def show() -> Response:
    """Answer the question, if there is one."""
    given = closed(request.args.items(multi=True), _PARAMETERS)
    known = context()
    if given.get("id", "").strip() and given.get("entity") and given.get("person"):
        there = _record(known, given)
        if there:
            return redirect(there)
    return answer("desk/explain.html", title=reader().words.text(msg("Explain rights")), page=_page(known, given))


def _record(known: Context, given: Mapping[str, str]) -> str | None:
    """Give the page that explains one record, where whoever asks sees it."""
    ident = given["id"].strip().rstrip("/").rpartition("/")[2]
    try:
        found = services().door.get(known, given["entity"], ident, ())
    except (NotFoundError, MalformedError):
        return None
    asked = (("person", given["person"]), ("action", given.get("action", "read")), ("field", given.get("field", "")))
    kept = tuple((name, value) for name, value in asked if value and value != "create")
    return str(Address(f"{record_url(found.entity, found.id)}/access", kept))


def _page(known: Context, given: Mapping[str, str]) -> ExplainPage:
    words, entities = reader().words, known.snapshot.entities
    entity, action = given.get("entity", ""), given.get("action", "read")
    told, problem = None, ""
    if given.get("person") and entity:
        told, problem = _told(known, given)
    named = sorted(((words.text(one.label_plural), name) for name, one in entities.items()), key=lambda one: one[0])
    return ExplainPage(
        people=tuple(people_choices(known, given.get("person", ""))),
        actions=tuple(Option(name, words.text(_WORDS[name]), name == action) for name in ACTIONS),
        entities=tuple(Option(name, label, name == entity) for label, name in named),
        fields=tuple(_fields(known, entity, given.get("field", ""))),
        id=given.get("id", ""),
        problem=problem,
        answer=told,
    )


def _told(known: Context, given: Mapping[str, str]) -> tuple[Answer | None, str]:
    """Give the answer, or what is wrong with the question."""
    words, entity, action = reader().words, given["entity"], given.get("action", "read")
    if given.get("id", "").strip():
        return None, words.text(msg("There is no such record, or you may not see it"))
    if entity not in known.snapshot.entities or action not in ACTIONS:
        return None, words.text(msg("There is no such entity or action; choose one of those offered"))
    try:
        who = services().auth.by_id(record_id(given["person"])).actor
    except (ValueError, SignInRequiredError):
        gone = msg("There is no such person, or they cannot sign in any more: they see nothing.")
        return None, words.text(gone)
    rights = policy_for(known.snapshot, known.actor).entity(entity)
    asked = Asked(reader(), known, screen_of(known, entity, "record"), known.snapshot.entities[entity], rights)
    field = given.get("field") or None
    if field is not None and field not in asked.entity.fields:
        return None, words.text(msg("There is no field “%(name)s”", name=field[:48]))
    try:
        return explained(asked, who, action, field), ""
    except ArmatureError as error:
        return None, words.text(error.detail)


def _fields(known: Context, entity: str, chosen: str) -> Iterator[Option]:
    """Give the fields of the chosen entity; whoever manages people may ask about each."""
    found = known.snapshot.entities.get(entity)
    for one in found.fields.values() if found else ():
        if not one.system:
            yield Option(one.name, reader().words.text(one.label), one.name == chosen)

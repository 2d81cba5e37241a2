"""Help for the screen one is on: what it is for, what its fields mean, its keys, and a text for whoever knows more.

The address of the screen comes from the link's own page: from htmx, else as the page that led here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from flask import Blueprint, request

from framework.errors import NotFoundError
from framework.extension import context
from framework.fields.base import type_of
from framework.permissions import policy_for
from framework.records.names import present_entity
from framework.records.parse import closed
from i18n.lazy import msg
from ui.page.addresses import own_path
from ui.page.asked import screen_of
from ui.page.reader import reader
from ui.page.render import answer, fragment, htmx, is_fragment, redirect

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask import Response

    from framework.context import Context
    from i18n.lazy import Message
    from metadata.snapshot import Entity, Screen

blueprint = Blueprint("help", __name__)

_LONGEST = 2_000
_KINDS: dict[str, Message] = {
    "list": msg(
        "Records as a table. A title opens its record; heads sort, filters narrow, ticked rows are changed together."
    ),
    "record": msg(
        "One record: its facts, and beside them what was noted, done and filed. A click on a value changes it in place."
    ),
    "form": msg("What a record holds. Nothing is stored before you save; what is wrong is said beside its field."),
    "board": msg(
        "Records as cards in lanes. Drag a card, carry it by Space and arrows, or use its menu: the record changes too."
    ),
    "calendar": msg("Records by day. A click on a slot books one; drag an entry or choose Change time to move it."),
    "dashboard": msg("Figures of one period and person. Every bar leads to the records behind it."),
}
_ANY = msg("The search field above finds records, screens and things to do from anywhere.")


@dataclass(frozen=True, slots=True)
class FieldHelp:
    """A field with what it is for; where nobody wrote that, what kind it is."""

    label: str
    text: str
    written: bool


@dataclass(frozen=True, slots=True)
class HelpView:
    """All that the templates of help print; `about` goes to an administrator with the question."""

    title: str
    purpose: str
    how: str
    fields: tuple[FieldHelp, ...]
    about: str
    mail_url: str

    @property
    def described(self) -> tuple[FieldHelp, ...]:
        """The fields whose meaning somebody wrote down."""
        return tuple(one for one in self.fields if one.written)

    @property
    def others(self) -> tuple[FieldHelp, ...]:
        """The other ones."""
        return tuple(one for one in self.fields if not one.written)


@dataclass(frozen=True, slots=True)
class _Place:
    """Which screen stands at an address, as far as the reader may know."""

    kind: str = ""
    screen: Screen | None = None
    entity: Entity | None = None


@blueprint.get("/help")
def show() -> Response:
    """Answer help for the screen at the address `at`, or on which the link stood: in a sheet, or as a page."""
    given = closed(request.args.items(multi=True), frozenset({"at"}))
    asked = given.get("at")
    at = _path(asked if asked is not None else htmx.current_url or request.referrer or "")
    if is_fragment("asking"):
        return fragment("page/help_sheet.html", help=_help(context(), at))
    if asked is None:
        return redirect(f"/help?at={quote(at, safe='/')}")
    view = _help(context(), at)
    return answer("page/help.html", title=view.title, help=view)


def _path(url: str) -> str:
    """Give the path of an address of ours; the first page for any other."""
    try:
        path = urlsplit(url).path
    except ValueError:
        return "/"
    return own_path(path[:_LONGEST]) or "/"


def _help(known: Context, at: str) -> HelpView:
    words, place = reader().words, _place(known, at)
    label = place.screen.label if place.screen else place.entity.label_plural if place.entity else None
    title = words.text(label) if label else words.text(msg("Help"))
    about = _about(known, title if label else at, place, at)
    subject = words.text(msg("Question about %(screen)s", screen=title))
    return HelpView(
        title=title,
        purpose=words.text(place.entity.help) if place.entity and place.entity.help else "",
        how=words.text(_KINDS.get(place.kind, _ANY)),
        fields=tuple(_fields(known, place.entity)) if place.entity else (),
        about=about,
        mail_url=f"mailto:?subject={quote(subject)}&body={quote(about)}",
    )


def _about(known: Context, title: str, place: _Place, at: str) -> str:
    """Give what an administrator needs to know of the place; nothing of a record but its address."""
    words = reader().words
    name = f" ({place.screen.name})" if place.screen else ""
    lines = (
        (msg("Screen"), f"{title}{name}"),
        (msg("Address"), at),
        (msg("Revision"), str(known.revision)),
        (msg("Person"), known.actor.name),
        (msg("At"), reader().formats.exact(known.now)),
    )
    return "\n".join(f"{words.text(label)}: {value}" for label, value in lines)


def _place(known: Context, at: str) -> _Place:
    """Give the screen at an address by its form alone; what the reader may not see is no place."""
    match at.strip("/").split("/"):
        case ["screens", name, *_]:
            return _of_screen(known, known.snapshot.screens.get(name))
        case ["records", name, *rest]:
            kind = "list" if not rest else "form" if rest[-1] in {"new", "edit"} else "record"
            return _of_entity(known, name, kind)
        case _:
            return _Place()


def _of_screen(known: Context, screen: Screen | None) -> _Place:
    if screen is None:
        return _Place()
    policy = policy_for(known.snapshot, known.actor)
    if screen.roles and not policy.roles.intersection(screen.roles):
        return _Place()
    if screen.entity is None:
        return _Place(screen.kind, screen)
    entity = known.snapshot.entities.get(screen.entity)
    if entity is None or not policy.entity(entity.name).visible:
        return _Place()
    return _Place(screen.kind, screen, entity)


def _of_entity(known: Context, name: str, kind: str) -> _Place:
    entity = known.snapshot.entities.get(present_entity(known.snapshot, name))
    if entity is None or not policy_for(known.snapshot, known.actor).entity(entity.name).visible:
        return _Place()
    try:
        return _Place(kind, screen_of(known, entity.name, kind), entity)
    except NotFoundError:
        return _Place(kind, None, entity)


def _fields(known: Context, entity: Entity) -> Iterable[FieldHelp]:
    """Give the fields that are there for the reader, in the order of the entity."""
    words, named = reader().words, policy_for(known.snapshot, known.actor).entity(entity.name).named
    for field in entity.fields.values():
        if field.name in named and not field.system:
            text = words.text(field.help or type_of(field).label)
            yield FieldHelp(words.text(field.label), text, field.help is not None)

"""Completes the name behind an @: active people whose name holds what is typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from framework.extension import services
from framework.permissions import policy_for
from framework.plans import Query
from metadata.expressions.tree import Call, Literal, Path, logic
from ui.page.people import Face, face
from ui.page.render import answer, fragment, htmx

if TYPE_CHECKING:
    from flask import Response

    from ui.page.asked import Asked

_MOST, _LONGEST = 6, 80


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody who may be meant."""

    name: str
    face: Face


def answer_people(asked: Asked, sought: str) -> Response:
    """Answer the people who may be meant: a list for the composer, a plain page without scripts."""
    found = _people(asked, sought.strip()[:_LONGEST])
    if htmx:
        return fragment("screens/people.html", people=found)
    heading = asked.context.snapshot.entities["user"].label_plural
    return answer("page/people.html", title=asked.text(heading), heading=asked.text(heading), people=found)


def _people(asked: Asked, sought: str) -> tuple[Named, ...]:
    rights = policy_for(asked.context.snapshot, asked.context.actor).entity("user")
    if not rights.readable >= {"name", "active"}:
        return ()
    named = Call("contains", (Call("lower", (Path(("name",)),)), Literal(sought.lower())))
    condition = logic("and", [Path(("active",)), named])
    page = services().door.find(asked.context, Query("user", ("id",), condition, ("name",), _MOST))
    return tuple(Named(one.title, face(one.id, one.title)) for one in page.records if one.title)

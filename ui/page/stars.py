"""What a person keeps at hand: stars on records and saved views, each a record of the core.

A star names what it is on and no more; what is shown of that is asked for with the rights of the moment, so a star on
what one may not see any more is as if it were not there. Pages know only how many rows the sidebar has for them, by
a cookie, so that nothing moves when these arrive and nobody waits for them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from framework.errors import ClashError
from framework.extension import services
from framework.permissions import policy_for
from framework.plans import Query
from framework.records.names import present_entity
from metadata.expressions.tree import Binary, Literal, Logic, Path
from ui.page.reader import STARS_COOKIE

if TYPE_CHECKING:
    from flask import Response

    from framework.context import Context
    from ui.page.reader import Reader

ENTITY = "star"
STARS_URL = "/me/stars"
MOST = 50
# What another browser did shows in this one once the cookie is over.
_COOKIE_S = 600


@dataclass(frozen=True, slots=True)
class Star:
    """The button that stars what a page shows; `on` is blank where nobody has looked whether it is starred."""

    entity: str
    record: str
    on: str
    back: str


def star_of(read: Reader, known: Context, entity: str, ident: str, back: str) -> Star | None:
    """Give the button for a record or saved view, without looking; None where there are no stars."""
    return Star(entity, ident, "false" if read.stars == 0 else "", back) if may_star(known) else None


def looked_up(star: Star | None, known: Context) -> Star | None:
    """Give the button as it is; one statement where anything may be starred."""
    if star is None or star.on:
        return star
    return replace(star, on="true" if _found(known, star.entity, star.record) else "false")


def may_star(known: Context) -> bool:
    """Whether the actor may star anything; not where the core is older than stars are."""
    policy = policy_for(known.snapshot, known.actor)
    return ENTITY in known.snapshot.entities and bool(policy.entity(ENTITY).creatable)


def starred(known: Context) -> tuple[tuple[str, str], ...]:
    """Give what one has starred, by entity and id, the newest first; one statement."""
    if not may_star(known):
        return ()
    page = services().door.find(known, Query(ENTITY, ("entity", "record"), sort=("-created_at",), limit=MOST))
    return tuple((present_entity(known.snapshot, one.values["entity"]), one.values["record"]) for one in page.records)


def set_star(known: Context, entity: str, ident: str, *, on: bool | None) -> bool:
    """Star a record or take that back; None turns it round. Gives what holds now.

    Raises NotFoundError for what the actor does not see.
    """
    found = _found(known, entity, ident)
    wanted = found is None if on is None else on
    if not wanted and found is not None:
        services().door.delete(known, ENTITY, found, None)
    elif wanted and found is None:
        services().door.get(known, entity, ident, ("id",))
        try:
            services().door.create(known, ENTITY, {"entity": entity, "record": ident})
        except ClashError:
            return True  # by another window, a moment ago
    return wanted


def remember_rows(made: Response, rows: int, *, secure: bool) -> None:
    """Let the next page leave room for so many rows."""
    made.set_cookie(STARS_COOKIE, str(rows), max_age=_COOKIE_S, httponly=True, samesite="Lax", secure=secure, path="/")


def _found(known: Context, entity: str, ident: str) -> str | None:
    names = [name for name, present in known.snapshot.aliases.items() if present == entity]
    there = Logic("or", tuple(Binary("=", Path(("entity",)), Literal(name)) for name in (entity, *names)))
    this = Logic("and", (there, Binary("=", Path(("record",)), Literal(ident))))
    page = services().door.find(known, Query(ENTITY, ("id",), this, limit=1))
    return page.records[0].id if page.records else None

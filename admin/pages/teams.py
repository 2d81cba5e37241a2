"""Teams with who is in them, and the tree of who reports to whom."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import request

from admin.desk import Area, DeskPages, Place, answer
from admin.people.listing import everything, person_url, readable
from framework.errors import ClashError, ConflictError, ForbiddenError, InvalidError
from framework.extension import context, services
from framework.permissions import policy_for
from framework.plans import Query
from framework.plans.predicates import NOTHING
from framework.records.parse import closed
from i18n.lazy import msg
from ui.page.reader import reader
from ui.page.refusal import NOTHING_REFUSED, Refusal, refusal_of
from ui.page.render import redirect
from ui.page.toasts import done_undoable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from flask import Response

    from framework.context import Context
    from framework.records import Record

TEAMS_URL = "/admin/teams"
_MOST = 200
_DEEPEST = 20
_LABELS = {"name": msg("Name")}
_REFUSED = (InvalidError, ForbiddenError, ClashError, ConflictError)

pages = DeskPages(
    "teams",
    Place(
        Area.PEOPLE,
        20,
        msg("Teams"),
        msg("Teams with their people, and who reports to whom."),
        "users-group",
        TEAMS_URL,
        frozenset({"manage_people"}),
    ),
)


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a team or in the tree; `depth` is how far below the top."""

    name: str
    url: str
    depth: int = 0


@dataclass(frozen=True, slots=True)
class TeamLine:
    """One team; without `url` it may not be changed by whoever asks."""

    id: str
    name: str
    people: tuple[Member, ...]
    rename_url: str | None
    delete_url: str | None


@dataclass(frozen=True, slots=True)
class TeamsPage:
    """All that the template prints."""

    teams: tuple[TeamLine, ...]
    tree: tuple[Member, ...]
    may_make: bool
    typed: str
    refusal: Refusal


@pages.get("/admin/teams")
def show() -> Response:
    """List teams, and people by whom they report to."""
    closed(request.args.items(multi=True), frozenset({"done"}))
    return _page()


@pages.post("/admin/teams")
def make() -> Response:
    """Make a team."""
    name = closed(request.form.items(multi=True), frozenset({"_csrf", "name"})).get("name", "").strip()
    return _tried("team_made", lambda known: services().door.create(known, "team", {"name": name or None}), name)


@pages.post("/admin/teams/<ident>")
def rename(ident: str) -> Response:
    """Give a team another name."""
    name = closed(request.form.items(multi=True), frozenset({"_csrf", "name"})).get("name", "").strip()
    return _tried(
        "team_changed", lambda known: services().door.update(known, "team", ident, {"name": name or None}, None)
    )


@pages.post("/admin/teams/<ident>/delete")
def delete(ident: str) -> Response:
    """Move a team to the recycle bin."""
    closed(request.form.items(multi=True), frozenset({"_csrf"}))
    return _tried("team_deleted", lambda known: services().door.delete(known, "team", ident, None))


def _tried(what: str, work: Callable[[Context], object], typed: str = "") -> Response:
    known = context()
    try:
        work(known)
    except _REFUSED as error:
        return _page(refusal_of(error, _LABELS), error.status, typed)
    return redirect(done_undoable(TEAMS_URL, what, known))


def _page(refusal: Refusal = NOTHING_REFUSED, status: int = 200, typed: str = "") -> Response:
    known = context()
    rights = policy_for(known.snapshot, known.actor).entity("team")
    people = tuple(_people(known))
    inside = _inside(known, people)
    page = TeamsPage(
        teams=tuple(
            TeamLine(
                one.id,
                one.title or "",
                inside.get(one.id, ()),
                f"{TEAMS_URL}/{one.id}" if "name" in rights.writable else None,
                f"{TEAMS_URL}/{one.id}/delete" if rights.delete != NOTHING else None,
            )
            for one in everything(known, Query("team", (), sort=("name",), limit=_MOST))
        ),
        tree=tuple(_tree(people)) if readable(known, "user", ("manager",)) else (),
        may_make="name" in rights.creatable,
        typed=typed,
        refusal=refusal,
    )
    return answer("desk/teams.html", title=reader().words.text(msg("Teams")), status=status, page=page)


def _people(known: Context) -> Iterator[Record]:
    """Give all who can sign in, by name."""
    fields = readable(known, "user", ("team", "manager", "active"))
    for one in everything(known, Query("user", fields, sort=("name",), limit=_MOST)):
        if one.values.get("active") is not False:
            yield one


def _inside(known: Context, people: tuple[Record, ...]) -> Mapping[str, tuple[Member, ...]]:
    """Give the people of each team, whether it is their main one or a further one."""
    found: dict[str, dict[str, Member]] = defaultdict(dict)
    members = {one.id: Member(one.title or "", person_url(one.id)) for one in people}
    for one in people:
        if one.values.get("team"):
            found[str(one.values["team"])][one.id] = members[one.id]
    fields = readable(known, "team_membership", ("user", "team"))
    if len(fields) == len(("user", "team")):
        for further in everything(known, Query("team_membership", fields, sort=("id",), limit=_MOST)):
            if further.values["user"] in members:
                found[str(further.values["team"])][str(further.values["user"])] = members[str(further.values["user"])]
    return {team: tuple(sorted(some.values(), key=lambda one: one.name.casefold())) for team, some in found.items()}


def _tree(people: tuple[Record, ...]) -> Iterator[Member]:
    """Give people in the order of the tree of managers: whoever has none is on top, and so is one in a circle."""
    known = {one.id for one in people}
    below: dict[str | None, list[Record]] = defaultdict(list)
    for one in people:
        manager = one.values.get("manager")
        below[manager if manager in known else None].append(one)
    if len(below) == 1 and None in below:
        return
    told: set[str] = set()

    def walk(above: str | None, depth: int) -> Iterator[Member]:
        for one in below.get(above, ()):
            if one.id not in told and depth < _DEEPEST:
                told.add(one.id)
                yield Member(one.title or "", person_url(one.id), depth)
                yield from walk(one.id, depth + 1)

    yield from walk(None, 0)
    for one in people:
        if one.id not in told:
            told.add(one.id)
            yield Member(one.title or "", person_url(one.id), 0)
            yield from walk(one.id, 1)

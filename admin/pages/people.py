"""People: who there is, one person with roles, teams, sessions and tokens, invitations, and what ends somebody's time.

Every change goes through the door with the rights of whoever makes it; what the door refuses is said on the page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import request

from admin.desk import Area, DeskPages, Place, answer
from admin.people.listing import PEOPLE_URL, Asked, grantable, people_page, person_url, readable
from admin.people.person import DETAILS, people_choices, person_page
from framework.errors import (
    ClashError,
    ConflictError,
    Fault,
    ForbiddenError,
    InvalidError,
    MalformedError,
    NotFoundError,
)
from framework.extension import context, own_address, own_session, services
from framework.jobs.handing_over import HAND_OVER, owned_by
from framework.jobs.link_mail import LINK_PATH
from framework.jobs.link_mail import NAME as LINK_MAIL
from framework.records.parse import closed
from i18n.lazy import msg
from ui.page.addresses import job_url
from ui.page.reader import reader
from ui.page.refusal import NOTHING_REFUSED, Refusal, refusal_of
from ui.page.render import redirect
from ui.page.toasts import done, done_undoable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from flask import Response

    from admin.inputs import Option
    from framework.context import Context
    from framework.errors import ArmatureError

pages = DeskPages(
    "people",
    Place(
        Area.PEOPLE,
        10,
        msg("People"),
        msg("Who may come in, with which roles, in which teams; invitations."),
        "users",
        PEOPLE_URL,
        frozenset({"manage_people"}),
    ),
)

_LABELS = {
    "name": msg("Name"),
    "email": msg("E-mail"),
    "locale": msg("Language"),
    "zone": msg("Time zone"),
    "team": msg("Main team"),
    "manager": msg("Manager"),
    "role": msg("Role"),
    "user": msg("Person"),
}
_REFUSED = (InvalidError, ForbiddenError, ClashError, ConflictError)


@dataclass(frozen=True, slots=True)
class InvitePage:
    """All that the template of the invitation prints."""

    values: Mapping[str, str]
    ticked: frozenset[str]
    roles: tuple[Option, ...]
    mails: bool
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class LinkPage:
    """A link to be handed over, shown this once."""

    name: str
    link: str
    url: str


@pages.get("/admin/people")
def show() -> Response:
    """List people."""
    given = closed(request.args.items(multi=True), frozenset({"q", "role", "after", "done"}))
    known = context()
    page = people_page(known, Asked(given.get("q", "").strip()[:200], given.get("role", ""), given.get("after")))
    return answer("desk/people.html", title=reader().words.text(msg("People")), page=page)


@pages.get("/admin/people/new")
def new() -> Response:
    """Show the form of an invitation."""
    return _invite({}, frozenset())


@pages.post("/admin/people")
def invite() -> Response:
    """Make a person with roles, and send the link or show it."""
    own_session()
    form = request.form
    if set(form) - {"_csrf", "name", "email", "role"}:
        raise MalformedError(msg("The request cannot be understood"))
    values = {name: form.get(name, "").strip() for name in ("name", "email")}
    ticked, known = frozenset(form.getlist("role")), context()
    try:
        ident = _made(known, values, ticked)
    except _REFUSED as error:
        return _invite(values, ticked, refusal_of(error, _LABELS), error.status)
    return _linked(known, ident, values["email"], mailed=services().settings.mail_url is not None)


@pages.get("/admin/people/<ident>")
def show_one(ident: str) -> Response:
    """Show one person."""
    closed(request.args.items(multi=True), frozenset({"done"}))
    return _person(ident)


@pages.post("/admin/people/<ident>")
def change(ident: str) -> Response:
    """Change details of a person."""
    given = closed(request.form.items(multi=True), frozenset({"_csrf", "_version", *DETAILS}))
    version = _version(given)
    wire = {name: given[name].strip() or None for name in DETAILS if name in given}
    return _tried(
        ident,
        "person_changed",
        lambda known: services().door.update(known, "user", ident, _different(known, ident, wire), version),
        given,
    )


@pages.post("/admin/people/<ident>/roles")
def give(ident: str) -> Response:
    """Give a role."""
    given = closed(request.form.items(multi=True), frozenset({"_csrf", "role"}))
    role = given.get("role", "")

    def work(known: Context) -> None:
        if role not in known.snapshot.roles:
            message = msg("There is no role “%(role)s”", role=role[:48])
            raise InvalidError(message, [Fault("/role", "unknown_role", message)])
        services().door.create(known, "role_membership", {"user": ident, "role": role})

    return _tried(ident, "role_given", work)


@pages.post("/admin/people/<ident>/roles/<membership>/take")
def take(ident: str, membership: str) -> Response:
    """Take a role."""
    _only_csrf()
    return _tried(ident, "role_taken", lambda known: _remove(known, "role_membership", membership, ident))


@pages.post("/admin/people/<ident>/teams")
def join(ident: str) -> Response:
    """Put a person into a team."""
    given = closed(request.form.items(multi=True), frozenset({"_csrf", "team"}))
    values = {"user": ident, "team": given.get("team") or None}
    return _tried(ident, "team_joined", lambda known: services().door.create(known, "team_membership", values))


@pages.post("/admin/people/<ident>/teams/<membership>/leave")
def leave(ident: str, membership: str) -> Response:
    """Take a person out of a team."""
    _only_csrf()
    return _tried(ident, "team_left", lambda known: _remove(known, "team_membership", membership, ident))


@pages.post("/admin/people/<ident>/sessions/<session>/end")
def end_session(ident: str, session: str) -> Response:
    """End one session of a person."""
    _only_csrf()
    services().auth.end_session(_seen(context(), ident), session)
    return redirect(done(person_url(ident), "session_ended"))


@pages.post("/admin/people/<ident>/tokens/<token>/revoke")
def revoke_token(ident: str, token: str) -> Response:
    """Make one token of a person worthless."""
    _only_csrf()
    services().auth.revoke_token(_seen(context(), ident), token)
    return redirect(done(person_url(ident), "token_revoked"))


@pages.post("/admin/people/<ident>/link")
def link(ident: str) -> Response:
    """Make a link by which the person sets a password: sent, or shown once to be handed over."""
    given = closed(request.form.items(multi=True), frozenset({"_csrf", "send"}))
    own_session()
    known = context()
    found = services().door.get(known, "user", _seen(known, ident), readable(known, "user", ("email",)))
    email = str(found.values.get("email") or "")
    mailed = "send" in given and services().settings.mail_url is not None and bool(email)
    try:
        services().door.require_given(known, found.id)
        return _linked(known, found.id, email, mailed=mailed)
    except _REFUSED as error:
        return _person(ident, refusal_of(error, _LABELS), error.status)


@pages.post("/admin/people/<ident>/disable")
def disable(ident: str) -> Response:
    """Shut a person out at once; hand their records over where somebody is named for that."""
    given = closed(request.form.items(multi=True), frozenset({"_csrf", "to"}))
    known, to = context(), given.get("to", "")
    try:
        records = owned_by(services().door, known, _seen(known, ident)) if to else []
        if to:
            services().door.get(known, "user", to, ())
        services().door.update(known, "user", ident, {"active": False}, None)
    except _REFUSED as error:
        return _person(ident, refusal_of(error, _LABELS), error.status)
    services().auth.end_all(ident)
    if not records:
        return redirect(done_undoable(person_url(ident), "person_disabled", known))
    payload = {"from": ident, "to": to, "records": records}
    return redirect(job_url(services().jobs.ask(known, HAND_OVER.name, payload, len(records))))


@pages.post("/admin/people/<ident>/enable")
def enable(ident: str) -> Response:
    """Let a person in again."""
    _only_csrf()
    return _tried(
        ident,
        "person_enabled",
        lambda known: services().door.update(known, "user", ident, {"active": True}, None),
    )


def _tried(
    ident: str, what: str, work: Callable[[Context], object], typed: Mapping[str, str] | None = None
) -> Response:
    """Do it and go back to the person, or show the person with what refuses it and what was typed."""
    known = context()
    try:
        work(known)
    except _REFUSED as error:
        told = _told(error)
        return _person(ident, refusal_of(told, _LABELS), told.status, typed)
    return redirect(done_undoable(person_url(ident), what, known))


def _told(error: ArmatureError) -> ArmatureError:
    """Say in words for a form what a clash of versions is."""
    if isinstance(error, ConflictError):
        return ClashError(
            msg("Somebody changed this person meanwhile. Look at what stands there now, then save again.")
        )
    return error


def _made(known: Context, values: Mapping[str, str], roles: Collection[str]) -> str:
    """Make a person with roles; the id. What is refused half way is taken back."""
    unknown = sorted(set(roles) - set(known.snapshot.roles))
    if unknown:
        message = msg("There is no role “%(role)s”", role=unknown[0][:48])
        raise InvalidError(message, [Fault("/role", "unknown_role", message)])
    services().door.require_may_give(known, roles)
    wire = {name: text for name, text in values.items() if text}
    made = services().door.create(known, "user", wire)
    for role in sorted(roles):
        services().door.create(known, "role_membership", {"user": made.id, "role": role})
    return made.id


def _linked(known: Context, ident: str, email: str, *, mailed: bool) -> Response:
    """Send the link, or show it."""
    if mailed:
        payload = {"email": email.lower(), "base": own_address()}
        services().jobs.post(LINK_MAIL, payload, known.now, known.actor.id)
        return redirect(done(person_url(ident), "link_sent"))
    url = f"{own_address()}{LINK_PATH}{services().auth.links.make(ident)}"
    name = services().door.titles(known, "user", [ident]).get(ident, "")
    page = LinkPage(name, url, person_url(ident))
    return answer(
        "desk/person_link.html", title=reader().words.text(msg("A link for setting a password")), status=201, page=page
    )


def _invite(
    values: Mapping[str, str], ticked: frozenset[str], refusal: Refusal = NOTHING_REFUSED, status: int = 200
) -> Response:
    known = context()
    page = InvitePage(values, ticked, grantable(known), services().settings.mail_url is not None, refusal)
    return answer("desk/invite.html", title=reader().words.text(msg("Invite somebody")), status=status, page=page)


def _person(
    ident: str,
    refusal: Refusal = NOTHING_REFUSED,
    status: int = 200,
    typed: Mapping[str, str] | None = None,
) -> Response:
    known = context()
    page = person_page(known, ident, refusal, typed)
    heirs = tuple(people_choices(known, but=page.id)) if page.may_hand_over else ()
    return answer("desk/person.html", title=page.face.name or page.id, status=status, page=page, heirs=heirs)


def _different(known: Context, ident: str, wire: Mapping[str, str | None]) -> dict[str, str | None]:
    """Give what differs from what is stored, so that nothing is refused that stays as it is."""
    door = services().door
    stored = door.get(known, "user", ident, readable(known, "user", wire)).values
    return {name: text for name, text in wire.items() if name not in stored or text != (stored[name] or None)}


def _remove(known: Context, entity: str, membership: str, user: str) -> None:
    """Delete a membership of a person. Raises NotFoundError where it is another's."""
    found = services().door.get(known, entity, membership, ("user",))
    if found.values.get("user") != user:
        raise NotFoundError(msg("There is no such record, or you may not see it"))
    services().door.delete(known, entity, membership, None)


def _seen(known: Context, ident: str) -> str:
    """Give the id of a person whom whoever asks sees. Raises NotFoundError."""
    return services().door.get(known, "user", ident, ()).id


def _only_csrf() -> None:
    closed(request.form.items(multi=True), frozenset({"_csrf"}))


def _version(given: Mapping[str, str]) -> int:
    text = given.get("_version", "")
    if not text.isascii() or not text.isdigit() or len(text) > len("999999999"):
        raise MalformedError(msg("The request cannot be understood"))
    return int(text)

"""One person with all that hangs on them: details, roles, teams, whom they report to, sessions, tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from admin.inputs import Option
from admin.people.listing import (
    everything,
    grantable,
    is_,
    person_url,
    readable,
    role_label,
    state_of,
)
from framework.extension import services
from framework.permissions import policy_for
from framework.plans import Query
from framework.plans.predicates import NOTHING
from i18n.cldr import SOURCE
from i18n.lazy import msg
from i18n.order import order_key
from i18n.standards import time_zones
from ui.page.addresses import history_url, record_url
from ui.page.moments import Moment, moment
from ui.page.people import Face, face
from ui.page.reader import reader
from ui.page.refusal import NOTHING_REFUSED, Refusal
from ui.pages.sessions import device_name
from ui.pages.sign_in import languages

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from framework.context import Context
    from framework.records import Record

DETAILS = ("name", "email", "locale", "zone", "team", "manager")
_MOST = 200
_MOST_PEOPLE = 1_000


@dataclass(frozen=True, slots=True)
class Held:
    """A role or team that the person has; without `take_url` whoever asks may not take it."""

    label: str
    take_url: str | None


@dataclass(frozen=True, slots=True)
class Near:
    """Somebody above or below in the tree of managers."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Coming:
    """A session or token by which the person comes in."""

    label: str
    detail: str
    at: Moment
    ends: Moment | None
    end_url: str


@dataclass(frozen=True, slots=True)
class PersonPage:
    """All that the template prints."""

    id: str
    version: int
    face: Face
    url: str
    record_url: str
    history_url: str
    state: str
    word: str
    last: Moment | None
    values: Mapping[str, str]
    """What stands in the form: what was typed where it was refused."""
    writable: frozenset[str]
    shown: Mapping[str, str]
    """What is read alone, in words."""
    locales: tuple[Option, ...]
    zones: tuple[Option, ...]
    teams: tuple[Option, ...]
    people: tuple[Option, ...]
    roles: tuple[Held, ...]
    may_give: tuple[Option, ...]
    in_teams: tuple[Held, ...]
    may_join: tuple[Option, ...]
    above: tuple[Near, ...]
    below: tuple[Near, ...]
    sessions: tuple[Coming, ...]
    tokens: tuple[Coming, ...]
    may_link: bool
    may_mail: bool
    may_shut: bool
    may_hand_over: bool
    refusal: Refusal


def person_page(
    known: Context,
    ident: str,
    refusal: Refusal = NOTHING_REFUSED,
    typed: Mapping[str, str] | None = None,
) -> PersonPage:
    """Give a person's page. Raises NotFoundError for one whom the actor does not see."""
    fields = readable(known, "user", (*DETAILS, "active"))
    links = tuple(name for name in ("team", "manager") if name in fields)
    found = services().door.get(known, "user", ident, fields, links)
    rights = policy_for(known.snapshot, known.actor).entity("user")
    stored = {name: str(found.values.get(name) or "") for name in DETAILS if name in fields}
    values = {**stored, **{name: text for name, text in (typed or {}).items() if name in DETAILS}}
    came = services().auth.signed_in([found.id])[found.id]
    state, word = state_of(found.values.get("active"), came)
    memberships = tuple(_memberships(known, found.id))
    teams = tuple(_team_choices(known, values.get("team", "")))
    joined = tuple(_joined(known, found.id))
    policy = policy_for(known.snapshot, known.actor)
    return PersonPage(
        id=found.id,
        version=found.version,
        face=face(found.id, found.title or "", stored.get("email", "")),
        url=person_url(found.id),
        record_url=record_url("user", found.id),
        history_url=history_url("user", found.id),
        state=state,
        word=word,
        last=moment(came.last_at, known.now) if came.last_at else None,
        values=values,
        writable=frozenset(name for name in DETAILS if name in rights.writable),
        shown={**stored, **{name: end.title or "" for name, end in found.links.items()}},
        locales=tuple(Option(one.locale, one.label, one.locale == values.get("locale")) for one in languages()),
        zones=tuple(_zones(values.get("zone", ""))),
        teams=teams,
        people=tuple(people_choices(known, values.get("manager", ""), found.id)),
        roles=tuple(_held_roles(known, found.id, memberships)),
        may_give=_givable(known, memberships),
        in_teams=tuple(_held_teams(known, found.id, joined)),
        may_join=_joinable(known, teams, joined),
        above=tuple(_above(known, found)),
        below=tuple(_below(known, found.id)),
        sessions=tuple(_sessions(known, found.id)),
        tokens=tuple(_tokens(known, found.id)),
        may_link=state != "disabled",
        may_mail=services().settings.mail_url is not None,
        may_shut="active" in rights.writable,
        may_hand_over="bulk_edit" in policy.abilities(),
        refusal=refusal,
    )


def _memberships(known: Context, ident: str) -> Iterator[Record]:
    fields = readable(known, "role_membership", ("role", "user"))
    if len(fields) == len(("role", "user")):
        yield from everything(known, Query("role_membership", fields, is_("user", ident), ("role",), _MOST))


def _joined(known: Context, ident: str) -> Iterator[Record]:
    fields = readable(known, "team_membership", ("team", "user"))
    if len(fields) == len(("team", "user")):
        yield from everything(
            known, Query("team_membership", fields, is_("user", ident), ("id",), _MOST, expand=("team",))
        )


def _may(known: Context, entity: str, action: str) -> bool:
    return bool(getattr(policy_for(known.snapshot, known.actor).entity(entity), action) != NOTHING)


def _held_roles(known: Context, ident: str, memberships: tuple[Record, ...]) -> Iterator[Held]:
    may = _may(known, "role_membership", "delete")
    for one in memberships:
        yield Held(
            role_label(known, str(one.values["role"])), f"{person_url(ident)}/roles/{one.id}/take" if may else None
        )


def _givable(known: Context, memberships: tuple[Record, ...]) -> tuple[Option, ...]:
    if not _may(known, "role_membership", "create"):
        return ()
    return grantable(known, {str(one.values["role"]) for one in memberships})


def _held_teams(known: Context, ident: str, joined: tuple[Record, ...]) -> Iterator[Held]:
    may = _may(known, "team_membership", "delete")
    for one in joined:
        end = one.links.get("team")
        yield Held((end.title or "") if end else "", f"{person_url(ident)}/teams/{one.id}/leave" if may else None)


def _joinable(known: Context, teams: tuple[Option, ...], joined: tuple[Record, ...]) -> tuple[Option, ...]:
    there = {one.values["team"] for one in joined}
    may = _may(known, "team_membership", "create")
    return tuple(one for one in teams if one.value not in there and not one.chosen) if may else ()


def _team_choices(known: Context, chosen: str) -> Iterator[Option]:
    for one in everything(known, Query("team", (), sort=("name",), limit=_MOST)):
        yield Option(one.id, one.title or "", one.id == chosen)


def people_choices(known: Context, chosen: str = "", but: str = "") -> Iterator[Option]:
    """Give people who can sign in, by name, the first thousand; `but` is left out."""
    active = readable(known, "user", ("active",))
    count = 0
    for one in everything(known, Query("user", active, sort=("name",), limit=_MOST)):
        if one.id != but and one.values.get("active") is not False and count < _MOST_PEOPLE:
            count += 1
            yield Option(one.id, one.title or "", one.id == chosen)


def _zones(chosen: str) -> Iterator[Option]:
    known = set(time_zones(SOURCE))
    named = sorted(time_zones(reader().words.locale).items(), key=lambda one: order_key(one[1]))
    return (Option(zone, name, zone == chosen) for zone, name in named if zone in known)


def _above(known: Context, found: Record) -> Iterator[Near]:
    """Give the manager, that one's manager and so on, as far as they are seen."""
    seen, at = {found.id}, found
    while (end := at.links.get("manager")) is not None and end.id not in seen and end.title is not None:
        seen.add(end.id)
        yield Near(end.title, person_url(end.id))
        at = services().door.get(known, "user", end.id, ("manager",), ("manager",))


def _below(known: Context, ident: str) -> Iterator[Near]:
    if readable(known, "user", ("manager",)):
        for one in everything(known, Query("user", (), is_("manager", ident), ("name",), _MOST)):
            yield Near(one.title or "", person_url(one.id))


def _sessions(known: Context, ident: str) -> Iterator[Coming]:
    for one in services().auth.sessions(ident):
        yield Coming(
            reader().words.text(device_name(one.device.agent)),
            one.device.network,
            moment(one.seen_at, known.now),
            None,
            f"{person_url(ident)}/sessions/{one.id}/end",
        )


def _tokens(known: Context, ident: str) -> Iterator[Coming]:
    for one in services().auth.tokens(ident):
        if not one.revoked and one.expires_at > known.now:
            narrowed = reader().words.text(msg("narrowed to some records")) if one.scope is not None else ""
            yield Coming(
                one.name,
                narrowed,
                moment(one.created_at, known.now),
                moment(one.expires_at, known.now),
                f"{person_url(ident)}/tokens/{one.id}/revoke",
            )

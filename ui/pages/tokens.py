"""One's own API tokens: a list, the form that makes one, its secret that is shown once, and their end."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask import Blueprint, request

from framework.auth import made_id
from framework.context import Scope
from framework.errors import ClashError, Fault, InvalidError, MalformedError, TooManyRequestsError
from framework.extension import context, device, own_session, services
from framework.permissions import ACTIONS, policy_for
from framework.plans.predicates import NOTHING
from i18n.lazy import msg
from ui.page.moments import Moment, moment
from ui.page.reader import reader
from ui.page.refusal import NOTHING_REFUSED, Refusal, refusal_of, saying_when
from ui.page.render import answer, redirect
from ui.page.toasts import done

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from flask import Response

    from framework.auth import TokenInfo
    from metadata.snapshot import Entity

blueprint = Blueprint("tokens", __name__)

TOKENS_URL = "/me/tokens"
_KNOWN = frozenset({"_csrf", "_key", "name", "days", "reach", "scope", "present_password"})
_KEY = re.compile(r"[0-9a-f]{16}")
_LIVES = (7, 30, 90, 180, 365)
_USUAL_LIFE = 90
_READING = Scope("*", frozenset({"read"}))
_ALL, _READ, _SOME = "all", "read", "some"
_REACHES = {
    _ALL: msg("All that you may do"),
    _READ: msg("Only read what you may read"),
    _SOME: msg("Only what is ticked here"),
}
_ACTION_WORDS = {"read": msg("read"), "create": msg("create"), "update": msg("change"), "delete": msg("delete")}
_LABELS = {
    "name": msg("What it is for"),
    "days": msg("Ends"),
    "scope": msg("What it may do"),
    "present_password": msg("Your password"),
}


@dataclass(frozen=True, slots=True)
class TokenLine:
    """One token; `state` says why it is worth nothing any more."""

    name: str
    start: str
    scope: str
    made: Moment
    ends: Moment
    state: str
    revoke_url: str


@dataclass(frozen=True, slots=True)
class TokensPage:
    """All that the template of the list prints."""

    tokens: tuple[TokenLine, ...]


@dataclass(frozen=True, slots=True)
class Life:
    """One choice of how long a token lives."""

    days: int
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class ReachChoice:
    """One choice of what a token may do."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that may be done with records."""

    name: str
    label: str


@dataclass(frozen=True, slots=True)
class Box:
    """One box of the table; what the person may not do themselves is not offered."""

    action: str
    value: str
    offered: bool
    ticked: bool


@dataclass(frozen=True, slots=True)
class ScopeRow:
    """What a token may do with the records of one entity."""

    name: str
    label: str
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class TokenForm:
    """All that the template of the form prints."""

    key: str
    name: str
    lives: tuple[Life, ...]
    reaches: tuple[ReachChoice, ...]
    actions: tuple[Act, ...]
    rows: tuple[ScopeRow, ...]
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class MadePage:
    """What is shown of a new token, this once."""

    name: str
    secret: str = field(repr=False)
    ends: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody filled in."""

    key: str
    name: str = ""
    days: int = _USUAL_LIFE
    reach: str = _ALL
    ticked: frozenset[str] = frozenset()


@blueprint.get("/me/tokens")
def show() -> Response:
    """List one's own tokens, without what makes them work."""
    who, _ = own_session()
    lines = tuple(_line(one) for one in services().auth.tokens(who))
    page = TokensPage(tuple(sorted(lines, key=lambda line: bool(line.state))))
    return answer("page/tokens.html", title=reader().words.text(msg("API tokens")), page=page)


@blueprint.get("/me/tokens/new")
def new() -> Response:
    """Show the form of a new token."""
    own_session()
    return _form(Asked(made_id()))


@blueprint.post("/me/tokens")
def create() -> Response:
    """Make a token and show its secret, or say what is to be mended."""
    who, _ = own_session()
    asked = _asked()
    try:
        scope = _scope(asked)
        services().auth.confirm(who, request.form.get("present_password", ""), device())
        made = services().auth.create_token(who, asked.name, days=asked.days, scope=scope, ident=asked.key)
    except (InvalidError, ClashError, TooManyRequestsError) as error:
        return saying_when(_form(asked, refusal_of(error, _LABELS), error.status), error)
    ends = msg("It ends on %(day)s.", day=reader().formats.date_full(made.expires_at.astimezone(reader().formats.zone)))
    page = MadePage(asked.name.strip(), made.secret, reader().words.text(ends))
    return answer("page/token_made.html", title=reader().words.text(msg("Your new token")), status=201, page=page)


@blueprint.post("/me/tokens/<ident>/revoke")
def revoke(ident: str) -> Response:
    """Make one of one's own tokens worthless at once."""
    who, _ = own_session()
    services().auth.revoke_token(who, ident)
    return redirect(done(TOKENS_URL, "token_revoked"))


def _asked() -> Asked:
    """Read what was posted. Raises MalformedError for what no form of ours sends."""
    form = request.form
    unknown = set(form) - _KNOWN
    key, days, reach = form.get("_key", ""), form.get("days", ""), form.get("reach", _ALL)
    if unknown or not _KEY.fullmatch(key) or reach not in _REACHES or not re.fullmatch(r"[0-9]{1,4}", days):
        raise MalformedError(msg("The request cannot be understood"))
    return Asked(key, form.get("name", ""), int(days), reach, frozenset(form.getlist("scope")))


def _scope(asked: Asked) -> list[Scope] | None:
    """Give what a token may do; None where nothing narrows the token. Raises InvalidError for what was not offered."""
    if asked.reach == _ALL:
        return None
    if asked.reach == _READ:
        return [_READING]
    offered = {box.value for row in _rows(asked.ticked) for box in row.boxes if box.offered}
    if not asked.ticked or not asked.ticked <= offered:
        message = msg("Tick what the token may do")
        raise InvalidError(message, [Fault("/scope", "scope", message)])
    found: dict[str, list[str]] = {}
    for value in sorted(asked.ticked):
        entity, _, action = value.partition(":")
        found.setdefault(entity, []).append(action)
    return [Scope(entity, frozenset(actions)) for entity, actions in found.items()]


def _form(asked: Asked, refusal: Refusal = NOTHING_REFUSED, status: int = 200) -> Response:
    text, now, formats = reader().words.text, context().now, reader().formats
    lives = {days: formats.date_full((now + dt.timedelta(days=days)).astimezone(formats.zone)) for days in _LIVES}
    page = TokenForm(
        key=asked.key,
        name=asked.name,
        lives=tuple(
            Life(days, text(msg("in %(days)s days, on %(day)s", days=days, day=day)), days == asked.days)
            for days, day in lives.items()
        ),
        reaches=tuple(ReachChoice(value, text(label), value == asked.reach) for value, label in _REACHES.items()),
        actions=tuple(Act(action, text(_ACTION_WORDS[action])) for action in ACTIONS),
        rows=tuple(_rows(asked.ticked)),
        refusal=refusal,
    )
    return answer("page/token_new.html", title=text(msg("New token")), status=status, page=page)


def _rows(ticked: frozenset[str]) -> Iterable[ScopeRow]:
    """Give what may be ticked, by the names of the entities that the person reads."""
    known = context()
    policy, text = policy_for(known.snapshot, known.actor), reader().words.text
    for entity in sorted(policy.visible_entities(), key=lambda one: text(one.label_plural).casefold()):
        rights = policy.entity(entity.name)
        rows = {"read": rights.read, "create": rights.create, "update": rights.update, "delete": rights.delete}
        values = {action: f"{entity.name}:{action}" for action in ACTIONS}
        boxes = (Box(action, value, rows[action] != NOTHING, value in ticked) for action, value in values.items())
        yield ScopeRow(entity.name, text(entity.label_plural), tuple(boxes))


def _line(one: TokenInfo) -> TokenLine:
    now, text = context().now, reader().words.text
    over = msg("Revoked") if one.revoked else msg("Expired") if one.expires_at <= now else None
    return TokenLine(
        name=one.name,
        start=f"arm_{one.id}_…",
        scope=_scope_words(one.scope),
        made=moment(one.created_at, now),
        ends=moment(one.expires_at, now),
        state=text(over) if over else "",
        revoke_url=f"{TOKENS_URL}/{one.id}/revoke",
    )


def _scope_words(scope: Sequence[Scope] | None) -> str:
    """Say what a token may do; entities that the person does not see any more are not named."""
    text, known = reader().words.text, context()
    if scope is None:
        return text(_REACHES[_ALL])
    if list(scope) == [_READING]:
        return text(_REACHES[_READ])
    visible = {entity.name: entity for entity in policy_for(known.snapshot, known.actor).visible_entities()}
    aliases = known.snapshot.aliases
    told = []
    for one in scope:
        entity = visible.get(aliases.get(one.entity, one.entity))
        if entity is None and one.entity != "*":
            continue
        label = text(entity.label_plural) if entity else text(msg("Everything"))
        acts = ", ".join(text(_ACTION_WORDS[action]) for action in ACTIONS if action in one.actions)
        told.append(f"{label}: {acts}{_field_words(entity, one)}")
    return " · ".join(told)


def _field_words(entity: Entity | None, one: Scope) -> str:
    """Name the fields that a part of a scope is narrowed to, as far as the person reads them."""
    if entity is None or one.fields is None:
        return ""
    text, known = reader().words.text, context()
    readable = policy_for(known.snapshot, known.actor).entity(entity.name).readable
    named = {entity.aliases.get(name, name) for name in one.fields}
    return f" ({', '.join(text(field.label) for field in entity.fields.values() if field.name in named & readable)})"

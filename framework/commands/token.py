"""`armature token`: API tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from framework.auth import list_tokens, revoke_token
from framework.commands.people import people
from framework.commands.world import acting_context, json_option, print_json, refusing, services_ready
from framework.context import Scope
from framework.errors import CommandError
from framework.permissions import ACTIONS
from framework.records.names import present_entity, present_field
from i18n.lazy import msg
from metadata.nearest import nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from i18n.lazy import Message
    from metadata.snapshot import Snapshot


@click.group("token")
def token() -> None:
    """API tokens."""


@token.command("create")
@click.option("--user", "email", required=True, metavar="EMAIL", help="For whom it acts.")
@click.option("--name", required=True, help="What the token is for.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    metavar="ENTITY:ACTION,…[:FIELD,…]",
    help="Let it do only this, such as *:read, deal:read,update or deal:update:stage; may be given again.",
)
@click.option("--days", default=90, show_default=True, type=int, help="How long it is good for.")
@json_option
@refusing
def create(email: str, name: str, scopes: tuple[str, ...], days: int, *, as_json: bool) -> None:
    """Make a token; it is shown this once. It never does more than its person may."""
    known = services_ready()
    who = known.auth.by_email(email.lower())
    scope = _scope(scopes, known.runtime.snapshot(who.revision))
    made = known.auth.create_token(str(who.actor.id), name, days=days, scope=scope)
    if as_json:
        print_json({"id": made.id, "token": made.secret, "expires_at": made.expires_at.isoformat()})
    else:
        click.echo(made.secret)


@token.command("list")
@click.option("--user", "email", metavar="EMAIL", help="Of one person; else of everybody.")
@json_option
@refusing
def list_(email: str | None, *, as_json: bool) -> None:
    """List tokens, without what makes them work."""
    known = services_ready()
    persons = people(known, acting_context(known))
    found = [
        (person.email, one)
        for person in persons
        if email is None or person.email == email.lower()
        for one in list_tokens(known.database, person.id)
    ]
    if as_json:
        print_json(
            [
                {
                    "id": one.id,
                    "user": address,
                    "name": one.name,
                    "expires_at": one.expires_at.isoformat(),
                    "revoked": one.revoked,
                    "scope": None if one.scope is None else [str(part) for part in one.scope],
                }
                for address, one in found
            ]
        )
        return
    for address, one in found:
        state = "revoked" if one.revoked else "valid"
        click.echo(f"{one.id}  {one.expires_at:%Y-%m-%d}  {state:<8}  {address:<32} {one.name}")


@token.command("revoke")
@click.argument("ident")
@refusing
def revoke(ident: str) -> None:
    """Make a token worthless at once."""
    revoke_token(services_ready().database, ident)


def _scope(given: Sequence[str], snapshot: Snapshot) -> list[Scope] | None:
    """What the options let a token do; None where nothing narrows it. Raises CommandError for what is not there."""
    return [_part(text, snapshot) for text in given] or None


def _part(text: str, snapshot: Snapshot) -> Scope:
    named, actions, fields = [*text.split(":", 2), "", ""][:3]
    entity = present_entity(snapshot, named)
    if entity != "*" and entity not in snapshot.entities:
        raise _unknown(msg("There is no entity “%(name)s”", name=entity), nearest(entity, snapshot.entities))
    names = _names(actions)
    wrong = [action for action in names if action not in ACTIONS]
    if wrong:
        raise CommandError(
            msg(
                "“%(action)s” is no action; a scope is ENTITY:ACTION,…[:FIELD,…] of %(known)s",
                action=wrong[0],
                known=", ".join(ACTIONS),
            )
        )
    if text.count(":") < len(("actions", "fields")):
        return Scope(entity, frozenset(names))
    return Scope(entity, frozenset(names), _fields(fields, snapshot, entity))


def _fields(text: str, snapshot: Snapshot, name: str) -> frozenset[str]:
    if name == "*":
        raise CommandError(msg("Fields need one entity: a scope is ENTITY:ACTION,…:FIELD,…"))
    entity = snapshot.entities[name]
    found = [present_field(entity, field) for field in _names(text)]
    for field in found:
        if field not in entity.fields:
            message = msg("%(entity)s has no field “%(name)s”", entity=name, name=field)
            raise _unknown(message, nearest(field, entity.fields))
    return frozenset(found)


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",")]


def _unknown(message: Message, near: str | None) -> CommandError:
    return CommandError(message if near is None else msg("%(what)s; did you mean %(near)s?", what=message, near=near))

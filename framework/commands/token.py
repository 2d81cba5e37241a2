"""`armature token`: API tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from framework.auth import list_tokens, revoke_token
from framework.commands.people import people
from framework.commands.world import acting_context, json_option, print_json, refusing, services_ready
from framework.errors import CommandError
from framework.records.names import present_entity
from i18n.lazy import msg
from metadata.nearest import nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metadata.snapshot import Snapshot

_ACTIONS = ("read", "create", "update", "delete")


@click.group("token")
def token() -> None:
    """API tokens."""


@token.command("create")
@click.option("--user", "email", required=True, metavar="EMAIL")
@click.option("--name", required=True, help="What the token is for.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    metavar="ENTITY:ACTION,…",
    help="Let it do only this, such as deal:read,update or *:read; may be given again.",
)
@click.option("--days", default=90, show_default=True, type=int)
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


def _scope(given: Sequence[str], snapshot: Snapshot) -> dict[str, list[str]] | None:
    """Entity → actions; None where nothing narrows the token. Raises CommandError for what is not there."""
    found: dict[str, list[str]] = {}
    for text in given:
        named, _, actions = text.partition(":")
        entity = present_entity(snapshot, named)
        if entity != "*" and entity not in snapshot.entities:
            near = nearest(entity, snapshot.entities)
            raise CommandError(
                msg("There is no entity “%(name)s”; did you mean %(near)s?", name=entity, near=near)
                if near
                else msg("There is no entity “%(name)s”", name=entity)
            )
        names = [action.strip() for action in actions.split(",")]
        wrong = [action for action in names if action not in _ACTIONS]
        if wrong:
            raise CommandError(
                msg(
                    "“%(action)s” is no action; a scope is ENTITY:ACTION,… of %(known)s",
                    action=wrong[0],
                    known=", ".join(_ACTIONS),
                )
            )
        found.setdefault(entity, []).extend(names)
    return found or None

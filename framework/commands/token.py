"""`armature token`: API tokens."""

from __future__ import annotations

import click

from framework.auth import list_tokens, revoke_token
from framework.commands.world import json_option, print_json, refusing, services_ready


@click.group("token")
def token() -> None:
    """API tokens."""


@token.command("create")
@click.option("--user", "email", required=True, metavar="EMAIL")
@click.option("--name", required=True, help="What the token is for.")
@click.option("--days", default=90, show_default=True, type=int)
@json_option
@refusing
def create(email: str, name: str, days: int, *, as_json: bool) -> None:
    """Make a token; it is shown this once."""
    known = services_ready()
    person = known.auth.by_email(email.lower()).actor
    made = known.auth.create_token(str(person.id), name, days=days)
    if as_json:
        print_json({"id": made.id, "token": made.secret, "expires_at": made.expires_at.isoformat()})
    else:
        click.echo(made.secret)


@token.command("list")
@click.option("--user", "email", required=True, metavar="EMAIL")
@json_option
@refusing
def list_(email: str, *, as_json: bool) -> None:
    """Tokens of a person, newest first."""
    known = services_ready()
    found = list_tokens(known.database, str(known.auth.by_email(email.lower()).actor.id))
    if as_json:
        print_json(
            [
                {"id": one.id, "name": one.name, "expires_at": one.expires_at.isoformat(), "revoked": one.revoked}
                for one in found
            ]
        )
        return
    for one in found:
        click.echo(f"{one.id}  {one.expires_at:%Y-%m-%d}  {'revoked' if one.revoked else 'valid':<8}  {one.name}")


@token.command("revoke")
@click.argument("ident")
@refusing
def revoke(ident: str) -> None:
    """Make a token worthless at once."""
    revoke_token(services_ready().database, ident)

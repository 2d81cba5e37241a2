"""`armature user`: people, their passwords and their roles."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from framework import auth
from framework.commands.people import add_person, change_roles, people, person, require_ability
from framework.commands.world import (
    acting_context,
    as_option,
    json_option,
    on_live,
    print_json,
    refusing,
    services_ready,
)

if TYPE_CHECKING:
    from framework.commands.people import Person
    from framework.context import Context
    from framework.extension import Services


@click.group("user")
def user() -> None:
    """People, their passwords and their roles."""


@user.command("add")
@click.argument("email")
@click.option("--role", "roles", multiple=True, required=True, help="A role; may be given again.")
@click.option("--name", help="The person's name; else made from the e-mail.")
@as_option
@json_option
@refusing
def add(email: str, *, roles: tuple[str, ...], name: str | None, acting: str | None, as_json: bool) -> None:
    """Add a person. The password comes from ARMATURE_NEW_PASSWORD, else one is made and printed once."""
    known = services_ready()
    given, password = _password()
    ident = on_live(known, acting, lambda context: add_person(known, context, email, roles, password, name))
    if as_json:
        print_json({"id": ident, "email": email.lower(), "password": password})
    else:
        click.echo(f"{email} can sign in" + ("." if given else f" with the password {password}"))


@user.command("list")
@as_option
@json_option
@refusing
def list_(*, acting: str | None, as_json: bool) -> None:
    """List people with their roles."""
    known = services_ready()
    found = list(people(known, acting_context(known, acting)))
    if as_json:
        print_json({"people": [_told(one) for one in found]})
        return
    for one in found:
        click.echo(f"{one.email:<32} {'active' if one.active else 'disabled':<9} {', '.join(one.roles)}")


@user.command("disable")
@click.argument("email")
@as_option
@refusing
def disable(email: str, *, acting: str | None) -> None:
    """Shut somebody out at once: sessions and tokens too. Their records stay."""
    known = services_ready()
    on_live(known, acting, lambda context: _disable(known, context, email))
    click.echo(f"{email} cannot sign in any more.")


@user.command("password")
@click.argument("email")
@as_option
@json_option
@refusing
def password(email: str, *, acting: str | None, as_json: bool) -> None:
    """Give somebody a new password: that of ARMATURE_NEW_PASSWORD, else one is made and printed once."""
    known = services_ready()
    context = acting_context(known, acting)
    require_ability(context, "manage_people")
    found = person(known, context, email)
    given, new = _password()
    known.auth.set_password(found.id, new)
    if as_json:
        print_json({"id": found.id, "email": found.email, "password": new})
    else:
        click.echo(f"{found.email} has a new password" + ("." if given else f": {new}"))


@user.command("roles")
@click.argument("email")
@click.option("--add", "given", multiple=True, metavar="ROLE", help="Give a role; may be given again.")
@click.option("--remove", "taken", multiple=True, metavar="ROLE", help="Take a role; may be given again.")
@as_option
@json_option
@refusing
def roles(email: str, *, given: tuple[str, ...], taken: tuple[str, ...], acting: str | None, as_json: bool) -> None:
    """Show somebody's roles, after giving and taking some."""
    known = services_ready()
    found = on_live(known, acting, lambda context: change_roles(known, context, email, given, taken))
    if as_json:
        print_json(_told(found))
    else:
        click.echo(f"{found.email}: {', '.join(found.roles) or 'no roles'}")


def _disable(known: Services, context: Context, email: str) -> None:
    found = person(known, context, email)
    known.door.update(context, "user", found.id, {"active": False}, found.version)


def _password() -> tuple[bool, str]:
    """Whether the password was given, and the password."""
    given = os.environ.get("ARMATURE_NEW_PASSWORD")
    return bool(given), given or auth.made_password()


def _told(one: Person) -> dict[str, Any]:
    return {"id": one.id, "email": one.email, "name": one.name, "active": one.active, "roles": list(one.roles)}

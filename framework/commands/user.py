"""`armature user`: people and their roles."""

from __future__ import annotations

import os

import click

from framework import auth
from framework.commands.people import add_person
from framework.commands.world import as_option, json_option, on_live, print_json, refusing, services_ready


@click.group("user")
def user() -> None:
    """People and their roles."""


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
    given = os.environ.get("ARMATURE_NEW_PASSWORD")
    password = given or auth.made_password()
    ident = on_live(known, acting, lambda context: add_person(known, context, email, roles, password, name))
    if as_json:
        print_json({"id": ident, "email": email.lower(), "password": password})
    else:
        click.echo(f"{email} can sign in" + ("." if given else f" with the password {password}"))

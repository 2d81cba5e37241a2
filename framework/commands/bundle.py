"""`armature bundle`: what is installed, and its removal."""

from __future__ import annotations

import sys

import click

from framework.commands.proposal import carry_out
from framework.commands.world import as_option, json_option, print_json, refusing, services_ready
from framework.errors import CommandError
from i18n.lazy import msg
from metadata.layers import CORE, SITE


@click.group("bundle")
def bundle() -> None:
    """Installed bundles."""


@bundle.command("list")
@json_option
@refusing
def list_(*, as_json: bool) -> None:
    """List the installed bundles, each after those it requires."""
    layers = services_ready().publisher.head()[1]
    found = [layer.manifest.body for layer in layers if layer.manifest is not None and layer.name != SITE]
    keys = ("name", "title", "version")
    if as_json:
        print_json({"bundles": [{key: body.get(key) for key in keys} for body in found]})
        return
    for body in found:
        click.echo(f"{body['name']:<24} {body.get('version', ''):<12} {body.get('title', '')}")


@bundle.command("remove")
@click.argument("name")
@click.option("--message", help="Why.")
@click.option("--yes", is_flag=True, help="Confirm that its definitions are retired.")
@as_option
@json_option
@refusing
def remove(name: str, *, message: str | None, yes: bool, acting: str | None, as_json: bool) -> None:
    """Retire all definitions of a bundle; its records stay in the database and are seen by nobody."""
    known = services_ready()
    base, layers = known.publisher.head()
    if name in {CORE, SITE} or name not in {layer.name for layer in layers}:
        names = ", ".join(layer.name for layer in layers if layer.name not in {CORE, SITE})
        raise CommandError(
            msg("There is no bundle “%(name)s” to remove; installed are: %(names)s", name=name, names=names or "none")
        )
    if not (yes or (sys.stdin.isatty() and click.confirm(f"Retire all definitions of {name}?"))):
        raise CommandError(msg("Removing “%(name)s” retires all its definitions; add --yes", name=name))
    plan = known.publisher.plan([layer for layer in layers if layer.name != name], base)
    if not carry_out(known, plan, message or f"Remove {name}", ("--yes", "--prune"), acting, as_json=as_json):
        sys.exit(1)

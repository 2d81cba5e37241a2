"""`armature init`: own tables or their upgrade, bundles, the first administrator, demo data."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from framework import auth
from framework.app import make_services
from framework.commands.people import add_person
from framework.commands.problems import show_problems
from framework.commands.world import acting_context, on_live, refusing
from framework.errors import CommandError
from framework.plans import Query
from framework.publishing import Refused
from framework.settings import DEMO_SIGN_IN, read_settings
from framework.storage.engines import optimise
from framework.storage.upgrades import upgrade
from framework.transfer.demo import DemoLoader
from i18n.lazy import msg
from metadata.expressions.tree import Binary, Literal
from metadata.expressions.tree import Path as Name
from metadata.load import load_core, load_folder
from metadata.problems import has_errors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from framework.context import Context
    from framework.extension import Services
    from metadata.documents import Layer

_DEMO_ADMIN = "admin@example.com"


@click.command("init")
@click.option("--bundle", "bundles", multiple=True, metavar="DIR", help="A bundle to install or upgrade.")
@click.option("--demo", is_flag=True, help="Load the bundles' demo records and make people to sign in as.")
@click.option("--admin", metavar="EMAIL", help="The first administrator.")
@refusing
def init(bundles: Sequence[str], *, demo: bool, admin: str | None) -> None:
    """Prepare the database: own tables, bundles, the first administrator. Can be run again."""
    settings = read_settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    known = make_services(settings)
    click.get_current_context().call_on_close(known.database.close)
    upgrade(known.database)
    layers = [_bundle(Path(folder)) for folder in bundles]
    _install(known, layers)
    if admin:
        _first_admin(known, admin, settings.admin_password)
    if demo:
        _demo(known, layers, settings.admin_password)
    optimise(known.database)


def _bundle(folder: Path) -> Layer:
    layer, problems = load_folder(folder)
    if has_errors(problems):
        show_problems(problems)
        sys.exit(1)
    if layer.manifest is None or layer.manifest.kind != "bundle":
        raise CommandError(msg("%(folder)s holds no bundle.json", folder=str(folder)))
    return layer


def _install(known: Services, bundles: Sequence[Layer]) -> None:
    base, live = known.publisher.head()
    layers = {layer.name: layer for layer in live} | {"core": load_core()} | {layer.name: layer for layer in bundles}
    actor = auth.system(known.database, "init", name="cli").actor
    names = ", ".join(layer.name for layer in bundles)
    found = known.publisher.publish(list(layers.values()), f"Install {names}" if names else "Install", actor, base)
    if isinstance(found, Refused):
        show_problems(found.problems)
        sys.exit(1)
    if found.moved:
        click.echo(f"Revision {found.revision} is live.", err=True)


def _first_admin(known: Services, email: str, password: str | None) -> None:
    context = acting_context(known)
    if _has_person(known, context, email):
        return
    made = password or auth.made_password()
    on_live(known, None, lambda c: add_person(known, c, email, ["administrator"], made))
    if password is None:
        click.echo(f"Sign in as {email} with the password {made}")


def _has_person(known: Services, context: Context, email: str) -> bool:
    same = Binary("=", Name(("email",)), Literal(email.lower()))
    return bool(known.door.find(context, Query("user", fields=("id",), filter=same, limit=1)).records)


def _demo(known: Services, bundles: Sequence[Layer], password: str | None) -> None:
    note = known.settings.data_dir / DEMO_SIGN_IN
    context = acting_context(known)
    if _has_person(known, context, _DEMO_ADMIN):
        return  # loaded before; what people did with it since stays
    made = password or auth.made_password()
    add_person(known, context, _DEMO_ADMIN, ["administrator"], made, name="Admin")
    loader = DemoLoader(known.door, context)
    count = loader.load([document for layer in bundles for document in layer.demo])
    for person in loader.people:
        known.auth.set_password(person.id, made)
    people = [_DEMO_ADMIN, *(person.email for person in loader.people)]
    _write_privately(note, "".join(f"{email} {made}\n" for email in people))
    click.echo(f"Loaded {count} demo records.", err=True)


def _write_privately(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)

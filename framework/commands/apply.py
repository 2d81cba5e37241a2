"""`armature apply`: publish a folder as its layer."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from framework.commands.problems import show_problems
from framework.commands.world import acting_context, as_option, json_option, print_json, refusing, services_ready
from framework.publishing import Refused
from metadata.load import load_folder
from metadata.problems import has_errors

if TYPE_CHECKING:
    from metadata.documents import Layer
    from metadata.problems import Problem


@click.command("apply")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--message", required=True, help="What this change is for.")
@click.option("--yes", is_flag=True, help="Confirm what needs confirmation.")
@click.option("--prune", is_flag=True, help="Retire documents of the layer that the folder lacks.")
@as_option
@json_option
@refusing
def apply(folder: Path, *, message: str, yes: bool, prune: bool, acting: str | None, as_json: bool) -> None:  # noqa: ARG001
    """Check a folder and make it live; what is live already makes no revision."""
    known = services_ready()
    layer, problems = load_folder(folder)
    if has_errors(problems):
        _end(problems, as_json=as_json)
    base, live = known.publisher.head()
    missing = _missing(live, layer)
    if missing and not prune:
        if as_json:
            print_json({"problems": [{"code": "prune", "severity": "error", "message": name} for name in missing]})
        else:
            click.echo("armature: the folder lacks documents that are live; add --prune to retire them:", err=True)
            for name in missing:
                click.echo(f"  {name}", err=True)
        sys.exit(1)
    layers = [*(one for one in live if one.name != layer.name), layer]
    found = known.publisher.publish(layers, message, acting_context(known, acting).actor, base)
    if isinstance(found, Refused):
        _end(found.problems, as_json=as_json)
    elif as_json:
        print_json({"base": base, "revision": found.revision, "steps": [step.as_json() for step in found.steps]})
    else:
        show_problems(found.problems)
        click.echo(f"Revision {found.revision} is live." if found.moved else "Nothing to do: this is live already.")


def _missing(live: tuple[Layer, ...], layer: Layer) -> list[str]:
    """Addresses of documents of the layer that are live and not in the folder."""
    before = next((one for one in live if one.name == layer.name), None)
    if before is None:
        return []
    kept = {document.address for document in layer.documents}
    return [document.address for document in before.documents if document.address not in kept]


def _end(problems: list[Problem] | tuple[Problem, ...], *, as_json: bool) -> None:
    if as_json:
        print_json({"problems": [problem.as_json() for problem in problems]})
    else:
        show_problems(problems)
    sys.exit(1)

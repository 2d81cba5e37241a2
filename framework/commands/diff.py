"""`armature diff`: what differs between two states, each a folder, a revision number or `head`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from framework.commands.problems import show_problems
from framework.commands.proposal import count_of, laid_over, show_changes
from framework.commands.world import json_option, print_json, refusing, services_ready
from framework.errors import CommandError
from i18n.lazy import msg
from metadata.check import check
from metadata.diff import difference
from metadata.load import load_folder
from metadata.problems import has_errors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from framework.extension import Services
    from metadata.documents import Layer


@click.command("diff")
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@json_option
@refusing
def diff(before: str, after: str, *, as_json: bool) -> None:
    """Show what changes from A to B. A folder is laid over what is live, as apply would do."""
    known = services_ready()
    changes = difference(_layers(known, before, as_json=as_json), _layers(known, after, as_json=as_json))
    if as_json:
        print_json({"changes": [change.as_json() for change in changes]})
    else:
        show_changes(changes)
        click.echo(count_of(changes) if changes else "No difference.")


def _layers(known: Services, place: str, *, as_json: bool) -> Sequence[Layer]:
    if place == "head":
        return known.publisher.head()[1]
    if place.isdecimal():
        return known.publisher.layers(int(place))
    if not Path(place).is_dir():
        raise CommandError(msg("“%(place)s” is no folder, no revision number and not head", place=place))
    layer, problems = load_folder(Path(place))
    layers = laid_over(known.publisher.head()[1], layer)
    found = [*problems, *check(layers, known.catalogue)]
    if has_errors(found):
        if as_json:
            print_json({"problems": [problem.as_json() for problem in found]})
        else:
            show_problems(found)
        sys.exit(1)
    return layers

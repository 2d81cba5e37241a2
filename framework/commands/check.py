"""`armature check`: problems of a folder of metadata."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
from sqlalchemy.exc import SQLAlchemyError

from framework.commands.problems import show_problems
from framework.commands.world import json_option, print_json, refusing, services_ready
from framework.errors import ArmatureError
from framework.extension import installed_catalogue
from metadata.check import check as check_layers
from metadata.layers import CORE, SITE, in_order
from metadata.load import load_core, load_folder
from metadata.problems import has_errors

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from metadata.documents import Layer
    from metadata.problems import Problem

_DATABASE = ("ARMATURE_DATABASE_URL", "ARMATURE_DATABASE_URL_FILE")
# What these find may be in a bundle that is not at hand.
_NAMES_OF_OTHERS = frozenset({"M101", "M108", "M109", "M114", "M115", "M117", "M120", "M122", "M123", "M125", "M301"})


@click.command("check")
@click.argument("folder", type=click.Path(path_type=Path))
@json_option
@refusing
def check(folder: Path, *, as_json: bool) -> None:
    """Find the problems of a bundle's folder, or of the site layer's; status 1 only for errors.

    Bundles that it requires are taken from the folders beside it, else from the database that
    ARMATURE_DATABASE_URL names. Without one of them, names that it may define are not checked.
    """
    layer, problems = load_folder(folder)
    others = {} if problems and not layer.files() else _others(folder, layer)
    layers = in_order([load_core(), *others.values(), layer])
    found = [*problems, *_own(layer, check_layers(layers, installed_catalogue()))]
    if as_json:
        print_json({"problems": [problem.as_json() for problem in found]})
    else:
        show_problems(found)
        click.echo(f"{len(found)} problems." if found else "No problems.", err=True)
    if has_errors(found):
        sys.exit(1)


def _others(folder: Path, layer: Layer) -> Mapping[str, Layer]:
    """The bundles that a layer builds on, by name: those that it requires, and under a site all that are installed."""
    found = dict(_beside(folder, layer))
    missing = {name for one in (layer, *found.values()) for name in one.requires} - {*found, CORE, layer.name}
    if (missing or layer.name == SITE) and any(name in os.environ for name in _DATABASE):
        return {**_installed(layer.name), **found}
    return found


def _beside(folder: Path, layer: Layer) -> Iterator[tuple[str, Layer]]:
    """The required bundles that lie beside the folder under their names, and those that they require."""
    waiting, seen = list(layer.requires), {layer.name}
    while waiting:
        name = waiting.pop()
        path = folder.resolve().parent / name
        if name in seen or not (path / "bundle.json").is_file():
            continue
        seen.add(name)
        other, _ = load_folder(path)
        if other.name == name:
            waiting += other.requires
            yield name, other


def _installed(name: str) -> Mapping[str, Layer]:
    """The live bundles but this one; none where the database cannot be asked, since a check needs none."""
    try:
        _, live = services_ready().publisher.head()
    except (ArmatureError, SQLAlchemyError):
        return {}
    return {layer.name: layer for layer in live if layer.name not in {CORE, SITE, name}}


def _own(layer: Layer, problems: tuple[Problem, ...]) -> Iterator[Problem]:
    """The problems in files of the layer itself, without those that a missing bundle may bring along."""
    own = [problem for problem in problems if problem.file in layer.files() or not problem.file]
    lacks = any(problem.code == "M402" for problem in own)
    yield from (problem for problem in own if not lacks or problem.code not in _NAMES_OF_OTHERS)

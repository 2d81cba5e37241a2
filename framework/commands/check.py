"""`armature check`: problems of a folder of metadata."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from framework.commands.problems import show_problems
from framework.commands.world import json_option, print_json, refusing
from framework.extension import installed_catalogue
from metadata.check import check as check_layers
from metadata.load import load_core, load_folder
from metadata.problems import has_errors


@click.command("check")
@click.argument("folder", type=click.Path(path_type=Path))
@json_option
@refusing
def check(folder: Path, *, as_json: bool) -> None:
    """Find the problems of a bundle's folder; status 1 only for errors."""
    layer, problems = load_folder(folder)
    found = [*problems, *check_layers([load_core(), layer], installed_catalogue())]
    if as_json:
        print_json({"problems": [problem.as_json() for problem in found]})
    else:
        show_problems(found)
        click.echo(f"{len(found)} problems." if found else "No problems.", err=True)
    if has_errors(found):
        sys.exit(1)

"""`armature plan`: what applying a folder would do, and nothing done."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from framework.commands.proposal import count_of, plan_of_folder, show_plan
from framework.commands.world import json_option, print_json, refusing, services_ready

_CHANGES = 3


@click.command("plan")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--exit-code", is_flag=True, help="End with status 3 where there is something to do.")
@json_option
@refusing
def plan(folder: Path, *, exit_code: bool, as_json: bool) -> None:
    """Say what applying a folder would change: tables, records, rights, screens."""
    found = plan_of_folder(services_ready(), folder)
    if as_json:
        print_json(found.as_json())
    else:
        show_plan(found)
        click.echo(count_of(found.changes) if found.target.moved else "Nothing to do: this is live already.")
        if found.needs_confirmation:
            click.echo(f"Needs confirmation: {', '.join(found.needs_confirmation)}.")
    if not found.publishable:
        sys.exit(1)
    if exit_code and found.target.moved:
        sys.exit(_CHANGES)

"""`armature demo`: the records that came along for trying out, and the way to be rid of them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import click

from framework.commands.world import acting_context, json_option, print_json, refusing, services_ready
from framework.jobs.demo import REMOVE_DEMO, require_removal_of_demo

if TYPE_CHECKING:
    from framework.jobs import Job


@click.group("demo")
def demo() -> None:
    """The records that came along for trying out."""


@demo.command("status")
@json_option
@refusing
def status(*, as_json: bool) -> None:
    """Count the demo records that are left, by entity."""
    known = services_ready()
    left = Counter(entity for entity, _ in known.door.demo_left(acting_context(known)))
    if as_json:
        print_json({"records": left.total(), "entities": dict(left)})
        return
    for entity, count in left.most_common():
        click.echo(f"{count:>6} {entity}")
    click.echo(f"{left.total():>6} in all")


@demo.command("remove")
@click.option("--as", "acting", metavar="EMAIL", required=True, help="Who removes them, and may undo it.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@refusing
def remove(*, acting: str, yes: bool, as_json: bool) -> None:
    """Move the demo records to the recycle bin, but for those that records of your own link to."""
    known = services_ready()
    context = acting_context(known, acting)
    require_removal_of_demo(context)
    left = known.door.demo_left(context)
    if left and not yes:
        click.confirm(f"Remove {len(left)} demo records?", abort=True, err=True)
    done = known.jobs.do(context, REMOVE_DEMO.name, {"records": [list(key) for key in left]}, len(left))
    if as_json:
        print_json({"job": done.id, "removed": done.counts.get("deleted", 0), "kept": done.failed})
    else:
        _tell(done)


def _tell(done: Job) -> None:
    click.echo(f"Removed {done.counts.get('deleted', 0)} demo records; {done.failed} stay.")
    for one in done.refused:
        click.echo(f"  {one.entity}/{one.ident}: {one.message}")

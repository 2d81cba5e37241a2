"""`armature revisions`, `show` and `rollback`: what was live, and the way back to it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from framework.commands.proposal import carry_out, show_changes
from framework.commands.world import as_option, json_option, print_json, refusing, services_ready
from metadata.diff import difference

if TYPE_CHECKING:
    from framework.publishing.store import Revision


@click.command("revisions")
@json_option
@refusing
def revisions(*, as_json: bool) -> None:
    """List all revisions, newest first."""
    publisher = services_ready().publisher
    found, head = publisher.revisions(), publisher.head_number()
    if as_json:
        print_json({"revisions": [_told(one, head) for one in found]})
        return
    for one in found:
        mark = "*" if one.number == head else " "
        click.echo(f"{mark} {one.number:>5}  {one.at:%Y-%m-%d %H:%M}  {one.actor_name:<20}  {one.message}")


@click.command("show")
@click.argument("number", metavar="N", type=click.IntRange(min=1))
@json_option
@refusing
def show(number: int, *, as_json: bool) -> None:
    """Show a revision and what it changed."""
    publisher = services_ready().publisher
    one, layers = publisher.revision(number), publisher.layers(number)
    changes = difference(publisher.layers(one.base or 0), layers)
    if as_json:
        names = [layer.name for layer in layers]
        print_json(
            {
                **_told(one, publisher.head_number()),
                "layers": names,
                "changes": [change.as_json() for change in changes],
            }
        )
        return
    click.echo(f"Revision {one.number}, on {one.base or 'nothing'}")
    click.echo(f"{one.at:%Y-%m-%d %H:%M} UTC, {one.actor_name}: {one.message}")
    show_changes(changes)


@click.command("rollback")
@click.argument("number", metavar="N", type=click.IntRange(min=1))
@click.option("--message", required=True, help="Why.")
@as_option
@json_option
@refusing
def rollback(number: int, *, message: str, acting: str | None, as_json: bool) -> None:
    """Make the definitions of revision N live again, as a new revision; all data stays."""
    known = services_ready()
    plan = known.publisher.plan_rollback(number, known.publisher.head_number())
    # Going back is what one does in a hurry: the plan is shown by `diff head N`, nothing is asked.
    if not carry_out(known, plan, message, ("--yes", "--prune"), acting, as_json=as_json):
        sys.exit(1)


def _told(one: Revision, head: int) -> dict[str, Any]:
    return {**one.told(head), "at": one.at.isoformat()}

"""A folder laid over what is live, and the plan of that, shown and confirmed: shared by all that publishes."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from framework.commands.problems import show_problems
from framework.commands.waiting import waiting
from framework.commands.world import acting_context, print_json
from framework.publishing import Refused
from metadata.load import load_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from framework.extension import Services
    from framework.publishing import Plan
    from metadata.diff import Change
    from metadata.documents import Layer

_SIGNS = {"added": "+", "retired": "-", "changed": "~", "renamed": ">", "restored": "+"}
# What each kind of confirmation is about, and the option that gives it.
_QUESTIONS = {
    "rights": ("some people will be able to do more than before", "--yes"),
    "lossy": ("values that cannot be converted will be lost", "--yes"),
    "retired": ("fields are retired; their values stay in the database", "--yes"),
    "restored": ("records of a retired entity will be seen again", "--yes"),
    "prune": ("definitions that are live are missing and will be retired", "--prune"),
}


def plan_of_folder(known: Services, folder: Path) -> Plan:
    """What applying a folder would do: as its bundle where `bundle.json` lies in it, else as the site layer."""
    layer, problems = load_folder(folder)
    base, live = known.publisher.head()
    with waiting("Checking"):
        return known.publisher.plan(laid_over(live, layer), base, problems)


def laid_over(live: Iterable[Layer], layer: Layer) -> list[Layer]:
    """The live layers with this one in the place of the one of its name."""
    return [*(one for one in live if one.name != layer.name), layer]


def show_plan(plan: Plan) -> None:
    """The plan for people."""
    show_problems(plan.problems)
    for one in plan.changes:
        _show_change(one.change, f", {one.rows} records" if one.rows else "")
        for step in one.steps:
            told = step.as_json()
            click.echo(f"    {told['do']} {told.get('index') or told.get('column') or told['table']} ({told['lock']})")
    for right in plan.rights:
        where = right.change.entity or "abilities"
        for sign, words in (("more", right.change.widened), ("less", right.change.narrowed)):
            if words:
                click.echo(f"! {right.change.role} may {sign} on {where}: {', '.join(words)} ({right.people} people)")


def count_of(changes: Sequence[object]) -> str:
    """How many changes there are, as a sentence."""
    return "1 change." if len(changes) == 1 else f"{len(changes)} changes."


def show_changes(changes: Iterable[Change]) -> None:
    """Changes for people, without what they do to the database."""
    for change in changes:
        _show_change(change)


def _show_change(change: Change, held: str = "") -> None:
    was = f" (was {change.old_address})" if change.old_address else ""
    click.echo(f"{_SIGNS[change.kind.value]} {change.address}{was}: {change.kind.value}, {change.risk}{held}")
    if change.impact:
        click.echo(f"    concerns {', '.join(change.impact)}")


def carry_out(
    known: Services, plan: Plan, message: str, given: Sequence[str], acting: str | None, *, as_json: bool
) -> bool:
    """Make a plan live after what it needs is confirmed: by options, or at the terminal.

    Prints the outcome; False where it was refused.
    """
    if not plan.publishable:
        _refuse(plan, as_json=as_json)
        return False
    if not _confirmed(plan, given, as_json=as_json):
        return False
    with waiting("Publishing"):
        found = known.publisher.carry_out(plan.target, message, acting_context(known, acting).actor)
    if isinstance(found, Refused):
        _refuse(plan, as_json=as_json)
        return False
    if as_json:
        print_json({**plan.as_json(), "revision": found.revision})
    else:
        show_problems(plan.problems)
        click.echo(f"Revision {found.revision} is live." if found.moved else "Nothing to do: this is live already.")
    return True


def _refuse(plan: Plan, *, as_json: bool) -> None:
    if as_json:
        print_json({"problems": [problem.as_json() for problem in plan.problems]})
    else:
        show_problems(plan.problems)
        click.echo("armature: refused; nothing was changed.", err=True)


def _confirmed(plan: Plan, given: Sequence[str], *, as_json: bool) -> bool:
    asked = [kind for kind in plan.needs_confirmation if _QUESTIONS[kind][1] not in given]
    if asked and not as_json and sys.stdin.isatty() and sys.stdout.isatty():
        show_plan(plan)
        return all(click.confirm(f"{_QUESTIONS[kind][0].capitalize()}. Go on?") for kind in asked)
    if not asked:
        return True
    if as_json:
        print_json({"problems": [_unconfirmed(plan, kind) for kind in asked]})
    else:
        click.echo("armature: this needs a word of yours:", err=True)
        for kind in asked:
            click.echo(f"  {_QUESTIONS[kind][0]}; add {_QUESTIONS[kind][1]}", err=True)
            for address in _concerned(plan, kind):
                click.echo(f"    {address}", err=True)
    return False


def _unconfirmed(plan: Plan, kind: str) -> dict[str, object]:
    what, option = _QUESTIONS[kind]
    return {
        "code": "confirmation",
        "severity": "error",
        "address": "",
        "file": "",
        "pointer": "",
        "message": f"{what}: {', '.join(_concerned(plan, kind))}",
        "hint": f"add {option}",
        "value": kind,
    }


def _concerned(plan: Plan, kind: str) -> list[str]:
    if kind == "prune":
        return list(plan.target.missing)
    if kind == "rights":
        return [
            f"role/{one.change.role} on {one.change.entity or 'abilities'}: {', '.join(one.change.widened)}"
            for one in plan.rights
            if one.gives_more
        ]
    if kind == "lossy":
        return [one.change.address for one in plan.changes if str(one.change.risk) == "lossy"]
    return [one.change.address for one in plan.changes if one.change.kind.value == kind]

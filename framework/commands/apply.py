"""`armature apply`: publish a folder as its layer, once or at every save."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from framework.commands.proposal import carry_out, plan_of_folder
from framework.commands.world import as_option, json_option, refusing, services_ready
from framework.errors import ArmatureError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from framework.extension import Services

_LOOK_EVERY_S = 0.4


@click.command("apply")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--message", help="What this change is for.")
@click.option("--yes", is_flag=True, help="Confirm what needs confirmation.")
@click.option("--prune", is_flag=True, help="Retire definitions of the layer that the folder lacks.")
@click.option("--watch", is_flag=True, help="Go on and apply at every save, until stopped.")
@as_option
@json_option
@refusing
def apply(
    folder: Path, *, message: str | None, yes: bool, prune: bool, watch: bool, acting: str | None, as_json: bool
) -> None:
    """Make a folder live; what is live already makes no revision.

    A folder with bundle.json is that bundle, one without is the whole site layer.
    """
    if message is None and not watch:
        raise click.UsageError("Missing option '--message'.")
    known = services_ready()
    given = [option for option, on in (("--yes", yes), ("--prune", prune)) if on]
    if watch:
        _watch(known, folder, message or "Saved", given, acting, as_json=as_json)
    elif not carry_out(known, plan_of_folder(known, folder), message or "", given, acting, as_json=as_json):
        sys.exit(1)


def _watch(
    known: Services, folder: Path, message: str, given: Sequence[str], acting: str | None, *, as_json: bool
) -> None:
    """Apply now and whenever a file of the folder is saved; what is refused waits for the next save."""
    try:
        for _ in saves(folder, lambda: time.sleep(_LOOK_EVERY_S)):
            click.echo(f"{datetime.now(UTC).astimezone():%H:%M:%S}", err=True)
            _once(known, folder, message, given, acting, as_json=as_json)
    except KeyboardInterrupt:
        click.echo("Stopped.", err=True)


def saves(folder: Path, wait: Callable[[], None]) -> Iterator[None]:
    """Now, and again whenever something in the folder was saved, made or removed; `wait` passes the time between looks.

    What is saved while the caller works is found at the next look.
    """
    seen: object = None
    while True:
        now = _state(folder)
        if now != seen:
            seen = now
            yield
        else:
            wait()


def _once(
    known: Services, folder: Path, message: str, given: Sequence[str], acting: str | None, *, as_json: bool
) -> None:
    try:
        carry_out(known, plan_of_folder(known, folder), message, given, acting, as_json=as_json)
    except ArmatureError as error:
        click.echo(f"armature: {error.detail}", err=True)


def _state(folder: Path) -> object:
    """What changes when a file is saved, made or removed."""
    found = []
    for path in sorted(folder.glob("**/*.*")):
        try:
            stat = path.stat()
        except OSError:  # removed meanwhile, as editors do when they save
            continue
        found.append((path, stat.st_mtime_ns, stat.st_size))
    return found

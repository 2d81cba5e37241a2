"""`armature pull`: what was applied, as files, byte for byte."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from framework.commands.world import json_option, print_json, refusing, services_ready
from framework.errors import CommandError
from i18n.lazy import msg
from metadata.save import effective_layer, write_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metadata.documents import Layer


@click.command("pull")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--layer", "name", default="site", show_default=True, metavar="site|NAME|all", help="Which layer.")
@click.option("--revision", type=click.IntRange(min=1), help="Of an earlier revision instead of the live one.")
@json_option
@refusing
def pull(folder: Path, *, name: str, revision: int | None, as_json: bool) -> None:
    """Write a layer into a folder. `--layer all` gives the definitions as they hold, for reading."""
    publisher = services_ready().publisher
    number = revision or publisher.head_number()
    layer = _chosen(publisher.layers(number), name, number)
    try:
        written, removed = write_folder(layer, folder)
    except OSError as error:
        raise CommandError(
            msg("%(folder)s cannot be written: %(why)s", folder=str(folder), why=error.strerror or "")
        ) from None
    if as_json:
        print_json({"revision": number, "layer": name, "written": written, "removed": removed})
    else:
        click.echo(f"Revision {number}: {len(written)} files written, {len(removed)} removed.")


def _chosen(layers: Sequence[Layer], name: str, number: int) -> Layer:
    if name == "all":
        return effective_layer(layers)
    found = next((layer for layer in layers if layer.name == name), None)
    if found is None:
        raise CommandError(
            msg(
                "Revision %(number)s has no layer “%(name)s”; it has %(known)s (choose with --layer)",
                number=number,
                name=name,
                known=", ".join(layer.name for layer in layers),
            )
        )
    return found

"""`armature schema`: JSON Schemas of definitions, for editors that complete and check while one types."""

from __future__ import annotations

from pathlib import Path

import click

from framework.commands.world import print_json, refusing
from framework.errors import CommandError
from framework.extension import installed_catalogue
from i18n.lazy import msg
from metadata.documents import canonical
from metadata.kinds import KINDS
from metadata.schemas import definition_schema


@click.command("schema")
@click.argument("kind", required=False, type=click.Choice(KINDS))
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Write <kind>.schema.json files here.")
@refusing
def schema(kind: str | None, *, out: Path | None) -> None:
    """Print the JSON Schema of a kind of definition, or of all kinds by name."""
    catalogue = installed_catalogue()
    found = {one: definition_schema(one, catalogue) for one in ([kind] if kind else KINDS)}
    if out is None:
        print_json(found[kind] if kind else found)
        return
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, one in found.items():
            (out / f"{name}.schema.json").write_text(canonical(one), encoding="utf-8")
    except OSError as error:
        raise CommandError(
            msg("%(folder)s cannot be written: %(why)s", folder=str(out), why=error.strerror or "")
        ) from None
    click.echo(f"{len(found)} schemas written.")

"""`armature export`: records into a file or onto the screen."""

from __future__ import annotations

import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from framework.commands.world import acting_context, as_option, refusing, services_ready
from framework.errors import CommandError
from framework.transfer.exporting import Which, export_records, export_workbook
from i18n.lazy import msg

if TYPE_CHECKING:
    from collections.abc import Iterator


@click.command("export")
@click.argument("entity")
@click.option("--filter", "filter_", metavar="TEXT", help="Which records, such as \"stage = 'won'\".")
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "xlsx", "jsonl"]),
    default="csv",
    show_default=True,
    help="What kind of file.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Where to; standard output without it.",
)
@as_option
@refusing
def export(entity: str, *, filter_: str | None, form: str, out: Path | None, acting: str | None) -> None:
    """Write the records of ENTITY with every field that may be read; the file can be imported again."""
    if form == "xlsx" and out is None and sys.stdout.isatty():
        raise click.UsageError("A spreadsheet is nothing to look at; give --out FILE")
    known = services_ready()
    context = acting_context(known, acting)
    if form == "xlsx":
        with opened(out) as stream:
            export_workbook(known.door, context, entity, Which(filter_), stream)
        return
    parts = export_records(known.door, context, entity, Which(filter_), form)
    with opened(out) as stream:
        for part in parts:
            stream.write(part.encode())


@contextmanager
def opened(out: Path | None) -> Iterator[BinaryIO]:
    """The file, complete or as it was before; else standard output."""
    if out is None:
        yield sys.stdout.buffer
        sys.stdout.flush()
        return
    part = out.with_name(f"{out.name}.part")
    try:
        with part.open("wb") as stream:
            yield stream
        part.replace(out)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise CommandError(msg("%(file)s cannot be written: %(why)s", file=str(out), why=why)) from None
    finally:
        with suppress(OSError):
            part.unlink()

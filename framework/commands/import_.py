"""`armature import`: records from a file (CSV, spreadsheet or JSON lines)."""

from __future__ import annotations

import gc
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from framework.commands.world import acting_context, as_option, json_option, print_json, refusing, services_ready
from framework.errors import CommandError
from framework.records.names import present_entity
from framework.transfer.importing import Importer, Job
from framework.transfer.mapping import read_mapping
from framework.transfer.table import open_table
from i18n.lazy import msg

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from framework.context import Context
    from framework.transfer.importing import Report
    from metadata.snapshot import ImportMapping, Snapshot

_QUIET_S = 2  # who waits longer wants to see that something happens


@click.command("import")
@click.argument("entity", required=False)
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--map", "map_file", metavar="FILE", type=click.Path(path_type=Path), help="How columns become fields.")
@click.option("--from", "folder", metavar="DIR", type=click.Path(path_type=Path), help="Where the mapping's file lies.")
@click.option("--match", multiple=True, metavar="FIELD", help="Change the record with the same value. Can be repeated.")
@click.option("--dry-run", "trial", is_flag=True, help="Write nothing; tell what would happen.")
@as_option
@json_option
@refusing
def import_(
    entity: str | None,
    file: Path | None,
    *,
    map_file: Path | None,
    folder: Path | None,
    match: Sequence[str],
    trial: bool,
    acting: str | None,
    as_json: bool,
) -> None:
    """Bring the rows of FILE in as records of ENTITY; with --map and --from the mapping names both.

    Rows that are refused go to FILE.refused.csv with their reasons; the others stay. A run that was cut goes on
    where it stopped when it is started again.
    """
    known = services_ready()

    def renew() -> Context:
        return replace(acting_context(known, acting), door="import")

    context = renew()
    mapping = read_mapping(context, known.catalogue, map_file) if map_file else None
    name, path = _what(context.snapshot, mapping, entity, file, folder)
    job = Job(open_table(path), name, mapping, tuple(part for one in match for part in one.split(",")), trial)
    importer = Importer(known.database, known.door, renew, job)
    gc.freeze()  # what is loaded by now stays; to go through it again and again takes a tenth of the time
    report = importer.run(_progress(job.table.count))
    if as_json:
        print_json(_as_json(report, trial=trial))
    else:
        _show(report, path, trial=trial)
    sys.exit(0 if report.is_clean else 1)


def _what(
    snapshot: Snapshot, mapping: ImportMapping | None, entity: str | None, file: Path | None, folder: Path | None
) -> tuple[str, Path]:
    """Entity and file, from the arguments or from the mapping. Raises UsageError, CommandError."""
    if folder is not None:
        if mapping is None or entity is not None:
            raise click.UsageError("--from goes with --map, without ENTITY and FILE")
        if mapping.file is None:
            raise CommandError(msg("The mapping names no file; give ENTITY and FILE"))
        return mapping.entity, folder / mapping.file
    if entity is None or file is None:
        raise click.UsageError("Give ENTITY and FILE, or --map and --from")
    if mapping is not None and present_entity(snapshot, mapping.entity) != present_entity(snapshot, entity):
        message = msg("The mapping is for “%(wanted)s”, not for “%(given)s”", wanted=mapping.entity, given=entity)
        raise CommandError(message)
    return entity, file


def _progress(total: int) -> Callable[[int], None]:
    """Tells a person at a terminal how far it is, once it takes longer than a moment."""
    began = time.monotonic()

    def tell(done: int) -> None:
        if sys.stderr.isatty() and time.monotonic() - began > _QUIET_S:
            click.echo(f"\r{done:,} of {total:,} rows", nl=done >= total, err=True)

    return tell


def _show(report: Report, path: Path, *, trial: bool) -> None:
    if report.resumed:
        click.echo(f"Went on after row {report.resumed:,}, where the last run stopped.", err=True)
    if report.left_out:
        click.echo(f"Left out, for the server sets them: {', '.join(report.left_out)}", err=True)
    if report.fixed:
        click.echo(f"Kept as they are on records that were there: {', '.join(report.fixed)}", err=True)
    for line, why in report.reasons:
        click.echo(f"{path.name}, line {line}: {why}", err=True)
    more = report.counts["refused"] + report.counts["incomplete"] - len(report.reasons)
    if more > 0:
        click.echo(f"… and {more:,} more", err=True)
    if report.refused_file:
        click.echo(f"Refused rows with their reasons are in {report.refused_file}", err=True)
    told = ", ".join(f"{count:,} {what}" for what, count in report.counts.items() if count) or "nothing to do"
    click.echo(f"{'Would be: ' if trial else ''}{told}, of {report.rows:,} rows.")


def _as_json(report: Report, *, trial: bool) -> dict[str, object]:
    return {
        "dry_run": trial,
        "rows": report.rows,
        **report.counts,
        "resumed_after": report.resumed,
        "left_out": list(report.left_out),
        "kept": list(report.fixed),
        "refusals": [{"line": line, "error": why} for line, why in report.reasons],
        "refused_file": report.refused_file,
    }

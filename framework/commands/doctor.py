"""`armature doctor`: settings in force, and whether the database is what this release expects."""

from __future__ import annotations

import datetime as dt
import sys
from typing import TYPE_CHECKING, Any

import click

from framework.app import make_services
from framework.commands.world import json_option, print_json, refusing
from framework.health import examined, shown, versions
from framework.settings import read_settings

if TYPE_CHECKING:
    from framework.health import Health


@click.command("doctor")
@json_option
@refusing
def doctor(*, as_json: bool) -> None:
    """Say what is configured and what is wrong; status 1 where something is."""
    settings = read_settings()
    known = make_services(settings)
    try:
        found = report_of(examined(known, dt.datetime.now(dt.UTC)))
    finally:
        known.database.close()
    report = {"versions": versions(), "settings": shown(settings), **found}
    if as_json:
        print_json(report)
    else:
        _show(report)
    if report["problems"]:
        sys.exit(1)


def report_of(found: Health) -> dict[str, Any]:
    """What was found, as JSON tells it."""
    queue, backup = found.queue, found.backup
    return {
        "database": {
            "engine": found.engine,
            "version": found.server,
            "reachable": found.reachable,
            "bytes": found.database_bytes,
        },
        "schema": {"found": found.schema, "known": found.schema_known},
        "head": found.head,
        "bundles": list(found.bundles),
        "processes": [
            {"kind": one.kind, "host": one.host, "pid": one.pid, "release": one.release, "revision": one.revision}
            for one in found.processes
        ],
        "jobs": None if queue is None else {"waiting": queue.waiting, "running": queue.running, "dead": queue.dead},
        "disc": {"files": found.files_bytes, "free": found.free_bytes},
        "backup": None if backup is None else {"file": backup.file, "size": backup.size, "at": backup.at.isoformat()},
        "drift": list(found.drift),
        "problems": [str(one) for one in found.problems],
    }


def _show(report: dict[str, Any]) -> None:
    for name, value in report["settings"].items():
        click.echo(f"{name:<28} {'' if value is None else value}")
    database, schema = report["database"], report["schema"]
    state = "reachable" if database["reachable"] else "not reachable"
    click.echo(f"{'database':<28} {database['engine']}, {state}, schema {schema['found']} (known {schema['known']})")
    click.echo(f"{'live revision':<28} {report['head'] or 'none'}, bundles {', '.join(report['bundles']) or 'none'}")
    for one in report["processes"]:
        told = f"{one['host']}:{one['pid']}, revision {one['revision']}, release {one['release']}"
        click.echo(f"{'process ' + one['kind']:<28} {told}")
    jobs, backup = report["jobs"], report["backup"]
    if jobs:
        click.echo(f"{'jobs':<28} {jobs['waiting']} waiting, {jobs['running']} running, {jobs['dead']} failed")
    click.echo(f"{'last backup':<28} {backup['at'] + ', ' + backup['file'] if backup else 'none known'}")
    for name, text in report["versions"].items():
        click.echo(f"{name:<28} {text}")
    for problem in report["problems"]:
        click.echo(f"armature: {problem}", err=True)
    click.echo(f"{len(report['problems'])} problems." if report["problems"] else "No problems.")

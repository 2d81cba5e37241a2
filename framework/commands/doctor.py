"""`armature doctor`: settings in force, and whether the database is what this release expects."""

from __future__ import annotations

import platform
import sqlite3
import sys
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import click
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from framework.app import make_services
from framework.commands.world import json_option, print_json, refusing
from framework.errors import ArmatureError
from framework.settings import read_settings
from framework.storage import own
from framework.storage.drift import missing_parts
from framework.storage.faults import reason
from framework.storage.upgrades import require_current, schema_version

if TYPE_CHECKING:
    from framework.extension import Services
    from framework.settings import Settings

_MASK = "********"


@click.command("doctor")
@json_option
@refusing
def doctor(*, as_json: bool) -> None:
    """Say what is configured and what is wrong; status 1 where something is."""
    settings = read_settings()
    known = make_services(settings)
    try:
        found = _examined(known)
    finally:
        known.database.close()
    report = {"versions": _versions(), "settings": _shown(settings), **found}
    if as_json:
        print_json(report)
    else:
        _show(report)
    if report["problems"]:
        sys.exit(1)


def _examined(known: Services) -> dict[str, Any]:
    found: dict[str, Any] = {
        "database": {"engine": known.database.name, "reachable": False},
        "schema": {"found": None, "known": own.SCHEMA_VERSION},
        "head": None,
        "bundles": [],
        "drift": [],
        "problems": [],
    }
    try:
        found["schema"]["found"] = schema_version(known.database)
        found["database"]["reachable"] = True
        require_current(known.database)
        found["head"] = known.publisher.head_number()
        snapshot = known.runtime.snapshot(found["head"])
        found["bundles"] = list(snapshot.bundles)
        found["drift"] = missing_parts(known.database, snapshot)
    except ArmatureError as error:
        found["problems"].append(str(error.detail))
    except DBAPIError as error:
        found["problems"].append(f"The database cannot be used: {reason(error)}")
    if found["drift"]:
        names = ", ".join(found["drift"][:10])
        found["problems"].append(f"The database lacks {names}, which the live revision needs; restore a backup")
    return found


def _versions() -> dict[str, str]:
    names = {"armature": "armature-crm", "sqlalchemy": "sqlalchemy", "flask": "flask"}
    packages = {name: version(package) for name, package in names.items()}
    return {**packages, "python": platform.python_version(), "sqlite": sqlite3.sqlite_version}


def _shown(settings: Settings) -> dict[str, str | None]:
    """The settings in force by the names of their variables; secrets and passwords are not shown."""
    return {
        "ARMATURE_DATA_DIR": str(settings.data_dir),
        "ARMATURE_DATABASE_URL": _masked(settings.database_url),
        "ARMATURE_READ_DATABASE_URL": _masked(settings.read_database_url),
        "ARMATURE_SECRET_KEY": _MASK if settings.secret_key else None,
        "ARMATURE_BASE_URL": settings.base_url or None,
        "ARMATURE_ADMIN_PASSWORD": _MASK if settings.admin_password else None,
        "ARMATURE_LOG": settings.log,
    }


def _masked(url: str | None) -> str | None:
    return make_url(url).render_as_string(hide_password=True) if url else None


def _show(report: dict[str, Any]) -> None:
    for name, value in report["settings"].items():
        click.echo(f"{name:<28} {'' if value is None else value}")
    database, schema = report["database"], report["schema"]
    state = "reachable" if database["reachable"] else "not reachable"
    click.echo(f"{'database':<28} {database['engine']}, {state}, schema {schema['found']} (known {schema['known']})")
    click.echo(f"{'live revision':<28} {report['head'] or 'none'}, bundles {', '.join(report['bundles']) or 'none'}")
    for name, text in report["versions"].items():
        click.echo(f"{name:<28} {text}")
    for problem in report["problems"]:
        click.echo(f"armature: {problem}", err=True)
    click.echo(f"{len(report['problems'])} problems." if report["problems"] else "No problems.")

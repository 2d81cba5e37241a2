"""How an installation is: the figures of `armature doctor` and of the page for operators, gathered once for both."""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
import shutil
import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from framework.errors import ArmatureError
from framework.publishing.processes import living
from framework.storage import jobs, own
from framework.storage.drift import missing_parts
from framework.storage.faults import reason
from framework.storage.session import reading
from framework.storage.sizes import database_size, server_version
from framework.storage.upgrades import require_current, schema_version
from i18n.lazy import msg

if TYPE_CHECKING:
    from framework.extension import Services
    from framework.settings import Settings
    from framework.storage.jobs import Queue
    from framework.storage.processes import Process
    from i18n.lazy import Message

MASK = "********"
_BACKUP = "last-backup.json"


@dataclass(slots=True)
class Health:
    """What was found; what could not be asked stays None or empty, and `problems` says why."""

    engine: str
    server: str | None = None
    reachable: bool = False
    schema: int | None = None
    schema_known: int = own.SCHEMA_VERSION
    head: int | None = None
    bundles: tuple[str, ...] = ()
    drift: tuple[str, ...] = ()
    processes: tuple[Process, ...] = ()
    queue: Queue | None = None
    database_bytes: int | None = None
    files_bytes: int | None = None
    free_bytes: int | None = None
    backup: Backup | None = None
    problems: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class Backup:
    """The last back-up that was made with this data folder."""

    file: str
    size: int
    at: dt.datetime


def examined(known: Services, now: dt.datetime) -> Health:
    """Look at everything; what fails is told of, never raised."""
    settings = known.settings
    found = Health(known.database.name, backup=last_backup(settings), files_bytes=_files(settings))
    with suppress(OSError):
        found.free_bytes = shutil.disk_usage(settings.data_dir).free
    problems: list[Message] = []
    try:
        found.schema = schema_version(known.database)
        found.reachable = True
        require_current(known.database)
        _ask(known, found, now)
    except ArmatureError as error:
        problems.append(error.detail)
    except DBAPIError as error:
        problems.append(msg("The database cannot be used: %(why)s", why=reason(error)))
    if found.drift:
        names = ", ".join(found.drift[:10])
        problems.append(
            msg("The database lacks %(names)s, which the live revision needs; restore a back-up", names=names)
        )
    found.problems = tuple(problems)
    return found


def _ask(known: Services, found: Health, now: dt.datetime) -> None:
    with reading(known.database) as connection:
        found.server = server_version(connection)
        found.database_bytes = database_size(connection)
        found.queue = jobs.queue(connection)
    found.processes = tuple(living(known.database, now))
    found.head = known.publisher.head_number()
    snapshot = known.runtime.snapshot(found.head)
    found.bundles = tuple(snapshot.bundles)
    found.drift = tuple(missing_parts(known.database, snapshot))


def versions() -> dict[str, str]:
    """The release, and what it runs on."""
    names = {"armature": "armature-crm", "sqlalchemy": "sqlalchemy", "flask": "flask"}
    packages = {name: version(package) for name, package in names.items()}
    return {**packages, "python": platform.python_version(), "sqlite": sqlite3.sqlite_version}


def shown(settings: Settings) -> dict[str, str | None]:
    """The settings in force by the names of their variables; secrets and passwords are not shown."""
    return {
        "ARMATURE_DATA_DIR": str(settings.data_dir),
        "ARMATURE_DATABASE_URL": _masked(settings.database_url),
        "ARMATURE_READ_DATABASE_URL": _masked(settings.read_database_url),
        "ARMATURE_FILES_URL": _masked_store(settings.own_files_url),
        "ARMATURE_SECRET_KEY": MASK if settings.secret_key else None,
        "ARMATURE_BASE_URL": settings.base_url or None,
        "ARMATURE_MAIL_URL": _masked_store(settings.mail_url),
        "ARMATURE_MAIL_FROM": settings.mail_from,
        "ARMATURE_ENVIRONMENT": settings.environment,
        "ARMATURE_ADMIN_PASSWORD": MASK if settings.admin_password else None,
        "ARMATURE_LOG": settings.log,
        "ARMATURE_LIMITS_REQUESTS": str(settings.requests_a_minute),
        "ARMATURE_PROXIES": str(settings.proxies),
    }


def remember_backup(settings: Settings, file: Path, now: dt.datetime) -> None:
    """Write down that a back-up was made; where the data folder cannot be written nobody is told of it."""
    told = {"file": file.name, "size": file.stat().st_size, "at": now.isoformat()}
    with suppress(OSError):
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        settings.data_dir.joinpath(_BACKUP).write_text(json.dumps(told), encoding="utf-8")


def last_backup(settings: Settings) -> Backup | None:
    """What `remember_backup` wrote last; None where nothing can be read."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        told: dict[str, Any] = json.loads(settings.data_dir.joinpath(_BACKUP).read_text(encoding="utf-8"))
        return Backup(str(told["file"]), int(told["size"]), dt.datetime.fromisoformat(told["at"]))
    return None


def _masked(url: str | None) -> str | None:
    """An address without its password; one that cannot be read is not shown at all."""
    if not url:
        return None
    try:
        return make_url(url).render_as_string(hide_password=True)
    except (ArgumentError, ValueError):
        return MASK


def _masked_store(url: str | None) -> str | None:
    """An address without what stands for who uses it, and without parameters, which may hold a key."""
    if not url:
        return None
    parts = urlsplit(url)
    who, _, host = parts.netloc.rpartition("@")
    more = f"?{MASK}" if parts.query else ""
    return f"{parts.scheme}://{f'{MASK}@' if who else ''}{host}{parts.path}{more}"


def _files(settings: Settings) -> int | None:
    """How much lies in the folder of uploads; None where they lie elsewhere."""
    parts = urlsplit(settings.files_url)
    if parts.scheme != "file":
        return None
    folder = Path(unquote(parts.path))
    return sum(_size(entry) for entry in folder.rglob("*")) if folder.is_dir() else 0


def _size(entry: Path) -> int:
    with suppress(OSError):
        found = os.lstat(entry)
        return found.st_size if entry.is_file() else 0
    return 0

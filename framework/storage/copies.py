"""Copies of a whole database: made in one go, verified before they count, and put back whole or not at all."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory
from typing import TYPE_CHECKING

from framework.errors import CommandError
from framework.storage import own
from framework.storage.collation import register_collation
from framework.storage.engines import normalise
from i18n.lazy import msg

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import URL

_SQLITE_MAGIC, _POSTGRESQL_MAGIC = b"SQLite format 3\0", b"PGDMP"
_LOCK_WAIT_S = 10
# Everything of ours lies in this one schema; a dump that is put over it would leave newer tables behind.
_EMPTY = "SET lock_timeout = '10s'; DROP SCHEMA public CASCADE; CREATE SCHEMA public"


def back_up(url: str, file: Path) -> None:
    """Write the database at `url` into a file, in place of an older one only when the copy is sound.

    Raises CommandError where the copy cannot be made or does not pass its check.
    """
    address = normalise(url)
    with _beside(file) as part:
        if address.get_backend_name() == "sqlite":
            _copy_sqlite(address, part)
        else:
            _run(["pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={part}"], address)
        verify(part)
        part.chmod(0o600)  # it holds password hashes and everybody's data
        part.replace(file)


def verify(file: Path) -> str:
    """The engine ("sqlite" or "postgresql") whose sound backup the file is, of a version that we know.

    Raises CommandError for anything else.
    """
    try:
        with file.open("rb") as stream:
            begin = stream.read(len(_SQLITE_MAGIC))
    except OSError as error:
        raise CommandError(msg("%(file)s cannot be read: %(why)s", file=str(file), why=error.strerror or "")) from None
    if begin == _SQLITE_MAGIC:
        _require_known(_version_in_sqlite(file), file)
        return "sqlite"
    if begin.startswith(_POSTGRESQL_MAGIC):
        _require_known(_version_in_dump(file), file)
        return "postgresql"
    raise CommandError(msg("%(file)s is no backup; make one with: armature backup FILE", file=str(file)))


def put_back(url: str, file: Path) -> None:
    """Replace all that is in the database at `url` by a backup of the same engine, whole or not at all.

    Raises CommandError before anything is touched where the file does not fit, and where it fails.
    """
    address = normalise(url)
    kind = verify(file)
    if kind != address.get_backend_name():
        raise CommandError(
            msg(
                "%(file)s is a backup of %(kind)s and ARMATURE_DATABASE_URL names %(other)s",
                file=str(file),
                kind=kind,
                other=address.get_backend_name(),
            )
        )
    if kind == "sqlite":
        _restore_sqlite(file, Path(str(address.database)))
    else:
        _restore_postgresql(file, address)


def _copy_sqlite(address: URL, part: Path) -> None:
    source = Path(str(address.database))
    with _sqlite_errors(source):
        if not source.is_file():
            raise CommandError(msg("There is no database at %(path)s; run: armature init", path=str(source)))
        with _opened(source) as connection:
            connection.execute("VACUUM INTO ?", (str(part),))


def _version_in_sqlite(file: Path) -> int | None:
    """The version of our tables; None where there are none. A copy is read: opening may write beside a file."""
    with TemporaryDirectory(prefix="armature-") as folder:
        copy = Path(folder) / "copy.db"
        with _sqlite_errors(file):
            shutil.copyfile(file, copy)
            with _opened(copy) as connection:
                found = connection.execute("PRAGMA integrity_check(1)").fetchone()
                if found != ("ok",):
                    raise CommandError(msg("%(file)s is damaged: %(why)s", file=str(file), why=str(found[0])[:200]))
                ours = "SELECT count(*) FROM sqlite_master WHERE name IN ('sys_schema', 'sys_head')"
                if connection.execute(ours).fetchone() != (2,):
                    return None
                row = connection.execute("SELECT version FROM sys_schema").fetchone()
                return row[0] if row else None


def _restore_sqlite(file: Path, target: Path) -> None:
    """SQLite's own backup is one transaction of the target: who reads meanwhile sees old or new, never half."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with _sqlite_errors(target), _opened(file) as source, _opened(target) as connection:
        source.backup(connection)


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(path, timeout=_LOCK_WAIT_S, isolation_level=None)
    try:
        register_collation(connection)
        yield connection
    finally:
        connection.close()


@contextmanager
def _sqlite_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError, UnicodeError) as error:
        raise CommandError(msg("%(path)s: %(why)s", path=str(path), why=str(error))) from None


def _version_in_dump(file: Path) -> int | None:
    listed = _run(["pg_restore", "--list", str(file)])
    if " sys_schema " not in listed or " sys_head " not in listed:
        return None
    rows = _run(["pg_restore", "--data-only", "--table=sys_schema", "--file=-", str(file)]).splitlines()
    return next((int(row) for row in rows if row.isdecimal()), None)


def _restore_postgresql(file: Path, address: URL) -> None:
    with TemporaryDirectory(prefix="armature-") as folder:
        script = Path(folder) / "restore.sql"
        _run(["pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(file)])
        psql = ["psql", "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1"]
        _run([*psql, f"--command={_EMPTY}", f"--file={script}"], address)


def _run(command: Sequence[str], address: URL | None = None) -> str:
    """What a program of PostgreSQL prints. The password travels by environment: arguments are seen by everybody."""
    program = shutil.which(command[0])
    if program is None:
        raise CommandError(
            msg("%(name)s is not installed; install PostgreSQL's client programs (postgresql-client)", name=command[0])
        )
    environment = dict(os.environ)
    arguments = [program, *command[1:]]
    if address is not None:
        plain = address.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
        arguments.append(f"--dbname={plain}")
        environment |= {"PGPASSWORD": str(address.password)} if address.password else {}
    done = subprocess.run(  # noqa: S603  (a program of PostgreSQL, with arguments of ours and no shell)
        arguments, env=environment, check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    if done.returncode:
        why = done.stderr.strip().splitlines()
        raise CommandError(msg("%(name)s failed: %(why)s", name=command[0], why=why[0] if why else ""))
    return done.stdout


def _require_known(version: int | None, file: Path) -> None:
    if version is None:
        raise CommandError(msg("%(file)s is no backup of Armature", file=str(file)))
    if version > own.SCHEMA_VERSION:
        raise CommandError(
            msg(
                "%(file)s is of a newer release (schema %(found)s, this one knows %(known)s)",
                file=str(file),
                found=version,
                known=own.SCHEMA_VERSION,
            )
        )


@contextmanager
def _beside(file: Path) -> Iterator[Path]:
    """A new name in the folder of `file`, where nothing is left behind."""
    try:
        with NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}.", delete=False) as made:
            part = Path(made.name)
    except OSError as error:
        raise CommandError(
            msg("%(folder)s cannot be written: %(why)s", folder=str(file.parent), why=error.strerror or "")
        ) from None
    part.unlink()  # VACUUM INTO wants to make it itself
    try:
        yield part
    finally:
        with suppress(FileNotFoundError):
            part.unlink()

"""What a database says when it refuses or fails, as errors of ours. No SQL text leaves here."""

from __future__ import annotations

import re
import sqlite3
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from framework.errors import UnavailableError
from i18n.lazy import msg

if TYPE_CHECKING:
    from collections.abc import Iterator

_SERIALISATION, _DEADLOCK, _LOCK_TIMEOUT, _READ_ONLY = "40001", "40P01", "55P03", "25006"
_STALE_PLAN = "0A000"
# A lock that stays, and what a disk refuses.
_SQLITE_PASSING = ("locked", "unable to open", "disk is full", "disk I/O error")
_SQLITE_UNIQUE = re.compile(r"UNIQUE constraint failed: (?:index '(?P<index>[^']+)'|(?P<columns>.+))")


class Retry(StrEnum):
    """Whether calling the whole transaction again can help."""

    NO = "no"
    AT_ONCE = "at_once"
    LATER = "later"


def retry_class(error: DBAPIError) -> Retry:
    """How the error is classed; only whole transactions are repeated."""
    state = getattr(error.orig, "sqlstate", None)
    if state in {_SERIALISATION, _DEADLOCK, _STALE_PLAN}:
        return Retry.AT_ONCE
    if state in {_LOCK_TIMEOUT, _READ_ONLY} or error.connection_invalidated:
        return Retry.LATER
    if isinstance(error.orig, sqlite3.OperationalError) and "locked" in str(error.orig):
        return Retry.LATER
    return Retry.NO


@contextmanager
def worded() -> Iterator[None]:
    """Turn loss of the database into UnavailableError; everything else passes."""
    try:
        yield
    except PoolTimeoutError:
        raise UnavailableError(msg("All connections to the database are busy")) from None
    except (OperationalError, InterfaceError) as error:
        if error.connection_invalidated or _out_of_reach(error):
            raise UnavailableError(msg("The database cannot be reached just now")) from error
        raise


def _out_of_reach(error: DBAPIError) -> bool:
    state = getattr(error.orig, "sqlstate", None)
    if isinstance(error.orig, sqlite3.Error):
        return any(part in str(error.orig) for part in _SQLITE_PASSING)
    return state is None or state.startswith(("08", "53", "57")) or state == _LOCK_TIMEOUT


def reason(error: DBAPIError) -> str:
    """What the driver said, for an operator: its first line, which holds neither statement nor values."""
    lines = str(error.orig).strip().splitlines()
    return lines[0] if lines else type(error.orig).__name__


def clashing_index(error: IntegrityError) -> str | tuple[str, ...] | None:
    """The unique index that was hit: its name, or the columns that SQLite tells; None if another."""
    diagnosis = getattr(error.orig, "diag", None)
    if diagnosis is not None:
        return diagnosis.constraint_name if getattr(error.orig, "sqlstate", None) == "23505" else None
    found = _SQLITE_UNIQUE.search(str(error.orig))
    if not found:
        return None
    if found["index"]:
        return str(found["index"])
    return tuple(part.rpartition(".")[2].strip() for part in found["columns"].split(","))

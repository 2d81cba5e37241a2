"""Counts what an engine is asked: statements sent to the database, without those that only frame a transaction."""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from sqlalchemy import Engine, event

from framework.storage.engines import Database

_FRAME = re.compile(r"\s*(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE)", re.IGNORECASE)


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """The statements that this database is sent from here to the end."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not _FRAME.match(statement):
            found.append(statement)

    with ExitStack() as stack:
        for engine in (database.write, database.read):
            stack.enter_context(_listening(engine, note))
        yield found


@contextmanager
def _listening(engine: Engine, hear: Any) -> Iterator[None]:
    event.listen(engine, "before_cursor_execute", hear)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", hear)

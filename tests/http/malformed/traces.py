"""What a request left behind: a digest of every table that a refused one must leave as it was."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import inspect

from framework.storage.engines import Database
from tests.support.statements import statements

# Counters and credentials may be written by a refusal; nothing else.
_EXCEPTED = ("sys_audit", "sys_rate", "sys_session", "sys_token")


@dataclass(slots=True)
class Traces:
    """Watches one database; what was only selected from since the last look need not be read again."""

    database: Database
    sent: list[str]
    names: list[str] = field(init=False)
    last: str = field(init=False)

    def __post_init__(self) -> None:
        """Look for the first time."""
        found = inspect(self.database.write).get_table_names()
        self.names = sorted(name for name in found if not name.startswith(_EXCEPTED))
        self.last = self._digest()

    def changed(self) -> bool:
        """Whether the tables are other than at the last look."""
        written = any(not statement.startswith("SELECT") for statement in self.sent)
        self.sent.clear()
        before, self.last = self.last, self._digest() if written else self.last
        self.sent.clear()
        return before != self.last

    def _digest(self) -> str:
        found = hashlib.sha256()
        with self.database.write.connect() as connection:
            for name in self.names:
                rows = connection.exec_driver_sql(f'SELECT * FROM "{name}"')  # noqa: S608  (the database's own name)
                found.update(repr((name, sorted(map(repr, rows)))).encode())
        return found.hexdigest()


@contextmanager
def watched(database: Database) -> Iterator[Traces]:
    """Watch a database."""
    with statements(database) as sent:
        yield Traces(database, sent)

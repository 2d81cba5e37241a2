"""Turns at SQLite's one writer: long work of many transactions lets others write in between."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from framework.storage.engines import Database

# Who waits for the lock looks for it every 100 ms (sqlite3_busy_timeout) and gives up after 15 s, so work that begins
# its next transaction at once would keep it from them for good.
_HELD_S, _TURN_S = 1.0, 0.12


class Turns:
    """The turns of one piece of work."""

    def __init__(self, database: Database) -> None:
        """Begin the work's own turn."""
        self._database, self._since = database, time.monotonic()

    def give(self) -> None:
        """Let others write, if the work has had its turn for a second; nothing on engines with many writers."""
        if self._database.is_sqlite and time.monotonic() - self._since > _HELD_S:
            time.sleep(_TURN_S)
            self._since = time.monotonic()

"""The order in which people expect texts: without regard to accents and letter case, then with it.

PostgreSQL has it as ICU's root collation. SQLite gets a collation of ours on every connection; a
database file is therefore read in this order by our connections only.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

    from framework.rules.operand import EngineName

SQLITE, POSTGRESQL = "armature_text", "und-x-icu"


def text_collation(engine: EngineName) -> str:
    """The name of the collation by which lists sort texts."""
    return SQLITE if engine == "sqlite" else POSTGRESQL


def register_collation(connection: sqlite3.Connection) -> None:
    """Make the collation known to a new SQLite connection."""
    connection.create_collation(SQLITE, _compare)


def _compare(left: str, right: str) -> int:
    if left == right:
        return 0
    one, other = _key(left), _key(right)
    return -1 if (one, left) < (other, right) else 1


@lru_cache(maxsize=100_000)
def _key(text: str) -> str:
    """What differs between letters, and not between their forms."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()

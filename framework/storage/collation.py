"""The order in which people expect texts: without regard to accents and letter case, then with it.

PostgreSQL has it as ICU's root collation. SQLite gets a collation of ours on every connection; a
database file is therefore read in this order by our connections only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from i18n.order import order_key

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
    one, other = order_key(left), order_key(right)
    return -1 if (one, left) < (other, right) else 1

"""Which records must be locked before they are read."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from framework.fields.base import type_of
from framework.records.env import env_of
from framework.rules.binds import env_parameters
from framework.storage.bulk import rows_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection

    from framework.context import Context
    from framework.plans import ReadPlan
    from framework.rules.operand import EngineName


def lock_first(
    connection: Connection, engine: EngineName, context: Context, plan: ReadPlan, ids: Collection[str]
) -> None:
    """Lock records of a plan that will read them, where parts of their values stand in other tables.

    PostgreSQL gives a locked row as it is after the wait for it, and rows of other tables as they were before;
    the statement that comes after the wait sees both as they are. On SQLite nobody else writes.
    """
    fields = context.snapshot.entities[plan.entity].fields.values()
    if engine == "sqlite" or all(type_of(field).member_column(field) is None for field in fields):
        return
    locking = replace(plan, fields=("id",), extra=None, one=False)
    rows_of(connection, context.snapshot, locking, ids, env_parameters(env_of(context), engine))

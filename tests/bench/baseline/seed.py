"""Fills an empty database with the records of the benchmark and prints how to sign in.

`python -m tests.bench.baseline.seed` → `{"token": "arm_…", "session": "…"}`.
"""

import datetime as dt
import json
import os
import secrets
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Table, create_engine, insert

from tests.bench import data
from tests.bench.baseline import tables
from tests.bench.baseline.auth import digest

_NOW = dt.datetime.now(dt.UTC)
_LONG = dt.timedelta(days=30)


def main() -> None:
    """Make tables and records; the session lives as long as a benchmark may take."""
    made = data.Records(int(os.environ["BASELINE_CONTACTS"]))
    engine = create_engine(os.environ["BASELINE_DATABASE_URL"])
    with engine.begin() as connection:
        tables.metadata.create_all(connection)
        keys = _sign_in(connection)
        for table, records in (
            (tables.account, made.accounts()),
            (tables.contact, made.contacts()),
            (tables.opportunity, made.opportunities()),
        ):
            rows = list(_rows(table, records))
            connection.execute(insert(table), rows)
            connection.execute(insert(tables.change), [_created(table, row) for row in rows])
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("ANALYZE")
    sys.stdout.write(json.dumps(keys))


def _sign_in(connection: Connection) -> Mapping[str, str]:
    people = [
        {"id": _person(one), "name": one.name, "email": one.email, "active": True}
        for one in (data.MEASURED, data.OTHER)
    ]
    connection.execute(insert(tables.person), people)
    connection.execute(insert(tables.role_membership), [{"person": one["id"], "role": data.ROLE} for one in people])
    mine, ident = _person(data.MEASURED), secrets.token_hex(8)
    secret, cookie = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    connection.execute(
        insert(tables.token),
        {"id": ident, "person": mine, "digest": digest(secret), "expires_at": _NOW + _LONG, "revoked": False},
    )
    connection.execute(
        insert(tables.session),
        # Seen in the future, so that it neither ends nor is written to while pages are measured.
        {"digest": digest(cookie), "person": mine, "seen_at": _NOW + _LONG, "expires_at": _NOW + _LONG},
    )
    return {"token": f"arm_{ident}_{secret}", "session": cookie}


def _rows(table: Table, records: Iterator[data.Record]) -> Iterator[dict[str, Any]]:
    days = {column.name for column in table.c if column.type.python_type is dt.date}
    for number, record in enumerate(records):
        owner = _person(data.owner_of(number))
        values = {
            name: dt.date.fromisoformat(str(value)) if value and name in days else value
            for name, value in record.items()
        }
        made = {"created_at": _NOW, "created_by": owner, "updated_at": _NOW, "updated_by": owner}
        yield {**values, **made, "version": 1, "owner": owner}


def _created(table: Table, row: Mapping[str, Any]) -> Mapping[str, Any]:
    told = {name: [None, value] for name, value in row.items() if value is not None}
    return {
        "entity": table.name,
        "record": row["id"],
        "version": 1,
        "op": "create",
        "fields": json.dumps(told, default=str, ensure_ascii=False),
        "actor": row["owner"],
        "actor_name": "Seed",
        "door": "import",
        "op_id": row["id"],
        "at": _NOW,
    }


def _person(one: data.Person) -> str:
    return data.ident(one.ref, 0)


if __name__ == "__main__":
    main()

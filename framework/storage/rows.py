"""Carrying out prepared statements for the door, so that no other room touches a connection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection, Select


def all_rows(connection: Connection, statement: Select[Any], parameters: Mapping[str, Any]) -> Sequence[Any]:
    """Every row of a statement."""
    return connection.execute(statement, parameters).fetchall()


def first_row(connection: Connection, statement: Select[Any], parameters: Mapping[str, Any]) -> Any:  # noqa: ANN401
    """The first row, None without any."""
    return connection.execute(statement, parameters).first()


def one_value(connection: Connection, statement: Select[Any], parameters: Mapping[str, Any]) -> Any:  # noqa: ANN401
    """The first column of the first row, None without any."""
    return connection.execute(statement, parameters).scalar()

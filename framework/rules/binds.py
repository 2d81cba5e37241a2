"""Values as bind parameters in an engine's own form: constants, and what only the request knows."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Date,
    DateTime,
    Numeric,
    Text,
    Time,
    Uuid,
    any_,
    bindparam,
    cast,
    func,
    literal,
    literal_column,
    null,
    select,
)

from framework.rules.operand import EngineName, Operand
from framework.rules.sqlite_values import SECOND, encoder
from metadata.expressions.types import NUMBERS, Kind

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy import BindParameter, ColumnElement
    from sqlalchemy.types import TypeEngine

    from framework.rules.env import Env
    from metadata.expressions.typed import Const

_EMPTY_ARRAY: ColumnElement[Any] = literal_column("'{}'")
SIXTY_FOUR_BITS = range(-(2**63), 2**63)

_POSTGRESQL_TYPES: dict[Kind, TypeEngine[Any]] = {
    Kind.TEXT: Text(),
    Kind.CHOICE: Text(),
    Kind.NULL: Text(),
    Kind.INTEGER: BigInteger(),
    Kind.DECIMAL: Numeric(),
    Kind.MONEY: Numeric(),
    Kind.BOOLEAN: Boolean(),
    Kind.DATE: Date(),
    Kind.DATETIME: DateTime(timezone=True),
    Kind.TIME: Time(),
    Kind.DURATION: BigInteger(),
    Kind.LINK: Uuid(as_uuid=False),
    Kind.KEY: Uuid(as_uuid=False),
}
_SQLITE_TYPES: dict[Kind, TypeEngine[Any]] = {
    **dict.fromkeys(Kind, Text()),
    Kind.INTEGER: BigInteger(),
    Kind.DURATION: BigInteger(),
    Kind.BOOLEAN: Boolean(),
}


def constant(node: Const, engine: EngineName) -> Operand:
    """A constant of the expression; a whole number of 64 bits is in stored form, any other in computed form."""
    kind, value = node.type.kind, node.value
    if kind not in NUMBERS or not isinstance(value, int | Decimal):
        return Operand(bound(value, kind, engine), kind)
    if isinstance(value, int) and value in SIXTY_FOUR_BITS:
        return Operand(bound(value, Kind.INTEGER, engine), Kind.INTEGER, scale=0, value=value)
    return Operand(bound(Decimal(value), Kind.DECIMAL, engine), kind, value=value)


def bound(value: object, kind: Kind, engine: EngineName) -> ColumnElement[Any]:
    """An unnamed bind parameter with the value in the engine's form."""
    if value is None and engine == "postgresql":
        # A null parameter says nothing of its type, and functions of PostgreSQL are chosen by types.
        return cast(null(), sql_type(kind, engine))
    return literal(_engine_value(value, kind, engine), sql_type(kind, engine))


def sql_type(kind: Kind, engine: EngineName) -> TypeEngine[Any]:
    """The SQL type in which values of a kind travel, computed numbers included."""
    return (_SQLITE_TYPES if engine == "sqlite" else _POSTGRESQL_TYPES)[kind]


def _engine_value(value: object, kind: Kind, engine: EngineName) -> object:
    if value is None or kind in {Kind.INTEGER, Kind.BOOLEAN}:
        return value
    if engine == "sqlite":
        return encoder(kind.value)(value)
    return value // SECOND if kind is Kind.DURATION else value  # type: ignore[operator]


_ENV_KINDS = {
    "env_me": Kind.LINK,
    "env_team": Kind.LINK,
    "env_today": Kind.DATE,
    "env_now": Kind.DATETIME,
    "env_zone": Kind.TEXT,
}
_ENV_SETS = {"env_teams": Kind.LINK, "env_roles": Kind.TEXT}
_ENV = {
    "env_me": "actor",
    "env_team": "team",
    "env_today": "today",
    "env_now": "now",
    "env_zone": "zone",
    "env_teams": "teams",
    "env_roles": "roles",
}
ENV_NAMES = frozenset(_ENV)


def env_parameter(name: str, engine: EngineName) -> BindParameter[Any]:
    """The parameter of a fixed name: `env_me env_team env_today env_now env_zone`, or the sets `env_teams env_roles`.

    Its value comes from `env_parameters` when the statement runs. A set is an array on PostgreSQL and
    JSON on SQLite.
    """
    if name in _ENV_KINDS:
        return bindparam(name, type_=sql_type(_ENV_KINDS[name], engine))
    member = sql_type(_ENV_SETS[name], engine)
    return bindparam(name, type_=Text() if engine == "sqlite" else ARRAY(member))


def env_parameters(env: Env, engine: EngineName, names: Collection[str] = ENV_NAMES) -> Mapping[str, object]:
    """The values of fixed names: of those that a statement has, or of all."""
    return {name: _env_value(env, name, engine) for name in names}


def _env_value(env: Env, name: str, engine: EngineName) -> object:
    value = getattr(env, _ENV[name])
    if name in _ENV_SETS:
        return json.dumps(sorted(value)) if engine == "sqlite" else sorted(value)
    return _engine_value(value, _ENV_KINDS[name], engine)


def among(sql: ColumnElement[Any], members: ColumnElement[Any], engine: EngineName) -> ColumnElement[bool]:
    """Whether a value is in a set, an array or on SQLite JSON; false, not null, where the set is empty."""
    if engine == "postgresql":
        return sql == any_(func.coalesce(members, _EMPTY_ARRAY, type_=members.type))
    return sql.in_(select(func.json_each(members).table_valued("value").c.value))

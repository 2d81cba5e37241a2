"""Functions that stand for the request: who acts, and when.

They stay symbolic in stored filters, and are bind parameters of fixed names in SQL.
"""

from __future__ import annotations

from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING

from sqlalchemy import Text

from framework.rules.binds import among, env_parameter
from framework.rules.days import day_in
from framework.rules.fragment import sql
from framework.rules.functions.base import Function
from framework.rules.functions.dates import day_of_sql
from metadata.expressions.types import BOOLEAN, DATE, DATETIME, Kind, Parameter, Signature, Type, link

if TYPE_CHECKING:
    import datetime as dt

    from framework.rules.env import Env


def _standing_for(name: str, attribute: str, result: Type) -> Function:
    parameter = f"env_{attribute if name != 'me' else name}"
    return Function(
        Signature(name, (), result, symbolic=True),
        attrgetter(attribute),
        partial(env_parameter, parameter, "postgresql"),
        partial(env_parameter, parameter, "sqlite"),
    )


def _has_role(env: Env, role: str) -> bool:
    return role in env.roles


def _day_of(env: Env, moment: dt.datetime | None) -> dt.date | None:
    return None if moment is None else day_in(moment, env.zone)


FUNCTIONS = (
    _standing_for("me", "actor", link("user")),
    _standing_for("my_team", "team", link("team")),
    _standing_for("my_teams", "teams", Type(Kind.LINK, entities=("team",), many=True)),
    _standing_for("today", "today", DATE),
    _standing_for("now", "now", DATETIME),
    Function(
        Signature("day_of", (Parameter("moment", frozenset({Kind.DATETIME})),), DATE, symbolic=True),
        _day_of,
        lambda moment: day_of_sql(moment, env_parameter("env_zone", "postgresql")),
        lambda moment: sql("armature_day({}, {})", moment.sql, env_parameter("env_zone", "sqlite"), type_=Text()),
    ),
    Function(
        Signature("has_role", (Parameter("role", frozenset({Kind.TEXT}), literal=True),), BOOLEAN, symbolic=True),
        _has_role,
        lambda role: among(role.sql, env_parameter("env_roles", "postgresql"), "postgresql"),
        lambda role: among(role.sql, env_parameter("env_roles", "sqlite"), "sqlite"),
    ),
)
